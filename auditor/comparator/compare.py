"""Compares a snapshot with a policy on a given day: runs all checks and builds the result."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from auditor.comparator import coverage, entrances, excess, findings, hygiene, requirements
from auditor.comparator.cluster_networks import ResolvedNetworks, cluster_blocks, resolve_networks
from auditor.comparator.findings import Case
from auditor.comparator.load_balancer_findings import open_severity, path_findings
from auditor.comparator.load_balancer_paths import ClusterPaths, cluster_paths
from auditor.comparator.network_acls import NetworkAcls
from auditor.comparator.requirements import ResolvedRequirement
from auditor.comparator.resolve import Resolver
from auditor.comparator.stacks import Decisions, DecisionsByEffect, Stack, stacks
from auditor.comparator.waivers import waive, waive_gaps
from auditor.model import identifiers
from auditor.model.baseline import Policy, Reach
from auditor.model.clusters import ACL_DEFAULT, Attachment, Cluster, Exposure, NotCovered, StackKey
from auditor.model.codes import Code
from auditor.model.findings import ClusterResult, DirectionResult, Finding, RequirementResult, Result, StackResult
from auditor.model.gaps import NETWORK_NOT_READ, Gap
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction
from auditor.model.snapshot import Snapshot, cluster_gaps


def compare(snapshot: Snapshot, policy: Policy, today: date) -> Result:
    """Compare every cluster of ``snapshot`` with ``policy``. The same arguments always give an equal result.

    ``today`` decides which waivers are valid. Findings are sorted worst first, gaps and clusters in a fixed order.
    """
    return _result(_Comparison(coverage.in_scope(snapshot, policy.left_out), policy), policy, today)


def compare_both(before: Snapshot, after: Snapshot, policy: Policy, today: date) -> tuple[Result, Result]:
    """Compare two snapshots as :func:`compare` does. A cluster that cannot differ between them is audited once."""
    from auditor.comparator.diff import affected_clusters  # noqa: PLC0415 - an audit compares one snapshot

    before, after = (coverage.in_scope(snapshot, policy.left_out) for snapshot in (before, after))
    newer = _Comparison(after, policy)
    result = _result(newer, policy, today)
    older = _Comparison(before, policy, newer.decisions.by_effect)
    older.take_over(newer, affected_clusters(before, after, policy))
    return _result(older, policy, today), result


def _result(comparison: _Comparison, policy: Policy, today: date) -> Result:
    snapshot = comparison.snapshot
    audited = tuple(comparison.result(cluster) for cluster in snapshot.clusters)
    waived = waive(
        (finding for _, of_cluster in audited for finding in of_cluster), policy.waivers, today, snapshot.clusters
    )
    with_severity = tuple(comparison.with_severity(finding) for finding in waived.findings)
    clusters = tuple(cluster for cluster, _ in audited)
    result = Result(
        baseline=policy.baseline,
        snapshot=snapshot,
        clusters=clusters,
        findings=tuple(sorted(hygiene.mark_everywhere(with_severity, snapshot.clusters), key=worst_first)),
        gaps=coverage.run_gaps(snapshot, clusters, comparison.gaps),
        waivers=waived.states,
    )
    return waive_gaps(result, policy.waivers, today)


_Audited: TypeAlias = tuple[ClusterResult, tuple[Finding, ...]]
"""The result of a cluster, and its findings before waivers."""


class _Comparison:
    """The state of one comparison. It keeps values that clusters share, so that each is computed once.

    ``by_effect`` are the decisions of another comparison, which both then share.
    """

    def __init__(self, snapshot: Snapshot, policy: Policy, by_effect: DecisionsByEffect | None = None) -> None:
        self.snapshot = snapshot
        self._policy = policy
        self._resolver = Resolver(snapshot)
        self.decisions = Decisions(self._resolver, by_effect)
        self._network_acls = NetworkAcls(snapshot, self.decisions)
        self._clusters = {cluster.cluster_id: cluster for cluster in (*snapshot.neighbours, *snapshot.clusters)}
        self._by_vpc: dict[tuple[str, str], list[Cluster]] = {}
        for cluster in self._clusters.values():
            self._by_vpc.setdefault((cluster.region, cluster.vpc_id), []).append(cluster)
        self._policies: dict[str, Policy] = {}
        self._needs: dict[tuple[str, StackKey, str], ResolvedRequirement] = {}
        self._networks: dict[str, ResolvedNetworks] = {}
        self._audited: dict[tuple[str, str], _Audited] = {}

    def take_over(self, other: _Comparison, affected: Collection[tuple[str, str]]) -> None:
        """Take over everything that another comparison knows about the clusters that are not ``affected``."""
        self._audited = {key: audited for key, audited in other._audited.items() if key not in affected}
        self._policies, self._needs, self._networks = dict(other._policies), dict(other._needs), dict(other._networks)

    def result(self, cluster: Cluster) -> _Audited:
        """The result and the findings of a cluster."""
        key = (cluster.region, cluster.cluster_id)
        if key not in self._audited:
            self._audited[key] = self._audit_unless_excluded(cluster)
        return self._audited[key]

    def _audit_unless_excluded(self, cluster: Cluster) -> _Audited:
        """An excluded cluster has no stacks and no findings."""
        exclusion = self._policy.exclusion(cluster)
        if exclusion is None:
            return self.audit(cluster)
        excluded = ClusterResult(
            cluster=cluster,
            container=cluster.networks.container.cidrs,
            cluster_network=cluster_blocks(cluster.networks, self._policy.cluster_network).cidrs,
            stacks=(),
            baseline=self._policy.for_cluster(cluster).baseline,
            owner=self._policy.owner(cluster),
            exclusion=exclusion,
        )
        return excluded, ()

    def gaps(self, cluster: Cluster) -> frozenset[Gap]:
        """Every gap on which the verdict on ``cluster`` depends."""
        networks = resolve_networks(cluster, self._policy.cluster_network)
        bound_stacks = stacks(cluster)
        paths = cluster_paths(cluster, bound_stacks, self.snapshot, self.decisions, networks)
        of_stacks = (gap for stack in bound_stacks for gap in self._stack_gaps(cluster, stack))
        return frozenset({*self._gaps(cluster, networks), *paths.gaps, *of_stacks})

    def audit(self, cluster: Cluster) -> _Audited:
        """The result and the findings of a cluster that is not excluded."""
        networks = self._networks[cluster.cluster_id] = resolve_networks(cluster, self._policy.cluster_network)
        policy = self._policies[cluster.cluster_id] = self._policy.for_cluster(cluster)
        needs = requirements.resolved_requirements(cluster, policy, self._clusters, networks)
        bound_stacks = stacks(cluster)
        paths = cluster_paths(cluster, bound_stacks, self.snapshot, self.decisions, networks)
        audited = [
            self._stack(cluster, stack, *self._own(cluster, stack, paths, needs, networks)) for stack in bound_stacks
        ]
        cluster_findings = [finding for _, stack_findings in audited for finding in stack_findings]
        cluster_findings += hygiene.without_group(cluster, bound_stacks)
        cluster_findings += hygiene.pods_without_group(cluster, bound_stacks, policy.baseline)
        cluster_findings += hygiene.mixed_groups(cluster, bound_stacks, self.decisions)
        cluster_findings += hygiene.foreign_instances(cluster, bound_stacks, self.snapshot)
        cluster_findings += path_findings(cluster, bound_stacks, paths, self.decisions, policy, networks)
        stack_gaps = (gap for stack, _ in audited for gap in stack.gaps)
        result = ClusterResult(
            cluster=cluster,
            container=cluster.networks.container.cidrs,
            cluster_network=cluster_blocks(cluster.networks, self._policy.cluster_network).cidrs,
            stacks=entrances.merged(stack_result for stack_result, _ in audited),
            baseline=policy.baseline,
            owner=policy.owner(cluster),
            load_balancers=paths.balancers,
            gaps=tuple(sorted({*self._gaps(cluster, networks), *paths.gaps, *stack_gaps})),
            left_out=(
                *coverage.parts_left_out(self.snapshot, self._policy.left_out),
                *self._acl_defaults(cluster, bound_stacks, audited),
            ),
        )
        return coverage.with_gap(result), tuple(cluster_findings)

    def _own(
        self,
        cluster: Cluster,
        stack: Stack,
        paths: ClusterPaths,
        needs: tuple[ResolvedRequirement, ...],
        networks: ResolvedNetworks,
    ) -> tuple[tuple[ResolvedRequirement, ...], ResolvedNetworks]:
        """The requirements and networks of one stack, which differ from those of its cluster by listeners only."""
        policy = self._policies[cluster.cluster_id]
        if policy.names_listeners:
            networks = paths.networks_of(stack, networks)
            needs = requirements.resolved_requirements(cluster, policy, self._clusters, networks)
        for need in needs:
            self._needs[cluster.cluster_id, stack.stack_key, need.requirement.requirement_id] = need
        return needs, networks

    def _acl_defaults(
        self,
        cluster: Cluster,
        bound_stacks: Sequence[Stack],
        audited: Sequence[tuple[StackResult, tuple[Finding, ...]]],
    ) -> tuple[NotCovered, ...]:
        """The subnets whose network ACLs have no entry for some required packets, with their number."""
        subnets = {
            subnet_id
            for stack, (result, _) in zip(bound_stacks, audited, strict=True)
            for subnet_id in self._network_acls.undecided_subnets(cluster, stack, result.requirements)
        }
        return (NotCovered(kind=ACL_DEFAULT, count=len(subnets)),) if subnets else ()

    def with_severity(self, finding: Finding) -> Finding:
        """The finding with the severity of its own packets. A waiver may have removed the worst of them before."""
        table = self._policies[finding.cluster_id].baseline.excess
        if finding.code is Code.EXCESS_ACCESS:
            severity = excess.severity_of_finding(table, finding, self._networks[finding.cluster_id])
            cluster = self._clusters[finding.cluster_id]
            neighbours = excess.neighbours(finding, cluster, self._by_vpc[cluster.region, cluster.vpc_id])
            return replace(finding, severity=severity, neighbours=neighbours)
        if finding.code is Code.LOAD_BALANCER_OPEN:
            severity, class_name = open_severity(table, finding.role, finding.packets)
            return replace(finding, severity=severity, subject=f"{Reach.ANY}/{class_name}")
        if finding.code not in (Code.REQUIRED_TRAFFIC_BLOCKED, Code.NETWORK_ACL_BLOCKS):
            return finding
        need = self._needs[finding.cluster_id, finding.stack_key, finding.requirement_id]
        severity, reason = requirements.severity_of_missing(need, finding.packets)
        return replace(finding, severity=severity, reason=reason)

    def _stack(
        self, cluster: Cluster, stack: Stack, needs: tuple[ResolvedRequirement, ...], networks: ResolvedNetworks
    ) -> tuple[StackResult, tuple[Finding, ...]]:
        directions = (Direction.INGRESS,) if stack.entrances else tuple(Direction)
        sides = {direction: self._direction(cluster, stack, direction, needs, networks) for direction in directions}
        result = StackResult(
            role=stack.role,
            attachment=stack.attachment,
            security_groups=stack.security_groups,
            nodes=stack.nodes,
            node_pools=stack.node_pools,
            interfaces=stack.interfaces,
            add_ons=stack.add_ons,
            requirements=tuple(judged for _, side_results, _ in sides.values() for judged in side_results),
            ingress=sides[Direction.INGRESS][0],
            egress=sides[Direction.EGRESS][0] if Direction.EGRESS in sides else entrances.NO_TRAFFIC,
            exposure=stack.exposure,
            public=stack.public,
            gaps=tuple(sorted(set(self._stack_gaps(cluster, stack)))),
        )
        return result, tuple(finding for _, _, side_results in sides.values() for finding in side_results)

    def _direction(
        self,
        cluster: Cluster,
        stack: Stack,
        direction: Direction,
        needs: tuple[ResolvedRequirement, ...],
        networks: ResolvedNetworks,
    ) -> tuple[DirectionResult, tuple[RequirementResult, ...], tuple[Finding, ...]]:
        decision = self.decisions.of(stack, direction)
        case = Case(
            cluster_id=cluster.cluster_id,
            stack=stack,
            direction=direction,
            lines=self.decisions.lines(stack, direction),
            decision=decision,
            networks=networks,
        )
        # A cluster works without the further interfaces of its nodes, so nothing has to pass there.
        applies = stack.attachment is not Attachment.SECONDARY
        results = tuple(
            requirements.judge(need if applies else replace(need, applies=False), decision)
            for need in requirements.of_side(needs, stack.role, direction)
        )
        policy = self._policies[cluster.cluster_id]
        permitted, possibly = requirements.permitted(cluster, stack.role, direction, policy, needs, networks)
        documented = self.decisions.documented(stack, direction)
        result = DirectionResult(
            allowed=documented.allowed,
            undecided=decision.undecided,
            permitted=permitted,
            excess=documented.allowed_except(possibly),
        )
        direction_findings = (
            *self._findings(case, results, result.excess),
            *self._network_acls.blocked(case, cluster, results),
        )
        return result, results, direction_findings

    def _findings(self, case: Case, judged: tuple[RequirementResult, ...], excess: PacketSet) -> Iterator[Finding]:
        for result in judged:
            yield from findings.blocked(case, result)
        if case.stack.is_filtered:
            for finding in findings.open_in_excess(case, excess, self._policies[case.cluster_id].baseline.excess):
                yield entrances.with_evidence(finding, case.stack)
        yield from findings.useless_rules(case)

    def _gaps(self, cluster: Cluster, networks: ResolvedNetworks) -> Iterator[Gap]:
        yield from cluster_gaps(cluster)
        binds = any(True for _ in cluster.bindings())
        yield from (gap for gap in networks.gaps if binds or gap.code != NETWORK_NOT_READ)
        yield from coverage.part_gaps(self.snapshot, cluster, self._policy.left_out)
        yield from coverage.tag_gaps(cluster, self._policy)
        if self._policy.for_cluster(cluster).names_listeners:
            yield from coverage.listener_gaps(cluster, self._policy.left_out)
        yield from requirements.peer_gaps(cluster, self._policy, self._clusters)
        yield from self._network_acls.gaps(cluster)
        yield from (gap for gap in self.snapshot.gaps if _concerns(gap, cluster))

    def _stack_gaps(self, cluster: Cluster, stack: Stack) -> Iterator[Gap]:
        yield from self._resolver.gaps(cluster.region, stack.security_groups)
        yield from self._membership_gaps(cluster, stack)
        if stack.undocumented:
            yield coverage.no_group_gap(cluster.region, cluster.cluster_id, stack.attachment, stack.undocumented)

    def _membership_gaps(self, cluster: Cluster, stack: Stack) -> Iterator[Gap]:
        for group in stack.security_groups:
            membership = self.snapshot.membership_by_id.get((cluster.region, group))
            yield from membership.gaps if membership is not None else ()


def _concerns(gap: Gap, cluster: Cluster) -> bool:
    """Whether a gap that belongs to no cluster concerns ``cluster``. A gap of a VPC concerns the clusters in it."""
    of_vpc = gap.resource.startswith(identifiers.VPC)
    return gap.region == cluster.region and not gap.cluster_id and (not of_vpc or gap.resource == cluster.vpc_id)


_MOST_EXPOSED_FIRST = (Exposure.INTERNET, Exposure.UNKNOWN, Exposure.NONE_FOUND)


def worst_first(finding: Finding) -> tuple[object, ...]:
    """A sort key for the findings of a result; no two findings of a result have the same key."""
    return (
        finding.severity.rank,
        _MOST_EXPOSED_FIRST.index(finding.exposure),
        finding.code,
        finding.account,
        finding.region,
        finding.cluster_id,
        finding.attachment.rank,
        finding.role,
        finding.security_groups,
        finding.direction or "",
        finding.requirement_id,
        finding.subject,
        finding.fingerprint,
    )
