"""Clusters as they were read: networks, nodes and node pools, and the security groups that nodes and pools bind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from auditor.model.gaps import Gap


class Role(StrEnum):
    """The baseline's two tables: nodes, and the Masters (with etcd) of independent clusters."""

    NODE = "node"
    MASTER = "master"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterBinding:
    """The groups that a node or pool binds; ``bound_by`` is the id of the node or pool, ``role`` of a pool is node."""

    bound_by: str
    role: Role
    security_groups: Binding


class NodeKind(StrEnum):
    """Kinds of node that bind security groups."""

    REGULAR = "regular"
    NATIVE = "native"


class Exposure(StrEnum):
    """Whether a machine has a public address, according to the answers that were read."""

    INTERNET = "internet"
    NONE_FOUND = "none-found"
    UNKNOWN = "unknown"


class Attachment(StrEnum):
    """The interfaces on which a list of groups is bound."""

    PRIMARY = "primary"


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
    addresses: tuple[str, ...] = ()
    exposure: Exposure = Exposure.UNKNOWN


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCovered:
    """Nodes of a kind that the baseline does not cover, with their number.

    ``kind`` is a stable word (``super-node``, ``registered-node`` ...); the reporters have its text in each language.
    """

    kind: str
    count: int
    security_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Tag:
    """A tag of a cluster."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster as it was read. ``gaps`` are those of its own lists: incomplete lists, counts that do not match."""

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
    not_covered: tuple[NotCovered, ...] = ()
    tags: tuple[Tag, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def bindings(self) -> Iterator[ClusterBinding]:
        """The binding of each node, then of each pool, in the order in which they were read."""
        for node in self.nodes:
            yield ClusterBinding(bound_by=node.node_id, role=node.role, security_groups=node.security_groups)
        for pool in self.node_pools:
            yield ClusterBinding(bound_by=pool.node_pool_id, role=Role.NODE, security_groups=pool.security_groups)

    def bound_groups(self) -> tuple[str, ...]:
        """The ids of the groups that any node or pool binds, as far as they were read; each once, first bound first."""
        bindings = (binding.security_groups for binding in self.bindings())
        return tuple(dict.fromkeys(group for binding in bindings for group in bound_groups(binding)))

    @property
    def lacks_ipv6(self) -> bool:
        """Whether no IPv6 packet can exist: the VPC has no IPv6 block, and no address that was read is IPv6."""
        networks = self.networks
        blocks = (networks.container, networks.vpc, networks.subnets, networks.surroundings)
        texts = [cidr for block in blocks for cidr in block.cidrs]
        texts += [address for node in self.nodes for address in node.addresses]
        return networks.without_ipv6 and not any(":" in text for text in texts)
