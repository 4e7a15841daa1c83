"""Snapshots that are too old to say how things are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from auditor.cli.source import with_age_gaps
from auditor.model.codes import GapKind
from auditor.model.snapshot import Snapshot
from tests import builders

TODAY = date(2026, 11, 22)


def codes(read_at: datetime | None, most: int | None) -> list[tuple[str, str]]:
    snapshot = with_age_gaps(Snapshot(regions=("ap-a", "ap-b"), read_at=read_at), TODAY, most)
    assert {gap.kind for gap in snapshot.gaps} <= {GapKind.UNREAD}
    return [(gap.region, gap.code) for gap in snapshot.gaps]


@pytest.mark.parametrize(
    ("read_at", "most", "code"),
    [
        (datetime(2026, 11, 15, 23, 59, tzinfo=UTC), 7, ""),
        (datetime(2026, 11, 14, 23, 59, tzinfo=UTC), 7, "SnapshotTooOld"),
        (datetime(2026, 11, 22, 1, 7, tzinfo=UTC), 0, ""),
        (datetime(2026, 11, 21, 1, 7, tzinfo=UTC), 0, "SnapshotTooOld"),
        (datetime(2026, 11, 23, 1, 7, tzinfo=UTC), 0, ""),
        (datetime(2026, 11, 24, 1, 7, tzinfo=UTC), 7, "SnapshotUndated"),
        (None, 36_500, "SnapshotUndated"),
    ],
)
def test_an_older_snapshot_leaves_a_gap_in_every_region(read_at: datetime | None, most: int, code: str) -> None:
    assert codes(read_at, most) == ([("ap-a", code), ("ap-b", code)] if code else [])


def test_without_a_limit_any_age_will_do() -> None:
    assert codes(None, None) == []
    assert codes(datetime(2020, 1, 1, tzinfo=UTC), None) == []


def test_no_cluster_escapes_whatever_regions_a_file_names() -> None:
    elsewhere = replace(builders.cluster(), region="ap-c")
    undated = with_age_gaps(Snapshot(regions=("ap-a",), clusters=(elsewhere,)), TODAY, 7)
    assert [gap.region for gap in undated.gaps] == ["ap-a", "ap-c"]
    assert [gap.resource for gap in with_age_gaps(Snapshot(regions=()), TODAY, 7).gaps] == ["snapshot"]
