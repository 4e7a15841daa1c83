"""Finite sets of integers, stored as canonical half-open intervals. Independent of addresses and ports."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class IntervalSet:
    """A finite set of integers.

    ``bounds`` is ``(lo0, hi0, lo1, hi1, ...)``, half-open and strictly rising. Each set has exactly one form, so ``==``
    is set equality. Build with :meth:`of`; the constructor does not check its argument.
    """

    bounds: tuple[int, ...] = ()

    @classmethod
    def of(cls, intervals: Iterable[tuple[int, int]]) -> Self:
        """The union of half-open ``(lo, hi)`` pairs in any order; empty pairs are dropped."""
        bounds: list[int] = []
        for lo, hi in sorted(intervals):
            if lo >= hi:
                continue
            if bounds and lo <= bounds[-1]:
                bounds[-1] = max(bounds[-1], hi)
            else:
                bounds += (lo, hi)
        return cls(tuple(bounds))

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(zip(self.bounds[::2], self.bounds[1::2], strict=True))

    def __bool__(self) -> bool:
        return bool(self.bounds)

    def __contains__(self, value: int) -> bool:
        return bisect_right(self.bounds, value) % 2 == 1

    def __or__(self, other: IntervalSet) -> IntervalSet:
        if not other.bounds:
            return self
        return IntervalSet.of([*self, *other]) if self.bounds else other

    def __and__(self, other: IntervalSet) -> IntervalSet:
        if not self.bounds or not other.bounds:
            return EMPTY
        return IntervalSet(tuple(_overlaps(self.bounds, other.bounds)))

    def __sub__(self, other: IntervalSet) -> IntervalSet:
        if not self.bounds or not other.bounds:
            return self
        lo, hi = self.bounds[0], self.bounds[-1]
        return self & IntervalSet(_complement(other.bounds, lo, hi))

    def __le__(self, other: IntervalSet) -> bool:
        return not self - other

    @property
    def size(self) -> int:
        """The number of integers in the set."""
        return sum(self.bounds[1::2]) - sum(self.bounds[::2])


EMPTY = IntervalSet()


def _overlaps(left: tuple[int, ...], right: tuple[int, ...]) -> list[int]:
    bounds: list[int] = []
    i = j = 0
    left_size, right_size = len(left), len(right)
    while i < left_size and j < right_size:
        left_end, right_end = left[i + 1], right[j + 1]
        lo = max(right[j], left[i])
        hi = min(right_end, left_end)
        if lo < hi:
            bounds += (lo, hi)
        if left_end < right_end:
            i += 2
        else:
            j += 2
    return bounds


def _complement(bounds: tuple[int, ...], lo: int, hi: int) -> tuple[int, ...]:
    first = bisect_right(bounds, lo)
    last = bisect_right(bounds, hi)
    inner = bounds[first:last]
    start: tuple[int, ...] = () if first % 2 else (lo,)
    flat = (*start, *inner)
    if len(flat) % 2:
        flat = (*flat, hi) if flat[-1] < hi else flat[:-1]
    return flat
