"""Networks of clusters, and how the rows of VPCs and subnets are parsed."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.fetcher import actions, networks
from auditor.fetcher.actions import VPCS
from auditor.fetcher.json_fields import CallSite
from auditor.fetcher.networks import NamedNetworks, VpcBlocks
from auditor.model.clusters import Cluster, Network, NetworkMode, NotCovered
from auditor.model.codes import GapKind, Part
from auditor.model.gaps import Gap
from tests.loopback.estate import Estate, Region
from tests.unit.fetcher.fake_cloud import FakeCloud, codes, error, read


def region(**vpc: object) -> Region:
    made = Estate().region()
    made.vpc("10.0.0.0/16", **vpc)  # type: ignore[arg-type]
    made.subnet("vpc-00000001", "10.0.1.0/24")
    made.subnet("vpc-00000001", "10.0.2.0/24", ipv6="2402:4e00::/64")
    made.group()
    return made


def only(cloud: FakeCloud, left_out: tuple[Part, ...] = ()) -> Cluster:
    (cluster,) = read(cloud, left_out=left_out).clusters
    return cluster


def test_global_router_cluster_has_its_pod_range() -> None:
    made = region()
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16,172.20.0.0/16")
    cluster = only(FakeCloud(made.estate))
    assert cluster.network_mode is NetworkMode.GLOBAL_ROUTER
    assert cluster.networks.container == Network(cidrs=("172.16.0.0/16", "172.20.0.0/16"))


def test_vpc_cni_cluster_has_its_container_subnets_and_those_of_the_add_on() -> None:
    made = region()
    rows = made.cluster("vpc-00000001", mode="VPC-CNI", container_subnets=["subnet-00000001"])
    rows.ipamd["SubnetIds"] = ["subnet-00000002"]
    cluster = only(FakeCloud(made.estate))
    assert cluster.network_mode is NetworkMode.VPC_CNI
    assert cluster.networks.container == Network(cidrs=("10.0.1.0/24", "10.0.2.0/24"))
    assert cluster.networks.subnets == Network(cidrs=("10.0.1.0/24", "10.0.2.0/24"))
    assert (cluster.not_covered, cluster.pod_bindings) == ((), ())


def test_vpc_cni_attached_to_a_global_router_cluster_makes_both() -> None:
    made = region()
    rows = made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16", container_subnets=["subnet-00000002"])
    rows.worker("subnet-00000001", ["sg-00000001"])
    cluster = only(FakeCloud(made.estate))
    assert cluster.network_mode is NetworkMode.MIXED
    assert cluster.networks.container == Network(cidrs=("10.0.2.0/24", "172.16.0.0/16"))
    assert cluster.not_covered == ()
    assert only(FakeCloud(made.estate), left_out=(Part.PODS,)).not_covered == (
        NotCovered(kind="vpc-cni-pods", count=1),
    )


def test_add_on_with_its_mode_off_makes_no_difference() -> None:
    made = region()
    rows = made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16", container_subnets=["subnet-00000002"])
    rows.ipamd["DisableVpcCniMode"] = True
    cluster = only(FakeCloud(made.estate))
    assert (cluster.network_mode, cluster.networks.container.cidrs) == (NetworkMode.GLOBAL_ROUTER, ("172.16.0.0/16",))


def test_cilium_overlay_has_its_pod_range_and_no_add_on_to_ask_for() -> None:
    made = region()
    made.cluster("vpc-00000001", mode="CiliumOverlay", cluster_cidr="172.16.0.0/16")
    cloud = FakeCloud(made.estate)
    cluster = only(cloud)
    assert (cluster.network_mode, cluster.networks.container.cidrs) == (NetworkMode.CILIUM_OVERLAY, ("172.16.0.0/16",))
    assert cloud.count(actions.IPAMD) == 0


def test_vpc_cni_without_a_container_subnet_is_a_gap() -> None:
    made = region()
    made.cluster("vpc-00000001", mode="VPC-CNI", container_subnets=[])
    assert codes(only(FakeCloud(made.estate)).networks.container.gaps) == [("cls-00000001", "NoContainerNetwork")]


def test_global_router_without_a_pod_range_is_a_gap() -> None:
    made = region()
    made.cluster("vpc-00000001")
    assert codes(only(FakeCloud(made.estate)).networks.container.gaps) == [("cls-00000001", "NoContainerNetwork")]


def test_denied_add_on_leaves_the_container_network_open_and_all_else_known() -> None:
    made = region()
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    cloud = FakeCloud(made.estate)
    cloud.deny(actions.IPAMD)
    networks = only(cloud).networks
    assert networks.container.cidrs == ("172.16.0.0/16",)
    assert codes(networks.container.gaps) == [("cls-00000001", "UnauthorizedOperation")]
    assert (networks.vpc.gaps, networks.subnets.gaps) == ((), ())


def test_vpc_has_its_ordinary_blocks_and_its_surroundings_all() -> None:
    made = region(ordinary=["10.9.0.0/16"], container=["172.16.0.0/16"], ipv6="2402:4e00::/56")
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    cloud = FakeCloud(made.estate)
    networks = only(cloud).networks
    assert networks.vpc == Network(cidrs=("10.0.0.0/16", "10.9.0.0/16"))
    assert networks.surroundings.cidrs == ("10.0.0.0/16", "10.9.0.0/16", "172.16.0.0/16", "2402:4e00::/56")
    assert cloud.count(actions.ASSISTANT_CIDRS) == 0


def test_assistant_blocks_are_asked_for_where_the_vpc_does_not_list_them() -> None:
    made = region(ordinary=["10.9.0.0/16"], container=["172.16.0.0/16"], embedded=False)
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    cloud = FakeCloud(made.estate)
    assert only(cloud).networks.vpc == Network(cidrs=("10.0.0.0/16", "10.9.0.0/16"))
    assert cloud.params(actions.ASSISTANT_CIDRS) == [{"VpcIds": ["vpc-00000001"], "Offset": 0, "Limit": 100}]


def test_equal_assistant_blocks_of_two_vpcs_are_both_seen() -> None:
    made = region(ordinary=["10.9.0.0/16"], embedded=False)
    made.vpc("10.1.0.0/16", ordinary=["10.9.0.0/16"], embedded=False)
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    made.cluster("vpc-00000002", cluster_cidr="172.17.0.0/16")
    first, second = read(FakeCloud(made.estate)).clusters
    assert first.networks.vpc.cidrs == ("10.0.0.0/16", "10.9.0.0/16")
    assert second.networks.vpc.cidrs == ("10.1.0.0/16", "10.9.0.0/16")


def outside(block: str = "10.9.1.0/24") -> Region:
    """A worker in a subnet that stands in none of the blocks that its VPC's row names."""
    made = region()
    made.subnet("vpc-00000001", block)
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker("subnet-00000003", ["sg-00000001"])
    return made


