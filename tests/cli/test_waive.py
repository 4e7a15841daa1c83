from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli import estate, shop
from tests.cli.conftest import Ran, Tool

WORDS = (
    "--reason",
    "bastion: CHG-1042",
    "--owner",
    "sre@example.com",
    "--expires",
    "2026-12-31",
    "--today",
    "2026-11-22",
)


@pytest.fixture
def bad(tool: Tool) -> str:
    return estate.write(estate.open_redis(), tool.folder / "bad.json")


def _report(tool: Tool, source: str, *argv: str) -> Any:  # noqa: ANN401 - JSON
    ran = tool("audit", "--snapshot", source, "--format", "json", "--today", "2026-11-22", *argv)
    return json.loads(ran.stdout) | {"exit": ran.code}


def _waive(tool: Tool, source: str, *argv: str) -> Ran:
    return tool("waive", *argv, "--snapshot", source)


def _pasted(tool: Tool, entry: str) -> None:
    indented = "".join(f"  {line}\n" for line in entry.splitlines())
    (tool.folder / "sgaudit.yaml").write_text(f"waivers:\n{indented}", encoding="utf-8")


def test_the_entry_waives_the_finding_when_it_is_pasted(tool: Tool, bad: str) -> None:
    [finding] = _report(tool, bad)["findings"]
    ran = _waive(tool, bad, finding["fingerprint"][:6], *WORDS)
    assert ran.code == 0
    assert ran.stderr == 'paste this under "waivers:" in the configuration file (sgaudit.yaml)\n'
    _pasted(tool, ran.stdout)
    after = _report(tool, bad)
    assert after["exit"] == 0
    assert [one["waiver"] for one in after["findings"]] == [
        {
            "id": f"W-{finding['fingerprint'][:12]}",
            "reason": "bastion: CHG-1042",
            "owner": "sre@example.com",
            "expires": "2026-12-31",
        }
    ]
    assert after["waivers"] == [{"id": f"W-{finding['fingerprint'][:12]}", "state": "active"}]


@pytest.mark.parametrize("code", ["TSG101", "TSG201", "TSG301"])
def test_findings_of_each_kind_can_be_waived(tool: Tool, code: str) -> None:
    source = estate.write(shop.without_gaps(), tool.folder / "shop.json")
    findings = [one for one in _report(tool, source)["findings"] if one["code"] == code]
    _pasted(tool, _waive(tool, source, findings[0]["fingerprint"], *WORDS).stdout)
    after = [one for one in _report(tool, source)["findings"] if one["code"] == code]
    waived = [one for one in after if one["waiver"] is not None]
    assert findings[0]["packets"] in [one["packets"] for one in waived]
    assert findings[0]["fingerprint"] not in [one["fingerprint"] for one in after if one["waiver"] is None]


def test_the_id_may_be_chosen(tool: Tool, bad: str) -> None:
    [finding] = _report(tool, bad)["findings"]
    assert _waive(tool, bad, finding["fingerprint"], "--id", "W-7", *WORDS).stdout.startswith("- id: W-7\n")


def test_a_waiver_that_is_there_already_is_said(tool: Tool, bad: str) -> None:
    [finding] = _report(tool, bad)["findings"]
    _pasted(tool, _waive(tool, bad, finding["fingerprint"], "--id", "W-7", *WORDS).stdout)
    [waived] = _report(tool, bad)["findings"]
    ran = _waive(tool, bad, waived["fingerprint"], "--id", "W-7", *WORDS)
    assert "waiver W-7 already covers this\n" in ran.stderr
    assert "the configuration already has a waiver W-7" in ran.stderr


def test_the_entry_goes_to_a_file(tool: Tool, bad: str) -> None:
    [finding] = _report(tool, bad)["findings"]
    ran = _waive(tool, bad, finding["fingerprint"], *WORDS, "-q", "-o", "waiver.yaml")
    assert (ran.code, ran.stdout, ran.stderr) == (0, "", "")
    assert (tool.folder / "waiver.yaml").read_text().startswith("- id: W-")


