"""Reports the progress of a run to a listener. The command line draws it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from enum import StrEnum
from typing import Protocol, TypeVar

Outcome = TypeVar("Outcome")


class Phase(StrEnum):
    """The phases of a run, in the order in which a region begins them. Phases overlap."""

    CLUSTERS = "clusters"
    NODES = "nodes"
    RULES = "rules"
    MEMBERS = "members"
    TEMPLATES = "templates"
    NETWORKS = "networks"


class Progress(Protocol):
    """Listens to a run.

    Several regions call it from several threads at the same time. Calls for the same region never overlap.
    """

    def started(self, phase: Phase, region: str) -> None:
        """Called when ``region`` begins ``phase``."""
        ...

    def advance(self, phase: Phase, region: str, done: int, total: int) -> None:
        """Called when ``done`` of ``total`` reads are complete. ``total`` may still grow."""
        ...

    def finished(self, phase: Phase, region: str) -> None:
        """Called when ``region`` has completed ``phase``."""
        ...


class Silent:
    """A listener that does nothing."""

    def started(self, phase: Phase, region: str) -> None:
        """Do nothing."""

    def advance(self, phase: Phase, region: str, done: int, total: int) -> None:
        """Do nothing."""

    def finished(self, phase: Phase, region: str) -> None:
        """Do nothing."""


class AccountProgress:
    """Passes the progress of one of several accounts on: the same region of two accounts counts twice."""

    def __init__(self, progress: Progress, account: str) -> None:
        self._progress = progress
        self._account = account

    def started(self, phase: Phase, region: str) -> None:
        """As :meth:`Progress.started`."""
        self._progress.started(phase, self._named(region))

    def advance(self, phase: Phase, region: str, done: int, total: int) -> None:
        """As :meth:`Progress.advance`."""
        self._progress.advance(phase, self._named(region), done, total)

    def finished(self, phase: Phase, region: str) -> None:
        """As :meth:`Progress.finished`."""
        self._progress.finished(phase, self._named(region))

    def _named(self, region: str) -> str:
        return f"{self._account} {region}"


def report_progress(
    progress: Progress, phase: Phase, region: str, futures: Sequence[Future[Outcome]]
) -> Iterator[Outcome]:
    """Yield the results of ``futures`` in order and report each to ``progress``."""
    progress.started(phase, region)
    for done, future in enumerate(futures, start=1):
        yield future.result()
        progress.advance(phase, region, done, len(futures))
    progress.finished(phase, region)
