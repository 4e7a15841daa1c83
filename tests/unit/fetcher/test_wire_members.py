"""Instances and interfaces as members of groups."""

from __future__ import annotations

from auditor.fetcher import members
from auditor.fetcher.actions import NETWORK_INTERFACES
from auditor.fetcher.json_fields import CallSite
from auditor.model.rules import Member

ORIGIN = CallSite(region="ap-guangzhou", action=NETWORK_INTERFACES)


def test_instance_counts_with_its_private_addresses() -> None:
    row = {
        "InstanceId": "ins-a",
        "InstanceName": "web",
        "PrivateIpAddresses": ["10.0.0.9"],
        "PublicIpAddresses": ["1.2.3.4"],
        "IPv6Addresses": None,
        "SecurityGroupIds": ["sg-b", "sg-a"],
    }
    found = members.of_instance(row, ORIGIN)
    assert found.member == Member(instance_id="ins-a", name="web", addresses=("10.0.0.9",))
    assert (found.security_groups, found.gaps) == (("sg-b", "sg-a"), ())


def test_interface_counts_with_every_private_address() -> None:
    row = {
        "NetworkInterfaceId": "eni-a",
        "NetworkInterfaceName": "pods",
        "Business": "cvm",
        "Attachment": {"InstanceId": "ins-a"},
        "GroupSet": ["sg-a"],
        "PrivateIpAddressSet": [
            {"PrivateIpAddress": "10.0.0.15", "PublicIpAddress": "1.2.3.4"},
            {"PrivateIpAddress": "10.0.0.13"},
        ],
        "Ipv6AddressSet": [{"Address": "2402:4e00::1"}],
    }
    found = members.of_interface(row, ORIGIN)
    assert found.member == Member(
        instance_id="ins-a",
        interface_id="eni-a",
        name="pods",
        business="cvm",
        addresses=("10.0.0.13", "10.0.0.15", "2402:4e00::1"),
    )


def test_interface_attached_to_nothing_is_a_member_without_an_instance() -> None:
    found = members.of_interface({"NetworkInterfaceId": "eni-a", "Attachment": None, "GroupSet": ["sg-a"]}, ORIGIN)
    assert found.member == Member(instance_id="", interface_id="eni-a")


def test_unreadable_address_is_a_gap_and_the_others_count() -> None:
    found = members.of_instance({"InstanceId": "ins-a", "PrivateIpAddresses": ["10.0.0.9", "10.0.0.x"]}, ORIGIN)
    assert found.member.addresses == ("10.0.0.9",)
    assert [(gap.resource, gap.code) for gap in found.gaps] == [("ins-a", "UnreadableAddress")]
    assert found.security_groups is None
