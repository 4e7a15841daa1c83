"""``sgaudit merge``: reports of several runs as one, and everything that their union does not show."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations
from typing import Any

import jsonschema
import pytest

from auditor.errors import ExitCode
from auditor.reporter import REPORTERS
from auditor.reporter.models import json_schema
from tests.builders import group, rules
from tests.cli import estate
from tests.cli.conftest import Ran, Tool
from tests.cli.merging import DAY, PROD, RDP, TEST, merged, report_of, snapshot_of, two


def _read(tool: Tool, file: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads((tool.folder / file).read_text(encoding="utf-8"))


def _change(tool: Tool, file: str, **fields: Any) -> str:  # noqa: ANN401 - JSON
    (tool.folder / file).write_text(json.dumps({**_read(tool, file), **fields}), encoding="utf-8")
    return file


def _codes(report: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - JSON
    return [(gap["code"], gap["resource"]) for gap in report["gaps"]]


def test_findings_and_clusters_of_two_accounts_are_united(tool: Tool) -> None:
    code, report = merged(tool, *two(tool))
    assert code is ExitCode.FINDINGS
    assert [(item["account"], item["cluster_id"], item["verdict"]) for item in report["clusters"]] == [
        (PROD, "cls-aaaaaaaa", "compliant"),
        (TEST, "cls-bbbbbbbb", "non-compliant"),
    ]
    assert [(item["account"], item["code"], item["severity"]) for item in report["findings"]] == [
        (TEST, "TSG201", "high")
    ]
    assert report["summary"]["clusters"] == 2
    assert report["summary"]["findings"]["high"] == 1


def test_a_merged_report_has_no_account_of_its_own_and_the_time_of_the_oldest(tool: Tool) -> None:
    _, report = merged(tool, *two(tool))
    assert (report["account"], report["read_at"], report["source"]) == (None, "2026-11-20T01:00:00Z", "merged")
    assert report["accounts"] == [{"id": PROD, "name": ""}, {"id": TEST, "name": ""}]
    assert report["complete"] is True
    jsonschema.validate(report, json_schema())


def test_a_merge_of_one_account_has_no_account_of_its_own_either(tool: Tool) -> None:
    prod, _ = two(tool)
    _, report = merged(tool, prod)
    assert (report["account"], report["accounts"]) == (None, [{"id": PROD, "name": ""}])
    tool("merge", prod, "--format", "json=once.json", "-q", *DAY)
    assert f"Account {PROD}. Merged reports" in tool("merge", "once.json", *DAY).stdout


def test_a_merge_of_compliant_reports_is_0(tool: Tool) -> None:
    prod, _ = two(tool)
    code, report = merged(tool, prod)
    assert (code, report["complete"]) == (ExitCode.OK, True)


def test_a_merge_of_one_report_has_its_findings_clusters_and_gaps(tool: Tool) -> None:
    tool("audit", "--replay", "demo", "--format", "json=demo.json", "-q", *DAY)
    _, union = merged(tool, "demo.json")
    own = _read(tool, "demo.json")
    for name in ("findings", "clusters", "gaps", "summary", "baseline", "waivers", "requirements", "lang"):
        assert union[name] == own[name]


def _from(text: str, heading: str, until: str) -> str:
    start = text.index(heading)
    return text[start : text.index(until, start)]


def test_the_whole_report_of_a_merge_of_one_has_the_texts_of_its_report(tool: Tool) -> None:
    tool("audit", "--replay", "demo", "--format", "json=demo.json", "-q", *DAY)
    own = tool("audit", "--replay", "demo", "-v", *DAY).stdout
    merged = tool("merge", "demo.json", "-v", *DAY).stdout
    for heading, until in (("FINDINGS", "WAIVED"), ("LOAD BALANCERS", "NOT COVERED"), ("NOT COVERED", "29 findings")):
        if heading in own and until in own:
            assert _from(merged, heading, until) == _from(own, heading, until)


def test_a_field_of_a_later_version_is_kept(tool: Tool) -> None:
    _, test = two(tool)
    [finding] = _read(tool, test)["findings"]
    _change(tool, test, findings=[{**finding, "later": {"a": 1}}])
    _, union = merged(tool, test)
    assert union["findings"][0]["later"] == {"a": 1}


def test_the_order_of_the_reports_does_not_matter(tool: Tool) -> None:
    third = report_of(tool, "third.json", snapshot_of(TEST, "cccccccc", RDP))
    texts = {tool("merge", *files, "--format", "json", *DAY).stdout for files in permutations((*two(tool), third))}
    assert len(texts) == 1


def test_it_does_not_matter_which_reports_were_merged_before(tool: Tool) -> None:
    first, second = two(tool)
    third = report_of(tool, "third.json", snapshot_of(PROD, "cccccccc", RDP))
    doubled = report_of(tool, "doubled.json", snapshot_of(TEST, "bbbbbbbb", RDP, day=21))
    _change(tool, third, shard={"index": 0, "count": 3})
    _change(tool, second, shard={"index": 1, "count": 3})
    at_once = tool("merge", first, second, third, doubled, "--format", "json", *DAY).stdout
    tool("merge", first, second, "--format", "json=left.json", "-q", *DAY)
    tool("merge", third, doubled, "--format", "json=right.json", "-q", *DAY)
    assert tool("merge", "left.json", "right.json", "--format", "json", *DAY).stdout == at_once
    assert _codes(json.loads(at_once)) == [("ReportMissing", "shard-2/3"), ("ReportTwice", "cls-bbbbbbbb")]


@pytest.mark.parametrize("name", REPORTERS)
def test_every_format_shows_the_union(tool: Tool, name: str) -> None:
    ran = tool("merge", *two(tool), "--format", name, *DAY)
    assert ran.code is ExitCode.FINDINGS
    assert "cls-bbbbbbbb" in ran.stdout
    assert ("cls-aaaaaaaa" in ran.stdout) is (name not in ("table", "gitlab"))  # these two leave a clean cluster out


def test_the_screen_counts_accounts_and_offers_no_command_for_a_finding(tool: Tool) -> None:
    lines = tool("merge", *two(tool), *DAY).stdout.splitlines()
    assert lines[0] == "2 clusters: 1 non-compliant, 1 compliant"
    assert lines[1].startswith("2 accounts. Merged reports, the oldest read 2026-11-20 01:00 UTC, 2 days ago.")
    assert not any(line.startswith("Next:") for line in lines)


def test_texts_stay_in_the_language_of_their_report(tool: Tool) -> None:
    prod = report_of(tool, "prod.json", snapshot_of(PROD, "aaaaaaaa", RDP), "--lang", "zh")
    test = report_of(tool, "test.json", snapshot_of(TEST, "bbbbbbbb", estate.REDIS))
    texts = {item["account"]: item["title"] for item in merged(tool, prod, test)[1]["findings"]}
    assert texts[PROD].startswith("对任意地址开放")
    assert texts[TEST].startswith("Open to any address")
    assert merged(tool, prod, test)[1]["lang"] is None
    assert merged(tool, prod)[1]["lang"] == "zh"
    assert "退出码" in tool("merge", prod, *DAY).stdout


def test_the_threshold_decides_the_exit_code(tool: Tool) -> None:
    assert tool("merge", *two(tool), "--fail-on", "critical", *DAY).code is ExitCode.OK
    assert tool("merge", *two(tool), "--exit-zero", *DAY).code is ExitCode.OK


def _gap(tool: Tool, *argv: str) -> tuple[str, str, str]:
    """The only gap of an incomplete union: code, resource and message."""
    code, report = merged(tool, *argv)
    assert code is ExitCode.INCOMPLETE
    assert report["complete"] is False
    [gap] = report["gaps"]
    return gap["code"], gap["resource"], gap["message"]


def test_a_truncated_file_is_a_gap_and_the_other_reports_are_shown(tool: Tool) -> None:
    prod, test = two(tool)
    (tool.folder / prod).write_text('{"schema": "sgaudit', encoding="utf-8")
    code, report = merged(tool, prod, test)
    assert code is ExitCode.INCOMPLETE
    assert [item["cluster_id"] for item in report["clusters"]] == ["cls-bbbbbbbb"]
    assert _codes(report) == [("ReportDamaged", "prod.json")]
    assert "prod.json: it is not JSON: line 1" in report["gaps"][0]["message"]


def test_a_gap_of_the_union_is_said_in_the_language_of_the_reader(tool: Tool) -> None:
    prod, test = two(tool)
    (tool.folder / test).write_text("{", encoding="utf-8")
    text = tool("merge", prod, prod, test, "-v", "--lang", "zh", "--format", "concise=c.txt", "--format", "csv", *DAY)
    assert "cls-aaaaaaaa 同时出现在 prod.json, prod.json；显示最新的一份" in text.stdout
    assert "test.json：不是 JSON：第 1 行：" in text.stdout


def test_a_file_that_is_not_there_is_a_gap(tool: Tool) -> None:
    prod, _ = two(tool)
    assert _gap(tool, prod, "gone.json")[:2] == ("ReportDamaged", "gone.json")


def test_another_schema_is_a_gap(tool: Tool) -> None:
    prod, test = two(tool)
    _change(tool, prod, schema="sgaudit-report/2")
    assert _gap(tool, prod, test) == (
        "ReportDamaged",
        "prod.json",
        "prod.json: its schema is 'sgaudit-report/2', this version reads 'sgaudit-report/1'",
    )


@pytest.mark.parametrize("value", [None, 7, [{}], [{"code": "TSG999"}]])
def test_a_value_that_no_report_has_is_a_gap(tool: Tool, value: object) -> None:
    prod, test = two(tool)
    _change(tool, prod, clusters=value)
    assert _gap(tool, prod, test)[:2] == ("ReportDamaged", "prod.json")


def test_an_unknown_finding_code_is_a_gap(tool: Tool) -> None:
    prod, test = two(tool)
    [finding] = _read(tool, test)["findings"]
    _change(tool, test, findings=[{**finding, "code": "TSG777"}])
    assert _gap(tool, prod, test)[:2] == ("ReportDamaged", "test.json")


def test_no_usable_report_at_all_is_3(tool: Tool) -> None:
    (tool.folder / "empty").mkdir()
    assert _gap(tool, "empty")[:2] == ("ReportDamaged", "empty")


def test_a_folder_stands_for_its_reports(tool: Tool) -> None:
    two(tool)
    folder = tool.folder / "parts"
    folder.mkdir()
    for name in ("prod.json", "test.json"):
        (tool.folder / name).rename(folder / name)
    (folder / "notes.txt").write_text("no report", encoding="utf-8")
    code, report = merged(tool, "parts")
    assert code is ExitCode.FINDINGS
    assert [part["file"] for part in report["parts"]] == ["parts/prod.json", "parts/test.json"]


def test_the_same_report_twice_is_a_gap_of_its_clusters(tool: Tool) -> None:
    prod, _ = two(tool)
    code, resource, message = _gap(tool, prod, prod)
    assert (code, resource) == ("ReportTwice", "cls-aaaaaaaa")
    assert message == "cls-aaaaaaaa is in prod.json, prod.json; the newest is shown"
    _, report = merged(tool, prod, prod)
    assert [(item["cluster_id"], item["verdict"]) for item in report["clusters"]] == [("cls-aaaaaaaa", "unknown")]


def test_clusters_of_two_accounts_with_the_same_id_are_two_clusters(tool: Tool) -> None:
    first = report_of(tool, "first.json", snapshot_of(PROD, "aaaaaaaa"))
    second = report_of(tool, "second.json", snapshot_of(TEST, "aaaaaaaa", estate.REDIS))
    code, report = merged(tool, first, second)
    assert (code, report["gaps"]) == (ExitCode.FINDINGS, [])
    assert [(item["account"], item["verdict"]) for item in report["clusters"]] == [
        (PROD, "compliant"),
        (TEST, "non-compliant"),
    ]
    junit = tool("merge", first, second, "--format", "junit", *DAY).stdout
    assert junit.count("<failure") == 1


def test_a_cluster_of_an_unknown_account_may_be_that_of_another_report(tool: Tool) -> None:
    first = report_of(tool, "first.json", snapshot_of(PROD, "aaaaaaaa"))
    second = report_of(tool, "second.json", replace(snapshot_of(PROD, "aaaaaaaa", day=21), account=None))
    assert _gap(tool, first, second)[:2] == ("ReportTwice", "cls-aaaaaaaa")


def test_of_two_reads_of_a_cluster_the_newest_is_shown_and_passes_neither(tool: Tool) -> None:
    old = report_of(tool, "old.json", snapshot_of(PROD, "aaaaaaaa", estate.REDIS, day=20))
    new = report_of(tool, "new.json", snapshot_of(PROD, "aaaaaaaa", day=21))
    _, report = merged(tool, old, new)
    assert report["findings"] == []
    assert [item["verdict"] for item in report["clusters"]] == ["unknown"]


def test_reports_of_different_clusters_of_a_region_are_no_doubles(tool: Tool) -> None:
    first = report_of(tool, "first.json", snapshot_of(PROD, "aaaaaaaa"))
    second = report_of(tool, "second.json", snapshot_of(PROD, "bbbbbbbb"))
    code, report = merged(tool, first, second)
    assert (code, report["gaps"]) == (ExitCode.OK, [])


def test_a_region_that_two_reports_read_is_a_double_if_one_saw_no_cluster_there(tool: Tool) -> None:
    first = report_of(tool, "first.json", snapshot_of(PROD, "aaaaaaaa"))
    second = report_of(tool, "second.json", replace(snapshot_of(PROD, "bbbbbbbb"), clusters=()))
    _, report = merged(tool, first, second)
    assert ("ReportTwice", f"{PROD}/ap-guangzhou") in _codes(report)


def test_a_shard_that_is_missing_or_there_twice_is_a_gap(tool: Tool) -> None:
    prod, test = two(tool)
    _change(tool, prod, shard={"index": 0, "count": 2})
    assert _gap(tool, prod) == ("ReportMissing", "shard-1/2", "no report is of the shard 1/2")
    _change(tool, test, shard={"index": 0, "count": 2})
    _, report = merged(tool, prod, test)
    assert _codes(report) == [("ReportTwice", "shard-0/2"), ("ReportMissing", "shard-1/2")]
    _change(tool, test, shard={"index": 1, "count": 2})
    assert merged(tool, prod, test)[0] is ExitCode.FINDINGS


EXPECTED = f"""
accounts:
  - {{id: "{PROD}", name: prod, regions: [ap-guangzhou, ap-beijing]}}
  - {{id: "{TEST}", name: test}}
  - {{id: "100000000003", name: stage}}
