"""What a write shifts, from above: a packet that passes only before or only after is never outside."""

from __future__ import annotations

from hypothesis import given

from auditor.comparator.effective import Decision
from auditor.comparator.resolve import Resolver
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction, Rule, SecurityGroup
from auditor.model.snapshot import Snapshot
from auditor.whatif import rule_effects
from tests.plans.estate import REGION
from tests.property.oracle import PlainRule
from tests.property.worlds import model_rule, rule_lists


def state(rules: tuple[Rule, ...]) -> Snapshot:
    group = SecurityGroup(region=REGION, security_group_id="sg-x", ingress=rules, egress=())
    return Snapshot(regions=(REGION,), security_groups=(group,))


def allowed(snapshot: Snapshot) -> PacketSet:
    return Decision(Resolver(snapshot).lines(REGION, ("sg-x",), Direction.INGRESS)).allowed


@given(rule_lists(max_size=5), rule_lists(max_size=5))
def test_what_passes_anew_is_opened_and_what_passes_no_more_is_closed(
    old: list[PlainRule], new: list[PlainRule]
) -> None:
    before, after = (tuple(model_rule(index, rule) for index, rule in enumerate(plain)) for plain in (old, new))
    write = rule_effects.RuleWrite(region=REGION, group="sg-x", direction=Direction.INGRESS, before=before, after=after)
    found = rule_effects.packet_change_of_write(write, state(before), state(after))
    here, there = allowed(state(before)), allowed(state(after))
    assert there - here <= found.opened
    assert here - there <= found.closed


@given(rule_lists(max_size=5))
def test_a_list_that_stays_shifts_nothing(plain: list[PlainRule]) -> None:
    rules = tuple(model_rule(index, rule) for index, rule in enumerate(plain))
    write = rule_effects.RuleWrite(region=REGION, group="sg-x", direction=Direction.INGRESS, before=rules, after=rules)
    found = rule_effects.packet_change_of_write(write, state(rules), state(rules))
    assert not found.opened | found.closed
