"""``--severity``, ``--code``, ``--node`` and ``--role``: what people see, and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest

from auditor.cli.filtering import FilterOptions
from auditor.cli.option import specs
from auditor.reporter import REPORTERS
from tests.cli import estate, shop
from tests.cli.conftest import Ran, Tool

WHOLE = ("sarif", "junit", "ocsf", "gitlab", "github", "prometheus")
SHOWN = ("table", "concise", "json", "html", "markdown", "csv")


def _audit(tool: Tool, *argv: str, **environ: str) -> Ran:
    return tool("audit", "--snapshot", tool.demo(), "--today", "2026-11-22", *argv, **environ)


def _report(tool: Tool, *argv: str, **environ: str) -> dict[str, Any]:
    return dict(json.loads(_audit(tool, *argv, "--format", "json", "-q", **environ).stdout))


def _facts(report: dict[str, Any]) -> dict[str, Any]:
    """Everything but the findings and the filter."""
    return {key: value for key, value in report.items() if key not in ("findings", "filter")}


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        (["--severity", "critical"], {("TSG201", "critical")}),
        (["--severity", "high", "--role", "master"], {("TSG201", "critical"), ("TSG101", "high")}),
        (["--code", "no-security-group"], {("TSG303", "high")}),
        (["--code", "TSG303,tsg302"], {("TSG303", "high"), ("TSG302", "medium")}),
        (["--code", "TSG101", "--code", "TSG303", "--severity", "high"], {("TSG101", "high"), ("TSG303", "high")}),
    ],
)
def test_a_filter_shows_the_findings_that_it_names_alone(
    tool: Tool, argv: list[str], shown: set[tuple[str, str]]
) -> None:
    report = _report(tool, *argv)
    assert {(finding["code"], finding["severity"]) for finding in report["findings"]} == shown


def test_verdicts_gaps_summary_and_exit_code_stay_those_of_the_whole(tool: Tool) -> None:
    whole = _report(tool)
    narrow = _report(tool, "--severity", "critical")
    assert _facts(narrow) == _facts(whole)
    assert whole["filter"] is None
    assert (len(whole["findings"]), len(narrow["findings"])) == (29, 3)
    assert narrow["filter"] == {
        "severity": "critical",
        "codes": [],
        "nodes": [],
        "roles": [],
        "left_out": {"critical": 0, "high": 5, "medium": 4, "low": 7, "info": 10},
        "left_out_waived": 0,
    }
    jsonschema.validate(narrow, json.loads(tool("schema", "report").stdout))


def test_a_filter_that_shows_nothing_changes_no_exit_code_and_never_says_that_all_is_fine(tool: Tool) -> None:
    bad = estate.write(estate.open_redis(), tool.folder / "bad.json")
    for name in SHOWN:
        ran = tool("audit", "--snapshot", bad, "--code", "TSG303", "--format", name, "-q")
        assert ran.code == 1, name
        assert "non-compliant" in ran.stdout.lower(), name
        assert "No findings" not in ran.stdout, name
        assert "no findings" not in ran.stdout, name
    assert tool("audit", "--snapshot", bad, "--code", "TSG303", "--exit-zero").code == 0
    assert json.loads(tool("audit", "--snapshot", bad, "--role", "pod", "--format", "json").stdout)["findings"] == []


def test_every_format_for_people_says_what_the_filter_leaves_out(tool: Tool) -> None:
    for name in ("table", "concise", "html", "markdown", "csv"):
        text = " ".join(_audit(tool, "--severity", "high", "--format", name, "-q").stdout.split())
        assert "Filtered by --severity high: 21 of 29 findings are not shown" in text.replace("\\-", "-"), name
        chinese = _audit(tool, "--severity", "high", "--format", name, "--lang", "zh", "-q").stdout
        assert "筛选" in chinese, name
    in_full = _audit(tool, "--severity", "high", "-v").stdout
    assert "21 of 29 findings are not shown" in " ".join(in_full.split())


def test_every_format_is_either_narrowed_or_whole() -> None:
    assert set(SHOWN) | set(WHOLE) == set(REPORTERS)


_TIMES = re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+(Z|\+00:00)?|\d+\.\d+|\b1\d{12}\b")


@pytest.mark.parametrize("name", WHOLE)
def test_a_format_for_machines_keeps_every_finding(tool: Tool, name: str) -> None:
    whole, narrow = (
        _TIMES.sub("", _audit(tool, *argv, "--format", name, "-q").stdout) for argv in ((), ("--severity", "critical"))
    )
    assert narrow == whole


def test_a_node_goes_by_id_name_and_pool(tool: Tool) -> None:
    source = estate.write(shop.shop(), tool.folder / "shop.json")

    def findings(*argv: str) -> list[str]:
        ran = tool("audit", "--snapshot", source, "--format", "json", "-q", *argv)
        return [finding["fingerprint"] for finding in json.loads(ran.stdout)["findings"]]

    assert findings("--node", "web-2") == findings("--node", "ins-s2")
    assert findings("--node", "web") == findings("--node", "np-s1") != []
    assert 0 < len(findings("--node", "web-2")) < len(findings())
    assert set(findings("--node", "web-1", "--node", "web-2")) == {
        *findings("--node", "web-1"),
        *findings("--node", "web-2"),
    }


def test_a_node_that_no_cluster_has_is_named_and_changes_no_exit_code(tool: Tool) -> None:
    ran = _audit(tool, "--node", "web-77")
    assert ran.code == _audit(tool).code
    assert 'no cluster that was read has a node, node pool or interface "web-77"' in ran.stderr
    assert "29 of 29 findings are not shown" in " ".join(ran.stdout.split())


def test_a_code_or_role_that_does_not_exist_is_refused(tool: Tool) -> None:
    for argv, text in (
        (("--code", "TSG999"), 'unknown code "TSG999"; codes: TSG101, '),
        (("--role", "worker"), "--role takes one of: node, master, pod, endpoint"),
        (("--severity", "severe"), "--severity takes one of: critical, high, medium, low, info"),
    ):
        ran = _audit(tool, *argv)
        assert (ran.code, ran.stdout) == (2, "")
        assert text in ran.stderr


def test_the_environment_filters_as_well(tool: Tool) -> None:
    environ = {"SGAUDIT_SEVERITY": "high", "SGAUDIT_CODE": "TSG201", "SGAUDIT_ROLE": "master"}
    report = _report(tool, **environ)
    assert [finding["severity"] for finding in report["findings"]] == ["critical"]


def test_info_findings_are_listed_where_they_are_asked_for(tool: Tool) -> None:
    assert "rule is redundant" not in _audit(tool).stdout
    assert "rule is redundant" in _audit(tool, "--severity", "info").stdout
    assert "rule is redundant" in _audit(tool, "--code", "redundant-rule").stdout


def test_a_filtered_report_is_no_earlier_report(tool: Tool) -> None:
    _audit(tool, "--severity", "critical", "--format", "json=known.json")
    ran = _audit(tool, "--since", "known.json")
    assert (ran.code, ran.stdout) == (2, "")
    assert "known.json: this report is filtered" in ran.stderr


def test_a_filtered_page_has_no_link_to_a_finding_that_it_leaves_out(tool: Tool) -> None:
    page = _audit(tool, "--severity", "critical", "--format", "html", "-q").stdout
    links = {part.partition('"')[0] for part in page.split('href="#f-')[1:]}
    places = {part.partition('"')[0] for part in page.split('id="f-')[1:]}
    assert len(places) == 3
    assert links <= places


def test_the_code_of_a_gap_leaves_the_gaps_alone(tool: Tool) -> None:
    report = _report(tool, "--code", "TSG901")
    assert (report["findings"], report["gaps"]) == ([], _report(tool)["gaps"])


def test_a_shell_is_offered_codes_and_roles() -> None:
    by_name = {spec.name: spec for _, spec in specs(FilterOptions)}
    offered_roles, offered_codes = by_name["--role"].suggestions, by_name["--code"].suggestions
    assert offered_roles is not None
    assert list(offered_roles()) == ["node", "master", "pod", "endpoint"]
    assert offered_codes is not None
    assert {"TSG101", "TSG306", "TSG901"} <= set(offered_codes())
    assert by_name["--severity"].choices == ("critical", "high", "medium", "low", "info")
