"""The estate of the second built-in demo: a second account with two clusters, one of them with a finding."""

from __future__ import annotations

from pathlib import Path

from auditor.fetcher.cassette import dump
from auditor.fetcher.fetch import FetchRequest, fetch
from tests.loopback.estate import Estate, Region
from tests.loopback.rules import ANY, allow, tke_node_rules
from tests.loopback.writing import EstateCaller

FILE = Path(__file__).parents[2] / "cassettes" / "demo-staging.json"
SCENARIO = "a second account: two clusters of the shop's staging in ap-shanghai, one of them with a finding"

ACCOUNT = "100000000002"
REGION = "ap-shanghai"
VPC = "10.8.0.0/16"
ORDERS_PODS = "172.20.0.0/18"
BUILD_PODS = "172.20.64.0/18"

ORDERS, BUILD = "cls-5tg0rd3r", "cls-5tgbu1ld"
NODES = "subnet-5tgn0de1"


def text() -> str:
    """The cassette: every call that an audit of the region makes."""
    caller = EstateCaller(build())
    fetch(caller, FetchRequest(regions=(REGION,)))
    return dump(caller.cassette(SCENARIO))


def build() -> Estate:
    """One region, one VPC, two managed clusters."""
    estate = Estate(ACCOUNT)
    region = estate.region(REGION)
    home = region.vpc(VPC, name="staging-vpc 预发布网络", container=(ORDERS_PODS, BUILD_PODS), vpc_id="vpc-5tg1net1")
    region.subnet(home, "10.8.0.0/20", name="nodes", zone="ap-shanghai-4", subnet_id=NODES)
    _orders(region, home)
    _build(region, home)
    return estate


def _orders(region: Region, home: str) -> None:
    """A copy of production: Redis is open to the world. Its tags name the environment and the team."""
    group = "sg-5tg0rd01"
    rules = (*tke_node_rules((ORDERS_PODS,), (VPC,)), allow("tcp", "6379", ANY, "redis, copied from production"))
    region.group(rules, name="orders-staging-nodes 订单预发布节点", group_id=group)
    cluster = region.cluster(
        home,
        name="orders-staging 订单预发布",
        cluster_cidr=ORDERS_PODS,
        service_cidr="172.20.60.0/22",
        cluster_id=ORDERS,
    )
    tags = [{"Key": "env", "Value": "staging"}, {"Key": "team", "Value": "orders"}]
    cluster.row["TagSpecification"] = [{"ResourceType": "cluster", "Tags": tags}]
    for number in range(1, 3):
        cluster.worker(NODES, [group], name=f"orders-staging-{number}", node_id=f"ins-5tg0rd0{number}")


def _build(region: Region, home: str) -> None:
    """With the group that TKE itself makes: everything as it should be."""
    group = "sg-5tgbu1d1"
    rules = tke_node_rules((BUILD_PODS,), (VPC,))
    region.group(rules, name=f"tke-worker-security-for-{BUILD}", group_id=group)
    cluster = region.cluster(
        home, name="build 构建", cluster_cidr=BUILD_PODS, service_cidr="172.20.124.0/22", cluster_id=BUILD
    )
    tags = [{"Key": "env", "Value": "staging"}, {"Key": "team", "Value": "platform"}]
    cluster.row["TagSpecification"] = [{"ResourceType": "cluster", "Tags": tags}]
    cluster.worker(NODES, [group], name="build-1", node_id="ins-5tgbu1d1")


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
