"""What each node of a cluster binds: CVMs looked up by id, native nodes from the node list itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.fetcher import actions, wire, wire_nodes
from auditor.fetcher.paging import Listing
from auditor.fetcher.reader import Found, Lookup, Reader
from auditor.fetcher.rosters import Roster, is_covered
from auditor.fetcher.wire import Origin
from auditor.fetcher.wire_clusters import ListedCluster
from auditor.fetcher.wire_nodes import Kind, ListedNode, Machine, NativeDetail
from auditor.model import identifiers
from auditor.model.estate import Binding, Exposure, Node, NodeKind, Role
from auditor.model.gaps import Gap, GapKind

INSTANCE = "ins-"
"""What cvm takes for an id: others, as those of native nodes, would fail the whole batch."""

INSTANCES = Listing(action=actions.INSTANCES, rows="InstanceSet", row_id="InstanceId", prefixes=identifiers.INSTANCE)
_BY_ID = Lookup(listing=INSTANCES, parameter="InstanceIds", unknown="groups and addresses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Nodes with the subnets that they stand in; ``subnet_gaps`` where a node's subnet is unknown.

    ``address_gaps``, by node, count only where a rule names a group that the node binds.
    """

    nodes: tuple[Node, ...]
    subnet_ids: frozenset[str]
    subnet_gaps: tuple[Gap, ...]
    gaps: tuple[Gap, ...]
    address_gaps: Mapping[str, Gap]


def read(reader: Reader, cluster: ListedCluster, roster: Roster) -> Placed:
    """The nodes of ``roster`` that can bind groups, with what they bind. Not to be called on the floor of lists."""
    listed = [node for node in roster.nodes if is_covered(node)]
    found = reader.look_up(_BY_ID, filter(None, map(_machine_id, listed)), cluster.cluster_id)
    desk = _Desk(reader=reader, cluster=cluster, roster=roster, found=found)
    placed = [desk.place(node) for node in listed]
    return Placed(
        nodes=tuple(one.node for one in placed),
        subnet_ids=frozenset(one.subnet_id for one in placed if one.subnet_id),
        subnet_gaps=tuple(dict.fromkeys(one.subnet_gap for one in placed if one.subnet_gap)),
        gaps=(
            *(gap for node in roster.nodes for gap in node.gaps),
            *(gap for node in listed for gap in desk.oddities(node)),
        ),
        address_gaps={node.node_id: gap for node in listed if (gap := desk.no_address(node))},
    )


