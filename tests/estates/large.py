"""Regions to measure with. By default: one region, 100 clusters, 10,000 nodes, 400 security groups."""

from __future__ import annotations

from tests.loopback.clusters import ClusterRows
from tests.loopback.estate import GUANGZHOU, Estate, Region
from tests.loopback.rules import ALLOW_ALL, allow, drop, tke_master_rules, tke_node_rules

CLUSTERS = 100
NODES = 10_000
GROUPS = 400
GROUPS_OF_A_CLUSTER = 4
MASTERS = 3
NATIVES = 10


def build(regions: tuple[str, ...] = (GUANGZHOU,), clusters: int = CLUSTERS, nodes: int = NODES) -> Estate:
    """Each region has VPCs with ten clusters each, the last of the ten independent.

    ``clusters`` and ``nodes`` are those of one region. Every cluster has four groups of its own.
    """
    estate = Estate()
    for name in regions:
        _region(estate.region(name), clusters, nodes // clusters)
    return estate


def _region(region: Region, clusters: int, nodes: int) -> None:
    template = region.address_template("203.0.113.0/24", "198.51.100.0/24")
    for number in range(clusters // 10):
        block = f"10.{number}.0.0/16"
        pods = [f"172.{16 + number}.{16 * cluster}.0/20" for cluster in range(10)]
        home = region.vpc(block, container=pods)
        for cluster_number, cluster_cidr in enumerate(pods):
            subnet = region.subnet(home, f"10.{number}.{16 * cluster_number}.0/20")
            is_independent = cluster_number == 9
            _cluster(region, home, subnet, (block, cluster_cidr), template, nodes, independent=is_independent)


def _cluster(
    region: Region, home: str, subnet: str, blocks: tuple[str, str], template: str, count: int, *, independent: bool
) -> None:
    """A cluster of ``count`` nodes; ``blocks`` are those of its VPC and of its Pods."""
    block, pods = blocks
    kind = "INDEPENDENT_CLUSTER" if independent else "MANAGED_CLUSTER"
    cluster = region.cluster(home, cluster_cidr=pods, cluster_type=kind)
    nodes = region.group(tke_node_rules((pods,), (block,)))
    masters = region.group(tke_master_rules((pods,), (block,)))
    extra = region.group((drop("tcp", "6379", "0.0.0.0/0"), allow("tcp", "8443", template)), ())
    native = region.group((*tke_node_rules((pods,), (block,)), allow("tcp", "9100", nodes)), ALLOW_ALL)
    _machines(cluster, subnet, (nodes, extra), masters if independent else "", native, count)
    cluster.auto_scaling_pool([nodes, extra], [subnet])
    cluster.native_pool([native, masters], [subnet])


def _machines(cluster: ClusterRows, subnet: str, bound: tuple[str, str], masters: str, native: str, count: int) -> None:
    others = NATIVES + (MASTERS if masters else 0)
    for _ in range(count - others):
        cluster.worker(subnet, bound)
    for _ in range(NATIVES):
        cluster.native(subnet, [native])
    for _ in range(MASTERS if masters else 0):
        cluster.master(subnet, [masters])
