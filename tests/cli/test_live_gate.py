"""What ``gate`` reads of the cloud by itself: the regions and networks that a plan names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.cli.conftest import Ran, Tool
from tests.loopback.estate import Estate
from tests.loopback.rules import allow
from tests.loopback.server import LoopbackServer
from tests.plans.plan_json import COMPUTED, PROVIDER, Resource, plan
from tests.plans.resources import RULE_SET, rule_set

CLUSTER = "tencentcloud_kubernetes_cluster"
OPEN = [allow("ALL", "ALL", "0.0.0.0/0")]


def _region(estate: Estate, name: str, second_octet: int) -> None:
    region = estate.region(name)
    vpc = region.vpc(f"10.{second_octet}.0.0/16")
    nodes = region.subnet(vpc, f"10.{second_octet}.0.0/20")
    pods = region.subnet(vpc, f"10.{second_octet}.128.0/20")
    region.subnet(vpc, f"10.{second_octet}.144.0/20")
    cluster = region.cluster(vpc, mode="VPC-CNI", container_subnets=[pods], service_cidr="192.168.0.0/20")
    cluster.worker(nodes, [region.group(OPEN)])
    region.vpc("10.8.0.0/16")
    region.group(OPEN)


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    """ap-guangzhou: cls-00000001, sg-00000001, an empty subnet-00000003, vpc-00000002; ap-shanghai likewise."""
    estate = Estate()
    _region(estate, "ap-guangzhou", 0)
    _region(estate, "ap-shanghai", 1)
    estate.region("ap-beijing")
    with LoopbackServer(estate, quotas=False) as running:
        yield running


def _gate(tool: Tool, server: LoopbackServer, text: str, *argv: str, **environ: str) -> Ran:
    (tool.folder / "plan.json").write_text(text, encoding="utf-8")
    keys = {"TENCENTCLOUD_SECRET_ID": server.keys.secret_id, "TENCENTCLOUD_SECRET_KEY": server.keys.secret_key}
    options = ("--plan", "plan.json", "--endpoint", server.endpoint, "--format", "json")
    return tool("gate", *options, *argv, **{**keys, **environ})


def _without_region(*resources: Resource) -> str:
    return plan(*resources, top={"configuration": {}})


def _of(region: str, *resources: Resource) -> str:
    document = json.loads(plan(*resources))
    block = {"name": "tencentcloud", "full_name": PROVIDER, "expressions": {"region": {"constant_value": region}}}
    document["configuration"]["provider_config"]["tencentcloud"] = block
    return json.dumps(document)


def _counts(ran: Ran) -> dict[str, int]:
    change: dict[str, Any] = json.loads(ran.stdout)["change"]
    return {name: len(change[name]) for name in ("introduced", "resolved", "unchanged")}


def _subnets(before: list[str], after: list[str]) -> Resource:
    held = {"id": "cls-00000001", "vpc_id": "vpc-00000001"}
    return Resource(
        type=CLUSTER,
        name="x",
        actions=("update",),
        before=held | {"eni_subnet_ids": before},
        after=held | {"eni_subnet_ids": after},
    )


def test_a_subnet_that_a_plan_names_is_read(tool: Tool, server: LoopbackServer) -> None:
    added = _without_region(_subnets(["subnet-00000002"], ["subnet-00000002", "subnet-00000003"]))
    ran = _gate(tool, server, added, "--region", "ap-guangzhou")
    counts = _counts(ran)
    assert (ran.code, counts["introduced"], counts["resolved"]) == (0, 0, 0)
    assert counts["unchanged"] > 0
    report = json.loads(ran.stdout)
    assert report["gaps"] == []
    assert report["clusters"][0]["networks"]["container"] == ["10.0.128.0/20", "10.0.144.0/20"]


def test_a_subnet_that_the_cloud_does_not_know_is_a_gap_and_resolves_nothing(
    tool: Tool, server: LoopbackServer
) -> None:
    added = _without_region(_subnets(["subnet-00000002"], ["subnet-00000002", "subnet-99999999"]))
    ran = _gate(tool, server, added, "--region", "ap-guangzhou")
    assert ran.code == 3
    assert _counts(ran)["resolved"] == 0
    assert [(gap["code"], gap["resource"]) for gap in json.loads(ran.stdout)["gaps"]] == [
        ("not-read", "subnet-99999999")
    ]


def test_the_vpc_of_a_new_cluster_is_read(tool: Tool, server: LoopbackServer) -> None:
    after = {
        "id": COMPUTED,
        "cluster_name": "k",
        "vpc_id": "vpc-00000002",
        "cluster_cidr": "172.18.0.0/16",
        "network_type": "GR",
        "worker_config": [{"subnet_id": "subnet-00000002", "security_group_ids": ["sg-00000002"]}],
    }
    made = _without_region(Resource(type=CLUSTER, name="x", actions=("create",), after=after))
    ran = _gate(tool, server, made, "--region", "ap-guangzhou")
    report = json.loads(ran.stdout)
    assert (ran.code, report["gaps"]) == (1, [])
    (new,) = [cluster for cluster in report["clusters"] if cluster["cluster_id"] == f"({CLUSTER}.x)"]
    assert new["networks"] == {"container": ["172.18.0.0/16"], "cluster": ["10.8.0.0/16"]}


SHUT = Resource(
    type=RULE_SET,
    name="node",
    actions=("update",),
    before=rule_set(group="sg-00000003"),
    after=rule_set(ingress=[], group="sg-00000003"),
)
"""Nothing gets to the nodes of ap-shanghai ."""


def test_the_region_that_a_plan_names_is_read_without_being_asked_for(tool: Tool, server: LoopbackServer) -> None:
    ran = _gate(tool, server, _of("ap-shanghai", SHUT))
    report = json.loads(ran.stdout)
    assert (ran.code, report["gaps"]) == (1, [])
    assert {cluster["region"] for cluster in report["clusters"]} == {"ap-shanghai"}
    assert _counts(ran)["introduced"] > 0


def test_the_region_that_a_plan_names_is_read_whatever_the_environment_says(tool: Tool, server: LoopbackServer) -> None:
    ran = _gate(tool, server, _of("ap-shanghai", SHUT), TENCENTCLOUD_REGION="ap-guangzhou")
    assert ran.code == 1
    assert {cluster["region"] for cluster in json.loads(ran.stdout)["clusters"]} == {"ap-shanghai"}


def test_a_region_that_is_asked_for_is_read_alone(tool: Tool, server: LoopbackServer) -> None:
    ran = _gate(tool, server, _of("ap-shanghai", SHUT), "--region", "ap-guangzhou")
    report = json.loads(ran.stdout)
    assert {cluster["region"] for cluster in report["clusters"]} == {"ap-guangzhou"}
    assert ran.code == 3
    assert [(gap["code"], gap["region"]) for gap in report["gaps"]] == [("region-not-read", "ap-shanghai")]


def test_the_regions_of_the_configuration_are_read_with_that_of_the_plan(tool: Tool, server: LoopbackServer) -> None:
    (tool.folder / "sgaudit.yaml").write_text("regions: [ap-guangzhou]\n", encoding="utf-8")
    ran = _gate(tool, server, _of("ap-shanghai", SHUT))
    assert {cluster["region"] for cluster in json.loads(ran.stdout)["clusters"]} == {"ap-guangzhou", "ap-shanghai"}


def test_the_region_that_a_change_file_names_is_read(tool: Tool, server: LoopbackServer) -> None:
    change = {"changes": [{"group": "sg-00000003", "region": "ap-shanghai", "direction": "ingress", "rules": []}]}
    (tool.folder / "change.json").write_text(json.dumps(change), encoding="utf-8")
    keys = {"TENCENTCLOUD_SECRET_ID": server.keys.secret_id, "TENCENTCLOUD_SECRET_KEY": server.keys.secret_key}
    argv = ("gate", "--change", "change.json", "--endpoint", server.endpoint, "--format", "json")
    ran = tool(*argv, **keys)
    assert ran.code == 1
    assert {cluster["region"] for cluster in json.loads(ran.stdout)["clusters"]} == {"ap-shanghai"}
    ran = tool(*argv, "--region", "ap-guangzhou", **keys)
    assert ran.code == 3
    assert [gap["code"] for gap in json.loads(ran.stdout)["gaps"]] == ["region-not-read"]


def test_a_region_gets_its_first_cluster(tool: Tool, server: LoopbackServer) -> None:
    vpc = Resource(
        type="tencentcloud_vpc", name="v", actions=("create",), after={"id": COMPUTED, "cidr_block": "10.0.0.0/16"}
    )
    after = {
        "id": COMPUTED,
        "cluster_name": "k",
        "vpc_id": "vpc-00000002",
        "cluster_cidr": "172.18.0.0/16",
        "network_type": "GR",
        "worker_config": [],
    }
    made = Resource(type=CLUSTER, name="x", actions=("create",), after=after)
    ran = _gate(tool, server, _of("ap-beijing", vpc, made))
    assert "NoCluster" not in [gap["code"] for gap in json.loads(ran.stdout)["gaps"]]


def _recorded(tool: Tool, server: LoopbackServer, text: str, *argv: str) -> tuple[Ran, Ran]:
    """The run that was recorded, and its replay with the same plan."""
    ran = _gate(tool, server, text, "--record", "run.json", *argv)
    cluster_ids = [word for word in argv if word.startswith("cls-")]
    again = tool("gate", "--plan", "plan.json", "--replay", "run.json", "--format", "json", *cluster_ids)
    return ran, again


def _told(ran: Ran) -> dict[str, Any]:
    """What a report says apart from names: how much of everything, which findings, which gaps."""
    report = json.loads(ran.stdout)
    return {
        "code": ran.code,
        "change": {name: len(found) for name, found in report["change"].items()},
        "effects": [resource["effect"].count("Introduces") for resource in report["change"]["resources"]],
        "findings": sorted((one["code"], one["severity"], one["requirement_id"]) for one in report["findings"]),
        "gaps": sorted(gap["code"] for gap in report["gaps"]),
    }


PUBLIC = [
    {"action": "ACCEPT", "cidr_block": "47.88.7.0/24", "protocol": "TCP", "port": "6379"},
    {"action": "ACCEPT", "cidr_block": "47.88.8.9", "protocol": "TCP", "port": "3306"},
]


@pytest.mark.parametrize(
    "resource",
    [
        _subnets(["subnet-00000002"], ["subnet-00000002", "subnet-00000003"]),
        replace(SHUT, before=rule_set(group="sg-00000001"), after=rule_set(ingress=[], group="sg-00000001")),
        replace(SHUT, before=rule_set(group="sg-00000001"), after=rule_set(ingress=PUBLIC, group="sg-00000001")),
        Resource(type="tencentcloud_never", name="x", actions=("create",), after={"cluster_id": "cls-00000001"}),
        Resource(
            type="tencentcloud_instance",
            name="x",
            actions=("update",),
            before={"id": "ins-00000001", "orderly_security_groups": ["sg-00000001"]},
            after={"id": "ins-00000001", "orderly_security_groups": ["sg-00000002"]},
        ),
    ],
    ids=["subnet", "no-rules", "public-rules", "unknown-type", "other-group"],
)
def test_a_recorded_gate_says_the_same_when_it_is_replayed_with_the_same_plan(
    tool: Tool, server: LoopbackServer, resource: Resource
) -> None:
    ran, again = _recorded(tool, server, _of("ap-guangzhou", resource))
    assert _told(again) == _told(ran)
    assert "NotRecorded" not in again.stdout
    kept = (tool.folder / "run.json").read_text(encoding="utf-8")
    assert re.findall(r"(?:cls|ins|sg|subnet|vpc)-0000000[0-9]", kept) == []
    assert "47.88." not in kept


def test_a_recording_of_named_clusters_is_replayed_with_the_same_ids_and_configuration(
    tool: Tool, server: LoopbackServer
) -> None:
    allow_ssh = {"id": "a", "clusters": ["cls-00000001"], "direction": "ingress", "protocol": "tcp", "ports": "6379"}
    allow_ssh |= {"role": "node", "cidrs": ["47.88.7.0/24"], "reason": "r", "owner": "o"}
    (tool.folder / "sgaudit.yaml").write_text(json.dumps({"allow": [allow_ssh]}), encoding="utf-8")
    text = _of(
        "ap-guangzhou",
        replace(SHUT, before=rule_set(group="sg-00000001"), after=rule_set(ingress=PUBLIC, group="sg-00000001")),
    )
    ran, again = _recorded(tool, server, text, "cls-00000001")
    assert _told(again) == _told(ran)
    assert len(json.loads(again.stdout)["clusters"]) == 1


def test_a_role_of_the_account_that_is_read_is_no_gap_live_or_replayed(tool: Tool) -> None:
    estate = Estate("123456789012")
    _region(estate, "ap-guangzhou", 0)

    def run_as(account: str) -> str:
        document = json.loads(_of("ap-guangzhou", replace(SHUT, before=None, actions=("create",))))
        provider = document["configuration"]["provider_config"]["tencentcloud"]
        role_arn = f"qcs::cam::uin/{account}:roleName/terraform"
        provider["expressions"]["assume_role"] = [{"role_arn": {"constant_value": role_arn}}]
        return json.dumps(document)

    with LoopbackServer(estate, quotas=False) as server:
        ran, again = _recorded(tool, server, run_as("123456789012"))
        assert _told(ran)["gaps"] == _told(again)["gaps"] == []
        assert "123456789012" not in (tool.folder / "run.json").read_text(encoding="utf-8")
        ran, again = _recorded(tool, server, run_as("123456789013"))
        assert _told(ran)["gaps"] == _told(again)["gaps"] == ["account-not-read"]
