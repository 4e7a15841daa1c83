"""Whole audits of random estates against an oracle that reads the API's raw answers one packet at a time.

``SGAUDIT_ORACLE_ESTATES`` draws more of them than 60; an ordinary run takes five for each kind of trouble.
"""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from tests.diagonal import diagonal
from tests.oracle import injuries
from tests.oracle.account import Account
from tests.oracle.audited import audit
from tests.oracle.held import complaints
from tests.oracle.injuries import Injury
from tests.oracle.sides import RANKS
from tests.oracle.worlds import World, draw

ESTATES = int(os.environ.get("SGAUDIT_ORACLE_ESTATES", "60"))
BATCH = 5
REFUSED = [injury.name for injury in injuries.denied(draw(0))]


def exit_code(report: dict[str, Any]) -> int:
    if report["gaps"]:
        return 3
    return int(any(RANKS.index(one["severity"]) <= RANKS.index("medium") for one in report["findings"]))


def _undocumented(account: Account) -> int:
    """How many stacks of machines without a group hold a node or pool of which no document says what passes."""
    stacks = [account.stacks(cluster) for cluster in account.region.clusters.values()]
    return sum(
        bool(found.undocumented(key)) for found in stacks for key in found.lists() if key[1] != "super-node-pods"
    )


def _pods_without_a_group(account: Account) -> set[str]:
    """The clusters with Pods of super nodes for which no group is named."""
    return {
        cluster_id
        for cluster_id, cluster in account.region.clusters.items()
        if account.has_unknown_pods(cluster) or ("pod", "super-node-pods", ()) in account.stacks(cluster).lists()
    }


def _unjudged(account: Account) -> set[str]:
    """Clusters that run something, and nothing of it binds a list of groups that a table speaks of."""
    return {
        cluster_id
        for cluster_id, cluster in account.region.clusters.items()
        if (cluster.nodes_2022 or cluster.pools_2022) and not account.stacks(cluster).lists()
    }


def held(world: World, injury: Injury | None = None) -> list[str]:
    """What is wrong with the audit of an estate."""
    injury = injury or Injury("")
    report, code = audit(world.estate, injury.faults)
    account = Account(world.region, injury.unread)
    wrong = list(complaints(account, report))
    if code != exit_code(report):
        wrong.append(f"exit code {code}")
    unjudged = {gap["resource"] for gap in report["gaps"] if gap["code"] == "NotAudited"}
    counted: tuple[str, ...] = ("NoSecurityGroup", "NoPodGroups", "NotAudited", "NothingJudged", "UnknownOwner")
    # Without the subnets, their network ACLs are unknown as well.
    counted = (*counted, "PartNotRead") if injury.unread.subnets else counted
    others = [gap for gap in report["gaps"] if gap["code"] not in counted]
    bare_pods = {gap["cluster_id"] for gap in report["gaps"] if gap["code"] == "NoPodGroups"}
    if bare_pods != _pods_without_a_group(account):
        wrong.append(f"Pods without a group in {bare_pods}, in truth {_pods_without_a_group(account)}")
    if unjudged != _unjudged(account) - {gap["cluster_id"] for gap in report["gaps"] if gap["code"] != "NotAudited"}:
        wrong.append(f"not audited: {unjudged}")
    named = [gap["resource"] + gap["action"] + gap["cluster_id"] for gap in others]
    undocumented = sum(gap["code"] == "NoSecurityGroup" for gap in report["gaps"])
    if undocumented != _undocumented(account):
        wrong.append(f"{undocumented} gaps of stacks without a group, there are {_undocumented(account)}")
    if not all(injury.gap in name for name in named) or bool(named) is not injury.is_felt(account):
        wrong.append(f"gaps that name {named}")
    return [f"seed {world.seed}, {injury.name}: {said}" for said in wrong]


def batches(estates: int) -> list[ParameterSet]:
    """The first seed of each batch; all but the first batch are for a deep run, all but ten for an exhaustive one."""
    deep, exhaustive = pytest.mark.deep, pytest.mark.exhaustive
    return [
        pytest.param(first, marks=[] if not first else [deep] if first < 10 * BATCH else [deep, exhaustive])
        for first in range(0, estates, BATCH)
    ]


@pytest.mark.parametrize("first", batches(ESTATES))
def test_report_says_the_truth_about_every_packet(first: int) -> None:
    assert [said for seed in range(first, first + BATCH) for said in held(draw(seed))] == []


@diagonal(("refused", "seed"), REFUSED, range(1000, 1000 + ESTATES, len(REFUSED)), share=ESTATES // len(REFUSED))
def test_what_a_refused_call_would_have_told_is_unknown_and_all_else_exact(refused: str, seed: int) -> None:
    world = draw(seed)
    (injury,) = (injury for injury in injuries.denied(world) if injury.name == refused)
    assert held(world, injury) == []


@pytest.mark.parametrize("first", batches(ESTATES))
def test_an_unreadable_rule_leaves_open_only_what_it_could_decide(first: int) -> None:
    worlds = [draw(seed) for seed in range(2000 + first, 2000 + first + BATCH)]
    bent = [(world, injuries.bend_a_rule(world, random.Random(world.seed))) for world in worlds]
    assert [said for world, injury in bent if injury for said in held(world, injury)] == []


@pytest.mark.parametrize("first", batches(ESTATES // 2))
def test_an_unreadable_entry_leaves_open_only_what_it_could_decide(first: int) -> None:
    worlds = [draw(seed) for seed in range(3000 + first, 3000 + first + BATCH)]
    bent = [(world, injuries.bend_a_template(world, random.Random(world.seed))) for world in worlds]
    assert [said for world, injury in bent if injury for said in held(world, injury)] == []


@pytest.mark.deep
def test_several_unread_things_at_once_leave_open_only_what_they_could_decide() -> None:
    wrong = []
    for seed in range(4000, 4000 + ESTATES // 4):
        world, dice = draw(seed), random.Random(seed)
        for _ in range(3):
            injuries.bend_a_rule(world, dice)
        injuries.bend_a_template(world, dice)
        refused = dice.choice(injuries.denied(world))
        report, _code = audit(world.estate, refused.faults)
        wrong += [f"seed {seed}: {said}" for said in complaints(Account(world.region, refused.unread), report)]
    assert wrong == []
