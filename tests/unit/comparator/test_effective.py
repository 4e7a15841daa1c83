"""Which rules of a stack may go without a change, where something of a rule is not known."""

from __future__ import annotations

import pytest

from auditor.comparator.effective import Decision
from auditor.comparator.resolve import Bounds, ResolvedRule
from auditor.model import addresses
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import packets
from auditor.model.rules import Action, Direction
from auditor.model.services import Protocol
from auditor.model.services import services as services_of
from tests import builders

SSH = services_of(Protocol.TCP, ((22, 22),))
SURE = addresses.parse("10.0.0.0/24")
MORE = addresses.parse("10.0.1.0/24")


def line(action: Action, certain: IntervalSet, possible: IntervalSet = EMPTY) -> ResolvedRule:
    return ResolvedRule(
        security_group_id="sg-a",
        direction=Direction.INGRESS,
        rule=builders.rule(0, "allow", "10.0.0.0/24"),
        action=action,
        services=Bounds.exactly(SSH),
        addresses=Bounds(certain=certain, possible=certain | possible),
    )


def removable(*lines: ResolvedRule) -> set[int]:
    return set(Decision(lines).removable)


@pytest.mark.parametrize("action", [Action.ALLOW, Action.DENY])
def test_rule_is_redundant_where_later_ones_of_its_action_certainly_cover_it(action: Action) -> None:
    other = Action.DENY if action is Action.ALLOW else Action.ALLOW
    first, rest, end = line(action, SURE | MORE), line(action, SURE, MORE), line(other, SURE | MORE)
    assert 0 in removable(line(action, SURE), rest, end)
    assert 0 not in removable(first, rest, end)


@pytest.mark.parametrize("action", [Action.ALLOW, Action.DENY])
def test_rule_that_may_not_match_changes_nothing_where_the_next_does_the_same(action: Action) -> None:
    assert 0 in removable(line(action, MORE), line(action, EMPTY, MORE), line(action, MORE))


@pytest.mark.parametrize("action", [Action.ALLOW, Action.DENY])
def test_rule_that_may_not_match_keeps_the_one_above_it(action: Action) -> None:
    other = Action.DENY if action is Action.ALLOW else Action.ALLOW
    assert 0 not in removable(line(action, MORE), line(action, EMPTY, MORE), line(other, MORE))
    assert 0 not in removable(line(action, MORE), line(other, EMPTY, MORE), line(action, MORE))


@pytest.mark.parametrize("action", [Action.ALLOW, Action.DENY])
def test_first_of_any_number_of_equal_rules_is_redundant(action: Action) -> None:
    other = Action.DENY if action is Action.ALLOW else Action.ALLOW
    assert 0 in removable(*[line(action, SURE)] * 3, line(other, SURE))


def test_no_rule_decides_packets_outside_the_set_that_was_asked_for() -> None:
    decision = Decision([line(Action.ALLOW, SURE)], within=packets(SSH, SURE))
    assert decision.deciders(packets(SSH, SURE)) == (0,)
    assert decision.deciders(packets(services_of(Protocol.TCP, ((23, 23),)), SURE)) == ()
