from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from auditor import pipeline
from auditor.errors import ExitCode
from auditor.model.clusters import NodeKind
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.outcomes import Flow
from auditor.model.rules import Direction, GroupPeer, Rule
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from auditor.reporter import explanation
from auditor.reporter.options import RenderOptions
from tests import builders

OPTIONS = RenderOptions(tool_version="0", today=builders.TODAY, exit_code=ExitCode.OK)
POLICY = builders.policy(builders.CLUSTER)
SSH = Flow(direction=Direction.INGRESS, protocol=Protocol.TCP, port=22, peer="10.0.0.9")


def _snapshot(*groups: tuple[Rule, ...] | Gap) -> Snapshot:
    names = [f"sg-{number}" for number in range(len(groups))]
    held = [replace(builders.group(name), ingress=rules) for name, rules in zip(names, groups, strict=True)]
    return builders.snapshot([builders.cluster(builders.node("ins-a", *names))], held)


def _table(snapshot: Snapshot, flow: Flow = SSH, width: int = 100) -> list[str]:
    cluster = snapshot.clusters[0]
    found = pipeline.explain(snapshot, POLICY, pipeline.ExplainTarget(cluster=cluster), flow)
    named = pipeline.uncompared(snapshot, POLICY, found.gaps, cluster)
    return "".join(explanation.render_table(found.explanations, named, replace(OPTIONS, width=width))).splitlines()


def _object(snapshot: Snapshot, flow: Flow = SSH) -> Any:  # noqa: ANN401 - JSON
    found = pipeline.explain(snapshot, POLICY, pipeline.ExplainTarget(cluster=snapshot.clusters[0]), flow)
    named = pipeline.uncompared(snapshot, POLICY, found.gaps)
    return json.loads("".join(explanation.render_json(found.explanations, named, OPTIONS)))


UNREAD = Gap(kind=GapKind.UNREAD, region=builders.REGION, resource="sg-0", code="Denied", message="refused")


def test_rules_stand_in_order_with_the_reason_and_nothing_below_the_deciding_one() -> None:
    rules = builders.rules(
        ("allow", "10.0.0.0/8", "udp", "22"),
        ("allow", "10.0.0.0/8", "tcp", "23"),
        ("allow", "192.0.2.0/24", "tcp", "22"),
        ("allow", "::/0", "tcp", "22"),
        ("deny", "10.0.0.0/16", "tcp", "22"),
        ("allow", "0.0.0.0/0"),
    )
    assert _table(_snapshot(rules)) == [
        "DENIED  TCP port 22 from 10.0.0.9",
        '  cls-aaaaaaaa "prod", node (ins-a), bound to sg-0',
        "",
        "  sg-0, inbound rules",
        "       1  ACCEPT UDP 22 from 10.0.0.0/8 - different protocol",
        "       2  ACCEPT TCP 23 from 10.0.0.0/8 - different ports",
        "       3  ACCEPT TCP 22 from 192.0.2.0/24 - different addresses",
        "       4  ACCEPT TCP 22 from ::/0 - different address family",
        "  =>   5  DROP TCP 22 from 10.0.0.0/16 - matches and decides",
        "",
        "  Baseline  needed by cluster",
    ]


def test_groups_are_gone_through_in_binding_order_up_to_the_deciding_one() -> None:
    first, second, third = (), builders.rules(("allow", "10.0.0.0/8")), builders.rules(("deny", "0.0.0.0/0"))
    assert _table(_snapshot(first, second, third))[2:-2] == [
        "",
        "  sg-0, inbound rules",
        "       -  no rules",
        "",
        "  sg-1, inbound rules",
        "  =>   1  ACCEPT all traffic from 10.0.0.0/8 - matches and decides",
    ]


def test_the_end_of_the_list_denies() -> None:
    assert "  =>   -  no rule matched: the implicit deny at the end applies" in _table(_snapshot(()))


