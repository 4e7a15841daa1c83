"""Minimum cover: the fewest candidates that together hold all cells, each a bit of a mask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from auditor.comparator.repair.candidates import (
    AddressBlock,
    CandidateRule,
    blocks,
    candidate_rules,
    natural_rules,
    tightest,
)
from auditor.comparator.repair.positions import InsertionPoints, Position, StackDirection
from auditor.comparator.resolve import ResolvedRule
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import NOTHING, PacketSet, packets, union
from auditor.model.services import EVERYTHING

_DEPTH = 6
"""Covers of at most that many candidates are searched exactly."""
_VISITS = 200_000
"""How many search steps are worth it before the greedy cover stands."""


def cover(masks: Sequence[int], whole: int) -> tuple[int, ...]:
    """Places of the fewest ``masks`` whose union holds ``whole``, rising; what no mask holds is left out.

    Exact up to six candidates (iterative deepening on the lowest open cell), greedy with pruning beyond, where the
    result still covers all that can be covered.
    """
    reachable = 0
    for mask in masks:
        reachable |= mask
    whole &= reachable
    greedy = _greedy(masks, whole)
    search = _CoverSearch(masks)
    for depth in range(min(len(greedy) - 1, _DEPTH) + 1):
        found = search.within(whole, depth)
        if found is not None:
            return tuple(sorted(found))
    return tuple(sorted(greedy))


def undominated(masks: Sequence[int]) -> tuple[int, ...]:
    """Places of the masks that no other mask holds; of equal ones the first."""
    order = sorted(range(len(masks)), key=lambda place: (-masks[place].bit_count(), place))
    kept: list[int] = []
    for place in order:
        if masks[place] and not any(masks[place] & ~masks[other] == 0 for other in kept):
            kept.append(place)
    return tuple(kept)


class _CoverSearch:
    def __init__(self, masks: Sequence[int]) -> None:
        self._masks = masks
        self._visits = 0

    def within(self, left: int, depth: int) -> list[int] | None:
        if not left:
            return []
        self._visits += 1
        if not depth or self._visits > _VISITS:
            return None
        lowest = left & -left
        for place, mask in enumerate(self._masks):
            if mask & lowest:
                rest = self.within(left & ~mask, depth - 1)
                if rest is not None:
                    return [place, *rest]
        return None


def _greedy(masks: Sequence[int], whole: int) -> list[int]:
    chosen: list[int] = []
    left = whole
    while left:
        best = max(range(len(masks)), key=lambda place: (masks[place] & left).bit_count())
        chosen.append(best)
        left &= ~masks[best]
    for place in list(chosen):
        rest = 0
        for other in chosen:
            rest |= masks[other] if other != place else 0
        if whole & ~rest == 0:
            chosen.remove(place)
    return chosen


_TRIED = 4
"""How many rules a new one is tried in place of before it is put in beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """A rule to put in before rule ``index`` of ``group``, or ``instead`` of it."""

    group: str
    index: int
    form: CandidateRule
    instead: bool = False


def insertions(
    ground: InsertionPoints,
    natural: Iterable[PacketSet],
    holes: tuple[tuple[str, int], ...] = (),
    barred: frozenset[str] = frozenset(),
) -> tuple[Insertion, ...]:
    """The fewest insertions that decide all of what the sides want that any insertion reaches.

    ``natural`` are sets that a person would write whole (requirements): a rule that says one of them is preferred to
    one that says only what is missing of it, wherever both change the same packets. ``holes`` are places where rules
    were taken out: a rule that can stand there replaces one, which makes one operation of two. So does a rule that can
    stand in place of a narrower one. Groups that are ``barred`` have no room for more rules: there one replaces.
    """
    return tuple(_InsertionSearch(ground, natural, holes, barred).found())


