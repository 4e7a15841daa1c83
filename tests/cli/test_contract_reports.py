"""Reports with the fields of the contract alone, made by hand or cut: accepted, and never passed on without a look."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from auditor.reporter import REPORTERS
from auditor.reporter.models import json_schema
from tests.cli.conftest import Tool
from tests.cli.contract import FLOW, TEST, cluster, finding, gap, report, write

DAY = ("--today", "2026-11-29")
OTHER = "cls-bbbbbbbb"
WAIVER = {"id": "W-1", "reason": "known", "owner": "net", "expires": "2027-12-31"}


def _merged(tool: Tool, document: dict[str, Any]) -> tuple[int, dict[str, str], list[str]]:
    """Exit code, verdicts and gap codes of the merge of a report with that of a compliant cluster."""
    good = write(tool, "good.json", report(cluster("compliant")))
    ran = tool("merge", good, write(tool, "other.json", document), "--format", "json", *DAY)
    merged = json.loads(ran.stdout)
    jsonschema.validate(merged, json_schema())
    verdicts = {item["cluster_id"]: item["verdict"] for item in merged["clusters"]}
    return int(ran.code), verdicts, [item["code"] for item in merged["gaps"]]


def _other(verdict: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return cluster(verdict, TEST, OTHER, **fields)


def test_reports_with_the_fields_of_the_contract_alone_are_merged(tool: Tool) -> None:
    compliant = report(_other("compliant"))
    assert _merged(tool, compliant) == (0, {"cls-aaaaaaaa": "compliant", OTHER: "compliant"}, [])
    bad = report(_other("non-compliant"), findings=[finding(TEST, OTHER)])
    assert _merged(tool, bad) == (1, {"cls-aaaaaaaa": "compliant", OTHER: "non-compliant"}, [])
    unread = report(_other("unknown"), gaps=[gap(TEST, OTHER)])
    assert _merged(tool, unread) == (3, {"cls-aaaaaaaa": "compliant", OTHER: "unknown"}, ["UnauthorizedOperation"])
    excluded = report(_other("excluded"), complete=False)
    assert _merged(tool, excluded) == (0, {"cls-aaaaaaaa": "compliant", OTHER: "excluded"}, [])


@pytest.mark.parametrize("format_", sorted(REPORTERS))
def test_every_format_of_a_merge_takes_reports_with_the_fields_of_the_contract_alone(tool: Tool, format_: str) -> None:
    bad = report(_other("non-compliant"), findings=[finding(TEST, OTHER, waiver=None)])
    files = [
        write(tool, "bad.json", bad),
        write(tool, "unread.json", report(cluster("unknown"), gaps=[gap(waiver=WAIVER)])),
    ]
    ran = tool("merge", *files, "--format", format_, *DAY)
    assert ran.code == 1
    assert ran.stdout


def test_reports_with_the_fields_of_the_contract_alone_are_compared(tool: Tool) -> None:
    good = write(tool, "good.json", report(cluster("compliant")))
    bad = write(tool, "bad.json", report(cluster("non-compliant"), findings=[finding()]))
    assert tool("diff", good, bad).code == 1
    assert "0 new, 1 fixed" in tool("diff", bad, good).stdout
    assert tool("audit", "--replay", "demo", "--since", good, *DAY).code == 3
    assert tool("merge", bad, "--since", bad, "--fail-on-new", *DAY).code == 0
    assert tool("merge", bad, "--history", "history.db", *DAY).code == 1
    assert "2026-11-22,0,1,0,0,0,1,0,1,all" in tool("history", "history.db", "--format", "csv").stdout


@pytest.mark.parametrize(
    ("document", "verdict"),
    [
        pytest.param(report(_other("unknown")), "unknown", id="unknown-without-a-gap"),
        pytest.param(report(_other("unknown"), complete=False), "unknown", id="incomplete-without-a-gap"),
        pytest.param(report(_other("not-audited", stacks=[])), "not-audited", id="not-audited"),
        pytest.param(report(_other("compliant", stacks=[])), "unknown", id="compliant-without-a-stack"),
        pytest.param(report(_other("compliant"), complete=False), "unknown", id="incomplete-and-compliant"),
        pytest.param(report(_other("non-compliant")), "non-compliant", id="non-compliant-without-a-finding"),
    ],
)
def test_a_verdict_that_its_report_does_not_bear_out_is_no_pass(
    tool: Tool, document: dict[str, Any], verdict: str
) -> None:
    code, verdicts, gaps = _merged(tool, document)
    assert (code, verdicts, gaps) == (3, {"cls-aaaaaaaa": "compliant", OTHER: verdict}, ["ReportIncomplete"])


@pytest.mark.parametrize("status", ["unknown", "blocked", "partial"])
def test_a_compliant_cluster_with_a_requirement_that_is_not_met_is_no_pass(tool: Tool, status: str) -> None:
    changed = _other("compliant")
    changed["stacks"][0]["requirements"][0].update(status=status, missing=[FLOW])
    code, verdicts, gaps = _merged(tool, report(changed))
    assert (code, verdicts[OTHER], gaps) == (3, "unknown", ["ReportIncomplete"])


def test_a_report_that_counts_more_than_it_has_is_no_pass(tool: Tool) -> None:
    whole = report(_other("non-compliant"), findings=[finding(TEST, OTHER)])
    code, verdicts, _ = _merged(tool, {**whole, "findings": [], "clusters": [_other("compliant")]})
    assert (code, verdicts[OTHER]) == (3, "unknown")
    assert _merged(tool, {**whole, "findings": [], "clusters": []})[0] == 3


def test_a_report_without_clusters_that_does_not_say_why_is_no_pass(tool: Tool) -> None:
    for complete in (True, False):
        assert _merged(tool, report(complete=complete)) == (3, {"cls-aaaaaaaa": "compliant"}, ["ReportIncomplete"])


def test_a_merged_report_whose_parts_lack_a_cluster_is_damaged(tool: Tool) -> None:
    document = report(_other("compliant"), parts=[], expected=[])
    assert _merged(tool, document) == (3, {"cls-aaaaaaaa": "compliant"}, ["ReportDamaged"])


def test_a_compliant_cluster_with_a_gap_of_its_own_is_unknown(tool: Tool) -> None:
    code, verdicts, _ = _merged(tool, report(_other("compliant"), gaps=[gap(TEST, OTHER)]))
    assert (code, verdicts[OTHER]) == (3, "unknown")
    code, verdicts, _ = _merged(tool, report(_other("unknown"), gaps=[gap(TEST, OTHER, waiver=WAIVER)]))
    assert (code, verdicts[OTHER]) == (0, "unknown")


def _without_findings(tool: Tool, document: dict[str, Any]) -> tuple[str, list[str], list[str]]:
    """The summary of ``diff`` after a report with a finding, and what ``merge --since`` calls fixed and unknown."""
    old = write(tool, "old.json", report(cluster("non-compliant"), findings=[finding()]))
    new = write(tool, "new.json", document)
    since = json.loads(tool("merge", new, "--since", old, "--format", "json", *DAY).stdout)["since"]
    return tool("diff", old, new).stdout.splitlines()[0], since["fixed"], since["unknown"]


OTHER_BASELINE = {"name": "tke-hardened", "digest": "sha256:" + "b" * 64}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(report(cluster("compliant", baseline=OTHER_BASELINE)), id="other-baseline"),
        pytest.param(report(cluster("compliant", TEST)), id="other-account"),
        pytest.param(report(cluster("compliant", region="ap-shanghai")), id="other-region"),
        pytest.param(report(cluster("not-audited", stacks=[])), id="not-audited"),
        pytest.param(report(cluster("unknown")), id="unknown-without-a-gap"),
        pytest.param(report(cluster("excluded")), id="excluded"),
        pytest.param(report(cluster("compliant", stacks=[])), id="compliant-without-a-stack"),
        pytest.param(
            {**report(cluster("compliant"), findings=[finding()]), "findings": []}, id="counts-more-than-it-has"
        ),
    ],
)
def test_a_finding_is_fixed_only_where_the_same_cluster_was_judged_by_the_same_baseline(
    tool: Tool, document: dict[str, Any]
) -> None:
    summary, fixed, unknown = _without_findings(tool, document)
    assert summary == "0 new, 0 fixed, 0 unchanged findings, 1 could not be checked"
    assert (fixed, unknown) == ([], ["0123456789abcdef"])


def test_a_finding_of_a_cluster_that_is_empty_now_is_fixed(tool: Tool) -> None:
    summary, fixed, unknown = _without_findings(tool, report(cluster("empty", stacks=[]), complete=False))
    assert (summary, fixed, unknown) == ("0 new, 1 fixed, 0 unchanged findings", ["0123456789abcdef"], [])


def test_the_finding_of_another_account_is_new_though_it_has_the_same_fingerprint(tool: Tool) -> None:
    prod = write(tool, "prod.json", report(cluster("non-compliant"), findings=[finding()]))
    test = write(tool, "test.json", report(cluster("non-compliant", TEST), findings=[finding(TEST)]))
    quiet = write(tool, "quiet.json", report(cluster("compliant", TEST)))
    assert tool("merge", test, "--since", prod, "--fail-on-new", *DAY).code == 1
    for name, parts in {"before.json": (prod, quiet), "after.json": (prod, test)}.items():
        tool("merge", *parts, "--format", f"json={name}", *DAY)
    ran = tool("diff", "before.json", "after.json")
    assert (int(ran.code), ran.stdout.splitlines()[0]) == (1, "1 new, 0 fixed, 1 unchanged findings")
    assert tool("diff", "after.json", "before.json").stdout.startswith("0 new, 1 fixed, 1 unchanged findings")


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise imports it
def test_the_report_of_a_gate_is_no_earlier_report_and_no_news(tool: Tool) -> None:
    planned = {"introduced": [], "resolved": [], "unchanged": ["0123456789abcdef"]}
    bad = report(cluster("non-compliant"), findings=[finding()])
    files = write(tool, "bad.json", bad), write(tool, "gate.json", {**bad, "change": planned})
    since = tool("merge", files[0], "--since", files[1], "--fail-on-new", *DAY)
    news = tool("notify", files[1], "--to", "json://127.0.0.1:1")
    assert (since.code, news.code) == (2, 2)
    assert "gate.json is the report of a gate" in since.stderr
    assert "gate.json is the report of a gate" in news.stderr


def test_a_report_of_some_clusters_alone_is_not_that_of_the_expected_region(tool: Tool) -> None:
    (tool.folder / "expected.yaml").write_text(
        'accounts: [{id: "100000000001", regions: [ap-guangzhou]}]\n', encoding="utf-8"
    )
    demo = tool.demo()
    tool("fetch", "cls-w3bfr0nt", "--replay", "demo", "-o", "one.snapshot.json")
    audits = {
        "some.json": ("cls-w3bfr0nt", "--snapshot", demo),
        "read.json": ("--snapshot", "one.snapshot.json"),
        "all.json": ("--snapshot", demo),
    }
    for name, words in audits.items():
        tool("audit", *words, "--format", f"json={name}", "-q", *DAY)
    asked = {name: json.loads((tool.folder / name).read_text(encoding="utf-8")).get("asked") for name in audits}
    assert asked == {"some.json": ["cls-w3bfr0nt"], "read.json": ["cls-w3bfr0nt"], "all.json": None}
    region = ["100000000001/ap-guangzhou"]
    for name, missing in {"some.json": region, "read.json": region, "all.json": []}.items():
        tool("merge", name, "--expect", "expected.yaml", "--format", "json=merged.json", "-q", *DAY)
        for files in ((name,), ("merged.json",)):
            ran = tool("merge", *files, "--expect", "expected.yaml", "--format", "json", *DAY)
            gaps = json.loads(ran.stdout)["gaps"]
            assert [gap["resource"] for gap in gaps if gap["code"] == "ReportMissing"] == missing


def test_the_gap_of_a_report_in_another_encoding_names_it(tool: Tool) -> None:
    (tool.folder / "utf16.json").write_bytes(json.dumps(report(cluster("compliant"))).encode("utf-16"))
    [gap_] = json.loads(tool("merge", "utf16.json", "--format", "json", *DAY).stdout)["gaps"]
    assert gap_["message"] == "utf16.json: it cannot be read: UTF-16"


def test_a_verdict_of_a_stricter_threshold_is_judged_again_by_that_of_the_merge(tool: Tool) -> None:
    strict = report(cluster("non-compliant"), findings=[finding(severity="low")], fail_on="low")
    file = write(tool, "strict.json", strict)
    assert tool("merge", file, "--format", "json=merged.json", "-q", *DAY).code == 0
    for source in (file, "merged.json"):
        merged = json.loads(tool("merge", source, "--format", "json", *DAY).stdout)
        assert ([item["verdict"] for item in merged["clusters"]], merged["gaps"]) == (["compliant"], [])
    again = tool("merge", file, "--fail-on", "low", "--format", "json", *DAY)
    assert (int(again.code), json.loads(again.stdout)["clusters"][0]["verdict"]) == (1, "non-compliant")
