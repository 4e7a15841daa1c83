"""Finds statements of a JSON report that its own content does not bear out, so that ``merge`` does not pass them on.

A report can be cut, edited by hand or written by another version. A cluster of which it says too little is no
compliant cluster, and a report that shows less than it counts is incomplete.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.codes import Severity, Verdict
from auditor.model.findings import Status
from auditor.reporter.models import ClusterPart, Report
from auditor.reporter.verdict import threshold

_UNDECIDED = (Verdict.UNKNOWN, Verdict.NOT_AUDITED)
_LEFT_ALONE = (Verdict.EMPTY, Verdict.EXCLUDED)


def of_report(report: Report) -> str | None:
    """The message id of a doubt about the whole report; ``None`` without one."""
    if report.get("filter") is None and _lacks_findings(report):
        return "union-lacks-findings"
    if report["gaps"]:
        return None
    verdicts = {cluster["verdict"] for cluster in report["clusters"]}
    if not verdicts:
        return "union-unexplained"
    is_explained = report["complete"] or verdicts & set(_UNDECIDED) or verdicts <= set(_LEFT_ALONE)
    return None if is_explained else "union-unexplained"


def of_clusters(report: Report) -> Iterator[tuple[ClusterPart, str]]:
    """The clusters with a verdict that is in doubt, each with a message id."""
    is_whole = report.get("filter") is None
    has_reason = any(gap["waiver"] is None for gap in report["gaps"])
    counted = _counted(report) if is_whole else set()
    for cluster in report["clusters"]:
        verdict = cluster["verdict"]
        if verdict is Verdict.COMPLIANT and _is_unjudged(cluster):
            yield cluster, "union-not-judged"
        elif verdict in _UNDECIDED and not cluster["gaps"] and not has_reason:
            yield cluster, "union-no-reason"
        elif verdict is Verdict.NON_COMPLIANT and is_whole and _place(cluster) not in counted:
            yield cluster, "union-no-finding"


def _lacks_findings(report: Report) -> bool:
    """Whether the summary counts more findings than the report has. What the report has counts anyway."""
    listed = [finding["severity"] for finding in report["findings"] if finding["waiver"] is None]
    summary = report["summary"]
    counts = {
        Severity.CRITICAL: summary["findings"]["critical"],
        Severity.HIGH: summary["findings"]["high"],
        Severity.MEDIUM: summary["findings"]["medium"],
        Severity.LOW: summary["findings"]["low"],
        Severity.INFO: summary["findings"]["info"],
    }
    is_cut = any(number > listed.count(severity) for severity, number in counts.items())
    return is_cut or summary["clusters"] > len(report["clusters"]) or not _blocked(report) <= _required(report)


def _blocked(report: Report) -> set[tuple[str, str, str]]:
    """Region and id of each cluster with the requirements that it does not meet."""
    return {
        (*_place(cluster), requirement["id"])
        for cluster in report["clusters"]
        for stack in cluster["stacks"]
        for requirement in stack["requirements"]
        if requirement["status"] in (Status.PARTIAL, Status.BLOCKED)
    }


def _required(report: Report) -> set[tuple[str, str, str]]:
    """The same of the findings."""
    return {(item["region"], item["cluster_id"], item["requirement_id"] or "") for item in report["findings"]}


def _is_unjudged(cluster: ClusterPart) -> bool:
    """Whether a cluster has no stack, or a stack with a requirement that was not decided."""
    statuses = {requirement["status"] for stack in cluster["stacks"] for requirement in stack["requirements"]}
    return not cluster["stacks"] or Status.UNKNOWN in statuses


def _counted(report: Report) -> set[tuple[str, str]]:
    """Region and id of the clusters with a finding that makes them non-compliant."""
    least = report.get("fail_on")
    worst = threshold(least if isinstance(least, Severity) else None)
    return {
        (finding["region"], finding["cluster_id"])
        for finding in report["findings"]
        if finding["waiver"] is None and finding["severity"].rank <= worst.rank
    }


def _place(cluster: ClusterPart) -> tuple[str, str]:
    return cluster["region"], cluster["cluster_id"]
