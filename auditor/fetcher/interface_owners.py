"""Assigns each network interface of a VPC to the cluster that it belongs to, as an interface of a node or of Pods.

Input: the lists of interfaces (:mod:`auditor.fetcher.interfaces`) and the clusters of a region with their nodes.
Result: the audited clusters with their interfaces, with the nodes' exposure completed, and with a gap wherever an
interface may be missing or its owner, role or groups are unknown.

An interface belongs to the cluster of the machine that it is attached to. Interfaces of Pods on super nodes and in
serverless clusters are attached to no machine that the account can list; they belong to the cluster that uses their
subnet for such Pods, if exactly one does. Names, descriptions, ``EniType`` and ``State`` decide nothing, because
genuine answers contradict the documents there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from auditor.fetcher import actions, interfaces, node_parsing, nodes
from auditor.fetcher.cluster_reader import ClusterRead
from auditor.fetcher.interfaces import EKS, LISTING, InterfaceList, ListedInterface, ReadInterface
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.region_reader import RegionReader
from auditor.model import identifiers
from auditor.model.clusters import (
    DETACHED_INTERFACE,
    Attachment,
    Binding,
    Exposure,
    Interface,
    Node,
    NodeKind,
    NotCovered,
    Role,
)
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap, first_and_more

_NODE_LISTS = (actions.CLUSTER_INSTANCES.name, actions.NODE_POOLS_2022.name)

_Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionClusters:
    """The clusters of a region that were read.

    ``audited``: the ids of those to audit; the others are neighbours. ``vpcs_with_others``: VPCs that have, or may
    have, clusters that were not read. ``with_pods``: whether the interfaces of Pods are part of the audit.
    """

    clusters: Sequence[ClusterRead]
    audited: frozenset[str]
    vpcs_with_others: frozenset[str] = frozenset()
    with_pods: bool = True


def add_interfaces(
    reader: RegionReader, lists: Mapping[str, InterfaceList], region: RegionClusters
) -> list[ClusterRead]:
    """The clusters of ``region`` in their order, the audited ones of the VPCs in ``lists`` with their interfaces."""
    completed: dict[str, ClusterRead] = {}
    for vpc_id, listed in sorted(lists.items()):
        completed |= _VpcOwners(reader, vpc_id, listed, region).complete()
    return [completed.get(cluster.listed.cluster_id, cluster) for cluster in region.clusters]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Machine:
    """A node with the id of its cluster."""

    cluster_id: str
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class _Primary:
    """The primary interface of a node."""

    machine: _Machine
    interface: ReadInterface


@dataclass(slots=True, kw_only=True)
class _Owner:
    """A cluster with the interfaces of its VPC that belong to it.

    ``nodes``: nodes with changes, by id. ``with_primary``: ids of the nodes whose primary interface is in the list.
    ``strays``: by subnet, interfaces of Pods that may belong to the cluster or to another. ``detached``: the number of
    interfaces in container subnets without a machine.
    """

    cluster: ClusterRead
    interfaces: list[Interface] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    with_primary: set[str] = field(default_factory=set)
    strays: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    detached: int = 0
    gaps: list[Gap] = field(default_factory=list)

    @property
    def has_interfaces(self) -> bool:
        """Whether the cluster can have interfaces at all: it has nodes, or subnets for Pods without nodes."""
        return bool(self.cluster.cluster.nodes or self.cluster.subnet_refs.super_subnets)

    @property
    def hides_nodes(self) -> bool:
        """Whether nodes or pools of the cluster may be unknown."""
        return any(gap.action in _NODE_LISTS for gap in self.cluster.cluster.gaps)

    def completed(self) -> ClusterRead:
        """The cluster with its interfaces, its changed nodes, and the gaps of both."""
        cluster = self.cluster.cluster
        detached = (NotCovered(kind=DETACHED_INTERFACE, count=self.detached),) if self.detached else ()
        completed = replace(
            cluster,
            nodes=tuple(self.nodes.get(node.node_id, node) for node in cluster.nodes),
            interfaces=tuple(sorted(self.interfaces, key=lambda interface: interface.interface_id)),
            not_covered=tuple(sorted((*cluster.not_covered, *detached), key=lambda item: item.kind)),
            gaps=tuple(sorted({*cluster.gaps, *self.gaps})),
        )
        return replace(self.cluster, cluster=completed)


class _VpcOwners:
    """Assigns the interfaces of one VPC to the clusters in it."""

    def __init__(self, reader: RegionReader, vpc_id: str, listed: InterfaceList, region: RegionClusters) -> None:
        self._reader = reader
        self._vpc_id = vpc_id
        self._listed = listed
        self._region = region
        self._clusters = [cluster for cluster in region.clusters if cluster.listed.vpc_id == vpc_id]
        self._owners = {
            cluster.listed.cluster_id: _Owner(cluster=cluster)
            for cluster in self._clusters
            if cluster.listed.cluster_id in region.audited and not cluster.listed.is_listed_alone
        }
        self._machines = dict(self._machines_by_id())
        self._native_nodes = dict(self._native_nodes_by_address())
        self._primaries: list[_Primary] = []
        self._unreadable: list[Gap] = []

    def complete(self) -> dict[str, ClusterRead]:
        """The audited clusters of the VPC with their interfaces, by id."""
        for listed in self._listed.interfaces:
            self._add(listed)
        self._compare_groups()
        for owner in self._owners.values():
            owner.gaps += self._gaps(owner) if owner.has_interfaces else ()
        return {cluster_id: owner.completed() for cluster_id, owner in self._owners.items()}

    def _machines_by_id(self) -> Iterator[tuple[str, _Machine]]:
        """The nodes of the VPC by each of their ids: no document says which id the interface of a native node has."""
        for cluster in self._clusters:
            for node in cluster.cluster.nodes:
                machine = _Machine(cluster_id=cluster.listed.cluster_id, node=node)
                yield from ((machine_id, machine) for machine_id in {node.node_id, node.instance_id} - {""})

    def _native_nodes_by_address(self) -> Iterator[tuple[str, _Machine]]:
        """The native nodes that are no CVM, by address: a VPC has an address only once.

        The list may have no interface of such a node at all. That is no gap: the node's own row has its groups.
        """
        for machine in self._machines.values():
            if machine.node.kind is NodeKind.NATIVE and not _is_instance(machine.node):
                yield from ((address, machine) for address in machine.node.addresses)

    def _add(self, listed: ListedInterface) -> None:
        machine = self._machines.get(listed.machine_id)
        if machine is None and listed.business == EKS:
            addresses = listed.interface.addresses
            machine = next((self._native_nodes[text] for text in addresses if text in self._native_nodes), None)
        if machine is not None:
            self._add_attached(machine, listed)
        elif listed.owner_gaps:
            self._unreadable += listed.owner_gaps[:1]
        elif self._region.with_pods:
            self._add_without_node(listed)

    def _add_attached(self, machine: _Machine, listed: ListedInterface) -> None:
        """Add an interface of a node; interfaces of the nodes of neighbours do not count."""
        owner = self._owners.get(machine.cluster_id)
        if owner is None:
            return
        interface = _of_cluster(listed.interface, machine.cluster_id)
        owner.gaps += interface.gaps
        if not isinstance(listed.primary, bool):
            defects = Defects(
                call_site=self._call_site(machine.cluster_id),
                resource=interface.interface_id,
                unknown="whether it is the primary interface is unknown",
            )
            defects.add("Primary", listed.primary, "true or false")
            owner.gaps += defects.gaps
        elif listed.primary:
            self._add_primary(owner, _Primary(machine=machine, interface=interface))
        else:
            self._add_further(owner, machine.node, interface)

    def _add_primary(self, owner: _Owner, primary: _Primary) -> None:
        node, interface = primary.machine.node, primary.interface
        owner.with_primary.add(node.node_id)
        if interface.exposure is Exposure.INTERNET:
            owner.nodes[node.node_id] = replace(node, exposure=Exposure.INTERNET)
        if isinstance(interface.security_groups, Gap):
            owner.gaps.append(interface.security_groups)
        else:
            self._primaries.append(primary)

    def _add_further(self, owner: _Owner, node: Node, interface: ReadInterface) -> None:
        """Add an interface beside the primary interface.

        Without the container subnets it may carry Pods or not; the gap of the container network says so.
        """
        refs = owner.cluster.subnet_refs
        if interface.subnet_id in refs.container_subnets:
            if self._region.with_pods:
                owner.interfaces.append(_interface(interface, Attachment.PODS, Role.POD, node.node_id))
        elif interface.subnet_id and not refs.container_gaps:
            owner.interfaces.append(_interface(interface, Attachment.SECONDARY, node.role, node.node_id))

    def _add_without_node(self, listed: ListedInterface) -> None:
        """Add an interface that is attached to no node: of a Pod without a node, or detached in a container subnet.

        In a subnet for Pods without nodes, an interface without ``Business`` may be of such a Pod.
        """
        interface, business = listed.interface, listed.business
        subnet_id = interface.subnet_id
        users = [
            cluster.listed.cluster_id for cluster in self._clusters if subnet_id in cluster.subnet_refs.super_subnets
        ]
        is_machine = listed.machine_id.startswith(identifiers.INSTANCE)
        if business == EKS and len(users) == 1:
            self._add_pod(users[0], interface)
        elif business == EKS or (users and not business and not is_machine):
            for owner in self._suspects(users):
                owner.strays[subnet_id].append(interface.interface_id)
        elif not listed.machine_id:
            for owner in self._owners.values():
                owner.detached += subnet_id in owner.cluster.subnet_refs.container_subnets

    def _add_pod(self, cluster_id: str, interface: ReadInterface) -> None:
        owner = self._owners.get(cluster_id)
        if owner is not None:
            interface = _of_cluster(interface, cluster_id)
            owner.gaps += interface.gaps
            owner.interfaces.append(_interface(interface, Attachment.SUPER_NODE_PODS, Role.POD, ""))

    def _suspects(self, users: Sequence[str]) -> Iterable[_Owner]:
        """The audited clusters that an interface of a Pod may belong to, if ``users`` use its subnet for such Pods.

        Without a user, those with Pods without nodes; without such clusters, any, unless a cluster that was not read
        explains the interface. A cluster with unknown nodes or pools is left out: it has gaps that say more.
        """
        if users:
            return [self._owners[cluster_id] for cluster_id in users if cluster_id in self._owners]
        with_pods = [owner for owner in self._owners.values() if owner.cluster.subnet_refs.super_subnets]
        suspects = with_pods
        if not with_pods and self._vpc_id not in self._region.vpcs_with_others:
            suspects = list(self._owners.values())
        return [owner for owner in suspects if not owner.hides_nodes]

    def _compare_groups(self) -> None:
        """Compare the groups of each primary interface with those of its node; read both again where they differ.

        The groups of a primary interface are bound through its machine, so both lists must agree.
        """
        differing = [primary for primary in self._primaries if _differ(primary)]
        if not differing:
            return
        instance_ids = {primary.machine.node.instance_id for primary in differing if _is_instance(primary.machine.node)}
        instances = self._reader.look_up(nodes.INSTANCES_BY_ID, instance_ids)
        rows = self._reader.look_up(interfaces.BY_ID, {primary.interface.interface_id for primary in differing})
        for primary in differing:
            self._read_again(
                primary,
                instances.rows.get(primary.machine.node.instance_id),
                rows.rows.get(primary.interface.interface_id),
            )

    def _read_again(self, primary: _Primary, instance: _Row | None, row: _Row | None) -> None:
        """Take the groups of a node from the second reading, with a gap where the lists still differ."""
        machine, interface = primary.machine, primary.interface
        owner = self._owners[machine.cluster_id]
        node = owner.nodes.get(machine.node.node_id, machine.node)
        if row is not None:
            interface = interfaces.parse_interface(row, self._call_site(machine.cluster_id))
        if instance is not None:
            read_instance = node_parsing.parse_instance(instance, self._call_site(machine.cluster_id))
            node = replace(node, security_groups=read_instance.security_groups)
        owner.nodes[node.node_id] = node
        if interface.security_groups != node.security_groups:
            message = (
                f"{node.node_id} binds {_listed(node.security_groups)} and its primary interface "
                f"{interface.interface_id} {_listed(interface.security_groups)}: which of them counts is unknown"
            )
            owner.gaps.append(
                self._call_site(machine.cluster_id).gap(node.node_id, "GroupListsDiffer", message, GapKind.UNREAD)
            )

    def _gaps(self, owner: _Owner) -> Iterator[Gap]:
        """The gaps of a cluster as a whole: what the list lacks, and interfaces whose owner or use is unknown."""
        cluster = owner.cluster.listed
        for gap in (*self._listed.gaps, *self._unreadable[:1]):
            yield replace(gap, cluster_id=cluster.cluster_id)
        missing = sorted(self._without_primary(owner))
        if missing and not self._listed.gaps:
            message = (
                f"the list of {self._vpc_id} has no primary interface of {first_and_more(missing)} of "
                f"{cluster.cluster_id}: which further interfaces they have is unknown"
            )
            yield self._reader.cluster_gap(LISTING.action, cluster.cluster_id, "InterfacesMissing", message)
        for subnet_id, interface_ids in sorted(owner.strays.items()):
            message = (
                f"which cluster the Pods of {first_and_more(interface_ids)} belong to is unknown: not exactly one "
                f"cluster uses {subnet_id or 'their subnet'} for Pods without nodes"
            )
            resource = subnet_id or self._vpc_id
            yield self._call_site(cluster.cluster_id).gap(resource, "UnknownOwner", message, GapKind.UNREAD)

    def _without_primary(self, owner: _Owner) -> Iterator[str]:
        """The running CVMs whose groups were read, but whose primary interface is not in the list."""
        accounted = owner.with_primary | owner.cluster.not_running
        for node in owner.cluster.cluster.nodes:
            is_expected = _is_instance(node) and isinstance(node.security_groups, tuple)
            if is_expected and node.node_id not in accounted:
                yield node.node_id

    def _call_site(self, cluster_id: str) -> CallSite:
        return self._reader.call_site(LISTING.action, cluster_id)


def _of_cluster(interface: ReadInterface, cluster_id: str) -> ReadInterface:
    """The interface with gaps that name its cluster."""
    groups = interface.security_groups
    if not interface.gaps and not isinstance(groups, Gap):
        return interface
    return replace(
        interface,
        security_groups=replace(groups, cluster_id=cluster_id) if isinstance(groups, Gap) else groups,
        gaps=tuple(replace(gap, cluster_id=cluster_id) for gap in interface.gaps),
    )


def _interface(interface: ReadInterface, attachment: Attachment, role: Role, node_id: str) -> Interface:
    return Interface(
        interface_id=interface.interface_id,
        attachment=attachment,
        role=role,
        security_groups=interface.security_groups,
        node_id=node_id,
        subnet_id=interface.subnet_id,
        name=interface.name,
        addresses=interface.addresses,
        exposure=interface.exposure,
    )


def _is_instance(node: Node) -> bool:
    """Whether the node is a CVM instance."""
    return node.instance_id.startswith(identifiers.INSTANCE)


def _differ(primary: _Primary) -> bool:
    bound = primary.machine.node.security_groups
    return isinstance(bound, tuple) and bound != primary.interface.security_groups


def _listed(binding: Binding) -> str:
    return ", ".join(binding) or "no group" if isinstance(binding, tuple) else "a list that could not be read"
