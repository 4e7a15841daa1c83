"""The ``gitlab`` format: a Code Quality report, an array of issues that a merge request shows."""

from __future__ import annotations

from auditor.model.baseline import Severity
from auditor.model.findings import Finding
from auditor.model.gaps import Gap
from auditor.model.result import Result
from auditor.reporter.fingerprints import gap_fingerprints
from auditor.reporter.json_report import Json, dump
from auditor.reporter.location import path
from auditor.reporter.one_text import finding_text, gap_text
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
    """Gaps and unwaived findings, each fingerprint once: GitLab drops what repeats one."""
    sentences = Sentences(result, options.lang)
    issues = [
        _gap(gap, fingerprint, result, sentences)
        for gap, fingerprint in zip(result.gaps, gap_fingerprints(result.gaps), strict=True)
    ]
    issues += [_finding(finding, result, sentences) for finding in result.findings if finding.waiver is None]
    return dump(issues)


def _finding(finding: Finding, result: Result, sentences: Sentences) -> Json:
    return {
        "description": finding_text(finding, sentences),
        "check_name": f"{finding.code} {finding.code.finding_name}",
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path(result, finding), "lines": {"begin": 1}},
    }


def _gap(gap: Gap, fingerprint: str, result: Result, sentences: Sentences) -> Json:
    return {
        "description": gap_text(gap, sentences),
        "check_name": gap.kind.value,
        "fingerprint": fingerprint,
        "severity": "critical",
        "location": {"path": path(result), "lines": {"begin": 1}},
    }
