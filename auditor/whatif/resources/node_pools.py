"""Node pools and what they launch from. A change reaches the next node alone: nodes that run keep their groups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from auditor.model.clusters import Binding, NodeKind, NodePool
from auditor.model.rules import Member
from auditor.whatif import bindings
from auditor.whatif.bindings import EmptyList, GroupLists, Groups, UnknownList, binding, clusters_of, ids_of
from auditor.whatif.gaps import GapReason
from auditor.whatif.resources import networks
from auditor.whatif.resources.networks import ClusterNetworks
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform import values
from auditor.whatif.terraform.plan import Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.references import SCALING_CONFIG, placeholder
from auditor.whatif.terraform.values import Path, at, text, texts

NODE_POOL = "tencentcloud_kubernetes_node_pool"
NATIVE_NODE_POOL = "tencentcloud_kubernetes_native_node_pool"
CLUSTER_SCALING_GROUP = "tencentcloud_kubernetes_as_scaling_group"
SERVERLESS = "tencentcloud_kubernetes_serverless_node_pool"
SCALING_CONFIG_TYPE = "tencentcloud_as_scaling_config"
SCALING_GROUP = "tencentcloud_as_scaling_group"
_CONFIG_LIST: Path = ("security_group_ids",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attributes:
    """Where a type of pool has its list. ``refused`` is a twin that the provider does not take any more.

    Providers up to 1.81.21 have the twin alone, a set, and take it.
    """

    kind: NodeKind
    groups: Path
    subnets: Path
    refused: Path = ()


_POOLS: Mapping[str, _Attributes] = {
    NODE_POOL: _Attributes(
        kind=NodeKind.REGULAR,
        groups=("auto_scaling_config", 0, "orderly_security_group_ids"),
        refused=("auto_scaling_config", 0, "security_group_ids"),
        subnets=("subnet_ids",),
    ),
    NATIVE_NODE_POOL: _Attributes(
        kind=NodeKind.NATIVE, groups=("native", 0, "security_group_ids"), subnets=("native", 0, "subnet_ids")
    ),
    CLUSTER_SCALING_GROUP: _Attributes(
        kind=NodeKind.REGULAR,
        groups=("auto_scaling_config", 0, "security_group_ids"),
        subnets=("auto_scaling_group", 0, "subnet_ids"),
    ),
}
TYPES = frozenset(_POOLS)


def apply_node_pools(draft: WorkingState, plan: Plan, lister: GroupLists, land: ClusterNetworks) -> None:
    """Let pools bind what they will bind."""
    for change in plan.managed:
        if change.type in _POOLS:
            _lay_pool(draft, lister, land, change)
        elif change.type == SCALING_CONFIG_TYPE and PlanStep.UPDATED in change.steps:
            _lay_scaling_config(draft, lister, change)
        elif change.type == SCALING_GROUP and PlanStep.UPDATED in change.steps:
            _lay_scaling_group(draft, plan, lister, change)
        elif change.type == SERVERLESS and change.steps:
            _mention(draft, lister, change)
    for change in plan.managed:
        if change.type == SCALING_CONFIG_TYPE and PlanStep.REMOVED in change.steps:
            _leave_scaling_config(draft, lister, change)


def present_list(change: ResourceChange) -> tuple[tuple[str, ...], bool]:
    """The list that a pool's or scaling configuration's state holds, and whether it tells the order."""
    attributes = _POOLS.get(change.type)
    listed = texts(at(change.before, _CONFIG_LIST if attributes is None else attributes.groups))
    if listed or attributes is None:
        return listed, True
    return texts(at(change.before, attributes.refused)), False


def pool_id(change: ResourceChange) -> str:
    """The pool's own id out of ``cls-...#np-...``."""
    return re.split("[#:]", text(change.before.get("id")))[-1]


