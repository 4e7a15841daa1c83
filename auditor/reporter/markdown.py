"""The ``markdown`` format: a comment on a merge request, within the characters that GitHub accepts.

The page is a list of sections, which :mod:`auditor.reporter.markdown_sections` fits into the limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from auditor.model.changes import Change
from auditor.model.codes import Severity, Verdict
from auditor.model.findings import Finding, Result, WaiverState
from auditor.model.gaps import Gap
from auditor.reporter import escape, identity
from auditor.reporter.change_report import without_bearing
from auditor.reporter.escape import markdown as safe
from auditor.reporter.markdown_sections import MarkdownBlock, Section, fitted
from auditor.reporter.options import RenderOptions
from auditor.reporter.table_lists import FindingEntry, entries
from auditor.reporter.text.gap_groups import exclusions, gap_groups
from auditor.reporter.text.names import LONGEST_MESSAGE
from auditor.reporter.text.news import NewsText
from auditor.reporter.text.sentences import ResultText, ended, exit_text, headline
from auditor.reporter.verdict import (
    changed_verdicts,
    cluster_verdicts,
    judged_gaps,
    resolved_findings,
    run_verdict,
    worst_first,
)

LIMIT = 65_536
"""Characters that GitHub takes in one comment."""
PLACES = 10
"""How many stacks an entry names before it counts the rest."""
NAMES = 50
"""How many names a line of gaps or exclusions holds before it counts the rest."""
WEIGHTS = {"introduced": 8, "findings": 8, "unchanged": 4, "clusters": 4}
"""Sections with findings get most of the room; the weight of all others is 1."""

_SIGNS = {
    Verdict.COMPLIANT: "✅",
    Verdict.NON_COMPLIANT: "❌",
    Verdict.UNKNOWN: "❔",
    Verdict.NOT_AUDITED: "❔",
    Verdict.EMPTY: "➖",
    Verdict.EXCLUDED: "➖",
}
_SEVERITY_SIGNS = {
    Severity.CRITICAL: "🟣",
    Severity.HIGH: "🔴",
    Severity.MEDIUM: "🟠",
    Severity.LOW: "🔵",
    Severity.INFO: "⚪",
}


def render(result: Result, options: RenderOptions) -> Iterator[str]:
    """The verdict, then clusters, gaps, findings worst first, exclusions; items that do not fit are counted."""
    page = _Page(result, options)
    top = page.top()
    yield top + fitted(list(page.sections()), LIMIT - len(top), page.left_out)


class _Page:
    def __init__(self, result: Result, options: RenderOptions) -> None:
        self._result = result
        self._options = options
        self._sentences = ResultText(result, options.lang)
        self._verdicts = sorted(cluster_verdicts(result, options.fail_on), key=lambda pair: worst_first(pair[1]))
        self._causes = identity.causes(result.change)
        self._news = NewsText(result, self._sentences)

    def top(self) -> str:
        """Title, verdict, counts and exit code."""
        lines = [
            f"## {safe(self._text('title', baseline=identity.baselines(self._result, self._sentences.phrasing)))}",
            "",
        ]
        change = self._result.change
        if change and self._is_without_bearing:
            lines += [
                f"{_SIGNS[Verdict.COMPLIANT]} {safe(text)}\n" if number == 0 else f"{safe(text)}\n"
                for number, text in enumerate(without_bearing(self._result, change, self._options, self._sentences))
            ]
            return "\n".join(lines)
        if change:
            verdict = headline(self._result, change, self._options, self._sentences)
            counted = {"introduced": len(change.introduced), "resolved": len(change.resolved)}
            lines += [f"{_SIGNS[verdict.verdict]} **{safe(verdict.text)}**", ""]
            lines += [self._text("change-counts", **counted, unchanged=len(change.unchanged)), ""]
        else:
            lines += [self._headline(), ""]
        if news := self._news.line():
            lines += [safe(news), ""]
        provenance = safe(identity.line(self._result, self._options, self._sentences.phrasing))
        exit_sentence = exit_text(self._result, self._options, self._sentences)
        return "\n".join([*lines, exit_sentence, "", provenance, ""])

    @property
    def _is_without_bearing(self) -> bool:
        change = self._result.change
        return self._options.introduced_only and change is not None and change.without_bearing is not None

    def _headline(self) -> str:
        verdict = run_verdict(self._result, self._options.fail_on)
        waived = sum(finding.waiver is not None for finding in self._result.every_finding)
        counts = self._counts(self._result.counts(), len(self._result.gaps), waived) or self._text("none")
        word = f"**{self._verdict_word(verdict)}**"
        return f"{_SIGNS[verdict]} {self._text('verdict-line', verdict=word, counts=counts)}"

    def left_out(self, name: str, count: int) -> str:
        """The words for what a section leaves out; a table ends before them."""
        return "\n" + self._text(f"cut-{name}", count=count) + "\n"

    def sections(self) -> Iterator[Section]:
        """Every section with content, in order; none for a change that bears on no audited group."""
        if self._is_without_bearing:
            return
        sections: tuple[tuple[str, str, Iterator[MarkdownBlock]], ...] = (
            ("clusters", "", self._clusters()),
            ("resources", "change", self._resources()),
            ("gaps", "gaps", self._gaps()),
            *self._findings(),
            ("findings", "waived", self._waived()),
            ("load-balancers", "load-balancers", self._load_balancers()),
            ("exclusions", "not-covered", self._not_covered()),
        )
        for name, title, blocks in sections:
            if content := tuple(blocks):
                heading = self._heading(title) if title else self._table_head()
                shortly = f"\n{self._text('shortly')}\n\n" if name == "findings" else ""
                share = WEIGHTS.get(title or name, 1)
                yield Section(name=name, heading=heading, blocks=content, shortly=shortly, weight=share)

    def _heading(self, name: str) -> str:
        return f"\n### {self._text(f'heading-{name}')}\n\n"

    def _table_head(self) -> str:
        columns = (self._text("verdict"), self._text("cluster"), self._text("counts"))
        return f"\n| {' | '.join(columns)} |\n| --- | --- | --- |\n"

    def _clusters(self) -> Iterator[MarkdownBlock]:
        for cluster_result, judged in self._verdicts:
            cluster = cluster_result.cluster
            verdict = f"{_SIGNS[judged.verdict]} {safe(self._sentences.verdict(cluster_result, judged.verdict))}"
            named = safe(self._sentences.cluster(cluster.region, cluster.cluster_id))
            if len(self._result.baselines) > 1:
                named = f"{named} {safe(cluster_result.baseline.name)}"
            counts = self._counts(judged.counts, len(judged.gaps), judged.waived) or "0"
            yield MarkdownBlock(text=f"| {verdict} | {named} | {counts} |\n")

    def _counts(self, severities: Mapping[Severity, int], gaps: int, waived: int) -> str:
        parts = self._sentences.counted({severity: severities[severity] for severity in Severity})
        parts += [self._words("table-count-gaps", count=gaps)] if gaps else []
        parts += [self._words("table-count-waived", count=waived)] if waived else []
        return self._words("terms-list-separator").join(parts)

    def _resources(self) -> Iterator[MarkdownBlock]:
        for resource in self._result.change.resources if self._result.change else ():
            facts = {"address": self._clipped(identity.located(resource)), "effect": self._clipped(resource.effect)}
            yield MarkdownBlock(
                text=f"- {self._text('resource', actions=safe(', '.join(resource.actions)), **facts)}\n"
            )

    def _gaps(self) -> Iterator[MarkdownBlock]:
        """Gaps of one cause together: title, objects, reason, effect, advice."""
        shown = judged_gaps(self._result, self._options)
        for group in gap_groups(shown, self._sentences):
            text = group.text
            about = self._sentences.phrasing.listed(group.objects, NAMES)
            lines = [f"**{group.gaps[0].kind} {safe(text.title)}**", *([safe(about)] if about else [])]
            message = safe(ended(text.message, self._sentences.phrasing))
            lines.append(f"{message} {safe(text.unknown)} {safe(text.advice)}")
            lines += [safe(mark) for mark in (text.state, text.waiver) if mark]
            lines.append(self._words("formats-ids", ids=self._ids(group.gaps)))
            yield MarkdownBlock(text=f"- {'<br>'.join(lines)}\n", count=len(group.gaps))
        if left := len(self._result.gaps) - len(shown):
            yield MarkdownBlock(text=f"\n{self._words('table-gaps-untouched', count=left)}\n", count=left)

    def _findings(self) -> Iterator[tuple[str, str, Iterator[MarkdownBlock]]]:
        """One section; for a gate two, the findings that the change introduces before the others."""
        unwaived = [finding for finding in self._result.findings if finding.waiver is None]
        change = self._result.change
        if change is None:
            yield (
                "findings",
                "findings",
                self._entries([finding for finding in unwaived if not self._news.is_counted_only(finding)]),
            )
            yield "resolved", "resolved", self._fixed()
            yield "unchanged", "unchanged", self._known()
            return
        introduced = frozenset(change.introduced)
        new = [finding for finding in unwaived if finding.fingerprint in introduced]
        rest = [finding for finding in unwaived if finding.fingerprint not in introduced]
        yield "findings", "introduced", self._entries(new)
        yield "resolved", "resolved", self._resolved(change)
        yield "verdicts", "verdicts", self._changed_verdicts(change)
        if self._options.introduced_only:
            yield "unchanged", "unchanged", self._left(rest)
        else:
            yield "findings", "unchanged", self._entries(rest)

    def _fixed(self) -> Iterator[MarkdownBlock]:
        """The findings of the earlier report that are fixed, one line each."""
        for finding in self._news.fixed():
            word = self._sentences.severity(finding.severity)
            facts = f"{safe(finding.code)} {safe(finding.cluster_id)} {self._clipped(finding.title)}"
            text = f"- {_SEVERITY_SIGNS[finding.severity]} {word} {facts} `{safe(finding.fingerprint)}`\n"
            yield MarkdownBlock(text=text)

    def _known(self) -> Iterator[MarkdownBlock]:
        """The number of findings that the earlier report has."""
        if sentence := self._news.known():
            yield MarkdownBlock(text=f"{safe(sentence)}\n", count=0)

    def _resolved(self, change: Change) -> Iterator[MarkdownBlock]:
        """The findings that the change resolves, one line each."""
        for finding in resolved_findings(change):
            yield MarkdownBlock(text=self._line(finding))

    def _changed_verdicts(self, change: Change) -> Iterator[MarkdownBlock]:
        """The clusters with another verdict than before the change."""
        for changed in changed_verdicts(self._result, change, self._options.fail_on):
            cluster = safe(self._sentences.cluster(changed.region, changed.cluster_id))
            before, after = (self._verdict_word(verdict) for verdict in (changed.before, changed.after))
            text = self._words("change-report-verdict", cluster=cluster, before=before, after=after)
            yield MarkdownBlock(text=f"- {_SIGNS[changed.after]} {text}\n")

    def _left(self, rest: Sequence[Finding]) -> Iterator[MarkdownBlock]:
        """The number of findings from before the change, which ``--all`` writes out."""
        if rest:
            text = self._words("change-report-left", findings=len(rest), gaps=0)
            yield MarkdownBlock(text=f"{text}\n", count=0)

    def _waived(self) -> Iterator[MarkdownBlock]:
        for waiver_id, state in self._result.waivers:
            if state is not WaiverState.ACTIVE:
                text = self._words(f"table-waiver-{state}", id=waiver_id)
                yield MarkdownBlock(text=f"- {self._clipped(text)}\n", count=0)
        yield from self._entries([finding for finding in self._result.findings if finding.waiver is not None])

    def _entries(self, findings: Sequence[Finding]) -> Iterator[MarkdownBlock]:
        for entry in entries(findings, self._sentences):
            lines = tuple(self._line(finding) for finding in entry.findings)
            yield MarkdownBlock(text=self._entry(entry), count=len(entry.findings), lines=lines)

    def _line(self, finding: Finding) -> str:
        """A finding in one line, with everything that a reader needs to look it up."""
        word = self._sentences.severity(finding.severity)
        facts = (finding.code, finding.cluster_id, *finding.security_groups)
        ids = " ".join(safe(fact) for fact in facts)
        return f"- {_SEVERITY_SIGNS[finding.severity]} {word} {ids} `{finding.fingerprint}`\n"

    def _entry(self, entry: FindingEntry) -> str:
        text = entry.text
        example = [self._text("example", text=safe(text.witness)), ""] if text.witness else []
        return "\n".join(
            [
                f"\n<details><summary>{self._head(entry)}</summary>\n",
                *self._places(entry),
                "",
                safe(text.message),
                *([safe(text.why)] if text.why else []),
                "",
                *(f"- {safe(rule)}" for rule in text.rules),
                "",
                *example,
                self._text("fix", text=safe(text.advice)),
                "",
                self._words("formats-ids", ids=self._ids(entry.findings)),
                "",
                "</details>",
                "",
            ]
        )

    def _head(self, entry: FindingEntry) -> str:
        """HTML, not Markdown: a line that starts with a tag is left as it is."""
        new = f" <i>{self._text('new')}</i>" if entry.findings[0].known is False else ""
        word = self._sentences.severity(entry.severity)
        title = self._text("head", title=entry.text.title, where=self._where(entry))
        return f"{_SEVERITY_SIGNS[entry.severity]} <b>{word}</b> {entry.code}{new} {_html(title)}"

    def _where(self, entry: FindingEntry) -> str:
        """The cluster's id, or the number of clusters."""
        clusters = {(finding.region, finding.cluster_id) for finding in entry.findings}
        first = entry.findings[0].cluster_id
        return first if len(clusters) == 1 else self._words("table-clusters", count=len(clusters))

    def _ids(self, identified: Sequence[Finding] | Sequence[Gap]) -> str:
        identities = dict.fromkeys(f"`{item.fingerprint}`" for item in identified)
        return self._sentences.phrasing.listed(list(identities), PLACES)

    def _places(self, entry: FindingEntry) -> Iterator[str]:
        """The affected stacks, each with its waiver and its causes, which may differ."""
        for finding in entry.findings[:PLACES]:
            cluster = safe(self._sentences.cluster(finding.region, finding.cluster_id))
            affected = safe(self._sentences.affected(finding))
            yield f"- {self._words('formats-of-cluster', cluster=cluster, text=affected)}"
            if age := self._sentences.ages.since([finding.sighting]):
                yield f"  - {age}"
            if mark := finding.waiver:
                facts = {"id": mark.waiver_id, "owner": mark.owner, "reason": mark.reason}
                waiver = self._words("table-waiver", expires=mark.expires.isoformat(), **facts)
                yield f"  - {self._clipped(waiver)}"
            if causes := self._causes.get(finding.fingerprint):
                resources = self._sentences.phrasing.listed([self._clipped(cause) for cause in causes], PLACES)
                yield f"  - {self._text('introduced-by', resources=resources)}"
        if len(entry.findings) > PLACES:
            yield f"- {self._text('more-places', count=len(entry.findings) - PLACES)}"

    def _load_balancers(self) -> Iterator[MarkdownBlock]:
        for cluster_result in self._result.clusters:
            cluster = cluster_result.cluster
            named = self._sentences.cluster(cluster.region, cluster.cluster_id)
            for line in self._sentences.load_balancers(cluster_result):
                yield MarkdownBlock(text=f"- {safe(self._words('table-of-cluster', cluster=named, text=line))}\n")

    def _not_covered(self) -> Iterator[MarkdownBlock]:
        """A line for each reason, clusters with the same items together."""
        phrasing = self._sentences.phrasing
        for exclusion in exclusions(self._result, self._sentences):
            clusters_by_items: dict[str, list[str]] = {}
            for cluster, whats in exclusion.whats.items():
                clusters_by_items.setdefault(phrasing.listed([self._clipped(what) for what in whats]), []).append(
                    safe(cluster)
                )
            items = [
                self._words("formats-of-cluster", cluster=what, text=phrasing.listed(clusters, NAMES))
                for what, clusters in clusters_by_items.items()
            ]
            what = self._words("terms-part-separator").join(items)
            yield MarkdownBlock(
                text=f"- {self._text('excluded', what=what, why=safe(exclusion.why))}\n", count=exclusion.count
            )

    def _clipped(self, text: str) -> str:
        return safe(self._sentences.phrasing.clipped(text, LONGEST_MESSAGE))

    def _verdict_word(self, verdict: Verdict) -> str:
        return self._words(f"terms-verdict-{verdict}")

    def _text(self, name: str, **facts: str | int) -> str:
        return self._words(f"markdown-{name}", **facts)

    def _words(self, message_id: str, **facts: str | int) -> str:
        return self._sentences.phrasing.text(message_id, **facts)


def _html(text: str) -> str:
    """For HTML inside Markdown. A mention needs the name in the same text node."""
    return escape.xml_text(text).replace("@", "@<!-- -->")
