"""Rule lists to measure on: plausible, random, a lattice, and stacks whose rules name long templates."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

from auditor.comparator.resolve import Bounds, ResolvedRule
from auditor.model import addresses
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import PacketSet, packets, union
from auditor.model.regions import ports_of
from auditor.model.rules import Action, CidrPeer, Direction, ProtocolService, Rule
from auditor.model.services import EVERYTHING, Protocol, services

REQUIRED: PacketSet = union(
    (
        packets(services(Protocol.TCP, [(30000, 32768)]), addresses.ALL_V4),
        packets(services(Protocol.UDP, [(30000, 32768)]), addresses.ALL_V4),
        packets(services(Protocol.TCP, [(22, 22)]), addresses.ALL_V4),
        packets(services(Protocol.ICMP), addresses.ALL_V4),
        packets(EVERYTHING, addresses.parse("10.0.0.0/16")),
        packets(EVERYTHING, addresses.parse("172.16.0.0/16")),
    )
)


def line(place: int, action: Action, where: IntervalSet, service: IntervalSet) -> ResolvedRule:
    rule = Rule(
        index=place,
        action=action,
        peer=CidrPeer(cidr="0.0.0.0/0"),
        service=ProtocolService(protocol=None, ports=()),
    )
    return ResolvedRule(
        security_group_id="sg-bench",
        direction=Direction.INGRESS,
        rule=rule,
        action=action,
        services=Bounds.exactly(service),
        addresses=Bounds.exactly(where),
    )


def plausible(count: int, seed: int = 1) -> tuple[ResolvedRule, ...]:
    """Rules as SREs write them: a few hundred networks, well-known ports, one in seven denies."""
    chance = random.Random(seed)
    bases = (0x0A000000, 0xAC100000, 0xCB007100)
    networks = [_block(chance, (16, 20, 24, 24, 28, 32), base=chance.choice(bases)) for _ in range(max(8, count // 4))]
    ports = (22, 53, 80, 443, 2379, 3306, 3389, 5432, 6379, 8080, 8443, 9090, 9100, 10250, 27017)
    found = []
    for place in range(count):
        port = chance.choice(ports)
        service = services(
            chance.choice((Protocol.TCP, Protocol.TCP, Protocol.UDP)), [(port, port + chance.choice((0, 0, 9)))]
        )
        action = Action.DENY if chance.random() < 1 / 7 else Action.ALLOW
        found.append(line(place, action, chance.choice(networks), service))
    return tuple(found)


def written(lines: Iterable[ResolvedRule]) -> tuple[Rule, ...]:
    """The rules as a group lists them: ``lines`` that each have one block and one protocol."""
    return tuple(
        replace(line.rule, peer=CidrPeer(cidr=cidr), service=ProtocolService(protocol=protocol, ports=ports))
        for line in lines
        if line.rule is not None
        for cidr in addresses.cidrs(line.addresses.certain)
        for protocol in Protocol
        if (ports := ports_of(line.services.certain, protocol))
    )


def random_rules(count: int, seed: int = 2) -> tuple[ResolvedRule, ...]:
    """Blocks of any length and ranges of any ports, half of them denies."""
    chance = random.Random(seed)
    found = []
    for place in range(count):
        low = chance.randrange(65536)
        service = services(chance.choice((Protocol.TCP, Protocol.UDP)), [(low, chance.randrange(low, 65536))])
        action = chance.choice((Action.ALLOW, Action.DENY))
        found.append(line(place, action, _block(chance, tuple(range(4, 33))), service))
    return tuple(found)


def lattice(count: int) -> tuple[ResolvedRule, ...]:
    """Stripes of addresses across stripes of ports: as many islands as rules can make."""
    stripe = 2**32 // count
    columns = tuple(
        line(place, Action.DENY, IntervalSet((place * stripe, place * stripe + stripe // 2)), EVERYTHING)
        for place in range(count // 2)
    )
    step = 65536 // count
    rows = tuple(
        line(place, Action.DENY, addresses.ALL_V4, services(Protocol.TCP, [(place * step, place * step + step // 2)]))
        for place in range(count // 2)
    )
    return (*columns, *rows, line(count, Action.ALLOW, addresses.ANYWHERE, EVERYTHING))


def templates(
    groups: int = 5, rules: int = 100, named: int = 5, members: int = 400, seed: int = 3
) -> tuple[ResolvedRule, ...]:
    """Stacked groups in each of which some rules name a template of ``members`` addresses."""
    chance = random.Random(seed)
    found: list[ResolvedRule] = []
    for _ in range(groups):
        held = [_template(chance, members) for _ in range(named)]
        for place, plain in enumerate(plausible(rules, seed=chance.randrange(1 << 30))):
            step = rules // named
            where = held[place // step] if place % step == step // 2 else plain.addresses.certain
            found.append(line(place, plain.action, where, plain.services.certain))
    return tuple(found)


def alternating(groups: int = 5, rules: int = 100, blocks: int = 20, seed: int = 4) -> tuple[ResolvedRule, ...]:
    """Stacked groups of allows and denies in turn, each with wide ports and a template of its own."""
    chance = random.Random(seed)
    found = []
    for place in range(groups * rules):
        low = chance.randrange(60000)
        service = services(Protocol.TCP, [(low, min(65535, low + chance.randrange(2000, 20000)))])
        where = IntervalSet.of(
            (first, first + 256) for first in (chance.getrandbits(32) & ~0xFF for _ in range(blocks))
        )
        found.append(line(place, Action.ALLOW if place % 2 else Action.DENY, where, service))
    return tuple(found)


def _template(chance: random.Random, members: int) -> IntervalSet:
    found = EMPTY
    while len(found.bounds) < 2 * members:
        missing = members - len(found.bounds) // 2
        found |= IntervalSet.of(
            (low, low + chance.choice((1, 1, 16, 256)))
            for low in (chance.getrandbits(32) & ~0xFF for _ in range(missing))
        )
    return found


def _block(chance: random.Random, lengths: tuple[int, ...], base: int = 0) -> IntervalSet:
    length = chance.choice(lengths)
    spread = chance.getrandbits(32) if not base else base | chance.getrandbits(20)
    first = spread >> (32 - length) << (32 - length)
    return IntervalSet((first, first + (1 << (32 - length))))
