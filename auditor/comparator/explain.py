"""Explains what a stack does with one packet: tries the rules in order, as resolved for the audit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from auditor.comparator import requirements
from auditor.comparator.cluster_networks import resolve_networks
from auditor.comparator.coverage import no_group_gap
from auditor.comparator.load_balancer_paths import cluster_paths
from auditor.comparator.requirements import ResolvedRequirement
from auditor.comparator.resolve import ResolvedRule, Resolver
from auditor.comparator.stacks import Decisions, Stack, stacks
from auditor.model import addresses, services
from auditor.model.baseline import Policy
from auditor.model.clusters import Cluster, Role
from auditor.model.gaps import Gap
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.load_balancers import HealthCheckSource, Target
from auditor.model.outcomes import Considered, Explanation, Flow, FlowVerdict, Match
from auditor.model.packets import PacketSet
from auditor.model.rules import Action, Direction
from auditor.model.snapshot import Snapshot

HEALTH_CHECK_SOURCES = addresses.parse("100.64.0.0/10")
"""The source of the health checks of a listener that does not use the address of its load balancer."""
BALANCER_SOURCES = HEALTH_CHECK_SOURCES | addresses.parse("169.254.128.0/17")
"""Sources of health checks of load balancers: 100.64.0.0/10, and 169.254.128.0/17 for older internal ones.

