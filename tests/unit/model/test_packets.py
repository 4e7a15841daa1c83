"""Packet sets and the regions that reports show of them."""

from __future__ import annotations

from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ALL_V6, ANYWHERE
from auditor.model.packets import NOTHING, UNIVERSE, PacketSet, packets, union
from auditor.model.regions import Region, Witness, ports_of, regions, witness
from auditor.model.services import EVERYTHING, Protocol, services


def tcp(ports: tuple[int, int], *cidrs: str) -> PacketSet:
    return packets(services(Protocol.TCP, [ports]), addresses.union(cidrs))


def test_icmp_has_no_ipv6_packets() -> None:
    assert packets(services(Protocol.ICMP), ANYWHERE).addresses == ALL_V4
    assert packets(services(Protocol.ICMPV6), ANYWHERE).addresses == ALL_V6
    assert packets(services(Protocol.ICMP), ALL_V6) == NOTHING


def test_equal_sets_are_equal_however_they_are_built() -> None:
    halves = tcp((22, 22), "10.0.0.0/9") | tcp((22, 22), "10.128.0.0/9")
    assert halves == tcp((22, 22), "10.0.0.0/8")
    assert union([tcp((80, 80), "10.0.0.0/8"), tcp((81, 90), "10.0.0.0/8")]) == tcp((80, 90), "10.0.0.0/8")


def test_difference_leaves_ports_and_addresses_apart() -> None:
    left = tcp((20, 30), "10.0.0.0/8") - tcp((22, 22), "10.0.0.0/9")
    assert regions(left) == (
        Region(protocol=Protocol.TCP, ports=((20, 21), (23, 30)), cidrs=("10.0.0.0/8",)),
        Region(protocol=Protocol.TCP, ports=((22, 22),), cidrs=("10.128.0.0/9",)),
    )


def test_subset_needs_services_and_addresses() -> None:
    assert tcp((22, 22), "10.0.0.0/16") <= tcp((20, 30), "10.0.0.0/8")
    assert not tcp((22, 22), "10.0.0.0/8") <= tcp((20, 30), "10.0.0.0/16")
    assert bool(UNIVERSE - packets(EVERYTHING, ALL_V4))


def test_every_service_is_one_region_of_all_protocols() -> None:
    assert regions(packets(EVERYTHING, addresses.parse("10.0.0.0/8"))) == (
        Region(protocol="all", ports=(), cidrs=("10.0.0.0/8",)),
    )


def test_blocks_of_both_families_share_a_region() -> None:
    assert regions(tcp((22, 22), "10.0.0.0/8", "2001:db8::/32")) == (
        Region(protocol=Protocol.TCP, ports=((22, 22),), cidrs=("10.0.0.0/8", "2001:db8::/32")),
    )


def test_whole_port_range_has_no_ports_in_a_region() -> None:
    assert regions(tcp((0, 65535), "10.0.0.0/8")) == (Region(protocol=Protocol.TCP, ports=(), cidrs=("10.0.0.0/8",)),)


def test_ports_of_a_protocol_are_first_and_last_of_each_range() -> None:
    both = services(Protocol.TCP, [(22, 22), (80, 90)]) | services(Protocol.UDP, [(53, 53)])
    assert ports_of(both, Protocol.TCP) == ((22, 22), (80, 90))
    assert ports_of(both, Protocol.UDP) == ((53, 53),)
    assert ports_of(EVERYTHING, Protocol.ICMP) == ()


def test_the_example_packet_is_inside_the_longest_run() -> None:
    example = witness(tcp((22, 30), "10.0.0.0/30", "10.1.0.0/16"))
    assert example == Witness(protocol=Protocol.TCP, port=22, address="10.1.0.1")


def test_the_example_packet_of_any_address_is_ipv4() -> None:
    ssh = services(Protocol.TCP, [(22, 22)])
    assert witness(packets(ssh, addresses.union(("0.0.0.0/0", "2001:db8::/32")))).address == "0.0.0.1"
    assert witness(packets(ssh, ALL_V6)).address == "::1"
