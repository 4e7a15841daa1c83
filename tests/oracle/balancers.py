"""The paths through load balancers judged again, one packet at a time, by a walk over the rules of its own.

Every place where a rule, a network or a family begins or ends cuts the address line. One address stands for each piece,
so that the pieces together are every address. The answers are sets of what can happen: ``{"allow"}``, ``{"deny"}`` or
both where something was not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from auditor.model import addresses
from auditor.model.clusters import Cluster, Node
from auditor.model.gaps import Gap
from auditor.model.intervals import IntervalSet
from auditor.model.load_balancers import HealthCheckSource, Listener, LoadBalancer, Target
from auditor.model.rules import Action, CidrPeer, ProtocolService, Rule, SecurityGroup
from auditor.model.services import Protocol

ALLOW, DENY = frozenset({"allow"}), frozenset({"deny"})
EITHER = ALLOW | DENY
NOT_IN_A_VPC = ("9.0.0.0/8", "11.0.0.0/8", "30.0.0.0/8")
PRIVATE = ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of addresses that nothing tells apart, by its first address."""

    first: int
    size: int


def pieces(groups: Iterable[SecurityGroup], more: Iterable[str]) -> tuple[Piece, ...]:
    texts = [*NOT_IN_A_VPC, *PRIVATE, *more]
    for group in groups:
        for rule in group.ingress if isinstance(group.ingress, tuple) else ():
            texts += [rule.peer.cidr] if isinstance(rule.peer, CidrPeer) else []
    bounds = {bound for text in texts for bound in addresses.parse(text).bounds}
    bounds |= set(addresses.PUBLIC.bounds) | {0, addresses.V6_OFFSET, addresses.END}
    return tuple(Piece(lo, hi - lo) for lo, hi in pairwise(sorted(bounds)))


def walk(
    groups: tuple[str, ...], by_id: dict[str, SecurityGroup], protocol: Protocol, port: int, client: int
) -> frozenset[str]:
    """What a list of groups can do with a packet. A list without groups lets everything in."""
    if not groups:
        return ALLOW
    ways: set[str] = set()
    for name in groups:
        rules = by_id[name].ingress
        if isinstance(rules, Gap):
            return EITHER
        for rule in rules:
            matches = _matches(rule, protocol, port, client)
            if matches is None:
                ways.add("allow" if rule.action is Action.ALLOW else "deny")
            elif matches:
                return frozenset(ways | {"allow" if rule.action is Action.ALLOW else "deny"})
    return frozenset(ways | {"deny"})


def _matches(rule: Rule, protocol: Protocol, port: int, client: int) -> bool | None:
    """Whether a rule matches; ``None`` where its addresses were not read."""
    service = rule.service
    assert isinstance(service, ProtocolService)
    if service.protocol is not None:
        if service.protocol is not protocol:
            return False
        if not any(first <= port <= last for first, last in service.ports):
            return False
    if not isinstance(rule.peer, CidrPeer):
        return None
    return client in addresses.parse(rule.peer.cidr)


def _ports_behind(listener: Listener, target: Target, port: int) -> list[int]:
    """The ports of a back end at which a packet to a port of the listener can arrive."""
    first, last = target.ports
    pairwise_ports = listener.ports[1] - listener.ports[0] == last - first
    return [first + port - listener.ports[0]] if pairwise_ports else list(range(first, last + 1))


