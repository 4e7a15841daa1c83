"""Clusters as they were read: networks, nodes, pools, network interfaces, entrances, and the groups that they bind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from auditor.model.codes import GapKind, Part
from auditor.model.gaps import Gap
from auditor.model.selectors import Tag


class Role(StrEnum):
    """The roles that the baseline has rows for. ``MASTER`` includes the etcd nodes of independent clusters."""

    NODE = "node"
    MASTER = "master"
    POD = "pod"
    """Pods with network interfaces of their own: VPC-CNI, super nodes, serverless clusters."""
    ENDPOINT = "endpoint"
    """The entrances of the API server."""


class NetworkMode(StrEnum):
    """The way Pods get addresses (tke/Cluster.Property and ClusterNetworkSettings)."""

    GLOBAL_ROUTER = "GlobalRouter"
    VPC_CNI = "VPC-CNI"
    MIXED = "GlobalRouter+VPC-CNI"
    CILIUM_OVERLAY = "CiliumOverlay"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """CIDR blocks of a network. With ``gaps`` the list may be incomplete."""

    cidrs: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """The networks of a cluster that a baseline names.

    ``container``: Pod ranges (ClusterCIDR, container subnets). ``vpc``: the VPC's CIDR and ordinary assistant CIDRs,
    which the group that TKE creates opens as cluster network. ``subnets``: the subnets in which the cluster has or will
    have nodes, Masters or Pods. ``surroundings``: all blocks of the VPC, IPv6 and container assistant CIDRs included.
    ``without_ipv6``: the VPC was read and has no IPv6 block.
    """

    container: Network = Network()
    vpc: Network = Network()
    subnets: Network = Network()
    surroundings: Network = Network()
    without_ipv6: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkBlocks:
    """The blocks of a VPC or subnet that was read by its id; ``surroundings`` (:class:`Networks`) only for a VPC."""

    region: str
    network_id: str
    blocks: Network
    surroundings: Network = Network()


Binding: TypeAlias = tuple[str, ...] | Gap
"""Group ids in binding order, or the reason why they were not read. An empty tuple was read: nothing is bound."""


def bound_groups(binding: Binding) -> tuple[str, ...]:
    """The group ids of a binding, as far as they were read."""
    return binding if isinstance(binding, tuple) else ()


class NodeKind(StrEnum):
    """Kinds of node that bind security groups."""

    REGULAR = "regular"
    NATIVE = "native"


class Exposure(StrEnum):
    """Whether a machine or interface has a public address, according to the answers that were read."""

    INTERNET = "internet"
    NONE_FOUND = "none-found"
    UNKNOWN = "unknown"


class Attachment(StrEnum):
    """The interfaces on which a list of groups is bound."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    """Further interfaces of a node that carry no Pods."""
    PODS = "pods"
    """Interfaces on nodes that carry Pods (VPC-CNI)."""
    SUPER_NODE_PODS = "super-node-pods"
    """Interfaces of Pods on super nodes and in serverless clusters."""
    ENDPOINT = "endpoint"
    """An entrance of the API server."""

    @property
    def rank(self) -> int:
        """The position in reports; 0 comes first."""
        return _RANKS[self]


_RANKS = {attachment: rank for rank, attachment in enumerate(Attachment)}


StackKey: TypeAlias = tuple[Role, Attachment, tuple[str, ...]]
"""Role, attachment and groups in binding order: together they identify a stack of a cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterBinding:
    """The groups that a node, pool, interface, add-on or entrance binds; ``bound_by`` is its id.

    The role of a node pool is node, that of a super-node pool and of the add-on is pod. ``node_id`` is the node of an
    interface, if it has one.
    """

    bound_by: str
    role: Role
    security_groups: Binding
    attachment: Attachment = Attachment.PRIMARY
    node_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A machine of the cluster. Network interfaces are attached to ``instance_id`` (``ins-``, ``eks-``)."""

    node_id: str
    role: Role
    kind: NodeKind
    security_groups: Binding
    instance_id: str = ""
    name: str = ""
    node_pool_id: str = ""
    subnet_id: str = ""
    addresses: tuple[str, ...] = ()
    exposure: Exposure = Exposure.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """A network interface of the cluster that is not the primary interface of a node (vpc/NetworkInterface).

    ``role`` is the role of its node for a secondary interface, and ``pod`` for an interface that carries Pods.
    ``node_id`` is empty for Pods of super nodes. ``addresses`` are private. An empty tuple of groups was read: nothing
    is bound, so everything passes (215/78458, 2026-03-30).
    """

    interface_id: str
    attachment: Attachment
    role: Role
    security_groups: Binding
    node_id: str = ""
    subnet_id: str = ""
    name: str = ""
    addresses: tuple[str, ...] = ()
    exposure: Exposure = Exposure.UNKNOWN


VPC_CNI_ADD_ON = "eniipamd"
"""The add-on of VPC-CNI (457/50360), which gives Pods network interfaces with groups of their own.

