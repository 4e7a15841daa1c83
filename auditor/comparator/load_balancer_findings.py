"""Builds the findings about the paths through load balancers (TSG102, TSG202).

Any address may reach a listener only because the groups of the nodes let any address in: pass to target is off, and
the load balancer has no groups. This is not a finding. The packets pass the groups of the nodes, and the rows of the
baseline decide whether they are permitted there. TSG202 is about packets that these rows cannot see: a load balancer
bypasses the groups of its back ends, or its own groups let any address in.

The entrance of the API server is a stack of its own, so its load balancer is not reported as open again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from auditor.comparator import excess, requirements
from auditor.comparator.cluster_networks import ResolvedNetworks
from auditor.comparator.effective import IMPLICIT_DENY
from auditor.comparator.findings import UNWEIGHED, deciding_evidence, stack_finding
from auditor.comparator.load_balancer_paths import ClusterPaths
from auditor.comparator.stacks import Decisions, Stack
from auditor.model.addresses import families_open_to_any
from auditor.model.baseline import ExcessTable, Policy, Reach
from auditor.model.clusters import Attachment, Cluster, Exposure, Role, bound_groups
from auditor.model.codes import Code, Severity
from auditor.model.evidence import Evidence, EvidenceKind, ResourceEvidence
from auditor.model.findings import Finding
from auditor.model.load_balancer_paths import LoadBalancerPath
from auditor.model.load_balancers import LoadBalancer
from auditor.model.packets import PacketSet, union
from auditor.model.rules import Direction
from auditor.model.services import Protocol, services

WEB = "web"
"""The class of TCP and UDP 80 and 443 in the subject of TSG202, which has a low severity at a load balancer."""
_WEB_PORTS = tuple((port, port) for port in (80, 443))
_WEB_SERVICES = services(Protocol.TCP, _WEB_PORTS) | services(Protocol.UDP, _WEB_PORTS)


def path_findings(
    cluster: Cluster,
    stacks: Sequence[Stack],
    paths: ClusterPaths,
    decisions: Decisions,
    policy: Policy,
    networks: ResolvedNetworks,
) -> Iterator[Finding]:
    """The findings of every path to the stacks of a cluster."""
    entrances = {entrance.load_balancer_id for entrance in cluster.entrances}
    for stack in stacks:
        for balancer, path in paths.of_stack(stack):
            yield from _blocked(cluster, stack, balancer, path, decisions)
            if balancer.load_balancer_id not in entrances:
                yield from _open(cluster, stack, balancer, path, decisions, policy, networks)


def open_severity(table: ExcessTable, role: Role, open_packets: PacketSet) -> tuple[Severity, str]:
    """The severity of a listener that any address reaches, and the class of its worst port."""
    classes = [(Severity.LOW, WEB)] if open_packets.services & _WEB_SERVICES else []
    rest = open_packets.services - _WEB_SERVICES
    classes += [
        (excess.severity(table, Direction.INGRESS, Reach.ANY, service_class.name), service_class.name)
        for service_class, of_class in excess.service_classes(role, table)
        if rest & of_class
    ]
    return min(classes, key=lambda entry: entry[0].rank)


def _blocked(
    cluster: Cluster, stack: Stack, balancer: LoadBalancer, path: LoadBalancerPath, decisions: Decisions
) -> Iterator[Finding]:
    """Report TSG102: expected clients or health checks that certainly do not get through to the back ends."""
    stopped = path.stopped | path.stopped_checks
    if not stopped:
        return
    decision = decisions.of(stack, Direction.INGRESS)
    deciders = decision.deciders(path.stopped_at_back_ends)
    yield _finding(
        cluster,
        stack,
        balancer,
        path,
        Code.LOAD_BALANCER_PATH_BLOCKED,
        Severity.MEDIUM,
        stopped,
        evidence=(
            *deciding_evidence(decisions.lines(stack, Direction.INGRESS), deciders),
            *_own_evidence(balancer, path.stopped_by_balancer, decisions),
        ),
        default_deny=IMPLICIT_DENY in deciders,
    )


def _open(
    cluster: Cluster,
    stack: Stack,
    balancer: LoadBalancer,
    path: LoadBalancerPath,
    decisions: Decisions,
    policy: Policy,
    networks: ResolvedNetworks,
) -> Iterator[Finding]:
    """Report TSG202: a listener of a public load balancer that any address reaches because of the load balancer.

    The allowances of the baseline are about the ports of nodes and Pods, not about those of listeners.
    """
    to_any = PacketSet.of_rows(
        (lo, hi, clients & families_open_to_any(clients)) for lo, hi, clients in path.reaches.rows
    )
    allowed = requirements.allowed_on_purpose(cluster, stack.role, Direction.INGRESS, policy.allowances, networks)
    open_packets = to_any - union(possible for _, possible in allowed)
    if not balancer.is_public or not open_packets:
        return
    yield _finding(
        cluster,
        stack,
        balancer,
        path,
        Code.LOAD_BALANCER_OPEN,
        UNWEIGHED,
        open_packets,
        evidence=_own_evidence(balancer, open_packets, decisions),
    )


def _own_evidence(balancer: LoadBalancer, decided: PacketSet, decisions: Decisions) -> tuple[Evidence, ...]:
    groups = bound_groups(balancer.security_groups)
    if not groups or not decided:
        return ()
    lines = decisions.resolver.lines(balancer.region, groups, Direction.INGRESS)
    return deciding_evidence(lines, decisions.of_rules(lines).deciders(decided))


def _finding(
    cluster: Cluster,
    stack: Stack,
    balancer: LoadBalancer,
    path: LoadBalancerPath,
    code: Code,
    severity: Severity,
    packets: PacketSet,
    **more: Any,  # noqa: ANN401
) -> Finding:
    primary = stack.attachment is Attachment.PRIMARY
    bearers = path.bearers or (stack.nodes if primary else stack.interfaces)
    behind = replace(
        stack,
        nodes=bearers if primary else stack.nodes,
        interfaces=() if primary else bearers,
        node_pools=(),
        add_ons=(),
        exposure=Exposure.INTERNET if balancer.is_public else Exposure.NONE_FOUND,
    )
    return stack_finding(
        cluster.cluster_id,
        behind,
        code,
        severity,
        parts=(balancer.load_balancer_id, path.listener.listener_id),
        direction=Direction.INGRESS,
        packets=packets,
        resources=(
            ResourceEvidence(kind=EvidenceKind.LOAD_BALANCER, resource_id=balancer.load_balancer_id),
            ResourceEvidence(kind=EvidenceKind.LISTENER, resource_id=path.listener.listener_id),
        ),
        **more,
    )
