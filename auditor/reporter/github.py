"""The ``github`` format: workflow commands, which GitHub turns into annotations of a run.

GitHub shows ten annotations of each level a step, so the worst come first, and a notice counts the rest. Findings and
gaps that the exit code ignores, because a planned change leaves them as they were, are only counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from auditor.model.changes import Place
from auditor.model.codes import Severity
from auditor.model.findings import Finding, Result
from auditor.model.gaps import Gap
from auditor.reporter import escape, identity
from auditor.reporter.identity import Places
from auditor.reporter.options import RenderOptions
from auditor.reporter.text.sentences import ResultText, introduced_by
from auditor.reporter.verdict import WORST_FIRST, cluster_verdicts, is_judged, judged_gaps

MOST = 10
"""The annotations of a level that GitHub shows for a step."""

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def render(result: Result, options: RenderOptions) -> Iterator[str]:
    """A summary, so that an empty output never means success, then a line for each gap and each unwaived finding."""
    sentences = ResultText(result, options.lang)
    lines = [_summary(result, options, sentences)]
    places = Places(result, options)
    gaps = judged_gaps(result, options)
    counted = [finding for finding in result.findings if finding.waiver is None]
    findings = [finding for finding in counted if is_judged(finding, result, options)]
    annotations = [_gap(gap, places, sentences) for gap in gaps]
    annotations += [_finding(finding, places, sentences) for finding in findings]
    lines += _first_of_each_level(annotations, sentences)
    if left := len(counted) - len(findings):
        untouched = len(result.gaps) - len(gaps)
        lines.append(_notice(sentences.phrasing.text("change-report-left", findings=left, gaps=untouched)))
    yield "".join(f"{line}\n" for line in lines)


def _first_of_each_level(annotations: list[str], sentences: ResultText) -> Iterator[str]:
    """The first :data:`MOST` annotations of each level, in order, and the number of the others."""
    seen: Counter[str] = Counter()
    for line in annotations:
        level = line.split(" ", 1)[0]
        seen[level] += 1
        if seen[level] <= MOST:
            yield line
    if left := sum(max(count - MOST, 0) for count in seen.values()):
        yield _notice(sentences.phrasing.text("formats-more-annotations", count=left))


def _notice(text: str) -> str:
    return f"::notice title=sgaudit::{escape.workflow_data(escape.visible(text))}"


def _summary(result: Result, options: RenderOptions, sentences: ResultText) -> str:
    counts = sentences.phrasing.text(
        "formats-summary",
        clusters=len(result.clusters),
        findings=sum(result.counts().values()),
        gaps=len(result.gaps),
        code=int(options.exit_code),
    )
    message = " ".join((counts, *_verdicts(result, options, sentences)))
    message = identity.with_line(message, result, options, sentences.phrasing)
    return _notice(message)


def _verdicts(result: Result, options: RenderOptions, sentences: ResultText) -> Iterator[str]:
    """A sentence for each verdict, with the ids of its clusters."""
    clusters = cluster_verdicts(result, options.fail_on)
    for verdict in WORST_FIRST:
        ids = [cluster_result.cluster.cluster_id for cluster_result, judged in clusters if judged.verdict is verdict]
        if ids:
            yield f"{verdict}: {sentences.phrasing.listed(ids)}."


def _finding(finding: Finding, places: Places, sentences: ResultText) -> str:
    text = sentences.finding(finding)
    cluster = sentences.cluster(finding.region, finding.cluster_id)
    title = f"{finding.code} {sentences.severity(finding.severity)}: {text.title}"
    ids = sentences.phrasing.text("formats-ids", ids=finding.fingerprint)
    cause = introduced_by(places.causes_of(finding), sentences)
    lines = (cluster, text.message, *text.rules, *([cause] if cause else []), text.advice, ids)
    return _command(_LEVELS[finding.severity], title, _properties(places.of_finding(finding), places), lines)


def _gap(gap: Gap, places: Places, sentences: ResultText) -> str:
    text = sentences.gap(gap)
    ids = sentences.phrasing.text("formats-ids", ids=gap.fingerprint)
    lines = (text.message, text.unknown, text.advice, *(mark for mark in (text.state, text.waiver) if mark), ids)
    level, title = "notice" if text.waiver else "error", f"{gap.kind}: {text.title}"
    return _command(level, title, _properties(places.of_gap(gap), places), lines)


def _properties(location: Place, places: Places) -> str:
    """The file, and the line of a place that is more than a file: without a line GitHub shows the first."""
    file = f"file={escape.workflow_property(location.file)}"
    return file if location is places.other else f"{file},line={location.line}"


def _command(level: str, title: str, location: str, lines: tuple[str, ...]) -> str:
    message = escape.workflow_data("\n".join(map(escape.visible, lines)))
    return f"::{level} {location},title={escape.workflow_property(title)}::{message}"
