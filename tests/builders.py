"""Small snapshots and policies for tests, in few words and without any file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from auditor.model.baseline import (
    Allowance,
    Baseline,
    ExcessTable,
    FlowPattern,
    NamedNetwork,
    Policy,
    Reach,
    Requirement,
    ServiceClass,
    Text,
    Tier,
    Waiver,
)
from auditor.model.clusters import (
    Attachment,
    Cluster,
    Exposure,
    Interface,
    Network,
    NetworkMode,
    Networks,
    Node,
    NodeKind,
    NodePool,
    PodBinding,
    Role,
    bound_groups,
)
from auditor.model.codes import Part, Severity
from auditor.model.intervals import IntervalSet
from auditor.model.rules import Action, CidrPeer, Direction, Member, Membership, ProtocolService, Rule, SecurityGroup
from auditor.model.services import EVERYTHING, Protocol, services
from auditor.model.snapshot import Snapshot

REGION = "ap-guangzhou"
TODAY = date(2026, 11, 22)
VPC = ("10.0.0.0/16",)
PODS = ("172.16.0.0/16",)
SUBNETS = ("10.0.1.0/24",)

TEXT = Text(en="what", zh="什么")


def rule(index: int, action: str, cidr: str, protocol: str = "all", ports: str = "") -> Rule:
    """``rule(0, "allow", "10.0.0.0/8", "tcp", "22,80-90")``."""
    named = None if protocol == "all" else Protocol(protocol)
    return Rule(
        index=index,
        action=Action(action),
        peer=CidrPeer(cidr=cidr),
        service=ProtocolService(protocol=named, ports=_ports(ports)),
    )


def _ports(text: str) -> tuple[tuple[int, int], ...]:
    if not text:
        return ((0, 65535),)
    runs = (part.split("-") for part in text.split(","))
    return tuple((int(run[0]), int(run[-1])) for run in runs)


def group(group_id: str, ingress: Iterable[Rule] = (), egress: Iterable[Rule] | None = None) -> SecurityGroup:
    """A group; its egress lets everything out unless given."""
    out = (rule(0, "allow", "0.0.0.0/0"),) if egress is None else tuple(egress)
    return SecurityGroup(region=REGION, security_group_id=group_id, version="7", ingress=tuple(ingress), egress=out)


def rules(*texts: tuple[str, ...]) -> tuple[Rule, ...]:
    """Rules in order from tuples as :func:`rule` takes them, less the index."""
    return tuple(rule(index, *text) for index, text in enumerate(texts))


def node(
    node_id: str, *groups: str, role: Role = Role.NODE, exposure: Exposure = Exposure.UNKNOWN, subnet_id: str = ""
) -> Node:
    return Node(
        node_id=node_id,
        role=role,
        kind=NodeKind.REGULAR,
        instance_id=node_id,
        security_groups=groups,
        subnet_id=subnet_id,
        exposure=exposure,
    )


def secondary(
    interface_id: str,
    node_id: str,
    *groups: str,
    role: Role = Role.NODE,
    exposure: Exposure = Exposure.NONE_FOUND,
    addresses: tuple[str, ...] = (),
) -> Interface:
    """A further interface of a node that carries no Pods."""
    return Interface(
        interface_id=interface_id,
        attachment=Attachment.SECONDARY,
        role=role,
        security_groups=groups,
        node_id=node_id,
        addresses=addresses,
        exposure=exposure,
    )


def pod_interface(
    interface_id: str,
    *groups: str,
    node_id: str = "",
    exposure: Exposure = Exposure.NONE_FOUND,
    addresses: tuple[str, ...] = (),
) -> Interface:
    """An interface that carries Pods: of VPC-CNI if it is on a node, else of a super node."""
    return Interface(
        interface_id=interface_id,
        attachment=Attachment.PODS if node_id else Attachment.SUPER_NODE_PODS,
        role=Role.POD,
        security_groups=groups,
        node_id=node_id,
        addresses=addresses,
        exposure=exposure,
    )


def add_on(*groups: str) -> PodBinding:
    """The groups that the next interface of VPC-CNI will bind."""
    return PodBinding(source_id="eniipamd", attachment=Attachment.PODS, security_groups=groups)


def super_pool(pool_id: str, *groups: str, name: str = "") -> PodBinding:
    """The groups that the next Pod of a pool of super nodes will bind."""
    return PodBinding(source_id=pool_id, attachment=Attachment.SUPER_NODE_PODS, security_groups=groups, name=name)


def pool(pool_id: str, *groups: str) -> NodePool:
    return NodePool(node_pool_id=pool_id, kind=NodeKind.NATIVE, security_groups=groups)


def cluster(
    *nodes: Node,
    pools: tuple[NodePool, ...] = (),
    interfaces: tuple[Interface, ...] = (),
    pod_bindings: tuple[PodBinding, ...] = (),
    cluster_id: str = "cls-aaaaaaaa",
    mode: NetworkMode = NetworkMode.GLOBAL_ROUTER,
    networks: Networks | None = None,
) -> Cluster:
    return Cluster(
        region=REGION,
        cluster_id=cluster_id,
        name="prod",
        cluster_type="MANAGED_CLUSTER",
        status="Running",
        network_mode=mode,
        vpc_id="vpc-11111111",
        networks=networks or land(),
        nodes=nodes,
        node_pools=pools,
        interfaces=interfaces,
        pod_bindings=pod_bindings,
    )


def land(container: tuple[str, ...] = PODS, vpc: tuple[str, ...] = VPC, subnets: tuple[str, ...] = SUBNETS) -> Networks:
    return Networks(
        container=Network(cidrs=container),
        vpc=Network(cidrs=vpc),
        subnets=Network(cidrs=subnets),
        surroundings=Network(cidrs=vpc),
    )


def snapshot(
    clusters: Iterable[Cluster], groups: Iterable[SecurityGroup], members: Iterable[Membership] | None = None
) -> Snapshot:
    """A snapshot in which each group's membership was read: its own nodes alone unless given."""
    held, listed = tuple(groups), tuple(clusters)
    own = members if members is not None else (_membership(each, listed) for each in held)
    return Snapshot(regions=(REGION,), parts=tuple(Part), clusters=listed, security_groups=held, memberships=tuple(own))


