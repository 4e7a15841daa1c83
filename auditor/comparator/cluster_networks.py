"""Resolves the named networks of a cluster to address sets, and the flows of a baseline to packet sets.

A network that was not fully read has a lower and an upper bound (:class:`Bounds`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from auditor.comparator.resolve import NO_BOUNDS, Bounds
from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ANYWHERE, PRIVATE_V4
from auditor.model.baseline import ClusterNetwork, FlowPattern, NamedNetwork
from auditor.model.clusters import Cluster, Network, NetworkMode, Networks
from auditor.model.codes import GapKind
from auditor.model.gaps import NETWORK_NOT_READ, Gap
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import NOTHING, PacketSet, packets

UNREAD_NETWORK = (PRIVATE_V4 - addresses.parse("169.254.0.0/16")) | addresses.union(
    ("9.0.0.0/8", "11.0.0.0/8", "30.0.0.0/8")
)
"""Addresses that an unread network may have: private ranges, and public ranges that the cloud allows in a VPC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerPackets:
    """The packets that listeners send to the back ends of one stack: those that certainly must pass, and that may.

    ``unread``: not all load balancers of the VPC were read, so there may be more.
    """

    needed: PacketSet = NOTHING
    possibly_needed: PacketSet = NOTHING
    unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedNetworks:
    """The networks of a cluster by name. ``surroundings`` are all known addresses of its VPC."""

    named: dict[NamedNetwork, Bounds]
    surroundings: IntervalSet
    gaps: frozenset[Gap]
    overlay: bool
    """Whether Pod addresses never reach a node interface (CiliumOverlay sends them in VXLAN between nodes)."""
    lacks_ipv6: bool
    """Whether the VPC certainly has no IPv6 block, so that IPv6 packets cannot exist."""

    listeners: ListenerPackets = ListenerPackets()
    """The packets of the network ``listeners``, which differ from stack to stack."""

    def addresses(self, flow: FlowPattern) -> Bounds:
        """The addresses of the networks and blocks of a flow, without the clients of listeners."""
        bounds = Bounds.exactly(addresses.union(flow.cidrs))
        for name in flow.networks:
            bounds |= self.named.get(name, NO_BOUNDS)
        return bounds

    def packets(self, flow: FlowPattern) -> tuple[PacketSet, PacketSet]:
        """The packets of a flow: those that certainly belong to it, and those that may."""
        bounds = self.addresses(flow)
        certain = packets(flow.services, bounds.certain)
        possible = certain if bounds.possible == bounds.certain else packets(flow.services, bounds.possible)
        if NamedNetwork.LISTENERS not in flow.networks:
            return certain, possible
        services = packets(flow.services, ANYWHERE)
        return certain | (self.listeners.needed & services), possible | (self.listeners.possibly_needed & services)

    def can_exist(self, packets: PacketSet) -> bool:
        """Whether the VPC may have addresses of the family of any of ``packets``."""
        return not self.lacks_ipv6 or bool(packets.addresses & ALL_V4)

    def applies(self, flow: FlowPattern, possible: PacketSet) -> bool:
        """Whether packets of the flow, of which ``possible`` are all, can exist on the nodes of the cluster."""
        overlaid = self.overlay and flow.networks == (NamedNetwork.CONTAINER,) and not flow.cidrs
        return bool(possible) and not overlaid


def resolve_networks(cluster: Cluster, cluster_network: ClusterNetwork) -> ResolvedNetworks:
    """Resolve the networks of ``cluster``; ``cluster_network`` is the configured meaning of 集群网络.

    Every cluster has a container network and a cluster network. If one has neither blocks nor a gap, it was not read:
    of an excluded, idle, edge or serverless cluster, only the row of the list is read.
    """
    networks = cluster.networks
    container = _with_gap_if_unread(cluster, networks.container)
    of_cluster = _with_gap_if_unread(cluster, cluster_blocks(networks, cluster_network))
    vpc_cidrs = tuple(networks.surroundings.cidrs + networks.vpc.cidrs + networks.subnets.cidrs)
    return ResolvedNetworks(
        named={
            NamedNetwork.CONTAINER: _bounds(container),
            NamedNetwork.CLUSTER: _bounds(of_cluster),
            NamedNetwork.SUBNETS: _bounds(networks.subnets),
        },
        surroundings=addresses.union(vpc_cidrs),
        gaps=frozenset(container.gaps + of_cluster.gaps + networks.subnets.gaps + networks.surroundings.gaps),
        overlay=cluster.network_mode is NetworkMode.CILIUM_OVERLAY,
        lacks_ipv6=cluster.lacks_ipv6,
    )


def cluster_blocks(networks: Networks, cluster_network: ClusterNetwork) -> Network:
    """The cluster network: the ordinary blocks of the VPC, or the node subnets."""
    return networks.vpc if cluster_network is ClusterNetwork.VPC else networks.subnets


def _with_gap_if_unread(cluster: Cluster, network: Network) -> Network:
    if network.cidrs or network.gaps:
        return network
    message = f"the networks of {cluster.cluster_id} were not read, so what it needs is unknown"
    return replace(network, gaps=(cluster.gap(GapKind.NOT_AUDITABLE, NETWORK_NOT_READ, message),))


def _bounds(network: Network) -> Bounds:
    certain = addresses.union(network.cidrs)
    return Bounds(certain=certain, possible=certain | (UNREAD_NETWORK if network.gaps else EMPTY))
