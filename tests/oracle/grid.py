"""Every packet that could be told from its neighbours, once: runs between all endpoints, one packet for each kind."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tests.oracle.lines import PROTOCOLS, WITH_PORTS, Entry, Line, Says
from tests.oracle.spans import END, V6, Span

Mask: TypeAlias = int
"""A bit for each set that was handed in."""


@dataclass(frozen=True)
class Place:
    """An address that stands for all that no set tells from it."""

    point: int
    inside: Mask


@dataclass(frozen=True)
class Service:
    """A protocol and port that stand for all that no set tells from them."""

    protocol: str
    port: int
    inside: Mask


def places(sets: Sequence[Sequence[Span]]) -> list[Place]:
    """One address for each combination of ``sets`` that an address is in, and for each family."""
    cuts = sorted({0, 1 << 32, V6, END, *(cut for spans in sets for lo, hi in spans for cut in (lo, hi + 1))})
    inside = [0] * len(cuts)
    for number, spans in enumerate(sets):
        for lo, hi in spans:
            for run in range(bisect_left(cuts, lo), bisect_right(cuts, hi)):
                inside[run] |= 1 << number
    found: dict[tuple[bool, Mask], Place] = {}
    for cut, mask in zip(cuts, inside, strict=True):
        if cut < 1 << 32 or V6 <= cut < END:
            found.setdefault((cut < V6, mask), Place(cut, mask))
    return list(found.values())


def services(sets: Sequence[Sequence[Entry]]) -> list[Service]:
    """One protocol and port for each combination of ``sets``."""
    return [one for protocol in PROTOCOLS for one in _services(protocol, sets)]


def _services(protocol: str, sets: Sequence[Sequence[Entry]]) -> Iterator[Service]:
    named = [[ports for word, ports in entries if word in ("all", protocol)] for entries in sets]
    runs = [[run for ports in of_set for run in ports] for of_set in named]
    ends = {end for of_set in runs for lo, hi in of_set for end in (lo, hi + 1)}
    seen = set()
    for port in sorted({0, *ends}) if protocol in WITH_PORTS else [0]:
        mask = sum(1 << number for number, of_set in enumerate(runs) if any(lo <= port <= hi for lo, hi in of_set))
        if port <= 65535 and mask not in seen:
            seen.add(mask)
            yield Service(protocol, port, mask)


def exists(service: Service, place: Place) -> bool:
    """ICMP is IPv4 alone, ICMPv6 is IPv6 alone."""
    return service.protocol != ("icmpv6" if place.point < V6 else "icmp")


class Table:
    """What each rule says of each place and of each service; worked out once for a grid."""

    def __init__(self, lines: Sequence[Line], all_places: Sequence[Place], all_services: Sequence[Service]) -> None:
        self._at = {place: [line.of_address(place.point) for line in lines] for place in all_places}
        self._of = {one: [line.of_service(one.protocol, one.port) for line in lines] for one in all_services}

    def says(self, service: Service, place: Place) -> list[Says]:
        """What each rule says of the packet."""
        return [
            one if one.value < other.value else other
            for one, other in zip(self._of[service], self._at[place], strict=True)
        ]
