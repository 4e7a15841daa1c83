"""The groups that a resource will bind, out of a list that may be unknown, unnamed, emptied or without order."""

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
from auditor.whatif.terraform.values import KnownValue, Path, UnknownValue, at, read, texts


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownList:
    """A list as it will be. ``ordered`` is false for a set, whose order means nothing."""

    ids: tuple[str, ...]
    ordered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownList:
    """A list that the plan does not tell. ``ids`` are certainly in it. ``ordered`` as for :class:`Listed`."""

    why: GapReason
    ids: tuple[str, ...] = ()
    ordered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyList:
    """A list with nothing in it."""


Groups: TypeAlias = KnownList | UnknownList | EmptyList


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLists:
    """Reads lists of one plan. ``trust``: the references of a list are all of it, in the order written."""

    references: References
    trust: bool

    def groups(self, change: ResourceChange, path: Path, *, ordered: bool = True) -> Groups:
        """The list at ``path`` after the change."""
        value = read(change.after, change.change.after_unknown, path)
        if isinstance(value, UnknownValue):
            return self._unknown(change, path, ordered=ordered)
        unknown = at(change.change.after_unknown, path)
        if isinstance(unknown, list) and True in unknown:
            return UnknownList(why=GapReason.LIST_UNKNOWN, ids=texts(value.value))
        ids = texts(value.value)
        return KnownList(ids=ids, ordered=ordered) if ids else EmptyList()

    def ordered_or_legacy(self, change: ResourceChange, ordered: Path, unordered: Path) -> Groups | None:
        """Of an ordered list and its deprecated twin the one that was written or changed; ``None`` where neither was.

        The other one is computed and goes stale in a plan.
        """
        if PlanStep.UPDATED in change.steps:
            if self.changed(change, ordered):
                return self.groups(change, ordered)
            return self.groups(change, unordered, ordered=False) if self.changed(change, unordered) else None
        if self.is_written(change, ordered):
            return self.groups(change, ordered)
        if self.is_written(change, unordered):
            return self.groups(change, unordered, ordered=False)
        return UnknownList(why=GapReason.LIST_DEFAULT)

    def changed(self, change: ResourceChange, path: Path) -> bool:
        """Whether an update asks for another list than the present one."""
        value = read(change.after, change.change.after_unknown, path)
        if isinstance(value, KnownValue):
            unknown = at(change.change.after_unknown, path)
            return texts(value.value) != texts(at(change.before, path)) or (
                isinstance(unknown, list) and True in unknown
            )
        return self.references.configured(change, path) is not False

    def in_schema(self, change: ResourceChange, path: Path) -> bool:
        """Whether the provider that made the plan has this attribute: a plan names each one of a schema."""
        *parents, name = path
        unknown = at(change.change.after_unknown, tuple(parents))
        sides = (at(change.before, tuple(parents)), at(change.after, tuple(parents)), unknown)
        return any(isinstance(side, dict) and name in side for side in sides) or isinstance(
            read({}, change.change.after_unknown, tuple(parents)), UnknownValue
        )

    def is_written(self, change: ResourceChange, path: Path) -> bool:
        """Whether a new object names any group here."""
        value = read(change.after, change.change.after_unknown, path)
        if isinstance(value, KnownValue):
            return bool(texts(value.value))
        return self.references.configured(change, path) is not False

    def _unknown(self, change: ResourceChange, path: Path, *, ordered: bool) -> Groups:
        """A list with one unknown element is unknown as a whole, and its constants are not in the configuration."""
        if self.references.configured(change, path) is False:
            return UnknownList(why=GapReason.LIST_DEFAULT)
        members = self.references.several(change, path, GROUP)
        if not members.traced:
            return UnknownList(why=GapReason.LIST_UNKNOWN, ids=members.ids)
        if self.trust:
            return KnownList(ids=members.ids, ordered=ordered)
        return UnknownList(why=GapReason.LIST_BY_REFERENCE, ids=members.ids, ordered=ordered)


def clusters_of(draft: WorkingState, lister: GroupLists, change: ResourceChange) -> tuple[Key, ...]:
    """The audited clusters that a resource belongs to after the change: one, none, or not to be told."""
    cluster_id = lister.references.value(change, ("cluster_id",), CLUSTER)
    if cluster_id is None:
        draft.gaps.add(gap(GapReason.CLUSTER_UNTRACED, "", placeholder(change.address)))
        draft.effects_of(change).add_untraced_effect("cluster-untraced")
    return draft.cluster_keys(cluster_id or "")


