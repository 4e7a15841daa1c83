"""Findings about useless rules never depend on anything that a plan leaves open."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.codes import Code
from auditor.model.findings import Result
from auditor.model.services import Protocol
from tests.plans.estate import GROUP, INGRESS, OTHER, estate, group, node, rule
from tests.plans.plan_json import COMPUTED, Resource, ref
from tests.plans.resources import LITE_RULE, SINGLE_RULE
from tests.plans.verdicts import change_of, gated, introduced

TKE_LINES = [
    "ACCEPT#172.16.0.0/16#ALL#ALL",
    "ACCEPT#10.0.0.0/16#ALL#ALL",
    "ACCEPT#0.0.0.0/0#22#TCP",
    "ACCEPT#0.0.0.0/0#30000-32768#TCP",
    "ACCEPT#0.0.0.0/0#30000-32768#UDP",
    "ACCEPT#0.0.0.0/0#ALL#ICMP",
]
OUT = ["ACCEPT#0.0.0.0/0#ALL#ALL"]


def lite(ingress: list[str], held: list[str] = TKE_LINES) -> Resource:
    lists = {"id": GROUP, "security_group_id": GROUP, "egress": OUT}
    return Resource(
        type=LITE_RULE,
        name="r",
        actions=("update",),
        before=lists | {"ingress": held},
        after=lists | {"ingress": ingress},
    )


def about_rules(result: Result) -> list[tuple[str, int]]:
    useless = (Code.SHADOWED_RULE, Code.REDUNDANT_RULE)
    return [(one.code.value, one.evidence[0].index) for one in result.findings if one.code in useless]


def test_a_lite_rule_that_ends_in_a_deny_has_the_gap_and_no_useless_rules() -> None:
    result = gated(lite([*TKE_LINES[:2], "DROP#0.0.0.0/0#ALL#ALL"]))
    assert [gap.code for gap in result.gaps] == ["rules-order"]
    assert about_rules(result) == []
    assert [name for _, name, _ in introduced(result)] == [
        "node-ingress-nodeport-tcp",
        "node-ingress-nodeport-udp",
        "node-ingress-icmp",
        "node-ingress-ssh",
    ]


def test_a_deny_that_may_end_above_is_not_called_shadowed_where_it_was_written_last() -> None:
    result = gated(lite([*TKE_LINES, "DROP#0.0.0.0/0#31000#TCP"]))
    assert [gap.code for gap in result.gaps] == ["rules-order"]
    assert about_rules(result) == []


def test_a_rule_for_a_group_known_after_apply_makes_no_rule_useless() -> None:
    drop = {"type": "ingress", "policy": "drop", "cidr_ip": "0.0.0.0/0", "ip_protocol": "TCP", "policy_index": 0}
    unknown = ref("data.tencentcloud_security_groups.existed.security_groups")
    rule_of_unknown = Resource(
        type=SINGLE_RULE,
        name="u",
        actions=("create",),
        after=drop | {"id": COMPUTED, "port_range": "30000-32768", "security_group_id": unknown},
    )
    listed = Resource(
        type="tencentcloud_security_groups",
        name="existed",
        mode="data",
        actions=("read",),
        after={"name": "x", "id": COMPUTED, "security_groups": COMPUTED},
    )
    result = gated(rule_of_unknown, listed)
    assert [(gap.code, gap.resource) for gap in result.gaps] == [("rules-untargeted", f"{GROUP}/ingress")]
    assert result.findings == ()


def test_a_useless_rule_whose_place_becomes_open_is_neither_resolved_nor_unchanged() -> None:
    last = rule(6, "0.0.0.0/0", Protocol.TCP, (31000, 31000))
    live = replace(estate(), security_groups=(group(ingress=(*INGRESS, last)),))
    held = [*TKE_LINES, "ACCEPT#0.0.0.0/0#31000#TCP"]
    assert about_rules(gated(on=live)) == [("TSG304", 6)]
    result = gated(lite([*held, "DROP#0.0.0.0/0#31000#TCP"], held), on=live)
    change = change_of(result)
    assert (change.introduced, change.resolved, change.unchanged) == ((), (), ())
    assert [gap.code for gap in result.gaps] == ["rules-order"]


def test_a_useless_rule_that_the_open_order_cannot_decide_is_reported() -> None:
    last = rule(6, "192.0.2.0/24", Protocol.TCP, (31000, 31000))
    live = replace(estate(), security_groups=(group(ingress=(*INGRESS, last)),))
    held = [*TKE_LINES, "ACCEPT#192.0.2.0/24#31000#TCP"]
    result = gated(lite([*held, "DROP#0.0.0.0/0#30500#TCP"], held), on=live)
    assert [gap.code for gap in result.gaps] == ["rules-order"]
    assert [code for code, _ in about_rules(result)] == ["TSG304"]
    assert len(change_of(result).unchanged) == 1


def test_a_useless_rule_of_a_stack_without_the_open_group_is_reported() -> None:
    apart = group(OTHER, ingress=(*INGRESS, rule(6, "192.0.2.0/24", Protocol.TCP, (31000, 31000))))
    live = estate(apart)
    third = node("ins-plan0003", "10.0.1.13", OTHER)
    live = replace(live, clusters=(replace(live.clusters[0], nodes=(*live.clusters[0].nodes, third)),))
    result = gated(lite([*TKE_LINES, "DROP#0.0.0.0/0#31000#TCP"]), on=live)
    assert about_rules(result) == [("TSG304", 6)]
