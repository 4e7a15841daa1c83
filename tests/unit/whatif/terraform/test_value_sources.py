"""Unknown values whose source a plan does not show: the values that they can have decide which gaps remain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.whatif import apply
from auditor.whatif.planned import Planned
from tests.plans.estate import GROUP, estate
from tests.plans.plan_json import COMPUTED, Resource, plan, ref
from tests.plans.resources import (
    LITE_RULE,
    NODE_POOL,
    RULE_SET,
    SINGLE_RULE,
    TKE_EGRESS,
    TKE_INGRESS,
    applied,
    codes,
    effects,
    load,
    new,
    new_rule_set,
    pool,
    rules_after,
    security_group,
)

OUTPUT = ref("terraform_data.wait.output")
WAIT = Resource(
    type="terraform_data",
    name="wait",
    actions=("create",),
    after={"id": COMPUTED, "input": "x", "output": COMPUTED},
)
ATTACHMENT = "tencentcloud_cvm_security_group_attachment"
BLUE = "(tencentcloud_security_group.blue)"
WHOLE = [new("0.0.0.0/0")]


def made(type_: str, after: dict[str, object], dynamic: tuple[str, ...] = ()) -> Resource:
    return Resource(type=type_, name="x", actions=("create",), after=after, dynamic=dynamic)


def single(cidr: str, group: object = OUTPUT, port: str = "10250") -> Resource:
    rule = {"type": "ingress", "policy": "ACCEPT", "cidr_ip": cidr, "ip_protocol": "TCP", "port_range": port}
    return made(SINGLE_RULE, {"id": COMPUTED, "security_group_id": group, **rule})


def lite(group: object) -> Resource:
    lists = {"ingress": ["ACCEPT#0.0.0.0/0#ALL#ALL"], "egress": []}
    return made(LITE_RULE, {"id": COMPUTED, "security_group_id": group, **lists})


def rule_set(group: object) -> Resource:
    return made(RULE_SET, new_rule_set(WHOLE, WHOLE, group=group))


def relevant(*resources: Resource, names: list[tuple[str, str]], trust: bool = False) -> Planned:
    return apply.apply(estate(), load(plan(*resources, relevant=names)), trust_references=trust)


def test_a_rule_that_may_be_put_into_a_group_beside_one_that_is_leaves_the_whole_open() -> None:
    """Nobody can tell at which places the two end up."""
    known = made(SINGLE_RULE, dict(single("10.9.0.0/16", group=GROUP).after or {}))
    planned = applied(WAIT, replace(known, name="y"), single("10.8.0.0/16"))
    assert codes(planned) == [("rules-untargeted", f"{GROUP}/egress"), ("rules-untargeted", f"{GROUP}/ingress")]


@pytest.mark.parametrize("write", [rule_set, lite], ids=["rule set", "lite rule"])
def test_whole_lists_of_a_group_that_cannot_be_told_leave_every_group_open(write: object) -> None:
    assert callable(write)
    planned = applied(WAIT, write(OUTPUT))
    assert codes(planned) == [("rules-untargeted", f"{GROUP}/egress"), ("rules-untargeted", f"{GROUP}/ingress")]
    assert effects(planned, write(OUTPUT).address) == ["rules-untargeted"]


def test_a_single_rule_of_a_group_that_cannot_be_told_leaves_open_what_it_matches() -> None:
    planned = applied(WAIT, single("0.0.0.0/0"))
    assert codes(planned) == [("rules-untargeted", f"{GROUP}/ingress")]
    assert rules_after(planned)[0] == "unreadable 0.0.0.0/0 tcp 10250-10250"
    assert len(rules_after(planned)) == len(TKE_INGRESS) + 1


def test_an_object_that_holds_group_ids_may_give_that_of_any_group() -> None:
    machine = Resource(
        type="tencentcloud_instance",
        name="i",
        actions=("create",),
        after={"id": COMPUTED, "orderly_security_groups": COMPUTED},
    )
    planned = applied(machine, rule_set(ref("tencentcloud_instance.i.orderly_security_groups")))
    assert ("rules-untargeted", f"{GROUP}/ingress") in codes(planned)


def bound(group: object) -> Resource:
    return Resource(type=NODE_POOL, name="p", actions=("create",), after=pool([group]))


def test_a_local_is_the_only_new_group_where_the_plan_takes_no_other_value() -> None:
    blue = security_group("blue")
    wanted = [blue, rule_set(ref("local.group")), bound(ref("tencentcloud_security_group.blue.id"))]
    told = relevant(*wanted, names=[("tencentcloud_security_group.blue", "id")], trust=True)
    assert rules_after(told, BLUE) == ["allow 0.0.0.0/0 all"]
    lost = relevant(*wanted, names=[("terraform_data.wait", "output")], trust=True)
    assert ("rules-untargeted", f"{GROUP}/ingress") in codes(lost)


@pytest.mark.parametrize("name", ["terraform_data.wait", "data.external.groups", "data.tencentcloud_instances.i"])
def test_a_source_group_out_of_a_dynamic_block_may_be_another_than_the_new_one(name: str) -> None:
    change = Resource(
        type=RULE_SET,
        name="node",
        actions=("update",),
        before=new_rule_set(TKE_INGRESS, TKE_EGRESS) | {"id": GROUP, "version": "6"},
        after=new_rule_set([*TKE_INGRESS, new(None, source_security_id=COMPUTED)], TKE_EGRESS),
        dynamic=("ingress",),
    )
    planned = relevant(security_group("blue"), change, names=[(name, "output")])
    assert rules_after(planned)[-1] == "allow ?(known after apply) all"


def test_a_pool_of_a_cluster_that_cannot_be_told_is_a_gap() -> None:
    planned = applied(WAIT, made(NODE_POOL, pool([GROUP], cluster=OUTPUT)))
    assert codes(planned) == [("cluster-untraced", f"({NODE_POOL}.x)")]
    assert effects(planned, f"{NODE_POOL}.x") == ["cluster-untraced"]


def attached(instance: object) -> Resource:
    return made(ATTACHMENT, {"id": COMPUTED, "instance_id": instance, "security_group_id": GROUP})


def test_an_association_with_a_machine_that_cannot_be_told_is_a_gap() -> None:
    planned = applied(WAIT, attached(OUTPUT))
    assert codes(planned) == [("instance-untraced", f"({ATTACHMENT}.x)")]
    assert "instance-untraced" in effects(planned, f"{ATTACHMENT}.x")


def test_an_association_that_can_only_be_with_a_new_machine_is_no_gap() -> None:
    machines = [
        Resource(type="tencentcloud_instance", name=name, actions=("create",), after={"id": COMPUTED})
        for name in ("one", "two")
    ]
    names = [(machine.address, "id") for machine in machines]
    assert "instance-untraced" not in [
        code for code, _ in codes(relevant(*machines, attached(ref("local.i")), names=names))
    ]


def dynamic(*blocks: dict[str, object]) -> Resource:
    return Resource(
        type=RULE_SET,
        name="node",
        actions=("update",),
        before={**new_rule_set(TKE_INGRESS, TKE_EGRESS), "id": GROUP, "version": "6"},
        after=new_rule_set(list(blocks), TKE_EGRESS),
        dynamic=("ingress",),
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (("tencentcloud_eip.office", "public_ip"), "allow 10.0.0.0/16 all"),
        (("tencentcloud_mysql_instance.db", "intranet_port"), "allow 10.0.0.0/16 ?(known after apply)"),
        (("terraform_data.wait", "output"), "allow 10.0.0.0/16 ?(known after apply)"),
    ],
)
def test_an_unknown_protocol_of_a_dynamic_block_was_not_written_where_nothing_could_give_it(
    source: tuple[str, str], expected: str
) -> None:
    assert rules_after(relevant(dynamic(new("10.0.0.0/16", COMPUTED, COMPUTED)), names=[source])) == [expected]


def test_without_relevant_attributes_every_unknown_attribute_may_be_a_source() -> None:
    change = dynamic(new("10.0.0.0/16", COMPUTED, COMPUTED))
    assert rules_after(applied(change)) == ["allow 10.0.0.0/16 all"]
    assert rules_after(applied(WAIT, change)) == ["allow 10.0.0.0/16 ?(known after apply)"]
    late = Resource(
        type="tencentcloud_mysql_instance",
        name="db",
        mode="data",
        actions=("read",),
        after={"id": COMPUTED, "instance_list": COMPUTED},
    )
    assert rules_after(applied(late, change)) == ["allow 10.0.0.0/16 ?(known after apply)"]
