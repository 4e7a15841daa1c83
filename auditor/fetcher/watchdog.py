"""Hangs up on answers that drip on without an end: they stay below every time-out of a socket."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Protocol

LOOKS = 10
"""Looks at the clock in the time that an answer has."""


class Line(Protocol):
    """The connection that an answer comes through, as urllib3 has it."""

    def shutdown(self) -> None:
        """End what is being read from another thread."""
        ...


@dataclass(slots=True, eq=False)
class Watch:
    """One answer that is being read, and whether it took too long."""

    line: Line
    until: float
    late: bool = False


class Watchdog:
    """Watches every answer of a session from one thread, which is there for as long as there is one to watch."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._watched: set[Watch] = set()
        self._changed = Condition()
        self._thread: Thread | None = None

    @contextmanager
    def watching(self, line: Line) -> Iterator[Watch]:
        """While it is entered, ``line`` is shut down once it has taken ``patience`` seconds."""
        watch = Watch(line, time.monotonic() + self.patience)
        with self._changed:
            self._watched.add(watch)
            if self._thread is None:
                self._thread = Thread(target=self._look, daemon=True)
                self._thread.start()
        try:
            yield watch
        finally:
            with self._changed:
                self._watched.discard(watch)

    def _look(self) -> None:
        with self._changed:
            idle = 0
            while idle < LOOKS:
                self._changed.wait(self.patience / LOOKS)
                idle = 0 if self._watched else idle + 1
                for watch in [one for one in self._watched if one.until < time.monotonic() and not one.late]:
                    watch.late = True
                    # What was read to its end in this very moment has no socket left to shut down.
                    with suppress(ValueError, RuntimeError, OSError):
                        watch.line.shutdown()
            self._thread = None
