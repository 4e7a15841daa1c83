from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from auditor.fetcher.anonymize import scrub, suspects
from auditor.fetcher.cassette import Cassette, Interaction, dump

KEY_ID = "AKID" + "z8krbsJ5yKBZQpn74WFkmLPx3"


def cassette(*exchanges: tuple[dict[str, Any], dict[str, Any] | str]) -> Cassette:
    return Cassette.model_validate(
        {
            "format": "sgaudit-cassette/1",
            "scenario": "s",
            "origin": "recorded",
            "interactions": [
                {
                    "request": {
                        "service": "cvm",
                        "version": "2017-03-12",
                        "region": "ap-guangzhou",
                        "action": "DescribeInstances",
                        "params": params,
                    },
                    "response": {"status": 200, "content_type": "application/json", "body": body},
                }
                for params, body in exchanges
            ],
        }
    )


def scrubbed(value: object, key: str = "Anything") -> Any:  # noqa: ANN401 - JSON
    body = scrub(cassette(({}, {"Response": {key: value}})), Random(1)).interactions[0].response
    assert body is not None
    assert isinstance(body.body, dict)
    return body.body["Response"][key]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ClusterType", "MANAGED_CLUSTER"),
        ("ClusterStatus", "Running"),
        ("InstanceState", "running"),
        ("InstanceRole", "MASTER_ETCD"),
        ("NodeType", "Native"),
        ("Protocol", "tcp"),
        ("Port", "80,443,3306-20000"),
        ("Action", "ACCEPT"),
        ("Version", "60"),
        ("Service", "TCP:3306-20000"),
        ("ServiceSet", ["tcp:80", "udp:ALL"]),
        ("Zone", "ap-guangzhou-3"),
        ("Code", "UnauthorizedOperation"),
        ("CidrBlock", "10.0.0.0/16"),
        ("CidrBlock", "0.0.0.0/0"),
        ("CidrBlock", ""),
        ("CidrBlock", None),
        ("TotalCount", 400),
        ("PolicyIndex", 0),
        ("Memory", 0.5),
        ("IsDualStack", False),
        ("NextToken", ""),
        ("SecurityGroupIds", []),
    ],
)
def test_what_an_audit_reads_stays(key: str, value: object) -> None:
    assert scrubbed(value, key) == value


@pytest.mark.parametrize(
    ("key", "value", "masked"),
    [
        ("InstanceName", "payments-db", "name-1"),
        ("SecurityGroupName", "支付", "name-1"),
        ("PolicyDescription", "for Mrs Wu", ""),
        ("ClusterDescription", "the shop", ""),
        ("Message", "uin/100012345678 may not", "scrubbed"),
        ("Errors", ["no rights on shop"], ["scrubbed"]),
        ("Tags", [{"Key": "owner", "Value": "wu"}], []),
        ("TagSet", [{"Key": "owner", "Value": "wu"}], []),
        ("Labels", [{"Name": "team", "Value": "pay"}], []),
        ("UserData", "IyEvYmluL2Jhc2g=", ""),
        ("PreStartUserScript", "IyEvYmluL2Jhc2g=", ""),
        ("Password", "hush-hush", ""),
        ("LoginSettings", {"Password": "hush-hush", "KeyIds": ["skey-abcdefgh"]}, {}),
        ("KeyIds", ["skey-abcdefgh"], []),
        ("Token", "abc", ""),
        ("Kubeconfig", "apiVersion: v1", ""),
        ("CertificationAuthority", "-----BEGIN CERTIFICATE-----", ""),
        ("AppId", 1250000000, 0),
        ("OwnerUin", 100012345678, 0),
        ("ProjectId", 1034567, 0),
        ("ProjectId", "1034567", "name-1"),
        ("ProjectId", "0", "0"),
        ("InstanceAccountId", "100012345678", "name-1"),
        ("ClusterOs", "100012345678", "scrubbed"),
        ("CreatedTime", "2021-03-09T08:26:51Z", "2026-01-01T00:00:00Z"),
        ("CreatedAt", "2021-03-09T08:26:51Z", "2026-01-01T00:00:00Z"),
        ("MacAddress", "52:54:00:aa:bb:cc", "scrubbed"),
        ("Status", "has spaces and more, more than any word of an API would ever come to", "scrubbed"),
        ("Unheard", "of", "scrubbed"),
        ("PublicIpAddresses", ["8.8.8.8"], ["203.0.113.8"]),
        ("CidrBlock", "8.8.8.0/24", "203.0.113.0/24"),
        ("CidrBlock", "no block", "scrubbed"),
    ],
)
def test_what_belongs_to_somebody_goes(key: str, value: object, masked: object) -> None:
    assert scrubbed(value, key) == masked


def test_types_stay_what_they_were_below_a_key_that_goes() -> None:
    assert scrubbed({"Password": 5, "Token": None, "Secret": True}) == {
        "Password": None,
        "Token": None,
        "Secret": None,
    }


