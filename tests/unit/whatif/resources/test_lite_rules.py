"""tencentcloud_security_group_lite_rule in plans: the lists that it sends unsorted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.rules import Direction
from tests.plans.estate import GROUP, INGRESS, estate, group, rule
from tests.plans.plan_json import COMPUTED, Resource, ref
from tests.plans.resources import LITE_RULE, applied, codes, effects, rules_after

TKE = [
    "ACCEPT#172.16.0.0/16#ALL#ALL",
    "ACCEPT#10.0.0.0/16#ALL#ALL",
    "ACCEPT#0.0.0.0/0#22#TCP",
    "ACCEPT#0.0.0.0/0#30000-32768#TCP",
    "ACCEPT#0.0.0.0/0#30000-32768#UDP",
    "ACCEPT#0.0.0.0/0#ALL#ICMP",
]
OUT = ["ACCEPT#0.0.0.0/0#ALL#ALL"]


def held(ingress: object = TKE, egress: object = OUT) -> dict[str, object]:
    return {"id": GROUP, "security_group_id": GROUP, "ingress": ingress, "egress": egress}


def lite(*actions: str, before: object = None, after: object = None) -> Resource:
    return Resource(type=LITE_RULE, name="node", actions=actions, before=before, after=after)  # type: ignore[arg-type]


def updated(ingress: object, egress: object = OUT) -> Resource:
    return lite("update", before=held(), after=held(ingress, egress))


def test_an_update_that_takes_rules_away_keeps_the_order_of_the_rest() -> None:
    planned = applied(updated(["DROP#1.2.3.0/24#ALL#ALL", *TKE][1:4]))
    assert rules_after(planned) == [
        "allow 172.16.0.0/16 all",
        "allow 10.0.0.0/16 all",
        "allow 0.0.0.0/0 tcp 22-22",
    ]
    assert codes(planned) == []


def test_a_deny_put_first_has_no_assured_order() -> None:
    planned = applied(updated(["DROP#10.0.9.0/24#22#TCP", *TKE]))
    assert rules_after(planned)[:2] == [
        "unreadable 10.0.9.0-10.0.9.255 tcp 22-22",
        "deny 10.0.9.0/24 tcp 22-22",
    ]
    assert codes(planned) == [("rules-order", "sg-plan0001/ingress")]


def test_a_deny_of_what_nothing_else_matches_needs_no_order() -> None:
    planned = applied(updated(["DROP#203.0.113.0/24#9100#TCP", *TKE]))
    assert rules_after(planned)[0] == "deny 203.0.113.0/24 tcp 9100-9100"
    assert codes(planned) == []


def test_the_direction_that_did_not_change_is_not_sent() -> None:
    drifted = replace(estate(), security_groups=(group(egress=()),))
    planned = applied(updated(TKE[:2]), on=drifted)
    assert rules_after(planned, direction=Direction.EGRESS) == []


def test_an_emptied_direction_is_deleted_by_content() -> None:
    live = replace(estate(), security_groups=(group(ingress=(*INGRESS, rule(6, "192.168.0.0/24"))),))
    planned = applied(updated([]), on=live)
    assert rules_after(planned) == ["allow 192.168.0.0/24 all"]
    assert rules_after(planned, direction=Direction.EGRESS) == ["allow 0.0.0.0/0 all"]


def test_an_emptied_direction_leaves_the_copies_that_the_state_does_not_hold_at_an_open_place() -> None:
    denied = rule(6, "172.16.5.0/24", allow=False)
    live = replace(estate(), security_groups=(group(ingress=(*INGRESS, denied, replace(INGRESS[0], index=7))),))
    planned = applied(updated([]), on=live)
    assert rules_after(planned) == [
        "unreadable 172.16.5.0-172.16.5.255 all",
        "allow 172.16.0.0/16 all",
        "deny 172.16.5.0/24 all",
    ]
    assert codes(planned) == [("rules-order", f"{GROUP}/ingress")]


def test_of_equal_lines_it_is_open_which_an_update_takes_away() -> None:
    denied = rule(1, "172.16.5.0/24", allow=False)
    copies = (INGRESS[0], denied, replace(INGRESS[0], index=2))
    live = replace(estate(), security_groups=(group(ingress=copies),))
    lines = [TKE[0], "DROP#172.16.5.0/24#ALL#ALL"]
    planned = applied(lite("update", before=held([*lines, TKE[0]]), after=held(lines)), on=live)
    assert codes(planned) == [("rules-order", f"{GROUP}/ingress")]
    assert rules_after(planned)[0] == "unreadable 172.16.5.0-172.16.5.255 all"


def test_both_directions_emptied_empty_the_group() -> None:
    planned = applied(updated([], []))
    assert rules_after(planned) == []
    assert rules_after(planned, direction=Direction.EGRESS) == []


def test_a_delete_empties_the_group() -> None:
    planned = applied(lite("delete", before=held()))
    assert rules_after(planned) == []
    assert rules_after(planned, direction=Direction.EGRESS) == []


def test_a_create_on_a_group_with_rules_has_no_assured_order() -> None:
    after = {"id": COMPUTED, "security_group_id": GROUP, "ingress": ["DROP#0.0.0.0/0#22#TCP", *TKE], "egress": OUT}
    planned = applied(lite("create", after=after))
    assert ("rules-order", "sg-plan0001/ingress") in codes(planned)


def test_one_unknown_source_hides_the_whole_list() -> None:
    after = held(["ACCEPT#10.0.0.0/16#ALL#ALL", ref("tencentcloud_eip.office.public_ip")])
    planned = applied(lite("update", before=held(), after=after))
    assert codes(planned) == [("rules-unknown", "sg-plan0001/ingress")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ACCEPT#sg-abcd1234#80,443#TCP", "allow sg-abcd1234 tcp 80-80,443-443"),
        ("DROP#ipm-abcd1234#80-90#UDP", "deny ipm-abcd1234 udp 80-90"),
        ("ACCEPT#ipmg-abcd1234#ALL#ICMP", "allow ipmg-abcd1234 icmp"),
        ("ACCEPT#0.0.0.0/0##ppm-abcd1234", "allow 0.0.0.0/0 ppm-abcd1234"),
        ("ACCEPT#0.0.0.0/0##ppmg-abcd1234", "allow 0.0.0.0/0 ppmg-abcd1234"),
    ],
)
def test_every_form_of_a_line_is_read(line: str, expected: str) -> None:
    assert rules_after(applied(updated([line])))[-1] == expected


REFUSED = [("rule-refused", "sg-plan0001/egress"), ("rule-refused", "sg-plan0001/ingress")]


@pytest.mark.parametrize(
    "line",
    [
        "accept#10.0.0.0/16#ALL#ALL",
        "ACCEPT#10.0.0.0/16#80#tcp",
        "ACCEPT#10.0.0.0/16#80#GRE",
        "ACCEPT#10.0.0.0/16#80#ICMP",
        "ACCEPT#10.0.0.0/16#80#ALL",
        "ACCEPT#10.0.0.0/16##ALL",
        "ACCEPT#10.0.0.0/16#all#TCP",
        "ACCEPT#10.0.0.0/16#80-90,443#TCP",
        "ACCEPT#10.0.0.0/16#80, 443#TCP",
        "ACCEPT#10.0.0.1-10.0.0.9#80#TCP",
        "ACCEPT#10.0.0.0/255.255.0.0#80#TCP",
        "ACCEPT#sg-abc#80#TCP",
        "ACCEPT#sg-abcd1234/0#80#TCP",
        "ACCEPT##80#TCP",
        "ACCEPT#10.0.0.0/16##ppm-abc",
        "ACCEPT#10.0.0.0/16#ALL",
        " ACCEPT#10.0.0.0/16#ALL#ALL",
        "",
    ],
)
def test_a_line_that_the_provider_refuses_leaves_both_directions_open(line: str) -> None:
    planned = applied(updated([*TKE, line]))
    assert codes(planned) == REFUSED
    assert effects(planned, f"{LITE_RULE}.node") == ["rules-refused"]


@pytest.mark.parametrize(
    "line",
    [
        "DROP#10.0.9.9#80#TCP",
        "ACCEPT#10.0.9.9/16#1,22,333#UDP",
        "ACCEPT#ipm-ABCD_123#ALL#TCP",
        "ACCEPT#10.0.9.9/16#nonsense#ppm-abcd1234",
    ],
)
def test_a_line_that_the_provider_takes_is_not_refused(line: str) -> None:
    assert "rule-refused" not in [code for code, _ in codes(applied(updated([*TKE, line])))]


def test_a_line_that_the_state_holds_already_is_in_the_spelling_of_the_cloud() -> None:
    read_back = [*TKE[:5], "accept#0.0.0.0/0##icmp"]
    change = lite("update", before=held(read_back), after=held(read_back, []))
    assert codes(applied(change)) == []


def test_a_new_lite_rule_is_looked_at_as_well() -> None:
    after = {"id": COMPUTED, "security_group_id": GROUP, "ingress": TKE, "egress": ["ACCEPT#0.0.0.0/0#80#ALL"]}
    assert codes(applied(lite("create", after=after))) == REFUSED


def test_an_ipv6_source_is_sent_as_an_ipv4_one_and_not_decided() -> None:
    assert ("rule-unreadable", "sg-plan0001/ingress/0") in codes(applied(updated(["ACCEPT#fd00::/8#ALL#ALL"])))


def test_an_empty_direction_whose_rules_are_not_yet_known_is_not_taken_as_unchanged() -> None:
    live = replace(estate(), security_groups=(group(ingress=()),))
    planned = applied(lite("update", before=held([]), after=held(ref("local.rules"))), on=live)
    assert codes(planned) == [("rules-unknown", "sg-plan0001/ingress")]


def test_a_line_with_another_number_of_parts_is_refused() -> None:
    planned = applied(updated(["ACCEPT#10.0.0.0/8", *TKE]))
    assert ("rule-refused", "sg-plan0001/ingress") in codes(planned)
