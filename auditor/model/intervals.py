"""Finite sets of integers, stored as canonical half-open intervals. Independent of addresses and ports."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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
        if len(self.bounds) <= len(other.bounds):
            return IntervalSet(tuple(_overlaps(self.bounds, other.bounds)))
        return IntervalSet(tuple(_overlaps(other.bounds, self.bounds)))

    def __sub__(self, other: IntervalSet) -> IntervalSet:
        if not self.bounds or not other.bounds:
            return self
        if self.bounds is other.bounds:
            return EMPTY
        lo, hi = self.bounds[0], self.bounds[-1]
        return self & IntervalSet(_complement(other.bounds, lo, hi))

    def __le__(self, other: IntervalSet) -> bool:
        return not self - other

    def meets(self, other: IntervalSet) -> bool:
        """Whether the sets have an integer in common; needs no intersection."""
        few, many = self.bounds, other.bounds
        if len(few) > len(many):
            few, many = many, few
        for lo, hi in zip(few[::2], few[1::2], strict=True):
            first = bisect_right(many, lo)
            if first % 2 or (first < len(many) and many[first] < hi):
                return True
        return False

    @property
    def size(self) -> int:
        """The number of integers in the set."""
        return sum(self.bounds[1::2]) - sum(self.bounds[::2])


EMPTY = IntervalSet()


def _overlaps(few: tuple[int, ...], many: tuple[int, ...]) -> list[int]:
    """The bounds of the intersection: each run of ``few``, with the bounds of ``many`` inside it."""
    bounds: list[int] = []
    last = 0
    for lo, hi in zip(few[::2], few[1::2], strict=True):
        first = bisect_right(many, lo, last)
        last = bisect_left(many, hi, first)
        if first % 2:
            bounds.append(lo)
        bounds += many[first:last]
        if last % 2:
            bounds.append(hi)
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
