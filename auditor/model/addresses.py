"""Converts address text to sets of integers and back. IPv4 and IPv6 share one address line, IPv6 above IPv4.

Accepted text: ``10.0.0.0/16``, an address, a range ``a-b`` (spaces allowed), and blocks with host bits set
(vpc/SecurityGroupPolicy.CidrBlock, vpc/CreateAddressTemplate).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_interface

from auditor.model.intervals import EMPTY, IntervalSet

V6_OFFSET = 1 << 32
END = V6_OFFSET + (1 << 128)

ALL_V4 = IntervalSet((0, V6_OFFSET))
ALL_V6 = IntervalSet((V6_OFFSET, END))
ANYWHERE = IntervalSet((0, END))


_BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_V4_ADDRESS = re.compile(r"\.".join([_BYTE] * 4))
_V4_BLOCK = re.compile(rf"{_V4_ADDRESS.pattern}(?:/(3[0-2]|[12]?[0-9]))?")
"""The usual spellings. The standard library reads all others, and takes ten times as long for these."""


def _v4_point(*numbers: str) -> int:
    """The point of an address by its four bytes in decimal."""
    return int.from_bytes(map(int, numbers))


@lru_cache(maxsize=65536)
def parse(text: str) -> IntervalSet:
    """The addresses of a block, address or range. Raises ``ValueError`` for any other text."""
    first, dash, last = text.partition("-")
    if dash:
        low, high = ip_address(first.strip()), ip_address(last.strip())
        if low.version != high.version or int(low) > int(high):
            raise ValueError(f"{text!r} is not a range of addresses")
        return _span(low, high)
    if block := _V4_BLOCK.fullmatch(text):
        *numbers, length = block.groups()
        size = 1 << 32 - int(length or 32)
        start = _v4_point(*numbers) // size * size
        return IntervalSet((start, start + size))
    network = ip_interface(text.strip()).network
    return _span(network.network_address, network.broadcast_address)


def _span(low: IPv4Address | IPv6Address, high: IPv4Address | IPv6Address) -> IntervalSet:
    offset = V6_OFFSET if low.version == 6 else 0
    return IntervalSet((offset + int(low), offset + int(high) + 1))


def union(texts: tuple[str, ...]) -> IntervalSet:
    """The union of the addresses of ``texts``. Raises ``ValueError`` as :func:`parse` does."""
    if len(texts) == 1:
        return parse(texts[0])
    return IntervalSet.of(pair for text in texts for pair in parse(text))


@lru_cache(maxsize=65536)
def cidrs(addresses: IntervalSet) -> tuple[str, ...]:
    """The smallest list of CIDR blocks with exactly these addresses, IPv4 first."""
    return tuple(block for family in (ALL_V4, ALL_V6) for run in addresses & family for block in cidrs_of_run(*run))


def cidrs_of_run(lo: int, hi: int) -> Iterator[str]:
    """The smallest list of CIDR blocks with the addresses of a half-open run of one family."""
    offset, bits = (0, 32) if lo < V6_OFFSET else (V6_OFFSET, 128)
    while lo < hi:
        aligned = (lo - offset) & (offset - lo)
        size = 1 << (hi - lo).bit_length() - 1
        size = min(size, aligned) if aligned else size
        yield f"{address_text(lo)}/{bits - size.bit_length() + 1}"
        lo += size


def ranges(addresses: IntervalSet) -> Iterator[tuple[IPv4Address, IPv4Address] | tuple[IPv6Address, IPv6Address]]:
    """First and last address of each run. A run has addresses of one family."""
    for lo, hi in addresses & ALL_V4:
        yield IPv4Address(lo), IPv4Address(hi - 1)
    for lo, hi in addresses & ALL_V6:
        yield IPv6Address(lo - V6_OFFSET), IPv6Address(hi - V6_OFFSET - 1)


def address_text(point: int) -> str:
    """The text of the address at ``point`` of the address line."""
    if point >= V6_OFFSET:
        return str(IPv6Address(point - V6_OFFSET))
    return f"{point >> 24}.{point >> 16 & 255}.{point >> 8 & 255}.{point & 255}"


def point_of(text: str) -> int:
    """The point of one address on the address line. Raises ``ValueError`` for any other text."""
    if usual := _V4_ADDRESS.fullmatch(text):
        return _v4_point(*usual.groups())
    address = ip_address(text.strip())
    return int(address) + (V6_OFFSET if address.version == 6 else 0)


def is_address(text: str) -> bool:
    """Whether ``text`` is one address."""
    if _V4_ADDRESS.fullmatch(text):
        return True
    try:
        point_of(text)
    except ValueError:
        return False
    return True


PRIVATE_V4 = union(("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"))
PRIVATE = PRIVATE_V4 | union(("fc00::/7", "fe80::/10"))
"""RFC 1918, RFC 6598 and link-local; unique local and link-local IPv6."""

_PUBLIC_V4 = ALL_V4 - PRIVATE_V4 - union(("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"))
_PUBLIC_V6 = parse("2000::/3")
PUBLIC = _PUBLIC_V4 | _PUBLIC_V6
"""The source addresses of Internet packets: without private, loopback, multicast and unassigned IPv6 addresses."""

_ANY_SHARE = 2


@lru_cache(maxsize=4096)
def families_open_to_any(open_to: IntervalSet) -> IntervalSet:
    """The whole of each family in which ``open_to`` has more than half of the public addresses.

    So 0.0.0.0/0 without the VPC counts as any address, and so do 0.0.0.0/1 and 128.0.0.0/1 together.
    """
    open_families = EMPTY
    for family, public in ((ALL_V4, _PUBLIC_V4), (ALL_V6, _PUBLIC_V6)):
        if _ANY_SHARE * (open_to & public).size > public.size:
            open_families |= family
    return open_families
