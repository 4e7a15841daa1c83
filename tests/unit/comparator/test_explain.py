"""Flows that the rules do not decide alone: health checks of load balancers."""

from __future__ import annotations

import pytest

from auditor.comparator.compare import compare
from auditor.comparator.explain import explain
from auditor.model.findings import Status
from auditor.model.outcomes import Explanation, Flow, FlowVerdict
from auditor.model.rules import Direction
from auditor.model.services import Protocol
from tests.builders import EGRESS, NODEPORT, TODAY, cluster, group, node, policy, rules, snapshot

POLICY = policy(EGRESS, NODEPORT)
ONE = cluster(node("ins-1", "sg-a"))


def explained(*ingress: tuple[str, ...], peer: str, direction: Direction = Direction.INGRESS) -> Explanation:
    held = snapshot([ONE], [group("sg-a", rules(*ingress), rules(("deny", "0.0.0.0/0")))])
    flow = Flow(direction=direction, protocol=Protocol.TCP, port=31000, peer=peer)
    [found] = explain(held, POLICY, ONE, flow)
    return found


@pytest.mark.parametrize("peer", ["100.64.0.1", "100.127.255.255", "169.254.128.0", "169.254.255.255"])
@pytest.mark.parametrize("ingress", [(), (("deny", "0.0.0.0/0"),)])
def test_rules_that_deny_a_health_check_do_not_decide_it(ingress: tuple[tuple[str, ...], ...], peer: str) -> None:
    found = explained(*ingress, peer=peer)
    assert found.verdict is FlowVerdict.UNKNOWN
    assert found.balancer_source
    assert (found.decided_by is None) == (not ingress)


@pytest.mark.parametrize("peer", ["100.63.255.255", "100.128.0.0", "169.254.127.255", "203.0.113.9"])
def test_rules_that_deny_any_other_address_decide(peer: str) -> None:
    found = explained(peer=peer)
    assert (found.verdict, found.balancer_source) == (FlowVerdict.DENY, False)


def test_rules_that_allow_a_health_check_decide() -> None:
    found = explained(("allow", "100.64.0.0/10"), peer="100.64.0.1")
    assert (found.verdict, found.balancer_source) == (FlowVerdict.ALLOW, False)


def test_what_the_node_sends_is_no_health_check() -> None:
    found = explained(peer="100.64.0.1", direction=Direction.EGRESS)
    assert (found.verdict, found.balancer_source) == (FlowVerdict.DENY, False)


def test_a_requirement_does_not_count_on_load_balancers() -> None:
    held = snapshot([ONE], [group("sg-a", rules(("allow", "198.51.100.0/24", "tcp", "30000-32768")))])
    [stack] = compare(held, POLICY, TODAY).clusters[0].stacks
    [nodeport] = [each for each in stack.requirements if each.requirement.requirement_id == "nodeport"]
    assert nodeport.status is Status.PARTIAL
