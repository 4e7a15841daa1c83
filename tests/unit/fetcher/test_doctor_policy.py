import json

from auditor.fetcher.actions import ACTIONS
from auditor.fetcher.doctor import permissions, permissions_by_part, policy, policy_text
from auditor.model.codes import Part

GRANTED = [
    "as:DescribeAutoScalingGroups",
    "as:DescribeLaunchConfigurations",
    "clb:DescribeListeners",
    "clb:DescribeLoadBalancers",
    "clb:DescribeTargetGroupInstances",
    "clb:DescribeTargets",
    "cvm:DescribeInstances",
    "cvm:DescribeSecurityGroupPolicies",
    "cvm:DescribeSecurityGroups",
    "region:DescribeRegions",
    "sts:GetCallerIdentity",
    "tke:DescribeAddonValues",
    "tke:DescribeClusterAsGroups",
    "tke:DescribeClusterEndpointStatus",
    "tke:DescribeClusterEndpoints",
    "tke:DescribeClusterInstances",
    "tke:DescribeClusterNodePools",
    "tke:DescribeClusters",
    "tke:DescribeEKSClusters",
    "tke:DescribeIPAMD",
    "tke:DescribeNodePools",
    "tke:DescribeRegions",
    "vpc:DescribeAddressTemplateGroups",
    "vpc:DescribeAddressTemplates",
    "vpc:DescribeAssistantCidr",
    "vpc:DescribeNetworkAclQuintupleEntries",
    "vpc:DescribeNetworkAcls",
    "vpc:DescribeNetworkInterfaces",
    "vpc:DescribeSecurityGroupPolicies",
    "vpc:DescribeSecurityGroups",
    "vpc:DescribeServiceTemplateGroups",
    "vpc:DescribeServiceTemplates",
    "vpc:DescribeSubnets",
    "vpc:DescribeVpcs",
]


def test_the_policy_grants_these_actions_and_no_other() -> None:
    assert sorted(set(permissions()) ^ set(GRANTED)) == []
    assert policy() == {
        "version": "2.0",
        "statement": [{"effect": "allow", "action": GRANTED, "resource": ["*"]}],
    }


def test_the_policy_is_the_list_of_actions() -> None:
    called = {f"{action.service}:{action.name}" for action in ACTIONS}
    older = {f"{action.legacy_service}:{action.name}" for action in ACTIONS if action.legacy_service}
    assert set(permissions()) == called | older


def test_nothing_but_reads_is_granted() -> None:
    assert all(permission.partition(":")[2].startswith(("Describe", "Get")) for permission in permissions())


def test_group_reads_are_granted_in_both_spellings() -> None:
    for name in ("DescribeSecurityGroups", "DescribeSecurityGroupPolicies"):
        assert {f"vpc:{name}", f"cvm:{name}"} <= set(permissions())


def test_the_text_is_the_policy() -> None:
    assert json.loads(policy_text()) == policy()


def test_actions_that_only_one_part_needs_are_those_of_the_part() -> None:
    by_part = permissions_by_part()
    assert {part: names for part, names in by_part.items() if part} == {
        Part.PODS: ("tke:DescribeAddonValues", "tke:DescribeEKSClusters"),
        Part.LOAD_BALANCERS: (
            "clb:DescribeListeners",
            "clb:DescribeLoadBalancers",
            "clb:DescribeTargetGroupInstances",
            "clb:DescribeTargets",
        ),
        Part.ENDPOINT: ("tke:DescribeClusterEndpointStatus", "tke:DescribeClusterEndpoints"),
        Part.NETWORK_ACLS: ("vpc:DescribeNetworkAclQuintupleEntries", "vpc:DescribeNetworkAcls"),
    }
    assert sorted(name for names in by_part.values() for name in names) == GRANTED


def test_parts_that_are_left_out_need_no_grant() -> None:
    without = permissions((Part.LOAD_BALANCERS, Part.NETWORK_ACLS))
    gone = {name for name in GRANTED if name.startswith(("clb:", "vpc:DescribeNetworkAcl"))}
    assert set(without) == set(GRANTED) - gone
    assert len(gone) == 6
    assert policy((Part.LOAD_BALANCERS, Part.NETWORK_ACLS))["statement"][0]["action"] == list(without)
    assert list(permissions_by_part((Part.PODS,))) == [None, Part.LOAD_BALANCERS, Part.ENDPOINT, Part.NETWORK_ACLS]
