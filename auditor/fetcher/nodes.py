"""Every node that a cluster has, of every kind: the lists of both versions united and held against its own counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from auditor.errors import CloudError, FetchError
from auditor.fetcher import actions, json_fields, node_parsing
from auditor.fetcher.cluster_list import INDEPENDENT, MANAGED, ListedCluster
from auditor.fetcher.json_fields import CallSite
from auditor.fetcher.node_parsing import Instance, ListedKind, ListedNode, NativeDetail
from auditor.fetcher.paging import Listing, Rows
from auditor.fetcher.region_reader import Lookup, LookupResult, RegionReader
from auditor.model import identifiers
from auditor.model.clusters import Binding, Exposure, Node, NodeKind, Role
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
class NodeList:
    """The distinct nodes by id. ``masters`` are ids of those that run the control plane or etcd.

    ``detail_gap`` is why native nodes may lack their details.
    """

    nodes: tuple[ListedNode, ...]
    masters: frozenset[str] = frozenset()
    detail_gap: Gap | None = None
    gaps: tuple[Gap, ...] = ()


@dataclass(kw_only=True)
class _MergedLists:
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

    def count_in_roles(self, *roles: str) -> int:
        """How many nodes have one of ``roles``."""
        return sum(1 for duties in self.duties.values() if duties.intersection(roles))


def read_node_list(reader: RegionReader, cluster: ListedCluster) -> NodeList:
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
    merged = _MergedLists()
    refused = _merge_2018(merged, lists, reader, cluster)
    detail_gap = _merge_2022(merged, newer.result(), reader, cluster)
    short = _check_masters(merged, reader, cluster)
    if refused and (short or cluster.masters is None):
        merged.gaps += refused
    merged.gaps += [*short, *_check_workers(merged, reader, cluster)]
    return NodeList(
        nodes=tuple(sorted(_drop_duplicates(merged.nodes.values()), key=lambda node: node.node_id)),
        masters=frozenset(merged.duties),
        detail_gap=detail_gap,
        gaps=tuple(merged.gaps),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """One answer of the 2018 action; ``refused`` where the API does not take the role that was asked for."""

    rows: Rows
    refused: Gap | None = None


def _list_2018(reader: RegionReader, cluster: ListedCluster, role: str) -> _Listed:
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


def _merge_2018(
    merged: _MergedLists, lists: dict[str, Future[_Listed]], reader: RegionReader, cluster: ListedCluster
) -> list[Gap]:
    refused = []
    origin = reader.call_site(actions.CLUSTER_INSTANCES, cluster.cluster_id)
    for role, future in lists.items():
        listed = future.result()
        merged.gaps += listed.rows.gaps
        for row in listed.rows.rows:
            merged.add(node_parsing.parse_node_2018(row, origin), role)
        if listed.refused:
            refused.append(listed.refused)
    return refused


def _merge_2022(merged: _MergedLists, rows: Rows, reader: RegionReader, cluster: ListedCluster) -> Gap | None:
    """The gap that the list left, if it did: nodes known from elsewhere may then lack their details."""
    merged.gaps += rows.gaps
    origin = reader.call_site(actions.CLUSTER_INSTANCES_2022, cluster.cluster_id)
    for row in rows.rows:
        merged.add(node_parsing.parse_node_2022(row, origin), "")
    return rows.gaps[0] if rows.gaps else None


def _drop_duplicates(nodes: Iterable[ListedNode]) -> list[ListedNode]:
    """A native node that runs on a CVM may be listed under both ids; its native row says more."""
    listed = list(nodes)
    doubled = {node.detail.instance_id for node in listed if node.detail and node.detail.instance_id != node.node_id}
    return [node for node in listed if node.node_id not in doubled]


def _check_masters(merged: _MergedLists, reader: RegionReader, cluster: ListedCluster) -> list[Gap]:
    """Masters and etcd nodes against the cluster's counts; a managed cluster's Masters are the cloud's own."""
    if cluster.is_managed:
        return []
    least = 1 if cluster.cluster_type == INDEPENDENT else 0
    return [
        *_check_count(
            reader, cluster, "Masters", merged.count_in_roles(BOTH, MASTER), max(cluster.masters or 0, least)
        ),
        *_check_count(reader, cluster, "etcd nodes", merged.count_in_roles(BOTH, ETCD), cluster.etcd or 0),
    ]


def _check_workers(merged: _MergedLists, reader: RegionReader, cluster: ListedCluster) -> list[Gap]:
    listed = {node.node_id for node in _drop_duplicates(merged.nodes.values())}
    workers = len(listed - merged.duties.keys() | listed & merged.workers)
    return _check_count(reader, cluster, "workers", workers, cluster.workers or 0)


