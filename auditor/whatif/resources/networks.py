"""Applies changes of VPCs, subnets and container subnets, which change the rules that nodes need.

``ClusterNetworks`` holds the address ranges of VPCs and subnets, from the snapshot, the plan and its state; the other
functions change the networks of clusters. A range that is not known becomes a gap of the network.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from auditor.model.clusters import Cluster, Network, NetworkBlocks, Networks
from auditor.model.gaps import Gap
from auditor.whatif import rule_fields
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform import values
from auditor.whatif.terraform.plan import Json, Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.references import SUBNET, VPC, References, placeholder
from auditor.whatif.terraform.values import KnownValue, Path, UnknownValue, at, read, text, texts

SUBNET_TYPE = "tencentcloud_subnet"
VPC_TYPE = "tencentcloud_vpc"
_IPV6 = "ipv6"
"""Part of the type of every resource that gives IPv6 to something, such as ``tencentcloud_vpc_ipv6_cidr_block``."""
TYPES = frozenset({SUBNET_TYPE, VPC_TYPE})
_NODE_SUBNETS: tuple[Path, ...] = (("subnet_ids",), ("native", 0, "subnet_ids"))


class ClusterNetworks:
    """The address ranges of VPCs and subnets by id: those that were ``read``, and those in a plan and its state.

    ``gaps`` hold, by id, why a range was not read.
    """

    def __init__(self, plan: Plan, references: References, read: Iterable[NetworkBlocks] = ()) -> None:
        self._references = references
        self.subnets: dict[str, str] = {}
        self.vpcs: dict[str, tuple[str, ...]] = {}
        self.surroundings: dict[str, tuple[str, ...]] = {}
        self.gaps: dict[str, tuple[Gap, ...]] = {}
        for network in read:
            self._read(network)
        for change in values.unchanged(plan, TYPES):
            self._remember(text(change.before.get("id")), change.type, change.before)
        for change in plan.managed:
            if change.type in TYPES and change.steps:
                self._remember(text(change.before.get("id")), change.type, change.before)
                self._remember(references.identity(change), change.type, change.after)
        self.inhabited: dict[str, set[str]] = {}
        """Subnets by cluster in which a resource of the state already has nodes: the snapshot has their ranges."""
        for change in plan.managed:
            cluster_id = text(change.before.get("cluster_id"))
            for path in _NODE_SUBNETS:
                self.inhabited.setdefault(cluster_id, set()).update(texts(at(change.before, path)))

    def cidrs(self, change: ResourceChange, path: Path) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """The ids and known ranges of the subnets listed at ``path``; ``None`` where the list is unknown."""
        value = read(change.after, change.change.after_unknown, path)
        if isinstance(value, UnknownValue):
            members = self._references.several(change, path, SUBNET)
            return (members.ids, self.known_ranges(members.ids)) if members.traced else None
        ids = texts(value.value)
        return ids, self.known_ranges(ids)

    def known_ranges(self, subnet_ids: tuple[str, ...]) -> tuple[str, ...]:
        """The ranges of those subnets whose range is known."""
        return tuple(self.subnets[subnet] for subnet in subnet_ids if subnet in self.subnets)

    def lacking(self, region: str, ids: Iterable[str], cluster_id: str) -> tuple[Gap, ...]:
        """The gaps of the VPCs and subnets whose range is not known."""
        unknown = [name for name in ids if name not in self.subnets and name not in self.vpcs]
        return tuple(gap for name in unknown for gap in self.gaps.get(name) or (_lack(region, name, cluster_id),))

    def _read(self, network: NetworkBlocks) -> None:
        name, blocks = network.network_id, network.blocks
        if blocks.gaps or not blocks.cidrs:
            self.gaps[name] = blocks.gaps
        elif name.startswith(SUBNET.prefix):
            self.subnets[name] = blocks.cidrs[0]
        else:
            self.vpcs[name] = blocks.cidrs
            self.surroundings[name] = network.surroundings.cidrs

    def _remember(self, resource: str, type_: str, tree: Json) -> None:
        cidrs = rule_fields.canonical_blocks((text(tree.get("cidr_block")), *texts(tree.get("assistant_cidrs"))))
        if resource and cidrs is not None:
            self.subnets.update({resource: cidrs[0]} if type_ == SUBNET_TYPE else {})
            self.vpcs.update({resource: cidrs} if type_ == VPC_TYPE else {})


def _lack(region: str, network_id: str, cluster_id: str) -> Gap:
    """A gap of a network that was not read, or of a network that the plan makes, which has no id yet."""
    by_id = network_id.startswith((SUBNET.prefix, VPC.prefix))
    return gap(GapReason.NOT_READ if by_id else GapReason.NETWORK_UNKNOWN, region, network_id, cluster_id)


def apply_networks(state: WorkingState, plan: Plan, references: References) -> None:
    """Change the ranges of the VPCs of audited clusters."""
    for change in plan.managed:
        if change.type == VPC_TYPE and change.steps:
            _apply_vpc(state, references, change)
        if change.steps and _may_give_ipv6(change):
            _apply_ipv6(state, references, change)


def add_subnets(
    state: WorkingState, cluster_networks: ClusterNetworks, key: Key, change: ResourceChange, path: Path
) -> None:
    """Let a cluster have nodes in the subnets listed at ``path``. A subnet of unknown range leaves a gap.

    A subnet in which another resource of the state already has nodes of the cluster is in the snapshot.
    """
    listed = cluster_networks.cidrs(change, path)
    cluster = state.clusters[key]
    ids, cidrs = listed if listed is not None else ((), ())
    subnets = cluster.networks.subnets
    fresh = tuple(cidr for cidr in cidrs if cidr not in subnets.cidrs)
    if fresh:
        networks = replace(cluster.networks, subnets=replace(subnets, cidrs=(*subnets.cidrs, *fresh)))
        state.clusters[key] = replace(cluster, networks=networks)
    unknown = [
        subnet
        for subnet in ids
        if subnet not in cluster_networks.subnets and subnet not in cluster_networks.inhabited.get(key[1], ())
    ]
    if listed is None or unknown:
        state.subnet_gaps[key] = gap(GapReason.SUBNETS_UNKNOWN, key[0], placeholder(change.address), key[1])


def add_container_subnets(
    state: WorkingState, cluster_networks: ClusterNetworks, key: Key, change: ResourceChange
) -> None:
    """Let Pods of a cluster have addresses in more subnets (VPC-CNI).

    Removed subnets stay: they may still have Pods.
    """
    cluster = state.clusters[key]
    old = texts(change.before.get("eni_subnet_ids"))
    listed = cluster_networks.cidrs(change, ("eni_subnet_ids",))
    fresh = tuple(subnet for subnet in (listed[0] if listed is not None else ()) if subnet not in old)
    blocks = cluster_networks.known_ranges(fresh)
    container = cluster.networks.container
    gaps = (*container.gaps, *cluster_networks.lacking(key[0], fresh, key[1]))
    if listed is None:
        gaps = (*gaps, gap(GapReason.NETWORK_UNKNOWN, *key, key[1]))
    networks = replace(
        cluster.networks,
        container=Network(cidrs=_joined(container.cidrs, blocks), gaps=gaps),
        subnets=replace(cluster.networks.subnets, cidrs=_joined(cluster.networks.subnets.cidrs, blocks)),
    )
    state.clusters[key] = replace(cluster, networks=networks)


def _apply_vpc(state: WorkingState, references: References, change: ResourceChange) -> None:
    vpc_id = text(change.before.get("id"))
    effects = state.effects_of(change)
    for key, cluster in state.clusters.items():
        if not vpc_id or cluster.vpc_id != vpc_id:
            continue
        effects.clusters.add(key[1])
        effects.moves_networks = True
        if PlanStep.REMOVED in change.steps:
            effects.add_effect("vpc-out", vpc=vpc_id)
            networks = _with_vpc_gap(cluster.networks, gap(GapReason.NETWORK_UNKNOWN, *key, key[1]))
        else:
            effects.add_effect("vpc", vpc=vpc_id)
            networks = _updated_networks(references, change, key, cluster)
        state.clusters[key] = replace(cluster, networks=networks)


def _may_give_ipv6(change: ResourceChange) -> bool:
    if change.type != VPC_TYPE:
        return _IPV6 in change.type
    unknown = change.change.after_unknown
    changed = {key for key in change.after if change.after[key] != change.before.get(key)}
    return any(_IPV6 in key for key in (*changed, *(unknown if isinstance(unknown, dict) else ())))


def _apply_ipv6(state: WorkingState, references: References, change: ResourceChange) -> None:
    """Let the VPC that the change names have IPv6; every VPC where the plan does not tell which."""
    vpc_id = (
        text(change.before.get("id")) if change.type == VPC_TYPE else references.value(change, ("vpc_id",), VPC) or ""
    )
    for key, cluster in state.clusters.items():
        if cluster.networks.without_ipv6 and vpc_id in ("", cluster.vpc_id):
            effects = state.effects_of(change)
            effects.clusters.add(key[1])
            effects.add_effect("vpc", vpc=cluster.vpc_id)
            effects.moves_networks = True
            state.clusters[key] = replace(cluster, networks=replace(cluster.networks, without_ipv6=False))


def _updated_networks(references: References, change: ResourceChange, key: Key, cluster: Cluster) -> Networks:
    """The networks with the secondary ranges of the VPC after an update."""
    value = read(change.after, change.change.after_unknown, ("assistant_cidrs",))
    if isinstance(value, UnknownValue) and references.configured(change, ("assistant_cidrs",)) is False:
        return cluster.networks
    new = rule_fields.canonical_blocks(texts(value.value)) if isinstance(value, KnownValue) else None
    if new is None:
        return _with_vpc_gap(cluster.networks, gap(GapReason.NETWORK_UNKNOWN, *key, key[1]))
    removed = set(rule_fields.canonical_blocks(texts(at(change.before, ("assistant_cidrs",)))) or ()) - set(new)
    kept = tuple(block for block in cluster.networks.vpc.cidrs if block not in removed)
    return _with_vpc(cluster.networks, replace(cluster.networks.vpc, cidrs=_joined(kept, new)))


def _with_vpc_gap(networks: Networks, gap: Gap) -> Networks:
    return replace(networks, vpc=replace(networks.vpc, gaps=(*networks.vpc.gaps, gap)))


def _with_vpc(networks: Networks, vpc: Network) -> Networks:
    removed = set(networks.vpc.cidrs) - set(vpc.cidrs)
    around = tuple(block for block in networks.surroundings.cidrs if block not in removed)
    return replace(networks, vpc=vpc, surroundings=replace(networks.surroundings, cidrs=_joined(around, vpc.cidrs)))


def _joined(blocks: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return (*blocks, *(block for block in dict.fromkeys(more) if block not in blocks))