def test_a_subnet_outside_of_the_vpc_has_its_further_blocks_asked_for() -> None:
    made = outside()
    made.assistant_cidrs += [
        {"VpcId": "vpc-00000001", "CidrBlock": "10.9.0.0/16", "AssistantType": 0, "SubnetSet": []},
        {"VpcId": "vpc-00000001", "CidrBlock": "172.16.0.0/16", "AssistantType": 1, "SubnetSet": []},
    ]
    cloud = FakeCloud(made.estate)
    networks = only(cloud).networks
    assert networks.vpc == Network(cidrs=("10.0.0.0/16", "10.9.0.0/16"))
    assert networks.surroundings == Network(cidrs=("10.0.0.0/16", "10.9.0.0/16", "172.16.0.0/16"))
    assert cloud.count(actions.ASSISTANT_CIDRS) == 1


def test_a_subnet_outside_of_all_blocks_belongs_to_the_vpc_whose_blocks_are_then_not_wholly_known() -> None:
    networks = only(FakeCloud(outside().estate)).networks
    assert networks.vpc.cidrs == ("10.0.0.0/16", "10.9.1.0/24")
    assert codes(networks.vpc.gaps) == [("vpc-00000001", "PartialAnswer")]
    assert networks.vpc.gaps[0].message == (
        "subnet-00000003 of vpc-00000001 stands in none of its blocks: which others it has is unknown"
    )


def test_a_subnet_outside_of_the_vpc_and_denied_blocks_leave_the_vpc_open() -> None:
    cloud = FakeCloud(outside().estate)
    cloud.deny(actions.ASSISTANT_CIDRS)
    networks = only(cloud).networks
    assert networks.vpc.cidrs == ("10.0.0.0/16",)
    assert codes(networks.vpc.gaps) == [("vpc-00000001", "UnauthorizedOperation")]


@pytest.mark.parametrize("subnets", [["subnet-00000001", None], ["subnet-00000001", ""], {}, "subnet-00000001"])
def test_a_list_of_container_subnets_that_cannot_be_read_leaves_the_container_network_open(subnets: object) -> None:
    made = region()
    rows = made.cluster("vpc-00000001", container_subnets=["subnet-00000001"])
    cloud = FakeCloud(made.estate)
    cloud.bend(actions.IPAMD, lambda _, answer: {**answer, "SubnetIds": subnets})
    assert codes(only(cloud).networks.container.gaps) == [("cls-00000001", "UnreadableSubnets")]
    rows.row["ClusterNetworkSettings"]["Subnets"] = subnets
    network = only(FakeCloud(made.estate)).networks.container
    assert (network.cidrs, codes(network.gaps)) == (("10.0.1.0/24",), [("cls-00000001", "UnreadableSubnets")])


