"""Why one packet gets through a stack, or why not: the rules tried in order, on the same lines as the audit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from auditor.comparator import requirements
from auditor.comparator.cluster_networks import resolve_networks
from auditor.comparator.coverage import no_group_gap
from auditor.comparator.resolve import ResolvedRule, Resolver
from auditor.comparator.stacks import Decisions, Stack, stacks
from auditor.model import addresses, services
from auditor.model.baseline import Policy
from auditor.model.clusters import Cluster, Role
from auditor.model.gaps import Gap
from auditor.model.intervals import IntervalSet
from auditor.model.outcomes import Considered, Explanation, Flow, FlowVerdict, Match
from auditor.model.rules import Action, Direction
from auditor.model.snapshot import Snapshot

BALANCER_SOURCES = addresses.union(("100.64.0.0/10", "169.254.128.0/17"))
"""Where health checks of load balancers come from: 100.64.0.0/10, and 169.254.128.0/17 of older internal ones.

Security groups let both in by default, and only from load balancers of the account that owns the back end (documents of
CLB on health checks). A packet from there may also come from something else, which the rules then decide. Requirements
do not depend on it: they name the clients of a load balancer.
"""


def explain(
    snapshot: Snapshot, policy: Policy, cluster: Cluster, flow: Flow, *, role: Role | None = None, node: str = ""
) -> tuple[Explanation, ...]:
    """The fate of ``flow`` on each stack of ``cluster`` that is asked about: one node's, a role's, or all.

    ``node`` is the id of a node or pool. The result is empty when no stack fits.
    """
    decisions = Decisions(Resolver(snapshot))
    clusters = {other.cluster_id: other for other in (*snapshot.neighbours, *snapshot.clusters)}
    return tuple(
        _explain_stack(cluster, stack, flow, decisions, policy, clusters)
        for stack in stacks(cluster)
        if role in (None, stack.role) and (not node or node in (*stack.nodes, *stack.node_pools))
    )


def _explain_stack(
    cluster: Cluster, stack: Stack, flow: Flow, decisions: Decisions, policy: Policy, clusters: dict[str, Cluster]
) -> Explanation:
    service, point = place(flow)
    considered = tuple(_considered(decisions.of(stack, flow.direction).lines, service, point))
    by_rules = _verdict(considered)
    balancer_source = by_rules is FlowVerdict.DENY and flow.direction is Direction.INGRESS and point in BALANCER_SOURCES
    networks = resolve_networks(cluster, policy.cluster_network)
    needs = requirements.resolved_requirements(cluster, policy, clusters, networks)
    certain, _ = requirements.permitted(cluster, stack.role, flow.direction, policy, needs, networks)
    return Explanation(
        region=cluster.region,
        cluster_id=cluster.cluster_id,
        role=stack.role,
        security_groups=stack.security_groups,
        nodes=stack.nodes,
        node_pools=stack.node_pools,
        flow=flow,
        verdict=FlowVerdict.UNKNOWN if balancer_source else by_rules,
        decided_by=_decider(considered, by_rules),
        considered=considered,
        requirements=tuple(
            need.requirement.requirement_id
            for need in needs
            if (need.requirement.role, need.requirement.direction) == (stack.role, flow.direction)
            and (service, point) in need.certain
        ),
        permitted=(service, point) in certain,
        undocumented=stack.undocumented,
        balancer_source=balancer_source,
    )


def place(flow: Flow) -> tuple[int, int]:
    """Where a flow stands on the service and the address line. Raises ``ValueError`` for no address."""
    lo, _ = services.span(flow.protocol)
    return lo + (flow.port or 0), addresses.point_of(flow.peer)


def _considered(lines: tuple[ResolvedRule, ...], service: int, point: int) -> Iterator[Considered]:
    for line in lines:
        match = _match(line, service, point)
        yield Considered(security_group_id=line.security_group_id, rule=line.rule, match=match, action=line.action)
        if match is Match.DECIDES:
            return


def _match(line: ResolvedRule, service: int, point: int) -> Match:
    if service not in line.services.possible:
        lo, hi = services.span(services.protocol_at(service))
        return Match.OTHER_PORT if line.services.possible & IntervalSet((lo, hi)) else Match.OTHER_PROTOCOL
    if point not in line.addresses.possible:
        family = addresses.ALL_V4 if point in addresses.ALL_V4 else addresses.ALL_V6
        return Match.OTHER_ADDRESS if line.addresses.possible & family else Match.OTHER_FAMILY
    certain = service in line.services.certain and point in line.addresses.certain
    return Match.DECIDES if certain else Match.COULD


def _verdict(considered: tuple[Considered, ...]) -> FlowVerdict:
    """The one answer of every reading of what was not read, or unknown."""
    ways: set[Action] = set()
    for rule in considered:
        if rule.match in (Match.DECIDES, Match.COULD):
            ways |= {Action.ALLOW, Action.DENY} if rule.action is Action.UNREADABLE else {rule.action}
    if not considered or considered[-1].match is not Match.DECIDES:
        ways.add(Action.DENY)
    if len(ways) > 1:
        return FlowVerdict.UNKNOWN
    return FlowVerdict.ALLOW if Action.ALLOW in ways else FlowVerdict.DENY


def _decider(considered: tuple[Considered, ...], verdict: FlowVerdict) -> Considered | None:
    """The rule that decides; where that is unknown, the first that could."""
    wanted = (Match.DECIDES, Match.COULD) if verdict is FlowVerdict.UNKNOWN else (Match.DECIDES,)
    return next((rule for rule in considered if rule.match in wanted), None)


def undecided_gaps(snapshot: Snapshot, explanations: Iterable[Explanation]) -> frozenset[Gap]:
    """Everything unread or unreadable that leaves one of the flows open; nothing for flows that were decided."""
    return frozenset(
        gap
        for explanation in explanations
        for considered in explanation.considered
        if considered.match is Match.COULD
        for gap in _behind(snapshot, explanation, considered)
    )


def hidden_stack_gaps(cluster: Cluster, role: Role | None = None, node: str = "") -> frozenset[Gap]:
    """Why a stack of the cluster may be missing: lists that were cut short, bindings that were not read.

    With ``role`` only stacks of that role, with ``node``, the id of a node or pool, only its own stack.
    """
    unread = frozenset(
        binding.security_groups
        for binding in cluster.bindings()
        if isinstance(binding.security_groups, Gap) and node in ("", binding.bound_by) and role in (None, binding.role)
    )
    return unread if node else unread | frozenset(cluster.gaps)


def _behind(snapshot: Snapshot, explanation: Explanation, considered: Considered) -> Iterator[Gap]:
    group_id = considered.security_group_id
    if not group_id:
        yield no_group_gap(explanation.region, explanation.cluster_id, explanation.undocumented)
        return
    group = snapshot.group_by_id.get((explanation.region, group_id))
    rules = group.rules(explanation.flow.direction) if group is not None else ()
    if isinstance(rules, Gap):
        yield rules
        return
    if group is None or considered.rule is None:
        yield from Resolver(snapshot).gaps(explanation.region, (group_id,))
        return
    resource = f"{group_id}/{explanation.flow.direction}/{considered.rule.index}"
    own = tuple(gap for gap in group.gaps if gap.resource == resource)
    alone = replace(group, ingress=(considered.rule,), egress=(), gaps=own)
    yield from Resolver(replace(snapshot, security_groups=(alone,))).gaps(explanation.region, (group_id,))
