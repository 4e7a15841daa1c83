"""Why one packet gets through a stack, or why not: the rules tried in order, on the same lines as the audit."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.comparator import requirements
from auditor.comparator.resolve import Line, Resolver
from auditor.comparator.stacks import Decisions, Stack, stacks
from auditor.comparator.territory import territory
from auditor.model import addresses, services
from auditor.model.baseline import Policy
from auditor.model.estate import Cluster, Role
from auditor.model.explanation import Considered, Explanation, Flow, FlowVerdict, Match
from auditor.model.intervals import IntervalSet
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
    known = {other.cluster_id: other for other in (*snapshot.neighbours, *snapshot.clusters)}
    return tuple(
        _explain_stack(cluster, stack, flow, decisions, policy, known)
        for stack in stacks(cluster)
        if role in (None, stack.role) and (not node or node in (*stack.nodes, *stack.node_pools))
    )


def _explain_stack(
    cluster: Cluster, stack: Stack, flow: Flow, decisions: Decisions, policy: Policy, known: dict[str, Cluster]
) -> Explanation:
    service, point = place(flow)
    considered = tuple(_considered(decisions.of(stack, flow.direction).lines, service, point))
    by_rules = _verdict(considered)
    balancer_source = by_rules is FlowVerdict.DENY and flow.direction is Direction.INGRESS and point in BALANCER_SOURCES
    land = territory(cluster, policy.cluster_network)
    demanded = requirements.demands(cluster, policy, known, land)
    sure, _ = requirements.permitted(cluster, stack.role, flow.direction, policy, demanded, land)
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
            demand.requirement.requirement_id
            for demand in demanded
            if (demand.requirement.role, demand.requirement.direction) == (stack.role, flow.direction)
            and (service, point) in demand.sure
        ),
        permitted=(service, point) in sure,
        undocumented=stack.undocumented,
        balancer_source=balancer_source,
    )


def place(flow: Flow) -> tuple[int, int]:
    """Where a flow stands on the service and the address line. Raises ``ValueError`` for no address."""
    lo, _ = services.span(flow.protocol)
    return lo + (flow.port or 0), addresses.point_of(flow.peer)


def _considered(lines: tuple[Line, ...], service: int, point: int) -> Iterator[Considered]:
    for line in lines:
        match = _match(line, service, point)
        yield Considered(security_group_id=line.security_group_id, rule=line.rule, match=match, action=line.action)
        if match is Match.DECIDES:
            return


def _match(line: Line, service: int, point: int) -> Match:
    if service not in line.services.maybe:
        lo, hi = services.span(services.protocol_at(service))
        return Match.OTHER_PORT if line.services.maybe & IntervalSet((lo, hi)) else Match.OTHER_PROTOCOL
    if point not in line.addresses.maybe:
        family = addresses.ALL_V4 if point in addresses.ALL_V4 else addresses.ALL_V6
        return Match.OTHER_ADDRESS if line.addresses.maybe & family else Match.OTHER_FAMILY
    sure = service in line.services.sure and point in line.addresses.sure
    return Match.DECIDES if sure else Match.COULD


def _verdict(considered: tuple[Considered, ...]) -> FlowVerdict:
    """The one answer of every reading of what was not read, or unknown."""
    ways: set[Action] = set()
    for tried in considered:
        if tried.match in (Match.DECIDES, Match.COULD):
            ways |= {Action.ALLOW, Action.DENY} if tried.action is Action.UNREADABLE else {tried.action}
    if not considered or considered[-1].match is not Match.DECIDES:
        ways.add(Action.DENY)
    if len(ways) > 1:
        return FlowVerdict.UNKNOWN
    return FlowVerdict.ALLOW if Action.ALLOW in ways else FlowVerdict.DENY


def _decider(considered: tuple[Considered, ...], verdict: FlowVerdict) -> Considered | None:
    """The rule that decides; where that is unknown, the first that could."""
    wanted = (Match.DECIDES, Match.COULD) if verdict is FlowVerdict.UNKNOWN else (Match.DECIDES,)
    return next((tried for tried in considered if tried.match in wanted), None)
