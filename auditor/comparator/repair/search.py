"""Chooses the fewest insertions that decide all wanted packets, by minimum set cover.

1. The wanted packets are cut into cells, so that every candidate rule matches a cell fully or not at all. A cell is a
   bit, a set of cells is a mask.
2. For every position, the candidates that match no forbidden packet are enumerated; their masks are the sets of the
   cover. Dominated candidates are dropped.
3. :func:`cover` finds a minimum cover: exact by iterative deepening up to six candidates, greedy beyond.
4. Each chosen rule is placed and worded: it may take the position of a deleted rule, replace a narrower rule, or become
   the rule that a person would write. Invariant: this never loses a cell and never matches a forbidden packet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from auditor.comparator.repair.candidates import (
    AddressBlock,
    CandidateRule,
    blocks,
    candidate_rules,
    natural_rules,
    tightest,
)
from auditor.comparator.repair.cells import Cells, combined
from auditor.comparator.repair.positions import InsertionPoints, Position
from auditor.comparator.resolve import ResolvedRule
from auditor.model.intervals import IntervalSet
from auditor.model.packets import NOTHING, PacketSet, union
from auditor.model.services import EVERYTHING

_DEPTH = 6
"""The largest cover that is searched exactly."""
_VISITS = 200_000
"""The most steps of the exact search before the greedy cover is used."""


def cover(masks: Sequence[int], whole: int) -> tuple[int, ...]:
    """Indexes of the fewest ``masks`` whose union contains ``whole``, rising. Cells in no mask are left out.

    Exact up to six masks (iterative deepening, branching on the lowest open cell). Beyond, greedy with removal of
    redundant masks: the result still covers every cell that can be covered.
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
    """Indexes of the masks that are not a subset of another mask; of equal masks the first."""
    order = sorted(range(len(masks)), key=lambda position: (-masks[position].bit_count(), position))
    kept: list[int] = []
    for position in order:
        if masks[position] and not any(masks[position] & ~masks[other] == 0 for other in kept):
            kept.append(position)
    return tuple(kept)


