"""Resolves the requirements of the baseline and of peer clusters, and judges them on the decision of a stack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from auditor.comparator.cluster_networks import UNREAD_NETWORK, ResolvedNetworks, resolve_networks
from auditor.comparator.effective import Decision
from auditor.model.baseline import Allowance, Baseline, FlowPattern, NamedNetwork, Policy, Requirement, Text, Tier
from auditor.model.clusters import Cluster, Role
from auditor.model.codes import GapKind, Severity
from auditor.model.findings import RequirementResult, Status
from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet, cached_union, packets
from auditor.model.rules import Direction
from auditor.model.selectors import selects
from auditor.model.services import EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRequirement:
    """A requirement on ``networks``. ``certain`` packets must pass; for other ``possible`` packets it is unknown."""

    requirement: Requirement
    networks: ResolvedNetworks
    certain: PacketSet
    possible: PacketSet
    applies: bool = True
    unread: bool = False
    """Whether the requirement depends on listeners and not all load balancers were read: its status is unknown."""


def resolved_requirements(
    cluster: Cluster, policy: Policy, clusters: Mapping[str, Cluster], networks: ResolvedNetworks
) -> tuple[ResolvedRequirement, ...]:
    """Every requirement of the baseline and of the configured peers on ``networks``, the networks of ``cluster``."""
    own = tuple(_resolve(requirement, networks) for requirement in policy.baseline.requirements)
    return own + tuple(_peer_requirements(cluster, policy, clusters, networks))


def peer_gaps(cluster: Cluster, policy: Policy, clusters: Mapping[str, Cluster]) -> frozenset[Gap]:
    """The gaps of the clusters that the configuration lists as peers of ``cluster``."""
    gaps: set[Gap] = set()
    for peer in _peers(cluster, policy):
        other = clusters.get(peer)
        gaps |= (
            {_unknown_peer(cluster, peer)} if other is None else resolve_networks(other, policy.cluster_network).gaps
        )
    return frozenset(gaps)


def permitted(
    cluster: Cluster,
    role: Role,
    direction: Direction,
    policy: Policy,
    needs: tuple[ResolvedRequirement, ...],
    networks: ResolvedNetworks,
) -> tuple[PacketSet, PacketSet]:
    """The packets that may be open for a role: certainly permitted, and possibly (if a network was not read)."""
    flows = allowed_on_purpose(cluster, role, direction, (*policy.baseline.allowances, *policy.allowances), networks)
    flows += [(need.certain, need.possible) for need in of_side(needs, role, direction)]
    certainly, possibly = zip(*flows, strict=True) if flows else ((), ())
    return cached_union(certainly), cached_union(possibly)


def allowed_on_purpose(
    cluster: Cluster, role: Role, direction: Direction, allowances: Iterable[Allowance], networks: ResolvedNetworks
) -> list[tuple[PacketSet, PacketSet]]:
    """The flows that ``allowances`` allow without requiring them: their packets, and bounds."""
    return [
        networks.packets(allowance.flow)
        for allowance in allowances
        if allowance.direction is direction and _applies_to(allowance, cluster, role)
    ]


def judge(need: ResolvedRequirement, decision: Decision) -> RequirementResult:
    """Judge a requirement on a stack.

    ``missing`` packets certainly do not pass. ``undecided`` packets may pass or may be required; they make the
    requirement unknown.
    """
    missing = decision.denied_of(need.certain)
    undecided = (need.certain & decision.undecided) | ((need.possible - need.certain) - decision.allowed)
    return RequirementResult(
        requirement=need.requirement,
        status=_status(need, missing, undecided),
        required=need.certain,
        missing=missing if need.applies else PacketSet(),
        undecided=undecided if need.applies else PacketSet(),
    )


def severity_of_missing(need: ResolvedRequirement, missing: PacketSet) -> tuple[Severity, Text]:
    """The severity of the worst missing packet, and the reason why it is needed.

    The first tier that may have a packet gives its severity. Among tiers of equal severity the last gives the reason,
    and the requirement itself counts as the last tier, because its reason covers more packets.
    """
    requirement = need.requirement
    severities: list[tuple[Severity, Text]] = []
    rest = missing
    for tier in requirement.tiers:
        if not rest:
            break
        _, possible = need.networks.packets(tier.flow)
        if rest & possible:
            severities.append((tier.severity, tier.reason or requirement.reason))
        rest = rest - possible
    if rest:
        severities.append((requirement.severity, requirement.reason))
    return min(reversed(severities), key=lambda entry: entry[0].rank)


def _status(need: ResolvedRequirement, missing: PacketSet, undecided: PacketSet) -> Status:
    if not need.applies:
        return Status.NOT_APPLICABLE
    if undecided or need.unread:
        return Status.UNKNOWN
    if not missing:
        return Status.MET
    return Status.BLOCKED if missing == need.certain else Status.PARTIAL


def _resolve(requirement: Requirement, networks: ResolvedNetworks) -> ResolvedRequirement:
    certain, possible = networks.packets(requirement.flow)
    return ResolvedRequirement(
        requirement=requirement,
        networks=networks,
        certain=certain,
        possible=possible,
        applies=networks.applies(requirement.flow, possible),
        unread=networks.listeners.unread and NamedNetwork.LISTENERS in requirement.flow.networks,
    )


def of_side(needs: tuple[ResolvedRequirement, ...], role: Role, direction: Direction) -> Iterator[ResolvedRequirement]:
    """The requirements of ``needs`` for one direction of a role."""
    for need in needs:
        if need.requirement.role is role and need.requirement.direction is direction:
            yield need


def _applies_to(allowance: Allowance, cluster: Cluster, role: Role) -> bool:
    of_role = not allowance.roles or role in allowance.roles
    return of_role and selects(allowance.clusters, cluster)


def _peers(cluster: Cluster, policy: Policy) -> tuple[str, ...]:
    peer_lists = [peers for peers in policy.peers if cluster.cluster_id in peers]
    return tuple(sorted({peer for peers in peer_lists for peer in peers} - {cluster.cluster_id}))


def _peer_requirements(
    cluster: Cluster, policy: Policy, clusters: Mapping[str, Cluster], networks: ResolvedNetworks
) -> Iterator[ResolvedRequirement]:
    for peer, role in product(_peers(cluster, policy), _PEER_SEVERITIES):
        other = clusters.get(peer)
        for network in (NamedNetwork.CONTAINER, NamedNetwork.CLUSTER):
            requirement = _peer_requirement(peer, role, network, policy.baseline)
            if other is None:
                anything = packets(EVERYTHING, UNREAD_NETWORK)
                yield ResolvedRequirement(
                    requirement=requirement, networks=networks, certain=PacketSet(), possible=anything
                )
            else:
                yield _resolve(requirement, resolve_networks(other, policy.cluster_network))


_PEER_SEVERITIES = {Role.NODE: Severity.HIGH, Role.POD: Severity.MEDIUM}
"""The roles that peers must reach, with the severity of blocked traffic from their Pods and subnets.

