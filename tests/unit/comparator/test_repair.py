"""Repairs of single estates, each written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from auditor.comparator.compare import compare
from auditor.comparator.repair.bench import Wish
from auditor.comparator.repair.repair import repair
from auditor.model.baseline import Policy
from auditor.model.estate import Role
from auditor.model.repair import Repair, Why
from auditor.model.rules import CidrPeer, GroupPeer, ProtocolService, Rule
from auditor.model.snapshot import Snapshot
from tests import builders

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


def _fixed(held: Snapshot, wish: Wish, policy: Policy = POLICY) -> Repair:
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


def _left(done: Repair) -> list[Why]:
    return [left.why for left in done.proof.remaining]


def test_nothing_is_opened_below_a_deny_that_may_match_it() -> None:
    """The master may not get 22, so nothing goes above the rule of their common group."""
    nodes = builders.cluster(
        builders.node("ins-a", "sg-both", "sg-a"), builders.node("ins-m", "sg-both", role=Role.MASTER)
    )
    denied = _from_unread(("deny", "0.0.0.0/0", "tcp", "22"))
    held = builders.snapshot([nodes], [builders.group("sg-both", [denied], ()), builders.group("sg-a")])
    done = _fixed(held, Wish(override_drops=True), builders.policy(builders.EGRESS, builders.CLUSTER))
    assert _said(done) == [
        ("sg-a", "insert", 0, "allow gre 0-65535 10.0.0.0/16"),
        ("sg-a", "insert", 0, "allow icmp 0-65535 10.0.0.0/16"),
        ("sg-a", "insert", 0, "allow udp 0-65535 10.0.0.0/16"),
        ("sg-a", "insert", 0, "allow tcp 23-65535 10.0.0.0/16"),
        ("sg-a", "insert", 0, "allow tcp 0-21 10.0.0.0/16"),
    ]
    assert len(_left(done)) == 1
