"""VPCs, subnets and the VPC-CNI add-on."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.fetcher import networks
from auditor.fetcher.actions import VPCS
from auditor.fetcher.json_fields import CallSite
from auditor.fetcher.networks import VpcBlocks
from auditor.model.clusters import Network

ORIGIN = CallSite(region="ap-guangzhou", action=VPCS)


def blocks(*assistants: dict[str, Any], **fields: object) -> VpcBlocks:
    row = {"VpcId": "vpc-a", "CidrBlock": "10.0.0.0/16", **fields}
    return networks.vpc_blocks(row, assistants, ORIGIN)


def test_ordinary_assistant_blocks_belong_to_machines_and_container_ones_do_not() -> None:
    found = blocks({"CidrBlock": "10.9.0.0/16", "AssistantType": 0}, {"CidrBlock": "172.16.0.0/16", "AssistantType": 1})
    assert found.ordinary == Network(cidrs=("10.0.0.0/16", "10.9.0.0/16"))
    assert found.all == Network(cidrs=("10.0.0.0/16", "10.9.0.0/16", "172.16.0.0/16"))


@pytest.mark.parametrize("kind", [{}, {"AssistantType": None}])
def test_assistant_block_without_a_type_is_ordinary(kind: dict[str, Any]) -> None:
    assert blocks({"CidrBlock": "10.9.0.0/16", **kind}).ordinary.cidrs == ("10.0.0.0/16", "10.9.0.0/16")


def test_assistant_block_of_an_unknown_type_is_a_gap() -> None:
    found = blocks({"CidrBlock": "10.9.0.0/16", "AssistantType": 2})
    assert (found.ordinary.cidrs, [gap.code for gap in found.ordinary.gaps]) == (
        ("10.0.0.0/16",),
        ["UnknownAssistantType"],
    )


def test_ipv6_blocks_of_every_carrier_are_surroundings_alone() -> None:
    carriers = [{"IPv6CidrBlock": "2402:4e00:1::/56"}, {"IPv6CidrBlock": "2409:8c00::/56"}, {}]
    found = blocks(Ipv6CidrBlock="2402:4e00::/56", Ipv6CidrBlockSet=carriers)
    assert found.ordinary.cidrs == ("10.0.0.0/16",)
    assert found.all.cidrs == ("10.0.0.0/16", "2402:4e00::/56", "2402:4e00:1::/56", "2409:8c00::/56")


@pytest.mark.parametrize(
    ("row", "without"),
    [
        ({"Ipv6CidrBlock": "", "Ipv6CidrBlockSet": []}, True),
        ({"Ipv6CidrBlock": "", "Ipv6CidrBlockSet": None}, True),
        ({"Ipv6CidrBlock": ""}, True),
        ({}, False),
        ({"Ipv6CidrBlock": None}, False),
        ({"Ipv6CidrBlock": "2402:4e00::/56"}, False),
        ({"Ipv6CidrBlock": "", "Ipv6CidrBlockSet": [{"IPv6CidrBlock": "2402:4e00::/56"}]}, False),
        ({"Ipv6CidrBlock": "", "Ipv6CidrBlockSet": [{}]}, False),
        ({"Ipv6CidrBlock": "", "Ipv6CidrBlockSet": "no list"}, False),
    ],
)
def test_a_vpc_is_without_ipv6_only_where_its_row_says_so(row: dict[str, Any], without: bool) -> None:  # noqa: FBT001
    assert blocks(**row).without_ipv6 is without


def test_vpc_without_a_readable_block_is_a_gap() -> None:
    found = blocks(CidrBlock="")
    assert (found.ordinary.cidrs, [gap.code for gap in found.ordinary.gaps]) == ((), ["UnreadableAddress"])


@pytest.mark.parametrize(
    ("row", "listed"), [({}, False), ({"AssistantCidrSet": None}, False), ({"AssistantCidrSet": []}, True)]
)
def test_empty_list_of_assistant_blocks_is_an_answer(row: dict[str, Any], listed: bool) -> None:  # noqa: FBT001 - a case
    assert networks.has_assistants(row) is listed


def test_subnet_has_its_ipv4_block() -> None:
    row = {"SubnetId": "subnet-a", "CidrBlock": "10.0.1.0/24", "Ipv6CidrBlock": "2402:4e00::/64"}
    assert networks.subnet_block(row, ORIGIN) == Network(cidrs=("10.0.1.0/24",))


def test_subnet_with_ipv6_alone_has_none() -> None:
    row = {"SubnetId": "subnet-a", "CidrBlock": "", "Ipv6CidrBlock": "2402:4e00::/64"}
    assert networks.subnet_block(row, ORIGIN) == Network()


def test_subnet_without_a_block_is_a_gap() -> None:
    assert [gap.resource for gap in networks.subnet_block({"SubnetId": "subnet-a"}, ORIGIN).gaps] == ["subnet-a"]


@pytest.mark.parametrize(
    ("answer", "enabled", "subnets"),
    [
        ({"EnableIPAMD": True, "SubnetIds": ["subnet-a"]}, True, ("subnet-a",)),
        ({"EnableIPAMD": True, "DisableVpcCniMode": False, "SubnetIds": None}, True, ()),
        ({"EnableIPAMD": True, "DisableVpcCniMode": True, "SubnetIds": ["subnet-a"]}, False, ()),
        ({"EnableIPAMD": False, "SubnetIds": ["subnet-a"]}, False, ()),
    ],
)
def test_vpc_cni_is_on_where_the_add_on_is_and_its_mode_is_not_off(
    answer: dict[str, Any],
    enabled: bool,  # noqa: FBT001 - a case
    subnets: tuple[str, ...],
) -> None:
    found = networks.parse_ipamd(answer)
    assert found is not None
    assert (found.enabled, found.subnet_ids) == (enabled, subnets)


@pytest.mark.parametrize("answer", [{}, {"EnableIPAMD": None}, {"EnableIPAMD": "true", "SubnetIds": ["subnet-a"]}])
def test_add_on_answer_without_its_main_word_says_nothing(answer: dict[str, Any]) -> None:
    assert networks.parse_ipamd(answer) is None