"""


def test_an_expected_account_or_region_without_a_report_is_a_gap(tool: Tool) -> None:
    (tool.folder / "fleet.yaml").write_text(EXPECTED, encoding="utf-8")
    code, report = merged(tool, *two(tool), "--expect", "fleet.yaml")
    assert code is ExitCode.INCOMPLETE
    assert [(gap["account"], gap["region"], gap["message"]) for gap in report["gaps"]] == [
        (PROD, "ap-beijing", f"no report is of the region ap-beijing of the account {PROD}"),
        ("100000000003", "", "no report is of the account 100000000003"),
    ]
    assert {item["verdict"] for item in report["clusters"]} == {"compliant", "non-compliant"}


def test_a_configuration_that_expects_nothing_is_a_usage_error(tool: Tool) -> None:
    (tool.folder / "fleet.yaml").write_text("regions: [ap-guangzhou]\n", encoding="utf-8")
    ran = tool("merge", *two(tool), "--expect", "fleet.yaml")
    assert ran.code is ExitCode.USAGE
    assert 'fleet.yaml has no "accounts"' in ran.stderr


def test_a_later_merge_still_expects_what_an_earlier_one_did(tool: Tool) -> None:
    (tool.folder / "fleet.yaml").write_text(EXPECTED, encoding="utf-8")
    prod, test = two(tool)
    tool("merge", prod, "--expect", "fleet.yaml", "--format", "json=first.json", "-q", *DAY)
    _, report = merged(tool, "first.json", test)
    assert _codes(report) == [("ReportMissing", f"{PROD}/ap-beijing"), ("ReportMissing", "100000000003")]


def test_a_region_with_two_reports_is_a_double_if_regions_are_expected(tool: Tool) -> None:
    (tool.folder / "fleet.yaml").write_text(f'accounts: [{{id: "{PROD}"}}]', encoding="utf-8")
    first = report_of(tool, "first.json", snapshot_of(PROD, "aaaaaaaa"))
    second = report_of(tool, "second.json", snapshot_of(PROD, "bbbbbbbb"))
    assert _gap(tool, first, second, "--expect", "fleet.yaml")[:2] == ("ReportTwice", f"{PROD}/ap-guangzhou")


def test_an_old_report_is_a_gap_on_which_its_clusters_depend(tool: Tool) -> None:
    prod, test = two(tool)
    _, report = merged(tool, prod, test, "--max-age", "1")
    assert _codes(report) == [("ReportTooOld", "test.json")]
    assert {item["cluster_id"]: len(item["gaps"]) for item in report["clusters"]} == {
        "cls-aaaaaaaa": 0,
        "cls-bbbbbbbb": 1,
    }
    assert merged(tool, prod, test, "--max-age", "2")[0] is ExitCode.FINDINGS


def test_a_report_without_a_date_has_an_unknown_age(tool: Tool) -> None:
    prod, _ = two(tool)
    _change(tool, prod, read_at=None)
    assert _gap(tool, prod, "--max-age", "30")[:2] == ("ReportUndated", "prod.json")


def test_a_filtered_report_leaves_its_clusters_unknown(tool: Tool) -> None:
    prod = report_of(tool, "prod.json", snapshot_of(PROD, "aaaaaaaa"), "--severity", "critical")
    assert _gap(tool, prod)[:2] == ("ReportFiltered", "prod.json")
    assert [item["verdict"] for item in merged(tool, prod)[1]["clusters"]] == ["unknown"]


def test_a_test_of_a_blocked_requirement_without_its_finding_does_not_pass(tool: Tool) -> None:
    read = replace(snapshot_of(PROD, "aaaaaaaa"), security_groups=(group("sg-aaaaaaaa", rules(*estate.GOOD[1:])),))
    prod = report_of(tool, "prod.json", read, "--severity", "critical")
    junit = tool("merge", prod, "--format", "junit", *DAY).stdout
    start = junit.index("node-ingress-container")
    assert "<error" in junit[start : junit.index("</testcase>", start)]


def test_an_incomplete_report_without_a_reason_is_a_gap(tool: Tool) -> None:
    prod, _ = two(tool)
    _change(tool, prod, complete=False)
    assert _gap(tool, prod)[:2] == ("ReportIncomplete", "prod.json")


@pytest.mark.parametrize(
    ("file", "text", "command"),
    [
        ("gate.json", '{"schema": "sgaudit-report/1", "change": {}}', "gate"),
        ("explain.json", '{"flows": []}', "explain"),
        ("fix.json", '{"changes": [], "proof": {}}', "fix"),
        ("diff.json", '{"new": [], "rule_edits": []}', "diff"),
        ("snapshot.json", '{"schema": "sgaudit-snapshot/1", "snapshot": {}}', "fetch"),
    ],
)
def test_the_output_of_another_command_is_refused(tool: Tool, file: str, text: str, command: str) -> None:
    prod, _ = two(tool)
    (tool.folder / file).write_text(text, encoding="utf-8")
    ran = tool("merge", prod, file)
    assert ran.code is ExitCode.USAGE
    assert f"{file} is the output of {command}: merge takes JSON reports of audit" in ran.stderr


def test_no_report_on_the_command_line_is_a_usage_error(tool: Tool) -> None:
    assert tool("merge").code is ExitCode.USAGE


def _since(tool: Tool, *argv: str) -> Ran:
    before = report_of(tool, "before.json", snapshot_of(TEST, "bbbbbbbb", RDP, day=19))
    return tool("merge", *two(tool), "--since", before, *DAY, *argv)


def test_news_since_an_earlier_report(tool: Tool) -> None:
    report = json.loads(_since(tool, "--format", "json").stdout)
    assert [item["known"] for item in report["findings"]] == [False]
    assert len(report["since"]["fixed"]) == 1
    assert "1 new, 1 fixed" in _since(tool).stdout


def test_a_finding_that_another_account_had_is_new_in_this_one(tool: Tool) -> None:
    files = [report_of(tool, f"{name}.json", snapshot_of(account, "aaaaaaaa", *opened)) for name, account, opened in (
        ("prod-old", PROD, (RDP,)), ("test-old", TEST, (estate.REDIS,)),
        ("prod-new", PROD, (RDP,)), ("test-new", TEST, (RDP,)),
    )]  # fmt: skip
    tool("merge", *files[:2], "--format", "json=old.json", "-q", *DAY)
    code, report = merged(tool, *files[2:], "--since", "old.json", "--fail-on-new")
    assert code is ExitCode.FINDINGS
    assert {item["account"]: item["known"] for item in report["findings"]} == {PROD: True, TEST: False}
    assert len(report["since"]["fixed"]) == 1
    tool("merge", *files[2:], "--format", "json=both.json", "-q", *DAY)
    _, report = merged(
        tool, files[2], report_of(tool, "fixed.json", snapshot_of(TEST, "aaaaaaaa")), "--since", "both.json"
    )
    assert [item["known"] for item in report["findings"]] == [True]
    assert len(report["since"]["fixed"]) == 1


def test_only_new_findings_fail_a_merge_that_asks_for_it(tool: Tool) -> None:
    first, second = two(tool)
    tool("merge", first, second, "--format", "json=before.json", "-q", *DAY)
    assert tool("merge", first, second, "--since", "before.json", "--fail-on-new", *DAY).code is ExitCode.OK


def test_a_finding_that_could_not_be_looked_at_again_is_not_fixed(tool: Tool) -> None:
    before = report_of(tool, "before.json", snapshot_of(PROD, "aaaaaaaa", estate.REDIS))
    read = snapshot_of(PROD, "aaaaaaaa")
    unread = replace(
        read,
        security_groups=(
            replace(
                read.security_groups[0],
                ingress=replace(estate.RULES_REFUSED, resource="sg-aaaaaaaa"),
                egress=replace(estate.RULES_REFUSED, resource="sg-aaaaaaaa"),
            ),
        ),
    )
    now = report_of(tool, "now.json", unread)
    report = json.loads(tool("merge", now, "--since", before, "--format", "json", *DAY).stdout)
    assert (len(report["since"]["fixed"]), len(report["since"]["unknown"])) == (0, 1)


def test_a_waiver_is_unused_only_if_no_report_uses_it(tool: Tool) -> None:
    (tool.folder / "waivers.yaml").write_text(
        "waivers:\n  - {id: W-7, finding: TSG201, clusters: [cls-bbbbbbbb], packets: {direction: ingress,"
        ' protocol: tcp, ports: "6379", cidrs: [0.0.0.0/0]}, reason: a, owner: b, expires: 2027-12-31}\n',
        encoding="utf-8",
    )
    argv = ("--config", "waivers.yaml")
    prod = report_of(tool, "prod.json", snapshot_of(PROD, "aaaaaaaa"), *argv)
    test = report_of(tool, "test.json", snapshot_of(TEST, "bbbbbbbb", estate.REDIS), *argv)
    code, report = merged(tool, prod, test)
    assert code is ExitCode.OK
    assert report["waivers"] == [{"id": "W-7", "state": "active"}]
    assert report["summary"]["waived"] == 1


def test_the_page_names_the_account_of_each_cluster_and_shows_no_picture(tool: Tool) -> None:
    page = tool("merge", *two(tool), "--format", "html", *DAY).stdout
    assert f'<p class="summary">{TEST}; ap-guangzhou' in page
    assert "A merged report has no rules and no pictures of the packets" in page
    assert 'class="picture"' not in page
    assert 'class="rules"' not in page
    assert "sgaudit explain" not in page


def test_the_matrix_of_the_page_has_the_requirements_of_the_reports(tool: Tool) -> None:
    page = tool("merge", *two(tool), "--format", "html", *DAY).stdout
    assert 'href="#b-node-ingress-container"' in page
    assert page.count('<td class="met"') > 5


WAIVER = (
    "waivers:\n  - {id: W-7, finding: TSG201, clusters: [cls-bbbbbbbb], packets: {direction: ingress, protocol: tcp,"
    ' ports: "6379", cidrs: [0.0.0.0/0]}, reason: a, owner: b, expires: 2026-11-25}\n'
)


def test_a_waiver_that_ended_between_audit_and_merge_waives_nothing(tool: Tool) -> None:
    (tool.folder / "waivers.yaml").write_text(WAIVER, encoding="utf-8")
    test = report_of(tool, "test.json", snapshot_of(TEST, "bbbbbbbb", estate.REDIS), "--config", "waivers.yaml")
    last_day = json.loads(tool("merge", test, "--format", "json", "--today", "2026-11-25").stdout)
    assert (last_day["summary"]["waived"], last_day["clusters"][0]["verdict"]) == (1, "compliant")
    ran = tool("merge", test, "--format", "json", "--today", "2026-11-26")
    report = json.loads(ran.stdout)
    assert ran.code is ExitCode.FINDINGS
    assert report["findings"][0]["waiver"] is None
    assert report["clusters"][0]["verdict"] == "non-compliant"
    assert report["waivers"] == [{"id": "W-7", "state": "expired"}]


def test_a_filtered_part_fixes_nothing_also_after_a_second_merge(tool: Tool) -> None:
    before = report_of(tool, "before.json", snapshot_of(PROD, "aaaaaaaa", estate.REDIS), "--fail-on", "never")
    now = report_of(tool, "now.json", snapshot_of(PROD, "aaaaaaaa"), "--severity", "critical")
    tool("merge", now, "--format", "json=once.json", "-q", *DAY)
    for file in (now, "once.json"):
        report = json.loads(tool("merge", file, "--since", before, "--format", "json", *DAY).stdout)
        assert (len(report["since"]["fixed"]), len(report["since"]["unknown"])) == (0, 1)
        assert [len(item["gaps"]) for item in report["clusters"]] == [1]
    assert tool("diff", before, "once.json").stdout.startswith(
        "0 new, 0 fixed, 0 unchanged findings, 1 could not be checked"
    )


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-22T01:00:00+08:00", 7])
def test_a_part_with_a_malformed_time_is_damaged(tool: Tool, moment: object) -> None:
    prod, test = two(tool)
    tool("merge", prod, test, "--format", "json=merged.json", "-q", *DAY)
    first, second = _read(tool, "merged.json")["parts"]
    _change(tool, "merged.json", parts=[{**first, "read_at": moment}, second])
    assert _gap(tool, "merged.json", "--max-age", "3")[:2] == ("ReportDamaged", "merged.json")
