"""Resolves the references of rules: computes the packets that each rule certainly matches, and may match.

:func:`rule_content` compares rules without resolving their references.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from auditor.model import addresses
from auditor.model.addresses import ANYWHERE
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import PacketSet, packets
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
    TemplateGroup,
    UnreadablePeer,
    UnreadableService,
)
from auditor.model.services import EVERYTHING, Protocol, services
from auditor.model.snapshot import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The lower and upper bound of a set: ``certain`` is a subset of the set, the set is a subset of ``possible``."""

    certain: IntervalSet
    possible: IntervalSet

    @classmethod
    def exactly(cls, elements: IntervalSet) -> Bounds:
        """The bounds of a set that is fully known."""
        return cls(certain=elements, possible=elements)

    def __or__(self, other: Bounds) -> Bounds:
        return Bounds(certain=self.certain | other.certain, possible=self.possible | other.possible)


NO_BOUNDS = Bounds.exactly(EMPTY)
UNKNOWN_ADDRESSES = Bounds(certain=EMPTY, possible=ANYWHERE)
UNKNOWN_SERVICES = Bounds(certain=EMPTY, possible=EVERYTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRule:
    """A resolved rule of a stack. ``rule`` is ``None`` for a group whose rules were not read, or for no group."""

    security_group_id: str
    direction: Direction
    rule: Rule | None
    action: Action
    services: Bounds
    addresses: Bounds

    @property
    def effect(self) -> tuple[Action, Bounds, Bounds]:
        """The action, the services and the addresses: everything by which the rule decides packets."""
        return self.action, self.services, self.addresses

    @property
    def readable(self) -> bool:
        """Whether the packets and the action of the rule are fully known."""
        bounded = self.services.certain == self.services.possible and self.addresses.certain == self.addresses.possible
        return bounded and self.action is not Action.UNREADABLE

    @property
    def decides(self) -> bool:
        """Whether the rule certainly matches some packets and certainly allows or denies them."""
        return self.action is not Action.UNREADABLE and bool(self.services.certain) and bool(self.addresses.certain)

    @property
    def writable(self) -> bool:
        """Whether the rule can be written back to the API as it was read."""
        if self.rule is None or self.action is Action.UNREADABLE:
            return False
        return not isinstance(self.rule.peer, UnreadablePeer) and not isinstance(self.rule.service, UnreadableService)

    def packets(self) -> PacketSet:
        """All packets that the rule may match, regardless of earlier rules."""
        return packets(self.services.possible, self.addresses.possible)


class Resolver:
    """Resolves the rules of one rulebook, such as a snapshot; each direction of a group is resolved once.

    :meth:`gaps` includes a gap for each reference to something that the rulebook does not have.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._lines: dict[tuple[str, str, Direction], tuple[ResolvedRule, ...]] = {}
        self._gaps: dict[tuple[str, str], set[Gap]] = {}

    def lines(self, region: str, groups: tuple[str, ...], direction: Direction) -> tuple[ResolvedRule, ...]:
        """The resolved rules of a stack in the order in which the cloud tries them: binding order, then index.

        A packet that no rule of a group matches goes on to the next group; the implicit deny comes last.
        """
        return tuple(line for group in groups for line in self._of_group(region, group, direction))

    def gaps(self, region: str, groups: tuple[str, ...]) -> frozenset[Gap]:
        """Every gap on which the rules of the groups depend, in both directions."""
        for direction in Direction:
            self.lines(region, groups, direction)
        return frozenset(gap for group in groups for gap in self._gaps.get((region, group), ()))

    def possible_addresses(self, region: str, peer: Peer) -> IntervalSet:
        """Every address that the peer could match, as an upper bound."""
        return self._addresses(region, peer, set()).possible

    def possible_services(self, region: str, service: Service) -> IntervalSet:
        """Every service that the service of a rule could match, as an upper bound."""
        return self._services(region, service, set()).possible

    def members(self, region: str, group_id: str) -> tuple[Bounds, frozenset[Gap]]:
        """The addresses of the members of a group, and the gaps for which it may have more."""
        seen: set[Gap] = set()
        return self._member_addresses(region, group_id, seen), frozenset(seen)

    def _of_group(self, region: str, group_id: str, direction: Direction) -> tuple[ResolvedRule, ...]:
        key = (region, group_id, direction)
        if key not in self._lines:
            self._lines[key] = self._resolve_group(region, group_id, direction)
        return self._lines[key]

    def _resolve_group(self, region: str, group_id: str, direction: Direction) -> tuple[ResolvedRule, ...]:
        seen = self._gaps.setdefault((region, group_id), set())
        group = self._rulebook.group_by_id.get((region, group_id))
        rules = unread_gap(region, group_id) if group is None else group.rules(direction)
        if group is not None:
            seen.update(group.gaps)
        if isinstance(rules, Gap):
            seen.add(rules)
            return (unknown_rules(direction, group_id),)
        return tuple(self._resolve_rule(region, group_id, direction, rule, seen) for rule in rules)

    def _resolve_rule(
        self, region: str, group_id: str, direction: Direction, rule: Rule, seen: set[Gap]
    ) -> ResolvedRule:
        return ResolvedRule(
            security_group_id=group_id,
            direction=direction,
            rule=rule,
            action=rule.action,
            services=self._services(region, rule.service, seen),
            addresses=self._addresses(region, rule.peer, seen),
        )

    def _addresses(self, region: str, peer: Peer, seen: set[Gap]) -> Bounds:
        match peer:
            case CidrPeer():
                return Bounds.exactly(addresses.parse(peer.cidr))
            case AddressTemplatePeer():
                return self._template_addresses(region, peer.template_id, seen)
            case GroupPeer():
                return self._member_addresses(region, peer.security_group_id, seen)
            case UnreadablePeer():
                return UNKNOWN_ADDRESSES
            case _:
                assert_never(peer)

    def _template_addresses(self, region: str, template_id: str, seen: set[Gap]) -> Bounds:
        group = self._rulebook.template_group_by_id.get((region, template_id))
        if group is not None:
            return self._group_members(region, group, seen, UNKNOWN_ADDRESSES)
        template = self._rulebook.address_template_by_id.get((region, template_id))
        if template is None:
            seen.add(unread_gap(region, template_id))
            return UNKNOWN_ADDRESSES
        seen.update(template.gaps)
        entries = Bounds.exactly(addresses.union(template.entries))
        return entries | UNKNOWN_ADDRESSES if template.gaps else entries

    def _group_members(self, region: str, group: TemplateGroup, seen: set[Gap], unknown: Bounds) -> Bounds:
        seen.update(group.gaps)
        bounds = unknown if group.gaps else NO_BOUNDS
        resolve_template = self._template_addresses if unknown is UNKNOWN_ADDRESSES else self._template_services
        for member in group.members:
            bounds |= resolve_template(region, member, seen)
        return bounds

    def _member_addresses(self, region: str, group_id: str, seen: set[Gap]) -> Bounds:
        native = self._rulebook.native_addresses.get((region, group_id), EMPTY)
        membership = self._rulebook.membership_by_id.get((region, group_id))
        if membership is None:
            seen.add(unread_gap(region, group_id))
            return Bounds(certain=native, possible=ANYWHERE)
        seen.update(membership.gaps)
        texts = tuple(address for member in membership.members for address in member.addresses)
        bounds = Bounds.exactly(addresses.union(texts) | native)
        return bounds | UNKNOWN_ADDRESSES if membership.gaps else bounds

    def _services(self, region: str, service: Service, seen: set[Gap]) -> Bounds:
        match service:
            case ProtocolService():
                return Bounds.exactly(service.intervals)
            case ServiceTemplateRef():
                return self._template_services(region, service.template_id, seen)
            case UnreadableService():
                return UNKNOWN_SERVICES if service.protocol is None else _unknown_ports(service.protocol)
            case _:
                assert_never(service)

    def _template_services(self, region: str, template_id: str, seen: set[Gap]) -> Bounds:
        group = self._rulebook.template_group_by_id.get((region, template_id))
        if group is not None:
            return self._group_members(region, group, seen, UNKNOWN_SERVICES)
        template = self._rulebook.service_template_by_id.get((region, template_id))
        if template is None:
            seen.add(unread_gap(region, template_id))
            return UNKNOWN_SERVICES
        seen.update(template.gaps)
        entries = Bounds.exactly(IntervalSet.of(run for entry in template.entries for run in entry.intervals))
        return entries | UNKNOWN_SERVICES if template.gaps else entries


def _unknown_ports(protocol: Protocol) -> Bounds:
    return Bounds(certain=EMPTY, possible=services(protocol))


def unread_gap(region: str, resource: str) -> Gap:
    """The gap for something that is named and that nothing read."""
    return Gap(
        kind=GapKind.UNREAD,
        region=region,
        resource=resource,
        code="NotRead",
        message=f"{resource} is referred to and was not read",
    )


def unknown_rules(direction: Direction, group_id: str = "") -> ResolvedRule:
    """The rules of a list that are not known: they may do anything with any packet."""
    return ResolvedRule(
        security_group_id=group_id,
        direction=direction,
        rule=None,
        action=Action.UNREADABLE,
        services=UNKNOWN_SERVICES,
        addresses=UNKNOWN_ADDRESSES,
    )


RuleContent: TypeAlias = tuple[Action, object, object]
"""The action, peer and service of a rule in a form that does not depend on their spelling."""


def rule_content(rule: Rule) -> RuleContent:
    """A value that is equal for two rules if they have the same action, peer and service.

    The index and the description of a rule, and the spelling of its addresses and ports, do not count. References are
    compared by id and not resolved.
    """
    return rule.action, _peer_content(rule.peer), _service_content(rule.service)


def rule_contents(rules: Iterable[Rule]) -> tuple[RuleContent, ...]:
    """The content of each rule, in order."""
    return tuple(rule_content(rule) for rule in rules)


def same_rules(rules: Iterable[Rule], others: Iterable[Rule]) -> bool:
    """Whether two lists have rules of the same content in the same order."""
    return rule_contents(rules) == rule_contents(others)


def _peer_content(peer: Peer) -> object:
    match peer:
        case CidrPeer():
            return addresses.parse(peer.cidr).bounds
        case GroupPeer():
            return peer.security_group_id
        case AddressTemplatePeer():
            return peer.template_id
        case UnreadablePeer():
            return ("unreadable", peer.text)
        case _:
            assert_never(peer)


def _service_content(service: Service) -> object:
    match service:
        case ProtocolService():
            if service.protocol is None:
                return "all"
            return service.protocol, tuple(sorted(service.ports)) if service.protocol.has_ports else ()
        case ServiceTemplateRef():
            return service.template_id
        case UnreadableService():
            return ("unreadable", service.text)
        case _:
            assert_never(service)
