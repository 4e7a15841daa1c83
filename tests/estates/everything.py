"""One region that has one of everything, small: every action of the fetcher is called for it."""

from __future__ import annotations

from tests.loopback import shapes
from tests.loopback.balancers import target
from tests.loopback.estate import Estate, Region
from tests.loopback.rules import ANY, Row, allow, drop, tke_master_rules, tke_node_rules
from tests.loopback.shapes import acl_entry, acl_quintuple

PODS = "172.16.0.0/16"
VPC = "10.0.0.0/16"
VPC_MORE = "10.10.0.0/16"


ROLE = "qcs::cam::uin/100000000001:roleName/sgaudit-reader"


def build() -> Estate:
    """A managed cluster with every kind of node and pool, and an independent one on VPC-CNI."""
    estate = Estate()
    estate.roles.add(ROLE)
    estate.members += [shapes.member("100000000001", "main"), shapes.member("100000000002", "prod")]
    region = estate.region()
    home = region.vpc(VPC, name="prod", ordinary=(VPC_MORE,), container=(PODS,), embedded=False, vpc_id="vpc-prod0001")
    region.subnet(home, "10.0.1.0/24", name="nodes", subnet_id="subnet-node0001")
    region.subnet(home, "10.0.2.0/24", name="masters", subnet_id="subnet-mast0001")
    region.subnet(home, "10.0.64.0/20", name="pods", subnet_id="subnet-pods0001")
    _groups(region)
    _managed(region, home)
    _independent(region, home)
    region.serverless_cluster(home, ["subnet-mast0001"], cluster_id="cls-serv0001")
    region.interface("subnet-mast0001", ["sg-node0001"], business="eks", interface_id="eni-serv0001")
    region.instance("subnet-node0001", ["sg-node0001"], name="jump host", instance_id="ins-fore0001")
    _balancer(region, home)
    region.network_acl("subnet-node0001", ingress=(acl_entry(1, "Accept", "0.0.0.0/0"),), acl_id="acl-three001")
    quintuple = acl_quintuple(1, "INGRESS", "ACCEPT", "0.0.0.0/0", "0.0.0.0/0")
    region.network_acl("subnet-mast0001", quintuples=(quintuple,), acl_id="acl-five0001")
    return estate


def _balancer(region: Region, home: str) -> None:
    """A load balancer in front of a NodePort of each kind of listener."""
    made = region.balancer(home, ["sg-moni0001"], cluster_id="cls-mana0001", balancer_id="lb-prod0001")
    worker = target(30080, instance_id="ins-work0001", addresses=["10.0.1.2"])
    made.listener(80, [worker], listener_id="lbl-prod0001")
    web = made.web_listener(443, kind="HTTPS", listener_id="lbl-prod0002")
    made.rule(web, [worker])
    region.target_group(worker, group_id="lbtg-prod001")
    made.listener(9000, target_group="lbtg-prod001", listener_id="lbl-prod0003")


def _groups(region: Region) -> None:
    region.address_template("203.0.113.0/24", "198.51.100.7", "192.0.2.10-192.0.2.20", template_id="ipm-offi0001")
    region.address_template_group("ipm-offi0001", group_id="ipmg-offi001")
    region.service_template("tcp:8080,8443", "udp:4789", template_id="ppm-webs0001")
    region.service_template_group("ppm-webs0001", group_id="ppmg-webs001")
    region.group((allow("tcp", "22", "10.0.9.0/24"),), name="bastion", group_id="sg-bast0001")
    region.instance("subnet-node0001", ["sg-bast0001"], name="bastion", instance_id="ins-bast0001")
    nodes = tke_node_rules((PODS,), (VPC, VPC_MORE))
    region.group((*nodes, *_extra_lines()), name="tke-worker-security-for-cls-mana0001", group_id="sg-node0001")
    region.group((allow("tcp", "9100", "10.0.9.0/24"),), (), name="monitoring", group_id="sg-moni0001")
    region.group((allow("tcp", "443", VPC),), name="entrance", group_id="sg-gate0001")
    region.group((allow("tcp", "8443", VPC),), name="second network", group_id="sg-seco0001")
    region.group(nodes, name="pods", group_id="sg-pods0001")
    masters = tke_master_rules((PODS, "10.0.64.0/20"), (VPC, VPC_MORE))
    region.group(masters, name="tke-master-security-for-cls-inde0001", group_id="sg-mast0001")


def _extra_lines() -> tuple[Row, ...]:
    return (
        allow("tcp", "9443", "sg-bast0001", "from the bastion"),
        allow("ppm-webs0001", "", "ipm-offi0001", "from the office"),
        allow("ppmg-webs001", "", "ipmg-offi001", "from the office, once more"),
        drop("tcp", "6379", ANY),
        allow("icmpv6", "ALL", "::/0"),
    )


def _managed(region: Region, home: str) -> None:
    cluster = region.cluster(
        home, name="生产集群", cluster_cidr=PODS, service_cidr="172.16.252.0/22", cluster_id="cls-mana0001"
    )
    cluster.public_entrance("198.51.100.30", group="sg-gate0001")
    cluster.private_entrance("10.0.1.250", subnet_id="subnet-node0001", group="sg-gate0001")
    nodes, bound = ["subnet-node0001"], ["sg-node0001", "sg-moni0001"]
    pool = cluster.auto_scaling_pool(bound, nodes, name="workers", pool_id="np-work0001")
    cluster.auto_scaling_pool(["sg-moni0001"], nodes, primary_interface=["sg-node0001"], pool_id="np-over0001")
    cluster.native_pool(["sg-node0001"], nodes, pool_id="np-nati0001")
    cluster.super_pool(["sg-node0001"], nodes, pool_id="np-supe0001")
    cluster.external_pool(1, pool_id="np-regi0001")
    cluster.legacy_group(["sg-moni0001"], nodes)
    cluster.worker(nodes[0], bound, pool_id=pool, node_id="ins-work0001")
    cluster.worker(nodes[0], bound, node_id="ins-work0002")
    cluster.native(nodes[0], ["sg-node0001"], pool_id="np-nati0001", node_id="np-nati0001-a", machine_id="eks-nati0001")
    cluster.super_node(nodes[0], pool_id="np-supe0001")
    cluster.registered_node(pool_id="np-regi0001")
    region.interface(
        nodes[0], ["sg-seco0001"], instance_id="ins-work0001", public="203.0.113.30", interface_id="eni-seco0001"
    )
    region.interface(nodes[0], ["sg-node0001"], business="eks", interface_id="eni-supe0001")


def _independent(region: Region, home: str) -> None:
    cluster = region.cluster(
        home,
        name="staging",
        mode="VPC-CNI",
        service_cidr="192.168.0.0/17",
        container_subnets=["subnet-pods0001"],
        cluster_type="INDEPENDENT_CLUSTER",
        cluster_id="cls-inde0001",
    )
    cluster.master("subnet-mast0001", ["sg-mast0001"], node_id="ins-mast0001")
    cluster.master("subnet-mast0001", ["sg-mast0001"], role="MASTER", node_id="ins-mast0002")
    cluster.master("subnet-mast0001", ["sg-mast0001"], role="ETCD", node_id="ins-etcd0001")
    cluster.worker("subnet-node0001", ["sg-node0001"], node_id="ins-work0003")
    region.interface("subnet-pods0001", [], instance_id="ins-work0003", interface_id="eni-pods0001")
    region.interface("subnet-pods0001", ["sg-pods0001"], instance_id="ins-work0003", interface_id="eni-pods0002")
    region.interface("subnet-pods0001", ["sg-pods0001"], interface_id="eni-free0001")
