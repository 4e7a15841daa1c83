"""Things that cannot be read: what is done to an estate or to its answers, and what the account then does not know."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.loopback.calls import Call
from tests.loopback.faults import Fault, Reply, deny
from tests.oracle.account import Account, Unread
from tests.oracle.worlds import World


@dataclass(frozen=True)
class Injury:
    """``gap`` is in the resource or action of each gap that it leaves; ``is_felt`` says whether any must come."""

    name: str
    unread: Unread = field(default_factory=Unread)
    faults: Mapping[str, Fault] = field(default_factory=dict)
    gap: str = ""
    is_felt: Callable[[Account], bool] = lambda _account: False


def only(condition: Callable[[Call], bool], fault: Fault = deny) -> Fault:
    """``fault`` for the calls that meet ``condition``."""

    def apply(call: Call, reply: Reply) -> Reply:
        return fault(call, reply) if condition(call) else reply

    return apply


def noting(refused: list[Call]) -> Fault:
    """Refuses a call and writes it down."""

    def apply(call: Call, reply: Reply) -> Reply:
        refused.append(call)
        return deny(call, reply)

    return apply


def denied(world: World) -> list[Injury]:
    """Each call that can be refused on its own."""
    lists: list[Call] = []  # the older list of workers is read only where the newer one is short or cannot be read
    group = world.dice.choice(world.groups)
    cluster = world.dice.choice(sorted(world.region.clusters))
    rules = only(lambda call: call.params["SecurityGroupId"] == group)
    return [
        Injury("rules", Unread(rules={group}), {RULES: rules}, group, lambda account: group in account.bound()),
        Injury(
            "members by instance",
            Unread(instances_by_group=True),
            {MACHINES: only(_asks_by_group)},
            MACHINES,
            _has_groups,
        ),
        Injury("members by interface", Unread(interfaces_by_group=True), {INTERFACES: deny}, INTERFACES, _has_groups),
        Injury(
            "address templates",
            Unread(address_templates=True),
            {ADDRESSES: deny, f"{ADDRESSES[:-1]}Groups": deny},
            ADDRESSES[:-1],
            lambda account: any(one.startswith("ipm") for one in account.referred()),
        ),
        Injury(
            "service templates",
            Unread(service_templates=True),
            {SERVICES: deny, f"{SERVICES[:-1]}Groups": deny},
            SERVICES[:-1],
            lambda account: any(one.startswith("ppm") for one in account.referred()),
        ),
        Injury(
            "container net",
            Unread(ipamd={cluster}),
            {f"DescribeIPAMD {cluster}": deny},
            cluster,
            lambda account: account.mode(account.region.clusters[cluster]) != "CiliumOverlay",
        ),
        Injury("subnets", Unread(subnets=True), {"DescribeSubnets": deny}, "DescribeSubnets", _has_subnets),
        Injury("vpcs", Unread(vpcs=True), {"DescribeVpcs": deny}, "DescribeVpcs", _always),
        Injury("launch configurations", Unread(launch_configurations=True), {LAUNCHES: deny}, LAUNCHES, _has_pools),
        Injury("machines", Unread(machines=True), {MACHINES: only(_asks_by_id)}, MACHINES, _has_machines),
        Injury(
            "workers",
            Unread(workers=True),
            {NODES: only(_asks_for_workers, noting(lists))},
            NODES,
            lambda _account: bool(lists),
        ),
        Injury("masters", Unread(masters=True), {NODES: only(_asks_for_a_role)}, NODES, _has_masters),
        Injury("newer nodes", Unread(newer_nodes=True), {NODES: only(_is_newer)}, NODES, _always),
        Injury("all nodes", Unread(workers=True, masters=True, newer_nodes=True), {NODES: deny}, NODES, _always),
        Injury("newer pools", Unread(newer_pools=True), {"DescribeNodePools": deny}, "DescribeNodePools", _always),
    ]


RULES, NODES, MACHINES = "DescribeSecurityGroupPolicies", "DescribeClusterInstances", "DescribeInstances"
INTERFACES, LAUNCHES = "DescribeNetworkInterfaces", "DescribeLaunchConfigurations"
ADDRESSES, SERVICES = "DescribeAddressTemplates", "DescribeServiceTemplates"


def _always(_account: Account) -> bool:
    return True


def _has_groups(account: Account) -> bool:
    return bool(account.bound())


def _has_subnets(account: Account) -> bool:
    return any(account.home_net(cluster).spans for cluster in account.region.clusters.values())


def _has_pools(account: Account) -> bool:
    return any(cluster.as_groups for cluster in account.region.clusters.values())


def _has_machines(account: Account) -> bool:
    nodes = [row for cluster in account.region.clusters.values() for row in cluster.nodes_2018]
    return any(row["InstanceId"].startswith("ins-") for row in nodes)


def _has_masters(account: Account) -> bool:
    return any(cluster.row["ClusterType"] == "INDEPENDENT_CLUSTER" for cluster in account.region.clusters.values())


def _asks_by_group(call: Call) -> bool:
    return "Filters" in call.params


def _asks_by_id(call: Call) -> bool:
    return "InstanceIds" in call.params


def _asks_for_a_role(call: Call) -> bool:
    return "InstanceRole" in call.params


def _is_newer(call: Call) -> bool:
    return call.version == "2022-05-01"


def _asks_for_workers(call: Call) -> bool:
    return call.version == "2018-05-25" and "InstanceRole" not in call.params


ODD_RULES: tuple[dict[str, Any], ...] = (
    {"Action": "MIRROR"},
    {"Action": ""},
    {"Protocol": "sctp", "Port": "ALL"},
    {"Protocol": "132", "Port": "ALL"},
    {"Protocol": "ALL", "Port": "22"},
    {"Protocol": "tcp", "Port": "http"},
    {"Protocol": "tcp", "Port": ""},
    {"Protocol": "udp", "Port": None},
    {"Protocol": "tcp", "Port": "70000"},
    {"Protocol": "tcp", "Port": "22-"},
    {"CidrBlock": "10.0.0.0/33"},
    {"CidrBlock": "everyone"},
    {"CidrBlock": "10.0.0.0/8", "Ipv6CidrBlock": "::/0"},
    {"CidrBlock": "", "Ipv6CidrBlock": "", "SecurityGroupId": ""},
    {"CidrBlock": "", "Ipv6CidrBlock": "", "SecurityGroupId": "", "AddressTemplate": {"AddressId": "ipm-none"}},
)


def bend_a_rule(world: World, dice: random.Random) -> Injury | None:
    """One rule of a group in use gets a word that nobody knows."""
    lists = [
        (group, direction, rows)
        for group in world.groups
        for direction in ("Ingress", "Egress")
        if (rows := world.region.policies[group][direction])
    ]
    if not lists:
        return None
    group, direction, rows = dice.choice(lists)
    odd = dice.choice(ODD_RULES)
    row = dice.choice(rows)
    row.update(odd)
    if "Protocol" in odd:
        row["ServiceTemplate"] = None
    if "CidrBlock" in odd:
        row["SecurityGroupId"] = ""
        row["AddressTemplate"] = odd.get("AddressTemplate")
        row.setdefault("Ipv6CidrBlock", "")
        if "Ipv6CidrBlock" not in odd:
            row["Ipv6CidrBlock"] = ""
    return Injury(
        f"{odd} in {group} {direction}",
        gap="ipm-none" if "AddressTemplate" in odd else group,
        is_felt=lambda account: group in account.bound(),
    )


def bend_a_template(world: World, dice: random.Random) -> Injury | None:
    """One entry of a template becomes a word that nobody knows."""
    region = world.region
    rows = [(row["AddressTemplateId"], row["AddressSet"]) for row in region.address_templates]
    rows += [(row["ServiceTemplateId"], row["ServiceSet"]) for row in region.service_templates]
    if not rows:
        return None
    template_id, entries = dice.choice(rows)
    entries[dice.randrange(len(entries))] = dice.choice(("somewhere", "tcp:http", "10.0.0.9-10.0.0.1", "icmp:8"))
    return Injury(
        f"an entry of {template_id}", gap=template_id, is_felt=lambda account: template_id in account.referred()
    )
