from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.comparator.compare import compare
from auditor.errors import ExitCode
from auditor.model.baseline import Policy
from auditor.model.clusters import NotCovered
from auditor.model.codes import Part, Severity, Verdict
from auditor.model.findings import ClusterResult, Result
from auditor.model.snapshot import Snapshot
from auditor.reporter.options import RenderOptions
from auditor.reporter.verdict import (
    Audited,
    ClusterVerdict,
    audited,
    change_verdict,
    cluster_verdicts,
    reaches,
    run_verdict,
)
from tests.golden.policy import BASELINE
from tests.golden.samples import DEFAULT_GROUP, REGION, RESULTS, TODAY, cluster, nodes

ESTATE = RESULTS["estate"]


def of(cluster_id: str, result: Result = ESTATE) -> ClusterResult:
    return next(found for found in result.clusters if found.cluster.cluster_id == cluster_id)


def cluster_verdict(result: Result, cluster_result: ClusterResult, fail_on: Severity | None) -> ClusterVerdict:
    """The verdict on one cluster with the findings of a result."""
    [(_, judged)] = cluster_verdicts(replace(result, clusters=(cluster_result,)), fail_on)
    return judged


def with_severities(cluster_id: str, *severities: Severity) -> Result:
    """The estate whose findings are all on one cluster and of these severities."""
    findings = tuple(
        replace(ESTATE.findings[0], cluster_id=cluster_id, severity=severity, waiver=None) for severity in severities
    )
    return replace(ESTATE, findings=findings)


@pytest.mark.parametrize(
    ("cluster_id", "verdict"),
    [
        ("cls-prod0001", Verdict.NON_COMPLIANT),
        ("cls-unread01", Verdict.UNKNOWN),
        ("cls-creating", Verdict.UNKNOWN),
        ("cls-healthy1", Verdict.COMPLIANT),
    ],
)
def test_each_cluster_has_its_verdict(cluster_id: str, verdict: Verdict) -> None:
    assert cluster_verdict(ESTATE, of(cluster_id), Severity.MEDIUM).verdict is verdict


@pytest.mark.parametrize(
    ("worst", "fail_on", "verdict"),
    [
        (Severity.MEDIUM, Severity.MEDIUM, Verdict.NON_COMPLIANT),
        (Severity.LOW, Severity.MEDIUM, Verdict.COMPLIANT),
        (Severity.LOW, Severity.LOW, Verdict.NON_COMPLIANT),
        (Severity.INFO, Severity.INFO, Verdict.NON_COMPLIANT),
        (Severity.HIGH, Severity.CRITICAL, Verdict.NON_COMPLIANT),
        (Severity.HIGH, None, Verdict.NON_COMPLIANT),
        (Severity.LOW, None, Verdict.COMPLIANT),
    ],
)
def test_a_strict_threshold_counts_and_a_lenient_one_whitewashes_nothing(
    worst: Severity, fail_on: Severity | None, verdict: Verdict
) -> None:
    result = with_severities("cls-healthy1", worst)
    assert cluster_verdict(result, of("cls-healthy1"), fail_on).verdict is verdict


@pytest.mark.parametrize(
    ("not_covered", "verdict", "codes"),
    [
        ((NotCovered(kind="super-node", count=2),), Verdict.NOT_AUDITED, ["NotAudited"]),
        ((NotCovered(kind="registered-node", count=1),), Verdict.NOT_AUDITED, ["NotAudited"]),
        ((NotCovered(kind="serverless-cluster", count=1),), Verdict.NOT_AUDITED, ["NotAudited"]),
        ((NotCovered(kind="vpc-cni-pods", count=0),), Verdict.EMPTY, []),
        ((NotCovered(kind="detached-interface", count=2),), Verdict.EMPTY, []),
        ((), Verdict.EMPTY, []),
    ],
)
def test_a_cluster_without_a_judged_stack_beside_a_good_one(
    not_covered: tuple[NotCovered, ...], verdict: Verdict, codes: list[str]
) -> None:
    good = cluster("cls-good0001", "good", nodes=nodes("ins-ok", 2, "sg-default1"))
    other = cluster("cls-other001", "other", not_covered=not_covered)
    snapshot = Snapshot(regions=(REGION,), parts=tuple(Part), clusters=(good, other), security_groups=(DEFAULT_GROUP,))
    result = compare(snapshot, Policy(baseline=BASELINE), TODAY)
    assert cluster_verdict(result, of("cls-good0001", result), Severity.MEDIUM).verdict is Verdict.COMPLIANT
    assert cluster_verdict(result, of("cls-other001", result), Severity.MEDIUM).verdict is verdict
    assert [gap.code for gap in result.gaps] == codes
    assert result.complete is (verdict is Verdict.EMPTY)
    whole = Verdict.COMPLIANT if verdict is Verdict.EMPTY else verdict
    assert run_verdict(result, Severity.MEDIUM) is whole


