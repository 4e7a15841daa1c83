"""``sgaudit audit --since``: what is new comes first, then what is fixed, then the number of known findings."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from auditor.model.snapshot import Snapshot
from tests import builders
from tests.cli import estate
from tests.cli.conftest import Ran, Tool

RDP = ("allow", "0.0.0.0/0", "tcp", "3389")
ETCD = ("allow", "0.0.0.0/0", "tcp", "2379")


def _estate(*extra_rules: tuple[str, ...]) -> Snapshot:
    """One cluster, whose nodes bind a group as TKE makes it with some rules more."""
    groups = [builders.group("sg-a", builders.rules(*estate.GOOD, *extra_rules))]
    return builders.snapshot([builders.cluster(builders.node("ins-a", "sg-a"))], groups)


def _report(tool: Tool, snapshot: Snapshot) -> str:
    source = estate.write(snapshot, tool.folder / "earlier.snapshot.json")
    path = tool.folder / "earlier.json"
    tool("audit", "--snapshot", source, "--format", f"json={path}", "-q")
    return str(path)


def _since(tool: Tool, earlier: Snapshot, later: Snapshot, *argv: str) -> Ran:
    report = _report(tool, earlier)
    source = estate.write(later, tool.folder / "later.json")
    return tool("audit", "--snapshot", source, "--since", report, *argv)


def _json(tool: Tool, earlier: Snapshot, later: Snapshot, *argv: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(_since(tool, earlier, later, *argv, "--format", "json").stdout)


def test_the_screen_has_the_new_finding_then_the_fixed_one_then_a_count(tool: Tool) -> None:
    ran = _since(tool, _estate(estate.REDIS, RDP), _estate(estate.REDIS, ETCD), "--baseline", "tke-default")
    lines = [line.strip() for line in ran.stdout.splitlines() if line.strip()]
    assert lines[1] == "Since the earlier report: 1 new, 1 fixed, 1 known."
    assert "etcd 2379 open to any address" in lines[4]
    assert lines[6].startswith("FIXED  ")
    assert lines[7] == "Known from the earlier report: 1 finding (-v shows all)."
    assert "6379" not in ran.stdout


def _words(text: str) -> list[str]:
    return [word for word in ("2379", "6379") if word in text]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("concise", lambda text: text.index("2379") < text.index("6379")),
        ("markdown", lambda text: _words(text) == ["2379"] and "Known from the earlier report: 1 finding." in text),
        ("csv", lambda text: text.index("2379") < text.index("6379")),
    ],
)
def test_the_new_finding_is_before_the_known_one_in_every_format(
    tool: Tool, name: str, shown: Callable[[str], bool]
) -> None:
    ran = _since(tool, _estate(estate.REDIS), _estate(estate.REDIS, ("allow", "0.0.0.0/0", "tcp", "2379")))
    assert "1 new, 1 known" in ran.stdout
    ran = _since(tool, _estate(estate.REDIS), _estate(estate.REDIS, ETCD), "--format", name)
    assert "Since the earlier report: 1 new, 1 known." in ran.stdout
    assert shown(ran.stdout)


def test_a_row_of_csv_says_new_known_or_fixed_and_a_fixed_one_has_no_severity(tool: Tool) -> None:
    ran = _since(tool, _estate(estate.REDIS, RDP), _estate(estate.REDIS, ETCD), "--format", "csv")
    rows = [row for row in csv.DictReader(io.StringIO(ran.stdout.lstrip("\ufeff"))) if row["State"]]
    assert [(row["State"], row["Severity"], row["Packets"].split(" from")[0]) for row in rows] == [
        ("new", "critical", "TCP 2379"),
        ("known", "high", "TCP 6379"),
        ("fixed", "", ""),
    ]


def test_the_object_says_what_became_of_the_earlier_findings(tool: Tool) -> None:
    report = _json(tool, _estate(RDP), _estate())
    [gone] = json.loads((tool.folder / "earlier.json").read_text(encoding="utf-8"))["findings"]
    assert report["since"] == {"fixed": [gone["fingerprint"]], "unknown": [], "grown": []}
    jsonschema.validate(report, json.loads(tool("schema", "report").stdout))


def test_without_an_earlier_report_nothing_is_said_about_news(tool: Tool) -> None:
    ran = tool("audit", "--snapshot", estate.write(_estate(), tool.folder / "x.json"), "--format", "json")
    assert "since" not in json.loads(ran.stdout)


def test_a_finding_that_grew_is_new_and_the_smaller_one_is_not_fixed(tool: Tool) -> None:
    smaller = _estate(("allow", "203.0.113.0/24", "tcp", "6379"))
    larger = _estate(("allow", "203.0.113.0/24", "tcp", "6379,3306"))
    report = _json(tool, smaller, larger)
    assert (len(report["since"]["grown"]), report["since"]["fixed"]) == (1, [])
    assert [finding["known"] for finding in report["findings"]] == [False]
    assert "Since the earlier report: 1 new." in " ".join(_since(tool, smaller, larger).stdout.split())


def test_a_worse_severity_is_new(tool: Tool) -> None:
    """The fingerprint of the finding stays; its severity was low in the earlier report."""
    path = _report(tool, _estate(estate.REDIS))
    report = json.loads((tool.folder / "earlier.json").read_text(encoding="utf-8"))
    report["findings"][0]["severity"] = "low"
    (tool.folder / "earlier.json").write_text(json.dumps(report), encoding="utf-8")
    source = estate.write(_estate(estate.REDIS), tool.folder / "later.json")
    ran = tool("audit", "--snapshot", source, "--since", path, "--fail-on-new")
    assert ran.code == 1
    assert "Since the earlier report: 1 new." in ran.stdout


def test_nothing_is_fixed_where_the_rules_were_not_read(tool: Tool) -> None:
    ran = _since(tool, _estate(estate.REDIS), estate.unread_rules())
    assert ran.code == 3
    assert "Since the earlier report: 0 new, 1 could not be checked again, 1 gap new." in " ".join(ran.stdout.split())
    assert "FIXED" not in ran.stdout


def test_nothing_is_fixed_in_a_cluster_that_was_not_asked_for(tool: Tool) -> None:
    ran = _since(tool, estate.two_clusters(), estate.two_clusters(), "cls-aaaaaaaa")
    assert "Since the earlier report: 0 new, 1 could not be checked again." in " ".join(ran.stdout.split())


@pytest.mark.parametrize("scope", ["{}", "{pods: false, load_balancers: false}"])
@pytest.mark.parametrize("attachment", ["secondary", "pods", "super-node-pods"])
def test_nothing_is_fixed_in_a_part_that_the_later_run_leaves_out(tool: Tool, scope: str, attachment: str) -> None:
    """The open port is on an interface; the later run looks at no interface, with and without a gap for that."""
    groups = [builders.group("sg-a", builders.rules(*estate.GOOD)), builders.group("sg-b", builders.rules(ETCD))]
    interface = {
        "secondary": builders.secondary("eni-a", "ins-a", "sg-b", addresses=("10.0.1.9",)),
        "pods": builders.pod_interface("eni-a", "sg-b", node_id="ins-a", addresses=("10.0.1.9",)),
        "super-node-pods": builders.pod_interface("eni-a", "sg-b", addresses=("10.0.1.9",)),
    }[attachment]
    cluster = builders.cluster(builders.node("ins-a", "sg-a"), interfaces=(interface,))
    report = _report(tool, builders.snapshot([cluster], groups))
    later = replace(builders.snapshot([replace(cluster, interfaces=())], groups[:1]), parts=())
    source = estate.write(later, tool.folder / "later.json")
    config = tool.folder / "sgaudit.yaml"
    config.write_text(f"scope: {scope}\n", encoding="utf-8")
    ran = tool("audit", "--snapshot", source, "--since", report, "--config", str(config), "--format", "json")
    since = json.loads(ran.stdout)["since"]
    assert since["fixed"] == []
    assert since["unknown"]


def test_a_gap_that_the_earlier_report_has_is_a_count_and_still_ends_with_3(tool: Tool) -> None:
    ran = _since(tool, estate.unread_rules(), estate.unread_rules())
    assert ran.code == 3
    text = " ".join(ran.stdout.split())
    assert "Since the earlier report: 0 new, 1 gap known." in text
    assert "Known from the earlier report: 1 gap (-v shows all)." in text


def test_the_head_speaks_chinese(tool: Tool) -> None:
    ran = _since(tool, _estate(estate.REDIS, RDP), _estate(estate.REDIS, ETCD), "--lang", "zh")
    assert "与此前报告相比：新增 1 个、已修复 1 个、已知 1 个。" in ran.stdout
