"""Histories: whatever the order and the holes of the runs, nothing ends unseen and no finding gets younger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from auditor.comparator.compare import compare
from auditor.model.findings import Finding, Result
from auditor.model.rules import Rule
from auditor.model.snapshot import Account
from tests import builders
from tests.unit.history.test_store import POLICY, REFUSED, add, history, moment

CLUSTERS = ("cls-a", "cls-b")
RULES = (
    ("allow", "203.0.113.0/24", "tcp", "22"),
    ("allow", "0.0.0.0/0", "tcp", "22"),
    ("allow", "203.0.113.0/24", "tcp", "22,3389"),
    ("allow", "198.51.100.0/24", "udp", "53"),
    ("deny", "203.0.113.0/25", "tcp", "22"),
)


@dataclass(frozen=True, kw_only=True)
class Night:
    """A run: the day, and for each cluster its rules; ``None`` if they are refused, no entry if it is not asked for."""

    day: int
    rules: dict[str, tuple[Rule, ...] | None]


@st.composite
def nights(draw: st.DrawFn) -> list[Night]:
    days = draw(st.lists(st.integers(1, 28), min_size=2, max_size=6, unique=True))
    lists = st.lists(st.sampled_from(RULES), max_size=3, unique=True).map(lambda texts: builders.rules(*texts))
    runs = st.dictionaries(st.sampled_from(CLUSTERS), st.one_of(lists, st.none()), min_size=1)
    return [Night(day=day, rules=draw(runs)) for day in days]


def audited(night: Night) -> Result:
    groups = [
        replace(builders.group(f"sg-{name}"), ingress=replace(REFUSED, resource=f"sg-{name}"))
        if rules is None
        else builders.group(f"sg-{name}", rules)
        for name, rules in night.rules.items()
    ]
    clusters = [
        builders.cluster(builders.node(f"ins-{name}", f"sg-{name}"), cluster_id=name) for name in sorted(night.rules)
    ]
    snapshot = builders.snapshot(clusters, groups)
    owner = Account(id="1")
    return compare(replace(snapshot, read_at=moment(night.day), account=owner), POLICY, builders.TODAY)


def _open(path: Path) -> dict[str, datetime | None]:
    return {occurrence.finding.fingerprint: occurrence.sighting.first_seen for occurrence in history(path).oldest}


def _of(findings: Sequence[Finding], cluster: str) -> set[str]:
    return {finding.fingerprint for finding in findings if finding.cluster_id == cluster}


@given(nights())
def test_open_findings_are_those_of_the_last_run_that_read_their_cluster(sequence: list[Night]) -> None:
    """A plain model of two clusters: a refused list keeps what was open, an older run changes nothing."""
    expected: dict[str, set[str]] = {name: set() for name in CLUSTERS}
    newest = dict.fromkeys(CLUSTERS, 0)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        for night in sequence:
            compared = add(path, audited(night))
            for name, rules in night.rules.items():
                if night.day > newest[name]:
                    newest[name] = night.day
                    present = _of(compared.findings, name)
                    expected[name] = present if rules is not None else expected[name] | present
            assert _open(path).keys() == expected["cls-a"] | expected["cls-b"]


@given(nights())
def test_the_time_when_a_finding_was_first_seen_never_moves_later_while_it_is_open(sequence: list[Night]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        before: dict[str, datetime | None] = {}
        for night in sequence:
            compared = add(path, audited(night))
            after = _open(path)
            for fingerprint in before.keys() & after.keys():
                earlier, later = before[fingerprint], after[fingerprint]
                assert earlier is not None
                assert later is not None
                assert later <= earlier
            for finding in compared.findings:
                assert finding.sighting is not None
                assert finding.sighting.first_seen is not None
                assert finding.sighting.first_seen <= moment(night.day)
            before = after


SMALL, LARGE = (builders.rules(RULES[number]) for number in (0, 1))


@example(
    [Night(day=day, rules={"cls-a": rules}) for day, rules in ((2, LARGE), (3, ()), (4, SMALL), (5, LARGE), (6, None))]
)
@given(nights())
def test_every_run_again_changes_nothing(sequence: list[Night]) -> None:
    """The same reports once more: the same trend and open findings, and the last report is the same."""
    ordered = sorted(sequence, key=lambda night: night.day)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        reports = [add(path, audited(night)) for night in ordered]
        before = history(path)
        assert [add(path, audited(night)) for night in ordered][-1] == reports[-1]
        assert history(path) == before


@given(nights())
def test_the_trend_counts_what_is_open_and_every_change_once(sequence: list[Night]) -> None:
    """From day to day: what was open, and what came, less what went, is open."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        for night in sorted(sequence, key=lambda night: night.day):
            add(path, audited(night))
        read = history(path)
    assert sum(count for _, count in read.trend.days[-1].counts) == len(read.oldest) == read.trend.open
    assert [day.runs for day in read.trend.days] == [1] * len(sequence)