def test_denied_assistant_blocks_leave_the_vpc_open() -> None:
    made = region(ordinary=["10.9.0.0/16"], embedded=False)
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    cloud = FakeCloud(made.estate)
    cloud.deny(actions.ASSISTANT_CIDRS)
    networks = only(cloud).networks
    assert (networks.vpc.cidrs, codes(networks.vpc.gaps)) == (
        ("10.0.0.0/16",),
        [("vpc-00000001", "UnauthorizedOperation")],
    )
    assert codes(networks.surroundings.gaps) == [("vpc-00000001", "UnauthorizedOperation")]
    assert networks.container.gaps == ()


def test_denied_vpcs_leave_the_cluster_network_unknown() -> None:
    made = region()
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    cloud = FakeCloud(made.estate)
    cloud.deny(actions.VPCS)
    networks = only(cloud).networks
    assert (networks.vpc.cidrs, codes(networks.vpc.gaps)) == ((), [("vpc-00000001", "UnauthorizedOperation")])


@pytest.mark.parametrize("vpc_id", ["", "vpc-gone"])
def test_vpc_that_is_not_named_or_not_known_is_a_gap(vpc_id: str) -> None:
    made = region()
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").row["ClusterNetworkSettings"]["VpcId"] = vpc_id
    networks = only(FakeCloud(made.estate)).networks
    assert codes(networks.vpc.gaps) == [("vpc-gone", "NotFound") if vpc_id else ("cls-00000001", "NoVpc")]


def test_one_unknown_vpc_does_not_lose_the_others() -> None:
    made = region()
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    made.cluster("vpc-00000001", cluster_cidr="172.17.0.0/16").row["ClusterNetworkSettings"]["VpcId"] = "vpc-gone"
    first, second = read(FakeCloud(made.estate)).clusters
    assert (first.networks.vpc.cidrs, first.networks.vpc.gaps) == (("10.0.0.0/16",), ())
    assert codes(second.networks.vpc.gaps) == [("vpc-gone", "NotFound")]


def test_subnets_of_a_region_are_read_once_and_by_string_pages() -> None:
    made = region()
    for _ in range(2):
        made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker("subnet-00000001", ["sg-00000001"])
    cloud = FakeCloud(made.estate)
    read(cloud)
    assert cloud.params(actions.SUBNETS) == [{"SubnetIds": ["subnet-00000001"], "Offset": "0", "Limit": "100"}]


def test_subnet_that_is_unknown_is_a_gap_of_the_clusters_in_it() -> None:
    made = region()
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker("subnet-00000001", ["sg-00000001"])
    made.cluster("vpc-00000001", cluster_cidr="172.17.0.0/16").worker("subnet-00000002", ["sg-00000001"])
    del made.subnets["subnet-00000001"]
    first, second = read(FakeCloud(made.estate)).clusters
    assert codes(first.networks.subnets.gaps) == [("subnet-00000001", "NotFound")]
    assert second.networks.subnets == Network(cidrs=("10.0.2.0/24",))


def test_unknown_container_subnet_is_a_gap_of_the_container_network() -> None:
    made = region()
    made.cluster("vpc-00000001", mode="VPC-CNI", container_subnets=["subnet-gone", "subnet-00000001"])
    container = only(FakeCloud(made.estate)).networks.container
    assert (container.cidrs, codes(container.gaps)) == (("10.0.1.0/24",), [("subnet-gone", "NotFound")])


def test_denied_subnets_are_a_gap_with_the_action_to_grant() -> None:
    made = region()
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker("subnet-00000001", ["sg-00000001"])
    cloud = FakeCloud(made.estate)
    cloud.deny(actions.SUBNETS)
    (gap,) = only(cloud).networks.subnets.gaps
    assert (gap.resource, gap.code) == ("subnet-00000001", "UnauthorizedOperation")
    assert gap.message.startswith("blocks of subnet-00000001 are unknown: vpc:DescribeSubnets in ap-guangzhou failed")


def test_machine_that_names_no_subnet_leaves_the_subnets_open() -> None:
    made = region()
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker("subnet-00000001", ["sg-00000001"])
    made.instances[0]["VirtualPrivateCloud"] = None
    cloud = FakeCloud(made.estate)
    cloud.bend(actions.INSTANCES, lambda params, answer: answer)
    assert codes(only(cloud).networks.subnets.gaps) == [("ins-00000001", "NoSubnet")]


def test_throttled_add_on_is_a_gap_of_its_own_cluster_alone() -> None:
    made = region()
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    made.cluster("vpc-00000001", cluster_cidr="172.17.0.0/16")
    cloud = FakeCloud(made.estate)

    def refuse_first(params: object, answer: dict[str, object]) -> dict[str, object]:
        if params == {"ClusterId": "cls-00000001"}:
            raise error(actions.IPAMD, "RequestLimitExceeded")
        return answer

    cloud.bend(actions.IPAMD, refuse_first)
    first, second = read(cloud).clusters
    assert codes(first.networks.container.gaps) == [("cls-00000001", "RequestLimitExceeded")]
    assert second.networks.container.gaps == ()


