"""Small estates drawn at random, as nasty as the API allows: the same seed gives the same estate."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.loopback.clusters import ClusterRows
from tests.loopback.estate import Estate, Region
from tests.loopback.rules import ALLOW_ALL, ANY, Row, allow, policy_set, rule, tke_master_rules, tke_node_rules

MODES = ("GR", "GR", "VPC-CNI", "GR+VPC-CNI", "CiliumOverlay")
BLOCKS = (
    ANY, ANY, ANY, "0.0.0.0/8", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "10.0.0.0/16", "10.0.0.0/17",
    "10.0.128.0/17", "10.0.3.7/16", "10.0.1.0/24", "10.0.1.3", "10.1.0.0/16", "172.16.0.0/16", "172.16.0.0/17",
    "172.16.128.0/17", "172.16.0.0/12", "192.168.0.0/16", "203.0.113.0/24", "203.0.113.9/32", "255.255.255.255",
    "::/0", "0::0/0", "::/1", "8000::/1", "2001:db8::/32", "2001:db8::7/64", "fd00::1",
)  # fmt: skip
ENTRANCE_BLOCKS = (ANY, "10.0.0.0/16", "172.16.0.0/12", "203.0.113.0/24", "203.0.113.9", "::/0")
PORTS = (
    "22", "80,443", "30000-32767", "30000-32768", "32768", "32767-32769", "ALL", "all", "0-65535", "1-65535", "53",
    "80,8000-9000", "2379-2380", "10250", "60001,60002,10250,2380,2379,53,17443", "0", "65535",
    "60001,60002,10250,2380,2379,53,17443,50055,443,61678", "30000,30001-31000,31001-32768",
)  # fmt: skip
PROTOCOLS = ("tcp", "tcp", "TCP", "udp", "udp", "Udp", "icmp", "ICMP", "icmpv6", "ICMPv6", "gre", "GRE", "ALL", "All")
TEXTS = ("", "放通", "a\nb", "\x1b[31mred", "<b>&amp;", "=cmd()", "🙂", " ", "\u202egnp")
ADDRESSES = ("203.0.113.0/24", "198.51.100.7", "10.0.1.1 - 10.0.1.9", "10.0.0.0-10.0.255.255", "192.128.8.8/17",
             "2001:db8::1-2001:db8::ff", "2001:db8::/48", "0.0.0.0/1")  # fmt: skip
SERVICES = ("tcp:80,443", "TCP:30000-32768", "udp:53", "tcp:ALL", "UDP:all", "icmp", "gre", "tcp:22", "udp:1-65535")


@dataclass
class World:
    """An estate with one region, and what its rules may draw on."""

    seed: int
    dice: random.Random
    estate: Estate
    region: Region
    vpcs: list[str]
    subnets: dict[str, list[str]]
    peers: list[str]
    services: list[str]
    groups: list[str]


def draw(seed: int) -> World:
    """The estate of ``seed``."""
    dice = random.Random(seed)
    estate = Estate()
    region = estate.region()
    world = World(seed, dice, estate, region, [], {}, [], [], [])
    for number in range(dice.choice((1, 1, 2))):
        _vpc(world, number)
    _templates(world)
    world.groups = [estate.make_id("sg") for _ in range(dice.randint(1, 5))]
    clusters = [_cluster(world, number) for number in range(dice.randint(1, 3))]
    for cluster in clusters:
        _bend_nodes(dice, cluster)
    _strangers(world, clusters)
    _interfaces(world, clusters)
    world.peers += world.groups
    for group in world.groups:
        _group(world, group, dice.choice(clusters))
    _public_addresses(world, clusters)
    _entrances(world, clusters)
    return world


def _entrances(world: World, clusters: Sequence[ClusterRows]) -> None:
    """Entrances of API servers, with dice of their own: they decide nothing else."""
    dice = random.Random(f"entrances {world.seed}")
    for cluster in clusters:
        is_managed = cluster.row["ClusterType"] == "MANAGED_CLUSTER"
        if is_managed and dice.random() < 0.2:
            cluster.public_entrance("198.51.100.30", acl=dice.sample(ENTRANCE_BLOCKS, 2))
        elif dice.random() < 0.4:
            cluster.public_entrance("198.51.100.30", group=dice.choice(world.groups))
        if dice.random() < 0.3:
            cluster.private_entrance("10.0.1.250", group=dice.choice(world.groups))


def _interfaces(world: World, clusters: Sequence[ClusterRows]) -> None:
    """Further interfaces of nodes, Pods and super nodes, with dice of their own: they decide nothing else."""
    dice = random.Random(f"interfaces {world.seed}")

    def bound() -> list[str]:
        count = dice.choice((0, 1, 1, 1, 2))
        return dice.sample(world.groups, min(len(world.groups), count))

    for cluster in clusters:
        subnets = world.subnets[cluster.row["ClusterNetworkSettings"]["VpcId"]]
        machines = [row["InstanceId"] for row in cluster.nodes_2018 if row["InstanceId"].startswith("ins-")]
        for machine in machines:
            if dice.random() < 0.3:
                public = dice.choice(("", "", "203.0.113.11"))
                world.region.interface(dice.choice(subnets), bound(), instance_id=machine, public=public)
        for pool in cluster.pools_2022:
            if pool["Super"] and dice.random() < 0.7:
                pod = world.estate.make_id("eks")
                world.region.interface(pool["Super"]["SubnetIds"][0], bound(), instance_id=pod, business="eks")
        if dice.random() < 0.5 and "eniipamd" in cluster.addons:
            cluster.pod_groups(*dice.choice(((), bound())))


def _public_addresses(world: World, clusters: Sequence[ClusterRows]) -> None:
    """Public addresses of some machines, with dice of their own: they decide nothing else."""
    dice = random.Random(f"public {world.seed}")
    for row in world.region.instances:
        row["PublicIpAddresses"] = dice.choice((None, None, [], ["203.0.113.9"]))
    for cluster in clusters:
        for row in cluster.nodes_2022:
            if row["Native"]:
                row["Native"]["WanIp"] = dice.choice((None, "", "203.0.113.10"))


def _vpc(world: World, number: int) -> None:
    dice, region = world.dice, world.region
    ordinary = dice.choice(((), ("10.1.0.0/16",), ("10.1.0.0/17", "10.1.128.0/17"))) if number == 0 else ()
    pods = ("172.16.0.0/16",) if dice.random() < 0.6 else ()
    vpc = region.vpc(
        ("10.0.0.0/16", "10.2.0.0/16")[number],
        ordinary=ordinary,
        container=pods,
        ipv6=dice.choice(("", "2001:db8::/56")),
        embedded=dice.random() < 0.7,
    )
    for row in region.assistant_cidrs:
        if row.get("AssistantType") == 0 and dice.random() < 0.2:
            del row["AssistantType"]
    world.vpcs.append(vpc)
    third = (0, 2)[number]
    world.subnets[vpc] = [
        region.subnet(vpc, f"10.{third}.1.0/24"),
        region.subnet(vpc, f"10.{third}.2.0/24"),
        region.subnet(vpc, f"10.{third}.64.0/20"),
    ]
    if ordinary and dice.random() < 0.5:
        world.subnets[vpc].append(region.subnet(vpc, "10.1.3.0/24"))


def _templates(world: World) -> None:
    dice, region = world.dice, world.region
    addresses = [region.address_template(*_some(dice, ADDRESSES)) for _ in range(dice.randint(0, 2))]
    services = [region.service_template(*_some(dice, SERVICES)) for _ in range(dice.randint(0, 2))]
    world.peers, world.services = list(addresses), list(services)
    if addresses and dice.random() < 0.6:
        world.peers.append(region.address_template_group(*addresses))
    if services and dice.random() < 0.6:
        world.services.append(region.service_template_group(*services))


def _some(dice: random.Random, pool: Sequence[str]) -> list[str]:
    return dice.sample(pool, dice.randint(1, 3))


def _cluster(world: World, number: int) -> ClusterRows:
    dice, region = world.dice, world.region
    vpc = dice.choice(world.vpcs)
    mode = dice.choice(MODES)
    independent = dice.random() < 0.4
    routed = mode != "VPC-CNI"
    cluster = region.cluster(
        vpc,
        name=dice.choice(TEXTS) or "cluster",
        mode=mode,
        cluster_cidr=dice.choice(("172.16.0.0/16", f"172.16.{64 * number}.0/18", "172.17.0.0/16")) if routed else "",
        service_cidr="192.168.0.0/20",
        container_subnets=[world.subnets[vpc][2]] if "VPC-CNI" in mode else None,
        cluster_type="INDEPENDENT_CLUSTER" if independent else "MANAGED_CLUSTER",
    )
    if mode == "GR" and dice.random() < 0.2:
        cluster.ipamd.update(EnableIPAMD=True, DisableVpcCniMode=True, EnableCustomizedPodCidr=True)
    if independent:
        _masters(world, cluster, world.subnets[vpc])
    _nodes(world, cluster, world.subnets[vpc])
    _pools(world, cluster, world.subnets[vpc])
    return cluster


def _bound(world: World) -> list[str]:
    if world.dice.random() < 0.06:
        return []
    return world.dice.sample(world.groups, min(len(world.groups), world.dice.choice((1, 1, 1, 2, 2, 3))))


def _masters(world: World, cluster: ClusterRows, subnets: Sequence[str]) -> None:
    dice, bound = world.dice, _bound(world)
    for _ in range(dice.randint(1, 2)):
        groups = bound if dice.random() < 0.8 else _bound(world)
        cluster.master(subnets[1], groups, role=dice.choice(("MASTER_ETCD", "MASTER_ETCD", "MASTER")))
    if dice.random() < 0.3:
        cluster.master(subnets[1], bound, role="ETCD")
    elif dice.random() < 0.3:
        cluster.refused_roles = ("ETCD",)


def _nodes(world: World, cluster: ClusterRows, subnets: Sequence[str]) -> None:
    dice, bound = world.dice, _bound(world)
    for _ in range(dice.randint(0, 3)):
        groups = bound if dice.random() < 0.7 else _bound(world)
        node = cluster.worker(dice.choice(subnets), groups, name=dice.choice(TEXTS))
        has_ipv6 = any(
            row["Ipv6CidrBlock"]
            for row in world.region.vpcs
            if row["VpcId"] == cluster.row["ClusterNetworkSettings"]["VpcId"]
        )
        if dice.random() < 0.2 and has_ipv6:
            world.region.instances[-1]["IPv6Addresses"] = ["2001:db8::1234"]
        if dice.random() < 0.2:
            world.region.interface(subnets[2], dice.choice(([], groups)), instance_id=node)
    for _ in range(dice.choice((0, 0, 1))):
        on_cvm = dice.random() < 0.4
        cluster.native(subnets[0], bound, machine_id=world.estate.make_id("ins") if on_cvm else "")
    if dice.random() < 0.2:
        cluster.super_node(subnets[0])
    if dice.random() < 0.1:
        cluster.registered_node()


def _bend_nodes(dice: random.Random, cluster: ClusterRows) -> None:
    """Nullable fields of node rows as null, and what a native node that is a CVM need not say itself."""
    if '"GR"' in cluster.row["Property"] and dice.random() < 0.2:
        cluster.row["Property"] = dice.choice(("", "{}"))
    for row in cluster.nodes_2018:
        row["LanIP"] = dice.choice((row["LanIP"], row["LanIP"], None))
    for row in cluster.nodes_2022:
        row["NodeType"] = dice.choice((row["NodeType"], row["NodeType"], None))
        row["InstanceRole"] = dice.choice((row["InstanceRole"], None))
        native = row["Native"]
        if native and dice.random() < 0.4:
            native["SecurityGroupIDs" if native["InstanceId"].startswith("ins-") else "InstanceId"] = None


def _pools(world: World, cluster: ClusterRows, subnets: Sequence[str]) -> None:
    dice, homes = world.dice, [world.dice.choice(subnets)]
    if dice.random() < 0.3:
        override = _bound(world) if dice.random() < 0.4 else None
        cluster.auto_scaling_pool(_bound(world), homes, primary_interface=override)
    if dice.random() < 0.2:
        cluster.native_pool(_bound(world), homes)
    if dice.random() < 0.15:
        cluster.legacy_group(_bound(world), homes)
    if dice.random() < 0.15:
        cluster.super_pool(_bound(world), homes)
        if dice.random() < 0.5:
            world.region.interface(homes[0], _bound(world), instance_id=world.estate.make_id("eks"), business="eks")


def _strangers(world: World, clusters: Sequence[ClusterRows]) -> None:
    dice = world.dice
    subnet = world.subnets[world.vpcs[0]][0]
    for _ in range(dice.choice((0, 0, 1, 2))):
        world.region.instance(subnet, _bound(world))
    if dice.random() < 0.2:
        world.region.interface(subnet, _bound(world))
    if dice.random() < 0.2:
        stranger = world.region.instance(subnet, [])
        world.region.interface(subnet, _bound(world), instance_id=stranger)


def _group(world: World, group: str, cluster: ClusterRows) -> None:
    dice, region = world.dice, world.region
    ingress = _spoilt(world, _ingress(world, cluster))
    egress = _spoilt(world, list(ALLOW_ALL)) if dice.random() < 0.5 else dice.choice((list(ALLOW_ALL), _drawn(world)))
    region.group(group_id=group, name=dice.choice(TEXTS), description=dice.choice(TEXTS))
    region.policies[group] = policy_set(ingress, egress, version=1)
    for direction in ("Ingress", "Egress"):
        rows = [_bent(dice, row) for row in region.policies[group][direction]]
        if dice.random() < 0.3:
            dice.shuffle(rows)
        elif dice.random() < 0.2:
            for row in rows:
                row.pop("PolicyIndex", None)
        region.policies[group][direction] = rows
    if dice.random() < 0.5:
        del region.policies[group]["PolicyStatistics"]


def _ingress(world: World, cluster: ClusterRows) -> list[Row]:
    kind = world.dice.choice(("node", "node", "master", "drawn", "all", "none"))
    pods = [cluster.row["ClusterNetworkSettings"]["ClusterCIDR"] or "10.0.64.0/20"]
    hosts = [world.dice.choice(("10.0.0.0/16", "10.0.0.0/15", "10.2.0.0/16", "10.0.1.0/24")), "10.1.0.0/16"]
    match kind:
        case "node":
            return list(tke_node_rules(pods, hosts))
        case "master":
            return list(tke_master_rules(pods, hosts))
        case "all":
            return [allow("ALL", "ALL", ANY)]
        case "none":
            return []
    return _drawn(world)


def _drawn(world: World) -> list[Row]:
    return [_rule(world) for _ in range(world.dice.randint(0, 8))]


def _rule(world: World) -> Row:
    dice = world.dice
    action = dice.choice(("ACCEPT", "ACCEPT", "DROP", "accept", "Drop"))
    peer = dice.choice(world.peers) if world.peers and dice.random() < 0.3 else dice.choice(BLOCKS)
    if world.services and dice.random() < 0.2:
        return rule(action, dice.choice(world.services), "", peer, dice.choice(TEXTS))
    protocol = dice.choice(PROTOCOLS)
    if protocol.lower() in ("tcp", "udp"):
        port = dice.choice(PORTS)
    else:
        port = dice.choice(("ALL", "all", "")) if protocol.lower() == "all" else dice.choice(("ALL", "", "80"))
    return rule(action, protocol, port, peer, dice.choice(TEXTS))


def _spoilt(world: World, rows: list[Row]) -> list[Row]:
    """The rules with something lost, narrowed, halved, repeated, or put in above."""
    dice = world.dice
    for _ in range(dice.choice((0, 1, 1, 2, 3))):
        place = dice.randrange(len(rows) + 1)
        what = dice.choice(("lost", "narrow", "halved", "twice", "above", "above", "below"))
        if what == "above":
            rows.insert(place, _rule(world))
        elif what == "below":
            rows.append(_rule(world))
        elif place < len(rows):
            _spoil_one(rows, place, what)
    return rows


def _spoil_one(rows: list[Row], place: int, what: str) -> None:
    row = rows[place]
    if what == "lost":
        del rows[place]
    elif what == "narrow":
        row = {**row, "Port": row["Port"].replace("32768", "32767").replace("10250,", "")}
        rows[place] = row
    elif what == "twice":
        rows.append(dict(row))
    elif row["CidrBlock"] == ANY:
        rows[place : place + 1] = [{**row, "CidrBlock": half} for half in ("0.0.0.0/1", "128.0.0.0/1")]


def _bent(dice: random.Random, row: Row) -> Row:
    """Unused selectors as the API also writes them: null, missing, an object of empty texts."""
    bent = dict(row)
    for key in ("CidrBlock", "Ipv6CidrBlock", "SecurityGroupId", "Protocol", "Port", "Priority"):
        if bent[key] == "" and dice.random() < 0.4:
            if dice.random() < 0.5:
                bent[key] = None
            else:
                del bent[key]
    for key in ("AddressTemplate", "ServiceTemplate"):
        if not any(bent[key].values()) and dice.random() < 0.4:
            bent[key] = dice.choice((None, {}, dict.fromkeys(bent[key])))
    if dice.random() < 0.1:
        bent["Diff"] = {"new": 1}
    return bent
