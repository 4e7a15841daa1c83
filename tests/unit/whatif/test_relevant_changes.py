"""Plans with and without changes that can affect the groups of a node, whatever was read."""

from __future__ import annotations

import pytest

from auditor.whatif.scope import has_relevant_changes
from tests.plans.plan_json import Resource, plan
from tests.plans.resources import load
from tests.plans.samples import SAMPLES, plans

GROUP = "tencentcloud_security_group"
NEEDS_USER = [
    "tencentcloud_clb_instance",
    "tencentcloud_clb_listener",
    "tencentcloud_clb_listener_rule",
    GROUP,
    "tencentcloud_subnet",
    "tencentcloud_vpc",
    "tencentcloud_vpc_acl",
]


def concerning(type_: str, *actions: str) -> bool:
    here, there = {"id": "x-1"}, {"id": "x-2"}
    before, after = (None if actions == ("create",) else here), (None if actions == ("delete",) else there)
    return has_relevant_changes(load(plan(Resource(type=type_, name="x", actions=actions, before=before, after=after))))


@pytest.mark.parametrize("action", ["create", "update", "delete"])
@pytest.mark.parametrize(
    "name",
    [
        "as_scaling_policy",
        "cvm_launch_template",
        "eip",
        "eni_ipv4_address",
        "kubernetes_addon",
        "vpc_bandwidth_package",
    ],
)
def test_what_decides_no_rule_binding_or_network_is_no_concern(name: str, action: str) -> None:
    assert not concerning(f"tencentcloud_{name}", action)


@pytest.mark.parametrize("type_", NEEDS_USER)
def test_what_is_new_and_nothing_names_is_no_concern(type_: str) -> None:
    assert not concerning(type_, "create")
    assert concerning(type_, "update")
    assert concerning(type_, "delete")
    assert concerning(type_, "delete", "create")


NO_CONCERN = {
    "tencentcloud_cvm_launch_template",
    "tencentcloud_cvm_launch_template_version",
    "tencentcloud_eip_association",
}


@pytest.mark.parametrize("type_", sorted({*SAMPLES} - {*NEEDS_USER} - NO_CONCERN))
def test_what_decides_rules_or_bindings_is_a_concern(type_: str) -> None:
    assert all(has_relevant_changes(load(plan(found))) for found in plans(type_).values())


def test_nothing_is_said_of_what_a_plan_does_not_show() -> None:
    assert has_relevant_changes(load(plan(top={"complete": False})))
    assert has_relevant_changes(load(plan(top={"deferred_changes": [{"reason": "x"}]})))
    assert concerning(GROUP, "renew")
    assert not concerning("tencentcloud_kubernetes_addon", "renew")
    assert not concerning(GROUP, "no-op")