class _InsertionSearch:
    def __init__(
        self,
        ground: InsertionPoints,
        natural: Iterable[PacketSet],
        holes: tuple[tuple[str, int], ...],
        barred: frozenset[str],
    ) -> None:
        self._ground = ground
        self._replaceable = tuple(ground.replaceable())
        self._written = tuple(form for packets in natural for form in natural_rules(packets))
        crowded = tuple(self._crowded(barred)) if barred else ()
        self._where = ground.places((*holes, *crowded))
        self._empty = [place for place in self._where if (place.group, place.index) in holes]
        self._replaced: set[tuple[str, int]] = set()
        self._tried = [
            (place, form)
            for place in self._where
            for form in dict.fromkeys(_candidates(place))
            if place.group not in barred or place in self._empty or self._holds_the_rule_at(place, form)
        ]
        self._cells = _Cells(ground.sides, self._where, [*(form for _, form in self._tried), *self._written])

    def found(self) -> Iterator[Insertion]:
        masks = [self._cells.mask(*_at(place), form) for place, form in self._tried]
        worth = undominated(masks)
        chosen = [worth[at] for at in cover([masks[at] for at in worth], self._cells.whole)]
        done = 0
        for number, at in enumerate(chosen):
            place, form = self._tried[at]
            # Of what two of them do, the later one keeps: the earlier may be written without it.
            needed = masks[at] & ~done & ~_union(masks[other] for other in chosen[number + 1 :])
            if needed:
                item = self._settled(place, form, needed)
                done |= needed | self._cells.mask(item.group, item.index, item.form)
                yield item

    def _crowded(self, barred: frozenset[str]) -> Iterator[tuple[str, int]]:
        """Rules of groups without room that something a person would write, and that is wanted, can stand for."""
        wanted = union(side.want for side in self._ground.sides)
        there = [rule for rule in self._replaceable if rule[0] in barred]
        for form in self._written:
            if form.packets & wanted:
                held = (rule[:2] for rule in there if _holds(form, rule[2]))
                yield from islice(held, _TRIED)

    def _settled(self, place: Position, form: CandidateRule, needed: int) -> Insertion:
        """The insertion where it makes the fewest operations and leaves the fewest rules, in a person's words."""
        hole = next((hole for hole in self._empty if self._fits(hole, form, needed)), None)
        if hole is not None:
            self._empty.remove(hole)
            return self._rewritten(hole, form, needed)
        item = self._rewritten(place, form, needed)
        return next(self._instead(item, form, needed), item)

    def _instead(self, item: Insertion, form: CandidateRule, needed: int) -> Iterator[Insertion]:
        """The same in place of a rule that it holds, of the widest first; no service is named besides."""
        chosen, services = (item.form, form), self._cells.services(needed)
        for wording in dict.fromkeys((*chosen, *self._written)):
            free = (rule for rule in self._replaceable if rule[:2] not in self._replaced)
            held = [
                rule
                for rule in free
                if _holds(wording, rule[2])
                and (wording in chosen or wording.services <= services | rule[2].services.sure)
            ]
            held.sort(key=lambda rule: (rule[0] != item.group, -_width(rule[2])))
            for group, index, _ in held[:_TRIED]:
                if self._does(self._ground.at(group, index), wording, needed):
                    self._replaced.add((group, index))
                    yield Insertion(group=group, index=index, form=wording, instead=True)
                    return

    def _does(self, place: Position, form: CandidateRule, needed: int) -> bool:
        """Whether the form at a place that was not among those tried does all that is needed and no harm."""
        good = dict(place.good)
        wanted = self._cells.packets(needed)
        return not form.packets & place.forbidden and all(
            packets <= form.packets & good.get(number, NOTHING) for number, packets in wanted.items()
        )

    def _holds_the_rule_at(self, place: Position, form: CandidateRule) -> bool:
        return any(_holds(form, line) for group, index, line in self._replaceable if (group, index) == _at(place))

    def _fits(self, place: Position, form: CandidateRule, needed: int) -> bool:
        return needed & ~self._cells.mask(*_at(place), form) == 0 and not form.packets & place.forbidden

    def _rewritten(self, place: Position, form: CandidateRule, needed: int) -> Insertion:
        """The same insertion in the words that a person would choose.

        At the end of a group that is a whole requirement; above another rule it is the narrowest rule that does.
        """
        narrow = tuple(tightest(form.block, self._cells.services(needed), self._cells.addresses(needed)))
        for other in (*self._written, *narrow) if place.at_end else (*narrow, *self._written):
            if self._fits(place, other, needed):
                return Insertion(group=place.group, index=place.index, form=other)
        return Insertion(group=place.group, index=place.index, form=form)


