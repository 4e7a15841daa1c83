"""Lists of more than one page, in any order, with rows that come twice or not at all."""

from __future__ import annotations

import random

import pytest

from tests.loopback import faults
from tests.loopback.faults import Fault
from tests.oracle.account import Account
from tests.oracle.audited import audit
from tests.oracle.estates import NODE_RULES, Home, home
from tests.oracle.held import complaints

GROUPS, NODES = 103, 210


def crowded() -> Home:
    """More groups and nodes than a page holds; the rules of each third group end too early."""
    found, dice = home(), random.Random(7)
    region = found.region
    groups = [region.group(NODE_RULES[: len(NODE_RULES) - number % 3]) for number in range(GROUPS)]
    for number in range(NODES):
        found.cluster.worker(found.subnet, [groups[number % GROUPS]])
    region.instance(found.subnet, [groups[5]])
    for rows in (found.cluster.nodes_2018, found.cluster.nodes_2022, region.instances, region.interfaces):
        dice.shuffle(rows)
    return found


def test_every_node_of_every_page_is_in_its_stack() -> None:
    found = crowded()
    report, code = audit(found.estate)
    assert list(complaints(Account(found.region), report)) == []
    assert (code, report["summary"]["nodes"], report["summary"]["security_groups"]) == (1, NODES, GROUPS)


@pytest.mark.parametrize("fault", [faults.lost_row, faults.repeated_row], ids=["lost", "repeated"])
@pytest.mark.parametrize("action", ["DescribeClusterInstances", "DescribeInstances", "DescribeNetworkInterfaces"])
def test_rows_lost_or_repeated_make_the_audit_incomplete(action: str, fault: Fault) -> None:
    found = home()
    group = found.region.group(NODE_RULES)
    for _ in range(3):
        found.cluster.worker(found.subnet, [group])
    report, code = audit(found.estate, {action: fault})
    assert code == 3
    assert action in {gap["action"] for gap in report["gaps"]}
    assert [one["name"] for one in report["findings"]] == []
