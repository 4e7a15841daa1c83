"""The ``concise`` format: one line for each verdict, finding and gap, for ``grep``, ``sort`` and chat messages.

The fields of a line are separated by two spaces: a word (the severity, ``fixed``, ``unchecked`` or the verdict), the
cluster, the short id of a finding or gap, then the text. With ``--since``, what is new comes first. Lines are never
broken or cut. The words are those of the JSON report.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.findings import Result
from auditor.reporter import escape, identity
from auditor.reporter.identity import SHORT_ID
from auditor.reporter.options import RenderOptions
from auditor.reporter.text.brief import BriefText
from auditor.reporter.text.news import NewsText
from auditor.reporter.text.sentences import ResultText
from auditor.reporter.verdict import cluster_verdicts, worst_first

_SEPARATOR = "  "


def render(result: Result, options: RenderOptions) -> Iterator[str]:
    """The whole report, newline at the end: findings, gaps, verdicts, and the facts about the run as the last line."""
    lines = (_SEPARATOR.join(escape.terminal(field) for field in fields) for fields in _lines(result, options))
    yield "\n".join(lines) + "\n"


def _lines(result: Result, options: RenderOptions) -> Iterator[tuple[str, ...]]:
    sentences = ResultText(result, options.lang, None)
    brief = BriefText(sentences)
    news = NewsText(result, sentences)
    for finding in news.first(result.findings):
        (line,) = brief.findings([finding])
        age = sentences.ages.since([finding.sighting])
        marks = [text for text in (line.what, line.who, line.where, age) if text]
        if finding.waiver is not None:
            marks.append(sentences.phrasing.text("brief-waived", waiver=finding.waiver.waiver_id))
        if state := news.state(finding):
            marks.append(sentences.phrasing.text(f"news-state-{state}"))
        yield (
            finding.severity,
            finding.cluster_id,
            line.identity,
            sentences.phrasing.text("terms-part-separator").join(marks),
        )
    for fixed in news.fixed():
        yield "fixed", fixed.cluster_id, fixed.fingerprint[:SHORT_ID], fixed.title
    for gap in sorted(result.gaps, key=lambda gap: bool(result.is_known_gap(gap))):
        text = sentences.gap(gap)
        state = news.state(gap)
        words = (text.title, sentences.phrasing.text(f"news-state-{state}") if state else "")
        title = sentences.phrasing.text("terms-part-separator").join(filter(None, words))
        yield "unchecked", gap.cluster_id or gap.region or "-", gap.fingerprint[:SHORT_ID], title
    for cluster_result, judged in sorted(
        cluster_verdicts(result, options.fail_on), key=lambda pair: worst_first(pair[1])
    ):
        cluster = cluster_result.cluster
        owner = identity.owner(result, cluster, sentences.phrasing)
        yield judged.verdict, cluster.cluster_id, cluster.region, cluster.name, *([owner] if owner else [])
    provenance = identity.line(result, options, sentences.phrasing)
    if since := news.line():
        yield "since", since
    yield "exit", str(options.exit_code.value), identity.baselines(result, sentences.phrasing), provenance
