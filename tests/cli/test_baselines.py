"""Clusters with baselines of their own: ``baselines:`` in the configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, Tool

CHOICES = """
baselines:
  - {clusters: ["cls-ord*"], use: tke-hardened}
"""
ORDERS, WEB = "cls-ord3rs01", "cls-w3bfr0nt"


def _audit(tool: Tool, folder: Path, text: str, *argv: str) -> Ran:
    file = folder / "sgaudit.yaml"
    file.write_text(text, encoding="utf-8")
    return tool("audit", "--snapshot", tool.demo(), "--config", str(file), *argv)


def _report(tool: Tool, folder: Path, text: str, *argv: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(_audit(tool, folder, text, "--format", "json", *argv).stdout)


def _of(report: Any, cluster: str) -> list[str]:  # noqa: ANN401 - JSON
    return [finding["fingerprint"] for finding in report["findings"] if finding["cluster_id"] == cluster]


def test_each_cluster_is_judged_by_its_own_baseline(tool: Tool, tmp_path: Path) -> None:
    mixed = _report(tool, tmp_path, CHOICES)
    default = _report(tool, tmp_path, "baseline: tke-default\n")
    hardened = _report(tool, tmp_path, "baseline: tke-hardened\n")
    assert {cluster["cluster_id"]: cluster["baseline"]["name"] for cluster in mixed["clusters"]} == {
        cluster["cluster_id"]: "tke-hardened" if cluster["cluster_id"] == ORDERS else "tke-default"
        for cluster in default["clusters"]
    }
    assert _of(mixed, WEB) == _of(default, WEB) != _of(hardened, WEB)
    assert _of(mixed, ORDERS) == _of(hardened, ORDERS) != _of(default, ORDERS)
    assert mixed["baseline"]["name"] == "tke-default"


def test_the_command_line_gives_every_cluster_its_baseline(tool: Tool, tmp_path: Path) -> None:
    report = _report(tool, tmp_path, CHOICES, "--baseline", "tke-least")
    assert {cluster["baseline"]["name"] for cluster in report["clusters"]} == {"tke-least"}


@pytest.mark.parametrize("format_name", ["table", "concise", "markdown", "html"])
def test_reports_for_people_name_every_baseline(tool: Tool, tmp_path: Path, format_name: str) -> None:
    report = _audit(tool, tmp_path, CHOICES, "--format", format_name).stdout
    assert "tke-default (3 clusters), tke-hardened (1 cluster)" in " ".join(report.replace("\\", "").split())


@pytest.mark.parametrize("argv", [("-v",), ("--format", "markdown")])
def test_reports_with_clusters_name_the_baseline_of_each(tool: Tool, tmp_path: Path, argv: tuple[str, ...]) -> None:
    report = _audit(tool, tmp_path, CHOICES, *argv, "--no-color").stdout
    assert report.count("tke-hardened") == 2
    assert report.count("tke-default") == 4


def test_security_data_lakes_read_the_baseline_of_the_cluster(tool: Tool, tmp_path: Path) -> None:
    events = json.loads(_audit(tool, tmp_path, CHOICES, "--format", "ocsf").stdout)
    standards = {
        resource["uid"]: event["compliance"]["standards"]
        for event in events
        for resource in event["resources"]
        if resource["uid"] in (ORDERS, WEB)
    }
    assert standards == {ORDERS: ["tke-hardened"], WEB: ["tke-default"]}


def test_explain_and_fix_use_the_baseline_of_the_cluster(tool: Tool, tmp_path: Path) -> None:
    file = tmp_path / "sgaudit.yaml"
    file.write_text(CHOICES, encoding="utf-8")
    flow = ("--role", "node", "--direction", "ingress", "--protocol", "tcp", "--port", "22", "--peer", "203.0.113.9")
    explained = {
        cluster: json.loads(
            tool("explain", cluster, *flow, "--snapshot", tool.demo(), "--config", str(file), "--format", "json").stdout
        )["flows"][0]["permitted"]
        for cluster in (ORDERS, WEB)
    }
    assert explained == {ORDERS: False, WEB: True}


def test_a_baseline_that_does_not_exist_is_a_mistake_in_its_line(tool: Tool, tmp_path: Path) -> None:
    ran = _audit(tool, tmp_path, CHOICES.replace("tke-hardened", "tke-hard"))
    assert ran.code == 2
    assert "sgaudit.yaml:3" in ran.stderr
    assert "baselines[0].use" in ran.stderr


BY_TAG = """
baselines:
  - {clusters: ["cls-ord*"], use: tke-least}
  - {clusters: ["tag:env=prod*"], use: tke-hardened}
"""


def test_a_recording_without_tags_leaves_open_which_baseline_counts(tool: Tool, tmp_path: Path) -> None:
    file = tmp_path / "sgaudit.yaml"
    file.write_text(BY_TAG, encoding="utf-8")
    argv = ("audit", "--replay", "demo", "--config", str(file), "--format", "json")
    ran = tool(*argv)
    report = json.loads(ran.stdout)
    assert ran.code == 3
    lacking = {gap["cluster_id"] for gap in report["gaps"] if gap["code"] == "TagsUnknown"}
    assert lacking == {cluster["cluster_id"] for cluster in report["clusters"]} - {ORDERS}
    assert "compliant" not in {cluster["verdict"] for cluster in report["clusters"] if cluster["cluster_id"] in lacking}
    one = json.loads(tool(*argv, "--baseline", "tke-default").stdout)
    assert "TagsUnknown" not in {gap["code"] for gap in one["gaps"]}


def test_the_snapshot_of_a_recording_leaves_it_open_too(tool: Tool, tmp_path: Path) -> None:
    config, snapshot = tmp_path / "sgaudit.yaml", tmp_path / "snapshot.json"
    config.write_text(BY_TAG, encoding="utf-8")
    assert tool("fetch", "--replay", "demo", "-o", str(snapshot)).code == 3
    ran = tool("audit", "--snapshot", str(snapshot), "--config", str(config), "--format", "json")
    report = json.loads(ran.stdout)
    assert ran.code == 3
    lacking = {gap["cluster_id"] for gap in report["gaps"] if gap["code"] == "TagsUnknown"}
    assert lacking == {cluster["cluster_id"] for cluster in report["clusters"]} - {ORDERS}
