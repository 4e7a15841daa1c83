"""The laws of sets, and agreement with sets of single packets."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, summarize_address_range

from hypothesis import given
from hypothesis import strategies as st

from auditor.model import addresses
from auditor.model.packets import NOTHING, UNIVERSE, PacketSet, packets, union
from auditor.model.regions import ALL_PROTOCOLS, regions, witness
from auditor.model.services import EVERYTHING, WHOLE_PORT_RANGE, Protocol, services
from tests.property.oracle import Packet
from tests.property.worlds import EVERY_PACKET, as_set, in_world, point

worlds = st.sets(st.sampled_from(EVERY_PACKET), max_size=40)


@given(worlds, worlds)
def test_operations_agree_with_sets_of_single_packets(left: set[Packet], right: set[Packet]) -> None:
    a, b = as_set(left), as_set(right)
    assert in_world(a | b) == left | right
    assert in_world(a & b) == left & right
    assert in_world(a - b) == left - right
    assert (a <= b) == (left <= right)
    assert a.meets(b) == bool(left & right)
    assert all((point(packet) in a) == (packet in left) for packet in EVERY_PACKET)
    assert (a == b) == (left == right)
    assert a.size == len(left)


@given(worlds, worlds, worlds)
def test_the_laws_of_sets_hold_on_the_canonical_form(left: set[Packet], right: set[Packet], third: set[Packet]) -> None:
    a, b, c = as_set(left), as_set(right), as_set(third)
    assert a | b == b | a
    assert a & (b | c) == (a & b) | (a & c)
    assert a - (b | c) == (a - b) - c
    assert (a - b) | (a & b) == a
    assert UNIVERSE - (UNIVERSE - a) == a
    assert union((a, b, c)) == a | b | c
    assert not a & (b - a)


@given(st.sampled_from((32, 128)), st.data())
def test_the_blocks_of_a_run_are_those_of_the_standard_library(bits: int, data: st.DataObject) -> None:
    low, high = sorted(data.draw(st.tuples(*[st.integers(0, 2**bits - 1)] * 2)))
    first, last = (IPv4Address(low), IPv4Address(high)) if bits == 32 else (IPv6Address(low), IPv6Address(high))
    offset = 0 if bits == 32 else addresses.V6_OFFSET
    blocks = tuple(addresses.cidrs_of_run(offset + low, offset + high + 1))
    assert blocks == tuple(str(block) for block in summarize_address_range(first, last))


@given(worlds)
def test_regions_say_the_set_exactly(members: set[Packet]) -> None:
    whole = as_set(members)
    for packet_set in (whole, UNIVERSE - whole):
        said = union(_of_region(region.protocol, region.ports, region.cidrs) for region in regions(packet_set))
        assert said == packet_set


@given(worlds.filter(bool))
def test_a_witness_is_one_of_the_packets(members: set[Packet]) -> None:
    for packet_set in (as_set(members), UNIVERSE - as_set(members)):
        found = witness(packet_set)
        service = services(found.protocol, ((found.port, found.port),) if found.port is not None else ())
        assert packets(service, addresses.parse(found.address)) <= packet_set


def test_icmp_is_ipv4_alone_and_icmpv6_is_ipv6_alone() -> None:
    assert packets(services(Protocol.ICMP), addresses.ALL_V6) == NOTHING
    assert packets(services(Protocol.ICMPV6), addresses.ALL_V4) == NOTHING
    assert (2 * 65536 + 1, addresses.point_of("::1")) in UNIVERSE
    assert (2 * 65536, addresses.point_of("::1")) not in UNIVERSE


def test_the_point_of_a_packet_is_its_port_behind_its_protocol() -> None:
    packet = next(found for found in EVERY_PACKET if found.protocol == "udp" and found.port == 3)
    assert point(packet) == (65536 + 3, addresses.point_of(packet.address))


def _of_region(protocol: str, ports: tuple[tuple[int, int], ...], cidrs: tuple[str, ...]) -> PacketSet:
    where = addresses.union(cidrs)
    if protocol == ALL_PROTOCOLS:
        return packets(EVERYTHING, where)
    return packets(services(Protocol(protocol), ports or WHOLE_PORT_RANGE), where)
