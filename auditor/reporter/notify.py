"""Writes the news of a report as a short plain-text message, grouped by the owners of the clusters.

The news are the findings that are new or worse, what is fixed or can no longer be checked, the gaps that are new, and
the waivers that end within a week. The titles of findings are in the language of the report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import compress

from auditor.model.codes import Severity
from auditor.reporter.diff import compare_reports
from auditor.reporter.escape import terminal as printable
from auditor.reporter.identity import SHORT_ID
from auditor.reporter.report_reader import ReadCluster, ReadFinding, ReadGap, ReadReport, ReadSince
from auditor.reporter.text.names import Formatter
from auditor.reporter.verdict import WORST_FIRST
from auditor.words import Lang

WEEK = timedelta(days=7)
MOST_FINDINGS = 20
"""The findings of a message; the rest is counted, and those of severity info always are."""
MOST_OTHERS = 5
"""The fixed findings, gaps and waivers of a message, each; the rest is counted."""
MOST_TITLE = 120
"""The characters of a title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingWaiver:
    """A waiver whose last day is at most a week ahead."""

    waiver_id: str
    owner: str
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The news of a report. ``lost`` is the number of earlier findings that the report can neither confirm nor deny.

    ``fixed_count`` can be larger than ``fixed``: a report of ``--since`` only tells the fingerprints of fixed findings.
    """

    new: tuple[ReadFinding, ...]
    worse: tuple[ReadFinding, ...]
    fixed: tuple[ReadFinding, ...]
    fixed_count: int
    lost: int
    gaps: tuple[ReadGap, ...]
    waivers: tuple[EndingWaiver, ...]

    def __bool__(self) -> bool:
        return any((self.new, self.worse, self.fixed_count, self.lost, self.gaps, self.waivers))


def news_of(report: ReadReport, old: ReadReport | None, today: date) -> News:
    """The news of ``report`` since ``old``.

    Without ``old`` the report itself tells what is known from an earlier one; if it was made without an earlier report,
    everything in it is new.
    """
    gaps = [gap for gap in report.gaps if gap.waiver is None]
    if old is None:
        since = report.since or ReadSince()
        added = [finding for finding in report.findings if not finding.known]
        fixed: tuple[ReadFinding, ...] = ()
        fixed_count, lost = len(since.fixed), len(since.unknown)
        before: set[tuple[str | None, str]] = set()
        new_gaps = [gap for gap in gaps if not gap.known]
    else:
        difference = compare_reports(old, report)
        added = list(difference.new)
        fixed = tuple(finding for finding in difference.fixed if finding.waiver is None)
        fixed_count, lost = len(fixed), sum(finding.waiver is None for finding in difference.unknown)
        before = {(finding.account, finding.fingerprint) for finding in old.findings if finding.waiver is None}
        known_gaps = {(gap.account, gap.fingerprint) for gap in old.gaps}
        new_gaps = [gap for gap in gaps if (gap.account, gap.fingerprint) not in known_gaps]
    unwaived = [finding for finding in added if finding.waiver is None]
    is_worse = [bool(item.previous) or (item.account, item.fingerprint) in before for item in unwaived]
    return News(
        new=tuple(finding for finding, worse in zip(unwaived, is_worse, strict=True) if not worse),
        worse=tuple(compress(unwaived, is_worse)),
        fixed=fixed,
        fixed_count=fixed_count,
        lost=lost,
        gaps=tuple(new_gaps),
        waivers=tuple(_ending(report, today)),
    )


def _ending(report: ReadReport, today: date) -> Iterator[EndingWaiver]:
    """The waivers in use that end within a week, the first to end first, each once."""
    marks = [*(finding.waiver for finding in report.findings), *(gap.waiver for gap in report.gaps)]
    ending = {
        EndingWaiver(waiver_id=mark.id, owner=mark.owner, expires=mark.expires)
        for mark in marks
        if mark is not None and today <= mark.expires <= today + WEEK
    }
    yield from sorted(ending, key=lambda waiver: (waiver.expires, waiver.waiver_id))


class Message:
    """The message of the news of a report: a title, and a body for each size that a target takes."""

    def __init__(self, report: ReadReport, news: News, lang: Lang) -> None:
        self._phrasing = Formatter(lang)
        self._report = report
        self._news = news
        self._clusters = {(item.account, item.region, item.cluster_id): item for item in report.clusters}

    @property
    def title(self) -> str:
        """``sgaudit: 3 new, 1 worse, 2 fixed``."""
        news = self._news
        counts = {
            "new": len(news.new),
            "worse": len(news.worse),
            "fixed": news.fixed_count,
            "lost": news.lost,
            "gaps": len(news.gaps),
            "waivers": len(news.waivers),
        }
        parts = [self._text(f"count-{name}", count=count) for name, count in counts.items() if count]
        return self._text("title", counts=self._phrasing.listed(parts))

    def body(self, limit: int) -> str:
        """The message in at most ``limit`` bytes of UTF-8. The least severe findings give way to their number."""
        for most in range(MOST_FINDINGS, -1, -1):
            lines = list(self._lines(most))
            if _size(lines) <= limit:
                break
        while lines and _size(lines) > limit:
            lines.pop()
        return "\n".join(lines)

    def _lines(self, most: int) -> Iterator[str]:
        """The provenance, the ``most`` worst findings by owner, gaps, waivers, and what is fixed."""
        news = self._news
        yield self._provenance()
        worst_first = sorted((*news.new, *news.worse), key=lambda finding: finding.severity.rank)
        named = [finding for finding in worst_first if finding.severity is not Severity.INFO][:most]
        yield from self._by_owner(named)
        if left_out := len(worst_first) - len(named):
            yield self._text("more-findings", count=left_out)
        yield from self._list("heading-gaps", [self._gap(gap) for gap in news.gaps])
        yield from self._list("heading-waivers", [self._waiver(waiver) for waiver in news.waivers])
        yield from self._list("heading-fixed", [self._finding(finding, "") for finding in news.fixed])
        if worst_first:
            yield self._text("next", command=self._explain(worst_first[0]))

    def _explain(self, finding: ReadFinding) -> str:
        """The command that explains the finding, with its account where the report has several."""
        accounts = {cluster.account for cluster in self._report.clusters}
        option = f" --account {finding.account}" if len(accounts) > 1 and finding.account else ""
        return f"sgaudit explain {finding.fingerprint[:SHORT_ID]}{option}"

    def _by_owner(self, findings: Sequence[ReadFinding]) -> Iterator[str]:
        """The findings of each owner, first those of the owner of the worst finding."""
        owners = list(dict.fromkeys(map(self._owner, findings)))
        worse = {(finding.account, finding.fingerprint) for finding in self._news.worse}
        for owner in owners:
            if any(owners):
                yield self._text("owner", owner=owner) if owner else self._text("owner-none")
            for finding in findings:
                if self._owner(finding) == owner:
                    state = "worse" if (finding.account, finding.fingerprint) in worse else "new"
                    yield self._finding(finding, self._text(f"state-{state}"))

    def _provenance(self) -> str:
        report = self._report
        accounts = sorted({cluster.account for cluster in report.clusters if cluster.account})
        verdicts = Counter(cluster.verdict for cluster in report.clusters)
        counts = [
            self._phrasing.text(f"table-sum-{verdict}", count=verdicts[verdict])
            for verdict in WORST_FIRST
            if verdicts[verdict]
        ]
        return self._text(
            "provenance",
            accounts=self._phrasing.listed(accounts, MOST_OTHERS) or self._text("unknown"),
            read=report.read_at or self._text("unknown"),
            clusters=self._phrasing.text("table-clusters", count=len(report.clusters)),
            verdicts=self._phrasing.listed(counts) or self._text("unknown"),
        )

    def _owner(self, finding: ReadFinding) -> str:
        cluster = self._cluster(finding)
        return printable(cluster.owner or "") if cluster is not None else ""

    def _cluster(self, finding: ReadFinding) -> ReadCluster | None:
        return self._clusters.get((finding.account, finding.region, finding.cluster_id))

    def _finding(self, finding: ReadFinding, state: str) -> str:
        cluster = self._cluster(finding)
        named = self._phrasing.named(finding.cluster_id, cluster.name if cluster is not None else "")
        line = self._text(
            "finding",
            severity=self._phrasing.text(f"terms-severity-{finding.severity}").upper(),
            state=state,
            cluster=printable(named),
            title=_cut(finding.brief or finding.title or finding.code),
            id=finding.fingerprint[:SHORT_ID],
        )
        return " ".join(line.split())

    def _gap(self, gap: ReadGap) -> str:
        subject = gap.cluster_id or gap.resource or gap.region
        action = f"{gap.service}:{gap.action}" if gap.action else ""
        facts = (gap.kind, subject, _cut(gap.title), action, gap.code)
        return printable(" ".join(text for text in facts if text))

    def _waiver(self, waiver: EndingWaiver) -> str:
        facts = {"id": waiver.waiver_id, "owner": waiver.owner, "expires": waiver.expires.isoformat()}
        return printable(self._text("waiver", **facts))

    def _list(self, heading: str, texts: list[str]) -> Iterator[str]:
        if texts:
            yield self._text(heading)
            yield from texts[:MOST_OTHERS]
        if len(texts) > MOST_OTHERS:
            yield self._text("more", count=len(texts) - MOST_OTHERS)

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"notify-{name}", **facts)


def _size(lines: Iterable[str]) -> int:
    return len("\n".join(lines).encode("utf-8"))


def _cut(text: str) -> str:
    return printable(text if len(text) <= MOST_TITLE else f"{text[: MOST_TITLE - 1]}…")
