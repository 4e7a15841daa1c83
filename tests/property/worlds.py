"""Tiny worlds: sixteen addresses of each family, sixteen ports, every protocol, so that all packets can be tried."""

from __future__ import annotations

from hypothesis import strategies as st

from auditor.model import addresses, services
from auditor.model.intervals import IntervalSet
from auditor.model.packets import PacketSet, packets
from auditor.model.rules import (
    Action,
    CidrPeer,
    Direction,
    Peer,
    ProtocolService,
    Rule,
    Service,
    UnreadablePeer,
    UnreadableService,
)
from auditor.model.services import Protocol
from tests.property.oracle import Packet, PlainRule

BASES = ("10.0.0.", "fd00::")
PORTS = range(16)


def _address(family: int, last: int) -> str:
    return f"{BASES[family]}{last}" if family == 0 else f"{BASES[family]}{last:x}"


EVERY_ADDRESS = tuple(_address(family, last) for family in (0, 1) for last in range(16))


def every_packet() -> list[Packet]:
    """All packets of the world that can exist."""
    found = []
    for address in EVERY_ADDRESS:
        for protocol in Protocol:
            if (protocol is Protocol.ICMP and ":" in address) or (protocol is Protocol.ICMPV6 and ":" not in address):
                continue
            ports: tuple[int | None, ...] = tuple(PORTS) if protocol.has_ports else (None,)
            found += [Packet(protocol, port, address) for port in ports]
    return found


EVERY_PACKET = every_packet()


def point(packet: Packet) -> tuple[int, int]:
    """Where a packet stands on the two axes."""
    lo, _ = services.span(Protocol(packet.protocol))
    return lo + (packet.port or 0), addresses.point_of(packet.address)


def in_world(found: PacketSet) -> set[Packet]:
    """The packets of the world that a set holds."""
    return {packet for packet in EVERY_PACKET if point(packet) in found}


def as_set(members: set[Packet]) -> PacketSet:
    """A set built packet by packet."""
    found = PacketSet()
    for packet in members:
        service, address = point(packet)
        found |= packets(IntervalSet((service, service + 1)), IntervalSet((address, address + 1)))
    return found


@st.composite
def cidrs(draw: st.DrawFn) -> str:
    family = draw(st.integers(0, 1))
    bits = draw(st.integers(0, 4))
    base = draw(st.integers(0, 15)) >> (4 - bits) << (4 - bits)
    return f"{_address(family, base)}/{(32, 128)[family] - 4 + bits}"


@st.composite
def port_lists(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    runs = draw(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), min_size=1, max_size=2))
    return tuple((min(run), max(run)) for run in runs)


PROTOCOL_WORDS = ("tcp", "udp", "icmp", "icmpv6", "gre", "other", "all")


@st.composite
def plain_rules(draw: st.DrawFn, *, unreadable: bool = False) -> PlainRule:
    return PlainRule(
        action=draw(st.sampled_from(("allow", "deny"))),
        cidr=draw(cidrs()),
        protocol=draw(st.sampled_from(PROTOCOL_WORDS)),
        ports=draw(port_lists()),
        unreadable=draw(st.sampled_from(("", "", "", "peer", "service", "action"))) if unreadable else "",
    )


def rule_lists(*, unreadable: bool = False, max_size: int = 7) -> st.SearchStrategy[list[PlainRule]]:
    return st.lists(plain_rules(unreadable=unreadable), max_size=max_size)


def model_rule(index: int, plain: PlainRule) -> Rule:
    """The same rule as the snapshot holds it."""
    peer: Peer = CidrPeer(cidr=plain.cidr)
    service: Service = ProtocolService(
        protocol=None if plain.protocol == "all" else Protocol(plain.protocol), ports=plain.ports
    )
    if plain.unreadable == "peer":
        peer = UnreadablePeer(text="?")
    if plain.unreadable == "service":
        service = UnreadableService(text="?")
    action = Action.UNREADABLE if plain.unreadable == "action" else Action(plain.action)
    return Rule(index=index, action=action, peer=peer, service=service)


INGRESS = Direction.INGRESS
