"""Rows of tke/DescribeClusters."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.fetcher import cluster_list
from auditor.fetcher.actions import CLUSTERS
from auditor.fetcher.cluster_list import ListedCluster
from auditor.fetcher.json_fields import CallSite
from auditor.model.clusters import NetworkMode

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
    found = cluster(ClusterNodeNum=2, ClusterMaterNodeNum=1, ClusterEtcdNodeNum=0)
    assert (found.region, found.cluster_id, found.name, found.status) == ("ap-guangzhou", "cls-a", "shop", "Running")
    assert (found.vpc_id, found.network_mode, found.pod_blocks) == (
        "vpc-a",
        NetworkMode.GLOBAL_ROUTER,
        ("10.12.0.0/14",),
    )
    assert (found.workers, found.masters, found.etcd, found.gaps) == (2, 1, 0, ())
    assert (found.is_managed, found.is_idle, found.out_of_scope) == (True, False, "")


def test_counts_that_are_missing_are_none() -> None:
    found = cluster(ClusterMaterNodeNum=None)
    assert (found.workers, found.masters, found.etcd) == (None, None, None)


def test_pod_range_may_be_several_blocks() -> None:
    assert cluster({"ClusterCIDR": "10.14.0.0/16, 10.12.0.0/16"}).pod_blocks == ("10.12.0.0/16", "10.14.0.0/16")


def test_pod_range_that_is_none_is_a_gap() -> None:
    found = cluster({"ClusterCIDR": "10.12.0.0/16,pods"})
    assert (found.pod_blocks, [gap.code for gap in found.gaps]) == (("10.12.0.0/16",), ["UnreadableAddress"])


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
    found = cluster(settings, Property=f'{{"NetworkType":"{declared}"}}')
    assert (found.network_mode, found.gaps) == (expected, ())


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
    found = cluster(Property='{"NetworkType":"Calico"}')
    assert (found.network_mode, [gap.code for gap in found.gaps]) == (NetworkMode.UNKNOWN, ["UnknownNetworkType"])
    assert found.gaps[0].message == "cls-a has the network type 'Calico': what its container network is, is unknown"


def test_cluster_that_says_nothing_of_its_network_is_a_gap() -> None:
    found = cluster(Property="", ClusterNetworkSettings=None)
    assert (found.network_mode, found.vpc_id) == (NetworkMode.UNKNOWN, "")
    assert [gap.code for gap in found.gaps] == ["UnknownNetworkType"]


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
    found = cluster(ClusterType=kind)
    assert (found.out_of_scope, found.is_managed) == (word, False)
