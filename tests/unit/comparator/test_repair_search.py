"""The parts of the repair search: minimum cover, candidate rules, and the steps of an edit."""

from __future__ import annotations

import pytest

from auditor.comparator.repair.candidates import AddressBlock, candidate_rules, natural_rules, tightest
from auditor.comparator.repair.edits import RuleEntry, entries, highest, insert_rules, leaving, steps
from auditor.comparator.repair.search import cover, undominated
from auditor.comparator.resolve import ResolvedRule, Resolver
from auditor.model import addresses
from auditor.model.outcomes import EditStep, Operation
from auditor.model.packets import packets
from auditor.model.rules import CidrPeer, Direction
from auditor.model.services import EVERYTHING, Protocol, services
from tests import builders


@pytest.mark.parametrize(
    ("masks", "whole", "chosen"),
    [
        ([0b0011, 0b1100, 0b0110], 0b1111, (0, 1)),
        ([0b0111, 0b1011, 0b1100], 0b1111, (0, 1)),
        ([0b0001, 0b0010], 0b1111, (0, 1)),
        ([0b1111, 0b0011], 0b0011, (0,)),
        ([0b0001], 0, ()),
        ([0b0011, 0b0111, 0b1100], 0b1111, (1, 2)),  # of covers of two masks the one with the largest mask
    ],
)
def test_the_cover_has_the_fewest_masks(masks: list[int], whole: int, chosen: tuple[int, ...]) -> None:
    assert cover(masks, whole) == chosen


def test_the_exact_search_beats_the_greedy_choice() -> None:
    """The largest mask is in no minimum cover: with it, three masks are needed."""
    assert cover([0b011110, 0b000111, 0b111000], 0b111111) == (1, 2)


def test_a_mask_inside_another_is_dominated_and_of_equal_ones_the_first_stays() -> None:
    assert sorted(undominated([0b001, 0b011, 0b011, 0b100, 0])) == [1, 3]


def _block(cidr: str) -> AddressBlock:
    lo, hi = addresses.parse(cidr).bounds
    return AddressBlock(lo, hi)


def test_parents_of_a_block_end_with_the_whole_family() -> None:
    parents = [block.cidr for block in _block("10.0.0.0/30").parents()]
    assert parents[:3] == ["10.0.0.0/30", "10.0.0.0/29", "10.0.0.0/28"]
    assert parents[-1] == "0.0.0.0/0"


def test_a_candidate_matches_no_service_that_is_not_safe() -> None:
    safe = services(Protocol.TCP, [(20, 25), (80, 90)])
    wanted = services(Protocol.TCP, [(22, 22), (85, 86), (100, 100)])
    ports = [candidate.ports for candidate in candidate_rules(_block("10.0.0.0/8"), safe, wanted)]
    assert ports == [((20, 25),), ((80, 90),), ((22, 22), (85, 85), (86, 86))]
    assert all(candidate.services <= safe for candidate in candidate_rules(_block("10.0.0.0/8"), safe, wanted))


def test_one_rule_of_all_protocols_suffices_where_everything_is_safe() -> None:
    [candidate] = candidate_rules(_block("10.0.0.0/8"), EVERYTHING, services(Protocol.TCP, [(22, 22)]))
    assert (candidate.protocol, candidate.block.cidr) == (None, "10.0.0.0/8")


@pytest.mark.parametrize(
    ("cidrs", "tight"),
    [
        (("10.0.0.7/32",), "10.0.0.7/32"),
        (("10.0.0.4/32", "10.0.0.7/32"), "10.0.0.4/30"),
        (("10.0.0.0/25",), "10.0.0.0/25"),
    ],
)
def test_the_tightest_rule_has_the_smallest_block_with_every_address(cidrs: tuple[str, ...], tight: str) -> None:
    ssh = services(Protocol.TCP, [(22, 22)])
    [rule] = tightest(_block("10.0.0.0/8"), ssh, addresses.union(cidrs))
    assert (rule.block, rule.ports) == (_block(tight), ((22, 22),))


