"""The node pools of a cluster: the lists of both versions united, and auto-scaling groups that have no pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from auditor.errors import FetchError
from auditor.fetcher import actions, json_fields, node_parsing
from auditor.fetcher.api_response import is_or_under
from auditor.fetcher.cluster_list import ListedCluster
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.node_parsing import ListedKind, ListedNode, ListedPool
from auditor.fetcher.paging import Listing, Paging, Rows
from auditor.fetcher.region_reader import Lookup, LookupResult, RegionReader
from auditor.model import identifiers
from auditor.model.clusters import Binding, NodeKind, NodePool, NotCovered
from auditor.model.gaps import Gap, GapKind

_POOLS_2022 = Listing(action=actions.NODE_POOLS_2022, rows="NodePools", row_id="NodePoolId")
_POOLS_2018 = Listing(action=actions.CLUSTER_NODE_POOLS, rows="NodePoolSet", row_id="NodePoolId", paging=Paging.NONE)
_AS_GROUPS = Listing(
    action=actions.CLUSTER_AS_GROUPS,
    rows="ClusterAsGroupSet",
    row_id="AutoScalingGroupId",
    prefixes=identifiers.SCALING_GROUP,
)

_NO_SUCH_LIST = ("InvalidAction", "NoSuchVersion", "FailedOperation.DeprecatedAPI")
"""Codes with which a cloud that has done away with the oldest list says so: it has nothing in it then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolList:
    """ReadPools by id. An auto-scaling group without a pool stands as one, under its own id."""

    pools: tuple[ListedPool, ...]
    gaps: tuple[Gap, ...] = ()


def read_pool_lists(reader: RegionReader, cluster: ListedCluster) -> PoolList:
    """The pools of ``cluster``; lists that fail leave gaps."""
    params: dict[str, object] = {"ClusterId": cluster.cluster_id}
    unknown = f"which node pools {cluster.cluster_id} has is"
    where = {"resource": cluster.cluster_id, "cluster_id": cluster.cluster_id}
    newer = reader.start(reader.rows, _POOLS_2022, params, unknown=unknown, **where)
    older = reader.start(reader.rows, _POOLS_2018, params, unknown=unknown, **where)
    oldest = reader.start(_scaling_groups, reader, cluster)
    pools = _merge_lists(reader, cluster, newer.result(), older.result())
    unlisted = _missing_pools_gaps(reader, cluster, newer.result(), older.result())
    used = {pool.auto_scaling_group_id for pool in pools.values()}
    for row in oldest.result().rows:
        group_id = json_fields.label(row, "AutoScalingGroupId")
        if group_id not in used:
            pools[group_id] = _pool_of_scaling_group(group_id, json_fields.label(row, "Status"))
    return PoolList(
        pools=tuple(pools[pool_id] for pool_id in sorted(pools)),
        gaps=(*newer.result().gaps, *older.result().gaps, *oldest.result().gaps, *unlisted),
    )


def _scaling_groups(reader: RegionReader, cluster: ListedCluster) -> Rows:
    params: dict[str, object] = {"ClusterId": cluster.cluster_id}
    unknown = f"which auto-scaling groups {cluster.cluster_id} has is"
    cluster_id = cluster.cluster_id
    try:
        return reader.read(_AS_GROUPS, params, unknown=unknown, resource=cluster_id, cluster_id=cluster_id)
    except FetchError as error:
        if is_or_under(str(error.facts["code"]), _NO_SUCH_LIST):
            return Rows(rows=())
        return Rows(rows=(), gaps=(reader.gap(error, unknown, cluster.cluster_id, cluster.cluster_id),))


def _missing_pools_gaps(reader: RegionReader, cluster: ListedCluster, newer: Rows, older: Rows) -> tuple[Gap, ...]:
    """The 2022 list knows every kind of pool: where it is empty beside pools of the 2018 list, it was not read."""
    if newer.rows or newer.gaps or not older.rows:
        return ()
    message = (
        f"DescribeNodePools lists no pool of {cluster.cluster_id} and DescribeClusterNodePools lists "
        f"{len(older.rows)}: which native and super pools it has is unknown"
    )
    origin = reader.call_site(actions.NODE_POOLS_2022, cluster.cluster_id)
    return (origin.gap(cluster.cluster_id, "PoolsMissing", message, GapKind.UNREAD),)


