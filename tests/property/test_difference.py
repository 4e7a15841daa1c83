"""Differences: empty with itself, mirrored when swapped, exact in packets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditor.comparator.compare import compare
from auditor.comparator.diff import difference
from auditor.model.findings import Result
from tests import builders
from tests.property.oracle import PlainRule
from tests.property.worlds import model_rule, rule_lists

POLICY = builders.policy(builders.EGRESS, builders.CLUSTER, builders.SSH)


def audited(rules: list[PlainRule], *bound: str) -> Result:
    groups = [builders.group("sg-a", [model_rule(index, rule) for index, rule in enumerate(rules)])]
    nodes = [builders.node(name, "sg-a") for name in bound]
    return compare(builders.snapshot([builders.cluster(*nodes)], groups), POLICY, builders.TODAY)


@given(rule_lists(unreadable=True))
def test_nothing_differs_from_itself(rules: list[PlainRule]) -> None:
    found = difference(audited(rules, "ins-1"), audited(rules, "ins-1"))
    assert (found.new, found.fixed, found.rule_edits, found.bindings) == ((), (), (), ())


@given(rule_lists(unreadable=True), st.data())
def test_swapping_mirrors(rules: list[PlainRule], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rules))
    other = data.draw(st.one_of(st.just(shuffled), rule_lists(unreadable=True)))
    old, new = audited(rules, "ins-1", "ins-2"), audited(other, "ins-2", "ins-3")
    there, back = difference(old, new), difference(new, old)
    for one, other_way in ((there, back), (back, there)):
        assert set(one.new) == {*other_way.fixed, *other_way.unknown}
        assert not set(other_way.fixed) & set(other_way.unknown)
    assert {each.fingerprint for each in there.unchanged} == {each.fingerprint for each in back.unchanged}
    assert [(each.node, each.before, each.after) for each in there.bindings] == [
        (each.node, each.after, each.before) for each in back.bindings
    ]
    for edit, mirrored in zip(there.rule_edits, back.rule_edits, strict=True):
        assert (edit.added, edit.removed) == (mirrored.removed, mirrored.added)
        assert (edit.opened, edit.closed) == (mirrored.closed, mirrored.opened)
        assert {(was, now) for was, now in edit.moved} == {(now, was) for was, now in mirrored.moved}
        assert len(edit.added) - len(edit.removed) == len(other) - len(rules)


@given(rule_lists(), rule_lists())
def test_opened_and_closed_are_the_exact_packets(before: list[PlainRule], after: list[PlainRule]) -> None:
    old, new = audited(before, "ins-1"), audited(after, "ins-1")
    was, now = (each.clusters[0].stacks[0].ingress.allowed for each in (old, new))
    edits = difference(old, new).rule_edits
    if was == now:
        assert all(not edit.opened and not edit.closed for edit in edits)
    else:
        [edit] = edits
        assert (edit.opened, edit.closed) == (now - was, was - now)


def test_one_rule_that_moved_is_the_only_one_said_to_have_moved() -> None:
    texts = [("allow", f"10.0.{third}.0/24", "tcp", "80") for third in range(5)]
    old, new = (
        compare(
            builders.snapshot(
                [builders.cluster(builders.node("ins-1", "sg-a"))], [builders.group("sg-a", builders.rules(*listed))]
            ),
            POLICY,
            builders.TODAY,
        )
        for listed in (texts, [texts[4], *texts[:4]])
    )
    [edit] = difference(old, new).rule_edits
    assert [(was.index, now.index) for was, now in edit.moved] == [(4, 0)]
    assert not edit.opened
    assert not edit.closed
    assert (edit.added, edit.removed) == ((), ())
