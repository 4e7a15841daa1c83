"""What of all that is asked of a bench can be had: everything, or the worst findings that go together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from auditor.comparator.compare import compare
from auditor.comparator.repair.component import (
    Bound,
    CandidateChange,
    Goal,
    RepairOptions,
    StackComponent,
    changed,
    components,
)
from auditor.comparator.repair.edits import RuleEntry, renumbered, steps
from auditor.comparator.stacks import stacks
from auditor.errors import AuditorError
from auditor.model.baseline import Policy
from auditor.model.findings import Code, DirectionResult, Evidence, Finding, Result
from auditor.model.outcomes import GroupChange, Proof, Remaining, RemainingReason, Repair
from auditor.model.packets import PacketSet, union
from auditor.model.rules import Action, Direction, SecurityGroup
from auditor.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The change chosen, and the fingerprints of the findings that a group has no room to resolve."""

    draft: CandidateChange
    crowded: frozenset[str] = frozenset()


def choose(bench: StackComponent) -> Choice:
    """The change that does the most: all of it where that can be carried out, else the worst first.

    What cannot be had together is halved until each half can or is one finding; of an excess that cannot be closed
    whole, what rules that deny can close is closed.
    """
    taken: tuple[Goal, ...] = ()
    best = CandidateChange(lists=bench.as_read(), safe=True)
    crowded: set[str] = set()
    waiting = [tuple(bench.aims())]
    while waiting:
        some = waiting.pop()
        draft = bench.draft((*taken, *some)) if some else best
        if draft.stands:
            taken, best = (*taken, *some), draft
        elif len(some) > 1:
            middle = len(some) // 2
            waiting += [some[middle:], some[:middle]]
        elif draft.safe:
            crowded.add(some[0].fingerprint)
        else:
            waiting += _part(bench, some[0])
    return Choice(draft=best, crowded=frozenset(crowded))


def _part(bench: StackComponent, aim: Goal) -> list[tuple[Goal, ...]]:
    part = bench.closable(aim) if aim.action is Action.DENY else aim.packets
    return [(replace(aim, packets=part),)] if part and part != aim.packets else []


_Key: TypeAlias = tuple[str, str, Direction]
_Edits: TypeAlias = Mapping[_Key, tuple[RuleEntry, ...]]


def repair(result: Result, policy: Policy, today: date, wish: RepairOptions) -> Repair:
    """The first of what :func:`repaired` gives."""
    return repaired(result, policy, today, wish)[0]


def repaired(result: Result, policy: Policy, today: date, wish: RepairOptions) -> tuple[Repair, Result]:
    """The smallest change found that closes what ``wish`` allows of the findings, proved, and what is found after it.

    ``result`` must be ``compare(snapshot, policy, today)``. The proof is over every stack of the snapshot: nothing is
    opened but what a finding says is missing there, nothing closed but what one says is open in excess. The part of a
    change that fails its proof is left out; should the rest fail as well, :class:`AuditorError` is raised.
    """
    work = [_Work(bench, choose(bench)) for bench in components(result, wish)]
    after = _carried_out(result, work, policy, today)
    failed = [one for one in work if not _is_proved(result, after, one.bench.bounds, one.bench.direction)]
    if failed:
        work = [_Work(one.bench, None) if one in failed else one for one in work]
        after = _carried_out(result, work, policy, today)
    _prove(result, after)
    proof = Proof(
        resolved=tuple(finding.fingerprint for finding in _targets(result, wish) if _is_resolved(finding, after)),
        remaining=tuple(_remaining(result, after, wish, work)),
        opened=union(_now(after, bound).allowed - was.allowed for bound, was in _sides(result)),
        closed=union(was.allowed - _now(after, bound).allowed for bound, was in _sides(result)),
    )
    changes = (change for one in work for change in _changes(result, one))
    return Repair(changes=tuple(sorted(changes, key=_place)), proof=proof), after


@dataclass(frozen=True, slots=True)
class _Work:
    """A bench with what was chosen for it; nothing where that failed its proof."""

    bench: StackComponent
    choice: Choice | None

    @property
    def lists(self) -> dict[str, tuple[RuleEntry, ...]]:
        """The lists that change."""
        return {} if self.choice is None else dict(changed(self.choice.draft.lists, self.bench.before))


def _carried_out(result: Result, work: Iterable[_Work], policy: Policy, today: date) -> Result:
    edits = {
        (one.bench.region, group, one.bench.direction): listed for one in work for group, listed in one.lists.items()
    }
    return compare(patched(result.snapshot, edits), policy, today)


def patched(snapshot: Snapshot, edits: _Edits) -> Snapshot:
    """The snapshot as it would be read after the change."""
    return replace(snapshot, security_groups=tuple(_patched(group, edits) for group in snapshot.security_groups))


def _patched(group: SecurityGroup, edits: _Edits) -> SecurityGroup:
    for direction in Direction:
        listed = edits.get((group.region, group.security_group_id, direction))
        if listed is not None:
            rules = renumbered(listed)
            group = replace(group, ingress=rules) if direction is Direction.INGRESS else replace(group, egress=rules)
    return group


def _changes(result: Result, work: _Work) -> Iterator[GroupChange]:
    bench = work.bench
    early = work.choice.draft.early if work.choice is not None else frozenset()
    for group, listed in work.lists.items():
        held = result.snapshot.group_by_id[bench.region, group]
        yield GroupChange(
            region=bench.region,
            security_group_id=group,
            direction=bench.direction,
            version=held.version,
            steps=steps(bench.before[group], listed, early=group in early),
            after=renumbered(listed),
            shared_with=_sharers(result, bench.region, group),
        )


