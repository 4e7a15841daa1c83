from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from auditor.errors import ExitCode
from auditor.model.findings import Result
from auditor.reporter import sarif
from auditor.words import Lang
from tests.diagonal import diagonal
from tests.golden.samples import RESULTS
from tests.schemas.rendering import NAMES, rendered, results, sarif_schema


def _run(result: Result, exit_code: ExitCode = ExitCode.FINDINGS) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(rendered("sarif", result, exit_code=exit_code))["runs"][0]
    return run


@diagonal(("name", "lang"), NAMES, Lang, share=2)
def test_it_is_valid_against_the_official_schema(name: str, lang: Lang) -> None:
    report = json.loads(rendered("sarif", results()[name], lang))
    assert [error.message for error in sarif_schema().iter_errors(report)] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_has_its_rule_and_a_relative_place(name: str) -> None:
    run = _run(results()[name])
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(results()[name].findings)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri
        assert not uri.startswith("/")
        assert ":" not in uri.partition("/")[0]


def test_rules_have_help_and_a_security_severity() -> None:
    rules = _run(RESULTS["estate"])["tool"]["driver"]["rules"]
    assert {rule["id"]: rule["properties"]["security-severity"] for rule in rules} == {
        "TSG101": "7.5",
        "TSG102": "5.0",
        "TSG103": "7.5",
        "TSG201": "8.5",
        "TSG202": "8.5",
        "TSG301": "4.0",
        "TSG302": "5.0",
        "TSG303": "7.5",
        "TSG304": "1.0",
        "TSG305": "1.0",
        "TSG306": "1.0",
    }
    for rule in rules:
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert rule["fullDescription"]["text"]


def test_fingerprints_are_the_findings_own_and_differ() -> None:
    run = _run(RESULTS["estate"])
    found = [result["partialFingerprints"]["sgauditFinding/v1"] for result in run["results"]]
    lines = [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]
    assert lines == [f"{fingerprint}:1" for fingerprint in found]
    assert found == [finding.fingerprint for finding in RESULTS["estate"].findings]
    assert len(set(found)) == len(found)


def test_a_waived_finding_is_suppressed_with_its_reason() -> None:
    suppressed = [result for result in _run(RESULTS["estate"])["results"] if "suppressions" in result]
    assert [result["suppressions"] for result in suppressed] == [
        [
            {
                "kind": "external",
                "status": "accepted",
                "justification": "W-7: office network, login by certificate (sre@example.com, 2026-03-10)",
            }
        ]
    ]


def test_a_gap_is_a_notification_of_a_described_kind_and_the_run_no_success() -> None:
    run = _run(RESULTS["estate"], exit_code=ExitCode.INCOMPLETE)
    invocation = run["invocations"][0]
    told = [notification["descriptor"] for notification in invocation["toolExecutionNotifications"]]
    described = [notice["id"] for notice in run["tool"]["driver"]["notifications"]]
    assert [(one["id"], described[one["index"]]) for one in told] == [
        ("TSG901", "TSG901"),
        ("TSG903", "TSG903"),
        ("TSG904", "TSG904"),
    ]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3


def test_a_complete_run_is_a_success() -> None:
    invocation = _run(RESULTS["compliant"], exit_code=ExitCode.OK)["invocations"][0]
    assert invocation == {
        "executionSuccessful": True,
        "exitCode": 0,
        "toolExecutionNotifications": [],
        "endTimeUtc": "2026-03-01T08:30:00.000000Z",
    }


def test_in_a_gate_a_finding_is_at_the_block_of_the_resource_that_brings_it() -> None:
    locations = [result["locations"][0]["physicalLocation"] for result in _run(RESULTS["gate"])["results"]]
    assert {(location["artifactLocation"]["uri"], location["region"]["startLine"]) for location in locations} == {
        ("network/%E4%B8%AD%E5%9B%BD%20%5Ba%5D/main.tf", 12),
        ("sgaudit.yaml", 1),
    }


def test_in_a_gate_a_gap_is_at_the_block_of_the_resource_that_brings_it() -> None:
    [invocation] = _run(RESULTS["gate"])["invocations"]
    first, *others = invocation["toolExecutionNotifications"]
    assert first["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "network/cluster.tf"}, "region": {"startLine": 7}}}
    ]
    assert not any("locations" in notification for notification in others)


def test_new_and_known_findings_have_their_baseline_state() -> None:
    states = [result["baselineState"] for result in _run(RESULTS["gate"])["results"]]
    assert states[:4] == ["new", "unchanged", "new", "unchanged"]


def test_runs_on_one_cluster_are_kept_apart_from_runs_on_another() -> None:
    assert _run(RESULTS["compliant"])["automationDetails"] == {"id": "sgaudit/sample/ap-guangzhou/cls-healthy1/"}
    assert _run(RESULTS["estate"])["automationDetails"] == {"id": "sgaudit/sample/ap-guangzhou/"}


def test_of_too_many_findings_the_worst_are_kept_and_the_rest_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    run = _run(replace(RESULTS["estate"], gaps=()))
    kept = [result["properties"]["severity"] for result in run["results"]]
    assert kept == ["critical", "high", "high"]
    assert [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]] == [
        (
            "14 more findings, no worse than those above, are left out: readers accept no more in one "
            "run. The JSON report is complete."
        )
    ]


def test_a_message_holds_no_link() -> None:
    gap = replace(RESULTS["estate"].gaps[0], message="[click](https://evil.example)")
    told = _run(replace(RESULTS["estate"], gaps=(gap,)))["invocations"][0]["toolExecutionNotifications"]
    assert "[click]\\(https://evil.example)" in told[0]["message"]["text"]


def test_in_a_gate_a_result_is_new_where_the_change_introduces_it() -> None:
    gate = replace(
        RESULTS["gate"], findings=tuple(replace(finding, known=None) for finding in RESULTS["gate"].findings)
    )
    assert gate.change is not None
    states = {one["partialFingerprints"]["sgauditFinding/v1"]: one["baselineState"] for one in _run(gate)["results"]}
    assert {name for name, state in states.items() if state == "new"} == set(gate.change.introduced)
    assert {name for name, state in states.items() if state == "unchanged"} == set(gate.change.unchanged)
