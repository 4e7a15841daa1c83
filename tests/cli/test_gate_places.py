"""Tests of ``gate --source-dir``: findings and gaps at the lines of a checkout."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cli import estate
from tests.cli.conftest import Tool
from tests.plans import estate as planned
from tests.plans.resources import RULE_SET

DROPS_NODEPORT, NEW_POOL, UNKNOWN_CIDR, _ = sorted((Path(__file__).parents[1] / "plans").glob("*.json"))
RULES = f'# groups\n\nresource "{RULE_SET}" "node" {{\n}}\n'


@pytest.fixture
def live(tool: Tool) -> str:
    return estate.write(planned.estate(), tool.folder / "live.json")


@pytest.fixture
def checkout(tool: Tool) -> Path:
    """A checkout with the block of the recorded plan's rules in line 3 of a file."""
    folder = tool.folder / "checkout"
    (folder / "network").mkdir(parents=True)
    (folder / "network" / "groups.tf").write_text(RULES, encoding="utf-8")
    return folder


def _report(tool: Tool, form: str, *words: str) -> Any:  # noqa: ANN401 - text, or any piece of JSON
    ran = tool("gate", *words, "--format", form)
    assert ran.code in (1, 3), ran.stderr
    return ran.stdout if form in ("github", "markdown", "table") else json.loads(ran.stdout)


def test_every_format_points_at_the_block_of_the_finding(tool: Tool, live: str, checkout: Path) -> None:
    words = ("--plan", str(DROPS_NODEPORT), "--snapshot", live, "--source-dir", str(checkout))
    [resource] = _report(tool, "json", *words)["change"]["resources"]
    assert resource["place"] == {"file": "network/groups.tf", "line": 3}
    [result] = _report(tool, "sarif", *words)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "network/groups.tf"},
        "region": {"startLine": 3},
    }
    [issue] = [issue for issue in _report(tool, "gitlab", *words) if issue["check_name"].startswith("TSG101")]
    assert issue["location"] == {"path": "network/groups.tf", "lines": {"begin": 3}}
    assert f"Introduced by {RULE_SET}.node (network/groups.tf:3)." in issue["description"]
    annotations = _report(tool, "github", *words)
    assert "::warning file=network/groups.tf,line=3,title=TSG101 medium" in annotations
    assert f"%0AIntroduced by {RULE_SET}.node (network/groups.tf:3).%0A" in annotations
    assert "(network/groups.tf:3)" in _report(tool, "markdown", *words).replace("\\", "")


def test_gap_of_a_resource_has_the_place_of_its_block(tool: Tool, live: str, checkout: Path) -> None:
    words = ("--plan", str(UNKNOWN_CIDR), "--snapshot", live, "--source-dir", str(checkout))
    gaps = _report(tool, "json", *words)["gaps"]
    assert [gap["code"] for gap in gaps] == ["rule-unknown"]
    [invocation] = _report(tool, "sarif", *words)["runs"][0]["invocations"]
    [notification] = invocation["toolExecutionNotifications"]
    assert notification["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "network/groups.tf"}, "region": {"startLine": 3}}}
    ]
    assert "::error file=network/groups.tf,line=3,title=" in _report(tool, "github", *words)


def test_variable_names_the_checkout_too(tool: Tool, live: str, checkout: Path) -> None:
    ran = tool(
        "gate",
        *("--plan", str(DROPS_NODEPORT), "--snapshot", live, "--format", "json"),
        SGAUDIT_SOURCE_DIR=str(checkout),
    )
    [resource] = json.loads(ran.stdout)["change"]["resources"]
    assert resource["place"] == {"file": "network/groups.tf", "line": 3}


def test_without_a_checkout_findings_are_in_the_configuration_file(tool: Tool, live: str) -> None:
    words = ("--plan", str(DROPS_NODEPORT), "--snapshot", live)
    assert "::warning file=sgaudit.yaml,title=" in _report(tool, "github", *words)
    [resource] = _report(tool, "json", *words)["change"]["resources"]
    assert resource["place"] is None
    (tool.folder / "ci").mkdir()
    (tool.folder / "ci" / "audit.yaml").write_text("jobs: 2\n", encoding="utf-8")
    configured = (*words, "--config", str(tool.folder / "ci" / "audit.yaml"))
    assert "::warning file=ci/audit.yaml,title=" in _report(tool, "github", *configured)


