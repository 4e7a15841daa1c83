from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from tests.cli import estate
from tests.cli.conftest import Ran, Tool
from tests.plans import estate as planned
from tests.plans.plan_json import COMPUTED, Resource, plan
from tests.plans.resources import LITE_RULE, RULE_SET, TKE_INGRESS, held, rule_set
from tests.plans.samples import balancer

PLANS = Path(__file__).parents[1] / "plans"
DROPS_NODEPORT, NEW_POOL, UNKNOWN_CIDR, ELSEWHERE = (str(path) for path in sorted(PLANS.glob("*.json")))
OPEN_REDIS = held("0.0.0.0/0", "TCP", "6379")


@pytest.fixture
def live(tool: Tool) -> str:
    return _write(tool, planned.estate())


def _write(tool: Tool, snapshot: Snapshot) -> str:
    return estate.write(snapshot, tool.folder / "live.json")


def _open_already() -> Snapshot:
    redis = planned.rule(6, "0.0.0.0/0", Protocol.TCP, (6379, 6379))
    before = planned.estate()
    return replace(before, security_groups=(planned.group(ingress=(*planned.INGRESS, redis)),))


def _rules(before: list[dict[str, object]], after: list[dict[str, object]]) -> str:
    """A plan that turns one list of inbound rules into another."""
    return plan(
        Resource(type=RULE_SET, name="node", actions=("update",), before=rule_set(before), after=rule_set(after))
    )


def _plan(tool: Tool, text: str) -> str:
    path = tool.folder / "plan.json"
    path.write_text(text, encoding="utf-8")
    return str(path)


def _change(ran: Ran) -> dict[str, Any]:
    return dict(json.loads(ran.stdout)["change"])


def test_a_plan_that_blocks_something_ends_with_1(tool: Tool, live: str) -> None:
    ran = tool("gate", "--plan", DROPS_NODEPORT, "--snapshot", live, "--format", "json")
    assert ran.code == 1
    report = json.loads(ran.stdout)
    assert [finding["requirement_id"] for finding in report["findings"]] == ["node-ingress-nodeport-udp"]
    assert report["change"]["introduced"] == [report["findings"][0]["fingerprint"]]
    assert (report["change"]["resolved"], report["change"]["unchanged"]) == ([], [])
    [resource] = report["change"]["resources"]
    assert (resource["address"], resource["actions"]) == (f"{RULE_SET}.node", ["update"])
    assert "Introduces 1 finding." in resource["effect"]
    assert ran.stderr.endswith("the change: 1 introduced, 0 resolved, 0 unchanged\n")


def test_what_was_there_before_does_not_fail_the_gate_unless_all_is_asked_for(tool: Tool) -> None:
    live = _write(tool, _open_already())
    path = _plan(tool, _rules([*TKE_INGRESS, OPEN_REDIS], [OPEN_REDIS, *TKE_INGRESS]))
    ran = tool("gate", "--plan", path, "--snapshot", live, "--format", "json")
    assert ran.code == 0
    assert [len(_change(ran)[key]) for key in ("introduced", "resolved", "unchanged")] == [0, 0, 1]
    assert tool("gate", "--plan", path, "--snapshot", live, "--all").code == 1
    assert tool("gate", "--plan", path, "--snapshot", live, "--all", "--fail-on", "critical").code == 0


def test_reports_with_outcomes_fail_for_what_the_exit_code_looks_at(tool: Tool) -> None:
    live = _write(tool, _open_already())
    path = _plan(tool, _rules([*TKE_INGRESS, OPEN_REDIS], [OPEN_REDIS, *TKE_INGRESS]))
    for more, failures, level in (((), 'failures="0"', "::notice"), (("--all",), 'failures="1"', "::error")):
        words = ("gate", "--plan", path, "--snapshot", live, *more)
        assert failures in tool(*words, "--format", "junit").stdout
        assert tool(*words, "--format", "github").stdout.splitlines()[-1].startswith(level)


def test_a_plan_that_closes_something_resolves_it(tool: Tool) -> None:
    live = _write(tool, _open_already())
    path = _plan(tool, _rules([*TKE_INGRESS, OPEN_REDIS], TKE_INGRESS))
    ran = tool("gate", "--plan", path, "--snapshot", live, "--format", "json")
    assert ran.code == 0
    assert [len(_change(ran)[key]) for key in ("introduced", "resolved", "unchanged")] == [0, 1, 0]


