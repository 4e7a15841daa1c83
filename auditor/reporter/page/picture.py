"""One direction of a stack as a picture: services across, who can reach them upwards, one tile for each place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.model.rules import Direction
from auditor.model.services import PortRange, Protocol
from auditor.reporter.page import axis
from auditor.reporter.page.layers import Column, Layers, Mark, Run, Skyline
from auditor.reporter.page.reach import Band

ROW = 22
TOP = 22
LEFT = 112
AXIS = 24
PANEL_GAP = 18
LINE_GAP = 10
CAPTION_WIDTH = 76


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One run of services on the axis. ``ports`` is ``None`` for a protocol without them."""

    x: float
    width: float
    protocol: Protocol
    ports: PortRange | None
    column: Column
    joined: int

    @property
    def broken(self) -> bool:
        """Whether the axis only passes over it: ports on which nothing passes and nothing is required."""
        return self.ports is not None and not any(self.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The runs of protocols that look alike, side by side."""

    protocols: tuple[Protocol, ...]
    ticks: tuple[Tick, ...]

    @property
    def end(self) -> float:
        """Where the next panel can begin."""
        return max(self.ticks[-1].x + self.ticks[-1].width, self.ticks[0].x + CAPTION_WIDTH) + PANEL_GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Panels that fit side by side. ``top`` is where the line begins, its parts count from there.

    ``tiles`` is the outline of every tile of a mark, as the data of one SVG path.
    """

    top: int
    panels: tuple[Panel, ...]
    tiles: tuple[tuple[Mark, str], ...]

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The runs of all its panels."""
        return tuple(tick for panel in self.panels for tick in panel.ticks)

    @property
    def width(self) -> float:
        """Where its last tile ends."""
        return round(max(tick.x + tick.width for tick in self.ticks), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a template draws, in pixels."""

    direction: Direction
    bands: tuple[Band, ...]
    lines: tuple[Line, ...]
    width: float
    height: int

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The runs of all its lines."""
        return tuple(tick for line in self.lines for tick in line.ticks)

    @property
    def joined(self) -> int:
        """How many boundaries between runs are not drawn."""
        return sum(tick.joined - 1 for tick in self.ticks)


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
    looks = tuple(axis.fitting(protocol, skyline.runs(found, protocol)) for protocol in Protocol)
    return Shape(direction=direction, bands=skyline.around.bands(), looks=looks)


def picture(drawn: Shape) -> Picture:
    """The picture of a shape."""
    height = TOP + ROW * len(drawn.bands) + AXIS
    looks = dict(zip(Protocol, drawn.looks, strict=True))
    lines = tuple(
        Line(top=place * (height + LINE_GAP), panels=panels, tiles=tuple(_tiles(panels)))
        for place, panels in enumerate(_lines(looks))
    )
    return Picture(
        direction=drawn.direction,
        bands=drawn.bands,
        lines=lines,
        width=max(line.width for line in lines),
        height=lines[-1].top + height,
    )


def _lines(looks: dict[Protocol, tuple[Run, ...]]) -> list[tuple[Panel, ...]]:
    lines: list[tuple[Panel, ...]] = [()]
    for protocols in _alike(looks):
        begin = lines[-1][-1].end if lines[-1] else LEFT
        panel = _panel(begin, protocols, looks)
        if lines[-1] and panel.end - PANEL_GAP > LEFT + axis.LINE:
            lines.append((_panel(LEFT, protocols, looks),))
        else:
            lines[-1] = (*lines[-1], panel)
    return lines


def _alike(looks: dict[Protocol, tuple[Run, ...]]) -> list[tuple[Protocol, ...]]:
    """TCP and UDP share a panel where they look the same; the protocols without ports always do."""
    ported = [protocol for protocol in Protocol if protocol.has_ports]
    shapes = [[(run.hi - run.lo, run.column) for run in looks[protocol]] for protocol in ported]
    first = [tuple(ported)] if shapes[0] == shapes[1] else [(protocol,) for protocol in ported]
    return [*first, tuple(protocol for protocol in Protocol if not protocol.has_ports)]


def _panel(x: float, protocols: tuple[Protocol, ...], looks: dict[Protocol, tuple[Run, ...]]) -> Panel:
    ticks: list[Tick] = []
    for protocol in protocols[:1] if protocols[0].has_ports else protocols:
        for run in looks[protocol]:
            ticks.append(_tick(ticks[-1].x + ticks[-1].width if ticks else x, protocol, run))
    return Panel(protocols=protocols, ticks=tuple(ticks))


def _tick(x: float, protocol: Protocol, run: Run) -> Tick:
    return Tick(
        x=round(x, 1),
        width=axis.width(protocol, run),
        protocol=protocol,
        ports=axis.ports(protocol, run),
        column=run.column,
        joined=run.joined,
    )


def _tiles(panels: Iterable[Panel]) -> Iterator[tuple[Mark, str]]:
    outlines: dict[Mark, list[str]] = {mark: [] for mark in Mark}
    for panel in panels:
        for tick in panel.ticks:
            for row, cell in enumerate(tick.column):
                for mark, outline in _bars(cell, tick, row):
                    outlines[mark].append(outline)
    yield from ((mark, "".join(found)) for mark, found in outlines.items() if found)


def _bars(cell: frozenset[Mark], tick: Tick, row: int) -> Iterator[tuple[Mark, str]]:
    """A place that holds several marks is cut into bars of equal height, in the order of :class:`Mark`."""
    marks = [mark for mark in Mark if mark in cell]
    width = _short(tick.width - 1)
    for place, mark in enumerate(marks):
        height = (ROW - 2) / len(marks)
        y = TOP + row * ROW + 1 + place * height
        yield mark, f"M{_short(tick.x + 0.5)} {_short(y)}h{width}v{_short(height)}h-{width}z"


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
