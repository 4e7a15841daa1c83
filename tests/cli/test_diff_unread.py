"""What the newer side of a diff did not read or decide is unknown, never fixed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from auditor.model.clusters import Node
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.rules import Action, AddressTemplatePeer, ProtocolService, Rule
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from tests.builders import REGION, cluster, group, node, rules, snapshot
from tests.cli import estate
from tests.cli.conftest import Ran, Tool

Compare = Callable[..., Ran]

REFUSED = Gap(
    kind=GapKind.UNREAD,
    region=REGION,
    resource=REGION,
    service="tke",
    action="DescribeClusters",
    code="InternalError",
    message="try again",
)
OUTAGE = Snapshot(regions=(REGION,), gaps=(REFUSED,))
ANOTHER = cluster(node("ins-c", "sg-c"), cluster_id="cls-cccccccc")


@pytest.fixture(params=["snapshots", "reports"])
def compare(request: pytest.FixtureRequest, tool: Tool) -> Compare:
    """Runs ``diff`` on two snapshots, or on the JSON reports of both."""

    def run(old: Snapshot, new: Snapshot, *argv: str) -> Ran:
        names = []
        for name, side in (("old.json", old), ("new.json", new)):
            path = estate.write(side, tool.folder / name)
            if request.param == "reports":
                tool("audit", "--snapshot", path, "-q", "--format", f"json=report-{name}", "--today", "2026-11-22")
                path = f"report-{name}"
            names.append(path)
        return tool("diff", *names, "--today", "2026-11-22", *argv)

    return run


def _found(ran: Ran) -> dict[str, Any]:
    return dict(json.loads(ran.stdout))


def _codes(ran: Ran, key: str) -> list[str]:
    return [finding["code"] for finding in _found(ran)[key]]


def _node(node_id: str, groups: tuple[str, ...] | Gap) -> Node:
    return replace(node(node_id), security_groups=groups)


def _undecided(index: int, port: int) -> Rule:
    """A rule whose sources are a template that was not read."""
    return Rule(
        index=index,
        action=Action.ALLOW,
        peer=AddressTemplatePeer(template_id="ipm-unread01"),
        service=ProtocolService(protocol=Protocol.TCP, ports=((port, port),)),
    )


def _with_rule(port: int) -> Snapshot:
    """6379 is closed, and a rule for ``port`` that cannot be decided stands at the end."""
    ingress = (*rules(*estate.GOOD), _undecided(len(estate.GOOD), port))
    return snapshot([cluster(node("ins-a", "sg-a"))], [group("sg-a", ingress)])


def test_an_outage_fixes_nothing(compare: Compare) -> None:
    ran = compare(estate.open_redis(), OUTAGE, "--format", "json")
    assert ran.code == 3
    assert (_codes(ran, "unknown"), _codes(ran, "fixed"), _codes(ran, "new")) == (["TSG201"], [], [])
    assert "are called unknown, not fixed" in ran.stderr


def test_the_table_names_what_is_unknown(compare: Compare) -> None:
    ran = compare(estate.open_redis(), OUTAGE)
    assert ran.stdout.startswith("0 new, 0 fixed, 0 unchanged findings, 1 could not be checked\n")
    assert "\nCOULD NOT BE CHECKED on the newer side\nHIGH  cls-aaaaaaaa" in ran.stdout
    assert "FIXED" not in ran.stdout
    ran = compare(estate.open_redis(), OUTAGE, "--lang", "zh")
    assert ran.stdout.startswith("新增 0 个、解决 0 个、未变 0 个问题，无法判定 1 个\n")
    assert "无法判定（较新的一方）\n" in ran.stdout


def test_an_outage_takes_no_rule_away(tool: Tool) -> None:
    paths = [
        estate.write(side, tool.folder / name) for name, side in (("a.json", estate.open_redis()), ("b.json", OUTAGE))
    ]
    for old, new in (paths, paths[::-1]):
        for edit in _found(tool("diff", old, new, "--format", "json"))["rule_edits"]:
            assert (edit["added"], edit["removed"], edit["moved"], edit["redescribed"]) == ([], [], [], [])
            assert (edit["packets"]["opened"], edit["packets"]["closed"]) == ([], [])
            assert edit["packets"]["unsettled"]


def test_refused_rules_fix_nothing_and_take_no_rule_away(compare: Compare) -> None:
    ran = compare(estate.open_redis(), estate.unread_rules(), "--format", "json")
    assert ran.code == 3
    assert (_codes(ran, "unknown"), _codes(ran, "fixed")) == (["TSG201"], [])
    assert all((edit["removed"], edit["packets"]["closed"]) == ([], []) for edit in _found(ran)["rule_edits"])


def test_a_cluster_that_the_newer_side_was_not_asked_for_is_unknown(compare: Compare) -> None:
    other = snapshot([ANOTHER], [group("sg-c", rules(*estate.GOOD))])
    ran = compare(estate.open_redis(), other, "--format", "json")
    assert (ran.code, _codes(ran, "unknown"), _codes(ran, "fixed")) == (3, ["TSG201"], [])


def test_a_gap_of_one_cluster_leaves_the_others_fixed(compare: Compare) -> None:
    old = estate.two_clusters()  # cls-bbbbbbbb has 6379 open
    unread = replace(group("sg-a", rules(*estate.GOOD)), ingress=estate.RULES_REFUSED)
    new = replace(old, security_groups=(unread, group("sg-b", rules(*estate.GOOD))))
    ran = compare(old, new, "--format", "json")
    assert (ran.code, _codes(ran, "fixed"), _codes(ran, "unknown")) == (3, ["TSG201"], [])


@pytest.mark.parametrize(("port", "key"), [(6379, "unknown"), (9999, "fixed")])
def test_an_undecided_rule_leaves_only_its_own_packets_unknown(compare: Compare, port: int, key: str) -> None:
    ran = compare(estate.open_redis(), _with_rule(port), "--format", "json")
    assert ran.code == 3
    assert _codes(ran, key) == ["TSG201"]
    assert _codes(ran, "fixed" if key == "unknown" else "unknown") == []


def test_a_required_port_that_may_be_open_again_is_unknown(compare: Compare) -> None:
    blocked = snapshot([cluster(node("ins-a", "sg-a"))], [group("sg-a", rules(*estate.GOOD[:2], *estate.GOOD[3:]))])
    again = snapshot(
        [cluster(node("ins-a", "sg-a"))],
        [group("sg-a", (*rules(*estate.GOOD[:2], *estate.GOOD[3:]), _undecided(9, 22)))],
    )
    ran = compare(blocked, again, "--format", "json")
    ssh = [one for one in _found(ran)["unknown"] if one["packets"][0].get("ports") == [[22, 22]]]
    assert (ran.code, len(ssh)) == (3, 1)


def test_a_node_whose_groups_were_not_read_may_still_bind_the_old_list(compare: Compare) -> None:
    unread = Gap(
        kind=GapKind.UNREAD,
        region=REGION,
        cluster_id="cls-aaaaaaaa",
        resource="ins-a",
        service="cvm",
        action="DescribeInstances",
        code="InternalError",
        message="try again",
    )
    hidden = snapshot([cluster(_node("ins-a", unread), node("ins-b", "sg-b"))], [group("sg-b", rules(*estate.GOOD))])
    ran = compare(estate.open_redis(), hidden, "--format", "json")
    assert (ran.code, _codes(ran, "unknown"), _codes(ran, "fixed")) == (3, ["TSG201"], [])


@pytest.mark.parametrize("groups", [("sg-b",), None])
def test_nodes_that_bind_another_list_or_are_gone_are_fixed(compare: Compare, groups: tuple[str, ...] | None) -> None:
    nodes = [node("ins-b", "sg-b")] if groups is None else [node("ins-a", *groups)]
    ran = compare(
        estate.open_redis(), snapshot([cluster(*nodes)], [group("sg-b", rules(*estate.GOOD))]), "--format", "json"
    )
    assert (ran.code, _codes(ran, "fixed"), _codes(ran, "unknown")) == (0, ["TSG201"], [])


def test_a_useless_rule_of_a_list_that_was_not_read_is_unknown(compare: Compare) -> None:
    twice = snapshot([cluster(node("ins-a", "sg-a"))], [group("sg-a", rules(*estate.GOOD, estate.GOOD[0]))])
    ran = compare(twice, estate.unread_rules(), "--format", "json")
    assert (ran.code, set(_codes(ran, "unknown")), _codes(ran, "fixed")) == (3, {"TSG304", "TSG305"}, [])
    ran = compare(twice, estate.fine(), "--format", "json")
    assert (ran.code, set(_codes(ran, "fixed")), _codes(ran, "unknown")) == (0, {"TSG304", "TSG305"}, [])


def test_a_waived_gap_makes_no_3_but_an_unknown_finding_does(tool: Tool, compare: Compare) -> None:
    waiver = {
        "id": "W-8",
        "gap": "TSG901",
        "clusters": ["cls-aaaaaaaa"],
        "reason": "r",
        "owner": "o",
        "expires": "2026-12-31",
    }
    (tool.folder / "sgaudit.yaml").write_text(json.dumps({"waivers": [waiver]}))
    assert compare(estate.fine(), estate.unread_rules()).code == 0
    assert compare(estate.open_redis(), estate.unread_rules()).code == 3


def _reports(tool: Tool, **newer: object) -> Ran:
    """``diff`` of a report with one finding and one that lacks it, the newer one changed by ``newer``."""
    for name, side in (("old.json", estate.open_redis()), ("new.json", estate.fine())):
        path = estate.write(side, tool.folder / f"of-{name}")
        tool("audit", "--snapshot", path, "-q", "--format", f"json={name}")
    report = json.loads((tool.folder / "new.json").read_text())
    (tool.folder / "new.json").write_text(json.dumps(report | newer))
    return tool("diff", "old.json", "new.json", "--format", "json")


def test_a_report_that_a_filter_narrowed_fixes_nothing(tool: Tool) -> None:
    assert _codes(_reports(tool), "fixed") == ["TSG201"]
    narrowed = _reports(tool, filter={"severity": ["critical"]})
    assert (narrowed.code, _codes(narrowed, "unknown"), _codes(narrowed, "fixed")) == (3, ["TSG201"], [])


@pytest.mark.parametrize(("complete", "code", "key"), [(True, 0, "fixed"), (False, 3, "unknown")])
def test_a_report_of_an_early_version_fixes_only_where_it_is_complete(
    tool: Tool, *, complete: bool, code: int, key: str
) -> None:
    stack = {"role": "node", "security_groups": ["sg-a"]}
    listed = {"region": REGION, "cluster_id": "cls-aaaaaaaa", "stacks": [stack]}
    ran = _reports(tool, complete=complete, clusters=[listed], gaps=[] if complete else [{"kind": "TSG901"}])
    assert (ran.code, _codes(ran, key)) == (code, ["TSG201"])


def test_a_cluster_that_is_excluded_now_is_unknown(tool: Tool) -> None:
    listed = {"region": REGION, "cluster_id": "cls-aaaaaaaa", "verdict": "excluded", "stacks": [], "gaps": []}
    ran = _reports(tool, clusters=[listed])
    assert (ran.code, _codes(ran, "unknown")) == (3, ["TSG201"])


def test_a_report_with_a_block_that_is_none_is_refused(tool: Tool) -> None:
    ran = _reports(tool, findings=[{"packets": [{"protocol": "tcp", "cidrs": ["10.0.0.0/99"]}]}])
    assert ran.code == 2
    assert "new.json is not a JSON report of sgaudit: findings.0." in ran.stderr
