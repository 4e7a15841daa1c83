"""Explains the way of a packet from a client through a listener of a load balancer to a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from auditor.comparator.explain import Explainer, decider, place, verdict
from auditor.comparator.load_balancer_filters import CLIENT_KINDS, ListenerPorts
from auditor.comparator.resolve import ResolvedRule
from auditor.comparator.stacks import Stack
from auditor.model import services
from auditor.model.baseline import Policy
from auditor.model.clusters import Cluster, bound_groups
from auditor.model.gaps import Gap
from auditor.model.load_balancer_paths import BackEndFilter, LoadBalancerPath, PathTarget
from auditor.model.load_balancers import Listener, LoadBalancer
from auditor.model.outcomes import Explanation, Flow, FlowVerdict, ListenerStep
from auditor.model.rules import Direction
from auditor.model.snapshot import Snapshot


def listeners(snapshot: Snapshot, cluster: Cluster, word: str) -> tuple[Listener, ...]:
    """The listeners with the id ``word``, or of the load balancer with that id, in the VPC of ``cluster``."""
    return tuple(
        listener
        for balancer in snapshot.load_balancers
        if (balancer.region, balancer.vpc_id) == (cluster.region, cluster.vpc_id)
        for listener in balancer.known_listeners
        if word in (balancer.load_balancer_id, listener.listener_id)
    )


def explain_listener(
    snapshot: Snapshot, policy: Policy, cluster: Cluster, flow: Flow, word: str
) -> tuple[tuple[Explanation, ...], frozenset[Gap]]:
    """Explain ``flow`` of a client through a listener, or through a load balancer, to each stack behind it.

    ``word`` is the id of either. The gaps are those that leave a verdict unknown.
    """
    explainer = Explainer(snapshot, policy, cluster)
    explanations = through_listener(explainer, flow, word)
    return explanations, path_gaps(explainer, explanations)


def through_listener(explainer: Explainer, flow: Flow, word: str) -> tuple[Explanation, ...]:
    """The explanation of ``flow`` through a listener or load balancer on each stack behind it."""
    return tuple(
        explanation
        for stack, balancer, path in _paths(explainer, word)
        if _is_to(flow, path.listener)
        for explanation in _explain(explainer, stack, balancer, path, flow)
    )


def path_gaps(explainer: Explainer, explanations: Iterable[Explanation]) -> frozenset[Gap]:
    """The gaps of load balancers that leave a verdict unknown, or hide the back ends."""
    verdicts = {explanation.verdict for explanation in explanations}
    return explainer.paths.gaps if FlowVerdict.UNKNOWN in verdicts or not verdicts else frozenset()


def listener_rules(explainer: Explainer, word: str) -> Iterator[ResolvedRule]:
    """The rules of the load balancer and of the back ends that a packet through a listener may meet."""
    for stack, balancer, _ in _paths(explainer, word):
        yield from _own_lines(explainer, balancer)
        yield from explainer.decisions.lines(stack, Direction.INGRESS)


def _paths(explainer: Explainer, word: str) -> Iterator[tuple[Stack, LoadBalancer, LoadBalancerPath]]:
    """The paths through a listener or load balancer, with the stack behind each."""
    for stack in explainer.stacks:
        for balancer, path in explainer.paths.of_stack(stack):
            if word in (balancer.load_balancer_id, path.listener.listener_id):
                yield stack, balancer, path


def _own_lines(explainer: Explainer, balancer: LoadBalancer) -> tuple[ResolvedRule, ...]:
    """The rules of the groups of the load balancer."""
    bound = bound_groups(balancer.security_groups)
    return explainer.decisions.resolver.lines(balancer.region, bound, Direction.INGRESS)


def _is_to(flow: Flow, listener: Listener) -> bool:
    """Whether a flow goes to the protocol and a port of a listener."""
    first, last = listener.ports
    return (
        flow.direction is Direction.INGRESS
        and flow.protocol is listener.protocol
        and flow.port is not None
        and first <= flow.port <= last
    )


def _explain(
    explainer: Explainer, stack: Stack, balancer: LoadBalancer, path: LoadBalancerPath, flow: Flow
) -> Iterator[Explanation]:
    """One explanation for each port of the back ends, and each SNAT address, with which the flow can arrive."""
    groups = balancer.security_groups
    bound = bound_groups(groups)
    considered = explainer.considered(_own_lines(explainer, balancer), flow)
    own = verdict(considered) if bound else FlowVerdict.ALLOW
    if isinstance(groups, Gap):
        own = FlowVerdict.UNKNOWN
    for arriving, target in _arrivals(balancer, path, flow):
        step = ListenerStep(
            balancer=balancer,
            listener=path.listener,
            flow=flow,
            security_groups=groups,
            considered=considered,
            decided_by=decider(considered, own) if bound else None,
            back_end_filter=target.back_end_filter,
        )
        sees_source = bool(balancer.snat_addresses) or (target.target.kind in CLIENT_KINDS and not balancer.nat64)
        yield _through(explainer.explain(stack, arriving), step, own, sees_source=sees_source)


def _arrivals(balancer: LoadBalancer, path: LoadBalancerPath, flow: Flow) -> Iterator[tuple[Flow, PathTarget]]:
    """The flows that can arrive at the back ends, each with the first back end at which it does."""
    service, _ = place(flow)
    seen: set[tuple[int | None, str, BackEndFilter]] = set()
    for target in path.targets:
        port = services.port_at(ListenerPorts(path.listener, target.target).target_service(service))
        for peer in balancer.snat_addresses or (flow.peer,):
            if (key := (port, peer, target.back_end_filter)) not in seen:
                seen.add(key)
                yield replace(flow, port=port, peer=peer), target


def _through(behind: Explanation, step: ListenerStep, own: FlowVerdict, *, sees_source: bool) -> Explanation:
    """The explanation of the whole way from that of the back end and the verdict of the load balancer.

    ``sees_source``: the documents tell which source address the back end sees.
    """
    filters = step.back_end_filter
    if own is FlowVerdict.DENY or filters is BackEndFilter.BYPASSED:
        # The packet does not arrive, or no group of the back end decides it.
        return replace(
            behind,
            verdict=own,
            decided_by=step.decided_by,
            considered=(),
            listener=step,
            balancer_source=False,
            health_checks=(),
        )
    later = behind.verdict if sees_source else FlowVerdict.UNKNOWN
    if filters is BackEndFilter.UNKNOWN and later is FlowVerdict.DENY:
        later = FlowVerdict.UNKNOWN
    both = later if later is not FlowVerdict.ALLOW else own
    return replace(behind, verdict=both, listener=step)
