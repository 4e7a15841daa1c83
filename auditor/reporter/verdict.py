"""Verdicts and the threshold: the one place that decides what every report and the exit code say about a result.

A cluster has a verdict (:func:`cluster_verdict`), a run has the verdict of its worst cluster (:func:`run_verdict`), a
planned change has a verdict on what it introduces (:func:`change_verdict`). Findings count by their severity and the
threshold of ``--fail-on`` (:func:`reaches`), and of a change only those that it introduces may count
(:func:`is_judged`, :func:`judged_gaps`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from auditor.errors import ExitCode
from auditor.model.changes import Change
from auditor.model.clusters import Attachment, Role
from auditor.model.codes import Severity, Verdict
from auditor.model.findings import ClusterResult, Finding, Result, Status, severity_counts
from auditor.model.gaps import NOT_AUDITED, NOTHING_JUDGED, Gap
from auditor.reporter.options import RenderOptions

WORST_FIRST = (
    Verdict.NON_COMPLIANT,
    Verdict.UNKNOWN,
    Verdict.NOT_AUDITED,
    Verdict.COMPLIANT,
    Verdict.EMPTY,
    Verdict.EXCLUDED,
)
"""Verdicts in the order of reports. Where several apply, the first counts."""

COUNTED = WORST_FIRST[:4]
"""The verdicts that make the verdict of a run: an empty or excluded cluster counts for nothing."""


class Weighed(Protocol):
    """A finding of this run, or a finding of an earlier report."""

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        ...

    @property
    def waiver(self) -> object | None:
        """The waiver that takes it out of the verdict."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterVerdict:
    """A cluster's verdict with its reasons. ``counts`` are unwaived findings; absent severities are zero."""

    verdict: Verdict
    counts: Counter[Severity]
    waived: int
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """How much was audited: distinct nodes, Masters and groups of the stacks. A group is told apart by its region."""

    clusters: int
    nodes: int
    masters: int
    security_groups: int


def reaches(finding: Weighed, least: Severity | None) -> bool:
    """Whether a finding is unwaived and at or above the severity ``least``; never where ``least`` is ``None``."""
    return least is not None and finding.waiver is None and finding.severity.rank <= least.rank


def threshold(fail_on: Severity | None) -> Severity:
    """The least severity that makes a verdict non-compliant: medium, or a stricter ``--fail-on``."""
    return max(Severity.MEDIUM, fail_on or Severity.MEDIUM, key=lambda severity: severity.rank)


def is_judged(finding: Finding, result: Result, options: RenderOptions) -> bool:
    """Whether the exit code looks at a finding: always, unless a change left it as it was and that does not count."""
    return not options.introduced_only or result.change is None or finding.fingerprint in result.change.introduced


def judged_gaps(result: Result, options: RenderOptions) -> tuple[Gap, ...]:
    """The gaps that the exit code looks at: of a change those that it brings or touches, unless all findings count."""
    return result.gaps_of_change() if options.introduced_only else result.gaps


def cluster_verdicts(result: Result, fail_on: Severity | None) -> tuple[tuple[ClusterResult, ClusterVerdict], ...]:
    """Every cluster with its verdict, in the order of the result.

    Non-compliant with an unwaived finding of medium or worse, or at the threshold where that is stricter: a lenient
    ``--fail-on`` changes the exit code, not the truth. Unknown with a gap, waived or not, or anything undecided that
    could still be a finding. A cluster without a judged stack is never compliant.
    """
    findings: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in result.every_finding:
        findings.setdefault(_key(finding), []).append(finding)
    return tuple(
        (cluster_result, _judge(cluster_result, findings.get(_cluster_key(cluster_result), []), fail_on))
        for cluster_result in result.clusters
    )


def worst_first(judged: ClusterVerdict) -> tuple[int, ...]:
    """A sort key: by verdict, then by the number of findings of each severity, the worst severity first."""
    return (WORST_FIRST.index(judged.verdict), *(-judged.counts[severity] for severity in Severity))


def run_verdict(result: Result, fail_on: Severity | None) -> Verdict:
    """The verdict on the run: that of its worst cluster, and never better than a gap that belongs to no cluster."""
    verdicts = {judged.verdict for _, judged in cluster_verdicts(result, fail_on)}
    if any(gap.code not in (NOT_AUDITED, NOTHING_JUDGED) for gap in result.gaps):
        verdicts.add(Verdict.UNKNOWN)
    return next((verdict for verdict in COUNTED if verdict in verdicts), Verdict.NOT_AUDITED)


