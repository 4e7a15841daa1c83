"""Says which addresses a cell of a chart stands for, where the traffic of the cell is wrong or could not be checked.

A band is wide ("VPC"), so its cell may show the Pods of one other cluster only. Cells whose traffic is in order, and
cells that stand for their whole band, need no addresses.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.findings import Result
from auditor.model.intervals import IntervalSet
from auditor.model.packets import PacketSet
from auditor.model.services import span
from auditor.reporter.page.chart_data import AddressBands, Band, Layers, Mark
from auditor.reporter.page.chart_svg import Panel, Picture, Tick
from auditor.reporter.text.names import Formatter, Names
from auditor.reporter.text.packets import blocks

BLOCKS = 3
"""How many blocks of addresses a cell names before it counts the rest."""

_NAMED = (Mark.EXCESS, Mark.MISSING, Mark.UNDECIDED)


class CellTexts:
    """Writes the addresses of the cells of one result."""

    def __init__(self, result: Result, names: Names, phrasing: Formatter) -> None:
        self._phrasing = phrasing
        self._texts: dict[tuple[str, str, IntervalSet], str] = {}
        self._pods = {
            (cluster.cluster.region, cluster.cluster.vpc_id, block): names.cluster(
                cluster.cluster.region, cluster.cluster.cluster_id
            )
            for cluster in result.clusters
            for block in cluster.container
        }

    def texts(self, network: tuple[str, str], bands: AddressBands, by_mark: Layers, picture: Picture) -> dict[str, str]:
        """The text of each cell that needs one, by the number of its run and of its row: ``12.3``.

        ``network`` is the region and the VPC of the cluster.
        """
        packets = dict(by_mark)
        panels = [panel for line in picture.lines for panel in line.panels]
        ticks = [(panel, tick) for panel in panels for tick in panel.ticks]
        texts: dict[str, str] = {}
        for number, (panel, tick) in enumerate(ticks):
            for row, band in enumerate(picture.bands):
                if tick.joined > 1 or band is Band.ANY or (band is Band.PUBLIC and tick.column[0]):
                    continue
                part = bands.part(band)
                lines = [
                    self._line(network, mark, addresses)
                    for mark in _NAMED
                    if mark in tick.column[row]
                    and part - (addresses := _addresses(packets[mark], panel, tick) & part)
                    and addresses
                ]
                if lines:
                    texts[f"{number}.{row}"] = self._phrasing.text("terms-part-separator").join(lines)
        return texts

    def _line(self, network: tuple[str, str], mark: Mark, addresses: IntervalSet) -> str:
        key = (*network, addresses)
        if key not in self._texts:
            named = [self._block(network, block) for block in blocks(addresses)]
            self._texts[key] = self._phrasing.listed(named, BLOCKS)
        return self._phrasing.text(
            "page-cell-addresses", mark=self._phrasing.text(f"page-mark-{mark}"), addresses=self._texts[key]
        )

    def _block(self, network: tuple[str, str], block: str) -> str:
        owner = self._pods.get((*network, block))
        return block if owner is None else self._phrasing.text("page-cell-pods", block=block, cluster=owner)


def _addresses(packets: PacketSet, panel: Panel, tick: Tick) -> IntervalSet:
    """The addresses of ``packets`` at any service of a run."""
    points = tuple(_points(panel, tick))
    return IntervalSet.of(
        pair
        for lo, hi, addresses in packets.rows
        if any(lo < last and hi > first for first, last in points)
        for pair in addresses
    )


def _points(panel: Panel, tick: Tick) -> Iterator[tuple[int, int]]:
    if tick.ports is None:
        yield span(tick.protocol)
        return
    for protocol in panel.protocols:
        start, _ = span(protocol)
        yield start + tick.ports[0], start + tick.ports[1] + 1
