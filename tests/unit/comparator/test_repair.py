"""Repairs of single estates, each written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from auditor.comparator.compare import compare
from auditor.comparator.repair.component import StackComponent
from auditor.comparator.repair.goals import CandidateChange, Goal, RepairOptions
from auditor.comparator.repair.repair import repair
from auditor.model.baseline import Policy
from auditor.model.clusters import Role
from auditor.model.codes import Code
from auditor.model.load_balancers import LoadBalancer
from auditor.model.outcomes import RemainingReason, Repair
from auditor.model.rules import CidrPeer, GroupPeer, ProtocolService, Rule, UnreadablePeer
from auditor.model.snapshot import Snapshot
from tests import balancers, builders

TODAY = date(2026, 11, 22)
POLICY = builders.policy(builders.EGRESS, builders.CLUSTER, builders.SSH)
CLUSTER = ("allow", "10.0.0.0/16")
SSH = ("allow", "0.0.0.0/0", "tcp", "22")
REDIS = ("allow", "0.0.0.0/0", "tcp", "6379")
NOT_READ = GroupPeer(security_group_id="sg-unread")


def _held(*rules: Rule) -> Snapshot:
    nodes = builders.cluster(builders.node("ins-a", "sg-a"))
    return builders.snapshot([nodes], [builders.group("sg-a", rules)])


def _from_unread(text: tuple[str, ...]) -> Rule:
    """The rule of ``text`` with a group as its peer of which nobody knows the members."""
    return replace(builders.rules(text)[0], peer=NOT_READ)


def _numbered(*rules: Rule) -> tuple[Rule, ...]:
    return tuple(replace(rule, index=place) for place, rule in enumerate(rules))


def _fixed(held: Snapshot, wish: RepairOptions, policy: Policy = POLICY) -> Repair:
    return repair(compare(held, policy, TODAY), policy, TODAY, wish)


def _said(done: Repair) -> list[tuple[str, str, int, str]]:
    """Each step as group, operation, index and what the rule says."""
    return [
        (change.security_group_id, step.operation.value, step.index, _words(step.rule))
        for change in done.changes
        for step in change.steps
    ]


def _words(rule: Rule) -> str:
    assert isinstance(rule.peer, CidrPeer)
    assert isinstance(rule.service, ProtocolService)
    ports = ",".join(str(lo) if lo == hi else f"{lo}-{hi}" for lo, hi in rule.service.ports)
    named = "all" if rule.service.protocol is None else f"{rule.service.protocol.value} {ports}"
    return f"{rule.action.value} {named} {rule.peer.cidr}"


def _left(done: Repair) -> list[RemainingReason]:
    return [left.why for left in done.proof.remaining]


def test_no_rule_closes_what_passes_a_machine_without_a_group() -> None:
    bare = builders.snapshot([builders.cluster(builders.node("ins-a"))], [])
    done = _fixed(bare, RepairOptions(close_excess=True))
    assert done.changes == ()
    assert [left.fingerprint for left in done.proof.remaining] == [
        finding.fingerprint for finding in compare(bare, POLICY, TODAY).findings
    ]


def test_nothing_is_opened_below_a_deny_that_may_match_it() -> None:
    """The master may not get 22, so nothing goes above the rule of their common group."""
    nodes = builders.cluster(
        builders.node("ins-a", "sg-both", "sg-a"), builders.node("ins-m", "sg-both", role=Role.MASTER)
    )
    denied = _from_unread(("deny", "0.0.0.0/0", "tcp", "22"))
    held = builders.snapshot([nodes], [builders.group("sg-both", [denied], ()), builders.group("sg-a")])
    done = _fixed(held, RepairOptions(override_drops=True), builders.policy(builders.EGRESS, builders.CLUSTER))
    assert _said(done) == [
        ("sg-a", "insert", 0, "allow gre 0-65535 10.0.0.0/16"),
        ("sg-a", "insert", 0, "allow icmp 0-65535 10.0.0.0/16"),
        ("sg-a", "insert", 0, "allow udp 0-65535 10.0.0.0/16"),
        ("sg-a", "insert", 0, "allow tcp 23-65535 10.0.0.0/16"),
        ("sg-a", "insert", 0, "allow tcp 0-21 10.0.0.0/16"),
    ]
    assert _left(done) == [RemainingReason.UNDECIDED]


def test_excess_above_a_rule_with_an_unread_peer_is_denied_and_not_handed_down_to_it() -> None:
    rules = _numbered(*builders.rules(CLUSTER, SSH, REDIS), _from_unread(("allow", "0.0.0.0/0", "tcp", "6379")))
    done = _fixed(_held(*rules), RepairOptions(close_excess=True))
    assert _said(done) == [("sg-a", "insert", 2, "deny tcp 6379 0.0.0.0/0")]
    assert _left(done) == []


def test_what_was_undecided_stays_so_when_the_rule_beside_it_is_closed() -> None:
    rules = _numbered(
        *builders.rules(CLUSTER, SSH),
        _from_unread(("deny", "0.0.0.0/0", "tcp", "80")),
        *builders.rules(("allow", "0.0.0.0/0", "tcp", "80-81")),
    )
    done = _fixed(_held(*rules), RepairOptions(close_excess=True))
    assert _said(done) == [("sg-a", "insert", 3, "deny tcp 81 0.0.0.0/0")]


def test_only_the_part_of_an_excess_is_closed_that_no_undecided_rule_could_still_let_in() -> None:
    """The rule for 6379 is in a group that the master shares, so nothing goes above it: a deny below leaves it open."""
    nodes = builders.cluster(
        builders.node("ins-a", "sg-both", "sg-a"), builders.node("ins-m", "sg-both", role=Role.MASTER)
    )
    unread = _from_unread(("allow", "0.0.0.0/0", "tcp", "6379"))
    own = builders.rules(CLUSTER, SSH, ("allow", "0.0.0.0/0", "tcp", "6379-6380"))
    held = builders.snapshot([nodes], [builders.group("sg-both", [unread]), builders.group("sg-a", own)])
    done = _fixed(held, RepairOptions(close_excess=True))
    assert [said for said in _said(done) if said[0] == "sg-a"] == [("sg-a", "insert", 2, "deny tcp 6380 0.0.0.0/0")]


def test_excess_that_another_cluster_of_the_group_needs_stays_and_the_rest_is_closed() -> None:
    clusters = [
        builders.cluster(builders.node("ins-a", "sg-a")),
        builders.cluster(
            builders.node("ins-b", "sg-a"),
            cluster_id="cls-bbbbbbbb",
            networks=builders.land(container=("172.17.0.0/16",)),
        ),
    ]
    rules = builders.rules(CLUSTER, SSH, ("allow", "172.16.0.0/15"), REDIS)
    held = builders.snapshot(clusters, [builders.group("sg-a", rules)])
    policy = builders.policy(builders.EGRESS, builders.CLUSTER, builders.CONTAINER, builders.SSH)
    for clusters_asked in (frozenset[str](), frozenset({"cls-aaaaaaaa"})):
        done = _fixed(held, RepairOptions(close_excess=True, clusters=clusters_asked), policy)
        assert _said(done) == [("sg-a", "delete", 3, "allow tcp 6379 0.0.0.0/0")]
        assert set(_left(done)) == {RemainingReason.SHARED_GROUP, RemainingReason.NOT_RULES}


def test_excess_in_a_group_of_its_own_is_closed_beside_one_that_cannot_be() -> None:
    """The master may not have 22 from anywhere and shares the group that lets it to the node."""
    nodes = builders.cluster(
        builders.node("ins-a", "sg-both"), builders.node("ins-m", "sg-both", "sg-m", role=Role.MASTER)
    )
    groups = [builders.group("sg-both", builders.rules(CLUSTER, SSH)), builders.group("sg-m", builders.rules(REDIS))]
    done = _fixed(builders.snapshot([nodes], groups), RepairOptions(close_excess=True))
    assert [said for said in _said(done) if said[0] == "sg-m"] == [("sg-m", "delete", 0, "allow tcp 6379 0.0.0.0/0")]
    assert RemainingReason.SHARED_GROUP in _left(done)


def test_a_list_with_a_rule_that_cannot_be_written_back_is_left_alone() -> None:
    unreadable = replace(builders.rule(2, "allow", "0.0.0.0/0", "tcp", "9100"), peer=UnreadablePeer(text="weird"))
    held = _held(*builders.rules(CLUSTER, REDIS), unreadable)
    done = _fixed(held, RepairOptions(close_excess=True))
    assert done.changes == ()
    assert set(_left(done)) == {RemainingReason.UNDECIDED}


FULL = tuple(("allow", "10.0.9.1", "tcp", str(1000 + number)) for number in range(100))


def test_a_full_group_leaves_the_rule_to_another_group_of_the_stack() -> None:
    nodes = builders.cluster(builders.node("ins-a", "sg-a", "sg-b"))
    groups = [builders.group("sg-a", builders.rules(CLUSTER)), builders.group("sg-b", builders.rules(*FULL))]
    done = _fixed(builders.snapshot([nodes], groups), RepairOptions())
    assert _said(done) == [("sg-a", "insert", 1, "allow tcp 22 0.0.0.0/0")]


def test_a_group_with_room_for_one_rule_gets_the_worse_finding() -> None:
    policy = builders.policy(builders.EGRESS, builders.CLUSTER, builders.NODEPORT, builders.SSH)
    done = _fixed(_held(*builders.rules(CLUSTER, *FULL[:98])), RepairOptions(), policy)
    assert _said(done) == [("sg-a", "insert", 99, "allow tcp 30000-32768 0.0.0.0/0")]
    assert _left(done) == [RemainingReason.QUOTA]


def test_a_full_group_has_its_narrower_rule_replaced() -> None:
    policy = builders.policy(builders.EGRESS, builders.CLUSTER, builders.NODEPORT)
    narrow = ("allow", "0.0.0.0/0", "tcp", "30000-32767")
    done = _fixed(_held(*builders.rules(CLUSTER, narrow, *FULL[:98])), RepairOptions(), policy)
    assert _said(done) == [("sg-a", "replace", 1, "allow tcp 30000-32768 0.0.0.0/0")]


def test_of_two_narrower_rules_the_one_that_matches_more_packets_is_replaced() -> None:
    """The first matches more addresses and the second more packets: 2**24 on one port, 2**20 on 2,768."""
    policy = builders.policy(builders.EGRESS, builders.CLUSTER, builders.NODEPORT)
    narrow = (("allow", "10.0.0.0/8", "tcp", "30000"), ("allow", "172.16.0.0/12", "tcp", "30000-32767"))
    done = _fixed(_held(*builders.rules(CLUSTER, *narrow, *FULL[:97])), RepairOptions(), policy)
    assert _said(done) == [("sg-a", "replace", 2, "allow tcp 30000-32768 0.0.0.0/0")]


def test_rules_side_by_side_are_each_replaced_by_the_wider_one() -> None:
    rules = builders.rules(("allow", "10.0.0.0/17"), ("allow", "10.0.9.0/24", "tcp", "22"))
    done = _fixed(_held(*rules), RepairOptions())
    assert _said(done) == [
        ("sg-a", "replace", 1, "allow tcp 22 0.0.0.0/0"),
        ("sg-a", "replace", 0, "allow all 10.0.0.0/16"),
    ]


def test_a_full_group_gives_up_a_rule_before_it_gets_one() -> None:
    """The excess can only be taken out and what is missing only be put in above it: 100 rules both ways."""
    nodes = builders.cluster(builders.node("ins-a", "sg-a"))
    rules = builders.rules(CLUSTER, ("deny", "0.0.0.0/0", "tcp", "22"), *FULL[:97], REDIS)
    held = builders.snapshot([nodes], [builders.group("sg-a", rules)])
    done = _fixed(held, RepairOptions(close_excess=True, override_drops=True))
    assert _said(done) == [
        ("sg-a", "delete", 99, "allow tcp 6379 0.0.0.0/0"),
        ("sg-a", "insert", 1, "allow tcp 22 0.0.0.0/0"),
    ]


def test_a_full_group_gives_up_every_rule_that_may_let_an_excess_in() -> None:
    """There is no room for a deny, and without the rules for 6379 the one with an unread peer could still let it in."""
    own = builders.rules(CLUSTER, SSH, REDIS, ("allow", "::/0", "tcp", "6379"))
    rules = _numbered(*own, _from_unread(("allow", "0.0.0.0/0", "tcp", "6379")), *builders.rules(*FULL[:95]))
    repaired = _fixed(_held(*rules), RepairOptions(close_excess=True))
    [change] = repaired.changes
    assert [(step.operation.value, step.index) for step in change.steps] == [
        ("delete", 4),
        ("delete", 3),
        ("delete", 2),
    ]
    assert _left(repaired) == []


def test_what_fails_its_proof_is_left_out_and_the_rest_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = builders.cluster(builders.node("ins-a", "sg-a"), builders.node("ins-b", "sg-b"))
    groups = [builders.group(name, builders.rules(CLUSTER)) for name in ("sg-a", "sg-b")]
    sound = StackComponent.shortest_change

    def shortest_change(component: StackComponent, goals: Sequence[Goal]) -> CandidateChange:
        done = sound(component, goals)
        return replace(done, lists={**done.lists, "sg-a": ()}) if "sg-a" in done.lists else done

    monkeypatch.setattr(StackComponent, "shortest_change", shortest_change)
    done = _fixed(builders.snapshot([nodes], groups), RepairOptions())
    assert _said(done) == [("sg-b", "insert", 1, "allow tcp 22 0.0.0.0/0")]
    assert _left(done).count(RemainingReason.UNPROVED) == 1


def test_a_rule_of_unread_peer_for_other_packets_leaves_no_finding_undecided() -> None:
    """The master shares the only group and may not get 22."""
    nodes = builders.cluster(builders.node("ins-a", "sg-a"), builders.node("ins-m", "sg-a", role=Role.MASTER))
    unread = _from_unread(("allow", "0.0.0.0/0", "tcp", "9100"))
    group = builders.group("sg-a", _numbered(unread, *builders.rules(CLUSTER)), ())
    repaired = _fixed(builders.snapshot([nodes], [group]), RepairOptions(), builders.policy(builders.SSH))
    assert [left for left in _left(repaired) if left is not RemainingReason.CLOSE_EXCESS] == [
        RemainingReason.SHARED_GROUP
    ]


def _behind(load_balancer: LoadBalancer, *lines: tuple[str, ...]) -> Snapshot:
    node = replace(builders.node("ins-a", "sg-a"), addresses=("10.0.1.5",))
    nodes = builders.snapshot([builders.cluster(node)], [builders.group("sg-a", builders.rules(*lines))])
    return replace(nodes, load_balancers=(load_balancer,))


@pytest.mark.parametrize(
    ("passes", "code"), [(False, Code.LOAD_BALANCER_PATH_BLOCKED), (True, Code.LOAD_BALANCER_OPEN)]
)
def test_a_path_through_a_load_balancer_is_never_resolved_without_a_change(*, passes: bool, code: Code) -> None:
    path = balancers.balancer(balancers.listener(balancers.target("ins-a")), passes=passes)
    held = _behind(path, CLUSTER, SSH)
    (finding,) = (finding for finding in compare(held, POLICY, TODAY).findings if finding.code is code)
    done = _fixed(held, RepairOptions(findings=frozenset({finding.fingerprint})))
    assert (done.changes, done.proof.resolved) == ((), ())
    assert [(left.fingerprint, left.why) for left in done.proof.remaining] == [
        (finding.fingerprint, RemainingReason.OTHER_FILTER)
    ]


def test_a_path_that_a_required_rule_opens_is_resolved_with_it() -> None:
    policy = builders.policy(builders.EGRESS, builders.CLUSTER, builders.SSH, builders.NODEPORT)
    held = _behind(balancers.balancer(balancers.listener(balancers.target("ins-a"))), CLUSTER, SSH)
    before = {finding.code for finding in compare(held, policy, TODAY).findings}
    done = _fixed(held, RepairOptions(), policy)
    assert before == {Code.REQUIRED_TRAFFIC_BLOCKED, Code.LOAD_BALANCER_PATH_BLOCKED}
    assert (len(done.proof.resolved), done.proof.remaining) == (2, ())
