from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from auditor import pipeline
from auditor.errors import ExitCode
from auditor.model.rules import Rule
from auditor.model.snapshot import Snapshot
from auditor.reporter import diff
from auditor.reporter.options import RenderOptions
from tests import builders

OPTIONS = RenderOptions(tool_version="0", today=builders.TODAY, exit_code=ExitCode.OK, width=120)
POLICY = builders.policy(builders.EGRESS, builders.CLUSTER)
OPEN = ("allow", "10.0.0.0/16")
REDIS = ("allow", "192.0.2.0/24", "tcp", "6379")


def _snapshot(ingress: tuple[Rule, ...], *bound: str) -> Snapshot:
    nodes = [builders.node(name, "sg-a") for name in bound or ("ins-a",)]
    return builders.snapshot([builders.cluster(*nodes)], [builders.group("sg-a", ingress)])


def _both(old: Snapshot, new: Snapshot) -> tuple[list[str], Any]:
    found, before, after = pipeline.differ(old, new, POLICY, builders.TODAY)
    table = "".join(diff.render_table(found, before, after, OPTIONS))
    return table.splitlines(), json.loads("".join(diff.render_json(found, before, after, OPTIONS)))


def test_what_is_the_same_is_one_line() -> None:
    table, printed = _both(_snapshot(builders.rules(OPEN)), _snapshot(builders.rules(OPEN)))
    assert table == ["0 new, 0 fixed, 0 unchanged findings"]
    assert printed == {"new": [], "fixed": [], "unknown": [], "unchanged": [], "rule_edits": [], "bindings": []}


def test_a_rule_that_came_stands_with_the_packets_that_it_opened() -> None:
    table, printed = _both(_snapshot(builders.rules(OPEN)), _snapshot(builders.rules(OPEN, REDIS)))
    assert table[-4:] == [
        "",
        "sg-a, inbound rules",
        "  +  rule 2: ACCEPT TCP 6379 from 192.0.2.0/24",
        "  Opened  TCP 6379 from 192.0.2.0/24",
    ]
    [edit] = printed["rule_edits"]
    assert edit["packets"] == {
        "opened": [{"protocol": "tcp", "ports": [[6379, 6379]], "cidrs": ["192.0.2.0/24"]}],
        "closed": [],
        "unsettled": [],
    }


def test_a_rule_that_went_stands_with_the_packets_that_it_closed() -> None:
    table, _ = _both(_snapshot(builders.rules(OPEN, REDIS)), _snapshot(builders.rules(OPEN)))
    assert table[-2:] == ["  -  rule 2: ACCEPT TCP 6379 from 192.0.2.0/24", "  Closed  TCP 6379 from 192.0.2.0/24"]


def test_a_reorder_without_effect_says_so() -> None:
    table, printed = _both(_snapshot(builders.rules(OPEN, REDIS)), _snapshot(builders.rules(REDIS, OPEN)))
    assert table[-1] == "  Effect  every packet is handled as before"
    [edit] = printed["rule_edits"]
    [moved] = edit["moved"]
    assert {moved["before"]["PolicyIndex"], moved["after"]["PolicyIndex"]} == {0, 1}
    assert (edit["added"], edit["removed"]) == ([], [])


def test_another_description_is_no_other_rule() -> None:
    (rule,) = builders.rules(OPEN)
    table, printed = _both(_snapshot((rule,)), _snapshot((replace(rule, description="nodes"),)))
    assert table[-2:] == ['  ~  rule 1, description: "" -> "nodes"', "  Effect  every packet is handled as before"]
    assert len(printed["rule_edits"][0]["redescribed"]) == 1


def test_a_node_that_came_binds_what_nobody_bound_before() -> None:
    rules = builders.rules(OPEN)
    table, printed = _both(_snapshot(rules, "ins-a"), _snapshot(rules, "ins-a", "ins-b"))
    assert table[-1] == '  - ins-b of cls-aaaaaaaa "prod": absent or not read, now sg-a'
    assert printed["bindings"] == [
        {"region": builders.REGION, "cluster_id": "cls-aaaaaaaa", "node": "ins-b", "before": None, "after": ["sg-a"]}
    ]


def test_fixed_findings_are_told_in_the_names_of_the_older_side() -> None:
    old, new = _snapshot(builders.rules(OPEN, REDIS)), _snapshot(builders.rules(OPEN))
    renamed = replace(new, clusters=(replace(new.clusters[0], name="later"),))
    table, _ = _both(old, renamed)
    assert table[3].startswith('LOW  cls-aaaaaaaa "prod": ')
