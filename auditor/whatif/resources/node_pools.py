"""Applies changes of node pools and of the scaling configurations that they launch nodes from.

A changed list applies to the nodes that the pool launches later; running nodes keep their groups. A list that the plan
does not tell becomes a gap of the pool. A new pool or configuration without a list names no group, as a pool that was
read without one: the comparison reports it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from auditor.model.clusters import Binding, NodeKind, NodePool
from auditor.model.rules import Member
from auditor.whatif import bindings
from auditor.whatif.bindings import (
    EmptyList,
    GroupLists,
    Groups,
    UnknownList,
    binding,
    clusters_of,
    ids_of,
)
from auditor.whatif.gaps import GapReason
from auditor.whatif.resources import networks
from auditor.whatif.resources.networks import ClusterNetworks
from auditor.whatif.state import Key, ResourceEffects, WorkingState
from auditor.whatif.terraform import values
from auditor.whatif.terraform.plan import Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.references import SCALING_CONFIG, placeholder
from auditor.whatif.terraform.values import Path, at, text, texts

NODE_POOL = "tencentcloud_kubernetes_node_pool"
NATIVE_NODE_POOL = "tencentcloud_kubernetes_native_node_pool"
CLUSTER_SCALING_GROUP = "tencentcloud_kubernetes_as_scaling_group"
SCALING_CONFIG_TYPE = "tencentcloud_as_scaling_config"
SCALING_GROUP = "tencentcloud_as_scaling_group"
_CONFIG_LIST: Path = ("security_group_ids",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attributes:
    """The paths of a pool type's lists. ``legacy`` is an older attribute for the groups.

    Providers up to 1.81.21 have the legacy attribute alone, a set. Later providers refuse it.
    """

    kind: NodeKind
    groups: Path
    subnets: Path
    legacy: Path = ()


_POOLS: Mapping[str, _Attributes] = {
    NODE_POOL: _Attributes(
        kind=NodeKind.REGULAR,
        groups=("auto_scaling_config", 0, "orderly_security_group_ids"),
        legacy=("auto_scaling_config", 0, "security_group_ids"),
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
POOL_TYPES = frozenset(_POOLS)


def apply_node_pools(
    state: WorkingState, plan: Plan, group_lists: GroupLists, cluster_networks: ClusterNetworks
) -> None:
    """Let pools bind the groups in their planned lists."""
    for change in plan.managed:
        if change.type in _POOLS:
            _apply_pool(state, group_lists, cluster_networks, change)
        elif change.type == SCALING_CONFIG_TYPE and PlanStep.UPDATED in change.steps:
            _apply_scaling_config(state, group_lists, change)
        elif change.type == SCALING_GROUP and PlanStep.UPDATED in change.steps:
            _apply_scaling_group(state, plan, group_lists, change)
    for change in plan.managed:
        if change.type == SCALING_CONFIG_TYPE and PlanStep.REMOVED in change.steps:
            _leave_scaling_config(state, group_lists, change)


def present_list(change: ResourceChange) -> tuple[tuple[str, ...], bool]:
    """The groups in a pool's or scaling configuration's list before the change, and whether it has an order."""
    attributes = _POOLS.get(change.type)
    listed = texts(at(change.before, _CONFIG_LIST if attributes is None else attributes.groups))
    if listed or attributes is None:
        return listed, True
    return texts(at(change.before, attributes.legacy)), False


def pool_id(change: ResourceChange) -> str:
    """The pool's id within the composite id ``cls-...#np-...``."""
    return re.split("[#:]", text(change.before.get("id")))[-1]


def _apply_pool(
    state: WorkingState, group_lists: GroupLists, cluster_networks: ClusterNetworks, change: ResourceChange
) -> None:
    for step in change.steps:
        match step:
            case PlanStep.MADE:
                _make(state, group_lists, cluster_networks, change)
            case PlanStep.UPDATED:
                _update(state, group_lists, cluster_networks, change)
            case PlanStep.REMOVED:
                _remove(state, change)
    if PlanStep.MADE in change.steps and PlanStep.REMOVED in change.steps:
        state.replacements[placeholder(change.address)] = pool_id(change)


