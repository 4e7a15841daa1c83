"""The service axis of the pictures: how wide each run is drawn, and how many fit side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.model.packets import PacketSet
from auditor.model.rules import Direction
from auditor.model.services import PortRange, Protocol, span
from auditor.reporter.page.chart_data import Band, Column, Layers, Mark, PortProfile, Run, fitted
from auditor.reporter.text.names import Formatter
from auditor.reporter.text.packets import port_text, protocol_text

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
class ChartLine:
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
    lines: tuple[ChartLine, ...]
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


def shape(found: Layers, direction: Direction, skyline: PortProfile) -> Shape:
    """The shape of the layers of one direction of a stack."""
    looks = tuple(fitting(protocol, skyline.runs(found, protocol)) for protocol in Protocol)
    return Shape(direction=direction, bands=skyline.around.bands(), looks=looks)


def picture(drawn: Shape) -> Picture:
    """The picture of a shape."""
    height = TOP + ROW * len(drawn.bands) + AXIS
    looks = dict(zip(Protocol, drawn.looks, strict=True))
    lines = tuple(
        ChartLine(top=place * (height + LINE_GAP), panels=panels, tiles=tuple(_tiles(panels)))
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
        if lines[-1] and panel.end - PANEL_GAP > LEFT + LINE:
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
        width=width(protocol, run),
        protocol=protocol,
        ports=ports(protocol, run),
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


LABEL_DROP = 16
"""From the lowest row down to the foot of a label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture with its number on the page, and its words for those who do not see it: each row with what it holds."""

    number: int
    picture: Picture
    alternative: str


class Gallery:
    """Pictures by number from 1; stacks that look alike share one."""

    left = LEFT
    top = TOP

    def __init__(self, phrasing: Formatter) -> None:
        self._phrasing = phrasing
        self._hung: dict[Shape, Figure] = {}

    def add(self, found: Layers, direction: Direction, skyline: PortProfile) -> Figure:
        """The picture of one direction of a stack."""
        looks = shape(found, direction, skyline)
        if looks not in self._hung:
            drawn = picture(looks)
            self._hung[looks] = Figure(number=len(self._hung) + 1, picture=drawn, alternative=self._alternative(drawn))
        return self._hung[looks]

    @property
    def hung(self) -> tuple[Figure, ...]:
        """Every picture once, by number."""
        return tuple(self._hung.values())

    @staticmethod
    def lane(row: int) -> int:
        """The line under a row, in pixels from the top."""
        return TOP + ROW * (row + 1)

    @staticmethod
    def label_y(drawn: Picture) -> int:
        """Where the labels of the axis stand, in pixels from the top of a line."""
        return TOP + ROW * len(drawn.bands) + LABEL_DROP

    @staticmethod
    def middle(tick: Tick) -> float:
        """The middle of a run."""
        return round(tick.x + tick.width / 2, 1)

    def panel_name(self, panel: Panel) -> str:
        """The protocols of a panel with ports; the ones without carry their names on the axis."""
        if not panel.protocols[0].has_ports:
            return self._phrasing.text("page-portless")
        return self._phrasing.text("terms-and").join(protocol_text(one, self._phrasing) for one in panel.protocols)

    def label(self, tick: Tick) -> str:
        """What stands under a run: its ports, or the protocol; a run that joins several starts with a tilde."""
        if tick.ports is None:
            return self._phrasing.text(f"page-protocol-{tick.protocol}")
        return ("~" if tick.joined > 1 else "") + port_text(tick.ports).replace("-", "–")

    def tip(self, tick: Tick, bands: tuple[Band, ...]) -> tuple[str, ...]:
        """What a pointer is told over a run: the services, then a line for each row that holds something."""
        return (self.label(tick), *self._rows(bands, (tick,)))

    def _alternative(self, drawn: Picture) -> str:
        rows = self._rows(drawn.bands, drawn.ticks)
        said = self._phrasing.text("terms-part-separator").join(rows) or self._phrasing.text("page-picture-empty")
        return self._phrasing.text(
            "page-picture-alt", title=self._phrasing.text(f"page-picture-{drawn.direction}"), rows=said
        )

    def _rows(self, bands: tuple[Band, ...], ticks: tuple[Tick, ...]) -> tuple[str, ...]:
        lines = []
        for row, band in enumerate(bands):
            held = frozenset[Mark]().union(*(tick.column[row] for tick in ticks))
            if held:
                words = [self._phrasing.text(f"page-mark-{mark}") for mark in Mark if mark in held]
                what = self._phrasing.text("terms-list-separator").join(words)
                lines.append(
                    self._phrasing.text("page-band-holds", band=self._phrasing.text(f"page-band-{band}"), what=what)
                )
        return tuple(lines)


def said_of(found: dict[Mark, PacketSet], allowed: PacketSet) -> tuple[tuple[str, PacketSet], ...]:
    """What is said in exact words beside a picture: all that passes, then what is wrong with it."""
    wrong = ((mark, found[mark]) for mark in (Mark.MISSING, Mark.EXCESS, Mark.UNDECIDED))
    return (("open", allowed), *((str(mark), packets) for mark, packets in wrong if packets))
