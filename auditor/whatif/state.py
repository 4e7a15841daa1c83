"""The mutable state to which a change is applied, resource by resource.

It starts as a copy of the snapshot. The modules that apply resources write to it; ``whatif.outcome`` turns it into a
frozen :class:`~auditor.whatif.planned.Planned`. Objects are keyed by region and id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from auditor.model.clusters import (
    Binding,
    Cluster,
    ClusterBinding,
    Entrance,
    Interface,
    Node,
    NodePool,
    PodBinding,
    bound_groups,
)
from auditor.model.codes import Part
from auditor.model.gaps import NO_CLUSTER, Gap
from auditor.model.intervals import IntervalSet
from auditor.model.load_balancers import LoadBalancer
from auditor.model.rules import (
    AddressTemplate,
    Direction,
    Membership,
    NetworkAcl,
    Rules,
    SecurityGroup,
    ServiceTemplate,
    SubnetAcl,
    TemplateGroup,
)
from auditor.model.snapshot import Rulebook, Snapshot
from auditor.whatif.planned import Effect, Impact, PacketChange
from auditor.whatif.rule_effects import RuleWrite
from auditor.whatif.rule_fields import Flaw
from auditor.whatif.terraform.plan import ResourceChange

Key: TypeAlias = tuple[str, str]
"""Region and id."""


LEFT_OUT = "left-out"
"""The effect of a resource of a part of the audit that the configuration leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _CurrentRules:
    """A rulebook that always shows the current groups and templates of a state."""

    group_by_id: Mapping[Key, SecurityGroup]
    address_template_by_id: Mapping[Key, AddressTemplate]
    service_template_by_id: Mapping[Key, ServiceTemplate]
    template_group_by_id: Mapping[Key, TemplateGroup]
    membership_by_id: Mapping[Key, Membership]
    native_addresses: Mapping[Key, IntervalSet]


@dataclass(slots=True, kw_only=True)
class ResourceEffects:
    """The effects of one resource, collected while the change is applied. All sets hold ids."""

    address: str
    actions: tuple[str, ...] = ()
    effects: list[Effect] = field(default_factory=list)
    groups: set[str] = field(default_factory=set)
    clusters: set[str] = field(default_factory=set)
    nodes: set[str] = field(default_factory=set)
    pools: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    """Interfaces, sources of Pod bindings, entrances and load balancers."""
    templates: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    """Groups that gain or lose members: rules with such a group as peer match other addresses."""
    rebound: set[str] = field(default_factory=set)
    """Existing machines to which the resource gives a group."""
    moves_networks: bool = False
    writes: list[RuleWrite] = field(default_factory=list)
    packet_changes: list[PacketChange] = field(default_factory=list)
    bound: frozenset[str] = frozenset()
    """Nodes, pools and others whose list of groups the resource decides itself."""
    always_listed: bool = False
    """Whether the resource is listed even if it affects no audited stack: its type could, or its type is unknown."""
    untraced: bool = False
    """Whether the plan does not tell which object the resource is about, so that it may affect any."""

    def add_effect(self, message_id: str, **facts: str | int) -> None:
        """Add the sentence ``change-effect-{message_id}``, unless it was added before."""
        effect = Effect(message_id=f"change-effect-{message_id}", facts=tuple(sorted(facts.items())))
        if effect not in self.effects:
            self.effects.append(effect)

    def add_untraced_effect(self, message_id: str, **facts: str | int) -> None:
        """Add a sentence and mark the resource as untraced."""
        self.untraced = True
        self.add_effect(message_id, **facts)

    def leave_out(self) -> None:
        """Say that the resource concerns a part of the audit that the configuration leaves out."""
        self.always_listed = True
        self.add_effect(LEFT_OUT)

    def impact(self) -> Impact:
        """The parts of the audited clusters that the resource affects."""
        return Impact(
            address=self.address,
            groups=tuple(sorted(self.groups)),
            clusters=tuple(sorted(self.clusters)),
            nodes=tuple(sorted(self.nodes)),
            pools=tuple(sorted(self.pools)),
            others=tuple(sorted(self.others)),
            templates=tuple(sorted(self.templates)),
            moves_networks=self.moves_networks,
            packet_changes=tuple(dict.fromkeys(self.packet_changes)),
            bound=tuple(sorted(self.bound)),
            joined=tuple(sorted(self.members)),
        )


