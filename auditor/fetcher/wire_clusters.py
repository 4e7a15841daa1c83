"""tke/Cluster -> what the fetcher needs to know of a cluster before it reads on, network mode included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.fetcher import wire
from auditor.fetcher.wire import Defects, Origin
from auditor.model import identifiers
from auditor.model.estate import NetworkMode, Tag
from auditor.model.gaps import Gap

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


def cluster(row: Mapping[str, Any], origin: Origin) -> ListedCluster:
    """A row of DescribeClusters; what of it has no known meaning stands in ``gaps``."""
    cluster_id = wire.label(row, "ClusterId")
    defects = Defects(origin=origin, resource=cluster_id, unknown="what it says of the cluster is unknown")
    settings = wire.mapping(row, "ClusterNetworkSettings", defects)
    blocks, block_gaps = _pod_blocks(settings, origin, cluster_id)
    subnets = wire.names_if_any(settings, "Subnets", identifiers.SUBNET)
    routed = bool(blocks) and wire.spelling(settings, "ClusterCIDR") != wire.text(settings, "ServiceCIDR", defects)
    mode, mode_gaps = _mode(row, defects, routed=routed, attached=subnets != ())
    return ListedCluster(
        region=origin.region,
        cluster_id=cluster_id,
        name=wire.label(row, "ClusterName"),
        cluster_type=wire.text(row, "ClusterType", defects),
        status=wire.text(row, "ClusterStatus", defects),
        vpc_id=wire.identifier(settings, "VpcId", defects, identifiers.VPC),
        network_mode=mode,
        pod_blocks=blocks,
        container_subnets=subnets,
        workers=wire.number(row, "ClusterNodeNum", defects),
        masters=wire.number(row, "ClusterMaterNodeNum", defects),
        etcd=wire.number(row, "ClusterEtcdNodeNum", defects),
        tags=_tags(row, defects),
        gaps=(*block_gaps, *mode_gaps, *defects.gaps),
    )


def _tags(row: Mapping[str, Any], defects: Defects) -> tuple[Tag, ...]:
    """The tags of a cluster (tke/TagSpecification, of which a row has a list)."""
    specifications = wire.mappings(row, "TagSpecification", defects)
    tags = [tag for specification in specifications for tag in wire.mappings(specification, "Tags", defects)]
    return tuple(
        sorted({Tag(key=wire.text(tag, "Key", defects), value=wire.text(tag, "Value", defects)) for tag in tags})
    )


def _pod_blocks(
    settings: Mapping[str, Any], origin: Origin, cluster_id: str
) -> tuple[tuple[str, ...], tuple[Gap, ...]]:
    sources = [part.strip() for part in wire.spelling(settings, "ClusterCIDR").split(",") if part.strip()]
    read = [(source, wire.canonical(source)) for source in sources]
    gaps = tuple(
        origin.gap(
            cluster_id, "UnreadableAddress", f"the ClusterCIDR of {cluster_id} holds {source!r}, which is no block"
        )
        for source, block in read
        if block is None
    )
    return wire.sorted_blocks(block for _, block in read if block is not None), gaps


def _mode(
    row: Mapping[str, Any], defects: Defects, *, routed: bool, attached: bool
) -> tuple[NetworkMode, tuple[Gap, ...]]:
    """The mode that Property declares. VPC-CNI can be attached to GlobalRouter later, never the other way round.

    ``routed``: there is a block for Pods that is not the Services' own. ``attached``: there are container subnets. Both
    decide where nothing is declared.
    """
    declared = wire.text(_property(row, defects), "NetworkType", defects)
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
    source = wire.text(row, "Property", defects)
    document = wire.json_object(source)
    if document is None and source:
        defects.add("Property", source, "a JSON object")
    return document or {}
