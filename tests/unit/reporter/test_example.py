from __future__ import annotations

import pytest

from auditor.model.addresses import ALL_V6, ANYWHERE, parse
from auditor.model.packets import UNIVERSE, PacketSet, packets
from auditor.model.regions import Witness
from auditor.model.services import EVERYTHING, Protocol, services
from auditor.reporter.text.packets import example


def tcp(*ports: int) -> PacketSet:
    return packets(services(Protocol.TCP, tuple((port, port) for port in ports)), ANYWHERE)


@pytest.mark.parametrize(
    ("of", "port", "address"),
    [
        (UNIVERSE, 10250, "203.0.113.1"),
        (packets(EVERYTHING, parse("10.0.0.0/16")), 10250, "10.0.0.1"),
        (tcp(21, 22, 23), 22, "203.0.113.1"),
        (tcp(8080), 8080, "203.0.113.1"),
        (packets(services(Protocol.TCP, ((22, 22),)), ALL_V6), 22, "2001:db8::1"),
    ],
)
def test_the_example_is_a_packet_that_tells_something(of: PacketSet, port: int, address: str) -> None:
    assert example(of) == Witness(protocol=Protocol.TCP, port=port, address=address)


def test_a_set_without_a_telling_packet_still_has_an_example() -> None:
    only = packets(services(Protocol.TCP, ((0, 0),)), parse("127.0.0.1"))
    assert example(only) == Witness(protocol=Protocol.TCP, port=0, address="127.0.0.1")


def test_an_example_is_in_its_set() -> None:
    for of in (UNIVERSE, tcp(1), packets(services(Protocol.ICMP), parse("10.0.0.0/8"))):
        found = example(of)
        assert packets(services(found.protocol, ((found.port or 0, found.port or 0),)), parse(found.address)) <= of
