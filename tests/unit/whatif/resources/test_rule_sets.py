"""tencentcloud_security_group_rule_set in plans: both lists of a group in order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.rules import Direction
from auditor.whatif import apply
from tests.plans.estate import OTHER, estate, group
from tests.plans.plan_json import COMPUTED, Resource, plan, ref
from tests.plans.resources import (
    RULE_SET,
    TKE_EGRESS,
    TKE_INGRESS,
    applied,
    codes,
    effects,
    held,
    load,
    new,
    new_rule_set,
    pool,
    rule_set,
    rules_after,
    security_group,
)

ADDRESS = f"{RULE_SET}.node"
BLUE = "(tencentcloud_security_group.blue)"
EGRESS_ALL = ["allow 0.0.0.0/0 all"]
SHORT_INGRESS = ["allow 10.0.0.0/16 all", "deny 0.0.0.0/0 tcp 22-22"]
SHORT = [held("10.0.0.0/16"), held("0.0.0.0/0", "TCP", "22", action="DROP")]


def changed(*actions: str, before: object = None, after: object = None, **more: object) -> Resource:
    return Resource(type=RULE_SET, name="node", actions=actions, before=before, after=after, **more)  # type: ignore[arg-type]


def updated(ingress: object, egress: object = TKE_EGRESS) -> Resource:
    return changed("update", before=rule_set(), after=rule_set(ingress, egress))


def test_an_update_sets_both_lists_in_their_order() -> None:
    planned = applied(updated(SHORT))
    assert rules_after(planned) == SHORT_INGRESS
    assert rules_after(planned, direction=Direction.EGRESS) == EGRESS_ALL
    assert codes(planned) == []
    assert effects(planned, ADDRESS) == ["rules"]


def test_the_policy_index_in_a_plan_is_ignored() -> None:
    stale = [held("10.0.0.0/16", policy_index=5), held("0.0.0.0/0", "TCP", "22", action="DROP", policy_index=0)]
    assert rules_after(applied(updated(stale))) == SHORT_INGRESS


def test_no_egress_block_is_no_egress_rule() -> None:
    planned = applied(updated(TKE_INGRESS, []))
    assert rules_after(planned, direction=Direction.EGRESS) == []
    assert codes(planned) == []


def test_an_update_that_says_what_is_there_changes_nothing() -> None:
    lower = [
        held(str(one["cidr_block"]), str(one["protocol"]).lower(), str(one["port"]), action="accept")
        for one in TKE_INGRESS
    ]
    planned = applied(updated(lower))
    assert planned.snapshot == estate()


def test_a_delete_empties_the_group_in_both_directions() -> None:
    planned = applied(changed("delete", before=rule_set()))
    assert rules_after(planned) == []
    assert rules_after(planned, direction=Direction.EGRESS) == []
    assert effects(planned, ADDRESS) == ["rules-emptied"]


def test_a_forgotten_rule_set_leaves_its_rules_in_the_cloud() -> None:
    planned = applied(changed("forget", before=rule_set()))
    assert planned.snapshot == estate()
    assert planned.irrelevant


def test_a_create_on_an_empty_group_has_its_order() -> None:
    bare = replace(estate(), security_groups=(group(ingress=(), egress=()),))
    planned = applied(changed("create", after=new_rule_set(SHORT, TKE_EGRESS)), on=bare)
    assert rules_after(planned) == SHORT_INGRESS
    assert codes(planned) == []


def test_a_create_on_rules_that_were_there_keeps_an_order_that_makes_no_difference() -> None:
    allow_only = [new("10.0.0.0/16"), new("0.0.0.0/0", "TCP", "443")]
    planned = applied(changed("create", after=new_rule_set(allow_only, TKE_EGRESS)))
    assert rules_after(planned) == ["allow 10.0.0.0/16 all", "allow 0.0.0.0/0 tcp 443-443"]
    assert codes(planned) == []


def test_a_create_on_rules_that_were_there_leaves_open_what_depends_on_its_order() -> None:
    planned = applied(changed("create", after=new_rule_set(SHORT, TKE_EGRESS)))
    assert rules_after(planned) == [
        "unreadable 10.0.0.0-10.0.255.255 tcp 22-22",
        "allow 10.0.0.0/16 all",
        "deny 0.0.0.0/0 tcp 22-22",
    ]
    assert codes(planned) == [("rules-order", "sg-plan0001/ingress")]
    assert effects(planned, ADDRESS) == ["rules", "rules-order"]


def test_a_create_that_says_what_is_there_in_the_same_order_changes_nothing() -> None:
    planned = applied(changed("create", after=new_rule_set(TKE_INGRESS, TKE_EGRESS)))
    assert planned.snapshot == estate()


def test_a_create_without_rules_for_a_direction_that_has_some_does_not_say_what_becomes_of_them() -> None:
    planned = applied(changed("create", after=new_rule_set(TKE_INGRESS)))
    assert rules_after(planned, direction=Direction.EGRESS) == ["unreadable 0.0.0.0/0 all"]
    assert codes(planned) == [("direction-unsent", "sg-plan0001/egress")]


def test_a_replacement_empties_the_old_group_and_fills_the_new_one() -> None:
    moved = changed(
        "delete",
        "create",
        before=rule_set(),
        after=new_rule_set(SHORT, TKE_EGRESS, group=ref("tencentcloud_security_group.blue.id")),
    )
    planned = applied(
        moved,
        security_group("blue"),
        Resource(
            type="tencentcloud_kubernetes_node_pool",
            name="p",
            actions=("create",),
            after=pool([ref("tencentcloud_security_group.blue.id")]),
        ),
        trust=True,
    )
    assert rules_after(planned) == []
    assert rules_after(planned, BLUE) == SHORT_INGRESS
    assert effects(planned, ADDRESS) == ["rules-emptied", "rules"]


def test_a_replacement_for_the_same_group_is_destroyed_before_it_is_made() -> None:
    planned = applied(changed("delete", "create", before=rule_set(), after=new_rule_set(SHORT, TKE_EGRESS)))
    assert rules_after(planned) == SHORT_INGRESS
    assert codes(planned) == []


def test_a_replacement_for_the_same_group_that_is_made_before_it_is_destroyed_empties_it() -> None:
    planned = applied(changed("create", "delete", before=rule_set(), after=new_rule_set(SHORT, TKE_EGRESS)))
    assert rules_after(planned) == []
    assert rules_after(planned, direction=Direction.EGRESS) == []


def test_a_deposed_rule_set_that_is_destroyed_empties_the_group() -> None:
    planned = applied(changed("delete", before=rule_set(), deposed="00000001"))
    assert rules_after(planned) == []


def test_a_deposed_rule_set_beside_one_that_writes_is_not_decided() -> None:
    planned = applied(updated(SHORT), changed("delete", before=rule_set(), deposed="00000001"))
    assert ("rules-contested", "sg-plan0001/ingress") in codes(planned)


def test_two_rule_resources_of_one_group_are_not_decided() -> None:
    second = Resource(type=RULE_SET, name="second", before=rule_set(), after=rule_set())
    planned = applied(updated(SHORT), second)
    assert codes(planned) == [("rules-contested", "sg-plan0001/egress"), ("rules-contested", "sg-plan0001/ingress")]


def test_each_of_two_rule_resources_of_one_group_says_so_and_one_alone_does_not() -> None:
    second = Resource(type=RULE_SET, name="second", actions=("update",), before=rule_set(), after=rule_set(SHORT))
    both = applied(updated(SHORT), second)
    assert effects(both, f"{RULE_SET}.second") == effects(both, updated(SHORT).address) == ["rules-contested"]
    assert "rules-contested" not in effects(applied(updated(SHORT)), updated(SHORT).address)


def test_a_rule_set_that_terraform_forgets_and_makes_for_another_group_contests_no_more() -> None:
    moved = Resource(
        type=RULE_SET,
        name="second",
        actions=("create", "forget"),
        before=rule_set(),
        after=new_rule_set([new("10.0.0.0/8")], [], group=OTHER),
    )
    assert codes(applied(updated(SHORT), moved, on=estate(group(OTHER, ingress=(), egress=())))) == []


def test_two_rule_resources_that_change_nothing_are_left_alone() -> None:
    both = [Resource(type=RULE_SET, name=name, before=rule_set(), after=rule_set()) for name in ("one", "two")]
    assert applied(*both).irrelevant


def test_an_unknown_block_makes_its_own_rule_unreadable() -> None:
    unknown = new(ref("tencentcloud_eip.office.public_ip"), "TCP", "10250")
    planned = applied(updated([*TKE_INGRESS, unknown]))
    assert rules_after(planned)[-1] == "allow ?(IPv4 block known after apply) tcp 10250-10250"
    assert codes(planned) == [("rule-unknown", "sg-plan0001/ingress/6")]


def test_the_address_of_the_caller_is_not_decided() -> None:
    planned = applied(updated([held("MY_PUBLIC_IP", "TCP", "22")]))
    assert rules_after(planned) == ["allow ?MY_PUBLIC_IP tcp 22-22"]
    assert codes(planned) == [("public-ip", "sg-plan0001/ingress/0")]


def test_a_block_that_begins_at_zero_is_any_address() -> None:
    assert rules_after(applied(updated([held("0.0.0.0/8", "TCP", "22")]))) == ["allow 0.0.0.0/0 tcp 22-22"]


def test_a_new_group_as_source_is_its_placeholder() -> None:
    source = new(None, "TCP", "443", source_security_id=ref("tencentcloud_security_group.blue.id"))
    planned = applied(security_group("blue"), updated([source]))
    assert rules_after(planned) == [f"allow {BLUE} tcp 443-443"]
    assert codes(planned) == []


def test_an_omitted_protocol_and_port_in_a_create_are_all() -> None:
    omitted = new("10.0.0.0/16", COMPUTED, COMPUTED)
    planned = applied(updated([omitted]))
    assert rules_after(planned) == ["allow 10.0.0.0/16 all"]
    assert codes(planned) == []


def test_a_rule_past_the_old_end_has_null_for_an_omitted_protocol() -> None:
    assert (
        rules_after(applied(updated([held("10.0.0.0/16"), new("10.1.0.0/16", None, None)])))[1]
        == "allow 10.1.0.0/16 all"
    )


def test_a_protocol_without_a_port_is_every_port_of_it() -> None:
    assert rules_after(applied(updated([new("10.0.0.0/16", "tcp", None)]))) == ["allow 10.0.0.0/16 tcp"]


def test_what_is_planned_counts_and_not_what_was_written() -> None:
    inherited = held("10.0.0.0/16", "ICMP", "22")
    assert rules_after(applied(updated([inherited]))) == ["allow 10.0.0.0/16 icmp"]


def test_a_protocol_that_comes_from_elsewhere_is_not_all() -> None:
    planned = applied(updated([new("10.0.0.0/16", ref("terraform_data.protocol.output"), "80")]))
    assert rules_after(planned) == ["allow 10.0.0.0/16 ?(known after apply)"]
    assert codes(planned) == [("rule-unknown", "sg-plan0001/ingress/0")]


@pytest.mark.parametrize(
    ("block", "code"),
    [
        (held("10.0.0.0/16", source_security_id=OTHER), "rule-refused"),
        (held("10.0.0.0/16", service_template_id="ppm-plan0001"), "rule-refused"),
        (held(""), "rule-unreadable"),
        (held("10.0.0.0/99"), "rule-unreadable"),
        (held("10.0.0.0/16", "SCTP"), "rule-unreadable"),
        (held("10.0.0.0/16", "ALL", "80"), "rule-unreadable"),
        (held("10.0.0.0/16", action="REJECT"), "rule-unreadable"),
    ],
)
def test_rules_without_a_meaning_are_not_decided(block: dict[str, object], code: str) -> None:
    assert codes(applied(updated([block]))) == [(code, "sg-plan0001/ingress/0")]


def test_a_service_template_stands_alone() -> None:
    template = new("10.0.0.0/16", None, None, service_template_id="ppm-plan0001")
    planned = applied(updated([template]))
    assert rules_after(planned) == ["allow 10.0.0.0/16 ppm-plan0001"]
    assert codes(planned) == [("not-read", "ppm-plan0001")]


def dynamic(*blocks: dict[str, object], relevant: tuple[str, str]) -> str:
    made = Resource(
        type=RULE_SET,
        name="node",
        actions=("update",),
        before=rule_set(),
        after=rule_set(list(blocks)),
        dynamic=("ingress",),
    )
    return plan(security_group("blue"), made, relevant=[relevant])


def test_in_a_dynamic_block_an_unknown_protocol_is_all_where_nothing_but_ids_is_unknown() -> None:
    ids = dynamic(new("10.0.0.0/16", COMPUTED, COMPUTED), relevant=("tencentcloud_security_group.blue", "id"))
    assert rules_after(apply.apply(estate(), load(ids), trust_references=False)) == ["allow 10.0.0.0/16 all"]
    ports = dynamic(new("10.0.0.0/16", "TCP", COMPUTED), relevant=("tencentcloud_mysql_instance.db", "intranet_port"))
    planned = apply.apply(estate(), load(ports), trust_references=False)
    assert rules_after(planned) == ["allow 10.0.0.0/16 ?(known after apply)"]


def test_in_a_dynamic_block_an_unknown_source_group_is_the_only_new_group() -> None:
    text = dynamic(new(None, source_security_id=COMPUTED), relevant=("tencentcloud_security_group.blue", "id"))
    assert rules_after(apply.apply(estate(), load(text), trust_references=False)) == [f"allow {BLUE} all"]


def test_a_rule_set_whose_group_cannot_be_traced_makes_the_new_groups_unknown() -> None:
    lost = changed("create", after=new_rule_set(SHORT, TKE_EGRESS, group=ref("local.group")))
    bound = Resource(
        type="tencentcloud_kubernetes_node_pool",
        name="p",
        actions=("create",),
        after=pool([ref("tencentcloud_security_group.blue.id")]),
    )
    planned = applied(security_group("blue"), security_group("green"), lost, bound, trust=True)
    assert ("rules-untargeted", f"{BLUE}/ingress") in codes(planned)


def test_a_rule_set_whose_group_cannot_be_traced_cannot_matter_where_no_new_group_is_bound() -> None:
    lost = changed("create", after=new_rule_set(SHORT, TKE_EGRESS, group=ref("local.group")))
    planned = applied(security_group("blue"), security_group("green"), lost)
    assert planned.irrelevant
    assert planned.snapshot == estate()


def test_a_group_that_nothing_audited_binds_is_no_bearing() -> None:
    other = rule_set(SHORT, group=OTHER)
    planned = applied(changed("update", before=rule_set(group=OTHER), after=other))
    assert planned.irrelevant
    assert planned.snapshot == estate()


def test_descriptions_that_change_are_kept() -> None:
    described = [{**one, "description": f"rule {place}"} for place, one in enumerate(TKE_INGRESS)]
    planned = applied(updated(described))
    found = planned.snapshot.security_groups[0].ingress
    assert isinstance(found, tuple)
    assert [rule.description for rule in found] == [f"rule {place}" for place in range(6)]
