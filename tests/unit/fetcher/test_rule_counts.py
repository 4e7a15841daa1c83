"""What a group's own count of rules says where some of them name templates."""

from __future__ import annotations

import pytest

from auditor.model.gaps import Gap
from auditor.model.rules import SecurityGroup
from tests.loopback.estate import Estate, Region
from tests.loopback.rules import allow
from tests.unit.fetcher.fake_cloud import FakeCloud, read

ZEROS = {
    "IngressIPv4TotalCount": 0,
    "IngressIPv6TotalCount": 0,
    "EgressIPv4TotalCount": 0,
    "EgressIPv6TotalCount": 0,
}


def region() -> Region:
    made = Estate().region()
    made.vpc("10.0.0.0/16")
    subnet = made.subnet("vpc-00000001", "10.0.1.0/24")
    addresses = made.address_template("10.0.0.1", "10.0.0.2", "10.0.0.3", template_id="ipm-00000001")
    made.address_template_group(
        addresses, made.address_template("10.0.0.9", template_id="ipm-00000002"), group_id="ipmg-0000001"
    )
    made.service_template("tcp:80", "tcp:443", template_id="ppm-00000001")
    made.group([], name="nodes")
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker(subnet, ["sg-00000001"])
    return made


def fetched(made: Region, *rules: dict[str, object], promised: int) -> SecurityGroup:
    policies = made.policies["sg-00000001"]
    policies["Ingress"] = [{**rule, "PolicyIndex": index} for index, rule in enumerate(rules)]
    policies["PolicyStatistics"] = {**ZEROS, "IngressIPv4TotalCount": promised}
    (group,) = read(FakeCloud(made.estate)).security_groups
    return group


PLAIN = allow("tcp", "22", "10.0.0.0/8")
ADDRESSES = {**PLAIN, "CidrBlock": "", "AddressTemplate": {"AddressId": "ipm-00000001", "AddressGroupId": ""}}
ADDRESS_GROUP = {**PLAIN, "CidrBlock": "", "AddressTemplate": {"AddressId": "", "AddressGroupId": "ipmg-0000001"}}
SERVICES = {"ServiceTemplate": {"ServiceId": "ppm-00000001", "ServiceGroupId": ""}, "Protocol": "", "Port": ""}
BOTH = {**ADDRESSES, **SERVICES}


@pytest.mark.parametrize("promised", [0, 1, 2, 4])
def test_address_template_counts_once_or_once_an_address(promised: int) -> None:
    assert isinstance(fetched(region(), PLAIN, ADDRESSES, promised=promised).ingress, tuple)


@pytest.mark.parametrize("promised", [3, 5, 6])
def test_count_that_no_way_of_counting_gives_is_a_gap_of_that_direction_alone(promised: int) -> None:
    found = fetched(region(), PLAIN, ADDRESSES, promised=promised)
    assert isinstance(found.ingress, Gap)
    assert (found.ingress.resource, found.ingress.code) == ("sg-00000001/ingress", "PartialAnswer")
    assert found.ingress.message == f"2 of {promised} ingress rules of sg-00000001 came: the others are unknown"
    assert isinstance(found.egress, tuple)


@pytest.mark.parametrize("promised", [1, 2, 3, 6])
def test_both_templates_of_a_rule_count_once_or_once_an_entry_each(promised: int) -> None:
    assert isinstance(fetched(region(), BOTH, promised=promised).ingress, tuple)


@pytest.mark.parametrize(("promised", "read_as"), [(1, tuple), (4, tuple), (3, Gap)])
def test_group_of_templates_counts_as_all_that_its_templates_hold(promised: int, read_as: type) -> None:
    assert isinstance(fetched(region(), ADDRESS_GROUP, promised=promised).ingress, read_as)


def test_template_that_was_not_wholly_read_leaves_the_count_open() -> None:
    made = region()
    made.address_templates[0]["AddressSet"] = ["10.0.0.1", "no address"]
    made.address_templates[0]["AddressExtraSet"] = None
    assert isinstance(fetched(made, ADDRESSES, promised=17).ingress, tuple)
