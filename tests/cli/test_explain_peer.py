"""``sgaudit explain --peer ID``: every address of a group, cluster or machine is tried; the worst verdict counts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from auditor.model.clusters import Network, Networks
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.rules import Member
from auditor.model.snapshot import Snapshot
from tests import builders
from tests.balancers import balancer, listener, target
from tests.cli import estate
from tests.cli.conftest import Tool

_ALLOW = ("allow", "10.0.1.0/24", "tcp", "8080")
_DENY = ("deny", "10.0.1.128/25", "tcp", "8080")
_MEMBERS_REFUSED = Gap(
    kind=GapKind.UNREAD,
    region=builders.REGION,
    resource="sg-web",
    service="vpc",
    action="DescribeNetworkInterfaces",
    code="UnauthorizedOperation",
    message="not allowed",
)


def _shop(*extra_rules: tuple[str, ...], networks: Networks | None = None) -> Snapshot:
    """``ins-db`` lets in half of 10.0.1.0/24. ``ins-w1`` is in that half, ``ins-w2`` is not."""
    nodes = (
        builders.node("ins-db", "sg-db"),
        replace(builders.node("ins-w1", "sg-web"), addresses=("10.0.1.5",)),
        replace(builders.node("ins-w2", "sg-web"), addresses=("10.0.1.200",)),
    )
    groups = (builders.group("sg-db", builders.rules(*extra_rules, _DENY, _ALLOW)), builders.group("sg-web"))
    return builders.snapshot([builders.cluster(*nodes, networks=networks)], groups)


def _asked(tool: Tool, snapshot: Snapshot, peer: str, *argv: str) -> tuple[int, Any]:
    source = estate.write(snapshot, tool.folder / "shop.json")
    flow = ("--direction", "ingress", "--protocol", "tcp", "--port", "8080", "--peer", peer)
    where = argv or ("--node", "ins-db")
    ran = tool("explain", "cls-aaaaaaaa", *where, *flow, "--snapshot", source, "--format", "json")
    return ran.code, json.loads(ran.stdout) if ran.stdout else ran.stderr


def _only(output: Any) -> Any:  # noqa: ANN401 - JSON
    [flow] = output["flows"]
    return flow


def test_the_worst_address_of_a_group_counts_and_is_named(tool: Tool) -> None:
    code, output = _asked(tool, _shop(), "sg-web")
    assert code == 1
    assert (_only(output)["verdict"], _only(output)["flow"]["peer"]) == ("deny", "10.0.1.200")
    assert _only(output)["peer"] == {
        "id": "sg-web",
        "complete": True,
        "allowed": ["10.0.1.5/32"],
        "denied": ["10.0.1.200/32"],
        "unknown": [],
    }
    jsonschema.validate(output, json.loads(tool("schema", "explain").stdout))


@pytest.mark.parametrize(("machine", "code", "verdict"), [("ins-w1", 0, "allow"), ("ins-w2", 1, "deny")])
def test_a_machine_is_its_addresses(tool: Tool, machine: str, code: int, verdict: str) -> None:
    exit_code, output = _asked(tool, _shop(), machine)
    assert (exit_code, _only(output)["verdict"]) == (code, verdict)


def test_a_further_interface_of_a_machine_counts(tool: Tool) -> None:
    shop = _shop()
    interface = builders.secondary("eni-w1", "ins-w1", "sg-web", addresses=("10.0.1.130",))
    shop = replace(shop, clusters=(replace(shop.clusters[0], interfaces=(interface,)),))
    code, output = _asked(tool, shop, "ins-w1")
    assert (code, _only(output)["flow"]["peer"], _only(output)["peer"]["allowed"]) == (1, "10.0.1.130", ["10.0.1.5/32"])


def test_a_machine_whose_interfaces_were_not_read_does_not_pass(tool: Tool) -> None:
    code, output = _asked(tool, replace(_shop(), parts=()), "ins-w1")
    assert (code, _only(output)["verdict"], _only(output)["peer"]["complete"]) == (3, "unknown", False)
    assert "interfaces" in {gap["resource"] for gap in output["gaps"]}


def test_a_cluster_is_its_container_and_cluster_network(tool: Tool) -> None:
    code, output = _asked(tool, _shop(("allow", "172.16.0.0/16"), ("allow", "10.0.0.0/17")), "cls-aaaaaaaa")
    assert code == 1
    assert _only(output)["peer"]["allowed"] == ["10.0.0.0/17", "172.16.0.0/16"]
    assert _only(output)["peer"]["denied"] == ["10.0.128.0/17"]
    assert _only(output)["flow"]["peer"] == "10.0.128.0"


def test_every_address_of_a_cluster_that_passes_ends_with_0(tool: Tool) -> None:
    code, output = _asked(tool, _shop(("allow", "0.0.0.0/0")), "cls-aaaaaaaa")
    assert (code, _only(output)["peer"]["allowed"]) == (0, ["10.0.0.0/16", "172.16.0.0/16"])


def test_one_denied_address_in_the_middle_of_a_network_is_found(tool: Tool) -> None:
    code, output = _asked(tool, _shop(("deny", "10.0.77.7"), ("allow", "0.0.0.0/0")), "cls-aaaaaaaa")
    assert (code, _only(output)["peer"]["denied"]) == (1, ["10.0.77.7/32"])


def test_a_network_that_was_not_read_makes_the_answer_unknown(tool: Tool) -> None:
    gap = replace(_MEMBERS_REFUSED, resource="vpc-11111111", action="DescribeVpcs")
    networks = replace(builders.land(), vpc=Network(gaps=(gap,)))
    code, output = _asked(tool, _shop(("allow", "172.16.0.0/16"), networks=networks), "cls-aaaaaaaa")
    assert (code, _only(output)["verdict"]) == (3, "unknown")
    assert [entry["resource"] for entry in output["gaps"]] == ["vpc-11111111"]


def test_members_that_were_not_read_matter_only_where_they_could_be_worse(tool: Tool) -> None:
    shop = _shop()
    unread = replace(builders.membership("sg-web", Member(instance_id="ins-w1", addresses=("10.0.1.5",))))
    unread = replace(unread, gaps=(_MEMBERS_REFUSED,))
    code, output = _asked(tool, replace(shop, memberships=(unread,)), "sg-web")
    assert (code, _only(output)["verdict"], [gap["resource"] for gap in output["gaps"]]) == (3, "unknown", ["sg-web"])
    shop = replace(_shop(("allow", "0.0.0.0/0"), ("allow", "::/0")), memberships=(unread,))
    code, output = _asked(tool, shop, "sg-web")
    assert (code, _only(output)["verdict"], output["gaps"]) == (0, "allow", [])


@pytest.mark.parametrize("peer", ["sg-unread01", "cls-unread01", "ins-unread01", "eni-unread01"])
def test_a_peer_that_was_not_read_is_unknown(tool: Tool, peer: str) -> None:
    code, output = _asked(tool, _shop(), peer)
    assert (code, _only(output)["verdict"]) == (3, "unknown")
    assert peer in {gap["resource"] for gap in output["gaps"]}


def test_a_group_without_members_has_no_address_to_try(tool: Tool) -> None:
    shop = _shop()
    empty = replace(shop, memberships=(*shop.memberships[:-1], builders.membership("sg-web")))
    code, stderr = _asked(tool, empty, "sg-web")
    assert code == 2
    assert "sg-web has no address from which tcp packets could come" in stderr


def test_over_several_stacks_unknown_comes_before_denied_and_denied_before_allowed(tool: Tool) -> None:
    code, output = _asked(tool, _shop(), "ins-w1", "--role", "node")
    assert (code, [flow["verdict"] for flow in output["flows"]]) == (1, ["allow", "deny"])


def test_the_clients_of_a_listener_can_be_a_group(tool: Tool) -> None:
    shop = _shop(("allow", "10.0.1.0/25", "tcp", "31080"))
    shop = replace(shop, load_balancers=(balancer(listener(target("ins-db"), ports=8080)),))
    code, output = _asked(tool, shop, "sg-web", "--node", "lbl-11111111")
    assert (code, _only(output)["verdict"], _only(output)["peer"]["denied"]) == (1, "deny", ["10.0.1.200/32"])


def test_the_table_says_which_address_is_the_worst(tool: Tool) -> None:
    source = estate.write(_shop(), tool.folder / "shop.json")
    flow = ("--direction", "ingress", "--protocol", "tcp", "--port", "8080", "--peer", "sg-web")
    ran = tool("explain", "cls-aaaaaaaa", "--node", "ins-db", *flow, "--snapshot", source)
    assert ran.stdout.startswith("DENIED  TCP port 8080 from 10.0.1.200\n")
    assert (
        "  Peer      sg-web, shown for 10.0.1.200\n"
        "            denied: 10.0.1.200/32\n"
        "            allowed: 10.0.1.5/32\n"
    ) in ran.stdout
