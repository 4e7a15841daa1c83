"""The estate that the recorded plans were made for: one managed cluster, its group, two nodes, two pools."""

from __future__ import annotations

from auditor.model.clusters import Cluster, Network, NetworkMode, Networks, Node, NodeKind, NodePool, Role
from auditor.model.codes import Part
from auditor.model.rules import Action, CidrPeer, Member, Membership, ProtocolService, Rule, SecurityGroup
from auditor.model.services import WHOLE_PORT_RANGE, PortRange, Protocol
from auditor.model.snapshot import Snapshot

REGION = "ap-guangzhou"
CLUSTER = "cls-plan0001"
GROUP = "sg-plan0001"
OTHER = "sg-plan0002"
POOL = "np-plan0001"
NATIVE_POOL = "np-plan0002"
VPC = "vpc-plan0001"

EVERYTHING = ProtocolService(protocol=None, ports=WHOLE_PORT_RANGE)


def rule(index: int, cidr: str, protocol: Protocol | None = None, *ports: PortRange, allow: bool = True) -> Rule:
    """A rule by its parts; no protocol is ALL, no ports are all of them."""
    service = ProtocolService(protocol=protocol, ports=ports or WHOLE_PORT_RANGE)
    if protocol is not None and not protocol.has_ports:
        service = ProtocolService(protocol=protocol, ports=())
    action = Action.ALLOW if allow else Action.DENY
    return Rule(index=index, action=action, peer=CidrPeer(cidr=cidr), service=service)


INGRESS = (
    rule(0, "172.16.0.0/16"),
    rule(1, "10.0.0.0/16"),
    rule(2, "0.0.0.0/0", Protocol.TCP, (22, 22)),
    rule(3, "0.0.0.0/0", Protocol.TCP, (30000, 32768)),
    rule(4, "0.0.0.0/0", Protocol.UDP, (30000, 32768)),
    rule(5, "0.0.0.0/0", Protocol.ICMP),
)
EGRESS = (rule(0, "0.0.0.0/0"),)


def group(
    group_id: str = GROUP, ingress: tuple[Rule, ...] = INGRESS, egress: tuple[Rule, ...] = EGRESS
) -> SecurityGroup:
    """A group with TKE's own rules unless others are given."""
    return SecurityGroup(region=REGION, security_group_id=group_id, name=group_id, ingress=ingress, egress=egress)


def node(node_id: str, address: str, *groups: str, pool: str = "", role: Role = Role.NODE) -> Node:
    """A regular node."""
    return Node(
        node_id=node_id,
        instance_id=node_id,
        role=role,
        kind=NodeKind.REGULAR,
        security_groups=groups or (GROUP,),
        node_pool_id=pool,
        addresses=(address,),
    )


NETWORKS = Networks(
    container=Network(cidrs=("172.16.0.0/16",)),
    vpc=Network(cidrs=("10.0.0.0/16",)),
    subnets=Network(cidrs=("10.0.1.0/24",)),
    surroundings=Network(cidrs=("10.0.0.0/16", "172.16.0.0/16")),
)


def estate(*more: SecurityGroup) -> Snapshot:
    """The estate, with further groups that were read and that nothing binds."""
    nodes = (node("ins-plan0001", "10.0.1.11", pool=POOL), node("ins-plan0002", "10.0.1.12"))
    cluster = Cluster(
        region=REGION,
        cluster_id=CLUSTER,
        name="prod",
        cluster_type="MANAGED_CLUSTER",
        status="Running",
        network_mode=NetworkMode.GLOBAL_ROUTER,
        vpc_id=VPC,
        networks=NETWORKS,
        nodes=nodes,
        node_pools=(
            NodePool(
                node_pool_id=POOL,
                kind=NodeKind.REGULAR,
                security_groups=(GROUP,),
                launch_configuration_id="asc-plan0001",
            ),
            NodePool(node_pool_id=NATIVE_POOL, kind=NodeKind.NATIVE, security_groups=(GROUP,)),
        ),
    )
    members = tuple(Member(instance_id=one.node_id, addresses=one.addresses) for one in nodes)
    memberships = [Membership(region=REGION, security_group_id=GROUP, members=members)]
    memberships += [Membership(region=REGION, security_group_id=one.security_group_id, members=()) for one in more]
    return Snapshot(
        regions=(REGION,),
        parts=tuple(Part),
        clusters=(cluster,),
        security_groups=(group(), *more),
        memberships=tuple(memberships),
    )
