"""Who binds a group: rules that name a group as peer mean the private addresses of its members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from auditor.change.draft import Draft, Report
from auditor.model.estate import Node
from auditor.model.rules import Member, Membership


def join(draft: Draft, report: Report, groups: tuple[str, ...], member: Member, vpc_id: str = "") -> None:
    """Let something bind groups besides those that it binds. An address yet unknown will be one of its VPC's."""
    for group in groups:
        report.members.add(group)
        if not member.addresses:
            draft.joining.setdefault(group, set()).add(vpc_id)
        for found in _held(draft, group):
            if member not in found.members and (member.instance_id or member.interface_id):
                draft.set_members(replace(found, members=(*found.members, member)))


def leave(draft: Draft, report: Report, resource: str, groups: tuple[str, ...] | None = None) -> None:
    """Let a machine or interface (by id) leave the groups given, or all of them."""
    for found in draft.seats(resource):
        if groups is None or found.security_group_id in groups:
            _keep(draft, report, found, lambda member: resource not in (member.instance_id, member.interface_id))


def add(draft: Draft, report: Report, machine: str, groups: tuple[str, ...], known: Node | None = None) -> None:
    """Let a machine bind groups besides its own, at the addresses by which it is known."""
    fresh = _machine(draft, machine, known)
    for group in groups:
        if not any(_is_itself(member, fresh) for found in _held(draft, group) for member in found.members):
            join(draft, report, (group,), fresh)


def rebind(draft: Draft, report: Report, machine: str, groups: tuple[str, ...], known: Node | None = None) -> None:
    """Let a machine bind these groups and no others.

    Further interfaces of it keep their own groups: only what has the machine's own address moves.
    """
    fresh = _machine(draft, machine, known)
    for found in draft.seats(machine):
        if found.security_group_id not in groups:
            _keep(draft, report, found, lambda member: not _is_itself(member, fresh))
    add(draft, report, machine, groups, known)


def move_interface(draft: Draft, report: Report, interface: str, groups: tuple[str, ...]) -> None:
    """Let an interface bind these groups and no others."""
    fresh = interface_of(draft, interface)
    left = tuple(found.security_group_id for found in draft.seats(interface) if found.security_group_id not in groups)
    leave(draft, report, interface, left)
    join(draft, report, groups, fresh)


def interface_of(draft: Draft, interface: str) -> Member:
    """An interface as it is known; without addresses where it was not read."""
    known = (member for found in draft.seats(interface) for member in found.members)
    unknown = Member(instance_id="", interface_id=interface)
    return next((member for member in known if member.interface_id == interface), unknown)


def own_addresses(draft: Draft, machine: str) -> tuple[str, ...]:
    """The private addresses under which a machine itself, not a further interface of it, binds groups."""
    return _machine(draft, machine, None).addresses


def _keep(draft: Draft, report: Report, found: Membership, keep: Callable[[Member], bool]) -> None:
    left = tuple(member for member in found.members if keep(member))
    if left != found.members:
        report.members.add(found.security_group_id)
        draft.set_members(replace(found, members=left))


def _machine(draft: Draft, machine: str, known: Node | None) -> Member:
    rows = [
        member
        for found in draft.seats(machine)
        for member in found.members
        if member.instance_id == machine and not member.interface_id
    ]
    own = {address for member in rows for address in member.addresses} | set(known.addresses if known else ())
    name = rows[0].name if rows else (known.name if known is not None else "")
    return Member(instance_id=machine, name=name, addresses=tuple(sorted(own)))


def _held(draft: Draft, group: str) -> tuple[Membership, ...]:
    return tuple(draft.memberships[key] for key in draft.everywhere(group) if key in draft.memberships)


def _is_itself(member: Member, machine: Member) -> bool:
    """Whether a row is the machine or its primary interface."""
    if member.instance_id != machine.instance_id:
        return False
    return not member.interface_id or bool(set(member.addresses) & set(machine.addresses))
