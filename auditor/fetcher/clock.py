"""Time as an argument: what waits in the fetcher waits here, and an interrupt ends every wait at once."""

from __future__ import annotations

import time
from threading import Event
from typing import Protocol

from auditor.errors import AuditorError, ExitCode


class Cancelled(AuditorError):
    """The run was interrupted: waits end at once and no further call is made."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self) -> None:
        super().__init__("fetch-cancelled")


class Clock(Protocol):
    """Where the fetcher gets its time from."""

    def now(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    def wall(self) -> float:
        """Seconds since 1970, as the machine believes."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait. Raises :class:`Cancelled` as soon as the run is interrupted, also for no seconds at all."""
        ...


class RunClock:
    """The machine's clocks; setting ``cancelled`` ends every wait."""

    def __init__(self, cancelled: Event | None = None) -> None:
        self.cancelled = cancelled or Event()

    def now(self) -> float:
        """Seconds on the monotonic clock."""
        return time.monotonic()

    def wall(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Wait for ``seconds`` or the interrupt."""
        if self.cancelled.wait(seconds):
            raise Cancelled


class StoppedClock(RunClock):
    """A clock for replays: nothing is worth waiting for, but an interrupt still counts."""

    def sleep(self, seconds: float) -> None:  # noqa: ARG002 - the wait is what a replay leaves out
        """Return at once."""
        super().sleep(0)
