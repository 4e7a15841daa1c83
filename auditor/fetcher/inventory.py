"""Which calls a run makes, in which order, and what they add up to: the snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Event

from auditor.fetcher import (
    account,
    actions,
    clusters,
    estates,
    groups,
    known_members,
    networks,
    region_list,
    rule_counts,
    templates,
)
from auditor.fetcher.clusters import ListedClusters
from auditor.fetcher.crew import Crew
from auditor.fetcher.estates import Estate
from auditor.fetcher.group_reads import GroupReads
from auditor.fetcher.progress import Phase, Progress, Silent, told
from auditor.fetcher.reader import Reader
from auditor.fetcher.region_list import RegionList
from auditor.fetcher.templates import Templates
from auditor.fetcher.transport import Caller
from auditor.fetcher.wire_clusters import ListedCluster
from auditor.model.estate import Cluster, NetworkBlocks
from auditor.model.gaps import NO_CLUSTER, Gap, GapKind
from auditor.model.rules import Membership, SecurityGroup
from auditor.model.selectors import selects
from auditor.model.snapshot import Snapshot

ALL_REGIONS = "all"


UNKNOWN_CLUSTER = "UnknownCluster"
"""The code of the gap of a cluster that was named and that no region lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """What to read.

    ``regions`` by name, or ``("all",)`` for every region that has TKE. ``cluster_ids`` empty means every cluster there.
    ``neighbours`` are clusters read for their networks alone, because audited ones talk to them. ``also`` are security
    groups, parameter templates, VPCs and subnets that are read where a region has them, though nothing there needs
    them: a planned change may. ``excluded`` selects clusters of which nothing but their row is read. At most ``jobs``
    calls of one action are under way at once in a region; for all of them
    together see :class:`auditor.fetcher.job_limit.JobLimit`.
    """

    regions: tuple[str, ...]
    cluster_ids: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    jobs: int = 8

    @property
    def also_groups(self) -> tuple[str, ...]:
        """The security groups among ``also``."""
        return tuple(one for one in self.also if one.startswith("sg-"))

    @property
    def also_networks(self) -> tuple[str, ...]:
        """The VPCs and subnets among ``also``."""
        return tuple(one for one in self.also if one.startswith(("vpc-", "subnet-")))

    @property
    def named(self) -> tuple[str, ...]:
        """Every cluster to ask for by id; empty where all are wanted."""
        return tuple(dict.fromkeys((*self.cluster_ids, *self.neighbours))) if self.cluster_ids else ()

    def leaves_out(self, cluster: ListedCluster) -> bool:
        """Whether nothing of a cluster is read but its row; a neighbour's networks are needed all the same."""
        return cluster.cluster_id not in self.neighbours and selects(self.excluded, cluster)

    def is_audited(self, cluster_id: str) -> bool:
        """Whether a cluster that was found is audited, not a neighbour alone."""
        return not self.cluster_ids or cluster_id in self.cluster_ids


def fetch(
    caller: Caller, request: FetchRequest, progress: Progress | None = None, cancel: Event | None = None
) -> Snapshot:
    """Read everything that ``request`` names.

    Calls that fail leave gaps (the account's alone does not); nothing of the cloud raises. Raises
    :class:`auditor.fetcher.clock.Cancelled` within a second of ``cancel`` being set. The same answers give equal
    snapshots, whatever their timing.
    """
    with Crew(caller, request.jobs, cancel or Event()) as crew:
        return crew.wait(crew.run.submit(_read, crew, request, progress or Silent()))


def cluster_names(caller: Caller, regions: tuple[str, ...], jobs: int, cancel: Event) -> tuple[tuple[str, str], ...]:
    """Id and name of every cluster that the regions list, as far as they answer."""
    with Crew(caller, jobs, cancel) as crew:
        reads = [crew.regions.submit(clusters.read, Reader(name, crew), ()) for name in regions]
        return tuple((cluster.cluster_id, cluster.name) for read in reads for cluster in crew.wait(read).clusters)


def _read(crew: Crew, request: FetchRequest, progress: Progress) -> Snapshot:
    owner = crew.parts.submit(account.read, crew)
    listed = region_list.read(crew) if ALL_REGIONS in request.regions else _asked_for(request)
    reads = [crew.regions.submit(_read_region, Reader(name, crew), request, progress) for name in listed.names]
    regions = [read.result() for read in reads]
    gaps = (*listed.gaps, *_not_found(request, listed.names, regions), *(gap for one in regions for gap in one.gaps))
    return Snapshot(
        regions=listed.names,
        account=owner.result(),
        clusters=tuple(cluster for region in regions for cluster in region.clusters),
        neighbours=tuple(cluster for region in regions for cluster in region.neighbours),
        security_groups=tuple(group for region in regions for group in region.security_groups),
        address_templates=tuple(one for region in regions for one in region.templates.addresses),
        service_templates=tuple(one for region in regions for one in region.templates.services),
        template_groups=tuple(one for region in regions for one in region.templates.groups),
        memberships=tuple(one for region in regions for one in region.memberships),
        networks=tuple(one for region in regions for one in region.networks),
        gaps=tuple(sorted(set(gaps))),
    )


def _asked_for(request: FetchRequest) -> RegionList:
    return RegionList(names=tuple(sorted(set(request.regions))))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Region:
    """What one region came to; every list sorted by id."""

    listed: ListedClusters
    clusters: tuple[Cluster, ...]
    neighbours: tuple[Cluster, ...]
    security_groups: tuple[SecurityGroup, ...]
    memberships: tuple[Membership, ...]
    templates: Templates
    networks: tuple[NetworkBlocks, ...]
    gaps: tuple[Gap, ...]


