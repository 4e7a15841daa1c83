"""Repairs against brute force in a tiny world: never unsafe, never incomplete, and as small as can be."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.comparator.compare import compare
from auditor.comparator.repair.goals import RepairOptions
from auditor.comparator.repair.repair import repair
from auditor.model import addresses
from auditor.model.baseline import Policy
from auditor.model.clusters import Attachment, Role
from auditor.model.codes import Code, Severity
from auditor.model.findings import Result
from auditor.model.intervals import IntervalSet
from auditor.model.outcomes import GroupChange, Operation, RemainingReason, Repair
from auditor.model.packets import NOTHING, PacketSet, union
from auditor.model.rules import Direction, Rule
from auditor.model.services import Protocol, services
from auditor.model.snapshot import Snapshot
from tests import builders

TODAY = date(2026, 11, 22)
PORTS = range(4)
SIZES = (32, 31, 30, 29)
BLOCKS = tuple(f"10.0.0.{base}/{bits}" for bits in SIZES for base in range(0, 8, 1 << (32 - bits)))
PORT_TEXTS = ("0", "1", "2", "3", "0-1", "1-2", "2-3", "0-2", "1-3", "0-3")
CELLS = tuple((port, last) for port in PORTS for last in range(8))


@st.composite
def tiny_rules(draw: st.DrawFn) -> tuple[str, str, str, str]:
    action = draw(st.sampled_from(("allow", "allow", "deny")))
    return action, draw(st.sampled_from(BLOCKS)), "tcp", draw(st.sampled_from(PORT_TEXTS))


rule_lists = st.lists(tiny_rules(), max_size=5)
required_boxes = st.lists(st.tuples(st.sampled_from(BLOCKS), st.sampled_from(PORT_TEXTS)), min_size=1, max_size=2)


def policy_of(boxes: Sequence[tuple[str, str]]) -> Policy:
    demanded = (
        builders.requirement(
            f"need-{number}", builders.flow(services(Protocol.TCP, [_run(ports)]), block), severity=Severity.HIGH
        )
        for number, (block, ports) in enumerate(boxes)
    )
    return builders.policy(builders.EGRESS, *demanded)


def _run(text: str) -> tuple[int, int]:
    parts = text.split("-")
    return int(parts[0]), int(parts[-1])


def snapshot_of(groups: Sequence[Sequence[tuple[str, str, str, str]]], bindings: Sequence[Sequence[int]]) -> Snapshot:
    held = [builders.group(f"sg-{number}", builders.rules(*texts)) for number, texts in enumerate(groups)]
    nodes = [builders.node(f"ins-{number}", *(f"sg-{each}" for each in bound)) for number, bound in enumerate(bindings)]
    return builders.snapshot([builders.cluster(*nodes)], held)


def packets_of(result: Result, code: Code) -> PacketSet:
    return union(finding.packets for finding in result.findings if finding.code is code)


@given(
    groups=st.lists(rule_lists, min_size=2, max_size=2),
    boxes=required_boxes,
    close=st.booleans(),
    override=st.booleans(),
)
def test_a_repair_opens_only_what_is_missing_and_closes_only_what_is_excess(
    groups: list[list[tuple[str, str, str, str]]], boxes: list[tuple[str, str]], *, close: bool, override: bool
) -> None:
    held, policy = snapshot_of(groups, ([0, 1], [1])), policy_of(boxes)
    before = compare(held, policy, TODAY)
    done = repair(before, policy, TODAY, RepairOptions(close_excess=close, override_drops=override))
    after = compare(_applied(held, done), policy, TODAY)
    for was, now in zip(before.clusters[0].stacks, after.clusters[0].stacks, strict=True):
        missing = union(outcome.missing for outcome in was.requirements)
        assert now.ingress.allowed - was.ingress.allowed <= missing
        assert was.ingress.allowed - now.ingress.allowed <= (was.ingress.excess if close else NOTHING)
    still = {finding.fingerprint for finding in after.findings}
    assert not still & set(done.proof.resolved)


@given(
    groups=st.lists(rule_lists, min_size=2, max_size=2),
    lists=st.lists(st.sampled_from(((0,), (1,), (0, 1), (1, 0))), min_size=3, max_size=3),
    boxes=required_boxes,
    pods=required_boxes,
    close=st.booleans(),
)
def test_a_repair_opens_on_interfaces_only_what_is_required_somewhere_and_permitted_there(
    groups: list[list[tuple[str, str, str, str]]],
    lists: list[tuple[int, ...]],
    boxes: list[tuple[str, str]],
    pods: list[tuple[str, str]],
    *,
    close: bool,
) -> None:
    second, carries_pods, on_super_node = ([f"sg-{number}" for number in bound] for bound in lists)
    interfaces = (
        builders.secondary("eni-1", "ins-0", *second),
        builders.pod_interface("eni-2", *carries_pods, node_id="ins-0"),
        builders.pod_interface("eni-3", *on_super_node),
    )
    held, of_nodes = snapshot_of(groups, ([0, 1],)), policy_of(boxes)
    held = replace(held, clusters=(replace(held.clusters[0], interfaces=interfaces),))
    of_pods = tuple(
        replace(row, requirement_id=f"pod-{row.requirement_id}", role=Role.POD)
        for row in policy_of(pods).baseline.requirements
    )
    rows = (*of_nodes.baseline.requirements, *of_pods)
    policy = replace(of_nodes, baseline=replace(of_nodes.baseline, requirements=rows))
    before = compare(held, policy, TODAY)
    options = RepairOptions(close_excess=close, override_drops=True)
    after = compare(_applied(held, repair(before, policy, TODAY, options)), policy, TODAY)
    missing = packets_of(before, Code.REQUIRED_TRAFFIC_BLOCKED)
    for was, now in zip(before.clusters[0].stacks, after.clusters[0].stacks, strict=True):
        own = union(outcome.missing for outcome in was.requirements)
        opened = now.ingress.allowed - was.ingress.allowed
        assert opened <= (own if was.attachment is Attachment.PRIMARY else missing & was.ingress.permitted)
        assert was.ingress.allowed - now.ingress.allowed <= (was.ingress.excess if close else NOTHING)


def test_a_secondary_interface_with_the_group_of_its_node_does_not_hold_a_repair_up() -> None:
    held, policy = snapshot_of([[]], ([0],)), policy_of([("10.0.0.0/29", "0-3")])
    interfaces = (builders.secondary("eni-1", "ins-0", "sg-0"),)
    held = replace(held, clusters=(replace(held.clusters[0], interfaces=interfaces),))
    done = repair(compare(held, policy, TODAY), policy, TODAY, RepairOptions())
    assert done.proof.remaining == ()
    assert not packets_of(compare(_applied(held, done), policy, TODAY), Code.REQUIRED_TRAFFIC_BLOCKED)


@given(rule_lists, required_boxes)
def test_with_leave_to_override_nothing_required_stays_blocked(
    texts: list[tuple[str, str, str, str]], boxes: list[tuple[str, str]]
) -> None:
    held, policy = snapshot_of([texts], ([0],)), policy_of(boxes)
    done = repair(compare(held, policy, TODAY), policy, TODAY, RepairOptions(override_drops=True, close_excess=True))
    after = compare(_applied(held, done), policy, TODAY)
    assert not packets_of(after, Code.REQUIRED_TRAFFIC_BLOCKED)
    assert not packets_of(after, Code.EXCESS_ACCESS)
    assert done.proof.remaining == ()


@given(rule_lists, required_boxes)
def test_without_leave_no_explicit_deny_is_overridden_and_the_conflict_is_named(
    texts: list[tuple[str, str, str, str]], boxes: list[tuple[str, str]]
) -> None:
    held, policy = snapshot_of([texts], ([0],)), policy_of(boxes)
    before = compare(held, policy, TODAY)
    done = repair(before, policy, TODAY, RepairOptions())
    denied = {
        cell for cell in CELLS if next((text[0] for text in texts if cell in _cells_of(text[1], text[3])), "") == "deny"
    }
    assert not {cell for cell in CELLS if _point(cell) in done.proof.opened} & denied
    remaining = {left.fingerprint for left in done.proof.remaining if left.why is RemainingReason.EXPLICIT_DENY}
    for finding in before.findings:
        if finding.code is Code.REQUIRED_TRAFFIC_BLOCKED:
            conflict = any(_point(cell) in finding.packets for cell in denied)
            assert (finding.fingerprint in remaining) == conflict


@given(rule_lists, required_boxes)
def test_the_steps_turn_the_old_list_into_the_new_one(
    texts: list[tuple[str, str, str, str]], boxes: list[tuple[str, str]]
) -> None:
    held, policy = snapshot_of([texts], ([0],)), policy_of(boxes)
    done = repair(compare(held, policy, TODAY), policy, TODAY, RepairOptions(override_drops=True, close_excess=True))
    for change in done.changes:
        worked = list(_after(None, held.security_groups[0].rules(change.direction)))
        for step in change.steps:
            if step.operation is Operation.INSERT:
                worked.insert(step.index, step.rule)
            elif step.operation is Operation.DELETE:
                assert _same(worked.pop(step.index), step.rule)
            else:
                worked[step.index] = step.rule
        assert [_bare(rule) for rule in worked] == [_bare(rule) for rule in change.after]


@pytest.mark.parametrize("cases", [100, pytest.param(400, marks=pytest.mark.deep)])
def test_a_repair_is_as_small_as_brute_force_finds_in_99_of_100_cases(cases: int) -> None:
    chance = random.Random(20261122)
    tried, larger = 0, 0
    while tried < cases:
        texts = [
            (
                chance.choice(("allow", "allow", "deny")),
                chance.choice(BLOCKS),
                "tcp",
                chance.choice(PORT_TEXTS),
            )
            for _ in range(chance.randrange(6))
        ]
        boxes = [(chance.choice(BLOCKS), chance.choice(PORT_TEXTS)) for _ in range(chance.randrange(1, 4))]
        override = chance.random() < 0.6
        held, policy = snapshot_of([texts], ([0],)), policy_of(boxes)
        best = _smallest(texts, boxes, override=override)
        if best == 0:
            continue
        tried += 1
        done = repair(compare(held, policy, TODAY), policy, TODAY, RepairOptions(override_drops=override))
        size = sum(len(change.steps) for change in done.changes)
        assert size >= best
        larger += size > best
    assert larger <= tried // 100


def _applied(held: Snapshot, done: Repair) -> Snapshot:
    by_key = {(change.security_group_id, change.direction): change for change in done.changes}
    groups = []
    for group in held.security_groups:
        lists = {}
        for direction in Direction:
            change = by_key.get((group.security_group_id, direction))
            lists[direction] = _after(change, group.rules(direction))
        groups.append(builders.group(group.security_group_id, lists[Direction.INGRESS], lists[Direction.EGRESS]))
    return builders.snapshot(held.clusters, groups)


def _after(change: GroupChange | None, rules: object) -> tuple[Rule, ...]:
    assert isinstance(rules, tuple)
    return rules if change is None else change.after


def _bare(rule: Rule) -> tuple[object, ...]:
    return rule.action, rule.peer, rule.service


def _same(left: Rule, right: Rule) -> bool:
    return _bare(left) == _bare(right)


def _point(cell: tuple[int, int]) -> tuple[int, int]:
    return cell[0], addresses.point_of(f"10.0.0.{cell[1]}")


@cache
def _cells_of(block: str, ports: str) -> frozenset[tuple[int, int]]:
    base, _, bits = block.partition("/")
    first = int(base.rsplit(".", 1)[1])
    low, high = _run(ports)
    return frozenset(
        (port, last) for port in range(low, high + 1) for last in range(first, first + (1 << (32 - int(bits))))
    )


def _smallest(texts: Sequence[tuple[str, str, str, str]], boxes: Sequence[tuple[str, str]], *, override: bool) -> int:
    """The fewest rules that any placing of any rules needs, cell by cell and rule by rule."""
    decided = {cell: _decider(texts, cell) for cell in CELLS}
    required = frozenset(chain.from_iterable(_cells_of(*box) for box in boxes))
    missing = {cell for cell in required if decided[cell][0] == "deny"}
    wanted = {cell for cell in missing if override or decided[cell][1] == len(texts)}
    covers = {
        frozenset(cell for cell in cells & wanted if decided[cell][1] >= index)
        for index in range(len(texts) + 1)
        for cells in _every_rule()
        if not {cell for cell in cells - wanted if decided[cell][0] == "deny" and decided[cell][1] >= index}
    }
    return next(size for size in range(len(wanted) + 1) if _covered(frozenset(wanted), covers, size))


def _decider(texts: Sequence[tuple[str, str, str, str]], cell: tuple[int, int]) -> tuple[str, int]:
    for index, (action, block, _, ports) in enumerate(texts):
        if cell in _cells_of(block, ports):
            return action, index
    return "deny", len(texts)


@cache
def _every_rule() -> tuple[frozenset[tuple[int, int]], ...]:
    """Every block with every list of ports: four ports can always be listed."""
    return tuple(
        frozenset((port, last) for port in ports for _, last in _cells_of(block, "0"))
        for block in BLOCKS
        for ports in _port_sets()
    )


def _port_sets() -> Iterator[tuple[int, ...]]:
    for chosen in range(1, 1 << len(PORTS)):
        yield tuple(port for port in PORTS if chosen >> port & 1)


def _covered(wanted: frozenset[tuple[int, int]], covers: set[frozenset[tuple[int, int]]], size: int) -> bool:
    if not wanted:
        return True
    if not size:
        return False
    first = min(wanted)
    return any(_covered(wanted - cover, covers, size - 1) for cover in covers if first in cover)


def test_the_world_of_these_tests_is_what_it_says() -> None:
    assert len(BLOCKS) == 15
    assert len(_every_rule()) == 15 * 15
    assert union(
        PacketSet.of_rows([(port, port + 1, IntervalSet((point, point + 1)))]) for port, point in map(_point, CELLS)
    ) == PacketSet.of_rows([(0, 4, addresses.parse("10.0.0.0/29"))])
