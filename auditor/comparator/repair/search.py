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
        chosen = search.within(whole, depth)
        if chosen is not None:
            return tuple(sorted(chosen))
    return tuple(sorted(greedy))


def undominated(masks: Sequence[int]) -> tuple[int, ...]:
    """Places of the masks that no other mask holds; of equal ones the first."""
    order = sorted(range(len(masks)), key=lambda position: (-masks[position].bit_count(), position))
    kept: list[int] = []
    for position in order:
        if masks[position] and not any(masks[position] & ~masks[other] == 0 for other in kept):
            kept.append(position)
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
        for position, mask in enumerate(self._masks):
            if mask & lowest:
                rest = self.within(left & ~mask, depth - 1)
                if rest is not None:
                    return [position, *rest]
        return None


def _greedy(masks: Sequence[int], whole: int) -> list[int]:
    chosen: list[int] = []
    left = whole
    while left:
        best = max(range(len(masks)), key=lambda position: (masks[position] & left).bit_count())
        chosen.append(best)
        left &= ~masks[best]
    for position in list(chosen):
        rest = 0
        for other in chosen:
            rest |= masks[other] if other != position else 0
        if whole & ~rest == 0:
            chosen.remove(position)
    return chosen


_REPLACEMENTS_TRIED = 4
"""How many rules a new one is tried in place of before it is put in beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """A rule to put in before rule ``index`` of ``group``, or ``instead`` of it."""

    group: str
    index: int
    candidate: CandidateRule
    instead: bool = False


def insertions(
    points: InsertionPoints,
    natural: Iterable[PacketSet],
    vacancies: tuple[tuple[str, int], ...] = (),
    full_groups: frozenset[str] = frozenset(),
) -> tuple[Insertion, ...]:
    """The fewest insertions that decide all wanted packets which any insertion can decide.

    ``natural`` are packet sets that a person would write as a whole (requirements). Where a rule for a natural set and
    a rule for its missing part change the same packets, the search prefers the natural set. ``vacancies`` are the
    positions of deleted rules: an insertion there replaces the deleted rule, so two operations become one. An insertion
    may also replace a narrower rule. ``full_groups`` have no room for more rules, so insertions there only replace.
    """
    return tuple(_InsertionSearch(points, natural, vacancies, full_groups).found())


class _InsertionSearch:
    def __init__(
        self,
        points: InsertionPoints,
        natural: Iterable[PacketSet],
        vacancies: tuple[tuple[str, int], ...],
        full_groups: frozenset[str],
    ) -> None:
        self._points = points
        self._replaceable = tuple(points.replaceable())
        self._written = tuple(candidate for packets in natural for candidate in natural_rules(packets))
        without_room = tuple(self._replacing_positions(full_groups)) if full_groups else ()
        self._where = points.positions((*vacancies, *without_room))
        self._empty = [position for position in self._where if (position.group, position.index) in vacancies]
        self._replaced: set[tuple[str, int]] = set()
        self._candidates_tried = [
            (position, candidate)
            for position in self._where
            for candidate in dict.fromkeys(_candidates(position))
            if position.group not in full_groups
            or position in self._empty
            or self._holds_the_rule_at(position, candidate)
        ]
        self._cells = _Cells(
            points.sides, self._where, [*(candidate for _, candidate in self._candidates_tried), *self._written]
        )

    def found(self) -> Iterator[Insertion]:
        masks = [self._cells.mask(*_at(position), candidate) for position, candidate in self._candidates_tried]
        worth = undominated(masks)
        chosen = [worth[at] for at in cover([masks[at] for at in worth], self._cells.whole)]
        done = 0
        for number, at in enumerate(chosen):
            position, candidate = self._candidates_tried[at]
            # Of what two of them do, the later one keeps: the earlier may be written without it.
            needed = masks[at] & ~done & ~_union(masks[other] for other in chosen[number + 1 :])
            if needed:
                item = self._settled(position, candidate, needed)
                done |= needed | self._cells.mask(item.group, item.index, item.candidate)
                yield item

    def _replacing_positions(self, full_groups: frozenset[str]) -> Iterator[tuple[str, int]]:
        """Rules of groups without room that something a person would write, and that is wanted, can stand for."""
        wanted = union(side.wanted for side in self._points.sides)
        replaceable = [rule for rule in self._replaceable if rule[0] in full_groups]
        for candidate in self._written:
            if candidate.packets & wanted:
                replaced = (rule[:2] for rule in replaceable if _holds(candidate, rule[2]))
                yield from islice(replaced, _REPLACEMENTS_TRIED)

    def _settled(self, position: Position, candidate: CandidateRule, needed: int) -> Insertion:
        """The insertion where it makes the fewest operations and leaves the fewest rules, in a person's words."""
        vacancy = next((vacancy for vacancy in self._empty if self._fits(vacancy, candidate, needed)), None)
        if vacancy is not None:
            self._empty.remove(vacancy)
            return self._rewritten(vacancy, candidate, needed)
        item = self._rewritten(position, candidate, needed)
        return next(self._instead(item, candidate, needed), item)

    def _instead(self, item: Insertion, candidate: CandidateRule, needed: int) -> Iterator[Insertion]:
        """The same in place of a rule that it holds, of the widest first; no service is named besides."""
        chosen, services = (item.candidate, candidate), self._cells.services(needed)
        for alternative in dict.fromkeys((*chosen, *self._written)):
            free = (rule for rule in self._replaceable if rule[:2] not in self._replaced)
            replaced = [
                rule
                for rule in free
                if _holds(alternative, rule[2])
                and (alternative in chosen or alternative.services <= services | rule[2].services.certain)
            ]
            replaced.sort(key=lambda rule: (rule[0] != item.group, -_width(rule[2])))
            for group, index, _ in replaced[:_REPLACEMENTS_TRIED]:
                if self._does(self._points.at(group, index), alternative, needed):
                    self._replaced.add((group, index))
                    yield Insertion(group=group, index=index, candidate=alternative, instead=True)
                    return

    def _does(self, position: Position, candidate: CandidateRule, needed: int) -> bool:
        """Whether the form at a place that was not among those tried does all that is needed and no harm."""
        useful = dict(position.useful)
        wanted = self._cells.packets(needed)
        return not candidate.packets & position.forbidden and all(
            packets <= candidate.packets & useful.get(number, NOTHING) for number, packets in wanted.items()
        )

    def _holds_the_rule_at(self, position: Position, candidate: CandidateRule) -> bool:
        return any(
            _holds(candidate, line) for group, index, line in self._replaceable if (group, index) == _at(position)
        )

    def _fits(self, position: Position, candidate: CandidateRule, needed: int) -> bool:
        return needed & ~self._cells.mask(*_at(position), candidate) == 0 and not candidate.packets & position.forbidden

    def _rewritten(self, position: Position, candidate: CandidateRule, needed: int) -> Insertion:
        """The same insertion in the words that a person would choose.

        At the end of a group that is a whole requirement; above another rule it is the narrowest rule that does.
        """
        narrow = tuple(tightest(candidate.block, self._cells.services(needed), self._cells.addresses(needed)))
        for other in (*self._written, *narrow) if position.at_end else (*narrow, *self._written):
            if self._fits(position, other, needed):
                return Insertion(group=position.group, index=position.index, candidate=other)
        return Insertion(group=position.group, index=position.index, candidate=candidate)


