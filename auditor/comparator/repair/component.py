"""Repairs a component: stacks of one region that are connected by shared groups, in one direction.

A rule of a shared group acts on every stack with the group, so the stacks of a component must be repaired together;
stacks of different components never affect each other. A change closes packets by deleting rules that allow them or by
inserting rules that deny them, then inserts rules that allow the wanted packets; the shorter change wins.

Invariant of a safe change: for every stack, all goals are reached, only packets of findings change their decision, and
the undecided packets stay the same. On a stack of interfaces, packets of findings on other stacks may open as well if
they are permitted there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from auditor.comparator.effective import IMPLICIT_DENY, Decision
from auditor.comparator.repair.edits import RuleEntry, entries, highest, insert_rules, leaving, steps
from auditor.comparator.repair.goals import CandidateChange, ClusterStackKey, Goal, RepairOptions, RuleLists
from auditor.comparator.repair.positions import InsertionPoints, StackDirection, is_editable
from auditor.comparator.repair.search import Insertion, insertions
from auditor.comparator.resolve import Bounds, ResolvedRule, Resolver
from auditor.comparator.stacks import Stack
from auditor.model.clusters import Attachment
from auditor.model.codes import Code
from auditor.model.findings import Finding, Result
from auditor.model.outcomes import RemainingReason
from auditor.model.packets import NOTHING, PacketSet, union
from auditor.model.rules import Action, Direction

QUOTA = 100
"""The limit on rules in one direction of a group (vpc/DescribeSecurityGroupLimits has the limit of the account)."""
_MOST_REPLACED = 4
"""The most rules beyond the limit for which a change tries replacements instead of insertions."""

ALLOWED_BY_AUDIT = "required by the cluster"
DENIED_BY_AUDIT = "not required by the cluster"


class StackComponent:
    """The stacks of a component in one direction, with their findings and decisions."""

    def __init__(
        self,
        result: Result,
        options: RepairOptions,
        region: str,
        direction: Direction,
        member_stacks: tuple[tuple[str, Stack], ...],
        resolver: Resolver,
    ) -> None:
        self.region = region
        self.direction = direction
        self._result = result
        self._options = options
        self._stacks = member_stacks
        self.before: dict[str, tuple[ResolvedRule, ...]] = {
            group: resolver.lines(region, (group,), direction)
            for _, stack in self._stacks
            for group in stack.security_groups
        }
        self._decisions = self._decided(self.as_read())
        numbers = range(len(self._stacks))
        self._missing = [
            self._openable(number, self._packets_of_findings(number, Code.REQUIRED_TRAFFIC_BLOCKED))
            for number in numbers
        ]
        self._tolerated = [missing | self._permitted(number) for number, missing in enumerate(self._missing)]
        self._excess = [
            self._packets_of_findings(number, Code.EXCESS_ACCESS) if options.may_close else NOTHING
            for number in numbers
        ]

        self._kept_open: dict[tuple[str, ...], PacketSet] = {}

    def as_read(self) -> RuleLists:
        """The lists before any change."""
        return {group: entries(lines) for group, lines in self.before.items()}

    @property
    def stack_keys(self) -> tuple[ClusterStackKey, ...]:
        """The key of each stack in a result."""
        return tuple((cluster_id, stack.stack_key) for cluster_id, stack in self._stacks)

    def goals(self) -> Iterator[Goal]:
        """The goals that the options allow, worst finding first, without packets that no change of rules can reach."""
        for finding in self._result.findings:
            for number, stack_key in enumerate(self.stack_keys):
                if self._is_about(finding, stack_key) and self._options.asks_for(finding):
                    yield from self._goals(finding, number)

    def _goals(self, finding: Finding, number: int) -> Iterator[Goal]:
        if finding.code is Code.REQUIRED_TRAFFIC_BLOCKED:
            action, packets = Action.ALLOW, finding.packets & self._missing[number]
        elif finding.code is Code.EXCESS_ACCESS and self._options.may_close:
            action, packets = Action.DENY, finding.packets - self._must_stay_open(number)
        else:
            return
        if packets:
            yield Goal(number=number, fingerprint=finding.fingerprint, action=action, packets=packets)

    def _must_stay_open(self, number: int) -> PacketSet:
        """Packets that cannot be closed, because they must pass stacks with the same groups or a prefix of them.

        Every packet that passes such a stack passes this stack too.
        """
        groups = self._stacks[number][1].security_groups
        if groups not in self._kept_open:
            lists = (stack.security_groups for _, stack in self._stacks)
            same_groups = [other for other, first in enumerate(lists) if groups[: len(first)] == first]
            self._kept_open[groups] = union(
                self._decisions[other].allowed - self._excess[other] for other in same_groups
            )
        return self._kept_open[groups]

    def _openable(self, number: int, wanted: PacketSet) -> PacketSet:
        """The wanted packets that the repair may open: unless the options allow it, not those that a rule denies."""
        if self._options.override_drops:
            return wanted
        decision = self._decisions[number]
        ranks = (rank for rank in decision.deciders(wanted) if rank != IMPLICIT_DENY)
        return wanted - union(decision.decided_by(rank) for rank in ranks)

    def _packets_of_findings(self, number: int, code: Code) -> PacketSet:
        stack_key = self.stack_keys[number]
        findings = (finding for finding in self._result.findings if finding.code is code)
        return union(
            finding.packets
            for finding in findings
            if self._is_about(finding, stack_key) and (not self._options.findings or self._options.asks_for(finding))
        )

    def _permitted(self, number: int) -> PacketSet:
        """The packets that a finding on another stack may open on this stack too, because they are permitted here.

        Secondary interfaces and Pods often bind the groups of their nodes, and need less.
        """
        cluster_id, key = self.stack_keys[number]
        if self._stacks[number][1].attachment is Attachment.PRIMARY:
            return NOTHING
        permitted = union(
            stack.direction(self.direction).permitted
            for cluster in self._result.clusters
            if cluster.cluster.cluster_id == cluster_id
            for stack in cluster.stacks
            if stack.stack_key == key
        )
        return permitted & union(self._missing)

    def _is_about(self, finding: Finding, stack_key: ClusterStackKey) -> bool:
        key = (finding.cluster_id, finding.stack_key)
        return finding.direction is self.direction and finding.waiver is None and key == stack_key

    def obstacle(self, finding: Finding, left: PacketSet) -> RemainingReason:
        """The reason why no change resolves the packets ``left`` of a finding."""
        number = self.stack_keys.index((finding.cluster_id, finding.stack_key))
        lists = [self.before[group] for group in finding.security_groups]
        unread = (line for lines in lists for line in lines if not line.readable)
        if finding.code is Code.EXCESS_ACCESS and left & self._must_stay_open(number):
            return RemainingReason.SHARED_GROUP
        if not all(map(is_editable, lists)) or any(line.packets() & left for line in unread):
            return RemainingReason.UNDECIDED
        return RemainingReason.SHARED_GROUP if self._is_shared(number) else RemainingReason.NO_RULE

    def _is_shared(self, number: int) -> bool:
        groups = set(self._stacks[number][1].security_groups)
        others = (stack for other, (_, stack) in enumerate(self._stacks) if other != number)
        return any(groups & set(stack.security_groups) for stack in others)

    def shortest_change(self, goals: Sequence[Goal]) -> CandidateChange:
        """The shortest change that reaches ``goals``; an infeasible change if there is no feasible change."""
        wanted = self._goal_packets(goals, Action.ALLOW)
        unwanted = self._goal_packets(goals, Action.DENY)
        changes = [self._open(*way, wanted, unwanted) for way in self._ways_to_close(unwanted)]
        return min(changes, key=lambda change: (not change.feasible, not change.safe, self._length(change.lists)))

    def closable(self, goal: Goal) -> PacketSet:
        """The packets of a goal that deny rules can close without harm to other stacks."""
        unwanted = self._goal_packets([goal], Action.DENY)
        lists, _ = self._insert(self.as_read(), unwanted, Action.DENY, self._excess)
        now = self._decided(lists)[goal.number]
        return goal.packets & now.denied

    def _goal_packets(self, goals: Sequence[Goal], action: Action) -> list[PacketSet]:
        return [
            union(goal.packets for goal in goals if goal.number == number and goal.action is action)
            for number in range(len(self._stacks))
        ]

    def _ways_to_close(self, unwanted: list[PacketSet]) -> Iterator[tuple[RuleLists, list[PacketSet], frozenset[str]]]:
        """The ways to close: rule lists, packets by stack that must be opened again, and groups without room."""
        nothing = [NOTHING for _ in self._stacks]
        if not any(unwanted):
            yield self.as_read(), nothing, frozenset()
            return
        without = self._delete_allowing(self.as_read(), unwanted)
        yield without, self._closed_by_deletion(without, unwanted), frozenset()
        denied, full = self._insert(self.as_read(), unwanted, Action.DENY, self._excess)
        yield denied, nothing, full

    def _closed_by_deletion(self, lists: RuleLists, unwanted: list[PacketSet]) -> list[PacketSet]:
        states = zip(self._decisions, self._decided(lists), unwanted, strict=True)
        return [(was.allowed - closed) - now.allowed for was, now, closed in states]

    def _open(
        self,
        lists: RuleLists,
        lost: list[PacketSet],
        full: frozenset[str],
        wanted: list[PacketSet],
        unwanted: list[PacketSet],
    ) -> CandidateChange:
        """The change that opens the wanted packets, and the packets that deletions closed (``lost``), on ``lists``."""
        opened = [missing | again for missing, again in zip(wanted, lost, strict=True)]
        lists, without_room = self._insert(lists, opened, Action.ALLOW, self._tolerated)
        delete_first = frozenset(
            group for group, listed in lists.items() if self._is_full(group, self._highest(group, listed))
        )
        full |= without_room | (delete_first if not self._can_delete_first(lists, delete_first) else frozenset())
        full |= {group for group, listed in lists.items() if self._is_full(group, len(listed))}
        return CandidateChange(lists=lists, safe=self._is_safe(lists, unwanted), full=full, delete_first=delete_first)

    def _highest(self, group: str, listed: tuple[RuleEntry, ...]) -> int:
        return highest(self.before[group], listed)

    def _is_full(self, group: str, length: int) -> bool:
        return length > max(QUOTA, len(self.before[group]))

    def _can_delete_first(self, lists: RuleLists, delete_first: frozenset[str]) -> bool:
        """Whether rules can be deleted before the insertions: packets that must stay open still pass without them."""
        if not delete_first:
            return True
        bare = {
            group: tuple(
                entry
                for entry in entries(lines)
                if group not in delete_first or entry.origin not in leaving(lines, lists[group])
            )
            for group, lines in self.before.items()
        }
        states = zip(self._decisions, self._decided(bare), self._excess, strict=True)
        return all(was.allowed - spare <= now.allowed for was, now, spare in states)

    def _is_safe(self, lists: RuleLists, unwanted: list[PacketSet]) -> bool:
        """Whether the unwanted packets are closed, and only packets of findings change their decision."""
        states = zip(self._decisions, self._decided(lists), self._tolerated, self._excess, unwanted, strict=True)
        return all(
            was.allowed - excess <= now.allowed
            and now.allowed - was.allowed <= tolerated
            and now.undecided == was.undecided
            and not closing & (now.allowed | now.undecided)
            for was, now, tolerated, excess, closing in states
        )

    def _delete_allowing(self, lists: RuleLists, excess: list[PacketSet]) -> RuleLists:
        """Delete every rule that allows excess packets, and repeat for the rules that then allow them instead.

        A list that cannot be written back keeps all its rules.
        """
        editable = {group for group, lines in self.before.items() if is_editable(lines)}
        while True:
            allowing = {
                position
                for (_, stack), unwanted in zip(self._stacks, excess, strict=True)
                for position in self._allowing_rules(stack, lists, unwanted)
                if position[0] in editable
            }
            if not allowing:
                return lists
            lists = {
                group: tuple(entry for position, entry in enumerate(listed) if (group, position) not in allowing)
                for group, listed in lists.items()
            }

    def _allowing_rules(self, stack: Stack, lists: RuleLists, unwanted: PacketSet) -> list[tuple[str, int]]:
        side = self._side(stack, lists)
        lines = side.all_lines()
        decision = Decision(lines)
        ranks = decision.deciders((decision.allowed | decision.undecided) & unwanted)
        return [side.position(rank) for rank in ranks if rank != IMPLICIT_DENY and lines[rank].action is Action.ALLOW]

    def _insert(
        self, lists: RuleLists, wanted: list[PacketSet], action: Action, tolerated: list[PacketSet]
    ) -> tuple[RuleLists, frozenset[str]]:
        """Insert rules that decide the wanted packets; also return the groups without room, if less can be decided."""
        if not any(wanted):
            return lists, frozenset()
        goals_by_stack = zip(self._stacks, wanted, tolerated, strict=True)
        sides = tuple(
            replace(self._side(stack, lists), wanted=wanted, tolerated=tolerated_packets)
            for (_, stack), wanted, tolerated_packets in goals_by_stack
        )
        points = InsertionPoints(sides, action)
        whole = result = self._apply_insertions(lists, points, frozenset())
        full_groups: frozenset[str] = frozenset()
        while full := {group for group, listed in result.items() if self._is_full(group, len(listed))} - full_groups:
            full_groups |= full
            if self._is_out_of_room(whole, full_groups):
                return whole, full_groups
            result = self._apply_insertions(lists, points, full_groups)
        short = full_groups and self._falls_short(result, whole, sides, action)
        return (whole, full_groups) if short else (result, frozenset())

    def _is_out_of_room(self, lists: RuleLists, full_groups: frozenset[str]) -> bool:
        """Whether no group has room, and the change needs more extra rules than replacements could save."""
        over = (len(listed) - max(QUOTA, len(self.before[group])) for group, listed in lists.items())
        return full_groups == lists.keys() and max(over) > _MOST_REPLACED

    def _falls_short(
        self, done: RuleLists, whole: RuleLists, sides: tuple[StackDirection, ...], action: Action
    ) -> bool:
        for side, less, more in zip(sides, self._decided(done), self._decided(whole), strict=True):
            lacking = more.allowed - less.allowed if action is Action.ALLOW else more.denied - less.denied
            if lacking & side.wanted:
                return True
        return False

    def _apply_insertions(self, lists: RuleLists, points: InsertionPoints, full_groups: frozenset[str]) -> RuleLists:
        natural = self._natural() if points.action is Action.ALLOW else ()
        chosen = insertions(points, natural, tuple(self._vacancies(lists)), full_groups)
        return {
            group: insert_rules(
                listed,
                ((item.index, self._line(item, points.action)) for item in chosen if _is_addition(item, group)),
                {
                    item.index: self._line(item, points.action)
                    for item in chosen
                    if item.group == group and item.instead
                },
            )
            for group, listed in lists.items()
        }

    def _vacancies(self, lists: RuleLists) -> Iterator[tuple[str, int]]:
        """Positions, in the edited lists, of rules that were deleted without a replacement."""
        for group, listed in lists.items():
            kept = [entry.origin for entry in listed]
            for origin in leaving(self.before[group], listed):
                yield (
                    group,
                    next(
                        (position for position, other in enumerate(kept) if other is not None and other > origin),
                        len(kept),
                    ),
                )

    def _natural(self) -> tuple[PacketSet, ...]:
        return tuple(
            outcome.required
            for cluster in self._result.clusters
            for audited in cluster.stacks
            for outcome in audited.requirements
            if outcome.requirement.direction is self.direction
        )

    def _line(self, item: Insertion, action: Action) -> ResolvedRule:
        description = ALLOWED_BY_AUDIT if action is Action.ALLOW else DENIED_BY_AUDIT
        return ResolvedRule(
            security_group_id=item.group,
            direction=self.direction,
            rule=item.candidate.rule(action, description),
            action=action,
            services=Bounds.exactly(item.candidate.services),
            addresses=Bounds.exactly(item.candidate.block.run),
        )

    def _side(self, stack: Stack, lists: RuleLists) -> StackDirection:
        lines = {group: tuple(entry.line for entry in lists[group]) for group in stack.security_groups}
        return StackDirection(stack=stack, lines=lines, wanted=NOTHING)

    def _decided(self, lists: RuleLists) -> list[Decision]:
        """The decision of each stack with ``lists``; stacks with the same groups share one decision."""
        by_groups = {stack.security_groups: stack for _, stack in self._stacks}
        decided = {groups: Decision(self._side(stack, lists).all_lines()) for groups, stack in by_groups.items()}
        return [decided[stack.security_groups] for _, stack in self._stacks]

    def _length(self, lists: RuleLists) -> int:
        return sum(len(steps(self.before[group], listed)) for group, listed in changed(lists, self.before))


def _is_addition(item: Insertion, group: str) -> bool:
    return item.group == group and not item.instead


def changed(
    lists: RuleLists, before: Mapping[str, Iterable[ResolvedRule]]
) -> tuple[tuple[str, tuple[RuleEntry, ...]], ...]:
    """The lists that differ from the lists as read, by group id."""
    return tuple((group, listed) for group, listed in sorted(lists.items()) if listed != entries(before[group]))
