"""Applies changes of clusters and of the machines that are attached to them.

The types are the cluster itself, the attachments of machines as workers or masters, and scaled workers. A change makes,
updates or deletes clusters in the working state, and adds or removes their nodes with the groups that they bind. A list
or a range that the plan does not tell becomes a gap of the node or of the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from auditor.model.clusters import Cluster, Network, NetworkMode, Networks, Node, NodeKind, Role
from auditor.model.rules import Member
from auditor.model.selectors import Tag
from auditor.whatif import bindings, rule_fields
from auditor.whatif.bindings import GroupLists, Groups, UnknownList, binding, clusters_of, default_if_empty, ids_of
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.resources import networks
from auditor.whatif.resources.networks import ClusterNetworks
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform.plan import Json, Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.providers import Providers
from auditor.whatif.terraform.references import INSTANCE, VPC, placeholder
from auditor.whatif.terraform.values import KnownValue, Path, UnknownValue, any_unknown, at, blocks, read, text, texts

CLUSTER_TYPE = "tencentcloud_kubernetes_cluster"
CLUSTER_ATTACHMENT = "tencentcloud_kubernetes_cluster_attachment"
MASTER_ATTACHMENT = "tencentcloud_kubernetes_cluster_master_attachment"
SCALE_WORKER = "tencentcloud_kubernetes_scale_worker"

_LIST_PATHS: Mapping[str, Path] = {
    CLUSTER_ATTACHMENT: ("security_groups",),
    MASTER_ATTACHMENT: ("security_group_ids",),
    SCALE_WORKER: ("worker_config", 0, "security_group_ids"),
}


_RETAIN = "retain"
_MODES = {
    "GR": NetworkMode.GLOBAL_ROUTER,
    "VPC-CNI": NetworkMode.VPC_CNI,
    "CiliumOverlay": NetworkMode.CILIUM_OVERLAY,
}


def apply_cluster_nodes(state: WorkingState, plan: Plan, group_lists: GroupLists) -> None:
    """Attach and detach machines, make and terminate workers."""
    for change, step in plan.steps_of(*_LIST_PATHS):
        if step is PlanStep.REMOVED:
            _remove_attached(state, change)
        elif step is PlanStep.MADE:
            _add_attached(state, group_lists, change)
    for change in plan.managed:
        if change.type == SCALE_WORKER and len(change.steps) > 1:
            state.replacements[placeholder(change.address)] = next(iter(_workers(change.before)), "")


def add_node(state: WorkingState, change: ResourceChange, key: Key, node_id: str, role: Role, groups: Groups) -> None:
    """Add a machine to a cluster as a node. A machine that was read keeps its name and addresses."""
    effects = state.effects_of(change)
    earlier = next((node for _, node in state.nodes_of(node_id)), None)
    node = Node(
        node_id=node_id,
        instance_id=node_id,
        role=role,
        kind=NodeKind.REGULAR,
        name=earlier.name if earlier is not None else "",
        addresses=earlier.addresses if earlier is not None else bindings.own_addresses(state, node_id),
        security_groups=binding(state, (key[0], node_id), key[1], groups),
    )
    state.put_node(key, node)
    effects.clusters.add(key[1])
    effects.nodes.add(node_id)
    effects.add_effect("node-in", node=node_id, cluster=key[1], groups=", ".join(ids_of(groups)) or "-")
    if node_id.startswith("ins-") and not isinstance(groups, UnknownList):
        bindings.rebind(state, effects, node_id, ids_of(groups), node)
    else:
        fresh = Member(instance_id=node_id, addresses=node.addresses)
        bindings.join(state, effects, ids_of(groups), fresh, state.clusters[key].vpc_id)


def remove_nodes(
    state: WorkingState, change: ResourceChange, key: Key, node_ids: Iterable[str], *, destroy: bool
) -> None:
    """Remove machines from a cluster. Unless they are destroyed, they keep binding their groups outside of it."""
    effects = state.effects_of(change)
    removed = set(node_ids)
    for node in list(state.nodes[key].values()):
        if node.node_id in removed or node.instance_id in removed:
            effects.clusters.add(key[1])
            effects.nodes.add(node.node_id)
            effects.add_effect("node-out", node=node.node_id)
            state.remove_node(key, node.node_id)
            if destroy:
                bindings.leave(state, effects, node.instance_id or node.node_id)


def _add_attached(state: WorkingState, group_lists: GroupLists, change: ResourceChange) -> None:
    groups = default_if_empty(group_lists.groups(change, _LIST_PATHS[change.type]))
    node_id = placeholder(change.address)
    if change.type != SCALE_WORKER:
        node_id = group_lists.references.value(change, ("instance_id",), INSTANCE) or node_id
    role = Role.MASTER if change.type == MASTER_ATTACHMENT else Role.NODE
    for key in clusters_of(state, group_lists, change):
        add_node(state, change, key, node_id, role, groups)


def _remove_attached(state: WorkingState, change: ResourceChange) -> None:
    """Deleting an attachment keeps the machine (``InstanceDeleteMode``); a scaled worker is terminated."""
    scaled = change.type == SCALE_WORKER
    removed = _workers(change.before) if scaled else (text(change.before.get("instance_id")),)
    for key in state.cluster_keys(text(change.before.get("cluster_id"))):
        remove_nodes(state, change, key, removed, destroy=scaled)


def detached(plan: Plan) -> frozenset[str]:
    """The machines whose attachments are deleted. Terraform deletes them before the cluster, so each is kept."""
    types = (CLUSTER_ATTACHMENT, MASTER_ATTACHMENT)
    deleted = (change for change in plan.managed if change.type in types and PlanStep.REMOVED in change.steps)
    return frozenset(text(change.before.get("instance_id")) for change in deleted)


def _workers(before: Json) -> tuple[str, ...]:
    return tuple(text(block.get("instance_id")) for block in blocks(before.get("worker_instances_list")))


def present_list(change: ResourceChange) -> tuple[str, ...]:
    """The groups in an attachment's list before the change."""
    return texts(at(change.before, _LIST_PATHS[change.type]))


