"""The headline of a gate: what the change introduces, whatever was there before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from auditor.errors import ExitCode
from auditor.model.baseline import Severity
from auditor.model.result import Change, Result, Verdict
from auditor.reporter.options import RenderOptions
from auditor.reporter.sentences import Sentences
from auditor.reporter.verdict import judged_gaps, threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The verdict on a change and the sentence that says it, with a full stop."""

    verdict: Verdict
    text: str


def headline(result: Result, change: Change, options: RenderOptions, sentences: Sentences) -> Headline:
    """What the change introduces by severity, or how much was there before where it introduces nothing."""
    introduced = frozenset(change.introduced)
    here = [finding for finding in result.findings if finding.waiver is None]
    counts = Counter(finding.severity for finding in here if finding.fingerprint in introduced)
    phrasing = sentences.phrasing
    said = [
        phrasing.text("table-count-severity", count=counts[severity], severity=sentences.severity(severity))
        for severity in Severity
        if counts[severity]
    ]
    open_gaps = [gap for gap in judged_gaps(result, options) if result.gap_waiver(gap) is None]
    unread = len(open_gaps) if options.exit_code is not ExitCode.OK else 0
    gaps = phrasing.text("table-count-gaps", count=unread) if unread else ""
    text = phrasing.text(
        "change-introduces" if said else "change-introduces-nothing",
        count=counts.total(),
        severities=phrasing.listed(said),
        before=len(here) - counts.total(),
        more=phrasing.text("table-closing-more", counts=gaps) if gaps else "",
    )
    return Headline(verdict=_verdict(counts, options, unread), text=text)


def _verdict(counts: Counter[Severity], options: RenderOptions, unread: int) -> Verdict:
    if any(severity.rank <= threshold(options.fail_on).rank for severity in counts):
        return Verdict.NON_COMPLIANT
    return Verdict.UNKNOWN if unread else Verdict.COMPLIANT