Versions before 3.5.0 are no add-on, so a cluster can have VPC-CNI without it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PodBinding:
    """The groups that the next Pod interface will bind, according to a super-node pool or the VPC-CNI add-on.

    ``source_id`` is the id of the pool (``np-...``) or the name of the add-on (``eniipamd``). It predicts: the groups
    that an existing interface binds are those of its :class:`Interface`. A list of groups that was read as null or
    empty for a super-node pool is a gap, because documents contradict each other about its meaning.
    """

    source_id: str
    attachment: Attachment
    security_groups: Binding
    name: str = ""


class EntranceKind(StrEnum):
    """The two entrances of an API server."""

    PUBLIC = "public"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """An entrance of the API server that is switched on (tke/DescribeClusterEndpoints).

    What filters it is exactly one of three things. ``security_groups``: the groups of the entrance or of its load
    balancer; an empty tuple was read and lets every client in. ``acl``: blocks that may connect to TCP 443, for older
    entrances with a list of CIDR blocks; ``None`` for an entrance that is filtered by groups. A gap in
    ``security_groups``: neither could be read.
    """

    kind: EntranceKind
    address: str
    security_groups: Binding
    acl: tuple[str, ...] | None = None
    load_balancer_id: str = ""

    @property
    def exposure(self) -> Exposure:
        """A public entrance can be reached from the Internet."""
        return Exposure.INTERNET if self.kind is EntranceKind.PUBLIC else Exposure.NONE_FOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePool:
    """A node pool; its next node will bind ``security_groups``. An auto-scaling group without a pool counts as a pool.

    An auto-scaling pool takes the groups from ``launch_configuration_id`` (as/LaunchConfiguration).
    """

    node_pool_id: str
    kind: NodeKind
    security_groups: Binding
    name: str = ""
    launch_configuration_id: str = ""


def lists_of_next_pods(nodes: Iterable[Node], pools: Iterable[NodePool]) -> tuple[Binding, ...]:
    """What the next Pod interface of VPC-CNI may bind if the add-on has no list: the groups of the node of its Pod.

    Such Pods run on nodes of the role node; without any, on the next node of a pool. Each list that was read is there
    once; one gap stands for all lists that were not read. Without nodes and pools, there is no next interface.
    """
    lists = [node.security_groups for node in nodes if node.role is Role.NODE]
    lists = lists or [pool.security_groups for pool in pools]
    listed = {groups for groups in lists if isinstance(groups, tuple)}
    unread = [groups for groups in lists if isinstance(groups, Gap)]
    return (*sorted(listed), *sorted(unread)[:1])


MANAGED = "MANAGED_CLUSTER"
INDEPENDENT = "INDEPENDENT_CLUSTER"
"""The types of a :class:`Cluster` without and with masters among its nodes."""

