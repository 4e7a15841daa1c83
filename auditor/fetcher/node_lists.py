"""Reads the lists of the nodes of a cluster, and compares them with the cluster's own counts.

The 2022 list has nodes of every kind, and the 2018 list has one role a call. Roles of the 2018 list are left out where
the lists read so far have exactly as many nodes as the cluster counts. All lists are merged row by row. Nothing here
raises: a list that fails or misses nodes leaves a gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from auditor.errors import CloudError, FetchError
from auditor.fetcher import actions, node_parsing
from auditor.fetcher.node_parsing import ListedNode
from auditor.fetcher.paging import Listing, Rows
from auditor.fetcher.region_reader import RegionReader
from auditor.model import identifiers
from auditor.model.clusters import INDEPENDENT, MANAGED
from auditor.model.gaps import Gap

if TYPE_CHECKING:
    from auditor.fetcher.cluster_list import ListedCluster

_NODES_2018 = Listing(
    action=actions.CLUSTER_INSTANCES, rows="InstanceSet", row_id="InstanceId", prefixes=identifiers.ANY_NAME
)
_NODES_2022 = Listing(
    action=actions.CLUSTER_INSTANCES_2022, rows="InstanceSet", row_id="InstanceId", prefixes=identifiers.ANY_NAME
)

BOTH, MASTER, ETCD, WORKER = "MASTER_ETCD", "MASTER", "ETCD", "WORKER"
_MASTER_ROLES = (BOTH, MASTER, ETCD)
"""The roles of Masters and etcd nodes of an independent cluster. A call without a role lists workers only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeList:
    """The nodes of a cluster, each once, by id.

    ``masters``: ids of the nodes that run the control plane or etcd. ``detail_gap``: why the 2022 list, which has the
    details of native nodes, may be incomplete.
    """

    nodes: tuple[ListedNode, ...]
    masters: frozenset[str] = frozenset()
    detail_gap: Gap | None = None
    gaps: tuple[Gap, ...] = ()


@dataclass(kw_only=True)
class _MergedLists:
    """The node lists of a cluster, merged row by row."""

    nodes: dict[str, ListedNode] = field(default_factory=dict)
    master_roles: dict[str, set[str]] = field(default_factory=dict)
    """The Master and etcd roles of each node that has any."""
    workers: set[str] = field(default_factory=set)
    gaps: list[Gap] = field(default_factory=list)
    refused: list[Gap] = field(default_factory=list)
    """The gaps of the roles that the API refused."""

    def add(self, node: ListedNode, requested_role: str) -> None:
        """Add one row. Rows of the 2022 list, which knows more of a node, must come first.

        The role in the row counts before the role that the call asked for, which the API may have ignored.
        """
        earlier = self.nodes.get(node.node_id)
        self.nodes[node.node_id] = (
            node
            if earlier is None
            else replace(
                earlier,
                node_pool_id=earlier.node_pool_id or node.node_pool_id,
                lan_address=earlier.lan_address or node.lan_address,
                gaps=tuple(dict.fromkeys((*node.gaps, *earlier.gaps))),
            )
        )
        role = node.role if node.role in (WORKER, *_MASTER_ROLES) else requested_role
        if role == WORKER:
            self.workers.add(node.node_id)
        elif role in _MASTER_ROLES:
            self.master_roles.setdefault(node.node_id, set()).add(role)

    def count_workers(self) -> int:
        """The number of nodes without a Master role, and of nodes with both kinds of role."""
        listed = {node.node_id for node in self.distinct()}
        return len(listed - self.master_roles.keys() | listed & self.workers)

    def count_in_roles(self, *roles: str) -> int:
        """The number of nodes that have any of ``roles``."""
        return sum(1 for node_roles in self.master_roles.values() if node_roles.intersection(roles))

    def distinct(self) -> list[ListedNode]:
        """Each node once: a native node on a CVM may be listed under both ids, and its native row says more."""
        details = [(node.node_id, node.detail) for node in self.nodes.values() if node.detail]
        duplicates = {detail.instance_id for node_id, detail in details if detail.instance_id != node_id}
        return [node for node in self.nodes.values() if node.node_id not in duplicates]


def read_node_list(reader: RegionReader, cluster: ListedCluster) -> NodeList:
    """Read the nodes of ``cluster``. A list that fails, or has fewer nodes than the cluster counts, leaves a gap."""
    reads: dict[str, Future[_RoleList]] = {}
    if cluster.cluster_type != MANAGED:
        reads[BOTH] = reader.start(_list_2018, reader, cluster, BOTH)
    merged = _MergedLists()
    detail_gap = _merge_2022(merged, _list_2022(reader, cluster), reader, cluster)
    _merge_2018(merged, reads, reader, cluster)
    further = _further_roles(merged, cluster)
    _merge_2018(merged, {role: reader.start(_list_2018, reader, cluster, role) for role in further}, reader, cluster)
    missing_masters = _check_masters(merged, reader, cluster)
    if merged.refused and (missing_masters or cluster.masters is None):
        merged.gaps += merged.refused
    merged.gaps += [*missing_masters, *_check_workers(merged, reader, cluster)]
    return NodeList(
        nodes=tuple(sorted(merged.distinct(), key=lambda node: node.node_id)),
        masters=frozenset(merged.master_roles),
        detail_gap=detail_gap,
        gaps=tuple(merged.gaps),
    )


