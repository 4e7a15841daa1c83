"""Two plain evaluators to measure against: subtraction of boxes, and netaddr's sets run of services by run."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TypeAlias

from netaddr import IPRange, IPSet

from auditor.comparator.resolve import ResolvedRule
from auditor.model import addresses, services
from auditor.model.packets import PacketSet
from auditor.model.rules import Action

Box: TypeAlias = tuple[int, int, int, int]
"""Half-open: services from, to; addresses from, to."""


def boxes(packets: PacketSet) -> list[Box]:
    return [(lo, hi, first, last) for lo, hi, there in packets.rows for first, last in there]


def by_box_subtraction(lines: Iterable[ResolvedRule], within: PacketSet) -> list[Box]:
    """The boxes of ``within`` that pass: each rule takes its part out of what is left."""
    left, passed = boxes(within), []
    for line in lines:
        for rule in [(*run, *block) for run in line.services.certain for block in line.addresses.certain]:
            remaining: list[Box] = []
            for box in left:
                common = _overlap(box, rule)
                if common is None:
                    remaining.append(box)
                    continue
                remaining += _minus(box, common)
                if line.action is Action.ALLOW:
                    passed.append(common)
            left = remaining
    return passed


def _overlap(a: Box, b: Box) -> Box | None:
    lo, hi, first, last = max(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), min(a[3], b[3])
    return (lo, hi, first, last) if lo < hi and first < last else None


def _minus(box: Box, hole: Box) -> list[Box]:
    lo, hi, first, last = box
    pieces = [
        (lo, hole[0], first, last),
        (hole[1], hi, first, last),
        (hole[0], hole[1], first, hole[2]),
        (hole[0], hole[1], hole[3], last),
    ]
    return [piece for piece in pieces if piece[0] < piece[1] and piece[2] < piece[3]]


def by_netaddr(lines: Iterable[ResolvedRule], within: PacketSet) -> int:
    """How many (service, IPv4 address) pairs of ``within`` pass, with a set of addresses for each run of services."""
    held = tuple(lines)
    cuts = sorted(
        {cut for line in held for run in line.services.certain for cut in run}
        | {cut for lo, hi, _ in within.rows for cut in (lo, hi)}
    )
    passed = 0
    for lo, hi in pairwise(cuts):
        for first, last, there in within.rows:
            if first <= lo and hi <= last:
                passed += (hi - lo) * _passing(held, lo, _set(there.bounds))
    return passed


def _passing(lines: tuple[ResolvedRule, ...], service: int, left: IPSet) -> int:
    passed = 0
    for line in lines:
        if service in line.services.certain:
            here = left & _set(line.addresses.certain.bounds)
            left -= here
            passed += here.size if line.action is Action.ALLOW else 0
    return passed


def _set(bounds: tuple[int, ...]) -> IPSet:
    found = IPSet()
    for lo, hi in zip(bounds[::2], bounds[1::2], strict=True):
        if lo < addresses.V6_OFFSET:
            found.add(IPRange(lo, min(hi, addresses.V6_OFFSET) - 1, flags=0))
    return found


def tcp_only(packets: PacketSet) -> PacketSet:
    """The TCP part of a set, so that the slow evaluator has a chance."""
    return PacketSet.of_rows((lo, hi, there) for lo, hi, there in packets.rows if hi <= services.PORTS)
