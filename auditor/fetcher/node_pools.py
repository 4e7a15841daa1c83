"""Reads the node pools of a cluster, with the groups and subnets of the next node of each pool.

First the pool lists of both API versions are merged, with auto-scaling groups that belong to no pool
(:class:`PoolList`). The 2018 list is the only check of the 2022 list, since no cluster counts its pools. Then the
auto-scaling groups and launch configurations of the pools are looked up, for several clusters together
(:class:`ReadPools`). Nothing here raises: lists that fail or contradict each other leave gaps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from auditor.errors import FetchError
from auditor.fetcher import actions, json_fields, node_parsing, pod_bindings
from auditor.fetcher.api_response import is_or_under
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.node_parsing import ListedKind, ListedNode, ListedPool
from auditor.fetcher.paging import Listing, Paging, Rows
from auditor.fetcher.region_reader import Lookup, LookupResult, RegionReader, chunks
from auditor.model import identifiers
from auditor.model.clusters import Binding, NodeKind, NodePool, NotCovered, PodBinding, bound_groups
from auditor.model.codes import GapKind, Part
from auditor.model.gaps import Gap

if TYPE_CHECKING:
    from auditor.fetcher.cluster_list import ListedCluster

_POOLS_2022 = Listing(action=actions.NODE_POOLS_2022, rows="NodePools", row_id="NodePoolId")
_POOLS_2018 = Listing(action=actions.CLUSTER_NODE_POOLS, rows="NodePoolSet", row_id="NodePoolId", paging=Paging.NONE)
_CLUSTER_SCALING_GROUPS = Listing(
    action=actions.CLUSTER_AS_GROUPS,
    rows="ClusterAsGroupSet",
    row_id="AutoScalingGroupId",
    prefixes=identifiers.SCALING_GROUP,
)
_SCALING_GROUPS = Lookup(
    listing=Listing(
        action=actions.AUTO_SCALING_GROUPS,
        rows="AutoScalingGroupSet",
        row_id="AutoScalingGroupId",
        prefixes=identifiers.SCALING_GROUP,
    ),
    parameter="AutoScalingGroupIds",
    unknown="launch configurations and subnets",
)
_CONFIGURATIONS = Lookup(
    listing=Listing(
        action=actions.LAUNCH_CONFIGURATIONS,
        rows="LaunchConfigurationSet",
        row_id="LaunchConfigurationId",
        prefixes=identifiers.LAUNCH_CONFIGURATION,
    ),
    parameter="LaunchConfigurationIds",
    unknown="groups of the next node",
)

_NO_SUCH_LIST = ("InvalidAction", "NoSuchVersion", "FailedOperation.DeprecatedAPI")
"""Codes of a cloud that no longer has the oldest list, the cluster's auto-scaling groups: then the list is empty."""

_DELETING = ("deleting", "deleted")

