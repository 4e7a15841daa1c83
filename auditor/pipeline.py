"""Runs the steps of a command on a snapshot: compare, explain, fix, diff and judge a planned change.

The commands of ``cli`` read snapshots and write reports; this module does no I/O. Each step imports its own modules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from auditor.comparator import compare as comparison
from auditor.model.addresses import is_address
from auditor.model.baseline import Policy
from auditor.model.clusters import Cluster, Role
from auditor.model.earlier import EarlierFinding
from auditor.model.evidence import EvidenceKind
from auditor.model.findings import ClusterResult, Finding, Result, StackResult
from auditor.model.gaps import Gap
from auditor.model.snapshot import Account, Snapshot
from auditor.reporter.text.packets import example

if TYPE_CHECKING:
    from auditor.comparator.repair.goals import RepairOptions
    from auditor.model.outcomes import Difference, EarlierFindings, Explanation, Flow, Repair
    from auditor.reporter.merged_report import Expected, MergePart
    from auditor.whatif.planned import Planned
    from auditor.words import MessageText


def compare(snapshot: Snapshot, policy: Policy, today: date, earlier: EarlierFindings | None = None) -> Result:
    """Audit ``snapshot`` by ``policy`` on the day ``today``.

    With ``earlier``, the findings and gaps of an earlier report, each finding and gap is marked as known or new.
    """
    (result,) = compare_accounts((snapshot,), policy, today, earlier)
    return result


def compare_accounts(
    snapshots: Sequence[Snapshot], policy: Policy, today: date, earlier: EarlierFindings | None = None
) -> tuple[Result, ...]:
    """Audit the snapshot of each account alone, since ids of other accounts are no neighbours.

    ``earlier`` is as for :func:`compare`; it may be a report of several accounts.
    """
    results = tuple(comparison.compare(snapshot, policy, today) for snapshot in snapshots)
    if earlier is None:
        return results
    from auditor.comparator.sightings import read_moment, with_earlier

    return tuple(
        with_earlier(result, part, read_moment(result.snapshot, today))
        for result, part in zip(results, _earlier_of_each(results, earlier), strict=True)
    )


def _earlier_of_each(results: Sequence[Result], earlier: EarlierFindings) -> tuple[EarlierFindings, ...]:
    """The earlier findings of the account of each result.

    A finding of no account or cluster of the run is in the first part, whose result says that it is unknown now.
    """
    accounts = {result.snapshot.account.id: index for index, result in enumerate(results) if result.snapshot.account}
    clusters = {item.cluster.cluster_id: index for index, result in enumerate(results) for item in result.clusters}
    parts: list[dict[str, EarlierFinding]] = [{} for _ in results]
    for before in (*earlier.findings.values(), *earlier.others):
        by_cluster = clusters.get(before.cluster_id, 0)
        if before.account in accounts:
            parts[accounts[before.account]][before.fingerprint] = before
        else:
            parts[by_cluster].setdefault(before.fingerprint, before)
    return tuple(replace(earlier, findings=part, others=()) for part in parts)


RecordParts: TypeAlias = Callable[[Sequence[Result], bool], Sequence[Result]]
"""Adds results to a history; the flag says whether nothing is missing that is in none of them."""


def merge(
    parts: Sequence[MergePart],
    damaged: Sequence[Gap],
    expected: Expected,
    earlier: EarlierFindings | None = None,
    record: RecordParts | None = None,
) -> Result:
    """Unite the reports ``parts`` of a merge; ``damaged`` are the gaps of the files that are no report.

    The order of the parts does not matter. With ``earlier``, findings and gaps are marked as in :func:`compare`.
    ``record`` adds the results of the parts to a history and marks them; it is told whether the union has no gap of its
    own. What the history says of the age of a finding counts.
    """
    from auditor.comparator.merge import unite, united_vanished
    from auditor.comparator.sightings import read_moment, with_earlier
    from auditor.reporter import merged_report

    ordered = sorted(parts, key=lambda part: part.order)
    results = merged_report.results_of(ordered, expected)
    union = unite(results) if results else merged_report.NO_REPORT
    gaps = [*((gap, ()) for gap in damaged), *merged_report.united_gaps(union, ordered, expected)]
    if record is not None and results:
        union = unite(record(results, not gaps))
    union = merged_report.with_gaps(merged_report.with_fields(union, ordered, expected), gaps)
    if earlier is None:
        return union
    views = _views(union)
    compared = [
        with_earlier(view, part, read_moment(union.snapshot, expected.today))
        for view, part in zip(views, _earlier_of_each(views, earlier), strict=True)
    ]
    marked = {(item.account, item.fingerprint): item for view in compared for item in view.findings}
    findings = ((own, marked[own.account, own.fingerprint]) for own in union.findings)
    return replace(
        union,
        findings=tuple(replace(later, sighting=own.sighting or later.sighting) for own, later in findings),
        known_gaps=earlier.gaps,
        vanished=united_vanished(compared),
    )


def _views(union: Result) -> tuple[Result, ...]:
    """The part of each account of a union: findings of two accounts may have the same fingerprint."""
    accounts = {item.account for item in union.findings} | {item.cluster.account for item in union.clusters}
    return tuple(
        replace(
            union,
            snapshot=replace(union.snapshot, account=Account(id=account) if account else None),
            findings=tuple(item for item in union.findings if item.account == account),
            clusters=tuple(item for item in union.clusters if item.cluster.account == account),
        )
        for account in sorted(accounts)
    ) or (union,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainTarget:
    """The stacks of a cluster on which a flow is tried: of a role, all, or of a node, pool, interface or add-on."""

    cluster: Cluster
    role: Role | None = None
    node: str = ""
    listener: str = ""
    """The id of a listener or load balancer through which the flow comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Explanations of a flow on stacks, and the gaps that leave a verdict open or may hide a stack."""

    explanations: tuple[Explanation, ...]
    gaps: tuple[Gap, ...]


def explain(snapshot: Snapshot, policy: Policy, target: ExplainTarget, flow: Flow) -> Explained:
    """Explain ``flow`` on each stack of ``target``. Its peer is an address, or the id of a group, cluster or machine.

    Without explanations and gaps, no packet of the flow exists.
    """
    from auditor.comparator.explain import explain as explain_flow
    from auditor.comparator.explain import hidden_stack_gaps, undecided_gaps
    from auditor.comparator.explain_listener import explain_listener

    if not is_address(flow.peer):
        return _explain_peer(snapshot, policy, target, flow)
    if target.listener:
        explanations, gaps = explain_listener(snapshot, policy, target.cluster, flow, target.listener)
        gaps |= undecided_gaps(snapshot, explanations)
        return Explained(explanations=explanations, gaps=tuple(sorted(gaps)))
    explanations = explain_flow(snapshot, policy, target.cluster, flow, role=target.role, node=target.node)
    gaps = undecided_gaps(snapshot, explanations) | hidden_stack_gaps(target.cluster, target.role, target.node)
    return Explained(explanations=explanations, gaps=tuple(sorted(gaps)))


def _explain_peer(snapshot: Snapshot, policy: Policy, target: ExplainTarget, flow: Flow) -> Explained:
    from auditor.comparator.explain import Explainer, hidden_stack_gaps, undecided_gaps
    from auditor.comparator.explain_listener import path_gaps
    from auditor.comparator.peers import explain_peer, explain_peer_through_listener, peer_addresses
    from auditor.model.outcomes import FlowVerdict

    peer = peer_addresses(snapshot, policy, target.cluster, flow.peer).of(flow.protocol)
    explainer = Explainer(snapshot, policy, target.cluster)
    if target.listener:
        explanations = explain_peer_through_listener(explainer, peer, flow, target.listener)
        gaps = path_gaps(explainer, explanations)
    else:
        explanations = explain_peer(explainer, peer, flow, role=target.role, node=target.node)
        gaps = hidden_stack_gaps(target.cluster, target.role, target.node)
    gaps |= undecided_gaps(snapshot, explanations)
    if any(explanation.verdict is FlowVerdict.UNKNOWN for explanation in explanations):
        gaps |= peer.gaps
    return Explained(explanations=explanations, gaps=tuple(sorted(gaps)))


def uncompared(snapshot: Snapshot, policy: Policy, gaps: tuple[Gap, ...], cluster: Cluster | None = None) -> Result:
    """A result without a comparison, for reports that need the names of the snapshot and the gaps of ``cluster``."""
    return Result(
        baseline=policy.baseline,
        snapshot=snapshot,
        clusters=()
        if cluster is None
        else (
            ClusterResult(
                cluster=cluster,
                container=(),
                cluster_network=(),
                stacks=(),
                baseline=policy.for_cluster(cluster).baseline,
                gaps=gaps,
            ),
        ),
        findings=(),
        gaps=gaps,
    )


def explain_finding(result: Result, policy: Policy, finding: Finding) -> Explained:
    """Explain an example packet of ``finding`` on the stack of the finding; empty for a finding without packets."""
    from auditor.comparator.explain import explain as explain_flow
    from auditor.comparator.explain import undecided_gaps
    from auditor.comparator.explain_listener import explain_listener
    from auditor.model.outcomes import Flow

    if not finding.packets or finding.direction is None:
        return Explained(explanations=(), gaps=())
    packet = example(finding.packets)
    flow = Flow(direction=finding.direction, protocol=packet.protocol, port=packet.port, peer=packet.address)
    cluster = next(audited.cluster for audited in result.clusters if audited.cluster.cluster_id == finding.cluster_id)
    listener = next((item.resource_id for item in finding.resources if item.kind is EvidenceKind.LISTENER), "")
    of_cluster = (
        explain_listener(result.snapshot, policy, cluster, flow, listener)[0]
        if listener
        else explain_flow(result.snapshot, policy, cluster, flow, role=finding.role)
    )
    explanations = tuple(explanation for explanation in of_cluster if explanation.stack_key == finding.stack_key)
    return Explained(explanations=explanations, gaps=tuple(sorted(undecided_gaps(result.snapshot, explanations))))


def stacks_of(result: Result, target: ExplainTarget) -> tuple[tuple[ClusterResult, StackResult], ...]:
    """The stacks of ``target`` in the result of an audit."""
    return tuple(
        (audited, stack)
        for audited in result.clusters
        if (audited.cluster.region, audited.cluster.cluster_id) == (target.cluster.region, target.cluster.cluster_id)
        for stack in audited.stacks
        if target.role in (None, stack.role)
        and (not target.node or target.node in (*stack.nodes, *stack.node_pools, *stack.interfaces, *stack.add_ons))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A repair, the result before it, and the result of an audit after it."""

    repair: Repair
    before: Result
    after: Result


