"""A plan laid over a snapshot: the state after the apply, as far as the plan tells it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.model.clusters import Node, NodePool
from auditor.model.rules import Membership
from auditor.model.snapshot import Snapshot
from auditor.whatif import unknowns
from auditor.whatif.bindings import GroupLists
from auditor.whatif.drift import drift
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.outcome import conclude
from auditor.whatif.planned import Planned
from auditor.whatif.resources import clusters, security_groups
from auditor.whatif.resources.networks import ClusterNetworks
from auditor.whatif.resources.registry import RESOURCE_TYPES, STEPS, Application
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform.plan import PROVIDER_PREFIX, Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.providers import NamedRegions, Providers, ids_in, texts_in
from auditor.whatif.terraform.references import CLUSTER, References, placeholder
from auditor.whatif.terraform.values import text


def apply(snapshot: Snapshot, plan: Plan, *, trust_references: bool) -> Planned:
    """The state after ``plan`` on top of ``snapshot``.

    ``trust_references`` takes the references in a list that is unknown until apply as the whole list in its order; a
    reference alone proves only that a group is in it.

    Whether the order of rules matters depends on who binds the groups that they name, and who binds a group is known
    once all is laid: where the order was asked about, all is laid once more with the answer.
    """
    references = References(plan)
    providers = Providers(plan, places(snapshot))
    lister = GroupLists(references=references, trust=trust_references)
    draft = _laid(snapshot, plan, lister, providers)
    if draft.order_asked:
        draft = _laid(snapshot, plan, lister, providers, unknowns.possible_members(draft))
    return conclude(draft, drift(snapshot, plan))


def _laid(
    snapshot: Snapshot, plan: Plan, lister: GroupLists, providers: Providers, peers: tuple[Membership, ...] = ()
) -> WorkingState:
    references = lister.references
    draft = WorkingState(snapshot, clusters.new_regions(plan, providers), peers)
    land = ClusterNetworks(plan, references, snapshot.networks)
    _note_incomplete(draft, plan)
    note(draft, plan, references, providers)
    application = Application(state=draft, plan=plan, lists=lister, networks=land, providers=providers)
    for step in STEPS:
        step(application)
    note_unknown(draft, plan, references)
    security_groups.drop_groups(draft, security_groups.deleted(plan))
    return draft


def _note_incomplete(draft: WorkingState, plan: Plan) -> None:
    """What the plan itself says, or this version does not understand, of changes that it does not show."""
    if not plan.complete:
        draft.gaps.add(gap(GapReason.PLAN_INCOMPLETE, "", "plan"))
    for deferred in plan.deferred_changes:
        change = deferred.resource_change
        if change is None or change.type in RESOURCE_TYPES:
            address = placeholder(change.address) if change is not None else "plan"
            draft.gaps.add(gap(GapReason.CHANGE_DEFERRED, "", address))
    for change in plan.managed:
        if change.type in RESOURCE_TYPES and not change.understood:
            draft.gaps.add(gap(GapReason.ACTION_UNKNOWN, "", placeholder(change.address)))


_WITHOUT_GROUPS = re.compile(
    "tencentcloud_(?:(?:cbs|monitor|tag|tags|tat)_[a-z_]+|kubernetes_(?:addon|addon_attachment|addon_config"
    "|auth_attachment|encryption_protection|health_check_policy|log_config|user_permissions"
    "|cluster_maintenance_window_and_exclusion))"
)
"""Types that name clusters and machines and decide no group of theirs: disks, monitoring, tags, commands, add-ons."""

_INTERFACE_ADD_ON = "eniipamd"
"""The add-on that gives Pods interfaces of their own, with groups of their own."""

_WITH_RULES = ("sg-", "ipm-", "ipmg-", "ppm-", "ppmg-")
_ID = re.compile(r"(?:cls|ins|np|eni|asc|sg|ipm|ipmg|ppm|ppmg)-[a-z0-9]+")


def has_relevant_changes(plan: Plan) -> bool:
    """Whether any change of the plan, or one that it does not show, is of a kind that could bear on a node's stack."""
    if not plan.complete or plan.deferred_changes:
        return True
    return any(is_relevant(change) for change in plan.managed)


