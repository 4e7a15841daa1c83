"""How protocols and ports of rules and service templates are parsed."""

from __future__ import annotations

import pytest

from auditor.fetcher import rule_parsing
from auditor.model.rules import ProtocolService, ServiceTemplateRef, UnreadableService
from auditor.model.services import Protocol

EVERYTHING = ProtocolService(protocol=None, ports=((0, 65535),))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("80", ((80, 80),)),
        ("80,443", ((80, 80), (443, 443))),
        ("3306-20000", ((3306, 20000),)),
        ("80,8000-9000", ((80, 80), (8000, 9000))),
        ("80, 8000 - 9000", ((80, 80), (8000, 9000))),
        ("ALL", ((0, 65535),)),
        ("all", ((0, 65535),)),
        ("0-65535", ((0, 65535),)),
        ("65535", ((65535, 65535),)),
    ],
)
def test_ports_are_single_lists_ranges_or_a_mixture(source: str, expected: tuple[tuple[int, int], ...]) -> None:
    service = rule_parsing.parse_service({"Protocol": "tcp", "Port": source})
    assert service == ProtocolService(protocol=Protocol.TCP, ports=expected)


@pytest.mark.parametrize(
    "source",
    ["", "65536", "9000-8000", "80,,443", "80,", "-80", "80-", "http", "80;443", "8 0", "all,80", "８０", "1-2-3"],
)
def test_other_ports_are_not_guessed_at(source: str) -> None:
    service = rule_parsing.parse_service({"Protocol": "tcp", "Port": source})
    assert service == UnreadableService(text=f"tcp {source}".strip(), protocol=Protocol.TCP)


@pytest.mark.parametrize(
    ("protocol", "port", "expected"),
    [
        ("tcp", "ALL", ProtocolService(protocol=Protocol.TCP, ports=((0, 65535),))),
        ("UDP", "53", ProtocolService(protocol=Protocol.UDP, ports=((53, 53),))),
        ("icmp", "ALL", ProtocolService(protocol=Protocol.ICMP, ports=())),
        ("ICMP", "22", ProtocolService(protocol=Protocol.ICMP, ports=())),
        ("ICMPv6", "", ProtocolService(protocol=Protocol.ICMPV6, ports=())),
        ("icmpv6", None, ProtocolService(protocol=Protocol.ICMPV6, ports=())),
        ("GRE", "-", ProtocolService(protocol=Protocol.GRE, ports=())),
        ("ALL", "ALL", EVERYTHING),
        ("all", "", EVERYTHING),
        ("All", None, EVERYTHING),
        ("ALL", "80", UnreadableService(text="ALL 80")),
        ("tcp", "", UnreadableService(text="tcp", protocol=Protocol.TCP)),
        ("tcp", None, UnreadableService(text="tcp", protocol=Protocol.TCP)),
        ("udp", "70000", UnreadableService(text="udp 70000", protocol=Protocol.UDP)),
        ("sctp", "80", UnreadableService(text="sctp 80")),
        ("6", "80", UnreadableService(text="6 80")),
        ("", "80", UnreadableService(text="80")),
        (None, None, UnreadableService(text="")),
    ],
)
def test_protocol_with_port(protocol: str | None, port: str | None, expected: object) -> None:
    assert rule_parsing.parse_service({"Protocol": protocol, "Port": port, "ServiceTemplate": None}) == expected


def test_port_may_come_as_a_number() -> None:
    service = rule_parsing.parse_service({"Protocol": "tcp", "Port": 22})
    assert service == ProtocolService(protocol=Protocol.TCP, ports=((22, 22),))


def test_missing_protocol_is_no_service() -> None:
    assert rule_parsing.parse_service({}) == UnreadableService(text="")


@pytest.mark.parametrize(
    "row",
    [
        {"ServiceTemplate": {"ServiceId": "ppm-a", "ServiceGroupId": ""}},
        {"ServiceTemplate": {"ServiceId": "ppm-a"}, "Protocol": "", "Port": ""},
        {"ServiceTemplate": {"ServiceId": "ppm-a", "ServiceGroupId": None}, "Protocol": None},
    ],
)
def test_template_stands_for_protocol_and_port(row: dict[str, object]) -> None:
    assert rule_parsing.parse_service(row) == ServiceTemplateRef(template_id="ppm-a")


def test_group_of_templates_is_referred_to_alike() -> None:
    row = {"ServiceTemplate": {"ServiceId": "", "ServiceGroupId": "ppmg-a"}}
    assert rule_parsing.parse_service(row) == ServiceTemplateRef(template_id="ppmg-a")


def test_template_beside_a_protocol_has_no_documented_meaning() -> None:
    row = {"ServiceTemplate": {"ServiceId": "ppm-a"}, "Protocol": "tcp", "Port": "80"}
    assert rule_parsing.parse_service(row) == UnreadableService(text="ppm-a and tcp 80")


def test_template_beside_a_group_of_templates_has_no_documented_meaning() -> None:
    row = {"ServiceTemplate": {"ServiceId": "ppm-a", "ServiceGroupId": "ppmg-a"}}
    assert rule_parsing.parse_service(row) == UnreadableService(text="ppm-a and ppmg-a")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("tcp:80", ProtocolService(protocol=Protocol.TCP, ports=((80, 80),))),
        ("TCP:80,443", ProtocolService(protocol=Protocol.TCP, ports=((80, 80), (443, 443)))),
        ("tcp:3306-20000", ProtocolService(protocol=Protocol.TCP, ports=((3306, 20000),))),
        ("udp:99", ProtocolService(protocol=Protocol.UDP, ports=((99, 99),))),
        ("TCP:ALL", ProtocolService(protocol=Protocol.TCP, ports=((0, 65535),))),
        (" tcp : all ", ProtocolService(protocol=Protocol.TCP, ports=((0, 65535),))),
        ("icmp", ProtocolService(protocol=Protocol.ICMP, ports=())),
        ("ICMP:ALL", ProtocolService(protocol=Protocol.ICMP, ports=())),
        ("gre", ProtocolService(protocol=Protocol.GRE, ports=())),
        ("all", EVERYTHING),
        ("ALL:ALL", EVERYTHING),
    ],
)
def test_entry_of_a_template(source: str, expected: ProtocolService) -> None:
    assert rule_parsing.parse_service_entry(source) == expected


@pytest.mark.parametrize("source", ["", "tcp", "tcp:", "icmp:8", "gre:1", "all:80", "sctp:80", "80", "tcp:80:90"])
def test_other_entries_are_not_guessed_at(source: str) -> None:
    assert rule_parsing.parse_service_entry(source) is None