ORIGIN = CallSite(region="ap-guangzhou", action=VPCS)


def blocks(*assistants: dict[str, Any], **fields: object) -> VpcBlocks:
    row = {"VpcId": "vpc-a", "CidrBlock": "10.0.0.0/16", **fields}
    return networks.parse_vpc(row, assistants, ORIGIN)


def test_ordinary_assistant_blocks_belong_to_machines_and_container_ones_do_not() -> None:
    vpc = blocks({"CidrBlock": "10.9.0.0/16", "AssistantType": 0}, {"CidrBlock": "172.16.0.0/16", "AssistantType": 1})
    assert vpc.ordinary == Network(cidrs=("10.0.0.0/16", "10.9.0.0/16"))
    assert vpc.all == Network(cidrs=("10.0.0.0/16", "10.9.0.0/16", "172.16.0.0/16"))


@pytest.mark.parametrize("kind", [{}, {"AssistantType": None}])
def test_assistant_block_without_a_type_is_ordinary(kind: dict[str, Any]) -> None:
    assert blocks({"CidrBlock": "10.9.0.0/16", **kind}).ordinary.cidrs == ("10.0.0.0/16", "10.9.0.0/16")


def test_assistant_block_of_an_unknown_type_is_a_gap() -> None:
    vpc = blocks({"CidrBlock": "10.9.0.0/16", "AssistantType": 2})
    assert (vpc.ordinary.cidrs, [gap.code for gap in vpc.ordinary.gaps]) == (
        ("10.0.0.0/16",),
        ["UnknownAssistantType"],
    )


def test_ipv6_blocks_of_every_carrier_are_surroundings_alone() -> None:
    carriers = [{"IPv6CidrBlock": "2402:4e00:1::/56"}, {"IPv6CidrBlock": "2409:8c00::/56"}, {}]
    vpc = blocks(Ipv6CidrBlock="2402:4e00::/56", Ipv6CidrBlockSet=carriers)
    assert vpc.ordinary.cidrs == ("10.0.0.0/16",)
    assert vpc.all.cidrs == ("10.0.0.0/16", "2402:4e00::/56", "2402:4e00:1::/56", "2409:8c00::/56")


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
    vpc = blocks(CidrBlock="")
    assert (vpc.ordinary.cidrs, [gap.code for gap in vpc.ordinary.gaps]) == ((), ["UnreadableAddress"])


@pytest.mark.parametrize(
    ("row", "listed"), [({}, False), ({"AssistantCidrSet": None}, False), ({"AssistantCidrSet": []}, True)]
)
def test_empty_list_of_assistant_blocks_is_an_answer(row: dict[str, Any], listed: bool) -> None:  # noqa: FBT001 - a case
    assert networks.has_assistants(row) is listed


def test_subnet_has_its_ipv4_block() -> None:
    row = {"SubnetId": "subnet-a", "CidrBlock": "10.0.1.0/24", "Ipv6CidrBlock": "2402:4e00::/64"}
    assert networks.parse_subnet(row, ORIGIN) == Network(cidrs=("10.0.1.0/24",))


def test_subnet_with_ipv6_alone_has_none() -> None:
    row = {"SubnetId": "subnet-a", "CidrBlock": "", "Ipv6CidrBlock": "2402:4e00::/64"}
    assert networks.parse_subnet(row, ORIGIN) == Network()


def test_subnet_without_a_block_is_a_gap() -> None:
    assert [gap.resource for gap in networks.parse_subnet({"SubnetId": "subnet-a"}, ORIGIN).gaps] == ["subnet-a"]


def test_named_networks_are_those_that_the_region_has() -> None:
    def unread(subnet: str, code: str) -> Network:
        gap = Gap(kind=GapKind.UNREAD, region="ap-guangzhou", resource=subnet, code=code, message="")
        return Network(gaps=(gap,))

    read_before = {"subnet-1": Network(cidrs=("10.0.1.0/24",)), "subnet-2": unread("subnet-2", "NotFound")}
    named = NamedNetworks(subnets={"subnet-3": unread("subnet-3", "UnauthorizedOperation")})
    ids = ["subnet-4", "subnet-3", "subnet-2", "subnet-1"]
    selected = networks.select_named_networks("ap-guangzhou", ids, {}, read_before, named)
    assert [(network.network_id, network.blocks) for network in selected] == [
        ("subnet-1", read_before["subnet-1"]),
        ("subnet-3", named.subnets["subnet-3"]),
    ]