def test_a_group_that_was_not_read_says_so_and_what_else_could_decide() -> None:
    lines = _table(_snapshot(UNREAD, builders.rules(("allow", "0.0.0.0/0"))))
    assert lines[0] == "UNKNOWN  TCP port 22 from 10.0.0.9"
    assert "  =>   -  the rules of this group could not be read" in lines
    assert "       1  ACCEPT all traffic from 0.0.0.0/0 - matches and decides" in lines
    assert "COULD NOT BE CHECKED" in lines


def test_what_was_not_read_does_not_matter_where_both_ways_end_alike() -> None:
    found = _object(_snapshot(UNREAD, ()), replace(SSH, peer="10.0.0.9"))
    assert [one["verdict"] for one in found["flows"]] == ["unknown"]
    closed = _object(_snapshot(builders.rules(("deny", "10.0.0.0/8")), UNREAD))
    assert ([one["verdict"] for one in closed["flows"]], closed["gaps"]) == (["deny"], [])


def test_members_that_were_not_read_are_the_gap_of_their_rule_alone() -> None:
    peer = replace(builders.rule(0, "allow", "0.0.0.0/0"), peer=GroupPeer(security_group_id="sg-far"))
    held = _snapshot((peer, builders.rule(1, "deny", "10.0.0.0/8")))
    short = replace(UNREAD, resource="sg-far")
    known = replace(held, memberships=(*held.memberships, replace(builders.membership("sg-far"), gaps=(short,))))
    found = _object(known)
    assert [one["verdict"] for one in found["flows"]] == ["unknown"]
    assert [gap["resource"] for gap in found["gaps"]] == ["sg-far"]


def test_a_machine_without_groups_lets_everything_in() -> None:
    bare = builders.snapshot([builders.cluster(builders.node("ins-a"))], [])
    lines = _table(bare)
    assert lines[:4] == [
        "ALLOWED  TCP port 22 from 10.0.0.9",
        '  cls-aaaaaaaa "prod", node (ins-a), no security group',
        "",
        "  =>   -  no security group: nothing is filtered, everything passes",
    ]
    found = _object(bare)
    assert found["gaps"] == []
    assert [(flow["verdict"], flow["decided_by"]["action"]) for flow in found["flows"]] == [("allow", "allow")]


def test_a_native_node_without_groups_is_unknown_for_want_of_any_document() -> None:
    native = replace(builders.node("np-a"), kind=NodeKind.NATIVE)
    bare = builders.snapshot([builders.cluster(native)], [])
    lines = _table(bare)
    assert lines[:4] == [
        "UNKNOWN  TCP port 22 from 10.0.0.9",
        '  cls-aaaaaaaa "prod", node (np-a), no security group',
        "",
        "  =>   -  no security group: Tencent Cloud does not document what passes then",
    ]
    assert [(gap["kind"], gap["resource"]) for gap in _object(bare)["gaps"]] == [("TSG904", "np-a")]


def test_what_the_networks_leave_open_is_said_of_the_baseline() -> None:
    held = _snapshot(())
    cluster = held.clusters[0]
    container = replace(cluster.networks.container, gaps=(UNREAD,))
    short = replace(held, clusters=(replace(cluster, networks=replace(cluster.networks, container=container)),))
    last = " ".join(line.strip() for line in _table(short, replace(SSH, peer="203.0.113.1"))[-2:])
    assert last.endswith("based on the cluster networks that were read")


def test_a_narrow_screen_loses_no_word() -> None:
    rules = builders.rules(("deny", "10.0.0.0/16", "tcp", "22"))
    wide, narrow = (" ".join(" ".join(_table(_snapshot(rules), width=width)).split()) for width in (200, 40))
    assert wide == narrow


def test_no_flow_is_no_text() -> None:
    held = _snapshot(())
    assert "".join(explanation.render_table((), pipeline.uncompared(held, POLICY, ()), OPTIONS)) == ""
    assert json.loads("".join(explanation.render_json((), pipeline.uncompared(held, POLICY, ()), OPTIONS))) == {
        "flows": [],
        "gaps": [],
    }
