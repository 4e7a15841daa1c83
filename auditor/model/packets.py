"""Exact sets of packets. A packet is a pair (service, address); the form is canonical, so ``==`` is set equality."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Self, TypeAlias

from auditor.model import addresses, services
from auditor.model.intervals import EMPTY, IntervalSet

Row: TypeAlias = tuple[int, int, IntervalSet]
"""A half-open run of the service line, and the addresses of all its services."""


@dataclass(frozen=True, slots=True)
class PacketSet:
    """Packets of one direction of a node: the address of the peer and the requested service.

    Invariant: ``rows`` rise along the service line, no row has an empty address set, and adjacent rows have different
    address sets, so each set has exactly one form. Build with :func:`packets` or :meth:`of_rows`; the constructor does
    not check its argument.
    """

    rows: tuple[Row, ...] = ()

    @classmethod
    def of_rows(cls, rows: Iterable[Row]) -> Self:
        """The set of ``rows``, which rise and do not overlap. Empty rows are dropped, equal adjacent rows merged."""
        merged: list[Row] = []
        for lo, hi, row_addresses in rows:
            if lo >= hi or not row_addresses:
                continue
            if merged and merged[-1][1] == lo and merged[-1][2] == row_addresses:
                merged[-1] = (merged[-1][0], hi, row_addresses)
            else:
                merged.append((lo, hi, row_addresses))
        return cls(tuple(merged))

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __or__(self, other: PacketSet) -> PacketSet:
        if self.rows is other.rows or not other.rows:
            return self
        if not self.rows:
            return other
        return _combined(self, other, IntervalSet.__or__, _across)

    def __and__(self, other: PacketSet) -> PacketSet:
        if not self.rows or not other.rows:
            return NOTHING
        if self.rows is other.rows:
            return self
        if len(other.rows) < len(self.rows):
            return other & self
        return _combined(self, other, IntervalSet.__and__, _within)

    def __sub__(self, other: PacketSet) -> PacketSet:
        if not self.rows or not other.rows:
            return self
        if self.rows is other.rows:
            return NOTHING
        return _combined(self, other, IntervalSet.__sub__, _within)

    def __le__(self, other: PacketSet) -> bool:
        return self == other or not self - other

    def __contains__(self, packet: tuple[int, int]) -> bool:
        service, address = packet
        row = bisect_right(self.rows, service, key=_end)
        return row < len(self.rows) and self.rows[row][0] <= service and address in self.rows[row][2]

    def meets(self, other: PacketSet) -> bool:
        """Whether the sets have a packet in common; needs no intersection."""
        few, many = sorted((self, other), key=lambda packets: len(packets.rows))
        return any(left.meets(right) for _, _, left, right in _within(few, many))

    @property
    def addresses(self) -> IntervalSet:
        """The addresses of all packets."""
        return IntervalSet.of(pair for _, _, row_addresses in self.rows for pair in row_addresses)

    @property
    def services(self) -> IntervalSet:
        """The services of all packets."""
        return IntervalSet.of((lo, hi) for lo, hi, _ in self.rows)

    @property
    def size(self) -> int:
        """The number of (service, address) pairs."""
        return sum((hi - lo) * row_addresses.size for lo, hi, row_addresses in self.rows)


NOTHING = PacketSet()


@lru_cache(maxsize=16384)
def packets(service: IntervalSet, address: IntervalSet) -> PacketSet:
    """The packets of ``service`` and ``address`` that can exist (no ICMP over IPv6, no ICMPv6 over IPv4).

    Clusters ask for the same packets again and again: every requirement without a network, and those of one VPC.
    """
    return PacketSet.of_rows(
        (max(lo, first), min(hi, last), address & exists)
        for first, last, exists in services.FAMILIES
        for lo, hi in service & IntervalSet((first, last))
    )


UNIVERSE = packets(services.EVERYTHING, addresses.ANYWHERE)


def union(sets: Iterable[PacketSet]) -> PacketSet:
    """The union of ``sets``, built pairwise so that many small sets stay cheap."""
    queue = list(sets)
    while len(queue) > 1:
        queue = [queue[i] | queue[i + 1] if i + 1 < len(queue) else queue[i] for i in range(0, len(queue), 2)]
    return queue[0] if queue else NOTHING


@lru_cache(maxsize=4096)
def cached_union(sets: tuple[PacketSet, ...]) -> PacketSet:
    """As :func:`union`, for the packets of requirements: the stacks of a cluster ask for the same again and again."""
    return union(sets)


_Pieces: TypeAlias = Iterator[tuple[int, int, IntervalSet, IntervalSet]]


def _combined(
    left: PacketSet,
    right: PacketSet,
    operation: Callable[[IntervalSet, IntervalSet], IntervalSet],
    pieces: Callable[[PacketSet, PacketSet], _Pieces],
) -> PacketSet:
    results: dict[tuple[int, int], IntervalSet] = {}

    def result(left_addresses: IntervalSet, right_addresses: IntervalSet) -> IntervalSet:
        # Rows share few address sets: identity is the cheap key, and both operands outlive the call.
        key = (id(left_addresses), id(right_addresses))
        if key not in results:
            results[key] = operation(left_addresses, right_addresses)
        return results[key]

    return PacketSet.of_rows(
        (lo, hi, result(left_addresses, right_addresses))
        for lo, hi, left_addresses, right_addresses in pieces(left, right)
    )


def _within(left: PacketSet, right: PacketSet) -> _Pieces:
    """The rows of ``left``, cut wherever ``right`` changes. Rows of ``right`` alone are skipped."""
    rows = right.rows
    next_row = bisect_right(rows, left.rows[0][0], key=_end) if left.rows else 0
    for lo, hi, left_addresses in left.rows:
        while next_row < len(rows) and rows[next_row][1] <= lo:
            next_row += 1
        start, row = lo, next_row
        while row < len(rows) and rows[row][0] < hi:
            first, last, right_addresses = rows[row]
            if start < first:
                yield start, first, left_addresses, EMPTY
            yield max(start, first), min(last, hi), left_addresses, right_addresses
            start = last
            row += 1
        if start < hi:
            yield start, hi, left_addresses, EMPTY


def _end(row: Row) -> int:
    return row[1]


def _across(left: PacketSet, right: PacketSet) -> _Pieces:
    """Both sets' rows, cut where either changes."""
    cuts = sorted({cut for rows in (left.rows, right.rows) for lo, hi, _ in rows for cut in (lo, hi)})
    i = j = 0
    for lo, hi in pairwise(cuts):
        while i < len(left.rows) and left.rows[i][1] <= lo:
            i += 1
        while j < len(right.rows) and right.rows[j][1] <= lo:
            j += 1
        left_addresses = left.rows[i][2] if i < len(left.rows) and left.rows[i][0] <= lo else EMPTY
        right_addresses = right.rows[j][2] if j < len(right.rows) and right.rows[j][0] <= lo else EMPTY
        yield lo, hi, left_addresses, right_addresses