def change_verdict(result: Result, introduced: Iterable[Finding], options: RenderOptions) -> Verdict:
    """The verdict on a planned change from the findings that it introduces and the gaps that the exit code looks at."""
    least = threshold(options.fail_on)
    if any(reaches(finding, least) for finding in introduced):
        return Verdict.NON_COMPLIANT
    return Verdict.UNKNOWN if open_gaps(result, options) else Verdict.COMPLIANT


def resolved_findings(change: Change) -> tuple[Finding, ...]:
    """The findings that a change resolves, worst first, as they were before it."""
    before = change.before.findings if change.before is not None else ()
    resolved = {item.fingerprint: item for item in before if item.fingerprint in change.resolved}
    return tuple(sorted(resolved.values(), key=lambda item: item.severity.rank))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedVerdict:
    """A cluster with another verdict than before a planned change."""

    region: str
    cluster_id: str
    before: Verdict
    after: Verdict


def changed_verdicts(result: Result, change: Change, fail_on: Severity | None) -> tuple[ChangedVerdict, ...]:
    """The clusters with another verdict than before ``change``, in the order of the result."""
    if change.before is None:
        return ()
    before = {_cluster_key(item): judged.verdict for item, judged in cluster_verdicts(change.before, fail_on)}
    return tuple(
        ChangedVerdict(
            region=item.cluster.region,
            cluster_id=item.cluster.cluster_id,
            before=before[_cluster_key(item)],
            after=judged.verdict,
        )
        for item, judged in cluster_verdicts(result, fail_on)
        if before.get(_cluster_key(item), judged.verdict) is not judged.verdict
    )


def open_gaps(result: Result, options: RenderOptions) -> tuple[Gap, ...]:
    """The unwaived gaps that the exit code looks at; none where the exit code is 0 all the same."""
    if options.exit_code is ExitCode.OK:
        return ()
    return tuple(gap for gap in judged_gaps(result, options) if result.gap_waiver(gap) is None)


def audited(result: Result) -> Audited:
    """The number of clusters, and of machines and groups in their stacks."""
    machines: dict[Role, set[tuple[str, str, str]]] = {role: set() for role in Role}
    groups: set[tuple[str, str, str]] = set()
    for cluster_result in result.clusters:
        cluster = cluster_result.cluster
        for stack in cluster_result.stacks:
            if stack.attachment is Attachment.PRIMARY:
                machines[stack.role].update((cluster.account, cluster.cluster_id, node) for node in stack.nodes)
            groups.update((cluster.account, cluster.region, group) for group in stack.security_groups)
    return Audited(
        clusters=len(result.clusters),
        nodes=len(machines[Role.NODE]),
        masters=len(machines[Role.MASTER]),
        security_groups=len(groups),
    )


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.account, finding.region, finding.cluster_id


def _cluster_key(cluster_result: ClusterResult) -> tuple[str, str, str]:
    cluster = cluster_result.cluster
    return cluster.account, cluster.region, cluster.cluster_id


def _judge(cluster_result: ClusterResult, findings: list[Finding], fail_on: Severity | None) -> ClusterVerdict:
    return ClusterVerdict(
        verdict=_verdict(cluster_result, findings, threshold(fail_on)),
        counts=severity_counts(findings),
        waived=sum(finding.waiver is not None for finding in findings),
        gaps=cluster_result.gaps,
    )


def _verdict(cluster_result: ClusterResult, findings: list[Finding], least: Severity) -> Verdict:
    if cluster_result.unjudged is Verdict.EXCLUDED:
        return Verdict.EXCLUDED
    if any(reaches(finding, least) for finding in findings):
        return Verdict.NON_COMPLIANT
    if any(gap.code != NOT_AUDITED for gap in cluster_result.gaps):
        return Verdict.UNKNOWN if cluster_result.reported is not Verdict.NON_COMPLIANT else Verdict.NON_COMPLIANT
    if cluster_result.reported is not None:
        # A non-compliant cluster with lesser findings alone is from a report with a stricter threshold.
        is_lesser = cluster_result.reported is Verdict.NON_COMPLIANT and severity_counts(findings).total()
        return Verdict.COMPLIANT if is_lesser else cluster_result.reported
    if _is_undecided(cluster_result):
        return Verdict.UNKNOWN
    return cluster_result.unjudged or Verdict.COMPLIANT


def _is_undecided(cluster_result: ClusterResult) -> bool:
    return any(
        requirement_result.status is Status.UNKNOWN or stack.ingress.undecided or stack.egress.undecided
        for stack in cluster_result.stacks
        for requirement_result in stack.requirements
    )
