"""Stacks that share groups, under repair together: what is wanted of each, which rules go, which come, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from auditor.comparator.effective import IMPLICIT_DENY, Decision
from auditor.comparator.repair.edit import Entry, entries, put_in, steps
from auditor.comparator.repair.insert import Insertion, insertions
from auditor.comparator.repair.places import Side
from auditor.comparator.resolve import Extent, Line, Resolver
from auditor.comparator.stacks import Stack, stacks
from auditor.model.estate import Role
from auditor.model.findings import Code, Finding
from auditor.model.packets import NOTHING, PacketSet, union
from auditor.model.result import Result
from auditor.model.rules import Action, Direction

Lists: TypeAlias = Mapping[str, tuple[Entry, ...]]
"""Rules under edit by group id."""

ALLOWED_BY_AUDIT = "required by the cluster"
DENIED_BY_AUDIT = "not required by the cluster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a repair may do beyond opening what is required and no rule denies.

    ``clusters`` limits whose findings are closed; empty means all. Other stacks are kept from harm all the same.
    """

    close_excess: bool = False
    override_drops: bool = False
    clusters: frozenset[str] = frozenset()


Bound: TypeAlias = tuple[str, Role, tuple[str, ...]]
"""What tells a stack from every other of a snapshot: cluster, role and list of groups."""


def benches(result: Result, wish: Wish) -> Iterator[Bench]:
    """One bench for each direction of each set of stacks that hang together by shared groups."""
    by_region: dict[str, list[tuple[str, Stack]]] = {}
    for cluster in result.clusters:
        bound = (stack for stack in stacks(cluster.cluster) if stack.security_groups)
        by_region.setdefault(cluster.cluster.region, []).extend((cluster.cluster.cluster_id, stack) for stack in bound)
    for region, held in sorted(by_region.items()):
        resolver = Resolver(result.snapshot)
        for together in _connected(held):
            yield from (Bench(result, wish, region, direction, together, resolver) for direction in Direction)


def _connected(held: list[tuple[str, Stack]]) -> list[tuple[tuple[str, Stack], ...]]:
    found: list[tuple[tuple[str, Stack], ...]] = []
    for cluster_id, stack in held:
        touching = [
            other
            for other in found
            if any(set(stack.security_groups) & set(there.security_groups) for _, there in other)
        ]
        found = [other for other in found if other not in touching]
        found.append((*(entry for other in touching for entry in other), (cluster_id, stack)))
    return found


