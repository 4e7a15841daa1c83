"""The state after a change while it is being laid: the one thing here that is written to, and never seen outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypedDict

from auditor.model.clusters import Binding, Cluster, Node, NodePool
from auditor.model.gaps import NO_CLUSTER, Gap
from auditor.model.rules import (
    AddressTemplate,
    Direction,
    Membership,
    Rules,
    SecurityGroup,
    ServiceTemplate,
    TemplateGroup,
)
from auditor.model.snapshot import Snapshot
from auditor.whatif.planned import Drift, Effect, Impact, PacketChange
from auditor.whatif.rule_effects import RuleWrite
from auditor.whatif.rule_fields import Flaw
from auditor.whatif.terraform.plan import ResourceChange

Key: TypeAlias = tuple[str, str]
"""Region and id."""


class _Rulebook(TypedDict):
    security_groups: tuple[SecurityGroup, ...]
    address_templates: tuple[AddressTemplate, ...]
    service_templates: tuple[ServiceTemplate, ...]
    template_groups: tuple[TemplateGroup, ...]


@dataclass(slots=True, kw_only=True)
class ResourceEffects:
    """What is being found out about one resource."""

    address: str
    actions: tuple[str, ...] = ()
    effects: list[Effect] = field(default_factory=list)
    groups: set[str] = field(default_factory=set)
    clusters: set[str] = field(default_factory=set)
    nodes: set[str] = field(default_factory=set)
    pools: set[str] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    """Groups that something comes to bind, or ceases to: rules that name them as peer reach other addresses."""
    rebound: set[str] = field(default_factory=set)
    """Machines that it gives a group though it makes none of them."""
    moves_networks: bool = False
    writes: list[RuleWrite] = field(default_factory=list)
    packet_changes: list[PacketChange] = field(default_factory=list)
    bound: frozenset[str] = frozenset()
    """Nodes and pools whose list it decides itself."""
    always_listed: bool = False
    """Whether it is named even where it bears on no audited stack: its type can, or this version does not know it."""
    untraced: bool = False
    """Whether it cannot be told what the resource is about, so that it may bear on anything."""

    def add_effect(self, message_id: str, **facts: str | int) -> None:
        """Add a sentence once."""
        effect = Effect(message_id=f"change-effect-{message_id}", facts=tuple(sorted(facts.items())))
        if effect not in self.effects:
            self.effects.append(effect)

    def add_untraced_effect(self, message_id: str, **facts: str | int) -> None:
        """Add the sentence for a resource of which it cannot be told what it is about."""
        self.untraced = True
        self.add_effect(message_id, **facts)

    def impact(self) -> Impact:
        """What the resource reaches."""
        return Impact(
            address=self.address,
            groups=tuple(sorted(self.groups)),
            clusters=tuple(sorted(self.clusters)),
            nodes=tuple(sorted(self.nodes)),
            pools=tuple(sorted(self.pools)),
            templates=tuple(sorted(self.templates)),
            moves_networks=self.moves_networks,
            packet_changes=tuple(dict.fromkeys(self.packet_changes)),
            bound=tuple(sorted(self.bound)),
            joined=tuple(sorted(self.members)),
        )


class WorkingState:
    """Everything that a change can move, by region and id, beginning with what was read.

    ``regions`` are further ones in which the change makes clusters. ``peers`` says who may bind the groups that rules
    name as peer; a group that is not in it may be bound by any address.
    """

    def __init__(self, snapshot: Snapshot, regions: Iterable[str] = (), peers: tuple[Membership, ...] = ()) -> None:
        self.read = snapshot
        self.peers = peers
        self.order_asked = False
        """Whether anybody asked for the rules as laid so far, to see if an order matters."""
        self.regions = tuple(sorted({*snapshot.regions, *(found.region for found in snapshot.clusters), *regions}))
        self.clusters: dict[Key, Cluster] = {(found.region, found.cluster_id): found for found in snapshot.clusters}
        self.read_clusters: Mapping[Key, Cluster] = dict(self.clusters)
        self.nodes: dict[Key, dict[str, Node]] = {}
        self.pools: dict[Key, dict[str, NodePool]] = {}
        self._homes: dict[str, set[Key]] = {}
        for key, cluster in self.clusters.items():
            self.nodes[key] = {}
            self.pools[key] = {pool.node_pool_id: pool for pool in cluster.node_pools}
            for node in cluster.nodes:
                self.put_node(key, node)
        self.groups: dict[Key, SecurityGroup] = dict(snapshot.group_by_id)
        self.address_templates: dict[Key, AddressTemplate] = dict(snapshot.address_template_by_id)
        self.service_templates: dict[Key, ServiceTemplate] = dict(snapshot.service_template_by_id)
        self.template_groups: dict[Key, TemplateGroup] = dict(snapshot.template_group_by_id)
        self.memberships: dict[Key, Membership] = {}
        self._seats: dict[str, set[Key]] = {}
        for membership in snapshot.memberships:
            self.set_members(membership)
        self.flaws: dict[Key, list[tuple[Direction, Flaw]]] = {}
        self.joining: dict[str, set[str]] = {}
        """For each group the VPCs in which members with addresses yet unknown join it; empty where that is unknown."""
        self.gaps: set[Gap] = set()
        """Gaps that belong to no object below."""
        self.assumed: dict[tuple[str, str, str], Gap] = {}
        """Nodes and pools (region, cluster, id) whose list is taken to be complete, with the gap that says so."""
        self.subnet_gaps: dict[Key, Gap] = {}
        self.drift: list[Drift] = []
        self.replacements: dict[str, str] = {}
        self._reports: dict[str, ResourceEffects] = {}
        self.bound_before = self.bound_groups()

    def effects_of(self, change: ResourceChange) -> ResourceEffects:
        """The report about a resource."""
        return self.effects_at(change.address, change.change.actions)

    def effects_at(self, address: str, actions: tuple[str, ...]) -> ResourceEffects:
        """The report under an address."""
        return self._reports.setdefault(address, ResourceEffects(address=address, actions=actions))

    def all_effects(self) -> tuple[ResourceEffects, ...]:
        """Every report so far, by address."""
        return tuple(self._reports[address] for address in sorted(self._reports))

    def region_keys(self, resource: str) -> tuple[Key, ...]:
        """The keys of an object whose region no plan tells, in every region that was read."""
        return tuple((region, resource) for region in self.regions)

    def group_keys(self, group_id: str) -> tuple[Key, ...]:
        """The keys under which a group is held."""
        return tuple(key for key in self.region_keys(group_id) if key in self.groups)

    def cluster_keys(self, cluster_id: str) -> tuple[Key, ...]:
        """The keys under which an audited cluster is held."""
        return tuple(key for key in self.region_keys(cluster_id) if key in self.clusters)

    def nodes_of(self, machine: str) -> tuple[tuple[Key, Node], ...]:
        """The audited nodes that are this machine, by instance or node id."""
        keys = sorted(self._homes.get(machine, ()) & self.nodes.keys())
        nodes = ((key, node) for key in keys for node in self.nodes[key].values())
        return tuple((key, node) for key, node in nodes if machine in (node.node_id, node.instance_id))

    def put_node(self, key: Key, node: Node) -> None:
        """Let a cluster have a node, in place of the one of the same id."""
        self.nodes[key][node.node_id] = node
        for name in {node.node_id, node.instance_id} - {""}:
            self._homes.setdefault(name, set()).add(key)

    def bind_node(self, key: Key, node: Node, binding: Binding) -> None:
        """Let a node bind another list."""
        self.nodes[key][node.node_id] = replace(node, security_groups=binding)

    def set_rules(self, key: Key, direction: Direction, rules: Rules) -> None:
        """Let a group have another list; what was unreadable in the old one no longer counts."""
        group = self.groups[key].with_rules(direction, rules)
        old = f"{key[1]}/{direction}/"
        kept = tuple(known for known in group.gaps if not known.resource.startswith(old))
        self.groups[key] = replace(group, gaps=kept)

    def memberships_of(self, resource: str) -> tuple[Membership, ...]:
        """The memberships that hold a machine or interface."""
        return tuple(self.memberships[key] for key in sorted(self._seats.get(resource, ())) if key in self.memberships)

    def set_members(self, membership: Membership) -> None:
        """Let a group have these members."""
        key = (membership.region, membership.security_group_id)
        self.memberships[key] = membership
        for member in membership.members:
            for name in {member.instance_id, member.interface_id} - {""}:
                self._seats.setdefault(name, set()).add(key)

    def snapshot(self) -> Snapshot:
        """The state as laid so far."""
        return replace(
            self.read,
            clusters=tuple(self._cluster(key) for key in sorted(self.clusters)),
            **self._rulebook(),
            memberships=tuple(self.memberships[key] for key in sorted(self.memberships)),
            gaps=(*self._read_gaps(), *sorted(self.gaps)),
        )

    def _read_gaps(self) -> Iterator[Gap]:
        """The gaps of the run, without those for a region that lacks a cluster until the change makes its first."""
        made = {key[0] for key in self.clusters if key not in self.read_clusters}
        wanted = made | {""} if made else made
        yield from (gap for gap in self.read.gaps if not (gap.code == NO_CLUSTER and gap.region in wanted))

    def rulebook(self) -> Snapshot:
        """The groups and templates as laid so far, without the clusters that bind them."""
        self.order_asked = True
        return Snapshot(regions=self.read.regions, **self._rulebook(), memberships=self.peers)

    def bound_groups(self) -> set[Key]:
        """Every group in a list that an audited node or pool binds."""
        found: set[Key] = set()
        for key in self.clusters:
            for binding in self._bindings(key):
                if isinstance(binding, tuple):
                    found |= {(key[0], group) for group in binding}
        return found

    def assumed_in(self, key: Key) -> tuple[str, ...]:
        """The nodes and pools of a cluster whose list is taken to be complete, sorted."""
        bound = {name: node.security_groups for name, node in self.nodes[key].items()}
        bound |= {name: pool.security_groups for name, pool in self.pools[key].items()}
        return tuple(sorted(name for name in bound if isinstance(bound[name], tuple) and (*key, name) in self.assumed))

    def _bindings(self, key: Key) -> Iterator[Binding]:
        yield from (node.security_groups for node in self.nodes[key].values())
        yield from (pool.security_groups for pool in self.pools[key].values())

    def _rulebook(self) -> _Rulebook:
        return {
            "security_groups": tuple(self.groups[key] for key in sorted(self.groups)),
            "address_templates": tuple(self.address_templates[key] for key in sorted(self.address_templates)),
            "service_templates": tuple(self.service_templates[key] for key in sorted(self.service_templates)),
            "template_groups": tuple(self.template_groups[key] for key in sorted(self.template_groups)),
        }

    def _cluster(self, key: Key) -> Cluster:
        cluster, nodes, pools = self.clusters[key], self.nodes[key], self.pools[key]
        gaps = tuple(sorted(self.assumed[*key, name] for name in self.assumed_in(key)))
        return replace(
            cluster, nodes=tuple(nodes.values()), node_pools=tuple(pools.values()), gaps=(*cluster.gaps, *gaps)
        )
