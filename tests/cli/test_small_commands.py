from __future__ import annotations

import json

import jsonschema
import pytest

from auditor.config import baseline as baseline_file
from auditor.fetcher.actions import ACTIONS
from auditor.model.codes import Code, GapKind
from tests.cli import estate
from tests.cli.conftest import Tool

CODES = [code.value for code in (*Code, *GapKind)]


def test_rules_lists_every_code(tool: Tool) -> None:
    for lang in ("en", "zh"):
        ran = tool("rules", "--lang", lang)
        assert (ran.code, ran.stderr) == (0, "")
        assert [line.split()[0] for line in ran.stdout.splitlines() if line.startswith("TSG")] == CODES


@pytest.mark.parametrize("asked", ["TSG201", "tsg201", "excess-access"])
def test_rules_shows_one_code_in_full(tool: Tool, asked: str) -> None:
    lines = tool("rules", asked).stdout.splitlines()
    assert lines[0].startswith("TSG201 excess-access: ")
    assert any(line.startswith("    Example: ") for line in lines)
    assert any(line.startswith("    Fix: ") for line in lines)
    assert not any(line.startswith("TSG") for line in lines[1:])


def test_rules_speaks_json(tool: Tool) -> None:
    entries = json.loads(tool("rules", "--format", "json", LANG="zh_CN.UTF-8").stdout)
    assert [entry["code"] for entry in entries] == CODES
    assert all(entry["what"].isascii() for entry in entries)
    assert not json.loads(tool("rules", "TSG101", "--format", "json", "--lang", "zh").stdout)[0]["what"].isascii()


def test_rules_keeps_within_the_width(tool: Tool) -> None:
    assert max(len(line) for line in tool("rules", COLUMNS="50").stdout.splitlines()) <= 50


def test_permissions_prints_a_policy_of_what_is_called(tool: Tool) -> None:
    ran = tool("permissions")
    (statement,) = json.loads(ran.stdout)["statement"]
    assert ran.code == 0
    assert set(statement["action"]) == {permission for action in ACTIONS for permission in action.permissions}
    assert {"vpc:DescribeSecurityGroupPolicies", "cvm:DescribeSecurityGroupPolicies"} <= set(statement["action"])


def test_permissions_lists_what_each_part_needs_and_how_to_leave_it_out(tool: Tool) -> None:
    ran = tool("permissions", "--format", "table")
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout.startswith("Every audit:\n  as:DescribeAutoScalingGroups\n")
    assert (
        'pods ("scope: {pods: false}" in the configuration leaves this part out):\n'
        "  tke:DescribeAddonValues\n  tke:DescribeEKSClusters\n" in ran.stdout
    )


def test_permissions_of_parts_that_the_configuration_leaves_out_are_not_asked_for(tool: Tool) -> None:
    (tool.folder / "own.yaml").write_text("scope: {load_balancers: false, endpoint: false}\n")
    ran = tool("permissions", "--config", "own.yaml")
    listed = tool("permissions", "--config", "own.yaml", "--format", "table").stdout
    (statement,) = json.loads(ran.stdout)["statement"]
    gone = {"clb", "tke:DescribeClusterEndpoint"}
    assert not [action for action in statement["action"] if action.startswith(tuple(gone))]
    assert {"tke:DescribeAddonValues", "vpc:DescribeNetworkAcls"} <= set(statement["action"])
    assert "clb:" not in listed
    assert '"scope" in the configuration leaves load_balancers out\n' in listed


@pytest.mark.parametrize("name", ["report", "config", "baseline", "snapshot"])
def test_schema_prints_a_schema(tool: Tool, name: str) -> None:
    ran = tool("schema", name)
    assert ran.code == 0
    jsonschema.Draft202012Validator.check_schema(json.loads(ran.stdout))


def test_what_is_printed_fits_its_schema(tool: Tool) -> None:
    estate.write(estate.open_redis(), tool.folder / "bad.json")
    report = tool("audit", "--snapshot", "bad.json", "--format", "json").stdout
    jsonschema.validate(json.loads(report), json.loads(tool("schema", "report").stdout))
    snapshot = (tool.folder / "bad.json").read_text()
    jsonschema.validate(json.loads(snapshot), json.loads(tool("schema", "snapshot").stdout))
    baseline = tool("baseline", "show", "tke-hardened", "--format", "json").stdout
    jsonschema.validate(json.loads(baseline), json.loads(tool("schema", "baseline").stdout))