Security groups let both in by default, but only from load balancers of the account of the back end (documents of CLB on
health checks). The rules decide packets of other senders in these ranges. Requirements do not depend on this: they name
the clients of a load balancer.
"""


def explain(
    snapshot: Snapshot, policy: Policy, cluster: Cluster, flow: Flow, *, role: Role | None = None, node: str = ""
) -> tuple[Explanation, ...]:
    """Explain ``flow`` on the stacks of ``cluster``: all stacks, or those of a role, or of a node.

    ``node`` is the id of a node, pool or interface, or the name of an add-on; a node also has the stacks of its
    interfaces. The result is empty if no stack fits.
    """
    return Explainer(snapshot, policy, cluster).on_stacks(flow, role=role, node=node)


class Explainer:
    """Explains flows on the stacks of one cluster."""

    def __init__(self, snapshot: Snapshot, policy: Policy, cluster: Cluster) -> None:
        self._policy = policy.for_cluster(cluster)
        self._cluster = cluster
        self._clusters = {other.cluster_id: other for other in (*snapshot.neighbours, *snapshot.clusters)}
        self._networks = resolve_networks(cluster, policy.cluster_network)
        self.decisions = Decisions(Resolver(snapshot))
        self.stacks = stacks(cluster)
        self.paths = cluster_paths(cluster, self.stacks, snapshot, self.decisions, self._networks)
        self._sides: dict[tuple[Stack, Direction], tuple[tuple[ResolvedRequirement, ...], PacketSet]] = {}

    def on_stacks(self, flow: Flow, *, role: Role | None = None, node: str = "") -> tuple[Explanation, ...]:
        """The explanation of ``flow`` on each stack of a role or node. An entrance has no egress."""
        return tuple(self.explain(stack, flow, node) for stack in self.stacks_for(flow.direction, role, node))

    def stacks_for(self, direction: Direction, role: Role | None = None, node: str = "") -> Iterator[Stack]:
        """The stacks of a role or node that packets of the direction can meet."""
        for stack in self.stacks:
            is_asked_for = role in (None, stack.role) and (not node or node in (*stack.nodes, *stack.bearers))
            if is_asked_for and (direction is Direction.INGRESS or not stack.entrances):
                yield stack

    def explain(self, stack: Stack, flow: Flow, node: str = "") -> Explanation:
        """The explanation of ``flow`` on ``stack``. Of health checks, only those of ``node`` count if it is given."""
        service, point = place(flow)
        considered = self.considered(self.decisions.lines(stack, flow.direction), flow)
        by_rules = verdict(considered)
        ingress = flow.direction is Direction.INGRESS
        balancer_source = by_rules is FlowVerdict.DENY and ingress and point in BALANCER_SOURCES
        checks = tuple(self._health_checks(stack, service, point, node)) if balancer_source else ()
        unsure = FlowVerdict.ALLOW if checks else FlowVerdict.UNKNOWN
        needs, permitted = self._side(stack, flow.direction)
        return Explanation(
            region=self._cluster.region,
            cluster_id=self._cluster.cluster_id,
            role=stack.role,
            security_groups=stack.security_groups,
            nodes=stack.nodes,
            node_pools=stack.node_pools,
            attachment=stack.attachment,
            interfaces=stack.interfaces,
            add_ons=stack.add_ons,
            blocks=stack.acl,
            flow=flow,
            verdict=unsure if balancer_source else by_rules,
            decided_by=decider(considered, by_rules),
            considered=considered,
            requirements=tuple(need.requirement.requirement_id for need in needs if (service, point) in need.certain),
            permitted=(service, point) in permitted,
            undocumented=stack.undocumented,
            balancer_source=balancer_source,
            health_checks=checks,
        )

    def _side(self, stack: Stack, direction: Direction) -> tuple[tuple[ResolvedRequirement, ...], PacketSet]:
        """The requirements on one direction of a stack, and the packets that certainly may be open there."""
        if (stack, direction) not in self._sides:
            policy, cluster = self._policy, self._cluster
            networks = self.paths.networks_of(stack, self._networks)
            needs = requirements.resolved_requirements(cluster, policy, self._clusters, networks)
            certain, _ = requirements.permitted(cluster, stack.role, direction, policy, needs, networks)
            self._sides[stack, direction] = tuple(requirements.of_side(needs, stack.role, direction)), certain
        return self._sides[stack, direction]

    @staticmethod
    def considered(lines: tuple[ResolvedRule, ...], flow: Flow) -> tuple[Considered, ...]:
        """The rules that ``flow`` meets, up to the deciding rule."""
        return tuple(_considered(lines, *place(flow)))

    def _health_checks(self, stack: Stack, service: int, point: int, node: str) -> Iterator[str]:
        """The listeners that check a back end on ``stack`` by this service from 100.64.0.0/10."""
        if point not in HEALTH_CHECK_SOURCES:
            return
        for _, path in self.paths.of_stack(stack):
            targets = (target for target in path.targets if node in ("", target.bearer))
            if any(service in reserved_checks(target.target) for target in targets):
                yield path.listener.listener_id


def reserved_checks(target: Target) -> IntervalSet:
    """The services of the health checks of a back end that come from 100.64.0.0/10."""
    check = target.health_check
    return EMPTY if check is None or check.source is not HealthCheckSource.RESERVED else target.checked_services


def place(flow: Flow) -> tuple[int, int]:
    """The points of a flow on the service and address lines. Raises ``ValueError`` if the peer is not an address."""
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


def verdict(considered: tuple[Considered, ...]) -> FlowVerdict:
    """The verdict that holds for every possible value of the unread parts; unknown if there are several."""
    ways: set[Action] = set()
    for rule in considered:
        if rule.match in (Match.DECIDES, Match.COULD):
            ways |= {Action.ALLOW, Action.DENY} if rule.action is Action.UNREADABLE else {rule.action}
    if not considered or considered[-1].match is not Match.DECIDES:
        ways.add(Action.DENY)
    if len(ways) > 1:
        return FlowVerdict.UNKNOWN
    return FlowVerdict.ALLOW if Action.ALLOW in ways else FlowVerdict.DENY


def decider(considered: tuple[Considered, ...], verdict: FlowVerdict) -> Considered | None:
    """The deciding rule; for an unknown verdict, the first rule that may decide."""
    wanted = (Match.DECIDES, Match.COULD) if verdict is FlowVerdict.UNKNOWN else (Match.DECIDES,)
    return next((rule for rule in considered if rule.match in wanted), None)


def undecided_gaps(snapshot: Snapshot, explanations: Iterable[Explanation]) -> frozenset[Gap]:
    """The gaps that leave the verdict of an explanation unknown; empty if every verdict is decided."""
    return frozenset(
        gap
        for explanation in explanations
        for considered in explanation.considered
        if considered.match is Match.COULD
        for gap in _gaps_of_rule(snapshot, explanation, considered)
    )


def hidden_stack_gaps(cluster: Cluster, role: Role | None = None, node: str = "") -> frozenset[Gap]:
    """The gaps that may hide a stack of the cluster: incomplete lists, bindings that were not read.

    ``role`` limits them to stacks of a role, ``node`` to the stacks of a node, pool, interface or add-on.
    """
    unread = frozenset(
        binding.security_groups
        for binding in cluster.bindings()
        if isinstance(binding.security_groups, Gap)
        and node in ("", binding.bound_by, binding.node_id)
        and role in (None, binding.role)
    )
    return unread if node else unread | frozenset(cluster.gaps)


def _gaps_of_rule(snapshot: Snapshot, explanation: Explanation, considered: Considered) -> Iterator[Gap]:
    group_id = considered.security_group_id
    if not group_id:
        yield no_group_gap(explanation.region, explanation.cluster_id, explanation.attachment, explanation.undocumented)
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
