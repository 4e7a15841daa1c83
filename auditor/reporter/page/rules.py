"""Makes the tables of a stack's rules in their order, and marks each rule with the findings that concern it.

A finding marks a rule as idle (it makes no difference) or as the rule that decides the packets of the finding. The
cells name peers and services, with the first entries of a template.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from auditor.model.codes import Code
from auditor.model.findings import Finding, Result, StackResult
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

StackDirection: TypeAlias = tuple[str, tuple[str, ...], Direction]
"""Region, groups in binding order, and direction: the page shows these rules once for all clusters."""

FindingsByCode: TypeAlias = tuple[tuple[Code, list[Finding]], ...]
"""The findings that concern a rule, by their codes in alphabetical order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """One rule. ``position`` counts the rules of the stack from 1; ``priority`` is the number within the group.

    ``description`` may be shortened. ``idle`` holds findings that the rule makes no difference, ``behind`` the findings
    whose packets it decides, both by code.
    """

    position: int
    priority: int
    action: Action
    service: str
    peer: str
    description: str
    idle: FindingsByCode
    behind: FindingsByCode


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRules:
    """The rules of one group, by its id and name. ``gap`` is the reason why they were not read, without ``lines``."""

    name: str
    lines: tuple[RuleLine, ...]
    gap: Gap | None = None
    read: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionRules:
    """The rules of one direction in the order of evaluation. ``default_deny`` has the findings that no rule decides."""

    direction: Direction
    groups: tuple[GroupRules, ...]
    default_deny: FindingsByCode

    @property
    def count(self) -> int:
        """The number of rules."""
        return sum(len(group.lines) for group in self.groups)

    @property
    def idle(self) -> int:
        """The number of rules that make no difference."""
        return sum(1 for group in self.groups for line in group.lines if line.idle)


class StackRules:
    """Makes the rule tables of the stacks of one result, marked by its findings."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._findings: dict[StackDirection, list[Finding]] = {}
        for finding in result.every_finding:
            for direction in _directions(finding):
                self._findings.setdefault((finding.region, finding.security_groups, direction), []).append(finding)

    def rules(self, cells: RuleCells, stack: StackResult, direction: Direction) -> DirectionRules:
        """The rules of one direction of a stack in ``cells.region``."""
        findings = self._findings.get((cells.region, stack.security_groups, direction), [])
        marks = _Marks(findings, direction)
        groups, count = [], 0
        for group_id in stack.security_groups:
            groups.append(self._group(cells, group_id, direction, marks, count))
            count += len(groups[-1].lines)
        default_deny = [finding for finding in findings if finding.default_deny]
        return DirectionRules(direction=direction, groups=tuple(groups), default_deny=_by_code(default_deny))

    def _group(self, cells: RuleCells, group_id: str, direction: Direction, marks: _Marks, before: int) -> GroupRules:
        name = cells.names.group(cells.region, group_id)
        group = self._result.snapshot.group_by_id.get((cells.region, group_id))
        if group is None:
            return GroupRules(name=name, lines=(), read=False)
        rules = group.rules(direction)
        if isinstance(rules, Gap):
            return GroupRules(name=name, lines=(), gap=rules, read=False)
        lines = (_line(cells, group_id, rule, marks, before + at) for at, rule in enumerate(rules, 1))
        return GroupRules(name=name, lines=tuple(lines))


class _Marks:
    """The findings on each rule, by group and index."""

    def __init__(self, findings: Iterable[Finding], direction: Direction) -> None:
        self.idle: dict[tuple[str, int], list[Finding]] = {}
        self.behind: dict[tuple[str, int], list[Finding]] = {}
        for finding in findings:
            marked = self.idle if finding.code.is_about_a_rule else self.behind
            for key in _own_rules(finding, direction):
                marked.setdefault(key, []).append(finding)


def _own_rules(finding: Finding, direction: Direction) -> Iterator[tuple[str, int]]:
    keys = {
        (proof.security_group_id, proof.index)
        for proof in finding.evidence
        if proof.direction is direction and not proof.blocker
    }
    yield from sorted(keys)


def _line(cells: RuleCells, group_id: str, rule: Rule, marks: _Marks, position: int) -> RuleLine:
    key = (group_id, rule.index)
    return RuleLine(
        position=position,
        priority=rule.priority,
        action=rule.action,
        service=cells.service(rule.service),
        peer=cells.peer(rule.peer),
        description=cells.phrasing.clipped(rule.description),
        idle=_by_code(marks.idle.get(key, ())),
        behind=_by_code(marks.behind.get(key, ())),
    )


def _by_code(findings: Iterable[Finding]) -> FindingsByCode:
    by_code: dict[Code, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    return tuple(sorted(by_code.items()))


def _directions(finding: Finding) -> tuple[Direction, ...]:
    directions = {proof.direction for proof in finding.evidence} | ({finding.direction} if finding.direction else set())
    return tuple(sorted(directions))


ENTRIES = 3
"""How many entries of a template a cell shows before it counts the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCells:
    """Writes the service and the peer of the rules of one region."""

    snapshot: Snapshot
    names: Names
    region: str
    phrasing: Formatter

    def service(self, service: Service) -> str:
        """The protocol and the ports of a rule: ``TCP 22, 30000-32768``."""
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
        """The peer of a rule: a block, a group with its name, or a template with its first entries."""
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
        portless = service.protocol is None or not service.protocol.has_ports
        if portless or service.ports == WHOLE_PORT_RANGE:
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
