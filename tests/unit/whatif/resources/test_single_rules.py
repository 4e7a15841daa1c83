"""tencentcloud_security_group_rule in plans: insertions and deletions in a shared list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.rules import Rule
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from tests.plans.estate import GROUP, estate, group, rule
from tests.plans.plan_json import COMPUTED, Resource, ref
from tests.plans.resources import RULE_SET, SINGLE_RULE, applied, codes, effects, rule_set, rules_after, security_group

BLUE = "(tencentcloud_security_group.blue)"


def fields(cidr: str = "1.2.3.0/24", policy: str = "accept", **more: object) -> dict[str, object]:
    rule = {"security_group_id": GROUP, "type": "ingress", "policy": policy, "cidr_ip": cidr}
    return rule | {"ip_protocol": "tcp", "port_range": "8080", "policy_index": None, "description": None} | more


def made(name: str = "one", **more: object) -> Resource:
    unset = {"id": COMPUTED, "source_sgid": COMPUTED, "address_template": COMPUTED, "protocol_template": []}
    return Resource(type=SINGLE_RULE, name=name, actions=("create",), after=unset | fields(**more))  # type: ignore[arg-type]


def removed(name: str = "old", **more: object) -> Resource:
    held = fields(**more) | {"id": "e2Nn", "source_sgid": "", "address_template": [], "protocol_template": []}  # type: ignore[arg-type]
    return Resource(type=SINGLE_RULE, name=name, actions=("delete",), before=held)


SSH = {"cidr": "0.0.0.0/0", "ip_protocol": "TCP", "port_range": "22"}


def test_a_rule_without_an_index_goes_to_the_top() -> None:
    planned = applied(made(policy="drop"))
    assert rules_after(planned)[:2] == ["deny 1.2.3.0/24 tcp 8080-8080", "allow 172.16.0.0/16 all"]
    assert codes(planned) == []
    assert effects(planned, f"{SINGLE_RULE}.one") == ["rule-in"]


def test_a_rule_goes_to_its_index() -> None:
    assert rules_after(applied(made(policy_index=2)))[2] == "allow 1.2.3.0/24 tcp 8080-8080"
    assert rules_after(applied(made(policy_index=99)))[-1] == "allow 1.2.3.0/24 tcp 8080-8080"


def test_the_places_of_the_other_rules_move() -> None:
    found = applied(made()).snapshot.security_groups[0].ingress
    assert isinstance(found, tuple)
    assert [rule.index for rule in found] == list(range(7))


def test_several_rules_at_one_index_have_no_assured_order() -> None:
    opposed = applied(made(policy="drop"), made("two", cidr="1.2.0.0/16"))
    assert rules_after(opposed)[0] == "unreadable 1.2.3.0-1.2.3.255 tcp 8080-8080"
    assert codes(opposed) == [("rules-order", "sg-plan0001/ingress")]


def test_several_rules_at_one_index_that_agree_need_no_order() -> None:
    agreed = applied(made(), made("two", cidr="1.2.0.0/16"))
    assert codes(agreed) == []
    assert len(rules_after(agreed)) == 8


def test_rules_at_different_indexes_may_end_on_either_side_of_one_between_them() -> None:
    near = made("near", cidr="0.0.0.0/0", policy="drop", port_range="22", policy_index=3)
    assert codes(applied(near)) == []
    assert codes(applied(near, made("top"))) == [("rules-order", "sg-plan0001/ingress")]


@pytest.mark.parametrize(
    ("index", "cidr", "expected"),
    [(0, "172.16.0.0/16", []), (1, "10.0.0.0/16", [("rules-order", "sg-plan0001/ingress")])],
    ids=["at the top", "below the first"],
)
def test_only_the_top_is_certain_while_another_rule_is_taken_out(
    index: int, cidr: str, expected: list[tuple[str, str]]
) -> None:
    """If the other rule goes first, the second of the kept rules may stand at index 1."""
    assert codes(applied(made(policy="drop", cidr=cidr, policy_index=index), removed(**SSH))) == expected


def test_a_rule_is_taken_out_by_its_content() -> None:
    planned = applied(removed(**SSH))
    assert "allow 0.0.0.0/0 tcp 22-22" not in rules_after(planned)
    assert len(rules_after(planned)) == 5
    assert effects(planned, f"{SINGLE_RULE}.old") == ["rule-out"]


def with_copies(*between: Rule) -> Snapshot:
    """The estate with one rule twice in its group and others in between."""
    copy = rule(0, "10.7.0.0/16", Protocol.TCP, (8080, 8080))
    found = (copy, *between, copy)
    return replace(
        estate(), security_groups=(group(ingress=tuple(replace(one, index=at) for at, one in enumerate(found))),)
    )


def test_of_equal_rules_it_is_open_which_goes_where_a_rule_between_them_decides_otherwise() -> None:
    live = with_copies(rule(1, "10.7.7.0/24", allow=False), rule(2, "10.8.0.0/16"))
    planned = applied(removed(cidr="10.7.0.0/16"), on=live)
    assert rules_after(planned) == [
        "unreadable 10.7.7.0-10.7.7.255 tcp 8080-8080",
        "allow 10.7.0.0/16 tcp 8080-8080",
        "deny 10.7.7.0/24 all",
        "allow 10.8.0.0/16 all",
    ]
    assert codes(planned) == [("rules-order", f"{GROUP}/ingress")]


def test_of_equal_rules_either_may_go_where_nothing_between_them_decides_otherwise() -> None:
    live = with_copies(rule(1, "10.9.0.0/24", allow=False), rule(2, "10.7.0.0/16"))
    planned = applied(removed(cidr="10.7.0.0/16"), on=live)
    assert rules_after(planned) == ["allow 10.7.0.0/16 tcp 8080-8080", "deny 10.9.0.0/24 all", "allow 10.7.0.0/16 all"]
    assert codes(planned) == []


def test_equal_rules_that_all_go_leave_nothing_open() -> None:
    live = with_copies(rule(1, "10.7.7.0/24", allow=False))
    planned = applied(removed(cidr="10.7.0.0/16"), removed("other", cidr="10.7.0.0/16"), on=live)
    assert rules_after(planned) == ["deny 10.7.7.0/24 all"]
    assert codes(planned) == []


def test_a_rule_put_below_the_upper_of_equal_rules_may_end_above_the_one_that_stays() -> None:
    live = with_copies(rule(1, "10.8.0.0/16"))
    planned = applied(
        removed(cidr="10.7.0.0/16"), made("deny", cidr="10.7.0.0/16", policy="drop", policy_index=2), on=live
    )
    assert codes(planned) == [("rules-order", f"{GROUP}/ingress")]


def test_a_rule_that_is_not_there_any_more_takes_nothing_out() -> None:
    planned = applied(removed(cidr="9.9.9.9"))
    assert planned.snapshot == estate()
    assert [one.message_id for one in planned.drift] == ["change-drift-rule-gone"]


def test_a_replaced_rule_is_taken_out_and_put_in() -> None:
    held = fields(**SSH) | {"id": "e2Nn", "source_sgid": "", "address_template": [], "protocol_template": []}
    after = {"id": COMPUTED, "source_sgid": COMPUTED, "address_template": COMPUTED, "protocol_template": []}
    moved = Resource(
        type=SINGLE_RULE,
        name="ssh",
        actions=("delete", "create"),
        before=held,
        after=after | fields("10.9.0.0/16", port_range="22"),
    )
    found = rules_after(applied(moved))
    assert found[0] == "allow 10.9.0.0/16 tcp 22-22"
    assert "allow 0.0.0.0/0 tcp 22-22" not in found


def test_icmp_with_a_port_is_refused() -> None:
    planned = applied(made(ip_protocol="icmp", port_range="80"))
    assert codes(planned) == [("rule-refused", "sg-plan0001/egress"), ("rule-refused", "sg-plan0001/ingress")]
    assert effects(planned, f"{SINGLE_RULE}.one") == ["rule-in", "rules-refused"]
    assert codes(applied(made(ip_protocol="icmp", port_range=COMPUTED))) == []


def test_an_icmp_rule_goes_with_the_port_that_was_read_back() -> None:
    assert codes(applied(removed(cidr="0.0.0.0/0", ip_protocol="ICMP", port_range="ALL"))) == []


def test_an_omitted_protocol_and_port_are_all() -> None:
    assert rules_after(applied(made(ip_protocol=COMPUTED, port_range=COMPUTED)))[0] == "allow 1.2.3.0/24 all"


def test_an_ipv6_block_is_read() -> None:
    assert rules_after(applied(made(cidr="fd00::/8")))[0] == "allow fd00::/8 tcp 8080-8080"


def test_a_new_group_as_source_is_its_placeholder() -> None:
    source = ref("tencentcloud_security_group.blue.id")
    planned = applied(security_group("blue"), made(cidr="", cidr_ip=None, source_sgid=source))
    assert rules_after(planned)[0] == f"allow {BLUE} tcp 8080-8080"


def test_a_template_is_read_from_its_block() -> None:
    block = [{"template_id": "ipm-plan0001", "group_id": None}]
    planned = applied(made(cidr_ip=None, address_template=block))
    assert rules_after(planned)[0] == "allow ipm-plan0001 tcp 8080-8080"


def test_an_unknown_block_leaves_its_own_packets_open() -> None:
    planned = applied(made(cidr_ip=ref("tencentcloud_eip.office.public_ip")))
    assert rules_after(planned)[0] == "allow ?(known after apply) tcp 8080-8080"
    assert codes(planned) == [("rule-unknown", "sg-plan0001/ingress/0")]


def test_a_single_rule_beside_a_rule_set_is_not_decided() -> None:
    planned = applied(made(), Resource(type=RULE_SET, name="node", before=rule_set(), after=rule_set()))
    assert ("rules-contested", "sg-plan0001/ingress") in codes(planned)
    assert effects(planned, f"{SINGLE_RULE}.one") == ["rules-contested"]
