"""tencentcloud_kubernetes_cluster: clusters made, replaced and deleted, and the machines written into them."""

from __future__ import annotations

from dataclasses import replace

from auditor.change import cluster_nodes, members, networks, ranges
from auditor.change.draft import Draft, Key
from auditor.change.lists import Lister
from auditor.change.networks import Land
from auditor.change.plan import Json, Plan, ResourceChange, Step
from auditor.change.providers import Providers
from auditor.change.references import VPC, placeholder
from auditor.change.values import Known, Unknown, at, blocks, read, text, texts
from auditor.change.why import Why, gap
from auditor.model.estate import Cluster, Network, NetworkMode, Networks, Role

CLUSTER_TYPE = "tencentcloud_kubernetes_cluster"

_RETAIN = "retain"

_MODES = {
    "GR": NetworkMode.GLOBAL_ROUTER,
    "VPC-CNI": NetworkMode.VPC_CNI,
    "CiliumOverlay": NetworkMode.CILIUM_OVERLAY,
}


def new_regions(plan: Plan, providers: Providers) -> frozenset[str]:
    """The regions in which the plan makes clusters, as far as it tells them."""
    made = (change for change in plan.managed if change.type == CLUSTER_TYPE and Step.MADE in change.steps)
    return frozenset({_region(change, providers) for change in made} - {""})


def _region(change: ResourceChange, providers: Providers) -> str:
    regions = providers.regions(change).names
    return next(iter(regions)) if len(regions) == 1 else ""


def lay(draft: Draft, plan: Plan, lister: Lister, land: Land, providers: Providers) -> None:
    """Make, change and delete clusters."""
    for change in plan.managed:
        if change.type != CLUSTER_TYPE or change.deposed:
            continue
        for step in change.steps:
            if step is Step.REMOVED:
                _remove(draft, change, cluster_nodes.detached(plan))
            elif step is Step.MADE:
                _make(draft, lister, land, change, providers)
            else:
                _update(draft, lister, land, change)
        if len(change.steps) > 1:
            draft.heirs[placeholder(change.address)] = text(change.before.get("id"))


def _remove(draft: Draft, change: ResourceChange, kept: frozenset[str]) -> None:
    """A cluster goes with its machines, unless it says otherwise (``instance_delete_mode``) or they were taken out."""
    retain = text(change.before.get("instance_delete_mode")) == _RETAIN
    for key in draft.cluster_keys(text(change.before.get("id"))):
        report = draft.report(change)
        report.clusters.add(key[1])
        report.say("cluster-out", cluster=key[1])
        for node in () if retain else draft.nodes[key].values():
            if node.instance_id not in kept:
                members.leave(draft, report, node.instance_id or node.node_id)
        del draft.clusters[key], draft.nodes[key], draft.pools[key]


def _make(draft: Draft, lister: Lister, land: Land, change: ResourceChange, providers: Providers) -> None:
    """A new cluster, with the machines that are written into it; without lists they get a group that nothing names."""
    region = _region(change, providers) or (draft.regions[0] if len(draft.regions) == 1 else "")
    key = (region, placeholder(change.address))
    report = draft.report(change)
    report.clusters.add(key[1])
    report.say("cluster-in", cluster=key[1])
    draft.clusters[key] = Cluster(
        region=region,
        cluster_id=key[1],
        name=text(change.after.get("cluster_name")),
        cluster_type=text(change.after.get("cluster_deploy_type")),
        status="Planned",
        network_mode=_MODES.get(text(change.after.get("network_type")) or "GR", NetworkMode.UNKNOWN),
        vpc_id=lister.references.value(change, ("vpc_id",), VPC) or "",
        gaps=() if region else (gap(Why.CLUSTER_UNKNOWN, *key, key[1]),),
    )
    draft.nodes[key], draft.pools[key] = {}, {}
    draft.clusters[key] = _with_networks(draft, land, change, key)
    for block, role in (("worker_config", Role.NODE), ("master_config", Role.MASTER)):
        for place, _ in enumerate(blocks(change.after.get(block))):
            groups = cluster_nodes.made_list(lister, change, (block, place, "security_group_ids"))
            cluster_nodes.put_in(draft, change, key, placeholder(f"{change.address}.{block}[{place}]"), role, groups)
    _put_in_existing(draft, lister, change, key, ())