@pytest.mark.parametrize(("fail_on", "code"), [("medium", 1), ("high", 0), ("never", 0)])
def test_the_threshold_is_that_of_the_audit(tool: Tool, live: str, fail_on: str, code: int) -> None:
    assert tool("gate", "--plan", DROPS_NODEPORT, "--snapshot", live, "--fail-on", fail_on).code == code


def test_exit_zero_forgives_findings_and_no_gap(tool: Tool, live: str) -> None:
    assert tool("gate", "--plan", DROPS_NODEPORT, "--snapshot", live, "--exit-zero").code == 0
    assert tool("gate", "--plan", UNKNOWN_CIDR, "--snapshot", live, "--exit-zero").code == 3


def test_findings_on_a_list_known_by_reference_alone_say_so_and_end_with_1(tool: Tool, live: str) -> None:
    ran = tool("gate", "--plan", NEW_POOL, "--snapshot", live, "--format", "json")
    assert ran.code == 1
    report = json.loads(ran.stdout)
    assert [gap["code"] for gap in report["gaps"]] == ["list-by-reference"]
    assert [finding["assumes"] for finding in report["findings"]] == ["complete-list", "complete-list"]
    assert report["findings"][0]["title"].endswith(", if the list is complete")
    assert "--trust-references treats it as complete" in ran.stderr


def test_a_list_known_by_reference_alone_ends_with_3_where_no_finding_counts(tool: Tool, live: str) -> None:
    for words in (("--fail-on", "high"), ("--fail-on", "never")):
        assert tool("gate", "--plan", NEW_POOL, "--snapshot", live, *words).code == 3


def test_a_gap_beside_that_of_the_list_still_ends_with_3(tool: Tool) -> None:
    live = planned.estate()
    nobody = replace(live.clusters[0].nodes[0], security_groups=_gap("ins-plan0001"))
    other = replace(live.clusters[0], nodes=(nobody, *live.clusters[0].nodes[1:]))
    path = _write(tool, replace(live, clusters=(other,)))
    assert tool("gate", "--plan", NEW_POOL, "--snapshot", path).code == 3


def test_what_was_not_read_of_another_cluster_blocks_no_change(tool: Tool) -> None:
    live = planned.estate(planned.group(planned.OTHER))
    gap = replace(_gap("cls-plan0002"), cluster_id="cls-plan0002", action="DescribeClusterInstances", service="tke")
    nodes = (planned.node("ins-plan0009", "10.0.1.19", planned.OTHER),)
    second = replace(live.clusters[0], cluster_id="cls-plan0002", nodes=nodes, node_pools=(), gaps=(gap,))
    path = _write(tool, replace(live, clusters=(live.clusters[0], second)))
    harmless = _plan(tool, _rules(TKE_INGRESS, [held("10.0.9.0/24", "TCP", "22"), *TKE_INGRESS]))
    ran = tool("gate", "--plan", harmless, "--snapshot", path)
    assert ran.code == 0
    said = " ".join(ran.stdout.split())
    assert "1 thing that could not be checked is not affected by the change." in said
    assert "Exit code 0: the change does not affect anything that could not be checked." in said
    assert "Not read" not in ran.stdout
    assert "Not read" in tool("gate", "--plan", harmless, "--snapshot", path, "--all").stdout
    assert tool("gate", "--plan", harmless, "--snapshot", path, "--all").code == 3
    assert tool("gate", "--plan", DROPS_NODEPORT, "--snapshot", path).code == 1
    report = json.loads(tool("gate", "--plan", harmless, "--snapshot", path, "--format", "json").stdout)
    assert report["change"]["gaps"] == {"introduced": [], "unchanged": [gap.fingerprint], "touched": []}
    assert [cluster["verdict"] for cluster in report["clusters"]] == ["compliant", "unknown"]


def _gap(resource: str) -> Gap:
    return Gap(
        kind=GapKind.UNREAD,
        region=planned.REGION,
        cluster_id=planned.CLUSTER,
        resource=resource,
        service="cvm",
        action="DescribeInstances",
        code="UnauthorizedOperation",
        message="denied",
    )