def membership(group_id: str, *members: Member) -> Membership:
    return Membership(region=REGION, security_group_id=group_id, members=members)


def _membership(held: SecurityGroup, clusters: tuple[Cluster, ...]) -> Membership:
    group_id = held.security_group_id
    nodes = (
        Member(instance_id=each.instance_id, addresses=each.addresses)
        for of_cluster in clusters
        for each in of_cluster.nodes
        if group_id in bound_groups(each.security_groups)
    )
    interfaces = (
        Member(instance_id=each.node_id, interface_id=each.interface_id, addresses=each.addresses)
        for of_cluster in clusters
        for each in of_cluster.interfaces
        if group_id in bound_groups(each.security_groups)
    )
    return membership(group_id, *nodes, *interfaces)


def requirement(
    name: str,
    flow: FlowPattern,
    *,
    severity: Severity = Severity.HIGH,
    role: Role = Role.NODE,
    direction: Direction = Direction.INGRESS,
    tiers: tuple[Tier, ...] = (),
) -> Requirement:
    return Requirement(
        requirement_id=name,
        role=role,
        direction=direction,
        flow=flow,
        severity=severity,
        title=TEXT,
        reason=TEXT,
        row="row",
        tiers=tiers,
    )


def flow(service: IntervalSet = EVERYTHING, *cidrs: str, networks: tuple[NamedNetwork, ...] = ()) -> FlowPattern:
    return FlowPattern(services=service, cidrs=cidrs, networks=networks)


CONTROL = ServiceClass(name="control", services=services(Protocol.TCP, [(10250, 10250)]), title=TEXT)
ADMIN = ServiceClass(name="admin", services=services(Protocol.TCP, [(22, 22), (3389, 3389)]), title=TEXT)
OTHER = ServiceClass(name="other", services=EVERYTHING, title=TEXT)

_WEIGHTS = {
    "any": ("critical", "high", "medium"),
    "public": ("high", "medium", "low"),
    "private": ("medium", "low", "low"),
    "vpc": ("low", "low", "info"),
}

EXCESS = ExcessTable(
    classes=(CONTROL, ADMIN, OTHER),
    severities=tuple(
        (direction, Reach(reach), name, Severity(weight))
        for direction in Direction
        for reach, weights in _WEIGHTS.items()
        for name, weight in zip(("control", "admin", "other"), weights, strict=True)
    ),
)


def policy(
    *requirements: Requirement,
    allowances: tuple[Allowance, ...] = (),
    waivers: tuple[Waiver, ...] = (),
    peers: tuple[tuple[str, ...], ...] = (),
) -> Policy:
    baseline = Baseline(
        name="test",
        digest="sha256:0",
        source="test.yaml",
        requirements=requirements,
        allowances=(),
        excess=EXCESS,
    )
    return Policy(baseline=baseline, allowances=allowances, waivers=waivers, peers=peers)


EGRESS = requirement("egress", flow(EVERYTHING, "0.0.0.0/0"), direction=Direction.EGRESS)
CONTAINER = requirement("container", flow(networks=(NamedNetwork.CONTAINER,)))
CLUSTER = requirement("cluster", flow(networks=(NamedNetwork.CLUSTER,)))
SSH = requirement("ssh", flow(services(Protocol.TCP, [(22, 22)]), "0.0.0.0/0"), severity=Severity.LOW)
NODEPORT = requirement(
    "nodeport", flow(services(Protocol.TCP, [(30000, 32768)]), "0.0.0.0/0"), severity=Severity.MEDIUM
)

NODE_RULES = (
    ("allow", "172.16.0.0/16"),
    ("allow", "10.0.0.0/16"),
    ("allow", "0.0.0.0/0", "tcp", "22"),
    ("allow", "0.0.0.0/0", "tcp", "30000-32768"),
)
"""What :data:`CONTAINER`, :data:`CLUSTER`, :data:`SSH` and :data:`NODEPORT` ask for, and nothing more."""