def test_block_that_the_checkout_lacks_is_not_invented(tool: Tool, live: str, checkout: Path) -> None:
    (checkout / "network" / "groups.tf").write_text("".join(f"# {line}\n" for line in RULES.splitlines()), "utf-8")
    words = ("--plan", str(DROPS_NODEPORT), "--snapshot", live, "--source-dir", str(checkout))
    assert _report(tool, "json", *words)["change"]["resources"][0]["place"] is None
    assert "::warning file=sgaudit.yaml,title=" in _report(tool, "github", *words)


def test_links_and_hidden_folders_are_not_followed(tool: Tool, live: str, checkout: Path) -> None:
    elsewhere = tool.folder / "elsewhere"
    (checkout / "network").rename(elsewhere)
    (checkout / ".terraform").mkdir()
    (checkout / ".terraform" / "groups.tf").write_text(RULES, encoding="utf-8")
    (checkout / "network").symlink_to(elsewhere)
    (checkout / "groups.tf").symlink_to(elsewhere / "groups.tf")
    os.mkfifo(checkout / "pipe.tf")
    words = ("--plan", str(DROPS_NODEPORT), "--snapshot", live, "--source-dir", str(checkout))
    assert _report(tool, "json", *words)["change"]["resources"][0]["place"] is None


def test_files_that_cannot_be_searched_are_counted(tool: Tool, live: str, checkout: Path) -> None:
    (checkout / "large.tf").write_text("#" * ((1 << 20) + 1), encoding="utf-8")
    (checkout / "latin.tf").write_bytes(b"# caf\xe9\n")
    ran = tool(
        "gate", "--plan", str(DROPS_NODEPORT), "--snapshot", live, "--source-dir", str(checkout), "--format", "json"
    )
    assert f"2 Terraform files under {checkout} were not searched" in ran.stderr.replace("\n", " ")
    assert json.loads(ran.stdout)["change"]["resources"][0]["place"] == {"file": "network/groups.tf", "line": 3}


def test_source_that_is_not_a_folder_is_refused(tool: Tool, live: str, checkout: Path) -> None:
    for folder in (checkout / "network" / "groups.tf", checkout / "gone"):
        ran = tool("gate", "--plan", str(DROPS_NODEPORT), "--snapshot", live, "--source-dir", str(folder))
        assert ran.code == 2
        assert "there is no such folder" in ran.stderr


def test_source_is_for_plans(tool: Tool, live: str, checkout: Path) -> None:
    change = tool.folder / "change.json"
    change.write_text('{"changes": []}', encoding="utf-8")
    ran = tool("gate", "--change", str(change), "--snapshot", live, "--source-dir", str(checkout))
    assert ran.code == 2
    assert "--source-dir needs --plan" in ran.stderr


def test_configuration_outside_the_checkout_is_not_named(tool: Tool, live: str, checkout: Path) -> None:
    (checkout / "network" / "groups.tf").unlink()
    (tool.folder / "audit.yaml").write_text("jobs: 2\n", encoding="utf-8")
    words = ("--plan", str(DROPS_NODEPORT), "--snapshot", live, "--config", str(tool.folder / "audit.yaml"))
    assert "::warning file=audit.yaml,title=" in _report(tool, "github", *words)
    assert "::warning file=sgaudit.yaml,title=" in _report(tool, "github", *words, "--source-dir", str(checkout))


def test_name_of_a_file_cannot_add_a_command(tool: Tool, live: str, checkout: Path) -> None:
    (checkout / "network" / "groups.tf").rename(checkout / "a,b:%0A::error::\n::stop-commands::x.tf")
    words = ("--plan", str(DROPS_NODEPORT), "--snapshot", live, "--source-dir", str(checkout))
    lines = _report(tool, "github", *words).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::notice", "::warning"]
    assert lines[1].startswith("::warning file=a%2Cb%3A%250A%3A%3Aerror%3A%3A")
    assert ",line=3,title=TSG101" in lines[1]


def test_file_name_that_is_not_text_is_left_out(tool: Tool, live: str, checkout: Path) -> None:
    (checkout / "network" / "groups.tf").rename(os.fsdecode(os.fsencode(checkout) + b"/\xff.tf"))
    words = ("--plan", str(DROPS_NODEPORT), "--snapshot", live, "--source-dir", str(checkout))
    assert _report(tool, "json", *words)["change"]["resources"][0]["place"] is None
