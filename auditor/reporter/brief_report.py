"""Writes the default terminal report: one screen with the problems, where they are, and the next command.

The first line has the verdicts, with ``--since`` the news comes next, then one line for each finding (two lines below
:data:`ONE_LINE` columns), worst first, then one line for each thing that could not be checked, then the sums and the
next command. With ``-v``, the ``table`` format writes each finding in full instead (:mod:`auditor.reporter.table`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model.codes import Severity, Verdict
from auditor.model.findings import Finding, Result
from auditor.model.snapshot import SnapshotSource
from auditor.reporter import escape, identity
from auditor.reporter.identity import SHORT_ID
from auditor.reporter.options import RenderOptions
from auditor.reporter.table_lists import WaivedList
from auditor.reporter.terminal import SEVERITY_STYLES, VERDICT_STYLES, Screen, Style, columns, cut
from auditor.reporter.text.brief import BriefLine, BriefText
from auditor.reporter.text.gap_groups import BriefGap, brief_gaps
from auditor.reporter.text.news import NewsText
from auditor.reporter.text.sentences import ResultText, sums_text
from auditor.reporter.verdict import WORST_FIRST, cluster_verdicts, judged_gaps

ONE_LINE = 100
"""From this width on, a finding takes one line."""
FEW_CLUSTERS, FEW_LINES = 4, 40
"""A report on so few clusters fits so many lines, unless somebody filters it to see certain findings."""
MOST_LINES = 100
"""The lines of any other report. Findings beyond them are counted."""
LEAST_FINDINGS = 5
MOST_GAPS = 8
MOST_FIXED = 8
_NAME = 18
"""The columns of a cluster's name beside its id."""
_GAP = "  "


