"""What a rule says, whatever its place, description and spelling: two rules of one content are one rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, product
from typing import TypeAlias, assert_never

from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ALL_V6, ANYWHERE, ranges
from auditor.model.gaps import Gap
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import NOTHING, UNIVERSE, PacketSet, packets, union
from auditor.model.rules import (
    Action,
    AddressTemplatePeer,
    CidrPeer,
    Direction,
    GroupPeer,
    Peer,
    ProtocolService,
    Rule,
    Rules,
    Service,
    ServiceTemplateRef,
    UnreadablePeer,
    UnreadableService,
)
from auditor.model.services import EVERYTHING, WHOLE_PORT_RANGE, Protocol, services, span
from auditor.model.snapshot import Snapshot
from auditor.whatif.planned import PacketChange
from auditor.whatif.rule_fields import MY_PUBLIC_IP, UNTIL_APPLY_V4, UNTIL_APPLY_V6

Content: TypeAlias = tuple[Action, object, object]


def content(rule: Rule) -> Content:
    """A value that is equal for rules that say the same."""
    return rule.action, _peer(rule.peer), _service(rule.service)


def contents(rules: Iterable[Rule]) -> tuple[Content, ...]:
    """The contents of rules in order."""
    return tuple(content(rule) for rule in rules)


def same_rules(one: Iterable[Rule], other: Iterable[Rule]) -> bool:
    """Whether two lists say the same in the same order."""
    return contents(one) == contents(other)


def _peer(peer: Peer) -> object:
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


def _service(service: Service) -> object:
    match service:
        case ProtocolService():
            return _protocol_service(service)
        case ServiceTemplateRef():
            return service.template_id
        case UnreadableService():
            return ("unreadable", service.text)
        case _:
            assert_never(service)


def _protocol_service(service: ProtocolService) -> object:
    if service.protocol is None:
        return "all"
    return service.protocol, tuple(sorted(service.ports)) if service.protocol.has_ports else ()


_FAMILIES = {UNTIL_APPLY_V4: ALL_V4, MY_PUBLIC_IP: ALL_V4, UNTIL_APPLY_V6: ALL_V6}


def upper_bound(rule: Rule, snapshot: Snapshot, region: str) -> PacketSet:
    """Every packet that the rule could match."""
    return packets(
        upper_bound_of_service(rule.service, snapshot, region), upper_bound_of_peer(rule.peer, snapshot, region)
    )


def upper_bound_of_peer(peer: Peer, snapshot: Snapshot, region: str) -> IntervalSet:
    """Every address that the peer could be."""
    match peer:
        case CidrPeer():
            return addresses.parse(peer.cidr)
        case AddressTemplatePeer():
            return _address_template(peer.template_id, snapshot, region)
        case UnreadablePeer():
            return _FAMILIES.get(peer.text, ANYWHERE)
        case GroupPeer():
            return _members(peer.security_group_id, snapshot, region)
        case _:
            assert_never(peer)


def upper_bound_of_service(service: Service, snapshot: Snapshot, region: str) -> IntervalSet:
    """Every service that is meant or could be."""
    match service:
        case ProtocolService():
            return _protocol(service)
        case ServiceTemplateRef():
            return _service_template(service.template_id, snapshot, region)
        case UnreadableService():
            return EVERYTHING if service.protocol is None else services(service.protocol)
        case _:
            assert_never(service)


def _members(group_id: str, snapshot: Snapshot, region: str) -> IntervalSet:
    """The addresses of what binds a group, any where that was not wholly read."""
    membership = snapshot.membership_by_id.get((region, group_id))
    if membership is None or membership.gaps:
        return ANYWHERE
    texts = tuple(address for member in membership.members for address in member.addresses)
    return addresses.union(texts) | snapshot.native_addresses.get((region, group_id), EMPTY)


def _protocol(service: ProtocolService) -> IntervalSet:
    return EVERYTHING if service.protocol is None else services(service.protocol, service.ports)


def _address_template(template_id: str, snapshot: Snapshot, region: str) -> IntervalSet:
    found = EMPTY
    for member in _templates_in(template_id, snapshot, region):
        template = snapshot.address_template_by_id.get((region, member))
        found |= ANYWHERE if template is None or template.gaps else addresses.union(template.entries)
    return found


def _service_template(template_id: str, snapshot: Snapshot, region: str) -> IntervalSet:
    found = EMPTY
    for member in _templates_in(template_id, snapshot, region):
        template = snapshot.service_template_by_id.get((region, member))
        if template is None or template.gaps:
            return EVERYTHING
        found |= IntervalSet.of(run for entry in template.entries for run in _protocol(entry))
    return found


def _templates_in(template_id: str, snapshot: Snapshot, region: str) -> tuple[str, ...]:
    """The templates of a group, and the id itself where the list may be short or it is no group."""
    group = snapshot.template_group_by_id.get((region, template_id))
    return group.members if group is not None and not group.gaps else (template_id,)


ORDER_OPEN = "(order not assured)"
"""Description of the rules that stand for what an open order leaves undecided."""


def with_open_order(
    rules: tuple[Rule, ...], assured: Callable[[int, int], bool], snapshot: Snapshot, region: str
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """``rules`` with what an open order leaves undecided put in front of it, and the rules put in.

    ``assured`` tells for two places whether the first certainly comes before the second. A rule that is put in has an
    unreadable action: the packets that it matches are decided by one or the other.
    """
    in_front: dict[int, list[Rule]] = {}
    for first, second in combinations(range(len(rules)), 2):
        if not assured(first, second):
            in_front.setdefault(first, []).extend(_open(rules[first], rules[second], snapshot, region))
    laid: list[Rule] = []
    added: list[Rule] = []
    for place, rule in enumerate(rules):
        fresh = list(dict.fromkeys(in_front.get(place, ())))
        added += fresh
        laid += [*fresh, rule]
    return tuple(laid), tuple(added)


def order_matters(groups: Iterable[tuple[str, str]], snapshot: Snapshot) -> bool:
    """Whether the order of these groups (region, id) could change what passes; a group that was not read could."""
    found = [snapshot.group_by_id.get(key) for key in groups]
    for one, other in combinations(found, 2):
        if one is None or other is None:
            return True
        for direction in Direction:
            here, there = one.rules(direction), other.rules(direction)
            if not isinstance(here, tuple) or not isinstance(there, tuple):
                return True
            if any(_differ(a, b) and _both(a, b, snapshot, one.region) for a, b in product(here, there)):
                return True
    return False


def _differ(one: Rule, other: Rule) -> bool:
    return one.action is not other.action or Action.UNREADABLE in (one.action, other.action)


def _both(one: Rule, other: Rule, snapshot: Snapshot, region: str) -> PacketSet:
    return upper_bound(one, snapshot, region) & upper_bound(other, snapshot, region)


def _open(one: Rule, other: Rule, snapshot: Snapshot, region: str) -> Iterable[Rule]:
    if not _differ(one, other) or not _both(one, other, snapshot, region):
        return
    services = upper_bound_of_service(one.service, snapshot, region) & upper_bound_of_service(
        other.service, snapshot, region
    )
    peers = _peers(upper_bound_of_peer(one.peer, snapshot, region) & upper_bound_of_peer(other.peer, snapshot, region))
    for peer, service in product(peers, _services(services)):
        yield Rule(index=one.index, action=Action.UNREADABLE, peer=peer, service=service, description=ORDER_OPEN)


def _peers(addresses: IntervalSet) -> tuple[Peer, ...]:
    return tuple(CidrPeer(cidr=_block(str(first), str(last))) for first, last in ranges(addresses))


def _block(first: str, last: str) -> str:
    return first if first == last else f"{first}-{last}"


def _services(services: IntervalSet) -> tuple[Service, ...]:
    if services == EVERYTHING:
        return (ProtocolService(protocol=None, ports=WHOLE_PORT_RANGE),)
    found: list[Service] = []
    for protocol in Protocol:
        lo, hi = span(protocol)
        here = services & IntervalSet((lo, hi))
        if here:
            ports = tuple((first - lo, last - lo - 1) for first, last in here) if protocol.has_ports else ()
            found.append(ProtocolService(protocol=protocol, ports=ports))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWrite:
    """One direction of a group as a resource finds it and leaves it; of a single rule that rule alone."""

    region: str
    group: str
    direction: Direction
    before: Rules
    after: Rules


def packet_change_of_write(write: RuleWrite, before: Snapshot, after: Snapshot) -> PacketChange:
    """What a write shifts. In a list that is not known, and in a group that was not there, that is anything."""
    new_group = (write.region, write.group) not in before.group_by_id
    if new_group or isinstance(write.before, Gap) or isinstance(write.after, Gap):
        return PacketChange(group=write.group, direction=write.direction, opened=UNIVERSE, closed=UNIVERSE)
    gone, come = _moved(write.before, write.after)
    return PacketChange(
        group=write.group,
        direction=write.direction,
        opened=_reach(come, Action.DENY, after, write.region) | _reach(gone, Action.ALLOW, before, write.region),
        closed=_reach(come, Action.ALLOW, after, write.region) | _reach(gone, Action.DENY, before, write.region),
    )


def packet_change_of_rule(
    rule: Rule, group: str, direction: Direction, snapshot: Snapshot, region: str
) -> PacketChange:
    """What a change of the things that a rule names shifts."""
    packets = upper_bound(rule, snapshot, region)
    return PacketChange(group=group, direction=direction, opened=packets, closed=packets)


def _moved(before: tuple[Rule, ...], after: tuple[Rule, ...]) -> tuple[list[Rule], list[Rule]]:
    """The rules outside one sequence that both lists have: what none of them matches is decided as before."""
    gone: list[Rule] = []
    come: list[Rule] = []
    matcher = SequenceMatcher(None, contents(before), contents(after), autojunk=False)
    for tag, lo, hi, new_lo, new_hi in matcher.get_opcodes():
        if tag != "equal":
            gone += before[lo:hi]
            come += after[new_lo:new_hi]
    return gone, come


def _reach(rules: list[Rule], without: Action, snapshot: Snapshot, region: str) -> PacketSet:
    found = [upper_bound(rule, snapshot, region) for rule in rules if rule.action is not without]
    return union(found) if found else NOTHING