def test_trusted_references_leave_no_gap(tool: Tool, live: str) -> None:
    trusted = tool("gate", "--plan", NEW_POOL, "--snapshot", live, "--trust-references", "--format", "json")
    assert trusted.code == 1
    assert json.loads(trusted.stdout)["gaps"] == []


def test_a_plan_from_stdin(tool: Tool, live: str) -> None:
    plan_text = Path(DROPS_NODEPORT).read_bytes()
    for data in (plan_text, plan_text.decode().encode("utf-16")):
        assert tool.fed(data, "gate", "--plan", "-", "--snapshot", live).code == 1


def test_a_plan_without_a_bearing_says_in_three_lines_what_was_looked_at_and_why_it_does_not_matter(
    tool: Tool, live: str
) -> None:
    ran = tool("gate", "--plan", ELSEWHERE, "--snapshot", live)
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout == (
        "The 1 planned change cannot affect the security group of 1 cluster.\n"
        "Account unknown. Snapshot without a date: its age is unknown.\n"
        "There before (--all): 0 findings. Exit code 0.\n"
    )


def test_a_plan_of_another_kind_ends_with_0_whatever_was_not_read(tool: Tool) -> None:
    ran = tool("gate", "--plan", ELSEWHERE, "--snapshot", tool.demo())
    assert (ran.code, ran.stderr) == (0, "")
    assert len(ran.stdout.splitlines()) == 3
    assert ran.stdout.endswith("There before (--all): 29 findings and 1 unchecked. Exit code 0.\n")


def test_a_new_group_that_nothing_audited_binds_has_no_bearing(tool: Tool, live: str) -> None:
    group = {"name": "new", "description": "", "project_id": 0}
    path = _plan(tool, plan(Resource(type="tencentcloud_security_group", name="new", actions=("create",), after=group)))
    ran = tool("gate", "--plan", path, "--snapshot", live)
    assert ran.code == 0
    assert ran.stdout.startswith("1 of 1 planned changes can affect groups, but not the group of 1 cluster.\n")
    assert len(ran.stdout.splitlines()) == 3


def test_a_comment_on_a_plan_without_a_bearing_has_the_same_three_lines(tool: Tool, live: str) -> None:
    ran = tool("gate", "--plan", ELSEWHERE, "--snapshot", live, "--format", "markdown", "-q")
    _, *lines = [line for line in ran.stdout.splitlines() if line]
    assert len(lines) == 3
    assert lines[0] == "✅ The 1 planned change cannot affect the security group of 1 cluster."


def test_all_writes_everything_out_for_a_plan_without_a_bearing(tool: Tool) -> None:
    ran = tool("gate", "--plan", ELSEWHERE, "--snapshot", tool.demo(), "--all")
    assert ran.code == 3
    assert "etcd 2379" in ran.stdout or "TCP 2379" in ran.stdout
    assert ran.stderr == "The change does not affect the security groups of the audited clusters.\n"


def test_a_plan_about_groups_that_were_not_seen_is_not_cleared_by_an_incomplete_read(tool: Tool) -> None:
    ran = tool("gate", "--plan", DROPS_NODEPORT, "--snapshot", tool.demo())
    assert ran.code == 3
    assert ran.stderr.startswith("The change does not affect anything that was read; but not everything was")


def test_drift_is_said(tool: Tool) -> None:
    live = _write(tool, _open_already())
    ran = tool("gate", "--plan", DROPS_NODEPORT, "--snapshot", live, "--format", "json")
    assert f"drift: {RULE_SET}.node: The live rules of sg-plan0001 differ from those" in ran.stderr
    assert "The live rules of sg-plan0001 differ from those" in _change(ran)["resources"][0]["effect"]


def test_drift_of_what_the_plan_leaves_alone_is_in_the_report_and_has_a_bearing(tool: Tool, live: str) -> None:
    held_now = rule_set(TKE_INGRESS[:5])
    path = _plan(tool, plan(Resource(type=RULE_SET, name="node", before=held_now, after=held_now)))
    ran = tool("gate", "--plan", path, "--snapshot", live, "--format", "json", "-q")
    assert (ran.code, ran.stderr) == (0, "")
    [resource] = _change(ran)["resources"]
    assert resource["actions"] == ["no-op"]
    assert "The live rules of sg-plan0001 differ from those" in resource["effect"]
    assert "no bearing" not in tool("gate", "--plan", path, "--snapshot", live).stderr


