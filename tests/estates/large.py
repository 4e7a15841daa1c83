"""A region to measure with: 100 clusters, 10,000 nodes, 400 security groups."""

from __future__ import annotations

from tests.loopback.clusters import ClusterRows
from tests.loopback.estate import Estate, Region
from tests.loopback.rules import ALLOW_ALL, allow, drop, tke_master_rules, tke_node_rules

CLUSTERS = 100
NODES = 10_000
GROUPS = 400
MASTERS = 3
NATIVES = 10


def build() -> Estate:
    """Ten VPCs with ten clusters each, the last of the ten independent; every cluster has four groups of its own."""
    estate = Estate()
    region = estate.region()
    template = region.address_template("203.0.113.0/24", "198.51.100.0/24")
    for number in range(CLUSTERS // 10):
        block = f"10.{number}.0.0/16"
        pods = [f"172.{16 + number}.{16 * cluster}.0/20" for cluster in range(10)]
        home = region.vpc(block, container=pods)
        for cluster_number, cluster_cidr in enumerate(pods):
            nodes = region.subnet(home, f"10.{number}.{16 * cluster_number}.0/20")
            _cluster(region, home, nodes, block, cluster_cidr, template, independent=cluster_number == 9)
    return estate


def _cluster(
    region: Region, home: str, subnet: str, block: str, pods: str, template: str, *, independent: bool
) -> None:
    kind = "INDEPENDENT_CLUSTER" if independent else "MANAGED_CLUSTER"
    cluster = region.cluster(home, cluster_cidr=pods, cluster_type=kind)
    nodes = region.group(tke_node_rules((pods,), (block,)))
    masters = region.group(tke_master_rules((pods,), (block,)))
    extra = region.group((drop("tcp", "6379", "0.0.0.0/0"), allow("tcp", "8443", template)), ())
    native = region.group((*tke_node_rules((pods,), (block,)), allow("tcp", "9100", nodes)), ALLOW_ALL)
    _machines(cluster, subnet, (nodes, extra), masters if independent else "", native)
    cluster.auto_scaling_pool([nodes, extra], [subnet])
    cluster.native_pool([native, masters], [subnet])


def _machines(cluster: ClusterRows, subnet: str, bound: tuple[str, str], masters: str, native: str) -> None:
    others = NATIVES + (MASTERS if masters else 0)
    for _ in range(NODES // CLUSTERS - others):
        cluster.worker(subnet, bound)
    for _ in range(NATIVES):
        cluster.native(subnet, [native])
    for _ in range(MASTERS if masters else 0):
        cluster.master(subnet, [masters])
