"""``sgaudit explain CLUSTER --node NODE`` without a flow: every requirement of a node, met or blocked."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from auditor.model.rules import AclEntry, Action, Direction, NetworkAcl, SubnetAcl
from auditor.model.snapshot import Snapshot
from tests import builders
from tests.cli import estate, shop
from tests.cli.conftest import Ran, Tool


@pytest.fixture
def shop_file(tool: Tool) -> str:
    return estate.write(shop.shop(), tool.folder / "shop.json")


def _explain(tool: Tool, source: str, *argv: str) -> Ran:
    return tool("explain", *argv, "--snapshot", source)


def _object(tool: Tool, source: str, *argv: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(_explain(tool, source, *argv, "--format", "json").stdout)


def test_every_requirement_met_ends_with_0(tool: Tool, shop_file: str) -> None:
    ran = _explain(tool, shop_file, shop.SHOP, "--node", "web-2")
    assert (ran.code, ran.stderr) == (0, "")
    assert ran.stdout.endswith("The security group is not the cause: every requirement is met.\n")
    found = _object(tool, shop_file, shop.SHOP, "--node", "web-2")
    assert {one["status"] for one in found["requirements"]} == {"met"}
    assert {one["decided_by"] for one in found["requirements"]} == {None}


def test_a_blocked_requirement_ends_with_1_and_names_rule_consequence_fix_and_next_command(
    tool: Tool, shop_file: str
) -> None:
    ran = _explain(tool, shop_file, shop.SHOP, "--node", "web-1")
    assert ran.code == 1
    text = " ".join(ran.stdout.split())
    assert "partly blocked Traffic between nodes in the cluster network (inbound)" in text
    assert "kubelet 10250 blocked: nodes go NotReady; sg-first inbound rule 1; ID " in text
    [part] = [one for one in _object(tool, shop_file, shop.SHOP, "--node", "web-1")["requirements"] if one["missing"]]
    assert f"Next: sgaudit fix {part['fingerprint'][:8]} --snapshot {shop_file}" in text


def test_the_object_is_as_promised(tool: Tool, shop_file: str) -> None:
    found = _object(tool, shop_file, shop.SHOP, "--node", "web-1")
    schema = tool("schema", "explain-requirements").stdout
    jsonschema.validate(found, json.loads(schema))
    [part] = [one for one in found["requirements"] if one["status"] != "met"]
    assert {key: part[key] for key in ("id", "role", "direction", "status", "missing", "decided_by")} == {
        "id": "node-ingress-cluster",
        "role": "node",
        "direction": "ingress",
        "status": "partial",
        "missing": [{"protocol": "tcp", "ports": [[10250, 10250]], "cidrs": ["10.0.0.0/16"]}],
        "decided_by": {"security_group_id": "sg-first", "index": 0, "action": "deny"},
    }
    assert part["breaks"].startswith("Nodes and control plane talk to each other over node addresses")
    assert part["fix"].startswith("Insert an inbound ACCEPT for TCP 10250 from 10.0.0.0/16")


def test_the_implicit_deny_is_null(tool: Tool, shop_file: str) -> None:
    found = _object(tool, shop_file, shop.SHOP, "--role", "master")
    blocked = [one for one in found["requirements"] if one["status"] == "blocked"]
    assert blocked != []
    assert {one["decided_by"] for one in blocked} == {None}


def test_what_could_decide_a_requirement_and_cannot_be_read_ends_with_3(tool: Tool) -> None:
    source = estate.write(estate.unread_rules(), tool.folder / "unread.json")
    ran = _explain(tool, source, "cls-aaaaaaaa", "--node", "ins-a")
    assert ran.code == 3
    assert "Something could not be checked, so the security group may still be the cause." in ran.stdout
    found = _object(tool, source, "cls-aaaaaaaa", "--node", "ins-a")
    assert {one["status"] for one in found["requirements"]} == {"unknown"}
    assert [gap["resource"] for gap in found["gaps"]] == ["sg-a"]


def test_a_node_whose_groups_were_not_read_ends_with_3_and_is_not_ruled_out(tool: Tool, shop_file: str) -> None:
    ran = _explain(tool, shop_file, shop.TILLS, "--role", "node")
    assert ran.code == 3
    assert "The security group is not the cause" not in ran.stdout
    assert ran.stdout.endswith("Something could not be checked, so the security group may still be the cause.\n")
    assert _explain(tool, shop_file, shop.TILLS, "--node", "ins-t2").code == 3
    assert _explain(tool, shop_file, shop.TILLS, "--node", "ins-t1").code == 0


def test_over_several_stacks_unknown_beats_blocked_and_blocked_beats_met(tool: Tool, shop_file: str) -> None:
    assert _explain(tool, shop_file, shop.SHOP, "--role", "node").code == 1
    groups = {
        one["security_groups"][0] for one in _object(tool, shop_file, shop.SHOP, "--role", "node")["requirements"]
    }
    assert groups == {"sg-first", "sg-second"}
    assert _explain(tool, shop_file, shop.SHOP).code == 1
    whole = shop.without_gaps()
    unread = replace(whole.group_by_id[builders.REGION, "sg-masters"], ingress=_refused("sg-masters"))
    rest = [group for group in whole.security_groups if group.security_group_id != "sg-masters"]
    source = estate.write(replace(whole, security_groups=(*rest, unread)), tool.folder / "partly.json")
    assert _explain(tool, source, shop.SHOP).code == 3
    assert _explain(tool, source, shop.SHOP, "--role", "node").code == 1
    assert _explain(tool, source, shop.SHOP, "--node", "web-2").code == 0


def _refused(group: str) -> Any:  # noqa: ANN401 - a gap
    return replace(estate.RULES_REFUSED, resource=group)


def _addressed() -> Snapshot:
    held = shop.without_gaps()
    cluster = held.clusters[0]
    nodes = tuple(replace(node, addresses=(f"10.0.1.{number}",)) for number, node in enumerate(cluster.nodes, 1))
    return replace(held, clusters=(replace(cluster, nodes=nodes),))


@pytest.mark.parametrize("word", ["ins-s1", "web-1", "10.0.1.1"])
def test_a_node_goes_by_id_name_and_private_address(tool: Tool, word: str) -> None:
    source = estate.write(_addressed(), tool.folder / "addressed.json")
    found = _object(tool, source, shop.SHOP, "--node", word)
    assert {tuple(one["nodes"]) for one in found["requirements"]} == {("ins-s1",)}
    assert {tuple(one["security_groups"]) for one in found["requirements"]} == {("sg-first", "sg-second")}


def test_a_node_that_does_not_exist_is_refused(tool: Tool, shop_file: str) -> None:
    ran = _explain(tool, shop_file, shop.SHOP, "--node", "web-9")
    assert (ran.code, ran.stdout) == (2, "")


def test_a_cluster_that_does_not_exist_ends_with_3(tool: Tool, shop_file: str) -> None:
    ran = _explain(tool, shop_file, "12345", "--node", "web-1")
    assert ran.code == 3
    assert 'no cluster "12345" was read' in ran.stderr


def test_what_a_network_acl_stops_ends_with_1_though_the_groups_let_it_through(tool: Tool) -> None:
    whole = estate.fine()
    node = replace(whole.clusters[0].nodes[0], subnet_id="subnet-1", addresses=("10.0.1.5",))
    held = replace(whole, clusters=(replace(whole.clusters[0], nodes=(node,)),))
    entries = (
        AclEntry(direction=Direction.INGRESS, priority=1, action=Action.DENY, cidr="172.16.0.0/16", protocol=None),
        AclEntry(direction=Direction.INGRESS, priority=2, action=Action.ALLOW, cidr="0.0.0.0/0", protocol=None),
        AclEntry(direction=Direction.EGRESS, priority=1, action=Action.ALLOW, cidr="0.0.0.0/0", protocol=None),
    )
    acl = NetworkAcl(region=builders.REGION, network_acl_id="acl-1", entries=entries)
    subnet = SubnetAcl(region=builders.REGION, subnet_id="subnet-1", cidrs=("10.0.1.0/24",), network_acl_id="acl-1")
    source = estate.write(replace(held, network_acls=(acl,), subnet_acls=(subnet,)), tool.folder / "acl.json")
    ran = _explain(tool, source, "cls-aaaaaaaa", "--node", "ins-a")
    assert ran.code == 1
    assert ran.stdout.endswith(
        "The cause is not the security group but a network ACL: see the packets that it\nblocks.\n"
    )
    assert {one["status"] for one in _object(tool, source, "cls-aaaaaaaa", "--node", "ins-a")["requirements"]} == {
        "met"
    }


@pytest.mark.parametrize("words", [("--node", "eni-w3bc0py1"), ("--role", "endpoint")])
def test_where_no_requirement_applies_the_group_is_not_ruled_out(tool: Tool, words: tuple[str, str]) -> None:
    ran = tool("explain", "cls-w3bfr0nt", *words, "--snapshot", tool.demo())
    assert ran.code == 0
    assert "No requirement applies here, so the security group may still be the cause" in " ".join(ran.stdout.split())
    assert "every requirement is met" not in " ".join(ran.stdout.split())


def test_a_flow_out_of_an_entrance_is_refused_with_the_reason(tool: Tool) -> None:
    flow = ("--direction", "egress", "--protocol", "tcp", "--port", "443", "--peer", "203.0.113.1")
    ran = tool("explain", "cls-w3bfr0nt", "--role", "endpoint", *flow, "--snapshot", tool.demo())
    assert (ran.code, ran.stdout) == (2, "")
    assert "the API server entrances of cls-w3bfr0nt only accept clients" in ran.stderr


def test_the_id_of_a_gap_is_explained_and_ends_with_3(tool: Tool) -> None:
    ran = tool("explain", "ae992a07", "--snapshot", tool.demo())
    assert (ran.code, ran.stderr) == (3, "")
    assert "Grant tke:DescribeIPAMD to these credentials" in ran.stdout


def test_fix_says_of_the_id_of_a_gap_that_no_rule_closes_it(tool: Tool) -> None:
    ran = tool("fix", "ae992a07", "--snapshot", tool.demo())
    assert (ran.code, ran.stdout) == (2, "")
    assert '"ae992a07" is not a finding but something that could not be checked' in ran.stderr


def test_fix_of_an_unknown_cluster_does_not_say_that_no_rule_needs_to_change(tool: Tool) -> None:
    ran = tool("fix", "cls-nowhere1", "--snapshot", tool.demo())
    assert (ran.code, ran.stdout) == (3, "No change of rules to propose.\n")
