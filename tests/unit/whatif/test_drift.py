"""Live state that differs from the state that a plan was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from auditor.model.clusters import Attachment, PodBinding
from auditor.model.rules import AddressTemplate, AddressTemplatePeer
from tests.plans.estate import CLUSTER, GROUP, INGRESS, OTHER, REGION, estate, group
from tests.plans.plan_json import Resource
from tests.plans.resources import LITE_RULE, NODE_POOL, RULE_SET, TKE_INGRESS, applied, held, held_pool, rule_set
from tests.plans.samples import everything


def unchanged(type_: str, held_now: Mapping[str, object]) -> Resource:
    return Resource(type=type_, name="x", before=held_now, after=held_now)


def drifted(*resources: Resource, **more: object) -> list[tuple[str, str, str]]:
    return [(one.address, one.resource, one.message_id) for one in applied(*resources, **more).drift]  # type: ignore[arg-type]


def test_rules_as_they_were_are_no_drift() -> None:
    assert drifted(unchanged(RULE_SET, rule_set())) == []


def test_case_description_index_and_version_are_no_drift() -> None:
    spelled = [
        {**one, "protocol": str(one["protocol"]).lower(), "action": "accept", "description": "x", "policy_index": 40}
        for one in TKE_INGRESS
    ]
    assert drifted(unchanged(RULE_SET, rule_set(spelled, version="99"))) == []


@pytest.mark.parametrize(
    "state", [TKE_INGRESS[:5], TKE_INGRESS[::-1], [*TKE_INGRESS[:5], held("0.0.0.0/0", "TCP", "443")]]
)
def test_other_rules_or_another_order_are_drift(state: list[dict[str, object]]) -> None:
    assert drifted(unchanged(RULE_SET, rule_set(state))) == [(f"{RULE_SET}.x", GROUP, "change-drift-rules")]


def test_a_source_that_the_provider_lost_when_it_read_back_is_no_drift() -> None:
    lost = [held("", "ALL", "ALL"), *TKE_INGRESS[1:]]
    assert drifted(unchanged(RULE_SET, rule_set(lost))) == []


def test_a_rule_set_that_is_to_be_updated_drifts_too() -> None:
    update = Resource(
        type=RULE_SET, name="x", actions=("update",), before=rule_set(TKE_INGRESS[:2]), after=rule_set(TKE_INGRESS[:1])
    )
    assert drifted(update) == [(f"{RULE_SET}.x", GROUP, "change-drift-rules")]


def test_lite_rules_drift() -> None:
    lines = {"id": GROUP, "security_group_id": GROUP, "ingress": ["ACCEPT#10.0.0.0/8#ALL#ALL"], "egress": []}
    assert drifted(unchanged(LITE_RULE, lines)) == [(f"{LITE_RULE}.x", GROUP, "change-drift-rules")]


def test_a_pool_that_binds_other_groups_than_the_state_says_is_drift() -> None:
    assert drifted(unchanged(NODE_POOL, held_pool([GROUP]))) == []
    assert drifted(unchanged(NODE_POOL, held_pool([OTHER]))) == [(f"{NODE_POOL}.x", "np-plan0001", "change-drift-list")]


def test_a_scaling_configuration_drifts_in_the_pools_that_launch_from_it() -> None:
    config = {"id": "asc-plan0001", "security_group_ids": [OTHER]}
    assert drifted(unchanged("tencentcloud_as_scaling_config", config)) == [
        ("tencentcloud_as_scaling_config.x", "np-plan0001", "change-drift-list")
    ]


def test_an_instance_that_binds_other_groups_is_drift_in_order_where_the_order_counts() -> None:
    live = estate(group(OTHER))
    bound = replace(live.clusters[0].nodes[0], security_groups=(GROUP, OTHER))
    live = replace(live, clusters=(replace(live.clusters[0], nodes=(bound,)),))
    ordered = {"id": "ins-plan0001", "orderly_security_groups": [OTHER, GROUP]}
    unordered = {"id": "ins-plan0001", "orderly_security_groups": [], "security_groups": [OTHER, GROUP]}
    attached = {"id": "x", "cluster_id": CLUSTER, "instance_id": "ins-plan0001", "security_groups": [OTHER, GROUP]}
    assert drifted(unchanged("tencentcloud_instance", ordered), on=live) == [
        ("tencentcloud_instance.x", "ins-plan0001", "change-drift-list")
    ]
    assert drifted(unchanged("tencentcloud_instance", unordered), on=live) == []
    assert drifted(unchanged("tencentcloud_kubernetes_cluster_attachment", attached), on=live) == []


def test_a_template_with_other_entries_is_drift() -> None:
    template = AddressTemplate(region=REGION, template_id="ipm-plan0001", entries=("192.168.1.0/24",))
    live = replace(estate(), address_templates=(template,))
    same = {"id": "ipm-plan0001", "addresses": ["192.168.1.9/24"]}
    other = {"id": "ipm-plan0001", "addresses_extra": [{"address": "192.168.2.0/24"}]}
    assert drifted(unchanged("tencentcloud_address_template", same), on=live) == []
    assert drifted(unchanged("tencentcloud_address_extra_template", other), on=live) == [
        ("tencentcloud_address_extra_template.x", "ipm-plan0001", "change-drift-template")
    ]


def test_a_group_that_was_not_read_cannot_drift() -> None:
    assert drifted(unchanged(RULE_SET, rule_set([], group="sg-elsewhere"))) == []


def test_drift_of_what_an_audited_stack_binds_has_a_bearing_though_the_plan_leaves_it_alone() -> None:
    for left_alone, address in (
        (unchanged(RULE_SET, rule_set(TKE_INGRESS[:5])), f"{RULE_SET}.x"),
        (unchanged(NODE_POOL, held_pool([OTHER])), f"{NODE_POOL}.x"),
    ):
        planned = applied(left_alone)
        assert not planned.irrelevant
        assert [(one.address, one.actions, one.effects) for one in planned.resources] == [(address, ("no-op",), ())]
        assert planned.snapshot == estate()


def test_drift_of_a_template_bears_where_a_bound_group_names_it() -> None:
    template = AddressTemplate(region=REGION, template_id="ipm-plan0001", entries=("192.168.1.0/24",))
    state = unchanged("tencentcloud_address_template", {"id": "ipm-plan0001", "addresses": ["192.168.2.0/24"]})
    live = replace(estate(), address_templates=(template,))
    assert applied(state, on=live).irrelevant
    named = replace(INGRESS[1], peer=AddressTemplatePeer(template_id="ipm-plan0001"))
    live = replace(live, security_groups=(group(ingress=(named,)),))
    assert [one.address for one in applied(state, on=live).resources] == ["tencentcloud_address_template.x"]


def test_drift_of_a_group_that_nothing_audited_binds_has_no_bearing() -> None:
    planned = applied(unchanged(RULE_SET, rule_set([], group=OTHER)), on=estate(group(OTHER)))
    assert [one.resource for one in planned.drift] == [OTHER]
    assert planned.irrelevant


@pytest.mark.parametrize(
    ("type_", "resource", "attribute"),
    [
        ("tencentcloud_eni", "eni-plan0001", "orderly_security_groups"),
        ("tencentcloud_eni", "eni-plan0001", "security_groups"),
        ("tencentcloud_clb_instance", "lb-plan0001", "security_groups"),
    ],
)
def test_another_list_of_an_interface_or_load_balancer_is_drift(type_: str, resource: str, attribute: str) -> None:
    live = {"eni-plan0001": GROUP, "lb-plan0001": OTHER}[resource]
    same, other = ({"id": resource, attribute: [group_id]} for group_id in (live, "sg-plan0009"))
    assert drifted(unchanged(type_, same), on=everything()) == []
    assert drifted(unchanged(type_, other), on=everything()) == [(f"{type_}.x", resource, "change-drift-list")]


def test_another_list_of_a_pool_of_super_nodes_is_drift() -> None:
    binding = PodBinding(source_id="np-super001", attachment=Attachment.SUPER_NODE_PODS, security_groups=(OTHER, GROUP))
    live = estate(group(OTHER))
    live = replace(live, clusters=(replace(live.clusters[0], pod_bindings=(binding,)),))
    type_, own = "tencentcloud_kubernetes_serverless_node_pool", {"id": f"{CLUSTER}#np-super001"}
    same, other = (own | {"security_group_ids": groups} for groups in ([OTHER, GROUP], [GROUP, OTHER]))
    assert drifted(unchanged(type_, same), on=live) == []
    assert drifted(unchanged(type_, other), on=live) == [(f"{type_}.x", "np-super001", "change-drift-list")]
