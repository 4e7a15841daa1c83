"""The atom grid against box subtraction and netaddr, all in one run: what is asserted is ratios and agreement."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from auditor.comparator.compare import compare
from auditor.comparator.effective import Decision
from auditor.comparator.resolve import ResolvedRule
from auditor.config import settings
from auditor.model.packets import PacketSet
from tests.balancers import balancer, listener, target
from tests.bench.boxes import by_box_subtraction, by_netaddr, tcp_only
from tests.bench.stacks import REQUIRED, alternating, lattice, plausible, random_rules, templates
from tests.builders import NODE_RULES, TODAY, cluster, group, node, rules, snapshot

NOISE = 1.5
"""How much a ratio may grow on a machine that others use."""

ALTERNATING = 1.0
"""Processor seconds that everything about the alternating stack may take on a machine of its own."""

pytestmark = pytest.mark.bench

_WORKLOADS: dict[str, Callable[[], tuple[ResolvedRule, ...]]] = {
    "plausible, 100 rules": lambda: plausible(100),
    "plausible, 1,000 rules": lambda: plausible(1000),
    "random, 1,000 rules": lambda: random_rules(1000),
    "lattice, 300 rules": lambda: lattice(300),
    "5 groups x 100 rules, 5 x 400-entry templates each": templates,
}


def timed(action: Callable[[], object], repeat: int = 3) -> float:
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        action()
        best = min(best, time.process_time() - start)
    return best


def missing(lines: tuple[ResolvedRule, ...]) -> PacketSet:
    return Decision(lines, within=REQUIRED).denied


def everything(lines: tuple[ResolvedRule, ...]) -> tuple[PacketSet, PacketSet, int]:
    """What an audit asks of one stack: missing, excess with its deciders, useless rules."""
    decision = Decision(lines)
    excess = decision.allowed - REQUIRED
    decision.deciders(excess)
    return REQUIRED & decision.denied, excess, len(decision.live) + len(decision.removable)


@pytest.mark.parametrize("name", _WORKLOADS)
def test_the_grid_against_box_subtraction(name: str, figure: Callable[[str], None]) -> None:
    lines = _WORKLOADS[name]()
    grid, whole = timed(lambda: missing(lines)), timed(lambda: everything(lines))
    plain = timed(lambda: by_box_subtraction(lines, REQUIRED), repeat=1)
    figure(
        f"{name}: missing {grid * 1e3:.1f} ms, everything {whole * 1e3:.1f} ms, "
        f"box subtraction {plain * 1e3:.0f} ms = {plain / grid:.1f} times missing"
    )
    passed = sum((hi - lo) * (last - first) for lo, hi, first, last in by_box_subtraction(lines, REQUIRED))
    assert passed == (REQUIRED - missing(lines)).size
    if "templates" in name:
        assert plain > 10 * grid


def test_the_grid_against_netaddr(figure: Callable[[str], None]) -> None:
    lines = plausible(100)
    asked = tcp_only(REQUIRED)
    grid = timed(lambda: Decision(lines, within=asked).allowed)
    slow = timed(lambda: by_netaddr(lines, asked), repeat=1)
    figure(
        f"plausible, 100 rules, TCP alone: {grid * 1e3:.2f} ms, netaddr {slow * 1e3:.0f} ms = {slow / grid:.0f} times"
    )
    assert by_netaddr(lines, asked) == Decision(lines, within=asked).allowed.size
    assert slow > grid


def test_the_time_of_random_rules_grows_with_their_square_at_most(figure: Callable[[str], None]) -> None:
    few, many = random_rules(500), random_rules(1000)
    half, whole = timed(lambda: everything(few)), timed(lambda: everything(many))
    figure(
        f"random rules: 500 in {half * 1e3:.0f} ms (before 114), 1,000 in {whole * 1e3:.0f} ms (before 455) "
        f"= {whole / half:.1f} times"
    )
    assert whole < 4 * NOISE * half


def test_the_deciders_of_many_intervals_cost_less_than_the_decision(figure: Callable[[str], None]) -> None:
    lines = alternating()
    decision = Decision(lines)
    excess = decision.allowed - REQUIRED
    intervals = sum(len(addresses.bounds) // 2 for _, _, addresses in excess.rows)
    decide, whole = timed(lambda: Decision(lines).allowed), timed(lambda: everything(lines))
    deciders = timed(lambda: decision.deciders(excess))
    useless = timed(lambda: [decision.deciders_below(rank) for rank in decision.removable])
    figure(
        f"5 groups x 100 rules, alternating, 20-block templates, {intervals:,} intervals: decision {decide:.2f} s, "
        f"deciders {deciders:.2f} s, useless rules {useless:.2f} s, everything {whole:.2f} s of {ALTERNATING} s "
        "(before: 0.38, 0.35, 0.04 and 1.21 s)"
    )
    assert deciders < decide
    assert useless < decide
    assert whole < NOISE * ALTERNATING


def test_the_time_of_an_audit_grows_with_the_clusters_and_their_load_balancers(
    figure: Callable[[str], None],
) -> None:
    # Calls of functions, since other work on the machine adds none. A square would be 16 times.
    few, many = _calls_of_audit(25), _calls_of_audit(100)
    figure(f"100 clusters with two load balancers each take {many / few:.2f} times the calls of 25 clusters")
    assert many < 5 * few


def _calls_of_audit(count: int) -> int:
    """The calls of functions in an audit of ``count`` clusters, each with a VPC, a group and two load balancers."""
    clusters = tuple(
        replace(
            cluster(
                *(node(f"ins-{number}-{place}", f"sg-{number}") for place in range(4)), cluster_id=f"cls-{number:08d}"
            ),
            vpc_id=f"vpc-{number:08d}",
        )
        for number in range(count)
    )
    balancers = tuple(
        replace(
            balancer(listener(*(target(bearer.instance_id) for bearer in item.nodes))),
            load_balancer_id=f"lb-{item.cluster_id}-{end}",
            vpc_id=item.vpc_id,
        )
        for item in clusters
        for end in "ab"
    )
    groups = [group(f"sg-{number}", rules(*NODE_RULES)) for number in range(count)]
    read = replace(snapshot(clusters, groups), load_balancers=balancers)
    profile = cProfile.Profile()
    profile.runcall(compare, read, settings.load(None, {}).policy(""), TODAY)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # typeshed lacks it
