from __future__ import annotations

import pytest

from auditor.model.addresses import ALL_V6, ANYWHERE, parse, union
from auditor.model.intervals import IntervalSet
from auditor.model.packets import UNIVERSE, PacketSet, packets
from auditor.model.regions import Witness
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING, Protocol, services
from auditor.reporter.text.names import Formatter
from auditor.reporter.text.packets import addresses_text, packets_text, witness_text
from auditor.words import Lang

EN, ZH = Formatter(Lang.EN), Formatter(Lang.ZH)
SSH = services(Protocol.TCP, ((22, 22),))
ANY_V4 = parse("0.0.0.0/0")
MANY_PORTS = services(Protocol.TCP, tuple((port, port) for port in range(1, 21, 2)))


@pytest.mark.parametrize(
    ("of", "english", "chinese"),
    [
        (packets(SSH, ANY_V4), "TCP 22 from any IPv4 address", "来自任意 IPv4 地址的 TCP 22"),
        (packets(SSH, ANYWHERE), "TCP 22 from any address", "来自任意地址的 TCP 22"),
        (packets(SSH, ALL_V6), "TCP 22 from any IPv6 address", "来自任意 IPv6 地址的 TCP 22"),
        (UNIVERSE, "all traffic from any address", "来自任意地址的全部流量"),
        (
            packets(services(Protocol.TCP, ((22, 22), (3306, 3310))), parse("10.0.0.0/8")),
            "TCP 22, 3306-3310 from 10.0.0.0/8",
            "来自 10.0.0.0/8 的 TCP 22、3306-3310",
        ),
        (
            packets(SSH | services(Protocol.UDP, ((22, 22),)), parse("10.0.0.7")),
            "TCP/UDP 22 from 10.0.0.7",
            "来自 10.0.0.7 的 TCP/UDP 22",
        ),
        (
            packets(services(Protocol.TCP) | services(Protocol.ICMP), parse("10.0.0.0/8")),
            "all TCP, ICMP from 10.0.0.0/8",
            "来自 10.0.0.0/8 的 TCP 全部端口、ICMP",
        ),
        (
            packets(EVERYTHING, ANY_V4 - parse("10.0.0.0/16")),
            "all traffic from any IPv4 address except 10.0.0.0/16",
            "来自任意 IPv4 地址（10.0.0.0/16 除外）的全部流量",
        ),
        (
            packets(SSH, ANY_V4) | packets(services(Protocol.UDP, ((53, 53),)), parse("10.0.0.0/8")),
            "TCP 22 from any IPv4 address; UDP 53 from 10.0.0.0/8",
            "来自任意 IPv4 地址的 TCP 22；来自 10.0.0.0/8 的 UDP 53",
        ),
        (
            packets(MANY_PORTS, parse("10.0.0.0/8")),
            "TCP 1, 3, 5, 7 and 6 more from 10.0.0.0/8",
            "来自 10.0.0.0/8 的 TCP 1、3、5、7 等 10 项",
        ),
    ],
)
def test_packets_read_as_people_say_them(of: PacketSet, english: str, chinese: str) -> None:
    assert packets_text(of, EN, Direction.INGRESS) == english
    assert packets_text(of, ZH, Direction.INGRESS) == chinese


def test_egress_goes_to_and_no_direction_is_with() -> None:
    of = packets(SSH, parse("10.0.0.7"))
    assert packets_text(of, EN, Direction.EGRESS) == "TCP 22 to 10.0.0.7"
    assert packets_text(of, EN) == "TCP 22 with 10.0.0.7"
    assert packets_text(of, ZH, Direction.EGRESS) == "去往 10.0.0.7 的 TCP 22"


def test_without_a_limit_every_port_is_named() -> None:
    assert packets_text(packets(MANY_PORTS, parse("10.0.0.0/8")), EN, Direction.INGRESS, limit=None) == (
        "TCP 1, 3, 5, 7, 9, 11, 13, 15, 17, 19 from 10.0.0.0/8"
    )


