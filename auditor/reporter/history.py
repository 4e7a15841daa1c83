"""Renders a history: the open findings of each day by severity, their age, and the oldest ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from auditor.model.codes import Severity
from auditor.model.history import Occurrence, RecordedCluster, RecordedHistory, RecordedRun, TrendDay
from auditor.reporter import escape, identity
from auditor.reporter.command_models import (
    HISTORY_SCHEMA,
    FixedFindingPart,
    History,
    OpenFindingPart,
    RecordedRunPart,
    TrendDayPart,
    UnreadClusterPart,
)
from auditor.reporter.identity import SHORT_ID
from auditor.reporter.json_report import severity_parts
from auditor.reporter.json_text import dump
from auditor.reporter.options import RenderOptions
from auditor.reporter.regions import region_parts
from auditor.reporter.terminal import SEVERITY_STYLES, Screen, columns_of
from auditor.reporter.text.history import AgeText, days_between, title_of
from auditor.reporter.text.names import Formatter

MOST_DAYS, MOST_FINDINGS, MOST_CLUSTERS = 30, 10, 5
"""The days, the findings and the unread clusters of the table. It counts the others; JSON and CSV have all."""

_COLUMNS = ("day", *Severity, "new", "fixed", "runs", "complete")
_BYTE_ORDER_MARK = "\ufeff"


def render_json(history: RecordedHistory) -> str:
    """The object that ``sgaudit schema history`` describes."""
    trend = history.trend
    text = dump(
        History(
            schema=HISTORY_SCHEMA,
            last_read=_moment(history),
            open=trend.open,
            mean_age_days=round(trend.mean_age, 1),
            trend=[_day_part(day) for day in trend.days],
            runs=[_run_part(run) for run in history.runs],
            unread=[_cluster_part(cluster) for cluster in history.unread],
            oldest=[_finding_part(occurrence, trend.last_read) for occurrence in history.oldest],
            fixed=[_fixed_part(occurrence, trend.last_read) for occurrence in history.fixed],
        )
    )
    return "".join(text)


def render_csv(history: RecordedHistory, options: RenderOptions) -> str:
    """A row for each day, for a spreadsheet."""
    phrasing = Formatter(options.lang)
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([phrasing.text(f"history-column-{name}") for name in _COLUMNS])
    writer.writerows(_row(day, phrasing) for day in history.trend.days)
    return _BYTE_ORDER_MARK + written.getvalue()


def render_table(history: RecordedHistory, options: RenderOptions) -> str:
    """The state after the last run, the trend by day, and the oldest findings."""
    return "\n".join(line.rstrip() for line in _Page(history, options).lines()) + "\n"


def _moment(history: RecordedHistory) -> str:
    return identity.timestamp(history.trend.last_read) or ""


def _day_part(day: TrendDay) -> TrendDayPart:
    return TrendDayPart(
        day=day.day.isoformat(),
        findings=severity_parts(dict(day.counts)),
        new=day.new,
        fixed=day.fixed,
        runs=day.runs,
        complete=day.complete,
    )


def _cluster_part(cluster: RecordedCluster) -> UnreadClusterPart:
    return UnreadClusterPart(
        account=cluster.account or None,
        region=cluster.region,
        cluster_id=cluster.cluster_id,
        name=cluster.name,
        read_at=identity.timestamp(cluster.read_at) or "",
    )


def _run_part(run: RecordedRun) -> RecordedRunPart:
    return RecordedRunPart(
        read_at=identity.timestamp(run.read_at) or "",
        account=run.account or None,
        regions=run.regions,
        clusters=run.clusters,
        complete=run.complete,
        gaps=run.gaps,
        findings=severity_parts(dict(run.counts)),
        waived=run.waived,
        late=run.is_late,
    )


def _fixed_part(occurrence: Occurrence, last_read: datetime) -> FixedFindingPart:
    ended = occurrence.ended or last_read
    return {**_finding_part(occurrence, ended), "fixed_at": identity.timestamp(ended) or ""}


def _finding_part(occurrence: Occurrence, until: datetime) -> OpenFindingPart:
    finding = occurrence.finding
    sighting = occurrence.sighting
    return OpenFindingPart(
        code=finding.code,
        severity=finding.severity,
        fingerprint=finding.fingerprint,
        account=occurrence.account or None,
        region=finding.region,
        cluster_id=finding.cluster_id,
        cluster_name=occurrence.cluster_name,
        role=finding.role,
        attachment=finding.attachment,
        security_groups=finding.security_groups,
        direction=finding.direction,
        requirement_id=finding.requirement_id or None,
        packets=region_parts(finding.packets),
        first_seen=identity.timestamp(sighting.first_seen) or "",
        returned=identity.timestamp(sighting.returned),
        last_seen=identity.timestamp(occurrence.last_seen) or "",
        previous=sighting.previous or None,
        age_days=round(days_between(sighting.since, until), 1),
    )


def _row(day: TrendDay, phrasing: Formatter) -> list[str]:
    return [
        day.day.isoformat(),
        *(str(count) for _, count in day.counts),
        str(day.new),
        str(day.fixed),
        str(day.runs),
        phrasing.text("history-complete" if day.complete else "history-incomplete"),
    ]


class _Page:
    def __init__(self, history: RecordedHistory, options: RenderOptions) -> None:
        self._history = history
        self._screen = Screen(options)
        self._phrasing = Formatter(options.lang)
        self._ages = AgeText(self._phrasing, history.trend.last_read)

    def lines(self) -> Iterator[str]:
        trend = self._history.trend
        moment = trend.last_read.strftime("%Y-%m-%d %H:%M")
        age = f"{trend.mean_age:.1f}"
        yield from self._screen.paragraph(self._text("title", count=trend.open, moment=moment, age=age))
        yield from self._unread()
        yield from self._days()
        yield from self._oldest()

    def _unread(self) -> Iterator[str]:
        unread = self._history.unread
        if not unread:
            return
        names = [self._phrasing.named(cluster.cluster_id, cluster.name) for cluster in unread]
        facts = {"clusters": self._phrasing.listed(names, MOST_CLUSTERS), "day": unread[0].read_at.date().isoformat()}
        yield from self._screen.paragraph(self._text("unread", **facts))

    def _days(self) -> Iterator[str]:
        days = self._history.trend.days
        shown = days[-MOST_DAYS:]
        if not shown:
            return
        yield ""
        header = [self._text(f"column-{name}") for name in _COLUMNS]
        rows = [header, *(_row(day, self._phrasing) for day in shown)]
        for lines in columns_of(rows, self._screen.width, whole=0):
            yield from lines
        if any(not day.complete for day in shown):
            yield from self._screen.paragraph(self._text("about-incomplete"))
        if left := len(days) - len(shown):
            yield from self._screen.paragraph(self._text("more-days", count=left))

    def _oldest(self) -> Iterator[str]:
        oldest = self._history.oldest
        if not oldest:
            return
        yield from self._screen.heading(self._text("oldest"))
        shown = oldest[:MOST_FINDINGS]
        rows = [self._finding(occurrence) for occurrence in shown]
        lines = columns_of(rows, self._screen.width, whole=4)
        for occurrence, row, (first, *rest) in zip(shown, rows, lines, strict=True):
            word = escape.terminal(row[0])
            yield self._screen.painted(word, SEVERITY_STYLES[occurrence.finding.severity]) + first.removeprefix(word)
            yield from rest
        if left := len(oldest[MOST_FINDINGS:]):
            yield from self._screen.paragraph(self._text("more-findings", count=left))

    def _finding(self, occurrence: Occurrence) -> list[str]:
        finding = occurrence.finding
        title = f"{finding.code} {title_of(finding, self._phrasing)}"
        groups = self._phrasing.listed(finding.security_groups, 2)
        return [
            self._phrasing.text(f"terms-severity-{finding.severity}").upper(),
            self._phrasing.named(finding.cluster_id, occurrence.cluster_name),
            self._text("finding-of", title=title, groups=groups) if groups else title,
            self._ages.since([occurrence.sighting]) or self._text("age-now"),
            finding.fingerprint[:SHORT_ID],
        ]

    def _text(self, name: str, **facts: str | int) -> str:
        return self._phrasing.text(f"history-{name}", **facts)
