"""One direction of a stack as a picture: services across, who can reach them upwards, one tile for each place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.rules import Direction
from auditor.model.services import Protocol, span
from auditor.reporter.page.layers import Column, Layers, Mark, Run, Skyline, fitted
from auditor.reporter.page.reach import Band

ROW = 22
TOP = 22
LEFT = 112
AXIS = 24
PANEL_GAP = 18
EMPTY_WIDTH = 12
MANY = 20000
MANY_WIDTH = 84
DIGIT_WIDTH = 6.4
LABEL_MARGIN = 10
PORTLESS_WIDTH = 46
CAPTION_WIDTH = 76
ROOM = 26
"""How many runs of ports one panel draws; past that the least telling boundaries are left out, and it says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One run of services on the axis. ``first`` and ``last`` are ports, ``None`` for a protocol without them."""

    x: float
    width: float
    protocol: Protocol
    first: int | None
    last: int | None
    column: Column
    joined: int

    @property
    def empty(self) -> bool:
        """Whether nothing passes and nothing is required."""
        return not any(self.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The runs of protocols that look alike, side by side."""

    protocols: tuple[Protocol, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a template draws. ``tiles`` is the outline of every tile of a mark, as the data of one SVG path."""

    direction: Direction
    bands: tuple[Band, ...]
    panels: tuple[Panel, ...]
    tiles: tuple[tuple[Mark, str], ...]
    width: float
    height: float

    @property
    def joined(self) -> int:
        """How many runs are not drawn on their own."""
        return sum(tick.joined - 1 for panel in self.panels for tick in panel.ticks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """All that a picture depends on: two stacks of one shape have one picture, whatever their addresses are.

    ``looks`` has the runs of each protocol in the order of :class:`Protocol`.
    """

    direction: Direction
    bands: tuple[Band, ...]
    looks: tuple[tuple[Run, ...], ...]


def shape(found: Layers, direction: Direction, skyline: Skyline) -> Shape:
    """The shape of the layers of one direction of a stack."""
    looks = tuple(fitted(skyline.runs(found, protocol), ROOM) for protocol in Protocol)
    return Shape(direction=direction, bands=skyline.around.bands(), looks=looks)


def picture(drawn: Shape) -> Picture:
    """The picture of a shape."""
    bands = drawn.bands
    panels = _panels(dict(zip(Protocol, drawn.looks, strict=True)))
    return Picture(
        direction=drawn.direction,
        bands=bands,
        panels=panels,
        tiles=tuple(_tiles(panels)),
        width=max(tick.x + tick.width for panel in panels for tick in panel.ticks),
        height=TOP + ROW * len(bands) + AXIS,
    )


def _panels(looks: dict[Protocol, tuple[Run, ...]]) -> tuple[Panel, ...]:
    x: float = LEFT
    panels = []
    for protocols in _alike(looks):
        ticks = []
        for protocol in protocols[:1] if protocols[0].has_ports else protocols:
            for run in looks[protocol]:
                ticks.append(_tick(x, protocol, run))
                x += ticks[-1].width
        panels.append(Panel(protocols=protocols, ticks=tuple(ticks)))
        x = max(x, ticks[0].x + CAPTION_WIDTH) + PANEL_GAP
    return tuple(panels)


def _alike(looks: dict[Protocol, tuple[Run, ...]]) -> list[tuple[Protocol, ...]]:
    """TCP and UDP share a panel where they look the same; the protocols without ports always do."""
    ported = [protocol for protocol in Protocol if protocol.has_ports]
    shapes = [[(run.hi - run.lo, run.column) for run in looks[protocol]] for protocol in ported]
    first = [tuple(ported)] if shapes[0] == shapes[1] else [(protocol,) for protocol in ported]
    return [*first, tuple(protocol for protocol in Protocol if not protocol.has_ports)]


def _tick(x: float, protocol: Protocol, run: Run) -> Tick:
    start, _ = span(protocol)
    first, last = (run.lo - start, run.hi - start - 1) if protocol.has_ports else (None, None)
    label = PORTLESS_WIDTH if first is None or last is None else _label_width(first, last, run.joined)
    width = label if first is None or any(run.column) else EMPTY_WIDTH
    return Tick(x=x, width=width, protocol=protocol, first=first, last=last, column=run.column, joined=run.joined)


def _label_width(first: int, last: int, joined: int) -> float:
    length = len(str(first)) + (0 if first == last else 1 + len(str(last))) + (joined > 1)
    return round(max(max(length, 3) * DIGIT_WIDTH + LABEL_MARGIN, MANY_WIDTH if last - first > MANY else 0), 1)


def _tiles(panels: tuple[Panel, ...]) -> Iterator[tuple[Mark, str]]:
    outlines: dict[Mark, list[str]] = {mark: [] for mark in Mark}
    for panel in panels:
        for tick in panel.ticks:
            for row, cell in enumerate(tick.column):
                for mark, outline in _split(cell, tick, row):
                    outlines[mark].append(outline)
    yield from ((mark, "".join(found)) for mark, found in outlines.items() if found)


def _split(cell: frozenset[Mark], tick: Tick, row: int) -> Iterator[tuple[Mark, str]]:
    """A place that holds several marks is cut into bars of equal height, in the order of :class:`Mark`."""
    marks = [mark for mark in Mark if mark in cell]
    for place, mark in enumerate(marks):
        height = (ROW - 2) / len(marks)
        y = TOP + row * ROW + 1 + place * height
        yield (
            mark,
            f"M{_short(tick.x + 0.5)} {_short(y)}h{_short(tick.width - 1)}v{_short(height)}h-{_short(tick.width - 1)}z",
        )


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
