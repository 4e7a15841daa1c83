"""The estate of the built-in demo: four clusters of a shop, with findings of every kind and one thing unknown."""

from __future__ import annotations

from pathlib import Path

from auditor.fetcher.cassette import dump
from auditor.fetcher.fetch import FetchRequest, fetch
from tests.loopback.balancers import target
from tests.loopback.estate import Estate, Region
from tests.loopback.faults import deny
from tests.loopback.rules import ANY, Row, allow, drop, tke_master_rules, tke_node_rules
from tests.loopback.shapes import acl_entry
from tests.loopback.writing import EstateCaller

FILE = Path(__file__).parents[2] / "cassettes" / "demo.json"
SCENARIO = "four clusters of a shop in ap-guangzhou, with findings of every kind"

REGION = "ap-guangzhou"
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
BURST = "subnet-bur5t001"
POD = "eni-w3bp0d02"

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
    fetch(caller, FetchRequest(regions=(REGION,)))
    return dump(caller.cassette(SCENARIO))


def build() -> Estate:
    """One region, one VPC, four clusters."""
    estate = Estate()
    region = estate.region(REGION)
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
    region.subnet(home, "10.0.48.0/20", name="burst", zone="ap-guangzhou-6", subnet_id=BURST)
    _shared(region)
    _orders(region, home)
    _web(region, home)
    _payments(region, home)
    _lab(region, home)
    _web_pods(region)
    _second_interface(region)
    _entrances(region, home)
    _balancers(region, home)
    _network_acl(region)
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
    cluster.super_pool(["sg-w3bn0de1"], [BURST], name="web-burst", pool_id="np-w3bsup01")
    cluster.super_node(BURST, pool_id="np-w3bsup01")
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


def _web_pods(region: Region) -> None:
    """A Pod interface with a group of its own, that of a Pod on the super node, and what the next ones bind."""
    rules = tuple(allow("ALL", "ALL", block) for block in (VPC, VPC_MORE))
    region.group(rules, name="web-pods 前端 Pod", group_id="sg-w3bp0ds1")
    region.interface(PODS, ["sg-w3bp0ds1"], instance_id="ins-w3bn0de2", interface_id=POD)
    region.interface(BURST, ["sg-w3bn0de1"], business="eks", interface_id="eni-w3bsup01")
    region.clusters[WEB].pod_groups("sg-w3bp0ds1")


def _second_interface(region: Region) -> None:
    """A node with a second interface, for a database that was copied and left open."""
    region.group(
        (allow("tcp", "3306", ANY, "copy of the shop, 临时"),), name="web-copy 数据迁移", group_id="sg-w3bc0py1"
    )
    region.interface(
        NODES_A, ["sg-w3bc0py1"], instance_id="ins-w3bn0de1", public="203.0.113.61", interface_id="eni-w3bc0py1"
    )


def _entrances(region: Region, home: str) -> None:
    """The API server of the web cluster is open through its balancer's group, that of payments to the VPC alone."""
    region.group((allow("tcp", "443", ANY, "kubectl from anywhere"),), name="web-api", group_id="sg-w3bap1s1")
    region.balancer(home, ["sg-w3bap1s1"], name="web-api", address="203.0.113.80", balancer_id="lb-w3bap1s1")
    region.clusters[WEB].public_entrance("203.0.113.80")
    region.group((allow("tcp", "443", VPC),), name="payments-api", group_id="sg-payap1s1")
    region.clusters[PAYMENTS].private_entrance("10.0.16.200", subnet_id=NODES_B, group="sg-payap1s1")


def _balancers(region: Region, home: str) -> None:
    """Four load balancers: a path that works, one past the nodes' groups, one inside the VPC, one that ends nowhere."""
    region.group((allow("tcp", "443", OFFICE),), name="orders-clb", group_id="sg-0rdclb01")
    orders = region.balancer(
        home, ["sg-0rdclb01"], name="orders", address="203.0.113.81", cluster_id=ORDERS, balancer_id="lb-0rdclb01"
    )
    orders.listener(443, [_node_port(region, "ins-0rdn0de1", 30443)], listener_id="lbl-0rdclb01")
    web = region.balancer(
        home, name="web", address="203.0.113.82", pass_to_target=True, cluster_id=WEB, balancer_id="lb-w3bclb01"
    )
    web.listener(80, [_node_port(region, "ins-w3bn0de1", 30080)], listener_id="lbl-w3bclb01")
    payments = region.balancer(
        home, name="payments", address="10.0.16.201", kind="INTERNAL", cluster_id=PAYMENTS, balancer_id="lb-payclb01"
    )
    payments.listener(8443, [_node_port(region, "ins-payn0de1", 30090)], listener_id="lbl-payclb01")
    region.group((allow("tcp", "8080", OFFICE),), name="web-pods-clb", group_id="sg-w3bclb02")
    pods = region.balancer(
        home, ["sg-w3bclb02"], name="web-pods", address="203.0.113.83", cluster_id=WEB, balancer_id="lb-w3bclb02"
    )
    (address,) = (row["PrivateIpAddressSet"] for row in region.interfaces if row["NetworkInterfaceId"] == POD)
    pod = target(8080, kind="ENI", interface_id=POD, addresses=[address[0]["PrivateIpAddress"]])
    pods.listener(8080, [pod], listener_id="lbl-w3bclb02")


def _node_port(region: Region, instance_id: str, port: int) -> Row:
    """A port of a node as the back end of a listener."""
    (node,) = (row for row in region.instances if row["InstanceId"] == instance_id)
    return target(port, instance_id=instance_id, addresses=node["PrivateIpAddresses"])


def _network_acl(region: Region) -> None:
    """The subnet of the Pods stops what comes from the second block of the VPC to port 8080."""
    entries = acl_entry(1, "Drop", VPC_MORE, protocol="tcp", port="8080"), acl_entry(2, "Accept", ANY)
    region.network_acl(PODS, ingress=entries, egress=(acl_entry(1, "Accept", ANY),), acl_id="acl-p0ds0001")


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