def regions(plan: Plan) -> NamedRegions:
    """The regions of the changes that could bear on a node's stack, as far as the plan tells them."""
    providers = Providers(plan)
    found = [
        providers.regions(change).names for change in plan.managed if is_relevant(change) or may_be_relevant(change)
    ]
    return NamedRegions(names=tuple(sorted(frozenset().union(*found))), all_named=bool(found) and all(found))


def is_relevant(change: ResourceChange) -> bool:
    """Whether a change is of a kind that could bear on a node's stack."""
    entry = RESOURCE_TYPES.get(change.type)
    if entry is None or not entry.affects_nodes:
        return False
    if not change.understood:
        return True
    return bool(change.steps) and not (entry.needs_user and change.steps == (PlanStep.MADE,))


def is_unknown(change: ResourceChange) -> bool:
    """Whether a change is of a type of the provider that could decide groups for all that this version knows."""
    if (
        not change.type.startswith(PROVIDER_PREFIX)
        or change.type in RESOURCE_TYPES
        or not (change.steps or not change.understood)
    ):
        return False
    if not _WITHOUT_GROUPS.fullmatch(change.type):
        return True
    names_groups = any(name.startswith(_WITH_RULES) for name in _ids(change))
    return names_groups or any(_INTERFACE_ADD_ON in leaf for leaf in texts_in(change))


def may_be_relevant(change: ResourceChange) -> bool:
    """Whether a change is of such a type and names what nodes' stacks are made of by its id."""
    return is_unknown(change) and bool(_ids(change))


def _ids(change: ResourceChange) -> set[str]:
    return {name for leaf in texts_in(change) for name in ids_in(leaf) if _ID.fullmatch(name)}


def writes_groups(change: ResourceChange) -> bool:
    """Whether a change is of a kind that could bear on a security group, a new one that nothing names included."""
    entry = RESOURCE_TYPES.get(change.type)
    return entry is not None and entry.writes_groups and (bool(change.steps) or not change.understood)


_CLUSTER_ID = re.compile(rf"{CLUSTER.prefix}[a-z0-9]+")


def places(snapshot: Snapshot) -> Mapping[str, str]:
    """The regions of everything that was read, by id."""
    return dict(_placed(snapshot))


