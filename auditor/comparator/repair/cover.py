"""Minimum cover: the fewest candidates that together hold all cells, each a bit of a mask."""

from __future__ import annotations

from collections.abc import Sequence

_DEPTH = 6
"""Covers of at most that many candidates are searched exactly."""
_VISITS = 200_000
"""How many search steps are worth it before the greedy cover stands."""


def cover(masks: Sequence[int], whole: int) -> tuple[int, ...]:
    """Places of the fewest ``masks`` whose union holds ``whole``, rising; what no mask holds is left out.

    Exact up to six candidates (iterative deepening on the lowest open cell), greedy with pruning beyond, where the
    result still covers all that can be covered.
    """
    reachable = 0
    for mask in masks:
        reachable |= mask
    whole &= reachable
    greedy = _greedy(masks, whole)
    search = _Search(masks)
    for depth in range(min(len(greedy) - 1, _DEPTH) + 1):
        found = search.within(whole, depth)
        if found is not None:
            return tuple(sorted(found))
    return tuple(sorted(greedy))


def undominated(masks: Sequence[int]) -> tuple[int, ...]:
    """Places of the masks that no other mask holds; of equal ones the first."""
    order = sorted(range(len(masks)), key=lambda place: (-masks[place].bit_count(), place))
    kept: list[int] = []
    for place in order:
        if masks[place] and not any(masks[place] & ~masks[other] == 0 for other in kept):
            kept.append(place)
    return tuple(kept)


class _Search:
    def __init__(self, masks: Sequence[int]) -> None:
        self._masks = masks
        self._visits = 0

    def within(self, left: int, depth: int) -> list[int] | None:
        if not left:
            return []
        self._visits += 1
        if not depth or self._visits > _VISITS:
            return None
        lowest = left & -left
        for place, mask in enumerate(self._masks):
            if mask & lowest:
                rest = self.within(left & ~mask, depth - 1)
                if rest is not None:
                    return [place, *rest]
        return None


def _greedy(masks: Sequence[int], whole: int) -> list[int]:
    chosen: list[int] = []
    left = whole
    while left:
        best = max(range(len(masks)), key=lambda place: (masks[place] & left).bit_count())
        chosen.append(best)
        left &= ~masks[best]
    for place in list(chosen):
        rest = 0
        for other in chosen:
            rest |= masks[other] if other != place else 0
        if whole & ~rest == 0:
            chosen.remove(place)
    return chosen
