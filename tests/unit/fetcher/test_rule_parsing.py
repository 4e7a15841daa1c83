"""How rules of vpc/DescribeSecurityGroupPolicies are parsed."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.fetcher import rule_parsing
from auditor.fetcher.actions import SECURITY_GROUP_POLICIES
from auditor.fetcher.json_fields import CallSite
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.rules import (
    Action,
    AddressTemplatePeer,
    CidrPeer,
    GroupPeer,
    ProtocolService,
    Rule,
    SecurityGroup,
    UnreadablePeer,
    UnreadableService,
)
from auditor.model.services import Protocol

ORIGIN = CallSite(region="ap-guangzhou", action=SECURITY_GROUP_POLICIES)
ZEROS = dict.fromkeys(
    ("IngressIPv4TotalCount", "IngressIPv6TotalCount", "EgressIPv4TotalCount", "EgressIPv6TotalCount"), 0
)


def line(**fields: object) -> dict[str, Any]:
    return {"Protocol": "tcp", "Port": "22", "CidrBlock": "10.0.0.0/8", "Action": "ACCEPT", **fields}


def group(ingress: object, egress: object = (), **fields: object) -> SecurityGroup:
    policies = {
        "Ingress": list(ingress) if isinstance(ingress, (list, tuple)) else ingress,
        "Egress": list(egress) if isinstance(egress, (list, tuple)) else egress,
        **fields,
    }
    return rule_parsing.parse_group({"SecurityGroupPolicySet": policies}, ORIGIN, "sg-a")


def only(row: dict[str, Any]) -> Rule:
    security_group = group([row])
    assert isinstance(security_group.ingress, tuple)
    return security_group.ingress[0]


def test_rule_is_read_whole() -> None:
    security_group = group([line(PolicyIndex=0, PolicyDescription="office")], Version="7")
    rule = only(line(PolicyIndex=0, PolicyDescription="office"))
    assert security_group.ingress == (rule,)
    assert (rule.index, rule.action, rule.peer) == (0, Action.ALLOW, CidrPeer(cidr="10.0.0.0/8"))
    assert (rule.service, rule.description) == (ProtocolService(protocol=Protocol.TCP, ports=((22, 22),)), "office")
    assert (security_group.version, security_group.gaps) == ("7", ())


def test_version_may_come_as_a_number() -> None:
    assert group([], Version=60).version == "60"


@pytest.mark.parametrize(
    ("word", "expected"),
    [("ACCEPT", Action.ALLOW), ("accept", Action.ALLOW), ("DROP", Action.DENY), ("drop", Action.DENY)],
)
def test_action_comes_in_any_case(word: str, expected: Action) -> None:
    assert only(line(Action=word)).action is expected


@pytest.mark.parametrize("block", ["0.0.0.0/0", "0.0.0.0/8", "0.0.0.0/32"])
def test_every_prefix_of_the_zero_address_is_the_world(block: str) -> None:
    assert only(line(CidrBlock=block)).peer == CidrPeer(cidr="0.0.0.0/0")


def test_zero_address_alone_is_one_address() -> None:
    assert only(line(CidrBlock="0.0.0.0")).peer == CidrPeer(cidr="0.0.0.0")


def test_prefix_that_no_address_has_is_unreadable() -> None:
    assert only(line(CidrBlock="0.0.0.0/33")).peer == UnreadablePeer(text="0.0.0.0/33")


def test_host_bits_may_be_set() -> None:
    assert only(line(CidrBlock="192.128.8.8/17")).peer == CidrPeer(cidr="192.128.0.0/17")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"CidrBlock": "", "Ipv6CidrBlock": "0::0/0"}, CidrPeer(cidr="::/0")),
        ({"CidrBlock": "", "SecurityGroupId": "sg-b"}, GroupPeer(security_group_id="sg-b")),
        ({"CidrBlock": None, "AddressTemplate": {"AddressId": "ipm-a"}}, AddressTemplatePeer(template_id="ipm-a")),
        (
            {"CidrBlock": "", "AddressTemplate": {"AddressId": "", "AddressGroupId": "ipmg-a"}},
            AddressTemplatePeer(template_id="ipmg-a"),
        ),
    ],
)
def test_far_side_is_any_one_selector(fields: dict[str, Any], expected: object) -> None:
    assert only(line(**fields)).peer == expected


def test_unused_selectors_are_empty_null_or_missing() -> None:
    full = line(Ipv6CidrBlock="", SecurityGroupId="", AddressTemplate={"AddressId": "", "AddressGroupId": ""})
    nulls = line(Ipv6CidrBlock=None, SecurityGroupId=None, AddressTemplate=None, ServiceTemplate=None)
    assert only(full).peer == only(nulls).peer == only(line()).peer == CidrPeer(cidr="10.0.0.0/8")


def test_rule_without_a_far_side_is_unreadable_and_its_service_kept() -> None:
    security_group = group([line(PolicyIndex=0, CidrBlock="")])
    assert security_group.ingress[0].peer == UnreadablePeer(text="")  # type: ignore[index]
    assert security_group.ingress[0].service == ProtocolService(protocol=Protocol.TCP, ports=((22, 22),))  # type: ignore[index]
    assert [(gap.resource, gap.code, gap.kind) for gap in security_group.gaps] == [
        ("sg-a/ingress/0", "UnreadableRule", GapKind.UNREADABLE)
    ]
    assert security_group.gaps[0].message == "ingress rule 1 of sg-a has no peer: what it decides is unknown"


@pytest.mark.parametrize(
    "indexes", [[0, 2], [1, 2], [0, 9], [0, 2**40], [0, -1], [0, True], [0, "1"], [0, 1.0], [0, {}]]
)
def test_index_that_no_rule_of_the_list_can_have_leaves_the_direction_unread(indexes: list[object]) -> None:
    security_group = group([line(PolicyIndex=index) for index in indexes])
    assert isinstance(security_group.ingress, Gap)
    assert (security_group.ingress.resource, security_group.ingress.code, security_group.egress) == (
        "sg-a/ingress",
        "PartialAnswer",
        (),
    )


@pytest.mark.parametrize("value", [7, True, [], {}, ["sg-b"]])
@pytest.mark.parametrize("key", ["Ipv6CidrBlock", "SecurityGroupId"])
def test_selector_of_another_type_is_a_second_far_side(key: str, value: object) -> None:
    assert isinstance(only(line(**{key: value})).peer, UnreadablePeer)


@pytest.mark.parametrize("value", [7, True, [], "ipm-a", {"AddressId": 7}, {"AddressGroupId": ["ipmg-a"]}])
def test_template_of_another_type_is_a_second_far_side(value: object) -> None:
    assert isinstance(only(line(AddressTemplate=value)).peer, UnreadablePeer)


@pytest.mark.parametrize("value", [7, True, [], "ppm-a", {"ServiceId": 7}])
def test_service_template_of_another_type_makes_the_service_unreadable(value: object) -> None:
    assert isinstance(only(line(ServiceTemplate=value)).service, UnreadableService)


@pytest.mark.parametrize("name", ["cls-a", "sg-a\nid", "sg-$(id)", "x"])
def test_far_side_that_is_no_group_id_is_unreadable(name: str) -> None:
    assert only(line(CidrBlock="", SecurityGroupId=name)).peer == UnreadablePeer(text=name)


@pytest.mark.parametrize("statistics", ["x", 7, [], {"IngressIPv4TotalCount": True}, {"EgressIPv6TotalCount": "x"}])
def test_statistics_of_another_type_are_a_gap(statistics: object) -> None:
    assert [gap.code for gap in group([line()], PolicyStatistics=statistics).gaps] == ["WrongShape"]


def test_rule_with_two_far_sides_is_unreadable() -> None:
    assert only(line(SecurityGroupId="sg-b")).peer == UnreadablePeer(text="10.0.0.0/8 and sg-b")
    rule = only(line(CidrBlock="intranet", AddressTemplate={"AddressId": "ipm-a"}))
    assert rule.peer == UnreadablePeer(text="intranet and ipm-a")


def test_unreadable_parts_are_named_with_what_they_say() -> None:
    security_group = group([], [line(Action="REJECT", CidrBlock="10.0.0", Protocol="sctp", Port="80")])
    assert [gap.message for gap in security_group.gaps] == [
        (
            "egress rule 1 of sg-a has the action 'REJECT', the peer '10.0.0', the service 'sctp 80':"
            " what it decides is unknown"
        )
    ]
    rule = security_group.egress[0]  # type: ignore[index]
    assert (rule.action, rule.peer, rule.service) == (
        Action.UNREADABLE,
        UnreadablePeer(text="10.0.0"),
        UnreadableService(text="sctp 80"),
    )


@pytest.mark.parametrize("row", [None, "ACCEPT", [], 3])
def test_row_that_is_no_object_is_a_rule_that_could_be_anything(row: object) -> None:
    security_group = group([line(), row])
    assert isinstance(security_group.ingress, tuple)
    assert security_group.ingress[1].action is Action.UNREADABLE
    assert [gap.resource for gap in security_group.gaps] == ["sg-a/ingress/1"]


def test_rules_stand_by_index_whatever_the_order_of_the_answer() -> None:
    security_group = group([line(PolicyIndex=2), line(PolicyIndex=0), line(PolicyIndex=1)])
    assert [rule.index for rule in security_group.ingress] == [0, 1, 2]  # type: ignore[union-attr]


def test_rule_without_an_index_stands_where_it_was_listed() -> None:
    security_group = group([line(PolicyIndex=0), line(PolicyDescription="second"), line(PolicyIndex=2)])
    assert [(rule.index, rule.description) for rule in security_group.ingress] == [  # type: ignore[union-attr]
        (0, ""),
        (1, "second"),
        (2, ""),
    ]


def test_repeated_rules_and_indexes_are_kept_in_order() -> None:
    security_group = group(
        [line(PolicyIndex=0, PolicyDescription="a"), line(PolicyIndex=0, PolicyDescription="b"), line()]
    )
    assert [(rule.index, rule.description) for rule in security_group.ingress] == [  # type: ignore[union-attr]
        (0, "a"),
        (0, "b"),
        (2, ""),
    ]


def test_unknown_keys_are_ignored() -> None:
    assert group([line(Diff="x", Priority=1)], Region="gz").gaps == ()


def test_empty_list_denies_everything() -> None:
    security_group = group([line()], [])
    assert (security_group.egress, security_group.gaps) == ((), ())


@pytest.mark.parametrize("egress", [None, {}, "[]"])
def test_list_that_is_none_was_not_read(egress: object) -> None:
    security_group = group([line()], egress)
    assert isinstance(security_group.egress, Gap)
    assert (security_group.egress.resource, security_group.egress.code, security_group.egress.kind) == (
        "sg-a/egress",
        "PartialAnswer",
        GapKind.UNREAD,
    )
    assert isinstance(security_group.ingress, tuple)


def test_missing_list_was_not_read() -> None:
    security_group = rule_parsing.parse_group({"SecurityGroupPolicySet": {"Ingress": []}}, ORIGIN, "sg-a")
    assert (security_group.ingress, isinstance(security_group.egress, Gap)) == ((), True)


@pytest.mark.parametrize("answer", [{}, {"SecurityGroupPolicySet": None}, {"SecurityGroupPolicySet": []}])
def test_answer_without_rules_leaves_both_directions_unread(answer: dict[str, Any]) -> None:
    security_group = rule_parsing.parse_group(answer, ORIGIN, "sg-a")
    assert (isinstance(security_group.ingress, Gap), isinstance(security_group.egress, Gap)) == (True, True)


def test_null_list_is_empty_where_statistics_that_are_right_elsewhere_say_so() -> None:
    statistics = {**ZEROS, "IngressIPv4TotalCount": 1}
    assert group([line()], None, PolicyStatistics=statistics).egress == ()


def test_statistics_of_nothing_but_zeros_vouch_for_nothing() -> None:
    assert isinstance(group([line()], None, PolicyStatistics=ZEROS).egress, Gap)
    assert isinstance(group(None, None, PolicyStatistics=ZEROS).egress, Gap)
    assert isinstance(group([], None, PolicyStatistics=ZEROS).egress, Gap)


def test_statistics_that_are_wrong_elsewhere_vouch_for_nothing() -> None:
    statistics = {**ZEROS, "IngressIPv4TotalCount": 5}
    assert isinstance(group([line(), line()], None, PolicyStatistics=statistics).egress, Gap)


def test_more_rules_promised_than_listed_is_a_gap_of_that_direction_alone() -> None:
    statistics = {**ZEROS, "IngressIPv4TotalCount": 2, "IngressIPv6TotalCount": 1, "EgressIPv4TotalCount": 1}
    security_group = group([line(), line()], [line()], PolicyStatistics=statistics)
    assert isinstance(security_group.ingress, Gap)
    assert security_group.ingress.message == "2 of 3 ingress rules of sg-a came: the others are unknown"
    assert isinstance(security_group.egress, tuple)


def test_zero_statistics_beside_rules_mean_nothing() -> None:
    assert isinstance(group([line()], PolicyStatistics=ZEROS).ingress, tuple)


def test_missing_statistics_mean_nothing() -> None:
    assert isinstance(group([line()]).ingress, tuple)
    assert isinstance(group([line()], PolicyStatistics=None).ingress, tuple)


def test_templates_may_be_counted_once_an_entry() -> None:
    rows = [line(CidrBlock="", AddressTemplate={"AddressId": "ipm-a"})]
    assert isinstance(group(rows, PolicyStatistics={**ZEROS, "IngressIPv4TotalCount": 20}).ingress, tuple)
    services = [line(Protocol="", Port="", ServiceTemplate={"ServiceId": "ppm-a"})]
    assert isinstance(group(services, PolicyStatistics={**ZEROS, "IngressIPv4TotalCount": 20}).ingress, tuple)
