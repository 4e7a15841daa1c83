"""``sgaudit explain --node lbl-...``: the way of a client through a listener of a load balancer."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.balancers import balancer, listener, target
from tests.builders import cluster, group, node, rules, snapshot
from tests.cli import estate
from tests.cli.conftest import Tool


@pytest.fixture
def source(tool: Tool) -> str:
    nodes = group("sg-node", rules(("deny", "203.0.112.0/24"), ("allow", "0.0.0.0/0", "tcp", "31080")))
    clients = group("sg-lb", rules(("allow", "198.51.100.0/24", "tcp", "80"), ("allow", "203.0.112.0/24", "tcp", "80")))
    past = balancer(
        listener(target("ins-1"), ports=443, listener_id="lbl-22222222"), passes=True, load_balancer_id="lb-22222222"
    )
    home = snapshot((cluster(node("ins-1", "sg-node")),), (nodes, clients))
    filtered = balancer(listener(target("ins-1")), groups=("sg-lb",))
    return estate.write(replace(home, load_balancers=(filtered, past)), tool.folder / "balancers.json")


def explained(tool: Tool, source: str, *argv: str) -> tuple[int, str]:
    ran = tool("explain", "cls-aaaaaaaa", *argv, "--snapshot", source)
    return ran.code, ran.stdout or ran.stderr


def test_the_peer_is_enough(tool: Tool, source: str) -> None:
    code, text = explained(tool, source, "--node", "lbl-11111111", "--peer", "203.0.112.7")
    assert code == 1
    assert text == (
        "DENIED  TCP port 80 from 203.0.112.7\n"
        '  cls-aaaaaaaa "prod", node (ins-1), bound to sg-node\n'
        "\n"
        '  through TCP 80 of lb-11111111 "web"\n'
        "\n"
        "  sg-lb, inbound rules\n"
        "       1  ACCEPT TCP 80 from 198.51.100.0/24 - different addresses\n"
        "  =>   2  ACCEPT TCP 80 from 203.0.112.0/24 - matches and decides\n"
        "\n"
        "  arrives at the back end as TCP port 31080 from 203.0.112.7, and its groups\n"
        "  filter it\n"
        "\n"
        "  sg-node, inbound rules\n"
        "  =>   1  DROP all traffic from 203.0.112.0/24 - matches and decides\n"
        "\n"
        "  Baseline  needed by node-ingress-nodeport-tcp\n"
    )


def test_the_groups_of_the_node_are_not_shown_where_they_do_not_filter(tool: Tool, source: str) -> None:
    code, text = explained(tool, source, "--node", "lb-22222222", "--peer", "203.0.112.7")
    assert code == 0
    assert "the load balancer has no group: every client gets through" in text
    assert "DROP" not in text


def test_the_object_has_both_packets(tool: Tool, source: str) -> None:
    argv = ("--node", "lbl-11111111", "--peer", "198.51.100.7", "--format", "json")
    code, text = explained(tool, source, *argv)
    (flow,) = json.loads(text)["flows"]
    assert (code, flow["verdict"], flow["flow"]["port"], flow["decided_by"]["index"]) == (0, "allow", 31080, 1)
    step = flow["listener"]
    assert (step["id"], step["load_balancer_id"], step["flow"]["port"]) == ("lbl-11111111", "lb-11111111", 80)
    assert (step["security_groups"], step["decided_by"]["index"], step["groups"]) == (["sg-lb"], 0, "applies")


@pytest.mark.parametrize(
    "argv", [("--node", "lbl-99999999"), ("--node", "lbl-11111111", "--port", "81"), ("--node", "lb-9")]
)
def test_a_listener_that_is_not_there_is_refused(tool: Tool, source: str, argv: tuple[str, ...]) -> None:
    code, text = explained(tool, source, *argv, "--peer", "198.51.100.7")
    assert code == 2
    assert "has no back ends of" in text


def test_without_a_peer_there_is_no_flow_to_try(tool: Tool, source: str) -> None:
    code, text = explained(tool, source, "--node", "lbl-11111111")
    assert (code, text.partition("missing: ")[2].partition(".")[0]) == (2, "--peer")