def test_the_finding_is_looked_for_in_the_clusters_that_are_named(tool: Tool) -> None:
    source = estate.write(estate.two_clusters(), tool.folder / "two.json")
    [finding] = _report(tool, source)["findings"]
    assert _waive(tool, source, finding["fingerprint"], "cls-bbbbbbbb", *WORDS).code == 0
    ran = _waive(tool, source, finding["fingerprint"], "cls-aaaaaaaa", *WORDS)
    assert ran.code == 2
    assert "this audit found nothing" in ran.stderr


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--expires": "2026-11-21"}, "--expires 2026-11-21 is before today, 2026-11-22"),
        ({"--expires": "soon"}, '--expires: "soon" is not a valid date; use the form 2026-12-31'),
        ({"--expires": "2026-02-30"}, '"2026-02-30" is not a valid date'),
        ({"--reason": None}, "--reason is missing"),
        ({"--owner": None}, "--owner is missing"),
        ({"--expires": None}, "--expires is missing"),
        ({"--reason": " "}, "--reason has no value"),
        ({"--id": "two words"}, "two words"),
    ],
)
def test_an_entry_that_would_not_hold_is_refused(
    tool: Tool, bad: str, changed: dict[str, str | None], said: str
) -> None:
    [finding] = _report(tool, bad)["findings"]
    given: dict[str, str | None] = dict(zip(WORDS[::2], WORDS[1::2], strict=True))
    words = [word for option, text in (given | changed).items() if text is not None for word in (option, text)]
    ran = _waive(tool, bad, finding["fingerprint"], *words)
    assert (ran.code, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_today_is_the_last_day_that_can_be_given(tool: Tool, bad: str) -> None:
    [finding] = _report(tool, bad)["findings"]
    words = ("--reason", "r", "--owner", "o", "--expires", "2026-11-22", "--today", "2026-11-22")
    assert _waive(tool, bad, finding["fingerprint"], *words).code == 0


@pytest.mark.parametrize(("words", "said"), [([], "FINGERPRINT is missing"), (["zz"], '"zz" is not a fingerprint')])
def test_what_is_no_fingerprint_is_refused(tool: Tool, bad: str, words: list[str], said: str) -> None:
    ran = _waive(tool, bad, *words, *WORDS)
    assert (ran.code, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_the_entry_of_a_gap_waives_the_gap_when_it_is_pasted(tool: Tool) -> None:
    source = estate.write(estate.unread_rules(), tool.folder / "unread.json")
    before = _report(tool, source)
    [gap] = before["gaps"]
    assert (before["exit"], gap["waiver"], gap["known"]) == (3, None, None)
    ran = _waive(tool, source, gap["fingerprint"][:8], *WORDS)
    assert ran.stdout == (
        f"- id: W-{gap['fingerprint'][:12]}\n"
        "  gap: TSG901\n"
        "  clusters: [cls-aaaaaaaa]\n"
        "  resource: sg-a\n"
        '  action: "vpc:DescribeSecurityGroupPolicies"\n'
        '  reason: "bastion: CHG-1042"\n'
        '  owner: "sre@example.com"\n'
        "  expires: 2026-12-31\n"
    )
    _pasted(tool, ran.stdout)
    after = _report(tool, source)
    assert (after["exit"], after["complete"]) == (0, False)
    assert [one["waiver"] for one in after["gaps"]] == [
        {
            "id": f"W-{gap['fingerprint'][:12]}",
            "reason": "bastion: CHG-1042",
            "owner": "sre@example.com",
            "expires": "2026-12-31",
        }
    ]
    assert after["waivers"] == [{"id": f"W-{gap['fingerprint'][:12]}", "state": "active"}]
    assert _report(tool, source, "--today", "2027-01-01")["exit"] == 3
    table = " ".join(tool("audit", "--snapshot", source, "--today", "2026-11-22", "-v").stdout.split())
    assert f"Waiver W-{gap['fingerprint'][:12]}, until 2026-12-31, sre@example.com: bastion: CHG-1042" in table
    assert (
        "Exit code 0: everything that could not be checked is waived; the clusters that depend on it stay unknown."
        in table
    )
    assert "UNKNOWN" in table


def test_a_waived_gap_is_said_when_it_is_waived_again(tool: Tool) -> None:
    source = estate.write(estate.unread_rules(), tool.folder / "unread.json")
    [gap] = _report(tool, source)["gaps"]
    _pasted(tool, _waive(tool, source, gap["fingerprint"], "--id", "W-8", *WORDS).stdout)
    ran = _waive(tool, source, gap["fingerprint"], "--id", "W-9", *WORDS)
    assert "waiver W-8 already covers this\n" in ran.stderr


@pytest.mark.parametrize(
    ("report_format", "waived", "unwaived"),
    [
        ("junit", '<skipped type="TSG901" message="W-8, until 2026-12-31', '<error type="TSG901"'),
        ("github", "::notice file=sgaudit.yaml,title=TSG901", "::error file=sgaudit.yaml"),
        ("gitlab", '"severity": "info"', '"severity": "critical"'),
        ("sarif", '"waiver": "W-8"', '"level": "error"'),
        ("ocsf", '"status": "Suppressed"', '"status": "New"'),
        ("prometheus", "sgaudit_gaps_waived 1.0", "sgaudit_gaps_waived 0.0"),
        ("csv", ",W-8,", ",,"),
        ("markdown", "W-8, until 2026-12-31", "TSG901"),
        ("html", "W-8, until 2026-12-31", "TSG901"),
    ],
)
def test_every_format_marks_a_waived_gap_and_none_calls_it_a_pass(
    tool: Tool, report_format: str, waived: str, unwaived: str
) -> None:
    source = estate.write(estate.unread_rules(), tool.folder / "unread.json")
    shown = ("audit", "--snapshot", source, "--format", report_format, "--today", "2026-11-22", "--lang", "en")
    before = tool(*shown).stdout
    [gap] = _report(tool, source)["gaps"]
    _pasted(tool, _waive(tool, source, gap["fingerprint"], "--id", "W-8", *WORDS).stdout)
    after = tool(*shown).stdout
    assert (unwaived in before, waived in before) == (True, False)
    assert waived in after
    assert 'errors="' not in after or 'errors="0"' in after
    for word in ('"status": "Pass"', 'verdict="compliant"} 1.0', '"executionSuccessful": true', "sgaudit_complete 1.0"):
        assert word not in after
