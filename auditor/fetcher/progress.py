"""What a run is busy with, told as it goes; drawing it is the command line's business."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from enum import StrEnum
from typing import Protocol, TypeVar

Answered = TypeVar("Answered")


class Phase(StrEnum):
    """The parts of a run, in the order in which a region begins them; they overlap."""

    CLUSTERS = "clusters"
    NODES = "nodes"
    RULES = "rules"
    MEMBERS = "members"
    TEMPLATES = "templates"
    NETWORKS = "networks"


class Progress(Protocol):
    """Listener to a run. Regions report at once from several threads; one region reports from one thread at a time."""

    def started(self, phase: Phase, region: str) -> None:
        """The region has begun this phase."""
        ...

    def advance(self, phase: Phase, region: str, done: int, total: int) -> None:
        """``done`` of ``total`` are through; ``total`` may still grow."""
        ...

    def finished(self, phase: Phase, region: str) -> None:
        """The region is through with this phase."""
        ...


class Silent:
    """A listener that does nothing."""

    def started(self, phase: Phase, region: str) -> None:
        """Do nothing."""

    def advance(self, phase: Phase, region: str, done: int, total: int) -> None:
        """Do nothing."""

    def finished(self, phase: Phase, region: str) -> None:
        """Do nothing."""


def report_progress(
    progress: Progress, phase: Phase, region: str, futures: Sequence[Future[Answered]]
) -> Iterator[Answered]:
    """The results in order, each told of as it comes out."""
    progress.started(phase, region)
    for done, future in enumerate(futures, start=1):
        yield future.result()
        progress.advance(phase, region, done, len(futures))
    progress.finished(phase, region)
