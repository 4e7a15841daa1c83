"""Flows through listeners, and health checks from 100.64.0.0/10 where the load balancers were read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.comparator.compare import compare
from auditor.comparator.explain import explain
from auditor.comparator.explain_listener import explain_listener
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.load_balancers import HealthCheck, HealthCheckSource, LoadBalancer
from auditor.model.outcomes import Explanation, Flow, FlowVerdict
from auditor.model.rules import Direction
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from auditor.pipeline import explain_finding
from tests.balancers import LB, balancer, checked, listener, target
from tests.builders import REGION, TODAY, cluster, group, node, policy, rules, snapshot

NODES = group("sg-node", rules(("deny", "203.0.112.0/24"), ("allow", "0.0.0.0/0", "tcp", "31080")))
CLIENTS = group("sg-lb", rules(("allow", "198.51.100.0/24", "tcp", "80"), ("allow", "203.0.112.0/24", "tcp", "80")))
HOME = cluster(node("ins-1", "sg-node"), node("ins-2", "sg-node"))
ALLOW, DENY, UNKNOWN = FlowVerdict.ALLOW, FlowVerdict.DENY, FlowVerdict.UNKNOWN
OFFICE, BAD, OTHER = "198.51.100.7", "203.0.112.7", "192.0.2.7"
WEB = listener(target("ins-1"))


def estate(*balancers: LoadBalancer) -> Snapshot:
    return replace(snapshot((HOME,), (NODES, CLIENTS)), load_balancers=balancers)


def through(
    load_balancer: LoadBalancer, peer: str, word: str = "lbl-11111111", port: int = 80
) -> tuple[Explanation, ...]:
    flow = Flow(direction=Direction.INGRESS, protocol=Protocol.TCP, port=port, peer=peer)
    return explain_listener(estate(load_balancer), policy(), HOME, flow, word)[0]


BOTH = balancer(WEB, groups=("sg-lb",))


@pytest.mark.parametrize(
    ("load_balancer", "peer", "verdict", "decider"),
    [
        pytest.param(BOTH, OFFICE, ALLOW, ("sg-node", 1), id="both let it through"),
        pytest.param(BOTH, BAD, DENY, ("sg-node", 0), id="the node stops it"),
        pytest.param(BOTH, OTHER, DENY, None, id="the end of the group of the load balancer"),
        pytest.param(balancer(WEB, groups=("sg-lb",), passes=True), BAD, ALLOW, ("sg-lb", 1), id="past the node"),
        pytest.param(balancer(WEB, passes=True), BAD, ALLOW, None, id="nothing filters"),
        pytest.param(balancer(WEB), OTHER, ALLOW, ("sg-node", 1), id="the node alone"),
        pytest.param(balancer(WEB, passes=None), BAD, UNKNOWN, ("sg-node", 0), id="the switch is unknown"),
        pytest.param(balancer(WEB, snat_addresses=("203.0.112.9",)), OFFICE, DENY, ("sg-node", 0), id="SNAT"),
    ],
)
def test_the_way_through_a_listener_is_decided_by_the_first_filter_that_stops_it(
    load_balancer: LoadBalancer, peer: str, verdict: FlowVerdict, decider: tuple[str, int] | None
) -> None:
    (explanation,) = through(load_balancer, peer)
    decided = explanation.decided_by
    assert explanation.verdict is verdict
    assert (decided and decided.rule and (decided.security_group_id, decided.rule.index)) == decider
    assert explanation.flow.port == 31080
    step = explanation.listener
    assert step is not None
    assert (step.flow.port, step.flow.peer) == (80, peer)


def test_unread_groups_of_the_load_balancer_leave_the_way_open_and_tell_the_gap() -> None:
    unread = Gap(region=REGION, resource=LB, code="AuthFailure", message="denied", kind=GapKind.UNREAD)
    flow = Flow(direction=Direction.INGRESS, protocol=Protocol.TCP, port=80, peer=OFFICE)
    explanations, gaps = explain_listener(estate(balancer(WEB, groups=unread)), policy(), HOME, flow, LB)
    assert [one.verdict for one in explanations] == [UNKNOWN]
    assert gaps == frozenset({unread})


def test_a_load_balancer_stands_for_its_listener_at_the_port() -> None:
    two = balancer(WEB, listener(target("ins-2", 31081), ports=81, listener_id="lbl-22222222"))
    (explanation,) = through(two, OFFICE, LB, 81)
    assert explanation.listener is not None
    assert (explanation.listener.listener.listener_id, explanation.verdict) == ("lbl-22222222", DENY)


def test_each_port_of_the_back_ends_has_its_own_answer() -> None:
    both = balancer(listener(target("ins-1", 31080), target("ins-1", 31081), kind="HTTP"))
    assert [(one.flow.port, one.verdict) for one in through(both, OFFICE)] == [(31080, ALLOW), (31081, DENY)]


def test_a_finding_is_explained_through_its_listener() -> None:
    result = compare(estate(BOTH), policy(), TODAY)
    (finding,) = [one for one in result.findings if one.code == "TSG102"]
    (explanation,) = explain_finding(result, policy(), finding).explanations
    assert (explanation.verdict, explanation.listener is not None) == (DENY, True)


CHECKED = checked(target("ins-1", 31090), HealthCheck(source=HealthCheckSource.RESERVED))


@pytest.mark.parametrize(
    ("node_id", "port", "peer", "verdict"),
    [
        pytest.param("", 31090, "100.64.0.1", ALLOW, id="a listener checks this port of the list"),
        pytest.param("ins-1", 31090, "100.64.0.1", ALLOW, id="of this node"),
        pytest.param("ins-2", 31090, "100.64.0.1", UNKNOWN, id="the other node is no back end"),
        pytest.param("", 31091, "100.64.0.1", UNKNOWN, id="another port"),
        pytest.param("", 31090, "169.254.128.1", UNKNOWN, id="the range of older internal load balancers"),
        pytest.param("", 31090, "100.128.0.1", DENY, id="outside of the range"),
    ],
)
def test_health_checks_of_a_listener_pass_by_default(node_id: str, port: int, peer: str, verdict: FlowVerdict) -> None:
    flow = Flow(direction=Direction.INGRESS, protocol=Protocol.TCP, port=port, peer=peer)
    (explanation,) = explain(estate(balancer(listener(CHECKED))), policy(), HOME, flow, node=node_id)
    assert explanation.verdict is verdict
    assert explanation.health_checks == (("lbl-11111111",) if verdict is ALLOW else ())
