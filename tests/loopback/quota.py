"""The documented quotas as a strict sliding window of one second."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

WINDOW = 1.0


class Quota:
    """Calls let through in the last second, by key; not locked, its owner is."""

    def __init__(self) -> None:
        self._taken: defaultdict[tuple[str, ...], deque[float]] = defaultdict(deque)

    def take(self, key: tuple[str, ...], rate: int, now: float) -> bool:
        """Whether one more call of ``key`` at ``now`` stays within ``rate`` a second."""
        taken = self._taken[key]
        while taken and taken[0] <= now - WINDOW:
            taken.popleft()
        if len(taken) >= rate:
            return False
        taken.append(now)
        return True


def peak(times: Iterable[float]) -> int:
    """The most calls in any one second."""
    window: deque[float] = deque()
    most = 0
    for time in sorted(times):
        window.append(time)
        while window[0] <= time - WINDOW:
            window.popleft()
        most = max(most, len(window))
    return most