def _further_roles(merged: _MergedLists, cluster: ListedCluster) -> tuple[str, ...]:
    """The roles of the 2018 list that are still to read.

    The 2022 list has workers of every kind (tke/v20220501 DescribeClusterInstances), and a Master usually has the role
    MASTER_ETCD. A list without gaps that has exactly as many nodes as the cluster counts is complete. A larger or
    smaller count, or none, proves nothing: no document says whether ClusterNodeNum counts super nodes, for example.
    """
    is_whole = not merged.gaps and not merged.refused
    workers = is_whole and cluster.workers and merged.count_workers() == cluster.workers
    masters = (
        is_whole
        and cluster.masters
        and cluster.etcd
        and (
            merged.count_in_roles(BOTH, MASTER) == cluster.masters and merged.count_in_roles(BOTH, ETCD) == cluster.etcd
        )
    )
    needs_masters = cluster.cluster_type != MANAGED and not masters
    return (*(() if workers else (WORKER,)), *((MASTER, ETCD) if needs_masters else ()))


def _list_2022(reader: RegionReader, cluster: ListedCluster) -> Rows:
    cluster_id = cluster.cluster_id
    unknown = f"which native, super and registered nodes {cluster_id} has is"
    params = {"ClusterId": cluster_id}
    return reader.rows(_NODES_2022, params, unknown=unknown, resource=cluster_id, cluster_id=cluster_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RoleList:
    """The rows of one role in the 2018 list; ``refused`` is set where the API does not accept the role."""

    rows: Rows
    refused: Gap | None = None


def _list_2018(reader: RegionReader, cluster: ListedCluster, role: str) -> _RoleList:
    """Read the nodes of one role.

    Older API pages name the roles MASTER and ETCD, which the API may refuse: that is tolerated if the counts of nodes
    add up.
    """
    cluster_id = cluster.cluster_id
    described = "workers" if role == WORKER else f"nodes in the role {role}"
    unknown = f"which {described} {cluster_id} has is"
    params: dict[str, object] = {"ClusterId": cluster_id}
    if role != WORKER:
        params["InstanceRole"] = role
    try:
        rows = reader.read(_NODES_2018, params, unknown=unknown, resource=cluster_id, cluster_id=cluster_id)
    except FetchError as error:
        gap = reader.gap(error, unknown, cluster_id, cluster_id)
        if role in (MASTER, ETCD) and isinstance(error, CloudError):
            return _RoleList(rows=Rows(rows=()), refused=gap)
        return _RoleList(rows=Rows(rows=(), gaps=(gap,)))
    return _RoleList(rows=rows)


def _merge_2018(
    merged: _MergedLists, reads: Mapping[str, Future[_RoleList]], reader: RegionReader, cluster: ListedCluster
) -> None:
    """Merge lists of the 2018 version."""
    call_site = reader.call_site(actions.CLUSTER_INSTANCES, cluster.cluster_id)
    for role, read in reads.items():
        role_list = read.result()
        merged.gaps += role_list.rows.gaps
        for row in role_list.rows.rows:
            merged.add(node_parsing.parse_node_2018(row, call_site), role)
        if role_list.refused:
            merged.refused.append(role_list.refused)


def _merge_2022(merged: _MergedLists, rows: Rows, reader: RegionReader, cluster: ListedCluster) -> Gap | None:
    """Merge the 2022 list and return its gap, if any: then native nodes of other lists may lack their details."""
    merged.gaps += rows.gaps
    call_site = reader.call_site(actions.CLUSTER_INSTANCES_2022, cluster.cluster_id)
    for row in rows.rows:
        merged.add(node_parsing.parse_node_2022(row, call_site), "")
    return rows.gaps[0] if rows.gaps else None


def _check_masters(merged: _MergedLists, reader: RegionReader, cluster: ListedCluster) -> list[Gap]:
    """Compare Masters and etcd nodes with the cluster's counts; the cloud itself runs those of a managed cluster."""
    if cluster.is_managed:
        return []
    masters, etcd = merged.count_in_roles(BOTH, MASTER), merged.count_in_roles(BOTH, ETCD)
    least = 1 if cluster.cluster_type == INDEPENDENT else 0
    return [
        *_check_count(reader, cluster, "Masters", masters, max(cluster.masters or 0, least)),
        *_check_count(reader, cluster, "etcd nodes", etcd, cluster.etcd or 0),
    ]


def _check_workers(merged: _MergedLists, reader: RegionReader, cluster: ListedCluster) -> list[Gap]:
    """Compare workers with the cluster's count."""
    return _check_count(reader, cluster, "workers", merged.count_workers(), cluster.workers or 0)


def _check_count(reader: RegionReader, cluster: ListedCluster, kind: str, listed: int, counted: int) -> list[Gap]:
    if listed >= counted:
        return []
    message = (
        f"{cluster.cluster_id} has {counted} {kind} by its own count and {listed} were listed: the others are unknown"
    )
    return [reader.cluster_gap(actions.CLUSTER_INSTANCES, cluster.cluster_id, "NodesMissing", message)]
