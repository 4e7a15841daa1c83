"""Repairs of long rule lists: processor seconds, printed with the seconds that each may take."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from auditor.comparator.compare import compare
from auditor.comparator.repair.goals import RepairOptions
from auditor.comparator.repair.repair import repair
from auditor.config import settings
from auditor.model.baseline import Policy
from auditor.model.rules import Rule
from auditor.model.snapshot import Snapshot
from tests import builders
from tests.bench.stacks import plausible, random_rules, written
from tests.builders import TODAY

NOISE = 2.0
"""How much slower a machine that others use may be before it is no measurement."""

pytestmark = pytest.mark.bench

_CASES: dict[str, tuple[Callable[[], tuple[Rule, ...]], int, RepairOptions, float]] = {
    "fix, one full list of 100 rules": (lambda: written(plausible(100, seed=2)), 1, RepairOptions(), 1.5),
    "fix, one full list of 100 random rules": (lambda: written(random_rules(100)), 1, RepairOptions(), 5.0),
    "fix --close-excess, 15 clusters on one group of 60 rules": (
        lambda: written(plausible(60)),
        15,
        RepairOptions(close_excess=True),
        3.0,
    ),
}
"""The rules of one group, the clusters that bind it, the options, and the seconds that the repair may take."""


@pytest.mark.parametrize("name", _CASES)
def test_a_repair_of_a_long_list(name: str, figure: Callable[[str], None]) -> None:
    rules, clusters, options, budget = _CASES[name]
    policy = _policy()
    before = compare(_snapshot(rules(), clusters), policy, TODAY)
    began = time.process_time()
    repair(before, policy, TODAY, options)
    seconds = time.process_time() - began
    figure(f"{name}: {seconds:.2f} s of {budget} s ({seconds / budget:.0%})")
    assert seconds < NOISE * budget


def _policy() -> Policy:
    chosen = settings.load(None, {})
    return chosen.policy("")


def _snapshot(rules: tuple[Rule, ...], clusters: int) -> Snapshot:
    bound = (
        builders.cluster(builders.node(f"ins-{number}", "sg-0"), cluster_id=f"cls-{number:08x}")
        for number in range(clusters)
    )
    return builders.snapshot(bound, [builders.group("sg-0", rules)])
