from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from auditor.errors import AuthError, CloudError, FetchError, NetworkError, PermissionDenied, Throttled
from auditor.fetcher.actions import (
    ACTIONS,
    CLUSTER_INSTANCES,
    CLUSTERS,
    INSTANCES,
    IPAMD,
    LISTENERS,
    SECURITY_GROUP_POLICIES,
    SECURITY_GROUPS,
    SUBNETS,
    TARGETS,
    VPCS,
    ApiAction,
)
from auditor.fetcher.clock import Cancelled
from auditor.fetcher.doctor import Examination, Outcome, examine
from auditor.fetcher.http import Endpoint
from auditor.model.codes import Part

LISTS: dict[ApiAction, dict[str, Any]] = {
    CLUSTERS: {"Clusters": [{"ClusterId": "cls-abcdefgh"}]},
    SECURITY_GROUPS: {"SecurityGroupSet": [{"SecurityGroupId": "sg-abcdefgh"}]},
}


class Cloud:
    """Answers everything, but for the failures that it is given."""

    def __init__(self, failures: Mapping[ApiAction, Exception] | None = None, *, empty: bool = False) -> None:
        self.failures = failures or {}
        self.empty = empty
        self.asked: dict[ApiAction, dict[str, object]] = {}

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
        assert region == "ap-guangzhou"
        self.asked[action] = dict(params)
        if action in self.failures:
            raise self.failures[action]
        return {"RequestId": "r", **({} if self.empty else LISTS.get(action, {}))}


def failure(kind: type[FetchError], code: str) -> FetchError:
    return kind("fetch-x", service="s", action="a", region="r", code=code, detail="in words", request_id="req")


def examined(cloud: Cloud) -> Examination:
    return examine(cloud, Endpoint(), "ap-guangzhou")


def outcome(examination: Examination, action: ApiAction) -> Outcome:
    return next(check.outcome for check in examination.actions if check.action == action)


def test_every_action_is_tried_in_order() -> None:
    cloud = Cloud()
    examination = examined(cloud)
    assert tuple(check.action for check in examination.actions) == ACTIONS
    assert tuple(cloud.asked) == ACTIONS
    assert examination.healthy
    assert examination.denied == ()


def test_the_smallest_reads_are_made() -> None:
    cloud = Cloud()
    examined(cloud)
    assert cloud.asked[CLUSTERS] == {"Offset": 0, "Limit": 1}
    assert cloud.asked[SUBNETS] == {"Offset": "0", "Limit": "1"}
    assert cloud.asked[CLUSTER_INSTANCES] == {"ClusterId": "cls-abcdefgh", "Offset": 0, "Limit": 1}
    assert cloud.asked[SECURITY_GROUP_POLICIES] == {"SecurityGroupId": "sg-abcdefgh"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ResourceNotFound", Outcome.ALLOWED),
        ("ResourceNotFound.ClusterNotFound", Outcome.ALLOWED),
        ("InternalError.ClusterNotFound", Outcome.ALLOWED),
        ("InvalidParameter.ClusterNotFound", Outcome.ALLOWED),
        ("InvalidParameterValue.Malformed", Outcome.ALLOWED),
        ("FailedOperation", Outcome.ALLOWED),
        ("InternalError", Outcome.FAILED),
        ("InvalidAction", Outcome.FAILED),
        ("UnsupportedRegion", Outcome.FAILED),
    ],
)
def test_an_id_of_nothing_that_is_not_found_was_let_through(code: str, expected: Outcome) -> None:
    cloud = Cloud({IPAMD: failure(CloudError, code)}, empty=True)
    assert outcome(examined(cloud), IPAMD) is expected
    assert cloud.asked[IPAMD] == {"ClusterId": "cls-00000000"}


def test_a_real_id_that_is_not_found_is_a_failure() -> None:
    assert outcome(examined(Cloud({IPAMD: failure(CloudError, "ResourceNotFound")})), IPAMD) is Outcome.FAILED