def test_ids_are_the_same_wherever_they_stand() -> None:
    made = scrub(
        cassette(
            ({"InstanceIds": ["ins-aaaaaaaa"]}, {"Response": {"InstanceId": "ins-aaaaaaaa", "VpcId": "vpc-aaaaaaaa"}}),
            (
                {"Filters": [{"Name": "vpc-id", "Values": ["vpc-aaaaaaaa"]}]},
                {"Response": {"ClusterOs": "custom/img-aaaaaaaa", "ImageId": "img-aaaaaaaa"}},
            ),
        ),
        Random(1),
    )
    first, second = made.interactions
    assert first.response is not None
    assert second.response is not None
    assert isinstance(first.response.body, dict)
    assert isinstance(second.response.body, dict)
    row, image = first.response.body["Response"], second.response.body["Response"]
    assert first.request.params == {"InstanceIds": [row["InstanceId"]]}
    assert second.request.params == {"Filters": [{"Name": "vpc-id", "Values": [row["VpcId"]]}]}
    assert image["ClusterOs"] == f"custom/{image['ImageId']}"
    assert row["InstanceId"] != "ins-aaaaaaaa"


def test_ids_in_sorted_batches_stay_sorted() -> None:
    ids = [f"ins-{number:08}" for number in range(150)]
    made = scrub(cassette(({"InstanceIds": ids[:100]}, {}), ({"InstanceIds": ids[100:]}, {})), Random(1))
    asked = [interaction.request.params["InstanceIds"] for interaction in made.interactions]
    assert sorted(asked[0] + asked[1]) == asked[0] + asked[1]


def test_parameters_keep_the_words_that_we_chose() -> None:
    params = {"Filters": [{"Name": "security-group-id", "Values": []}], "InstanceRole": "MASTER_ETCD", "Limit": 100}
    assert scrub(cassette((params, {}))).interactions[0].request.params == params


def test_a_public_address_in_parameters_is_mapped_too() -> None:
    made = scrub(cassette(({"Values": ["8.8.8.8"]}, {})))
    assert made.interactions[0].request.params == {"Values": ["203.0.113.8"]}


def test_the_property_of_a_cluster_is_looked_into() -> None:
    text = (
        '{"NetworkType":"VPC-CNI","VpcCniType":"tke-route-eni","NodeNameType":"lan-ip","Owner":"Wu","X":"sg-aaaaaaaa"}'
    )
    masked = scrubbed(text, "Property")
    assert '"NetworkType":"VPC-CNI","VpcCniType":"tke-route-eni","NodeNameType":"lan-ip"' in masked
    assert '"Owner":"scrubbed"' in masked
    assert "sg-aaaaaaaa" not in masked


@pytest.mark.parametrize("text", ["not json", '{"half":'])
def test_a_property_that_is_no_json_goes(text: str) -> None:
    assert scrubbed(text, "Property") == "scrubbed"


@pytest.mark.parametrize("key", ["Values", "DefaultValues", "RawValues"])
@pytest.mark.parametrize("encode", [lambda text: text, lambda text: b64encode(text.encode()).decode()])
def test_values_of_an_add_on_keep_their_shape_and_no_id(key: str, encode: Callable[[str], str]) -> None:
    groups = {"enableSecurityGroups": True, "securityGroups": ["sg-0a1b2c3d"]}
    values = {"vpcCni": {"securityGroups": groups}, "agent": {"token": "t0ps3cret", "note": "of the shop"}}
    document = json.loads(scrubbed(encode(json.dumps(values)), key))
    (group,) = document["vpcCni"]["securityGroups"].pop("securityGroups")
    assert document == {
        "vpcCni": {"securityGroups": {"enableSecurityGroups": True}},
        "agent": {"token": "", "note": "scrubbed"},
    }
    assert group.startswith("sg-")
    assert group != "sg-0a1b2c3d"


def test_a_request_id_is_another_one_of_the_same_shape() -> None:
    known = "b5b41468-520d-4192-b42f-595cc34b6c1c"
    masked = scrubbed(known, "RequestId")
    assert masked != known
    assert len(masked) == 36


def test_equal_names_stay_equal() -> None:
    names = scrubbed([{"Name": "web"}, {"Name": "db"}, {"Name": "web"}])
    assert names == [{"Name": "name-2"}, {"Name": "name-1"}, {"Name": "name-2"}]


def test_everything_together_leaves_nothing_suspect() -> None:
    body = {
        "Response": {
            "RequestId": "b5b41468-520d-4192-b42f-595cc34b6c1c",
            "Error": {"Code": "UnauthorizedOperation", "Message": f"{KEY_ID} qcs::cam::uin/100012345678:uin/1"},
            "Rows": [{"Uin": "100012345678", "Ip": "8.8.8.8", "UserData": "x", "Description": KEY_ID}],
        }
    }
    raw = cassette(({}, body))
    assert set(suspects(dump(raw))) == {"secret id", "account", "public address"}
    assert suspects(dump(scrub(raw))) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (KEY_ID, "secret id"),
        ("TC3-HMAC-SHA256 Credential=", "signature"),
        ('"authorization": ""', "signature"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x", "web token"),
        ("-----BEGIN RSA PRIVATE KEY-----", "private key"),
        ("ssh-rsa AAAAB3", "private key"),
        ("qcs::cam::uin/100012345678:root", "account"),
        ("100012345678", "account"),
        ("1250000000", "account"),
        ('"AdminPassword": "x"', "password"),
        ("8.8.8.8", "public address"),
        ("8.8.0.0/16", "public address"),
    ],
)
def test_the_last_look_finds_what_has_no_place(text: str, kind: str) -> None:
    assert suspects(text) == (kind,)


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/8",
        "qcs::cam::uin/100000000001:root",
        "203.0.113.7",
        "0.0.0.0/0",
        "9.0.0.0/8",
        "1.2.3",
        "999.1.1.1",
        '"Password": ""',
        "1.2.3.4.5",
    ],
)
def test_the_last_look_leaves_harmless_things_alone(text: str) -> None:
    assert suspects(text) == ()


