"""Reads everything that a run needs and returns it as one snapshot.

The input is a caller of the cloud API and a :class:`FetchRequest`. All regions are read at once, and the clusters of a
region at once. Security groups are read as soon as a cluster needs them; names, templates, members and networks once
all clusters of the region are known. A failed call leaves a gap in the snapshot; only an interrupt raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from threading import Event

from auditor.fetcher import (
    accounts,
    cluster_list,
    cluster_reader,
    interface_owners,
    interfaces,
    load_balancers,
    members,
    missing_clusters,
    network_acls,
    networks,
    node_pools,
    region_list,
    security_groups,
    templates,
)
from auditor.fetcher.cluster_list import ListedCluster, ListedClusters
from auditor.fetcher.cluster_reader import ClusterNodes, ClusterRead
from auditor.fetcher.interface_owners import RegionClusters
from auditor.fetcher.interfaces import InterfaceList
from auditor.fetcher.load_balancers import ReadBalancers
from auditor.fetcher.members import GroupReads
from auditor.fetcher.network_acls import SubnetsWithAcls
from auditor.fetcher.node_pools import PoolReads
from auditor.fetcher.progress import Phase, Progress, Silent, report_progress
from auditor.fetcher.region_reader import RegionReader
from auditor.fetcher.templates import Templates
from auditor.fetcher.threads import FetchThreads
from auditor.fetcher.transport import Caller
from auditor.model import identifiers
from auditor.model.clusters import Cluster, NetworkBlocks
from auditor.model.codes import Part
from auditor.model.gaps import Gap
from auditor.model.rules import Membership, SecurityGroup
from auditor.model.selectors import selects
from auditor.model.snapshot import Snapshot

ALL_REGIONS = "all"
"""The word for every region that has TKE, in place of the names of regions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """The scope of a run.

    ``regions``: names of regions, or :data:`ALL_REGIONS` for every region that has TKE.
    ``cluster_ids``: the clusters to audit; empty means every cluster of the regions.
    ``neighbours``: clusters that audited clusters talk to; only their networks are read.
    ``also``: security groups, parameter templates, VPCs and subnets that a planned change names. They are read where a
    region has them, even if no cluster there uses them.
    ``excluded``: selects clusters to leave out; only their row in the list of clusters is read.
    ``left_out``: the parts of the audit that are not read.
    """

    regions: tuple[str, ...]
    cluster_ids: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    left_out: tuple[Part, ...] = ()

    @property
    def also_groups(self) -> tuple[str, ...]:
        """The security groups among ``also``."""
        return tuple(resource for resource in self.also if resource.startswith(identifiers.GROUP))

    @property
    def also_networks(self) -> tuple[str, ...]:
        """The VPCs and subnets among ``also``."""
        return tuple(resource for resource in self.also if resource.startswith(networks.PREFIXES))

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the audit that the run reads."""
        return tuple(part for part in Part if part not in self.left_out)

    def parts_of(self, cluster_id: str) -> tuple[Part, ...]:
        """The parts of the audit that are read of a listed cluster; of a neighbour, none."""
        return self.parts if self.is_audited(cluster_id) else ()

    @property
    def named(self) -> tuple[str, ...]:
        """Every cluster to ask for by id; empty where all clusters are wanted."""
        return tuple(dict.fromkeys((*self.cluster_ids, *self.neighbours))) if self.cluster_ids else ()

    def leaves_out(self, cluster: ListedCluster) -> bool:
        """Whether only the row of ``cluster`` is read. The networks of a neighbour are read even if it is excluded."""
        return cluster.cluster_id not in self.neighbours and selects(self.excluded, cluster)

    def is_audited(self, cluster_id: str) -> bool:
        """Whether a listed cluster is audited; otherwise it is only a neighbour."""
        return not self.cluster_ids or cluster_id in self.cluster_ids


def fetch(
    caller: Caller, request: FetchRequest, progress: Progress | None = None, cancel: Event | None = None
) -> Snapshot:
    """Read everything that ``request`` asks for.

    Failed calls leave gaps, except the call for the account; no failure of the cloud raises. Raises
    :class:`auditor.fetcher.clock.Cancelled` within a second after ``cancel`` is set. Equal answers give equal
    snapshots, in whichever order they arrive.
    """
    with FetchThreads(caller, cancel or Event()) as threads:
        return threads.wait(threads.run.submit(_read_regions, threads, request, progress or Silent()))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterListing:
    """Every cluster that the regions list; with ``gaps`` some may be missing."""

    regions: tuple[str, ...]
    clusters: tuple[ListedCluster, ...]
    gaps: tuple[Gap, ...]


def list_clusters(caller: Caller, regions: tuple[str, ...], cancel: Event) -> ClusterListing:
    """List the clusters of the regions, or of every region that has TKE, without reading any of them."""
    with FetchThreads(caller, cancel) as threads:
        return threads.wait(threads.run.submit(_list_regions, threads, regions))


def _list_regions(threads: FetchThreads, regions: tuple[str, ...]) -> ClusterListing:
    names = _region_names(threads, regions)
    reads = [
        threads.regions.submit(cluster_list.read_clusters, RegionReader.of(name, threads), ()) for name in names.names
    ]
    lists = [read.result() for read in reads]
    return ClusterListing(
        regions=names.names,
        clusters=tuple(cluster for listed in lists for cluster in listed.clusters),
        gaps=(*names.gaps, *(gap for listed in lists for gap in listed.gaps)),
    )


def _region_names(threads: FetchThreads, regions: tuple[str, ...]) -> region_list.RegionList:
    if ALL_REGIONS in regions:
        return region_list.read_region_list(threads)
    return region_list.RegionList(names=tuple(sorted(set(regions))))


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadRegion:
    """Everything read in one region; every list is sorted by id."""

    listed: ListedClusters
    clusters: tuple[Cluster, ...]
    neighbours: tuple[Cluster, ...]
    security_groups: tuple[SecurityGroup, ...]
    memberships: tuple[Membership, ...]
    templates: Templates
    networks: tuple[NetworkBlocks, ...]
    balancers: ReadBalancers
    acls: SubnetsWithAcls
    gaps: tuple[Gap, ...]


def _read_regions(threads: FetchThreads, request: FetchRequest, progress: Progress) -> Snapshot:
    account = threads.of(accounts.HOME_REGION).parts.submit(accounts.read_account, threads.caller)
    listed = _region_names(threads, request.regions)
    reads = [
        threads.regions.submit(_read_region, RegionReader.of(name, threads), request, progress) for name in listed.names
    ]
    regions = [read.result() for read in reads]
    lists = {name: region.listed for name, region in zip(listed.names, regions, strict=True)}
    missing = missing_clusters.missing_cluster_gaps(
        lists,
        (*request.cluster_ids, *request.neighbours),
        only_named=bool(request.cluster_ids),
        every_region=ALL_REGIONS in request.regions,
    )
    gaps = (*listed.gaps, *missing, *(gap for region in regions for gap in region.gaps))
    return Snapshot(
        regions=listed.names,
        parts=request.parts,
        account=account.result(),
        clusters=tuple(cluster for region in regions for cluster in region.clusters),
        neighbours=tuple(cluster for region in regions for cluster in region.neighbours),
        security_groups=tuple(group for region in regions for group in region.security_groups),
        address_templates=tuple(template for region in regions for template in region.templates.addresses),
        service_templates=tuple(template for region in regions for template in region.templates.services),
        template_groups=tuple(group for region in regions for group in region.templates.groups),
        memberships=tuple(membership for region in regions for membership in region.memberships),
        networks=tuple(network for region in regions for network in region.networks),
        load_balancers=tuple(balancer for region in regions for balancer in region.balancers.balancers),
        network_acls=tuple(acl for region in regions for acl in region.acls.network_acls),
        subnet_acls=tuple(subnet for region in regions for subnet in region.acls.subnet_acls),
        gaps=tuple(sorted(set(gaps))),
    )


def _read_region(reader: RegionReader, request: FetchRequest, progress: Progress) -> _ReadRegion:
    """Read one region: its clusters, their groups while clusters come in, and the rest once all groups are known."""
    parts = reader.threads.parts
    listed = _list_clusters(reader, request, progress)
    cluster_reads = _start_clusters(reader, request, listed)
    vpc_ids = cluster_reader.vpc_ids(listed.clusters)
    vpcs = parts.submit(networks.read_vpcs, reader, vpc_ids)
    interface_reads = interfaces.start_lists(reader, _audited_vpcs(request, listed, Part.INTERFACES))
    balancer_vpcs = _audited_vpcs(request, listed, Part.LOAD_BALANCERS)
    started_balancers = parts.submit(load_balancers.start_balancers, reader, balancer_vpcs)
    group_reads = GroupReads(reader, progress)
    clusters = _read_clusters(reader, request, progress, cluster_reads, group_reads)
    clusters = _add_interfaces(reader, request, listed, clusters, interface_reads)
    audited = [cluster for cluster in clusters if request.is_audited(cluster.listed.cluster_id)]
    for cluster in audited:
        group_reads.request(cluster.cluster.bound_groups())
    existing = security_groups.read_existing_groups(reader, request.also_groups)
    group_reads.request(sorted(existing.rows))
    group_reads.request(started_balancers.result().bound_groups())
    balancers = parts.submit(load_balancers.finish_balancers, reader, started_balancers.result())
    acl_subnets = cluster_reader.acl_subnet_ids(() if Part.NETWORK_ACLS in request.left_out else audited)
    subnet_ids = cluster_reader.subnet_ids(clusters) | acl_subnets
    subnets = parts.submit(network_acls.read_subnets, reader, subnet_ids, acl_subnets)
    named_networks = parts.submit(
        networks.read_named_networks, reader, set(request.also_networks) - vpc_ids - subnet_ids
    )
    read_groups = group_reads.rules()
    unnamed = tuple(read_group.group for read_group in read_groups)
    name_read = parts.submit(security_groups.read_names, reader, unnamed, existing)
    template_read = parts.submit(templates.read_templates, reader, unnamed, request.also)
    named = name_read.result()
    memberships = members.complete_memberships(
        reader,
        group_reads.memberships(),
        audited,
        referred=security_groups.peer_groups(unnamed),
        absent=named.absent,
    )
    (read_templates,) = report_progress(progress, Phase.TEMPLATES, reader.region, [template_read])
    (read_subnets,) = report_progress(progress, Phase.NETWORKS, reader.region, [subnets])
    blocks = read_subnets.subnets.blocks
    vpc_blocks = networks.complete_vpcs(reader, vpcs.result(), cluster_reader.subnets_by_vpc(clusters), blocks)
    read_balancers = balancers.result()
    entrance_balancers = None if Part.LOAD_BALANCERS in request.left_out else read_balancers.balancers
    complete = [
        cluster_reader.add_entrances(
            reader, cluster, cluster_reader.add_networks(reader, cluster, vpc_blocks, blocks), entrance_balancers
        )
        for cluster in clusters
    ]
    return _ReadRegion(
        listed=listed,
        clusters=tuple(cluster for cluster in complete if request.is_audited(cluster.cluster_id)),
        neighbours=tuple(
            cluster_reader.reduce_to_neighbour(cluster)
            for cluster in complete
            if not request.is_audited(cluster.cluster_id)
        ),
        security_groups=templates.check_rule_counts(reader, named.groups, read_groups, read_templates),
        memberships=memberships,
        templates=read_templates,
        networks=networks.select_named_networks(
            reader.region, request.also_networks, vpc_blocks, blocks, named_networks.result()
        ),
        balancers=read_balancers,
        acls=read_subnets,
        gaps=(*listed.gaps, *existing.gaps, *read_templates.gaps, *named.gaps, *read_balancers.gaps),
    )


def _audited_vpcs(request: FetchRequest, listed: ListedClusters, part: Part) -> frozenset[str]:
    """The VPCs of audited clusters; none if the request leaves out ``part``."""
    if part in request.left_out:
        return frozenset()
    audited = (cluster for cluster in listed.clusters if request.is_audited(cluster.cluster_id))
    return cluster_reader.vpc_ids(audited) - {""}


def _list_clusters(reader: RegionReader, request: FetchRequest, progress: Progress) -> ListedClusters:
    progress.started(Phase.CLUSTERS, reader.region)
    listed = cluster_list.read_clusters(reader, request.named)
    clusters = tuple(replace(cluster, is_excluded=request.leaves_out(cluster)) for cluster in listed.clusters)
    if Part.PODS in request.parts:
        audited = [cluster for cluster in clusters if request.is_audited(cluster.cluster_id)]
        by_id = {cluster.cluster_id: cluster for cluster in cluster_list.add_pod_subnets(reader, audited)}
        clusters = tuple(by_id.get(cluster.cluster_id, cluster) for cluster in clusters)
    progress.advance(Phase.CLUSTERS, reader.region, len(clusters), len(clusters))
    progress.finished(Phase.CLUSTERS, reader.region)
    return replace(listed, clusters=clusters)


@dataclass(frozen=True, slots=True)
class _ClusterReads:
    """The reads of the clusters of a region, all started at once."""

    clusters: list[Future[ClusterNodes | ClusterRead]]
    pools: PoolReads


def _start_clusters(reader: RegionReader, request: FetchRequest, listed: ListedClusters) -> _ClusterReads:
    with_nodes = [row for row in listed.clusters if cluster_reader.has_nodes(row)]
    return _ClusterReads(
        [
            reader.threads.clusters.submit(cluster_reader.read_cluster, reader, row, request.parts_of(row.cluster_id))
            for row in listed.clusters
        ],
        node_pools.start_pools(reader, with_nodes, request.parts_of),
    )


def _read_clusters(
    reader: RegionReader, request: FetchRequest, progress: Progress, reads: _ClusterReads, group_reads: GroupReads
) -> list[ClusterRead]:
    """Wait for the clusters and return them in order; request the groups of each as soon as they are known."""
    clusters = []
    for nodes in report_progress(progress, Phase.NODES, reader.region, reads.clusters):
        cluster_id = nodes.listed.cluster_id
        if isinstance(nodes, ClusterNodes):
            parts = request.parts_of(cluster_id)
            cluster_read = cluster_reader.build_cluster(reader, nodes, reads.pools.of(cluster_id), parts)
        else:
            cluster_read = nodes
        clusters.append(cluster_read)
        if request.is_audited(cluster_id):
            group_reads.request(cluster_read.bound_groups())
    return clusters


def _add_interfaces(
    reader: RegionReader,
    request: FetchRequest,
    listed: ListedClusters,
    clusters: list[ClusterRead],
    reads: Mapping[str, Future[InterfaceList]],
) -> list[ClusterRead]:
    """The clusters with their network interfaces. Clusters that were not read may have interfaces in a VPC as well."""
    unread = frozenset(cluster.vpc_id for cluster in listed.clusters if cluster.is_listed_alone)
    lists = {vpc_id: read.result() for vpc_id, read in reads.items()}
    region = RegionClusters(
        clusters=clusters,
        audited=frozenset(row.cluster_id for row in listed.clusters if request.is_audited(row.cluster_id)),
        vpcs_with_others=frozenset(lists) if request.named or listed.gaps else unread,
        with_pods=Part.PODS not in request.left_out,
    )
    return interface_owners.add_interfaces(reader, lists, region)
