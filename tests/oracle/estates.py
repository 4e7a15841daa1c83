"""Small estates of one cluster, written out: what the regressions and the tests of the oracle start from."""

from __future__ import annotations

from dataclasses import dataclass

from tests.loopback.clusters import ClusterRows
from tests.loopback.estate import Estate, Region
from tests.loopback.rules import Row, tke_master_rules, tke_node_rules

PODS, VPC = "172.16.0.0/16", "10.0.0.0/16"
NODE_RULES: tuple[Row, ...] = tke_node_rules((PODS,), (VPC,))
MASTER_RULES: tuple[Row, ...] = tke_master_rules((PODS,), (VPC,))


@dataclass(frozen=True)
class Home:
    """One cluster in one subnet."""

    estate: Estate
    region: Region
    subnet: str
    cluster: ClusterRows


def home(*, independent: bool = False) -> Home:
    """A GlobalRouter cluster without a node."""
    estate = Estate()
    region = estate.region()
    vpc = region.vpc(VPC)
    subnet = region.subnet(vpc, "10.0.1.0/24")
    kind = "INDEPENDENT_CLUSTER" if independent else "MANAGED_CLUSTER"
    cluster = region.cluster(vpc, cluster_cidr=PODS, service_cidr="192.168.0.0/20", cluster_type=kind)
    return Home(estate, region, subnet, cluster)
