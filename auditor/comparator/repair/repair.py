"""Repairs a result: chooses a change for each component, applies all changes, and proves them by a new audit.

The choice is a greedy bisection: goals that cannot be reached together are halved until each half can be reached or is
a single finding, worst findings first. Invariant of a proved change: no stack opens a packet that no finding calls
missing, closes a packet that no finding calls excess, or has other undecided packets than before. A stack of
interfaces may open what a finding calls missing elsewhere, if it is permitted on the interfaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TypeAlias

from auditor.comparator.compare import compare
from auditor.comparator.repair.component import StackComponent, changed
from auditor.comparator.repair.connected_stacks import components
from auditor.comparator.repair.edits import RuleEntry, renumbered, steps
from auditor.comparator.repair.goals import CandidateChange, ClusterStackKey, Goal, RepairOptions
from auditor.comparator.resolve import ResolvedRule
from auditor.comparator.stacks import stacks
from auditor.errors import AuditorError
from auditor.model.baseline import Policy
from auditor.model.clusters import Attachment
from auditor.model.codes import Code
from auditor.model.evidence import Evidence
from auditor.model.findings import DirectionResult, Finding, Result
from auditor.model.outcomes import GroupChange, Proof, Remaining, RemainingReason, Repair
from auditor.model.packets import PacketSet, union
from auditor.model.rules import Action, Direction, SecurityGroup
from auditor.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The chosen change, and the fingerprints of findings for which a group has no room."""

    change: CandidateChange
    without_room: frozenset[str] = frozenset()


def choose(component: StackComponent) -> Choice:
    """Choose a change of ``component`` that reaches all goals, or as many as possible, worst findings first.

    Goals that cannot be reached together are halved until each half can be reached or is a single goal. If a goal
    cannot close all its packets, it is reduced to the packets that deny rules can close.
    """
    taken: tuple[Goal, ...] = ()
    best = CandidateChange(lists=component.as_read(), safe=True)
    without_room: set[str] = set()
    waiting = [tuple(component.goals())]
    while waiting:
        some = waiting.pop()
        change = component.shortest_change((*taken, *some)) if some else best
        if change.feasible:
            taken, best = (*taken, *some), change
        elif len(some) > 1:
            middle = len(some) // 2
            waiting += [some[middle:], some[:middle]]
        elif change.safe:
            without_room.add(some[0].fingerprint)
        else:
            waiting += _part(component, some[0])
    return Choice(change=best, without_room=frozenset(without_room))


def _part(component: StackComponent, goal: Goal) -> list[tuple[Goal, ...]]:
    part = component.closable(goal) if goal.action is Action.DENY else goal.packets
    return [(replace(goal, packets=part),)] if part and part != goal.packets else []


_OTHER_FILTERS = (Code.LOAD_BALANCER_PATH_BLOCKED, Code.LOAD_BALANCER_OPEN, Code.NETWORK_ACL_BLOCKS)
"""Findings about paths that not only the groups of a stack decide. Their packets are not those of its rules."""

_Key: TypeAlias = tuple[str, str, Direction]
_Edits: TypeAlias = Mapping[_Key, tuple[RuleEntry, ...]]


def repair(result: Result, policy: Policy, today: date, options: RepairOptions) -> Repair:
    """The repair of ``result``, as in :func:`repaired`."""
    return repaired(result, policy, today, options)[0]


def repaired(result: Result, policy: Policy, today: date, options: RepairOptions) -> tuple[Repair, Result]:
    """The smallest change found that closes the findings as ``options`` allow, and the result of an audit after it.

    ``result`` must be ``compare(snapshot, policy, today)``. The proof covers every stack of the snapshot; the
    module docstring has its invariant. A component that fails its proof is left unchanged. Raises
    :class:`AuditorError` if the rest fails as well.
    """
    work = [_Work(component, choose(component)) for component in components(result, options)]
    after = _carried_out(result, work, policy, today)
    failed = [
        work_item
        for work_item in work
        if not _is_proved(result, after, work_item.component.stack_keys, work_item.component.direction)
    ]
    if failed:
        work = [_Work(work_item.component, None) if work_item in failed else work_item for work_item in work]
        after = _carried_out(result, work, policy, today)
    _prove(result, after)
    proof = Proof(
        resolved=tuple(finding.fingerprint for finding in _targets(result, options) if _is_resolved(finding, after)),
        remaining=tuple(_remaining(result, after, options, work)),
        opened=union(_now(after, stack_key).allowed - was.allowed for stack_key, was in _sides(result)),
        closed=union(was.allowed - _now(after, stack_key).allowed for stack_key, was in _sides(result)),
    )
    resolved = [
        finding
        for finding in result.findings
        if finding.fingerprint in proof.resolved and finding.code not in _OTHER_FILTERS
    ]
    changes = (change for work_item in work for change in _changes(result, work_item, resolved))
    return Repair(changes=tuple(sorted(changes, key=_change_order)), proof=proof), after


