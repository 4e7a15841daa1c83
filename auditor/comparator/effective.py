"""Decides by first match what a stack does with every packet, on an exact grid of atoms.

The service line and the address line are cut wherever a rule begins or ends. All packets between two cuts meet the same
rules, so they form an *atom* and are decided together. A row of the grid is a run of services. Within a row, a set of
addresses is a Python integer with one bit for each atom, and the rules are applied in order with ``&`` and ``|``.

A rule that is not fully known has two masks: the atoms that it certainly matches, and those that it may match.
Invariant: a packet is decided if every possible value of the unknown parts gives the same action, otherwise it is
undecided. The result is exact; nothing is sampled or rounded.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, cycle, pairwise, repeat
from operator import mul, sub

from auditor.comparator.resolve import ResolvedRule
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import UNIVERSE, PacketSet
from auditor.model.rules import Action

IMPLICIT_DENY = -1
"""The rank that :meth:`Decision.deciders` gives for the end of the list."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule on one row of the grid, as two address masks; ``certain`` is a subset of ``possible``.

    An unreadable action may allow and may deny.
    """

    rank: int
    may_allow: bool
    may_deny: bool
    certain: int
    possible: int


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """The result for the atoms of one row. ``hits`` has for each rank the atoms that the rule may decide.

    ``arriving`` has for each rank the atoms that it would decide if rules with an unreadable action decided nothing.
    """

    whole: int
    can_allow: int
    can_deny: int
    unmatched: int
    hits: dict[int, int]
    arriving: dict[int, int]
    active: tuple[_Rule, ...]


class Decision:
    """The action of a stack on every packet of ``within``.

    It depends on the effects of the rules alone (:attr:`ResolvedRule.effect`), so lists of equal rules can share it.

    Cost: distinct rows (runs of services with the same rules) times rules in a row times address atoms per machine
    word.
    """

    def __init__(self, lines: Sequence[ResolvedRule], within: PacketSet = UNIVERSE) -> None:
        self._lines = tuple(lines)
        self._within = within
        self._cuts = _address_cuts(lines, within)
        self._place = {cut: position for position, cut in enumerate(self._cuts)}
        self._masks: dict[IntervalSet, int] = {}
        self._sets: dict[int, IntervalSet] = {0: EMPTY}
        self._rules = [self._on_grid(rank, line) for rank, line in enumerate(self._lines)]
        self._rows = list(self._decide(within))
        self._denied: dict[PacketSet, PacketSet] = {}
        self._open: dict[PacketSet, PacketSet] = {}

    @cached_property
    def allowed(self) -> PacketSet:
        """The packets that certainly pass."""
        return self._gather(lambda row: row.can_allow & ~row.can_deny)

    @cached_property
    def undecided(self) -> PacketSet:
        """The packets that pass or not, depending on something that was not read."""
        return self._gather(lambda row: row.can_allow & row.can_deny)

    @cached_property
    def denied(self) -> PacketSet:
        """The packets that certainly do not pass, by a rule or by the implicit deny."""
        return self._within - self.allowed - self.undecided

    def denied_of(self, required: PacketSet) -> PacketSet:
        """The part of ``required``, a subset of ``within``, that certainly does not pass.

        It is remembered: many stacks require the same.
        """
        denied = self._denied.get(required)
        if denied is None:
            denied = self._denied[required] = required - self.allowed - self.undecided
        return denied

    def allowed_except(self, permitted: PacketSet) -> PacketSet:
        """The packets that certainly pass without being ``permitted``; remembered in the same way."""
        unwanted = self._open.get(permitted)
        if unwanted is None:
            unwanted = self._open[permitted] = self.allowed - permitted
        return unwanted

    def decided_by(self, rank: int) -> PacketSet:
        """The packets that the rule of ``rank`` may decide: it matches them, and no earlier rule certainly does."""
        if rank == IMPLICIT_DENY:
            return self._gather(lambda row: row.unmatched)
        return self._gather(lambda row: row.hits.get(rank, 0))

    def deciders(self, packets: PacketSet) -> tuple[int, ...]:
        """Ranks of rules that may decide any of ``packets``, rising; :data:`IMPLICIT_DENY` comes first."""
        rows: dict[IntervalSet, dict[int, _Row]] = {}
        for row, addresses in self._meeting(packets):
            rows.setdefault(addresses, {})[id(row)] = row
        ranks: set[int] = set()
        for addresses, meeting in rows.items():
            ranks.update(self._deciders_of(meeting.values(), addresses, ranks))
        return tuple(sorted(ranks))

    @cached_property
    def live(self) -> frozenset[int]:
        """Ranks of the rules that may decide a packet. A rule with an unreadable action does not shadow later rules."""
        return frozenset().union(*(row.arriving for row in self._distinct_rows))

    @cached_property
    def removable(self) -> frozenset[int]:
        """Ranks of live rules that can be removed: later rules and the implicit deny certainly decide the same.

        A rule that an unreadable action may shadow is not removable, because its packets are not known.
        """
        needed: set[int] = set()
        for row in self._distinct_rows:
            if tried := row.arriving.keys() - needed:
                needed.update(_needed(row, tried))
        return frozenset(rank for rank in self.live - needed if self._lines[rank].readable)

    def deciders_below(self, rank: int) -> tuple[int, ...]:
        """Ranks of the later rules that may decide packets of the rule of ``rank`` if it is removed, rising."""
        own = self._rules[rank].possible
        overlapping = {rule.rank for rule in self._rules[rank + 1 :] if rule.possible & own}
        ranks: set[int] = set()
        for row in self._distinct_rows if overlapping else ():
            if rank in row.hits:
                below = (rule for rule in row.active if rule.rank in overlapping)
                ranks.update(_arriving(row.hits[rank], below))
        return tuple(sorted(ranks))

    @cached_property
    def _distinct_rows(self) -> tuple[_Row, ...]:
        return tuple({id(row): row for _, _, row in self._rows}.values())

    def _decide(self, within: PacketSet) -> Iterator[tuple[int, int, _Row]]:
        rules = self._rules
        rows: dict[tuple[int, tuple[int, ...], frozenset[int]], _Row] = {}
        for lo, hi, addresses, active, uncertain in _service_rows(self._lines, within):
            key = (self._mask(addresses), active, uncertain)
            if key not in rows:
                row_rules = tuple(map(rules.__getitem__, active))
                if uncertain:
                    row_rules = tuple(
                        replace(rule, certain=0) if rule.rank in uncertain else rule for rule in row_rules
                    )
                rows[key] = _peel(key[0], row_rules)
            yield lo, hi, rows[key]

    def _on_grid(self, rank: int, line: ResolvedRule) -> _Rule:
        return _Rule(
            rank,
            may_allow=line.action is not Action.DENY,
            may_deny=line.action is not Action.ALLOW,
            certain=self._mask(line.addresses.certain),
            possible=self._mask(line.addresses.possible),
        )

    def _mask(self, addresses: IntervalSet) -> int:
        """The mask of a set whose bounds are cuts."""
        if addresses not in self._masks:
            self._masks[addresses] = _mask_of_runs([self._place[bound] for bound in addresses.bounds])
        return self._masks[addresses]

    def _addresses(self, mask: int) -> IntervalSet:
        if mask not in self._sets:
            addresses = IntervalSet(tuple(map(self._cuts.__getitem__, _run_bounds(mask))))
            self._sets[mask], self._masks[addresses] = addresses, mask
        return self._sets[mask]

    def _gather(self, pick: Callable[[_Row], int]) -> PacketSet:
        return PacketSet.of_rows((lo, hi, self._addresses(pick(row))) for lo, hi, row in self._rows)

    def _meeting(self, packets: PacketSet) -> Iterator[tuple[_Row, IntervalSet]]:
        first = 0
        for lo, hi, addresses in packets.rows:
            while first < len(self._rows) and self._rows[first][1] <= lo:
                first += 1
            position = first
            while position < len(self._rows) and self._rows[position][0] < hi:
                yield self._rows[position][2], addresses
                position += 1

    def _deciders_of(self, rows: Iterable[_Row], addresses: IntervalSet, ranks: set[int]) -> Iterator[int]:
        """Ranks that may decide ``addresses`` on any of ``rows``, without ``ranks``."""
        inner, cut = self._atoms(addresses)
        for row in rows:
            for rank, hit in ((IMPLICIT_DENY, row.unmatched), *row.hits.items()):
                if rank not in ranks and (hit & inner or (hit & cut and self._addresses(hit & cut).meets(addresses))):
                    yield rank

    def _atoms(self, addresses: IntervalSet) -> tuple[int, int]:
        """The atoms inside ``addresses``, and the atoms that it cuts."""
        if addresses in self._masks:
            return self._masks[addresses], 0
        positions = list(map(self._place.get, addresses.bounds, repeat(_NO_CUT)))
        cut = 0
        for number in [number for number, position in enumerate(positions) if position == _NO_CUT]:
            above = bisect_left(self._cuts, addresses.bounds[number])
            cut |= 1 << above >> 1
            # A run that ends in an atom has only the atoms below, and none if it starts in the same atom.
            positions[number] = max(above - 1, positions[number - 1]) if number % 2 else above
        return _mask_of_runs(positions), cut


_NO_CUT = -1


def _address_cuts(lines: Iterable[ResolvedRule], within: PacketSet) -> list[int]:
    sets = {line.addresses.certain for line in lines} | {line.addresses.possible for line in lines}
    sets.update(row_addresses for _, _, row_addresses in within.rows)
    return sorted({bound for addresses in sets for bound in addresses.bounds})


def _service_rows(
    lines: Sequence[ResolvedRule], within: PacketSet
) -> Iterator[tuple[int, int, IntervalSet, tuple[int, ...], frozenset[int]]]:
    """Runs of services with the ranks that may match, and the ranks among them that do not certainly match."""
    events = _events(lines)
    cuts = sorted({cut for lo, hi, _ in within.rows for cut in (lo, hi)} | events.keys())
    active: list[int] = []
    uncertain: set[int] = set()
    position = 0
    for lo, hi in pairwise(cuts):
        for kind, rank in events.get(lo, ()):
            _APPLY[kind](active, uncertain, rank)
        while position < len(within.rows) and within.rows[position][1] <= lo:
            position += 1
        if position == len(within.rows):
            return
        if within.rows[position][0] <= lo:
            yield lo, hi, within.rows[position][2], tuple(active), frozenset(uncertain)


_APPLY: dict[str, Callable[[list[int], set[int], int], None]] = {
    "starts": lambda active, _, rank: insort(active, rank),
    "ends": lambda active, _, rank: active.remove(rank),
    "uncertain": lambda _, uncertain, rank: uncertain.add(rank),
    "certain": lambda _, uncertain, rank: uncertain.discard(rank),
}


def _events(lines: Sequence[ResolvedRule]) -> dict[int, list[tuple[str, int]]]:
    events: dict[int, list[tuple[str, int]]] = {}
    for rank, line in enumerate(lines):
        uncertain = line.services.possible - line.services.certain
        for runs, begin, end in ((line.services.possible, "starts", "ends"), (uncertain, "uncertain", "certain")):
            for lo, hi in runs:
                events.setdefault(lo, []).append((begin, rank))
                events.setdefault(hi, []).append((end, rank))
    return events


def _peel(whole: int, rules: tuple[_Rule, ...]) -> _Row:
    reach, can_allow, can_deny = whole, 0, 0
    hits: dict[int, int] = {}
    for rule in rules:
        hit = reach & rule.possible
        if hit:
            hits[rule.rank] = hit
            if rule.may_allow:
                can_allow |= hit
            if rule.may_deny:
                can_deny |= hit
            reach ^= hit if rule.certain is rule.possible else hit & rule.certain
            if not reach:
                break
    # A hit of a rule with an unreadable action is undecided.
    arriving = _arriving(whole, rules) if can_allow & can_deny else hits
    return _Row(whole, can_allow, can_deny | reach, reach, hits, arriving, rules)


def _arriving(left: int, rules: Iterable[_Rule]) -> dict[int, int]:
    """The atoms of ``left`` that each rule would decide if rules with an unreadable action decided nothing."""
    arriving: dict[int, int] = {}
    for rule in rules:
        if left & rule.possible:
            arriving[rule.rank] = left & rule.possible
        if not (rule.may_allow and rule.may_deny):
            left ^= left & rule.certain
            if not left:
                break
    return arriving


def _needed(row: _Row, tried: set[int]) -> Iterator[int]:
    """Ranks of ``tried`` whose removal would change an atom of the row or make it undecided.

    Works from the last rule upwards: ``allowed`` and ``denied`` are what the rules below certainly decide.
    """
    allowed, denied = 0, row.whole
    for rule in reversed(row.active):
        same = 0
        if not rule.may_deny:
            same = allowed
            allowed |= rule.certain
            denied ^= denied & rule.possible
        elif not rule.may_allow:
            same = denied
            denied |= rule.certain
            allowed ^= allowed & rule.possible
        else:
            allowed ^= allowed & rule.possible
            denied ^= denied & rule.possible
        if rule.rank in tried:
            arriving = row.arriving[rule.rank]
            if arriving & same & row.hits.get(rule.rank, 0) != arriving:
                yield rule.rank


_FEW = 64


def _mask_of_runs(bounds: Sequence[int]) -> int:
    """The mask whose bits are set in each half-open run. ``bounds`` rise: first and end of each run in turn."""
    if len(bounds) <= _FEW:
        mask = 0
        for bound in bounds:
            mask ^= (1 << bound) - 1
        return mask
    # Each step of the loop above takes time for the whole mask; the digits of many runs are written faster.
    lengths = map(sub, bounds, chain((0,), bounds))
    digits = "".join(map(mul, cycle("01"), lengths))
    return int(digits[::-1], 2)


def _run_bounds(mask: int) -> Iterator[int]:
    """The positions where runs of set bits start and end, rising."""
    digits = bin(mask)[:1:-1]
    start = digits.find("1")
    while start >= 0:
        end = digits.find("0", start)
        yield start
        if end < 0:
            yield len(digits)
            return
        yield end
        start = digits.find("1", end)
