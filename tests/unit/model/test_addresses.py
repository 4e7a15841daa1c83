"""Address text to sets of addresses and back."""

from __future__ import annotations

import pytest

from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ALL_V6


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("10.0.0.0/24", ("10.0.0.0/24",)),
        ("10.0.0.9/24", ("10.0.0.0/24",)),
        ("10.0.0.1", ("10.0.0.1/32",)),
        ("10.0.0.0 - 10.0.0.4", ("10.0.0.0/30", "10.0.0.4/32")),
        ("2001:db8::/32", ("2001:db8::/32",)),
    ],
)
def test_blocks_addresses_and_ranges_become_the_fewest_blocks(text: str, blocks: tuple[str, ...]) -> None:
    assert addresses.cidrs(addresses.parse(text)) == blocks


@pytest.mark.parametrize("text", ["", "host", "10.0.0.4-10.0.0.0", "10.0.0.1-2001:db8::1", "10.0.0.0/33"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        addresses.parse(text)


def test_both_families_have_points_of_their_own() -> None:
    points = [addresses.point_of("0.0.0.1"), addresses.point_of("::1")]
    assert points == [1, (1 << 32) + 1]
    assert [addresses.address_text(point) for point in points] == ["0.0.0.1", "::1"]


def test_two_halves_of_the_internet_are_any_address() -> None:
    assert addresses.families_open_to_any(addresses.union(("0.0.0.0/1", "128.0.0.0/1"))) == ALL_V4


def test_any_address_without_the_vpc_is_any_address() -> None:
    assert addresses.families_open_to_any(ALL_V4 - addresses.parse("10.0.0.0/16")) == ALL_V4


def test_one_half_of_the_internet_is_not_any_address() -> None:
    assert not addresses.families_open_to_any(addresses.parse("128.0.0.0/1"))


def test_each_family_is_open_to_any_by_itself() -> None:
    assert addresses.families_open_to_any(ALL_V6 | addresses.parse("10.0.0.0/8")) == ALL_V6
