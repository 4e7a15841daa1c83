"""Decides which gaps and findings of a result a planned change concerns: those it brings, and those it touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from auditor.model import addresses
from auditor.model.baseline import NamedNetwork
from auditor.model.clusters import Attachment, bound_groups
from auditor.model.codes import Code
from auditor.model.evidence import EvidenceKind
from auditor.model.findings import Assumption, ClusterResult, Finding, Result, StackResult
from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction
from auditor.model.snapshot import Snapshot
from auditor.whatif.planned import Impact, Planned, UnresolvedGap, UnresolvedSubnet


def mark_assumptions(findings: Iterable[Finding], assumed: frozenset[tuple[str, str]]) -> tuple[Finding, ...]:
    """``findings``, with those marked that depend on a list in ``assumed`` (cluster id, node or pool id).

    A finding about a stack holds without the assumption if any node or pool with a known list binds the same stack.
    Different lists are found by comparing with the assumed list. A foreign instance is found without the assumption,
    because a reference proves that the group is in the list.
    """
    return tuple(
        replace(finding, assumes=Assumption.COMPLETE_LIST) if _depends_on_lists(finding, assumed) else finding
        for finding in findings
    )


def _depends_on_lists(finding: Finding, assumed: frozenset[tuple[str, str]]) -> bool:
    if finding.code is Code.FOREIGN_INSTANCE:
        return False
    names = subjects(finding)
    binders = [(finding.cluster_id, name) in assumed for name in names]
    return any(binders) if finding.code is Code.MIXED_SECURITY_GROUPS else bool(binders) and all(binders)


def subjects(finding: Finding) -> tuple[str, ...]:
    """The ids of everything that a finding is about.

    These are the listeners, load balancers and entrances of its evidence; without them the interfaces of its stack, or
    for the primary attachment its nodes and pools. A finding without any of these is about its whole cluster.
    """
    if finding.code is Code.FOREIGN_INSTANCE:
        return finding.nodes
    for kinds in ((EvidenceKind.LISTENER,), (EvidenceKind.LOAD_BALANCER, EvidenceKind.ENDPOINT)):
        if names := tuple(resource.resource_id for resource in finding.resources if resource.kind in kinds):
            return names
    interfaces = finding.interfaces if finding.attachment is not Attachment.PRIMARY else finding.nodes
    return (*interfaces, *finding.node_pools) or (finding.cluster_id,)


def gap_matters(gap: Gap, after: Result, planned: Planned) -> bool:
    """Whether a gap of the plan leaves packets open that are required, or that nothing permits.

    A gap without an upper bound of the packets that it could decide always matters.
    """
    packets = [unresolved for unresolved in planned.unresolved_gaps if unresolved.gap == gap]
    subnets = [unresolved for unresolved in planned.unresolved_subnets if unresolved.gap == gap]
    if not packets and not subnets:
        return True
    return any(_packets_matter(unresolved, after) for unresolved in packets) or any(
        _subnets_matter(unresolved, after) for unresolved in subnets
    )


def _packets_matter(unresolved: UnresolvedGap, after: Result) -> bool:
    """Whether a stack with the group leaves any of the packets open; always for a group of a load balancer."""
    stacks = _stacks_with_group(unresolved, after)
    if any(
        balancer.region == unresolved.region and unresolved.security_group_id in bound_groups(balancer.security_groups)
        for balancer in after.snapshot.load_balancers
    ):
        return True
    return any(bool(_at_stake(stack, unresolved.direction) & unresolved.packets) for stack in stacks)


def _stacks_with_group(unresolved: UnresolvedGap, after: Result) -> Iterator[StackResult]:
    for cluster_result in after.clusters:
        if cluster_result.cluster.region == unresolved.region:
            stacks = cluster_result.stacks
            yield from (stack for stack in stacks if unresolved.security_group_id in stack.security_groups)


def _at_stake(stack: StackResult, direction: Direction) -> PacketSet:
    """The undecided packets that are required or not permitted; the decision about all others does not matter."""
    result = stack.direction(direction)
    at_stake = result.undecided - result.permitted
    for judged in stack.requirements:
        if judged.requirement.direction is direction:
            at_stake |= judged.undecided
    return at_stake


def _subnets_matter(unresolved: UnresolvedSubnet, after: Result) -> bool:
    return any(
        _subnets_are_required(cluster_result) or _could_raise_severity(cluster_result, after)
        for cluster_result in after.clusters
        if (cluster_result.cluster.region, cluster_result.cluster.cluster_id)
        == (unresolved.region, unresolved.cluster_id)
    )


def _subnets_are_required(cluster_result: ClusterResult) -> bool:
    networks = cluster_result.cluster.networks
    return cluster_result.cluster_network == networks.subnets.cidrs != networks.vpc.cidrs


def _could_raise_severity(cluster_result: ClusterResult, after: Result) -> bool:
    """Whether a finding has a lower severity only because its packets come from outside the known subnets."""
    networks = cluster_result.cluster.networks
    outside_subnets = addresses.union(networks.vpc.cidrs) - addresses.union(networks.subnets.cidrs)
    by_subnets = {
        requirement.requirement_id
        for requirement in cluster_result.baseline.requirements
        if any(NamedNetwork.SUBNETS in tier.flow.networks for tier in requirement.tiers)
    }
    return any(
        finding.requirement_id in by_subnets
        and finding.cluster_id == cluster_result.cluster.cluster_id
        and finding.packets.addresses & outside_subnets
        for finding in after.findings
    )


def touched_gaps(after: Result, planned: Planned) -> frozenset[Gap]:
    """The gaps of ``after`` that the change causes, and those of the stacks and clusters that it affects."""
    return frozenset(_TouchedGaps(after, planned).gaps())


class _TouchedGaps:
    def __init__(self, after: Result, planned: Planned) -> None:
        self._after = after
        self._caused = set(planned.gaps)
        impacts = [resource.impact for resource in planned.resources if resource.relevant]
        self._is_relevant = bool(impacts)
        self._impacts: dict[str, list[Impact]] = {}
        for impact in impacts:
            for name in impact.clusters:
                self._impacts.setdefault(name, []).append(impact)
        self._groups = {name for impact in impacts for name in impact.groups}
        self._outside_audit = any(resource.outside_audit for resource in planned.resources)
        self._any_cluster = self._outside_audit or _has_foreign_members(after.snapshot, self._groups)

    def gaps(self) -> Iterator[Gap]:
        of_clusters = {gap for cluster_result in self._after.clusters for gap in cluster_result.gaps}
        yield from (gap for gap in self._after.gaps if gap in self._caused)
        for cluster_result in self._after.clusters:
            yield from self._of_cluster(cluster_result)
        yield from (gap for gap in self._after.gaps if gap not in of_clusters and self._touches_other(gap))

    def _of_cluster(self, cluster_result: ClusterResult) -> Iterator[Gap]:
        impacts = self._impacts.get(cluster_result.cluster.cluster_id, ())
        for stack in cluster_result.stacks:
            yield from stack.gaps if any(_affects(impact, stack) for impact in impacts) else ()
        if impacts or self._any_cluster:
            of_stacks = {gap for stack in cluster_result.stacks for gap in stack.gaps}
            yield from (gap for gap in cluster_result.gaps if gap not in of_stacks)

    def _touches_other(self, gap: Gap) -> bool:
        """Whether the change may touch a gap on which no cluster that was read depends."""
        return bool(gap.cluster_id) or self._outside_audit or (self._is_relevant and not gap.region)


def _affects(impact: Impact, stack: StackResult) -> bool:
    if impact.moves_networks or not set(impact.groups).isdisjoint(stack.security_groups):
        return True
    bound_by = (*stack.nodes, *stack.node_pools, *stack.interfaces, *stack.add_ons)
    return not {*impact.nodes, *impact.pools, *impact.others}.isdisjoint(bound_by)


def _has_foreign_members(snapshot: Snapshot, groups: set[str]) -> bool:
    """Whether any of the groups has a machine as member that is not a node of a cluster that was read."""
    nodes = {
        name for cluster in snapshot.clusters for node in cluster.nodes for name in (node.node_id, node.instance_id)
    }
    memberships = [membership for membership in snapshot.memberships if membership.security_group_id in groups]
    instances = {member.instance_id for membership in memberships for member in membership.members} - {""}
    return not instances <= nodes
