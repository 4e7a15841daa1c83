"""What became of a cluster: the verdict that every report shows, and what it counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from auditor.model.baseline import Severity
from auditor.model.clusters import Role
from auditor.model.findings import ClusterResult, Finding, Result, Status, Verdict
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
"""Verdicts in the order of reports. Where several hold, the first counts."""

COUNTED = WORST_FIRST[:4]
"""The verdicts that make the verdict of a run: an empty or excluded cluster counts for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterVerdict:
    """A cluster's verdict with what is behind it. ``counts`` are unwaived findings; absent severities are zero."""

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


def is_judged(finding: Finding, result: Result, options: RenderOptions) -> bool:
    """Whether the exit code looks at a finding. What a change leaves as it was counts where all findings do."""
    return not options.introduced_only or result.change is None or finding.fingerprint in result.change.introduced


def judged_gaps(result: Result, options: RenderOptions) -> tuple[Gap, ...]:
    """The gaps that the exit code looks at: of a change those that it brings or touches, unless all findings count."""
    return result.gaps_of_change() if options.introduced_only else result.gaps


def standing(result: Result, found: ClusterResult, fail_on: Severity | None) -> ClusterVerdict:
    """The verdict on one cluster.

    Non-compliant with an unwaived finding of medium or worse, or at the threshold where that is stricter: a lenient
    ``--fail-on`` changes the exit code, not the truth. Unknown with a gap, waived or not, or anything undecided that
    could still be a finding. A cluster without a judged stack is never compliant.
    """
    own = (found.cluster.region, found.cluster.cluster_id)
    return _standing(found, [finding for finding in result.findings if _key(finding) == own], fail_on)


def standings(result: Result, fail_on: Severity | None) -> tuple[tuple[ClusterResult, ClusterVerdict], ...]:
    """Every cluster with its verdict, in the order of the result."""
    findings: dict[tuple[str, str], list[Finding]] = {}
    for finding in result.findings:
        findings.setdefault(_key(finding), []).append(finding)
    return tuple(
        (found, _standing(found, findings.get((found.cluster.region, found.cluster.cluster_id), []), fail_on))
        for found in result.clusters
    )


def _key(finding: Finding) -> tuple[str, str]:
    return finding.region, finding.cluster_id


def _standing(found: ClusterResult, findings: list[Finding], fail_on: Severity | None) -> ClusterVerdict:
    counts = Counter(finding.severity for finding in findings if finding.waiver is None)
    return ClusterVerdict(
        verdict=_verdict(counts, found, threshold(fail_on)),
        counts=counts,
        waived=sum(finding.waiver is not None for finding in findings),
        gaps=found.gaps,
    )


def weight(stands: ClusterVerdict) -> tuple[int, ...]:
    """Sorts clusters worst first: by verdict, then by how many findings of each severity, the worst severity first."""
    return (WORST_FIRST.index(stands.verdict), *(-stands.counts[severity] for severity in Severity))


def threshold(fail_on: Severity | None) -> Severity:
    """The least severity that makes a verdict non-compliant: medium, or what a stricter ``--fail-on`` says."""
    return max(Severity.MEDIUM, fail_on or Severity.MEDIUM, key=lambda severity: severity.rank)


def run_verdict(result: Result, fail_on: Severity | None) -> Verdict:
    """The verdict on the run: that of its worst cluster, and never better than a gap that belongs to no cluster."""
    verdicts = {held.verdict for _, held in standings(result, fail_on)}
    if any(gap.code not in (NOT_AUDITED, NOTHING_JUDGED) for gap in result.gaps):
        verdicts.add(Verdict.UNKNOWN)
    return next((verdict for verdict in COUNTED if verdict in verdicts), Verdict.NOT_AUDITED)


def _verdict(counts: Counter[Severity], found: ClusterResult, least: Severity) -> Verdict:
    if found.unjudged is Verdict.EXCLUDED:
        return Verdict.EXCLUDED
    if any(severity.rank <= least.rank for severity in counts):
        return Verdict.NON_COMPLIANT
    if any(gap.code != NOT_AUDITED for gap in found.gaps) or _undecided(found):
        return Verdict.UNKNOWN
    return found.unjudged or Verdict.COMPLIANT


def _undecided(found: ClusterResult) -> bool:
    return any(
        judged.status is Status.UNKNOWN or stack.ingress.undecided or stack.egress.undecided
        for stack in found.stacks
        for judged in stack.requirements
    )


def audited(result: Result) -> Audited:
    """What the stacks of a result hold."""
    machines: dict[Role, set[tuple[str, str]]] = {role: set() for role in Role}
    groups: set[tuple[str, str]] = set()
    for found in result.clusters:
        for stack in found.stacks:
            machines[stack.role].update((found.cluster.cluster_id, node) for node in stack.nodes)
            groups.update((found.cluster.region, group) for group in stack.security_groups)
    return Audited(
        clusters=len(result.clusters),
        nodes=len(machines[Role.NODE]),
        masters=len(machines[Role.MASTER]),
        security_groups=len(groups),
    )
