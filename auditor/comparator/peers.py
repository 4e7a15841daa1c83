"""Explains a flow from or to a security group, a cluster or a machine: every address of it is tried.

The far side of such a flow is a set of addresses. It is cut wherever a rule begins or ends, so that one address stands
for each part, and no address is left out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from auditor.comparator.cluster_networks import cluster_blocks, resolve_networks
from auditor.comparator.coverage import part_gaps
from auditor.comparator.explain import BALANCER_SOURCES, HEALTH_CHECK_SOURCES, Explainer, place
from auditor.comparator.explain_listener import listener_rules, through_listener
from auditor.comparator.resolve import UNKNOWN_ADDRESSES, Bounds, ResolvedRule, Resolver, unread_gap
from auditor.model import addresses, identifiers
from auditor.model.addresses import ALL_V4, ALL_V6, ANYWHERE
from auditor.model.baseline import NamedNetwork, Policy
from auditor.model.clusters import Attachment, Cluster, Role
from auditor.model.codes import Part
from auditor.model.gaps import Gap
from auditor.model.intervals import IntervalSet
from auditor.model.outcomes import Explanation, Flow, FlowVerdict, PeerVerdicts
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot

_FAMILIES = {Protocol.ICMP: ALL_V4, Protocol.ICMPV6: ALL_V6}
_WORST_FIRST = (FlowVerdict.UNKNOWN, FlowVerdict.DENY, FlowVerdict.ALLOW)
"""As the exit codes of several stacks: 3, 1, 0."""
_ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - not bound to
_LIST_OF_INTERFACES = "DescribeNetworkInterfaces"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerAddresses:
    """The addresses of a peer, and the gaps for which it may have more. No address and no gap: it has none."""

    peer_id: str
    addresses: Bounds
    gaps: frozenset[Gap] = frozenset()

    def of(self, protocol: Protocol) -> PeerAddresses:
        """The addresses of the family of the protocol."""
        family = _FAMILIES.get(protocol, ANYWHERE)
        bounds = Bounds(certain=self.addresses.certain & family, possible=self.addresses.possible & family)
        return replace(self, addresses=bounds)


def peer_addresses(snapshot: Snapshot, policy: Policy, cluster: Cluster, peer_id: str) -> PeerAddresses:
    """The addresses of a group (its members), a cluster (container and cluster network), or a machine or interface.

    The peer talks to ``cluster``. Something that was not read may have any address that can exist in its VPC.
    """
    if peer_id.startswith(identifiers.GROUP):
        peer = _of_group(snapshot, cluster.region, peer_id)
    elif peer_id.startswith(identifiers.CLUSTER):
        peer = _of_cluster(snapshot, policy, peer_id)
    else:
        peer = _of_machine(snapshot, policy, cluster.region, peer_id)
    if not cluster.lacks_ipv6:
        return peer
    certain, possible = peer.addresses.certain, peer.addresses.possible
    return replace(peer, addresses=Bounds(certain=certain, possible=certain | (possible & ALL_V4)))


def _of_group(snapshot: Snapshot, region: str, group_id: str) -> PeerAddresses:
    regions = [item.region for item in snapshot.memberships if item.security_group_id == group_id]
    own = region if region in regions or not regions else regions[0]
    bounds, gaps = Resolver(snapshot).members(own, group_id)
    return PeerAddresses(peer_id=group_id, addresses=bounds, gaps=gaps)


def _of_cluster(snapshot: Snapshot, policy: Policy, cluster_id: str) -> PeerAddresses:
    clusters = [item for item in (*snapshot.clusters, *snapshot.neighbours) if item.cluster_id == cluster_id]
    if not clusters:
        gaps = frozenset(gap for gap in snapshot.gaps if gap.cluster_id == cluster_id)
        return _unread(cluster_id, gaps or frozenset({unread_gap("", cluster_id)}))
    networks = resolve_networks(clusters[0], policy.cluster_network)
    bounds = networks.named[NamedNetwork.CONTAINER] | networks.named[NamedNetwork.CLUSTER]
    own = clusters[0].networks
    gaps = frozenset(own.container.gaps + cluster_blocks(own, policy.cluster_network).gaps)
    if bounds.certain != bounds.possible:
        gaps = gaps or networks.gaps
    return PeerAddresses(peer_id=cluster_id, addresses=bounds, gaps=gaps)


def _of_machine(snapshot: Snapshot, policy: Policy, region: str, machine_id: str) -> PeerAddresses:
    """The addresses of a node, an instance or an interface, without those of the Pods on it."""
    texts = tuple(text for own in _addresses_in_clusters(snapshot, machine_id) for text in own)
    texts = texts or tuple(text for own in _addresses_of_members(snapshot, machine_id) for text in own)
    if not texts:
        return _unread(machine_id, frozenset({unread_gap(region, machine_id)}))
    gaps = frozenset(_gaps_of_machine(snapshot, policy, machine_id))
    bounds = Bounds.exactly(addresses.union(texts))
    return PeerAddresses(peer_id=machine_id, addresses=bounds | UNKNOWN_ADDRESSES if gaps else bounds, gaps=gaps)


def _addresses_in_clusters(snapshot: Snapshot, machine_id: str) -> Iterator[tuple[str, ...]]:
    for cluster in snapshot.clusters:
        own = _node_ids(cluster, machine_id)
        yield from (node.addresses for node in cluster.nodes if node.node_id in own)
        for interface in cluster.interfaces:
            is_of_node = interface.node_id in own and interface.attachment is Attachment.SECONDARY
            if is_of_node or interface.interface_id == machine_id:
                yield interface.addresses


def _addresses_of_members(snapshot: Snapshot, machine_id: str) -> Iterator[tuple[str, ...]]:
    """The addresses of a machine outside the clusters that binds a group that was read."""
    for membership in snapshot.memberships:
        for member in membership.members:
            if machine_id in (member.instance_id, member.interface_id):
                yield member.addresses


def _gaps_of_machine(snapshot: Snapshot, policy: Policy, machine_id: str) -> Iterator[Gap]:
    """The gaps for which a node may have further addresses: its interfaces were not read."""
    for cluster in snapshot.clusters:
        if _node_ids(cluster, machine_id):
            yield from (gap for gap in part_gaps(snapshot, cluster, policy.left_out) if gap.resource == Part.INTERFACES)
            yield from (gap for gap in cluster.gaps if gap.action == _LIST_OF_INTERFACES)


def _node_ids(cluster: Cluster, machine_id: str) -> frozenset[str]:
    return frozenset(node.node_id for node in cluster.nodes if machine_id in (node.node_id, node.instance_id))


def _unread(peer_id: str, gaps: frozenset[Gap]) -> PeerAddresses:
    return PeerAddresses(peer_id=peer_id, addresses=UNKNOWN_ADDRESSES, gaps=gaps)


def explain_peer(
    explainer: Explainer, peer: PeerAddresses, flow: Flow, *, role: Role | None = None, node: str = ""
) -> tuple[Explanation, ...]:
    """The worst explanation of ``flow`` on each stack of a role or node, over all addresses of the peer."""
    service, _ = place(replace(flow, peer=_ANY_ADDRESS))
    rules = (
        line
        for stack in explainer.stacks_for(flow.direction, role, node)
        for line in explainer.decisions.lines(stack, flow.direction)
        if service in line.services.possible
    )
    return _worst_of_stacks(peer, rules, flow, lambda packet: explainer.on_stacks(packet, role=role, node=node))


def explain_peer_through_listener(
    explainer: Explainer, peer: PeerAddresses, flow: Flow, listener: str
) -> tuple[Explanation, ...]:
    """As :func:`explain_peer`, for the clients of a listener or load balancer."""
    rules = listener_rules(explainer, listener)
    return _worst_of_stacks(peer, rules, flow, lambda packet: through_listener(explainer, packet, listener))


def _parts(peer: PeerAddresses, lines: Iterable[ResolvedRule]) -> Iterator[tuple[int, int]]:
    """The possible addresses of a peer, cut wherever one of the rules, or the answer for it, may begin or end."""
    sets = [peer.addresses.certain, BALANCER_SOURCES, HEALTH_CHECK_SOURCES]
    sets += [bounds for line in lines for bounds in (line.addresses.certain, line.addresses.possible)]
    cuts = sorted({cut for addresses_ in sets for cut in addresses_.bounds})
    for low, high in peer.addresses.possible:
        inner = cuts[bisect_right(cuts, low) : bisect_left(cuts, high)]
        yield from pairwise((low, *inner, high))


def _worst_of_stacks(
    peer: PeerAddresses,
    rules: Iterable[ResolvedRule],
    flow: Flow,
    explain: Callable[[Flow], tuple[Explanation, ...]],
) -> tuple[Explanation, ...]:
    """The worst explanation of each stack, with the addresses of each verdict. ``explain`` explains one address.

    Addresses that the peer may have, but does not certainly have, count only where they are worse: then the verdict is
    unknown.
    """
    by_stack: dict[tuple[object, ...], list[tuple[tuple[int, int], Explanation]]] = {}
    for part in _parts(peer, rules):
        of_address = explain(replace(flow, peer=addresses.address_text(part[0])))
        for number, explanation in enumerate(of_address):
            by_stack.setdefault((number, explanation.stack_key), []).append((part, explanation))
    return tuple(_worst(peer, tried) for tried in by_stack.values())


def _worst(peer: PeerAddresses, tried: list[tuple[tuple[int, int], Explanation]]) -> Explanation:
    certain = [(part, explanation) for part, explanation in tried if part[0] in peer.addresses.certain]
    _, chosen = min(certain or tried, key=_rank)
    _, possible = min(tried, key=_rank)
    verdict = chosen.verdict
    if not certain or _WORST_FIRST.index(possible.verdict) < _WORST_FIRST.index(verdict):
        verdicts = {explanation.verdict for _, explanation in tried}
        verdict = possible.verdict if len(verdicts) == 1 else FlowVerdict.UNKNOWN
        chosen = possible
    by_verdict = {
        kind: IntervalSet.of(part for part, explanation in certain if explanation.verdict is kind)
        for kind in _WORST_FIRST
    }
    verdicts_of_peer = PeerVerdicts(
        peer_id=peer.peer_id,
        allowed=by_verdict[FlowVerdict.ALLOW],
        denied=by_verdict[FlowVerdict.DENY],
        unknown=by_verdict[FlowVerdict.UNKNOWN],
        complete=not peer.gaps,
    )
    return replace(chosen, verdict=verdict, peer=verdicts_of_peer)


def _rank(tried: tuple[tuple[int, int], Explanation]) -> int:
    return _WORST_FIRST.index(tried[1].verdict)