def _make(
    state: WorkingState, group_lists: GroupLists, cluster_networks: ClusterNetworks, change: ResourceChange
) -> None:
    attributes = _POOLS[change.type]
    groups = _made_list(group_lists, change, attributes)
    for key in clusters_of(state, group_lists, change):
        effects = state.effects_of(change)
        pool = placeholder(change.address)
        bound = _binding(state, (key[0], pool), key[1], groups)
        name = text(change.after.get("name"))
        state.pools[key][pool] = NodePool(node_pool_id=pool, kind=attributes.kind, security_groups=bound, name=name)
        effects.clusters.add(key[1])
        effects.pools.add(pool)
        effects.add_effect("pool-in", cluster=key[1], groups=_spelled(groups))
        bindings.join(state, effects, ids_of(groups), Member(instance_id=""), state.clusters[key].vpc_id)
        networks.add_subnets(state, cluster_networks, key, change, attributes.subnets)


def _made_list(group_lists: GroupLists, change: ResourceChange, attributes: _Attributes) -> Groups:
    groups = _planned_list(group_lists, change, attributes)
    if (
        attributes.legacy
        and group_lists.in_schema(change, attributes.groups)
        and group_lists.is_written(change, attributes.legacy)
        and not group_lists.is_written(change, attributes.groups)
    ):
        return UnknownList(why=GapReason.LIST_REFUSED)
    return groups


def _binding(state: WorkingState, key: Key, cluster_id: str, groups: Groups) -> Binding:
    """The groups that a pool (``key``) names after the change; none where the configuration writes no list."""
    bound = binding(state, key, cluster_id, groups)
    return () if isinstance(bindings.empty_if_default(groups), EmptyList) else bound


def _planned_list(group_lists: GroupLists, change: ResourceChange, attributes: _Attributes) -> Groups:
    if attributes.legacy and not group_lists.in_schema(change, attributes.groups):
        return group_lists.groups(change, attributes.legacy, ordered=False)
    return group_lists.groups(change, attributes.groups)


def _update(
    state: WorkingState, group_lists: GroupLists, cluster_networks: ClusterNetworks, change: ResourceChange
) -> None:
    attributes = _POOLS[change.type]
    _add_unread(state, change, attributes)
    for key, pool in _pools_of(state, pool_id(change)):
        if texts(at(change.before, attributes.subnets)) != texts(at(change.after, attributes.subnets)):
            networks.add_subnets(state, cluster_networks, key, change, attributes.subnets)
        if group_lists.changed(change, attributes.groups):
            _update_list(state, change, key, pool, _planned_list(group_lists, change, attributes))
        elif attributes.legacy and group_lists.changed(change, attributes.legacy):
            refused = group_lists.in_schema(change, attributes.groups)
            groups = (
                UnknownList(why=GapReason.LIST_REFUSED) if refused else _planned_list(group_lists, change, attributes)
            )
            _update_list(state, change, key, pool, groups)


def _add_unread(state: WorkingState, change: ResourceChange, attributes: _Attributes) -> None:
    """Add a pool of an audited cluster that is not in the snapshot, with the list in the Terraform state."""
    for key in state.cluster_keys(text(change.before.get("cluster_id"))):
        own_id = pool_id(change)
        if own_id and own_id not in state.pools[key]:
            groups, _ = present_list(change)
            state.pools[key][own_id] = NodePool(node_pool_id=own_id, kind=attributes.kind, security_groups=groups)


def _update_list(state: WorkingState, change: ResourceChange, key: Key, pool: NodePool, groups: Groups) -> None:
    """Change the list of a pool. The provider does not send an emptied list: the cloud keeps the old groups."""
    if not isinstance(groups, EmptyList):
        _rebind(state, change, key, pool, groups)
        return
    effects = _effects_on(state, change, key, pool)
    effects.add_effect("pool-kept", pool=pool.node_pool_id)


