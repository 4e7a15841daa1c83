"""Converts packet sets to lists of (protocol, ports, CIDR blocks) for reports, and picks an example packet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ALL_V6, V6_OFFSET
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import PacketSet
from auditor.model.services import (
    EVERYTHING,
    WHOLE_PORT_RANGE,
    PortRange,
    Protocol,
    port_at,
    protocol_at,
    services,
    span,
)

ALL_PROTOCOLS: Final = "all"

_SERVICES = {protocol: services(protocol) for protocol in Protocol}
_FAMILY_BOUND = _SERVICES[Protocol.ICMP] | _SERVICES[Protocol.ICMPV6]
_ALL_OF_V4 = EVERYTHING - _SERVICES[Protocol.ICMPV6]
_ALL_OF_V6 = EVERYTHING - _SERVICES[Protocol.ICMP]


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The packets of ``protocol``, ``ports`` and ``cidrs``; no ports means all ports."""

    protocol: Protocol | Literal["all"]
    ports: tuple[PortRange, ...]
    cidrs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One packet of a set, as an example."""

    protocol: Protocol
    port: int | None
    address: str


Flows: TypeAlias = tuple[tuple[Protocol | Literal["all"], tuple[PortRange, ...]], ...]
"""Protocols with their ports; no ports means all ports."""


@lru_cache(maxsize=1 << 14)
def regions(packets: PacketSet) -> tuple[Region, ...]:
    """Regions with exactly these packets. Services with the same addresses share a region.

    A report has the packets of a cluster again and again: its stacks, requirements and findings share them.
    """
    return tuple(
        Region(protocol=protocol, ports=ports, cidrs=addresses.cidrs(part))
        for part, flows in products(packets)
        for protocol, ports in flows
    )


def products(packets: PacketSet) -> Iterator[tuple[IntervalSet, Flows]]:
    """The packets as disjoint products of addresses and flows."""
    by_addresses: dict[IntervalSet, list[tuple[int, int]]] = {}
    for lo, hi, row_addresses in packets.rows:
        for part in _families(row_addresses):
            by_addresses.setdefault(part, []).append((lo, hi))
    for part, runs in _joined_families(by_addresses):
        yield part, _flows(IntervalSet.of(runs), _possible(part))


def _families(row_addresses: IntervalSet) -> tuple[IntervalSet, ...]:
    """The addresses of each family that has some."""
    first, last = row_addresses.bounds[0], row_addresses.bounds[-1]
    if last <= V6_OFFSET or first >= V6_OFFSET:
        return (row_addresses,)
    return row_addresses & ALL_V4, row_addresses & ALL_V6


def _joined_families(
    by_addresses: dict[IntervalSet, list[tuple[int, int]]],
) -> list[tuple[IntervalSet, list[tuple[int, int]]]]:
    """Join blocks of both families if their services are the same and exist in both families."""
    joined: dict[tuple[tuple[int, int], ...], IntervalSet] = {}
    rest: list[tuple[IntervalSet, list[tuple[int, int]]]] = []
    for part, runs in by_addresses.items():
        service = IntervalSet.of(runs)
        if service & _FAMILY_BOUND or _possible(part) <= service:
            rest.append((part, runs))
        else:
            key = tuple(service)
            joined[key] = joined.get(key, EMPTY) | part
    return rest + [(part, list(runs)) for runs, part in joined.items()]


_MORE_THAN_ENDS = 2
"""A run longer than this has an address other than its network and broadcast addresses."""


def _possible(part: IntervalSet) -> IntervalSet:
    """The services that exist in the family of a part of the addresses; IPv4's for a part of both families."""
    return _ALL_OF_V4 if part.bounds[0] < V6_OFFSET else _ALL_OF_V6


def ports_of(service: IntervalSet, protocol: Protocol) -> tuple[PortRange, ...]:
    """The ports of ``protocol`` in a set of services, first and last of each range; empty where it has no ports."""
    lo, hi = span(protocol)
    runs = service & IntervalSet((lo, hi)) if protocol.has_ports else EMPTY
    return tuple((first - lo, last - lo - 1) for first, last in runs)


@lru_cache(maxsize=1 << 12)
def _flows(service: IntervalSet, possible: IntervalSet) -> Flows:
    """The services of a part of the addresses. Clusters differ in their addresses far more than in their services."""
    if possible <= service:
        return ((ALL_PROTOCOLS, ()),)
    ports = {protocol: ports_of(service, protocol) for protocol in Protocol if service & _SERVICES[protocol]}
    return tuple((protocol, () if listed == WHOLE_PORT_RANGE else listed) for protocol, listed in ports.items())


def witness(packets: PacketSet) -> Witness:
    """One packet of a non-empty set: of its first service and the longest run of addresses of that service."""
    lo, _, row_addresses = packets.rows[0]
    first, last = max(row_addresses, key=lambda run: (min(run[1] - run[0], 1 << 32), -run[0]))
    inside = (first + 1) if last - first > _MORE_THAN_ENDS else first
    return Witness(protocol=protocol_at(lo), port=port_at(lo), address=addresses.address_text(inside))
