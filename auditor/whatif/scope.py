"""Finds the changes of a plan that the audit must consider, and checks that what they are about was read.

A change is relevant if its type can affect the groups of a node. A type of the provider that this version does not
know may be relevant if the change names an audited object. A relevant change in a region, account or cluster that was
not read leaves a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.model.clusters import VPC_CNI_ADD_ON, Node, NodePool
from auditor.model.rules import AddressTemplate, ServiceTemplate, TemplateGroup
from auditor.model.snapshot import Snapshot
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.resources import clusters
from auditor.whatif.resources.registry import entry_of
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform.plan import PROVIDER_PREFIX, Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.providers import NamedRegions, Providers, ids_in, texts_in
from auditor.whatif.terraform.references import CLUSTER, References, placeholder
from auditor.whatif.terraform.values import text

_WITHOUT_GROUPS = re.compile(
    "tencentcloud_(?:(?:cbs|monitor|tag|tags|tat)_[a-z_]+|kubernetes_(?:addon|addon_attachment|addon_config"
    "|auth_attachment|encryption_protection|health_check_policy|log_config|user_permissions"
    "|cluster_maintenance_window_and_exclusion))"
)
"""Types that name clusters and machines but do not decide their groups: disks, monitoring, tags, commands, add-ons."""

_RULE_PREFIXES = ("sg-", "ipm-", "ipmg-", "ppm-", "ppmg-")
_AUDITED_ID = re.compile(r"(?:cls|ins|np|eni|asc|sg|ipm|ipmg|ppm|ppmg)-[a-z0-9]+")


_CLUSTER_ID = re.compile(rf"{CLUSTER.prefix}[a-z0-9]+")


def has_relevant_changes(plan: Plan) -> bool:
    """Whether the plan has a change that can affect the groups of a node, or may have one that it does not show."""
    if not plan.complete or plan.deferred_changes:
        return True
    return any(is_relevant(change) for change in plan.managed)


def regions(plan: Plan) -> NamedRegions:
    """The regions of the changes that are or may be relevant, as far as the plan tells them."""
    providers = Providers(plan)
    changes = [change for change in plan.managed if is_relevant(change) or may_be_relevant(change)]
    names = [providers.regions(change).names for change in changes]
    return NamedRegions(names=tuple(sorted(frozenset().union(*names))), all_named=bool(names) and all(names))


def regions_by_id(snapshot: Snapshot) -> Mapping[str, str]:
    """The region of each object that was read, by id."""
    return dict(_ids_and_regions(snapshot))


def is_relevant(change: ResourceChange) -> bool:
    """Whether a change is of a known type and can affect the groups of a node."""
    entry = entry_of(change)
    if entry is None or not entry.affects_nodes:
        return False
    if not change.understood:
        return True
    return bool(change.steps) and not (entry.needs_user and change.steps == (PlanStep.MADE,))


def may_be_relevant(change: ResourceChange) -> bool:
    """Whether a change is of an unknown type and names an object that can be part of a node's stack."""
    return _is_unknown_type(change) and bool(_audited_ids(change))


def check_scope(state: WorkingState, plan: Plan, references: References, providers: Providers) -> None:
    """Add a gap for each relevant change in an account, region or cluster that was not read or is not known.

    Every resource that can affect a security group is marked to be listed, whatever it turns out to affect.
    """
    check = _ScopeCheck(state=state, references=references, providers=providers)
    for change in plan.managed:
        if _writes_groups(change):
            state.effects_of(change).always_listed = True
        if _is_left_out(state, change):
            continue
        if is_relevant(change) or may_be_relevant(change):
            check.account(change)
            check.regions(change)
            check.clusters(change)


def add_unknown_type_gaps(state: WorkingState, plan: Plan, references: References) -> None:
    """Add a gap for each change of an unknown type that names an audited object, after the plan is applied."""
    audited = _AuditedObjects(state)
    for change in plan.managed:
        named = audited.named(change, references) if _is_unknown_type(change) else ()
        if named:
            effects = state.effects_of(change)
            effects.always_listed = True
            owners = {key for name in named for key in audited.clusters.get(name, ())}
            effects.clusters |= {key[1] for key in owners}
            effects.add_untraced_effect("type-unknown", named=", ".join(named))
            region, cluster_id = next(iter(owners)) if len(owners) == 1 else ("", "")
            address = placeholder(change.address)
            state.gaps.add(gap(GapReason.TYPE_UNKNOWN, region, address, cluster_id))


