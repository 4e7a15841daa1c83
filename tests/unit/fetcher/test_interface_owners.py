"""Network interfaces of a VPC: which cluster each belongs to, what it carries, and what is a gap."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from auditor.fetcher import actions
from auditor.model.clusters import Cluster, Interface
from auditor.model.codes import Part
from auditor.model.snapshot import Snapshot
from tests.loopback.clusters import ClusterRows
from tests.loopback.estate import Estate, Region
from tests.unit.fetcher.fake_cloud import FakeCloud, Row, codes, error, read

NODES, PODS, BURST, OTHER = "subnet-nodes", "subnet-pods", "subnet-burst", "subnet-other"


@pytest.fixture
def region() -> Region:
    """A VPC with four subnets and two groups."""
    region = Estate().region()
    vpc = region.vpc("10.0.0.0/16", vpc_id="vpc-a")
    for number, subnet_id in enumerate((NODES, PODS, BURST, OTHER)):
        region.subnet(vpc, f"10.0.{number}.0/24", subnet_id=subnet_id)
    region.group(group_id="sg-a")
    region.group(group_id="sg-b")
    return region


def vpc_cni(region: Region, cluster_id: str = "cls-a") -> ClusterRows:
    """A VPC-CNI cluster with one node, ``ins-a``, or none if that node exists already."""
    cluster = region.cluster("vpc-a", mode="VPC-CNI", container_subnets=[PODS], cluster_id=cluster_id)
    if cluster_id == "cls-a":
        cluster.worker(NODES, ["sg-a"], node_id="ins-a")
    return cluster


def only(snapshot: Snapshot) -> Cluster:
    (cluster,) = snapshot.clusters
    return cluster


def shown(interfaces: tuple[Interface, ...]) -> list[tuple[str, str, str, str, object]]:
    return [(item.interface_id, item.attachment, item.role, item.node_id, item.security_groups) for item in interfaces]


def row_of(region: Region, interface_id: str) -> Row:
    return next(row for row in region.interfaces if row["NetworkInterfaceId"] == interface_id)


def primary(region: Region, instance_id: str = "ins-a") -> Row:
    return next(row for row in region.interfaces if row["Primary"] and row["Attachment"]["InstanceId"] == instance_id)


def test_further_interface_outside_the_container_subnets_is_secondary(region: Region) -> None:
    vpc_cni(region)
    region.interface(OTHER, ["sg-b"], instance_id="ins-a", interface_id="eni-b", address="10.0.3.9")
    cluster = only(read(FakeCloud(region.estate)))
    assert shown(cluster.interfaces) == [("eni-b", "secondary", "node", "ins-a", ("sg-b",))]
    assert (cluster.interfaces[0].subnet_id, cluster.interfaces[0].addresses) == (OTHER, ("10.0.3.9",))
    assert cluster.interfaces[0].name == "eni-b"
    assert cluster.gaps == ()


def test_further_interface_in_a_container_subnet_carries_pods_with_groups_or_without(region: Region) -> None:
    vpc_cni(region)
    region.interface(PODS, [], instance_id="ins-a", interface_id="eni-b")
    region.interface(PODS, ["sg-b", "sg-a"], instance_id="ins-a", interface_id="eni-c")
    cluster = only(read(FakeCloud(region.estate)))
    assert shown(cluster.interfaces) == [
        ("eni-b", "pods", "pod", "ins-a", ()),
        ("eni-c", "pods", "pod", "ins-a", ("sg-b", "sg-a")),
    ]
    assert cluster.gaps == ()


def test_secondary_interface_of_a_master_has_the_role_of_the_master(region: Region) -> None:
    cluster = region.cluster(
        "vpc-a", cluster_cidr="172.16.0.0/16", cluster_type="INDEPENDENT_CLUSTER", cluster_id="cls-a"
    )
    cluster.master(NODES, ["sg-a"], node_id="ins-a")
    region.interface(OTHER, ["sg-b"], instance_id="ins-a", interface_id="eni-b")
    assert shown(only(read(FakeCloud(region.estate))).interfaces) == [
        ("eni-b", "secondary", "master", "ins-a", ("sg-b",))
    ]


def bend_row(cloud: FakeCloud, interface_id: str, **fields: object) -> None:
    """Change fields of one row of the list of a VPC; ``...`` removes a field. Other lists stay as they are."""

    def bend(params: Mapping[str, object], answer: Row) -> Row:
        for row in answer["NetworkInterfaceSet"] if "vpc-id" in str(params) else ():
            if row["NetworkInterfaceId"] == interface_id:
                row.update(fields)
                for name in [name for name, value in fields.items() if value is ...]:
                    del row[name]
        return answer

    cloud.bend(actions.NETWORK_INTERFACES, bend)


@pytest.mark.parametrize("groups", [None, ..., "sg-a", ["sg-a", 7], ["x"], {}])
def test_interface_with_an_unreadable_group_list_binds_a_gap(region: Region, groups: object) -> None:
    vpc_cni(region)
    region.interface(OTHER, ["sg-b"], instance_id="ins-a", interface_id="eni-b")
    cloud = FakeCloud(region.estate)
    bend_row(cloud, "eni-b", GroupSet=groups)
    snapshot = read(cloud)
    assert codes(snapshot.all_gaps()) == [("eni-b", "NoGroupList")]
    assert only(snapshot).interfaces[0].security_groups == snapshot.all_gaps()[0]


SHAPES: dict[str, dict[str, object]] = {
    "answer of 2020": {
        "Business": ...,
        "AttachType": ...,
        "CdcId": ...,
        "InstanceAccountId": "1250000000",
        "Attachment": {"InstanceId": "ins-a", "DeviceIndex": 1, "AttachTime": "2020-11-01 08:00:00"},
    },
    "reversed type": {"EniType": 1},
    "trunk": {"EniType": 2},
    "type missing": {"EniType": ...},
    "in use by its state": {"State": "AVAILABLE", "NetworkInterfaceState": "INUSE"},
    "state missing": {"State": ...},
    "business of the control plane": {"Business": "TKE"},
    "empty business": {"Business": ""},
    "no business": {"Business": None},
    "no IPv6 list": {"Ipv6AddressSet": None},
    "new names of IPv6": {"Ipv6Addresses": [], "Ipv6AddressCount": 0},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("subnet", "kind"), [(OTHER, ("secondary", "node")), (PODS, ("pods", "pod"))])
def test_interface_of_a_node_is_laid_by_attachment_primary_and_subnet_in_every_shape(
    region: Region, shape: str, subnet: str, kind: tuple[str, str]
) -> None:
    vpc_cni(region)
    region.interface(subnet, ["sg-b"], instance_id="ins-a", interface_id="eni-b")
    cloud = FakeCloud(region.estate)
    bend_row(cloud, "eni-b", **SHAPES[shape])
    cluster = only(read(cloud))
    assert shown(cluster.interfaces) == [("eni-b", *kind, "ins-a", ("sg-b",))]
    assert cluster.gaps == ()


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "reversed type"])
def test_primary_interface_is_known_by_primary_alone(region: Region, shape: str) -> None:
    vpc_cni(region)
    cloud = FakeCloud(region.estate)
    bend_row(cloud, primary(region)["NetworkInterfaceId"], **{"EniType": 0, **SHAPES[shape]})
    cluster = only(read(cloud))
    assert (cluster.interfaces, cluster.gaps) == ((), ())


def test_new_interface_without_an_attachment_is_of_no_node(region: Region) -> None:
    vpc_cni(region)
    region.interface(OTHER, [], interface_id="eni-b")
    row_of(region, "eni-b").update(State="PENDING", NetworkInterfaceState="PENDING")
    cluster = only(read(FakeCloud(region.estate)))
    assert (cluster.interfaces, cluster.gaps) == ((), ())
    assert "detached-interface" not in {item.kind for item in cluster.not_covered}


def test_detached_interfaces_in_container_subnets_are_counted(region: Region) -> None:
    vpc_cni(region)
    for number in range(3):
        region.interface(PODS, ["sg-b"], interface_id=f"eni-free{number}")
    cluster = only(read(FakeCloud(region.estate)))
    assert [item.count for item in cluster.not_covered if item.kind == "detached-interface"] == [3]
    assert (cluster.interfaces, cluster.gaps) == ((), ())


def test_interfaces_of_other_machines_are_not_of_the_cluster(region: Region) -> None:
    vpc_cni(region)
    region.instance(PODS, ["sg-b"], instance_id="ins-stranger")
    region.interface(PODS, ["sg-b"], instance_id="ins-stranger")
    cluster = only(read(FakeCloud(region.estate)))
    assert (cluster.interfaces, cluster.gaps) == ((), ())


ATTACHMENTS: dict[str, object] = {
    "none": None,
    "unknown machine": {"InstanceId": "eks-p0d00001", "DeviceIndex": 0, "AttachTime": "2026-01-01 08:00:00"},
}


@pytest.mark.parametrize("attachment", ATTACHMENTS)
@pytest.mark.parametrize("business", ["eks", "EKS"])
def test_interface_of_a_serverless_pod_is_of_the_one_cluster_that_uses_its_subnet(
    region: Region, attachment: str, business: str
) -> None:
    vpc_cni(region).super_pool(["sg-a"], [BURST])
    vpc_cni(region, "cls-b").super_pool(["sg-a"], [OTHER])
    region.interface(BURST, ["sg-b"], business=business, interface_id="eni-b", address="10.0.2.9")
    row_of(region, "eni-b")["Attachment"] = ATTACHMENTS[attachment]
    first, second = read(FakeCloud(region.estate)).clusters
    assert shown(first.interfaces) == [("eni-b", "super-node-pods", "pod", "", ("sg-b",))]
    assert (first.gaps, second.interfaces, second.gaps) == ((), (), ())


def test_subnet_of_a_super_node_counts_without_a_pool(region: Region) -> None:
    vpc_cni(region).super_node(BURST)
    region.interface(BURST, [], business="eks", interface_id="eni-b")
    assert shown(only(read(FakeCloud(region.estate))).interfaces) == [("eni-b", "super-node-pods", "pod", "", ())]


def test_interface_of_a_pod_in_a_subnet_of_two_clusters_is_a_gap_of_both(region: Region) -> None:
    for cluster_id in ("cls-a", "cls-b"):
        vpc_cni(region, cluster_id).super_pool(["sg-a"], [BURST])
    for number in range(2):
        region.interface(BURST, ["sg-b"], business="eks", interface_id=f"eni-p0d{number}")
    snapshot = read(FakeCloud(region.estate))
    gaps = [(gap.cluster_id, gap.resource, gap.code) for gap in snapshot.all_gaps()]
    assert gaps == [("cls-a", BURST, "UnknownOwner"), ("cls-b", BURST, "UnknownOwner")]
    assert [cluster.interfaces for cluster in snapshot.clusters] == [(), ()]
    assert "eni-p0d0 and 1 more" in snapshot.all_gaps()[0].message


def test_interface_of_a_pod_in_a_subnet_of_no_cluster_is_a_gap_of_those_with_super_nodes(region: Region) -> None:
    vpc_cni(region).super_pool(["sg-a"], [BURST])
    vpc_cni(region, "cls-b").worker(NODES, ["sg-a"], node_id="ins-b")
    region.interface(OTHER, ["sg-b"], business="eks", interface_id="eni-b")
    gaps = read(FakeCloud(region.estate)).all_gaps()
    assert [(gap.cluster_id, gap.resource, gap.code) for gap in gaps] == [("cls-a", OTHER, "UnknownOwner")]


def test_interface_of_a_pod_that_no_cluster_explains_is_a_gap(region: Region) -> None:
    vpc_cni(region)
    region.interface(OTHER, ["sg-b"], business="eks", interface_id="eni-b")
    gaps = read(FakeCloud(region.estate)).all_gaps()
    assert [(gap.cluster_id, gap.resource, gap.code) for gap in gaps] == [("cls-a", OTHER, "UnknownOwner")]


@pytest.mark.parametrize("wanted", [{"cluster_ids": ("cls-a",)}, {"excluded": ("cls-b",)}])
def test_interface_of_a_pod_may_be_of_a_cluster_that_is_not_read(region: Region, wanted: dict[str, object]) -> None:
    vpc_cni(region)
    vpc_cni(region, "cls-b").super_pool(["sg-a"], [BURST])
    region.interface(BURST, ["sg-b"], business="eks", interface_id="eni-b")
    cluster = next(item for item in read(FakeCloud(region.estate), **wanted).clusters if item.cluster_id == "cls-a")
    assert (cluster.interfaces, cluster.gaps) == ((), ())


@pytest.mark.parametrize("business", [None, ..., ""])
def test_detached_interface_among_serverless_pods_without_a_business_may_be_of_a_pod(
    region: Region, business: object
) -> None:
    vpc_cni(region).super_pool(["sg-a"], [BURST])
    region.interface(BURST, ["sg-b"], interface_id="eni-b")
    cloud = FakeCloud(region.estate)
    bend_row(cloud, "eni-b", Business=business)
    assert codes(read(cloud).all_gaps()) == [(BURST, "UnknownOwner")]


def test_native_node_is_recognized_by_its_address_where_its_interface_has_another_id(region: Region) -> None:
    cluster = region.cluster("vpc-a", cluster_cidr="172.16.0.0/16", cluster_id="cls-a")
    cluster.native(NODES, ["sg-a"], node_id="np-a-x", machine_id="eks-a")
    region.interfaces[0]["Primary"] = True
    region.interfaces[0]["Attachment"]["InstanceId"] = "eks-elsewhere"
    cluster_read = only(read(FakeCloud(region.estate)))
    assert (cluster_read.interfaces, cluster_read.gaps) == ((), ())


def test_native_node_without_an_interface_in_the_list_is_no_gap(region: Region) -> None:
    cluster = region.cluster("vpc-a", cluster_cidr="172.16.0.0/16", cluster_id="cls-a")
    cluster.native(NODES, ["sg-a"], node_id="np-a-x", machine_id="eks-a")
    cloud = FakeCloud(region.estate)
    drop_rows(cloud, region.interfaces[0]["NetworkInterfaceId"])
    assert read(cloud).all_gaps() == ()


def drop_rows(cloud: FakeCloud, *interface_ids: str) -> None:
    """Leave rows out of the list of a VPC, and out of its count, as a CAM policy for single resources does."""

    def bend(params: Mapping[str, object], answer: Row) -> Row:
        if "vpc-id" not in str(params):
            return answer
        rows = [row for row in answer["NetworkInterfaceSet"] if row["NetworkInterfaceId"] not in interface_ids]
        return {**answer, "NetworkInterfaceSet": rows, "TotalCount": len(rows)}

    cloud.bend(actions.NETWORK_INTERFACES, bend)


def test_running_machine_without_a_primary_interface_shows_an_incomplete_list(region: Region) -> None:
    vpc_cni(region).worker(NODES, ["sg-a"], node_id="ins-b")
    cloud = FakeCloud(region.estate)
    drop_rows(cloud, primary(region)["NetworkInterfaceId"], primary(region, "ins-b")["NetworkInterfaceId"])
    (gap,) = read(cloud).all_gaps()
    assert (gap.cluster_id, gap.resource, gap.action) == ("cls-a", "cls-a", "DescribeNetworkInterfaces")
    assert gap.message == (
        "the list of vpc-a has no primary interface of ins-a and 1 more of cls-a: "
        "which further interfaces they have is unknown"
    )


@pytest.mark.parametrize("state", ["PENDING", "LAUNCH_FAILED", "STOPPED", "TERMINATING"])
def test_machine_that_does_not_run_may_have_no_interface(region: Region, state: str) -> None:
    vpc_cni(region)
    region.instances[0]["InstanceState"] = state
    cloud = FakeCloud(region.estate)
    drop_rows(cloud, primary(region)["NetworkInterfaceId"])
    assert read(cloud).all_gaps() == ()


def test_primary_interface_with_other_groups_than_its_machine_is_a_gap_with_both_lists(region: Region) -> None:
    vpc_cni(region)
    primary(region)["GroupSet"] = ["sg-b", "sg-a"]
    cloud = FakeCloud(region.estate)
    snapshot = read(cloud)
    (gap,) = snapshot.all_gaps()
    interface_id = primary(region)["NetworkInterfaceId"]
    assert (gap.cluster_id, gap.resource, gap.code) == ("cls-a", "ins-a", "GroupListsDiffer")
    assert gap.message == (
        f"ins-a binds sg-a and its primary interface {interface_id} sg-b, sg-a: which of them counts is unknown"
    )
    assert only(snapshot).nodes[0].security_groups == ("sg-a",)
    assert [
        params["NetworkInterfaceIds"]
        for params in cloud.params(actions.NETWORK_INTERFACES)
        if len(params) == 3 and "NetworkInterfaceIds" in params
    ] == [[interface_id]]


def test_primary_interface_with_the_same_groups_in_another_order_is_a_gap(region: Region) -> None:
    vpc_cni(region).worker(NODES, ["sg-a", "sg-b"], node_id="ins-b")
    primary(region, "ins-b")["GroupSet"] = ["sg-b", "sg-a"]
    assert codes(read(FakeCloud(region.estate)).all_gaps()) == [("ins-b", "GroupListsDiffer")]


def test_groups_that_change_while_they_are_read_are_read_once_more(region: Region) -> None:
    vpc_cni(region)
    primary(region)["GroupSet"] = ["sg-b"]
    cloud = FakeCloud(region.estate)
    asked: list[int] = []

    def bend(params: Mapping[str, object], answer: Row) -> Row:
        if "InstanceIds" in params:
            asked.append(1)
            for row in answer["InstanceSet"] if len(asked) > 1 else ():
                row["SecurityGroupIds"] = ["sg-b"]
        return answer

    cloud.bend(actions.INSTANCES, bend)
    snapshot = read(cloud)
    assert only(snapshot).nodes[0].security_groups == ("sg-b",)
    assert "sg-b" in {group.security_group_id for group in snapshot.security_groups}
    assert only(snapshot).gaps == ()
    assert len(asked) == 2


def test_machine_and_primary_interface_that_both_bind_no_group_agree(region: Region) -> None:
    region.cluster("vpc-a", cluster_cidr="172.16.0.0/16", cluster_id="cls-a").worker(NODES, [], node_id="ins-a")
    snapshot = read(FakeCloud(region.estate))
    assert only(snapshot).nodes[0].security_groups == ()
    assert snapshot.all_gaps() == ()


@pytest.mark.parametrize("groups", [None, ..., "sg-a"])
def test_primary_interface_without_a_readable_group_list_is_a_gap(region: Region, groups: object) -> None:
    vpc_cni(region)
    cloud = FakeCloud(region.estate)
    bend_row(cloud, primary(region)["NetworkInterfaceId"], GroupSet=groups)
    gaps = read(cloud).all_gaps()
    assert codes(gaps) == [(primary(region)["NetworkInterfaceId"], "NoGroupList")]


@pytest.mark.parametrize("value", [None, ..., "true", 1])
def test_interface_that_does_not_say_whether_it_is_primary_is_a_gap(region: Region, value: object) -> None:
    vpc_cni(region)
    region.interface(OTHER, ["sg-b"], instance_id="ins-a", interface_id="eni-b")
    cloud = FakeCloud(region.estate)
    bend_row(cloud, "eni-b", Primary=value)
    snapshot = read(cloud)
    assert codes(snapshot.all_gaps()) == [("eni-b", "WrongShape")]
    assert only(snapshot).interfaces == ()


@pytest.mark.parametrize("value", [..., "ins-a", [], {"DeviceIndex": 1}, {"InstanceId": 7}, {"InstanceId": "no id"}])
def test_interface_with_an_unreadable_attachment_is_a_gap(region: Region, value: object) -> None:
    vpc_cni(region)
    region.interface(OTHER, ["sg-b"], instance_id="ins-a", interface_id="eni-b")
    cloud = FakeCloud(region.estate)
    bend_row(cloud, "eni-b", Attachment=value)
    gaps = read(cloud).all_gaps()
    assert [(gap.cluster_id, gap.resource, gap.code) for gap in gaps] == [("cls-a", "eni-b", "WrongShape")]


@pytest.mark.parametrize("value", [None, ..., "", 7, "x"])
def test_further_interface_without_a_subnet_is_a_gap(region: Region, value: object) -> None:
    vpc_cni(region)
    region.interface(OTHER, ["sg-b"], instance_id="ins-a", interface_id="eni-b")
    cloud = FakeCloud(region.estate)
    bend_row(cloud, "eni-b", SubnetId=value)
    snapshot = read(cloud)
    assert codes(snapshot.all_gaps()) == [("eni-b", "WrongShape")]
    assert only(snapshot).interfaces == ()


def test_interfaces_are_not_classified_where_the_container_subnets_are_unknown(region: Region) -> None:
    cluster = region.cluster("vpc-a", cluster_cidr="172.16.0.0/16", cluster_id="cls-a")
    cluster.worker(NODES, ["sg-a"], node_id="ins-a")
    for number in range(2):
        region.interface(OTHER, ["sg-b"], instance_id="ins-a", interface_id=f"eni-b{number}")
    cloud = FakeCloud(region.estate)
    cloud.deny(actions.IPAMD)
    snapshot = read(cloud)
    assert only(snapshot).interfaces == ()
    assert [(gap.resource, gap.action, gap.code) for gap in snapshot.all_gaps()] == [
        ("cls-a", "DescribeIPAMD", "UnauthorizedOperation")
    ]


@pytest.mark.parametrize("action", [actions.NODE_POOLS_2022, actions.CLUSTER_INSTANCES_2022])
def test_interface_of_a_pod_adds_no_gap_to_a_cluster_whose_nodes_or_pools_are_unknown(
    region: Region, action: actions.ApiAction
) -> None:
    vpc_cni(region).super_pool(["sg-a"], [BURST])
    region.interface(OTHER, ["sg-b"], business="eks", interface_id="eni-b")
    cloud = FakeCloud(region.estate)
    cloud.deny(action)
    assert {gap.action for gap in read(cloud).all_gaps()} == {action.name}


PUBLIC = [
    ({}, "none-found"),
    ({"PrivateIpAddressSet": [{"PrivateIpAddress": "10.0.3.9", "PublicIpAddress": "203.0.113.9"}]}, "internet"),
    (
        {
            "PrivateIpAddressSet": [
                {"PrivateIpAddress": "10.0.3.9", "PublicIpAddress": ""},
                {"PrivateIpAddress": "10.0.3.10", "PublicIpAddress": "203.0.113.9", "IsWanIpBlocked": True},
            ]
        },
        "internet",
    ),
    (
        {"Ipv6AddressSet": [{"Address": "2402:4e00::9", "PublicIpAddress": "2402:4e00::9"}]},
        "internet",
    ),
    ({"Ipv6AddressSet": [{"Address": "2402:4e00::9", "PublicIpAddress": ""}]}, "none-found"),
    ({"Ipv6AddressSet": [{"Address": "2402:4e00::9"}]}, "none-found"),
    ({"PrivateIpAddressSet": [{"PrivateIpAddress": "10.0.3.9", "PublicIpAddress": None}]}, "none-found"),
    ({"PrivateIpAddressSet": [{"PrivateIpAddress": "10.0.3.9"}]}, "unknown"),
    ({"PrivateIpAddressSet": []}, "unknown"),
]


@pytest.mark.parametrize(("fields", "exposure"), PUBLIC)
def test_interface_is_on_the_internet_by_its_public_addresses(
    region: Region, fields: dict[str, object], exposure: str
) -> None:
    vpc_cni(region)
    region.interface(OTHER, ["sg-b"], instance_id="ins-a", interface_id="eni-b")
    row_of(region, "eni-b").update(fields)
    snapshot = read(FakeCloud(region.estate))
    assert only(snapshot).interfaces[0].exposure == exposure
    assert snapshot.all_gaps() == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"PrivateIpAddressSet": None},
        {"PrivateIpAddressSet": ...},
        {"PrivateIpAddressSet": {}},
        {"PrivateIpAddressSet": ["10.0.3.9"]},
        {"PrivateIpAddressSet": [{"PrivateIpAddress": "x", "PublicIpAddress": ""}]},
        {"PrivateIpAddressSet": [{"PrivateIpAddress": "10.0.3.9", "PublicIpAddress": "x"}]},
        {"PrivateIpAddressSet": [{"PrivateIpAddress": "10.0.3.9", "PublicIpAddress": 7}]},
        {"Ipv6AddressSet": 7},
        {"Ipv6AddressSet": [{"Address": "10.0.0.0/8"}]},
    ],
)
def test_interface_with_unreadable_addresses_is_a_gap_and_its_exposure_unknown(
    region: Region, fields: dict[str, object]
) -> None:
    vpc_cni(region)
    region.interface(OTHER, ["sg-b"], instance_id="ins-a", interface_id="eni-b")
    cloud = FakeCloud(region.estate)
    bend_row(cloud, "eni-b", **fields)
    snapshot = read(cloud)
    assert {gap.resource for gap in snapshot.all_gaps()} == {"eni-b"}
    assert only(snapshot).interfaces[0].exposure == "unknown"


def test_node_is_on_the_internet_by_a_public_address_of_its_primary_interface(region: Region) -> None:
    vpc_cni(region).worker(NODES, ["sg-a"], node_id="ins-b")
    primary(region)["PrivateIpAddressSet"][0]["PublicIpAddress"] = "203.0.113.9"
    nodes = only(read(FakeCloud(region.estate))).nodes
    assert [(node.node_id, node.exposure, node.subnet_id) for node in nodes] == [
        ("ins-a", "internet", NODES),
        ("ins-b", "none-found", NODES),
    ]


def test_refused_list_is_a_gap_of_each_cluster_with_nodes_and_spares_the_nodes(region: Region) -> None:
    vpc_cni(region)
    vpc_cni(region, "cls-b").worker(NODES, ["sg-b"], node_id="ins-b")
    region.cluster("vpc-a", cluster_cidr="172.16.0.0/16", cluster_id="cls-empty")
    cloud = FakeCloud(region.estate)
    refuse_vpc_list(cloud, "UnauthorizedOperation")
    snapshot = read(cloud)
    gaps = [(gap.cluster_id, gap.resource, gap.action, gap.code) for gap in snapshot.all_gaps()]
    action = "DescribeNetworkInterfaces"
    assert gaps == [
        ("cls-a", "vpc-a", action, "UnauthorizedOperation"),
        ("cls-b", "vpc-a", action, "UnauthorizedOperation"),
    ]
    assert snapshot.all_gaps()[0].message.startswith(
        "which network interfaces nodes and Pods in vpc-a have is unknown: "
    )
    bound = {node.node_id: node.security_groups for cluster in snapshot.clusters for node in cluster.nodes}
    assert bound == {"ins-a": ("sg-a",), "ins-b": ("sg-b",)}


def refuse_vpc_list(cloud: FakeCloud, code: str) -> None:
    """Refuse the list of the interfaces of a VPC alone."""

    def bend(params: Mapping[str, object], answer: Row) -> Row:
        if "vpc-id" in str(params):
            raise error(actions.NETWORK_INTERFACES, code)
        return answer

    cloud.bend(actions.NETWORK_INTERFACES, bend)


@pytest.mark.parametrize("value", [..., None, "vpc-other"])
def test_rows_of_another_vpc_show_that_the_filter_did_not_act(region: Region, value: object) -> None:
    vpc_cni(region)
    region.interface(OTHER, ["sg-b"], instance_id="ins-a", interface_id="eni-b")
    cloud = FakeCloud(region.estate)
    bend_row(cloud, "eni-b", VpcId=value)
    snapshot = read(cloud)
    (gap,) = snapshot.all_gaps()
    assert (gap.cluster_id, gap.resource, gap.code) == ("cls-a", "vpc-a", "WrongRows")
    assert gap.message == "1 of 2 interfaces that came for vpc-a are not of it: others may be missing"


def lists(cloud: FakeCloud) -> list[Row]:
    """The parameters of the lists of VPCs."""
    return [params for params in cloud.params(actions.NETWORK_INTERFACES) if "vpc-id" in str(params)]


def test_list_of_many_interfaces_is_read_page_by_page(region: Region) -> None:
    vpc_cni(region)
    for number in range(249):
        region.interface(PODS, ["sg-b"], instance_id="ins-a", interface_id=f"eni-{number:04d}", address="10.0.1.9")
    cloud = FakeCloud(region.estate)
    cluster = only(read(cloud))
    assert [(item.interface_id, item.attachment) for item in cluster.interfaces] == [
        (f"eni-{number:04d}", "pods") for number in range(249)
    ]
    assert sorted((page["Offset"], page["Limit"]) for page in lists(cloud)) == [(0, 100), (100, 100), (200, 100)]
    assert {page["Filters"][0]["Values"][0] for page in lists(cloud)} == {"vpc-a"}


def test_row_that_moves_to_another_page_counts_once_and_leaves_a_gap(region: Region) -> None:
    vpc_cni(region)
    for number in range(149):
        region.interface(PODS, ["sg-b"], instance_id="ins-a", interface_id=f"eni-{number:04d}", address="10.0.1.9")
    cloud = FakeCloud(region.estate)

    def bend(params: Mapping[str, object], answer: Row) -> Row:
        if "vpc-id" in str(params) and params["Offset"] == 100:
            answer["NetworkInterfaceSet"][0] = dict(region.interfaces[99])
        return answer

    cloud.bend(actions.NETWORK_INTERFACES, bend)
    snapshot = read(cloud)
    assert [(gap.cluster_id, gap.resource, gap.code) for gap in snapshot.all_gaps()] == [
        ("cls-a", "vpc-a", "PartialAnswer")
    ]
    assert len({item.interface_id for item in only(snapshot).interfaces}) == len(only(snapshot).interfaces) == 148


def test_each_vpc_of_audited_clusters_is_listed_once_and_no_other(region: Region) -> None:
    vpc_cni(region)
    vpc_cni(region, "cls-b")
    for number in range(3):
        vpc = region.vpc(f"10.{number + 1}.0.0/16", vpc_id=f"vpc-{number}")
        region.cluster(vpc, cluster_cidr="172.16.0.0/16", cluster_id=f"cls-{number}")
    cloud = FakeCloud(region.estate)
    read(cloud, cluster_ids=("cls-a", "cls-b", "cls-0"), neighbours=("cls-1",), excluded=("cls-0",))
    assert [page["Filters"] for page in lists(cloud)] == [[{"Name": "vpc-id", "Values": ["vpc-a"]}]]


def test_without_pods_only_further_interfaces_of_nodes_are_read(region: Region) -> None:
    vpc_cni(region).super_pool(["sg-a"], [BURST])
    region.interface(OTHER, ["sg-b"], instance_id="ins-a", interface_id="eni-b")
    region.interface(PODS, ["sg-b"], instance_id="ins-a", interface_id="eni-c")
    region.interface(PODS, ["sg-b"], interface_id="eni-d")
    region.interface(BURST, ["sg-b"], business="eks", interface_id="eni-e")
    region.interface(OTHER, ["sg-b"], business="eks", interface_id="eni-f")
    snapshot = read(FakeCloud(region.estate), left_out=(Part.PODS,))
    assert [item.interface_id for item in only(snapshot).interfaces] == ["eni-b"]
    assert only(snapshot).gaps == ()
    assert Part.INTERFACES in snapshot.parts
    assert Part.PODS not in snapshot.parts


def test_run_without_interfaces_asks_for_no_list(region: Region) -> None:
    vpc_cni(region)
    region.interface(OTHER, ["sg-b"], instance_id="ins-a", interface_id="eni-b")
    cloud = FakeCloud(region.estate)
    snapshot = read(cloud, left_out=(Part.PODS, Part.INTERFACES))
    assert lists(cloud) == []
    assert (only(snapshot).interfaces, snapshot.all_gaps()) == ((), ())
    assert Part.INTERFACES not in snapshot.parts


def test_interfaces_arrive_in_any_order_and_give_the_same_calls_and_snapshot(region: Region) -> None:
    vpc_cni(region)
    for number in range(7):
        group = region.group(group_id=f"sg-x{number}")
        region.interface(OTHER, [group], instance_id="ins-a", interface_id=f"eni-b{number}")
    first = FakeCloud(region.estate, shuffle=1)
    second = FakeCloud(region.estate, shuffle=2)
    assert read(first) == read(second)
    assert sorted(map(str, first.asked)) == sorted(map(str, second.asked))