class Bench:
    """Stacks of one region that hang together by shared groups, in one direction, with their findings."""

    def __init__(
        self,
        result: Result,
        wish: Wish,
        region: str,
        direction: Direction,
        together: tuple[tuple[str, Stack], ...],
        resolver: Resolver,
    ) -> None:
        self.region = region
        self.direction = direction
        self._result = result
        self._wish = wish
        self._stacks = together
        self.before: dict[str, tuple[Line, ...]] = {
            group: resolver.lines(region, (group,), direction)
            for _, stack in self._stacks
            for group in stack.security_groups
        }
        self._decisions = [self._decided(stack, self._as_read()) for _, stack in self._stacks]

    def edited(self) -> Lists:
        """The lists that change."""
        lists = self._as_read()
        wanted = [self._missing(number) for number in range(len(self._stacks))]
        if self._wish.close_excess:
            lists, lost = self._closed(lists)
            wanted = [missing | kept for missing, kept in zip(wanted, lost, strict=True)]
        lists = self._inserted(lists, wanted, Action.ALLOW, self._welcome())
        return dict(changed(lists, self.before))

    def _as_read(self) -> Lists:
        return {group: entries(lines) for group, lines in self.before.items()}

    def _missing(self, number: int) -> PacketSet:
        """What the repair opens on a stack: required and denied, by no rule on purpose unless the wish says so."""
        return self._undenied(number, self._packets(number, Code.REQUIRED_TRAFFIC_BLOCKED))

    def _welcome(self) -> list[PacketSet]:
        """What may be opened on each stack besides: missing there as well, where nobody asked for its cluster."""
        found = (self._found(number, Code.REQUIRED_TRAFFIC_BLOCKED) for number in range(len(self._stacks)))
        return [self._undenied(number, packets) for number, packets in enumerate(found)]

    def _undenied(self, number: int, wanted: PacketSet) -> PacketSet:
        if self._wish.override_drops:
            return wanted
        decision = self._decisions[number]
        ranks = (rank for rank in decision.deciders(wanted) if rank != IMPLICIT_DENY)
        return wanted - union(decision.decided_by(rank) for rank in ranks)

    def _packets(self, number: int, code: Code) -> PacketSet:
        cluster_id, _ = self._stacks[number]
        if self._wish.clusters and cluster_id not in self._wish.clusters:
            return NOTHING
        return self._found(number, code)

    def _found(self, number: int, code: Code) -> PacketSet:
        cluster_id, stack = self._stacks[number]
        return union(
            finding.packets for finding in self._result.findings if self._concerns(finding, cluster_id, stack, code)
        )

    def _concerns(self, finding: Finding, cluster_id: str, stack: Stack, code: Code) -> bool:
        on = (finding.cluster_id, finding.role, finding.security_groups)
        counts = finding.code is code and finding.direction is self.direction and finding.waiver is None
        return counts and on == (cluster_id, stack.role, stack.security_groups)

    def _closed(self, lists: Lists) -> tuple[Lists, list[PacketSet]]:
        """The lists with the excess closed the shorter way, and what each stack then lacks that it let through."""
        excess = [self._packets(number, Code.EXCESS_ACCESS) for number in range(len(self._stacks))]
        nothing = [NOTHING for _ in self._stacks]
        if not any(excess):
            return lists, nothing
        without = self._taken_out(lists, excess)
        lost = [
            (decision.allowed - unwanted) - self._decided(stack, without).allowed
            for (_, stack), decision, unwanted in zip(self._stacks, self._decisions, excess, strict=True)
        ]
        rewritten = self._inserted(without, lost, Action.ALLOW)
        denied = self._inserted(lists, excess, Action.DENY)
        choices = [
            (self._length(done), place, given)
            for place, (done, given) in enumerate(((rewritten, (without, lost)), (denied, (denied, nothing))))
            if self._closes(done, excess)
        ]
        return min(choices, key=lambda choice: choice[:2])[2] if choices else (lists, nothing)

    def _closes(self, lists: Lists, excess: list[PacketSet]) -> bool:
        """Whether nothing of the excess passes any more, and nothing else was closed on any stack."""
        for (_, stack), decision, unwanted in zip(self._stacks, self._decisions, excess, strict=True):
            now = self._decided(stack, lists).allowed
            if now & unwanted or (decision.allowed - unwanted) - now or now - decision.allowed:
                return False
        return True

    def _taken_out(self, lists: Lists, excess: list[PacketSet]) -> Lists:
        """The lists without every rule that lets excess in, and without those that would then let it in instead."""
        while True:
            guilty = {
                position
                for (_, stack), unwanted in zip(self._stacks, excess, strict=True)
                for position in self._letting_in(stack, lists, unwanted)
            }
            if not guilty:
                return lists
            lists = {
                group: tuple(entry for place, entry in enumerate(listed) if (group, place) not in guilty)
                for group, listed in lists.items()
            }

    def _letting_in(self, stack: Stack, lists: Lists, unwanted: PacketSet) -> list[tuple[str, int]]:
        side = self._side(stack, lists, NOTHING)
        decision = Decision(side.all_lines())
        ranks = decision.deciders(decision.allowed & unwanted)
        return [
            side.position(rank)
            for rank in ranks
            if rank != IMPLICIT_DENY and decision.lines[rank].action is Action.ALLOW
        ]

    def _inserted(
        self, lists: Lists, wanted: list[PacketSet], action: Action, welcome: list[PacketSet] | None = None
    ) -> Lists:
        if not any(wanted):
            return lists
        sides = tuple(
            replace(self._side(stack, lists, want), welcome=besides)
            for (_, stack), want, besides in zip(
                self._stacks, wanted, welcome or [NOTHING for _ in wanted], strict=True
            )
        )
        natural = self._natural() if action is Action.ALLOW else ()
        found = insertions(sides, action, natural, tuple(self._holes(lists)))
        return {
            group: put_in(listed, ((item.index, self._line(item, action)) for item in found if item.group == group))
            for group, listed in lists.items()
        }

    def _holes(self, lists: Lists) -> Iterator[tuple[str, int]]:
        """Where rules were taken out: before which entry of the list as it is now."""
        for group, listed in lists.items():
            kept = [entry.origin for entry in listed]
            for origin in set(range(len(self.before[group]))) - set(kept):
                yield group, sum(1 for other in kept if other is None or other < origin)

    def _natural(self) -> tuple[PacketSet, ...]:
        return tuple(
            outcome.required
            for cluster in self._result.clusters
            for audited in cluster.stacks
            for outcome in audited.requirements
            if outcome.requirement.direction is self.direction
        )

    def _line(self, item: Insertion, action: Action) -> Line:
        description = ALLOWED_BY_AUDIT if action is Action.ALLOW else DENIED_BY_AUDIT
        return Line(
            security_group_id=item.group,
            direction=self.direction,
            rule=item.form.rule(action, description),
            action=action,
            services=Extent.exactly(item.form.services),
            addresses=Extent.exactly(item.form.block.run),
        )

    def _side(self, stack: Stack, lists: Lists, want: PacketSet) -> Side:
        lines = {group: tuple(entry.line for entry in lists[group]) for group in stack.security_groups}
        return Side(stack=stack, lines=lines, want=want)

    def _decided(self, stack: Stack, lists: Lists) -> Decision:
        return Decision(self._side(stack, lists, NOTHING).all_lines())

    def _length(self, lists: Lists) -> int:
        return sum(len(steps(self.before[group], listed)) for group, listed in changed(lists, self.before))


def changed(lists: Lists, before: Mapping[str, Iterable[Line]]) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """The lists that differ from those that were read, by group."""
    return tuple((group, listed) for group, listed in sorted(lists.items()) if listed != entries(before[group]))
