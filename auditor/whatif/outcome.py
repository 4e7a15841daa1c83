"""Which resources bear on audited stacks: from what each one touches to the nodes and pools that bind it."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.rules import Direction, Rule
from auditor.model.snapshot import Snapshot
from auditor.whatif import rule_effects
from auditor.whatif.planned import Drift, Impact, PacketChange, Planned, PlannedResource
from auditor.whatif.state import ResourceEffects, WorkingState
from auditor.whatif.unknowns import admit, complete, peers, settle, unresolved_subnets


def resources(draft: WorkingState, after: Snapshot, drift: tuple[Drift, ...]) -> tuple[PlannedResource, ...]:
    """The resources that can bear on a security group, by address.

    Those that do so by their drift alone are among them where it bears on an audited stack.
    """
    bearing = _Bearing(draft, after)
    found: dict[str, PlannedResource] = {}
    for report in draft.all_effects():
        existing = _changes_what_exists(report)
        bearing.spread(report)
        relevant = bool(report.untraced or report.groups or report.nodes or report.pools or report.clusters)
        if relevant or report.always_listed:
            found[report.address] = PlannedResource(
                address=report.address,
                actions=report.actions,
                effects=tuple(report.effects),
                impact=report.impact(),
                relevant=relevant,
                outside_audit=existing and not relevant,
            )
    for one in drift:
        if one.address not in found and bearing.concerns(one.resource):
            impact = Impact(address=one.address)
            found[one.address] = PlannedResource(address=one.address, actions=one.actions, effects=(), impact=impact)
    return tuple(found[address] for address in sorted(found))


def _changes_what_exists(report: ResourceEffects) -> bool:
    """Whether it changes anything that was there before: an object, or the rules or templates of another one."""
    if {"update", "delete"} & set(report.actions):
        return True
    named = report.groups | report.templates | report.rebound
    return "create" in report.actions and not all(name.startswith("(") for name in named)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Naming:
    """A rule of a bound group that names something else, in the state before or after."""

    group: str
    direction: Direction
    rule: Rule
    region: str
    snapshot: Snapshot

    def shift(self) -> PacketChange:
        """What becomes of the group's packets when what the rule names changes."""
        return rule_effects.packet_change_of_rule(self.rule, self.group, self.direction, self.snapshot, self.region)


class _Bearing:
    """Who names a group or template in a bound group, and who binds it."""

    def __init__(self, draft: WorkingState, after: Snapshot) -> None:
        self._before, self._after = draft.read, after
        self._bound = {group for _, group in draft.bound_before | draft.bound_groups()}
        self._by_peer: dict[str, list[_Naming]] = {}
        self._by_template: dict[str, list[_Naming]] = {}
        self._nodes: dict[str, set[tuple[str, str]]] = {}
        self._pools: dict[str, set[tuple[str, str]]] = {}
        self._binding: set[str] = set()
        for snapshot in (draft.read, after):
            self._note_rules(snapshot)
            self._note_bindings(snapshot)

    def concerns(self, resource: str) -> bool:
        """Whether a group, template, node or pool counts for an audited stack."""
        return resource in self._bound or resource in self._by_template or resource in self._binding

    def spread(self, report: ResourceEffects) -> None:
        """Complete what a report touches. Groups that nothing audited binds are no bearing."""
        report.bound = frozenset(report.nodes | report.pools)
        report.groups = (report.groups | report.members) & self._bound
        named = [found for member in report.members for found in self._by_peer.get(member, ())]
        named += [found for template in report.templates for found in self._by_template.get(template, ())]
        report.groups |= {found.group for found in named}
        report.packet_changes += [found.shift() for found in named]
        written = [write for write in report.writes if write.group in self._bound]
        report.packet_changes += [
            rule_effects.packet_change_of_write(write, self._before, self._after) for write in written
        ]
        for group in report.groups:
            for node, cluster in self._nodes.get(group, ()):
                report.nodes.add(node)
                report.clusters.add(cluster)
            for pool, cluster in self._pools.get(group, ()):
                report.pools.add(pool)
                report.clusters.add(cluster)

    def _note_rules(self, snapshot: Snapshot) -> None:
        for group in snapshot.security_groups:
            if group.security_group_id not in self._bound:
                continue
            for direction, rule in group.all_rules():
                naming = _Naming(
                    group=group.security_group_id,
                    direction=direction,
                    rule=rule,
                    region=group.region,
                    snapshot=snapshot,
                )
                if peer := rule.peer_group:
                    self._by_peer.setdefault(peer, []).append(naming)
                for name in rule.templates:
                    listed = snapshot.template_group_by_id.get((group.region, name))
                    for template in (name, *(listed.members if listed is not None else ())):
                        self._by_template.setdefault(template, []).append(naming)

    def _note_bindings(self, snapshot: Snapshot) -> None:
        for cluster in snapshot.clusters:
            self._binding |= {node.node_id for node in cluster.nodes}
            self._binding |= {pool.node_pool_id for pool in cluster.node_pools}
            for node in cluster.nodes:
                for group in node.security_groups if isinstance(node.security_groups, tuple) else ():
                    self._nodes.setdefault(group, set()).add((node.node_id, cluster.cluster_id))
            for pool in cluster.node_pools:
                for group in pool.security_groups if isinstance(pool.security_groups, tuple) else ():
                    self._pools.setdefault(group, set()).add((pool.node_pool_id, cluster.cluster_id))


def conclude(draft: WorkingState, drift: tuple[Drift, ...] = ()) -> Planned:
    """The state after the change, with what it leaves unknown and who bears on it."""
    unread = complete(draft)
    draft.peers = peers(draft)
    admit(draft)
    unresolved_gaps = settle(draft)
    snapshot = draft.snapshot()
    fresh = set(snapshot.all_gaps()) - set(draft.read.all_gaps())
    return Planned(
        snapshot=snapshot,
        resources=resources(draft, snapshot, drift),
        gaps=tuple(sorted(fresh | set(draft.subnet_gaps.values()))),
        drift=drift,
        unresolved_gaps=unresolved_gaps,
        unresolved_subnets=unresolved_subnets(draft),
        replacements=tuple(sorted((new, old) for new, old in draft.replacements.items() if old)),
        unread=unread,
        assumed=frozenset((key[1], name) for key in draft.clusters for name in draft.assumed_in(key)),
    )
