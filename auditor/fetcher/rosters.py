"""Every node that a cluster has, of every kind: the lists of both versions united and held against its own counts."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from auditor.errors import CloudError, FetchError
from auditor.fetcher import actions, wire_nodes
from auditor.fetcher.paging import Listing, Rows
from auditor.fetcher.reader import Reader
from auditor.fetcher.wire_clusters import INDEPENDENT, MANAGED, ListedCluster
from auditor.fetcher.wire_nodes import Kind, ListedNode
from auditor.model import identifiers
from auditor.model.gaps import Gap, GapKind

_NODES_2018 = Listing(
    action=actions.CLUSTER_INSTANCES, rows="InstanceSet", row_id="InstanceId", prefixes=identifiers.ANY_NAME
)
_NODES_2022 = Listing(
    action=actions.CLUSTER_INSTANCES_2022, rows="InstanceSet", row_id="InstanceId", prefixes=identifiers.ANY_NAME
)

BOTH, MASTER, ETCD, WORKER = "MASTER_ETCD", "MASTER", "ETCD", "WORKER"
_MASTER_ROLES = (BOTH, MASTER, ETCD)
"""The roles of an independent cluster's own machines; without a role the API lists workers alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The distinct nodes by id. ``masters`` are ids of those that run the control plane or etcd.

    ``detail_gap`` is why native nodes may lack their details.
    """

    nodes: tuple[ListedNode, ...]
    masters: frozenset[str] = frozenset()
    detail_gap: Gap | None = None
    gaps: tuple[Gap, ...] = ()


@dataclass(kw_only=True)
class _Union:
    """The lists as they come in."""

    nodes: dict[str, ListedNode] = field(default_factory=dict)
    duties: dict[str, set[str]] = field(default_factory=dict)
    workers: set[str] = field(default_factory=set)
    gaps: list[Gap] = field(default_factory=list)

    def add(self, node: ListedNode, asked_role: str) -> None:
        """Take one row. The 2022 list, which comes last, knows more of a node.

        A row's own word counts before the role that was asked for, which an API may not have looked at.
        """
        before = self.nodes.get(node.node_id, node)
        self.nodes[node.node_id] = replace(
            node,
            node_pool_id=node.node_pool_id or before.node_pool_id,
            lan_address=node.lan_address or before.lan_address,
            gaps=tuple(dict.fromkeys((*before.gaps, *node.gaps))),
        )
        role = node.role if node.role in (WORKER, *_MASTER_ROLES) else asked_role
        if role == WORKER:
            self.workers.add(node.node_id)
        elif role in _MASTER_ROLES:
            self.duties.setdefault(node.node_id, set()).add(role)

    def doing(self, *roles: str) -> int:
        """How many nodes have one of ``roles``."""
        return sum(1 for duties in self.duties.values() if duties.intersection(roles))


def read(reader: Reader, cluster: ListedCluster) -> Roster:
    """The nodes of ``cluster``. Lists that fail or come short of its counts leave gaps."""
    roles = (WORKER,) if cluster.cluster_type == MANAGED else (WORKER, *_MASTER_ROLES)
    lists = {role: reader.start(_list_2018, reader, cluster, role) for role in roles}
    newer = reader.start(
        reader.rows,
        _NODES_2022,
        {"ClusterId": cluster.cluster_id},
        unknown=f"which native, super and registered nodes {cluster.cluster_id} has is",
        resource=cluster.cluster_id,
        cluster_id=cluster.cluster_id,
    )
    union = _Union()
    refused = _take_2018(union, lists, reader, cluster)
    detail_gap = _take_2022(union, newer.result(), reader, cluster)
    short = _short_of_masters(union, reader, cluster)
    if refused and (short or cluster.masters is None):
        union.gaps += refused
    union.gaps += [*short, *_short_of_workers(union, reader, cluster)]
    return Roster(
        nodes=tuple(sorted(_distinct(union.nodes.values()), key=lambda node: node.node_id)),
        masters=frozenset(union.duties),
        detail_gap=detail_gap,
        gaps=tuple(union.gaps),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """One answer of the 2018 action; ``refused`` where the API does not take the role that was asked for."""

    rows: Rows
    refused: Gap | None = None


def _list_2018(reader: Reader, cluster: ListedCluster, role: str) -> _Listed:
    """One role. Older API pages name roles that an API may refuse: that much is tolerated if the counts add up."""
    what = "workers" if role == WORKER else f"nodes in the role {role}"
    unknown = f"which {what} {cluster.cluster_id} has is"
    params: dict[str, object] = {"ClusterId": cluster.cluster_id}
    if role != WORKER:
        params["InstanceRole"] = role
    cluster_id = cluster.cluster_id
    try:
        rows = reader.read(_NODES_2018, params, unknown=unknown, resource=cluster_id, cluster_id=cluster_id)
    except FetchError as error:
        gap = reader.gap(error, unknown, cluster.cluster_id, cluster.cluster_id)
        if role in (MASTER, ETCD) and isinstance(error, CloudError):
            return _Listed(rows=Rows(rows=()), refused=gap)
        return _Listed(rows=Rows(rows=(), gaps=(gap,)))
    return _Listed(rows=rows)


def _take_2018(union: _Union, lists: dict[str, Future[_Listed]], reader: Reader, cluster: ListedCluster) -> list[Gap]:
    refused = []
    origin = reader.origin(actions.CLUSTER_INSTANCES, cluster.cluster_id)
    for role, future in lists.items():
        listed = future.result()
        union.gaps += listed.rows.gaps
        for row in listed.rows.rows:
            union.add(wire_nodes.node_2018(row, origin), role)
        if listed.refused:
            refused.append(listed.refused)
    return refused


def _take_2022(union: _Union, rows: Rows, reader: Reader, cluster: ListedCluster) -> Gap | None:
    """The gap that the list left, if it did: nodes known from elsewhere may then lack their details."""
    union.gaps += rows.gaps
    origin = reader.origin(actions.CLUSTER_INSTANCES_2022, cluster.cluster_id)
    for row in rows.rows:
        union.add(wire_nodes.node_2022(row, origin), "")
    return rows.gaps[0] if rows.gaps else None


def _distinct(nodes: Iterable[ListedNode]) -> list[ListedNode]:
    """A native node that runs on a CVM may be listed under both ids; its native row says more."""
    listed = list(nodes)
    doubled = {node.detail.instance_id for node in listed if node.detail and node.detail.instance_id != node.node_id}
    return [node for node in listed if node.node_id not in doubled]


def _short_of_masters(union: _Union, reader: Reader, cluster: ListedCluster) -> list[Gap]:
    """Masters and etcd nodes against the cluster's counts; a managed cluster's Masters are the cloud's own."""
    if cluster.is_managed:
        return []
    least = 1 if cluster.cluster_type == INDEPENDENT else 0
    return [
        *_short(reader, cluster, "Masters", union.doing(BOTH, MASTER), max(cluster.masters or 0, least)),
        *_short(reader, cluster, "etcd nodes", union.doing(BOTH, ETCD), cluster.etcd or 0),
    ]


def _short_of_workers(union: _Union, reader: Reader, cluster: ListedCluster) -> list[Gap]:
    listed = {node.node_id for node in _distinct(union.nodes.values())}
    workers = len(listed - union.duties.keys() | listed & union.workers)
    return _short(reader, cluster, "workers", workers, cluster.workers or 0)


def _short(reader: Reader, cluster: ListedCluster, what: str, found: int, promised: int) -> list[Gap]:
    if found >= promised:
        return []
    message = (
        f"{cluster.cluster_id} has {promised} {what} by its own count and {found} were listed: the others are unknown"
    )
    origin = reader.origin(actions.CLUSTER_INSTANCES, cluster.cluster_id)
    return [origin.gap(cluster.cluster_id, "NodesMissing", message, GapKind.UNREAD)]


def is_covered(node: ListedNode) -> bool:
    """Whether the node is a machine that binds groups."""
    return node.kind not in (Kind.SUPER, Kind.EXTERNAL)
