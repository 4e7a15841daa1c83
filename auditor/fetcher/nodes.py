"""Reads every node of a cluster, of every kind, with the groups that it binds.

First the node lists of both API versions are merged and compared with the cluster's own counts (:class:`NodeList`).
Then the CVM instances under the nodes are looked up, which know the groups, addresses and subnets
(:class:`ReadNodes`). Nothing here raises: lists that fail, miss nodes or contradict each other leave gaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from auditor.errors import CloudError, FetchError
from auditor.fetcher import actions, json_fields, node_parsing
from auditor.fetcher.cluster_list import INDEPENDENT, MANAGED, ListedCluster, cluster_gap
from auditor.fetcher.json_fields import CallSite
from auditor.fetcher.node_parsing import Instance, ListedKind, ListedNode, NativeDetail
from auditor.fetcher.paging import Listing, Rows
from auditor.fetcher.region_reader import Lookup, LookupResult, RegionReader
from auditor.model import identifiers
from auditor.model.clusters import Binding, Exposure, Node, NodeKind, Role
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap

_NODES_2018 = Listing(
    action=actions.CLUSTER_INSTANCES, rows="InstanceSet", row_id="InstanceId", prefixes=identifiers.ANY_NAME
)
_NODES_2022 = Listing(
    action=actions.CLUSTER_INSTANCES_2022, rows="InstanceSet", row_id="InstanceId", prefixes=identifiers.ANY_NAME
)

INSTANCES = Listing(action=actions.INSTANCES, rows="InstanceSet", row_id="InstanceId", prefixes=identifiers.INSTANCE)
INSTANCES_BY_ID = Lookup(listing=INSTANCES, parameter="InstanceIds", unknown="groups and addresses")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNodes:
    """Nodes with their groups, and the ids of the subnets that they are in.

    ``not_running``: ids of nodes that are known to be off, or are being created or destroyed. ``subnet_gaps``: why the
    subnet of a node is unknown. ``address_gaps``: by node id, why the address of a node is
    unknown; such a gap counts only where a rule names a group that the node binds.
    """

    nodes: tuple[Node, ...]
    not_running: frozenset[str]
    subnet_ids: frozenset[str]
    subnet_gaps: tuple[Gap, ...]
    gaps: tuple[Gap, ...]
    address_gaps: Mapping[str, Gap]


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


def is_covered(node: ListedNode) -> bool:
    """Whether the node is a machine that binds groups."""
    return node.kind not in (ListedKind.SUPER, ListedKind.EXTERNAL)


def read_nodes(reader: RegionReader, cluster: ListedCluster, node_list: NodeList) -> ReadNodes:
    """Read the nodes of ``node_list`` that can bind groups. Must not be called on a thread of the lists."""
    listed = [node for node in node_list.nodes if is_covered(node)]
    instances = reader.look_up(INSTANCES_BY_ID, filter(None, map(_instance_id, listed)), cluster.cluster_id)
    builder = _NodeBuilder(reader=reader, cluster=cluster, node_list=node_list, instances=instances)
    built = [builder.build(node) for node in listed]
    return ReadNodes(
        nodes=tuple(node.node for node in built),
        not_running=frozenset(node.node.node_id for node in built if not node.is_running),
        subnet_ids=frozenset(node.node.subnet_id for node in built if node.node.subnet_id),
        subnet_gaps=tuple(dict.fromkeys(node.subnet_gap for node in built if node.subnet_gap)),
        gaps=(
            *(gap for node in node_list.nodes for gap in node.gaps),
            *(gap for node in listed for gap in builder.gaps(node)),
        ),
        address_gaps={node.node_id: gap for node in listed if (gap := builder.address_gap(node))},
    )


def _instance_id(node: ListedNode) -> str:
    """The id of the CVM instance to look up; empty without one: cvm refuses a whole call for one other id."""
    instance_id = node.detail.instance_id if node.detail else node.node_id
    return instance_id if instance_id.startswith(identifiers.INSTANCE) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _BuiltNode:
    node: Node
    is_running: bool = True
    subnet_gap: Gap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _NodeBuilder:
    """Builds nodes from the node lists of a cluster and the CVM instances under the nodes.

    A native node on a CVM has two group lists. The list of the CVM counts; where the lists differ, a gap says so.
    """

    reader: RegionReader
    cluster: ListedCluster
    node_list: NodeList
    instances: LookupResult

    def build(self, node: ListedNode) -> _BuiltNode:
        """Build one node with its binding and its subnet."""
        return self._build_regular(node) if node.detail is None else self._build_native(node, node.detail)

    def gaps(self, node: ListedNode) -> Iterator[Gap]:
        """Gaps of the node besides its binding, address and subnet."""
        if node.kind is ListedKind.UNKNOWN and node.kind_text:
            message = (
                f"{node.node_id} is of the kind {node.kind_text!r}: whether it binds groups as others do is unknown"
            )
            yield self._call_site_2022().gap(node.node_id, "UnknownNodeType", message)
        if instance := self._instance(_instance_id(node)):
            yield from instance.gaps
        if node.detail and isinstance(node.detail.security_groups, tuple):
            yield from self._binding_gaps(node.node_id, node.detail.instance_id, node.detail.security_groups)

    def address_gap(self, node: ListedNode) -> Gap | None:
        """Why the address of a native node is unknown: the answer has none, or a text that is no address."""
        if node.detail is None or json_fields.readable_addresses([node.lan_address, node.detail.lan_address]):
            return None
        address = node.lan_address or node.detail.lan_address
        message = f"{node.node_id} has the address {address!r}, which is none"
        return self._call_site_2022().gap(node.node_id, "UnreadableAddress", message)

    def _binding_gaps(self, node_id: str, instance_id: str, listed: tuple[str, ...]) -> Iterator[Gap]:
        """A gap where a native node binds other groups by the node list than by its CVM."""
        bound = self._instance_binding(instance_id)
        if bound is not None and bound != listed:
            message = (
                f"{node_id} binds {', '.join(bound) or 'no group'} as the CVM {instance_id} and "
                f"{', '.join(listed) or 'no group'} by the list of nodes: which of them counts is unknown"
            )
            yield self._instance_call_site().gap(node_id, "GroupListsDiffer", message, GapKind.UNREAD)

    def _build_regular(self, node: ListedNode) -> _BuiltNode:
        instance = self._instance(node.node_id)
        if instance is None:
            gap = self.instances.failed.get(node.node_id) or self._missing_instance_gap(node.node_id)
            return _BuiltNode(node=self._build_unread(node, gap), subnet_gap=gap)
        return _BuiltNode(
            node=Node(
                node_id=node.node_id,
                role=self._role(node),
                kind=NodeKind.REGULAR,
                security_groups=instance.security_groups,
                instance_id=node.node_id,
                name=instance.name,
                node_pool_id=node.node_pool_id,
                subnet_id=instance.subnet_id,
                addresses=instance.addresses or json_fields.readable_addresses([node.lan_address]),
                exposure=instance.exposure,
            ),
            is_running=instance.is_running,
            subnet_gap=None if instance.subnet_id else self._no_subnet_gap(node.node_id),
        )

    def _build_unread(self, node: ListedNode, gap: Gap) -> Node:
        return Node(
            node_id=node.node_id,
            role=self._role(node),
            kind=NodeKind.NATIVE if node.kind is ListedKind.NATIVE else NodeKind.REGULAR,
            security_groups=gap,
            instance_id=_instance_id(node),
            node_pool_id=node.node_pool_id,
            addresses=json_fields.readable_addresses([node.lan_address]),
        )

    def _build_native(self, node: ListedNode, detail: NativeDetail) -> _BuiltNode:
        return _BuiltNode(
            node=Node(
                node_id=node.node_id,
                role=self._role(node),
                kind=NodeKind.NATIVE,
                security_groups=self._native_binding(detail),
                instance_id=detail.instance_id,
                name=detail.name,
                node_pool_id=node.node_pool_id,
                subnet_id=detail.subnet_id,
                addresses=json_fields.readable_addresses([node.lan_address, detail.lan_address]),
                exposure=self._native_exposure(detail),
            ),
            is_running=self._is_running(detail.instance_id),
            subnet_gap=None if detail.subnet_id else self._no_subnet_gap(node.node_id),
        )

    def _native_binding(self, detail: NativeDetail) -> Binding:
        bound = self._instance_binding(detail.instance_id)
        return detail.security_groups if bound is None else bound

    def _native_exposure(self, detail: NativeDetail) -> Exposure:
        """Internet where the node list or the CVM under the node names a public address."""
        exposures = {detail.exposure}
        if instance := self._instance(detail.instance_id):
            exposures.add(instance.exposure)
        certain = (Exposure.INTERNET, Exposure.NONE_FOUND)
        return next((exposure for exposure in certain if exposure in exposures), Exposure.UNKNOWN)

    def _is_running(self, instance_id: str) -> bool:
        instance = self._instance(instance_id)
        return instance is None or instance.is_running

    def _instance_binding(self, instance_id: str) -> tuple[str, ...] | None:
        """The groups of the CVM under a native node; ``None`` without a CVM, or where its row has no group list."""
        instance = self._instance(instance_id)
        return instance.security_groups if instance and isinstance(instance.security_groups, tuple) else None

    def _instance(self, instance_id: str) -> Instance | None:
        row = self.instances.rows.get(instance_id)
        return None if row is None else node_parsing.parse_instance(row, self._instance_call_site())

    def _missing_instance_gap(self, node_id: str) -> Gap:
        if node_id.startswith(identifiers.INSTANCE):
            message = (
                f"{node_id} is a node of {self.cluster.cluster_id} and cvm does not know it: its groups are unknown"
            )
            return self._instance_call_site().gap(node_id, "InstanceNotFound", message, GapKind.UNREAD)
        if self.node_list.detail_gap:
            return self.node_list.detail_gap
        message = f"no list says what kind of node {node_id} is: its groups are unknown"
        return self._call_site_2022().gap(node_id, "UnknownNodeType", message, GapKind.UNREAD)

    def _no_subnet_gap(self, node_id: str) -> Gap:
        message = f"in which subnet {node_id} stands is unknown: the answer does not say"
        return self._call_site_2022().gap(node_id, "NoSubnet", message, GapKind.UNREAD)

    def _instance_call_site(self) -> CallSite:
        return self.reader.call_site(actions.INSTANCES, self.cluster.cluster_id)

    def _call_site_2022(self) -> CallSite:
        return self.reader.call_site(actions.CLUSTER_INSTANCES_2022, self.cluster.cluster_id)

    def _role(self, node: ListedNode) -> Role:
        return Role.MASTER if node.node_id in self.node_list.masters else Role.NODE
