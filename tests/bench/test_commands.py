"""The gate and one explanation on the large estate: seconds of this processor, printed with their shares."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from auditor import pipeline
from auditor.config import settings
from auditor.errors import ExitCode
from auditor.fetcher import snapshot_file
from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.model.baseline import Policy
from auditor.model.findings import Result
from auditor.model.outcomes import Flow
from auditor.model.rules import Direction
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from auditor.reporter import REPORTERS
from auditor.reporter.options import RenderOptions
from auditor.whatif import apply
from auditor.whatif.planned import Planned
from auditor.whatif.terraform import load
from auditor.whatif.terraform.plan import Plan
from auditor.words import Lang, catalogue
from tests import builders
from tests.builders import TODAY
from tests.estates import large
from tests.loopback.writing import EstateCaller
from tests.plans.plan_json import Resource, plan
from tests.plans.resources import RULE_SET, held, rule_set

GATE, EXPLAIN = 3.0, 0.35
"""Seconds that each may take on a machine of its own."""
GATE_OF_ONE, GATE_OF_ALL = 5.0, 8.0
"""The same for a plan of 2,000 rule sets. One audit of 1,000 clusters is most of the first, and two of the second."""
NOISE = 2.0
"""How much slower a machine that others use may be before it is no measurement."""

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def text() -> str:
    return snapshot_file.dump(fetch(EstateCaller(large.build()), FetchRequest(regions=("ap-guangzhou",))))


def _timed(parts: dict[str, float], name: str, step: Callable[[], object]) -> object:
    began = time.process_time()
    done = step()
    parts[name] = time.process_time() - began
    return done


def _say(title: str, parts: dict[str, float], budget: float) -> float:
    whole = sum(parts.values())
    shares = ", ".join(f"{name} {seconds / whole:.0%}" for name, seconds in parts.items())
    print(f"\n{title}: {whole:.2f} s of {budget} s ({whole / budget:.0%}): {shares}")  # noqa: T201 - a bench prints
    return whole / budget


def _policy() -> Policy:
    chosen = settings.load(None, {})
    return chosen.policy("")


def _plan(snapshot: Snapshot) -> str:
    group = snapshot.security_groups[0].security_group_id
    narrowed = rule_set([held("10.0.0.0/8")], group=group)
    return plan(Resource(type=RULE_SET, name="node", actions=("update",), before=rule_set(group=group), after=narrowed))


def test_the_gate_on_a_large_estate(text: str) -> None:
    parts: dict[str, float] = {}
    policy = _policy()
    snapshot = _timed(parts, "load", lambda: snapshot_file.load(text, "large.json"))
    assert isinstance(snapshot, Snapshot)
    change = load.load(_plan(snapshot), "plan.json")
    planned = apply.apply(snapshot, change, trust_references=False)
    _timed(parts, "overlay", lambda: apply.apply(snapshot, change, trust_references=False))
    say = catalogue(Lang.EN).text
    result = pipeline.judge(snapshot, planned, policy, TODAY, say)
    _timed(parts, "judge", lambda: pipeline.judge(snapshot, planned, policy, TODAY, say))
    options = RenderOptions(tool_version="0", today=TODAY, exit_code=ExitCode.FINDINGS)
    _timed(parts, "table", lambda: "".join(REPORTERS["table"](result, options)))
    assert result.change is not None
    assert result.change.introduced
    assert _say("gate, 100 clusters, 10,000 nodes", parts, GATE) < NOISE


def _thousand_clusters() -> Snapshot:
    """Clusters with two groups of their own each, ten in a VPC."""
    numbers = range(1000)
    groups = [
        builders.group(f"sg-{number}{end}", builders.rules(*builders.NODE_RULES)) for number in numbers for end in "ab"
    ]
    clusters = (
        replace(
            builders.cluster(
                builders.node(f"ins-{number}-1", f"sg-{number}a", f"sg-{number}b"),
                builders.node(f"ins-{number}-2", f"sg-{number}a"),
                cluster_id=f"cls-{number:08d}",
            ),
            vpc_id=f"vpc-{number // 10:08d}",
        )
        for number in numbers
    )
    return builders.snapshot(clusters, groups, [])


@pytest.mark.parametrize(("changed", "budget"), [(1, GATE_OF_ONE), (2000, GATE_OF_ALL)])
def test_the_gate_of_2000_rule_sets_on_1000_clusters(changed: int, budget: float) -> None:
    parts: dict[str, float] = {}
    policy = _policy()
    snapshot = _thousand_clusters()
    present = [held("172.16.0.0/16"), held("10.0.0.0/16"), held("0.0.0.0/0", "TCP", "22")]
    present.append(held("0.0.0.0/0", "TCP", "30000-32768"))
    planned_rules = [*present, held("203.0.113.0/24", "TCP", "9100")]
    sets = [
        Resource(
            type=RULE_SET,
            name=f"r{number}",
            actions=("update",) if number < changed else ("no-op",),
            before=rule_set(present, group=group.security_group_id),
            after=rule_set(planned_rules if number < changed else present, group=group.security_group_id),
        )
        for number, group in enumerate(snapshot.security_groups)
    ]
    text = plan(*sets)
    change = _timed(parts, "load", lambda: load.load(text, "plan.json"))
    assert isinstance(change, Plan)
    planned = _timed(parts, "overlay", lambda: apply.apply(snapshot, change, trust_references=False))
    assert isinstance(planned, Planned)
    result = _timed(parts, "judge", lambda: pipeline.judge(snapshot, planned, policy, TODAY, catalogue(Lang.EN).text))
    assert isinstance(result, Result)
    assert result.change is not None
    assert len(result.change.resources) >= changed
    assert _say(f"gate, {changed:,} of 2,000 rule sets change, 1,000 clusters", parts, budget) < NOISE


def test_an_explanation_on_a_large_estate(text: str) -> None:
    parts: dict[str, float] = {}
    policy = _policy()
    snapshot = _timed(parts, "load", lambda: snapshot_file.load(text, "large.json"))
    assert isinstance(snapshot, Snapshot)
    flow = Flow(direction=Direction.INGRESS, protocol=Protocol.TCP, port=22, peer="203.0.113.9")
    target = pipeline.ExplainTarget(cluster=snapshot.clusters[50])
    found = _timed(parts, "explain", lambda: pipeline.explain(snapshot, policy, target, flow))
    assert isinstance(found, pipeline.Explained)
    assert found.explanations
    assert _say("explain, 100 clusters, 10,000 nodes", parts, EXPLAIN) < NOISE
