"""Which clusters there are: all of a region, or those that were named."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.fetcher import actions, wire_clusters
from auditor.fetcher.paging import Listing
from auditor.fetcher.reader import Lookup, Reader
from auditor.fetcher.wire_clusters import ListedCluster
from auditor.model import identifiers
from auditor.model.estate import Cluster, Networks, Node, NodePool, NotCovered
from auditor.model.gaps import Gap, GapKind

_LISTING = Listing(action=actions.CLUSTERS, rows="Clusters", row_id="ClusterId", prefixes=identifiers.CLUSTER)
_BY_ID = Lookup(listing=_LISTING, parameter="ClusterIds", unknown="whereabouts")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedClusters:
    """The clusters of one region by id. ``answered`` is false where the region told nothing at all."""

    clusters: tuple[ListedCluster, ...]
    gaps: tuple[Gap, ...]
    answered: bool


def read(reader: Reader, wanted: tuple[str, ...]) -> ListedClusters:
    """Every cluster of the region, or those of ``wanted`` that are there; ``wanted`` empty means every one."""
    rows, gaps = _named(reader, wanted) if wanted else _all(reader)
    origin = reader.origin(actions.CLUSTERS)
    found = [wire_clusters.cluster(row, origin) for row in rows]
    return ListedClusters(
        clusters=tuple(sorted((cluster for cluster in found if cluster.cluster_id), key=lambda one: one.cluster_id)),
        gaps=gaps,
        answered=bool(rows) or not gaps,
    )


def _all(reader: Reader) -> tuple[list[dict[str, object]], tuple[Gap, ...]]:
    read = reader.rows(_LISTING, {}, unknown=f"which clusters {reader.region} has is", resource=reader.region)
    return list(read.rows), read.gaps


def _named(reader: Reader, wanted: tuple[str, ...]) -> tuple[list[dict[str, object]], tuple[Gap, ...]]:
    """An id that this region does not know may be of another one: that is no gap here."""
    found = reader.look_up(_BY_ID, wanted)
    return list(found.rows.values()), tuple(sorted(set(found.lost.values())))


def model(
    listed: ListedCluster,
    *,
    networks: Networks,
    nodes: tuple[Node, ...] = (),
    node_pools: tuple[NodePool, ...] = (),
    not_covered: tuple[NotCovered, ...] = (),
    gaps: tuple[Gap, ...] = (),
) -> Cluster:
    """The cluster as the snapshot holds it."""
    return Cluster(
        region=listed.region,
        cluster_id=listed.cluster_id,
        name=listed.name,
        cluster_type=listed.cluster_type,
        status=listed.status,
        network_mode=listed.network_mode,
        vpc_id=listed.vpc_id,
        networks=networks,
        nodes=nodes,
        node_pools=node_pools,
        not_covered=not_covered,
        tags=listed.tags,
        gaps=tuple(sorted({*listed.gaps, *gaps})),
    )


def unread_model(listed: ListedCluster) -> Cluster:
    """A cluster that is not read further: its state leaves nothing to audit, or its kind has no nodes to audit."""
    if listed.is_excluded:
        message = f"{listed.cluster_id} was not read: the configuration of the run that listed it excludes it"
        return model(listed, networks=Networks(), gaps=(_nothing_read(listed, "Excluded", message),))
    if listed.out_of_scope:
        return model(listed, networks=Networks(), not_covered=(NotCovered(kind=listed.out_of_scope, count=1),))
    message = f"{listed.cluster_id} is in the state {listed.status}: it has nothing to audit now"
    return model(listed, networks=Networks(), gaps=(_nothing_read(listed, "ClusterState", message),))


def _nothing_read(listed: ListedCluster, code: str, message: str) -> Gap:
    return Gap(
        kind=GapKind.NOT_AUDITABLE,
        region=listed.region,
        cluster_id=listed.cluster_id,
        resource=listed.cluster_id,
        service=actions.CLUSTERS.service,
        action=actions.CLUSTERS.name,
        code=code,
        message=message,
    )
