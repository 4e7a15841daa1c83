"""Runs in a history: accounts, clusters that were deleted, second reports on a reading, gaps, large numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.comparator.compare import compare
from auditor.comparator.sightings import with_earlier
from auditor.history import database
from auditor.history.store import NewRun
from auditor.history.trend import clusters, recorded
from auditor.model.codes import GapKind
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.history import RecordedHistory
from auditor.model.outcomes import EarlierFindings
from auditor.model.rules import Rule
from auditor.model.snapshot import Account
from tests import builders

POLICY = builders.policy(builders.EGRESS)
OPEN = builders.rules(("allow", "203.0.113.0/24", "tcp", "22"))
WIDER = builders.rules(("allow", "0.0.0.0/0", "tcp", "22"))
REFUSED = Gap(
    kind=GapKind.UNREAD,
    region=builders.REGION,
    resource="sg-a",
    service="vpc",
    action="DescribeSecurityGroupPolicies",
    code="UnauthorizedOperation",
    message="not allowed",
)


def moment(day: int) -> datetime:
    return datetime(2026, 11, day, 1, 7, tzinfo=UTC)


def audited(
    day: int,
    rules: Iterable[Rule] | Gap = (),
    cluster_ids: tuple[str, ...] = ("cls-a",),
    account: str = "1",
) -> Result:
    """Clusters that each bind a group of their own with the given ingress rules, read on a day of November."""
    ingress = rules if isinstance(rules, Gap) else tuple(rules)
    groups = [replace(builders.group(f"sg-{name}"), ingress=ingress) for name in cluster_ids]
    listed = [builders.cluster(builders.node(f"ins-{name}", f"sg-{name}"), cluster_id=name) for name in cluster_ids]
    owner = Account(id=account) if account else None
    snapshot = replace(builders.snapshot(listed, groups), read_at=moment(day), account=owner)
    return compare(snapshot, POLICY, builders.TODAY)


def add(path: Path, result: Result) -> Result:
    """Adds a run as ``--history`` does."""
    assert result.snapshot.read_at is not None
    with database.writing(path) as connection:
        run = NewRun(connection=connection, result=result, moment=result.snapshot.read_at, complete=result.complete)
        earlier = run.before() or EarlierFindings(findings={})
        compared = with_earlier(result, earlier, result.snapshot.read_at)
        run.add(compared, earlier)
    return compared


def history(path: Path) -> RecordedHistory:
    with database.reading(path) as connection:
        read = recorded(connection, lambda stored: stored)
    assert read is not None
    return read


def totals(path: Path) -> list[tuple[int, int, int, int]]:
    """Day, open findings, new and fixed ones of each day of the trend."""
    return [(day.day.day, sum(n for _, n in day.counts), day.new, day.fixed) for day in history(path).trend.days]


def first_seen(result: Result) -> list[int]:
    """The day of the month on which each finding was first seen."""
    return [
        finding.sighting.first_seen.day
        for finding in result.findings
        if finding.sighting is not None and finding.sighting.first_seen is not None
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


def test_equal_clusters_of_two_accounts_have_histories_of_their_own(path: Path) -> None:
    add(path, audited(3, OPEN, account="1"))
    assert first_seen(add(path, audited(5, OPEN, account="2"))) == [5]
    add(path, audited(7, (), account="2"))
    assert first_seen(add(path, audited(9, OPEN, account="1"))) == [3]
    assert totals(path) == [(3, 1, 1, 0), (5, 2, 1, 0), (7, 1, 0, 1), (9, 1, 0, 0)]


@pytest.mark.parametrize(("first", "second"), [("", "1"), ("1", "")])
def test_a_run_whose_account_is_unknown_goes_on_with_the_same_clusters(path: Path, first: str, second: str) -> None:
    add(path, audited(3, OPEN, account=first))
    assert first_seen(add(path, audited(5, OPEN, account=second))) == [3]
    with database.reading(path) as connection:
        assert [row["account"] for row in connection.execute("SELECT account FROM cluster")] == ["1"]


def test_a_cluster_that_is_not_listed_any_more_keeps_its_findings(path: Path) -> None:
    """It was deleted, or a CAM policy hides it without a word: both look the same."""
    add(path, audited(3, OPEN, ("cls-a", "cls-b")))
    add(path, audited(5, OPEN, ("cls-a",)))
    assert totals(path) == [(3, 2, 2, 0), (5, 2, 0, 0)]


def test_clusters_that_the_last_runs_did_not_read_are_said(path: Path) -> None:
    add(path, audited(3, OPEN, ("cls-a", "cls-b")))
    add(path, audited(5, OPEN, ("cls-a",)))
    assert [(cluster.cluster_id, cluster.read_at) for cluster in history(path).unread] == [("cls-b", moment(3))]


def test_a_second_report_on_a_reading_replaces_the_first(path: Path) -> None:
    """As after an edit of the configuration that allows the packets, and one that takes it back."""
    add(path, audited(3, OPEN))
    add(path, audited(5, WIDER))
    add(path, audited(5, ()))
    assert totals(path) == [(3, 1, 1, 0), (5, 0, 0, 1)]
    again = add(path, audited(5, WIDER))
    assert totals(path) == [(3, 1, 1, 0), (5, 1, 1, 0)]
    [finding] = again.findings
    assert finding.sighting is not None
    assert (finding.known, bool(finding.sighting.previous), first_seen(again)) == (False, True, [3])
    assert len(history(path).runs) == 2


def test_a_finding_that_another_baseline_does_not_make_ends_and_is_not_fixed(path: Path) -> None:
    def by(digest: str, result: Result) -> Result:
        baseline = replace(POLICY.baseline, digest=digest)
        return replace(result, clusters=tuple(replace(item, baseline=baseline) for item in result.clusters))

    add(path, by("sha256:1", audited(3, OPEN)))
    add(path, by("sha256:2", audited(5, ())))
    assert totals(path) == [(3, 1, 1, 0), (5, 0, 0, 0)]
    add(path, by("sha256:2", audited(7, OPEN)))
    add(path, by("sha256:2", audited(9, ())))
    assert totals(path)[-1] == (9, 0, 0, 1)


def test_an_unread_rule_list_ends_nothing_and_marks_the_day(path: Path) -> None:
    add(path, audited(3, OPEN))
    add(path, audited(5, REFUSED))
    assert totals(path) == [(3, 1, 1, 0), (5, 1, 0, 0)]
    assert [day.complete for day in history(path).trend.days] == [True, False]
    [occurrence] = history(path).oldest
    assert (occurrence.last_seen, occurrence.sighting.first_seen) == (moment(3), moment(3))


def test_a_gap_is_known_from_the_run_before_and_new_after_it_was_closed(path: Path) -> None:
    results = [add(path, audited(day, rules)) for day, rules in ((3, ()), (4, REFUSED), (5, REFUSED), (6, ()))]
    results.append(add(path, audited(7, REFUSED)))
    known = [[result.is_known_gap(gap) for gap in result.gaps] for result in results]
    assert [set(marks) for marks in known] == [set(), {False}, {True}, set(), {False}]


def test_a_gap_of_a_region_stays_known_after_a_run_of_other_clusters(path: Path) -> None:
    add(path, audited(3, REFUSED, ("cls-a", "cls-b")))
    add(path, audited(4, (), ("cls-b",)))
    later = add(path, audited(5, REFUSED, ("cls-a", "cls-b")))
    assert {later.is_known_gap(gap) for gap in later.gaps if gap.resource == "sg-a"} == {True}


def test_a_late_run_changes_first_seen_alone(path: Path) -> None:
    add(path, audited(20, OPEN))
    add(path, audited(3, (*OPEN, *builders.rules(("allow", "198.51.100.0/24", "udp", "53")))))
    assert totals(path) == [(20, 1, 1, 0)]
    assert [run.is_late for run in history(path).runs] == [True, False]
    add(path, audited(5, ()))
    assert totals(path) == [(20, 1, 1, 0)]


def test_a_second_report_on_a_late_reading_does_not_take_its_run_from_the_trend(path: Path) -> None:
    for day in (3, 5, 7):
        add(path, audited(day, OPEN))
    add(path, audited(5, OPEN))
    assert [day.runs for day in history(path).trend.days] == [1, 1, 1]


def test_a_run_without_a_cluster_is_recorded_as_incomplete(path: Path) -> None:
    add(path, audited(3, OPEN))
    add(path, audited(5, cluster_ids=()))
    assert [day.complete for day in history(path).trend.days] == [True, False]
    assert totals(path) == [(3, 1, 1, 0), (5, 1, 0, 0)]


def test_names_with_lone_surrogates_are_stored(path: Path) -> None:
    result = audited(3, OPEN)
    [judged] = result.clusters
    named = replace(result, clusters=(replace(judged, cluster=replace(judged.cluster, name="a\ud800")),))
    add(path, named)
    with database.reading(path) as connection:
        assert [cluster.name for cluster in clusters(connection)] == ["a\\ud800"]


def test_packets_of_ipv6_are_read_as_they_were_written(path: Path) -> None:
    rules = builders.rules(("allow", "2001:db8::/32", "tcp", "22"))
    [finding] = add(path, audited(3, rules)).findings
    [occurrence] = history(path).oldest
    assert occurrence.finding.packets == finding.packets
