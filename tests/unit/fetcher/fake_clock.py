"""A clock that only sleep advances."""

from __future__ import annotations

from auditor.fetcher.clock import Cancelled


class FakeClock:
    """Time passes when somebody sleeps, and is written down."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []
        self.cancelled = False

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return 1_780_000_000.0 + self.time

    def sleep(self, seconds: float) -> None:
        if self.cancelled:
            raise Cancelled
        if seconds:
            self.slept.append(seconds)
            self.time += seconds