def _placed(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for cluster in (*snapshot.clusters, *snapshot.neighbours):
        names = [cluster.cluster_id, cluster.vpc_id]
        names += [name for node in cluster.nodes for name in (node.node_id, node.instance_id)]
        names += [name for pool in cluster.node_pools for name in (pool.node_pool_id, pool.launch_configuration_id)]
        yield from ((name, cluster.region) for name in names if name)
    yield from ((group.security_group_id, group.region) for group in snapshot.security_groups)
    addresses = ((one.template_id, one.region, one.gaps) for one in snapshot.address_templates)
    services = ((one.template_id, one.region, one.gaps) for one in snapshot.service_templates)
    both = ((one.template_id, one.region, one.gaps) for one in snapshot.template_groups)
    yield from ((name, region) for name, region, gaps in (*addresses, *services, *both) if not gaps)


def note(draft: WorkingState, plan: Plan, references: References, providers: Providers) -> None:
    """Give every resource that can bear on a security group a report, and a gap where it was not looked at."""
    notes = _Notes(draft=draft, references=references, providers=providers)
    for change in plan.managed:
        if writes_groups(change):
            draft.effects_of(change).always_listed = True
        if is_relevant(change) or may_be_relevant(change):
            notes.account(change)
            notes.region(change)
            notes.cluster(change)


def note_unknown(draft: WorkingState, plan: Plan, references: References) -> None:
    """Leave a gap for each change of a type that is not known and that names something audited, once all is laid."""
    audited = _Audited(draft)
    for change in plan.managed:
        named = audited.named(change, references) if is_unknown(change) else ()
        if named:
            report = draft.effects_of(change)
            report.always_listed = True
            owners = {key for name in named for key in audited.clusters.get(name, ())}
            report.clusters |= {key[1] for key in owners}
            report.add_untraced_effect("type-unknown", named=", ".join(named))
            region, cluster_id = next(iter(owners)) if len(owners) == 1 else ("", "")
            address = placeholder(change.address)
            draft.gaps.add(gap(GapReason.TYPE_UNKNOWN, region, address, cluster_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notes:
    """What is looked at for each resource of one plan."""

    draft: WorkingState
    references: References
    providers: Providers

    def region(self, change: ResourceChange) -> None:
        regions = self.providers.regions(change)
        address = placeholder(change.address)
        for name in sorted(regions.names.difference(self.draft.read.regions)):
            self.draft.gaps.add(gap(GapReason.REGION_NOT_READ, name, address))
            self.draft.effects_of(change).add_untraced_effect("region-unread", region=name)
        if regions.unresolved:
            self.draft.gaps.add(gap(GapReason.REGION_UNKNOWN, "", address))
            self.draft.effects_of(change).add_untraced_effect("region-unknown")

    def account(self, change: ResourceChange) -> None:
        """Where the plan does not tell the account, an id that was read does."""
        read = self.draft.read.account
        admitted = self.providers.accounts(change).admit(read.id if read is not None else "")
        if admitted is None:
            admitted = True if self.providers.is_located(change) else None
        if not admitted:
            why = GapReason.ACCOUNT_UNKNOWN if admitted is None else GapReason.ACCOUNT_NOT_READ
            self.draft.gaps.add(gap(why, "", placeholder(change.address)))
            self.draft.effects_of(change).add_untraced_effect(
                "account-unknown" if admitted is None else "account-unread"
            )

    def cluster(self, change: ResourceChange) -> None:
        for cluster_id in sorted(self._clusters(change)):
            if not self.draft.cluster_keys(cluster_id):
                address = placeholder(change.address)
                self.draft.gaps.add(gap(GapReason.CLUSTER_NOT_READ, "", address, cluster_id))
                self.draft.effects_of(change).add_untraced_effect("cluster-unread", cluster=cluster_id)

    def _clusters(self, change: ResourceChange) -> set[str]:
        """The clusters that a resource is, belongs to or will belong to, without those that the plan makes."""
        found: set[str] = set()
        if change.type == clusters.CLUSTER_TYPE:
            found.add(text(change.before.get("id")))
        elif change.type in RESOURCE_TYPES and RESOURCE_TYPES[change.type].in_cluster:
            found |= {text(change.before.get("cluster_id")), *_of_composite(change)}
            found.add(self.references.value(change, ("cluster_id",), CLUSTER) or "")
        elif change.type not in RESOURCE_TYPES:
            found |= {name for leaf in texts_in(change) for name in ids_in(leaf)}
        return {name for name in found if _CLUSTER_ID.fullmatch(name)}


class _Audited:
    """The ids of everything that audited stacks are made of, before the change and after it."""

    def __init__(self, draft: WorkingState) -> None:
        self.clusters: dict[str, set[Key]] = {}
        self._names: set[str] = set()
        for key, cluster in draft.read_clusters.items():
            self._add(key, (key[1],), cluster.nodes, cluster.node_pools)
        for key in draft.clusters:
            self._add(key, (key[1],), draft.nodes[key].values(), draft.pools[key].values())
        for key in draft.bound_before | draft.bound_groups():
            self._add_group(draft, key)

    def named(self, change: ResourceChange, references: References) -> tuple[str, ...]:
        """The audited objects that a resource names, by their ids or by references to what the plan makes, sorted."""
        words = {name for leaf in texts_in(change) for name in (leaf, *ids_in(leaf))} | references.objects(change)
        return tuple(sorted(words & self._names))

    def _add(self, key: Key, names: tuple[str, ...], nodes: Iterable[Node], pools: Iterable[NodePool]) -> None:
        own = {*names, *(name for node in nodes for name in (node.node_id, node.instance_id))}
        own |= {name for pool in pools for name in (pool.node_pool_id, pool.launch_configuration_id)}
        for name in own - {""}:
            self.clusters.setdefault(name, set()).add(key)
        self._names |= own - {""}

    def _add_group(self, draft: WorkingState, key: Key) -> None:
        self._names.add(key[1])
        for held in (draft.read.group_by_id.get(key), draft.groups.get(key)):
            for _, rule in held.all_rules() if held is not None else ():
                names = rule.references()
                listed = [
                    draft.template_groups[key[0], name] for name in names if (key[0], name) in draft.template_groups
                ]
                self._names.update(name for name in names if name)
                self._names.update(member for group in listed for member in group.members)
        if key in draft.memberships:
            self._names |= {member.interface_id for member in draft.memberships[key].members} - {""}


def _of_composite(change: ResourceChange) -> tuple[str, ...]:
    return tuple(name for name in ids_in(text(change.before.get("id"))) if name.startswith(CLUSTER.prefix))
