"""Which rules to put in where, the fewest of them, so that every wanted packet is decided and no other is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.comparator.repair.cover import cover, undominated
from auditor.comparator.repair.forms import Block, Form, blocks, forms, hull, natural_forms
from auditor.comparator.repair.places import Place, Side, places
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import PacketSet
from auditor.model.rules import Action
from auditor.model.services import EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """A rule to put in before rule ``index`` of ``group``."""

    group: str
    index: int
    form: Form


def insertions(
    sides: tuple[Side, ...], action: Action, natural: Iterable[PacketSet], holes: tuple[tuple[str, int], ...] = ()
) -> tuple[Insertion, ...]:
    """The fewest insertions that decide all of what the sides want that any insertion reaches.

    ``natural`` are sets that a person would write whole (requirements): a rule that says one of them is preferred to
    one that says only what is missing of it, wherever both change the same packets. ``holes`` are places where rules
    were taken out: a rule that can stand there replaces one, which makes one operation of two.
    """
    where = places(sides, action, holes)
    tried = [(place, form) for place in where for form in dict.fromkeys(_candidates(place))]
    written = tuple(form for packets in natural for form in natural_forms(packets))
    cells = _Cells(sides, where, [*(form for _, form in tried), *written])
    masks = [cells.mask(place, form) for place, form in tried]
    worth = undominated(masks)
    chosen = [worth[at] for at in cover([masks[at] for at in worth], cells.whole)]
    empty = [place for place in where if (place.group, place.index) in holes]
    found = []
    done = 0
    for number, at in enumerate(chosen):
        place, form = tried[at]
        # Of what two of them do, the later one keeps: the earlier may be written without it.
        needed = masks[at] & ~done & ~_union(masks[other] for other in chosen[number + 1 :])
        if not needed:
            continue
        hole = next((hole for hole in empty if _fits(hole, form, needed, cells)), None)
        if hole is not None:
            empty.remove(hole)
        item = _rewritten(hole or place, form, needed, cells, written)
        done |= cells.mask(hole or place, item.form)
        found.append(item)
    return tuple(found)


def _candidates(place: Place) -> Iterator[Form]:
    for block in dict.fromkeys(_base_blocks(place)):
        for wider in block.parents():
            found = tuple(_forms_on(place, wider))
            if not found:
                # Whatever is forbidden on a block is forbidden on every wider one.
                break
            yield from found


def _forms_on(place: Place, block: Block) -> Iterator[Form]:
    wanted = EMPTY
    for _, good in place.good:
        wanted |= _services_at(good, block.run)
    yield from forms(block, EVERYTHING - _services_at(place.forbidden, block.run), wanted)


def _base_blocks(place: Place) -> Iterator[Block]:
    for _, good in place.good:
        for there in dict.fromkeys(there for _, _, there in good.rows):
            yield from blocks(there)


def _services_at(packets: PacketSet, where: IntervalSet) -> IntervalSet:
    return IntervalSet.of((lo, hi) for lo, hi, there in packets.rows if there & where)


def _fits(place: Place, form: Form, needed: int, cells: _Cells) -> bool:
    return needed & ~cells.mask(place, form) == 0 and not form.packets & place.forbidden


def _rewritten(place: Place, form: Form, needed: int, cells: _Cells, written: tuple[Form, ...]) -> Insertion:
    """The same insertion in the words that a person would choose.

    At the end of a group that is a whole requirement; above another rule it is the narrowest rule that does.
    """
    narrow = tuple(hull(form.block, cells.services(needed), cells.addresses(needed))) if needed else ()
    for other in (*written, *narrow) if place.at_end else (*narrow, *written):
        if _fits(place, other, needed, cells):
            return Insertion(group=place.group, index=place.index, form=other)
    return Insertion(group=place.group, index=place.index, form=form)


class _Cells:
    """What is wanted, cut so finely that every candidate holds a cell wholly or not at all; a bit a cell."""

    def __init__(self, sides: tuple[Side, ...], where: tuple[Place, ...], tried: Iterable[Form]) -> None:
        self._sides = sides
        candidates = tuple(dict.fromkeys(tried))
        good = [packets for place in where for _, packets in place.good]
        self._cells = [
            (number, *cell)
            for number, side in enumerate(sides)
            for cell in _cut(side.want, [*good, *(form.packets for form in candidates)])
        ]
        self.whole = (1 << len(self._cells)) - 1
        self._good = {
            (place.group, place.index): _union(self._held(packets, number) for number, packets in place.good)
            for place in where
        }
        self._forms: dict[Form, int] = {}

    def mask(self, place: Place, form: Form) -> int:
        """The cells to which ``form`` at ``place`` does good."""
        if form not in self._forms:
            self._forms[form] = self._held(form.packets, None)
        return self._good[place.group, place.index] & self._forms[form]

    def services(self, mask: int) -> IntervalSet:
        """The services of a mask."""
        return IntervalSet.of(services for _, services, _ in self._chosen(mask))

    def addresses(self, mask: int) -> IntervalSet:
        """The addresses of a mask."""
        return IntervalSet.of(there for _, _, there in self._chosen(mask))

    def _chosen(self, mask: int) -> Iterator[tuple[int, tuple[int, int], tuple[int, int]]]:
        return (cell for bit, cell in enumerate(self._cells) if mask >> bit & 1)

    def _held(self, packets: PacketSet, number: int | None) -> int:
        mask = 0
        for bit, (side, (service, _), (address, _)) in enumerate(self._cells):
            if number in (None, side) and (service, address) in packets:
                mask |= 1 << bit
        return mask


def _cut(want: PacketSet, others: list[PacketSet]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    service_cuts = sorted({cut for packets in others for lo, hi, _ in packets.rows for cut in (lo, hi)})
    address_cuts = sorted({cut for packets in others for _, _, there in packets.rows for cut in there.bounds})
    for lo, hi, there in want.rows:
        for services in _pieces(lo, hi, service_cuts):
            for first, last in there:
                yield from ((services, run) for run in _pieces(first, last, address_cuts))


def _pieces(lo: int, hi: int, cuts: list[int]) -> Iterator[tuple[int, int]]:
    ends = [cut for cut in cuts if lo < cut < hi] + [hi]
    for end in ends:
        yield lo, end
        lo = end


def _union(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
