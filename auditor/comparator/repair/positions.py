"""Computes the positions at which a rule can be inserted, and the effect of a rule there on every stack.

An inserted rule changes exactly the packets that it matches, that reach its position, and that the stack decides
differently now. Fewer packets reach a later position. So a position directly above a rule that decides wanted packets,
or at the end of a group, is as useful as any position between two such rules, and only these positions are tried.

Invariant: a rule that matches no ``forbidden`` packet of its position opens and closes nothing in any stack of the
group except wanted or tolerated packets.
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
    """One direction of a stack with the resolved rules of its groups, and the packets to open or close.

    The repair must change the decision of ``wanted`` packets, and may change the decision of ``tolerated`` packets,
    which another finding of the stack has.
    """

    stack: Stack
    lines: Mapping[str, tuple[ResolvedRule, ...]]
    wanted: PacketSet
    tolerated: PacketSet = NOTHING

    def all_lines(self) -> tuple[ResolvedRule, ...]:
        """The rules of the stack in order."""
        return tuple(line for group in self.stack.security_groups for line in self.lines[group])

    def rank(self, group: str, index: int) -> int:
        """The rank in the stack of the position before rule ``index`` of ``group``."""
        groups = self.stack.security_groups
        return sum(len(self.lines[other]) for other in groups[: groups.index(group)]) + index

    def position(self, rank: int) -> tuple[str, int]:
        """Group and index of the rule at ``rank``. Raises ``IndexError`` beyond the last rule."""
        for group in self.stack.security_groups:
            if rank < len(self.lines[group]):
                return group, rank
            rank -= len(self.lines[group])
        raise IndexError(rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The position before rule ``index`` of ``group``. An inserted rule must not match ``forbidden`` packets.

    ``useful`` has an entry for each stack with the group: its number and the wanted packets that certainly reach the
    position.
    """

    group: str
    index: int
    at_end: bool
    forbidden: PacketSet
    useful: tuple[tuple[int, PacketSet], ...]


class InsertionPoints:
    """The insertion points of rules with ``action`` in the stacks ``sides``, with the current decisions."""

    def __init__(self, sides: tuple[StackDirection, ...], action: Action) -> None:
        self.sides = sides
        self.action = action
        by_groups = {side.stack.security_groups: side for side in sides}
        decisions = {groups: Decision(side.all_lines()) for groups, side in by_groups.items()}
        self._decisions = [decisions[side.stack.security_groups] for side in sides]
        self._known: dict[tuple[str, int], Position] = {}

    def positions(self, further: Iterable[tuple[str, int]] = ()) -> tuple[Position, ...]:
        """Every position worth trying, the ends of the last groups first, then the ``further`` positions."""
        keys = dict.fromkeys(
            position
            for side, decision in zip(self.sides, self._decisions, strict=True)
            if side.wanted
            for position in (*_positions(side, decision), *further)
        )
        return tuple(self.at(group, index) for group, index in keys)

    def at(self, group: str, index: int) -> Position:
        """The position before rule ``index`` of ``group``."""
        if (group, index) not in self._known:
            self._known[group, index] = self._position(group, index)
        return self._known[group, index]

    def replaceable(self) -> Iterator[tuple[str, int, ResolvedRule]]:
        """Rules that a wider rule may replace: they have the same action and name only addresses and ports."""
        for group, lines in {group: lines for side in self.sides for group, lines in side.lines.items()}.items():
            if is_editable(lines):
                yield from ((group, index, line) for index, line in enumerate(lines) if _is_plain(line, self.action))

    def _position(self, group: str, index: int) -> Position:
        # Many stacks bind the same groups, and often lack the same packets: equal parts are computed once.
        arrivals: dict[tuple[str, ...], tuple[PacketSet, PacketSet]] = {}
        useful: dict[tuple[tuple[str, ...], PacketSet, PacketSet], PacketSet] = {}
        useful_by_number: list[tuple[int, PacketSet]] = []
        forbidden = NOTHING
        for number, (side, decision) in enumerate(zip(self.sides, self._decisions, strict=True)):
            groups = side.stack.security_groups
            if group not in groups:
                continue
            if groups not in arrivals:
                arrivals[groups] = self._arrivals(side.all_lines()[: side.rank(group, index)], decision)
            changed, certain = arrivals[groups]
            key = (groups, side.wanted, side.tolerated)
            if key not in useful:
                # Packets that only may arrive are forbidden even if wanted: the unread part would leave them undecided.
                forbidden |= changed - ((side.wanted | side.tolerated) & certain)
                useful[key] = certain & side.wanted
            useful_by_number.append((number, useful[key]))
        at_end = any(index == len(side.lines[group]) for side in self.sides if group in side.lines)
        return Position(group=group, index=index, at_end=at_end, forbidden=forbidden, useful=tuple(useful_by_number))

    def _arrivals(self, above: tuple[ResolvedRule, ...], decision: Decision) -> tuple[PacketSet, PacketSet]:
        """The packets that may pass ``above`` and that a rule there would change, and those that certainly pass it."""
        settled = decision.allowed if self.action is Action.ALLOW else decision.denied
        possible = _possibly_arriving(above)
        if all(line.readable for line in above):
            return possible - settled, possible
        return possible - settled, _possibly_arriving(tuple(map(_at_upper_bound, above)))


def is_editable(lines: Iterable[ResolvedRule]) -> bool:
    """Whether the whole list can be written back as it was read. Other lists are not edited."""
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


def _possibly_arriving(lines: tuple[ResolvedRule, ...]) -> PacketSet:
    """The packets that may pass ``lines`` without a match."""
    return Decision(lines).decided_by(IMPLICIT_DENY)


def _at_upper_bound(line: ResolvedRule) -> ResolvedRule:
    """The rule, taken to match every packet that it may match."""
    services, addresses = line.services, line.addresses
    return replace(
        line,
        services=replace(services, certain=services.possible),
        addresses=replace(addresses, certain=addresses.possible),
    )
