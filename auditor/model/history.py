"""The values of a history file: the findings that runs recorded over time, and the trend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from auditor.model.codes import Severity
from auditor.model.earlier import EarlierFinding, Sighting


class Beginning(StrEnum):
    """Why an occurrence of a finding begins."""

    NEW = "new"
    WORSE = "worse"
    """It is worse than an earlier finding, which it replaces."""
    RETURNED = "returned"
    """It was fixed before."""
    CHANGED = "changed"
    """The same finding is less severe, has fewer packets or got a waiver."""


class Ending(StrEnum):
    """Why an occurrence of a finding ends."""

    FIXED = "fixed"
    GROWN = "grown"
    """A new finding of the same kind has all its packets."""
    BASELINE = "baseline"
    """The run does not find it, but compared the cluster with another baseline than the run before."""
    CHANGED = "changed"
    """The next occurrence of the same finding follows at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A finding in the time in which runs found it with the same severity, packets and waiver.

    ``last_seen`` is the time of the last run that found it. A run that did not read everything that the finding depends
    on leaves it open. ``ended`` is the time of the first run that did not find it so.
    """

    finding: EarlierFinding
    account: str
    cluster_name: str
    beginning: Beginning
    last_seen: datetime
    ended: datetime | None

    @property
    def sighting(self) -> Sighting:
        """When the finding was first seen."""
        return self.finding.sighting or Sighting()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """A run, with the findings that it reported. ``is_late``: every cluster of it had been read later already."""

    read_at: datetime
    account: str
    regions: tuple[str, ...]
    clusters: int
    complete: bool
    gaps: int
    counts: tuple[tuple[Severity, int], ...]
    waived: int
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendDay:
    """The unwaived findings that were open at the end of a day (UTC), and those that came and went on it.

    ``complete``: every run of the day read and decided everything. Otherwise findings may be missing from ``counts``.
    """

    day: date
    runs: int
    complete: bool
    counts: tuple[tuple[Severity, int], ...]
    new: int
    fixed: int

    @property
    def total(self) -> int:
        """The number of open findings."""
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The days on which runs were recorded, in order, and the findings that are open after the last run."""

    days: tuple[TrendDay, ...]
    last_read: datetime
    """The time of the newest run."""
    open: int
    """The number of open findings without a waiver."""
    mean_age: float
    """Their mean age in days at ``last_read``; 0 without any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCluster:
    """A cluster and the time of its last reading."""

    account: str
    region: str
    cluster_id: str
    name: str
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedHistory:
    """Everything that a history file tells.

    ``oldest`` are all open unwaived findings, the oldest first; ``fixed`` are all that were fixed, the last first.
    ``unread`` are the clusters that were read more than 12 hours before the last run: what is told of them is that old.
    """

    trend: Trend
    runs: tuple[RecordedRun, ...]
    oldest: tuple[Occurrence, ...]
    fixed: tuple[Occurrence, ...]
    unread: tuple[RecordedCluster, ...]
