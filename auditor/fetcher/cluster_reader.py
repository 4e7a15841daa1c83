"""Reads one cluster: its nodes, its container network and its entrances, all lists at once.

The result is a :class:`ClusterNodes`. The node pools are read for several clusters together; :func:`build_cluster` adds
them and returns a :class:`ClusterRead`: the cluster without its networks. VPCs and subnets are read for all clusters of
a region together; :func:`add_networks` adds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from auditor.fetcher import (
    actions,
    cluster_list,
    container_network,
    endpoints,
    networks,
    node_lists,
    node_pools,
    nodes,
    pod_bindings,
)
from auditor.fetcher.cluster_list import ListedCluster
from auditor.fetcher.container_network import VPC_CNI, ContainerNetwork
from auditor.fetcher.endpoints import BalancerGroups, ListedEntrances
from auditor.fetcher.networks import SubnetRefs, VpcBlocks
from auditor.fetcher.node_lists import NodeList
from auditor.fetcher.node_pools import ReadPools
from auditor.fetcher.nodes import ReadNodes
from auditor.fetcher.region_reader import RegionReader
from auditor.model.clusters import SERVERLESS_ENTRANCE, Attachment, Cluster, Network, NotCovered
from auditor.model.codes import Part
from auditor.model.gaps import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterRead:
    """A cluster as read, without its networks and entrances.

    ``subnet_refs``: the subnets that it uses. ``not_running``: ids of nodes that are known not to run.
    ``address_gaps``: by node id, why the address of the node is unknown.
    """

    listed: ListedCluster
    cluster: Cluster
    subnet_refs: SubnetRefs
    not_running: frozenset[str] = frozenset()
    address_gaps: Mapping[str, Gap] = field(default_factory=dict)
    entrances: ListedEntrances = field(default_factory=ListedEntrances)

    def bound_groups(self) -> tuple[str, ...]:
        """The groups of the cluster and of its entrances, without those of load balancers."""
        return (
            *self.cluster.bound_groups(),
            *(entrance.security_group for entrance in self.entrances.entrances if entrance.security_group),
        )


def vpc_ids(listed: Iterable[ListedCluster]) -> frozenset[str]:
    """The VPCs of the clusters that are read further than their row."""
    return frozenset(cluster.vpc_id for cluster in listed if not cluster.is_listed_alone)


def subnet_ids(clusters: Iterable[ClusterRead]) -> frozenset[str]:
    """The subnets that any of the clusters uses."""
    return frozenset(subnet_id for cluster in clusters for subnet_id in cluster.subnet_refs.subnet_ids)


def acl_subnet_ids(clusters: Iterable[ClusterRead]) -> frozenset[str]:
    """The subnets whose network ACLs are judged: those that the clusters use, and those of interfaces of Pods."""
    pods = (
        interface.subnet_id
        for cluster in clusters
        for interface in cluster.cluster.interfaces
        if interface.attachment is not Attachment.SECONDARY
    )
    return subnet_ids(clusters) | frozenset(pods) - {""}


def subnets_by_vpc(clusters: Iterable[ClusterRead]) -> Mapping[str, frozenset[str]]:
    """The subnets that the clusters use, by the VPC of the cluster."""
    subnets: dict[str, frozenset[str]] = {}
    for cluster in clusters:
        vpc_id = cluster.listed.vpc_id
        subnets[vpc_id] = subnets.get(vpc_id, frozenset()) | cluster.subnet_refs.subnet_ids
    return subnets


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterNodes:
    """A cluster as read, without its node pools, which are read for several clusters together."""

    listed: ListedCluster
    node_list: NodeList
    nodes: ReadNodes
    container: ContainerNetwork
    entrances: ListedEntrances


def has_nodes(listed: ListedCluster) -> bool:
    """Whether the cluster has nodes and pools to read; of others there is only their row, or only Pods."""
    return not listed.is_listed_alone and listed.pod_subnets is None


def read_cluster(reader: RegionReader, listed: ListedCluster, parts: tuple[Part, ...]) -> ClusterNodes | ClusterRead:
    """Read everything of a cluster except its pools, VPC and subnets. Runs on a thread of the clusters.

    ``parts`` are the parts of the audit to read. A cluster without nodes is complete at once.
    """
    if listed.is_listed_alone:
        subnet_refs = SubnetRefs(mode=listed.network_mode)
        return ClusterRead(listed=listed, cluster=cluster_list.build_unread_cluster(listed), subnet_refs=subnet_refs)
    if listed.pod_subnets is not None:
        return _serverless(listed, listed.pod_subnets, parts)
    container = reader.start(container_network.read_container_network, reader, listed, parts)
    entrances = reader.start(endpoints.read_entrances, reader, listed) if Part.ENDPOINT in parts else None
    node_list = node_lists.read_node_list(reader, listed)
    return ClusterNodes(
        listed=listed,
        node_list=node_list,
        nodes=nodes.read_nodes(reader, listed, node_list),
        container=container.result(),
        entrances=ListedEntrances() if entrances is None else entrances.result(),
    )


def build_cluster(reader: RegionReader, read: ClusterNodes, pools: ReadPools, parts: tuple[Part, ...]) -> ClusterRead:
    """Build a cluster from its nodes and its node pools."""
    listed, node_list, container = read.listed, read.node_list, read.container
    pools = replace(pools, gaps=(*pools.gaps, *_unlisted_pool_gaps(reader, listed, node_list, pools)))
    combined = _combine(listed, node_list, read.nodes, pools, container, parts)
    if Part.PODS in parts:
        combined = replace(combined, cluster=_with_pods(reader, combined, node_list, pools, container))
    return replace(combined, entrances=read.entrances)


def _serverless(listed: ListedCluster, pod_subnets: tuple[str, ...] | Gap, parts: tuple[Part, ...]) -> ClusterRead:
    """A serverless cluster: only its Pods have interfaces, in the subnets of the cluster (tke/EksCluster).

    No document says that DescribeClusterEndpoints knows such a cluster, and the action that tells its entrances returns
    its credentials as well.
    """
    subnets, gaps = ((), (pod_subnets,)) if isinstance(pod_subnets, Gap) else (pod_subnets, ())
    entrances = (NotCovered(kind=SERVERLESS_ENTRANCE, count=1),) if Part.ENDPOINT in parts else ()
    return ClusterRead(
        listed=listed,
        cluster=cluster_list.build_cluster(listed, not_covered=entrances, gaps=gaps),
        subnet_refs=SubnetRefs(
            mode=listed.network_mode,
            container_subnets=subnets,
            container_gaps=gaps,
            super_subnets=frozenset(subnets),
            subnet_gaps=gaps,
        ),
    )


def _unlisted_pool_gaps(
    reader: RegionReader, listed: ListedCluster, node_list: NodeList, pools: ReadPools
) -> Iterator[Gap]:
    """A gap where nodes name pools that no list of pools has: the lists may then lack other pools, too."""
    named = {node.node_pool_id for node in node_list.nodes} - {""}
    missing = sorted(named - pools.listed)
    if missing and not pools.gaps:
        message = (
            f"nodes of {listed.cluster_id} are of {', '.join(missing)}, which no list of pools has: which node pools "
            "it has is not fully known"
        )
        yield reader.cluster_gap(actions.NODE_POOLS_2022, listed.cluster_id, "PoolsMissing", message)


def _with_pods(
    reader: RegionReader, cluster_read: ClusterRead, node_list: NodeList, pools: ReadPools, container: ContainerNetwork
) -> Cluster:
    """The cluster with the groups that the next interfaces of its Pods will bind, and the gaps of its Pods."""
    cluster = cluster_read.cluster
    add_on = pod_bindings.add_on_bindings(container.add_on, cluster.nodes, cluster.node_pools)
    lone_nodes = pod_bindings.lone_node_gaps(reader, cluster_read.listed, node_list.nodes)
    gaps = {*cluster.gaps, *container.pod_gaps, *lone_nodes}
    return replace(cluster, pod_bindings=(*pools.pod_bindings, *add_on), gaps=tuple(sorted(gaps)))


def _combine(
    listed: ListedCluster,
    node_list: NodeList,
    read_nodes: ReadNodes,
    pools: ReadPools,
    container: ContainerNetwork,
    parts: tuple[Part, ...],
) -> ClusterRead:
    cluster = cluster_list.build_cluster(
        listed,
        nodes=read_nodes.nodes,
        node_pools=pools.pools,
        not_covered=_not_covered(node_list, read_nodes, pools, container, parts),
        gaps=(*node_list.gaps, *read_nodes.gaps, *pools.gaps),
    )
    subnet_refs = SubnetRefs(
        mode=container.mode,
        container_subnets=container.subnet_ids,
        container_gaps=container.gaps,
        subnets=read_nodes.subnet_ids | pools.subnet_ids,
        super_subnets=pools.super_subnet_ids | {node.super_subnet_id for node in node_list.nodes} - {""},
        subnet_gaps=(*node_list.gaps, *read_nodes.subnet_gaps, *pools.gaps, *pools.subnet_gaps),
    )
    return ClusterRead(
        listed=listed,
        cluster=replace(cluster, network_mode=container.mode),
        subnet_refs=subnet_refs,
        not_running=read_nodes.not_running,
        address_gaps=read_nodes.address_gaps,
    )


def _not_covered(
    node_list: NodeList,
    read_nodes: ReadNodes,
    pools: ReadPools,
    container: ContainerNetwork,
    parts: tuple[Part, ...],
) -> tuple[NotCovered, ...]:
    """With VPC-CNI, Pods have interfaces of their own, which the groups of the nodes do not filter by default."""
    without_pods = container.mode in VPC_CNI and Part.PODS not in parts
    pods = (NotCovered(kind="vpc-cni-pods", count=len(read_nodes.nodes)),) if without_pods else ()
    counts = (*node_pools.count_nodes_not_covered(node_list.nodes, parts), *pools.not_covered, *pods)
    return tuple(sorted(counts, key=lambda not_covered: not_covered.kind))


def add_networks(
    reader: RegionReader, cluster_read: ClusterRead, vpcs: Mapping[str, VpcBlocks], subnets: Mapping[str, Network]
) -> Cluster:
    """The cluster with its networks; a cluster of which only the row was read has none."""
    if cluster_read.listed.is_listed_alone:
        return cluster_read.cluster
    listed, subnet_refs = cluster_read.listed, cluster_read.subnet_refs
    return replace(cluster_read.cluster, networks=networks.build_networks(reader, listed, subnet_refs, vpcs, subnets))


def add_entrances(
    reader: RegionReader, cluster_read: ClusterRead, cluster: Cluster, balancers: BalancerGroups
) -> Cluster:
    """``cluster`` with the entrances of its API server, and what filters each of them."""
    listed = cluster_read.entrances
    entrances = endpoints.build_entrances(reader, cluster_read.listed, listed, balancers)
    gaps = {*cluster.gaps, *listed.gaps, *endpoints.group_gaps(reader, cluster_read.listed, listed, entrances)}
    return replace(cluster, entrances=entrances, gaps=tuple(sorted(gaps)))


def reduce_to_neighbour(cluster: Cluster) -> Cluster:
    """Reduce a cluster to what the clusters that talk to it need: its networks, and gaps where its VPC is unknown."""
    gaps = () if any(cluster.networks.vpc.cidrs) else cluster.gaps
    return replace(
        cluster, nodes=(), node_pools=(), interfaces=(), pod_bindings=(), entrances=(), not_covered=(), gaps=gaps
    )
