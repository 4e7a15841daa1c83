"""explain, gate, fix and waive against a server that plays the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NoReturn

import pytest

from auditor.fetcher import keys
from tests.cli.conftest import Ran, Tool
from tests.estates import demo
from tests.loopback.estate import Estate
from tests.loopback.faults import deny
from tests.loopback.rules import allow
from tests.loopback.server import LoopbackServer
from tests.plans.plan_json import Resource, plan
from tests.plans.resources import NODE_POOL, held_pool, pool

REGION = ("--region", "ap-guangzhou")
FLOW = ("--direction", "ingress", "--protocol", "tcp", "--port", "10250", "--peer", "10.0.0.7")


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(demo.build(), quotas=False) as running:
        yield running


def _live(tool: Tool, server: LoopbackServer, *argv: str) -> Ran:
    keys = {"TENCENTCLOUD_SECRET_ID": server.keys.secret_id, "TENCENTCLOUD_SECRET_KEY": server.keys.secret_key}
    return tool(*argv, *REGION, "--endpoint", server.endpoint, **keys)


@pytest.mark.parametrize("named", ["cls-ord3rs01", "orders 订单"])
def test_a_cluster_is_explained_by_id_and_by_name(tool: Tool, server: LoopbackServer, named: str) -> None:
    ran = _live(tool, server, "explain", named, "--node", "orders-1", *FLOW, "--format", "json")
    assert (ran.code, ran.stderr) == (1, "")
    [flow] = json.loads(ran.stdout)["flows"]
    assert (flow["cluster_id"], flow["decided_by"]["index"]) == ("cls-ord3rs01", 0)


def test_a_cluster_that_the_cloud_does_not_know_ends_with_3(tool: Tool, server: LoopbackServer) -> None:
    ran = _live(tool, server, "explain", "cls-nowhere1", *FLOW, "--format", "json")
    assert ran.code == 3
    assert [gap["resource"] for gap in json.loads(ran.stdout)["gaps"]] == ["cls-nowhere1"]


def test_rules_that_were_not_read_leave_the_flow_unknown_and_name_the_permission(tool: Tool) -> None:
    with LoopbackServer(demo.build(), quotas=False) as server:
        server.inject(deny, "DescribeSecurityGroupPolicies", where={"SecurityGroupId": "sg-0rdma5t1"})
        masters = _live(tool, server, "explain", "cls-ord3rs01", "--role", "master", *FLOW)
        nodes = _live(tool, server, "explain", "cls-ord3rs01", "--role", "node", *FLOW)
    assert (masters.code, nodes.code) == (3, 1)
    assert "vpc:DescribeSecurityGroupPolicies" in masters.stdout


def test_what_fix_proposes_the_gate_clears(tool: Tool, server: LoopbackServer) -> None:
    fixed = _live(tool, server, "fix", "cls-ord3rs01", "--close-excess", "--override-drops", "--format", "json=c.json")
    assert fixed.code == 0
    ran = _live(tool, server, "gate", "cls-ord3rs01", "--change", "c.json", "--all", "--format", "json")
    assert ran.code == 0
    resolved = json.loads((tool.folder / "c.json").read_text())["proof"]["resolved"]
    assert set(resolved) <= set(json.loads(ran.stdout)["change"]["resolved"])


def test_a_group_that_nothing_binds_yet_is_read_because_the_change_names_it(tool: Tool) -> None:
    estate = demo.build()
    rules = (allow("all", "ALL", "10.0.0.0/15"), allow("all", "ALL", "172.16.0.0/18"))
    estate.region().group(rules, name="spare", group_id="sg-spare001")
    bound = "bindings:\n  - {node_pool: np-0rdp0011, groups: [sg-spare001]}\n"
    (tool.folder / "change.yaml").write_text(f"changes: []\n{bound}", encoding="utf-8")
    with LoopbackServer(estate, quotas=False) as server:
        ran = _live(tool, server, "gate", "cls-ord3rs01", "--change", "change.yaml", "--format", "json")
    report = json.loads(ran.stdout)
    assert report["gaps"] == []
    introduced = set(report["change"]["introduced"])
    blocked = {one["requirement_id"] for one in report["findings"] if one["fingerprint"] in introduced}
    assert "node-ingress-ssh" in blocked
    assert ran.code == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_a_plan_names_is_read_in_whichever_encoding_it_was_saved(tool: Tool, encoding: str) -> None:
    estate = demo.build()
    estate.region().group((allow("all", "ALL", "10.0.0.0/15"),), name="spare", group_id="sg-spare001")
    moved = held_pool(["sg-spare001"]) | {"id": "cls-ord3rs01#np-0rdp0011", "cluster_id": "cls-ord3rs01"}
    before = held_pool(["sg-0rdn0de1"]) | {"id": moved["id"], "cluster_id": moved["cluster_id"]}
    change = Resource(type=NODE_POOL, name="p", actions=("update",), before=before, after=moved)
    (tool.folder / "plan.json").write_text(plan(change), encoding=encoding)
    with LoopbackServer(estate, quotas=False) as server:
        ran = _live(tool, server, "gate", "cls-ord3rs01", "--plan", "plan.json", "--format", "json")
    assert json.loads(ran.stdout)["gaps"] == []
    assert ran.code == 1


def test_a_gate_reads_the_groups_that_the_plan_names_in_a_recording_that_says_nothing_of_them(tool: Tool) -> None:
    """The recording has other ids, so the second plan is written with those that stand for the first one's."""

    def written(cluster: str, group: str) -> str:
        new = pool([group], cluster=cluster)
        text = plan(Resource(type=NODE_POOL, name="p", actions=("create",), after=new))
        (tool.folder / "plan.json").write_text(text)
        return "plan.json"

    made = Estate()
    region = made.region()
    vpc = region.vpc("10.0.0.0/16")
    subnet = region.subnet(vpc, "10.0.1.0/24")
    bound = region.group([allow("all", "ALL", "0.0.0.0/0")], name="bound")
    spare = region.group([allow("tcp", "22", "0.0.0.0/0")], name="spare")
    region.cluster(vpc, cluster_cidr="172.16.0.0/16").worker(subnet, [bound])
    words = ("--format", "json", "-q")
    with LoopbackServer(made, quotas=False) as server:
        live = _live(tool, server, "gate", "--plan", written("cls-00000001", spare), "--record", "c.json", *words)
    recorded = json.loads((tool.folder / "c.json").read_text())
    calls = recorded["interactions"]
    earlier = {key: value for key, value in recorded.items() if key not in ("also", "aliases")}
    (tool.folder / "c.json").write_text(json.dumps(earlier))
    answers = {call["request"]["action"]: call["response"]["body"]["Response"] for call in calls}
    [cluster] = [one["ClusterId"] for one in answers["DescribeClusters"]["Clusters"]]
    [group] = [
        call["request"]["params"]["SecurityGroupId"]
        for call in calls
        if call["request"]["action"] == "DescribeSecurityGroupPolicies" and '"22"' in json.dumps(call["response"])
    ]
    replayed = tool("gate", "--plan", written(cluster, group), "--replay", "c.json", *REGION, *words)
    assert (live.code, replayed.code) == (1, 1)
    found = [
        sorted(one["requirement_id"] or one["name"] for one in json.loads(ran.stdout)["findings"])
        for ran in (live, replayed)
    ]
    assert found[0] == found[1]
    assert "node-ingress-cluster" in found[0]


def test_a_finding_of_one_cluster_is_waived_without_reading_the_others(tool: Tool, server: LoopbackServer) -> None:
    report = json.loads(_live(tool, server, "audit", "cls-ord3rs01", "--format", "json").stdout)
    words = ("--reason", "r", "--owner", "o", "--expires", "2099-12-31", "-q")
    ran = _live(tool, server, "waive", report["findings"][0]["fingerprint"], "cls-ord3rs01", *words)
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout.startswith("- id: W-")


def test_without_keys_nothing_is_explained_and_the_code_is_3(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> NoReturn:
        raise OSError

    monkeypatch.setattr(keys, "read_metadata", nowhere)
    ran = tool("explain", "cls-ord3rs01", *FLOW, *REGION, "--endpoint", "http://127.0.0.1:9")
    assert ran.code == 3
    assert "flows" not in ran.stdout