The rest of the VPC of a peer has a low severity, as in the baseline.
"""


def _service_tiers(baseline: Baseline, role: Role, network: NamedNetwork) -> Iterator[Tier]:
    """The tiers of the baseline for traffic between nodes or Pods of a cluster; they apply to peers as well."""
    for row in baseline.requirements:
        if (row.role, row.direction) == (role, Direction.INGRESS) and row.flow.networks == (network,):
            yield from (
                tier
                for tier in row.tiers
                if tier.flow.networks == (network,) and not tier.flow.cidrs and tier.flow.services != EVERYTHING
            )


def _peer_requirement(peer: str, role: Role, network: NamedNetwork, baseline: Baseline) -> Requirement:
    english = "container" if network is NamedNetwork.CONTAINER else "node"
    chinese = "容器" if network is NamedNetwork.CONTAINER else "节点"
    severity = _PEER_SEVERITIES[role]
    subnets = Tier(flow=FlowPattern(services=EVERYTHING, networks=(NamedNetwork.SUBNETS,)), severity=severity)
    return Requirement(
        requirement_id=f"peer-{peer}-{network}" if role is Role.NODE else f"{role}-peer-{peer}-{network}",
        role=role,
        direction=Direction.INGRESS,
        flow=FlowPattern(services=EVERYTHING, networks=(network,)),
        severity=severity if network is NamedNetwork.CONTAINER else Severity.LOW,
        tiers=(
            *_service_tiers(baseline, role, network),
            *(() if network is NamedNetwork.CONTAINER else (subnets,)),
        ),
        title=Text(en=f"Everything from the {english} network of {peer}", zh=f"放通集群 {peer} 的{chinese}网络"),
        reason=Text(
            en="Clusters of one VPC that talk to each other must let through each other's container and node networks.",
            zh="同一 VPC 不同集群互访的情况，需要放通对应集群的容器网络和节点网络。",
        ),
        row="使用容器服务选择安全组的原则",
    )


def _unknown_peer(cluster: Cluster, peer: str) -> Gap:
    message = f"{peer} is configured to talk to {cluster.cluster_id} and was not found, so what it needs is unknown"
    return cluster.gap(GapKind.NOT_AUDITABLE, "UnknownPeer", message, peer)
