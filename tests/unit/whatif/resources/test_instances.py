"""Changes of instances, network interfaces and security group attachments."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.rules import Action, GroupPeer, Member, Membership, Rule
from auditor.model.snapshot import Snapshot
from auditor.whatif import apply
from auditor.whatif.planned import Planned
from tests.plans.estate import EVERYTHING, GROUP, INGRESS, OTHER, REGION, VPC, estate, group, rule
from tests.plans.plan_json import COMPUTED, Resource, plan, ref
from tests.plans.resources import applied, bindings, codes, effects, load, security_group

INSTANCE = "tencentcloud_instance"
ATTACHMENT = "tencentcloud_cvm_security_group_attachment"
ENI = "tencentcloud_eni"
ENI_ATTACHMENT = "tencentcloud_eni_sg_attachment"
BLUE_ID = ref("tencentcloud_security_group.blue.id")

DENYING = group(OTHER, ingress=(rule(0, "10.0.0.0/16", allow=False),))


def instance(
    *actions: str, before: object = None, after: object = None, type_: str = INSTANCE, name: str = "w"
) -> Resource:
    return Resource(type=type_, name=name, actions=actions, before=before, after=after)  # type: ignore[arg-type]


def held(ordered: object, legacy: object = None, **more: object) -> dict[str, object]:
    lists = {"orderly_security_groups": ordered, "security_groups": ordered if legacy is None else legacy}
    return {"id": "ins-plan0001", "project_id": 0, "vpc_id": VPC, "private_ip": "10.0.1.11"} | lists | more


def members(snapshot: Snapshot, group_id: str) -> list[str]:
    found = snapshot.membership_by_id[REGION, group_id].members
    return [member.instance_id or member.interface_id for member in found]


def test_a_changed_list_reaches_the_running_node_at_once() -> None:
    planned = applied(
        instance("update", before=held([GROUP]), after=held([OTHER, GROUP], legacy=[GROUP])), on=estate(DENYING)
    )
    assert bindings(planned)["ins-plan0001"] == (OTHER, GROUP)
    assert bindings(planned)["ins-plan0002"] == (GROUP,)
    assert codes(planned) == []
    assert planned.resources[0].impact.nodes == ("ins-plan0001",)
    assert effects(planned, f"{INSTANCE}.w") == ["node", "member"]


def test_a_machine_that_leaves_a_group_is_no_member_of_it_any_more() -> None:
    planned = applied(instance("update", before=held([GROUP]), after=held([OTHER])), on=estate(DENYING))
    assert members(planned.snapshot, GROUP) == ["ins-plan0002"]
    assert members(planned.snapshot, OTHER) == ["ins-plan0001"]
    assert planned.snapshot.membership_by_id[REGION, OTHER].members[0].addresses == ("10.0.1.11",)


def test_the_order_of_a_set_is_open_where_it_makes_a_difference() -> None:
    update = instance("update", before=held([], [GROUP]), after=held([], [GROUP, OTHER]))
    assert bindings(applied(update, on=estate(DENYING)))["ins-plan0001"] == "list-order"
    assert bindings(applied(update, on=estate(group(OTHER))))["ins-plan0001"] == (GROUP, OTHER)


def test_a_set_with_what_is_bound_already_changes_nothing() -> None:
    two = estate(DENYING)
    bound = replace(two.clusters[0].nodes[0], security_groups=(OTHER, GROUP))
    live = replace(two, clusters=(replace(two.clusters[0], nodes=(bound, two.clusters[0].nodes[1])),))
    planned = applied(instance("update", before=held([], [GROUP]), after=held([], [GROUP, OTHER])), on=live)
    assert bindings(planned)["ins-plan0001"] == (OTHER, GROUP)
    assert codes(planned) == []


def test_an_emptied_list_of_a_machine_is_not_decided() -> None:
    planned = applied(instance("update", before=held([GROUP]), after=held([])))
    assert bindings(planned)["ins-plan0001"] == "list-emptied"


def test_a_machine_that_moves_to_another_project_loses_its_groups() -> None:
    planned = applied(instance("update", before=held([GROUP]), after=held([GROUP], project_id=7)))
    assert bindings(planned)["ins-plan0001"] == "project-moved"


def test_a_new_machine_in_a_group_of_the_cluster_is_a_member() -> None:
    after = {
        "id": COMPUTED,
        "orderly_security_groups": [GROUP],
        "security_groups": COMPUTED,
        "instance_name": "db",
        "vpc_id": VPC,
    }
    planned = applied(instance("create", after=after))
    assert members(planned.snapshot, GROUP) == ["ins-plan0001", "ins-plan0002", f"({INSTANCE}.w)"]
    assert effects(planned, f"{INSTANCE}.w") == ["member-in"]
    assert codes(planned) == []


def test_a_reference_proves_that_a_new_machine_is_a_member() -> None:
    named = {"id": "sg-plan0001", "name": "node"}
    known = Resource(type="tencentcloud_security_group", name="node", before=named, after=named)
    groups = [ref("tencentcloud_security_group.node.id"), BLUE_ID]
    after = {"id": COMPUTED, "orderly_security_groups": groups, "security_groups": COMPUTED, "vpc_id": VPC}
    planned = applied(known, security_group("blue"), instance("create", after=after))
    assert members(planned.snapshot, GROUP)[-1] == f"({INSTANCE}.w)"


def test_a_new_machine_elsewhere_is_no_bearing() -> None:
    after = {"id": COMPUTED, "orderly_security_groups": ["sg-elsewhere"], "security_groups": COMPUTED}
    assert applied(instance("create", after=after)).irrelevant


def self_reference() -> Snapshot:
    own = Rule(index=6, action=Action.ALLOW, peer=GroupPeer(security_group_id=GROUP), service=EVERYTHING)
    return replace(estate(), security_groups=(group(ingress=(*INGRESS[2:], replace(own, index=4))),))


def test_an_address_yet_unknown_leaves_open_what_the_group_as_source_lets_in() -> None:
    after = {
        "id": COMPUTED,
        "orderly_security_groups": [GROUP],
        "security_groups": COMPUTED,
        "vpc_id": VPC,
        "private_ip": COMPUTED,
    }
    planned = applied(instance("create", after=after), on=self_reference())
    assert codes(planned) == [("members-unknown", f"{GROUP}/ingress/4")]
    elsewhere = applied(instance("create", after=after | {"vpc_id": "vpc-elsewhere"}), on=self_reference())
    assert codes(elsewhere) == [("members-unknown", GROUP)]
    assert members(elsewhere.snapshot, GROUP) == ["ins-plan0001", "ins-plan0002", f"({INSTANCE}.w)"]


def test_a_known_address_of_a_new_machine_counts_at_once() -> None:
    after = {"id": COMPUTED, "orderly_security_groups": [GROUP], "security_groups": COMPUTED, "private_ip": "10.0.1.77"}
    planned = applied(instance("create", after=after), on=self_reference())
    assert codes(planned) == []
    assert planned.snapshot.membership_by_id[REGION, GROUP].members[-1].addresses == ("10.0.1.77",)


def test_a_deleted_machine_is_no_node_and_no_member() -> None:
    planned = applied(instance("delete", before=held([GROUP])))
    assert "ins-plan0001" not in bindings(planned)
    assert members(planned.snapshot, GROUP) == ["ins-plan0002"]
    assert effects(planned, f"{INSTANCE}.w") == ["node-out", "member-out"]


def test_a_set_of_machines_never_sends_another_list() -> None:
    before = {"id": "x", "instance_ids": ["ins-plan0001"], "security_groups": [GROUP]}
    planned = applied(
        instance(
            "update", before=before, after=before | {"security_groups": [OTHER]}, type_="tencentcloud_instance_set"
        )
    )
    assert planned.snapshot == estate()
    assert effects(planned, "tencentcloud_instance_set.w") == ["not-sent"]


def test_a_set_of_machines_binds_its_list_when_it_is_made() -> None:
    after = {"id": COMPUTED, "instance_ids": COMPUTED, "security_groups": [GROUP], "vpc_id": VPC}
    planned = applied(instance("create", after=after, type_="tencentcloud_instance_set"))
    assert members(planned.snapshot, GROUP)[-1] == "(tencentcloud_instance_set.w)"
    gone = instance("delete", before={"id": "x", "instance_ids": ["ins-plan0002"]}, type_="tencentcloud_instance_set")
    assert "ins-plan0002" not in bindings(applied(gone))


def attachment(action: str, group_id: object = OTHER, name: str = "a") -> Resource:
    pair = {"instance_id": "ins-plan0001", "security_group_id": group_id}
    if action == "create":
        return instance("create", after={"id": COMPUTED} | pair, type_=ATTACHMENT, name=name)
    return instance("delete", before={"id": f"ins-plan0001#{group_id}"} | pair, type_=ATTACHMENT, name=name)


def test_an_attached_group_comes_last() -> None:
    planned = applied(attachment("create"), on=estate(DENYING))
    assert bindings(planned)["ins-plan0001"] == (GROUP, OTHER)
    assert members(planned.snapshot, OTHER) == ["ins-plan0001"]
    assert effects(planned, f"{ATTACHMENT}.a") == ["node"]


def test_a_detached_group_goes() -> None:
    planned = applied(attachment("delete", GROUP))
    assert bindings(planned)["ins-plan0001"] == ()
    assert members(planned.snapshot, GROUP) == ["ins-plan0002"]


def test_several_attached_groups_have_no_assured_order() -> None:
    third = group("sg-plan0003")
    both = (attachment("create"), attachment("create", "sg-plan0003", name="b"))
    assert bindings(applied(*both, on=estate(DENYING, third)))["ins-plan0001"] == "list-order"
    assert bindings(applied(*both, on=estate(group(OTHER), third)))["ins-plan0001"] == (GROUP, OTHER, "sg-plan0003")


def test_an_attachment_beside_a_changed_list_is_not_decided() -> None:
    update = instance("update", before=held([GROUP]), after=held([OTHER]))
    planned = applied(update, attachment("create", "sg-plan0003"), on=estate(DENYING, group("sg-plan0003")))
    assert bindings(planned)["ins-plan0001"] == "instance-contested"


def test_an_attached_group_that_is_not_known_makes_the_list_unknown() -> None:
    planned = applied(security_group("blue"), security_group("green"), attachment("create", ref("local.group")))
    assert bindings(planned)["ins-plan0001"] == "list-unknown"


def with_interface() -> Snapshot:
    found = self_reference()
    eni = Member(instance_id="ins-plan0001", interface_id="eni-plan0001", addresses=("10.0.5.5",))
    memberships = (replace(found.memberships[0], members=(*found.memberships[0].members, eni)),)
    return replace(found, memberships=(*memberships, Membership(region=REGION, security_group_id=OTHER, members=())))


def eni(ordered: object, legacy: object = None, **more: object) -> dict[str, object]:
    lists = {"orderly_security_groups": ordered, "security_groups": ordered if legacy is None else legacy}
    return {"id": "eni-plan0001", "vpc_id": VPC} | lists | more


def test_an_interface_takes_its_addresses_to_its_new_group() -> None:
    planned = applied(instance("update", before=eni([GROUP]), after=eni([OTHER]), type_=ENI), on=with_interface())
    assert members(planned.snapshot, GROUP) == ["ins-plan0001", "ins-plan0002"]
    assert effects(planned, f"{ENI}.w") == ["member", "interface"]
    assert bindings(planned)["ins-plan0001"] == (GROUP,)


def test_a_machine_that_moves_leaves_its_further_interfaces_where_they_are() -> None:
    planned = applied(instance("update", before=held([GROUP]), after=held([OTHER])), on=with_interface())
    left = planned.snapshot.membership_by_id[REGION, GROUP].members
    assert [member.interface_id or member.instance_id for member in left] == ["ins-plan0002", "eni-plan0001"]


def test_an_emptied_list_of_an_interface_is_not_sent() -> None:
    planned = applied(instance("update", before=eni([GROUP]), after=eni([]), type_=ENI), on=with_interface())
    assert planned.snapshot == with_interface()


def test_a_new_interface_with_its_address_is_a_member() -> None:
    after = {
        "id": COMPUTED,
        "vpc_id": VPC,
        "orderly_security_groups": [GROUP],
        "security_groups": COMPUTED,
        "ipv4s": [{"ip": "10.0.5.9", "primary": True}],
    }
    planned = applied(instance("create", after=after, type_=ENI), on=with_interface())
    assert members(planned.snapshot, GROUP)[-1] == f"({ENI}.w)"
    assert codes(planned) == []


def test_a_deleted_interface_is_no_member() -> None:
    planned = applied(instance("delete", before=eni([GROUP]), type_=ENI), on=with_interface())
    assert members(planned.snapshot, GROUP) == ["ins-plan0001", "ins-plan0002"]


def test_an_interface_of_unknown_groups_may_join_and_leave() -> None:
    after = eni(ref("local.groups"))
    planned = applied(instance("update", before=eni([GROUP]), after=after, type_=ENI), on=with_interface())
    assert codes(planned) == [("list-unknown", "eni-plan0001"), ("members-unknown", GROUP)]


def test_groups_attached_to_an_interface_make_it_a_member() -> None:
    pair = {"network_interface_ids": ["eni-plan0001"], "security_group_ids": [OTHER]}
    named = replace(INGRESS[0], index=5, peer=GroupPeer(security_group_id=OTHER))
    live = replace(with_interface(), security_groups=(group(ingress=(*INGRESS[1:], named)),))
    planned = applied(instance("create", after={"id": COMPUTED} | pair, type_=ENI_ATTACHMENT), on=live)
    assert planned.snapshot.membership_by_id[REGION, OTHER].members[0].addresses == ("10.0.5.5",)
    gone = instance(
        "delete", before={"id": "eni-plan0001"} | pair | {"security_group_ids": [GROUP]}, type_=ENI_ATTACHMENT
    )
    assert "eni-plan0001" not in [
        member.interface_id for member in applied(gone, on=live).snapshot.membership_by_id[REGION, GROUP].members
    ]


UNKNOWN_SOURCE = [("data.external.groups", "result")]


def applied_with_unknown_ids(*resources: Resource) -> Planned:
    return apply.apply(estate(), load(plan(*resources, relevant=UNKNOWN_SOURCE)), trust_references=False)


@pytest.mark.parametrize(
    ("type_", "actions", "before", "after"),
    [
        (INSTANCE, ("create",), None, held(ref("local.groups"), legacy=COMPUTED, id=COMPUTED)),
        (
            INSTANCE,
            ("update",),
            held([OTHER], id="ins-else0001"),
            held(ref("local.groups"), [OTHER], id="ins-else0001"),
        ),
        (ENI, ("create",), None, held(ref("local.groups"), legacy=COMPUTED, id=COMPUTED)),
        (
            ATTACHMENT,
            ("create",),
            None,
            {"id": COMPUTED, "instance_id": "ins-else0001", "security_group_id": ref("local.group")},
        ),
    ],
)
def test_a_machine_that_may_join_the_group_of_a_node_is_a_gap(
    type_: str, actions: tuple[str, ...], before: object, after: object
) -> None:
    change = instance(*actions, before=before, after=after, type_=type_)
    assert codes(applied_with_unknown_ids(change)) == [("list-unknown", f"({type_}.w)")]
    only_made = plan(change, security_group("blue"), relevant=[("tencentcloud_security_group.blue", "id")])
    assert codes(apply.apply(estate(), load(only_made), trust_references=False)) == []


def test_a_machine_that_moves_to_other_groups_keeps_its_known_address() -> None:
    outside = Member(instance_id="ins-else0001", addresses=("10.0.9.1",))
    live = estate(group(OTHER))
    live = replace(live, memberships=(live.memberships[0], replace(live.memberships[1], members=(outside,))))
    before, after = held([OTHER], id="ins-else0001"), held([GROUP], legacy=[OTHER], id="ins-else0001")
    planned = applied(instance("update", before=before, after=after), on=live)
    assert outside in planned.snapshot.membership_by_id[REGION, GROUP].members
    assert codes(planned) == []


@pytest.mark.parametrize("action", ["create", "update"])
def test_a_machine_outside_whose_list_is_known_by_reference_may_be_in_the_group_of_a_node(action: str) -> None:
    """``[new.id, "sg-plan0001"]`` and ``[new.id]`` are printed alike."""
    after = {"orderly_security_groups": [BLUE_ID], "security_groups": COMPUTED, "vpc_id": VPC}
    before = {"id": "ins-outside1", "orderly_security_groups": ["sg-far"], "security_groups": [], "vpc_id": VPC}
    machine = instance("create", after=after | {"id": COMPUTED})
    if action == "update":
        machine = instance("update", before=before, after=before | after)
    planned = applied(security_group("blue"), machine)
    assert codes(planned) == [("list-by-reference", f"({INSTANCE}.w)")]
    assert codes(applied(security_group("blue"), machine, trust=True)) == []


def test_a_machine_of_another_vpc_or_certainly_in_the_group_of_a_node_leaves_no_gap() -> None:
    after = {"id": COMPUTED, "orderly_security_groups": [BLUE_ID], "security_groups": COMPUTED}
    elsewhere = instance("create", after=after | {"vpc_id": "vpc-elsewhere"})
    assert codes(applied(security_group("blue"), elsewhere)) == []
    named = {"id": GROUP, "name": "node"}
    known = Resource(type="tencentcloud_security_group", name="node", before=named, after=named)
    both = [ref("tencentcloud_security_group.node.id"), BLUE_ID]
    foreign = instance("create", after=after | {"vpc_id": VPC, "orderly_security_groups": both})
    planned = applied(known, security_group("blue"), foreign)
    assert codes(planned) == []
    assert members(planned.snapshot, GROUP)[-1] == f"({INSTANCE}.w)"
