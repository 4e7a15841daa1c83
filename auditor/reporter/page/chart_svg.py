"""Lays out the charts of stacks: services from left to right, address bands from top to bottom.

The script of the page draws them from this data when they come into view. A run of services is as wide as its label,
and a protocol gets one line. If its runs do not fit, ``fitted`` joins those that differ least. Stacks whose charts look
the same share one chart: :class:`Shape` is the key.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.packets import PacketSet
from auditor.model.rules import Direction
from auditor.model.services import PortRange, Protocol, span
from auditor.reporter.page.chart_data import Band, Column, Layers, Mark, PortProfile, Run, fitted
from auditor.reporter.text.names import Formatter
from auditor.reporter.text.packets import port_text, protocol_text

LINE = 980
"""Pixels for the runs of one line. A protocol that needs more loses the boundaries that matter least."""

ROOMS = (28, 24, 20, 17, 15, 13, 11, 9)
"""Numbers of runs that are tried until the runs fit the line; the last is used even if they do not."""

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
    """The width of a run in pixels: wide enough for its label; narrow if nothing is open or required there."""
    port_range = ports(protocol, run)
    if port_range is None:
        return PORTLESS_WIDTH
    if not any(run.column):
        return EMPTY_WIDTH
    first, last = port_range
    length = len(str(first)) + (0 if first == last else 1 + len(str(last))) + (run.joined > 1)
    label = max(length, SHORTEST_LABEL) * DIGIT_WIDTH + LABEL_MARGIN
    return round(max(label, MANY_WIDTH if last - first > MANY_PORTS else 0), 1)


def fitting(protocol: Protocol, runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs of a protocol, joined until they fit the line."""
    joined = runs
    for room in ROOMS:
        joined = fitted(runs, room)
        if sum(width(protocol, run) for run in joined) <= LINE:
            break
    return joined


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
        """Whether the axis shows a break instead of ports: nothing passes there and nothing is required."""
        return self.ports is not None and not any(self.column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The runs of protocols whose columns are equal, or of all protocols without ports."""

    protocols: tuple[Protocol, ...]
    ticks: tuple[Tick, ...]

    @property
    def end(self) -> float:
        """The left edge of the next panel, in pixels."""
        return max(self.ticks[-1].x + self.ticks[-1].width, self.ticks[0].x + CAPTION_WIDTH) + PANEL_GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLine:
    """Panels that fit side by side. ``top`` is the upper edge of the line; its parts are placed relative to it."""

    top: int
    panels: tuple[Panel, ...]

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The runs of all panels."""
        return tuple(tick for panel in self.panels for tick in panel.ticks)

    @property
    def width(self) -> float:
        """The right edge of the last tile."""
        return round(max(tick.x + tick.width for tick in self.ticks), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart in pixels, as the script draws it."""

    direction: Direction
    bands: tuple[Band, ...]
    lines: tuple[ChartLine, ...]
    width: float
    height: int

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The runs of all lines."""
        return tuple(tick for line in self.lines for tick in line.ticks)

    @property
    def joined(self) -> int:
        """The number of boundaries between runs that the chart does not show."""
        return sum(tick.joined - 1 for tick in self.ticks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The content of a chart. Two stacks with equal shapes share one chart, even if their addresses differ.

    ``runs`` has the runs of each protocol in the order of :class:`Protocol`.
    """

    direction: Direction
    bands: tuple[Band, ...]
    runs: tuple[tuple[Run, ...], ...]


def shape(by_mark: Layers, direction: Direction, profile: PortProfile) -> Shape:
    """The shape of the layers of one direction of a stack."""
    runs = tuple(fitting(protocol, profile.runs(by_mark, protocol)) for protocol in Protocol)
    return Shape(direction=direction, bands=profile.bands.bands(), runs=runs)


def picture(drawn: Shape) -> Picture:
    """The chart of a shape."""
    height = TOP + ROW * len(drawn.bands) + AXIS
    runs = dict(zip(Protocol, drawn.runs, strict=True))
    lines = tuple(
        ChartLine(top=number * (height + LINE_GAP), panels=panels) for number, panels in enumerate(_lines(runs))
    )
    return Picture(
        direction=drawn.direction,
        bands=drawn.bands,
        lines=lines,
        width=max(line.width for line in lines),
        height=lines[-1].top + height,
    )


def _lines(runs: dict[Protocol, tuple[Run, ...]]) -> list[tuple[Panel, ...]]:
    lines: list[tuple[Panel, ...]] = [()]
    for protocols in _panel_protocols(runs):
        begin = lines[-1][-1].end if lines[-1] else LEFT
        panel = _panel(begin, protocols, runs)
        if lines[-1] and panel.end - PANEL_GAP > LEFT + LINE:
            lines.append((_panel(LEFT, protocols, runs),))
        else:
            lines[-1] = (*lines[-1], panel)
    return lines


def _panel_protocols(runs: dict[Protocol, tuple[Run, ...]]) -> list[tuple[Protocol, ...]]:
    """The protocols of each panel: TCP and UDP share one if their columns are equal; those without ports always do."""
    ported = [protocol for protocol in Protocol if protocol.has_ports]
    shapes = [[(run.hi - run.lo, run.column) for run in runs[protocol]] for protocol in ported]
    first = [tuple(ported)] if shapes[0] == shapes[1] else [(protocol,) for protocol in ported]
    return [*first, tuple(protocol for protocol in Protocol if not protocol.has_ports)]


def _panel(x: float, protocols: tuple[Protocol, ...], runs: dict[Protocol, tuple[Run, ...]]) -> Panel:
    ticks: list[Tick] = []
    for protocol in protocols[:1] if protocols[0].has_ports else protocols:
        for run in runs[protocol]:
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


LABEL_DROP = 16
"""Pixels from the lowest row down to the baseline of a label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with its number on the page and its text for screen readers, which says the marks of each band."""

    number: int
    picture: Picture
    alternative: str


class Gallery:
    """The charts of a page, numbered from 1. Stacks of equal shape share a chart."""

    def __init__(self, phrasing: Formatter) -> None:
        self._phrasing = phrasing
        self._figures: dict[Shape, Figure] = {}

    def add(self, by_mark: Layers, direction: Direction, profile: PortProfile) -> Figure:
        """The chart of one direction of a stack; made only if no chart of this shape exists."""
        form = shape(by_mark, direction, profile)
        if form not in self._figures:
            drawn = picture(form)
            self._figures[form] = Figure(
                number=len(self._figures) + 1, picture=drawn, alternative=self._alternative(drawn)
            )
        return self._figures[form]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All charts by number."""
        return tuple(self._figures.values())

    def data(self) -> list[object]:
        """The charts by number, as the script reads them.

        A chart is its bands and its lines; a line its top, its width and its panels; a panel its name, its left edge,
        whether its runs are ports, and its runs; a run its width, its label and its cells. A cell is one digit of base
        32 with a bit for each :class:`Mark`.
        """
        return [self._chart(figure.picture) for figure in self.figures]

    def words(self) -> dict[str, object]:
        """The measures and the words of the charts, as the script reads them."""
        text = self._phrasing.text
        return {
            "row": ROW,
            "top": TOP,
            "left": LEFT,
            "drop": LABEL_DROP,
            "marks": [[str(mark), text(f"page-mark-{mark}")] for mark in Mark],
            "bands": {str(band): text(f"page-band-{band}") for band in Band},
            "separator": text("terms-list-separator"),
            "cell": text("page-cell", services="{services}", band="{band}", content="{content}"),
            "nothing": text("page-cell-nothing"),
        }

    def _chart(self, drawn: Picture) -> list[object]:
        return [[str(band) for band in drawn.bands], [self._line(line) for line in drawn.lines]]

    def _line(self, line: ChartLine) -> list[object]:
        return [line.top, line.width, [self._panel(panel) for panel in line.panels]]

    def _panel(self, panel: Panel) -> list[object]:
        runs = [[tick.width, self.label(tick), "".join(_digit(cell) for cell in tick.column)] for tick in panel.ticks]
        return [self.panel_name(panel), panel.ticks[0].x, int(panel.protocols[0].has_ports), runs]

    def panel_name(self, panel: Panel) -> str:
        """The name of a panel: its protocols. Protocols without ports have their names on the axis instead."""
        if not panel.protocols[0].has_ports:
            return self._phrasing.text("page-portless")
        return self._phrasing.text("terms-and").join(
            protocol_text(protocol, self._phrasing) for protocol in panel.protocols
        )

    def label(self, tick: Tick) -> str:
        """The label of a run: its ports or its protocol. A tilde marks a run that joins several."""
        if tick.ports is None:
            return self._phrasing.text(f"page-protocol-{tick.protocol}")
        return ("~" if tick.joined > 1 else "") + port_text(tick.ports).replace("-", "–")

    def _alternative(self, drawn: Picture) -> str:
        rows = self._rows(drawn.bands, drawn.ticks)
        text = self._phrasing.text("terms-part-separator").join(rows) or self._phrasing.text("page-picture-empty")
        return self._phrasing.text(
            "page-picture-alt", title=self._phrasing.text(f"page-picture-{drawn.direction}"), rows=text
        )

    def _rows(self, bands: tuple[Band, ...], ticks: tuple[Tick, ...]) -> tuple[str, ...]:
        lines = []
        for row, band in enumerate(bands):
            marks = frozenset[Mark]().union(*(tick.column[row] for tick in ticks))
            if marks:
                words = [self._phrasing.text(f"page-mark-{mark}") for mark in Mark if mark in marks]
                listed = self._phrasing.text("terms-list-separator").join(words)
                lines.append(
                    self._phrasing.text("page-band-holds", band=self._phrasing.text(f"page-band-{band}"), what=listed)
                )
        return tuple(lines)


_DIGITS = "0123456789abcdefghijklmnopqrstuv"


def _digit(cell: frozenset[Mark]) -> str:
    return _DIGITS[sum(1 << bit for bit, mark in enumerate(Mark) if mark in cell)]


def described_packets(by_mark: dict[Mark, PacketSet], allowed: PacketSet) -> tuple[tuple[str, PacketSet], ...]:
    """The packets that the text beside a chart names: all that pass, then missing, excess and undecided ones."""
    wrong = ((mark, by_mark[mark]) for mark in (Mark.MISSING, Mark.EXCESS, Mark.UNDECIDED))
    return (("open", allowed), *((str(mark), packets) for mark, packets in wrong if packets))
