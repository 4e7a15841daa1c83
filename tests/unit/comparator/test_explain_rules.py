"""Explanations of flows: which rule decides, why other rules do not match, and which gaps leave a flow open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.comparator.explain import explain, hidden_stack_gaps, undecided_gaps
from auditor.model.clusters import Role
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.outcomes import Explanation, Flow, FlowVerdict, Match
from auditor.model.rules import Action, Direction, GroupPeer, Rule, SecurityGroup
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from tests import builders
from tests.builders import REGION, cluster, group, node, pool, rules, snapshot

POLICY = builders.policy(builders.EGRESS, builders.CLUSTER, builders.SSH)
SSH_FLOW = Flow(direction=Direction.INGRESS, protocol=Protocol.TCP, port=22, peer="203.0.113.9")
GAP = Gap(kind=GapKind.UNREAD, region=REGION, resource="sg-a/ingress", code="Denied", message="refused")


def state(*groups: SecurityGroup) -> Snapshot:
    return snapshot([cluster(node("ins-1", *(held.security_group_id for held in groups)))], groups)


def explained(held: Snapshot, flow: Flow = SSH_FLOW) -> Explanation:
    [explanation] = explain(held, POLICY, held.clusters[0], flow)
    return explanation


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (("allow", "0.0.0.0/0", "udp", "22"), Match.OTHER_PROTOCOL),
        (("allow", "0.0.0.0/0", "tcp", "23-30"), Match.OTHER_PORT),
        (("allow", "::/0", "tcp", "22"), Match.OTHER_FAMILY),
        (("allow", "203.0.113.0/29", "tcp", "22"), Match.OTHER_ADDRESS),
        (("allow", "203.0.113.0/28", "tcp", "20-22"), Match.DECIDES),
    ],
)
def test_the_first_part_that_differs_is_the_reason(text: tuple[str, ...], match: Match) -> None:
    explanation = explained(state(group("sg-a", rules(text))))
    assert [considered.match for considered in explanation.considered] == [match]
    assert explanation.verdict is (FlowVerdict.ALLOW if match is Match.DECIDES else FlowVerdict.DENY)


def test_later_deny_does_not_hide_earlier_allow() -> None:
    held = state(group("sg-a", rules(("allow", "0.0.0.0/0", "tcp", "22"), ("deny", "0.0.0.0/0"))))
    explanation = explained(held)
    assert explanation.verdict is FlowVerdict.ALLOW
    assert explanation.decided_by is not None
    assert (explanation.decided_by.security_group_id, explanation.decided_by.action) == ("sg-a", Action.ALLOW)
    assert len(explanation.considered) == 1


def test_the_next_group_decides_a_packet_that_no_rule_of_the_first_matches() -> None:
    held = state(
        group("sg-a", rules(("allow", "10.0.0.0/8"))), group("sg-b", rules(("allow", "0.0.0.0/0", "tcp", "22")))
    )
    explanation = explained(held)
    assert [considered.security_group_id for considered in explanation.considered] == ["sg-a", "sg-b"]
    assert explanation.verdict is FlowVerdict.ALLOW


def test_without_a_match_the_implicit_deny_decides() -> None:
    explanation = explained(state(group("sg-a", rules(("allow", "10.0.0.0/8")))))
    assert (explanation.verdict, explanation.decided_by) == (FlowVerdict.DENY, None)


def test_requirements_and_permission_are_those_of_the_packet() -> None:
    explanation = explained(state(group("sg-a")))
    assert (explanation.requirements, explanation.permitted) == (("ssh",), True)
    web = Flow(direction=Direction.INGRESS, protocol=Protocol.TCP, port=80, peer="203.0.113.9")
    assert (explained(state(group("sg-a")), web).requirements, explained(state(group("sg-a")), web).permitted) == (
        (),
        False,
    )


def _from_unread_group(index: int, action: str) -> Rule:
    return replace(builders.rule(index, action, "10.0.0.0/8"), peer=GroupPeer(security_group_id="sg-unread"))


def test_an_unread_peer_leaves_a_flow_open_where_the_other_answer_follows() -> None:
    held = state(group("sg-a", (_from_unread_group(0, "allow"),)))
    explanation = explained(held)
    assert explanation.verdict is FlowVerdict.UNKNOWN
    assert [considered.match for considered in explanation.considered] == [Match.COULD]
    assert [gap.resource for gap in undecided_gaps(held, [explanation])] == ["sg-unread"]


def test_an_unread_peer_does_not_matter_where_the_same_answer_follows() -> None:
    held = state(group("sg-a", (_from_unread_group(0, "allow"), builders.rule(1, "allow", "0.0.0.0/0"))))
    assert explained(held).verdict is FlowVerdict.ALLOW


def test_rules_that_were_not_read_leave_every_flow_open() -> None:
    held = state(replace(group("sg-a"), ingress=GAP))
    explanation = explained(held)
    assert explanation.verdict is FlowVerdict.UNKNOWN
    assert undecided_gaps(held, [explanation]) == {GAP}


def test_a_decided_flow_has_no_gaps() -> None:
    held = state(group("sg-a", rules(("deny", "203.0.113.0/24"))), replace(group("sg-b"), ingress=GAP))
    explanation = explained(held)
    assert explanation.verdict is FlowVerdict.DENY
    assert undecided_gaps(held, [explanation]) == frozenset()


def test_a_flow_is_explained_for_each_stack_of_a_role_or_node() -> None:
    machines = cluster(
        node("ins-1", "sg-a"), node("ins-2", "sg-b", role=Role.MASTER), pools=(pool("np-1", "sg-a", "sg-b"),)
    )
    held = snapshot([machines], [group("sg-a"), group("sg-b")])

    def stacks(role: Role | None = None, node: str = "") -> list[tuple[str, ...]]:
        return [each.security_groups for each in explain(held, POLICY, machines, SSH_FLOW, role=role, node=node)]

    assert stacks() == [("sg-b",), ("sg-a",), ("sg-a", "sg-b")]
    assert stacks(role=Role.MASTER) == [("sg-b",)]
    assert stacks(node="np-1") == [("sg-a", "sg-b")]
    assert stacks(node="ins-9") == []


def test_lists_and_bindings_that_were_not_read_may_hide_a_stack() -> None:
    unbound = replace(GAP, resource="ins-2")
    short = replace(GAP, resource="cls-aaaaaaaa")
    unread = replace(node("ins-2"), security_groups=unbound)
    machines = replace(cluster(node("ins-1", "sg-a"), unread), gaps=(short,))
    assert hidden_stack_gaps(machines) == {unbound, short}
    assert hidden_stack_gaps(machines, Role.MASTER) == {short}
    assert hidden_stack_gaps(machines, node="ins-1") == frozenset()
    assert hidden_stack_gaps(machines, node="ins-2") == {unbound}