def _at(position: Position) -> tuple[str, int]:
    return position.group, position.index


def _holds(candidate: CandidateRule, line: ResolvedRule) -> bool:
    return line.services.possible <= candidate.services and line.addresses.possible <= candidate.block.run


def _width(line: ResolvedRule) -> int:
    return line.services.certain.size * line.addresses.certain.size


def _candidates(position: Position) -> Iterator[CandidateRule]:
    for block in dict.fromkeys(_base_blocks(position)):
        for wider in block.parents():
            candidates = tuple(_candidates_on(position, wider))
            if not candidates:
                # Whatever is forbidden on a block is forbidden on every wider one.
                break
            yield from candidates


def _candidates_on(position: Position, block: AddressBlock) -> Iterator[CandidateRule]:
    wanted = EMPTY
    for _, useful in position.useful:
        wanted |= _services_at(useful, block.run)
    yield from candidate_rules(block, EVERYTHING - _services_at(position.forbidden, block.run), wanted)


def _base_blocks(position: Position) -> Iterator[AddressBlock]:
    for _, useful in position.useful:
        for row_addresses in dict.fromkeys(row_addresses for _, _, row_addresses in useful.rows):
            yield from blocks(row_addresses)


def _services_at(packets: PacketSet, where: IntervalSet) -> IntervalSet:
    return IntervalSet.of((lo, hi) for lo, hi, row_addresses in packets.rows if row_addresses & where)