def _lay_pool(draft: WorkingState, lister: GroupLists, land: ClusterNetworks, change: ResourceChange) -> None:
    for step in change.steps:
        match step:
            case PlanStep.MADE:
                _make(draft, lister, land, change)
            case PlanStep.UPDATED:
                _update(draft, lister, land, change)
            case PlanStep.REMOVED:
                _remove(draft, change)
    if PlanStep.MADE in change.steps and PlanStep.REMOVED in change.steps:
        draft.replacements[placeholder(change.address)] = pool_id(change)


def _make(draft: WorkingState, lister: GroupLists, land: ClusterNetworks, change: ResourceChange) -> None:
    attributes = _POOLS[change.type]
    groups = _made_list(lister, change, attributes)
    for key in clusters_of(draft, lister, change):
        report = draft.effects_of(change)
        pool = placeholder(change.address)
        bound = binding(draft, (key[0], pool), key[1], groups)
        name = text(change.after.get("name"))
        draft.pools[key][pool] = NodePool(node_pool_id=pool, kind=attributes.kind, security_groups=bound, name=name)
        report.clusters.add(key[1])
        report.pools.add(pool)
        report.add_effect("pool-in", cluster=key[1], groups=_words(groups))
        bindings.join(draft, report, ids_of(groups), Member(instance_id=""), draft.clusters[key].vpc_id)
        networks.add_subnets(draft, land, key, change, attributes.subnets)


def _made_list(lister: GroupLists, change: ResourceChange, attributes: _Attributes) -> Groups:
    groups = _planned_list(lister, change, attributes)
    if (
        attributes.refused
        and lister.in_schema(change, attributes.groups)
        and lister.is_written(change, attributes.refused)
        and not lister.is_written(change, attributes.groups)
    ):
        return UnknownList(why=GapReason.LIST_REFUSED)
    return UnknownList(why=GapReason.LIST_DEFAULT) if isinstance(groups, EmptyList) else groups


def _planned_list(lister: GroupLists, change: ResourceChange, attributes: _Attributes) -> Groups:
    if attributes.refused and not lister.in_schema(change, attributes.groups):
        return lister.groups(change, attributes.refused, ordered=False)
    return lister.groups(change, attributes.groups)


def _update(draft: WorkingState, lister: GroupLists, land: ClusterNetworks, change: ResourceChange) -> None:
    attributes = _POOLS[change.type]
    _add_unread(draft, change, attributes)
    for key, pool in _found(draft, pool_id(change)):
        if texts(at(change.before, attributes.subnets)) != texts(at(change.after, attributes.subnets)):
            networks.add_subnets(draft, land, key, change, attributes.subnets)
        if lister.changed(change, attributes.groups):
            _rebind(draft, change, key, pool, _planned_list(lister, change, attributes))
        elif attributes.refused and lister.changed(change, attributes.refused):
            refused = lister.in_schema(change, attributes.groups)
            groups = UnknownList(why=GapReason.LIST_REFUSED) if refused else _planned_list(lister, change, attributes)
            _rebind(draft, change, key, pool, groups)


def _add_unread(draft: WorkingState, change: ResourceChange, attributes: _Attributes) -> None:
    """A pool of an audited cluster that is not in the snapshot binds what its state says."""
    for key in draft.cluster_keys(text(change.before.get("cluster_id"))):
        wanted = pool_id(change)
        if wanted and wanted not in draft.pools[key]:
            groups, _ = present_list(change)
            held = NodePool(node_pool_id=wanted, kind=attributes.kind, security_groups=groups)
            draft.pools[key][wanted] = held


def _rebind(draft: WorkingState, change: ResourceChange, key: Key, pool: NodePool, groups: Groups) -> None:
    """Emptying a list sends nothing: the cloud keeps the old groups."""
    report = draft.effects_of(change)
    report.clusters.add(key[1])
    report.pools.add(pool.node_pool_id)
    if isinstance(groups, EmptyList):
        report.add_effect("pool-kept", pool=pool.node_pool_id)
        return
    bound: Binding = binding(draft, (key[0], pool.node_pool_id), key[1], groups)
    draft.pools[key][pool.node_pool_id] = replace(pool, security_groups=bound)
    report.add_effect("pool", pool=pool.node_pool_id, groups=_words(groups))


