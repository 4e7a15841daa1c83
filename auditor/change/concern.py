"""Whether a plan has anything to do with security groups at all, whatever was read of the cloud."""

from __future__ import annotations

from auditor.change.plan import Plan

_FAMILIES = (
    "tencentcloud_address_",
    "tencentcloud_as_",
    "tencentcloud_cvm_",
    "tencentcloud_eni",
    "tencentcloud_instance",
    "tencentcloud_kubernetes_",
    "tencentcloud_protocol_template",
    "tencentcloud_security_group",
    "tencentcloud_service_template",
    "tencentcloud_subnet",
    "tencentcloud_vpc",
)
"""How the types of resources begin that could decide rules, templates, bindings or networks of a cluster."""


def concerns(plan: Plan) -> bool:
    """Whether any change of the plan, or one that it does not show, is of a kind that could bear on a node's stack."""
    if not plan.complete or plan.deferred_changes:
        return True
    return any(change.type.startswith(_FAMILIES) and (change.steps or not change.known) for change in plan.managed)
