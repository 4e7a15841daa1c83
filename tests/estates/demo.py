"""The estate of the built-in demo: four clusters of a shop, with findings of every kind and two things unknown."""

from __future__ import annotations

from pathlib import Path

from auditor.fetcher.cassette import dump
from auditor.fetcher.fetch import FetchRequest, fetch
from tests.loopback.estate import Estate, Region
from tests.loopback.faults import deny
from tests.loopback.rules import ANY, allow, drop, tke_master_rules, tke_node_rules
from tests.loopback.writing import EstateCaller

FILE = Path(__file__).parents[2] / "cassettes" / "demo.json"
SCENARIO = "four clusters of a shop in ap-guangzhou, with findings of every kind"

VPC = "10.0.0.0/16"
VPC_MORE = "10.1.0.0/16"
ORDERS_PODS = "172.16.0.0/18"
PAYMENTS_PODS = "172.16.64.0/18"
LAB_PODS = "172.16.128.0/18"
WEB_PODS = "10.0.128.0/18"
OFFICE = "203.0.113.0/24"

ORDERS, WEB, PAYMENTS, LAB = "cls-ord3rs01", "cls-w3bfr0nt", "cls-paym3nt5", "cls-l4bt3st9"
NO_DNS = ("53", ORDERS_PODS)
"""Port and source of the rule that the Masters of the orders cluster lack."""

NODES_A, NODES_B, MASTERS, PODS = "subnet-n0de000a", "subnet-n0de000b", "subnet-ma5ter01", "subnet-p0ds0001"

ORDERS_NODE_RULES = (
    drop("tcp", "10250", VPC, "封禁 kubelet 端口 (INC-2291)"),
    allow("ALL", "ALL", ORDERS_PODS, "放通容器网络内 Pod 间通信"),
    allow("ALL", "ALL", VPC, "放通集群网络内节点间通信"),
    allow("ALL", "ALL", VPC_MORE, "放通集群网络内节点间通信"),
    allow("tcp", "10250", "10.0.0.0/20", "kubelet for metrics"),
    allow("tcp", "22", OFFICE, "SSH from the office"),
    allow("tcp", "22", ANY, "放通 SSH 登录端口"),
    allow("tcp", "30000-32767", ANY, "NodePort"),
    allow("udp", "30000-32767", ANY, "NodePort"),
    allow("icmp", "ALL", ANY, "支持 Ping 操作"),
    allow("tcp", "6379", ANY, "redis, temporary 临时开放"),
)
ORDERS_MASTER_RULES = (
    *(row for row in tke_master_rules((ORDERS_PODS,), (VPC, VPC_MORE)) if (row["Port"], row["CidrBlock"]) != NO_DNS),
    allow("tcp", "2379", ANY, "etcd backup"),
)
WEB_RULES = (
    *tke_node_rules((WEB_PODS,), (VPC, VPC_MORE)),
    allow("ppm-d3bug001", "", "ipm-0ff1ce01", "debug from the office"),
    allow("tcp", "9100", "sg-b4st10n1", "node-exporter"),
    allow("tcp", "443", "::/0", "HTTPS over IPv6"),
)
WEB_OLD_RULES = (
    *tke_node_rules((WEB_PODS,), (VPC, VPC_MORE)),
    allow("tcp", "10250", ANY, "kubelet, 旧监控"),
)


def text() -> str:
    """The cassette: every call that an audit of the region makes, the lab's DescribeIPAMD denied."""
    caller = EstateCaller(build(), faults={f"DescribeIPAMD {LAB}": deny})
    fetch(caller, FetchRequest(regions=("ap-guangzhou",)))
    return dump(caller.cassette(SCENARIO))


def build() -> Estate:
    """One region, one VPC, four clusters."""
    estate = Estate()
    region = estate.region("ap-guangzhou")
    home = region.vpc(
        VPC,
        name="shop-vpc 商城网络",
        ordinary=(VPC_MORE,),
        container=(ORDERS_PODS, PAYMENTS_PODS, LAB_PODS),
        vpc_id="vpc-5h0pnet1",
    )
    region.subnet(home, "10.0.0.0/20", name="nodes-a", zone="ap-guangzhou-3", subnet_id=NODES_A)
    region.subnet(home, "10.0.16.0/20", name="nodes-b", zone="ap-guangzhou-6", subnet_id=NODES_B)
    region.subnet(home, "10.0.32.0/24", name="masters", zone="ap-guangzhou-3", subnet_id=MASTERS)
    region.subnet(home, WEB_PODS, name="pods 容器子网", zone="ap-guangzhou-3", subnet_id=PODS)
    _shared(region)
    _orders(region, home)
    _web(region, home)
    _payments(region, home)
    _lab(region, home)
    return estate


