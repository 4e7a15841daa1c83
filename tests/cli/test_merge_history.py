"""``sgaudit merge --history``: each part is a run of its own account at its own time."""

from __future__ import annotations

import json
from typing import Any

from auditor.errors import ExitCode
from tests.cli import estate
from tests.cli.conftest import Tool
from tests.cli.merging import DAY, PROD, RDP, TEST, merged, report_of, snapshot_of, two


def test_a_history_gets_the_run_of_each_part_at_its_own_time(tool: Tool) -> None:
    report: Any = {}
    for day, extra in ((3, ()), (10, (RDP,))):
        prod = report_of(tool, "prod.json", snapshot_of(PROD, "aaaaaaaa", *extra, day=day))
        test = report_of(tool, "test.json", snapshot_of(TEST, "bbbbbbbb", estate.REDIS, day=day + 1))
        _, report = merged(tool, prod, test, "--history", "history.db")
    ages = {(item["account"], item["first_seen"], item["known"]) for item in report["findings"]}
    assert ages == {(PROD, "2026-11-10T01:00:00Z", False), (TEST, "2026-11-04T01:00:00Z", True)}
    history = json.loads(tool("history", "history.db", "--format", "json").stdout)
    assert [(run["read_at"][:10], run["account"]) for run in history["runs"]] == [
        ("2026-11-03", PROD),
        ("2026-11-04", TEST),
        ("2026-11-10", PROD),
        ("2026-11-11", TEST),
    ]
    assert [(day["new"], sum(day["findings"].values())) for day in history["trend"]] == [(0, 0), (1, 1), (1, 2), (0, 2)]


def test_a_filtered_part_fixes_nothing_in_the_history(tool: Tool) -> None:
    merged(tool, report_of(tool, "prod.json", snapshot_of(PROD, "aaaaaaaa", estate.REDIS)), "--history", "history.db")
    later = report_of(tool, "prod.json", snapshot_of(PROD, "aaaaaaaa", day=24), "--severity", "critical")
    merged(tool, later, "--history", "history.db")
    history = json.loads(tool("history", "history.db", "--format", "json").stdout)
    assert [(day["fixed"], day["complete"]) for day in history["trend"]] == [(0, True), (0, False)]
    assert history["open"] == 1


def test_a_missing_part_fixes_nothing_in_the_history_and_marks_the_day(tool: Tool) -> None:
    merged(tool, *two(tool), "--history", "history.db")
    accounts = (
        f'  - {{id: "{account}", name: {name}, role_arn: "qcs::cam::uin/{account}:roleName/r"}}\n'
        for account, name in ((PROD, "prod"), (TEST, "test"))
    )
    config = "regions: [ap-guangzhou]\naccounts:\n" + "".join(accounts)
    (tool.folder / "fleet.yaml").write_text(config, encoding="utf-8")
    prod = report_of(tool, "prod.json", snapshot_of(PROD, "aaaaaaaa", day=24))
    code, _ = merged(tool, prod, "--expect", "fleet.yaml", "--history", "history.db")
    assert code is ExitCode.INCOMPLETE
    trend = json.loads(tool("history", "history.db", "--format", "json").stdout)["trend"]
    assert [(day["day"][-2:], day["complete"], day["fixed"], sum(day["findings"].values())) for day in trend] == [
        ("20", True, 0, 1),
        ("22", True, 0, 1),
        ("24", False, 0, 1),
    ]


def test_with_since_and_a_history_the_report_says_the_news_and_the_history_the_age(tool: Tool) -> None:
    _, first = merged(tool, *two(tool), "--history", "history.db")
    (tool.folder / "first.json").write_text(json.dumps(first), encoding="utf-8")
    worse = report_of(tool, "test.json", snapshot_of(TEST, "bbbbbbbb", estate.REDIS, RDP, day=24))
    _, report = merged(tool, "prod.json", worse, "--since", "first.json", "--history", "history.db")
    assert sorted((item["first_seen"], item["known"]) for item in report["findings"]) == [
        ("2026-11-20T01:00:00Z", True),
        ("2026-11-24T01:00:00Z", False),
    ]


def test_a_history_that_cannot_be_used_does_not_stop_a_merge(tool: Tool) -> None:
    (tool.folder / "history.db").write_text("no database" * 500, encoding="utf-8")
    ran = tool("merge", *two(tool), "--history", "history.db", "--format", "json", *DAY)
    assert (ran.code, len(json.loads(ran.stdout)["findings"])) == (ExitCode.INCOMPLETE, 1)
    assert "history.db is not a history" in ran.stderr
