from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from auditor.fetcher.pseudonyms import MaskedAddresses


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/8",
        "172.16.0.1",
        "192.168.0.0/16",
        "169.254.0.23",
        "100.64.0.0/10",
        "127.0.0.1",
        "0.0.0.0/0",
        "0.0.0.0/16",
        "128.0.0.0/1",
        "9.0.0.0/8",
        "::/0",
        "2000::/3",
        "fd00::/8",
        "fe80::1",
        "10.0.0.1-10.0.0.9",
        "10.0.0.5/24",
        "203.0.113.7",
        "2001:db8::1",
        "10.0.0.0/16,10.1.0.0/16",
    ],
)
def test_what_tells_nothing_stays(text: str) -> None:
    assert MaskedAddresses().masked(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("8.8.8.8", "203.0.113.8"),
        ("8.8.8.0/24", "203.0.113.0/24"),
        ("8.8.8.128/25", "203.0.113.128/25"),
        ("8.8.8.5/24", "203.0.113.5/24"),
        ("8.8.8.8/32", "203.0.113.8/32"),
        ("8.8.8.4-8.8.8.9", "203.0.113.4-203.0.113.9"),
        ("8.8.8.4 - 8.8.8.9", "203.0.113.4 - 203.0.113.9"),
        ("8.8.8.8, 10.0.0.1;8.8.8.9", "203.0.113.8, 10.0.0.1;203.0.113.9"),
        ("1.2.0.0/16", "198.18.0.0/16"),
        ("1.2.64.0/18", "198.18.64.0/18"),
        ("1.2.240.0/20", "198.18.240.0/20"),
        ("1.128.0.0/9", "198.18.0.0/15"),
        ("240e:1:2::/48", "2001:db8::/48"),
        ("240e:1:2:3::/64", "2001:db8:0:3::/64"),
        ("240e:1:2:3::aaaa", "2001:db8:0:3::1"),
        ("240e::/20", "2001:db8::/32"),
        ("240e::1-240e::9", "2001:db8::1-2001:db8::2"),
    ],
)
def test_public_addresses_go_to_ranges_of_nobody(text: str, masked: str) -> None:
    assert MaskedAddresses().masked(text) == masked


def test_equal_addresses_stay_equal_and_neighbours_neighbours() -> None:
    masks = MaskedAddresses()
    assert masks.masked("8.8.8.8") == "203.0.113.8"
    assert masks.masked("9.9.9.9") == "198.51.100.9"
    assert masks.masked("1.1.1.1") == "192.0.2.1"
    assert masks.masked("4.4.4.4") == "198.19.3.4"
    assert masks.masked("8.8.8.9") == "203.0.113.9"
    assert masks.masked("8.8.8.0/24") == "203.0.113.0/24"


def test_blocks_inside_one_another_stay_so() -> None:
    masks = MaskedAddresses()
    outer, inner = masks.masked("1.2.0.0/17"), masks.masked("1.2.64.0/18")
    assert ip_network(str(inner)).subnet_of(ip_network(str(outer)))  # type: ignore[arg-type]


def test_a_range_over_several_blocks_stays_a_range() -> None:
    low, high = str(MaskedAddresses().masked("8.8.8.250-9.9.9.1")).split("-")
    assert ip_address(low) < ip_address(high)  # type: ignore[operator]


@pytest.mark.parametrize("text", ["8.8.8.8", "8.8.0.0/16", "8.0.0.0/9", "240e::1", "240e:1::/33", "8.8.8.8-9.9.9.9"])
def test_no_public_address_is_left(text: str) -> None:
    masked = str(MaskedAddresses().masked(text))
    assert not any(ip_network(part.strip(), strict=False).is_global for part in masked.split("-"))


@pytest.mark.parametrize(
    "text", ["", "hello", "a-b", "10.0.0.0/33", "a.b.c.d", "10.0.0", "sg-12345678", "10.0.0.1,x", "1-2", "80,443"]
)
def test_what_is_no_address_is_said_to_be_none(text: str) -> None:
    assert MaskedAddresses().masked(text) is None
