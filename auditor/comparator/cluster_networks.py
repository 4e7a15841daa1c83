"""The networks of one cluster as address sets, known from two sides, and flows laid on them."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.comparator.resolve import Bounds
from auditor.model import addresses
from auditor.model.addresses import ALL_V4, PRIVATE_V4
from auditor.model.baseline import ClusterNetwork, FlowPattern, NamedNetwork
from auditor.model.clusters import Cluster, Network, NetworkMode, Networks
from auditor.model.gaps import Gap
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import PacketSet, packets

UNREAD_NETWORK = (PRIVATE_V4 - addresses.parse("169.254.0.0/16")) | addresses.union(
    ("9.0.0.0/8", "11.0.0.0/8", "30.0.0.0/8")
)
"""What a network that was not read could be: private ranges, and public ones that the cloud lets a VPC use alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedNetworks:
    """The named networks of a cluster. ``surroundings`` is everything known to belong to its VPC."""

    named: dict[NamedNetwork, Bounds]
    surroundings: IntervalSet
    gaps: frozenset[Gap]
    overlay: bool
    """Whether Pod addresses never reach a node's interface (CiliumOverlay wraps them in VXLAN between nodes)."""
    lacks_ipv6: bool
    """Whether it was read that the VPC has no IPv6: packets of this family cannot exist."""

    def addresses(self, flow: FlowPattern) -> Bounds:
        """Where a flow comes from or goes to."""
        bounds = Bounds.exactly(addresses.union(flow.cidrs))
        for name in flow.networks:
            bounds |= self.named[name]
        return bounds

    def packets(self, flow: FlowPattern) -> tuple[PacketSet, PacketSet]:
        """The packets of a flow: those that certainly belong to it, and those that could."""
        where = self.addresses(flow)
        certain = packets(flow.services, where.certain)
        return certain, certain if where.possible == where.certain else packets(flow.services, where.possible)

    def can_exist(self, packets: PacketSet) -> bool:
        """Whether any of ``packets`` is of a family that the VPC could have."""
        return not self.lacks_ipv6 or bool(packets.addresses & ALL_V4)

    def applies(self, flow: FlowPattern) -> bool:
        """Whether such packets can exist at all on this cluster's nodes."""
        if self.overlay and flow.networks == (NamedNetwork.CONTAINER,) and not flow.cidrs:
            return False
        return bool(self.addresses(flow).possible)


def resolve_networks(cluster: Cluster, cluster_network: ClusterNetwork) -> ResolvedNetworks:
    """The networks of ``cluster`` as the configuration reads 集群网络."""
    networks = cluster.networks
    of_cluster = cluster_blocks(networks, cluster_network)
    vpc_cidrs = tuple(networks.surroundings.cidrs + networks.vpc.cidrs + networks.subnets.cidrs)
    return ResolvedNetworks(
        named={
            NamedNetwork.CONTAINER: _extent(networks.container),
            NamedNetwork.CLUSTER: _extent(of_cluster),
            NamedNetwork.SUBNETS: _extent(networks.subnets),
        },
        surroundings=addresses.union(vpc_cidrs),
        gaps=frozenset(networks.container.gaps + of_cluster.gaps + networks.subnets.gaps + networks.surroundings.gaps),
        overlay=cluster.network_mode is NetworkMode.CILIUM_OVERLAY,
        lacks_ipv6=cluster.lacks_ipv6,
    )


def cluster_blocks(networks: Networks, cluster_network: ClusterNetwork) -> Network:
    """What counts as the cluster network: the VPC's ordinary blocks, or the node subnets."""
    return networks.vpc if cluster_network is ClusterNetwork.VPC else networks.subnets


def _extent(network: Network) -> Bounds:
    certain = addresses.union(network.cidrs)
    return Bounds(certain=certain, possible=certain | (UNREAD_NETWORK if network.gaps else EMPTY))