def _check_count(reader: RegionReader, cluster: ListedCluster, what: str, found: int, promised: int) -> list[Gap]:
    if found >= promised:
        return []
    message = (
        f"{cluster.cluster_id} has {promised} {what} by its own count and {found} were listed: the others are unknown"
    )
    origin = reader.call_site(actions.CLUSTER_INSTANCES, cluster.cluster_id)
    return [origin.gap(cluster.cluster_id, "NodesMissing", message, GapKind.UNREAD)]


def is_covered(node: ListedNode) -> bool:
    """Whether the node is a instance that binds groups."""
    return node.kind not in (ListedKind.SUPER, ListedKind.EXTERNAL)


INSTANCES = Listing(action=actions.INSTANCES, rows="InstanceSet", row_id="InstanceId", prefixes=identifiers.INSTANCE)
_BY_ID = Lookup(listing=INSTANCES, parameter="InstanceIds", unknown="groups and addresses")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNodes:
    """Nodes with the subnets that they stand in; ``subnet_gaps`` where a node's subnet is unknown.

    ``address_gaps``, by node, count only where a rule names a group that the node binds.
    """

    nodes: tuple[Node, ...]
    subnet_ids: frozenset[str]
    subnet_gaps: tuple[Gap, ...]
    gaps: tuple[Gap, ...]
    address_gaps: Mapping[str, Gap]


def read_nodes(reader: RegionReader, cluster: ListedCluster, node_list: NodeList) -> ReadNodes:
    """The nodes of ``node_list`` that can bind groups, with what they bind. Not to be called on the floor of lists."""
    listed = [node for node in node_list.nodes if is_covered(node)]
    found = reader.look_up(_BY_ID, filter(None, map(_lookup_id, listed)), cluster.cluster_id)
    builder = _NodeBuilder(reader=reader, cluster=cluster, node_list=node_list, found=found)
    placed = [builder.build(node) for node in listed]
    return ReadNodes(
        nodes=tuple(one.node for one in placed),
        subnet_ids=frozenset(one.subnet_id for one in placed if one.subnet_id),
        subnet_gaps=tuple(dict.fromkeys(one.subnet_gap for one in placed if one.subnet_gap)),
        gaps=(
            *(gap for node in node_list.nodes for gap in node.gaps),
            *(gap for node in listed for gap in builder.gaps(node)),
        ),
        address_gaps={node.node_id: gap for node in listed if (gap := builder.address_gap(node))},
    )


