"""A small estate in which every list that the fetcher reads holds something, and of which nothing is unknown."""

from __future__ import annotations

from tests.loopback.balancers import health_check, target
from tests.loopback.estate import Estate, Region
from tests.loopback.rules import ANY, allow
from tests.loopback.shapes import acl_entry, acl_quintuple

HOME, AWAY = "ap-guangzhou", "ap-shanghai"
PODS = "172.16.0.0/16"


def build() -> Estate:
    """A managed cluster in one region, with every kind of node and pool; one of each kind of the rest in the other."""
    estate = Estate()
    _home(estate.region(HOME))
    _away(estate.region(AWAY))
    return estate


def _home(region: Region) -> None:
    """The VPC's blocks have a list of their own; addresses are IPv4 alone."""
    vpc = region.vpc("10.0.0.0/16", ordinary=("10.10.0.0/16",), container=(PODS,), embedded=False, vpc_id="vpc-home")
    subnet = region.subnet(vpc, "10.0.1.0/24", subnet_id="subnet-home")
    super_nodes = region.subnet(vpc, "10.0.2.0/24", subnet_id="subnet-super")
    region.address_template("203.0.113.0/24", template_id="ipm-home")
    region.address_template_group("ipm-home", group_id="ipmg-home")
    region.service_template("tcp:8080", template_id="ppm-home")
    region.service_template_group("ppm-home", group_id="ppmg-home")
    rules = (
        allow("ALL", "ALL", PODS),
        allow("tcp", "9443", "sg-home"),
        allow("ppm-home", "", "ipm-home"),
        allow("ppmg-home", "", "ipmg-home"),
        allow("icmp", "ALL", ANY),
    )
    group = region.group(rules, group_id="sg-home")
    cluster = region.cluster(vpc, cluster_cidr=PODS, service_cidr="172.16.252.0/22", cluster_id="cls-home")
    cluster.public_entrance("198.51.100.30", acl=["203.0.113.0/24"])
    cluster.private_entrance("10.0.1.250", subnet_id=subnet, group=group)
    pool = cluster.auto_scaling_pool([], [subnet], primary_interface=[group], pool_id="np-scaled")
    native = cluster.native_pool([group], [subnet], pool_id="np-native")
    burst = cluster.super_pool([group], [super_nodes], pool_id="np-super")
    cluster.external_pool(1, pool_id="np-external")
    cluster.legacy_group([group], [subnet])
    cluster.worker(subnet, [group], pool_id=pool, node_id="ins-home")
    cluster.native(subnet, [group], pool_id=native, node_id="np-native-a", machine_id="eks-home")
    cluster.super_node(super_nodes, pool_id=burst)
    cluster.registered_node(pool_id="np-external")
    region.interface(subnet, [group], instance_id="ins-home", public="203.0.113.9", interface_id="eni-second")
    region.interface(super_nodes, [group], business="eks", interface_id="eni-burst")
    _balancers(region, vpc, group)
    entries = acl_entry(7, "Accept", "0.0.0.0/0", protocol="tcp", port="all"), acl_entry(8, "Drop", PODS)
    region.network_acl(subnet, ingress=entries, egress=entries, acl_id="acl-home")