def _rebind(state: WorkingState, change: ResourceChange, key: Key, pool: NodePool, groups: Groups) -> None:
    """Let a pool bind another list."""
    effects = _effects_on(state, change, key, pool)
    bound = _binding(state, (key[0], pool.node_pool_id), key[1], groups)
    state.pools[key][pool.node_pool_id] = replace(pool, security_groups=bound)
    effects.add_effect("pool", pool=pool.node_pool_id, groups=_spelled(groups))


def _effects_on(state: WorkingState, change: ResourceChange, key: Key, pool: NodePool) -> ResourceEffects:
    """The effects of a resource, with the pool among what it affects."""
    effects = state.effects_of(change)
    effects.clusters.add(key[1])
    effects.pools.add(pool.node_pool_id)
    return effects


def _remove(state: WorkingState, change: ResourceChange) -> None:
    """Delete a pool. Its nodes stay unless ``delete_keep_instance``, true by default, is false."""
    for key, pool in _pools_of(state, pool_id(change)):
        effects = _effects_on(state, change, key, pool)
        effects.add_effect("pool-out", pool=pool.node_pool_id)
        del state.pools[key][pool.node_pool_id]
        if change.before.get("delete_keep_instance") is False:
            for node in [node for node in state.nodes[key].values() if node.node_pool_id == pool.node_pool_id]:
                effects.nodes.add(node.node_id)
                state.remove_node(key, node.node_id)
                bindings.leave(state, effects, node.instance_id or node.node_id)


def _apply_scaling_config(state: WorkingState, group_lists: GroupLists, change: ResourceChange) -> None:
    if not group_lists.changed(change, _CONFIG_LIST):
        return
    for key, pool in _launching(state, change):
        _update_list(state, change, key, pool, group_lists.groups(change, _CONFIG_LIST))


def _leave_scaling_config(state: WorkingState, group_lists: GroupLists, change: ResourceChange) -> None:
    """Let the pools that launch from a deleted configuration launch from its replacement, if it has one."""
    for key, pool in _launching(state, change):
        is_replaced = PlanStep.MADE in change.steps
        groups = group_lists.groups(change, _CONFIG_LIST) if is_replaced else UnknownList(why=GapReason.LAUNCH_GONE)
        _rebind(state, change, key, pool, groups)


def _launching(state: WorkingState, change: ResourceChange) -> list[tuple[Key, NodePool]]:
    config = text(change.before.get("id"))
    everything = [(key, pool) for key, pools in state.pools.items() for pool in pools.values()]
    return [(key, pool) for key, pool in everything if config and pool.launch_configuration_id == config]


def _apply_scaling_group(state: WorkingState, plan: Plan, group_lists: GroupLists, change: ResourceChange) -> None:
    """Apply an update of a scaling group without a node pool that launches from another configuration."""
    config = group_lists.references.value(change, ("configuration_id",), SCALING_CONFIG)
    if config == text(change.before.get("configuration_id")):
        return
    for key, pool in _pools_of(state, pool_id(change)):
        _rebind(state, change, key, pool, _of_config(plan, group_lists, config or ""))
        moved = state.pools[key][pool.node_pool_id]
        state.pools[key][pool.node_pool_id] = replace(moved, launch_configuration_id=config or "")


def _of_config(plan: Plan, group_lists: GroupLists, config: str) -> Groups:
    types = frozenset({SCALING_CONFIG_TYPE})
    for change in (*plan.managed, *values.unchanged(plan, types)):
        if change.type == SCALING_CONFIG_TYPE and config and group_lists.references.identity(change) == config:
            return group_lists.groups(change, _CONFIG_LIST)
    return UnknownList(why=GapReason.LIST_UNKNOWN)


def _pools_of(state: WorkingState, pool_id: str) -> list[tuple[Key, NodePool]]:
    return [(key, pools[pool_id]) for key, pools in state.pools.items() if pool_id and pool_id in pools]


def _spelled(groups: Groups) -> str:
    return ", ".join(ids_of(groups)) or "-"