def _ids_and_regions(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for cluster in (*snapshot.clusters, *snapshot.neighbours):
        ids = [cluster.cluster_id, cluster.vpc_id]
        ids += [name for node in cluster.nodes for name in (node.node_id, node.instance_id)]
        ids += [name for pool in cluster.node_pools for name in (pool.node_pool_id, pool.launch_configuration_id)]
        ids += [interface.interface_id for interface in cluster.interfaces]
        yield from ((name, cluster.region) for name in ids if name)
    yield from ((group.security_group_id, group.region) for group in snapshot.security_groups)
    yield from ((balancer.load_balancer_id, balancer.region) for balancer in snapshot.load_balancers)
    yield from ((acl.network_acl_id, acl.region) for acl in snapshot.network_acls)
    templates: tuple[AddressTemplate | ServiceTemplate | TemplateGroup, ...] = (
        *snapshot.address_templates,
        *snapshot.service_templates,
        *snapshot.template_groups,
    )
    for template in templates:
        if not template.gaps:
            yield template.template_id, template.region


def _is_left_out(state: WorkingState, change: ResourceChange) -> bool:
    """Whether only a part of the audit that the configuration leaves out judges a change."""
    entry = entry_of(change)
    return entry is not None and entry.part is not None and state.leaves_out(entry.part)


def _writes_groups(change: ResourceChange) -> bool:
    """Whether a change can affect a security group, including a new group that nothing names."""
    entry = entry_of(change)
    return entry is not None and entry.writes_groups and (bool(change.steps) or not change.understood)


def _is_unknown_type(change: ResourceChange) -> bool:
    """Whether a change is of a type of the provider that this version does not know and that could decide groups."""
    if not change.type.startswith(PROVIDER_PREFIX) or entry_of(change) is not None:
        return False
    if not change.steps and change.understood:
        return False
    if not _WITHOUT_GROUPS.fullmatch(change.type):
        return True
    names_rules = any(name.startswith(_RULE_PREFIXES) for name in _audited_ids(change))
    return names_rules or any(VPC_CNI_ADD_ON in leaf for leaf in texts_in(change))


def _audited_ids(change: ResourceChange) -> set[str]:
    return {name for leaf in texts_in(change) for name in ids_in(leaf) if _AUDITED_ID.fullmatch(name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _ScopeCheck:
    """Compares the account, regions and clusters of a change with those that were read."""

    state: WorkingState
    references: References
    providers: Providers

    def account(self, change: ResourceChange) -> None:
        """Check the account. If the plan does not tell it, an id that was read proves it."""
        read = self.state.read.account
        admitted = self.providers.accounts(change).admit(read.id if read is not None else "")
        if admitted is None:
            admitted = True if self.providers.is_located(change) else None
        if not admitted:
            why = GapReason.ACCOUNT_UNKNOWN if admitted is None else GapReason.ACCOUNT_NOT_READ
            self.state.gaps.add(gap(why, "", placeholder(change.address)))
            message_id = "account-unknown" if admitted is None else "account-unread"
            self.state.effects_of(change).add_untraced_effect(message_id)

    def regions(self, change: ResourceChange) -> None:
        regions = self.providers.regions(change)
        address = placeholder(change.address)
        for name in sorted(regions.names.difference(self.state.read.regions)):
            self.state.gaps.add(gap(GapReason.REGION_NOT_READ, name, address))
            self.state.effects_of(change).add_untraced_effect("region-unread", region=name)
        if regions.unresolved:
            self.state.gaps.add(gap(GapReason.REGION_UNKNOWN, "", address))
            self.state.effects_of(change).add_untraced_effect("region-unknown")

    def clusters(self, change: ResourceChange) -> None:
        for cluster_id in sorted(self._clusters(change)):
            if not self.state.cluster_keys(cluster_id):
                address = placeholder(change.address)
                self.state.gaps.add(gap(GapReason.CLUSTER_NOT_READ, "", address, cluster_id))
                self.state.effects_of(change).add_untraced_effect("cluster-unread", cluster=cluster_id)

    def _clusters(self, change: ResourceChange) -> set[str]:
        """The existing clusters that a resource is, or to which it belongs before or after the change."""
        ids: set[str] = set()
        entry = entry_of(change)
        if change.type == clusters.CLUSTER_TYPE:
            ids.add(text(change.before.get("id")))
        elif entry is not None and entry.in_cluster:
            ids |= {text(change.before.get("cluster_id")), *ids_in(text(change.before.get("id")))}
            ids.add(self.references.value(change, ("cluster_id",), CLUSTER) or "")
        elif entry is None:
            ids |= {name for leaf in texts_in(change) for name in ids_in(leaf)}
        return {name for name in ids if _CLUSTER_ID.fullmatch(name)}


class _AuditedObjects:
    """The ids of all objects that are part of audited stacks, before and after the change."""

    def __init__(self, state: WorkingState) -> None:
        self.clusters: dict[str, set[Key]] = {}
        """The clusters of each cluster, node, machine, pool and launch configuration, by id."""
        self._ids: set[str] = set()
        for key, cluster in state.read_clusters.items():
            self._add_cluster(key, cluster.nodes, cluster.node_pools)
        for key in state.clusters:
            self._add_cluster(key, state.nodes[key].values(), state.pools[key].values())
        for key in state.bound_before | state.bound_groups():
            self._add_group(state, key)

    def named(self, change: ResourceChange, references: References) -> tuple[str, ...]:
        """The audited objects that a resource names by id, or by a reference to a planned object; sorted."""
        words = {name for leaf in texts_in(change) for name in (leaf, *ids_in(leaf))} | references.objects(change)
        return tuple(sorted(words & self._ids))

    def _add_cluster(self, key: Key, nodes: Iterable[Node], pools: Iterable[NodePool]) -> None:
        ids = {key[1], *(name for node in nodes for name in (node.node_id, node.instance_id))}
        ids |= {name for pool in pools for name in (pool.node_pool_id, pool.launch_configuration_id)}
        for name in ids - {""}:
            self.clusters.setdefault(name, set()).add(key)
        self._ids |= ids - {""}

    def _add_group(self, state: WorkingState, key: Key) -> None:
        self._ids.add(key[1])
        for group in (state.read.group_by_id.get(key), state.groups.get(key)):
            for name in group.references() if group is not None else ():
                self._ids.add(name)
                if template_group := state.template_groups.get((key[0], name)):
                    self._ids.update(template_group.members)
        if key in state.memberships:
            self._ids |= {member.interface_id for member in state.memberships[key].members} - {""}