class _Cells:
    """What is wanted, cut so finely that every candidate holds a cell wholly or not at all; a bit a cell."""

    def __init__(
        self, sides: tuple[StackDirection, ...], where: tuple[Position, ...], candidates_tried: Iterable[CandidateRule]
    ) -> None:
        self._sides = sides
        candidates = tuple(dict.fromkeys(candidates_tried))
        useful = [packets for position in where for _, packets in position.useful]
        self._cells = [
            (number, *cell)
            for number, side in enumerate(sides)
            for cell in _cut(side.wanted, [*useful, *(candidate.packets for candidate in candidates)])
        ]
        self.whole = (1 << len(self._cells)) - 1
        self._useful = {
            (position.group, position.index): _union(self._held(packets, number) for number, packets in position.useful)
            for position in where
        }
        self._candidate_masks: dict[CandidateRule, int] = {}
        self._by_service: dict[tuple[int, int], int] = {}
        self._by_address: dict[tuple[int, int], int] = {}
        for bit, (_, service, address) in enumerate(self._cells):
            self._by_service[service] = self._by_service.get(service, 0) | 1 << bit
            self._by_address[address] = self._by_address.get(address, 0) | 1 << bit

    def mask(self, group: str, index: int, candidate: CandidateRule) -> int:
        """The cells to which ``candidate`` does good at a place that was tried."""
        if candidate not in self._candidate_masks:
            self._candidate_masks[candidate] = self._named(candidate)
        return self._useful.get((group, index), 0) & self._candidate_masks[candidate]

    def services(self, mask: int) -> IntervalSet:
        """The services of a mask."""
        return IntervalSet.of(services for _, services, _ in self._chosen(mask))

    def addresses(self, mask: int) -> IntervalSet:
        """The addresses of a mask."""
        return IntervalSet.of(run for _, _, run in self._chosen(mask))

    def packets(self, mask: int) -> dict[int, PacketSet]:
        """The packets of a mask, by side."""
        by_number: dict[int, PacketSet] = {}
        for number, services, run in self._chosen(mask):
            cell = packets(IntervalSet(services), IntervalSet(run))
            by_number[number] = by_number.get(number, NOTHING) | cell
        return by_number

    def _chosen(self, mask: int) -> Iterator[tuple[int, tuple[int, int], tuple[int, int]]]:
        return (cell for bit, cell in enumerate(self._cells) if mask >> bit & 1)

    def _named(self, candidate: CandidateRule) -> int:
        """The cells that a form holds: a cell is a product, and so is a form."""
        services = _union(mask for (lo, _), mask in self._by_service.items() if lo in candidate.services)
        return services & _union(mask for (lo, _), mask in self._by_address.items() if lo in candidate.block.run)

    def _held(self, packets: PacketSet, number: int) -> int:
        mask = 0
        for bit, (side, (service, _), (address, _)) in enumerate(self._cells):
            if number == side and (service, address) in packets:
                mask |= 1 << bit
        return mask


def _cut(wanted: PacketSet, others: list[PacketSet]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    service_cuts = sorted({cut for packets in others for lo, hi, _ in packets.rows for cut in (lo, hi)})
    address_cuts = sorted(
        {cut for packets in others for _, _, row_addresses in packets.rows for cut in row_addresses.bounds}
    )
    for lo, hi, row_addresses in wanted.rows:
        for services in _pieces(lo, hi, service_cuts):
            for first, last in row_addresses:
                yield from ((services, run) for run in _pieces(first, last, address_cuts))


def _pieces(lo: int, hi: int, cuts: list[int]) -> Iterator[tuple[int, int]]:
    ends = [cut for cut in cuts if lo < cut < hi] + [hi]
    for end in ends:
        yield lo, end
        lo = end


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union
