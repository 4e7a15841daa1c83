"""The clusters that a run lists, and how rows of tke/DescribeClusters are parsed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from auditor.comparator.compare import compare
from auditor.config import baseline
from auditor.fetcher import actions, cluster_list
from auditor.fetcher.actions import CLUSTERS
from auditor.fetcher.cluster_list import ListedCluster
from auditor.fetcher.json_fields import CallSite
from auditor.model.baseline import Policy
from auditor.model.clusters import Attachment, NetworkMode, Networks, NotCovered, Role
from auditor.model.codes import GapKind, Part, Verdict
from auditor.model.selectors import Tag
from tests.loopback.estate import Estate
from tests.unit.fetcher.fake_cloud import FakeCloud, codes, error, read


def estate(clusters: int = 1) -> Estate:
    made = Estate()
    region = made.region()
    vpc_id = region.vpc("10.0.0.0/16")
    for _ in range(clusters):
        region.cluster(vpc_id, cluster_cidr="172.16.0.0/16")
    return made


def test_every_cluster_of_the_region_is_read_page_by_page() -> None:
    cloud = FakeCloud(estate(clusters=101))
    snapshot = read(cloud)
    assert [cluster.cluster_id for cluster in snapshot.clusters][::100] == ["cls-00000001", "cls-00000101"]
    assert [params["Offset"] for params in cloud.params(actions.CLUSTERS)] == [0, 100]


def test_named_clusters_alone_are_asked_for() -> None:
    cloud = FakeCloud(estate(clusters=3))
    snapshot = read(cloud, cluster_ids=("cls-00000003", "cls-00000001"))
    assert [cluster.cluster_id for cluster in snapshot.clusters] == ["cls-00000001", "cls-00000003"]
    assert cloud.params(actions.CLUSTERS) == [
        {"ClusterIds": ["cls-00000001", "cls-00000003"], "Offset": 0, "Limit": 100}
    ]
    assert snapshot.all_gaps() == ()


def test_named_cluster_that_is_nowhere_is_said() -> None:
    snapshot = read(FakeCloud(estate()), cluster_ids=("cls-nowhere", "cls-00000001"))
    assert [cluster.cluster_id for cluster in snapshot.clusters] == ["cls-00000001"]
    (gap,) = snapshot.gaps
    assert (gap.kind, gap.code, gap.resource, gap.cluster_id) == (
        GapKind.NOT_AUDITABLE,
        "UnknownCluster",
        "cls-nowhere",
        "cls-nowhere",
    )
    assert gap.message == "cls-nowhere was not found in ap-guangzhou: check the id, the region and the CAM policy"


def test_named_cluster_of_another_region_is_no_gap() -> None:
    made = estate()
    made.region("ap-beijing")
    snapshot = read(FakeCloud(made), "ap-guangzhou", "ap-beijing", cluster_ids=("cls-00000001",))
    assert (len(snapshot.clusters), snapshot.all_gaps()) == (1, ())


@pytest.mark.parametrize(
    "code",
    [
        "InternalError.ClusterNotFound",
        "FailedOperation.ClusterNotFound",
        "ResourceNotFound.ClusterNotFound",
        "InvalidParameter.ClusterNotFound",
        "ResourceNotFound",
    ],
)
def test_one_unknown_id_does_not_lose_the_others(code: str) -> None:
    cloud = FakeCloud(estate(clusters=3))

    def refuse_unknown(params: object, answer: dict[str, object]) -> dict[str, object]:
        assert isinstance(params, dict)
        if "cls-nowhere" in params["ClusterIds"]:
            raise error(actions.CLUSTERS, code)
        return answer

    cloud.bend(actions.CLUSTERS, refuse_unknown)
    snapshot = read(cloud, cluster_ids=("cls-00000001", "cls-00000002", "cls-00000003", "cls-nowhere"))
    assert len(snapshot.clusters) == 3
    assert codes(snapshot.gaps) == [("cls-nowhere", "UnknownCluster")]


def test_denied_list_of_clusters_is_a_gap_with_the_action_to_grant() -> None:
    cloud = FakeCloud(estate())
    cloud.deny(actions.CLUSTERS)
    snapshot = read(cloud)
    assert snapshot.clusters == ()
    (gap,) = snapshot.gaps
    assert (gap.kind, gap.code, gap.resource) == (GapKind.UNREAD, "UnauthorizedOperation", "ap-guangzhou")
    assert gap.request_id == "11111111-1111-1111-1111-111111111111"
    assert gap.message == (
        "which clusters ap-guangzhou has is unknown: tke:DescribeClusters in ap-guangzhou failed with"
        " UnauthorizedOperation: said the cloud; grant the CAM action tke:DescribeClusters"
    )


def test_named_clusters_behind_a_denial_are_not_said_to_be_nowhere() -> None:
    cloud = FakeCloud(estate())
    cloud.deny(actions.CLUSTERS)
    snapshot = read(cloud, cluster_ids=("cls-00000001",))
    assert codes(snapshot.gaps) == [("cls-00000001", "UnauthorizedOperation")]


def test_named_regions_without_any_cluster_are_a_gap_each() -> None:
    made = Estate()
    made.region("ap-beijing")
    made.region("ap-guangzhou")
    gaps = read(FakeCloud(made), "ap-guangzhou", "ap-beijing").gaps
    assert [(gap.region, gap.code) for gap in gaps] == [("ap-beijing", "NoCluster"), ("ap-guangzhou", "NoCluster")]


def test_no_cluster_in_all_regions_is_said_with_the_regions() -> None:
    made = Estate()
    made.region("ap-beijing")
    made.region("ap-guangzhou")
    (gap,) = read(FakeCloud(made), "all").gaps
    assert (gap.kind, gap.code, gap.region) == (GapKind.NOT_AUDITABLE, "NoCluster", "")
    assert gap.message == (
        "no cluster was found in ap-beijing, ap-guangzhou; a CAM policy may hide clusters without a word"
    )


def test_a_named_region_without_clusters_is_a_gap_and_one_among_all_is_none() -> None:
    made = estate()
    made.region("ap-beijing")
    named = read(FakeCloud(made), "ap-guangzhou", "ap-beijing")
    assert codes(named.all_gaps()) == [("ap-beijing", "NoCluster")]
    everywhere = read(FakeCloud(made), "all")
    assert (everywhere.regions, everywhere.all_gaps()) == (("ap-beijing", "ap-guangzhou"), ())


def test_list_that_comes_short_is_a_gap_and_its_rows_are_kept() -> None:
    cloud = FakeCloud(estate(clusters=2))
    cloud.bend(actions.CLUSTERS, lambda _params, answer: {**answer, "TotalCount": 3})
    snapshot = read(cloud)
    assert len(snapshot.clusters) == 2
    assert codes(snapshot.gaps) == [("ap-guangzhou", "PartialAnswer")]


def test_cluster_that_is_being_made_is_reported_and_not_read() -> None:
    made = estate()
    made.region().cluster(made.region().vpcs[0]["VpcId"], status="Creating", cluster_id="cls-new")
    cloud = FakeCloud(made)
    _, new = read(cloud).clusters
    assert (new.cluster_id, new.status, new.nodes, new.networks) == ("cls-new", "Creating", (), Networks())
    assert [(gap.kind, gap.code, gap.message) for gap in new.gaps] == [
        (GapKind.NOT_AUDITABLE, "ClusterState", "cls-new is in the state Creating: it has nothing to audit now")
    ]
    assert {params.get("ClusterId") for params in cloud.params(actions.NODE_POOLS_2022)} == {"cls-00000001"}


def test_edge_cluster_is_not_covered() -> None:
    made = Estate()
    region = made.region()
    outside = region.cluster(region.vpc("10.0.0.0/16"), cluster_cidr="172.16.0.0/16", cluster_type="EDGE_CLUSTER")
    alone = read(FakeCloud(made))
    assert alone.clusters[0].not_covered == (NotCovered(kind="edge-cluster", count=1),)
    assert alone.clusters[0].cluster_id == outside.cluster_id
    assert alone.all_gaps() == ()


def _tagged(made: Estate, cluster_id: str, tags: object) -> None:
    made.region().clusters[cluster_id].row["TagSpecification"] = tags


def test_tags_of_a_cluster_are_read() -> None:
    made = estate()
    pairs = [{"Key": "team", "Value": "shop"}, {"Key": "env", "Value": "prod"}]
    _tagged(made, "cls-00000001", [{"ResourceType": "cluster", "Tags": pairs}])
    snapshot = read(FakeCloud(made))
    assert snapshot.clusters[0].tags == (Tag(key="env", value="prod"), Tag(key="team", value="shop"))
    assert snapshot.all_gaps() == ()


@pytest.mark.parametrize("tags", [None, [], [{"ResourceType": "cluster", "Tags": None}]])
def test_a_cluster_may_have_no_tags(tags: object) -> None:
    made = estate()
    _tagged(made, "cls-00000001", tags)
    snapshot = read(FakeCloud(made))
    assert snapshot.clusters[0].tags == ()
    assert snapshot.all_gaps() == ()


@pytest.mark.parametrize("tags", ["env=prod", [7], [{"Tags": [{"Key": "env", "Value": 7}]}], [{"Tags": "env"}]])
def test_tags_of_the_wrong_shape_are_said(tags: object) -> None:
    made = estate()
    _tagged(made, "cls-00000001", tags)
    assert [gap.code for gap in read(FakeCloud(made)).all_gaps()] == ["WrongShape"]


@pytest.mark.parametrize("selector", ["cls-*2", "name:lab*", "tag:env=test"])
def test_of_an_excluded_cluster_nothing_but_its_row_is_read(selector: str) -> None:
    made = estate(clusters=2)
    row = made.region().clusters["cls-00000002"].row
    row["ClusterName"] = "lab 2"
    _tagged(made, "cls-00000002", [{"ResourceType": "cluster", "Tags": [{"Key": "env", "Value": "test"}]}])
    cloud = FakeCloud(made)
    kept, left_out = read(cloud, excluded=(selector,)).clusters
    assert {params["ClusterId"] for params in cloud.params(actions.NODE_POOLS_2022)} == {"cls-00000001"}
    assert (kept.cluster_id, kept.gaps) == ("cls-00000001", ())
    assert (left_out.cluster_id, left_out.networks) == ("cls-00000002", Networks())
    assert [(gap.kind, gap.code) for gap in left_out.gaps] == [(GapKind.NOT_AUDITABLE, "Excluded")]


def test_an_excluded_cluster_that_others_talk_to_is_read() -> None:
    cloud = FakeCloud(estate(clusters=2))
    read(cloud, excluded=("cls-00000002",), neighbours=("cls-00000001", "cls-00000002"))
    assert {params["ClusterId"] for params in cloud.params(actions.NODE_POOLS_2022)} == {"cls-00000001", "cls-00000002"}


def test_unknown_network_type_leaves_the_container_network_unknown() -> None:
    made = estate()
    made.region().clusters["cls-00000001"].row["Property"] = '{"NetworkType":"Calico"}'
    (cluster,) = read(FakeCloud(made)).clusters
    assert cluster.network_mode is NetworkMode.UNKNOWN
    assert codes(cluster.networks.container.gaps) == [("cls-00000001", "UnknownNetworkType")]
    assert cluster.networks.container.cidrs == ("172.16.0.0/16",)


ORIGIN = CallSite(region="ap-guangzhou", action=CLUSTERS)


def cluster(settings: dict[str, Any] | None = None, **fields: object) -> ListedCluster:
    row = {
        "ClusterId": "cls-a",
        "ClusterName": "shop",
        "ClusterType": "MANAGED_CLUSTER",
        "ClusterStatus": "Running",
        "Property": '{"NodeNameType":"lan-ip","NetworkType":"GR"}',
        "ClusterNetworkSettings": {"VpcId": "vpc-a", "ClusterCIDR": "10.12.0.0/14", **(settings or {})},
        **fields,
    }
    return cluster_list.parse_cluster(row, ORIGIN)


def test_cluster_is_read_whole() -> None:
    listed = cluster(ClusterNodeNum=2, ClusterMaterNodeNum=1, ClusterEtcdNodeNum=0)
    assert (listed.region, listed.cluster_id, listed.name, listed.status) == (
        "ap-guangzhou",
        "cls-a",
        "shop",
        "Running",
    )
    assert (listed.vpc_id, listed.network_mode, listed.pod_blocks) == (
        "vpc-a",
        NetworkMode.GLOBAL_ROUTER,
        ("10.12.0.0/14",),
    )
    assert (listed.workers, listed.masters, listed.etcd, listed.gaps) == (2, 1, 0, ())
    assert (listed.is_managed, listed.is_idle, listed.out_of_scope) == (True, False, "")


def test_counts_that_are_missing_are_none() -> None:
    listed = cluster(ClusterMaterNodeNum=None)
    assert (listed.workers, listed.masters, listed.etcd) == (None, None, None)


def test_pod_range_may_be_several_blocks() -> None:
    assert cluster({"ClusterCIDR": "10.14.0.0/16, 10.12.0.0/16"}).pod_blocks == ("10.12.0.0/16", "10.14.0.0/16")


def test_pod_range_that_is_none_is_a_gap() -> None:
    listed = cluster({"ClusterCIDR": "10.12.0.0/16,pods"})
    assert (listed.pod_blocks, [gap.code for gap in listed.gaps]) == (("10.12.0.0/16",), ["UnreadableAddress"])


@pytest.mark.parametrize(
    ("declared", "settings", "expected"),
    [
        ("GR", {}, NetworkMode.GLOBAL_ROUTER),
        ("GR", {"Subnets": ["subnet-a"]}, NetworkMode.MIXED),
        ("GR", {"Subnets": []}, NetworkMode.GLOBAL_ROUTER),
        ("VPC-CNI", {"ClusterCIDR": "", "Subnets": ["subnet-a"]}, NetworkMode.VPC_CNI),
        ("VPC-CNI", {"Subnets": ["subnet-a"]}, NetworkMode.VPC_CNI),
        ("vpc-cni", {"ClusterCIDR": "", "Subnets": None}, NetworkMode.VPC_CNI),
        ("CiliumOverlay", {"Subnets": ["subnet-a"]}, NetworkMode.CILIUM_OVERLAY),
    ],
)
def test_declared_network_type_decides(declared: str, settings: dict[str, Any], expected: NetworkMode) -> None:
    listed = cluster(settings, Property=f'{{"NetworkType":"{declared}"}}')
    assert (listed.network_mode, listed.gaps) == (expected, ())


@pytest.mark.parametrize("declared", ["", None, "not json", "[]", '{"NetworkType":""}', '{"NetworkType":null}'])
@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, NetworkMode.GLOBAL_ROUTER),
        ({"Subnets": ["subnet-a"]}, NetworkMode.MIXED),
        ({"ClusterCIDR": "", "Subnets": ["subnet-a"]}, NetworkMode.VPC_CNI),
        ({"ClusterCIDR": "10.9.0.0/20", "ServiceCIDR": "10.9.0.0/20", "Subnets": ["subnet-a"]}, NetworkMode.VPC_CNI),
    ],
)
def test_settings_decide_where_nothing_is_declared(
    declared: str | None, settings: dict[str, Any], expected: NetworkMode
) -> None:
    assert cluster(settings, Property=declared).network_mode is expected


def test_unknown_network_type_is_a_gap() -> None:
    listed = cluster(Property='{"NetworkType":"Calico"}')
    assert (listed.network_mode, [gap.code for gap in listed.gaps]) == (NetworkMode.UNKNOWN, ["UnknownNetworkType"])
    assert listed.gaps[0].message == "cls-a has the network type 'Calico': what its container network is, is unknown"


def test_cluster_that_says_nothing_of_its_network_is_a_gap() -> None:
    listed = cluster(Property="", ClusterNetworkSettings=None)
    assert (listed.network_mode, listed.vpc_id) == (NetworkMode.UNKNOWN, "")
    assert [gap.code for gap in listed.gaps] == ["UnknownNetworkType"]


@pytest.mark.parametrize(
    "status",
    [
        "Creating",
        "Trading",
        "Initializing",
        "WaittingForConnect",
        "Deleting",
        "Isolated",
        "ResourceIsolated",
        "creating",
    ],
)
def test_states_with_nothing_to_audit(status: str) -> None:
    assert cluster(ClusterStatus=status).is_idle


@pytest.mark.parametrize(
    "status", ["Running", "Idling", "Upgrading", "Scaling", "Abnormal", "MasterScaling", "", "New"]
)
def test_every_other_state_is_audited(status: str) -> None:
    assert not cluster(ClusterStatus=status).is_idle


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("EDGE_CLUSTER", "edge-cluster"),
        ("EKS_CLUSTER", "serverless-cluster"),
        ("SERVERLESS_CLUSTER", "serverless-cluster"),
        ("INDEPENDENT_CLUSTER", ""),
        ("", ""),
    ],
)
def test_kinds_of_cluster_without_nodes_to_audit(kind: str, word: str) -> None:
    listed = cluster(ClusterType=kind)
    assert (listed.out_of_scope, listed.is_managed) == (word, False)


def serverless() -> tuple[Estate, str]:
    made = Estate()
    region = made.region()
    vpc = region.vpc("10.0.0.0/16")
    subnet = region.subnet(vpc, "10.0.8.0/24")
    region.group()
    return made, region.serverless_cluster(vpc, [subnet])


def test_serverless_cluster_has_the_interfaces_of_its_pods() -> None:
    made, _ = serverless()
    made.region().interface("subnet-00000001", ["sg-00000001"], business="eks", interface_id="eni-a")
    cloud = FakeCloud(made)
    (only,) = read(cloud).clusters
    (interface,) = only.interfaces
    assert (interface.attachment, interface.role, interface.security_groups) == (
        Attachment.SUPER_NODE_PODS,
        Role.POD,
        ("sg-00000001",),
    )
    assert only.networks.container.cidrs == ("10.0.8.0/24",)
    assert only.networks.vpc.cidrs == ("10.0.0.0/16",)
    assert (only.not_covered, only.gaps) == ((NotCovered(kind="serverless-entrance", count=1),), ())
    assert {action for action, _, params in cloud.asked if "ClusterId" in params} == set()


def test_serverless_cluster_without_a_pod_is_empty() -> None:
    made, _ = serverless()
    snapshot = read(FakeCloud(made))
    result = compare(snapshot, Policy(baseline=baseline.load("tke-default")), date(2026, 11, 22))
    assert result.clusters[0].unjudged is Verdict.EMPTY


def test_serverless_cluster_is_not_covered_if_pods_are_left_out() -> None:
    made, _ = serverless()
    cloud = FakeCloud(made)
    (only,) = read(cloud, left_out=(Part.PODS,)).clusters
    assert only.not_covered == (NotCovered(kind="serverless-cluster", count=1),)
    assert cloud.count(actions.EKS_CLUSTERS) == 0


@pytest.mark.parametrize("subnets", [None, [], "subnet-1", ["x"]])
def test_unknown_subnets_of_a_serverless_cluster_are_a_gap(subnets: object) -> None:
    made, cluster_id = serverless()
    made.region().serverless[cluster_id]["SubnetIds"] = subnets
    (only,) = read(FakeCloud(made)).clusters
    assert ("PartialAnswer", "DescribeEKSClusters", cluster_id) in [
        (gap.code, gap.action, gap.cluster_id) for gap in only.gaps
    ]


def test_serverless_cluster_that_no_answer_has_is_a_gap() -> None:
    made, _ = serverless()
    made.region().serverless.clear()
    (only,) = read(FakeCloud(made)).clusters
    assert [gap.code for gap in only.gaps] == ["PartialAnswer"]
