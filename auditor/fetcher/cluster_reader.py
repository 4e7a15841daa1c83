"""One cluster, read: its nodes, its pools and what its networks stand on, all lists side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from auditor.fetcher import actions, cluster_list, networks, node_pools, nodes
from auditor.fetcher import nodes as rosters
from auditor.fetcher.cluster_list import ListedCluster
from auditor.fetcher.networks import ContainerNet, SubnetRefs, Vpcs
from auditor.fetcher.node_pools import Pools
from auditor.fetcher.nodes import NodeList, Placed
from auditor.fetcher.region_reader import RegionReader
from auditor.model.clusters import Cluster, Network, NetworkMode, Networks, NotCovered
from auditor.model.gaps import Gap, GapKind

_VPC_CNI = (NetworkMode.VPC_CNI, NetworkMode.MIXED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRead:
    """A cluster whose networks are not put together yet: VPCs and subnets are read for the whole region at once.

    ``address_gaps`` say of nodes, by id, why their address is unknown.
    """

    listed: ListedCluster
    cluster: Cluster
    footing: SubnetRefs
    address_gaps: Mapping[str, Gap] = field(default_factory=dict)

    def bound(self) -> Iterable[str]:
        """The groups that nodes and pools bind, in order, each once."""
        pool_groups = (pool.security_groups for pool in self.cluster.node_pools)
        of_pools = (group for binding in pool_groups if isinstance(binding, tuple) for group in binding)
        return dict.fromkeys([*nodes.bound(self.cluster.nodes), *of_pools])


def vpc_ids(listed: Iterable[ListedCluster]) -> frozenset[str]:
    """The VPCs of the clusters that are read."""
    return frozenset(cluster.vpc_id for cluster in listed if not cluster.is_listed_alone)


def subnet_ids(found: Iterable[ClusterRead]) -> frozenset[str]:
    """The subnets that any of the clusters stands in."""
    return frozenset(subnet_id for estate in found for subnet_id in estate.footing.subnet_ids)


def subnets_by_vpc(found: Iterable[ClusterRead]) -> Mapping[str, frozenset[str]]:
    """The subnets that clusters stand in, by VPC."""
    known: dict[str, frozenset[str]] = {}
    for estate in found:
        vpc_id = estate.listed.vpc_id
        known[vpc_id] = known.get(vpc_id, frozenset()) | estate.footing.subnet_ids
    return known


def read(reader: RegionReader, listed: ListedCluster) -> ClusterRead:
    """Everything of one cluster but its VPC and subnets. For the floor of clusters."""
    if listed.is_listed_alone:
        footing = SubnetRefs(mode=listed.network_mode)
        return ClusterRead(listed=listed, cluster=cluster_list.unread_model(listed), footing=footing)
    container_net = reader.start(networks.read_container_net, reader, listed)
    read_pools = reader.crew.parts.submit(node_pools.read, reader, listed)
    roster = rosters.read_node_list(reader, listed)
    placed = nodes.read(reader, listed, roster)
    found = read_pools.result()
    found = replace(found, gaps=(*found.gaps, *_pools_missing(reader, listed, roster, found)))
    return _estate(listed, roster, placed, found, container_net.result())


def _pools_missing(reader: RegionReader, listed: ListedCluster, roster: NodeList, found: Pools) -> Iterator[Gap]:
    """Pools that nodes name and no list of pools has: other pools may lack as well."""
    named = {node.node_pool_id for node in roster.nodes} - {""}
    missing = sorted(named - found.listed)
    if missing and not found.gaps:
        message = (
            f"nodes of {listed.cluster_id} are of {', '.join(missing)}, which no list of pools has: which node pools "
            "it has is not wholly known"
        )
        origin = reader.origin(actions.NODE_POOLS_2022, listed.cluster_id)
        yield origin.gap(listed.cluster_id, "PoolsMissing", message, GapKind.UNREAD)


def _estate(
    listed: ListedCluster, roster: NodeList, placed: Placed, found: Pools, container: ContainerNet
) -> ClusterRead:
    cluster = cluster_list.model(
        listed,
        networks=Networks(),
        nodes=placed.nodes,
        node_pools=found.pools,
        not_covered=_not_covered(roster, placed, found, container),
        gaps=(*roster.gaps, *placed.gaps, *found.gaps),
    )
    footing = SubnetRefs(
        mode=container.mode,
        container_subnets=container.subnet_ids,
        container_gaps=container.gaps,
        subnets=placed.subnet_ids | found.subnet_ids,
        subnet_gaps=(*roster.gaps, *placed.subnet_gaps, *found.gaps, *found.subnet_gaps),
    )
    return ClusterRead(
        listed=listed,
        cluster=replace(cluster, network_mode=container.mode),
        footing=footing,
        address_gaps=placed.address_gaps,
    )


def _not_covered(roster: NodeList, placed: Placed, found: Pools, container: ContainerNet) -> tuple[NotCovered, ...]:
    """With VPC-CNI, Pods have interfaces of their own, which the nodes' groups do not filter unless that is set up."""
    pods = (NotCovered(kind="vpc-cni-pods", count=len(placed.nodes)),) if container.mode in _VPC_CNI else ()
    counted = (*node_pools.not_covered_nodes(roster.nodes), *found.not_covered, *pods)
    return tuple(sorted(counted, key=lambda one: one.kind))


def finished(reader: RegionReader, estate: ClusterRead, vpcs: Vpcs, subnets: Mapping[str, Network]) -> Cluster:
    """The cluster with its networks. One that was not read further has none."""
    if estate.listed.is_listed_alone:
        return estate.cluster
    together = networks.put_together(reader, estate.listed, estate.footing, vpcs, subnets)
    return replace(estate.cluster, networks=together)


def as_neighbour(cluster: Cluster) -> Cluster:
    """What of a cluster concerns those that talk to it: its networks, and whether it could be read at all."""
    gaps = () if any(cluster.networks.vpc.cidrs) else cluster.gaps
    return replace(cluster, nodes=(), node_pools=(), not_covered=(), gaps=gaps)