def _remove(draft: WorkingState, change: ResourceChange) -> None:
    """The nodes of a pool stay unless the pool says otherwise (``delete_keep_instance``, true by default)."""
    for key, pool in _found(draft, pool_id(change)):
        report = draft.effects_of(change)
        report.clusters.add(key[1])
        report.pools.add(pool.node_pool_id)
        report.add_effect("pool-out", pool=pool.node_pool_id)
        del draft.pools[key][pool.node_pool_id]
        if change.before.get("delete_keep_instance") is False:
            for node in [node for node in draft.nodes[key].values() if node.node_pool_id == pool.node_pool_id]:
                report.nodes.add(node.node_id)
                del draft.nodes[key][node.node_id]
                bindings.leave(draft, report, node.instance_id or node.node_id)


def _lay_scaling_config(draft: WorkingState, lister: GroupLists, change: ResourceChange) -> None:
    if not lister.changed(change, _CONFIG_LIST):
        return
    for key, pool in _launching(draft, change):
        _rebind(draft, change, key, pool, lister.groups(change, _CONFIG_LIST))


def _leave_scaling_config(draft: WorkingState, lister: GroupLists, change: ResourceChange) -> None:
    """Pools that launch from a configuration which goes follow the one that replaces it, if any does."""
    for key, pool in _launching(draft, change):
        if PlanStep.MADE not in change.steps:
            _rebind(draft, change, key, pool, UnknownList(why=GapReason.LAUNCH_GONE))
            continue
        groups = lister.groups(change, _CONFIG_LIST)
        _rebind(
            draft,
            change,
            key,
            pool,
            UnknownList(why=GapReason.LIST_DEFAULT) if isinstance(groups, EmptyList) else groups,
        )


def _launching(draft: WorkingState, change: ResourceChange) -> list[tuple[Key, NodePool]]:
    config = text(change.before.get("id"))
    found = [(key, pool) for key, pools in draft.pools.items() for pool in pools.values()]
    return [(key, pool) for key, pool in found if config and pool.launch_configuration_id == config]


def _lay_scaling_group(draft: WorkingState, plan: Plan, lister: GroupLists, change: ResourceChange) -> None:
    """An auto-scaling group without a node pool that launches from another configuration from now on."""
    config = lister.references.value(change, ("configuration_id",), SCALING_CONFIG)
    if config == text(change.before.get("configuration_id")):
        return
    for key, pool in _found(draft, pool_id(change)):
        _rebind(draft, change, key, pool, _of_config(plan, lister, config or ""))
        moved = draft.pools[key][pool.node_pool_id]
        draft.pools[key][pool.node_pool_id] = replace(moved, launch_configuration_id=config or "")


def _of_config(plan: Plan, lister: GroupLists, config: str) -> Groups:
    types = frozenset({SCALING_CONFIG_TYPE})
    for change in (*plan.managed, *values.unchanged(plan, types)):
        if change.type == SCALING_CONFIG_TYPE and config and lister.references.identity(change) == config:
            return lister.groups(change, _CONFIG_LIST)
    return UnknownList(why=GapReason.LIST_UNKNOWN)


def _mention(draft: WorkingState, lister: GroupLists, change: ResourceChange) -> None:
    """Super nodes bind no groups themselves; the baseline is not written for their Pods."""
    here = draft.cluster_keys(text(change.before.get("cluster_id")))
    for key in here or clusters_of(draft, lister, change):
        report = draft.effects_of(change)
        report.clusters.add(key[1])
        report.add_effect("not-covered", cluster=key[1])


def _found(draft: WorkingState, wanted: str) -> list[tuple[Key, NodePool]]:
    return [(key, pools[wanted]) for key, pools in draft.pools.items() if wanted and wanted in pools]


def _words(groups: Groups) -> str:
    return ", ".join(ids_of(groups)) or "-"
