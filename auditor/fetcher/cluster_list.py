"""tke/Cluster -> what the fetcher needs to know of a cluster before it reads on, network mode included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.fetcher import actions, json_fields
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.paging import Listing
from auditor.fetcher.region_reader import Lookup, RegionReader
from auditor.model import identifiers
from auditor.model.clusters import Cluster, NetworkMode, Networks, Node, NodePool, NotCovered, Tag
from auditor.model.gaps import Gap, GapKind

MANAGED = "MANAGED_CLUSTER"
INDEPENDENT = "INDEPENDENT_CLUSTER"

_IDLE = (
    "trading",
    "creating",
    "initializing",
    "waittingforconnect",
    "deleting",
    "isolated",
    "resourceisolate",
    "resourceisolated",
)
"""States in which there is nothing to audit yet or any more (tke/Cluster.ClusterStatus), lower case."""

_OUT_OF_SCOPE = {"EDGE": "edge-cluster", "EKS": "serverless-cluster", "SERVERLESS": "serverless-cluster"}

_MODES = {
    "gr": NetworkMode.GLOBAL_ROUTER,
    "vpc-cni": NetworkMode.VPC_CNI,
    "ciliumoverlay": NetworkMode.CILIUM_OVERLAY,
}
"""``NetworkType`` in the JSON text of tke/Cluster.Property, lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCluster:
    """One row of DescribeClusters. Counts are ``None`` where the answer has none.

    ``container_subnets`` are ``None`` where their list could not be read. ``is_excluded``: the configuration leaves it
    out, so that nothing more of it is read.
    """

    region: str
    cluster_id: str
    name: str
    cluster_type: str
    status: str
    vpc_id: str
    network_mode: NetworkMode
    pod_blocks: tuple[str, ...]
    container_subnets: tuple[str, ...] | None
    workers: int | None
    masters: int | None
    etcd: int | None
    tags: tuple[Tag, ...] = ()
    is_excluded: bool = False
    gaps: tuple[Gap, ...] = ()

    @property
    def is_managed(self) -> bool:
        """Whether its Masters are the cloud's own: its ClusterMaterNodeNum means nothing then."""
        return self.cluster_type == MANAGED

    @property
    def is_listed_alone(self) -> bool:
        """Whether nothing beyond its row is read."""
        return self.is_excluded or self.is_idle or bool(self.out_of_scope)

    @property
    def is_idle(self) -> bool:
        """Whether its state leaves nothing to audit."""
        return self.status.lower() in _IDLE

    @property
    def out_of_scope(self) -> str:
        """The kind of cluster that the baseline is not written for, empty for all others."""
        first = self.cluster_type.upper().partition("_")[0]
        return _OUT_OF_SCOPE.get(first, "")


def parse_cluster(row: Mapping[str, Any], origin: CallSite) -> ListedCluster:
    """A row of DescribeClusters; what of it has no known meaning stands in ``gaps``."""
    cluster_id = json_fields.label(row, "ClusterId")
    defects = Defects(origin=origin, resource=cluster_id, unknown="what it says of the cluster is unknown")
    settings = json_fields.mapping(row, "ClusterNetworkSettings", defects)
    blocks, block_gaps = _pod_blocks(settings, origin, cluster_id)
    subnets = json_fields.names_if_any(settings, "Subnets", identifiers.SUBNET)
    routed = bool(blocks) and json_fields.spelling(settings, "ClusterCIDR") != json_fields.text(
        settings, "ServiceCIDR", defects
    )
    mode, mode_gaps = _mode(row, defects, routed=routed, attached=subnets != ())
    return ListedCluster(
        region=origin.region,
        cluster_id=cluster_id,
        name=json_fields.label(row, "ClusterName"),
        cluster_type=json_fields.text(row, "ClusterType", defects),
        status=json_fields.text(row, "ClusterStatus", defects),
        vpc_id=json_fields.identifier(settings, "VpcId", defects, identifiers.VPC),
        network_mode=mode,
        pod_blocks=blocks,
        container_subnets=subnets,
        workers=json_fields.number(row, "ClusterNodeNum", defects),
        masters=json_fields.number(row, "ClusterMaterNodeNum", defects),
        etcd=json_fields.number(row, "ClusterEtcdNodeNum", defects),
        tags=_tags(row, defects),
        gaps=(*block_gaps, *mode_gaps, *defects.gaps),
    )


def _tags(row: Mapping[str, Any], defects: Defects) -> tuple[Tag, ...]:
    """The tags of a cluster (tke/TagSpecification, of which a row has a list)."""
    specifications = json_fields.mappings(row, "TagSpecification", defects)
    tags = [tag for specification in specifications for tag in json_fields.mappings(specification, "Tags", defects)]
    return tuple(
        sorted(
            {
                Tag(key=json_fields.text(tag, "Key", defects), value=json_fields.text(tag, "Value", defects))
                for tag in tags
            }
        )
    )


