"""Whether the order of rules or groups that no document assures makes a difference, and to which packets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations, product

from auditor.change import reach
from auditor.model.addresses import ranges
from auditor.model.intervals import IntervalSet
from auditor.model.packets import PacketSet
from auditor.model.rules import Action, CidrPeer, Direction, Peer, ProtocolService, Rule, Service
from auditor.model.services import EVERYTHING, WHOLE_PORT_RANGE, Protocol, span
from auditor.model.snapshot import Snapshot

ORDER_OPEN = "(order not assured)"
"""Description of the rules that stand for what an open order leaves undecided."""


def opened(
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


def matters(groups: Iterable[tuple[str, str]], snapshot: Snapshot) -> bool:
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
    return reach.of_rule(one, snapshot, region) & reach.of_rule(other, snapshot, region)


def _open(one: Rule, other: Rule, snapshot: Snapshot, region: str) -> Iterable[Rule]:
    if not _differ(one, other) or not _both(one, other, snapshot, region):
        return
    services = reach.of_service(one.service, snapshot, region) & reach.of_service(other.service, snapshot, region)
    peers = _peers(reach.of_peer(one.peer, snapshot, region) & reach.of_peer(other.peer, snapshot, region))
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
