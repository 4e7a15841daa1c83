"""Reads the trend, the runs and the open findings from a history."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.history import rows
from auditor.model.codes import Severity
from auditor.model.history import (
    Beginning,
    Ending,
    Occurrence,
    RecordedCluster,
    RecordedHistory,
    RecordedRun,
    Trend,
    TrendDay,
)
from auditor.model.selectors import Tag

_NEW = (Beginning.NEW, Beginning.WORSE, Beginning.RETURNED)
_DAYS = """
SELECT substr(read_at, 1, 10) AS day, count(*) AS runs, min(complete) AS complete FROM run WHERE NOT is_late
GROUP BY day ORDER BY day
"""
_BEGAN = """
SELECT substr(began, 1, 10) AS day, severity, beginning AS how, count(*) AS number FROM occurrence
WHERE NOT waived AND cluster IN (SELECT value FROM json_each(:clusters)) GROUP BY day, severity, how
"""
_ENDED = """
SELECT substr(ended, 1, 10) AS day, severity, ending AS how, count(*) AS number FROM occurrence
WHERE NOT waived AND cluster IN (SELECT value FROM json_each(:clusters)) AND ended IS NOT NULL
GROUP BY day, severity, how
"""
_AGE = """
SELECT count(*) AS number, avg(max(julianday(:last) - julianday(coalesce(returned, first_seen)), 0)) AS age
FROM occurrence WHERE NOT waived AND cluster IN (SELECT value FROM json_each(:clusters)) AND ended IS NULL
"""
_OLDEST = """
SELECT occurrence.*, account, region, cluster_id, name FROM occurrence JOIN cluster ON cluster.number = cluster
WHERE NOT waived AND cluster IN (SELECT value FROM json_each(:clusters)) AND ended IS NULL
"""

_FIXED = """
SELECT occurrence.*, account, region, cluster_id, name FROM occurrence JOIN cluster ON cluster.number = cluster
WHERE NOT waived AND cluster IN (SELECT value FROM json_each(:clusters)) AND ending = 'fixed'
ORDER BY ended DESC, account, region, cluster_id, fingerprint
"""
_UNREAD = """
SELECT * FROM cluster WHERE number IN (SELECT value FROM json_each(:clusters)) AND read_at < :before
ORDER BY read_at, account, region, cluster_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCluster:
    """A cluster of a history, as selectors see it. Its tags are not stored."""

    number: int
    cluster_id: str
    name: str
    tags: tuple[Tag, ...] = ()


def clusters(connection: sqlite3.Connection) -> tuple[StoredCluster, ...]:
    """Every cluster of the history."""
    stored = connection.execute("SELECT number, cluster_id, name FROM cluster ORDER BY region, cluster_id, account")
    return tuple(StoredCluster(number=row["number"], cluster_id=row["cluster_id"], name=row["name"]) for row in stored)


def trend(connection: sqlite3.Connection, chosen: tuple[StoredCluster, ...]) -> Trend | None:
    """The trend of the chosen clusters over all runs; ``None`` for a history without a run."""
    [last] = connection.execute("SELECT max(read_at) FROM run").fetchone()
    if last is None:
        return None
    named = {"clusters": json.dumps([cluster.number for cluster in chosen]), "last": last}
    age = connection.execute(_AGE, named).fetchone()
    return Trend(
        days=_days(connection, named),
        last_read=rows.time_of(last),
        open=age["number"],
        mean_age=age["age"] or 0.0,
    )


def recorded(
    connection: sqlite3.Connection, choose: Callable[[tuple[StoredCluster, ...]], tuple[StoredCluster, ...]]
) -> RecordedHistory | None:
    """Everything that the history tells of the clusters that ``choose`` keeps; ``None`` for one without a run."""
    chosen = choose(clusters(connection))
    over_time = trend(connection, chosen)
    if over_time is None:
        return None
    runs = connection.execute("SELECT * FROM run ORDER BY read_at, account, number").fetchall()
    numbers = json.dumps([cluster.number for cluster in chosen])
    named = {"clusters": numbers, "before": rows.time_text(over_time.last_read - timedelta(hours=12))}
    return RecordedHistory(
        trend=over_time,
        runs=tuple(_run(row) for row in runs),
        oldest=tuple(sorted(map(rows.occurrence, connection.execute(_OLDEST, named)), key=_oldest_first)),
        fixed=tuple(map(rows.occurrence, connection.execute(_FIXED, named))),
        unread=tuple(map(_cluster, connection.execute(_UNREAD, named))),
    )


def _oldest_first(occurrence: Occurrence) -> tuple[object, ...]:
    finding = occurrence.finding
    identity = (occurrence.account, finding.region, finding.cluster_id, finding.fingerprint)
    return (occurrence.sighting.since, finding.severity.rank, *identity)


class _Changes:
    """What began or ended on each day."""

    def __init__(self, changes: Iterable[sqlite3.Row], news: tuple[str, ...]) -> None:
        self.counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.news: Counter[str] = Counter()
        for row in changes:
            self.counts[row["day"]][row["severity"]] += row["number"]
            if row["how"] in news:
                self.news[row["day"]] += row["number"]


def _days(connection: sqlite3.Connection, named: dict[str, str]) -> tuple[TrendDay, ...]:
    began = _Changes(connection.execute(_BEGAN, named), _NEW)
    ended = _Changes(connection.execute(_ENDED, named), (Ending.FIXED,))
    counts: Counter[str] = Counter()
    days = []
    for row in connection.execute(_DAYS):
        day = row["day"]
        counts = counts + began.counts[day] - ended.counts[day]
        days.append(
            TrendDay(
                day=date.fromisoformat(day),
                runs=row["runs"],
                complete=bool(row["complete"]),
                counts=tuple((severity, counts[severity.value]) for severity in Severity),
                new=began.news[day],
                fixed=ended.news[day],
            )
        )
    return tuple(days)


def _cluster(row: sqlite3.Row) -> RecordedCluster:
    return RecordedCluster(
        account=row["account"],
        region=row["region"],
        cluster_id=row["cluster_id"],
        name=row["name"],
        read_at=rows.time_of(row["read_at"]),
    )


def _run(row: sqlite3.Row) -> RecordedRun:
    try:
        counts = json.loads(row["counts"])
        return RecordedRun(
            read_at=rows.time_of(row["read_at"]),
            account=row["account"],
            regions=tuple(json.loads(row["regions"])),
            clusters=row["clusters"],
            complete=bool(row["complete"]),
            gaps=row["gaps"],
            counts=tuple((severity, int(counts[severity.value])) for severity in Severity),
            waived=row["waived"],
            is_late=bool(row["is_late"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise sqlite3.DatabaseError(f"damaged row of a run: {error}") from error
