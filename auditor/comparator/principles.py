"""The guide's principles: one group a cluster, no foreign machine in it, no node without a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from auditor.comparator.fingerprint import fingerprint
from auditor.comparator.stacks import Decisions, Stack
from auditor.model.baseline import Severity
from auditor.model.estate import Cluster, Role
from auditor.model.findings import Code, Finding
from auditor.model.packets import NOTHING, PacketSet, union
from auditor.model.rules import Direction, Membership


def without_group(cluster: Cluster, stacks: tuple[Stack, ...]) -> Iterator[Finding]:
    """TSG303: nodes or pools that bind no security group at all."""
    for stack in stacks:
        if not stack.security_groups:
            yield _identified(_finding(cluster, stack, Code.NO_SECURITY_GROUP, Severity.HIGH))


def mixed_groups(cluster: Cluster, stacks: tuple[Stack, ...], decisions: Decisions) -> Iterator[Finding]:
    """TSG301: nodes or pools of one role that bind different lists; medium where different packets pass.

    What passes where no group is bound is documented nowhere, so that list differs without a packet to show for it.
    """
    for role in Role:
        alike = [stack for stack in stacks if stack.role is role]
        if len(alike) > 1:
            bound = [stack for stack in alike if stack.security_groups]
            difference = _difference(bound, decisions)
            severity = Severity.MEDIUM if difference or bound != alike else Severity.LOW
            merged = replace(
                alike[0],
                security_groups=tuple(dict.fromkeys(group for stack in alike for group in stack.security_groups)),
                nodes=tuple(sorted(node for stack in alike for node in stack.nodes)),
                node_pools=tuple(sorted(pool for stack in alike for pool in stack.node_pools)),
            )
            found = replace(_finding(cluster, merged, Code.MIXED_SECURITY_GROUPS, severity), packets=difference)
            yield _identified(found, *(" ".join(stack.security_groups) for stack in alike))


def foreign_instances(
    cluster: Cluster, stacks: tuple[Stack, ...], memberships: Mapping[tuple[str, str], Membership]
) -> Iterator[Finding]:
    """TSG302: instances that are no nodes of the cluster and bind one of its groups, a finding for each group."""
    own = {node.node_id for node in cluster.nodes} | {node.instance_id for node in cluster.nodes}
    pods = {group for kind in cluster.not_covered for group in kind.security_groups}
    for group in sorted({group for stack in stacks for group in stack.security_groups}):
        membership = memberships.get((cluster.region, group))
        members = membership.members if membership is not None else ()
        foreign = {
            member.instance_id
            for member in members
            if member.instance_id and member.instance_id not in own and not (group in pods and member.business == "eks")
        }
        if foreign:
            roles = {stack.role for stack in stacks if group in stack.security_groups}
            bound = replace(
                stacks[0],
                role=Role.NODE if Role.NODE in roles else Role.MASTER,
                security_groups=(group,),
                nodes=tuple(sorted(foreign)),
                node_pools=(),
            )
            yield _identified(_finding(cluster, bound, Code.FOREIGN_INSTANCE, Severity.MEDIUM), *sorted(foreign))


def _difference(alike: list[Stack], decisions: Decisions) -> PacketSet:
    """Packets, of either direction, that not all of the stacks certainly treat alike."""
    differing = NOTHING
    for direction in Direction:
        allowed = [decisions.of(stack, direction).allowed for stack in alike]
        undecided = union(decisions.of(stack, direction).undecided for stack in alike)
        common = allowed[0]
        for passing in allowed[1:]:
            common &= passing
        differing |= (union(allowed) - common) | undecided
    return differing


def _finding(cluster: Cluster, stack: Stack, code: Code, severity: Severity) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        fingerprint="",
        region=cluster.region,
        cluster_id=cluster.cluster_id,
        role=stack.role,
        security_groups=stack.security_groups,
        nodes=stack.nodes,
        node_pools=stack.node_pools,
    )


def _identified(finding: Finding, *parts: str) -> Finding:
    return replace(finding, fingerprint=fingerprint(finding, *parts))
