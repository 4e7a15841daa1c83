"""The regions behind ``--region all``: the region service's list for TKE, else TKE's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from threading import Event
from typing import Any

from auditor.errors import FetchError
from auditor.fetcher import (
    accounts,
    actions,
    cluster_list,
    cluster_reader,
    json_fields,
    members,
    networks,
    security_groups,
    templates,
)
from auditor.fetcher.cluster_list import ListedCluster, ListedClusters
from auditor.fetcher.cluster_reader import ClusterRead
from auditor.fetcher.paging import Listing, Paging
from auditor.fetcher.progress import Phase, Progress, Silent, report_progress
from auditor.fetcher.region_reader import RegionReader, chunks
from auditor.fetcher.security_groups import ReadGroup
from auditor.fetcher.templates import Templates
from auditor.fetcher.threads import FetchThreads
from auditor.fetcher.transport import Caller
from auditor.model import identifiers
from auditor.model.clusters import Cluster, NetworkBlocks
from auditor.model.gaps import NO_CLUSTER, Gap, GapKind
from auditor.model.rules import Membership, SecurityGroup
from auditor.model.selectors import selects
from auditor.model.snapshot import Snapshot

HOME_REGION = "ap-guangzhou"
"""Both lists are the same everywhere; the call still needs a region."""

_REGIONS = Listing(action=actions.REGIONS, rows="RegionSet", row_id="Region", paging=Paging.NONE)
_TKE_REGIONS = Listing(action=actions.TKE_REGIONS, rows="RegionInstanceSet", row_id="RegionName", paging=Paging.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionList:
    """Names of regions, sorted; with ``gaps`` some may be missing."""

    names: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


def read_regions(threads: FetchThreads) -> RegionList:
    """Every region that has TKE and is open to this account."""
    reader = RegionReader(HOME_REGION, threads)
    unknown = "which regions have TKE is"
    try:
        rows = reader.read(_REGIONS, {"Product": "tke"}, unknown=unknown, resource="regions")
        names = {json_fields.label(row, "Region") for row in rows.rows if _is_open(row)}
    except FetchError:
        rows = reader.rows(_TKE_REGIONS, {}, unknown=unknown, resource="regions")
        names = {json_fields.label(row, "RegionName") for row in rows.rows}
    regions = {name for name in names if identifiers.is_region(name)}
    gaps = (*rows.gaps, *_misnamed(reader, names - regions))
    return RegionList(names=tuple(sorted(regions)), gaps=gaps or _none(reader, regions))


def _misnamed(reader: RegionReader, names: set[str]) -> Iterator[Gap]:
    for name in sorted(names):
        message = f"{name!r} is listed as a region and cannot be the name of one: what it stands for was not read"
        yield reader.call_site(actions.REGIONS).gap("regions", "WrongShape", message, GapKind.UNREAD)


def _none(reader: RegionReader, names: set[str]) -> tuple[Gap, ...]:
    """An account without any region has nothing that was audited, which is not the same as nothing wrong."""
    if names:
        return ()
    message = "no region has TKE, or a CAM policy hides them all"
    return (reader.call_site(actions.REGIONS).gap("all", NO_CLUSTER, message, GapKind.NOT_AUDITABLE),)


def _is_open(row: Mapping[str, Any]) -> bool:
    """A region is left out only where the answer says that this account cannot use it."""
    return json_fields.label(row, "RegionState").strip().upper() != "UNAVAILABLE"


class GroupReads:
    """Begins to read each group when it is first wanted.

    Groups are wanted in an order that depends on the clusters alone, never on timing, so that the same answers always
    lead to the same questions: five groups make one question about members, and a recording can be played again.
    """

    def __init__(self, reader: RegionReader, progress: Progress) -> None:
        self._reader = reader
        self._progress = progress
        self._rules: dict[str, Future[ReadGroup]] = {}
        self._members: list[Future[tuple[Membership, ...]]] = []
        """Instances and interfaces of the same groups in turn."""
        self._waiting: list[str] = []

    def want(self, group_ids: Iterable[str]) -> None:
        """Begin with those of ``group_ids`` that are new."""
        for group_id in group_ids:
            if group_id not in self._rules:
                self._rules[group_id] = self._reader.start(security_groups.read_rules, self._reader, group_id)
                self._waiting.append(group_id)
        while len(self._waiting) >= members.FILTER_VALUES:
            self._ask(tuple(self._waiting[: members.FILTER_VALUES]))
            del self._waiting[: members.FILTER_VALUES]

    def rules(self) -> tuple[ReadGroup, ...]:
        """The groups that are bound, by id and without their names, once no more will be wanted."""
        read = tuple(report_progress(self._progress, Phase.RULES, self._reader.region, list(self._rules.values())))
        only_referred = sorted(security_groups.peer_groups(one.group for one in read) - self._rules.keys())
        for group_ids in chunks([*self._waiting, *only_referred], members.FILTER_VALUES):
            self._ask(group_ids)
        self._waiting.clear()
        return tuple(sorted(read, key=lambda one: one.group.security_group_id))

    def memberships(self) -> tuple[Membership, ...]:
        """What binds them and the groups that their rules name, by id, once the rules are known."""
        answers = list(report_progress(self._progress, Phase.MEMBERS, self._reader.region, self._members))
        found = [
            members.merge_memberships(one, other)
            for instances, interfaces in zip(answers[::2], answers[1::2], strict=True)
            for one, other in zip(instances, interfaces, strict=True)
        ]
        return tuple(sorted(found, key=lambda membership: membership.security_group_id))

    def _ask(self, group_ids: tuple[str, ...]) -> None:
        self._members += [
            self._reader.start(members.read_instances, self._reader, group_ids),
            self._reader.start(members.read_interfaces, self._reader, group_ids),
        ]


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
    together see :class:`auditor.fetcher.rate_limit.JobLimit`.
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
    with FetchThreads(caller, request.jobs, cancel or Event()) as threads:
        return threads.wait(threads.run.submit(_read, threads, request, progress or Silent()))


def cluster_names(caller: Caller, regions: tuple[str, ...], jobs: int, cancel: Event) -> tuple[tuple[str, str], ...]:
    """Id and name of every cluster that the regions list, as far as they answer."""
    with FetchThreads(caller, jobs, cancel) as threads:
        reads = [
            threads.regions.submit(cluster_list.read_clusters, RegionReader(name, threads), ()) for name in regions
        ]
        return tuple((cluster.cluster_id, cluster.name) for read in reads for cluster in threads.wait(read).clusters)


def _read(threads: FetchThreads, request: FetchRequest, progress: Progress) -> Snapshot:
    owner = threads.parts.submit(accounts.read_account, threads)
    listed = read_regions(threads) if ALL_REGIONS in request.regions else _asked_for(request)
    reads = [
        threads.regions.submit(_read_region, RegionReader(name, threads), request, progress) for name in listed.names
    ]
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


def _read_region(reader: RegionReader, request: FetchRequest, progress: Progress) -> _Region:
    """One region: clusters side by side, groups as clusters come to need them, and the rest once all are known."""
    listed = _list_clusters(reader, request, progress)
    vpcs = reader.threads.parts.submit(networks.read_vpcs, reader, cluster_reader.vpc_ids(listed.clusters))
    group_reads = GroupReads(reader, progress)
    found = _read_clusters(reader, request, progress, listed, group_reads)
    also = security_groups.read_existing_groups(reader, request.also_groups)
    group_reads.want(sorted(also.rows))
    subnets = reader.threads.parts.submit(networks.read_subnets, reader, cluster_reader.subnet_ids(found))
    further = (
        set(request.also_networks)
        - set(cluster_reader.vpc_ids(listed.clusters))
        - set(cluster_reader.subnet_ids(found))
    )
    further_networks = reader.threads.parts.submit(networks.read_named_networks, reader, further)
    read_groups = group_reads.rules()
    unnamed = tuple(one.group for one in read_groups)
    names = reader.threads.parts.submit(security_groups.read_names, reader, unnamed, also)
    read_templates = reader.threads.parts.submit(templates.read_templates, reader, unnamed, request.also)
    referred = security_groups.peer_groups(unnamed)
    named = names.result()
    memberships = members.complete_memberships(
        reader, group_reads.memberships(), _audited(request, found), referred=referred, absent=named.absent
    )
    (chosen,) = report_progress(progress, Phase.TEMPLATES, reader.region, [read_templates])
    (blocks,) = report_progress(progress, Phase.NETWORKS, reader.region, [subnets])
    whole = networks.complete_vpcs(reader, vpcs.result(), cluster_reader.subnets_by_vpc(found), blocks)
    finished = [cluster_reader.add_networks(reader, estate, whole, blocks) for estate in found]
    return _Region(
        listed=listed,
        clusters=tuple(one for one in finished if request.is_audited(one.cluster_id)),
        neighbours=tuple(
            cluster_reader.reduce_to_neighbour(one) for one in finished if not request.is_audited(one.cluster_id)
        ),
        security_groups=templates.check_rule_counts(reader, named.groups, read_groups, chosen),
        memberships=memberships,
        templates=chosen,
        networks=networks.select_named_networks(
            reader.region, request.also_networks, whole, blocks, further_networks.result()
        ),
        gaps=(*listed.gaps, *also.gaps, *chosen.gaps, *named.gaps),
    )


def _audited(request: FetchRequest, found: list[ClusterRead]) -> list[ClusterRead]:
    return [estate for estate in found if request.is_audited(estate.cluster.cluster_id)]


def _list_clusters(reader: RegionReader, request: FetchRequest, progress: Progress) -> ListedClusters:
    progress.started(Phase.CLUSTERS, reader.region)
    listed = cluster_list.read_clusters(reader, request.named)
    marked = tuple(replace(cluster, is_excluded=request.leaves_out(cluster)) for cluster in listed.clusters)
    listed = replace(listed, clusters=marked)
    progress.advance(Phase.CLUSTERS, reader.region, len(listed.clusters), len(listed.clusters))
    progress.finished(Phase.CLUSTERS, reader.region)
    return listed


def _read_clusters(
    reader: RegionReader, request: FetchRequest, progress: Progress, listed: ListedClusters, group_reads: GroupReads
) -> list[ClusterRead]:
    """The clusters in order; the groups of each are begun with as soon as they are known."""
    reads = [
        reader.threads.clusters.submit(cluster_reader.read_cluster, reader, cluster) for cluster in listed.clusters
    ]
    found = []
    for estate in report_progress(progress, Phase.NODES, reader.region, reads):
        found.append(estate)
        if request.is_audited(estate.cluster.cluster_id):
            group_reads.want(estate.cluster.bound_groups())
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