class WorkingState:
    """Every object that a change can affect.

    ``regions`` are the regions in which the change creates clusters, in addition to those that were read. ``peers``
    holds the possible members of the groups that rules name as peer; a group without an entry could have any address.
    ``left_out`` are the parts of the audit that the configuration leaves out.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        regions: Iterable[str] = (),
        peers: tuple[Membership, ...] = (),
        left_out: tuple[Part, ...] = (),
    ) -> None:
        self.read = snapshot
        self.left_out = left_out
        self.order_asked = False
        """Whether the order of rules was compared, which depends on ``peers``."""
        self.regions = tuple(sorted({*snapshot.regions, *(cluster.region for cluster in snapshot.clusters), *regions}))
        self.clusters: dict[Key, Cluster] = {
            (cluster.region, cluster.cluster_id): cluster for cluster in snapshot.clusters
        }
        self.read_clusters: Mapping[Key, Cluster] = dict(self.clusters)
        self.nodes: dict[Key, dict[str, Node]] = {}
        self.pools: dict[Key, dict[str, NodePool]] = {}
        self.interfaces: dict[Key, dict[str, Interface]] = {}
        self.pod_bindings: dict[Key, tuple[PodBinding, ...]] = {}
        self.entrances: dict[Key, tuple[Entrance, ...]] = {}
        self._clusters_of_machine: dict[str, set[Key]] = {}
        for key, cluster in self.clusters.items():
            self._add_parts(key, cluster)
        self.load_balancers: dict[Key, LoadBalancer] = {
            (balancer.region, balancer.load_balancer_id): balancer for balancer in snapshot.load_balancers
        }
        self.network_acls: dict[Key, NetworkAcl] = {
            (acl.region, acl.network_acl_id): acl for acl in snapshot.network_acls
        }
        self.subnet_acls: dict[Key, SubnetAcl] = {
            (subnet.region, subnet.subnet_id): subnet for subnet in snapshot.subnet_acls
        }
        self.groups: dict[Key, SecurityGroup] = dict(snapshot.group_by_id)
        self.address_templates: dict[Key, AddressTemplate] = dict(snapshot.address_template_by_id)
        self.service_templates: dict[Key, ServiceTemplate] = dict(snapshot.service_template_by_id)
        self.template_groups: dict[Key, TemplateGroup] = dict(snapshot.template_group_by_id)
        self._peers: dict[Key, Membership] = {}
        self.set_peers(peers)
        self._rulebook = _CurrentRules(
            group_by_id=self.groups,
            address_template_by_id=self.address_templates,
            service_template_by_id=self.service_templates,
            template_group_by_id=self.template_groups,
            membership_by_id=self._peers,
            native_addresses={},
        )
        self.memberships: dict[Key, Membership] = {}
        self._groups_of_member: dict[str, set[Key]] = {}
        for membership in snapshot.memberships:
            self.set_members(membership)
        self.flaws: dict[Key, list[tuple[Direction, Flaw]]] = {}
        self.joining: dict[str, set[str]] = {}
        """For each group, the VPCs of new members whose addresses are unknown until apply; "" for an unknown VPC."""
        self.gaps: set[Gap] = set()
        """Gaps that belong to no object of the snapshot."""
        self.assumed: dict[tuple[str, str, str], Gap] = {}
        """Binders (region, cluster, id) whose list is assumed to be complete, with the gap that records it."""
        self.subnet_gaps: dict[Key, Gap] = {}
        """Clusters that subnets of unknown range join, with the gap."""
        self.replacements: dict[str, str] = {}
        """The ids of new objects, with the ids of the objects that they replace, or ""."""
        self._effects: dict[str, ResourceEffects] = {}
        self.bound_before = self.bound_groups()

    def reads(self, part: Part) -> bool:
        """Whether the run read a part of the audit."""
        return part in self.read.parts

    def leaves_out(self, part: Part) -> bool:
        """Whether the configuration leaves a part out. Further interfaces are missed only together with Pods."""
        if part is Part.INTERFACES:
            return Part.PODS in self.left_out and not self.reads(part)
        return part in self.left_out

    def effects_of(self, change: ResourceChange) -> ResourceEffects:
        """The effects of a resource of the plan, created on first use."""
        return self.effects_at(change.address, change.change.actions)

    def effects_at(self, address: str, actions: tuple[str, ...]) -> ResourceEffects:
        """The effects under an address, created on first use."""
        return self._effects.setdefault(address, ResourceEffects(address=address, actions=actions))

    def all_effects(self) -> tuple[ResourceEffects, ...]:
        """The effects of all resources so far, sorted by address."""
        return tuple(self._effects[address] for address in sorted(self._effects))

    def region_keys(self, resource: str) -> tuple[Key, ...]:
        """The keys that an object of unknown region could have: its id in every region."""
        return tuple((region, resource) for region in self.regions)

    def group_keys(self, group_id: str) -> tuple[Key, ...]:
        """The keys of a group, in every region that has it."""
        return tuple(key for key in self.region_keys(group_id) if key in self.groups)

    def cluster_keys(self, cluster_id: str) -> tuple[Key, ...]:
        """The keys of an audited cluster, in every region that has it."""
        return tuple(key for key in self.region_keys(cluster_id) if key in self.clusters)

    def is_audited_vpc(self, vpc_id: str) -> bool:
        """Whether an audited cluster is in a VPC; false for an empty id."""
        return any(vpc_id and cluster.vpc_id == vpc_id for cluster in self.clusters.values())

    def nodes_of(self, machine: str) -> tuple[tuple[Key, Node], ...]:
        """The audited nodes with this instance or node id, each with the key of its cluster."""
        keys = sorted(self._clusters_of_machine.get(machine, ()) & self.nodes.keys())
        nodes = ((key, node) for key in keys for node in self.nodes[key].values())
        return tuple((key, node) for key, node in nodes if machine in (node.node_id, node.instance_id))

    def add_cluster(self, key: Key, cluster: Cluster) -> None:
        """Add a cluster with its nodes, pools, interfaces, sources of Pod bindings and entrances."""
        self.clusters[key] = cluster
        self._add_parts(key, cluster)

    def remove_cluster(self, key: Key) -> None:
        """Remove a cluster with everything that belongs to it."""
        del self.clusters[key], self.nodes[key], self.pools[key]
        del self.interfaces[key], self.pod_bindings[key], self.entrances[key]

    def _add_parts(self, key: Key, cluster: Cluster) -> None:
        self.nodes[key] = {}
        self.pools[key] = {pool.node_pool_id: pool for pool in cluster.node_pools}
        self.interfaces[key] = {interface.interface_id: interface for interface in cluster.interfaces}
        self.pod_bindings[key] = cluster.pod_bindings
        self.entrances[key] = cluster.entrances
        for node in cluster.nodes:
            self.put_node(key, node)

    def put_node(self, key: Key, node: Node) -> None:
        """Add a node to a cluster, or replace the node of the same id."""
        self.nodes[key][node.node_id] = node
        for name in {node.node_id, node.instance_id} - {""}:
            self._clusters_of_machine.setdefault(name, set()).add(key)

    def remove_node(self, key: Key, node_id: str) -> None:
        """Remove a node from a cluster. Its interfaces go with it."""
        del self.nodes[key][node_id]
        kept = {name: item for name, item in self.interfaces[key].items() if item.node_id != node_id}
        self.interfaces[key] = kept

    def bind_node(self, key: Key, node: Node, binding: Binding) -> None:
        """Replace the list of groups that a node binds."""
        self.nodes[key][node.node_id] = replace(node, security_groups=binding)

    def set_rules(self, key: Key, direction: Direction, rules: Rules) -> None:
        """Replace the rules of one direction of a group, and drop the gaps of the old rules."""
        group = self.groups[key].with_rules(direction, rules)
        old = f"{key[1]}/{direction}/"
        gaps = tuple(gap for gap in group.gaps if not gap.resource.startswith(old))
        self.groups[key] = replace(group, gaps=gaps)

    def memberships_of(self, resource: str) -> tuple[Membership, ...]:
        """The memberships that list a machine or network interface."""
        return tuple(
            self.memberships[key] for key in sorted(self._groups_of_member.get(resource, ())) if key in self.memberships
        )

    def set_members(self, membership: Membership) -> None:
        """Replace the members of a group."""
        key = (membership.region, membership.security_group_id)
        self.memberships[key] = membership
        for member in membership.members:
            for name in {member.instance_id, member.interface_id} - {""}:
                self._groups_of_member.setdefault(name, set()).add(key)

    def snapshot(self) -> Snapshot:
        """The current state as a snapshot."""
        return replace(
            self.read,
            clusters=tuple(self._with_assumptions(key) for key in sorted(self.clusters)),
            security_groups=tuple(self.groups[key] for key in sorted(self.groups)),
            address_templates=tuple(self.address_templates[key] for key in sorted(self.address_templates)),
            service_templates=tuple(self.service_templates[key] for key in sorted(self.service_templates)),
            template_groups=tuple(self.template_groups[key] for key in sorted(self.template_groups)),
            load_balancers=tuple(self.load_balancers[key] for key in sorted(self.load_balancers)),
            network_acls=tuple(self.network_acls[key] for key in sorted(self.network_acls)),
            subnet_acls=tuple(self.subnet_acls[key] for key in sorted(self.subnet_acls)),
            memberships=tuple(self.memberships[key] for key in sorted(self.memberships)),
            gaps=(*self._read_gaps(), *sorted(self.gaps)),
        )

    def _read_gaps(self) -> Iterator[Gap]:
        """The gaps of the run, without the gaps for regions in which the change creates the first cluster."""
        made = {key[0] for key in self.clusters if key not in self.read_clusters}
        wanted = made | {""} if made else made
        yield from (gap for gap in self.read.gaps if not (gap.code == NO_CLUSTER and gap.region in wanted))

    def rulebook(self) -> Rulebook:
        """The groups and templates, as they are whenever they are looked up, with the possible members of the groups.

        This is what resolving a rule needs while the change is being applied.
        """
        self.order_asked = True
        return self._rulebook

    def set_peers(self, peers: Iterable[Membership]) -> None:
        """Replace the possible members of the groups that rules name as peer."""
        self._peers.clear()
        self._peers |= {(peer.region, peer.security_group_id): peer for peer in peers}

    def bound_groups(self) -> set[Key]:
        """The keys of all groups that anything audited binds, load balancers of audited clusters included."""
        of_clusters = {
            (key[0], group)
            for key in self.clusters
            for binding in self._bindings_of(key)
            for group in bound_groups(binding)
        }
        vpcs = {(cluster.region, cluster.vpc_id) for cluster in self.clusters.values()}
        return of_clusters | {
            (key[0], group)
            for key, balancer in self.load_balancers.items()
            if (balancer.region, balancer.vpc_id) in vpcs and _is_in_use(balancer)
            for group in bound_groups(balancer.security_groups)
        }

    def _bindings_of(self, key: Key) -> Iterator[Binding]:
        """The list of groups of everything in a cluster that binds groups."""
        binders = (
            self.nodes[key].values(),
            self.pools[key].values(),
            self.interfaces[key].values(),
            self.pod_bindings[key],
            self.entrances[key],
        )
        return (binder.security_groups for of_kind in binders for binder in of_kind)

    def bindings(self, key: Key) -> Iterator[ClusterBinding]:
        """The bindings of a cluster, as :meth:`auditor.model.clusters.Cluster.bindings` gives them."""
        return self._cluster(key).bindings()

    def assumed_in(self, key: Key) -> tuple[str, ...]:
        """The ids of everything in a cluster whose list is assumed to be complete, sorted."""
        names = {
            binding.bound_by
            for binding in self.bindings(key)
            if isinstance(binding.security_groups, tuple) and (*key, binding.bound_by) in self.assumed
        }
        return tuple(sorted(names))

    def _cluster(self, key: Key) -> Cluster:
        return replace(
            self.clusters[key],
            nodes=tuple(self.nodes[key].values()),
            node_pools=tuple(self.pools[key].values()),
            interfaces=tuple(self.interfaces[key].values()),
            pod_bindings=self.pod_bindings[key],
            entrances=self.entrances[key],
        )

    def _with_assumptions(self, key: Key) -> Cluster:
        """The cluster with the gaps of the lists that are assumed to be complete."""
        cluster = self._cluster(key)
        gaps = tuple(sorted(self.assumed[*key, name] for name in self.assumed_in(key)))
        return replace(cluster, gaps=(*cluster.gaps, *gaps))


def _is_in_use(balancer: LoadBalancer) -> bool:
    """Whether a load balancer has, or may have, back ends."""
    return isinstance(balancer.listeners, Gap) or any(
        listener.targets or listener.gaps for listener in balancer.listeners
    )