@dataclass(frozen=True, slots=True)
class Oracle:
    """One load balancer in front of one cluster of GlobalRouter."""

    balancer: LoadBalancer
    cluster: Cluster
    groups: dict[str, SecurityGroup]

    def clients(self) -> tuple[Piece, ...]:
        """The pieces of all addresses from which a client can come."""
        v4 = self.balancer.ip_version == 4
        own = self.inside()
        return tuple(
            piece
            for piece in self.pieces()
            if (piece.first < addresses.V6_OFFSET) is v4 and (self.balancer.is_public or piece.first in own)
        )

    def inside(self) -> IntervalSet:
        """The addresses that private networks can have."""
        networks = self.cluster.networks
        return addresses.union((*PRIVATE, *NOT_IN_A_VPC, *networks.surroundings.cidrs, *networks.vpc.cidrs))

    def pieces(self) -> tuple[Piece, ...]:
        networks = self.cluster.networks
        more = (*networks.vpc.cidrs, *networks.container.cidrs, *networks.subnets.cidrs, *self.balancer.snat_addresses)
        return pieces(self.groups.values(), (*more, *self.balancer.addresses))

    def own(self, listener: Listener, port: int, client: int) -> frozenset[str]:
        groups = self.balancer.security_groups
        return EITHER if isinstance(groups, Gap) else walk(groups, self.groups, listener.protocol, port, client)

    def filtered(self, target: Target) -> bool | None:
        """Whether the groups of the back end filter; ``None`` where that is unknown."""
        if self.balancer.cross_region or target.kind not in ("cvm", "eni", "globalroute"):
            return True
        on = True if self.balancer.ip_version == 6 and not self.balancer.nat64 else self.balancer.pass_to_target
        if target.kind == "globalroute" and on is not False:
            return None
        return None if on is None else not on

    def bindings(self, target: Target) -> list[tuple[str, ...]]:
        """The lists of groups that can be in front of a back end: several for a Pod whose node is not known."""
        nodes: list[Node] = [node for node in self.cluster.nodes if node.instance_id == target.instance_id]
        nodes = nodes or [node for node in self.cluster.nodes if set(node.addresses) & set(target.addresses)]
        nodes = nodes or list(self.cluster.nodes)
        return sorted({node.security_groups for node in nodes if isinstance(node.security_groups, tuple)})

    def behind(self, listener: Listener, target: Target, port: int, client: int) -> str:
        """``passes``, ``blocked`` or ``undecided`` at the groups of the back end."""
        filtered = self.filtered(target)
        if filtered is False:
            return "passes"
        each = [self._at(listener, target, groups, port, client) for groups in self.bindings(target)]
        answer = each[0] if len(set(each)) == 1 else "undecided"
        return "undecided" if filtered is None and answer == "blocked" else answer

    def _at(self, listener: Listener, target: Target, groups: tuple[str, ...], port: int, client: int) -> str:
        ports = _ports_behind(listener, target, port)
        sources, known = self._sources(target, client)
        by_port = [[walk(groups, self.groups, listener.protocol, at, source) for source in sources] for at in ports]
        if all(way == ALLOW for ways in by_port for way in ways):
            return "passes"
        of_one_port = any if known else all
        stopped = any(of_one_port(way == DENY for way in ways) for ways in by_port)
        return "blocked" if stopped else "undecided"

    def _sources(self, target: Target, client: int) -> tuple[list[int], bool]:
        """The addresses that a back end can see, and whether each of them is really used."""
        if self.balancer.snat_addresses:
            return [addresses.point_of(text) for text in self.balancer.snat_addresses], True
        if self.balancer.nat64 or target.kind not in ("cvm", "eni", "ccn", "globalroute"):
            v4 = self.balancer.nat64 or self.balancer.ip_version == 4
            return [piece.first for piece in self.pieces() if (piece.first < addresses.V6_OFFSET) is v4], False
        return [client], True

    def way(self, listener: Listener, targets: list[Target], port: int, client: int) -> str:
        """``passes``, ``blocked`` or ``undecided`` on the whole way to these back ends."""
        own = self.own(listener, port, client)
        active = [target for target in targets if target.weight != 0] or targets
        answers = [self.behind(listener, target, port, client) for target in active]
        if own == DENY or "blocked" in answers:
            return "blocked"
        return "passes" if own == ALLOW and set(answers) == {"passes"} else "undecided"

    def is_open(self, listener: Listener, targets: list[Target], port: int) -> bool:
        """Whether any address reaches a back end at this port because of the load balancer."""
        bound = isinstance(self.balancer.security_groups, tuple) and bool(self.balancer.security_groups)
        snat = bool(self.balancer.snat_addresses)
        open_ones = [target for target in targets if self.filtered(target) is False or self.bindings(target) == [()]]
        counted = targets if bound or snat else open_ones
        reached = sum(
            piece.size
            for piece in self.clients()
            if piece.first in addresses.PUBLIC
            and self.own(listener, port, piece.first) == ALLOW
            and any(
                self.behind(listener, target, port, piece.first) == "passes"
                and (bound or target in open_ones or not self._lets_in(listener, target, port, piece.first))
                for target in counted
            )
        )
        family = addresses.ALL_V4 if self.balancer.ip_version == 4 else addresses.ALL_V6
        return self.balancer.is_public and 2 * reached > (addresses.PUBLIC & family).size

    def _lets_in(self, listener: Listener, target: Target, port: int, client: int) -> bool:
        """Whether the groups of a back end let in the client itself, whatever address they see in its place."""
        return all(
            walk(groups, self.groups, listener.protocol, at, client) == ALLOW
            for groups in self.bindings(target)
            for at in _ports_behind(listener, target, port)
        )

    def is_blocked(self, listener: Listener, targets: list[Target]) -> bool:
        """Whether expected clients or health checks certainly do not get through."""
        active = [target for target in targets if target.weight != 0]
        if not active:
            return False
        ports = range(listener.ports[0], listener.ports[1] + 1)
        return any(self._stops(listener, active, port) for port in ports) or any(
            self._stops_check(listener, target) for target in active
        )

    def _stops(self, listener: Listener, active: list[Target], port: int) -> bool:
        answers = {piece: self.way(listener, active, port, piece.first) for piece in self.clients()}
        bound = isinstance(self.balancer.security_groups, tuple) and bool(self.balancer.security_groups)
        if not bound:
            outside = addresses.PUBLIC - self.inside()
            counted = [piece for piece in answers if not self.balancer.is_public or piece.first in outside]
            return {answers[piece] for piece in counted} == {"blocked"}
        let_in = [piece for piece in answers if self.own(listener, port, piece.first) == ALLOW]
        if all(self.own(listener, port, piece.first) == DENY for piece in answers):
            return True
        expected = let_in
        if not self.balancer.is_public and 2 * sum(piece.size for piece in let_in) > sum(
            piece.size for piece in answers
        ):
            network = addresses.union(self.cluster.networks.vpc.cidrs)
            expected = (
                [piece for piece in let_in if piece.first in network] if self.balancer.ip_version == 4 else let_in
            )
        return any(answers[piece] == "blocked" for piece in expected)

    def _stops_check(self, listener: Listener, target: Target) -> bool:
        check = target.health_check
        if check is None or check.source is not HealthCheckSource.BALANCER or self.filtered(target) is not True:
            return False
        v4 = self.balancer.nat64 or self.balancer.ip_version == 4
        sources = [addresses.point_of(text) for text in self.balancer.addresses]
        ports = [check.port] if check.port is not None else range(target.ports[0], target.ports[1] + 1)
        each = [(at, source) for at in ports for source in sources if (source < addresses.V6_OFFSET) is v4]
        return any(
            all(
                walk(groups, self.groups, check.protocol or Protocol.ICMP, at or 0, source) == DENY
                for groups in self.bindings(target)
            )
            for at, source in each
        )


def stacks(oracle: Oracle, targets: Iterable[Target]) -> Iterator[tuple[tuple[str, ...], list[Target]]]:
    """The back ends of each list of groups."""
    listed = list(targets)
    for groups in sorted({groups for target in listed for groups in oracle.bindings(target)}):
        yield groups, [target for target in listed if groups in oracle.bindings(target)]