@dataclass(frozen=True, slots=True)
class _Work:
    """A component with its choice; ``None`` if the proof of the choice failed."""

    component: StackComponent
    choice: Choice | None

    @property
    def lists(self) -> dict[str, tuple[RuleEntry, ...]]:
        """The rule lists that change, by group id."""
        return {} if self.choice is None else dict(changed(self.choice.change.lists, self.component.before))


def _carried_out(result: Result, work: Iterable[_Work], policy: Policy, today: date) -> Result:
    edits = {
        (work_item.component.region, group, work_item.component.direction): listed
        for work_item in work
        for group, listed in work_item.lists.items()
    }
    return compare(patched(result.snapshot, edits), policy, today)


def patched(snapshot: Snapshot, edits: _Edits) -> Snapshot:
    """The snapshot with the edited rule lists."""
    return replace(snapshot, security_groups=tuple(_patched(group, edits) for group in snapshot.security_groups))


def _patched(group: SecurityGroup, edits: _Edits) -> SecurityGroup:
    for direction in Direction:
        listed = edits.get((group.region, group.security_group_id, direction))
        if listed is not None:
            group = group.with_rules(direction, renumbered(listed))
    return group


def _changes(result: Result, work: _Work, resolved: Iterable[Finding]) -> Iterator[GroupChange]:
    component = work.component
    delete_first = work.choice.change.delete_first if work.choice is not None else frozenset()
    for group, listed in work.lists.items():
        security_group = result.snapshot.group_by_id[component.region, group]
        own = [
            finding
            for finding in resolved
            if finding.direction is component.direction
            and finding.region == component.region
            and group in finding.security_groups
        ]
        yield GroupChange(
            region=component.region,
            security_group_id=group,
            direction=component.direction,
            version=security_group.version,
            steps=steps(component.before[group], listed, partial(_served, own), delete_first=group in delete_first),
            after=renumbered(listed),
            shared_with=_sharers(result, component.region, group),
        )


def _served(findings: Iterable[Finding], old: ResolvedRule | None, new: ResolvedRule | None) -> tuple[str, ...]:
    """The findings whose packets a step opens or closes, by what its old and its new rule match."""
    return tuple(
        finding.fingerprint
        for finding in findings
        if any(
            line is not None
            and (line.action is Action.ALLOW) is (opens is (finding.code is Code.REQUIRED_TRAFFIC_BLOCKED))
            and line.packets() & finding.packets
            for line, opens in ((old, False), (new, True))
        )
    )


def _change_order(change: GroupChange) -> tuple[str, str, str]:
    return change.region, change.security_group_id, change.direction


def _sharers(result: Result, region: str, group: str) -> tuple[str, ...]:
    """The stacks (as ``cluster/role``) and the instances outside audited clusters that bind a group."""
    sharers, nodes = set(), set()
    for cluster in result.clusters:
        nodes |= {name for node in cluster.cluster.nodes for name in (node.node_id, node.instance_id)}
        if cluster.cluster.region == region:
            bound_stacks = (stack for stack in stacks(cluster.cluster) if group in stack.security_groups)
            sharers |= {f"{cluster.cluster.cluster_id}/{stack.role}" for stack in bound_stacks}
    membership = result.snapshot.membership_by_id.get((region, group))
    if membership is not None:
        sharers |= {member.instance_id for member in membership.members if member.instance_id} - nodes
    return tuple(sorted(sharers))


def _targets(result: Result, options: RepairOptions) -> Iterator[Finding]:
    for finding in result.findings:
        about_rules = finding.code.is_about_a_rule
        if options.covers(finding) and finding.waiver is None and not about_rules:
            yield finding


def _is_resolved(finding: Finding, after: Result) -> bool:
    if finding.direction is None:
        return False
    if finding.code in _OTHER_FILTERS:
        return not any(_is_same_path(finding, other) for other in after.findings)
    return not _left(finding, _now(after, (_stack_key(finding), finding.direction)))


def _is_same_path(finding: Finding, other: Finding) -> bool:
    """Whether ``other`` reports, perhaps of another load balancer or subnet, packets of ``finding`` on its stack."""
    return (finding.code, finding.direction, _stack_key(finding)) == (
        other.code,
        other.direction,
        _stack_key(other),
    ) and bool(finding.packets & other.packets)


