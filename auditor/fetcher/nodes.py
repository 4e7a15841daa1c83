"""Reads the nodes of a cluster, of every kind, with the groups that they bind.

The nodes come from the lists of :mod:`auditor.fetcher.node_lists`. The CVM instances under them are looked up for the
groups, addresses and subnets. Nothing here raises: an instance that the lookup misses, or that contradicts the lists,
leaves a gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.fetcher import actions, json_fields, node_parsing
from auditor.fetcher.json_fields import CallSite
from auditor.fetcher.node_lists import NodeList
from auditor.fetcher.node_parsing import Instance, ListedKind, ListedNode, NativeDetail
from auditor.fetcher.paging import Listing
from auditor.fetcher.region_reader import Lookup, RegionReader
from auditor.model import identifiers
from auditor.model.clusters import Binding, Exposure, Node, NodeKind, Role
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap

if TYPE_CHECKING:
    from auditor.fetcher.cluster_list import ListedCluster

INSTANCES = Listing(action=actions.INSTANCES, rows="InstanceSet", row_id="InstanceId", prefixes=identifiers.INSTANCE)
INSTANCES_BY_ID = Lookup(listing=INSTANCES, parameter="InstanceIds", unknown="groups and addresses")


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


def is_covered(node: ListedNode) -> bool:
    """Whether the node is a machine that binds groups."""
    return node.kind not in (ListedKind.SUPER, ListedKind.EXTERNAL)


def read_nodes(reader: RegionReader, cluster: ListedCluster, node_list: NodeList) -> ReadNodes:
    """Read the nodes of ``node_list`` that can bind groups. Must not be called on a thread of the lists."""
    listed = [node for node in node_list.nodes if is_covered(node)]
    instances = reader.look_up(INSTANCES_BY_ID, filter(None, map(_instance_id, listed)), cluster.cluster_id)
    call_site = reader.call_site(actions.INSTANCES, cluster.cluster_id)
    builder = _NodeBuilder(
        reader=reader,
        cluster=cluster,
        node_list=node_list,
        instances={row_id: node_parsing.parse_instance(row, call_site) for row_id, row in instances.rows.items()},
        failed=instances.failed,
    )
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
    """A node, whether its instance runs, and the gap of its subnet if that was not read."""

    node: Node
    is_running: bool = True
    subnet_gap: Gap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _NodeBuilder:
    """Builds nodes from the node lists of a cluster and the CVM instances under the nodes.

    A native node on a CVM has two group lists. The list of the CVM counts; where the lists differ, a gap says so.
    ``failed``: by id, why an instance could not be read.
    """

    reader: RegionReader
    cluster: ListedCluster
    node_list: NodeList
    instances: Mapping[str, Instance]
    failed: Mapping[str, Gap]

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
        if instance := self.instances.get(_instance_id(node)):
            yield from instance.gaps
        if node.detail and isinstance(node.detail.security_groups, tuple):
            yield from self._binding_gaps(node.node_id, node.detail.instance_id, node.detail.security_groups)

    def address_gap(self, node: ListedNode) -> Gap | None:
        """Why the address of a native node is unknown: the answer has none, or a text that is no address."""
        if node.detail is None or json_fields.readable_addresses([node.lan_address, node.detail.lan_address]):
            return None
        address = node.lan_address or node.detail.lan_address
        message = f"{node.node_id} has {address!r}, which is not an address"
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
        instance = self.instances.get(node.node_id)
        if instance is None:
            gap = self.failed.get(node.node_id) or self._missing_instance_gap(node.node_id)
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
        if instance := self.instances.get(detail.instance_id):
            exposures.add(instance.exposure)
        certain = (Exposure.INTERNET, Exposure.NONE_FOUND)
        return next((exposure for exposure in certain if exposure in exposures), Exposure.UNKNOWN)

    def _is_running(self, instance_id: str) -> bool:
        instance = self.instances.get(instance_id)
        return instance is None or instance.is_running

    def _instance_binding(self, instance_id: str) -> tuple[str, ...] | None:
        """The groups of the CVM under a native node; ``None`` without a CVM, or where its row has no group list."""
        instance = self.instances.get(instance_id)
        return instance.security_groups if instance and isinstance(instance.security_groups, tuple) else None

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
