"""Writes the terminal report of ``sgaudit gate``: the change alone, on as few lines as it takes.

Introduced findings are written in full, resolved findings on one line each. The clusters whose verdict changes, the
gaps that the change depends on, and the resources of the plan follow. Everything else is a count, which ``--all``
writes out.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.model.changes import Change
from auditor.model.findings import Result
from auditor.reporter import identity
from auditor.reporter.options import RenderOptions
from auditor.reporter.table_lists import FindingList, GapList
from auditor.reporter.terminal import VERDICT_STYLES, Screen, table
from auditor.reporter.text.brief import BriefText
from auditor.reporter.text.sentences import ResultText, exit_text, headline
from auditor.reporter.verdict import audited, changed_verdicts, judged_gaps, resolved_findings


def without_bearing(
    result: Result, change: Change, options: RenderOptions, sentences: ResultText
) -> tuple[str, str, str]:
    """Three lines on a change that bears on no audited group: why, when it was looked at, and what was there before."""
    sizes = audited(result)
    phrasing = sentences.phrasing
    looked_at = phrasing.text(
        "change-report-some-are-groups" if change.resources else "change-report-none-is-a-group",
        changes=change.without_bearing or 0,
        resources=len(change.resources),
        groups=sizes.security_groups,
        clusters=phrasing.text("table-clusters", count=sizes.clusters),
    )
    counts = [phrasing.text("news-known-findings", count=len(change.unchanged))]
    counts += [phrasing.text("table-count-gaps", count=len(result.gaps))] if result.gaps else []
    before = phrasing.text("change-report-before", counts=phrasing.together(counts), code=options.exit_code.value)
    return looked_at, identity.line(result, options, phrasing), before


class ChangeReport:
    """Writes what a planned change introduces and resolves."""

    def __init__(self, result: Result, change: Change, options: RenderOptions) -> None:
        self._result = result
        self._change = change
        self._options = options
        self._screen = Screen(options)
        self._sentences = ResultText(result, options.lang)
        self._phrasing = self._sentences.phrasing
        self._findings = FindingList(result, self._sentences, self._screen, verbose=False)

    def lines(self) -> Iterator[str]:
        """The lines of the report, without line ends."""
        if self._change.without_bearing is not None:
            for text in without_bearing(self._result, self._change, self._options, self._sentences):
                yield from self._screen.paragraph(text, hang=2)
            return
        verdict = headline(self._result, self._change, self._options, self._sentences)
        for line in self._screen.paragraph(verdict.text, hang=2):
            yield self._screen.painted(line, VERDICT_STYLES[verdict.verdict])
        yield from self._screen.paragraph(identity.line(self._result, self._options, self._phrasing))
        yield from self._introduced()
        yield from self._resolved()
        yield from self._verdicts()
        yield from self._gaps()
        yield from self._resources()
        yield ""
        yield from self._screen.paragraph(self._left())
        yield from self._screen.paragraph(exit_text(self._result, self._options, self._sentences))

    def _introduced(self) -> Iterator[str]:
        introduced = [item for item in self._result.findings if item.fingerprint in self._change.introduced]
        if introduced:
            yield from self._screen.heading(self._text("introduced", count=len(introduced)))
            yield from self._findings.lines(introduced)

    def _resolved(self) -> Iterator[str]:
        resolved = resolved_findings(self._change)
        if not resolved:
            return
        yield from self._screen.heading(self._text("resolved", count=len(resolved)))
        for line in BriefText(self._sentences).findings(resolved):
            (region, cluster_id), *others = line.clusters
            cluster = self._sentences.cluster(region, cluster_id)
            clusters = self._phrasing.text("brief-clusters", count=len(line.clusters)) if others else cluster
            parts = [self._sentences.severity(line.severity), clusters, line.what, line.where, line.identity]
            yield from self._screen.bullets([self._phrasing.listed([part for part in parts if part])])

    def _verdicts(self) -> Iterator[str]:
        texts = [
            self._text(
                "verdict",
                cluster=self._sentences.cluster(changed.region, changed.cluster_id),
                before=self._phrasing.text(f"terms-verdict-{changed.before}"),
                after=self._phrasing.text(f"terms-verdict-{changed.after}"),
            )
            for changed in changed_verdicts(self._result, self._change, self._options.fail_on)
        ]
        if texts:
            yield from self._screen.heading(self._text("verdicts"))
            yield from self._screen.bullets(texts)

    def _gaps(self) -> Iterator[str]:
        gaps = judged_gaps(self._result, self._options)
        if gaps:
            yield from self._screen.heading(self._phrasing.text("table-heading-gaps"))
            yield from GapList(self._sentences, self._screen, verbose=False).lines(gaps)

    def _resources(self) -> Iterator[str]:
        rows = [
            [identity.located(item), self._phrasing.listed(item.actions), item.effect]
            for item in self._change.resources
        ]
        if not rows:
            return
        yield from self._screen.heading(self._phrasing.text("table-heading-change"))
        header = [self._phrasing.text(f"table-column-{name}") for name in ("resource", "actions", "effect")]
        yield from table(header, rows, self._screen.width)

    def _left(self) -> str:
        """What the report leaves out: findings and gaps that were there before the change."""
        gaps = len(self._result.gaps) - len(judged_gaps(self._result, self._options))
        return self._text("left", findings=len(self._change.unchanged), gaps=gaps)

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"change-report-{name}", **facts)
