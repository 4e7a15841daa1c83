"""The loopback server's answers and parameters match the typed models of the SDK."""

from __future__ import annotations

import re
from typing import Any

import pytest

from auditor.fetcher import actions
from auditor.fetcher.organization import ORGANIZATION_MEMBERS
from auditor.fetcher.roles import ASSUME_ROLE
from tests.estates import everything
from tests.loopback.answers import answer
from tests.loopback.schema import OPERATIONS, Kind, Operation
from tests.loopback.typed import models, unknown_fields

TYPES = {
    "str": Kind.STRING,
    "int": Kind.INTEGER,
    "bool": Kind.BOOLEAN,
    "list of str": Kind.STRINGS,
    "list of Filter": Kind.FILTERS,
}
QUESTIONS: dict[str, dict[str, Any]] = {
    "DescribeSecurityGroupPolicies": {"SecurityGroupId": "sg-node0001"},
    "DescribeRegions": {"Product": "tke"},
    "DescribeNetworkAclQuintupleEntries": {"NetworkAclId": "acl-five0001"},
    "DescribeListeners": {"LoadBalancerId": "lb-prod0001"},
    "DescribeTargets": {"LoadBalancerId": "lb-prod0001"},
    "DescribeTargetGroupInstances": {"Filters": [{"Name": "TargetGroupId", "Values": ["lbtg-prod001"]}]},
    "DescribeOrganizationMembers": {"Offset": 0, "Limit": 50},
    "AssumeRole": {"RoleArn": everything.ROLE, "RoleSessionName": "nightly"},
}
ACTIONS = (ASSUME_ROLE, ORGANIZATION_MEMBERS, *actions.ACTIONS)
OPERATION_NAMES = [f"{operation.service}-{operation.version}-{operation.name}" for operation in OPERATIONS]
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=OPERATION_NAMES)


def test_server_plays_exactly_the_actions_of_the_fetcher() -> None:
    played = {(operation.service, operation.version, operation.name) for operation in OPERATIONS}
    assert played == {(action.service, action.version, action.name) for action in ACTIONS}


def test_fetcher_never_claims_a_higher_quota_than_the_server_grants() -> None:
    granted = {(operation.service, operation.version, operation.name): operation.rate for operation in OPERATIONS}
    claimed = {(action.service, action.version, action.name): action.rate for action in ACTIONS}
    assert claimed == granted


@each_operation
def test_parameters_are_those_of_the_typed_request(operation: Operation) -> None:
    request = getattr(models(operation.service, operation.version), f"{operation.name}Request")
    documented = re.findall(r":type (\w+): (.+)", request.__init__.__doc__ or "")
    kinds = {name: TYPES.get(kind.strip(), Kind.OBJECT) for name, kind in documented}
    assert operation.params == kinds


@each_operation
def test_answers_have_no_field_that_the_typed_response_does_not_know(operation: Operation) -> None:
    clusters = [{"ClusterId": "cls-mana0001"}, {"ClusterId": "cls-inde0001"}]
    if "AddonName" in operation.params:
        clusters = [{**params, "AddonName": "eniipamd"} for params in clusters]
    asked = clusters if "ClusterId" in operation.params else [QUESTIONS.get(operation.name, {})]
    for params in asked:
        body = answer(everything.build(), operation, "ap-guangzhou", params)
        assert unknown_fields(operation.service, operation.version, operation.name, {**body, "RequestId": "0"}) == ""


def test_unknown_field_would_be_noticed() -> None:
    body = {"VpcSet": [{"VpcId": "vpc-1", "Colour": "red"}], "RequestId": "0"}
    assert unknown_fields("vpc", "2017-03-12", "DescribeVpcs", body) == "Colour fileds are useless."


@pytest.mark.parametrize("role", ["MASTER", "ETCD", "MASTER_ETCD"])
def test_each_role_has_its_own_list(role: str) -> None:
    operation = next(operation for operation in OPERATIONS if operation.name == "DescribeClusterInstances")
    params = {"ClusterId": "cls-inde0001", "InstanceRole": role}
    body = answer(everything.build(), operation, "ap-guangzhou", params)
    assert [row["InstanceRole"] for row in body["InstanceSet"]] == [role]
