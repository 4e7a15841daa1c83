"""An explanation agrees with the evaluator and with the packet-by-packet oracle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditor.comparator.compare import compare
from auditor.comparator.explain import explain
from auditor.model.outcomes import Flow, FlowVerdict, Match
from auditor.model.services import Protocol
from tests import builders
from tests.property.oracle import Packet, PlainRule, deciders, outcomes
from tests.property.worlds import EVERY_PACKET, INGRESS, model_rule, point, rule_lists

POLICY = builders.policy(builders.EGRESS, builders.CLUSTER, builders.SSH)


def asked(packet: Packet) -> Flow:
    return Flow(direction=INGRESS, protocol=Protocol(packet.protocol), port=packet.port, peer=packet.address)


@given(rule_lists(unreadable=True), st.sampled_from(EVERY_PACKET))
def test_the_verdict_is_that_of_every_reading_of_the_rules(rules: list[PlainRule], packet: Packet) -> None:
    held = builders.group("sg-a", [model_rule(index, rule) for index, rule in enumerate(rules)])
    cluster = builders.cluster(builders.node("ins-1", "sg-a"))
    snapshot = builders.snapshot([cluster], [held])
    [found] = explain(snapshot, POLICY, cluster, asked(packet))
    ways = outcomes(rules, packet)
    expected = FlowVerdict.UNKNOWN if len(ways) > 1 else FlowVerdict(ways.pop())
    assert found.verdict is expected
    could = [each for each in found.considered if each.match in (Match.DECIDES, Match.COULD)]
    ranks = [rank for rank in deciders(rules, packet) if rank >= 0]
    assert [each.rule.index for each in could if each.rule is not None] == ranks


@given(rule_lists(unreadable=True), st.sampled_from(EVERY_PACKET))
def test_the_verdict_is_that_of_the_audit(rules: list[PlainRule], packet: Packet) -> None:
    held = builders.group("sg-a", [model_rule(index, rule) for index, rule in enumerate(rules)])
    cluster = builders.cluster(builders.node("ins-1", "sg-a"))
    snapshot = builders.snapshot([cluster], [held])
    [found] = explain(snapshot, POLICY, cluster, asked(packet))
    [stack] = compare(snapshot, POLICY, builders.TODAY).clusters[0].stacks
    here = point(packet)
    assert (found.verdict is FlowVerdict.ALLOW) == (here in stack.ingress.allowed)
    assert (found.verdict is FlowVerdict.UNKNOWN) == (here in stack.ingress.undecided)
    assert found.permitted == (here in stack.ingress.permitted)
    needed = [each.requirement.requirement_id for each in stack.requirements if here in each.required]
    assert list(found.requirements) == [name for name in needed if name != "egress"]


def test_each_rule_says_why_it_did_not_match() -> None:
    ingress = builders.rules(
        ("allow", "10.0.0.0/24", "udp", "22"),
        ("allow", "10.0.0.0/24", "tcp", "80"),
        ("allow", "fd00::/64", "tcp", "22"),
        ("allow", "10.0.9.0/24", "tcp", "22"),
        ("deny", "10.0.0.0/24", "tcp", "22"),
        ("allow", "10.0.0.0/24"),
    )
    cluster = builders.cluster(builders.node("ins-1", "sg-a"), builders.node("ins-2", "sg-b"))
    snapshot = builders.snapshot([cluster], [builders.group("sg-a", ingress), builders.group("sg-b")])
    flow = Flow(direction=INGRESS, protocol=Protocol.TCP, port=22, peer="10.0.0.9")
    [found] = explain(snapshot, POLICY, cluster, flow, node="ins-1")
    assert [each.match for each in found.considered] == [
        Match.OTHER_PROTOCOL,
        Match.OTHER_PORT,
        Match.OTHER_FAMILY,
        Match.OTHER_ADDRESS,
        Match.DECIDES,
    ]
    assert found.decided_by == found.considered[-1]
    assert found.requirements == ("cluster", "ssh")
    assert len(explain(snapshot, POLICY, cluster, flow)) == 2
    assert explain(snapshot, POLICY, cluster, flow, node="ins-3") == ()
    [by_default] = explain(snapshot, POLICY, cluster, flow, node="ins-2")
    assert (by_default.verdict, by_default.decided_by) == (FlowVerdict.DENY, None)
