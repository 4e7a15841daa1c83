"""Resolves the names of clusters, and cuts a snapshot down to the clusters and regions asked for.

The result keeps every group, template, load balancer and neighbour that the selected clusters depend on, and only the
gaps that concern them. A cluster or region that the snapshot does not contain becomes a gap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from auditor.model.baseline import PeerClusters
from auditor.model.clusters import Cluster, bound_groups
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.selectors import BY_NAME, Selectable, selects
from auditor.model.snapshot import Snapshot


class _Regional(Protocol):
    """Anything of a snapshot; a gap may have an empty region."""

    @property
    def region(self) -> str: ...


_Item = TypeVar("_Item", bound=_Regional)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The requested clusters and regions, empty for all. ``peers`` of a selected cluster stay as its neighbours.

    ``clusters`` are words as for :func:`resolved`.
    """

    clusters: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    peers: tuple[PeerClusters, ...] = ()


def resolved(words: Iterable[str], clusters: Iterable[Selectable]) -> tuple[str, ...]:
    """The ids of the clusters that ``words`` name; a word that names none of ``clusters`` stays as it is.

    A word is an id, a name, a glob of ids or names, or a selector as in a configuration (``tag:env=prod*``).
    """
    listed = tuple(clusters)
    ids: list[str] = []
    for word in words:
        matches = [cluster.cluster_id for cluster in listed if _names(word, cluster)]
        ids += matches or [word]
    return tuple(dict.fromkeys(ids))


def _names(word: str, cluster: Selectable) -> bool:
    return word == cluster.name or selects((word, BY_NAME + word), cluster)


def selected(snapshot: Snapshot, selection: Selection) -> Snapshot:
    """The requested part of a snapshot; a requested cluster or region that it does not contain becomes a gap."""
    if not selection.clusters and not selection.regions:
        return snapshot
    regions = selection.regions or snapshot.regions
    of_regions = (cluster for cluster in snapshot.clusters if cluster.region in regions)
    selection = replace(selection, clusters=resolved(selection.clusters, of_regions))
    kept = tuple(cluster for cluster in snapshot.clusters if _is_asked_for(cluster, selection, regions))
    vpcs = {(cluster.region, cluster.vpc_id) for cluster in kept}
    part = replace(
        snapshot,
        regions=tuple(region for region in snapshot.regions if region in regions),
        clusters=kept,
        neighbours=_neighbours(snapshot, kept, selection.peers),
        load_balancers=tuple(item for item in snapshot.load_balancers if (item.region, item.vpc_id) in vpcs),
        network_acls=tuple(acl for acl in snapshot.network_acls if (acl.region, acl.vpc_id) in vpcs),
        subnet_acls=tuple(subnet for subnet in snapshot.subnet_acls if subnet.region in regions),
        gaps=(*_own_gaps(snapshot, selection, regions), *_absent(snapshot, selection, kept)),
    )
    return without_unused(part)


def divided_regions(snapshot: Snapshot) -> tuple[str, ...]:
    """The regions that shards of a snapshot divide: those with a cluster or a gap. The others go with the first shard.

    A read of all regions has many without a cluster, and a shard of such regions alone would judge nothing.
    """
    places = {cluster.region for cluster in snapshot.clusters} | {gap.region for gap in snapshot.gaps}
    regions = _regions(snapshot)
    return tuple(region for region in regions if region in places) or regions


def part_of_shard(
    snapshot: Snapshot, regions: Collection[str], peers: Sequence[PeerClusters], *, first: bool
) -> Snapshot:
    """The part of a snapshot in ``regions``, which are some of :func:`divided_regions`.

    Invariant: everything is in the part of some shard, also gaps; the peers of a cluster are with it as neighbours.
    """
    divided = divided_regions(snapshot)
    kept_regions = {region for region in _regions(snapshot) if region in regions or (first and region not in divided)}
    elsewhere = {*_regions(snapshot)} - kept_regions

    def own(items: Iterable[_Item]) -> tuple[_Item, ...]:
        return tuple(item for item in items if item.region not in elsewhere)

    clusters = own(snapshot.clusters)
    neighbours = {
        cluster.cluster_id: cluster for cluster in (*_neighbours(snapshot, clusters, peers), *own(snapshot.neighbours))
    }
    return replace(
        snapshot,
        regions=tuple(region for region in snapshot.regions if region in kept_regions),
        clusters=clusters,
        neighbours=tuple(sorted(neighbours.values(), key=lambda cluster: (cluster.region, cluster.cluster_id))),
        security_groups=own(snapshot.security_groups),
        address_templates=own(snapshot.address_templates),
        service_templates=own(snapshot.service_templates),
        template_groups=own(snapshot.template_groups),
        memberships=own(snapshot.memberships),
        networks=own(snapshot.networks),
        load_balancers=own(snapshot.load_balancers),
        network_acls=own(snapshot.network_acls),
        subnet_acls=own(snapshot.subnet_acls),
        gaps=own(snapshot.gaps),
    )


