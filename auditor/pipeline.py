"""One run between its borders: a snapshot compared, explained, repaired, held against another. No I/O of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from auditor.comparator import compare as comparison
from auditor.comparator.diff import affected, difference, marked
from auditor.comparator.explain import doubts, hidden_stacks
from auditor.comparator.explain import explain as explained
from auditor.comparator.repair.goals import RepairOptions
from auditor.comparator.repair.repair import repaired
from auditor.comparator.waivers import waive_gaps
from auditor.model.baseline import Policy
from auditor.model.clusters import Cluster, Role
from auditor.model.findings import ClusterResult, Finding, Result
from auditor.model.gaps import Gap
from auditor.model.outcomes import Difference, EarlierFindings, Explanation, Flow, Repair
from auditor.model.snapshot import Snapshot
from auditor.reporter import REPORTERS
from auditor.reporter.options import RenderOptions
from auditor.reporter.text.packets import example
from auditor.whatif import verdict
from auditor.whatif.planned import Planned
from auditor.whatif.verdict import Say


def compare(snapshot: Snapshot, policy: Policy, today: date, earlier: EarlierFindings | None = None) -> Result:
    """The result of holding ``snapshot`` against ``policy`` on ``today``.

    With ``earlier``, the findings and gaps of an earlier report, each finding and gap is marked known or new.
    """
    result = comparison.compare(snapshot, policy, today)
    if earlier is None:
        return result
    return replace(result, findings=marked(result.findings, earlier), known_gaps=earlier.gaps)


def render(result: Result, report_format: str, options: RenderOptions) -> str:
    """The text of one report; ``report_format`` is a name of ``REPORTERS``."""
    return REPORTERS[report_format](result, options)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainTarget:
    """Which stacks of a cluster a flow is tried on: one node's (or pool's) by its id, a role's, or all."""

    cluster: Cluster
    role: Role | None = None
    node: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A flow tried on stacks, and what was not read that leaves it open or hides a stack."""

    explanations: tuple[Explanation, ...]
    gaps: tuple[Gap, ...]


def explain(snapshot: Snapshot, policy: Policy, target: ExplainTarget, flow: Flow) -> Explained:
    """What becomes of ``flow`` on each stack that is asked about."""
    explanations = explained(snapshot, policy, target.cluster, flow, role=target.role, node=target.node)
    unread = doubts(snapshot, explanations) | hidden_stacks(target.cluster, target.role, target.node)
    return Explained(explanations=explanations, gaps=tuple(sorted(unread)))


def uncompared(snapshot: Snapshot, policy: Policy, gaps: tuple[Gap, ...], cluster: Cluster | None = None) -> Result:
    """A result that nothing was compared for: the snapshot's names, and the gaps that concern ``cluster``."""
    concerned = () if cluster is None else (cluster,)
    return Result(
        baseline=policy.baseline,
        snapshot=snapshot,
        clusters=tuple(
            ClusterResult(cluster=each_cluster, container=(), cluster_network=(), stacks=(), gaps=gaps)
            for each_cluster in concerned
        ),
        findings=(),
        gaps=gaps,
    )


def explain_finding(result: Result, policy: Policy, finding: Finding) -> Explained:
    """What becomes of a packet of the finding on its own stack; nothing for one that is not about packets."""
    if not finding.packets or finding.direction is None:
        return Explained(explanations=(), gaps=())
    packet = example(finding.packets)
    flow = Flow(direction=finding.direction, protocol=packet.protocol, port=packet.port, peer=packet.address)
    cluster = next(audited.cluster for audited in result.clusters if audited.cluster.cluster_id == finding.cluster_id)
    explanations = tuple(
        explanation
        for explanation in explained(result.snapshot, policy, cluster, flow, role=finding.role)
        if explanation.security_groups == finding.security_groups
    )
    return Explained(explanations=explanations, gaps=tuple(sorted(doubts(result.snapshot, explanations))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A change of rules, the result that it was made for, and that of an audit after it."""

    repair: Repair
    before: Result
    after: Result


def fix(snapshot: Snapshot, policy: Policy, today: date, wish: RepairOptions) -> Fixed:
    """The smallest change of rules that closes the findings."""
    before = comparison.compare(snapshot, policy, today)
    repair, after = repaired(before, policy, today, wish)
    return Fixed(repair=repair, before=before, after=after)


def differ(old: Snapshot, new: Snapshot, policy: Policy, today: date) -> tuple[Difference, Result, Result]:
    """Two snapshots held against the same policy on the same day, and what differs."""
    before, after = (comparison.compare(snapshot, policy, today) for snapshot in (old, new))
    return difference(before, after), before, after


def judge(snapshot: Snapshot, planned: Planned, policy: Policy, today: date, say: Say) -> Result:
    """The result of the state after the change, with what the change introduces, resolves and leaves."""
    after = comparison.compare(planned.snapshot, policy, today)
    judged = verdict.verdict(_before(snapshot, after, policy, today), after, planned, say)
    return waive_gaps(judged, policy.waivers, today)


def _before(snapshot: Snapshot, after: Result, policy: Policy, today: date) -> Result:
    """The findings and gaps before the change; clusters that it cannot reach are not compared a second time."""
    reached = affected(snapshot, after.snapshot, policy)
    kept = tuple(item for item in snapshot.clusters if (item.region, item.cluster_id) in reached)
    rest = tuple(item for item in snapshot.clusters if (item.region, item.cluster_id) not in reached)
    part = replace(snapshot, clusters=kept, neighbours=(*snapshot.neighbours, *rest))
    before = comparison.compare(part, policy, today)
    same = (finding for finding in after.findings if (finding.region, finding.cluster_id) not in reached)
    unreached = (item for item in after.clusters if (item.cluster.region, item.cluster.cluster_id) not in reached)
    gaps = {*before.gaps, *(gap for item in unreached for gap in item.gaps)}
    return replace(before, findings=(*before.findings, *same), gaps=tuple(sorted(gaps)))
