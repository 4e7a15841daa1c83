"""Judges the paths from the clients of load balancers to the nodes and Pods of a cluster, exactly and by port.

The groups of a load balancer see the port of the listener, those of a back end its own port. Back ends see the address
of the client, or one of ``snat_addresses``. Layer 7 listeners are judged in the same way: the documents demand that
back ends let the clients in.

Clients of an internal load balancer are the addresses that private networks can have. The clients that certainly come
(``needed``) are those that the groups of the load balancer let in, or else any address. For an internal load balancer,
whose groups let any address in or that has none, they are the cluster network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_

from auditor.comparator.back_ends import BackEnd, BackEnds
from auditor.comparator.cluster_networks import UNREAD_NETWORK, ListenerPackets, ResolvedNetworks
from auditor.comparator.load_balancer_filters import CLIENT_KINDS, FilterVerdict, ListenerPorts, back_end_filter
from auditor.comparator.stacks import Decisions, Stack
from auditor.model import addresses, identifiers
from auditor.model.addresses import ALL_V4, ALL_V6, ANYWHERE, PRIVATE, PUBLIC
from auditor.model.baseline import NamedNetwork
from auditor.model.clusters import Cluster, bound_groups
from auditor.model.codes import GapKind, Part
from auditor.model.gaps import Gap
from auditor.model.intervals import IntervalSet
from auditor.model.load_balancer_paths import (
    BackEndFilter,
    BalancerPaths,
    HealthCheckState,
    LoadBalancerPath,
    PathTarget,
)
from auditor.model.load_balancers import HealthCheckSource, Listener, LoadBalancer, Target
from auditor.model.packets import NOTHING, UNIVERSE, PacketSet, packets, union
from auditor.model.rules import Direction
from auditor.model.services import services
from auditor.model.snapshot import Snapshot, load_balancer_gaps

BALANCER_LIST = "DescribeLoadBalancers"
"""The action that tells who may connect to a load balancer, but not its back ends."""


def is_of_balancers(gap: Gap, vpc_id: str) -> bool:
    """Whether a gap hides load balancers of a VPC. The resource of a gap of a list is its VPC."""
    return gap.service == "clb" and not (gap.resource.startswith(identifiers.VPC) and gap.resource != vpc_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPaths:
    """The paths to the stacks of one cluster, and the gaps on which they depend."""

    balancers: tuple[BalancerPaths, ...] = ()
    gaps: frozenset[Gap] = frozenset()
    unread: bool = False
    """Whether the cluster may have more listeners or back ends than were read."""

    def of_stack(self, stack: Stack) -> Iterator[tuple[LoadBalancer, LoadBalancerPath]]:
        """The paths to the back ends on ``stack``."""
        for balancer in self.balancers:
            for path in balancer.paths:
                if path.stack_key == stack.stack_key:
                    yield balancer.balancer, path

    def networks_of(self, stack: Stack, networks: ResolvedNetworks) -> ResolvedNetworks:
        """``networks`` with what listeners send to the back ends on ``stack``."""
        paths = [path for _, path in self.of_stack(stack)]
        needed = union(path.needed for path in paths)
        possibly = UNIVERSE if self.unread else union(path.possibly_needed for path in paths)
        listeners = ListenerPackets(needed=needed, possibly_needed=possibly, unread=self.unread)
        return replace(networks, listeners=listeners)


def cluster_paths(
    cluster: Cluster,
    stacks: Sequence[Stack],
    snapshot: Snapshot,
    decisions: Decisions,
    networks: ResolvedNetworks,
) -> ClusterPaths:
    """The paths of every load balancer of the snapshot that has back ends in ``cluster``."""
    back_ends = BackEnds(cluster, stacks, snapshot)
    balancers: list[BalancerPaths] = []
    gaps: set[Gap] = set()
    unread = Part.LOAD_BALANCERS not in snapshot.parts or any(
        is_of_balancers(gap, cluster.vpc_id) for gap in snapshot.gaps if gap.region == cluster.region
    )
    for balancer in snapshot.balancers_of(cluster):
        if balancer.region == cluster.region and balancer.vpc_id == cluster.vpc_id:
            hidden = {gap for gap in load_balancer_gaps(balancer) if gap.action != BALANCER_LIST}
            gaps |= hidden  # back ends that were not read may be of any cluster here
            unread |= bool(hidden)
        judge = _Judge(cluster, balancer, decisions, networks)
        paths = tuple(path for listener in balancer.known_listeners for path in judge.paths(listener, back_ends))
        gaps |= judge.gaps
        unread |= judge.lacks_back_ends
        if paths:
            own_gaps = set(load_balancer_gaps(balancer))
            unread |= bool(own_gaps)
            gaps |= own_gaps | decisions.resolver.gaps(balancer.region, bound_groups(balancer.security_groups))
            balancers.append(BalancerPaths(balancer=balancer, paths=paths))
    return ClusterPaths(balancers=tuple(balancers), gaps=frozenset(gaps), unread=unread)


class _Judge:
    """Judges the listeners of one load balancer for one cluster."""

    def __init__(
        self, cluster: Cluster, balancer: LoadBalancer, decisions: Decisions, networks: ResolvedNetworks
    ) -> None:
        self._cluster = cluster
        self._balancer = balancer
        self._decisions = decisions
        family = ALL_V4 if balancer.ip_version == 4 else ALL_V6
        private = PRIVATE | UNREAD_NETWORK | networks.surroundings
        self._clients = family if balancer.is_public else family & private
        self._outside = self._clients & (PUBLIC - private) if balancer.is_public else self._clients
        cluster_network = networks.named[NamedNetwork.CLUSTER]
        # A VPC has its IPv6 blocks beside the cluster network.
        others = self._clients & networks.surroundings or self._clients
        self._certain_clients = self._clients & cluster_network.certain or others
        self._possible_clients = self._clients & cluster_network.possible or others
        if balancer.is_public:
            self._certain_clients = self._possible_clients = self._clients
        self._snat = addresses.union(balancer.snat_addresses)
        behind = ALL_V4 if balancer.nat64 else family
        self._sources = self._snat or behind
        self._vips = addresses.union(balancer.addresses) & behind
        self.gaps: set[Gap] = set()
        self.lacks_back_ends = False

    def paths(self, listener: Listener, back_ends: BackEnds) -> Iterator[LoadBalancerPath]:
        """The path of ``listener`` to each stack with back ends of it."""
        by_stack: dict[Stack, list[tuple[Target, BackEnd]]] = {}
        for target in listener.known_targets:
            back_end = back_ends.match(self._balancer, listener, target)
            if isinstance(back_end, Gap):
                self.gaps.add(back_end)
                self.lacks_back_ends = True
            elif back_end is not None:
                for stack in back_end.stacks:
                    by_stack.setdefault(stack, []).append((target, back_end))
        for stack, members in by_stack.items():
            path = self._path(listener, stack, members)
            self.gaps.update(self._path_gaps(path))
            yield path

    def _path(self, listener: Listener, stack: Stack, members: list[tuple[Target, BackEnd]]) -> LoadBalancerPath:
        whole = packets(services(listener.protocol, (listener.ports,)), self._clients)
        own = self._own_filter(whole)
        # A back end of weight 0 gets no new connections, so nothing breaks if its groups stop them.
        active = _distinct(member for member in members if member[0].weight != 0)
        distinct = _distinct(members)
        behind = [self._behind(listener, whole, target, back_end) for target, back_end in active or distinct]
        path = own.then(
            FilterVerdict(
                passes=reduce(and_, (verdict.passes for verdict in behind)),
                blocked=union(verdict.blocked for verdict in behind),
            )
        )
        needed, possibly = self._needed(listener, own, whole, distinct)
        checks = [self._check(target, back_end) for target, back_end in active]
        stopped_checks = union(stopped for _, stopped in checks)
        stopped = self._stopped(own, path, whole) if active else NOTHING
        decision = self._decisions.of(stack, Direction.INGRESS)
        arriving = union(self._arriving(listener, target, stopped & own.passes) for target, _ in active)
        return LoadBalancerPath(
            listener=listener,
            role=stack.role,
            attachment=stack.attachment,
            security_groups=stack.security_groups,
            targets=tuple(self._path_target(target, back_end) for target, back_end in members),
            passes=path.passes,
            blocked=path.blocked,
            undecided=whole - path.passes - path.blocked,
            reaches=own.passes
            & union(self._reached(listener, whole, target, back_end) for target, back_end in distinct),
            health_check=_worst({state for state, _ in checks}),
            stopped=stopped,
            stopped_checks=packets(services(listener.protocol, (listener.ports,)), stopped_checks.addresses),
            stopped_by_balancer=stopped & own.blocked,
            stopped_at_back_ends=(arriving & decision.denied) | stopped_checks,
            needed=needed,
            possibly_needed=possibly,
        )

    def _path_target(self, target: Target, back_end: BackEnd) -> PathTarget:
        return PathTarget(
            target=target,
            bearer=back_end.bearer,
            back_end_filter=back_end_filter(self._balancer, target),
            direct=back_end.direct,
        )

    def _stopped(self, own: FilterVerdict, path: FilterVerdict, whole: PacketSet) -> PacketSet:
        """The packets of expected clients that certainly do not get through.

        Without groups of the load balancer, the groups of the back ends may be the filter on purpose. Then only ports
        count at which no client gets through. The clients of a public load balancer come from outside; the groups of
        nodes let private networks in anyway.
        """
        if bound_groups(self._balancer.security_groups):
            named = self._expected(own.passes, self._certain_clients) & path.blocked
            dead_ports = whole.services - (whole - own.blocked).services
            return named | packets(dead_ports, self._certain_clients)
        dead_ports = whole.services - (packets(whole.services, self._outside) - path.blocked).services
        return packets(dead_ports, self._certain_clients) & path.blocked

    def _arriving(self, listener: Listener, target: Target, stopped: PacketSet) -> PacketSet:
        """The packets ``stopped`` as they arrive at a back end whose groups filter them."""
        if back_end_filter(self._balancer, target) is not BackEndFilter.APPLIES or not stopped:
            return NOTHING
        ports = ListenerPorts(listener, target)
        arriving = ports.at_target(stopped)
        return arriving if self._sees_clients(target) else packets(arriving.services, self._sources)

    def _reached(self, listener: Listener, whole: PacketSet, target: Target, back_end: BackEnd) -> PacketSet:
        """The packets that certainly reach the back end past the groups of the back end, if these can let them in.

        Without groups of the load balancer, only back ends count that have no groups, whose groups do not filter, or
        whose groups see SNAT addresses. Of the last, clients that the groups themselves let in do not count.
        """
        passes = self._behind(listener, whole, target, back_end).passes
        is_bare = not any(stack.security_groups for stack in back_end.stacks)
        is_bypassed = back_end_filter(self._balancer, target) is BackEndFilter.BYPASSED
        if is_bare or is_bypassed or bound_groups(self._balancer.security_groups):
            return passes
        if not self._snat:
            return NOTHING
        ports = ListenerPorts(listener, target)
        let_in = [self._decisions.of(stack, Direction.INGRESS).allowed for stack in back_end.stacks]
        return passes - reduce(and_, (ports.at_listener(allowed, every=True) for allowed in let_in))

    def _own_filter(self, whole: PacketSet) -> FilterVerdict:
        """The groups of the load balancer on the ports of the listener."""
        groups = self._balancer.security_groups
        if isinstance(groups, Gap):
            return FilterVerdict(passes=NOTHING, blocked=NOTHING)
        if not groups:
            return FilterVerdict(passes=whole, blocked=NOTHING)
        lines = self._decisions.resolver.lines(self._balancer.region, groups, Direction.INGRESS)
        decision = self._decisions.of_rules(lines)
        return FilterVerdict(passes=whole & decision.allowed, blocked=whole & decision.denied)

    def _behind(self, listener: Listener, whole: PacketSet, target: Target, back_end: BackEnd) -> FilterVerdict:
        """The groups of a back end, for packets to the ports of the listener."""
        how = back_end_filter(self._balancer, target)
        if how is BackEndFilter.BYPASSED:
            return FilterVerdict(passes=whole, blocked=NOTHING)
        verdicts = [self._on_stack(listener, whole, target, stack) for stack in back_end.stacks]
        passes = reduce(and_, (verdict.passes for verdict in verdicts))
        blocked = reduce(and_, (verdict.blocked for verdict in verdicts))
        return FilterVerdict(passes=passes, blocked=NOTHING if how is BackEndFilter.UNKNOWN else blocked)

    def _on_stack(self, listener: Listener, whole: PacketSet, target: Target, stack: Stack) -> FilterVerdict:
        decision = self._decisions.of(stack, Direction.INGRESS)
        ports = ListenerPorts(listener, target)
        if self._sees_clients(target):
            return FilterVerdict(
                passes=whole & ports.at_listener(decision.allowed, every=True),
                blocked=whole & ports.at_listener(decision.denied, every=False),
            )
        arriving = packets(ports.services, self._sources)
        passing = ports.services - (arriving - decision.allowed).services
        # Any of the SNAT addresses can be the source of a client. Of a source that is not documented, only one exists.
        stopping = (arriving & decision.denied).services
        if not self._snat:
            stopping = ports.services - (arriving - decision.denied).services
        return FilterVerdict(
            passes=whole & ports.at_listener(packets(passing, ANYWHERE), every=True),
            blocked=whole & ports.at_listener(packets(stopping, ANYWHERE), every=False),
        )

    def _sees_clients(self, target: Target) -> bool:
        """Whether the back end sees the address of the client."""
        return not self._snat and not self._balancer.nat64 and target.kind in CLIENT_KINDS

    def _needed(
        self, listener: Listener, own: FilterVerdict, whole: PacketSet, members: Iterable[tuple[Target, BackEnd]]
    ) -> tuple[PacketSet, PacketSet]:
        """The packets that must reach the back ends, and those that may have to."""
        certain: list[PacketSet] = []
        possible: list[PacketSet] = []
        for target, _ in members:
            how = back_end_filter(self._balancer, target)
            if how is BackEndFilter.BYPASSED:
                continue
            ports = ListenerPorts(listener, target)
            if self._sees_clients(target):
                clients = ports.at_target(self._expected(own.passes, self._certain_clients))
                others = (whole - own.passes - own.blocked) | self._expected(own.passes, self._possible_clients)
                possible_clients = ports.at_target(others)
            else:
                clients = packets(ports.at_target(own.passes).services, self._snat)
                possible_clients = packets(ports.at_target(whole - own.blocked).services, self._sources)
            certain_checks, possible_checks = self._needed_checks(target)
            certain.append(clients | certain_checks if how is BackEndFilter.APPLIES else NOTHING)
            possible.append(clients | possible_clients | possible_checks)
        return union(certain), union(possible)

    def _needed_checks(self, target: Target) -> tuple[PacketSet, PacketSet]:
        """The health checks that the groups of a back end must let in, and those that they may have to.

        Checks from 100.64.0.0/10 pass by default. Without a public address in the answer, the source is unknown.
        """
        check = target.health_check
        if check is None or check.source is HealthCheckSource.RESERVED:
            return NOTHING, NOTHING
        sent = packets(target.checked_services, self._vips)
        certain = sent if check.source is HealthCheckSource.BALANCER else NOTHING
        return certain, sent or packets(target.checked_services, self._sources)

    def _expected(self, passes: PacketSet, usual: IntervalSet) -> PacketSet:
        """The clients that come, of those that the groups of the load balancer let in; ``usual`` if they name none.

        Groups that let in more than half of all private addresses name no clients in particular.
        """
        if self._balancer.is_public:
            return passes
        named = bool(bound_groups(self._balancer.security_groups))
        return PacketSet.of_rows(
            (lo, hi, clients if named and 2 * clients.size <= self._clients.size else clients & usual)
            for lo, hi, clients in passes.rows
        )

    def _check(self, target: Target, back_end: BackEnd) -> tuple[HealthCheckState, PacketSet]:
        """The state of the health checks of a back end, and those that are certainly stopped."""
        check = target.health_check
        if check is None:
            return HealthCheckState.OFF, NOTHING
        how = back_end_filter(self._balancer, target)
        if how is BackEndFilter.BYPASSED or check.source is HealthCheckSource.RESERVED:
            return HealthCheckState.PASSES, NOTHING
        sent = packets(target.checked_services, self._vips)
        decisions = [self._decisions.of(stack, Direction.INGRESS) for stack in back_end.stacks]
        if sent and all(sent <= decision.allowed for decision in decisions):
            return HealthCheckState.PASSES, NOTHING
        stopped = reduce(and_, (sent & decision.denied for decision in decisions))
        if stopped and how is BackEndFilter.APPLIES and check.source is HealthCheckSource.BALANCER:
            return HealthCheckState.BLOCKED, stopped
        return HealthCheckState.UNKNOWN, NOTHING

    def _path_gaps(self, path: LoadBalancerPath) -> Iterator[Gap]:
        """The gaps of what a path depends on, apart from the gaps of groups."""
        balancer, kinds = self._balancer, {target.target.kind for target in path.targets}
        listener = path.listener.listener_id
        if any(target.back_end_filter is BackEndFilter.UNKNOWN for target in path.targets):
            yield self._gap("PassToTarget", f"whether pass to target bypasses the back ends of {listener} is unknown")
        if path.undecided and not self._snat and (balancer.nat64 or kinds - CLIENT_KINDS):
            case = "NAT64" if balancer.nat64 else ", ".join(sorted(kinds))
            message = f"the source that back ends of {listener} see is not documented for {case}"
            yield self._gap("BackEndSource", message)
        if path.undecided and any(not target.bearer for target in path.targets):
            message = f"which node has the Pods behind {listener} is unknown, and nodes differ in groups"
            yield self._gap("PodNode", message)
        if path.health_check is HealthCheckState.UNKNOWN:
            yield self._gap("HealthCheckSource", f"the source of the health checks of {listener} is unknown")

    def _gap(self, code: str, message: str) -> Gap:
        return Gap(
            kind=GapKind.UNREADABLE,
            region=self._balancer.region,
            cluster_id=self._cluster.cluster_id,
            resource=self._balancer.load_balancer_id,
            service="clb",
            action=BALANCER_LIST,
            code=code,
            message=f"{message} ({self._balancer.load_balancer_id})",
        )


def _distinct(members: Iterable[tuple[Target, BackEnd]]) -> list[tuple[Target, BackEnd]]:
    """One of the members that packets meet in the same way: a listener often has every node as back end."""
    by_path: dict[object, tuple[Target, BackEnd]] = {}
    for target, back_end in members:
        key = (target.kind, target.ports, target.health_check, back_end.stacks)
        by_path.setdefault(key, (target, back_end))
    return list(by_path.values())


def _worst(states: set[HealthCheckState]) -> HealthCheckState:
    order = (HealthCheckState.BLOCKED, HealthCheckState.UNKNOWN, HealthCheckState.PASSES)
    return next((state for state in order if state in states), HealthCheckState.OFF)
