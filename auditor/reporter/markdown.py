"""The ``markdown`` format for a pull-request comment or a job summary: within GitHub's limit, cut with words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from auditor.model.baseline import Severity
from auditor.model.findings import Finding
from auditor.model.result import Change, Result, Verdict, WaiverState
from auditor.reporter import escape
from auditor.reporter.escape import markdown as safe
from auditor.reporter.exit_words import exit_text
from auditor.reporter.finding_list import Entry, entries
from auditor.reporter.markdown_sections import Block, Section, fitted
from auditor.reporter.one_text import ended
from auditor.reporter.options import RenderOptions
from auditor.reporter.phrasing import LONGEST_MESSAGE
from auditor.reporter.sentences import Sentences
from auditor.reporter.verdict import standing

LIMIT = 65_536
"""Characters that GitHub takes in one comment."""
PLACES = 10
"""How many stacks an entry names before it counts the rest."""

_SIGNS = {Verdict.COMPLIANT: "✅", Verdict.NON_COMPLIANT: "❌", Verdict.UNKNOWN: "❔"}
_SEVERITY_SIGNS = {
    Severity.CRITICAL: "🟣",
    Severity.HIGH: "🔴",
    Severity.MEDIUM: "🟠",
    Severity.LOW: "🔵",
    Severity.INFO: "⚪",
}


def render(result: Result, options: RenderOptions) -> str:
    """The verdict in a line, then clusters, gaps, findings worst first, exclusions; what does not fit is counted."""
    page = _Page(result, options)
    top = page.top()
    return top + fitted(list(page.sections()), LIMIT - len(top), page.left_out)


class _Page:
    def __init__(self, result: Result, options: RenderOptions) -> None:
        self._result = result
        self._options = options
        self._sentences = Sentences(result, options.lang)
        self._standings = [(found.cluster, standing(result, found, options.fail_on)) for found in result.clusters]
        self._causes = _causes(result.change) if result.change else {}

    def top(self) -> str:
        """Title, verdict, counts and exit code."""
        verdict = self._verdict()
        waived = sum(finding.waiver is not None for finding in self._result.findings)
        counts = self._counts(self._result.counts(), len(self._result.gaps), waived) or self._text("none")
        lines = [f"## {safe(self._text('title', baseline=self._result.baseline.name))}", ""]
        word = f"**{self._verdict_word(verdict)}**"
        lines += [f"{_SIGNS[verdict]} {self._text('verdict-line', verdict=word, counts=counts)}", ""]
        if change := self._result.change:
            counted = {"introduced": len(change.introduced), "resolved": len(change.resolved)}
            lines += [self._text("change-counts", **counted, unchanged=len(change.unchanged)), ""]
        return "\n".join([*lines, exit_text(self._result, self._options, self._sentences), ""])

    def left_out(self, name: str, count: int) -> str:
        """The words for what a section leaves out; a table ends before them."""
        return "\n" + self._text(f"cut-{name}", count=count) + "\n"

    def sections(self) -> Iterator[Section]:
        """Every section that has something to say, in order."""
        made: tuple[tuple[str, str, Iterator[Block]], ...] = (
            ("clusters", self._table_head(), self._clusters()),
            ("resources", self._heading("change"), self._resources()),
            ("gaps", self._heading("gaps"), self._gaps()),
            *self._findings(),
            ("findings", self._heading("waived"), self._waived()),
            ("exclusions", self._heading("not-covered"), self._not_covered()),
        )
        for name, heading, blocks in made:
            if told := tuple(blocks):
                yield Section(name=name, heading=heading, blocks=told)

    def _heading(self, name: str) -> str:
        return f"\n### {self._text(f'heading-{name}')}\n\n"

    def _verdict(self) -> Verdict:
        """The worst of the clusters', and never better than what is undecided."""
        found = {held.verdict for _, held in self._standings}
        if Verdict.NON_COMPLIANT in found:
            return Verdict.NON_COMPLIANT
        whole = self._result.complete and found == {Verdict.COMPLIANT}
        return Verdict.COMPLIANT if whole else Verdict.UNKNOWN

    def _table_head(self) -> str:
        columns = (self._text("verdict"), self._text("cluster"), self._text("counts"))
        return f"\n| {' | '.join(columns)} |\n| --- | --- | --- |\n"

    def _clusters(self) -> Iterator[Block]:
        for cluster, held in self._standings:
            verdict = f"{_SIGNS[held.verdict]} {self._verdict_word(held.verdict)}"
            named = safe(self._sentences.cluster(cluster.region, cluster.cluster_id))
            counts = self._counts(held.counts, len(held.gaps), held.waived) or "0"
            yield Block(text=f"| {verdict} | {named} | {counts} |\n")

    def _counts(self, found: Mapping[Severity, int], gaps: int, waived: int) -> str:
        said = [
            self._words("table-count-severity", count=found[severity], severity=self._sentences.severity(severity))
            for severity in Severity
            if found[severity]
        ]
        said += [self._words("table-count-gaps", count=gaps)] if gaps else []
        said += [self._words("table-count-waived", count=waived)] if waived else []
        return self._words("terms-list-separator").join(said)

    def _resources(self) -> Iterator[Block]:
        for resource in self._result.change.resources if self._result.change else ():
            facts = {"address": self._clipped(resource.address), "effect": self._clipped(resource.effect)}
            yield Block(text=f"- {self._text('resource', actions=safe(', '.join(resource.actions)), **facts)}\n")

    def _gaps(self) -> Iterator[Block]:
        for gap in self._result.gaps:
            said = self._sentences.gap(gap)
            message = safe(ended(said.message, self._sentences.phrasing))
            yield Block(
                text=f"- **{gap.kind} {safe(said.title)}**<br>{message} {safe(said.unknown)} {safe(said.advice)}\n"
            )

    def _findings(self) -> Iterator[tuple[str, str, Iterator[Block]]]:
        """One section, or in a gate what the change brings before what was there."""
        here = [finding for finding in self._result.findings if finding.waiver is None]
        change = self._result.change
        if change is None:
            yield "findings", self._heading("findings"), self._entries(here)
            return
        brought = frozenset(change.introduced)
        fresh = [finding for finding in here if finding.fingerprint in brought]
        rest = [finding for finding in here if finding.fingerprint not in brought]
        yield "findings", self._heading("introduced"), self._entries(fresh)
        yield "findings", self._heading("unchanged"), self._entries(rest)

    def _waived(self) -> Iterator[Block]:
        for waiver_id, state in self._result.waivers:
            if state is not WaiverState.ACTIVE:
                said = self._words(f"table-waiver-{state}", id=waiver_id)
                yield Block(text=f"- {self._clipped(said)}\n", count=0)
        yield from self._entries([finding for finding in self._result.findings if finding.waiver is not None])

    def _entries(self, findings: Sequence[Finding]) -> Iterator[Block]:
        for entry in entries(findings, self._sentences):
            yield Block(text=self._entry(entry), count=len(entry.findings))

    def _entry(self, entry: Entry) -> str:
        said = entry.text
        example = [self._text("example", text=safe(said.witness)), ""] if said.witness else []
        return "\n".join(
            [
                f"\n<details><summary>{self._head(entry)}</summary>\n",
                *self._places(entry),
                "",
                safe(said.message),
                *([safe(said.why)] if said.why else []),
                "",
                *(f"- {safe(rule)}" for rule in said.rules),
                "",
                *example,
                self._text("fix", text=safe(said.advice)),
                "",
                "</details>",
                "",
            ]
        )

    def _head(self, entry: Entry) -> str:
        """HTML, not Markdown: a line that starts with a tag is left as it is."""
        new = f" <i>{self._text('new')}</i>" if entry.findings[0].known is False else ""
        word = self._sentences.severity(entry.severity)
        return f"{_SEVERITY_SIGNS[entry.severity]} <b>{word}</b> {entry.code}{new} {_html(entry.text.title)}"

    def _places(self, entry: Entry) -> Iterator[str]:
        """Who is concerned; waivers may differ from stack to stack, and so do the causes."""
        for finding in entry.findings[:PLACES]:
            cluster = safe(self._sentences.cluster(finding.region, finding.cluster_id))
            affected = safe(self._sentences.affected(finding))
            yield f"- {self._words('formats-of-cluster', cluster=cluster, text=affected)}"
            if mark := finding.waiver:
                facts = {"id": mark.waiver_id, "owner": mark.owner, "reason": mark.reason}
                said = self._words("table-waiver", expires=mark.expires.isoformat(), **facts)
                yield f"  - {self._clipped(said)}"
            if causes := self._causes.get(finding.fingerprint):
                resources = self._sentences.phrasing.listed([self._clipped(cause) for cause in causes], PLACES)
                yield f"  - {self._text('introduced-by', resources=resources)}"
        if len(entry.findings) > PLACES:
            yield f"- {self._text('more-places', count=len(entry.findings) - PLACES)}"

    def _not_covered(self) -> Iterator[Block]:
        for found in self._result.clusters:
            named = safe(self._sentences.cluster(found.cluster.region, found.cluster.cluster_id))
            for item in found.cluster.not_covered:
                said = self._sentences.not_covered(item)
                facts = {"what": self._clipped(said.what), "why": safe(said.why)}
                yield Block(text=f"- {self._text('excluded', cluster=named, **facts)}\n")

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


def _causes(change: Change) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for resource in change.resources:
        for fingerprint in resource.findings:
            found.setdefault(fingerprint, []).append(resource.address)
    return found
