"""The node pools of a cluster: the lists of both versions united, and auto-scaling groups that have no pool."""

from __future__ import annotations

from dataclasses import dataclass, replace

from auditor.errors import FetchError
from auditor.fetcher import actions, wire, wire_nodes
from auditor.fetcher.answers import is_or_under
from auditor.fetcher.paging import Listing, Paging, Rows
from auditor.fetcher.reader import Reader
from auditor.fetcher.wire_clusters import ListedCluster
from auditor.fetcher.wire_nodes import Kind, ListedPool
from auditor.model import identifiers
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
    """Pools by id. An auto-scaling group without a pool stands as one, under its own id."""

    pools: tuple[ListedPool, ...]
    gaps: tuple[Gap, ...] = ()


def read(reader: Reader, cluster: ListedCluster) -> PoolList:
    """The pools of ``cluster``; lists that fail leave gaps."""
    params: dict[str, object] = {"ClusterId": cluster.cluster_id}
    unknown = f"which node pools {cluster.cluster_id} has is"
    where = {"resource": cluster.cluster_id, "cluster_id": cluster.cluster_id}
    newer = reader.start(reader.rows, _POOLS_2022, params, unknown=unknown, **where)
    older = reader.start(reader.rows, _POOLS_2018, params, unknown=unknown, **where)
    oldest = reader.start(_scaling_groups, reader, cluster)
    pools = _united(reader, cluster, newer.result(), older.result())
    unlisted = _unlisted(reader, cluster, newer.result(), older.result())
    used = {pool.auto_scaling_group_id for pool in pools.values()}
    for row in oldest.result().rows:
        group_id = wire.label(row, "AutoScalingGroupId")
        if group_id not in used:
            pools[group_id] = _without_pool(group_id, wire.label(row, "Status"))
    return PoolList(
        pools=tuple(pools[pool_id] for pool_id in sorted(pools)),
        gaps=(*newer.result().gaps, *older.result().gaps, *oldest.result().gaps, *unlisted),
    )


def _scaling_groups(reader: Reader, cluster: ListedCluster) -> Rows:
    params: dict[str, object] = {"ClusterId": cluster.cluster_id}
    unknown = f"which auto-scaling groups {cluster.cluster_id} has is"
    cluster_id = cluster.cluster_id
    try:
        return reader.read(_AS_GROUPS, params, unknown=unknown, resource=cluster_id, cluster_id=cluster_id)
    except FetchError as error:
        if is_or_under(str(error.facts["code"]), _NO_SUCH_LIST):
            return Rows(rows=())
        return Rows(rows=(), gaps=(reader.gap(error, unknown, cluster.cluster_id, cluster.cluster_id),))


def _unlisted(reader: Reader, cluster: ListedCluster, newer: Rows, older: Rows) -> tuple[Gap, ...]:
    """The 2022 list knows every kind of pool: where it is empty beside pools of the 2018 list, it was not read."""
    if newer.rows or newer.gaps or not older.rows:
        return ()
    message = (
        f"DescribeNodePools lists no pool of {cluster.cluster_id} and DescribeClusterNodePools lists "
        f"{len(older.rows)}: which native and super pools it has is unknown"
    )
    origin = reader.origin(actions.NODE_POOLS_2022, cluster.cluster_id)
    return (origin.gap(cluster.cluster_id, "PoolsMissing", message, GapKind.UNREAD),)


def _united(reader: Reader, cluster: ListedCluster, newer: Rows, older: Rows) -> dict[str, ListedPool]:
    """The 2022 list knows every kind, the 2018 list auto-scaling pools alone, perhaps some that the other lacks."""
    origin = reader.origin(actions.CLUSTER_NODE_POOLS, cluster.cluster_id)
    pools = {pool.node_pool_id: pool for pool in (wire_nodes.pool_2018(row, origin) for row in older.rows)}
    origin = reader.origin(actions.NODE_POOLS_2022, cluster.cluster_id)
    for row in newer.rows:
        pool = wire_nodes.pool_2022(row, origin)
        before = pools.get(pool.node_pool_id)
        pools[pool.node_pool_id] = _merged(before, pool) if before else pool
    return pools


def _merged(older: ListedPool, newer: ListedPool) -> ListedPool:
    """What the 2018 list has is an auto-scaling pool, whatever the newer list calls it."""
    gaps = (*older.gaps, *newer.gaps)
    if newer.kind not in (Kind.REGULAR, Kind.UNKNOWN):
        return replace(newer, gaps=gaps)
    return replace(
        newer,
        kind=Kind.REGULAR,
        gaps=gaps,
        launch_configuration_id=newer.launch_configuration_id or older.launch_configuration_id,
        auto_scaling_group_id=newer.auto_scaling_group_id or older.auto_scaling_group_id,
    )


def _without_pool(group_id: str, status: str) -> ListedPool:
    return ListedPool(
        node_pool_id=group_id,
        name="",
        kind=Kind.REGULAR,
        kind_text=Kind.REGULAR.value,
        life_state=status.strip().lower(),
        auto_scaling_group_id=group_id,
    )