def new_regions(plan: Plan, providers: Providers) -> frozenset[str]:
    """The regions in which the plan makes clusters, without those that it does not tell."""
    made = (change for change in plan.managed if change.type == CLUSTER_TYPE and PlanStep.MADE in change.steps)
    return frozenset({_region(change, providers) for change in made} - {""})


def _region(change: ResourceChange, providers: Providers) -> str:
    regions = providers.regions(change).names
    return next(iter(regions)) if len(regions) == 1 else ""


def apply_clusters(
    state: WorkingState, plan: Plan, group_lists: GroupLists, cluster_networks: ClusterNetworks, providers: Providers
) -> None:
    """Make, change and delete clusters."""
    for change in plan.managed:
        if change.type != CLUSTER_TYPE or change.deposed:
            continue
        for step in change.steps:
            if step is PlanStep.REMOVED:
                _remove(state, change, detached(plan))
            elif step is PlanStep.MADE:
                _make(state, group_lists, cluster_networks, change, providers)
            else:
                _update(state, group_lists, cluster_networks, change)
        if len(change.steps) > 1:
            state.replacements[placeholder(change.address)] = text(change.before.get("id"))


def _remove(state: WorkingState, change: ResourceChange, kept: frozenset[str]) -> None:
    """Delete a cluster and its machines, except those ``kept``. ``instance_delete_mode`` can keep all of them."""
    retain = text(change.before.get("instance_delete_mode")) == _RETAIN
    for key in state.cluster_keys(text(change.before.get("id"))):
        effects = state.effects_of(change)
        effects.clusters.add(key[1])
        effects.add_effect("cluster-out", cluster=key[1])
        for node in () if retain else state.nodes[key].values():
            if node.instance_id not in kept:
                bindings.leave(state, effects, node.instance_id or node.node_id)
        state.remove_cluster(key)


def _make(
    state: WorkingState,
    group_lists: GroupLists,
    cluster_networks: ClusterNetworks,
    change: ResourceChange,
    providers: Providers,
) -> None:
    """Add a new cluster and the machines in its blocks."""
    region = _region(change, providers) or (state.regions[0] if len(state.regions) == 1 else "")
    key = (region, placeholder(change.address))
    effects = state.effects_of(change)
    effects.clusters.add(key[1])
    effects.add_effect("cluster-in", cluster=key[1])
    cluster = Cluster(
        region=region,
        cluster_id=key[1],
        name=text(change.after.get("cluster_name")),
        cluster_type=text(change.after.get("cluster_deploy_type")),
        status="Planned",
        network_mode=_MODES.get(text(change.after.get("network_type")) or "GR", NetworkMode.UNKNOWN),
        vpc_id=group_lists.references.value(change, ("vpc_id",), VPC) or "",
        tags=_tags(change),
        gaps=() if region else (gap(GapReason.CLUSTER_UNKNOWN, *key, key[1]),),
    )
    state.add_cluster(key, cluster)
    state.clusters[key] = _with_networks(state, cluster_networks, change, key)
    for block, role in (("worker_config", Role.NODE), ("master_config", Role.MASTER)):
        for position, _ in enumerate(blocks(change.after.get(block))):
            groups = default_if_empty(group_lists.groups(change, (block, position, "security_group_ids")))
            add_node(state, change, key, placeholder(f"{change.address}.{block}[{position}]"), role, groups)
    _add_existing_nodes(state, group_lists, change, key, ())


def _tags(change: ResourceChange) -> tuple[Tag, ...] | None:
    """The tags of the cluster after the change; ``None`` if the plan does not tell all of them."""
    tags = read(change.after, change.change.after_unknown, ("tags",))
    if isinstance(tags, UnknownValue) or any_unknown(at(change.change.after_unknown, ("tags",))):
        return None
    pairs = tags.value.items() if isinstance(tags.value, Mapping) else ()
    return tuple(Tag(key=key, value=value) for key, value in sorted(pairs) if isinstance(value, str))


