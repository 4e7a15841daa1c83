"""The ``table`` format for a terminal or a pipe: verdicts, findings, waivers, gaps, exclusions and a summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model.changes import Change
from auditor.model.clusters import Attachment
from auditor.model.codes import Severity, Verdict
from auditor.model.findings import ClusterResult, Result, StackResult
from auditor.reporter import identity
from auditor.reporter.brief_report import BriefReport
from auditor.reporter.change_report import ChangeReport
from auditor.reporter.options import RenderOptions
from auditor.reporter.table_lists import FindingList, GapList, WaivedList, limited
from auditor.reporter.terminal import VERDICT_STYLES, Screen, columns_of, table
from auditor.reporter.text.news import NewsText
from auditor.reporter.text.packets import PACKET_LIMIT
from auditor.reporter.text.sentences import ResultText, exit_text, headline, sums_text
from auditor.reporter.verdict import WORST_FIRST, ClusterVerdict, audited, cluster_verdicts, worst_first

_VERDICT = 0
"""The column whose word never breaks."""

_REASON = 2
"""The column of a verdict that should stay on its line."""

PATHS = 10
"""How many paths through load balancers the report lists before it counts the rest."""


def render(result: Result, options: RenderOptions) -> Iterator[str]:
    """The report, newline at the end: one screen, the change alone, or, with ``-v`` or ``--all``, findings in full."""
    yield "\n".join(line.rstrip() for line in _lines(result, options)) + "\n"


def _lines(result: Result, options: RenderOptions) -> Iterator[str]:
    if options.verbose or (result.change is not None and not options.introduced_only):
        return _FullReport(result, options).lines()
    if result.change is not None:
        return ChangeReport(result, result.change, options).lines()
    return BriefReport(result, options).lines()


class _FullReport:
    """Writes each finding in full. Without ``verbose``, long lists of a planned change are cut and the rest counted."""

    def __init__(self, result: Result, options: RenderOptions) -> None:
        self._result = result
        self._options = options
        self._screen = Screen(options)
        self._sentences = ResultText(result, options.lang, None if options.verbose else PACKET_LIMIT)
        self._news = NewsText(result, self._sentences)
        self._findings = FindingList(result, self._sentences, self._screen, verbose=options.verbose)
        self._gaps = GapList(self._sentences, self._screen, verbose=options.verbose)

    def lines(self) -> Iterator[str]:
        counted = self._news.first(finding for finding in self._result.findings if finding.waiver is None)
        waived = [finding for finding in self._result.findings if finding.waiver is not None]
        if self._result.change is not None:
            yield from self._headline(self._result.change)
        yield from self._verdicts()
        if self._result.change is not None:
            yield from self._change(self._result.change)
        if self._options.verbose:
            yield from self._requirements()
        if counted:
            yield from self._screen.heading(self._text("heading-findings"))
            yield from self._screen.paragraph(self._text("rule-numbers"))
            yield from self._findings.lines(counted)
        accepted = list(WaivedList(self._sentences, self._screen).lines(waived, self._result.waivers))
        if accepted:
            yield from [*self._screen.heading(self._text("heading-waived")), *accepted]
        if self._result.gaps:
            yield from self._screen.heading(self._text("heading-gaps"))
            yield from self._gaps.lines(self._result.gaps)
        yield from self._load_balancers()
        excluded = list(self._gaps.not_covered(self._result))
        if excluded:
            yield from [*self._screen.heading(self._text("heading-not-covered")), *excluded]
        yield from self._closing()

    def _headline(self, change: Change) -> Iterator[str]:
        """The verdict on a planned change, above the verdicts on the clusters."""
        verdict = headline(self._result, change, self._options, self._sentences)
        for line in self._screen.paragraph(verdict.text, hang=2):
            yield self._screen.painted(line, VERDICT_STYLES[verdict.verdict])
        yield ""

    def _verdicts(self) -> Iterator[str]:
        clusters = sorted(cluster_verdicts(self._result, self._options.fail_on), key=lambda pair: worst_first(pair[1]))
        yield from self._screen.paragraph(self._title([judged.verdict for _, judged in clusters]), hang=2)
        if news := self._news.line():
            yield from self._screen.paragraph(news)
        yield from self._screen.paragraph(identity.line(self._result, self._options, self._sentences.phrasing))
        if not clusters:
            return
        yield ""
        rows = [self._verdict_row(cluster_result, judged) for cluster_result, judged in clusters]
        styles = [VERDICT_STYLES[judged.verdict] for _, judged in clusters]
        for row, style in zip(columns_of(rows, self._screen.width, whole=_VERDICT, firm=_REASON), styles, strict=True):
            first, _, rest = row[0].partition(" ")
            yield self._screen.painted(first, style) + (f" {rest}" if rest else "")
            yield from row[1:]

    def _title(self, verdicts: list[Verdict]) -> str:
        name = identity.baselines(self._result, self._sentences.phrasing)
        if not verdicts:
            return self._text("title-none", baseline=name)
        counts = [
            self._text(f"sum-{verdict}", count=verdicts.count(verdict))
            for verdict in WORST_FIRST
            if verdict in verdicts
        ]
        return self._text("title", baseline=name, counts=self._listed(counts))

    def _verdict_row(self, cluster_result: ClusterResult, judged: ClusterVerdict) -> list[str]:
        cluster = cluster_result.cluster
        regions = {other.cluster.region for other in self._result.clusters}
        named = self._sentences.cluster(cluster.region, cluster.cluster_id)
        further = [cluster.region] if len(regions) > 1 else []
        further += [cluster_result.baseline.name] if len(self._result.baselines) > 1 else []
        return [
            self._sentences.phrasing.text(f"terms-verdict-{judged.verdict}"),
            " ".join([named, *further]),
            self._reason(cluster_result, judged),
        ]

    def _reason(self, cluster_result: ClusterResult, judged: ClusterVerdict) -> str:
        severities = [severity for severity in Severity if severity is not Severity.INFO]
        counts = self._sentences.counted({severity: judged.counts[severity] for severity in severities})
        counts += [self._text("count-gaps", count=len(judged.gaps))] if judged.gaps else []
        if cluster_result.exclusion is not None:
            return self._text(
                "why-excluded", reason=cluster_result.exclusion.reason, owner=cluster_result.exclusion.owner
            )
        if judged.verdict in (Verdict.NOT_AUDITED, Verdict.EMPTY):
            return self._text(f"why-{judged.verdict}")
        if judged.verdict is not Verdict.COMPLIANT:
            return self._listed(counts or [self._text("in-what-was-read")])
        who = self._sentences.bearers(cluster_result.stacks)
        counts += [self._text("count-waived", count=judged.waived)] if judged.waived else []
        return self._text("clean-but" if counts else "clean", who=who, counts=self._listed(counts))

    def _requirements(self) -> Iterator[str]:
        yield from self._screen.heading(self._text("heading-requirements"))
        for cluster_result in self._result.clusters:
            for stack in cluster_result.stacks:
                if stack.attachment is Attachment.SECONDARY:  # no requirement applies there
                    continue
                yield ""
                groups = self._sentences.names.stack(cluster_result.cluster.region, stack.security_groups)
                named = self._sentences.cluster(cluster_result.cluster.region, cluster_result.cluster.cluster_id)
                who = self._text("of-cluster", cluster=named, text=self._sentences.bearers([stack]))
                yield from self._screen.paragraph(self._text("of-cluster", cluster=who, text=groups))
                yield from self._table(self._requirement_rows(stack), ("status", "requirement"))

    def _requirement_rows(self, stack: StackResult) -> list[list[str]]:
        return [
            [
                self._sentences.phrasing.text(f"terms-status-{judged.status}"),
                self._sentences.phrasing.translation(judged.requirement.title),
            ]
            for judged in stack.requirements
        ]

    def _change(self, change: Change) -> Iterator[str]:
        yield from self._screen.heading(self._text("heading-change"))
        yield from self._screen.paragraph(
            self._text(
                "change-counts",
                introduced=len(change.introduced),
                resolved=len(change.resolved),
                unchanged=len(change.unchanged),
            )
        )
        rows = [[identity.located(item), self._listed(item.actions), item.effect] for item in change.resources]
        yield from self._table(rows, ("resource", "actions", "effect")) if rows else ()

    def _load_balancers(self) -> Iterator[str]:
        """The paths through load balancers, by cluster."""
        texts = [
            self._text(
                "of-cluster",
                cluster=self._sentences.cluster(cluster.cluster.region, cluster.cluster.cluster_id),
                text=line,
            )
            for cluster in self._result.clusters
            for line in self._sentences.load_balancers(cluster)
        ]
        if texts:
            yield from self._screen.heading(self._text("heading-load-balancers"))
            limit = None if self._options.verbose else PATHS
            yield from self._screen.bullets(limited(texts, limit, self._sentences.phrasing))

    def _closing(self) -> Iterator[str]:
        sizes = audited(self._result)
        phrasing = self._sentences.phrasing
        scope = self._text(
            "closing-scope",
            clusters=self._text("clusters", count=sizes.clusters),
            nodes=phrasing.text("terms-nodes-node", count=sizes.nodes),
            masters=phrasing.text("terms-nodes-master", count=sizes.masters),
            groups=self._text("groups", count=sizes.security_groups),
        )
        yield ""
        yield from self._screen.paragraph(sums_text(self._result, self._sentences))
        yield from self._screen.paragraph(scope)
        yield from self._screen.paragraph(exit_text(self._result, self._options, self._sentences))

    def _table(self, rows: list[list[str]], columns: Sequence[str]) -> Iterator[str]:
        header = [self._text(f"column-{name}") for name in columns]
        yield from table(header, rows, self._screen.width)

    def _listed(self, texts: Sequence[str]) -> str:
        return self._sentences.phrasing.listed(texts)

    def _text(self, name: str, **facts: str | int) -> str:
        return self._sentences.phrasing.text(f"table-{name}", **facts)