def test_a_requirement_is_written_with_a_rule_for_each_block() -> None:
    required = packets(services(Protocol.TCP, [(22, 22)]), addresses.union(("10.0.0.0/8", "192.168.0.0/16")))
    rules = [(rule.block.cidr, rule.protocol, rule.ports) for rule in natural_rules(required)]
    assert rules == [("10.0.0.0/8", Protocol.TCP, ((22, 22),)), ("192.168.0.0/16", Protocol.TCP, ((22, 22),))]


def _lines(*cidrs: str) -> tuple[ResolvedRule, ...]:
    group = builders.group("sg-a", builders.rules(*(("allow", cidr) for cidr in cidrs)))
    return Resolver(builders.snapshot([], [group])).lines(builders.REGION, ("sg-a",), Direction.INGRESS)


OLD = _lines("10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16")
[NEW] = _lines("192.168.0.0/16")


def said(done: tuple[EditStep, ...]) -> list[tuple[str, int, str]]:
    return [
        (step.operation.value, step.index, step.rule.peer.cidr if isinstance(step.rule.peer, CidrPeer) else "")
        for step in done
    ]


def _without(index: int, listed: tuple[RuleEntry, ...]) -> tuple[RuleEntry, ...]:
    return tuple(entry for entry in listed if entry.origin != index)


def test_a_new_rule_is_inserted_before_the_rule_at_its_index() -> None:
    after = insert_rules(entries(OLD), [(1, NEW)])
    assert said(steps(OLD, after)) == [("insert", 1, "192.168.0.0/16")]
    assert (leaving(OLD, after), highest(OLD, after)) == (frozenset(), 4)


def test_insertions_come_before_deletions() -> None:
    after = insert_rules(_without(2, entries(OLD)), [(0, NEW)])
    assert said(steps(OLD, after)) == [("insert", 0, "192.168.0.0/16"), ("delete", 3, "10.2.0.0/16")]
    assert (leaving(OLD, after), highest(OLD, after)) == (frozenset({2}), 4)


def test_a_list_without_room_deletes_first() -> None:
    after = insert_rules(_without(2, entries(OLD)), [(0, NEW)])
    assert said(steps(OLD, after, delete_first=True)) == [
        ("delete", 2, "10.2.0.0/16"),
        ("insert", 0, "192.168.0.0/16"),
    ]


def test_a_new_rule_at_the_index_of_a_deleted_rule_replaces_it() -> None:
    after = insert_rules(_without(1, entries(OLD)), [(1, NEW)])
    assert said(steps(OLD, after)) == [("replace", 1, "192.168.0.0/16")]


def test_a_new_rule_can_replace_a_rule_of_the_list() -> None:
    after = insert_rules(entries(OLD), [], {2: NEW})
    assert said(steps(OLD, after)) == [("replace", 2, "192.168.0.0/16")]


def test_the_first_address_of_each_family_belongs_to_it() -> None:
    assert (_block("0.0.0.0/0").family, _block("::/0").family) == (4, 6)
    assert [block.cidr for block in _block("::/126").parents()][-1] == "::/0"


def test_no_parent_is_larger_than_its_family() -> None:
    assert list(_block("0.0.0.0/0").parents()) == [_block("0.0.0.0/0")]
    assert list(_block("::/0").parents()) == [_block("::/0")]


@pytest.mark.parametrize("delete_first", [False, True])
def test_steps_undone_in_reverse_order_give_the_list_that_was_read(delete_first: bool) -> None:  # noqa: FBT001 - a parameter
    after = insert_rules(_without(2, entries(OLD)), [(0, NEW)])
    listed = [line.rule for line in OLD]
    done = steps(OLD, after, delete_first=delete_first)
    for step in (*done, *(step.undone() for step in reversed(done))):
        if step.operation is Operation.INSERT:
            listed.insert(step.index, step.rule)
        elif step.operation is Operation.DELETE:
            del listed[step.index]
        else:
            listed[step.index] = step.rule
    assert [rule and rule.peer for rule in listed] == [line.rule and line.rule.peer for line in OLD]
