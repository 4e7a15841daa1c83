"""Checks the principles of the guide: one list of groups for a role, no foreign instances, nothing without a group.

:func:`mark_everywhere` marks findings about rules that are useless in every stack with the group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from auditor.comparator import entrances
from auditor.comparator.findings import stack_finding
from auditor.comparator.stacks import Decisions, Stack, stacks, united_exposure
from auditor.model.addresses import ALL_V4
from auditor.model.baseline import Baseline
from auditor.model.clusters import Attachment, Cluster, Exposure, Role, bound_groups
from auditor.model.codes import Code, GapKind, Severity
from auditor.model.findings import Finding
from auditor.model.packets import NOTHING, PacketSet, union
from auditor.model.rules import Direction, Member
from auditor.model.snapshot import Snapshot

NODE_LIST, POOL_LIST = "DescribeClusterInstances", "DescribeNodePools"
"""The TKE actions that list all machines of a cluster, and its super-node pools."""


def without_group(cluster: Cluster, stacks: tuple[Stack, ...]) -> Iterator[Finding]:
    """Report TSG303: nodes, pools or interfaces without a security group. It covers all excess of the stack.

    TKE itself binds no group to the Pods' interfaces of VPC-CNI; :func:`pods_without_group` reports them.
    """
    for stack in stacks:
        if not stack.is_filtered and stack.attachment is not Attachment.PODS:
            finding = stack_finding(cluster.cluster_id, stack, Code.NO_SECURITY_GROUP, _severity(stack))
            yield entrances.with_evidence(finding, stack)


def _severity(stack: Stack) -> Severity:
    """The severity of a stack without a group.

    A private entrance of the API server usually has none: TKE sets a group there on request only, and its load balancer
    can be reached from private networks alone.
    """
    if stack.exposure is Exposure.INTERNET:
        return Severity.CRITICAL
    return Severity.LOW if stack.role is Role.ENDPOINT else Severity.HIGH


def pods_without_group(cluster: Cluster, stacks: tuple[Stack, ...], baseline: Baseline) -> Iterator[Finding]:
    """Report TSG306: Pods' interfaces of VPC-CNI without a security group, which is the default of TKE."""
    for stack in stacks:
        if not stack.security_groups and stack.attachment is Attachment.PODS:
            severity = baseline.pod_interface_without_group
            yield stack_finding(cluster.cluster_id, stack, Code.POD_INTERFACE_WITHOUT_GROUP, severity)


def mixed_groups(cluster: Cluster, stacks: tuple[Stack, ...], decisions: Decisions) -> Iterator[Finding]:
    """Report TSG301: nodes, pools or Pods of one role bind different lists of groups on one kind of attachment.

    The lists that pools and add-ons will bind next count as well. Further interfaces of nodes and the entrances of the
    API server do not count: each may have a purpose of its own.

    The packets of the finding certainly pass one list and certainly not another. The severity is medium if there are
    such packets of a family that the VPC can have, or undecided packets; otherwise low.
    """
    by_kind: dict[tuple[Role, Attachment], list[Stack]] = {}
    for stack in stacks:
        if stack.attachment in _OF_ONE_PURPOSE:
            by_kind.setdefault((stack.role, stack.attachment), []).append(stack)
    for of_role in by_kind.values():
        if len(of_role) > 1:
            sides, undecided = _difference(of_role, decisions)
            differing = union(packets for _, packets in sides)
            matters = bool(differing.addresses & ALL_V4) if cluster.lacks_ipv6 else bool(differing)
            severity = Severity.MEDIUM if matters or undecided else Severity.LOW
            yield stack_finding(
                cluster.cluster_id,
                _united(of_role),
                Code.MIXED_SECURITY_GROUPS,
                severity,
                parts=(" ".join(stack.security_groups) for stack in of_role),
                packets=differing,
                sides=sides,
            )


_OF_ONE_PURPOSE = (Attachment.PRIMARY, Attachment.PODS, Attachment.SUPER_NODE_PODS)
"""Attachments whose interfaces serve the same purpose in a cluster, so that they should bind the same list."""


def _united(stacks: list[Stack]) -> Stack:
    """The stacks as one, with every group and everything that binds one of the lists."""
    return replace(
        stacks[0],
        security_groups=tuple(dict.fromkeys(group for stack in stacks for group in stack.security_groups)),
        nodes=tuple(sorted({node for stack in stacks for node in stack.nodes})),
        node_pools=tuple(sorted(pool for stack in stacks for pool in stack.node_pools)),
        interfaces=tuple(sorted(interface for stack in stacks for interface in stack.interfaces)),
        add_ons=tuple(sorted(add_on for stack in stacks for add_on in stack.add_ons)),
        exposure=united_exposure({stack.exposure for stack in stacks}),
    )


