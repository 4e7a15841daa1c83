"""The ordered rules of a stack, each with what the findings say of it: makes no difference, or stands behind one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from auditor.model.findings import Code, Finding, Result, StackResult
from auditor.model.gaps import Gap
from auditor.model.rules import (
    Action,
    AddressTemplatePeer,
    CidrPeer,
    Direction,
    GroupPeer,
    Peer,
    ProtocolService,
    Rule,
    Service,
    ServiceTemplateRef,
    UnreadablePeer,
    UnreadableService,
)
from auditor.model.services import WHOLE_PORT_RANGE
from auditor.model.snapshot import Snapshot
from auditor.reporter.text.names import Formatter, Names
from auditor.reporter.text.packets import port_text, protocol_text

IDLE = {Code.SHADOWED_RULE, Code.REDUNDANT_RULE}
"""Codes whose own rule decides no packet, or none that later rules would not decide the same."""

Place: TypeAlias = tuple[str, tuple[str, ...], Direction]
"""Region, stack and direction: the rules of one place are shown once, whichever clusters bind the stack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One rule. ``place`` counts over the whole stack from 1, ``index`` within its group as the console does.

    ``idle`` are findings that say that it makes no difference, ``behind`` those whose packets it decides.
    """

    place: int
    index: int
    action: Action
    service: str
    peer: str
    description: str
    idle: tuple[Finding, ...]
    behind: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRules:
    """The rules that one group adds; ``gap`` says why they are not known, and then there are no lines."""

    security_group_id: str
    lines: tuple[RuleLine, ...]
    gap: Gap | None = None
    read: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionRules:
    """One direction of a stack in the order in which it is tried. ``default_deny`` lists what falls through."""

    direction: Direction
    groups: tuple[GroupRules, ...]
    default_deny: tuple[Finding, ...]

    @property
    def count(self) -> int:
        """How many rules."""
        return sum(len(group.lines) for group in self.groups)

    @property
    def idle(self) -> int:
        """How many of them make no difference."""
        return sum(1 for group in self.groups for line in group.lines if line.idle)


class Rulebook:
    """The rules of each place of a result, marked by its findings."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._findings: dict[Place, list[Finding]] = {}
        for finding in result.findings:
            for direction in _directions(finding):
                self._findings.setdefault((finding.region, finding.security_groups, direction), []).append(finding)

    def rules(self, cells: RuleCells, stack: StackResult, direction: Direction) -> DirectionRules:
        """The rules of one direction of a stack in ``cells.region``."""
        found = self._findings.get((cells.region, stack.security_groups, direction), [])
        marks = _Marks(found, direction)
        groups, place = [], 0
        for group_id in stack.security_groups:
            groups.append(self._group(cells, group_id, direction, marks, place))
            place += len(groups[-1].lines)
        fallen = tuple(finding for finding in found if finding.default_deny)
        return DirectionRules(direction=direction, groups=tuple(groups), default_deny=fallen)

    def _group(self, cells: RuleCells, group_id: str, direction: Direction, marks: _Marks, before: int) -> GroupRules:
        group = self._result.snapshot.group_by_id.get((cells.region, group_id))
        if group is None:
            return GroupRules(security_group_id=group_id, lines=(), read=False)
        rules = group.rules(direction)
        if isinstance(rules, Gap):
            return GroupRules(security_group_id=group_id, lines=(), gap=rules, read=False)
        lines = (_line(cells, group_id, rule, marks, before + at) for at, rule in enumerate(rules, 1))
        return GroupRules(security_group_id=group_id, lines=tuple(lines))


class _Marks:
    """Which findings speak of which rule, by (group, index)."""

    def __init__(self, findings: Iterable[Finding], direction: Direction) -> None:
        self.idle: dict[tuple[str, int], list[Finding]] = {}
        self.behind: dict[tuple[str, int], list[Finding]] = {}
        for finding in findings:
            marked = self.idle if finding.code in IDLE else self.behind
            for where in _own_rules(finding, direction):
                marked.setdefault(where, []).append(finding)


def _own_rules(finding: Finding, direction: Direction) -> Iterator[tuple[str, int]]:
    seen = {
        (proof.security_group_id, proof.index)
        for proof in finding.evidence
        if proof.direction is direction and not proof.blocker
    }
    yield from sorted(seen)


def _line(cells: RuleCells, group_id: str, rule: Rule, marks: _Marks, place: int) -> RuleLine:
    where = (group_id, rule.index)
    return RuleLine(
        place=place,
        index=rule.index,
        action=rule.action,
        service=cells.service(rule.service),
        peer=cells.peer(rule.peer),
        description=rule.description,
        idle=tuple(marks.idle.get(where, ())),
        behind=tuple(marks.behind.get(where, ())),
    )


def _directions(finding: Finding) -> tuple[Direction, ...]:
    named = {proof.direction for proof in finding.evidence} | ({finding.direction} if finding.direction else set())
    return tuple(sorted(named))


ENTRIES = 3
"""How many entries of a template a rule's line shows before it counts the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCells:
    """The cells for the rules of one region."""

    snapshot: Snapshot
    names: Names
    region: str
    phrasing: Formatter

    def service(self, service: Service) -> str:
        """Protocol and ports: ``TCP 22, 30000-32768``."""
        match service:
            case ProtocolService():
                return self._ports(service)
            case ServiceTemplateRef():
                return self._service_template(service.template_id)
            case UnreadableService():
                return self.phrasing.text("page-rule-unreadable", text=service.text)
            case _:
                assert_never(service)

    def peer(self, peer: Peer) -> str:
        """The far side: a block, a group by id and name, a template with its first entries."""
        match peer:
            case CidrPeer():
                return peer.cidr
            case GroupPeer():
                return self._group(peer.security_group_id)
            case AddressTemplatePeer():
                return self._address_template(peer.template_id)
            case UnreadablePeer():
                return self.phrasing.text("page-rule-unreadable", text=peer.text)
            case _:
                assert_never(peer)

    def _ports(self, service: ProtocolService) -> str:
        name = protocol_text("all" if service.protocol is None else service.protocol, self.phrasing)
        bare = service.protocol is None or not service.protocol.has_ports
        if bare or service.ports == WHOLE_PORT_RANGE:
            return name
        return f"{name} {self.phrasing.listed([port_text(pair) for pair in service.ports])}"

    def _group(self, group_id: str) -> str:
        named = self.names.group(self.region, group_id)
        members = self.snapshot.membership_by_id.get((self.region, group_id))
        if members is None:
            return named
        return self.phrasing.text("page-rule-members", group=named, count=len(members.members))

    def _address_template(self, template_id: str) -> str:
        template = self.snapshot.address_template_by_id.get((self.region, template_id))
        if template is None:
            return self._template_group(template_id)
        return self._unfolded(template_id, template.entries)

    def _service_template(self, template_id: str) -> str:
        template = self.snapshot.service_template_by_id.get((self.region, template_id))
        if template is None:
            return self._template_group(template_id)
        return self._unfolded(template_id, tuple(self._ports(entry) for entry in template.entries))

    def _template_group(self, template_id: str) -> str:
        group = self.snapshot.template_group_by_id.get((self.region, template_id))
        if group is None:
            return self.phrasing.text("page-rule-not-read", id=template_id)
        return self._unfolded(template_id, group.members)

    def _unfolded(self, template_id: str, entries: tuple[str, ...]) -> str:
        named = self.names.template(self.region, template_id)
        shown = self.phrasing.listed([self.phrasing.clipped(entry) for entry in entries], ENTRIES)
        return self.phrasing.text("page-rule-template", template=named, entries=shown)