def _machine_id(node: ListedNode) -> str:
    """The CVM to look up, if any. A native node may be one as well: then both say what it binds."""
    machine_id = node.detail.instance_id if node.detail else node.node_id
    return machine_id if machine_id.startswith(INSTANCE) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _PlacedNode:
    node: Node
    subnet_id: str = ""
    subnet_gap: Gap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """Where the lists of a cluster and its machines come together."""

    reader: Reader
    cluster: ListedCluster
    roster: Roster
    found: Found

    def place(self, node: ListedNode) -> _PlacedNode:
        """One node with its binding and its subnet."""
        return self._machine(node) if node.detail is None else self._native(node, node.detail)

    def oddities(self, node: ListedNode) -> Iterator[Gap]:
        """Gaps of the node that its binding does not carry."""
        origin = self._origin_2022()
        if node.kind is Kind.UNKNOWN and node.kind_text:
            message = (
                f"{node.node_id} is of the kind {node.kind_text!r}: whether it binds groups as others do is unknown"
            )
            yield origin.gap(node.node_id, "UnknownNodeType", message)
        machine = self.found.rows.get(_machine_id(node))
        if machine is not None:
            yield from wire_nodes.machine(machine, self.reader.origin(actions.INSTANCES, self.cluster.cluster_id)).gaps
        if node.detail and isinstance(node.detail.security_groups, tuple):
            yield from self._disagreement(node.node_id, node.detail.instance_id, node.detail.security_groups)

    def no_address(self, node: ListedNode) -> Gap | None:
        """Why the address of a native node is unknown: it is no address, or the answer names none."""
        if node.detail is None or wire.readable_addresses([node.lan_address, node.detail.lan_address]):
            return None
        address = node.lan_address or node.detail.lan_address
        message = f"{node.node_id} has the address {address!r}, which is none"
        return self._origin_2022().gap(node.node_id, "UnreadableAddress", message)

    def _disagreement(self, node_id: str, instance_id: str, named: tuple[str, ...]) -> Iterator[Gap]:
        bound = self._bound_by_machine(instance_id)
        if bound is not None and bound != named:
            message = (
                f"{node_id} binds {', '.join(bound) or 'no group'} as the CVM {instance_id} and "
                f"{', '.join(named) or 'no group'} by the list of nodes: which of them counts is unknown"
            )
            origin = self.reader.origin(actions.INSTANCES, self.cluster.cluster_id)
            yield origin.gap(node_id, "GroupListsDiffer", message, GapKind.UNREAD)

    def _machine(self, node: ListedNode) -> _PlacedNode:
        machine = self._machine_of(node.node_id)
        if isinstance(machine, Gap):
            return _PlacedNode(node=self._unread(node, machine), subnet_gap=machine)
        return _PlacedNode(
            node=Node(
                node_id=node.node_id,
                role=self._role(node),
                kind=NodeKind.REGULAR,
                security_groups=machine.security_groups,
                instance_id=node.node_id,
                name=machine.name,
                node_pool_id=node.node_pool_id,
                addresses=machine.addresses or wire.readable_addresses([node.lan_address]),
                exposure=machine.exposure,
            ),
            subnet_id=machine.subnet_id,
            subnet_gap=None if machine.subnet_id else self._no_subnet(node.node_id),
        )

    def _unread(self, node: ListedNode, gap: Gap) -> Node:
        return Node(
            node_id=node.node_id,
            role=self._role(node),
            kind=NodeKind.NATIVE if node.kind is Kind.NATIVE else NodeKind.REGULAR,
            security_groups=gap,
            instance_id=node.node_id if node.node_id.startswith(INSTANCE) else "",
            node_pool_id=node.node_pool_id,
            addresses=wire.readable_addresses([node.lan_address]),
        )

    def _native(self, node: ListedNode, detail: NativeDetail) -> _PlacedNode:
        return _PlacedNode(
            node=Node(
                node_id=node.node_id,
                role=self._role(node),
                kind=NodeKind.NATIVE,
                security_groups=self._native_binding(detail),
                instance_id=detail.instance_id,
                name=detail.name,
                node_pool_id=node.node_pool_id,
                addresses=wire.readable_addresses([node.lan_address, detail.lan_address]),
                exposure=self._native_exposure(detail),
            ),
            subnet_id=detail.subnet_id,
            subnet_gap=None if detail.subnet_id else self._no_subnet(node.node_id),
        )

    def _native_binding(self, detail: NativeDetail) -> Binding:
        bound = self._bound_by_machine(detail.instance_id)
        return detail.security_groups if bound is None else bound

    def _native_exposure(self, detail: NativeDetail) -> Exposure:
        """Internet where the list of nodes or the CVM under the node names a public address."""
        row = self.found.rows.get(detail.instance_id)
        exposures = {detail.exposure}
        if row is not None:
            exposures.add(wire_nodes.machine(row, self.reader.origin(actions.INSTANCES)).exposure)
        known = (Exposure.INTERNET, Exposure.NONE_FOUND)
        return next((exposure for exposure in known if exposure in exposures), Exposure.UNKNOWN)

    def _bound_by_machine(self, instance_id: str) -> tuple[str, ...] | None:
        """What the CVM under a native node says that it binds; ``None`` where there is none that says so."""
        row = self.found.rows.get(instance_id)
        if row is None:
            return None
        binding = wire_nodes.machine(row, self.reader.origin(actions.INSTANCES)).security_groups
        return binding if isinstance(binding, tuple) else None

    def _machine_of(self, instance_id: str) -> Machine | Gap:
        row = self.found.rows.get(instance_id)
        origin = self.reader.origin(actions.INSTANCES, self.cluster.cluster_id)
        if row is not None:
            return wire_nodes.machine(row, origin)
        return self.found.lost.get(instance_id) or self._without_machine(instance_id, origin)

    def _without_machine(self, node_id: str, origin: Origin) -> Gap:
        if node_id.startswith(INSTANCE):
            message = (
                f"{node_id} is a node of {self.cluster.cluster_id} and cvm does not know it: its groups are unknown"
            )
            return origin.gap(node_id, "InstanceNotFound", message, GapKind.UNREAD)
        if self.roster.detail_gap:
            return self.roster.detail_gap
        message = f"no list says what kind of node {node_id} is: its groups are unknown"
        return self._origin_2022().gap(node_id, "UnknownNodeType", message, GapKind.UNREAD)

    def _no_subnet(self, node_id: str) -> Gap:
        message = f"in which subnet {node_id} stands is unknown: the answer does not say"
        return self._origin_2022().gap(node_id, "NoSubnet", message, GapKind.UNREAD)

    def _origin_2022(self) -> Origin:
        return self.reader.origin(actions.CLUSTER_INSTANCES_2022, self.cluster.cluster_id)

    def _role(self, node: ListedNode) -> Role:
        return Role.MASTER if node.node_id in self.roster.masters else Role.NODE


def bound(nodes: Iterable[Node]) -> Iterator[str]:
    """The groups that ``nodes`` bind, in order, repeats included."""
    for node in nodes:
        if isinstance(node.security_groups, tuple):
            yield from node.security_groups