def _remaining(result: Result, after: Result, options: RepairOptions, work: list[_Work]) -> Iterator[Remaining]:
    for finding in _targets(result, options):
        if not _is_resolved(finding, after):
            why = _why(finding, after, options, work)
            denials = finding.evidence if why is RemainingReason.EXPLICIT_DENY else ()
            yield Remaining(fingerprint=finding.fingerprint, why=why, evidence=_of(denials, Action.DENY))


def _of(evidence: tuple[Evidence, ...], action: Action) -> tuple[Evidence, ...]:
    return tuple(rule for rule in evidence if rule.action is action)


def _why(finding: Finding, after: Result, options: RepairOptions, work: list[_Work]) -> RemainingReason:
    return _refusal(finding, options) or _obstacle(finding, after, work)


def _refusal(finding: Finding, options: RepairOptions) -> RemainingReason | None:
    """The reason why the repair does not try to resolve a finding, if it does not."""
    if finding.code in _OTHER_FILTERS:
        return RemainingReason.OTHER_FILTER
    if finding.direction is None or not finding.security_groups:
        return RemainingReason.NOT_RULES
    if not options.asks_for(finding):
        return RemainingReason.LESS_SEVERE
    if finding.code is Code.EXCESS_ACCESS and not options.may_close:
        return RemainingReason.CLOSE_EXCESS
    if finding.code is Code.REQUIRED_TRAFFIC_BLOCKED and finding.evidence and not options.override_drops:
        return RemainingReason.EXPLICIT_DENY
    return None


def _obstacle(finding: Finding, after: Result, work: list[_Work]) -> RemainingReason:
    stack_key = _stack_key(finding)
    own = next(
        work_item
        for work_item in work
        if stack_key in work_item.component.stack_keys and work_item.component.direction is finding.direction
    )
    if own.choice is None:
        return RemainingReason.UNPROVED
    if finding.fingerprint in own.choice.without_room:
        return RemainingReason.QUOTA
    assert finding.direction is not None  # noqa: S101 - refused before
    return own.component.obstacle(finding, _left(finding, _now(after, (stack_key, finding.direction))))


def _stack_key(finding: Finding) -> ClusterStackKey:
    return finding.cluster_id, finding.stack_key


def _left(finding: Finding, now: DirectionResult) -> PacketSet:
    """The packets of a finding that the repair does not resolve."""
    if finding.code is Code.REQUIRED_TRAFFIC_BLOCKED:
        return finding.packets - now.allowed
    return finding.packets & (now.allowed | now.undecided)


def _sides(result: Result) -> Iterator[tuple[tuple[ClusterStackKey, Direction], DirectionResult]]:
    for cluster in result.clusters:
        for stack in cluster.stacks:
            for direction in Direction:
                stack_key = (cluster.cluster.cluster_id, stack.stack_key)
                yield (stack_key, direction), stack.direction(direction)


def _now(after: Result, side: tuple[ClusterStackKey, Direction]) -> DirectionResult:
    (cluster_id, key), direction = side
    return next(
        stack.direction(direction)
        for cluster in after.clusters
        if cluster.cluster.cluster_id == cluster_id
        for stack in cluster.stacks
        if stack.stack_key == key
    )


def _prove(result: Result, after: Result) -> None:
    for (stack_key, direction), _ in _sides(result):
        if not _is_proved(result, after, (stack_key,), direction):
            raise AuditorError("repair-unproved", cluster=stack_key[0], direction=direction)


def _is_proved(result: Result, after: Result, stack_keys: tuple[ClusterStackKey, ...], direction: Direction) -> bool:
    """Whether the invariant of the module holds for the stacks with these keys."""
    named: dict[tuple[ClusterStackKey, Code], list[PacketSet]] = {}
    for finding in result.findings:
        if finding.direction is direction:
            named.setdefault((_stack_key(finding), finding.code), []).append(finding.packets)
    of_any_stack = union(
        packets for (_, code), parts in named.items() if code is Code.REQUIRED_TRAFFIC_BLOCKED for packets in parts
    )
    for (stack_key, towards), was in _sides(result):
        if towards is direction and stack_key in stack_keys:
            now = _now(after, (stack_key, direction))
            missing = union(named.get((stack_key, Code.REQUIRED_TRAFFIC_BLOCKED), ()))
            excess = union(named.get((stack_key, Code.EXCESS_ACCESS), ()))
            opened, closed = now.allowed - was.allowed, was.allowed - now.allowed
            if stack_key[1][1] is not Attachment.PRIMARY:
                missing |= was.permitted & of_any_stack
            if not opened <= missing or not closed <= excess or now.undecided != was.undecided:
                return False
    return True
