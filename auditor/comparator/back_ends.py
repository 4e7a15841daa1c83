"""Matches the back ends of load balancers to the stacks of a cluster, whose groups filter them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from auditor.comparator.load_balancer_filters import POD_BEHIND_NODE
from auditor.comparator.stacks import Stack
from auditor.model import addresses
from auditor.model.clusters import Attachment, Cluster, NetworkMode, Role
from auditor.model.codes import GapKind, Part
from auditor.model.gaps import Gap
from auditor.model.load_balancers import Listener, LoadBalancer, Target
from auditor.model.snapshot import Snapshot

_CVM = "cvm"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackEnd:
    """A back end in the cluster. Several ``stacks``: a Pod that is behind a node of any of them."""

    bearer: str
    stacks: tuple[Stack, ...]
    direct: bool = False


class BackEnds:
    """The nodes and Pods of one cluster, by everything that a back end can name."""

    def __init__(self, cluster: Cluster, stacks: Iterable[Stack], snapshot: Snapshot) -> None:
        self._cluster = cluster
        self._parts = snapshot.parts
        self._stacks = tuple(stacks)
        self._of_node = {
            node: stack for stack in self._stacks if stack.attachment is Attachment.PRIMARY for node in stack.nodes
        }
        self._of_interface = {interface: stack for stack in self._stacks for interface in stack.interfaces}
        self._nodes = {node.node_id: node.node_id for node in cluster.nodes}
        self._nodes |= {node.instance_id: node.node_id for node in cluster.nodes if node.instance_id}
        self._interfaces = {interface.interface_id: interface for interface in cluster.interfaces}
        self._node_addresses = {address: node.node_id for node in cluster.nodes for address in node.addresses}
        self._interface_addresses = {
            address: interface.interface_id for interface in cluster.interfaces for address in interface.addresses
        }
        self._pods = addresses.union(cluster.networks.container.cidrs)

    def match(self, balancer: LoadBalancer, listener: Listener, target: Target) -> BackEnd | Gap | None:
        """The back end that ``target`` names; ``None`` if it is not of the cluster.

        The result is a gap if it is not known whose groups filter it. The id of the interface tells more than the type:
        a secondary address of a primary interface has the type ENI as well.
        """
        if target.interface_id in self._interfaces:
            return self._interface(target.interface_id)
        node = self._nodes.get(target.instance_id, "")
        if not node and balancer.vpc_id != self._cluster.vpc_id and not balancer.cross_region:
            return None
        pod = next((text for text in target.addresses if addresses.parse(text) <= self._pods), "")
        if node and pod and self._routes_pods(target):
            return BackEnd(bearer=node, stacks=self._stack_of_node(node), direct=True)
        if node:
            primary = target.kind == _CVM or not target.interface_id or Part.INTERFACES in self._parts
            return self._node(node) if primary else self._unknown_interface(listener, target)
        return self._by_address(listener, target, pod)

    def _by_address(self, listener: Listener, target: Target, pod: str) -> BackEnd | Gap | None:
        for address in target.addresses:
            if address in self._interface_addresses:
                return self._interface(self._interface_addresses[address])
            if address in self._node_addresses:
                return self._node(self._node_addresses[address])
        if not pod or target.kind == _CVM:
            return None
        if self._routes_pods(target) and not target.interface_id:
            nodes = tuple(
                stack for stack in self._stacks if (stack.role, stack.attachment) == (Role.NODE, Attachment.PRIMARY)
            )
            return BackEnd(bearer="", stacks=nodes, direct=True) if nodes else None
        # Without the Pods, which a gap or the configuration leaves out, their interfaces are not known.
        return self._unknown_interface(listener, target) if Part.PODS in self._parts else None

    def _routes_pods(self, target: Target) -> bool:
        """Whether a Pod is behind the interface of its node."""
        return target.kind == POD_BEHIND_NODE or self._cluster.network_mode is NetworkMode.GLOBAL_ROUTER

    def _node(self, node_id: str) -> BackEnd:
        return BackEnd(bearer=node_id, stacks=self._stack_of_node(node_id))

    def _stack_of_node(self, node_id: str) -> tuple[Stack, ...]:
        return (self._of_node[node_id],) if node_id in self._of_node else ()

    def _interface(self, interface_id: str) -> BackEnd:
        stack = self._of_interface.get(interface_id)
        direct = self._interfaces[interface_id].attachment is not Attachment.SECONDARY
        return BackEnd(bearer=interface_id, stacks=() if stack is None else (stack,), direct=direct)

    def _unknown_interface(self, listener: Listener, target: Target) -> Gap:
        name = target.interface_id or next(iter(target.addresses), "") or target.instance_id
        return Gap(
            kind=GapKind.UNREAD,
            region=self._cluster.region,
            cluster_id=self._cluster.cluster_id,
            resource=f"{listener.listener_id}/{name}",
            service="clb",
            action="DescribeTargets",
            code="UnknownInterface",
            message=f"the interface of the back end {name} of {listener.listener_id} was not read, so its groups are"
            " unknown",
        )
