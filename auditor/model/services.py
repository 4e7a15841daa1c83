"""The service line: TCP ports, UDP ports and the protocols without ports as one range of integers."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from auditor.model.addresses import ALL_V4, ALL_V6, ANYWHERE
from auditor.model.intervals import IntervalSet

PORTS = 1 << 16

PortRange: TypeAlias = tuple[int, int]
"""The first and the last port of a range, both included."""


class Protocol(StrEnum):
    """IP protocols of reports; ``other`` stands for every protocol without a name here."""

    TCP = "tcp"
    UDP = "udp"
    ICMP = "icmp"
    ICMPV6 = "icmpv6"
    GRE = "gre"
    OTHER = "other"

    @property
    def has_ports(self) -> bool:
        """Whether rules can name ports of the protocol."""
        return self in (Protocol.TCP, Protocol.UDP)


_SPANS = {
    Protocol.TCP: (0, PORTS),
    Protocol.UDP: (PORTS, 2 * PORTS),
    Protocol.ICMP: (2 * PORTS, 2 * PORTS + 1),
    Protocol.ICMPV6: (2 * PORTS + 1, 2 * PORTS + 2),
    Protocol.GRE: (2 * PORTS + 2, 2 * PORTS + 3),
    Protocol.OTHER: (2 * PORTS + 3, 2 * PORTS + 4),
}
END = 2 * PORTS + 4
EVERYTHING = IntervalSet((0, END))
WHOLE_PORT_RANGE: tuple[PortRange, ...] = ((0, PORTS - 1),)

FAMILIES: tuple[tuple[int, int, IntervalSet], ...] = (
    (0, _SPANS[Protocol.ICMP][0], ANYWHERE),
    (*_SPANS[Protocol.ICMP], ALL_V4),
    (*_SPANS[Protocol.ICMPV6], ALL_V6),
    (_SPANS[Protocol.GRE][0], END, ANYWHERE),
)
"""Runs of the service line with the addresses of their packets: ICMP only has IPv4, ICMPv6 only IPv6."""


def span(protocol: Protocol) -> tuple[int, int]:
    """The half-open run of the protocol on the service line."""
    return _SPANS[protocol]


def services(protocol: Protocol, ports: Iterable[PortRange] = WHOLE_PORT_RANGE) -> IntervalSet:
    """The set of the services of ``protocol`` and ``ports``; a protocol without ports ignores ``ports``."""
    return _services(protocol, tuple(ports))


@lru_cache(maxsize=4096)
def _services(protocol: Protocol, ports: tuple[PortRange, ...]) -> IntervalSet:
    lo, hi = _SPANS[protocol]
    if not protocol.has_ports:
        return IntervalSet((lo, hi))
    return IntervalSet.of((lo + first, lo + last + 1) for first, last in ports)


def protocol_at(point: int) -> Protocol:
    """The protocol at ``point`` of the service line."""
    return next(protocol for protocol, (lo, hi) in _SPANS.items() if lo <= point < hi)


def port_at(point: int) -> int | None:
    """The port at ``point`` of the service line; ``None`` for a protocol without ports."""
    protocol = protocol_at(point)
    return point - _SPANS[protocol][0] if protocol.has_ports else None
