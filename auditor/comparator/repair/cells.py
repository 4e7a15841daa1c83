"""Cuts the wanted packets of a repair into cells, so that every candidate rule matches a cell fully or not at all.

A cell is a bit, and a set of cells is a mask. The cells of a stack are disjoint; each is a product of a run of services
and a run of addresses.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from auditor.model.intervals import IntervalSet
from auditor.model.packets import PacketSet


class Cells:
    """The wanted packets, cut into cells that every candidate matches fully or not at all; a bit for each cell."""

    def __init__(
        self,
        wanted: Sequence[PacketSet],
        useful: Mapping[tuple[str, int], tuple[tuple[int, PacketSet], ...]],
        candidates: Iterable[PacketSet],
    ) -> None:
        """Cut the wanted packets of each stack, by its number in ``wanted``.

        ``useful`` has for each position the wanted packets that reach it, with the number of their stack.
        ``candidates`` are the packets of the rules that shall match each cell fully or not at all.
        """
        useful_sets = dict.fromkeys(packets for by_number in useful.values() for _, packets in by_number)
        cuts = _cuts(dict.fromkeys((*useful_sets, *candidates)))
        self._cells = [(number, *cell) for number, packets in enumerate(wanted) for cell in _cut(packets, *cuts)]
        self.whole = (1 << len(self._cells)) - 1
        self._by_service = _CellLine((service, bit) for bit, (_, service, _) in enumerate(self._cells))
        self._by_address = _CellLine((address, bit) for bit, (_, _, address) in enumerate(self._cells))
        of_stack = [0 for _ in wanted]
        for bit, (number, _, _) in enumerate(self._cells):
            of_stack[number] |= 1 << bit
        masks = {packets: self._mask_of_packets(packets) for packets in useful_sets}
        self._useful = {
            position: combined(of_stack[number] & masks[packets] for number, packets in by_number)
            for position, by_number in useful.items()
        }

    def mask(self, position: tuple[str, int], services: IntervalSet, addresses: IntervalSet) -> int:
        """The mask of the cells that a rule for ``services`` and ``addresses`` decides at a position of ``useful``."""
        useful = self._useful.get(position, 0)
        return useful & self._by_address.mask(addresses) & self._by_service.mask(services)

    def services(self, mask: int) -> IntervalSet:
        """The services of the cells of a mask."""
        return IntervalSet.of(services for _, services, _ in self._chosen(mask))

    def addresses(self, mask: int) -> IntervalSet:
        """The addresses of the cells of a mask."""
        return IntervalSet.of(run for _, _, run in self._chosen(mask))

    def packets(self, mask: int) -> dict[int, PacketSet]:
        """The packets of the cells of a mask, by the number of the stack."""
        runs: dict[int, dict[tuple[int, int], list[tuple[int, int]]]] = {}
        for number, services, run in self._chosen(mask):
            runs.setdefault(number, {}).setdefault(services, []).append(run)
        return {
            number: PacketSet.of_rows((lo, hi, IntervalSet.of(by_service[lo, hi])) for lo, hi in sorted(by_service))
            for number, by_service in runs.items()
        }

    def _chosen(self, mask: int) -> Iterator[tuple[int, tuple[int, int], tuple[int, int]]]:
        return (cell for cell, digit in zip(self._cells, bin(mask)[:1:-1], strict=False) if digit == "1")

    def _mask_of_packets(self, packets: PacketSet) -> int:
        """The mask of the cells in ``packets``, which have each cell fully or not at all, on every side."""
        return combined(
            self._by_service.mask(IntervalSet((lo, hi))) & self._by_address.mask(row_addresses)
            for lo, hi, row_addresses in packets.rows
        )


class _CellLine:
    """The runs of the cells on the service line or on the address line, rising, each with the mask of its cells."""

    def __init__(self, runs: Iterable[tuple[tuple[int, int], int]]) -> None:
        masks: dict[int, int] = {}
        for (lo, _), bit in runs:
            masks[lo] = masks.get(lo, 0) | 1 << bit
        self._starts = sorted(masks)
        self._masks = [masks[start] for start in self._starts]
        self._known: dict[IntervalSet, int] = {}

    def mask(self, matched: IntervalSet) -> int:
        """The mask of the cells in ``matched``, which has each run of a cell fully or not at all."""
        if matched not in self._known:
            self._known[matched] = combined(
                mask
                for lo, hi in matched
                for mask in self._masks[bisect_left(self._starts, lo) : bisect_left(self._starts, hi)]
            )
        return self._known[matched]


def _cuts(others: Iterable[PacketSet]) -> tuple[list[int], list[int]]:
    """Where any of the packet sets begins or ends: on the service line, and on the address line."""
    rows = {row for packets in others for row in packets.rows}
    address_sets = {row_addresses for _, _, row_addresses in rows}
    return (
        sorted({cut for lo, hi, _ in rows for cut in (lo, hi)}),
        sorted({cut for row_addresses in address_sets for cut in row_addresses.bounds}),
    )


def _cut(
    wanted: PacketSet, service_cuts: list[int], address_cuts: list[int]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for lo, hi, row_addresses in wanted.rows:
        for services in _pieces(lo, hi, service_cuts):
            for first, last in row_addresses:
                yield from ((services, run) for run in _pieces(first, last, address_cuts))


def _pieces(lo: int, hi: int, cuts: list[int]) -> Iterator[tuple[int, int]]:
    for end in (*cuts[bisect_right(cuts, lo) : bisect_left(cuts, hi)], hi):
        yield lo, end
        lo = end


def combined(masks: Iterable[int]) -> int:
    """The union of masks."""
    whole = 0
    for mask in masks:
        whole |= mask
    return whole
