"""The address axis of the pictures: who can reach a service, widest on top, seen from one cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TypeAlias

from auditor.model import addresses
from auditor.model.addresses import PRIVATE, PUBLIC, families_open_to_any
from auditor.model.findings import ClusterResult, StackResult, Status
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import PacketSet, union
from auditor.model.rules import Direction
from auditor.model.services import Protocol, span


class Band(StrEnum):
    """Rows of a picture. A service that any address can reach fills every row below ``ANY`` as well."""

    ANY = "any"
    PUBLIC = "public"
    PRIVATE = "private"
    VPC = "vpc"
    CONTAINERS = "containers"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBands:
    """The address line cut for one cluster; the parts do not overlap, and a part can be empty.

    Addresses that no packet comes from (loopback, multicast, unassigned IPv6) are in none of them.
    """

    containers: IntervalSet
    vpc: IntervalSet
    private: IntervalSet
    public: IntervalSet

    def bands(self) -> tuple[Band, ...]:
        """The rows that this cluster has, from the top."""
        inner = ((Band.VPC, self.vpc), (Band.CONTAINERS, self.containers))
        return (Band.ANY, Band.PUBLIC, Band.PRIVATE, *(band for band, there in inner if there))

    def bands_of(self, there: IntervalSet, together: IntervalSet) -> frozenset[Band]:
        """The rows in which the addresses ``there`` show.

        ``together`` holds ``there``; it, not the part, says whether this is any address.
        """
        parts = ((Band.PRIVATE, self.private), (Band.VPC, self.vpc), (Band.CONTAINERS, self.containers))
        found = {band for band, part in parts if there & part}
        if there & self.public:
            found.add(Band.PUBLIC)
        if there & PUBLIC & families_open_to_any(together):
            found.add(Band.ANY)
        return frozenset(found)


def address_bands(cluster: ClusterResult) -> AddressBands:
    """The address line as ``cluster`` sees it."""
    networks = cluster.cluster.networks
    containers = addresses.union(cluster.container)
    around = addresses.union(cluster.cluster_network + networks.vpc.cidrs + networks.surroundings.cidrs) - containers
    own = containers | around
    return AddressBands(containers=containers, vpc=around, private=PRIVATE - own, public=PUBLIC - own)


class Mark(StrEnum):
    """What is said of some packets; one place of a picture can hold several."""

    REQUIRED = "required"
    """Required, and it passes."""
    PERMITTED = "permitted"
    """Passes, not required, but named by the baseline or the configuration."""
    EXCESS = "excess"
    """Passes, and nothing names it."""
    MISSING = "missing"
    """Required, and it certainly does not pass."""
    UNDECIDED = "undecided"
    """Passes or not: something that decides it could not be read."""


Column: TypeAlias = tuple[frozenset[Mark], ...]
"""The marks of one run of services, one entry for each band from the top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Services that look alike: points ``lo`` to ``hi`` (half-open) of the service line.

    ``joined`` counts the runs that had to be drawn as one for want of room; 1 is exact.
    """

    lo: int
    hi: int
    column: Column
    joined: int = 1


Layers: TypeAlias = tuple[tuple[Mark, PacketSet], ...]

_OPEN = (Mark.REQUIRED, Mark.PERMITTED, Mark.EXCESS)


def layers(stack: StackResult, direction: Direction) -> Layers:
    """The packets of each mark; they do not overlap."""
    there = stack.direction(direction)
    judged = [one for one in stack.requirements if one.requirement.direction is direction]
    judged = [one for one in judged if one.status is not Status.NOT_APPLICABLE]
    required, missing = union(one.required for one in judged), union(one.missing for one in judged)
    return (
        (Mark.REQUIRED, required & there.allowed),
        (Mark.PERMITTED, there.allowed - required - there.excess),
        (Mark.EXCESS, there.excess),
        (Mark.MISSING, missing),
        (Mark.UNDECIDED, (there.undecided | union(one.undecided for one in judged)) - missing),
    )


def fitted(found: tuple[Run, ...], room: int) -> tuple[Run, ...]:
    """At most ``room`` runs: the boundaries at which most changes stay, and what they leave undivided is joined."""
    if len(found) <= room:
        return found
    weight = {at: _change(found[at - 1], found[at]) for at in range(1, len(found))}
    kept = sorted(sorted(weight, key=lambda at: (-weight[at], at))[: room - 1])
    return tuple(_joined(found[lo:hi]) for lo, hi in pairwise([0, *kept, len(found)]))


class PortProfile:
    """Columns as one cluster sees them; each combination of address sets is worked out once for all its stacks."""

    def __init__(self, around: AddressBands) -> None:
        self.around = around
        self._known: dict[tuple[IntervalSet, ...], Column] = {}

    def runs(self, found: Layers, protocol: Protocol) -> tuple[Run, ...]:
        """The columns of one protocol in order, without a hole; neighbours that look alike are one."""
        first, last = span(protocol)
        cuts = {first, last}
        cuts.update(cut for _, packets in found for lo, hi, _ in packets.rows for cut in (lo, hi) if first < cut < last)
        tracks = [_Track(packets) for _, packets in found]
        marks = tuple(mark for mark, _ in found)
        return tuple(
            _merged(
                Run(lo=lo, hi=hi, column=self._column(marks, tuple(track.at(lo) for track in tracks)))
                for lo, hi in pairwise(sorted(cuts))
            )
        )

    def _column(self, marks: tuple[Mark, ...], there: tuple[IntervalSet, ...]) -> Column:
        if there not in self._known:
            self._known[there] = tuple(self._cells(dict(zip(marks, there, strict=True))))
        return self._known[there]

    def _cells(self, there: dict[Mark, IntervalSet]) -> Iterator[frozenset[Mark]]:
        opened = IntervalSet.of(pair for mark in _OPEN for pair in there[mark])
        reached = {
            mark: self.around.bands_of(found, opened if mark in _OPEN else opened | found)
            for mark, found in there.items()
            if found
        }
        for band in self.around.bands():
            yield frozenset(mark for mark, bands in reached.items() if band in bands)


class _Track:
    """The addresses of one packet set along the service line; points must rise from call to call."""

    def __init__(self, packets: PacketSet) -> None:
        self._rows = packets.rows
        self._place = 0

    def at(self, point: int) -> IntervalSet:
        """The addresses at ``point``."""
        while self._place < len(self._rows) and self._rows[self._place][1] <= point:
            self._place += 1
        if self._place < len(self._rows) and self._rows[self._place][0] <= point:
            return self._rows[self._place][2]
        return EMPTY


def _merged(found: Iterator[Run]) -> Iterator[Run]:
    current = next(found)
    for run in found:
        if run.column == current.column:
            current = Run(lo=current.lo, hi=run.hi, column=current.column)
        else:
            yield current
            current = run
    yield current


def _change(left: Run, right: Run) -> int:
    """How much differs between two columns; the wider the reach of a row, the more it counts."""
    rows = len(left.column)
    pairs = zip(left.column, right.column, strict=True)
    return sum((rows - place) * len(before ^ after) for place, (before, after) in enumerate(pairs))


def _joined(found: tuple[Run, ...]) -> Run:
    column = tuple(frozenset().union(*cells) for cells in zip(*(run.column for run in found), strict=True))
    return Run(lo=found[0].lo, hi=found[-1].hi, column=column, joined=len(found))
