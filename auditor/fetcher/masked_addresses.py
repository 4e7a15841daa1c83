"""Public addresses, mapped consistently to ranges that belong to nobody; private and unbounded ones stay.

A block keeps its prefix length as far as the free ranges reach: from /24 on in the three documentation ranges and, when
these are used up, in the upper half of the benchmark range; up to /16 in its lower half; shorter ones become all of it.
Blocks of /8 and shorter tell nothing of anybody and stay.
"""

from __future__ import annotations

import re
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

_DOCUMENTATION = tuple(int(IPv4Address(first)) for first in ("203.0.113.0", "198.51.100.0", "192.0.2.0"))  # RFC 5737
_BENCHMARK = int(IPv4Address("198.18.0.0"))  # RFC 2544, a /15
_DOCUMENTATION_V6 = int(IPv6Address("2001:db8::"))  # RFC 3849, a /32
_SEPARATORS = re.compile(r"(\s*[,;]\s*)")
_RANGE = re.compile(r"(.*?)(\s*-\s*)(.*)", re.DOTALL)

TELLS_NOTHING_V4 = 8
TELLS_NOTHING_V6 = 16


class MaskedAddresses:
    """One mapping for a whole cassette; the first public block seen gets the first free one."""

    def __init__(self) -> None:
        self._places: dict[int, dict[int, int]] = {}

    def masked(self, text: str) -> str | None:
        """``text`` with its public addresses mapped; ``None`` where it is no address, block, range or list of them."""
        parts = _SEPARATORS.split(text)
        masked = [part if place % 2 else self._one(part) for place, part in enumerate(parts)]
        return None if None in masked else "".join(part or "" for part in masked)

    def _one(self, text: str) -> str | None:
        first, dash, last = _range(text)
        try:
            if not dash:
                return self._block(text)
            low, high = ip_address(first), ip_address(last)
        except ValueError:
            return None
        ends = sorted((self._address(low), self._address(high)), key=int)
        return f"{ends[0]}{dash}{ends[1]}"

    def _block(self, text: str) -> str:
        network = ip_network(text.strip(), strict=False)
        if not _is_telling(network):
            return text
        address, slash, length = text.strip().partition("/")
        if isinstance(network, IPv6Network):
            return (
                self._block_v6(network, ip_address(address)) if slash else str(self._v6(int(ip_address(address)), 128))
            )
        if not slash or network.prefixlen >= 24:
            return f"{self._address(ip_address(address))}{slash}{length}"
        if network.prefixlen < 16:
            return f"{IPv4Address(_BENCHMARK)}/15"
        third = int(network.network_address) >> 8 & 0xFF ^ self._place(4, int(network.network_address) >> 16) & 0xFF
        return str(IPv4Network((_BENCHMARK | third << 8, network.prefixlen), strict=False))

    def _block_v6(self, network: IPv6Network, address: IPv4Address | IPv6Address) -> str:
        if network.prefixlen < 48:
            place = self._place(6, int(address) >> 80)
            length = max(network.prefixlen, 32)
            return str(IPv6Network((_DOCUMENTATION_V6 | place << 80, length), strict=False))
        return str(IPv6Network((int(self._v6(int(address), network.prefixlen)), network.prefixlen), strict=False))

    def _address(self, address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
        if not address.is_global:
            return address
        if isinstance(address, IPv6Address):
            return self._v6(int(address), 128)
        place = self._place(3, int(address) >> 8)
        if place < len(_DOCUMENTATION):
            return IPv4Address(_DOCUMENTATION[place] | int(address) & 0xFF)
        return IPv4Address(_BENCHMARK | 1 << 16 | (place & 0xFF) << 8 | int(address) & 0xFF)

    def _v6(self, address: int, length: int) -> IPv6Address:
        """The subnet number of a /48 stays; what follows it is counted."""
        place = self._place(6, address >> 80) & 0xFFFF
        subnet = address >> 64 & 0xFFFF
        host = self._place(7, address) + 1 if length > 64 else 0
        return IPv6Address(_DOCUMENTATION_V6 | place << 80 | subnet << 64 | host)

    def _place(self, kind: int, bits: int) -> int:
        """The number of ``bits`` among those of its kind, counted as they come."""
        places = self._places.setdefault(kind, {})
        return places.setdefault(bits, len(places))


def _range(text: str) -> tuple[str, str, str]:
    found = _RANGE.fullmatch(text.strip())
    return (found.group(1), found.group(2), found.group(3)) if found else (text, "", "")


def _is_telling(network: IPv4Network | IPv6Network) -> bool:
    least = TELLS_NOTHING_V4 if network.version == 4 else TELLS_NOTHING_V6
    return network.is_global and network.prefixlen > least