CHANGE = """\
changes:
  - group: sg-plan0001
    direction: egress
    rules:
      - {action: ACCEPT, protocol: TCP, port: "443", cidr: 0.0.0.0/0}
"""


def test_a_change_file_serves_as_well(tool: Tool, live: str) -> None:
    (tool.folder / "change.yaml").write_text(CHANGE)
    ran = tool("gate", "--change", "change.yaml", "--snapshot", live, "--format", "json")
    assert ran.code == 1
    assert [finding["direction"] for finding in json.loads(ran.stdout)["findings"]] == ["egress"]
    assert [one["address"] for one in _change(ran)["resources"]] == ["sg-plan0001/egress"]


def test_what_fix_prints_is_a_change_file_that_the_gate_clears(tool: Tool) -> None:
    live = _write(tool, _open_already())
    fixed = tool("fix", "--close-excess", "--snapshot", live, "--format", "json")
    ran = tool.fed(fixed.stdout.encode(), "gate", "--change", "-", "--snapshot", live, "--format", "json")
    assert ran.code == 0
    assert _change(ran)["resolved"] == json.loads(fixed.stdout)["proof"]["resolved"]
    assert [len(_change(ran)[key]) for key in ("introduced", "resolved")] == [0, 1]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([], "--plan|--change is missing"),
        (["--plan", "a.json", "--change", "b.yaml"], "--plan and --change cannot be used together"),
        (["--plan", "-", "--snapshot", "-"], "--plan and --snapshot cannot both be read from stdin"),
        (["--change", "change.yaml", "--trust-references"], "--trust-references needs --plan"),
        (["--plan", "nothing.json"], "cannot read nothing.json"),
        (["--plan", "change.yaml"], "change.yaml is a change file, not a plan. Use it with --change"),
        (["--plan", "notes.txt"], "terraform show -json"),
    ],
)
def test_what_is_no_change_is_refused_before_anything_is_read(tool: Tool, argv: list[str], said: str) -> None:
    (tool.folder / "change.yaml").write_text(CHANGE)
    (tool.folder / "notes.txt").write_text("no plan at all")
    source = [] if "--snapshot" in argv else ["--snapshot", "missing.json"]
    ran = tool("gate", *argv, *source)
    assert (ran.code, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_a_plan_that_errored_is_refused(tool: Tool, live: str) -> None:
    broken = json.loads(Path(DROPS_NODEPORT).read_text()) | {"errored": True}
    ran = tool("gate", "--plan", _plan(tool, json.dumps(broken)), "--snapshot", live)
    assert (ran.code, ran.stdout) == (2, "")
    assert "terraform plan" in ran.stderr


def test_every_format_of_the_audit_is_written_from_one_reading(tool: Tool, live: str) -> None:
    formats = ["json", "html", "markdown", "csv", "sarif", "junit", "ocsf", "gitlab", "github", "prometheus"]
    asked = [word for name in formats for word in ("--format", f"{name}=report.{name}")]
    ran = tool("gate", "--plan", DROPS_NODEPORT, "--snapshot", live, "-q", *asked)
    assert (ran.code, ran.stdout, ran.stderr) == (1, "", "")
    assert all((tool.folder / f"report.{name}").stat().st_size for name in formats)


ENTRANCE = Resource(
    type="tencentcloud_kubernetes_cluster_endpoint",
    name="x",
    actions=("create",),
    after={
        "id": COMPUTED,
        "cluster_id": planned.CLUSTER,
        "cluster_internet": True,
        "cluster_internet_security_group": planned.GROUP,
        "cluster_intranet": False,
    },
)


def test_an_entrance_that_a_plan_opens_is_judged_with_its_group(tool: Tool, live: str) -> None:
    ran = tool("gate", "--plan", _plan(tool, plan(ENTRANCE)), "--snapshot", live, "--format", "json")
    assert ran.code == 1
    report = json.loads(ran.stdout)
    assert {finding["role"] for finding in report["findings"]} == {"endpoint"}
    [resource] = report["change"]["resources"]
    assert resource["effect"].startswith(
        "Opens the public entrance of cls-plan0001 to the clients that sg-plan0001 allows. Introduces "
    )


def test_a_part_that_the_snapshot_lacks_is_a_gap_of_the_plan_unless_scope_leaves_it_out(tool: Tool) -> None:
    unread = _write(tool, replace(planned.estate(), parts=()))
    path = _plan(tool, plan(ENTRANCE))
    ran = tool("gate", "--plan", path, "--snapshot", unread, "--format", "json")
    assert ran.code == 3
    assert "part-not-read" in [gap["code"] for gap in json.loads(ran.stdout)["gaps"]]
    scope = "scope: {pods: false, load_balancers: false, endpoint: false, network_acls: false}\n"
    (tool.folder / "sgaudit.yaml").write_text(scope, encoding="utf-8")
    left_out = tool("gate", "--plan", path, "--snapshot", unread, "--format", "json")
    assert left_out.code == 0
    assert json.loads(left_out.stdout)["gaps"] == []
    [resource] = _change(left_out)["resources"]
    assert resource["effect"] == "Affects a part of the audit that the configuration leaves out (scope)."


def test_findings_from_before_are_a_count_and_all_writes_them(tool: Tool) -> None:
    redis = planned.rule(6, "0.0.0.0/0", Protocol.TCP, (6379, 6379))
    open_group = planned.group(planned.OTHER, ingress=(*planned.INGRESS, redis))
    live = planned.estate(open_group)
    nodes = (planned.node("ins-plan0009", "10.0.1.19", planned.OTHER),)
    second = replace(live.clusters[0], cluster_id="cls-plan0002", nodes=nodes, node_pools=(), gaps=())
    path = _write(tool, replace(live, clusters=(live.clusters[0], second)))
    ran = tool("gate", "--plan", DROPS_NODEPORT, "--snapshot", path)
    text = " ".join(ran.stdout.split())
    assert ran.code == 1
    assert ran.stdout.startswith("The change introduces 1 finding: 1 medium.\n")
    assert "INTRODUCED, 1" in ran.stdout
    assert "1 finding was there before (--all)." in text
    assert "Redis" not in text
    shown = tool("gate", "--plan", DROPS_NODEPORT, "--snapshot", path, "--all").stdout
    assert "TCP 6379 from any IPv4 address" in " ".join(shown.split())


def test_a_group_that_only_a_load_balancer_binds_is_judged_with_its_listeners(tool: Tool) -> None:
    """The clusters themselves are as before."""
    office = planned.group(planned.OTHER, ingress=(planned.rule(0, "192.168.7.0/24"),))
    live = replace(planned.estate(office), load_balancers=(balancer(pass_to_target=True),))
    lines = {"id": planned.OTHER, "security_group_id": planned.OTHER, "ingress": ["ACCEPT#192.168.7.0/24#ALL#ALL"]}
    opened = lines | {"ingress": ["ACCEPT#0.0.0.0/0#ALL#ALL"]}
    rules = Resource(type=LITE_RULE, name="x", actions=("update",), before=lines, after=opened)
    path = _plan(tool, plan(rules))
    ran = tool("gate", "--plan", path, "--snapshot", _write(tool, live), "--format", "json", "--fail-on", "low")
    assert ran.code == 1
    [finding] = json.loads(ran.stdout)["findings"]
    assert (finding["name"], _change(ran)["introduced"]) == ("load-balancer-open", [finding["fingerprint"]])


def test_a_gate_takes_clusters_by_name_and_glob_and_a_glob_without_a_match_is_3(tool: Tool, live: str) -> None:
    harmless = _plan(tool, _rules(TKE_INGRESS, [held("10.0.9.0/24", "TCP", "22"), *TKE_INGRESS]))
    for words, code in (
        (["prod"], 0),
        (["cls-p*"], 0),
        (["name:pr*"], 0),
        (["cls-plan0001", "nobody-*"], 3),
        (["nobody-*"], 3),
    ):
        assert tool("gate", *words, "--plan", harmless, "--snapshot", live).code == code, words