def _merge_lists(reader: RegionReader, cluster: ListedCluster, newer: Rows, older: Rows) -> dict[str, ListedPool]:
    """The 2022 list knows every kind, the 2018 list auto-scaling pools alone, perhaps some that the other lacks."""
    origin = reader.call_site(actions.CLUSTER_NODE_POOLS, cluster.cluster_id)
    pools = {pool.node_pool_id: pool for pool in (node_parsing.parse_pool_2018(row, origin) for row in older.rows)}
    origin = reader.call_site(actions.NODE_POOLS_2022, cluster.cluster_id)
    for row in newer.rows:
        pool = node_parsing.parse_pool_2022(row, origin)
        before = pools.get(pool.node_pool_id)
        pools[pool.node_pool_id] = _merge_pool(before, pool) if before else pool
    return pools


def _merge_pool(older: ListedPool, newer: ListedPool) -> ListedPool:
    """What the 2018 list has is an auto-scaling pool, whatever the newer list calls it."""
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

_ENDING = ("deleting", "deleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPools:
    """The pools of a cluster that will bind groups, the others as counts, and the subnets of their next nodes."""

    pools: tuple[NodePool, ...]
    not_covered: tuple[NotCovered, ...]
    subnet_ids: frozenset[str]
    subnet_gaps: tuple[Gap, ...]
    gaps: tuple[Gap, ...]
    listed: frozenset[str]
    """The ids of all of them."""


def read_pools(reader: RegionReader, cluster: ListedCluster) -> ReadPools:
    """The pools of ``cluster``. Not to be called on the floor of lists."""
    listed = read_pool_lists(reader, cluster)
    live = [pool for pool in listed.pools if _reason_not_covered(pool) == ""]
    others = [pool for pool in listed.pools if _reason_not_covered(pool)]
    origin = reader.call_site(actions.AUTO_SCALING_GROUPS, cluster.cluster_id)
    groups = reader.look_up(_SCALING_GROUPS, {pool.auto_scaling_group_id for pool in live} - {""}, cluster.cluster_id)
    live = [_with_configuration(pool, groups, origin) for pool in live]
    configurations = reader.look_up(
        _CONFIGURATIONS, {pool.launch_configuration_id for pool in live} - {""}, cluster.cluster_id
    )
    builder = _PoolBuilder(reader=reader, cluster=cluster, groups=groups, configurations=configurations)
    subnets = [builder.subnets(pool) for pool in live]
    return ReadPools(
        pools=tuple(builder.build(pool) for pool in live),
        not_covered=count_not_covered((_reason_not_covered(pool), pool.security_groups) for pool in others),
        subnet_ids=frozenset(subnet for found in subnets if not isinstance(found, Gap) for subnet in found),
        subnet_gaps=tuple(dict.fromkeys(found for found in subnets if isinstance(found, Gap))),
        gaps=(*listed.gaps, *(gap for pool in (*live, *others) for gap in pool.gaps)),
        listed=frozenset(pool.node_pool_id for pool in listed.pools),
    )


def count_not_covered(found: Iterable[tuple[str, Binding]]) -> tuple[NotCovered, ...]:
    """Counts by kind, with every group that things of this kind name, sorted."""
    groups: dict[str, set[str]] = defaultdict(set)
    counts: dict[str, int] = defaultdict(int)
    for kind, binding in found:
        counts[kind] += 1
        groups[kind].update(binding if isinstance(binding, tuple) else ())
    return tuple(
        NotCovered(kind=kind, count=counts[kind], security_groups=tuple(sorted(groups[kind])))
        for kind in sorted(counts)
    )


def count_nodes_not_covered(nodes: Iterable[ListedNode]) -> tuple[NotCovered, ...]:
    """Super nodes, whose groups are their Pods', and registered nodes, which are no machines of this cloud."""
    words = {ListedKind.SUPER: "super-node", ListedKind.EXTERNAL: "registered-node"}
    return count_not_covered((words[node.kind], ()) for node in nodes if node.kind in words)


def _reason_not_covered(pool: ListedPool) -> str:
    """Why the pool is not covered; empty where it is."""
    if pool.kind is ListedKind.SUPER:
        return "super-node-pool"
    if pool.kind is ListedKind.EXTERNAL:
        return "registered-node-pool"
    return "deleting-node-pool" if pool.life_state in _ENDING else ""


def _with_configuration(pool: ListedPool, groups: LookupResult, origin: CallSite) -> ListedPool:
    """The auto-scaling group makes the next node: what it launches from counts before what the pool's list says."""
    row = groups.rows.get(pool.auto_scaling_group_id)
    if pool.kind is not ListedKind.REGULAR or row is None:
        return pool
    unknown = f"what the next node of {pool.node_pool_id} is launched from is unknown"
    defects = Defects(origin=origin, resource=pool.node_pool_id, unknown=unknown)
    named = json_fields.identifier(row, "LaunchConfigurationId", defects, identifiers.LAUNCH_CONFIGURATION)
    return replace(
        pool,
        launch_configuration_id=named or pool.launch_configuration_id,
        name=pool.name or json_fields.label(row, "AutoScalingGroupName"),
        gaps=(*pool.gaps, *defects.gaps),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _PoolBuilder:
    """Where pools, auto-scaling groups and launch configurations come together."""

    reader: RegionReader
    cluster: ListedCluster
    groups: LookupResult
    configurations: LookupResult

    def build(self, pool: ListedPool) -> NodePool:
        """A pool with what its next node will bind."""
        return NodePool(
            node_pool_id=pool.node_pool_id,
            kind=NodeKind.NATIVE if pool.kind is ListedKind.NATIVE else NodeKind.REGULAR,
            security_groups=self._binding(pool),
            name=pool.name,
            launch_configuration_id=pool.launch_configuration_id,
        )

    def subnets(self, pool: ListedPool) -> tuple[str, ...] | Gap:
        """Where the pool's next node can stand."""
        if pool.kind is ListedKind.NATIVE:
            return self._subnets_or_gap(pool, pool.subnet_ids)
        if pool.kind is ListedKind.UNKNOWN:
            return self._unknown_kind_gap(pool)
        row = self.groups.rows.get(pool.auto_scaling_group_id)
        if row is None:
            return self.groups.failed.get(pool.auto_scaling_group_id) or self._subnets_or_gap(pool, None)
        return self._subnets_or_gap(pool, json_fields.names(row, "SubnetIdSet", identifiers.SUBNET))

    def _subnets_or_gap(self, pool: ListedPool, subnets: tuple[str, ...] | None) -> tuple[str, ...] | Gap:
        if subnets is not None:
            return subnets
        message = (
            f"in which subnets the next node of {pool.node_pool_id} will stand is unknown: the answer does not say"
        )
        action = actions.NODE_POOLS_2022 if pool.kind is ListedKind.NATIVE else actions.AUTO_SCALING_GROUPS
        return self.reader.call_site(action, self.cluster.cluster_id).gap(
            pool.node_pool_id, "NoSubnet", message, GapKind.UNREAD
        )

    def _binding(self, pool: ListedPool) -> Binding:
        if pool.kind is ListedKind.NATIVE:
            return pool.security_groups
        if pool.kind is ListedKind.UNKNOWN:
            return self._unknown_kind_gap(pool)
        row = self.configurations.rows.get(pool.launch_configuration_id)
        if row is not None:
            origin = self.reader.call_site(actions.LAUNCH_CONFIGURATIONS, self.cluster.cluster_id)
            return node_parsing.parse_launch_configuration(row, origin, pool.node_pool_id)
        lost = self.configurations.failed.get(pool.launch_configuration_id) or self.groups.failed.get(
            pool.auto_scaling_group_id
        )
        return lost or self._missing_configuration_gap(pool)

    def _missing_configuration_gap(self, pool: ListedPool) -> Gap:
        named = pool.launch_configuration_id or "the one that it names nowhere"
        message = f"the launch configuration of {pool.node_pool_id} ({named}) was not found: its groups are unknown"
        origin = self.reader.call_site(actions.LAUNCH_CONFIGURATIONS, self.cluster.cluster_id)
        return origin.gap(pool.node_pool_id, "LaunchConfigurationNotFound", message, GapKind.UNREAD)

    def _unknown_kind_gap(self, pool: ListedPool) -> Gap:
        message = f"{pool.node_pool_id} is of the kind {pool.kind_text!r}: what its next node binds is unknown"
        origin = self.reader.call_site(actions.NODE_POOLS_2022, self.cluster.cluster_id)
        return origin.gap(pool.node_pool_id, "UnknownNodePoolType", message)
