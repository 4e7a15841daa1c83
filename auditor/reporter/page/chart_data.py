"""Computes the content of a chart: the marks of each service in each band of addresses, seen from one cluster.

Each mark has a set of packets (:func:`layers`). Along the services of a protocol, :class:`PortProfile` cuts these sets
into runs within which the addresses do not change, reduces the addresses of each run to bands, and joins equal
neighbours. Invariant: the runs of a protocol cover all its services, in order and without a gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias, assert_never

from auditor.model import addresses
from auditor.model.addresses import PRIVATE, PUBLIC, families_open_to_any
from auditor.model.findings import ClusterResult, DirectionResult, StackResult, Status
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import PacketSet, cached_union
from auditor.model.rules import Direction
from auditor.model.services import Protocol, span


class Band(StrEnum):
    """The rows of a chart, the widest first. A service that is open to any address fills all rows."""

    ANY = "any"
    PUBLIC = "public"
    PRIVATE = "private"
    VPC = "vpc"
    CONTAINERS = "containers"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBands:
    """All addresses, divided for one cluster. The parts do not overlap, and a part may be empty.

    Addresses that no packet comes from (loopback, multicast, unassigned IPv6) are in no part.
    """

    containers: IntervalSet
    vpc: IntervalSet
    private: IntervalSet
    public: IntervalSet

    def bands(self) -> tuple[Band, ...]:
        """The rows of this cluster, from the top."""
        inner = ((Band.VPC, self.vpc), (Band.CONTAINERS, self.containers))
        return (Band.ANY, Band.PUBLIC, Band.PRIVATE, *(band for band, part in inner if part))

    def part(self, band: Band) -> IntervalSet:
        """The addresses of one row; those of the public row for ``ANY``."""
        match band:
            case Band.ANY | Band.PUBLIC:
                return self.public
            case Band.PRIVATE:
                return self.private
            case Band.VPC:
                return self.vpc
            case Band.CONTAINERS:
                return self.containers
            case _:
                assert_never(band)

    def bands_of(self, addresses: IntervalSet, context: IntervalSet) -> frozenset[Band]:
        """The rows that show ``addresses``.

        ``context`` is a superset of ``addresses``. ``ANY`` is among the rows if the context is open to any address: a
        required and an excess part may make up "any address" together.
        """
        parts = ((Band.PRIVATE, self.private), (Band.VPC, self.vpc), (Band.CONTAINERS, self.containers))
        bands = {band for band, part in parts if addresses.meets(part)}
        if addresses.meets(self.public):
            bands.add(Band.PUBLIC)
        if addresses.meets(PUBLIC & families_open_to_any(context)):
            bands.add(Band.ANY)
        return frozenset(bands)


def address_bands(cluster: ClusterResult) -> AddressBands:
    """All addresses, divided by the networks of ``cluster``."""
    networks = cluster.cluster.networks
    containers = addresses.union(cluster.container)
    vpc = addresses.union(cluster.cluster_network + networks.vpc.cidrs + networks.surroundings.cidrs) - containers
    own = containers | vpc
    return AddressBands(containers=containers, vpc=vpc, private=PRIVATE - own, public=PUBLIC - own)


class Mark(StrEnum):
    """The judgement of packets. A cell of a chart may have several marks."""

    REQUIRED = "required"
    """Required, and they pass."""
    PERMITTED = "permitted"
    """They pass; not required, but the baseline or the configuration permits them."""
    EXCESS = "excess"
    """They pass, and nothing permits them."""
    MISSING = "missing"
    """Required, and they certainly do not pass."""
    UNDECIDED = "undecided"
    """It is unknown whether they pass, because a rule or group could not be read."""


Column: TypeAlias = tuple[frozenset[Mark], ...]
"""The marks of a run of services, one entry for each band from the top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Consecutive services with equal marks: points ``lo`` to ``hi`` (half-open) of the line of services.

    ``joined`` is the number of runs that were joined for lack of room, and ``column`` is then the union of their marks;
    1 is exact.
    """

    lo: int
    hi: int
    column: Column
    joined: int = 1


Layers: TypeAlias = tuple[tuple[Mark, PacketSet], ...]
"""The packets of each mark."""

_OPEN = (Mark.REQUIRED, Mark.PERMITTED, Mark.EXCESS)


def layers(stack: StackResult, direction: Direction) -> Layers:
    """The packets of each mark in one direction of a stack. The sets do not overlap."""
    outcomes = [
        outcome
        for outcome in stack.requirements
        if outcome.requirement.direction is direction and outcome.status is not Status.NOT_APPLICABLE
    ]
    required = tuple(outcome.required for outcome in outcomes)
    missing = tuple(outcome.missing for outcome in outcomes)
    undecided = tuple(outcome.undecided for outcome in outcomes)
    return _layers(stack.direction(direction), required, missing, undecided)


@lru_cache(maxsize=1 << 12)
def _layers(
    result: DirectionResult,
    required_parts: tuple[PacketSet, ...],
    missing_parts: tuple[PacketSet, ...],
    undecided_parts: tuple[PacketSet, ...],
) -> Layers:
    """Cached: most stacks let everything out, and stacks of one cluster let the same packets in."""
    required, missing = cached_union(required_parts), cached_union(missing_parts)
    return (
        (Mark.REQUIRED, required & result.allowed),
        (Mark.PERMITTED, result.allowed - required - result.excess),
        (Mark.EXCESS, result.excess),
        (Mark.MISSING, missing),
        (Mark.UNDECIDED, (result.undecided | cached_union(undecided_parts)) - missing),
    )


def fitted(runs: tuple[Run, ...], room: int) -> tuple[Run, ...]:
    """At most ``room`` runs. The boundaries with the greatest change stay; the runs between them are joined."""
    if len(runs) <= room:
        return runs
    weight = {at: _change(runs[at - 1], runs[at]) for at in range(1, len(runs))}
    kept = sorted(sorted(weight, key=lambda at: (-weight[at], at))[: room - 1])
    return tuple(_joined(runs[lo:hi]) for lo, hi in pairwise([0, *kept, len(runs)]))


class PortProfile:
    """Computes the runs for one cluster. It computes the column of each combination of address sets once."""

    def __init__(self, bands: AddressBands) -> None:
        self.bands = bands
        self._columns: dict[tuple[IntervalSet, ...], Column] = {}

    def runs(self, by_mark: Layers, protocol: Protocol) -> tuple[Run, ...]:
        """The runs of one protocol in order. They cover all its services, and neighbours differ."""
        first, last = span(protocol)
        cuts = {first, last}
        cuts.update(
            cut for _, packets in by_mark for lo, hi, _ in packets.rows for cut in (lo, hi) if first < cut < last
        )
        tracks = [_Track(packets) for _, packets in by_mark]
        marks = tuple(mark for mark, _ in by_mark)
        return tuple(
            _merged(
                Run(lo=lo, hi=hi, column=self._column(marks, tuple(track.at(lo) for track in tracks)))
                for lo, hi in pairwise(sorted(cuts))
            )
        )

    def _column(self, marks: tuple[Mark, ...], peers: tuple[IntervalSet, ...]) -> Column:
        if peers not in self._columns:
            self._columns[peers] = tuple(self._cells(dict(zip(marks, peers, strict=True))))
        return self._columns[peers]

    def _cells(self, peers: dict[Mark, IntervalSet]) -> Iterator[frozenset[Mark]]:
        opened = IntervalSet.of(pair for mark in _OPEN for pair in peers[mark])
        reached = {
            mark: self.bands.bands_of(of_mark, opened if mark in _OPEN else opened | of_mark)
            for mark, of_mark in peers.items()
            if of_mark
        }
        for band in self.bands.bands():
            yield frozenset(mark for mark, bands in reached.items() if band in bands)


class _Track:
    """The addresses of a packet set along the line of services. The points must not decrease from call to call."""

    def __init__(self, packets: PacketSet) -> None:
        self._rows = packets.rows
        self._position = 0

    def at(self, point: int) -> IntervalSet:
        """The addresses at ``point`` of the line of services."""
        while self._position < len(self._rows) and self._rows[self._position][1] <= point:
            self._position += 1
        if self._position < len(self._rows) and self._rows[self._position][0] <= point:
            return self._rows[self._position][2]
        return EMPTY


def _merged(runs: Iterator[Run]) -> Iterator[Run]:
    """Runs without equal neighbours."""
    current = next(runs)
    for run in runs:
        if run.column == current.column:
            current = Run(lo=current.lo, hi=run.hi, column=current.column)
        else:
            yield current
            current = run
    yield current


def _change(left: Run, right: Run) -> int:
    """The number of marks that differ between two columns, weighted: a wider band counts more."""
    rows = len(left.column)
    pairs = zip(left.column, right.column, strict=True)
    return sum((rows - row) * len(before ^ after) for row, (before, after) in enumerate(pairs))


def _joined(runs: tuple[Run, ...]) -> Run:
    column = tuple(frozenset().union(*cells) for cells in zip(*(run.column for run in runs), strict=True))
    return Run(lo=runs[0].lo, hi=runs[-1].hi, column=column, joined=len(runs))