def test_baseline_show_has_every_row(tool: Tool) -> None:
    baseline = baseline_file.load("tke-default")
    ran = tool("baseline", "show")
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[:2] == ["tke-default (configs/tke-default.yaml)", baseline.digest]
    rows = [line.split()[0] for line in ran.stdout.splitlines() if line.startswith("  ") and line[2] != " "]
    assert rows == [
        *(row.requirement_id for row in baseline.requirements),
        *(f"{entry.allowance_id}:" for entry in baseline.allowances),
        "pod-interface-without-group",
    ]
    assert "Pod, inbound: from these networks these packets must pass\n" in ran.stdout
    assert ran.stdout.endswith("Findings about bindings\n  pod-interface-without-group (info)\n")
    assert "    tcp 22: 0.0.0.0/0\n" in ran.stdout
    assert "    all: the container network\n" in ran.stdout


def test_baseline_show_tells_which_packets_of_a_row_weigh_more(tool: Tool) -> None:
    shown = tool("baseline", "show").stdout
    assert "  node-ingress-ssh (low)\n" in shown
    assert "0,69,135-139,161,445,623,3389,32768, icmp, gre and other, else high)\n" in shown
    assert "32768, icmp, gre and other; high for the\n    cluster's subnets, else low)\n" in shown
    assert "  master-ingress-dns-cluster (high for the cluster's subnets, else low)\n" in shown
    assert "  node-ingress-nodeport-tcp (low for tcp 32768, else medium)\n" in shown
    assert "low for tcp 32768; medium for the" in shown
    chinese = tool("baseline", "show", "--lang", "zh").stdout
    assert "  master-ingress-dns-cluster（集群所在子网：高危；其余：低危）\n" in chinese
    assert "icmp、gre 和 other：低危；其余：高危）\n" in chinese


def test_baseline_show_speaks_chinese(tool: Tool) -> None:
    assert "节点入站规则" in tool("baseline", "show", "--lang", "zh").stdout
    assert "    all：容器网络\n" in tool("baseline", "show", "--lang", "zh").stdout


def test_a_printed_baseline_loads_again(tool: Tool) -> None:
    (tool.folder / "copy.yaml").write_text(tool("baseline", "show", "tke-hardened", "--format", "yaml").stdout)
    digest = baseline_file.load("tke-hardened").digest
    assert tool("baseline", "show", "copy.yaml").stdout.splitlines()[1] == digest


def test_baseline_show_knows_the_configuration(tool: Tool) -> None:
    (tool.folder / "sgaudit.yaml").write_text("baseline: tke-hardened\n")
    assert tool("baseline", "show").stdout.startswith("tke-hardened ")
    assert tool("baseline", "show", "tke-default").stdout.startswith("tke-default ")


def test_baseline_show_of_what_is_none(tool: Tool) -> None:
    ran = tool("baseline", "show", "none.yaml")
    assert (ran.code, ran.stdout) == (2, "")
    assert "none.yaml" in ran.stderr


def test_formats_of_audits_in_the_environment_do_not_reach_the_small_commands(tool: Tool) -> None:
    for argv in (("rules",), ("baseline", "show")):
        assert tool(*argv, SGAUDIT_FORMAT="sarif", SGAUDIT_OUTPUT="x").code == 0


PRINTING = (("rules",), ("schema", "report"), ("permissions",), ("baseline", "show"))


@pytest.mark.parametrize("argv", PRINTING)
def test_what_is_printed_goes_to_the_file_that_is_named(tool: Tool, argv: tuple[str, ...]) -> None:
    shown = tool(*argv).stdout
    ran = tool(*argv, "-o", "printed.txt")
    assert (ran.code, ran.stdout, (tool.folder / "printed.txt").read_text()) == (0, "", shown)
    assert "printed.txt" in ran.stderr
    assert tool(*argv, "-o", "printed.txt", "--quiet").stderr == ""
    assert tool(*argv, "--output", "-").stdout == shown
    assert tool(*argv, "-o", "nowhere/printed.txt").code == 2


@pytest.mark.parametrize("argv", PRINTING)
def test_the_small_commands_take_what_every_command_takes(tool: Tool, argv: tuple[str, ...]) -> None:
    assert tool(*argv, "-q", "-v", "--no-color", "--no-progress") == tool(*argv)


def test_what_has_no_twin_in_the_environment_is_not_said_to_have_one(tool: Tool) -> None:
    said = " ".join(tool("rules", "--help").stdout.split())
    assert "Each option except --format, --output can also be set in the environment" in said
    assert "Each option can also be set in the environment" in " ".join(tool("audit", "--help").stdout.split())
