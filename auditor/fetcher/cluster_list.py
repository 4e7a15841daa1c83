"""Reads the clusters of a region and parses their rows (tke/Cluster).

A :class:`ListedCluster` holds everything that a row says of its cluster. :func:`build_cluster` turns it, with the nodes
and pools that are read later, into the cluster of a snapshot; :func:`build_unread_cluster` does so where only the row
is read. Fields that cannot be read are gaps of the cluster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from auditor.fetcher import actions, json_fields
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.paging import Listing
from auditor.fetcher.region_reader import Lookup, LookupResult, RegionReader
from auditor.model import identifiers
from auditor.model.clusters import MANAGED, Cluster, NetworkMode, Node, NodePool, NotCovered
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.selectors import Tag

_LISTING = Listing(action=actions.CLUSTERS, rows="Clusters", row_id="ClusterId", prefixes=identifiers.CLUSTER)
_BY_ID = Lookup(listing=_LISTING, parameter="ClusterIds", unknown="whereabouts")
_SERVERLESS = Lookup(
    listing=Listing(action=actions.EKS_CLUSTERS, rows="Clusters", row_id="ClusterId", prefixes=identifiers.CLUSTER),
    parameter="ClusterIds",
    unknown="subnets of the Pods",
)

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
"""States in which a cluster has nothing to audit, before it runs or after (tke/Cluster.ClusterStatus), lower case."""

SERVERLESS = "serverless-cluster"
_KINDS = {"EDGE": "edge-cluster", "EKS": SERVERLESS, "SERVERLESS": SERVERLESS}
"""Kinds of clusters without nodes in the VPC, by the beginning of tke/Cluster.ClusterType."""


def kind_of_type(cluster_type: str) -> str:
    """The kind of a cluster without nodes in the VPC (``edge-cluster``, ``serverless-cluster``); empty for others."""
    return _KINDS.get(cluster_type.upper().partition("_")[0], "")


_MODES = {
    "gr": NetworkMode.GLOBAL_ROUTER,
    "vpc-cni": NetworkMode.VPC_CNI,
    "ciliumoverlay": NetworkMode.CILIUM_OVERLAY,
}
"""``NetworkType`` in the JSON text of tke/Cluster.Property, lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCluster:
    """One row of DescribeClusters.

    ``workers``, ``masters`` and ``etcd`` are the cluster's own counts of nodes, ``None`` where the answer has no count.
    ``container_subnets`` is ``None`` where the list could not be read. ``pod_subnets`` are the subnets of the Pods of a
    serverless cluster, ``None`` where its Pods are not read. ``is_excluded``: the configuration excludes the cluster,
    so that only its row is read.
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
    pod_subnets: tuple[str, ...] | Gap | None = None
    is_excluded: bool = False
    gaps: tuple[Gap, ...] = ()

    @property
    def is_managed(self) -> bool:
        """Whether the cloud runs the Masters: then ClusterMaterNodeNum says nothing about nodes of the account."""
        return self.cluster_type == MANAGED

    @property
    def is_listed_alone(self) -> bool:
        """Whether only the row is read: no nodes, no pools, no networks."""
        return self.is_excluded or self.is_idle or bool(self.out_of_scope)

    @property
    def is_idle(self) -> bool:
        """Whether the cluster is in a state with nothing to audit."""
        return self.status.lower() in _IDLE

    @property
    def out_of_scope(self) -> str:
        """The kind of a cluster that is not audited (``edge-cluster``); empty for all others."""
        return "" if self.pod_subnets is not None else kind_of_type(self.cluster_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedClusters:
    """The clusters of one region, sorted by id. ``answered`` is false where every call to the region failed."""

    clusters: tuple[ListedCluster, ...]
    gaps: tuple[Gap, ...]
    answered: bool


def parse_cluster(row: Mapping[str, Any], call_site: CallSite) -> ListedCluster:
    """Parse a row of DescribeClusters; fields without a known meaning become ``gaps``."""
    cluster_id = json_fields.label(row, "ClusterId")
    defects = Defects(call_site=call_site, resource=cluster_id, unknown="what it says of the cluster is unknown")
    settings = json_fields.mapping(row, "ClusterNetworkSettings", defects)
    blocks, block_gaps = _parse_pod_blocks(settings, call_site, cluster_id)
    subnets = json_fields.optional_id_list(settings, "Subnets", identifiers.SUBNET)
    service_cidr = json_fields.text(settings, "ServiceCIDR", defects)
    is_routed = bool(blocks) and json_fields.raw_field(settings, "ClusterCIDR") != service_cidr
    cluster_type = json_fields.text(row, "ClusterType", defects)
    mode, mode_gaps = _parse_mode(row, defects, is_routed=is_routed, has_subnets=subnets != ())
    if kind_of_type(cluster_type) == SERVERLESS:
        mode, mode_gaps = NetworkMode.VPC_CNI, ()
    return ListedCluster(
        region=call_site.region,
        cluster_id=cluster_id,
        name=json_fields.label(row, "ClusterName"),
        cluster_type=cluster_type,
        status=json_fields.text(row, "ClusterStatus", defects),
        vpc_id=json_fields.identifier(settings, "VpcId", defects, identifiers.VPC),
        network_mode=mode,
        pod_blocks=blocks,
        container_subnets=subnets,
        workers=json_fields.number(row, "ClusterNodeNum", defects),
        masters=json_fields.number(row, "ClusterMaterNodeNum", defects),
        etcd=json_fields.number(row, "ClusterEtcdNodeNum", defects),
        tags=_parse_tags(row, defects),
        gaps=(*block_gaps, *mode_gaps, *defects.gaps),
    )


def _parse_tags(row: Mapping[str, Any], defects: Defects) -> tuple[Tag, ...]:
    """The tags of a cluster, from its list of tke/TagSpecification."""
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


def _parse_pod_blocks(
    settings: Mapping[str, Any], call_site: CallSite, cluster_id: str
) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    sources = [part.strip() for part in json_fields.raw_field(settings, "ClusterCIDR").split(",") if part.strip()]
    parsed = [(source, json_fields.canonical(source)) for source in sources]
    gaps = tuple(
        call_site.gap(
            cluster_id,
            "UnreadableAddress",
            f"the ClusterCIDR of {cluster_id} contains {source!r}, which is not a CIDR block",
        )
        for source, block in parsed
        if block is None
    )
    return json_fields.sorted_blocks(block for _, block in parsed if block is not None), gaps


def _parse_mode(
    row: Mapping[str, Any], defects: Defects, *, is_routed: bool, has_subnets: bool
) -> tuple[NetworkMode, tuple[Gap, ...]]:
    """The network mode that Property declares; VPC-CNI can be attached to a GlobalRouter cluster later.

    ``is_routed``: the row has a block for Pods that differs from the block for Services. ``has_subnets``: the row has
    container subnets. Both decide the mode where Property declares none.
    """
    declared = json_fields.text(_parse_property(row, defects), "NetworkType", defects)
    mode = _MODES.get(declared.lower(), NetworkMode.UNKNOWN)
    if mode in (NetworkMode.CILIUM_OVERLAY, NetworkMode.VPC_CNI):
        return mode, ()
    is_routed = is_routed or mode is NetworkMode.GLOBAL_ROUTER
    if (declared and mode is NetworkMode.UNKNOWN) or not (is_routed or has_subnets):
        cluster_id = defects.resource
        message = f"{cluster_id} has the network type {declared!r}: what its container network is, is unknown"
        return NetworkMode.UNKNOWN, (defects.call_site.gap(cluster_id, "UnknownNetworkType", message),)
    if is_routed and has_subnets:
        return NetworkMode.MIXED, ()
    return NetworkMode.GLOBAL_ROUTER if is_routed else NetworkMode.VPC_CNI, ()


def _parse_property(row: Mapping[str, Any], defects: Defects) -> dict[str, Any]:
    """The object in the JSON text of tke/Cluster.Property, which may be empty."""
    source = json_fields.text(row, "Property", defects)
    document = json_fields.json_object(source)
    if document is None and source:
        defects.add("Property", source, "a JSON object")
    return document or {}


def read_clusters(reader: RegionReader, wanted: tuple[str, ...]) -> ListedClusters:
    """Read every cluster of the region, or those of the ids in ``wanted``; empty ``wanted`` means every cluster.

    An id that this region does not know leaves no gap: the cluster may be in another region.
    """
    rows, gaps = _read_by_id(reader, wanted) if wanted else _read_all(reader)
    call_site = reader.call_site(actions.CLUSTERS)
    clusters = [parse_cluster(row, call_site) for row in rows]
    return ListedClusters(
        clusters=tuple(
            sorted((cluster for cluster in clusters if cluster.cluster_id), key=lambda cluster: cluster.cluster_id)
        ),
        gaps=gaps,
        answered=bool(rows) or not gaps,
    )


def add_pod_subnets(reader: RegionReader, clusters: Sequence[ListedCluster]) -> tuple[ListedCluster, ...]:
    """``clusters`` with the subnets of the Pods of serverless clusters; the others stay as they are.

    Must not be called on a thread of the lists.
    """
    ids = [
        cluster.cluster_id
        for cluster in clusters
        if kind_of_type(cluster.cluster_type) == SERVERLESS and not cluster.is_excluded and not cluster.is_idle
    ]
    if not ids:
        return tuple(clusters)
    result = reader.look_up(_SERVERLESS, ids)
    return tuple(
        replace(cluster, pod_subnets=_pod_subnets(reader, cluster, result)) if cluster.cluster_id in ids else cluster
        for cluster in clusters
    )


def _pod_subnets(reader: RegionReader, cluster: ListedCluster, result: LookupResult) -> tuple[str, ...] | Gap:
    row = result.rows.get(cluster.cluster_id)
    if row is None:
        message = f"the subnets of the Pods of {cluster.cluster_id} are unknown: no answer has the cluster"
        absent = reader.cluster_gap(actions.EKS_CLUSTERS, cluster.cluster_id, "PartialAnswer", message)
        return replace(result.failed.get(cluster.cluster_id, absent), cluster_id=cluster.cluster_id)
    subnets = json_fields.id_list(row, "SubnetIds", identifiers.SUBNET)
    if subnets:
        return subnets
    shown = json_fields.shown(row.get("SubnetIds"))
    message = f"the subnets of the Pods of {cluster.cluster_id} are unknown: SubnetIds is {shown}"
    return reader.cluster_gap(actions.EKS_CLUSTERS, cluster.cluster_id, "PartialAnswer", message)


def _read_all(reader: RegionReader) -> tuple[list[dict[str, object]], tuple[Gap, ...]]:
    listed = reader.rows(_LISTING, {}, unknown=f"which clusters {reader.region} has is", resource=reader.region)
    return list(listed.rows), listed.gaps


def _read_by_id(reader: RegionReader, wanted: tuple[str, ...]) -> tuple[list[dict[str, object]], tuple[Gap, ...]]:
    result = reader.look_up(_BY_ID, wanted)
    return list(result.rows.values()), tuple(sorted(set(result.failed.values())))


def build_cluster(
    listed: ListedCluster,
    *,
    nodes: tuple[Node, ...] = (),
    node_pools: tuple[NodePool, ...] = (),
    not_covered: tuple[NotCovered, ...] = (),
    gaps: tuple[Gap, ...] = (),
) -> Cluster:
    """Build the cluster of a snapshot, without its networks, which are read later."""
    return Cluster(
        region=listed.region,
        cluster_id=listed.cluster_id,
        name=listed.name,
        cluster_type=listed.cluster_type,
        status=listed.status,
        network_mode=listed.network_mode,
        vpc_id=listed.vpc_id,
        nodes=nodes,
        node_pools=node_pools,
        not_covered=not_covered,
        tags=listed.tags,
        gaps=tuple(sorted({*listed.gaps, *gaps})),
    )


def build_unread_cluster(listed: ListedCluster) -> Cluster:
    """Build a cluster of which only the row is read: it is excluded, or its state or kind leaves nothing to audit."""
    if listed.is_excluded:
        message = f"{listed.cluster_id} was not read: the configuration of the run that listed it excludes it"
        return build_cluster(listed, gaps=(_not_auditable(listed, "Excluded", message),))
    if listed.out_of_scope:
        return build_cluster(listed, not_covered=(NotCovered(kind=listed.out_of_scope, count=1),))
    message = f"{listed.cluster_id} is in the state {listed.status}: it has nothing to audit now"
    return build_cluster(listed, gaps=(_not_auditable(listed, "ClusterState", message),))


def _not_auditable(listed: ListedCluster, code: str, message: str) -> Gap:
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
