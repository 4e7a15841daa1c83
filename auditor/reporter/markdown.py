"""The ``markdown`` format for a pull-request comment or a job summary: within GitHub's limit, cut with words."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.baseline import Severity
from auditor.model.result import Change, Result, Verdict
from auditor.reporter.escape import markdown as safe
from auditor.reporter.finding_list import Entry, entries
from auditor.reporter.options import RenderOptions
from auditor.reporter.sentences import Sentences
from auditor.reporter.verdict import standing

LIMIT = 65_536
"""Characters that GitHub takes in one comment."""

_ROOM_TO_SAY_SO = 300

_SIGNS = {Verdict.COMPLIANT: "✅", Verdict.NON_COMPLIANT: "❌", Verdict.UNKNOWN: "❔"}
_SEVERITY_SIGNS = {
    Severity.CRITICAL: "🟣",
    Severity.HIGH: "🔴",
    Severity.MEDIUM: "🟠",
    Severity.LOW: "🔵",
    Severity.INFO: "⚪",
}


def render(result: Result, options: RenderOptions) -> str:
    """Verdicts, gaps, findings worst first, what was not covered; what does not fit is counted at the end."""
    page = _Page(result, options)
    blocks = list(page.blocks())
    kept: list[str] = []
    used = 0
    for block in blocks:
        used += len(block)
        if used > LIMIT - _ROOM_TO_SAY_SO:
            kept.append("\n" + page.text("cut", count=len(blocks) - len(kept)) + "\n")
            break
        kept.append(block)
    return "".join(kept)


class _Page:
    def __init__(self, result: Result, options: RenderOptions) -> None:
        self._result = result
        self._options = options
        self._sentences = Sentences(result, options.lang)

    def text(self, name: str, **facts: str | int) -> str:
        """A message of this format."""
        return self._sentences.phrasing.text(f"markdown-{name}", **facts)

    def blocks(self) -> Iterator[str]:
        """Pieces that stay whole, each with its line breaks."""
        yield from self._verdicts()
        if self._result.change is not None:
            yield from self._change(self._result.change)
        yield from self._gaps()
        yield from self._findings(waived=False)
        yield from self._findings(waived=True)
        yield from self._not_covered()

    def _verdicts(self) -> Iterator[str]:
        yield f"## {safe(self.text('title', baseline=self._result.baseline.name))}\n\n"
        yield f"| {self.text('verdict')} | {self.text('cluster')} | {self.text('counts')} |\n| --- | --- | --- |\n"
        for found in self._result.clusters:
            held = standing(self._result, found, self._options.fail_on)
            word = self._sentences.phrasing.text(f"terms-verdict-{held.verdict}")
            counts = [
                f"{held.counts[severity]} {self._sentences.severity(severity)}"
                for severity in Severity
                if held.counts[severity]
            ]
            counts += [self.text("count-gaps", count=len(held.gaps))] if held.gaps else []
            named = self._sentences.cluster(found.cluster.region, found.cluster.cluster_id)
            yield f"| {_SIGNS[held.verdict]} {word} | {safe(named)} | {', '.join(counts) or '0'} |\n"
        yield f"\n{self.text('exit', code=int(self._options.exit_code))}\n"

    def _change(self, change: Change) -> Iterator[str]:
        yield f"\n### {self.text('heading-change')}\n\n"
        counts = {"introduced": len(change.introduced), "resolved": len(change.resolved)}
        yield self.text("change-counts", **counts, unchanged=len(change.unchanged)) + "\n\n"
        for resource in change.resources:
            yield f"- {safe(resource.address)} ({safe(', '.join(resource.actions))}): {safe(resource.effect)}\n"

    def _gaps(self) -> Iterator[str]:
        if self._result.gaps:
            yield f"\n### {self.text('heading-gaps')}\n\n"
        for gap in self._result.gaps:
            said = self._sentences.gap(gap)
            rest = f"{said.message} {said.unknown} {said.advice}"
            yield f"- **{safe(gap.kind)} {safe(said.title)}** {safe(rest)}\n"

    def _findings(self, *, waived: bool) -> Iterator[str]:
        here = [finding for finding in self._result.findings if (finding.waiver is not None) == waived]
        if here:
            yield f"\n### {self.text('heading-waived' if waived else 'heading-findings')}\n"
        for entry in entries(here, self._sentences):
            yield self._finding(entry)

    def _finding(self, entry: Entry) -> str:
        said = entry.text
        sign = _SEVERITY_SIGNS[entry.severity]
        head = f"{sign} <b>{safe(self._sentences.severity(entry.severity))}</b> {entry.code} {safe(said.title)}"
        lines = [f"\n<details><summary>{head}</summary>\n"]
        for finding in entry.findings:
            cluster = self._sentences.cluster(finding.region, finding.cluster_id)
            lines.append(f"- {safe(cluster)}: {safe(self._sentences.affected(finding))}")
            if finding.waiver is not None:
                lines.append(f"  - {safe(finding.waiver.waiver_id)}: {safe(finding.waiver.reason)}")
        lines += ["", safe(said.message), ""]
        lines += [f"- {safe(rule)}" for rule in said.rules]
        witness = [f"{self.text('example')}: {safe(said.witness)}"] if said.witness else []
        lines += ["", *witness, "", f"**{self.text('fix')}:** {safe(said.advice)}", "", "</details>", ""]
        return "\n".join(lines)

    def _not_covered(self) -> Iterator[str]:
        excluded = [(found.cluster, item) for found in self._result.clusters for item in found.cluster.not_covered]
        if excluded:
            yield f"\n### {self.text('heading-not-covered')}\n\n"
        for cluster, item in excluded:
            said = self._sentences.not_covered(item)
            named = self._sentences.cluster(cluster.region, cluster.cluster_id)
            yield f"- {safe(named)}: {safe(said.what)}. {safe(said.why)}\n"