TOGETHER = 25
"""The clusters whose auto-scaling groups and launch configurations are looked up together. With all clusters of a
region together, the first would wait for the last, and its security groups with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolList:
    """The pools of a cluster by id. An auto-scaling group without a pool counts as a pool, under its own id."""

    pools: tuple[ListedPool, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPools:
    """The pools whose next node or Pod will bind groups, the other pools as counts, and the subnets of the next nodes.

    ``super_subnet_ids``: the subnets of super-node pools. ``listed``: the ids of all pools.
    """

    pools: tuple[NodePool, ...]
    pod_bindings: tuple[PodBinding, ...]
    not_covered: tuple[NotCovered, ...]
    subnet_ids: frozenset[str]
    super_subnet_ids: frozenset[str]
    subnet_gaps: tuple[Gap, ...]
    gaps: tuple[Gap, ...]
    listed: frozenset[str]


def read_pool_lists(reader: RegionReader, cluster: ListedCluster) -> PoolList:
    """Read the pools of ``cluster``; lists that fail leave gaps."""
    params: dict[str, object] = {"ClusterId": cluster.cluster_id}
    unknown = f"which node pools {cluster.cluster_id} has is"
    names = {"resource": cluster.cluster_id, "cluster_id": cluster.cluster_id}
    read_2022 = reader.start(reader.rows, _POOLS_2022, params, unknown=unknown, **names)
    read_2018 = reader.start(reader.rows, _POOLS_2018, params, unknown=unknown, **names)
    scaling_group_read = reader.start(_read_scaling_groups, reader, cluster)
    newer, older, scaling_groups = read_2022.result(), read_2018.result(), scaling_group_read.result()
    pools = _merge_lists(reader, cluster, newer, older)
    in_pools = {pool.auto_scaling_group_id for pool in pools.values()}
    for row in scaling_groups.rows:
        group_id = json_fields.label(row, "AutoScalingGroupId")
        if group_id not in in_pools:
            pools[group_id] = _pool_of_scaling_group(group_id, json_fields.label(row, "Status"))
    return PoolList(
        pools=tuple(pools[pool_id] for pool_id in sorted(pools)),
        gaps=(*newer.gaps, *older.gaps, *scaling_groups.gaps, *_missing_pool_gaps(reader, cluster, newer, older)),
    )


def _read_scaling_groups(reader: RegionReader, cluster: ListedCluster) -> Rows:
    cluster_id = cluster.cluster_id
    params: dict[str, object] = {"ClusterId": cluster_id}
    unknown = f"which auto-scaling groups {cluster_id} has is"
    try:
        return reader.read(_CLUSTER_SCALING_GROUPS, params, unknown=unknown, resource=cluster_id, cluster_id=cluster_id)
    except FetchError as error:
        if is_or_under(str(error.facts["code"]), _NO_SUCH_LIST):
            return Rows(rows=())
        return Rows(rows=(), gaps=(reader.gap(error, unknown, cluster_id, cluster_id),))


def _missing_pool_gaps(reader: RegionReader, cluster: ListedCluster, newer: Rows, older: Rows) -> tuple[Gap, ...]:
    """A gap where the 2022 list, which has every kind of pool, is empty and the 2018 list has pools."""
    if newer.rows or newer.gaps or not older.rows:
        return ()
    message = (
        f"DescribeNodePools lists no pool of {cluster.cluster_id} and DescribeClusterNodePools lists "
        f"{len(older.rows)}: which native and super pools it has is unknown"
    )
    return (reader.cluster_gap(actions.NODE_POOLS_2022, cluster.cluster_id, "PoolsMissing", message),)


def _merge_lists(reader: RegionReader, cluster: ListedCluster, newer: Rows, older: Rows) -> dict[str, ListedPool]:
    """Merge the 2022 list, of every kind of pool, into the 2018 list, of auto-scaling pools only, by id."""
    call_site = reader.call_site(actions.CLUSTER_NODE_POOLS, cluster.cluster_id)
    pools = {pool.node_pool_id: pool for pool in (node_parsing.parse_pool_2018(row, call_site) for row in older.rows)}
    call_site = reader.call_site(actions.NODE_POOLS_2022, cluster.cluster_id)
    for row in newer.rows:
        pool = node_parsing.parse_pool_2022(row, call_site)
        earlier = pools.get(pool.node_pool_id)
        pools[pool.node_pool_id] = _merge_pool(earlier, pool) if earlier else pool
    return pools


def _merge_pool(older: ListedPool, newer: ListedPool) -> ListedPool:
    """Merge both rows of a pool. A pool of the 2018 list without a known kind is an auto-scaling pool."""
    gaps = (*older.gaps, *newer.gaps)
    if newer.kind not in (ListedKind.REGULAR, ListedKind.UNKNOWN):
        return replace(newer, gaps=gaps)
    return replace(
        newer,
        kind=ListedKind.REGULAR,
        gaps=gaps,
        launch_configuration_id=newer.launch_configuration_id or older.launch_configuration_id,
        auto_scaling_group_id=newer.auto_scaling_group_id or older.auto_scaling_group_id,
    )


def _pool_of_scaling_group(group_id: str, status: str) -> ListedPool:
    return ListedPool(
        node_pool_id=group_id,
        name="",
        kind=ListedKind.REGULAR,
        kind_text=ListedKind.REGULAR.value,
        life_state=status.strip().lower(),
        auto_scaling_group_id=group_id,
    )


@dataclass(frozen=True, slots=True)
class PoolReads:
    """The reads of the pools of all clusters of a region, by cluster id; a read covers several clusters."""

    reads: Mapping[str, Future[Mapping[str, ReadPools]]]

    def of(self, cluster_id: str) -> ReadPools:
        """Wait for the pools of a cluster."""
        return self.reads[cluster_id].result()[cluster_id]


def start_pools(
    reader: RegionReader, clusters: Iterable[ListedCluster], parts_of: Callable[[str], tuple[Part, ...]]
) -> PoolReads:
    """Start reading the pools of ``clusters``. The rows of :data:`TOGETHER` clusters are looked up together.

    ``parts_of`` tells the parts of the audit to read of a cluster.
    """
    threads = reader.threads
    lists = [(cluster, threads.pools.submit(read_pool_lists, reader, cluster)) for cluster in clusters]
    reads: dict[str, Future[Mapping[str, ReadPools]]] = {}
    for some in chunks(lists, TOGETHER):
        read = threads.parts.submit(_read_pools, reader, some, parts_of)
        reads.update((cluster.cluster_id, read) for cluster, _ in some)
    return PoolReads(reads)


def _read_pools(
    reader: RegionReader,
    lists: Sequence[tuple[ListedCluster, Future[PoolList]]],
    parts_of: Callable[[str], tuple[Part, ...]],
) -> Mapping[str, ReadPools]:
    """Look up what the pools of the clusters name, and build the pools, by cluster id."""
    clusters = {cluster.cluster_id: cluster for cluster, _ in lists}
    listed = {cluster.cluster_id: read.result() for cluster, read in lists}
    covered = {cluster_id: _covered_pools(pools, parts_of(cluster_id)) for cluster_id, pools in listed.items()}
    scaling_groups = reader.look_up_together(
        _SCALING_GROUPS,
        {cluster_id: {pool.auto_scaling_group_id for pool in pools} - {""} for cluster_id, pools in covered.items()},
    )
    for cluster_id, pools in covered.items():
        call_site = reader.call_site(actions.AUTO_SCALING_GROUPS, cluster_id)
        covered[cluster_id] = [_with_configuration(pool, scaling_groups[cluster_id], call_site) for pool in pools]
    configurations = reader.look_up_together(
        _CONFIGURATIONS,
        {cluster_id: {pool.launch_configuration_id for pool in pools} - {""} for cluster_id, pools in covered.items()},
    )
    return {
        cluster_id: _build_pools(
            _PoolBuilder(
                reader=reader,
                cluster=clusters[cluster_id],
                scaling_groups=scaling_groups[cluster_id],
                configurations=configurations[cluster_id],
            ),
            listed[cluster_id],
            pools,
            parts_of(cluster_id),
        )
        for cluster_id, pools in covered.items()
    }


def _covered_pools(listed: PoolList, parts: tuple[Part, ...]) -> list[ListedPool]:
    """The pools whose next node is a machine of the audit."""
    return [pool for pool in listed.pools if pool.kind is not ListedKind.SUPER and not _reason_not_covered(pool, parts)]


def _build_pools(
    builder: _PoolBuilder, listed: PoolList, covered: list[ListedPool], parts: tuple[Part, ...]
) -> ReadPools:
    """Build the ``covered`` pools of a cluster, and count the others. Super-node pools are part of the Pods."""
    reasons = {pool.node_pool_id: _reason_not_covered(pool, parts) for pool in listed.pools}
    supers = [pool for pool in listed.pools if pool.kind is ListedKind.SUPER]
    others = [pool for pool in listed.pools if reasons[pool.node_pool_id]]
    subnets = [builder.subnets(pool) for pool in covered]
    return ReadPools(
        pools=tuple(builder.build(pool) for pool in covered),
        pod_bindings=pod_bindings.pool_bindings(pool for pool in supers if not reasons[pool.node_pool_id]),
        not_covered=_count_not_covered((reasons[pool.node_pool_id], pool.security_groups) for pool in others),
        subnet_ids=frozenset(
            subnet_id for pool_subnets in subnets if not isinstance(pool_subnets, Gap) for subnet_id in pool_subnets
        ),
        super_subnet_ids=frozenset(subnet_id for pool in supers for subnet_id in pool.subnet_ids or ()),
        subnet_gaps=tuple(dict.fromkeys(gap for gap in subnets if isinstance(gap, Gap))),
        gaps=(*listed.gaps, *(gap for pool in (*covered, *supers, *others) for gap in pool.gaps)),
        listed=frozenset(pool.node_pool_id for pool in listed.pools),
    )


def _count_not_covered(bindings: Iterable[tuple[str, Binding]]) -> tuple[NotCovered, ...]:
    """Count pairs of kind and binding by kind, with every group that the bindings of a kind name, sorted."""
    groups: dict[str, set[str]] = defaultdict(set)
    counts: dict[str, int] = defaultdict(int)
    for kind, binding in bindings:
        counts[kind] += 1
        groups[kind].update(bound_groups(binding))
    return tuple(
        NotCovered(kind=kind, count=counts[kind], security_groups=tuple(sorted(groups[kind])))
        for kind in sorted(counts)
    )


def count_nodes_not_covered(nodes: Iterable[ListedNode], parts: tuple[Part, ...]) -> tuple[NotCovered, ...]:
    """Count registered nodes, which are machines outside the cloud, and super nodes if their Pods are not read."""
    kinds = {ListedKind.EXTERNAL: "registered-node"}
    if Part.PODS not in parts:
        kinds[ListedKind.SUPER] = "super-node"
    return _count_not_covered((kinds[node.kind], ()) for node in nodes if node.kind in kinds)


def _reason_not_covered(pool: ListedPool, parts: tuple[Part, ...]) -> str:
    """The kind of :class:`NotCovered` that the pool counts as; empty where the audit covers the pool."""
    if pool.kind is ListedKind.SUPER and Part.PODS not in parts:
        return "super-node-pool"
    if pool.kind is ListedKind.EXTERNAL:
        return "registered-node-pool"
    return "deleting-node-pool" if pool.life_state in _DELETING else ""


def _with_configuration(pool: ListedPool, scaling_groups: LookupResult, call_site: CallSite) -> ListedPool:
    """The pool with the launch configuration of its auto-scaling group, which counts before that of the pool list."""
    row = scaling_groups.rows.get(pool.auto_scaling_group_id)
    if pool.kind is not ListedKind.REGULAR or row is None:
        return pool
    unknown = f"what the next node of {pool.node_pool_id} is launched from is unknown"
    defects = Defects(call_site=call_site, resource=pool.node_pool_id, unknown=unknown)
    configuration_id = json_fields.identifier(row, "LaunchConfigurationId", defects, identifiers.LAUNCH_CONFIGURATION)
    return replace(
        pool,
        launch_configuration_id=configuration_id or pool.launch_configuration_id,
        name=pool.name or json_fields.label(row, "AutoScalingGroupName"),
        gaps=(*pool.gaps, *defects.gaps),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _PoolBuilder:
    """Builds pools from the pool lists of a cluster, its auto-scaling groups and its launch configurations."""

    reader: RegionReader
    cluster: ListedCluster
    scaling_groups: LookupResult
    configurations: LookupResult

    def build(self, pool: ListedPool) -> NodePool:
        """Build a pool with the groups that its next node will bind."""
        return NodePool(
            node_pool_id=pool.node_pool_id,
            kind=NodeKind.NATIVE if pool.kind is ListedKind.NATIVE else NodeKind.REGULAR,
            security_groups=self._binding(pool),
            name=pool.name,
            launch_configuration_id=pool.launch_configuration_id,
        )

    def subnets(self, pool: ListedPool) -> tuple[str, ...] | Gap:
        """The subnets that the next node of the pool can be in."""
        if pool.kind is ListedKind.NATIVE:
            return self._subnets_or_gap(pool, pool.subnet_ids)
        if pool.kind is ListedKind.UNKNOWN:
            return self._unknown_kind_gap(pool)
        row = self.scaling_groups.rows.get(pool.auto_scaling_group_id)
        if row is None:
            return self.scaling_groups.failed.get(pool.auto_scaling_group_id) or self._subnets_or_gap(pool, None)
        return self._subnets_or_gap(pool, json_fields.id_list(row, "SubnetIdSet", identifiers.SUBNET))

    def _subnets_or_gap(self, pool: ListedPool, subnets: tuple[str, ...] | None) -> tuple[str, ...] | Gap:
        if subnets is not None:
            return subnets
        message = (
            f"in which subnets the next node of {pool.node_pool_id} will stand is unknown: the answer does not say"
        )
        action = actions.NODE_POOLS_2022 if pool.kind is ListedKind.NATIVE else actions.AUTO_SCALING_GROUPS
        call_site = self.reader.call_site(action, self.cluster.cluster_id)
        return call_site.gap(pool.node_pool_id, "NoSubnet", message, GapKind.UNREAD)

    def _binding(self, pool: ListedPool) -> Binding:
        if pool.kind is ListedKind.NATIVE:
            return pool.security_groups
        if pool.kind is ListedKind.UNKNOWN:
            return self._unknown_kind_gap(pool)
        row = self.configurations.rows.get(pool.launch_configuration_id)
        if row is not None:
            call_site = self.reader.call_site(actions.LAUNCH_CONFIGURATIONS, self.cluster.cluster_id)
            return node_parsing.parse_launch_configuration(row, call_site, pool.node_pool_id)
        return (
            self.configurations.failed.get(pool.launch_configuration_id)
            or self.scaling_groups.failed.get(pool.auto_scaling_group_id)
            or self._missing_configuration_gap(pool)
        )

    def _missing_configuration_gap(self, pool: ListedPool) -> Gap:
        name = pool.launch_configuration_id or "the one that it names nowhere"
        message = f"the launch configuration of {pool.node_pool_id} ({name}) was not found: its groups are unknown"
        call_site = self.reader.call_site(actions.LAUNCH_CONFIGURATIONS, self.cluster.cluster_id)
        return call_site.gap(pool.node_pool_id, "LaunchConfigurationNotFound", message, GapKind.UNREAD)

    def _unknown_kind_gap(self, pool: ListedPool) -> Gap:
        message = f"{pool.node_pool_id} is of the kind {pool.kind_text!r}: what its next node binds is unknown"
        call_site = self.reader.call_site(actions.NODE_POOLS_2022, self.cluster.cluster_id)
        return call_site.gap(pool.node_pool_id, "UnknownNodePoolType", message)