def _lookup_id(node: ListedNode) -> str:
    """The CVM to look up, if any. A native node may be one as well: then both say what it binds."""
    machine_id = node.detail.instance_id if node.detail else node.node_id
    return machine_id if machine_id.startswith(identifiers.INSTANCE) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _NodeInSubnet:
    node: Node
    subnet_id: str = ""
    subnet_gap: Gap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _NodeBuilder:
    """Where the lists of a cluster and its machines come together."""

    reader: RegionReader
    cluster: ListedCluster
    node_list: NodeList
    found: LookupResult

    def build(self, node: ListedNode) -> _NodeInSubnet:
        """One node with its binding and its subnet."""
        return self._build_regular(node) if node.detail is None else self._build_native(node, node.detail)

    def gaps(self, node: ListedNode) -> Iterator[Gap]:
        """Gaps of the node that its binding does not carry."""
        origin = self._call_site_2022()
        if node.kind is ListedKind.UNKNOWN and node.kind_text:
            message = (
                f"{node.node_id} is of the kind {node.kind_text!r}: whether it binds groups as others do is unknown"
            )
            yield origin.gap(node.node_id, "UnknownNodeType", message)
        instance = self.found.rows.get(_lookup_id(node))
        if instance is not None:
            yield from node_parsing.parse_instance(
                instance, self.reader.call_site(actions.INSTANCES, self.cluster.cluster_id)
            ).gaps
        if node.detail and isinstance(node.detail.security_groups, tuple):
            yield from self._binding_gaps(node.node_id, node.detail.instance_id, node.detail.security_groups)

    def address_gap(self, node: ListedNode) -> Gap | None:
        """Why the address of a native node is unknown: it is no address, or the answer names none."""
        if node.detail is None or json_fields.readable_addresses([node.lan_address, node.detail.lan_address]):
            return None
        address = node.lan_address or node.detail.lan_address
        message = f"{node.node_id} has the address {address!r}, which is none"
        return self._call_site_2022().gap(node.node_id, "UnreadableAddress", message)

    def _binding_gaps(self, node_id: str, instance_id: str, named: tuple[str, ...]) -> Iterator[Gap]:
        bound = self._instance_binding(instance_id)
        if bound is not None and bound != named:
            message = (
                f"{node_id} binds {', '.join(bound) or 'no group'} as the CVM {instance_id} and "
                f"{', '.join(named) or 'no group'} by the list of nodes: which of them counts is unknown"
            )
            origin = self.reader.call_site(actions.INSTANCES, self.cluster.cluster_id)
            yield origin.gap(node_id, "GroupListsDiffer", message, GapKind.UNREAD)

    def _build_regular(self, node: ListedNode) -> _NodeInSubnet:
        instance = self._instance(node.node_id)
        if isinstance(instance, Gap):
            return _NodeInSubnet(node=self._build_unread(node, instance), subnet_gap=instance)
        return _NodeInSubnet(
            node=Node(
                node_id=node.node_id,
                role=self._role(node),
                kind=NodeKind.REGULAR,
                security_groups=instance.security_groups,
                instance_id=node.node_id,
                name=instance.name,
                node_pool_id=node.node_pool_id,
                addresses=instance.addresses or json_fields.readable_addresses([node.lan_address]),
                exposure=instance.exposure,
            ),
            subnet_id=instance.subnet_id,
            subnet_gap=None if instance.subnet_id else self._subnet_gap(node.node_id),
        )

    def _build_unread(self, node: ListedNode, gap: Gap) -> Node:
        return Node(
            node_id=node.node_id,
            role=self._role(node),
            kind=NodeKind.NATIVE if node.kind is ListedKind.NATIVE else NodeKind.REGULAR,
            security_groups=gap,
            instance_id=node.node_id if node.node_id.startswith(identifiers.INSTANCE) else "",
            node_pool_id=node.node_pool_id,
            addresses=json_fields.readable_addresses([node.lan_address]),
        )

    def _build_native(self, node: ListedNode, detail: NativeDetail) -> _NodeInSubnet:
        return _NodeInSubnet(
            node=Node(
                node_id=node.node_id,
                role=self._role(node),
                kind=NodeKind.NATIVE,
                security_groups=self._native_binding(detail),
                instance_id=detail.instance_id,
                name=detail.name,
                node_pool_id=node.node_pool_id,
                addresses=json_fields.readable_addresses([node.lan_address, detail.lan_address]),
                exposure=self._native_exposure(detail),
            ),
            subnet_id=detail.subnet_id,
            subnet_gap=None if detail.subnet_id else self._subnet_gap(node.node_id),
        )

    def _native_binding(self, detail: NativeDetail) -> Binding:
        bound = self._instance_binding(detail.instance_id)
        return detail.security_groups if bound is None else bound

    def _native_exposure(self, detail: NativeDetail) -> Exposure:
        """Internet where the list of nodes or the CVM under the node names a public address."""
        row = self.found.rows.get(detail.instance_id)
        exposures = {detail.exposure}
        if row is not None:
            exposures.add(node_parsing.parse_instance(row, self.reader.call_site(actions.INSTANCES)).exposure)
        known = (Exposure.INTERNET, Exposure.NONE_FOUND)
        return next((exposure for exposure in known if exposure in exposures), Exposure.UNKNOWN)

    def _instance_binding(self, instance_id: str) -> tuple[str, ...] | None:
        """What the CVM under a native node says that it binds; ``None`` where there is none that says so."""
        row = self.found.rows.get(instance_id)
        if row is None:
            return None
        binding = node_parsing.parse_instance(row, self.reader.call_site(actions.INSTANCES)).security_groups
        return binding if isinstance(binding, tuple) else None

    def _instance(self, instance_id: str) -> Instance | Gap:
        row = self.found.rows.get(instance_id)
        origin = self.reader.call_site(actions.INSTANCES, self.cluster.cluster_id)
        if row is not None:
            return node_parsing.parse_instance(row, origin)
        return self.found.failed.get(instance_id) or self._missing_instance_gap(instance_id, origin)

    def _missing_instance_gap(self, node_id: str, origin: CallSite) -> Gap:
        if node_id.startswith(identifiers.INSTANCE):
            message = (
                f"{node_id} is a node of {self.cluster.cluster_id} and cvm does not know it: its groups are unknown"
            )
            return origin.gap(node_id, "InstanceNotFound", message, GapKind.UNREAD)
        if self.node_list.detail_gap:
            return self.node_list.detail_gap
        message = f"no list says what kind of node {node_id} is: its groups are unknown"
        return self._call_site_2022().gap(node_id, "UnknownNodeType", message, GapKind.UNREAD)

    def _subnet_gap(self, node_id: str) -> Gap:
        message = f"in which subnet {node_id} stands is unknown: the answer does not say"
        return self._call_site_2022().gap(node_id, "NoSubnet", message, GapKind.UNREAD)

    def _call_site_2022(self) -> CallSite:
        return self.reader.call_site(actions.CLUSTER_INSTANCES_2022, self.cluster.cluster_id)

    def _role(self, node: ListedNode) -> Role:
        return Role.MASTER if node.node_id in self.node_list.masters else Role.NODE