def test_without_a_limit_a_long_list_says_that_the_json_report_has_the_rest() -> None:
    every_second = services(Protocol.TCP, tuple((port, port) for port in range(1, 121, 2)))
    shown = ", ".join(str(port) for port in range(1, 101, 2))
    of = packets(every_second, parse("10.0.0.0/8"))
    assert packets_text(of, EN, Direction.INGRESS, limit=None) == (
        f"TCP {shown} and 10 more (all in the JSON report) from 10.0.0.0/8"
    )
    assert packets_text(of, ZH, Direction.INGRESS, limit=None) == (
        f"来自 10.0.0.0/8 的 TCP {shown.replace(', ', '、')} 等 60 项（全部见 JSON 报告）"
    )


def test_without_a_limit_51_items_are_named_rather_than_counted() -> None:
    blocks = union(tuple(f"10.0.{number}.0/24" for number in range(0, 102, 2)))
    assert addresses_text(blocks, EN, None) == ", ".join(f"10.0.{number}.0/24" for number in range(0, 102, 2))


def test_without_a_limit_many_sets_of_packets_say_that_the_json_report_has_the_rest() -> None:
    of = PacketSet.of_rows((port, port + 1, parse(f"10.0.0.{port}")) for port in range(1, 121, 2))
    text = packets_text(of, EN, Direction.INGRESS, limit=None)
    assert text.startswith("TCP 1 from 10.0.0.1; TCP 3 from 10.0.0.3; ")
    assert text.endswith("; TCP 99 from 10.0.0.99; and 10 more sets of packets (all in the JSON report)")


def test_more_sets_of_packets_than_the_limit_are_counted() -> None:
    of = PacketSet.of_rows((port, port + 1, parse(f"10.0.0.{port}")) for port in range(1, 20, 2))
    assert packets_text(of, EN, Direction.INGRESS, limit=2) == (
        "TCP 1 from 10.0.0.1; TCP 3 from 10.0.0.3; and 8 more sets of packets"
    )


def test_one_over_the_limit_is_named_rather_than_counted() -> None:
    ports = services(Protocol.TCP, tuple((port, port) for port in (1, 3, 5)))
    assert packets_text(packets(ports, parse("10.0.0.1")), EN, limit=2) == "TCP 1, 3, 5 with 10.0.0.1"


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (parse("10.0.0.7"), "10.0.0.7"),
        (parse("fd00::1"), "fd00::1"),
        (parse("10.0.0.0-10.0.0.255"), "10.0.0.0/24"),
        (parse("10.0.0.5-10.0.0.77"), "10.0.0.5-10.0.0.77"),
        (parse("10.0.0.7-10.0.0.8"), "10.0.0.7, 10.0.0.8"),
        (union(("10.0.0.0/8", "fd00::/8")), "10.0.0.0/8 and fd00::/8"),
        (ANYWHERE - parse("10.0.0.0/8"), "any address except 10.0.0.0/8"),
        (parse("0.0.0.0/1"), "0.0.0.0/1"),
        (ANY_V4 - parse("0.0.0.0/8"), "1.0.0.0-255.255.255.255"),
        (ALL_V6 | parse("10.0.0.0/8"), "10.0.0.0/8 and any IPv6 address"),
    ],
)
def test_addresses_are_said_in_the_shortest_true_way(addresses: IntervalSet, expected: str) -> None:
    assert addresses_text(addresses, EN) == expected


def test_a_witness_is_one_packet() -> None:
    ssh = Witness(protocol=Protocol.TCP, port=22, address="192.0.2.1")
    ping = Witness(protocol=Protocol.ICMP, port=None, address="192.0.2.1")
    assert witness_text(ssh, EN, Direction.INGRESS) == "TCP port 22 from 192.0.2.1"
    assert witness_text(ssh, ZH, Direction.INGRESS) == "来自 192.0.2.1 的 TCP 22 端口"
    assert witness_text(ping, EN, Direction.EGRESS) == "ICMP to 192.0.2.1"