class _CoverSearch:
    """Exact search for a cover of limited size; gives up after ``_VISITS`` steps over all calls."""

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
"""The most rules that a new rule is tried to replace before it is inserted in addition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """A rule to insert before rule ``index`` of ``group``, or ``instead`` of that rule."""

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
    return tuple(_InsertionSearch(points, natural, vacancies, full_groups).search())


class _InsertionSearch:
    """Steps 1 to 4 of the module docstring for one set of insertion points."""

    def __init__(
        self,
        points: InsertionPoints,
        natural: Iterable[PacketSet],
        vacancies: tuple[tuple[str, int], ...],
        full_groups: frozenset[str],
    ) -> None:
        self._points = points
        self._replaceable = tuple(points.replaceable())
        self._natural_rules = tuple(candidate for packets in natural for candidate in natural_rules(packets))
        without_room = tuple(self._replacing_positions(full_groups)) if full_groups else ()
        self._positions = points.positions((*vacancies, *without_room))
        self._free_vacancies = [
            position for position in self._positions if (position.group, position.index) in vacancies
        ]
        self._replaced: set[tuple[str, int]] = set()
        self._candidates_tried = [
            (position, candidate)
            for position in self._positions
            for candidate in dict.fromkeys(_candidates(position))
            if position.group not in full_groups
            or position in self._free_vacancies
            or self._replaces_rule_at(position, candidate)
        ]
        candidates = (*(candidate for _, candidate in self._candidates_tried), *self._natural_rules)
        self._cells = Cells(
            [side.wanted for side in points.sides],
            {_at(position): position.useful for position in self._positions},
            (candidate.packets for candidate in dict.fromkeys(candidates)),
        )

    def search(self) -> Iterator[Insertion]:
        """The insertions of a minimum cover, placed and worded."""
        masks = [self._mask(_at(position), candidate) for position, candidate in self._candidates_tried]
        undominated_places = undominated(masks)
        chosen = [undominated_places[at] for at in cover([masks[at] for at in undominated_places], self._cells.whole)]
        covered = 0
        for number, at in enumerate(chosen):
            position, candidate = self._candidates_tried[at]
            # A cell of two candidates is left to the later candidate, so that the earlier rule can be narrower.
            needed = masks[at] & ~covered & ~combined(masks[other] for other in chosen[number + 1 :])
            if needed:
                item = self._placed(position, candidate, needed)
                covered |= needed | self._mask((item.group, item.index), item.candidate)
                yield item

    def _replacing_positions(self, full_groups: frozenset[str]) -> Iterator[tuple[str, int]]:
        """Positions of rules in groups without room that a natural rule with wanted packets can replace."""
        wanted = union(side.wanted for side in self._points.sides)
        replaceable = [rule for rule in self._replaceable if rule[0] in full_groups]
        for candidate in self._natural_rules:
            if candidate.packets.meets(wanted):
                replaced = (rule[:2] for rule in replaceable if _covers(candidate, rule[2]))
                yield from islice(replaced, _REPLACEMENTS_TRIED)

    def _placed(self, position: Position, candidate: CandidateRule, needed: int) -> Insertion:
        """Place the candidate where it needs the fewest operations: in a vacancy, instead of a rule, or in addition."""
        vacancy = next((vacancy for vacancy in self._free_vacancies if self._fits(vacancy, candidate, needed)), None)
        if vacancy is not None:
            self._free_vacancies.remove(vacancy)
            return self._reworded(vacancy, candidate, needed)
        item = self._reworded(position, candidate, needed)
        return next(self._instead(item, candidate, needed), item)

    def _instead(self, item: Insertion, candidate: CandidateRule, needed: int) -> Iterator[Insertion]:
        """The insertion as a replacement of a rule that it covers, widest rule first, without additional services."""
        chosen, services = (item.candidate, candidate), self._cells.services(needed)
        for alternative in dict.fromkeys((*chosen, *self._natural_rules)):
            free = (rule for rule in self._replaceable if rule[:2] not in self._replaced)
            replaced = [
                rule
                for rule in free
                if _covers(alternative, rule[2])
                and (alternative in chosen or alternative.services <= services | rule[2].services.certain)
            ]
            replaced.sort(key=lambda rule: (rule[0] != item.group, -_width(rule[2])))
            for group, index, _ in replaced[:_REPLACEMENTS_TRIED]:
                if self._achieves(self._points.at(group, index), alternative, needed):
                    self._replaced.add((group, index))
                    yield Insertion(group=group, index=index, candidate=alternative, instead=True)
                    return

    def _achieves(self, position: Position, candidate: CandidateRule, needed: int) -> bool:
        """Whether the candidate decides all needed cells and no forbidden packet at a position outside the search."""
        useful = dict(position.useful)
        wanted = {(packets, useful.get(number, NOTHING)) for number, packets in self._cells.packets(needed).items()}
        return not candidate.packets.meets(position.forbidden) and all(
            packets <= candidate.packets & reached for packets, reached in wanted
        )

    def _mask(self, position: tuple[str, int], candidate: CandidateRule) -> int:
        """The mask of the cells that the candidate decides at a position of the search."""
        return self._cells.mask(position, candidate.services, candidate.block.run)

    def _replaces_rule_at(self, position: Position, candidate: CandidateRule) -> bool:
        return any(
            _covers(candidate, line) for group, index, line in self._replaceable if (group, index) == _at(position)
        )

    def _fits(self, position: Position, candidate: CandidateRule, needed: int) -> bool:
        return needed & ~self._mask(_at(position), candidate) == 0 and not candidate.packets.meets(position.forbidden)

    def _reworded(self, position: Position, candidate: CandidateRule, needed: int) -> Insertion:
        """The insertion with the rule that a person would write.

        At the end of a group this is a natural rule; above another rule it is the narrowest rule that suffices.
        """
        narrow = tuple(tightest(candidate.block, self._cells.services(needed), self._cells.addresses(needed)))
        for other in (*self._natural_rules, *narrow) if position.at_end else (*narrow, *self._natural_rules):
            if self._fits(position, other, needed):
                return Insertion(group=position.group, index=position.index, candidate=other)
        return Insertion(group=position.group, index=position.index, candidate=candidate)


def _at(position: Position) -> tuple[str, int]:
    return position.group, position.index


def _covers(candidate: CandidateRule, line: ResolvedRule) -> bool:
    return line.services.possible <= candidate.services and line.addresses.possible <= candidate.block.run


def _width(line: ResolvedRule) -> int:
    return line.services.certain.size * line.addresses.certain.size


def _candidates(position: Position) -> Iterator[CandidateRule]:
    wanted = _services_by_addresses(useful for _, useful in position.useful)
    forbidden = _services_by_addresses([position.forbidden])
    tried: set[AddressBlock] = set()
    for block in _base_blocks(wanted):
        for wider in block.parents():
            if wider in tried:
                # Every wider block was tried as well.
                break
            tried.add(wider)
            safe = EVERYTHING - _services_at(forbidden, wider.run)
            candidates = tuple(candidate_rules(wider, safe, _services_at(wanted, wider.run)))
            if not candidates:
                # Services that are forbidden on a block are forbidden on every wider block.
                break
            yield from candidates


def _base_blocks(wanted: _ServicesByAddresses) -> Iterator[AddressBlock]:
    for addresses in wanted:
        yield from blocks(addresses)


_ServicesByAddresses: TypeAlias = dict[IntervalSet, list[tuple[int, int]]]
"""The runs of services of packets that have the same addresses."""


def _services_by_addresses(packet_sets: Iterable[PacketSet]) -> _ServicesByAddresses:
    by_addresses: _ServicesByAddresses = {}
    for packets in dict.fromkeys(packet_sets):
        for lo, hi, addresses in packets.rows:
            by_addresses.setdefault(addresses, []).append((lo, hi))
    return by_addresses


def _services_at(by_addresses: _ServicesByAddresses, block: IntervalSet) -> IntervalSet:
    """The services of the packets with an address in ``block``."""
    return IntervalSet.of(
        run for addresses, services in by_addresses.items() if addresses.meets(block) for run in services
    )
