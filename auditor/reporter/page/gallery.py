"""The pictures of a page: each distinct one is drawn once, and the words on and about it are found here."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.packets import PacketSet
from auditor.model.rules import Direction
from auditor.reporter.packet_words import port_text, protocol_text
from auditor.reporter.page.layers import Layers, Mark, Skyline
from auditor.reporter.page.picture import LEFT, ROW, TOP, Panel, Picture, Shape, Tick, picture, shape
from auditor.reporter.page.reach import Band
from auditor.reporter.phrasing import Phrasing

LABEL_DROP = 16
"""From the lowest row down to the foot of a label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hung:
    """A picture with its number on the page, and its words for those who do not see it: each row with what it holds."""

    number: int
    picture: Picture
    alternative: str


class Gallery:
    """Pictures by number from 1; stacks that look alike share one."""

    left = LEFT
    top = TOP

    def __init__(self, phrasing: Phrasing) -> None:
        self._phrasing = phrasing
        self._hung: dict[Shape, Hung] = {}

    def add(self, found: Layers, direction: Direction, skyline: Skyline) -> Hung:
        """The picture of one direction of a stack."""
        looks = shape(found, direction, skyline)
        if looks not in self._hung:
            drawn = picture(looks)
            self._hung[looks] = Hung(number=len(self._hung) + 1, picture=drawn, alternative=self._alternative(drawn))
        return self._hung[looks]

    @property
    def hung(self) -> tuple[Hung, ...]:
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