def binding(draft: WorkingState, key: Key, cluster_id: str, groups: Groups) -> Binding:
    """What an object will bind; a gap where that is open. An order that is not assured counts only where it matters.

    A list that is known by its references alone is taken for the whole list, and the gap stays beside it.
    """
    draft.assumed.pop((key[0], cluster_id, key[1]), None)
    match groups:
        case KnownList(ordered=False) if _order_matters(draft, key[0], groups.ids):
            return gap(GapReason.LIST_ORDER, *key, cluster_id)
        case UnknownList(why=GapReason.LIST_BY_REFERENCE) if groups.ordered or not _order_matters(
            draft, key[0], groups.ids
        ):
            draft.assumed[key[0], cluster_id, key[1]] = gap(groups.why, *key, cluster_id)
            return groups.ids
        case KnownList():
            return groups.ids
        case UnknownList():
            return gap(groups.why, *key, cluster_id)
        case EmptyList():
            return gap(GapReason.LIST_EMPTIED, *key, cluster_id)


def _order_matters(draft: WorkingState, region: str, group_ids: tuple[str, ...]) -> bool:
    return rule_effects.order_matters([(region, group) for group in group_ids], draft.rulebook())


def ids_of(groups: Groups) -> tuple[str, ...]:
    """The groups that are certainly bound, whatever else may be."""
    return () if isinstance(groups, EmptyList) else groups.ids


def join(
    draft: WorkingState, report: ResourceEffects, groups: tuple[str, ...], member: Member, vpc_id: str = ""
) -> None:
    """Let something bind groups besides those that it binds. An address yet unknown will be one of its VPC's."""
    for group in groups:
        report.members.add(group)
        if not member.addresses:
            draft.joining.setdefault(group, set()).add(vpc_id)
        for found in _held(draft, group):
            if member not in found.members and (member.instance_id or member.interface_id):
                draft.set_members(replace(found, members=(*found.members, member)))


def leave(draft: WorkingState, report: ResourceEffects, resource: str, groups: tuple[str, ...] | None = None) -> None:
    """Let a machine or interface (by id) leave the groups given, or all of them."""
    for found in draft.memberships_of(resource):
        if groups is None or found.security_group_id in groups:
            _keep(draft, report, found, lambda member: resource not in (member.instance_id, member.interface_id))


def add(
    draft: WorkingState, report: ResourceEffects, machine: str, groups: tuple[str, ...], known: Node | None = None
) -> None:
    """Let a machine bind groups besides its own, at the addresses by which it is known."""
    fresh = _machine(draft, machine, known)
    for group in groups:
        if not any(_is_itself(member, fresh) for found in _held(draft, group) for member in found.members):
            join(draft, report, (group,), fresh)


def rebind(
    draft: WorkingState, report: ResourceEffects, machine: str, groups: tuple[str, ...], known: Node | None = None
) -> None:
    """Let a machine bind these groups and no others.

    Further interfaces of it keep their own groups: only what has the machine's own address moves.
    """
    fresh = _machine(draft, machine, known)
    for found in draft.memberships_of(machine):
        if found.security_group_id not in groups:
            _keep(draft, report, found, lambda member: not _is_itself(member, fresh))
    add(draft, report, machine, groups, known)


def move_interface(draft: WorkingState, report: ResourceEffects, interface: str, groups: tuple[str, ...]) -> None:
    """Let an interface bind these groups and no others."""
    fresh = interface_of(draft, interface)
    left = tuple(
        found.security_group_id for found in draft.memberships_of(interface) if found.security_group_id not in groups
    )
    leave(draft, report, interface, left)
    join(draft, report, groups, fresh)


def interface_of(draft: WorkingState, interface: str) -> Member:
    """An interface as it is known; without addresses where it was not read."""
    known = (member for found in draft.memberships_of(interface) for member in found.members)
    unknown = Member(instance_id="", interface_id=interface)
    return next((member for member in known if member.interface_id == interface), unknown)


def own_addresses(draft: WorkingState, machine: str) -> tuple[str, ...]:
    """The private addresses under which a machine itself, not a further interface of it, binds groups."""
    return _machine(draft, machine, None).addresses


def _keep(draft: WorkingState, report: ResourceEffects, found: Membership, keep: Callable[[Member], bool]) -> None:
    left = tuple(member for member in found.members if keep(member))
    if left != found.members:
        report.members.add(found.security_group_id)
        draft.set_members(replace(found, members=left))


def _machine(draft: WorkingState, machine: str, known: Node | None) -> Member:
    rows = [
        member
        for found in draft.memberships_of(machine)
        for member in found.members
        if member.instance_id == machine and not member.interface_id
    ]
    own = {address for member in rows for address in member.addresses} | set(known.addresses if known else ())
    name = rows[0].name if rows else (known.name if known is not None else "")
    return Member(instance_id=machine, name=name, addresses=tuple(sorted(own)))


def _held(draft: WorkingState, group: str) -> tuple[Membership, ...]:
    return tuple(draft.memberships[key] for key in draft.region_keys(group) if key in draft.memberships)


def _is_itself(member: Member, machine: Member) -> bool:
    """Whether a row is the machine or its primary interface."""
    if member.instance_id != machine.instance_id:
        return False
    return not member.interface_id or bool(set(member.addresses) & set(machine.addresses))