def foreign_instances(cluster: Cluster, stacks: tuple[Stack, ...], snapshot: Snapshot) -> Iterator[Finding]:
    """Report TSG302: instances that bind a group of the cluster without being its nodes, one finding for each group.

    The interfaces of the cluster's nodes and Pods belong to the cluster. The groups of the API server's entrances do
    not count, because load balancers bind them. If its nodes or super-node pools were not fully read, only certainly
    foreign instances count.
    """
    machines = _Machines(cluster, snapshot)
    stacks = tuple(stack for stack in stacks if stack.attachment is not Attachment.ENDPOINT)
    for group in sorted({group for stack in stacks for group in stack.security_groups}):
        membership = snapshot.membership_by_id.get((cluster.region, group))
        members = membership.members if membership is not None else ()
        foreign = {member.instance_id for member in members if machines.exclude(member, group)}
        if foreign:
            binding = [stack for stack in stacks if group in stack.security_groups]
            first = min(binding, key=lambda stack: tuple(Role).index(stack.role))
            bound = Stack(
                region=cluster.region,
                role=first.role,
                attachment=binding[0].attachment,
                security_groups=(group,),
                nodes=tuple(sorted(foreign)),
                node_pools=(),
            )
            yield stack_finding(
                cluster.cluster_id, bound, Code.FOREIGN_INSTANCE, Severity.MEDIUM, parts=sorted(foreign)
            )


class _Machines:
    """The machines and Pods of a cluster, as far as they were read."""

    def __init__(self, cluster: Cluster, snapshot: Snapshot) -> None:
        unread = {gap.action for gap in cluster.gaps if gap.kind is GapKind.UNREAD}
        self._all_nodes_known = NODE_LIST not in unread
        self._all_pools_known = POOL_LIST not in unread
        self._cluster = cluster
        self._snapshot = snapshot
        self._own = cluster.machine_ids()
        self._pods = {group for kind in cluster.not_covered for group in kind.security_groups}
        self._pods |= {
            group
            for binding in cluster.bindings()
            if binding.attachment is Attachment.SUPER_NODE_PODS
            for group in bound_groups(binding.security_groups)
        }
        self._addresses_without_instance = {
            address for node in cluster.nodes if not node.instance_id for address in node.addresses
        }
        """Addresses of nodes without an instance id, so that members are recognized by address."""

    def exclude(self, member: Member, group: str) -> bool:
        """Whether ``member``, which binds ``group``, is certainly an instance that is not a node of the cluster."""
        if not member.instance_id or not self._own.isdisjoint({member.instance_id, member.interface_id} - {""}):
            return False
        if member.business == "eks" and (group in self._pods or not self._all_pools_known):
            return False
        if not self._all_nodes_known:
            return self._is_elsewhere(member.instance_id)
        return self._addresses_without_instance.isdisjoint(member.addresses)

    def _is_elsewhere(self, instance_id: str) -> bool:
        own = (self._cluster.region, self._cluster.cluster_id)
        return any(key != own for key in self._snapshot.clusters_of_machine.get(instance_id, ()))


def _difference(stacks: list[Stack], decisions: Decisions) -> tuple[tuple[tuple[Direction, PacketSet], ...], PacketSet]:
    """Packets that pass one of the stacks and not another, by direction, and the undecided packets of any stack."""
    sides = []
    undecided = NOTHING
    for direction in Direction:
        differing, open_packets = decisions.difference(decisions.of(stack, direction) for stack in stacks)
        sides.append((direction, differing))
        undecided |= open_packets
    return tuple((direction, differing) for direction, differing in sides if differing), undecided


EVERYWHERE = "everywhere"
HERE = "here"

_Rule: TypeAlias = tuple[str, str, Direction, int]
_Stack: TypeAlias = tuple[str, ...]


def mark_everywhere(findings: Iterable[Finding], clusters: Iterable[Cluster]) -> Iterator[Finding]:
    """Set the subject of findings about rules: useless in every audited stack that binds the group, or here only."""
    all_findings = tuple(findings)
    useless: dict[_Rule, set[_Stack]] = {}
    for finding in all_findings:
        if finding.code.is_about_a_rule:
            useless.setdefault(_rule(finding), set()).add(finding.security_groups)
    bound = _bound(clusters)
    for finding in all_findings:
        if finding.code.is_about_a_rule:
            region, group, _, _ = _rule(finding)
            all_of_them = bound[region, group] <= useless[_rule(finding)]
            yield replace(finding, subject=EVERYWHERE if all_of_them else HERE)
        else:
            yield finding


def _rule(finding: Finding) -> _Rule:
    rule = finding.evidence[0]
    return finding.region, rule.security_group_id, rule.direction, rule.index


def _bound(clusters: Iterable[Cluster]) -> dict[tuple[str, str], set[_Stack]]:
    bound: dict[tuple[str, str], set[_Stack]] = {}
    for cluster in clusters:
        for stack in stacks(cluster):
            for group in stack.security_groups:
                bound.setdefault((cluster.region, group), set()).add(stack.security_groups)
    return bound
