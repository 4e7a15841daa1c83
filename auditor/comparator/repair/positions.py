"""Where a rule can go, what it would change there in every stack that binds the group, and what of that is wanted.

A rule that is put in at a place changes exactly the packets that it matches, that get as far as the place, and that the
stack decides otherwise now. Further down fewer packets are left to change, so a place just above a rule that decides
wanted packets, or at the end of a group, is as good as any other between the same two such rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from auditor.comparator.effective import IMPLICIT_DENY, Decision
from auditor.comparator.resolve import ResolvedRule
from auditor.comparator.stacks import Stack
from auditor.model.packets import NOTHING, PacketSet
from auditor.model.rules import Action, CidrPeer, ProtocolService


@dataclass(frozen=True, slots=True, kw_only=True)
class StackDirection:
    """One direction of a stack, with the rules of each of its groups and what of it is to be decided otherwise.

    ``tolerated`` may be decided otherwise as well, though nobody asked: another cluster lacks it too.
    """

    stack: Stack
    lines: Mapping[str, tuple[ResolvedRule, ...]]
    wanted: PacketSet
    tolerated: PacketSet = NOTHING

    def all_lines(self) -> tuple[ResolvedRule, ...]:
        """The stack's rules in order."""
        return tuple(line for group in self.stack.security_groups for line in self.lines[group])

    def rank(self, group: str, index: int) -> int:
        """Where the place before rule ``index`` of ``group`` stands in the stack."""
        groups = self.stack.security_groups
        return sum(len(self.lines[other]) for other in groups[: groups.index(group)]) + index

    def position(self, rank: int) -> tuple[str, int]:
        """Group and index of the rule at ``rank``."""
        for group in self.stack.security_groups:
            if rank < len(self.lines[group]):
                return group, rank
            rank -= len(self.lines[group])
        raise IndexError(rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Before rule ``index`` of ``group``. A rule may go there that matches nothing ``forbidden``.

    ``useful`` has one entry for each side that binds the group: wanted packets that certainly get as far as the place.
    """

    group: str
    index: int
    at_end: bool
    forbidden: PacketSet
    useful: tuple[tuple[int, PacketSet], ...]


class InsertionPoints:
    """Sides under repair by rules that do ``action``, with what each of them decides now."""

    def __init__(self, sides: tuple[StackDirection, ...], action: Action) -> None:
        self.sides = sides
        self.action = action
        self._decisions = [Decision(side.all_lines()) for side in sides]
        self._known: dict[tuple[str, int], Position] = {}

    def positions(self, further: Iterable[tuple[str, int]] = ()) -> tuple[Position, ...]:
        """Every place worth trying, the ends of the last groups first; ``further`` ones behind them."""
        keys = dict.fromkeys(
            position
            for side, decision in zip(self.sides, self._decisions, strict=True)
            if side.wanted
            for position in (*_positions(side, decision), *further)
        )
        return tuple(self.at(group, index) for group, index in keys)

    def at(self, group: str, index: int) -> Position:
        """The place before rule ``index`` of ``group``."""
        if (group, index) not in self._known:
            self._known[group, index] = self._position(group, index)
        return self._known[group, index]

    def replaceable(self) -> Iterator[tuple[str, int, ResolvedRule]]:
        """Rules that a wider one may stand for: they do the same and name addresses and ports, nothing else."""
        for group, lines in {group: lines for side in self.sides for group, lines in side.lines.items()}.items():
            if is_editable(lines):
                yield from ((group, index, line) for index, line in enumerate(lines) if _is_plain(line, self.action))

    def _position(self, group: str, index: int) -> Position:
        forbidden, useful = NOTHING, []
        for number, (side, decision) in enumerate(zip(self.sides, self._decisions, strict=True)):
            if group in side.stack.security_groups:
                above = side.all_lines()[: side.rank(group, index)]
                settled = decision.allowed if self.action is Action.ALLOW else decision.denied
                arriving = _unmatched(tuple(map(_at_most, above)))
                # What only may arrive would be left open by what was not read, even where it is wanted.
                forbidden |= _unmatched(above) - settled - ((side.wanted | side.tolerated) & arriving)
                useful.append((number, arriving & side.wanted))
        at_end = any(index == len(side.lines[group]) for side in self.sides if group in side.lines)
        return Position(group=group, index=index, at_end=at_end, forbidden=forbidden, useful=tuple(useful))


def is_editable(lines: Iterable[ResolvedRule]) -> bool:
    """Whether the whole list can be written back as it was read: one that cannot is left alone."""
    return all(line.writable for line in lines)


def _positions(side: StackDirection, decision: Decision) -> Iterator[tuple[str, int]]:
    editable = [group for group in side.stack.security_groups if is_editable(side.lines[group])]
    for group in reversed(editable):
        yield group, len(side.lines[group])
    for rank in reversed(decision.deciders(side.wanted)):
        if rank != IMPLICIT_DENY:
            group, index = side.position(rank)
            if group in editable:
                yield group, index


def _is_plain(line: ResolvedRule, action: Action) -> bool:
    rule = line.rule
    named = rule is not None and isinstance(rule.peer, CidrPeer) and isinstance(rule.service, ProtocolService)
    return named and line.action is action


def _unmatched(lines: tuple[ResolvedRule, ...]) -> PacketSet:
    """What could get past ``lines``."""
    return Decision(lines).decided_by(IMPLICIT_DENY)


def _at_most(line: ResolvedRule) -> ResolvedRule:
    """The rule taken to match all that it could."""
    services, addresses = line.services, line.addresses
    return replace(
        line,
        services=replace(services, certain=services.possible),
        addresses=replace(addresses, certain=addresses.possible),
    )
