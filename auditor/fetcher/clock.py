"""Provides the clocks of the fetcher.

Every wait of the fetcher goes through a :class:`Clock`, so that an interrupt ends all of them at once and tests need
no real time.
"""

from __future__ import annotations

import time
from threading import Event
from typing import Protocol

from auditor.errors import AuditorError, ExitCode


class Cancelled(AuditorError):
    """The run was interrupted. Waits end at once and no further call is made."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self) -> None:
        super().__init__("fetch-cancelled")


class Clock(Protocol):
    """The source of time for the fetcher."""

    def now(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    def wall(self) -> float:
        """Seconds since 1970 by the clock of this machine."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait for ``seconds``. Raises :class:`Cancelled` once the run is interrupted, even where ``seconds`` is 0."""
        ...


class RunClock:
    """The clocks of this machine. Setting ``cancelled`` ends every wait."""

    def __init__(self, cancelled: Event | None = None) -> None:
        self.cancelled = cancelled or Event()

    def now(self) -> float:
        """Seconds on the monotonic clock."""
        return time.monotonic()

    def wall(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait for ``seconds``. Raises :class:`Cancelled` as soon as the run is interrupted."""
        if self.cancelled.wait(seconds):
            raise Cancelled


class StoppedClock(RunClock):
    """A clock for replays. It never waits, but an interrupt still counts."""

    def sleep(self, seconds: float) -> None:  # noqa: ARG002 - a replay does not wait
        """Return at once. Raises :class:`Cancelled` where the run is interrupted."""
        super().sleep(0)