def test_denials_name_what_to_grant() -> None:
    denial = failure(PermissionDenied, "UnauthorizedOperation")
    examination = examined(Cloud({SUBNETS: denial, INSTANCES: denial}))
    assert examination.denied == ("cvm:DescribeInstances", "vpc:DescribeSubnets")
    assert not examination.healthy
    check = next(check for check in examination.actions if check.action == SUBNETS)
    assert (check.outcome, check.code, check.detail, check.request_id) == (
        Outcome.DENIED,
        "UnauthorizedOperation",
        "in words",
        "req",
    )


def test_denials_name_the_part_that_can_be_left_out_instead() -> None:
    denial = failure(PermissionDenied, "UnauthorizedOperation")
    examination = examined(Cloud({SUBNETS: denial, TARGETS: denial, LISTENERS: denial}))
    assert examination.denied_parts == {Part.LOAD_BALANCERS: ("clb:DescribeListeners", "clb:DescribeTargets")}


def test_actions_of_parts_that_are_left_out_are_not_tried() -> None:
    cloud = Cloud()
    examination = examine(cloud, Endpoint(), "ap-guangzhou", (Part.LOAD_BALANCERS, Part.PODS))
    left_out = {action.permission for action in set(ACTIONS) - set(cloud.asked)}
    assert left_out == {
        "clb:DescribeListeners",
        "clb:DescribeLoadBalancers",
        "clb:DescribeTargetGroupInstances",
        "clb:DescribeTargets",
        "tke:DescribeAddonValues",
        "tke:DescribeEKSClusters",
    }
    assert tuple(check.action for check in examination.actions) == tuple(cloud.asked)


@pytest.mark.parametrize(("kind", "expected"), [(AuthError, Outcome.BAD_CREDENTIALS), (Throttled, Outcome.FAILED)])
def test_other_failures_are_told_apart(kind: type[FetchError], expected: Outcome) -> None:
    assert outcome(examined(Cloud({VPCS: failure(kind, "Code")})), VPCS) is expected


def test_a_host_that_is_silent_is_asked_once() -> None:
    vpc = [action for action in ACTIONS if action.service == "vpc"]
    cloud = Cloud(dict.fromkeys(vpc, failure(NetworkError, "ConnectionError")))
    examination = examined(cloud)
    assert [action for action in cloud.asked if action.service == "vpc"] == vpc[:1]
    assert {check.outcome for check in examination.actions if check.action.service == "vpc"} == {Outcome.UNREACHABLE}
    assert [(check.host, check.reachable, check.detail) for check in examination.hosts] == [
        ("as.tencentcloudapi.com", True, ""),
        ("clb.tencentcloudapi.com", True, ""),
        ("cvm.tencentcloudapi.com", True, ""),
        ("region.tencentcloudapi.com", True, ""),
        ("sts.tencentcloudapi.com", True, ""),
        ("tke.tencentcloudapi.com", True, ""),
        ("vpc.tencentcloudapi.com", False, "in words"),
    ]


def test_a_host_that_answered_before_is_reachable() -> None:
    examination = examined(Cloud({VPCS: failure(NetworkError, "ReadTimeout")}))
    assert all(check.reachable for check in examination.hosts)


@pytest.mark.parametrize("rows", [None, [], ["x"], [{"ClusterId": 5}], {}])
def test_a_list_that_holds_nonsense_gives_no_id(monkeypatch: pytest.MonkeyPatch, rows: object) -> None:
    monkeypatch.setitem(LISTS, CLUSTERS, {"Clusters": rows})
    cloud = Cloud()
    examined(cloud)
    assert cloud.asked[IPAMD] == {"ClusterId": "cls-00000000"}


def test_an_interrupt_ends_the_examination() -> None:
    with pytest.raises(Cancelled):
        examined(Cloud({CLUSTERS: Cancelled()}))
