import json

from auditor.fetcher.actions import ACTIONS
from auditor.fetcher.doctor import permissions, policy, policy_text

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