DETACHED_INTERFACE = "detached-interface"
"""The kind of :class:`NotCovered` for interfaces in container subnets that are attached to nothing."""
SERVERLESS_ENTRANCE = "serverless-entrance"
"""The kind of :class:`NotCovered` for the API server's entrances of a serverless cluster."""
ACL_DEFAULT = "acl-default"
"""The kind of :class:`NotCovered` for subnets whose network ACL has no entry for some required packets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCovered:
    """Nodes of a kind that the baseline does not cover, with their number.

    ``kind`` is a stable word (``super-node``, ``registered-node`` ...); the reporters have its text in each language.
    ``part`` is the part of the audit that the configuration leaves out, for the kind ``scope``.
    """

    kind: str
    count: int
    security_groups: tuple[str, ...] = ()
    part: Part | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster as it was read. ``gaps`` are those of its own lists: incomplete lists, counts that do not match.

    ``account`` is the id of the account where a result unites several.
    """

    account: str = ""
    region: str
    cluster_id: str
    name: str
    cluster_type: str
    status: str
    network_mode: NetworkMode
    vpc_id: str
    networks: Networks = Networks()
    nodes: tuple[Node, ...] = ()
    node_pools: tuple[NodePool, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    pod_bindings: tuple[PodBinding, ...] = ()
    entrances: tuple[Entrance, ...] = ()
    not_covered: tuple[NotCovered, ...] = ()
    tags: tuple[Tag, ...] | None = ()
    """``None`` if they are not known: a recording keeps none, and a plan may not tell them before apply."""
    gaps: tuple[Gap, ...] = ()

    def bindings(self) -> Iterator[ClusterBinding]:
        """The binding of each node, pool, interface, Pod source and entrance, in the order in which they were read."""
        for node in self.nodes:
            yield ClusterBinding(bound_by=node.node_id, role=node.role, security_groups=node.security_groups)
        for pool in self.node_pools:
            yield ClusterBinding(bound_by=pool.node_pool_id, role=Role.NODE, security_groups=pool.security_groups)
        for interface in self.interfaces:
            yield ClusterBinding(
                bound_by=interface.interface_id,
                role=interface.role,
                security_groups=interface.security_groups,
                attachment=interface.attachment,
                node_id=interface.node_id,
            )
        for source in self.pod_bindings:
            yield ClusterBinding(
                bound_by=source.source_id,
                role=Role.POD,
                security_groups=source.security_groups,
                attachment=source.attachment,
            )
        for entrance in self.entrances:
            yield ClusterBinding(
                bound_by=f"{self.cluster_id}/{entrance.kind}",
                role=Role.ENDPOINT,
                security_groups=entrance.security_groups,
                attachment=Attachment.ENDPOINT,
            )

    def machine_ids(self) -> set[str]:
        """The ids of its nodes, of their instances, and of its further interfaces."""
        machines = {node.node_id for node in self.nodes} | {node.instance_id for node in self.nodes}
        return machines | {interface.interface_id for interface in self.interfaces}

    def gap(self, kind: GapKind, code: str, message: str, resource: str = "") -> Gap:
        """A gap of the cluster, about the cluster itself or a ``resource`` of it."""
        return Gap(
            kind=kind,
            region=self.region,
            cluster_id=self.cluster_id,
            resource=resource or self.cluster_id,
            code=code,
            message=message,
        )

    def bound_groups(self) -> tuple[str, ...]:
        """The ids of all groups of :meth:`bindings`, as far as they were read; each once, first bound first."""
        bindings = (binding.security_groups for binding in self.bindings())
        return tuple(dict.fromkeys(group for binding in bindings for group in bound_groups(binding)))

    @property
    def lacks_ipv6(self) -> bool:
        """Whether no IPv6 packet can exist: the VPC has no IPv6 block, and no address that was read is IPv6."""
        networks = self.networks
        blocks = (networks.container, networks.vpc, networks.subnets, networks.surroundings)
        texts = [cidr for block in blocks for cidr in block.cidrs]
        texts += [address for node in self.nodes for address in node.addresses]
        texts += [address for interface in self.interfaces for address in interface.addresses]
        return networks.without_ipv6 and not any(":" in text for text in texts)
