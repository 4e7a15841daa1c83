"""The service line: tcp ports, udp ports and the protocols without ports on one axis of integers."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeAlias

from auditor.model.addresses import ALL_V4, ALL_V6, ANYWHERE
from auditor.model.intervals import IntervalSet

PORTS = 1 << 16

PortRange: TypeAlias = tuple[int, int]
"""First and last port, both included."""


class Protocol(StrEnum):
    """What the report names; ``other`` is every IP protocol that has no name here."""

    TCP = "tcp"
    UDP = "udp"
    ICMP = "icmp"
    ICMPV6 = "icmpv6"
    GRE = "gre"
    OTHER = "other"

    @property
    def has_ports(self) -> bool:
        """Whether a rule can name ports of it."""
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
"""Runs of the line with the addresses on which they exist: ICMP is IPv4 alone, ICMPv6 is IPv6 alone."""


def span(protocol: Protocol) -> tuple[int, int]:
    """The protocol's half-open run on the line."""
    return _SPANS[protocol]


def services(protocol: Protocol, ports: Iterable[PortRange] = WHOLE_PORT_RANGE) -> IntervalSet:
    """The packets of ``protocol`` on ``ports``; the ports of a protocol without ports mean nothing."""
    lo, hi = _SPANS[protocol]
    if not protocol.has_ports:
        return IntervalSet((lo, hi))
    return IntervalSet.of((lo + first, lo + last + 1) for first, last in ports)


def protocol_at(point: int) -> Protocol:
    """The protocol at ``point`` of the line."""
    return next(protocol for protocol, (lo, hi) in _SPANS.items() if lo <= point < hi)


def port_at(point: int) -> int | None:
    """The port at ``point`` of the line; ``None`` where the protocol has no ports."""
    protocol = protocol_at(point)
    return point - _SPANS[protocol][0] if protocol.has_ports else None