def _pod_blocks(
    settings: Mapping[str, Any], origin: CallSite, cluster_id: str
) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    sources = [part.strip() for part in json_fields.spelling(settings, "ClusterCIDR").split(",") if part.strip()]
    read = [(source, json_fields.canonical(source)) for source in sources]
    gaps = tuple(
        origin.gap(
            cluster_id, "UnreadableAddress", f"the ClusterCIDR of {cluster_id} holds {source!r}, which is no block"
        )
        for source, block in read
        if block is None
    )
    return json_fields.sorted_blocks(block for _, block in read if block is not None), gaps


def _mode(
    row: Mapping[str, Any], defects: Defects, *, routed: bool, attached: bool
) -> tuple[NetworkMode, tuple[Gap, ...]]:
    """The mode that Property declares. VPC-CNI can be attached to GlobalRouter later, never the other way round.

    ``routed``: there is a block for Pods that is not the Services' own. ``attached``: there are container subnets. Both
    decide where nothing is declared.
    """
    declared = json_fields.text(_property(row, defects), "NetworkType", defects)
    mode = _MODES.get(declared.lower(), NetworkMode.UNKNOWN)
    if mode in (NetworkMode.CILIUM_OVERLAY, NetworkMode.VPC_CNI):
        return mode, ()
    routed = routed or mode is NetworkMode.GLOBAL_ROUTER
    if (declared and mode is NetworkMode.UNKNOWN) or not (routed or attached):
        cluster_id = defects.resource
        message = f"{cluster_id} has the network type {declared!r}: what its container network is, is unknown"
        return NetworkMode.UNKNOWN, (defects.origin.gap(cluster_id, "UnknownNetworkType", message),)
    if routed and attached:
        return NetworkMode.MIXED, ()
    return NetworkMode.GLOBAL_ROUTER if routed else NetworkMode.VPC_CNI, ()


def _property(row: Mapping[str, Any], defects: Defects) -> dict[str, Any]:
    """The object in the JSON text of tke/Cluster.Property, which may be empty."""
    source = json_fields.text(row, "Property", defects)
    document = json_fields.json_object(source)
    if document is None and source:
        defects.add("Property", source, "a JSON object")
    return document or {}


_LISTING = Listing(action=actions.CLUSTERS, rows="Clusters", row_id="ClusterId", prefixes=identifiers.CLUSTER)
_BY_ID = Lookup(listing=_LISTING, parameter="ClusterIds", unknown="whereabouts")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedClusters:
    """The clusters of one region by id. ``answered`` is false where the region told nothing at all."""

    clusters: tuple[ListedCluster, ...]
    gaps: tuple[Gap, ...]
    answered: bool


def read_clusters(reader: RegionReader, wanted: tuple[str, ...]) -> ListedClusters:
    """Every cluster of the region, or those of ``wanted`` that are there; ``wanted`` empty means every one."""
    rows, gaps = _named(reader, wanted) if wanted else _all(reader)
    origin = reader.call_site(actions.CLUSTERS)
    found = [parse_cluster(row, origin) for row in rows]
    return ListedClusters(
        clusters=tuple(sorted((cluster for cluster in found if cluster.cluster_id), key=lambda one: one.cluster_id)),
        gaps=gaps,
        answered=bool(rows) or not gaps,
    )


def _all(reader: RegionReader) -> tuple[list[dict[str, object]], tuple[Gap, ...]]:
    read = reader.rows(_LISTING, {}, unknown=f"which clusters {reader.region} has is", resource=reader.region)
    return list(read.rows), read.gaps


def _named(reader: RegionReader, wanted: tuple[str, ...]) -> tuple[list[dict[str, object]], tuple[Gap, ...]]:
    """An id that this region does not know may be of another one: that is no gap here."""
    found = reader.look_up(_BY_ID, wanted)
    return list(found.rows.values()), tuple(sorted(set(found.failed.values())))


def build_cluster(
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


def build_unread_cluster(listed: ListedCluster) -> Cluster:
    """A cluster that is not read further: its state leaves nothing to audit, or its kind has no nodes to audit."""
    if listed.is_excluded:
        message = f"{listed.cluster_id} was not read: the configuration of the run that listed it excludes it"
        return build_cluster(listed, networks=Networks(), gaps=(_nothing_read(listed, "Excluded", message),))
    if listed.out_of_scope:
        return build_cluster(listed, networks=Networks(), not_covered=(NotCovered(kind=listed.out_of_scope, count=1),))
    message = f"{listed.cluster_id} is in the state {listed.status}: it has nothing to audit now"
    return build_cluster(listed, networks=Networks(), gaps=(_nothing_read(listed, "ClusterState", message),))


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
