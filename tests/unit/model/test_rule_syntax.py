from __future__ import annotations

import pytest

from auditor.model import rule_syntax
from auditor.model.rules import ProtocolService
from auditor.model.services import Protocol


@pytest.mark.parametrize(
    ("text", "expected"),
    [("tcp", Protocol.TCP), ("Udp", Protocol.UDP), ("ICMPv6", Protocol.ICMPV6), ("gre", Protocol.GRE), ("All", None)],
)
def test_protocol_words_are_read_in_any_case(text: str, expected: Protocol | None) -> None:
    assert rule_syntax.protocol(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80", ((80, 80),)),
        ("80,443", ((80, 80), (443, 443))),
        ("30000-32768", ((30000, 32768),)),
        ("22, 8000-9000", ((22, 22), (8000, 9000))),
        ("all", ((0, 65535),)),
    ],
)
def test_ports_may_be_lists_ranges_and_both(text: str, expected: tuple[tuple[int, int], ...]) -> None:
    assert rule_syntax.ports(text) == expected


@pytest.mark.parametrize("text", ["", "http", "90-80", "65536", "80,", "-1", "1-2-3"])
def test_other_ports_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="port"):
        rule_syntax.ports(text)


def test_protocols_without_ports_ignore_theirs() -> None:
    assert rule_syntax.service("icmp", "22") == ProtocolService(protocol=Protocol.ICMP, ports=())


def test_protocol_all_with_a_port_is_refused() -> None:
    assert rule_syntax.service("ALL", "all") == ProtocolService(protocol=None, ports=((0, 65535),))
    with pytest.raises(ValueError, match="protocol ALL"):
        rule_syntax.service("ALL", "80")


def test_tcp_without_a_port_is_refused() -> None:
    with pytest.raises(ValueError, match="port"):
        rule_syntax.service("tcp", "")


def test_service_entries_name_a_protocol_and_maybe_ports() -> None:
    assert rule_syntax.service_entry("tcp:3306-20000") == ProtocolService(protocol=Protocol.TCP, ports=((3306, 20000),))
    assert rule_syntax.service_entry("gre") == ProtocolService(protocol=Protocol.GRE, ports=())


def test_a_number_behind_icmp_in_an_entry_is_refused() -> None:
    assert rule_syntax.service_entry("ICMP:ALL") == ProtocolService(protocol=Protocol.ICMP, ports=())
    with pytest.raises(ValueError, match="icmp:8"):
        rule_syntax.service_entry("icmp:8")


def test_blocks_have_one_spelling() -> None:
    assert rule_syntax.block("192.128.8.8/17") == "192.128.0.0/17"
    assert rule_syntax.block("10.0.0.1 - 10.0.0.9") == "10.0.0.1-10.0.0.9"
    assert rule_syntax.block("0::0/0") == "::/0"


def test_every_block_that_starts_at_zero_is_any_address() -> None:
    assert rule_syntax.ipv4_block("0.0.0.0/8") == "0.0.0.0/0"
    assert rule_syntax.ipv4_block("10.0.0.0/8") == "10.0.0.0/8"


@pytest.mark.parametrize("text", ["MY_PUBLIC_IP", "::/0", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "fe80::1%eth0", ""])
def test_what_is_no_ipv4_block_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        rule_syntax.ipv4_block(text)


def test_an_ipv4_block_is_no_ipv6_block() -> None:
    assert rule_syntax.ipv6_block("::/0") == "::/0"
    with pytest.raises(ValueError, match="IPv6"):
        rule_syntax.ipv6_block("10.0.0.0/8")
