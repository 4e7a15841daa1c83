"""Reads the lists of the nodes of a cluster, and compares them with the cluster's own counts.

The lists of both API versions are merged row by row. Nothing here raises: a list that fails or misses nodes leaves
a gap.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from auditor.errors import CloudError, FetchError
from auditor.fetcher import actions, node_parsing
from auditor.fetcher.cluster_list import ListedCluster, cluster_gap
from auditor.fetcher.node_parsing import ListedNode
from auditor.fetcher.paging import Listing, Rows
from auditor.fetcher.region_reader import RegionReader
from auditor.model import identifiers
from auditor.model.clusters import INDEPENDENT, MANAGED
from auditor.model.gaps import Gap

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

    def add(self, node: ListedNode, requested_role: str) -> None:
        """Add one row. Rows of the 2022 list, which knows more of a node, must come last.

        The role in the row counts before the role that the call asked for, which the API may have ignored.
        """
        earlier = self.nodes.get(node.node_id, node)
        self.nodes[node.node_id] = replace(
            node,
            node_pool_id=node.node_pool_id or earlier.node_pool_id,
            lan_address=node.lan_address or earlier.lan_address,
            gaps=tuple(dict.fromkeys((*earlier.gaps, *node.gaps))),
        )
        role = node.role if node.role in (WORKER, *_MASTER_ROLES) else requested_role
        if role == WORKER:
            self.workers.add(node.node_id)
        elif role in _MASTER_ROLES:
            self.master_roles.setdefault(node.node_id, set()).add(role)

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
    roles = (WORKER,) if cluster.cluster_type == MANAGED else (WORKER, *_MASTER_ROLES)
    reads_2018 = {role: reader.start(_list_2018, reader, cluster, role) for role in roles}
    read_2022 = reader.start(
        reader.rows,
        _NODES_2022,
        {"ClusterId": cluster.cluster_id},
        unknown=f"which native, super and registered nodes {cluster.cluster_id} has is",
        resource=cluster.cluster_id,
        cluster_id=cluster.cluster_id,
    )
    merged = _MergedLists()
    refused = _merge_2018(merged, reads_2018, reader, cluster)
    detail_gap = _merge_2022(merged, read_2022.result(), reader, cluster)
    missing_masters = _check_masters(merged, reader, cluster)
    if refused and (missing_masters or cluster.masters is None):
        merged.gaps += refused
    merged.gaps += [*missing_masters, *_check_workers(merged, reader, cluster)]
    return NodeList(
        nodes=tuple(sorted(merged.distinct(), key=lambda node: node.node_id)),
        masters=frozenset(merged.master_roles),
        detail_gap=detail_gap,
        gaps=tuple(merged.gaps),
    )


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
    merged: _MergedLists, reads: dict[str, Future[_RoleList]], reader: RegionReader, cluster: ListedCluster
) -> list[Gap]:
    """Merge the 2018 lists and return the gaps of the roles that the API refused."""
    refused = []
    call_site = reader.call_site(actions.CLUSTER_INSTANCES, cluster.cluster_id)
    for role, read in reads.items():
        role_list = read.result()
        merged.gaps += role_list.rows.gaps
        for row in role_list.rows.rows:
            merged.add(node_parsing.parse_node_2018(row, call_site), role)
        if role_list.refused:
            refused.append(role_list.refused)
    return refused


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
    """Compare workers with the cluster's count: nodes without a Master role, and nodes with both kinds of role."""
    listed = {node.node_id for node in merged.distinct()}
    workers = len(listed - merged.master_roles.keys() | listed & merged.workers)
    return _check_count(reader, cluster, "workers", workers, cluster.workers or 0)


def _check_count(reader: RegionReader, cluster: ListedCluster, kind: str, listed: int, counted: int) -> list[Gap]:
    if listed >= counted:
        return []
    message = (
        f"{cluster.cluster_id} has {counted} {kind} by its own count and {listed} were listed: the others are unknown"
    )
    return [cluster_gap(reader, actions.CLUSTER_INSTANCES, cluster, "NodesMissing", message)]
