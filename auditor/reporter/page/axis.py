"""The service axis of the pictures: how wide each run is drawn, and how many fit side by side."""

from __future__ import annotations

from auditor.model.services import Protocol, span
from auditor.reporter.page.layers import Run, fitted

LINE = 980
"""Pixels that the runs of one line may take; a protocol that needs more has its least telling boundaries left out."""

ROOMS = (28, 24, 20, 17, 15, 13, 11, 9)
"""How many runs are tried in turn until they fit the line; the last is taken as it is."""

EMPTY_WIDTH = 12
PORTLESS_WIDTH = 46
DIGIT_WIDTH = 6.4
LABEL_MARGIN = 10
SHORTEST_LABEL = 3
MANY_PORTS = 20000
MANY_WIDTH = 84


def ports(protocol: Protocol, run: Run) -> tuple[int, int] | None:
    """First and last port of a run; ``None`` for a protocol without ports."""
    start, _ = span(protocol)
    return (run.lo - start, run.hi - start - 1) if protocol.has_ports else None


def width(protocol: Protocol, run: Run) -> float:
    """How wide a run is drawn: its label fits, and a run in which nothing is open or required is a mere break."""
    found = ports(protocol, run)
    if found is None:
        return PORTLESS_WIDTH
    if not any(run.column):
        return EMPTY_WIDTH
    first, last = found
    length = len(str(first)) + (0 if first == last else 1 + len(str(last))) + (run.joined > 1)
    label = max(length, SHORTEST_LABEL) * DIGIT_WIDTH + LABEL_MARGIN
    return round(max(label, MANY_WIDTH if last - first > MANY_PORTS else 0), 1)


def fitting(protocol: Protocol, runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs of a protocol, joined until they fit one line."""
    found = runs
    for room in ROOMS:
        found = fitted(runs, room)
        if sum(width(protocol, run) for run in found) <= LINE:
            break
    return found