def _read_region(reader: Reader, request: FetchRequest, progress: Progress) -> _Region:
    """One region: clusters side by side, groups as clusters come to need them, and the rest once all are known."""
    listed = _list_clusters(reader, request, progress)
    vpcs = reader.crew.parts.submit(networks.read_vpcs, reader, estates.vpc_ids(listed.clusters))
    group_reads = GroupReads(reader, progress)
    found = _read_clusters(reader, request, progress, listed, group_reads)
    also = groups.read_present(reader, request.also_groups)
    group_reads.want(sorted(also.rows))
    subnets = reader.crew.parts.submit(networks.read_subnets, reader, estates.subnet_ids(found))
    further = set(request.also_networks) - set(estates.vpc_ids(listed.clusters)) - set(estates.subnet_ids(found))
    further_networks = reader.crew.parts.submit(networks.read_named, reader, further)
    read_groups = group_reads.rules()
    unnamed = tuple(one.group for one in read_groups)
    names = reader.crew.parts.submit(groups.read_names, reader, unnamed, also)
    read_templates = reader.crew.parts.submit(templates.read, reader, unnamed, request.also)
    referred = groups.referred_groups(unnamed)
    named = names.result()
    memberships = known_members.completed(
        reader, group_reads.memberships(), _audited(request, found), referred=referred, absent=named.absent
    )
    (chosen,) = told(progress, Phase.TEMPLATES, reader.region, [read_templates])
    (blocks,) = told(progress, Phase.NETWORKS, reader.region, [subnets])
    whole = networks.completed(reader, vpcs.result(), estates.subnets_by_vpc(found), blocks)
    finished = [estates.finished(reader, estate, whole, blocks) for estate in found]
    return _Region(
        listed=listed,
        clusters=tuple(one for one in finished if request.is_audited(one.cluster_id)),
        neighbours=tuple(estates.as_neighbour(one) for one in finished if not request.is_audited(one.cluster_id)),
        security_groups=rule_counts.settled(reader, named.groups, read_groups, chosen),
        memberships=memberships,
        templates=chosen,
        networks=networks.named(reader.region, request.also_networks, whole, blocks, further_networks.result()),
        gaps=(*listed.gaps, *also.gaps, *chosen.gaps, *named.gaps),
    )


def _audited(request: FetchRequest, found: list[Estate]) -> list[Estate]:
    return [estate for estate in found if request.is_audited(estate.cluster.cluster_id)]


def _list_clusters(reader: Reader, request: FetchRequest, progress: Progress) -> ListedClusters:
    progress.started(Phase.CLUSTERS, reader.region)
    listed = clusters.read(reader, request.named)
    marked = tuple(replace(cluster, is_excluded=request.leaves_out(cluster)) for cluster in listed.clusters)
    listed = replace(listed, clusters=marked)
    progress.advance(Phase.CLUSTERS, reader.region, len(listed.clusters), len(listed.clusters))
    progress.finished(Phase.CLUSTERS, reader.region)
    return listed


def _read_clusters(
    reader: Reader, request: FetchRequest, progress: Progress, listed: ListedClusters, group_reads: GroupReads
) -> list[Estate]:
    """The clusters in order; the groups of each are begun with as soon as they are known."""
    reads = [reader.crew.clusters.submit(estates.read, reader, cluster) for cluster in listed.clusters]
    found = []
    for estate in told(progress, Phase.NODES, reader.region, reads):
        found.append(estate)
        if request.is_audited(estate.cluster.cluster_id):
            group_reads.want(estate.bound())
    return found


def _not_found(request: FetchRequest, names: tuple[str, ...], regions: list[_Region]) -> Iterator[Gap]:
    """Clusters that were named and are nowhere, regions that were named and have none, or no cluster at all.

    Regions that told nothing have gaps of their own.
    """
    found = {cluster.cluster_id for region in regions for cluster in region.listed.clusters}
    answered = [name for name, region in zip(names, regions, strict=True) if region.listed.answered]
    where = ", ".join(answered)
    if not answered:
        return
    for cluster_id in (*request.cluster_ids, *request.neighbours):
        if cluster_id not in found:
            message = f"{cluster_id} was not found in {where}: check the id, the region and the CAM policy"
            yield _nothing(answered, cluster_id, UNKNOWN_CLUSTER, message)
    if request.cluster_ids:
        return
    empty = [name for name, region in zip(names, regions, strict=True) if not region.listed.clusters]
    if ALL_REGIONS in request.regions:
        without_clusters = [] if found else [answered]
    else:
        without_clusters = [[name] for name in answered if name in empty]
    for without in without_clusters:
        message = f"no cluster was found in {', '.join(without)}; a CAM policy may hide clusters without a word"
        yield _nothing(without, ", ".join(without), NO_CLUSTER, message)


def _nothing(regions: list[str], resource: str, code: str, message: str) -> Gap:
    return Gap(
        kind=GapKind.NOT_AUDITABLE,
        region=regions[0] if len(regions) == 1 else "",
        cluster_id=resource if code == UNKNOWN_CLUSTER else "",
        resource=resource,
        service=actions.CLUSTERS.service,
        action=actions.CLUSTERS.name,
        code=code,
        message=message,
    )