def _balancers(region: Region, vpc: str, group: str) -> None:
    """One load balancer with every kind of listener and a target group; one of IPv6 and one with SnatPro."""
    made = region.balancer(vpc, [group], cluster_id="cls-home", balancer_id="lb-home")
    node = target(30080, instance_id="ins-home", interface_id="eni-home", addresses=["10.0.1.2"])
    made.listener(80, [node], listener_id="lbl-tcp")
    made.listener(5000, [node], kind="UDP", end_port=5009, check=health_check("PING"), listener_id="lbl-udp")
    web = made.web_listener(443, kind="HTTPS", listener_id="lbl-web")
    made.rule(web, [node], check=health_check("HTTP", source=0))
    region.target_group(node, group_id="lbtg-home")
    made.rule(web, target_group="lbtg-home")
    made.listener(9000, check=health_check(port=9001), target_group="lbtg-home", listener_id="lbl-group")
    wide = region.balancer(vpc, [group], kind="INTERNAL", address="10.0.1.250", balancer_id="lb-wide")
    wide.row |= {"AddressIPVersion": "ipv6", "IPv6Mode": "IPv6FullChain", "AddressIPv6": "2402:4e00:2::80"}
    wide.row |= {"SnatPro": True, "SnatIps": [{"SubnetId": "subnet-home", "Ip": "10.0.1.251"}]}
    wide.row |= {"TargetRegionInfo": {"Region": AWAY, "VpcId": "vpc-away"}, "LoadBalancerPassToTarget": True}


def _away(region: Region) -> None:
    """The VPC's row holds its blocks, addresses are IPv6 too, templates carry remarks; VPC-CNI and Masters."""
    vpc = region.vpc("10.1.0.0/16", ordinary=("10.11.0.0/16",), ipv6="2402:4e00:1::/56", vpc_id="vpc-away")
    region.vpcs[-1]["Ipv6CidrBlockSet"] = [{"IPv6CidrBlock": "2402:4e00:2::/56"}]
    subnet = region.subnet(vpc, "10.1.1.0/24", ipv6="2402:4e00:1::/64", subnet_id="subnet-away")
    pods = region.subnet(vpc, "10.1.64.0/20", subnet_id="subnet-pods")
    region.address_template(template_id="ipm-away")
    region.address_templates[-1] |= {"AddressSet": None, "AddressExtraSet": [{"Address": "203.0.113.9"}]}
    region.service_template(template_id="ppm-away")
    region.service_templates[-1] |= {"ServiceSet": None, "ServiceExtraSet": [{"Service": "udp:53"}]}
    region.service_template_group("ppm-away", group_id="ppmg-away")
    region.service_template_groups[-1]["ServiceTemplateIdSet"] = None
    rules = (allow("ppm-away", "", "ipm-away"), allow("ppmg-away", "", "::/0"), allow("tcp", "22", "sg-away"))
    group = region.group(rules, group_id="sg-away")
    cluster = region.cluster(
        vpc,
        mode="VPC-CNI",
        service_cidr="192.168.0.0/17",
        container_subnets=[pods],
        cluster_type="INDEPENDENT_CLUSTER",
        cluster_id="cls-away",
    )
    serverless = region.subnet(vpc, "10.1.80.0/24", subnet_id="subnet-serverless")
    region.serverless_cluster(vpc, [serverless], cluster_id="cls-serverless")
    region.interface(serverless, [group], business="eks", interface_id="eni-serverless")
    cluster.worker(subnet, [group], node_id="ins-away")
    cluster.pod_groups(group)
    cluster.public_entrance("lb-away.clb.ap-shanghai.tencentclb.com:443", group=group)
    for number, role in enumerate(("MASTER_ETCD", "MASTER", "ETCD")):
        cluster.master(subnet, [group], role=role, node_id=f"ins-master{number}")
    quintuples = (
        acl_quintuple(1, "INGRESS", "ACCEPT", "10.1.1.0/24", "0.0.0.0/0", protocol="TCP", source_port="ALL", port="22"),
        acl_quintuple(2, "EGRESS", "DROP", "0.0.0.0/0", "203.0.113.0/24"),
    )
    region.network_acl(subnet, quintuples=quintuples, acl_id="acl-away")
    region.instances[-1]["IPv6Addresses"] = ["2402:4e00:1::9"]
    region.interfaces[-1]["Ipv6AddressSet"] = [{"Address": "2402:4e00:1::9", "PublicIpAddress": ""}]
    region.interface(pods, [group], instance_id="ins-master0", interface_id="eni-pods")
    region.interface(pods, [group], interface_id="eni-free")