def test_super_nodes_beside_judged_nodes_leave_the_verdict_as_it_is() -> None:
    mixed = cluster(
        "cls-mixed001",
        "mixed",
        nodes=nodes("ins-ok", 2, "sg-default1"),
        not_covered=(NotCovered(kind="super-node", count=2),),
    )
    snapshot = Snapshot(regions=(REGION,), parts=tuple(Part), clusters=(mixed,), security_groups=(DEFAULT_GROUP,))
    result = compare(snapshot, Policy(baseline=BASELINE), TODAY)
    assert cluster_verdict(result, of("cls-mixed001", result), Severity.MEDIUM).verdict is Verdict.COMPLIANT
    assert result.complete


def test_a_certain_finding_outweighs_a_gap() -> None:
    result = with_severities("cls-unread01", Severity.HIGH)
    assert cluster_verdict(result, of("cls-unread01"), Severity.MEDIUM).verdict is Verdict.NON_COMPLIANT


def test_a_finding_below_the_threshold_does_not_hide_a_gap() -> None:
    result = with_severities("cls-unread01", Severity.LOW)
    assert cluster_verdict(result, of("cls-unread01"), Severity.MEDIUM).verdict is Verdict.UNKNOWN


def test_undecided_packets_make_a_verdict_unknown_though_no_gap_is_named() -> None:
    bare = replace(of("cls-unread01"), gaps=())
    assert cluster_verdict(replace(ESTATE, findings=()), bare, Severity.MEDIUM).verdict is Verdict.UNKNOWN


def test_a_waived_finding_is_counted_apart() -> None:
    held = cluster_verdict(ESTATE, of("cls-prod0001"), Severity.MEDIUM)
    assert held.waived == 1
    assert held.counts == {Severity.CRITICAL: 1, Severity.HIGH: 5, Severity.MEDIUM: 5, Severity.INFO: 5}


def test_findings_of_another_region_with_the_same_cluster_id_do_not_count() -> None:
    elsewhere = replace(with_severities("cls-healthy1", Severity.HIGH).findings[0], region="ap-beijing")
    result = replace(ESTATE, findings=(elsewhere,))
    assert cluster_verdict(result, of("cls-healthy1"), Severity.MEDIUM).verdict is Verdict.COMPLIANT


@pytest.mark.parametrize(
    ("severity", "least", "expected"),
    [
        (Severity.MEDIUM, Severity.MEDIUM, True),
        (Severity.HIGH, Severity.MEDIUM, True),
        (Severity.LOW, Severity.MEDIUM, False),
        (Severity.CRITICAL, None, False),
    ],
)
def test_an_unwaived_finding_reaches_its_own_severity_and_lower_ones(
    severity: Severity, least: Severity | None, *, expected: bool
) -> None:
    (finding,) = with_severities("cls-healthy1", severity).findings
    assert reaches(finding, least) is expected


def test_a_waived_finding_reaches_no_threshold() -> None:
    waived = next(finding for finding in ESTATE.findings if finding.waiver is not None)
    assert not reaches(waived, Severity.INFO)


OPTIONS = RenderOptions(tool_version="0", today=TODAY, exit_code=ExitCode.INCOMPLETE)


@pytest.mark.parametrize(
    ("severities", "options", "verdict"),
    [
        ((Severity.MEDIUM,), OPTIONS, Verdict.NON_COMPLIANT),
        ((Severity.LOW,), OPTIONS, Verdict.UNKNOWN),
        ((Severity.LOW,), replace(OPTIONS, fail_on=Severity.LOW), Verdict.NON_COMPLIANT),
        ((), OPTIONS, Verdict.UNKNOWN),
        ((), replace(OPTIONS, exit_code=ExitCode.OK), Verdict.COMPLIANT),
    ],
)
def test_a_change_has_the_verdict_of_what_it_introduces_and_leaves_unread(
    severities: tuple[Severity, ...], options: RenderOptions, verdict: Verdict
) -> None:
    result = with_severities("cls-unread01", *severities)
    assert result.gaps
    assert change_verdict(result, result.findings, options) is verdict


def test_what_was_audited_is_counted_once() -> None:
    assert audited(ESTATE) == Audited(clusters=4, nodes=21, masters=3, security_groups=5)