def _shared(region: Region) -> None:
    region.address_template(OFFICE, "198.51.100.16-198.51.100.31", name="office 办公网出口", template_id="ipm-0ff1ce01")
    region.service_template("tcp:8080,8443", name="web-debug 调试端口", template_id="ppm-d3bug001")
    region.group((allow("tcp", "22", OFFICE),), name="bastion 堡垒机", group_id="sg-b4st10n1")
    region.instance(NODES_A, ["sg-b4st10n1"], name="bastion 堡垒机", instance_id="ins-b4st10n1")


def _orders(region: Region, home: str) -> None:
    """Independent; a DROP before an ACCEPT, NodePort that ends too early, etcd and Redis open to the world."""
    region.group(ORDERS_NODE_RULES, name="orders-nodes 订单节点", group_id="sg-0rdn0de1")
    region.group(ORDERS_MASTER_RULES, name="orders-masters 订单 Master", group_id="sg-0rdma5t1")
    cluster = region.cluster(
        home,
        name="orders 订单",
        cluster_cidr=ORDERS_PODS,
        service_cidr="172.16.60.0/22",
        cluster_type="INDEPENDENT_CLUSTER",
        cluster_id=ORDERS,
    )
    for number in range(1, 4):
        cluster.master(MASTERS, ["sg-0rdma5t1"], name=f"orders-master-{number}", node_id=f"ins-0rdma5t{number}")
    pool = cluster.auto_scaling_pool(["sg-0rdn0de1"], [NODES_A, NODES_B], name="orders-pool", pool_id="np-0rdp0011")
    for number in range(1, 4):
        cluster.worker(NODES_A, ["sg-0rdn0de1"], pool_id=pool, name=f"orders-{number}", node_id=f"ins-0rdn0de{number}")


def _web(region: Region, home: str) -> None:
    """Managed, VPC-CNI; three stacks, a database among the nodes, the kubelet and IPv6 open to the world."""
    region.group(WEB_RULES, name="web-nodes 前端节点", group_id="sg-w3bn0de1")
    region.group(WEB_OLD_RULES, name="web-nodes-old 前端旧节点", group_id="sg-w3b0ld01")
    cluster = region.cluster(
        home, name="web 前端", mode="VPC-CNI", service_cidr="192.168.0.0/20", container_subnets=[PODS], cluster_id=WEB
    )
    pool = cluster.native_pool(["sg-w3bn0de1"], [NODES_B], name="web-native", pool_id="np-w3bnat01")
    cluster.native(NODES_B, ["sg-w3bn0de1"], pool_id=pool, node_id="np-w3bnat01-x7k2p", machine_id="eks-w3bnat01")
    cluster.worker(NODES_A, ["sg-w3bn0de1"], name="web-1", node_id="ins-w3bn0de1")
    cluster.worker(NODES_A, ["sg-w3b0ld01"], name="web-2", node_id="ins-w3bn0de2")
    cluster.worker(NODES_B, [], name="web-3 迁移中", node_id="ins-w3bn0de3")
    cluster.super_pool(["sg-w3bn0de1"], [PODS], name="web-burst", pool_id="np-w3bsup01")
    cluster.super_node(PODS, pool_id="np-w3bsup01")
    region.interface(PODS, [], instance_id="ins-w3bn0de1")
    region.instance(NODES_B, ["sg-w3bn0de1"], name="mysql-legacy 旧数据库", instance_id="ins-my5ql001")


def _payments(region: Region, home: str) -> None:
    """Independent, with the groups that TKE itself makes: everything as it should be."""
    worker, master = "sg-payn0de1", "sg-payma5t1"
    blocks = (PAYMENTS_PODS,), (VPC, VPC_MORE)
    region.group(tke_node_rules(*blocks), name=f"tke-worker-security-for-{PAYMENTS}", group_id=worker)
    region.group(tke_master_rules(*blocks), name=f"tke-master-security-for-{PAYMENTS}", group_id=master)
    cluster = region.cluster(
        home,
        name="payments 支付",
        cluster_cidr=PAYMENTS_PODS,
        service_cidr="172.16.124.0/22",
        cluster_type="INDEPENDENT_CLUSTER",
        cluster_id=PAYMENTS,
    )
    for number in range(1, 4):
        cluster.master(MASTERS, [master], name=f"payments-master-{number}", node_id=f"ins-payma5t{number}")
    for number in range(1, 3):
        cluster.worker(NODES_B, [worker], name=f"payments-{number}", node_id=f"ins-payn0de{number}")


def _lab(region: Region, home: str) -> None:
    """Managed, with TKE's own rules; whether it runs VPC-CNI too is what the account may not read."""
    group = "sg-l4bn0de1"
    rules = tke_node_rules((LAB_PODS,), (VPC, VPC_MORE))
    region.group(rules, name=f"tke-worker-security-for-{LAB}", group_id=group)
    cluster = region.cluster(
        home, name="lab 测试", cluster_cidr=LAB_PODS, service_cidr="172.16.188.0/22", cluster_id=LAB
    )
    for number in range(1, 3):
        cluster.worker(NODES_A, [group], name=f"lab-{number}", node_id=f"ins-l4bn0de{number}")


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
