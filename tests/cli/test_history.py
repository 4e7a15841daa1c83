"""``--history`` and ``sgaudit history``: the age of each finding, the trend, and history files that cannot be used."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.model.snapshot import Account, Snapshot
from tests import builders
from tests.cli import estate
from tests.cli.conftest import Ran, Tool

RANGE = ("allow", "203.0.113.0/24", "tcp", "6379")
WIDER = ("allow", "0.0.0.0/0", "tcp", "6379")
ETCD = ("allow", "0.0.0.0/0", "tcp", "2379")
DAYS = (3, 10, 20, 28)


def estate_on(day: int, *extra_rules: tuple[str, ...]) -> Snapshot:
    """One cluster on a day of November; its nodes bind a group as TKE makes it with some rules more."""
    groups = [builders.group("sg-a", builders.rules(*estate.GOOD, *extra_rules))]
    return read_on(day, builders.snapshot([builders.cluster(builders.node("ins-a", "sg-a"))], groups))


def read_on(day: int, snapshot: Snapshot) -> Snapshot:
    moment = datetime(2026, 11, day, 1, 7, tzinfo=UTC)
    return replace(snapshot, read_at=moment, account=Account(id="100000000001"))


def audit(tool: Tool, snapshot: Snapshot, *argv: str) -> Ran:
    """Audits the snapshot and adds the run to the history in ``history.db``."""
    source = estate.write(snapshot, tool.folder / "snapshot.json")
    return tool("audit", "--snapshot", source, "--history", "history.db", *argv)


def _report(tool: Tool, snapshot: Snapshot, *argv: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(audit(tool, snapshot, "--format", "json", "-q", *argv).stdout)


def _history(tool: Tool, *argv: str) -> Any:  # noqa: ANN401 - JSON
    ran = tool("history", "history.db", *argv, "--format", "json")
    assert ran.code == 0
    return json.loads(ran.stdout)


def _ages(report: Any) -> list[tuple[str | None, str | None]]:  # noqa: ANN401 - JSON
    return [(finding["first_seen"], finding["returned"]) for finding in report["findings"]]


def test_a_finding_keeps_the_time_of_the_run_that_found_it_first(tool: Tool) -> None:
    assert _ages(_report(tool, estate_on(3, RANGE))) == [("2026-11-03T01:07:00Z", None)]
    assert _ages(_report(tool, estate_on(28, RANGE))) == [("2026-11-03T01:07:00Z", None)]


def test_without_a_history_nothing_is_said_about_ages(tool: Tool) -> None:
    source = estate.write(estate_on(3, RANGE), tool.folder / "snapshot.json")
    [finding] = json.loads(tool("audit", "--snapshot", source, "--format", "json").stdout)["findings"]
    assert (finding["first_seen"], finding["returned"], finding["previous"]) == (None, None, None)


def test_a_worse_finding_is_new_keeps_the_first_time_and_names_the_previous_one(tool: Tool) -> None:
    [before] = _report(tool, estate_on(3, RANGE))["findings"]
    report = _report(tool, estate_on(10, WIDER))
    [worse] = report["findings"]
    assert worse["fingerprint"] != before["fingerprint"]
    assert (worse["previous"], worse["first_seen"]) == (before["fingerprint"], "2026-11-03T01:07:00Z")
    assert worse["known"] is False
    assert report["since"] == {"fixed": [], "unknown": [], "grown": [before["fingerprint"]]}


def test_a_smaller_finding_keeps_the_first_time_and_has_no_previous_one(tool: Tool) -> None:
    _report(tool, estate_on(3, WIDER))
    [smaller] = _report(tool, estate_on(10, RANGE))["findings"]
    assert (smaller["previous"], smaller["first_seen"]) == (None, "2026-11-03T01:07:00Z")


def test_a_finding_that_comes_back_says_when_and_keeps_the_first_time(tool: Tool) -> None:
    _report(tool, estate_on(3, RANGE))
    assert len(_report(tool, estate_on(10))["since"]["fixed"]) == 1
    [back] = _report(tool, estate_on(20, RANGE))["findings"]
    assert (back["first_seen"], back["returned"]) == ("2026-11-03T01:07:00Z", "2026-11-20T01:07:00Z")
    assert back["known"] is False
    assert _ages(_report(tool, estate_on(28, RANGE))) == [("2026-11-03T01:07:00Z", "2026-11-20T01:07:00Z")]


def test_the_same_snapshot_twice_is_one_run_and_the_same_report(tool: Tool) -> None:
    _report(tool, estate_on(3, RANGE))
    first = audit(tool, estate_on(10, WIDER), "--format", "json", "-q").stdout
    assert audit(tool, estate_on(10, WIDER), "--format", "json", "-q").stdout == first
    assert [run["read_at"] for run in _history(tool)["runs"]] == ["2026-11-03T01:07:00Z", "2026-11-10T01:07:00Z"]


def test_an_older_snapshot_makes_a_finding_older_and_fixes_nothing(tool: Tool) -> None:
    _report(tool, estate_on(20, RANGE, ETCD))
    _report(tool, estate_on(3, RANGE))
    report = _report(tool, estate_on(28, RANGE, ETCD))
    assert sorted(finding["first_seen"] for finding in report["findings"]) == [
        "2026-11-03T01:07:00Z",
        "2026-11-20T01:07:00Z",
    ]
    history = _history(tool)
    assert [(run["read_at"][:10], run["late"]) for run in history["runs"]] == [
        ("2026-11-03", True),
        ("2026-11-20", False),
        ("2026-11-28", False),
    ]
    assert [day["day"] for day in history["trend"]] == ["2026-11-20", "2026-11-28"]


def test_a_run_of_one_cluster_fixes_nothing_in_the_others(tool: Tool) -> None:
    _report(tool, read_on(3, estate.two_clusters()))
    report = _report(tool, read_on(10, estate.two_clusters()), "cls-aaaaaaaa")
    assert report["since"] == {"fixed": [], "unknown": [], "grown": []}
    assert [day["fixed"] for day in _history(tool)["trend"]] == [0, 0]
    assert _ages(_report(tool, read_on(20, estate.two_clusters()))) == [("2026-11-03T01:07:00Z", None)]


def test_a_finding_whose_rules_could_not_be_read_stays_open(tool: Tool) -> None:
    _report(tool, estate_on(3, WIDER))
    report = _report(tool, read_on(10, estate.unread_rules()))
    assert (len(report["since"]["unknown"]), report["since"]["fixed"]) == (1, [])
    first, second = _history(tool)["trend"]
    assert (first["findings"]["high"], first["complete"]) == (1, True)
    assert (second["findings"]["high"], second["complete"], second["fixed"]) == (1, False, 0)
    assert "in part" in tool("history", "history.db").stdout
    assert _ages(_report(tool, estate_on(20, WIDER))) == [("2026-11-03T01:07:00Z", None)]


def test_a_filter_does_not_hide_findings_from_the_history(tool: Tool) -> None:
    _report(tool, estate_on(3, RANGE))
    assert _report(tool, estate_on(10, RANGE), "--severity", "critical")["findings"] == []
    assert _ages(_report(tool, estate_on(20, RANGE))) == [("2026-11-03T01:07:00Z", None)]


def test_a_finding_that_the_history_has_fails_every_run(tool: Tool) -> None:
    """Otherwise the second run would pass where the first one failed."""
    assert [audit(tool, estate_on(day, WIDER)).code for day in (3, 10)] == [1, 1]
    ran = audit(tool, estate_on(20, WIDER), "--fail-on-new")
    assert (ran.code, ran.stderr) == (2, "sgaudit: --fail-on-new needs --since REPORT to know what is new\n")


def test_a_waived_finding_is_not_in_the_trend_and_keeps_its_age(tool: Tool) -> None:
    config = tool.folder / "sgaudit.yaml"
    _report(tool, estate_on(3, RANGE))
    config.write_text(
        "waivers:\n"
        "  - {id: W-1, finding: TSG201, clusters: [cls-aaaaaaaa], role: node, reason: r, owner: o,\n"
        "     expires: 2026-12-31,\n"
        "     packets: {direction: ingress, protocol: tcp, ports: '6379', cidrs: [203.0.113.0/24]}}\n",
        encoding="utf-8",
    )
    [waived] = _report(tool, estate_on(10, RANGE), "--today", "2026-11-10")["findings"]
    assert (waived["waiver"]["id"], waived["first_seen"]) == ("W-1", "2026-11-03T01:07:00Z")
    config.unlink()
    [finding] = _report(tool, estate_on(20, RANGE))["findings"]
    assert (finding["known"], finding["first_seen"]) == (False, "2026-11-03T01:07:00Z")
    assert [(sum(day["findings"].values()), day["new"], day["fixed"]) for day in _history(tool)["trend"]] == [
        (1, 1, 0),
        (0, 0, 0),
        (1, 1, 0),
    ]


def test_a_waiver_of_a_part_changes_no_age_and_its_end_makes_nothing_worse(tool: Tool) -> None:
    """A waiver splits the finding: the rest keeps the fingerprint, the waived part gets one of its own."""
    config = tool.folder / "sgaudit.yaml"
    _report(tool, estate_on(3, RANGE))
    config.write_text(
        "waivers:\n"
        "  - {id: W-1, finding: TSG201, clusters: [cls-aaaaaaaa], role: node, reason: r, owner: o,\n"
        "     expires: 2026-12-31,\n"
        "     packets: {direction: ingress, protocol: tcp, ports: '6379', cidrs: [203.0.113.0/25]}}\n",
        encoding="utf-8",
    )
    for day in (10, 20):
        parts = _report(tool, estate_on(day, RANGE), "--today", "2026-11-10")["findings"]
        assert sorted((part["waiver"] is not None, part["first_seen"][:10], part["previous"]) for part in parts) == [
            (False, "2026-11-03", None),
            (True, "2026-11-03", None),
        ]
    config.unlink()
    [whole] = _report(tool, estate_on(28, RANGE))["findings"]
    assert (whole["first_seen"][:10], whole["known"], whole["previous"]) == ("2026-11-03", False, None)


def test_the_trend_has_the_counts_the_new_and_the_fixed_findings_of_each_day(tool: Tool) -> None:
    for day, extra in zip(DAYS, [(RANGE,), (RANGE, ETCD), (ETCD,), (ETCD,)], strict=True):
        _report(tool, estate_on(day, *extra))
    history = _history(tool)
    counts = [(sum(day["findings"].values()), day["new"], day["fixed"], day["runs"]) for day in history["trend"]]
    assert counts == [(1, 1, 0, 1), (2, 1, 0, 1), (1, 0, 1, 1), (1, 0, 0, 1)]
    assert (history["open"], history["mean_age_days"]) == (1, 18.0)
    [oldest] = history["oldest"]
    assert (oldest["first_seen"], oldest["age_days"]) == ("2026-11-10T01:07:00Z", 18.0)
    [fixed] = history["fixed"]
    assert (fixed["first_seen"], fixed["fixed_at"], fixed["age_days"]) == (
        "2026-11-03T01:07:00Z",
        "2026-11-20T01:07:00Z",
        17.0,
    )
    jsonschema.validate(history, json.loads(tool("schema", "history").stdout))


def test_the_table_has_the_days_and_the_oldest_findings(tool: Tool) -> None:
    for day in (3, 28):
        _report(tool, estate_on(day, WIDER))
    lines = [line.split() for line in tool("history", "history.db").stdout.splitlines()]
    assert ["2026-11-03", "0", "1", "0", "0", "0", "1", "0", "1", "all"] in lines
    assert ["2026-11-28", "0", "1", "0", "0", "0", "0", "0", "1", "all"] in lines
    assert "since 2026-11-03, 25 days" in " ".join(tool("history", "history.db", COLUMNS="160").stdout.split())
    chinese = tool("history", "history.db", "--lang", "zh", COLUMNS="160").stdout
    assert "自 2026-11-03 起，已 25 天" in chinese


def test_the_clusters_that_the_last_runs_did_not_read_are_named(tool: Tool) -> None:
    _report(tool, read_on(3, estate.two_clusters()))
    _report(tool, read_on(10, estate.two_clusters()), "cls-aaaaaaaa")
    assert [cluster["cluster_id"] for cluster in _history(tool)["unread"]] == ["cls-bbbbbbbb"]
    assert 'Not read in the last 12 hours: cls-bbbbbbbb "prod".' in " ".join(
        tool("history", "history.db").stdout.split()
    )


def test_csv_has_a_row_for_each_day(tool: Tool) -> None:
    _report(tool, estate_on(3, WIDER))
    assert tool("history", "history.db", "--format", "csv").stdout.lstrip("\ufeff").splitlines() == [
        "Day,Critical,High,Medium,Low,Info,New,Fixed,Runs,Read",
        "2026-11-03,0,1,0,0,0,1,0,1,all",
    ]


def test_a_cluster_can_be_asked_for_by_id_name_or_glob(tool: Tool) -> None:
    _report(tool, read_on(3, estate.two_clusters()))
    assert _history(tool, "cls-aaaaaaaa")["open"] == 0
    assert _history(tool, "cls-b*")["open"] == 1
    assert _history(tool, "prod")["open"] == 1
    ran = tool("history", "history.db", "cls-cccccccc")
    assert (ran.code, ran.stderr) == (2, "sgaudit: the history has no cluster cls-cccccccc\n")


def test_the_report_of_an_earlier_run_hands_on_the_time(tool: Tool) -> None:
    """Without a history file, ``--since`` takes the times from the earlier report."""
    first = json.dumps(_report(tool, estate_on(3, RANGE)))
    (tool.folder / "first.json").write_text(first, encoding="utf-8")
    source = estate.write(estate_on(10, WIDER, ETCD), tool.folder / "later.json")
    report = json.loads(tool("audit", "--snapshot", source, "--since", "first.json", "--format", "json").stdout)
    ages = {(finding["first_seen"], finding["previous"]) for finding in report["findings"]}
    [before] = json.loads(first)["findings"]
    assert ages == {("2026-11-03T01:07:00Z", before["fingerprint"]), ("2026-11-10T01:07:00Z", None)}


def _bad_files(folder: Path) -> dict[str, str]:
    """History files that cannot be used, with a word of the message about each."""
    (folder / "text.db").write_text("this is no database, whatever its name says\n" * 99, encoding="utf-8")
    (folder / "folder.db").mkdir()
    other, later = sqlite3.connect(folder / "other.db"), sqlite3.connect(folder / "later.db")
    other.executescript("CREATE TABLE cake (name TEXT);")
    later.executescript("PRAGMA application_id = 1936146805; PRAGMA user_version = 99; CREATE TABLE run (x);")
    other.close()
    later.close()
    return {
        "text.db": "is not a history",
        "folder.db": "cannot open",
        "other.db": "another program",
        "later.db": "update sgaudit",
        "none/history.db": "",
    }


@pytest.mark.parametrize("name", ["text.db", "folder.db", "other.db", "later.db", "none/history.db"])
def test_a_history_that_cannot_be_used_does_not_stop_the_report_and_is_exit_3(tool: Tool, name: str) -> None:
    word = _bad_files(tool.folder)[name]
    source = estate.write(estate_on(3, WIDER), tool.folder / "snapshot.json")
    path = tool.folder / name
    before = path.read_bytes() if path.is_file() else b""
    ran = tool("audit", "--snapshot", source, "--history", name, "--format", "json", "-q")
    assert ran.code == 3
    assert [finding["first_seen"] for finding in json.loads(ran.stdout)["findings"]] == [None]
    assert name in ran.stderr
    assert word in ran.stderr
    assert "without the time when each finding was first seen (exit code 3)" in ran.stderr
    assert (path.read_bytes() if path.is_file() else b"") == before


@pytest.mark.parametrize("name", ["text.db", "folder.db", "other.db", "later.db", "none/history.db", "empty.db"])
def test_a_file_that_is_no_history_has_no_trend(tool: Tool, name: str) -> None:
    _bad_files(tool.folder)
    (tool.folder / "empty.db").touch()
    ran = tool("history", name)
    assert (ran.code, ran.stdout) == (2, "")
    assert name in ran.stderr
    assert not (tool.folder / "none").exists()


def test_a_new_history_can_be_read_by_its_owner_alone(tool: Tool) -> None:
    _report(tool, estate_on(3, WIDER))
    assert (tool.folder / "history.db").stat().st_mode & 0o777 == 0o600
