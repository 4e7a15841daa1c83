"""Network ACLs as the reader builds them from the answers of the vpc actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from auditor.fetcher import actions
from auditor.model.codes import Part
from auditor.model.gaps import Gap
from auditor.model.rules import AclEntry, Action, Direction, SubnetAcl
from auditor.model.services import Protocol
from tests.loopback.estate import Estate, Region
from tests.loopback.shapes import acl_entry, acl_quintuple
from tests.unit.fetcher.fake_cloud import FakeCloud, codes, read

Row = dict[str, Any]


def estate() -> tuple[Estate, Region]:
    """A cluster of one worker in a subnet of its own, and a subnet that no cluster uses."""
    made = Estate()
    region = made.region()
    vpc = region.vpc("10.0.0.0/16", vpc_id="vpc-prod0001")
    subnet = region.subnet(vpc, "10.0.0.0/24", ipv6="2402:4e00:1::/64", subnet_id="subnet-node0001")
    region.subnet(vpc, "10.0.9.0/24", subnet_id="subnet-else0001")
    group = region.group(group_id="sg-node0001")
    region.cluster(vpc, cluster_cidr="172.16.0.0/16", cluster_id="cls-prod0001").worker(subnet, [group])
    return made, region


def test_subnet_without_acl_causes_no_call() -> None:
    made, _ = estate()
    cloud = FakeCloud(made)
    snapshot = read(cloud)
    assert snapshot.subnet_acls == (
        SubnetAcl(region="ap-guangzhou", subnet_id="subnet-node0001", cidrs=("10.0.0.0/24", "2402:4e00:1::/64")),
    )
    assert (snapshot.network_acls, cloud.count(actions.NETWORK_ACLS)) == ((), 0)


def test_entries_of_three_fields_are_sorted_by_direction_and_priority() -> None:
    made, region = estate()
    ingress = (
        acl_entry(2, "Drop", "10.0.0.0/8", protocol="tcp", port="30000-32768"),
        acl_entry(1, "Accept", "2402:4e00::/32", protocol="icmp"),
        acl_entry(1, "accept", "0.0.0.0/0", protocol="TCP", port="ALL"),
    )
    region.network_acl("subnet-node0001", ingress=ingress, egress=(acl_entry(1, "DROP", "1.2.3.4"),), acl_id="acl-0001")
    snapshot = read(FakeCloud(made))
    (acl,) = snapshot.network_acls
    assert snapshot.all_gaps() == ()
    assert (acl.network_acl_id, acl.vpc_id, snapshot.subnet_acls[0].network_acl_id) == (
        "acl-0001",
        "vpc-prod0001",
        "acl-0001",
    )
    assert isinstance(acl.entries, tuple)
    assert [
        (entry.direction, entry.priority, entry.action, entry.cidr, entry.protocol, entry.ports)
        for entry in acl.entries
    ] == [
        (Direction.EGRESS, 1, Action.DENY, "1.2.3.4", None, ()),
        (Direction.INGRESS, 1, Action.ALLOW, "2402:4e00::/32", Protocol.ICMPV6, ()),
        (Direction.INGRESS, 1, Action.ALLOW, "0.0.0.0/0", Protocol.TCP, ((0, 65535),)),
        (Direction.INGRESS, 2, Action.DENY, "10.0.0.0/8", Protocol.TCP, ((30000, 32768),)),
    ]


def test_entries_of_five_fields_have_a_near_side_and_source_ports() -> None:
    made, region = estate()
    quintuples = (
        acl_quintuple(
            1, "INGRESS", "DROP", "10.1.0.0/16", "10.0.0.7", protocol="TCP", source_port="1-1023", port="22,443"
        ),
        acl_quintuple(1, "egress", "accept", "10.0.0.7", "10.1.0.0/16"),
    )
    region.network_acl("subnet-node0001", quintuples=quintuples, acl_id="acl-0001")
    cloud = FakeCloud(made)
    (acl,) = read(cloud).network_acls
    assert acl.entries == (
        AclEntry(
            entry_id="acli45-00000001",
            direction=Direction.EGRESS,
            priority=1,
            action=Action.ALLOW,
            cidr="10.1.0.0/16",
            own_cidr="10.0.0.7",
        ),
        AclEntry(
            entry_id="acli45-00000001",
            direction=Direction.INGRESS,
            priority=1,
            action=Action.DENY,
            cidr="10.1.0.0/16",
            protocol=Protocol.TCP,
            ports=((22, 22), (443, 443)),
            own_cidr="10.0.0.7",
            peer_ports=((1, 1023),),
        ),
    )
    assert cloud.params(actions.NETWORK_ACL_ENTRIES) == [{"NetworkAclId": "acl-0001", "Offset": 0, "Limit": 100}]


def test_long_list_of_entries_is_read_to_its_end() -> None:
    made, region = estate()
    quintuples = [acl_quintuple(number, "INGRESS", "DROP", f"10.1.{number}.0/24", "0.0.0.0/0") for number in range(150)]
    region.network_acl("subnet-node0001", quintuples=quintuples)
    (acl,) = read(FakeCloud(made)).network_acls
    assert isinstance(acl.entries, tuple)
    assert len(acl.entries) == 150


@pytest.mark.parametrize(
    "entry",
    [
        acl_entry(1, "Reject", "0.0.0.0/0"),
        acl_entry(1, "Drop", "somewhere"),
        acl_entry(1, "Drop", "0.0.0.0/0") | {"Ipv6CidrBlock": "::/0"},
        acl_entry(1, "Drop", "0.0.0.0/0", protocol="sctp"),
        acl_entry(1, "Drop", "0.0.0.0/0", protocol="all", port="80"),
        acl_entry(1, "Drop", "0.0.0.0/0", protocol="tcp"),
        acl_entry(1, "Drop", "0.0.0.0/0", protocol="tcp", port="90-80"),
        acl_entry(1, "Drop", "0.0.0.0/0") | {"Priority": None},
        acl_entry(1, "Drop", "0.0.0.0/0") | {"CidrBlock": ""},
    ],
)
def test_entry_that_cannot_be_read_is_a_gap(entry: Row) -> None:
    made, region = estate()
    region.network_acl("subnet-node0001", ingress=(entry,), acl_id="acl-0001")
    assert {resource for resource, _ in codes(read(FakeCloud(made)).all_gaps())} == {"acl-0001"}


def test_two_entries_of_one_priority_are_a_gap_unless_their_families_differ() -> None:
    made, region = estate()
    entries = [acl_entry(1, "Drop", "0.0.0.0/0"), acl_entry(1, "Drop", "::/0")]
    region.network_acl("subnet-node0001", ingress=entries, acl_id="acl-0001")
    assert read(FakeCloud(made)).all_gaps() == ()
    region.network_acls[0]["IngressEntries"].append(acl_entry(1, "Accept", "10.0.0.0/8"))
    assert codes(read(FakeCloud(made)).all_gaps()) == [("acl-0001", "WrongShape")]


def other_kind(region: Region) -> None:
    region.network_acls[0]["NetworkAclType"] = "1"


def no_list(region: Region) -> None:
    region.network_acls[0]["EgressEntries"] = None


def no_id(region: Region) -> None:
    region.subnets["subnet-node0001"]["NetworkAclId"] = None


def unknown_id(region: Region) -> None:
    region.network_acls.clear()


@pytest.mark.parametrize(
    ("bend", "resource"),
    [
        (other_kind, "acl-0001"),
        (no_list, "acl-0001"),
        (no_id, "subnet-node0001"),
        (unknown_id, "acl-0001"),
    ],
)
def test_answer_that_does_not_tell_the_entries_is_a_gap(bend: Callable[[Region], None], resource: str) -> None:
    made, region = estate()
    region.network_acl("subnet-node0001", acl_id="acl-0001")
    bend(region)
    assert {found for found, _ in codes(read(FakeCloud(made)).all_gaps())} == {resource}


def test_type_without_a_name_counts_as_three_fields_if_it_has_entries() -> None:
    made, region = estate()
    region.network_acl("subnet-node0001", ingress=(acl_entry(1, "Drop", "0.0.0.0/0"),), acl_id="acl-0001")
    other_kind(region)
    assert read(FakeCloud(made)).all_gaps() == ()


def test_subnet_that_cannot_be_read_has_the_gap_of_its_blocks() -> None:
    made, _ = estate()
    cloud = FakeCloud(made)
    cloud.deny(actions.SUBNETS)
    snapshot = read(cloud)
    ((gap,),) = [subnet.gaps for subnet in snapshot.subnet_acls]
    assert (gap.action, snapshot.all_gaps()) == ("DescribeSubnets", (gap,))


@pytest.mark.parametrize("action", [actions.NETWORK_ACLS, actions.NETWORK_ACL_ENTRIES])
def test_denied_call_is_a_gap_of_the_acl(action: actions.ApiAction) -> None:
    made, region = estate()
    region.network_acl("subnet-node0001", quintuples=(), acl_id="acl-0001")
    cloud = FakeCloud(made)
    cloud.deny(action)
    snapshot = read(cloud)
    (gap,) = snapshot.all_gaps()
    assert (gap.resource, gap.action) == ("acl-0001", action.name)
    assert "or leave the part out with `scope: {network_acls: false}`" in gap.message
    assert isinstance(snapshot.network_acls[0].entries, Gap)


def test_part_that_is_left_out_is_not_read() -> None:
    made, region = estate()
    region.network_acl("subnet-node0001", acl_id="acl-0001")
    cloud = FakeCloud(made)
    snapshot = read(cloud, left_out=(Part.NETWORK_ACLS,))
    assert (snapshot.subnet_acls, snapshot.network_acls, cloud.count(actions.NETWORK_ACLS)) == ((), (), 0)
    assert Part.NETWORK_ACLS not in snapshot.parts


def test_acls_of_the_subnets_of_super_nodes_are_read_and_those_of_secondary_interfaces_are_not() -> None:
    made, region = estate()
    vpc = region.vpcs[0]["VpcId"]
    for subnet_id, block in (("subnet-super001", "10.0.1.0/24"), ("subnet-second01", "10.0.2.0/24")):
        region.network_acl(region.subnet(vpc, block, subnet_id=subnet_id), acl_id=f"acl-{subnet_id[7:]}")
    cluster = region.clusters["cls-prod0001"]
    cluster.super_pool(["sg-node0001"], ["subnet-super001"], pool_id="np-super001")
    region.interface("subnet-super001", ["sg-node0001"], business="eks")
    region.interface("subnet-second01", ["sg-node0001"], instance_id=cluster.nodes_2018[0]["InstanceId"])
    snapshot = read(FakeCloud(made))
    assert [subnet.subnet_id for subnet in snapshot.subnet_acls] == ["subnet-node0001", "subnet-super001"]
    assert [acl.network_acl_id for acl in snapshot.network_acls] == ["acl-super001"]
    assert len(snapshot.clusters[0].interfaces) == 2
