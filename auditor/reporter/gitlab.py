"""The ``gitlab`` format: a Code Quality report, an array of issues that a merge request shows."""

from __future__ import annotations

from auditor.model.baseline import Severity
from auditor.model.findings import Finding
from auditor.model.gaps import Gap
from auditor.model.result import Result
from auditor.reporter.fingerprints import gap_fingerprint
from auditor.reporter.json_report import Json, dump
from auditor.reporter.location import path
from auditor.reporter.options import RenderOptions
from auditor.reporter.sentences import Sentences

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def render(result: Result, options: RenderOptions) -> str:
    """Unwaived findings and gaps, each fingerprint once."""
    sentences = Sentences(result, options.lang)
    issues = [_finding(finding, result, sentences) for finding in result.findings if finding.waiver is None]
    issues += [_gap(gap, result, sentences) for gap in result.gaps]
    return dump(issues)


def _finding(finding: Finding, result: Result, sentences: Sentences) -> Json:
    said = sentences.finding(finding)
    cluster = sentences.cluster(finding.region, finding.cluster_id)
    return {
        "description": f"{cluster}: {said.title}. {said.message} {said.advice}",
        "check_name": f"{finding.code} {finding.code.finding_name}",
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path(result, finding), "lines": {"begin": 1}},
    }


def _gap(gap: Gap, result: Result, sentences: Sentences) -> Json:
    said = sentences.gap(gap)
    return {
        "description": f"{said.title}: {said.message} {said.unknown} {said.advice}",
        "check_name": gap.kind.value,
        "fingerprint": gap_fingerprint(gap),
        "severity": "critical",
        "location": {"path": path(result), "lines": {"begin": 1}},
    }
