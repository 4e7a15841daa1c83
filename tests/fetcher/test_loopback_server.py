"""The loopback server refuses the requests that the API refuses, and accepts those of the real SDK."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from tests.estates import everything
from tests.loopback import faults, signature
from tests.loopback.refusals import Refused
from tests.loopback.server import LoopbackServer
from tests.loopback.signature import Keys

VERSIONS = {
    "region": "2022-06-27",
    "tke": "2018-05-25",
    "cvm": "2017-03-12",
    "vpc": "2017-03-12",
    "as": "2018-04-19",
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackServer]:
    forget_proxies(monkeypatch)
    with LoopbackServer(everything.build(), quotas=False) as running:
        yield running


def forget_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def call(
    server: LoopbackServer,
    service: str,
    action: str,
    params: dict[str, Any] | None = None,
    *,
    version: str = "",
    region: str = "ap-guangzhou",
    keys: Keys | None = None,
    timeout: float = 5,
) -> dict[str, Any]:
    """The inner ``Response``, got by the real SDK."""
    mine = keys or server.keys
    credential = Credential(mine.secret_id, mine.secret_key, mine.token or None)
    http = HttpProfile(protocol="http", endpoint=server.endpoint.removeprefix("http://"), reqTimeout=timeout)
    profile = ClientProfile(httpProfile=http, language="en-US")
    client = CommonClient(service, version or VERSIONS[service], credential, region, profile)
    try:
        response: dict[str, Any] = client.call_json(action, params or {})["Response"]
    finally:
        client.request.conn._session.close()
    return response


def refusal(server: LoopbackServer, service: str, action: str, params: dict[str, Any]) -> str:
    """The error code that the SDK raises."""
    with pytest.raises(TencentCloudSDKException) as raised:
        call(server, service, action, params)
    return str(raised.value.code)


def refusal_of(keys: Keys, server: LoopbackServer) -> str:
    """The error code that these keys meet with."""
    with pytest.raises(TencentCloudSDKException) as raised:
        call(server, "vpc", "DescribeVpcs", keys=keys)
    return str(raised.value.code)


def test_real_sdk_is_answered(server: LoopbackServer) -> None:
    response = call(server, "vpc", "DescribeSubnets", {"Limit": "100", "Offset": "0"})
    assert [row["CidrBlock"] for row in response["SubnetSet"]] == ["10.0.1.0/24", "10.0.2.0/24", "10.0.64.0/20"]
    assert response["TotalCount"] == 3


def test_session_token_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_proxies(monkeypatch)
    with LoopbackServer(everything.build(), keys=Keys(token="temporary")) as server:
        assert call(server, "vpc", "DescribeVpcs")["TotalCount"] == 1


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (Keys(secret_id="somebody-else"), "AuthFailure.SecretIdNotFound"),
        (Keys(secret_key="wrong"), "AuthFailure.SignatureFailure"),
        (Keys(token="nobody-gave-it"), "AuthFailure.TokenFailure"),
    ],
)
def test_wrong_keys_are_refused(server: LoopbackServer, keys: Keys, code: str) -> None:
    assert refusal_of(keys, server) == code


def test_token_left_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_proxies(monkeypatch)
    with LoopbackServer(everything.build(), keys=Keys(token="temporary")) as server:
        assert refusal_of(Keys(), server) == "AuthFailure.TokenFailure"


@pytest.mark.parametrize("seconds", [301, -301])
def test_clock_skew_is_refused(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    forget_proxies(monkeypatch)
    with LoopbackServer(everything.build(), clock=lambda: time.time() + seconds) as server:
        assert refusal(server, "vpc", "DescribeVpcs", {}) == "AuthFailure.SignatureExpire"


def test_signature_covers_the_body() -> None:
    signed = {"content-type": "application/json", "host": "127.0.0.1", "x-tc-timestamp": "1760000000"}
    stamp = "2025-10-09", "vpc", "content-type;host", signed
    made = signature.signature("loopback-secret-key", *stamp, b'{"Limit": "100"}')
    scope = "TC3-HMAC-SHA256 Credential=loopback-secret-id/2025-10-09/vpc/tc3_request"
    headers = {**signed, "authorization": f"{scope}, SignedHeaders=content-type;host, Signature={made}"}
    assert signature.check(Keys(), headers, b'{"Limit": "100"}', 1760000000) == "vpc"
    with pytest.raises(Refused, match=r"AuthFailure\.SignatureFailure"):
        signature.check(Keys(), headers, b'{"Limit": "099"}', 1760000000)


def test_unsigned_request_is_refused(server: LoopbackServer) -> None:
    answer = requests.post(server.endpoint, json={}, headers={"X-TC-Action": "DescribeVpcs"}, timeout=5)
    assert answer.json()["Response"]["Error"]["Code"] == "AuthFailure.InvalidAuthorization"


@pytest.mark.parametrize(
    ("service", "action", "version", "region", "code"),
    [
        ("vpc", "DescribeVpcz", "", "ap-guangzhou", "InvalidAction"),
        ("cvm", "DescribeVpcs", "", "ap-guangzhou", "InvalidAction"),
        ("vpc", "DescribeVpcs", "2018-05-25", "ap-guangzhou", "NoSuchVersion"),
        ("tke", "DescribeNodePools", "2018-05-25", "ap-guangzhou", "InvalidAction"),
        ("vpc", "DescribeVpcs", "", "ap-nowhere", "UnsupportedRegion"),
        ("vpc", "DescribeVpcs", "", "", "MissingParameter"),
    ],
)
def test_unknown_action_version_or_region_is_refused(
    server: LoopbackServer, service: str, action: str, version: str, region: str, code: str
) -> None:
    with pytest.raises(TencentCloudSDKException) as raised:
        call(server, service, action, version=version, region=region)
    assert raised.value.code == code


IDS_101 = [f"ins-{number:08d}" for number in range(101)]
SIX = ["a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize(
    ("service", "action", "params", "code"),
    [
        ("vpc", "DescribeSecurityGroups", {"Limit": 100}, "InvalidParameter"),
        ("vpc", "DescribeVpcs", {"Offset": 0}, "InvalidParameter"),
        ("vpc", "DescribeNetworkInterfaces", {"Limit": "100"}, "InvalidParameter"),
        ("vpc", "DescribeAssistantCidr", {"Limit": "100"}, "InvalidParameter"),
        ("tke", "DescribeClusters", {"Limit": "100"}, "InvalidParameter"),
        ("cvm", "DescribeInstances", {"Limit": True}, "InvalidParameter"),
        ("as", "DescribeAutoScalingGroups", {"Limit": 100.0}, "InvalidParameter"),
        ("cvm", "DescribeInstances", {"InstanceIds": "ins-00000001"}, "InvalidParameter"),
        ("cvm", "DescribeInstances", {"Filters": [{"Name": "vpc-id", "Value": "vpc-1"}]}, "InvalidParameter"),
        ("vpc", "DescribeVpcs", {"limit": "100"}, "UnknownParameter"),
        ("tke", "DescribeClusterNodePools", {"ClusterId": "cls-mana0001", "Limit": 100}, "UnknownParameter"),
        ("tke", "DescribeClusterInstances", {}, "MissingParameter"),
        ("vpc", "DescribeSecurityGroupPolicies", {}, "MissingParameter"),
        ("region", "DescribeRegions", {}, "MissingParameter"),
        ("vpc", "DescribeVpcs", {"Limit": "101"}, "InvalidParameterValue.Range"),
        ("cvm", "DescribeInstances", {"Limit": 0}, "InvalidParameterValue.Range"),
        ("cvm", "DescribeInstances", {"Offset": -1}, "InvalidParameterValue.Range"),
        ("vpc", "DescribeVpcs", {"Offset": "many"}, "InvalidParameterValue.Malformed"),
        ("cvm", "DescribeInstances", {"InstanceIds": IDS_101}, "InvalidParameterValue.LimitExceeded"),
        ("cvm", "DescribeInstances", {"InstanceIds": ["ins-1", "ins-1"]}, "InvalidParameterValue.Duplicate"),
        ("cvm", "DescribeInstances", {"InstanceIds": ["np-nati0001-a"]}, "InvalidInstanceId.Malformed"),
        (
            "cvm",
            "DescribeInstances",
            {"InstanceIds": ["ins-1"], "Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}]},
            "InvalidParameter.Coexist",
        ),
        (
            "vpc",
            "DescribeSecurityGroups",
            {"SecurityGroupIds": ["sg-1"], "Filters": [{"Name": "security-group-id", "Values": ["sg-1"]}]},
            "InvalidParameter.Coexist",
        ),
        (
            "as",
            "DescribeLaunchConfigurations",
            {
                "LaunchConfigurationIds": ["asc-1"],
                "Filters": [{"Name": "launch-configuration-id", "Values": ["asc-1"]}],
            },
            "InvalidParameterConflict",
        ),
        (
            "cvm",
            "DescribeInstances",
            {"Filters": [{"Name": "security-group-id", "Values": SIX}]},
            "InvalidFilterValue.LimitExceeded",
        ),
        (
            "vpc",
            "DescribeNetworkInterfaces",
            {"Filters": [{"Name": "groups.security-group-id", "Values": SIX}]},
            "LimitExceeded.FilterValuesTooLong",
        ),
        (
            "vpc",
            "DescribeVpcs",
            {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}] * 11},
            "InvalidParameterValue.LimitExceeded",
        ),
        ("vpc", "DescribeVpcs", {"Filters": [{"Name": "VpcId", "Values": ["x"]}]}, "InvalidParameter.FilterInvalidKey"),
        ("cvm", "DescribeInstances", {"Filters": [{"Name": "group", "Values": ["x"]}]}, "InvalidFilter"),
        ("vpc", "DescribeSubnets", {"SubnetIds": ["subnet-node0001", "subnet-gone"]}, "ResourceNotFound"),
        ("vpc", "DescribeSecurityGroupPolicies", {"SecurityGroupId": "sg-gone"}, "ResourceNotFound"),
        ("tke", "DescribeClusterInstances", {"ClusterId": "cls-gone"}, "InvalidParameter.ClusterNotFound"),
        (
            "tke",
            "DescribeClusterInstances",
            {"ClusterId": "cls-inde0001", "InstanceRole": "ALL"},
            "InvalidParameter.Param",
        ),
    ],
)
def test_wrong_parameters_are_refused(
    server: LoopbackServer, service: str, action: str, params: dict[str, Any], code: str
) -> None:
    assert refusal(server, service, action, params) == code


def test_page_is_twenty_rows_unless_asked(server: LoopbackServer) -> None:
    region = server.estate.region()
    for _ in range(30):
        region.subnet("vpc-prod0001", "10.0.3.0/24")
    first = call(server, "vpc", "DescribeSubnets")
    rest = call(server, "vpc", "DescribeSubnets", {"Offset": "20", "Limit": "100"})
    assert (first["TotalCount"], len(first["SubnetSet"]), len(rest["SubnetSet"])) == (33, 20, 13)


def test_masters_are_left_out_unless_asked_for(server: LoopbackServer) -> None:
    workers = call(server, "tke", "DescribeClusterInstances", {"ClusterId": "cls-inde0001"})
    assert [row["InstanceId"] for row in workers["InstanceSet"]] == ["ins-work0003"]


def test_unknown_instances_are_silently_absent(server: LoopbackServer) -> None:
    response = call(server, "cvm", "DescribeInstances", {"InstanceIds": ["ins-work0001", "ins-gone0001"]})
    assert [row["InstanceId"] for row in response["InstanceSet"]] == ["ins-work0001"]


def test_filter_finds_whatever_binds_any_of_the_groups(server: LoopbackServer) -> None:
    values = ["sg-bast0001", "sg-mast0001"]
    found = call(server, "cvm", "DescribeInstances", {"Filters": [{"Name": "security-group-id", "Values": values}]})
    ids = [row["InstanceId"] for row in found["InstanceSet"]]
    assert ids == ["ins-bast0001", "ins-mast0001", "ins-mast0002", "ins-etcd0001"]


def test_call_beyond_the_quota_is_refused_until_a_second_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_proxies(monkeypatch)
    now = [1000.0]
    monkeypatch.setattr("tests.loopback.server.time.monotonic", lambda: now[0])
    with LoopbackServer(everything.build()) as server:
        for _ in range(20):
            call(server, "tke", "DescribeIPAMD", {"ClusterId": "cls-mana0001"})
        now[0] = 1000.99
        assert refusal(server, "tke", "DescribeIPAMD", {"ClusterId": "cls-mana0001"}) == "RequestLimitExceeded"
        now[0] = 1001.0
        call(server, "tke", "DescribeIPAMD", {"ClusterId": "cls-mana0001"})
    assert server.log.peaks() == {("tke", "DescribeIPAMD", "ap-guangzhou"): 21}


def test_both_versions_of_an_action_share_one_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_proxies(monkeypatch)
    monkeypatch.setattr("tests.loopback.server.time.monotonic", lambda: 1000.0)
    with LoopbackServer(everything.build()) as server:
        for version in ("2018-05-25", "2022-05-01") * 10:
            call(server, "tke", "DescribeClusterInstances", {"ClusterId": "cls-mana0001"}, version=version)
        code = refusal(server, "tke", "DescribeClusterInstances", {"ClusterId": "cls-mana0001"})
    assert code == "RequestLimitExceeded"


def test_log_tells_refused_and_repeated_calls_and_the_language(server: LoopbackServer) -> None:
    call(server, "vpc", "DescribeVpcs")
    call(server, "vpc", "DescribeVpcs")
    refusal(server, "vpc", "DescribeVpcs", {"Limit": 1})
    assert server.log.counts() == {("vpc", "DescribeVpcs", "ap-guangzhou"): 3}
    assert [refused.code for refused in server.log.refused()] == ["InvalidParameter"]
    assert server.log.repeated() == ['["vpc", "2017-03-12", "DescribeVpcs", "ap-guangzhou", {}]']
    assert {call.language for call in server.log.calls} == {"en-US"}


def test_fault_befalls_the_calls_it_was_meant_for(server: LoopbackServer) -> None:
    where = {"ClusterId": "cls-mana0001"}
    server.inject(faults.deny, "DescribeIPAMD", where=where, skip=1, times=1)
    call(server, "tke", "DescribeIPAMD", where)
    assert refusal(server, "tke", "DescribeIPAMD", where) == "UnauthorizedOperation"
    call(server, "tke", "DescribeIPAMD", where)
    call(server, "tke", "DescribeIPAMD", {"ClusterId": "cls-inde0001"})


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        (faults.no_rows, {"SubnetSet": []}),
        (faults.lost_row, {"TotalCount": 3}),
        (faults.errors("eks not support"), {"Errors": ["eks not support"]}),
        (faults.null_fields, {"SubnetSet": None, "TotalCount": None}),
        (faults.content_type("application/json; charset=utf-8"), {"TotalCount": 3}),
    ],
)
def test_fault_changes_the_answer(server: LoopbackServer, fault: faults.Fault, change: dict[str, Any]) -> None:
    server.inject(fault, "DescribeSubnets")
    assert change.items() <= call(server, "vpc", "DescribeSubnets").items()


def test_rows_can_be_lost_and_repeated_within_a_page(server: LoopbackServer) -> None:
    server.inject(faults.repeated_row, "DescribeSubnets", times=1)
    server.inject(faults.lost_row, "DescribeSubnets", skip=1)
    repeated, short = call(server, "vpc", "DescribeSubnets"), call(server, "vpc", "DescribeSubnets")
    assert [row["SubnetId"][:11] for row in repeated["SubnetSet"]] == ["subnet-node", "subnet-mast", "subnet-node"]
    assert [row["SubnetId"][:11] for row in short["SubnetSet"]] == ["subnet-mast", "subnet-pods"]


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (faults.cut_body, requests.exceptions.ChunkedEncodingError),
        (faults.not_json, json.JSONDecodeError),
        (faults.html, json.JSONDecodeError),
        (faults.status(502), TencentCloudSDKException),
    ],
)
def test_fault_breaks_the_sdk_in_its_own_way(
    server: LoopbackServer, fault: faults.Fault, failure: type[Exception]
) -> None:
    server.inject(fault, "DescribeVpcs")
    with pytest.raises(failure):
        call(server, "vpc", "DescribeVpcs")


def test_silence_lasts_longer_than_the_caller(server: LoopbackServer) -> None:
    server.inject(faults.silence, "DescribeVpcs")
    with pytest.raises(TencentCloudSDKException, match="Read timed out"):
        call(server, "vpc", "DescribeVpcs", timeout=0.2)


def test_estate_may_change_between_two_pages(server: LoopbackServer) -> None:
    region = server.estate.region()
    server.inject(faults.after(lambda: region.subnets.pop("subnet-node0001")), "DescribeSubnets", times=1)
    before, after = call(server, "vpc", "DescribeSubnets"), call(server, "vpc", "DescribeSubnets")
    assert (before["TotalCount"], after["TotalCount"]) == (3, 2)