class BriefReport:
    """Writes the result of an audit on one screen."""

    def __init__(self, result: Result, options: RenderOptions) -> None:
        self._result = result
        self._options = options
        self._screen = Screen(options)
        self._sentences = ResultText(result, options.lang)
        self._brief = BriefText(self._sentences)
        self._phrasing = self._sentences.phrasing
        self._news = NewsText(result, self._sentences)

    def lines(self) -> Iterator[str]:
        """The lines of the report, without line ends."""
        head = list(self._head())
        counted = self._news.first(finding for finding in self._result.findings if finding.waiver is None)
        tail = list(self._tail(counted))
        yield from head
        named = [finding for finding in counted if not self._news.is_counted_only(finding)]
        yield from self._findings(named, self._room(len(head) + len(tail)))
        yield from tail

    def _tail(self, counted: Sequence[Finding]) -> Iterator[str]:
        """The lines after the findings."""
        yield from self._fixed()
        yield from self._gaps()
        if sentence := self._news.known(with_option=True):
            yield from ["", *self._screen.paragraph(sentence)]
        yield from self._closing(counted)

    def _room(self, used: int) -> int:
        """How many findings fit beside ``used`` other lines, an empty line and the line that counts the rest."""
        is_short = len(self._result.clusters) <= FEW_CLUSTERS and self._result.filter is None
        whole = FEW_LINES if is_short else MOST_LINES
        return max((whole - used - 2) // (1 if self._is_wide else 2), LEAST_FINDINGS)

    def _head(self) -> Iterator[str]:
        judged = [
            cluster_verdict.verdict for _, cluster_verdict in cluster_verdicts(self._result, self._options.fail_on)
        ]
        counts = [
            self._table(f"sum-{verdict}", count=judged.count(verdict)) for verdict in WORST_FIRST if verdict in judged
        ]
        clusters = self._table("clusters", count=len(judged))
        title = self._text("title", clusters=clusters, verdicts=self._phrasing.listed(counts)) if judged else clusters
        worst = next((verdict for verdict in WORST_FIRST if verdict in judged), Verdict.UNKNOWN)
        for line in self._screen.paragraph(title, hang=2):
            yield self._screen.painted(line, VERDICT_STYLES[worst])
        yield from self._news_line()
        provenance = identity.line(self._result, self._options, self._phrasing)
        regions = self._phrasing.listed(self._result.snapshot.regions, 3)
        yield from self._screen.paragraph(
            self._text(
                "facts",
                provenance=provenance,
                regions=regions,
                baseline=identity.baselines(self._result, self._phrasing),
                code=self._options.exit_code.value,
            )
        )

    def _news_line(self) -> Iterator[str]:
        if news := self._news.line():
            yield from self._screen.paragraph(news)

    def _fixed(self) -> Iterator[str]:
        """The findings of the earlier report that are fixed, one line each."""
        fixed = self._news.fixed()
        if not fixed:
            return
        yield ""
        word = self._phrasing.text("news-word-fixed")
        lead = self._screen.painted(word, Style.GOOD)
        for finding in fixed[:MOST_FIXED]:
            cluster = self._clusters([(finding.region, finding.cluster_id)])
            identity_ = finding.fingerprint[:SHORT_ID]
            room = self._screen.width - columns(word) - len(identity_) - 2 * len(_GAP)
            text = cut(f"{cluster}{_GAP}{escape.terminal(' '.join(finding.title.split()))}", max(room, 8))
            yield f"{lead}{_GAP}{escape.terminal(identity_)}{_GAP}{text}"
        if left := len(fixed[MOST_FIXED:]):
            yield from self._screen.paragraph(self._phrasing.text("news-fixed-more", count=left))

    def _findings(self, counted: Sequence[Finding], most: int) -> Iterator[str]:
        """The lines of at most ``most`` findings, and the number of the others."""
        asked = self._result.filter
        with_info = asked is not None and (asked.severity is Severity.INFO or bool(asked.codes))
        shown = [finding for finding in counted if with_info or finding.severity is not Severity.INFO]
        lines = self._brief.findings(shown)
        if not lines:
            return
        yield ""
        clusters = {line: self._clusters(line.clusters) for line in lines[:most]}
        width = max(columns(self._word(line)) for line in lines[:most])
        room = min(max(columns(cluster) for cluster in clusters.values()), self._screen.width // 3)
        for line in lines[:most]:
            yield from self._finding(line, clusters[line], width, room)
        if left := sum(line.count for line in lines[most:]):
            yield from self._screen.paragraph(self._text("left", count=left))

    @property
    def _is_wide(self) -> bool:
        return self._screen.width >= ONE_LINE

    def _word(self, line: BriefLine) -> str:
        return self._sentences.severity(line.severity).upper()

    def _finding(self, line: BriefLine, cluster: str, width: int, room: int) -> Iterator[str]:
        word = self._word(line)
        severity = self._screen.painted(word, SEVERITY_STYLES[line.severity]) + " " * (width - columns(word))
        what = self._text("count", text=line.what, count=line.count) if line.count > 1 else line.what
        detail = self._phrasing.listed([part for part in (line.age, line.who, line.where) if part])
        if self._is_wide:
            lead = f"{severity}{_GAP}{_padded(cut(cluster, room), room)}{_GAP}"
            rest = self._screen.width - width - room - len(line.identity) - 3 * len(_GAP)
            body = _padded(cut(escape.terminal(self._phrasing.listed([what, detail])), rest), rest)
            yield f"{lead}{body}{_GAP}{line.identity}"
            return
        indent = width + len(_GAP)
        title = f"{cluster}{_GAP}{escape.terminal(what)}"
        yield f"{severity}{_GAP}{cut(title, self._screen.width - indent)}"
        rest = self._screen.width - indent - len(line.identity) - len(_GAP)
        yield f"{' ' * indent}{line.identity}{_GAP}{cut(escape.terminal(detail), rest)}".rstrip()

    def _clusters(self, clusters: Sequence[tuple[str, str]]) -> str:
        """The only cluster with its name, or the number of clusters, without characters that act on a terminal."""
        if len(clusters) != 1:
            return self._text("clusters", count=len(clusters))
        region, cluster_id = clusters[0]
        shown = escape.terminal(cluster_id)
        name = escape.terminal(" ".join(self._sentences.names.cluster_name(region, cluster_id).split()))
        named = f'{shown} "{cut(name, _NAME)}"' if name and name != shown else shown
        return escape.terminal(self._sentences.names.in_own_account(named, region, cluster_id))

    def _gaps(self) -> Iterator[str]:
        gaps = [gap for gap in judged_gaps(self._result, self._options) if not self._news.is_counted_only(gap)]
        lines = brief_gaps(gaps, self._sentences)
        if not lines:
            return
        yield ""
        for line in lines[:MOST_GAPS]:
            yield from self._gap(line)
        if left := sum(line.count for line in lines[MOST_GAPS:]):
            yield from self._screen.paragraph(self._text("gaps-left", count=left))

    def _gap(self, line: BriefGap) -> Iterator[str]:
        lead = self._screen.painted(escape.terminal(self._text("unchecked")), Style.WARNING)
        where = self._clusters(line.clusters) if line.clusters else ""
        parts = [part for part in (where, escape.terminal(line.what)) if part]
        used = columns(self._text("unchecked")) + len(_GAP) + len(line.identity) + len(_GAP)
        text = cut(_GAP.join(parts), max(self._screen.width - used, 8))
        yield f"{lead}{_GAP}{line.identity}{_GAP}{text}"
        if line.why:
            yield from self._screen.paragraph(line.why, indent=2)

    def _closing(self, counted: Sequence[Finding]) -> Iterator[str]:
        warnings = list(WaivedList(self._sentences, self._screen).lines((), self._result.waivers))
        yield ""
        yield from warnings
        yield from self._screen.paragraph(sums_text(self._result, self._sentences))
        if command := self._next(counted):
            yield from self._screen.paragraph(self._text("next", command=command))

    def _next(self, counted: Sequence[Finding]) -> str:
        """The next command to type: explain the worst finding, or look at the permissions after a gap."""
        if self._options.source is SnapshotSource.MERGED:  # a merged report holds no rules to explain
            return ""
        if counted and counted[0].severity is not Severity.INFO:
            return self._options.command("explain", counted[0].fingerprint[:SHORT_ID], account=counted[0].account)
        gaps = self._result.unwaived_gaps
        is_live = self._options.source is SnapshotSource.LIVE
        return self._options.command("doctor", account=gaps[0].account) if gaps and is_live else ""

    def _table(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"table-{name}", **facts)

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"brief-{name}", **facts)


def _padded(text: str, width: int) -> str:
    return text + " " * max(width - columns(text), 0)