def _regions(snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(sorted({*snapshot.regions, *(cluster.region for cluster in snapshot.clusters)}))


def _is_asked_for(cluster: Cluster, selection: Selection, regions: Sequence[str]) -> bool:
    return cluster.region in regions and (not selection.clusters or cluster.cluster_id in selection.clusters)


def _neighbours(snapshot: Snapshot, kept: Sequence[Cluster], peers: Sequence[PeerClusters]) -> tuple[Cluster, ...]:
    """The peers of the selected clusters, with their networks alone, like in a fetch of the same clusters."""
    ids = {cluster.cluster_id for cluster in kept}
    wanted = {peer for group in peers if ids.intersection(group) for peer in group} - ids
    clusters = {cluster.cluster_id: cluster for cluster in (*snapshot.neighbours, *snapshot.clusters)}
    return tuple(
        replace(
            cluster,
            nodes=(),
            node_pools=(),
            interfaces=(),
            pod_bindings=(),
            entrances=(),
            not_covered=(),
            gaps=(),
        )
        for cluster_id, cluster in sorted(clusters.items())
        if cluster_id in wanted
    )


def _own_gaps(snapshot: Snapshot, selection: Selection, regions: Sequence[str]) -> Iterable[Gap]:
    for gap in snapshot.gaps:
        of_region = not gap.region or gap.region in regions
        if of_region and (not selection.clusters or gap.cluster_id in ("", *selection.clusters)):
            yield gap


def _absent(snapshot: Snapshot, selection: Selection, kept: Sequence[Cluster]) -> Iterable[Gap]:
    for region in selection.regions:
        if region not in snapshot.regions:
            yield _gap(region=region, resource=region, code="RegionNotInSnapshot")
    selected_ids = {cluster.cluster_id for cluster in kept}
    explained = {gap.cluster_id for gap in snapshot.gaps}
    for cluster_id in selection.clusters:
        if cluster_id not in selected_ids | explained:
            yield _gap(cluster_id=cluster_id, resource=cluster_id, code="ClusterNotInSnapshot")


def _gap(*, resource: str, code: str, region: str = "", cluster_id: str = "") -> Gap:
    return Gap(
        kind=GapKind.NOT_AUDITABLE,
        region=region,
        cluster_id=cluster_id,
        resource=resource,
        code=code,
        message=f"{resource} is not in the snapshot",
    )


def without_unused(snapshot: Snapshot) -> Snapshot:
    """Drops the groups that no cluster or load balancer binds, with their members, templates and gaps."""
    bound = {(cluster.region, group) for cluster in snapshot.clusters for group in cluster.bound_groups()}
    bound |= {(item.region, group) for item in snapshot.load_balancers for group in bound_groups(item.security_groups)}
    groups = tuple(group for group in snapshot.security_groups if (group.region, group.security_group_id) in bound)
    references = {(group.region, name) for group in groups for name in group.references()}
    templates = {(region, name) for region, own in references for name in snapshot.template_members(region, own)}
    return replace(
        snapshot,
        security_groups=groups,
        memberships=tuple(
            members
            for members in snapshot.memberships
            if (members.region, members.security_group_id) in bound | references
        ),
        address_templates=tuple(t for t in snapshot.address_templates if (t.region, t.template_id) in templates),
        service_templates=tuple(t for t in snapshot.service_templates if (t.region, t.template_id) in templates),
        template_groups=tuple(t for t in snapshot.template_groups if (t.region, t.template_id) in templates),
    )
