"""The atom grid against the packet-by-packet oracle, readable and unreadable rules alike."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from auditor.comparator.effective import Decision
from auditor.comparator.resolve import ResolvedRule, Resolver
from auditor.model.packets import UNIVERSE
from auditor.model.rules import SecurityGroup
from auditor.model.snapshot import Snapshot
from tests.property.oracle import Packet, PlainRule, deciders, outcomes
from tests.property.worlds import EVERY_PACKET, INGRESS, as_set, in_world, model_rule, point, rule_lists


def decision(groups: Sequence[list[PlainRule]]) -> Decision:
    return Decision(resolved(groups))


def resolved(groups: Sequence[list[PlainRule]]) -> tuple[ResolvedRule, ...]:
    ids = tuple(f"sg-{number}" for number in range(len(groups)))
    held = tuple(
        SecurityGroup(
            region="ap-test",
            security_group_id=name,
            ingress=tuple(model_rule(index, rule) for index, rule in enumerate(rules)),
            egress=(),
        )
        for name, rules in zip(ids, groups, strict=True)
    )
    snapshot = Snapshot(regions=("ap-test",), security_groups=held)
    return Resolver(snapshot).lines("ap-test", ids, INGRESS)


@given(st.lists(rule_lists(unreadable=True, max_size=4), min_size=1, max_size=3))
def test_every_packet_is_decided_as_reading_the_stack_top_down_decides_it(groups: list[list[PlainRule]]) -> None:
    found = decision(groups)
    rules = list(chain.from_iterable(groups))
    expected = {packet: outcomes(rules, packet) for packet in EVERY_PACKET}
    assert in_world(found.allowed) == {packet for packet, ways in expected.items() if ways == {"allow"}}
    assert in_world(found.denied) == {packet for packet, ways in expected.items() if ways == {"deny"}}
    assert in_world(found.undecided) == {packet for packet, ways in expected.items() if len(ways) == 2}


@given(rule_lists(unreadable=True))
def test_the_three_answers_divide_the_universe(rules: list[PlainRule]) -> None:
    found = decision([rules])
    assert found.allowed | found.denied | found.undecided == UNIVERSE
    assert not found.allowed & found.denied
    assert not found.undecided & (found.allowed | found.denied)


@given(rule_lists(unreadable=True), st.sets(st.sampled_from(EVERY_PACKET), min_size=1, max_size=6))
def test_deciders_are_the_rules_that_could_decide_a_packet(rules: list[PlainRule], asked: set[Packet]) -> None:
    expected = set(chain.from_iterable(deciders(rules, packet) for packet in asked))
    assert set(decision([rules]).deciders(as_set(asked))) == expected


@given(rule_lists())
def test_removing_a_shadowed_or_a_redundant_rule_changes_no_packet(rules: list[PlainRule]) -> None:
    found = decision([rules])
    for rank in range(len(rules)):
        without = decision([rules[:rank] + rules[rank + 1 :]])
        useless = rank not in found.live or rank in found.removable
        assert (without.allowed == found.allowed) == useless


@given(rule_lists(unreadable=True))
def test_a_packet_is_in_the_sets_of_exactly_the_rules_that_could_decide_it(rules: list[PlainRule]) -> None:
    found = decision([rules])
    for rank in range(-1, len(rules)):
        decided = found.decided_by(rank)
        for packet in EVERY_PACKET[::7]:
            assert (point(packet) in decided) == (rank in deciders(rules, packet))


@given(rule_lists(unreadable=True))
def test_the_deciders_below_a_rule_are_the_live_rules_of_the_rest_of_the_list(rules: list[PlainRule]) -> None:
    found = decision([rules])
    for rank in range(len(rules)):
        rest = Decision(resolved([rules])[rank + 1 :], within=found.decided_by(rank))
        assert found.deciders_below(rank) == tuple(rank + 1 + other for other in sorted(rest.live))


@given(rule_lists(), st.data())
def test_asking_for_a_part_gives_that_part_of_the_whole(rules: list[PlainRule], data: st.DataObject) -> None:
    part = as_set(data.draw(st.sets(st.sampled_from(EVERY_PACKET), max_size=20)))
    whole = decision([rules])
    clipped = Decision(resolved([rules]), within=part)
    assert clipped.allowed == whole.allowed & part
    assert clipped.denied == whole.denied & part