def _with_networks(state: WorkingState, cluster_networks: ClusterNetworks, change: ResourceChange, key: Key) -> Cluster:
    """The new cluster with its networks: its Pod ranges, and the ranges of its VPC where they are known."""
    cluster = state.clusters[key]
    vpc = _vpc(state, cluster_networks, cluster)
    container = _container(cluster_networks, change, key)
    further = cluster_networks.surroundings.get(cluster.vpc_id, ())
    around = Network(cidrs=tuple(dict.fromkeys((*vpc.cidrs, *further, *container.cidrs))))
    same_vpc = (other for other in state.clusters.values() if other.vpc_id == cluster.vpc_id)
    networks = Networks(
        container=container,
        vpc=vpc,
        subnets=vpc,
        surroundings=around,
        without_ipv6=any(other.networks.without_ipv6 for other in same_vpc),
    )
    return replace(cluster, networks=networks)


def _vpc(state: WorkingState, cluster_networks: ClusterNetworks, cluster: Cluster) -> Network:
    if cluster.vpc_id in cluster_networks.vpcs:
        return Network(cidrs=cluster_networks.vpcs[cluster.vpc_id])
    same_vpc = (other for other in state.read.clusters if other.vpc_id and other.vpc_id == cluster.vpc_id)
    network = next((other.networks.vpc for other in same_vpc), None)
    if network is not None:
        return network
    by_id = cluster_networks.lacking(cluster.region, (cluster.vpc_id,) if cluster.vpc_id else (), cluster.cluster_id)
    return Network(
        gaps=by_id or (gap(GapReason.NETWORK_UNKNOWN, cluster.region, cluster.cluster_id, cluster.cluster_id),)
    )


def _container(cluster_networks: ClusterNetworks, change: ResourceChange, key: Key) -> Network:
    """The Pod ranges: ``cluster_cidr``, and with VPC-CNI the container subnets."""
    value = read(change.after, change.change.after_unknown, ("cluster_cidr",))
    own = rule_fields.canonical_blocks(texts([value.value])) if isinstance(value, KnownValue) else ()
    subnets = cluster_networks.cidrs(change, ("eni_subnet_ids",))
    cidrs = (*(own or ()), *(subnets[1] if subnets is not None else ()))
    lacking = cluster_networks.lacking(key[0], subnets[0] if subnets is not None else (), key[1])
    if own is None or subnets is None or not (cidrs or lacking):
        lacking = (*lacking, gap(GapReason.NETWORK_UNKNOWN, *key, key[1]))
    return Network(cidrs=cidrs, gaps=lacking)


def _update(
    state: WorkingState, group_lists: GroupLists, cluster_networks: ClusterNetworks, change: ResourceChange
) -> None:
    for key in state.cluster_keys(text(change.before.get("id"))):
        effects = state.effects_of(change)
        cluster = state.clusters[key]
        tags = _tags(change)
        sets_tags = tags is None or _differs(change, "tags")
        labels = replace(
            cluster,
            name=text(change.after.get("cluster_name")) or cluster.name,
            tags=tags if sets_tags else cluster.tags,
        )
        if labels != cluster and (_differs(change, "cluster_name") or sets_tags):
            effects.add_effect("cluster-labels", cluster=key[1])
            state.clusters[key] = labels
        if _differs(change, "eni_subnet_ids"):
            effects.clusters.add(key[1])
            effects.moves_networks = True
            effects.add_effect("cluster-networks", cluster=key[1])
            networks.add_container_subnets(state, cluster_networks, key, change)
        if _differs(change, "exist_instance"):
            old = blocks(change.before.get("exist_instance"))
            new = blocks(change.after.get("exist_instance"))
            removed = [machine for block in old if block not in new for machine in _machines(block)]
            remove_nodes(state, change, key, removed, destroy=False)
            _add_existing_nodes(state, group_lists, change, key, old)


def _add_existing_nodes(
    state: WorkingState, group_lists: GroupLists, change: ResourceChange, key: Key, old: tuple[Json, ...]
) -> None:
    """Add the machines in new ``exist_instance`` blocks. A changed block counts as removed and added."""
    for position, block in enumerate(blocks(change.after.get("exist_instance"))):
        if block in old:
            continue
        path = ("exist_instance", position, "instances_para", 0, "security_group_ids")
        groups = default_if_empty(group_lists.groups(change, path))
        role = Role.NODE if text(block.get("node_role")) == "WORKER" else Role.MASTER
        for machine in _machines(block):
            add_node(state, change, key, machine, role, groups)


def _machines(block: Json) -> tuple[str, ...]:
    return texts(at(block, ("instances_para", 0, "instance_ids")))


def _differs(change: ResourceChange, attribute: str) -> bool:
    value = read(change.after, change.change.after_unknown, (attribute,))
    return isinstance(value, UnknownValue) or (value.value or []) != (change.before.get(attribute) or [])
