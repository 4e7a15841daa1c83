"""Finds the audited clusters that have back ends of a load balancer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from auditor.model import addresses
from auditor.model.clusters import Cluster
from auditor.model.load_balancers import LoadBalancer, Target
from auditor.whatif.state import Key, WorkingState


def reached_clusters(state: WorkingState, balancer: LoadBalancer | None) -> list[Cluster]:
    """The audited clusters that may have a back end of a load balancer, or whose entrance it is."""
    if balancer is None:
        return []
    return [
        cluster
        for key, cluster in state.clusters.items()
        if _may_serve(state, key, cluster, balancer)
        or any(entrance.load_balancer_id == balancer.load_balancer_id for entrance in state.entrances[key])
    ]


def _may_serve(state: WorkingState, key: Key, cluster: Cluster, balancer: LoadBalancer) -> bool:
    """Whether a back end is in a cluster. An address means the same machine in one VPC alone."""
    if balancer.region not in ("", key[0]):
        return False
    is_elsewhere = balancer.vpc_id not in ("", cluster.vpc_id) and not balancer.cross_region
    listeners = balancer.listeners
    if not isinstance(listeners, tuple):
        return not is_elsewhere
    targets = [target for item in listeners for target in item.known_targets]
    if is_elsewhere:
        return has_back_end(state, key, [replace(target, addresses=()) for target in targets])
    unknown = any(item.gaps or not isinstance(item.targets, tuple) for item in listeners)
    return unknown or has_back_end(state, key, targets)


def has_back_end(state: WorkingState, key: Key, targets: Iterable[Target]) -> bool:
    """Whether any of the targets is a node, an interface or a Pod of a cluster."""
    interfaces = state.interfaces[key]
    nodes = state.nodes[key].values()
    names = {name for node in nodes for name in (node.node_id, node.instance_id)} - {""}
    own = {address for node in nodes for address in node.addresses}
    own |= {address for interface in interfaces.values() for address in interface.addresses}
    pods = addresses.union(state.clusters[key].networks.container.cidrs)
    return any(
        target.interface_id in interfaces
        or target.instance_id in names
        or any(address in own or addresses.parse(address) <= pods for address in target.addresses)
        for target in targets
    )
