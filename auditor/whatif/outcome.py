"""Turns the working state into its result: the state after the change, and the resources that affect audited stacks.

A resource affects a stack directly (it decides a list of groups or the rules of a bound group) or through a reference:
a rule of a bound group names the template that it changes, or a group whose members it changes. The references are
followed through the rules before and after the change, from each object to the nodes and pools that bind the group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from auditor.model.clusters import Attachment, Binding, Cluster, bound_groups
from auditor.model.rules import Direction, Rule
from auditor.model.snapshot import Snapshot
from auditor.whatif import rule_effects, unknowns
from auditor.whatif.planned import Drift, Impact, PacketChange, Planned, PlannedResource
from auditor.whatif.state import ResourceEffects, WorkingState

_BindersOfGroup: TypeAlias = dict[str, set[tuple[str, str]]]
"""The id and cluster of everything that binds a group, by group."""


def conclude(state: WorkingState, drift: tuple[Drift, ...] = ()) -> Planned:
    """The result of the change: the state after it, its gaps, and the resources that affect audited stacks."""
    unread = unknowns.add_unread_objects(state)
    state.set_peers(unknowns.possible_members(state))
    unknowns.open_for_new_members(state)
    unresolved_gaps = unknowns.collect_unresolved_gaps(state)
    snapshot = state.snapshot()
    new_gaps = set(snapshot.all_gaps()) - set(state.read.all_gaps())
    return Planned(
        snapshot=snapshot,
        resources=resources(state, snapshot, drift),
        gaps=tuple(sorted(new_gaps | set(state.subnet_gaps.values()))),
        drift=drift,
        unresolved_gaps=unresolved_gaps,
        unresolved_subnets=unknowns.unresolved_subnets(state),
        replacements=tuple(sorted((new, old) for new, old in state.replacements.items() if old)),
        unread=unread,
        assumed=frozenset((key[1], name) for key in state.clusters for name in state.assumed_in(key)),
    )


def resources(state: WorkingState, after: Snapshot, drift: tuple[Drift, ...]) -> tuple[PlannedResource, ...]:
    """The resources that can affect a security group, sorted by address.

    A resource that the plan leaves alone is among them if it drifted and an audited stack depends on it.
    """
    index = _ReferenceIndex(state, after)
    planned: dict[str, PlannedResource] = {}
    for effects in state.all_effects():
        existing = _changes_existing(effects)
        index.complete(effects)
        binders = (effects.nodes, effects.pools, effects.others)
        relevant = bool(effects.untraced or effects.groups or effects.clusters or any(binders))
        if relevant or effects.always_listed:
            planned[effects.address] = PlannedResource(
                address=effects.address,
                actions=effects.actions,
                effects=tuple(effects.effects),
                impact=effects.impact(),
                relevant=relevant,
                outside_audit=existing and not relevant,
            )
    for drifted in drift:
        if drifted.address not in planned and index.is_used(drifted.resource):
            planned[drifted.address] = PlannedResource(
                address=drifted.address, actions=drifted.actions, effects=(), impact=Impact(address=drifted.address)
            )
    return tuple(planned[address] for address in sorted(planned))


def _changes_existing(effects: ResourceEffects) -> bool:
    """Whether the resource changes an object that existed before, or the rules or templates of such an object."""
    if {"update", "delete"} & set(effects.actions):
        return True
    named = effects.groups | effects.templates | effects.rebound
    return "create" in effects.actions and not all(name.startswith("(") for name in named)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReferringRule:
    """A rule of a bound group that refers to a group or template, in the state before or after the change."""

    group: str
    direction: Direction
    rule: Rule
    region: str
    snapshot: Snapshot

    def packet_change(self) -> PacketChange:
        """The packets of the group that may change if the referenced object changes."""
        return rule_effects.packet_change_of_rule(self.rule, self.group, self.direction, self.snapshot, self.region)


class _ReferenceIndex:
    """The rules that refer to each group and template, and everything that binds each group."""

    def __init__(self, state: WorkingState, after: Snapshot) -> None:
        self._before, self._after = state.read, after
        self._bound = {group for _, group in state.bound_before | state.bound_groups()}
        self._by_peer: dict[str, list[_ReferringRule]] = {}
        self._by_template: dict[str, list[_ReferringRule]] = {}
        self._nodes: _BindersOfGroup = {}
        self._pools: _BindersOfGroup = {}
        self._others: _BindersOfGroup = {}
        self._binders: set[str] = set()
        for snapshot in (state.read, after):
            self._add_rules(snapshot)
            self._add_bindings(snapshot)

    def is_used(self, resource: str) -> bool:
        """Whether an audited stack depends on a group, template, node or pool."""
        return resource in self._bound or resource in self._by_template or resource in self._binders

    def complete(self, effects: ResourceEffects) -> None:
        """Follow the references: add the groups, packets, nodes, pools and clusters that a resource affects.

        Groups that nothing audited binds are dropped.
        """
        effects.bound = frozenset(effects.nodes | effects.pools | effects.others)
        effects.groups = (effects.groups | effects.members) & self._bound
        referring = [rule for member in effects.members for rule in self._by_peer.get(member, ())]
        referring += [rule for template in effects.templates for rule in self._by_template.get(template, ())]
        effects.groups |= {rule.group for rule in referring}
        effects.packet_changes += [rule.packet_change() for rule in referring]
        effects.packet_changes += [
            rule_effects.packet_change_of_write(write, self._before, self._after)
            for write in effects.writes
            if write.group in self._bound
        ]
        indexes = ((effects.nodes, self._nodes), (effects.pools, self._pools), (effects.others, self._others))
        for affected, index in indexes:
            for group in effects.groups:
                for name, cluster in index.get(group, ()):
                    affected.add(name)
                    effects.clusters.add(cluster)

    def _add_rules(self, snapshot: Snapshot) -> None:
        for group in snapshot.security_groups:
            if group.security_group_id not in self._bound:
                continue
            for direction, rule in group.all_rules():
                if not rule.references():
                    continue
                referring = _ReferringRule(
                    group=group.security_group_id,
                    direction=direction,
                    rule=rule,
                    region=group.region,
                    snapshot=snapshot,
                )
                if rule.peer_group:
                    self._by_peer.setdefault(rule.peer_group, []).append(referring)
                for name in rule.templates:
                    template_group = snapshot.template_group_by_id.get((group.region, name))
                    members = template_group.members if template_group is not None else ()
                    for template in (name, *members):
                        self._by_template.setdefault(template, []).append(referring)

    def _add_bindings(self, snapshot: Snapshot) -> None:
        for cluster in snapshot.clusters:
            for node in cluster.nodes:
                _add_binder(self._nodes, node.security_groups, node.node_id, cluster)
            for pool in cluster.node_pools:
                _add_binder(self._pools, pool.security_groups, pool.node_pool_id, cluster)
            for binding in cluster.bindings():
                self._binders.add(binding.bound_by)
                if binding.attachment is not Attachment.PRIMARY:
                    _add_binder(self._others, binding.security_groups, binding.bound_by, cluster)
        self._add_balancers(snapshot)

    def _add_balancers(self, snapshot: Snapshot) -> None:
        by_vpc: dict[str, list[Cluster]] = {}
        for cluster in snapshot.clusters:
            by_vpc.setdefault(cluster.vpc_id, []).append(cluster)
        for balancer in snapshot.load_balancers:
            self._binders.add(balancer.load_balancer_id)
            for cluster in by_vpc.get(balancer.vpc_id, ()):
                _add_binder(self._others, balancer.security_groups, balancer.load_balancer_id, cluster)


def _add_binder(index: _BindersOfGroup, groups: Binding, name: str, cluster: Cluster) -> None:
    for group in bound_groups(groups):
        index.setdefault(group, set()).add((name, cluster.cluster_id))
