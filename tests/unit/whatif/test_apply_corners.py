"""Corner cases: resources only in the state, removed groups, lists with unknown elements, orders without effect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.rules import Action, Direction, GroupPeer, Member, Membership, Rule, SecurityGroup
from auditor.model.snapshot import Snapshot
from auditor.whatif import apply, rule_effects
from tests.plans.estate import CLUSTER, EVERYTHING, GROUP, INGRESS, OTHER, REGION, estate, group
from tests.plans.plan_json import COMPUTED, Resource, plan, ref
from tests.plans.resources import (
    LITE_RULE,
    NATIVE_POOL_TYPE,
    NODE_POOL,
    RULE_SET,
    SECURITY_GROUP,
    TKE_EGRESS,
    TKE_INGRESS,
    applied,
    bindings,
    codes,
    effects,
    held,
    held_pool,
    load,
    new,
    pool,
    rule_set,
    rules_after,
    security_group,
)


def moved(type_: str, name: str, before: dict[str, object], after: dict[str, object]) -> Resource:
    return Resource(type=type_, name=name, actions=("update",), before=before, after=after)


def everyone_moves() -> list[Resource]:
    native: dict[str, object] = {"id": f"{CLUSTER}#np-plan0002", "cluster_id": CLUSTER}
    found = [
        moved(NODE_POOL, "a", held_pool([GROUP]), held_pool([OTHER])),
        moved(
            NATIVE_POOL_TYPE,
            "b",
            native | {"native": [{"security_group_ids": [GROUP]}]},
            native | {"native": [{"security_group_ids": [OTHER]}]},
        ),
    ]
    for number in (1, 2):
        machine: dict[str, object] = {"id": f"ins-plan000{number}"}
        before = machine | {"orderly_security_groups": [GROUP]}
        found.append(
            moved("tencentcloud_instance", f"i{number}", before, machine | {"orderly_security_groups": [OTHER]})
        )
    return found


def deleted(name: str, group_id: str, *actions: str) -> Resource:
    after = {"id": COMPUTED, "name": name} if "create" in actions else None
    return Resource(type=SECURITY_GROUP, name=name, actions=actions, before={"id": group_id, "name": name}, after=after)


def naming(group_id: str) -> Rule:
    return Rule(index=6, action=Action.ALLOW, peer=GroupPeer(security_group_id=group_id), service=EVERYTHING)


@pytest.mark.parametrize("actions", [("delete",), ("delete", "create")])
def test_a_group_that_a_rule_of_a_bound_group_names_is_in_use(actions: tuple[str, ...]) -> None:
    guest = Membership(
        region=REGION, security_group_id=OTHER, members=(Member(instance_id="ins-vpn", addresses=("192.168.9.9",)),)
    )
    live = estate(group(OTHER))
    live = replace(
        live,
        security_groups=(group(ingress=(*INGRESS, naming(OTHER))), group(OTHER)),
        memberships=(live.memberships[0], guest),
    )
    planned = applied(deleted("src", OTHER, *actions), on=live)
    assert codes(planned) == [("group-in-use", OTHER)]
    assert effects(planned, f"{SECURITY_GROUP}.src") == ["group-in-use"]
    assert planned.resources[0].impact.groups == (GROUP,)
    assert planned.snapshot.memberships == live.memberships
    assert (REGION, OTHER) in planned.snapshot.group_by_id


def test_a_group_that_only_a_group_names_which_goes_as_well_can_be_deleted() -> None:
    third = "sg-plan0003"
    live = estate(group(OTHER, ingress=(naming(third),)), group(third, ingress=(naming(third),)))
    assert codes(applied(deleted("src", third, "delete"), on=live)) == [("group-in-use", third)]
    both = applied(deleted("src", third, "delete"), deleted("b", OTHER, "delete"), on=live)
    assert codes(both) == []
    assert {key[1] for key in both.snapshot.group_by_id} == {GROUP}


def test_a_group_that_nothing_binds_any_more_can_be_deleted() -> None:
    gone = Resource(type=SECURITY_GROUP, name="node", actions=("delete",), before={"id": GROUP, "name": "node"})
    planned = applied(gone, *everyone_moves(), on=estate(group(OTHER)))
    assert [found.security_group_id for found in planned.snapshot.security_groups] == [OTHER]
    assert effects(planned, f"{SECURITY_GROUP}.node") == ["group-out"]
    assert codes(planned) == []


def test_rules_that_stand_in_the_state_alone_are_found() -> None:
    known = Resource(type=RULE_SET, name="other", before=rule_set(TKE_INGRESS[:1], TKE_EGRESS, group=OTHER))
    text = plan(moved(NODE_POOL, "a", held_pool([GROUP]), held_pool([OTHER])), state_only=[known])
    planned = apply.apply(estate(), load(text), trust_references=False)
    assert rules_after(planned, OTHER) == ["allow 172.16.0.0/16 all"]


def test_a_group_that_is_renamed_has_its_new_name() -> None:
    before: dict[str, object] = {"id": GROUP, "name": "node", "description": ""}
    planned = applied(moved(SECURITY_GROUP, "node", before, before | {"name": "worker"}))
    assert planned.snapshot.security_groups[0].name == "worker"
    assert planned.irrelevant


def test_rules_written_to_a_group_that_was_not_read_are_known_where_they_are_whole() -> None:
    made = Resource(
        type="tencentcloud_security_group_rule",
        name="r",
        actions=("create",),
        after={
            "id": COMPUTED,
            "security_group_id": OTHER,
            "type": "ingress",
            "policy": "accept",
            "cidr_ip": "10.0.0.0/8",
            "ip_protocol": "tcp",
            "port_range": "80",
        },
    )
    planned = applied(made, moved(NODE_POOL, "a", held_pool([GROUP]), held_pool([OTHER])))
    found = planned.snapshot.group_by_id[REGION, OTHER]
    assert isinstance(found.ingress, Gap)
    assert codes(planned) == [("not-read", OTHER)]


def test_subnets_that_the_plan_makes_are_known_by_reference() -> None:
    subnet = Resource(
        type="tencentcloud_subnet",
        name="s",
        actions=("create",),
        after={"id": COMPUTED, "vpc_id": "vpc-plan0001", "cidr_block": "10.0.9.0/24"},
    )
    made = Resource(
        type=NODE_POOL, name="b", actions=("create",), after=pool([GROUP], subnet_ids=[ref("tencentcloud_subnet.s.id")])
    )
    planned = applied(subnet, made)
    assert planned.snapshot.clusters[0].networks.subnets.cidrs == ("10.0.1.0/24", "10.0.9.0/24")
    assert codes(planned) == []


def test_a_list_with_a_hole_is_not_known() -> None:
    text = plan(moved(NODE_POOL, "a", held_pool([GROUP]), held_pool([GROUP, OTHER])))
    holed = text.replace('"orderly_security_group_ids": [false, false]', '"orderly_security_group_ids": [false, true]')
    assert holed != text
    planned = apply.apply(estate(), load(holed), trust_references=True)
    assert bindings(planned)["np-plan0001"] == "list-unknown"


def test_blocks_of_the_vpc_that_are_not_known_leave_the_cluster_network_open() -> None:
    before: dict[str, object] = {"id": "vpc-plan0001", "cidr_block": "10.0.0.0/16", "assistant_cidrs": []}
    lost = moved("tencentcloud_vpc", "v", before, before | {"assistant_cidrs": ref("local.blocks")})
    assert codes(applied(lost)) == [("network-unknown", CLUSTER)]
    computed = moved("tencentcloud_vpc", "v", before, before | {"assistant_cidrs": COMPUTED})
    assert codes(applied(computed)) == []


def test_parts_of_a_rule_that_are_unknown_are_told_apart() -> None:
    rules = [
        new("10.0.0.0/16", "ALL", "ALL", action=ref("local.action")),  # type: ignore[arg-type]
        new(None, "TCP", "80", ipv6_cidr_block=ref("local.block")),
        new("10.0.0.0/16", "TCP", ref("terraform_data.port.output")),
        new("10.0.0.0/16", None, None, service_template_id=ref("local.template")),
        new("10.0.0.0/16", ref("local.word"), None, service_template_id="ppm-plan0001"),
    ]
    planned = applied(moved(RULE_SET, "node", rule_set(), rule_set(rules)))
    assert rules_after(planned) == [
        "unreadable 10.0.0.0/16 all",
        "allow ?(IPv6 block known after apply) tcp 80-80",
        "allow 10.0.0.0/16 ?(known after apply)",
        "allow 10.0.0.0/16 ?(known after apply)",
        "allow 10.0.0.0/16 ?(known after apply)",
    ]
    assert [code for code, _ in codes(planned)] == ["rule-unknown"] * 5


def test_a_lite_rule_whose_state_was_emptied_leaves_an_unread_list_alone() -> None:
    gap = Gap(kind=GapKind.UNREAD, region=REGION, resource=f"{GROUP}/ingress", code="PartialAnswer", message="x")
    live = replace(estate(), security_groups=(replace(group(), ingress=gap),))
    lines: dict[str, object] = {"id": GROUP, "security_group_id": GROUP, "egress": ["ACCEPT#0.0.0.0/0#ALL#ALL"]}
    emptied = moved(LITE_RULE, "x", lines | {"ingress": ["ACCEPT#10.0.0.0/8#ALL#ALL"]}, lines | {"ingress": []})
    assert applied(emptied, on=live).snapshot == live


def test_a_created_rule_set_without_ingress_on_an_unread_list_does_not_say_what_is_there() -> None:
    gap = Gap(kind=GapKind.UNREAD, region=REGION, resource=f"{GROUP}/ingress", code="PartialAnswer", message="x")
    live = replace(estate(), security_groups=(replace(group(), ingress=gap),))
    made = rule_set([], TKE_EGRESS) | {"id": COMPUTED, "version": COMPUTED}
    planned = applied(Resource(type=RULE_SET, name="x", actions=("create",), after=made), on=live)
    assert codes(planned) == [("direction-unsent", f"{GROUP}/{Direction.INGRESS}")]


def test_the_order_of_groups_matters_where_one_was_not_read() -> None:
    snapshot = Snapshot(regions=(REGION,), security_groups=(group(), group(OTHER)))
    assert not rule_effects.order_matters([(REGION, GROUP), (REGION, OTHER)], snapshot)
    assert rule_effects.order_matters([(REGION, GROUP), (REGION, "sg-unread")], snapshot)
    gap = Gap(kind=GapKind.UNREAD, region=REGION, resource=GROUP, code="x", message="x")
    unread = SecurityGroup(region=REGION, security_group_id=OTHER, ingress=gap, egress=())
    assert rule_effects.order_matters(
        [(REGION, GROUP), (REGION, OTHER)], replace(snapshot, security_groups=(group(), unread))
    )


def test_an_output_that_a_module_does_not_have_leads_nowhere() -> None:
    lost = moved(RULE_SET, "node", rule_set(), rule_set([held("10.0.0.0/16"), new(ref("module.net.missing"))]))
    planned = applied(security_group("blue"), lost)
    assert codes(planned) == [("rule-unknown", f"{GROUP}/ingress/1")]