def fix(snapshot: Snapshot, policy: Policy, today: date, options_for: Callable[[Result], RepairOptions]) -> Fixed:
    """Audit ``snapshot`` and compute the smallest change of rules that resolves the findings.

    ``options_for`` makes the options from the result of the audit, since they may name findings.
    """
    from auditor.comparator.repair.repair import repaired

    before = comparison.compare(snapshot, policy, today)
    repair, after = repaired(before, policy, today, options_for(before))
    return Fixed(repair=repair, before=before, after=after)


def differ(old: Snapshot, new: Snapshot, policy: Policy, today: date) -> tuple[Difference, Result, Result]:
    """Audit both snapshots by the same policy on the same day, and compute their difference."""
    from auditor.comparator.diff import difference

    before, after = comparison.compare_both(old, new, policy, today)
    return difference(before, after), before, after


def judge(snapshot: Snapshot, planned: Planned, policy: Policy, today: date, text: MessageText) -> Result:
    """Audit the state after a planned change; the result has the findings that the change introduces and resolves."""
    from auditor.comparator.waivers import waive_gaps
    from auditor.whatif import verdict

    before, after = comparison.compare_both(snapshot, planned.snapshot, policy, today)
    judged = verdict.judge_change(before, after, planned, text)
    return waive_gaps(judged, policy.waivers, today)
