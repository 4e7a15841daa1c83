"""What a resolved rule says of itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.comparator.resolve import ResolvedRule, Resolver
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.rules import Action, Direction, Rule, Rules, UnreadablePeer, UnreadableService
from tests import builders

ONE = builders.rule(0, "allow", "10.0.0.0/8", "tcp", "22")


def only(ingress: Rules) -> ResolvedRule:
    group = replace(builders.group("sg-a"), ingress=ingress)
    snapshot = builders.snapshot([builders.cluster(builders.node("ins-a", "sg-a"))], [group])
    [line] = Resolver(snapshot).lines(builders.REGION, ("sg-a",), Direction.INGRESS)
    return line


def test_rule_that_was_read_whole_can_be_sent_back() -> None:
    assert only((ONE,)).writable


@pytest.mark.parametrize(
    "rule",
    [
        replace(ONE, action=Action.UNREADABLE),
        replace(ONE, peer=UnreadablePeer(text="intranet")),
        replace(ONE, service=UnreadableService(text="sctp 22")),
    ],
)
def test_rule_of_which_something_is_unreadable_cannot_be_sent_back(rule: Rule) -> None:
    assert not only((rule,)).writable


def test_rules_that_were_not_read_cannot_be_sent_back() -> None:
    gap = Gap(kind=GapKind.UNREAD, region=builders.REGION, resource="sg-a/ingress", code="Denied", message="refused")
    assert not only(gap).writable
