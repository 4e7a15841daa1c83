"""Adds runs to a history.

A run is compared with the findings that were open just before it. It changes only clusters that it audited and that no
later run has read, and a finding ends only if the comparison says that it is fixed, replaced or changed.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from auditor.history import rows
from auditor.model.clusters import Cluster
from auditor.model.codes import Verdict
from auditor.model.earlier import EarlierFinding, Sighting
from auditor.model.findings import Finding, Result
from auditor.model.history import Beginning, Ending
from auditor.model.outcomes import EarlierFindings

_OPEN = """
SELECT occurrence.*, account, region, cluster_id, name FROM occurrence JOIN cluster ON cluster.number = cluster
WHERE cluster = ? AND began < ? AND (ended IS NULL OR ended >= ?)
"""
_ENDED = """
SELECT fingerprint, min(first_seen) AS first_seen FROM occurrence WHERE cluster = ? AND ended < ? GROUP BY fingerprint
"""

_GAP = """
INSERT INTO gap (account, region, cluster_id, fingerprint, first_seen) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (account, fingerprint) DO UPDATE SET
    first_seen = CASE WHEN ended < excluded.first_seen THEN excluded.first_seen ELSE first_seen END,
    ended = NULL
"""
"""A gap that ended in an earlier run begins again."""


class _ClusterRow(NamedTuple):
    """A cluster in the history. The times are empty before its first reading."""

    number: int
    first_read: str
    read_at: str


class _OpenRow(NamedTuple):
    """A finding that is open before the run, and the digest of the baseline of the last run that found it."""

    number: int
    baseline: str
    finding: EarlierFinding


@dataclass(slots=True, kw_only=True)
class NewRun:
    """A run that is added in an open transaction: first :meth:`before`, then :meth:`add`.

    ``moment`` is the time of the run. ``complete``: it read and decided everything.
    """

    connection: sqlite3.Connection
    result: Result
    moment: datetime
    complete: bool
    _clusters: dict[tuple[str, str], _ClusterRow] = field(default_factory=dict)
    _baselines: dict[tuple[str, str], str] = field(default_factory=dict)
    _open: dict[str, _OpenRow] = field(default_factory=dict)

    def before(self) -> EarlierFindings | None:
        """The findings and gaps of the audited clusters just before the run; ``None`` if no earlier run read any.

        A second report on the same reading does not count as an earlier run: :meth:`add` replaces the first one.
        """
        ended: dict[str, datetime] = {}
        for judged in self.result.clusters:
            if judged.unjudged is Verdict.EXCLUDED:
                continue
            cluster = judged.cluster
            row = self._cluster(cluster)
            self._clusters[cluster.region, cluster.cluster_id] = row
            self._baselines[cluster.region, cluster.cluster_id] = judged.baseline.digest
            for open_row in self.connection.execute(_OPEN, (row.number, self._time, self._time)):
                finding = rows.occurrence(open_row).finding
                self._open[finding.fingerprint] = _OpenRow(open_row["number"], open_row["baseline"], finding)
            for past in self.connection.execute(_ENDED, (row.number, self._time)):
                ended[past["fingerprint"]] = rows.time_of(past["first_seen"])
        readings = {time for row in self._clusters.values() for time in row[1:] if time and time < self._time}
        if not readings:
            return None
        findings = {fingerprint: row.finding for fingerprint, row in self._open.items()}
        return EarlierFindings(
            findings=findings,
            gaps=frozenset(self._gaps_before()),
            ended=ended,
            last_run=self._last_run(max(readings)),
        )

    def add(self, compared: Result, earlier: EarlierFindings) -> None:
        """Adds the run. ``compared`` is its result compared with ``earlier``, the answer of :meth:`before`."""
        current = {key: row for key, row in self._clusters.items() if row.read_at <= self._time}
        self._add_run(is_late=bool(self._clusters) and not current)
        for row in current.values():
            self._undo(row.number)
        for finding in compared.findings:
            key = (finding.region, finding.cluster_id)
            if key in current:
                self._add_finding(finding, current[key].number, earlier)
            elif key in self._clusters:
                self._move_first_seen(finding.fingerprint, self._clusters[key].number)
        for ending, before in _ends(compared):
            key = (before.region, before.cluster_id)
            if key in current:
                open_row = self._open[before.fingerprint]
                is_other = ending is Ending.FIXED and open_row.baseline != self._baselines[key]
                self._end(open_row.number, Ending.BASELINE if is_other else ending)
        if len(current) == len(self._clusters):
            self._add_gaps()
        self.connection.executemany(
            "UPDATE cluster SET first_read = ?, read_at = ? WHERE number = ?",
            [
                (min(row.first_read or self._time, self._time), max(row.read_at, self._time), row.number)
                for row in self._clusters.values()
            ],
        )

    @property
    def _time(self) -> str:
        return rows.time_text(self.moment)

    @property
    def _account(self) -> str:
        account = self.result.snapshot.account
        return "" if account is None else account.id

    def _cluster(self, cluster: Cluster) -> _ClusterRow:
        """The row of a cluster, which is made if it is missing. A row of an unknown account gets the account."""
        matches = self.connection.execute(
            "SELECT * FROM cluster WHERE region = ? AND cluster_id = ?", (cluster.region, cluster.cluster_id)
        ).fetchall()
        account = self.result.account_of(cluster)
        own = [row for row in matches if row["account"] == account]
        if not own and len(matches) == 1 and "" in (account, matches[0]["account"]):
            own = matches
        name = rows.clean(cluster.name)
        if not own:
            identity = {"account": account, "region": cluster.region, "cluster_id": cluster.cluster_id}
            number = self._insert("INSERT", "cluster", {**identity, "name": name, "first_read": "", "read_at": ""})
            return _ClusterRow(number, "", "")
        [row] = own
        if row["read_at"] <= self._time:
            self.connection.execute(
                "UPDATE cluster SET name = ?, account = ? WHERE number = ?",
                (name, account or row["account"], row["number"]),
            )
        return _ClusterRow(row["number"], row["first_read"], row["read_at"])

    def _last_run(self, reading: str) -> datetime:
        """The time of the last run before this one, which is at least that of ``reading``."""
        query = "SELECT max(read_at) FROM run WHERE account IN (?, '') AND read_at < ?"
        [last] = self.connection.execute(query, (self._account, self._time)).fetchone()
        return rows.time_of(max(reading, last or ""))

    def _add_run(self, *, is_late: bool) -> None:
        """Adds the row of the run. It replaces that of an earlier report on the same reading, unless it is late."""
        result = self.result
        clusters = sorted((*key, row.number) for key, row in self._clusters.items())
        scope = [self._time, self._account, result.snapshot.regions, clusters]
        identity = hashlib.sha256(json.dumps(scope).encode("utf-8", "backslashreplace")).hexdigest()
        columns: dict[str, str | int | None] = {
            "identity": identity,
            "read_at": self._time,
            "account": self._account,
            "regions": rows.clean(json.dumps(result.snapshot.regions)),
            "clusters": len(result.clusters),
            "complete": self.complete,
            "gaps": len(result.gaps),
            "counts": json.dumps({severity.value: count for severity, count in result.counts().items()}),
            "waived": sum(finding.waiver is not None for finding in result.findings),
            "is_late": is_late,
        }
        self._insert("INSERT OR IGNORE" if is_late else "INSERT OR REPLACE", "run", columns)

    def _insert(self, how: str, table: str, columns: Mapping[str, str | int | None]) -> int:
        """Adds a row and returns its number."""
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        statement = f"{how} INTO {table} ({names}) VALUES ({marks})"
        return int(self.connection.execute(statement, tuple(columns.values())).lastrowid or 0)

    def _undo(self, cluster: int) -> None:
        """Takes back what an earlier report on the same reading of the cluster changed."""
        self.connection.execute("DELETE FROM occurrence WHERE cluster = ? AND began = ?", (cluster, self._time))
        self.connection.execute(
            "UPDATE occurrence SET ended = NULL, ending = NULL WHERE cluster = ? AND ended = ?", (cluster, self._time)
        )

    def _add_finding(self, finding: Finding, cluster: int, earlier: EarlierFindings) -> None:
        sighting = finding.sighting or Sighting()
        baseline = self._baselines[finding.region, finding.cluster_id]
        row = self._open.get(finding.fingerprint)
        if row is not None and _is_unchanged(row.finding, finding):
            self.connection.execute(
                "UPDATE occurrence SET last_seen = ?, baseline = ? WHERE number = ?", (self._time, baseline, row.number)
            )
            return
        if row is not None:
            self._end(row.number, Ending.CHANGED)
        columns = {
            **rows.finding_columns(finding, sighting),
            "cluster": cluster,
            "baseline": baseline,
            "began": self._time,
            "beginning": self._beginning(finding, sighting, earlier).value,
            "last_seen": self._time,
        }
        self._insert("INSERT", "occurrence", columns)

    def _beginning(self, finding: Finding, sighting: Sighting, earlier: EarlierFindings) -> Beginning:
        if earlier.has(finding):
            return Beginning.CHANGED
        before = earlier.findings.get(finding.fingerprint)
        if before.is_exceeded_by(finding.severity, finding.packets) if before else sighting.previous:
            return Beginning.WORSE
        return Beginning.RETURNED if sighting.returned == self.moment else Beginning.NEW

    def _end(self, number: int, ending: Ending) -> None:
        self.connection.execute(
            "UPDATE occurrence SET ended = ?, ending = ? WHERE number = ?", (self._time, ending.value, number)
        )

    def _move_first_seen(self, fingerprint: str, cluster: int) -> None:
        """Moves the time when a finding was first seen to that of this older run."""
        self.connection.execute(
            "UPDATE occurrence SET first_seen = ? WHERE cluster = ? AND fingerprint = ? AND first_seen > ?",
            (self._time, cluster, fingerprint, self._time),
        )

    def _gaps_before(self) -> Iterator[tuple[str, str]]:
        gaps = self.connection.execute(
            "SELECT fingerprint FROM gap WHERE account = ? AND first_seen < ? AND (ended IS NULL OR ended >= ?)",
            (self._account, self._time, self._time),
        )
        return ((self._account, row["fingerprint"]) for row in gaps)

    def _add_gaps(self) -> None:
        """Adds the gaps of the run, and ends those that it does not have though it read the same things."""
        present = {gap.fingerprint for gap in self.result.gaps}
        regions = {"", *self.result.snapshot.regions} - self._partly_read_regions()
        stored = self.connection.execute(
            "SELECT * FROM gap WHERE account = ? AND ended IS NULL", (self._account,)
        ).fetchall()
        for row in stored:
            key = (row["region"], row["cluster_id"])
            is_read_again = key in self._clusters if row["cluster_id"] else row["region"] in regions
            if is_read_again and row["fingerprint"] not in present:
                self.connection.execute(
                    "UPDATE gap SET ended = ? WHERE account = ? AND fingerprint = ?",
                    (self._time, self._account, row["fingerprint"]),
                )
        for gap in self.result.gaps:
            self.connection.execute(
                _GAP, (self._account, gap.region, rows.clean(gap.cluster_id), gap.fingerprint, self._time)
            )

    def _partly_read_regions(self) -> set[str]:
        """The regions with a cluster that the history has and this run did not ask for."""
        clusters = self.connection.execute("SELECT region, cluster_id FROM cluster WHERE account = ?", (self._account,))
        return {row["region"] for row in clusters if (row["region"], row["cluster_id"]) not in self._clusters}


def _ends(compared: Result) -> Iterator[tuple[Ending, EarlierFinding]]:
    """The earlier findings that ended. Those that could not be checked again do not."""
    if compared.vanished is not None:
        yield from ((Ending.FIXED, finding) for finding in compared.vanished.fixed)
        yield from ((Ending.GROWN, finding) for finding in compared.vanished.grown)


def _is_unchanged(before: EarlierFinding, finding: Finding) -> bool:
    is_waived = finding.waiver is not None
    return (before.severity, before.waived, before.packets) == (finding.severity, is_waived, finding.packets)