def _place(change: GroupChange) -> tuple[str, str, str]:
    return change.region, change.security_group_id, change.direction


def _sharers(result: Result, region: str, group: str) -> tuple[str, ...]:
    """Who binds a group: stacks as ``cluster/role``, and instances that are nodes of no audited cluster."""
    found, nodes = set(), set()
    for cluster in result.clusters:
        nodes |= {name for node in cluster.cluster.nodes for name in (node.node_id, node.instance_id)}
        if cluster.cluster.region == region:
            bound = (stack for stack in stacks(cluster.cluster) if group in stack.security_groups)
            found |= {f"{cluster.cluster.cluster_id}/{stack.role}" for stack in bound}
    membership = result.snapshot.membership_by_id.get((region, group))
    if membership is not None:
        found |= {member.instance_id for member in membership.members if member.instance_id} - nodes
    return tuple(sorted(found))


def _targets(result: Result, wish: RepairOptions) -> Iterator[Finding]:
    for finding in result.findings:
        about_rules = finding.code in (Code.SHADOWED_RULE, Code.REDUNDANT_RULE)
        asked = not wish.clusters or finding.cluster_id in wish.clusters
        if asked and finding.waiver is None and not about_rules:
            yield finding


def _is_resolved(finding: Finding, after: Result) -> bool:
    if finding.direction is None:
        return False
    return not _left(finding, _now(after, (_bound(finding), finding.direction)))


def _remaining(result: Result, after: Result, wish: RepairOptions, work: list[_Work]) -> Iterator[Remaining]:
    for finding in _targets(result, wish):
        if not _is_resolved(finding, after):
            why = _why(finding, after, wish, work)
            denials = finding.evidence if why is RemainingReason.EXPLICIT_DENY else ()
            yield Remaining(fingerprint=finding.fingerprint, why=why, evidence=_of(denials, Action.DENY))


def _of(evidence: tuple[Evidence, ...], action: Action) -> tuple[Evidence, ...]:
    return tuple(rule for rule in evidence if rule.action is action)


def _why(finding: Finding, after: Result, wish: RepairOptions, work: list[_Work]) -> RemainingReason:
    if finding.direction is None:
        return RemainingReason.NOT_RULES
    if finding.code is Code.EXCESS_ACCESS and not wish.close_excess:
        return RemainingReason.CLOSE_EXCESS
    if finding.code is Code.REQUIRED_TRAFFIC_BLOCKED and finding.evidence and not wish.override_drops:
        return RemainingReason.EXPLICIT_DENY
    bound = _bound(finding)
    own = next(one for one in work if bound in one.bench.bounds and one.bench.direction is finding.direction)
    if own.choice is None:
        return RemainingReason.UNPROVED
    if finding.fingerprint in own.choice.crowded:
        return RemainingReason.QUOTA
    return own.bench.obstacle(finding, _left(finding, _now(after, (bound, finding.direction))))


def _bound(finding: Finding) -> Bound:
    return finding.cluster_id, finding.role, finding.security_groups


def _left(finding: Finding, now: DirectionResult) -> PacketSet:
    """The packets of a finding that are as they were."""
    if finding.code is Code.REQUIRED_TRAFFIC_BLOCKED:
        return finding.packets - now.allowed
    return finding.packets & (now.allowed | now.undecided)


def _sides(result: Result) -> Iterator[tuple[tuple[Bound, Direction], DirectionResult]]:
    for cluster in result.clusters:
        for stack in cluster.stacks:
            for direction in Direction:
                bound = (cluster.cluster.cluster_id, stack.role, stack.security_groups)
                yield (bound, direction), stack.direction(direction)


def _now(after: Result, side: tuple[Bound, Direction]) -> DirectionResult:
    (cluster_id, role, groups), direction = side
    return next(
        stack.direction(direction)
        for cluster in after.clusters
        if cluster.cluster.cluster_id == cluster_id
        for stack in cluster.stacks
        if (stack.role, stack.security_groups) == (role, groups)
    )


def _prove(result: Result, after: Result) -> None:
    for (bound, direction), _ in _sides(result):
        if not _is_proved(result, after, (bound,), direction):
            raise AuditorError("repair-unproved", cluster=bound[0], direction=direction)


def _is_proved(result: Result, after: Result, bounds: tuple[Bound, ...], direction: Direction) -> bool:
    """Nothing opened that no finding calls missing, nothing closed that no finding calls excess, nothing unsettled."""
    said: dict[tuple[Bound, Code], list[PacketSet]] = {}
    for finding in result.findings:
        if finding.direction is direction:
            said.setdefault((_bound(finding), finding.code), []).append(finding.packets)
    for (bound, towards), was in _sides(result):
        if towards is direction and bound in bounds:
            now = _now(after, (bound, direction))
            missing = union(said.get((bound, Code.REQUIRED_TRAFFIC_BLOCKED), ()))
            excess = union(said.get((bound, Code.EXCESS_ACCESS), ()))
            opened, closed = now.allowed - was.allowed, was.allowed - now.allowed
            if not opened <= missing or not closed <= excess or now.undecided != was.undecided:
                return False
    return True
