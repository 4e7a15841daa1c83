"""Reads the lists of groups of a plan, and applies them: which groups nodes and pools bind, and who is a member.

A list in a plan may be unknown until apply, come from references, be empty, or be a set without an order. Each kind is
a type of its own here, so that a list that is not fully known becomes a gap and never a shorter list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from auditor.model.clusters import Binding, Node
from auditor.model.rules import Member, Membership
from auditor.whatif import rule_effects
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.state import Key, ResourceEffects, WorkingState
from auditor.whatif.terraform.plan import PlanStep, ResourceChange
from auditor.whatif.terraform.references import CLUSTER, GROUP, References, placeholder
from auditor.whatif.terraform.values import KnownValue, Path, UnknownValue, at, has_unknown_item, read, texts


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownList:
    """A list that is wholly known. ``ordered`` is false for a set, whose order means nothing."""

    ids: tuple[str, ...]
    ordered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownList:
    """A list that is not wholly known. ``ids`` are certainly in it; ``ordered`` is as in :class:`KnownList`."""

    why: GapReason
    ids: tuple[str, ...] = ()
    ordered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyList:
    """An empty list."""


Groups: TypeAlias = KnownList | UnknownList | EmptyList


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLists:
    """Reads the lists of groups of one plan.

    With ``trust``, the references in a list are taken as the whole list, in the order of the configuration.
    """

    references: References
    trust: bool

    def groups(self, change: ResourceChange, path: Path, *, ordered: bool = True) -> Groups:
        """The list at ``path`` after the change."""
        value = read(change.after, change.change.after_unknown, path)
        if isinstance(value, UnknownValue):
            return self._unknown(change, path, ordered=ordered)
        if has_unknown_item(change.change.after_unknown, path):
            return UnknownList(why=GapReason.LIST_UNKNOWN, ids=texts(value.value))
        ids = texts(value.value)
        return KnownList(ids=ids, ordered=ordered) if ids else EmptyList()

    def ordered_or_legacy(self, change: ResourceChange, ordered: Path, unordered: Path) -> Groups | None:
        """The list that decides, of an ordered list and the legacy set that it replaces.

        For an update that is the attribute that changed, or ``None`` if neither did. For a new object it is the
        attribute that is set; the list is empty if neither is. The other attribute is computed and may be stale in a
        plan.
        """
        if PlanStep.UPDATED in change.steps:
            if self.changed(change, ordered):
                return self.groups(change, ordered)
            return self.groups(change, unordered, ordered=False) if self.changed(change, unordered) else None
        if self.is_written(change, ordered):
            return self.groups(change, ordered)
        if self.is_written(change, unordered):
            return self.groups(change, unordered, ordered=False)
        return EmptyList()

    def changed(self, change: ResourceChange, path: Path) -> bool:
        """Whether an update changes the list."""
        value = read(change.after, change.change.after_unknown, path)
        if isinstance(value, KnownValue):
            is_open = has_unknown_item(change.change.after_unknown, path)
            return is_open or texts(value.value) != texts(at(change.before, path))
        return self.references.configured(change, path) is not False

    def in_schema(self, change: ResourceChange, path: Path) -> bool:
        """Whether the schema of the provider that made the plan has this attribute: a plan lists all attributes."""
        *parents, name = path
        unknown = at(change.change.after_unknown, tuple(parents))
        sides = (at(change.before, tuple(parents)), at(change.after, tuple(parents)), unknown)
        return any(isinstance(side, dict) and name in side for side in sides) or isinstance(
            read({}, change.change.after_unknown, tuple(parents)), UnknownValue
        )

    def is_written(self, change: ResourceChange, path: Path) -> bool:
        """Whether a new object has any group in the list."""
        value = read(change.after, change.change.after_unknown, path)
        if isinstance(value, KnownValue):
            return bool(texts(value.value))
        return self.references.configured(change, path) is not False

    def _unknown(self, change: ResourceChange, path: Path, *, ordered: bool) -> Groups:
        """The list behind an unknown value, which hides the known elements too: only its references can be read."""
        if self.references.configured(change, path) is False:
            return UnknownList(why=GapReason.LIST_DEFAULT)
        members = self.references.several(change, path, GROUP)
        if not members.traced:
            return UnknownList(why=GapReason.LIST_UNKNOWN, ids=members.ids)
        if self.trust:
            return KnownList(ids=members.ids, ordered=ordered)
        return UnknownList(why=GapReason.LIST_BY_REFERENCE, ids=members.ids, ordered=ordered)


def clusters_of(state: WorkingState, group_lists: GroupLists, change: ResourceChange) -> tuple[Key, ...]:
    """The audited clusters to which a resource belongs after the change. An untraced cluster id leaves a gap."""
    cluster_id = group_lists.references.value(change, ("cluster_id",), CLUSTER)
    if cluster_id is None:
        state.gaps.add(gap(GapReason.CLUSTER_UNTRACED, "", placeholder(change.address)))
        state.effects_of(change).add_untraced_effect("cluster-untraced")
    return state.cluster_keys(cluster_id or "")


def binding(state: WorkingState, key: Key, cluster_id: str, groups: Groups) -> Binding:
    """The groups that a node or pool (``key``) will bind, or a gap if the list is not known.

    An open order is a gap only if the order can change which packets pass. A list that is known from references alone
    is assumed to be complete, and the gap is kept in ``state.assumed``.
    """
    state.assumed.pop((key[0], cluster_id, key[1]), None)
    match groups:
        case KnownList(ordered=False) if _order_matters(state, key[0], groups.ids):
            return gap(GapReason.LIST_ORDER, *key, cluster_id)
        case UnknownList(why=GapReason.LIST_BY_REFERENCE) if groups.ordered or not _order_matters(
            state, key[0], groups.ids
        ):
            state.assumed[key[0], cluster_id, key[1]] = gap(groups.why, *key, cluster_id)
            return groups.ids
        case KnownList():
            return groups.ids
        case UnknownList():
            return gap(groups.why, *key, cluster_id)
        case EmptyList():
            return gap(GapReason.LIST_EMPTIED, *key, cluster_id)


def _order_matters(state: WorkingState, region: str, group_ids: tuple[str, ...]) -> bool:
    return rule_effects.order_matters([(region, group) for group in group_ids], state.rulebook())


def default_if_empty(groups: Groups) -> Groups:
    """The list of a new object: without a list it gets a default group that the plan does not name."""
    return UnknownList(why=GapReason.LIST_DEFAULT) if isinstance(groups, EmptyList) else groups


def empty_if_default(groups: Groups) -> Groups:
    """The list of a new object that binds no group by default: empty where the configuration writes no list."""
    return EmptyList() if isinstance(groups, UnknownList) and groups.why is GapReason.LIST_DEFAULT else groups


def groups_of(bound: Binding, why: GapReason) -> Groups:
    """The list that something binds; for a gap, a list that is unknown for the reason ``why``."""
    if not isinstance(bound, tuple):
        return UnknownList(why=why)
    return KnownList(ids=bound) if bound else EmptyList()


def ids_of(groups: Groups) -> tuple[str, ...]:
    """The ids of the groups that are certainly in the list."""
    return () if isinstance(groups, EmptyList) else groups.ids


def listing(groups: Groups) -> dict[str, str]:
    """The facts of a sentence about a list: its groups, and whether it is ``listed``, ``none`` or ``unknown``."""
    match groups:
        case EmptyList():
            return {"groups": "", "list": "none"}
        case UnknownList(ids=()):
            return {"groups": "", "list": "unknown"}
        case _:
            return {"groups": ", ".join(groups.ids), "list": "listed"}


def join(
    state: WorkingState, effects: ResourceEffects, groups: tuple[str, ...], member: Member, vpc_id: str = ""
) -> None:
    """Add a member to groups. If its address is unknown, it will be an address of ``vpc_id``."""
    for group in groups:
        effects.members.add(group)
        if not member.addresses:
            state.joining.setdefault(group, set()).add(vpc_id)
        for membership in _memberships(state, group):
            if member not in membership.members and (member.instance_id or member.interface_id):
                state.set_members(replace(membership, members=(*membership.members, member)))


def leave(state: WorkingState, effects: ResourceEffects, resource: str, groups: tuple[str, ...] | None = None) -> None:
    """Remove a machine or interface (by id) from the given groups, or from all groups."""
    for membership in state.memberships_of(resource):
        if groups is None or membership.security_group_id in groups:
            _remove(state, effects, membership, lambda member: resource in (member.instance_id, member.interface_id))


def add(
    state: WorkingState, effects: ResourceEffects, machine: str, groups: tuple[str, ...], node: Node | None = None
) -> None:
    """Add a machine to groups, at the addresses by which it or its ``node`` is known."""
    machine_member = _machine(state, machine, node)
    for group in groups:
        members = [member for membership in _memberships(state, group) for member in membership.members]
        if not any(_is_machine(member, machine_member) for member in members):
            join(state, effects, (group,), machine_member)


def rebind(
    state: WorkingState, effects: ResourceEffects, machine: str, groups: tuple[str, ...], node: Node | None = None
) -> None:
    """Replace the groups of a machine. Its further network interfaces keep their own groups."""
    add(state, effects, machine, groups, node)
    machine_member = _machine(state, machine, node)
    for membership in state.memberships_of(machine):
        if membership.security_group_id not in groups:
            _remove(state, effects, membership, lambda member: _is_machine(member, machine_member))


def move_interface(state: WorkingState, effects: ResourceEffects, interface: str, groups: tuple[str, ...]) -> None:
    """Replace the groups of a network interface."""
    member = interface_of(state, interface)
    present = (membership.security_group_id for membership in state.memberships_of(interface))
    leave(state, effects, interface, tuple(group for group in present if group not in groups))
    join(state, effects, groups, member)


def attach(state: WorkingState, effects: ResourceEffects, interface: str, machine: str) -> None:
    """Attach an interface to a machine, or detach it (""): the machine is a member of the groups of the interface."""
    for membership in state.memberships_of(interface):
        members = tuple(
            replace(member, instance_id=machine) if member.interface_id == interface else member
            for member in membership.members
        )
        if members != membership.members:
            effects.members.add(membership.security_group_id)
            state.set_members(replace(membership, members=members))


def interface_of(state: WorkingState, interface: str) -> Member:
    """A network interface as a member; it has no addresses if it was not read."""
    members = (member for membership in state.memberships_of(interface) for member in membership.members)
    unread = Member(instance_id="", interface_id=interface)
    return next((member for member in members if member.interface_id == interface), unread)


def own_addresses(state: WorkingState, machine: str) -> tuple[str, ...]:
    """The private addresses of a machine in its groups, without those of its further interfaces."""
    return _machine(state, machine, None).addresses


def _remove(
    state: WorkingState, effects: ResourceEffects, membership: Membership, leaves: Callable[[Member], bool]
) -> None:
    members = tuple(member for member in membership.members if not leaves(member))
    if members != membership.members:
        effects.members.add(membership.security_group_id)
        state.set_members(replace(membership, members=members))


def _machine(state: WorkingState, machine: str, node: Node | None) -> Member:
    rows = [
        member
        for membership in state.memberships_of(machine)
        for member in membership.members
        if member.instance_id == machine and not member.interface_id
    ]
    addresses = {address for member in rows for address in member.addresses} | set(node.addresses if node else ())
    name = rows[0].name if rows else (node.name if node is not None else "")
    return Member(instance_id=machine, name=name, addresses=tuple(sorted(addresses)))


def _memberships(state: WorkingState, group: str) -> tuple[Membership, ...]:
    return tuple(state.memberships[key] for key in state.region_keys(group) if key in state.memberships)


def _is_machine(member: Member, machine: Member) -> bool:
    """Whether a member is the machine itself or its primary interface, which has the same address."""
    if member.instance_id != machine.instance_id:
        return False
    return not member.interface_id or bool(set(member.addresses) & set(machine.addresses))
