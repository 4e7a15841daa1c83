"""How old a snapshot may be: an estate that was read too long ago counts as unread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from auditor.model.gaps import Gap, GapKind
from auditor.model.snapshot import Snapshot


def held_to_age(snapshot: Snapshot, today: date, most: int | None) -> Snapshot:
    """The snapshot with a gap for each of its regions where it is more than ``most`` days old, or of unknown age.

    Days are those of the calendar in UTC. A snapshot of a day after tomorrow has no age that could be trusted.
    """
    if most is None:
        return snapshot
    return replace(snapshot, gaps=(*snapshot.gaps, *_gaps(snapshot, today, most)))


def _gaps(snapshot: Snapshot, today: date, most: int) -> Iterator[Gap]:
    fault = _fault(snapshot, today, most)
    if fault is None:
        return
    code, message = fault
    regions = {*snapshot.regions, *(cluster.region for cluster in snapshot.clusters)}
    for region in sorted(regions) or [""]:
        yield Gap(kind=GapKind.UNREAD, region=region, resource=region or "snapshot", code=code, message=message)


def _fault(snapshot: Snapshot, today: date, most: int) -> tuple[str, str] | None:
    if snapshot.read_at is None:
        return "SnapshotUndated", "it does not say when it was read"
    read = snapshot.read_at.date()
    days = (today - read).days
    if days < -1:
        return "SnapshotUndated", f"it says that it was read on {read}, which is after {today}"
    if days > most:
        return "SnapshotTooOld", f"it was read on {read}, {days} days before {today}; --max-age allows {most}"
    return None