@pytest.mark.parametrize("known", ["sg-node", "sg-1", "ins-m1", "SG_A", "group.one"])
def test_an_id_of_a_form_of_its_own_is_the_same_in_question_and_answer(known: str) -> None:
    row = {"SecurityGroupId": known, "SecurityGroupIds": [known], "GroupSet": [known]}
    made = scrub(
        cassette(
            ({}, {"Response": {"Row": row}}),
            ({"SecurityGroupId": known}, {}),
            ({"Filters": [{"Name": "security-group-id", "Values": [known]}]}, {}),
        ),
        Random(1),
    )
    first, second, third = made.interactions
    assert first.response is not None
    assert isinstance(first.response.body, dict)
    masked = first.response.body["Response"]["Row"]
    assert masked["SecurityGroupIds"] == masked["GroupSet"] == [masked["SecurityGroupId"]]
    assert masked["SecurityGroupId"] not in ("", "scrubbed", known)
    assert second.request.params == {"SecurityGroupId": masked["SecurityGroupId"]}
    assert third.request.params == {"Filters": [{"Name": "security-group-id", "Values": [masked["SecurityGroupId"]]}]}


def test_an_account_becomes_one_of_the_examples_wherever_it_stands() -> None:
    identity = {"AccountId": "123456789012", "Arn": "qcs::cam:123456789012:uin/120000000", "UserId": "120000000"}
    interface = {"NetworkInterfaceSet": [{"OwnerName": "123456789012"}]}
    kept = scrub(cassette(({}, identity), ({}, interface)), Random(1))
    bodies = [one.response.body for one in kept.interactions if one.response]
    assert bodies[0] == {"AccountId": "100000000001", "Arn": "scrubbed", "UserId": "name-1"}
    assert bodies[1] == {"NetworkInterfaceSet": [{"OwnerName": "100000000001"}]}
    assert suspects(dump(kept)) == ()


def answer_of(interaction: Interaction) -> dict[str, Any]:
    assert interaction.response is not None
    assert isinstance(interaction.response.body, dict)
    answer: dict[str, Any] = interaction.response.body["Response"]
    return answer


def test_the_entrance_of_an_api_server_keeps_its_load_balancer_and_loses_its_certificate() -> None:
    endpoints = {
        "CertificationAuthority": "-----BEGIN CERTIFICATE-----\nMIIC",
        "ClusterExternalEndpoint": "lb-6mjn1z2d.clb.ap-guangzhou.tencentclb.com:443",
        "ClusterIntranetEndpoint": "10.0.1.9",
        "ClusterDomain": "cls-gf2w8p5k.ccs.tencent-cloud.com",
        "ClusterExternalACL": ["120.53.10.0/24", "0.0.0.0/0"],
        "SecurityGroup": "sg-4k8w2m1p",
    }
    balancer = {"LoadBalancerDomain": "lb-6mjn1z2d.clb.ap-guangzhou.tencentclb.com", "SecureGroups": ["sg-4k8w2m1p"]}
    written = scrub(cassette(({"a": 1}, {"Response": endpoints}), ({"a": 2}, {"Response": balancer})), Random(1))
    text = dump(written)
    assert suspects(text) == ()
    for secret in ("MIIC", "6mjn1z2d", "gf2w8p5k", "120.53.10.0", "sg-4k8w2m1p", "tencentclb"):
        assert secret not in text
    masked = [answer_of(exchange) for exchange in written.interactions]
    assert masked[0]["CertificationAuthority"] == ""
    assert masked[0]["ClusterExternalEndpoint"] == masked[1]["LoadBalancerDomain"] + ":443"
    assert masked[0]["ClusterIntranetEndpoint"] == "10.0.1.9"
    assert masked[0]["ClusterExternalACL"][1] == "0.0.0.0/0"
    assert masked[0]["SecurityGroup"] == masked[1]["SecureGroups"][0]


def test_the_address_of_an_entrance_stays_that_of_its_load_balancer() -> None:
    both = {"ClusterExternalEndpoint": "120.53.10.7:443", "LoadBalancerVips": ["120.53.10.7"]}
    masked = answer_of(scrub(cassette(({}, {"Response": both})), Random(1)).interactions[0])
    assert masked["ClusterExternalEndpoint"] == masked["LoadBalancerVips"][0] + ":443"
    assert "120.53" not in str(masked)
