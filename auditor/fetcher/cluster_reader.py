"""One cluster, read: its nodes, its pools and what its networks stand on, all lists side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from auditor.fetcher import actions, cluster_list, networks, node_pools, nodes
from auditor.fetcher.cluster_list import ListedCluster
from auditor.fetcher.networks import ContainerNetwork, SubnetRefs, Vpcs
from auditor.fetcher.node_pools import ReadPools
from auditor.fetcher.nodes import NodeList, ReadNodes
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
    subnet_refs: SubnetRefs
    address_gaps: Mapping[str, Gap] = field(default_factory=dict)


def vpc_ids(listed: Iterable[ListedCluster]) -> frozenset[str]:
    """The VPCs of the clusters that are read."""
    return frozenset(cluster.vpc_id for cluster in listed if not cluster.is_listed_alone)


def subnet_ids(found: Iterable[ClusterRead]) -> frozenset[str]:
    """The subnets that any of the clusters stands in."""
    return frozenset(subnet_id for cluster_read in found for subnet_id in cluster_read.subnet_refs.subnet_ids)


def subnets_by_vpc(found: Iterable[ClusterRead]) -> Mapping[str, frozenset[str]]:
    """The subnets that clusters stand in, by VPC."""
    known: dict[str, frozenset[str]] = {}
    for cluster_read in found:
        vpc_id = cluster_read.listed.vpc_id
        known[vpc_id] = known.get(vpc_id, frozenset()) | cluster_read.subnet_refs.subnet_ids
    return known


def read_cluster(reader: RegionReader, listed: ListedCluster) -> ClusterRead:
    """Everything of one cluster but its VPC and subnets. For the floor of clusters."""
    if listed.is_listed_alone:
        subnet_refs = SubnetRefs(mode=listed.network_mode)
        return ClusterRead(listed=listed, cluster=cluster_list.build_unread_cluster(listed), subnet_refs=subnet_refs)
    container_net = reader.start(networks.read_container_network, reader, listed)
    read_pools = reader.threads.parts.submit(node_pools.read_pools, reader, listed)
    node_list = nodes.read_node_list(reader, listed)
    read_nodes = nodes.read_nodes(reader, listed, node_list)
    found = read_pools.result()
    found = replace(found, gaps=(*found.gaps, *_pools_missing(reader, listed, node_list, found)))
    return _assemble(listed, node_list, read_nodes, found, container_net.result())


def _pools_missing(reader: RegionReader, listed: ListedCluster, node_list: NodeList, found: ReadPools) -> Iterator[Gap]:
    """ReadPools that nodes name and no list of pools has: other pools may lack as well."""
    named = {node.node_pool_id for node in node_list.nodes} - {""}
    missing = sorted(named - found.listed)
    if missing and not found.gaps:
        message = (
            f"nodes of {listed.cluster_id} are of {', '.join(missing)}, which no list of pools has: which node pools "
            "it has is not wholly known"
        )
        origin = reader.call_site(actions.NODE_POOLS_2022, listed.cluster_id)
        yield origin.gap(listed.cluster_id, "PoolsMissing", message, GapKind.UNREAD)


def _assemble(
    listed: ListedCluster, node_list: NodeList, read_nodes: ReadNodes, found: ReadPools, container: ContainerNetwork
) -> ClusterRead:
    cluster = cluster_list.build_cluster(
        listed,
        networks=Networks(),
        nodes=read_nodes.nodes,
        node_pools=found.pools,
        not_covered=_not_covered(node_list, read_nodes, found, container),
        gaps=(*node_list.gaps, *read_nodes.gaps, *found.gaps),
    )
    subnet_refs = SubnetRefs(
        mode=container.mode,
        container_subnets=container.subnet_ids,
        container_gaps=container.gaps,
        subnets=read_nodes.subnet_ids | found.subnet_ids,
        subnet_gaps=(*node_list.gaps, *read_nodes.subnet_gaps, *found.gaps, *found.subnet_gaps),
    )
    return ClusterRead(
        listed=listed,
        cluster=replace(cluster, network_mode=container.mode),
        subnet_refs=subnet_refs,
        address_gaps=read_nodes.address_gaps,
    )


def _not_covered(
    node_list: NodeList, read_nodes: ReadNodes, found: ReadPools, container: ContainerNetwork
) -> tuple[NotCovered, ...]:
    """With VPC-CNI, Pods have interfaces of their own, which the nodes' groups do not filter unless that is set up."""
    pods = (NotCovered(kind="vpc-cni-pods", count=len(read_nodes.nodes)),) if container.mode in _VPC_CNI else ()
    counted = (*node_pools.count_nodes_not_covered(node_list.nodes), *found.not_covered, *pods)
    return tuple(sorted(counted, key=lambda one: one.kind))


def add_networks(
    reader: RegionReader, cluster_read: ClusterRead, vpcs: Vpcs, subnets: Mapping[str, Network]
) -> Cluster:
    """The cluster with its networks. One that was not read further has none."""
    if cluster_read.listed.is_listed_alone:
        return cluster_read.cluster
    together = networks.build_networks(reader, cluster_read.listed, cluster_read.subnet_refs, vpcs, subnets)
    return replace(cluster_read.cluster, networks=together)


def reduce_to_neighbour(cluster: Cluster) -> Cluster:
    """What of a cluster concerns those that talk to it: its networks, and whether it could be read at all."""
    gaps = () if any(cluster.networks.vpc.cidrs) else cluster.gaps
    return replace(cluster, nodes=(), node_pools=(), not_covered=(), gaps=gaps)
