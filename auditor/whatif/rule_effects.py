"""The packets that rules could match and decide: upper bounds, rules whose order is open, and changed packets.

A plan leaves some rules, references and positions open. The functions here bound the packets that these could decide,
so that the rest of a list is still decided exactly. References are resolved by the comparator's resolver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, product

from auditor.comparator.resolve import Resolver, rule_contents
from auditor.model.addresses import ALL_V4, ALL_V6, ranges
from auditor.model.gaps import Gap
from auditor.model.intervals import IntervalSet
from auditor.model.packets import NOTHING, UNIVERSE, PacketSet, packets, union
from auditor.model.regions import ports_of
from auditor.model.rules import (
    Action,
    CidrPeer,
    Direction,
    Peer,
    ProtocolService,
    Rule,
    Rules,
    Service,
    UnreadablePeer,
)
from auditor.model.services import EVERYTHING, WHOLE_PORT_RANGE, Protocol, span
from auditor.model.snapshot import Rulebook
from auditor.whatif.planned import PacketChange
from auditor.whatif.rule_fields import MY_PUBLIC_IP, UNTIL_APPLY_V4, UNTIL_APPLY_V6

_FAMILIES = {UNTIL_APPLY_V4: ALL_V4, MY_PUBLIC_IP: ALL_V4, UNTIL_APPLY_V6: ALL_V6}
"""The addresses of a peer that the plan leaves open and whose family it tells."""


def upper_bound(rule: Rule, rulebook: Rulebook, region: str) -> PacketSet:
    """Every packet that the rule could match, with its references resolved in ``rulebook``."""
    services = upper_bound_of_service(rule.service, rulebook, region)
    return packets(services, upper_bound_of_peer(rule.peer, rulebook, region))


def upper_bound_of_peer(peer: Peer, rulebook: Rulebook, region: str) -> IntervalSet:
    """Every address that the peer could match; an unreadable peer of a known family has the addresses of that family.

    Members of a group that were not read can have any address.
    """
    if isinstance(peer, UnreadablePeer) and peer.text in _FAMILIES:
        return _FAMILIES[peer.text]
    return Resolver(rulebook).possible_addresses(region, peer)


def upper_bound_of_service(service: Service, rulebook: Rulebook, region: str) -> IntervalSet:
    """Every service that the service of a rule could match."""
    return Resolver(rulebook).possible_services(region, service)


ORDER_OPEN = "(order not assured)"
"""Description of the rules that stand for the packets whose decision depends on an open order."""


def with_open_order(
    rules: tuple[Rule, ...], certainly_above: Callable[[int, int], bool], rulebook: Rulebook, region: str
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """``rules`` with rules of an unreadable action added where the order is open, and the added rules alone.

    ``certainly_above`` takes two positions in ``rules`` and tells whether the first rule certainly comes before the
    second. If it does not, and the two rules decide differently about packets that both could match, a rule for these
    packets is added directly above the first: either rule may decide them. Invariant: a packet has the same decision
    in the result as in every order that ``certainly_above`` leaves possible, or it is undecided in the result.
    """
    added_above: dict[int, list[Rule]] = {}
    for first, second in combinations(range(len(rules)), 2):
        if not certainly_above(first, second):
            contested = _contested(rules[first], rules[second], rulebook, region)
            added_above.setdefault(first, []).extend(contested)
    ordered: list[Rule] = []
    added: list[Rule] = []
    for position, rule in enumerate(rules):
        above = list(dict.fromkeys(added_above.get(position, ())))
        added += above
        ordered += [*above, rule]
    return tuple(ordered), tuple(added)


def order_matters(groups: Iterable[tuple[str, str]], rulebook: Rulebook) -> bool:
    """Whether another binding order of these groups (region, id) could change which packets pass.

    It could if a group was not read, or if rules of two groups decide differently about packets that both could match.
    """
    for upper, lower in combinations([rulebook.group_by_id.get(key) for key in groups], 2):
        if upper is None or lower is None:
            return True
        for direction in Direction:
            upper_rules, lower_rules = upper.rules(direction), lower.rules(direction)
            if not isinstance(upper_rules, tuple) or not isinstance(lower_rules, tuple):
                return True
            if any(_conflict(*pair, rulebook, upper.region) for pair in product(upper_rules, lower_rules)):
                return True
    return False


def _conflict(rule: Rule, other: Rule, rulebook: Rulebook, region: str) -> bool:
    """Whether two rules may decide differently about a packet that both could match."""
    if rule.action is other.action and rule.action is not Action.UNREADABLE:
        return False
    return upper_bound(rule, rulebook, region).meets(upper_bound(other, rulebook, region))


def _contested(rule: Rule, other: Rule, rulebook: Rulebook, region: str) -> Iterable[Rule]:
    """Rules of an unreadable action for the packets that two conflicting rules could both match."""
    if not _conflict(rule, other, rulebook, region):
        return
    bounds = [upper_bound_of_peer(side.peer, rulebook, region) for side in (rule, other)]
    services = upper_bound_of_service(rule.service, rulebook, region) & upper_bound_of_service(
        other.service, rulebook, region
    )
    for peer, service in product(_peers(bounds[0] & bounds[1]), _services(services)):
        yield Rule(index=rule.index, action=Action.UNREADABLE, peer=peer, service=service, description=ORDER_OPEN)


def _peers(addresses: IntervalSet) -> tuple[Peer, ...]:
    return tuple(CidrPeer(cidr=_range_text(str(first), str(last))) for first, last in ranges(addresses))


def _range_text(first: str, last: str) -> str:
    return first if first == last else f"{first}-{last}"


def _services(services: IntervalSet) -> tuple[Service, ...]:
    if services == EVERYTHING:
        return (ProtocolService(protocol=None, ports=WHOLE_PORT_RANGE),)
    return tuple(
        ProtocolService(protocol=protocol, ports=ports_of(services, protocol))
        for protocol in Protocol
        if services & IntervalSet(span(protocol))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWrite:
    """One direction of a group before and after a resource writes to it.

    For a resource that is a single rule, the lists hold that rule alone.
    """

    region: str
    group: str
    direction: Direction
    before: Rules
    after: Rules


def packet_change_of_write(write: RuleWrite, before: Rulebook, after: Rulebook) -> PacketChange:
    """An upper bound of the packets that a write opens and closes.

    That is every packet if the group is new, or if either list is unknown. Otherwise it is the packets of the rules
    outside a common subsequence of both lists: a packet that none of these rules matches is decided as before.
    """
    new_group = (write.region, write.group) not in before.group_by_id
    if new_group or isinstance(write.before, Gap) or isinstance(write.after, Gap):
        return PacketChange(group=write.group, direction=write.direction, opened=UNIVERSE, closed=UNIVERSE)
    removed, added = _changed_rules(write.before, write.after)
    return PacketChange(
        group=write.group,
        direction=write.direction,
        opened=_packets(added, Action.DENY, after, write.region)
        | _packets(removed, Action.ALLOW, before, write.region),
        closed=_packets(added, Action.ALLOW, after, write.region)
        | _packets(removed, Action.DENY, before, write.region),
    )


def packet_change_of_rule(
    rule: Rule, group: str, direction: Direction, rulebook: Rulebook, region: str
) -> PacketChange:
    """An upper bound of the packets that open or close if a group or template to which the rule refers changes."""
    packets = upper_bound(rule, rulebook, region)
    return PacketChange(group=group, direction=direction, opened=packets, closed=packets)


def _changed_rules(before: tuple[Rule, ...], after: tuple[Rule, ...]) -> tuple[list[Rule], list[Rule]]:
    """The rules that are removed and added, as an edit script that keeps a common subsequence of both lists."""
    removed: list[Rule] = []
    added: list[Rule] = []
    matcher = SequenceMatcher(None, rule_contents(before), rule_contents(after), autojunk=False)
    for tag, lo, hi, new_lo, new_hi in matcher.get_opcodes():
        if tag != "equal":
            removed += before[lo:hi]
            added += after[new_lo:new_hi]
    return removed, added


def _packets(rules: list[Rule], without: Action, rulebook: Rulebook, region: str) -> PacketSet:
    """Every packet that the rules of another action than ``without`` could match."""
    bounds = [upper_bound(rule, rulebook, region) for rule in rules if rule.action is not without]
    return union(bounds) if bounds else NOTHING
