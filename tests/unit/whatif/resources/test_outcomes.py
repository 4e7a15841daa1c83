"""The outcome of every sample plan: the effects that are reported and the gaps that remain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.plans.resources import applied, codes, effects, security_group
from tests.plans.samples import SAMPLES, everything, plans

OUTCOMES = [
    ("security_group", "create", "", ""),
    ("security_group", "update", "group-in-use", "group-in-use"),
    ("security_group", "delete", "group-in-use", "group-in-use"),
    ("security_group", "unknown", "", ""),
    ("security_group_rule_set", "create", "rules", ""),
    ("security_group_rule_set", "update", "rules", ""),
    ("security_group_rule_set", "delete", "rules-emptied", ""),
    ("security_group_rule_set", "unknown", "rules", "rule-unknown"),
    ("security_group_lite_rule", "create", "rules", "direction-unsent"),
    ("security_group_lite_rule", "update", "rules", ""),
    ("security_group_lite_rule", "delete", "rules-emptied", ""),
    ("security_group_lite_rule", "unknown", "rules", "direction-unsent rules-unknown"),
    ("security_group_rule", "create", "rule-in", ""),
    ("security_group_rule", "update", "rule-out rule-in", ""),
    ("security_group_rule", "delete", "rule-out", ""),
    ("security_group_rule", "unknown", "rule-in", "rule-unknown"),
    ("address_template", "create", "", ""),
    ("address_template", "update", "template", ""),
    ("address_template", "delete", "template-out", ""),
    ("address_template", "unknown", "", ""),
    ("address_extra_template", "create", "", ""),
    ("address_extra_template", "update", "template", ""),
    ("address_extra_template", "delete", "template-out", ""),
    ("address_extra_template", "unknown", "", ""),
    ("address_template_group", "create", "", ""),
    ("address_template_group", "update", "", ""),
    ("address_template_group", "delete", "", ""),
    ("address_template_group", "unknown", "", ""),
    ("protocol_template", "create", "", ""),
    ("protocol_template", "update", "template", ""),
    ("protocol_template", "delete", "template-out", ""),
    ("protocol_template", "unknown", "", ""),
    ("protocol_template_group", "create", "", ""),
    ("protocol_template_group", "update", "template", "not-read"),
    ("protocol_template_group", "delete", "template-out", ""),
    ("protocol_template_group", "unknown", "", ""),
    ("kubernetes_node_pool", "create", "pool-in", ""),
    ("kubernetes_node_pool", "update", "pool", ""),
    ("kubernetes_node_pool", "delete", "pool-out", ""),
    ("kubernetes_node_pool", "unknown", "pool-in", "list-by-reference"),
    ("kubernetes_native_node_pool", "create", "pool-in", ""),
    ("kubernetes_native_node_pool", "update", "pool", ""),
    ("kubernetes_native_node_pool", "delete", "pool-out", ""),
    ("kubernetes_native_node_pool", "unknown", "pool-in", "list-by-reference"),
    ("kubernetes_serverless_node_pool", "create", "pods", ""),
    ("kubernetes_serverless_node_pool", "update", "pool-out pods", ""),
    ("kubernetes_serverless_node_pool", "delete", "pool-out", ""),
    ("kubernetes_serverless_node_pool", "unknown", "pods", "list-unknown"),
    ("kubernetes_scale_worker", "create", "node-in", ""),
    ("kubernetes_scale_worker", "update", "node-out node-in", ""),
    ("kubernetes_scale_worker", "delete", "node-out", ""),
    ("kubernetes_scale_worker", "unknown", "node-in", "list-by-reference"),
    ("kubernetes_cluster", "create", "cluster-in node-in", ""),
    ("kubernetes_cluster", "update", "cluster-out cluster-in node-in", ""),
    ("kubernetes_cluster", "delete", "cluster-out", ""),
    ("kubernetes_cluster", "unknown", "cluster-in node-in", "list-by-reference"),
    ("kubernetes_cluster_attachment", "create", "node-in", ""),
    ("kubernetes_cluster_attachment", "update", "node-out node-in", ""),
    ("kubernetes_cluster_attachment", "delete", "node-out", ""),
    ("kubernetes_cluster_attachment", "unknown", "node-in", "list-default"),
    ("kubernetes_cluster_master_attachment", "create", "node-in", ""),
    ("kubernetes_cluster_master_attachment", "update", "node-out node-in", ""),
    ("kubernetes_cluster_master_attachment", "delete", "node-out", ""),
    ("kubernetes_cluster_master_attachment", "unknown", "node-in", "list-by-reference"),
    ("instance", "create", "member-in", ""),
    ("instance", "update", "node member", ""),
    ("instance", "delete", "node-out member-out", ""),
    ("instance", "unknown", "", ""),
    ("instance_set", "create", "member-in", ""),
    ("instance_set", "update", "not-sent", ""),
    ("instance_set", "delete", "node-out member-out", ""),
    ("instance_set", "unknown", "", ""),
    ("cvm_security_group_attachment", "create", "node", ""),
    ("cvm_security_group_attachment", "update", "node node", ""),
    ("cvm_security_group_attachment", "delete", "node", ""),
    ("cvm_security_group_attachment", "unknown", "node", ""),
    ("eni", "create", "member-in", ""),
    ("eni", "update", "member interface", ""),
    ("eni", "delete", "member-out interface-out", ""),
    ("eni", "unknown", "", ""),
    ("eni_sg_attachment", "create", "member-in", ""),
    ("eni_sg_attachment", "update", "member-out member-in interface", ""),
    ("eni_sg_attachment", "delete", "member-out interface", ""),
    ("eni_sg_attachment", "unknown", "", ""),
    ("eni_attachment", "create", "interface-in", "not-read"),
    ("eni_attachment", "update", "interface-out interface-in", ""),
    ("eni_attachment", "delete", "interface-out", ""),
    ("eni_attachment", "unknown", "instance-untraced", "instance-untraced"),
    ("eip_association", "create", "public-in", ""),
    ("eip_association", "update", "public-out public-in", ""),
    ("eip_association", "delete", "public-out", ""),
    ("eip_association", "unknown", "", ""),
    ("kubernetes_addon", "create", "pods", ""),
    ("kubernetes_addon", "update", "pods", ""),
    ("kubernetes_addon", "delete", "add-on-out", ""),
    ("kubernetes_addon", "unknown", "pods", "list-unknown"),
    ("kubernetes_addon_config", "create", "pods", ""),
    ("kubernetes_addon_config", "update", "pods", ""),
    ("kubernetes_addon_config", "delete", "add-on-out", ""),
    ("kubernetes_addon_config", "unknown", "pods", "list-unknown"),
    ("kubernetes_addon_attachment", "create", "pods", ""),
    ("kubernetes_addon_attachment", "update", "pods", ""),
    ("kubernetes_addon_attachment", "delete", "add-on-out", ""),
    ("kubernetes_addon_attachment", "unknown", "pods", "list-unknown"),
    ("kubernetes_cluster_endpoint", "create", "entrance-public entrance-private", ""),
    ("kubernetes_cluster_endpoint", "update", "entrance-public", ""),
    ("kubernetes_cluster_endpoint", "delete", "entrance-out", ""),
    ("kubernetes_cluster_endpoint", "unknown", "entrance-public", ""),
    ("vpc_acl", "create", "", ""),
    ("vpc_acl", "update", "acl", ""),
    ("vpc_acl", "delete", "acl-out", ""),
    ("vpc_acl", "unknown", "", ""),
    ("vpc_acl_attachment", "create", "acl", ""),
    ("vpc_acl_attachment", "update", "acl-out acl", "not-read"),
    ("vpc_acl_attachment", "delete", "acl-out", ""),
    ("vpc_acl_attachment", "unknown", "subnet-untraced", "subnet-untraced"),
    ("clb_instance", "create", "", ""),
    ("clb_instance", "update", "balancer", ""),
    ("clb_instance", "delete", "balancer-out", ""),
    ("clb_instance", "unknown", "", ""),
    ("clb_listener", "create", "balancer", ""),
    ("clb_listener", "update", "balancer", ""),
    ("clb_listener", "delete", "balancer", ""),
    ("clb_listener", "unknown", "", ""),
    ("clb_listener_rule", "create", "", ""),
    ("clb_listener_rule", "update", "path-unknown", "path-unknown"),
    ("clb_listener_rule", "delete", "", ""),
    ("clb_listener_rule", "unknown", "", ""),
    ("clb_attachment", "create", "balancer", ""),
    ("clb_attachment", "update", "balancer", ""),
    ("clb_attachment", "delete", "balancer", ""),
    ("clb_attachment", "unknown", "balancer", "path-unknown"),
    ("clb_security_group_attachment", "create", "balancer", ""),
    ("clb_security_group_attachment", "update", "balancer", ""),
    ("clb_security_group_attachment", "delete", "balancer", ""),
    ("clb_security_group_attachment", "unknown", "balancer", ""),
    ("clb_snat_ip", "create", "path-unknown", "path-unknown"),
    ("clb_snat_ip", "update", "path-unknown", "path-unknown"),
    ("clb_snat_ip", "delete", "path-unknown", "path-unknown"),
    ("clb_snat_ip", "unknown", "path-unknown", "path-unknown"),
    ("clb_target_group_attachment", "create", "path-unknown", "path-unknown"),
    ("clb_target_group_attachment", "update", "path-unknown", "path-unknown"),
    ("clb_target_group_attachment", "delete", "path-unknown", "path-unknown"),
    ("clb_target_group_attachment", "unknown", "path-unknown", "path-unknown"),
    ("clb_target_group_attachments", "create", "path-unknown", "path-unknown"),
    ("clb_target_group_attachments", "update", "path-unknown", "path-unknown"),
    ("clb_target_group_attachments", "delete", "path-unknown", "path-unknown"),
    ("clb_target_group_attachments", "unknown", "path-unknown", "path-unknown"),
    ("clb_target_group_instance_attachment", "create", "path-unknown", "path-unknown"),
    ("clb_target_group_instance_attachment", "update", "path-unknown", "path-unknown"),
    ("clb_target_group_instance_attachment", "delete", "path-unknown", "path-unknown"),
    ("clb_target_group_instance_attachment", "unknown", "path-unknown", "path-unknown"),
    ("as_scaling_config", "create", "", ""),
    ("as_scaling_config", "update", "pool", ""),
    ("as_scaling_config", "delete", "pool", "launch-gone"),
    ("as_scaling_config", "unknown", "", ""),
    ("kubernetes_as_scaling_group", "create", "pool-in", ""),
    ("kubernetes_as_scaling_group", "update", "pool-out pool-in", ""),
    ("kubernetes_as_scaling_group", "delete", "pool-out", ""),
    ("kubernetes_as_scaling_group", "unknown", "pool-in", "list-by-reference"),
    ("cvm_launch_template", "create", "", ""),
    ("cvm_launch_template", "update", "", ""),
    ("cvm_launch_template", "delete", "", ""),
    ("cvm_launch_template", "unknown", "", ""),
    ("cvm_launch_template_version", "create", "", ""),
    ("cvm_launch_template_version", "update", "", ""),
    ("cvm_launch_template_version", "delete", "", ""),
    ("cvm_launch_template_version", "unknown", "", ""),
    ("as_scaling_group", "create", "", ""),
    ("as_scaling_group", "update", "pool", "list-unknown"),
    ("as_scaling_group", "delete", "", ""),
    ("as_scaling_group", "unknown", "", ""),
    ("vpc", "create", "", ""),
    ("vpc", "update", "vpc", ""),
    ("vpc", "delete", "vpc-out", "network-unknown"),
    ("vpc", "unknown", "", ""),
    ("subnet", "create", "", ""),
    ("subnet", "update", "", ""),
    ("subnet", "delete", "", ""),
    ("subnet", "unknown", "", ""),
]
"""Type, plan, the ids of the effects of the resource, and the codes of the gaps that it leaves."""


@pytest.mark.parametrize("type_", dict.fromkeys(row[0] for row in OUTCOMES))
def test_a_plan_of_each_kind_has_its_outcome(type_: str) -> None:
    """Where it has neither effect nor gap, the clusters stay as they were as well."""
    outcomes = []
    for plan, resource in plans(f"tencentcloud_{type_}").items():
        planned = applied(resource, security_group("blue"), on=everything())
        does = " ".join(effects(planned, resource.address))
        unknown = " ".join(code for code, _ in codes(planned))
        outcomes.append((type_, plan, does, unknown))
        if planned.irrelevant:
            assert (does, unknown) == ("", ""), plan
            assert planned.snapshot.clusters == everything().clusters, plan
            assert planned.snapshot.security_groups == everything().security_groups, plan
    assert outcomes == [row for row in OUTCOMES if row[0] == type_]


@pytest.mark.parametrize("type_", SAMPLES)
def test_a_resource_that_does_not_change_changes_nothing(type_: str) -> None:
    held = SAMPLES[type_].held
    planned = applied(replace(plans(type_)["delete"], actions=("no-op",), after=held), on=everything())
    assert planned.snapshot == everything()
    assert planned.gaps == ()
    assert [one.effects for one in planned.resources if one.effects] == []


@pytest.mark.parametrize("type_", SAMPLES)
def test_a_forgotten_resource_stays_as_it_is(type_: str) -> None:
    assert applied(replace(plans(type_)["delete"], actions=("forget",)), on=everything()).snapshot == everything()