def _at(place: Position) -> tuple[str, int]:
    return place.group, place.index


def _holds(form: CandidateRule, line: ResolvedRule) -> bool:
    return line.services.maybe <= form.services and line.addresses.maybe <= form.block.run


def _width(line: ResolvedRule) -> int:
    return line.services.sure.size * line.addresses.sure.size


def _candidates(place: Position) -> Iterator[CandidateRule]:
    for block in dict.fromkeys(_base_blocks(place)):
        for wider in block.parents():
            found = tuple(_forms_on(place, wider))
            if not found:
                # Whatever is forbidden on a block is forbidden on every wider one.
                break
            yield from found


def _forms_on(place: Position, block: AddressBlock) -> Iterator[CandidateRule]:
    wanted = EMPTY
    for _, good in place.good:
        wanted |= _services_at(good, block.run)
    yield from candidate_rules(block, EVERYTHING - _services_at(place.forbidden, block.run), wanted)


def _base_blocks(place: Position) -> Iterator[AddressBlock]:
    for _, good in place.good:
        for there in dict.fromkeys(there for _, _, there in good.rows):
            yield from blocks(there)


def _services_at(packets: PacketSet, where: IntervalSet) -> IntervalSet:
    return IntervalSet.of((lo, hi) for lo, hi, there in packets.rows if there & where)


class _Cells:
    """What is wanted, cut so finely that every candidate holds a cell wholly or not at all; a bit a cell."""

    def __init__(
        self, sides: tuple[StackDirection, ...], where: tuple[Position, ...], tried: Iterable[CandidateRule]
    ) -> None:
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
        self._forms: dict[CandidateRule, int] = {}
        self._by_service: dict[tuple[int, int], int] = {}
        self._by_address: dict[tuple[int, int], int] = {}
        for bit, (_, service, address) in enumerate(self._cells):
            self._by_service[service] = self._by_service.get(service, 0) | 1 << bit
            self._by_address[address] = self._by_address.get(address, 0) | 1 << bit

    def mask(self, group: str, index: int, form: CandidateRule) -> int:
        """The cells to which ``form`` does good at a place that was tried."""
        if form not in self._forms:
            self._forms[form] = self._named(form)
        return self._good.get((group, index), 0) & self._forms[form]

    def services(self, mask: int) -> IntervalSet:
        """The services of a mask."""
        return IntervalSet.of(services for _, services, _ in self._chosen(mask))

    def addresses(self, mask: int) -> IntervalSet:
        """The addresses of a mask."""
        return IntervalSet.of(there for _, _, there in self._chosen(mask))

    def packets(self, mask: int) -> dict[int, PacketSet]:
        """The packets of a mask, by side."""
        found: dict[int, PacketSet] = {}
        for number, services, there in self._chosen(mask):
            here = packets(IntervalSet(services), IntervalSet(there))
            found[number] = found.get(number, NOTHING) | here
        return found

    def _chosen(self, mask: int) -> Iterator[tuple[int, tuple[int, int], tuple[int, int]]]:
        return (cell for bit, cell in enumerate(self._cells) if mask >> bit & 1)

    def _named(self, form: CandidateRule) -> int:
        """The cells that a form holds: a cell is a product, and so is a form."""
        services = _union(mask for (lo, _), mask in self._by_service.items() if lo in form.services)
        return services & _union(mask for (lo, _), mask in self._by_address.items() if lo in form.block.run)

    def _held(self, packets: PacketSet, number: int) -> int:
        mask = 0
        for bit, (side, (service, _), (address, _)) in enumerate(self._cells):
            if number == side and (service, address) in packets:
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