def _with_networks(draft: Draft, land: Land, change: ResourceChange, key: Key) -> Cluster:
    """The new cluster's networks: its own, and those of its VPC as the plan or another cluster in it tells."""
    cluster = draft.clusters[key]
    vpc = _vpc(draft, land, cluster)
    container = _container(land, change, key)
    further = land.surroundings.get(cluster.vpc_id, ())
    around = Network(cidrs=tuple(dict.fromkeys((*vpc.cidrs, *further, *container.cidrs))))
    same_vpc = (other for other in draft.clusters.values() if other.vpc_id == cluster.vpc_id)
    networks = Networks(
        container=container,
        vpc=vpc,
        subnets=vpc,
        surroundings=around,
        without_ipv6=any(other.networks.without_ipv6 for other in same_vpc),
    )
    return replace(cluster, networks=networks)


def _vpc(draft: Draft, land: Land, cluster: Cluster) -> Network:
    if cluster.vpc_id in land.vpcs:
        return Network(cidrs=land.vpcs[cluster.vpc_id])
    known = (other for other in draft.read.clusters if other.vpc_id and other.vpc_id == cluster.vpc_id)
    read = next((other.networks.vpc for other in known), None)
    if read is not None:
        return read
    place = (cluster.region, cluster.cluster_id)
    by_id = land.lacking(cluster.region, (cluster.vpc_id,) if cluster.vpc_id else (), cluster.cluster_id)
    return Network(gaps=by_id or (gap(Why.NETWORK_UNKNOWN, *place, cluster.cluster_id),))


def _container(land: Land, change: ResourceChange, key: Key) -> Network:
    """Pod ranges: ``cluster_cidr``, and with VPC-CNI the container subnets."""
    value = read(change.after, change.change.after_unknown, ("cluster_cidr",))
    own = ranges.blocks(texts([value.value])) if isinstance(value, Known) else ()
    subnets = land.cidrs(change, ("eni_subnet_ids",))
    found = (*(own or ()), *(subnets[1] if subnets is not None else ()))
    lacking = land.lacking(key[0], subnets[0] if subnets is not None else (), key[1])
    if own is None or subnets is None or not (found or lacking):
        lacking = (*lacking, gap(Why.NETWORK_UNKNOWN, *key, key[1]))
    return Network(cidrs=found, gaps=lacking)


def _update(draft: Draft, lister: Lister, land: Land, change: ResourceChange) -> None:
    for key in draft.cluster_keys(text(change.before.get("id"))):
        report = draft.report(change)
        if _differs(change, "eni_subnet_ids"):
            report.clusters.add(key[1])
            report.moves_networks = True
            report.say("cluster-networks", cluster=key[1])
            networks.add_container_subnets(draft, land, key, change)
        if _differs(change, "exist_instance"):
            old = blocks(change.before.get("exist_instance"))
            new = blocks(change.after.get("exist_instance"))
            gone = [machine for block in old if block not in new for machine in _machines(block)]
            cluster_nodes.take_out(draft, change, key, gone, destroy=False)
            _put_in_existing(draft, lister, change, key, old)


def _put_in_existing(draft: Draft, lister: Lister, change: ResourceChange, key: Key, old: tuple[Json, ...]) -> None:
    """Machines in ``exist_instance``. A changed block counts as one taken out and one put in."""
    for place, block in enumerate(blocks(change.after.get("exist_instance"))):
        if block in old:
            continue
        path = ("exist_instance", place, "instances_para", 0, "security_group_ids")
        groups = cluster_nodes.made_list(lister, change, path)
        role = Role.NODE if text(block.get("node_role")) == "WORKER" else Role.MASTER
        for machine in _machines(block):
            cluster_nodes.put_in(draft, change, key, machine, role, groups)


def _machines(block: Json) -> tuple[str, ...]:
    return texts(at(block, ("instances_para", 0, "instance_ids")))


def _differs(change: ResourceChange, attribute: str) -> bool:
    value = read(change.after, change.change.after_unknown, (attribute,))
    return isinstance(value, Unknown) or (value.value or []) != (change.before.get(attribute) or [])
