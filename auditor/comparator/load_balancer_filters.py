"""Decides which groups filter packets to a load balancer, and maps ports of a listener to those of its back ends.

Who filters (documents of CLB on security groups, 214/14733, 2025-12-30):

====================================  ==================================================
situation                             filters
====================================  ==================================================
pass to target off, with groups       the groups of the load balancer and of the back end
pass to target off, without groups    the groups of the back end
pass to target on, with groups        the groups of the load balancer
pass to target on, without groups     none
IPv6                                  as on; it cannot be switched off
back ends outside the VPC             as off; on has no effect
====================================  ==================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_

from auditor.model.addresses import ANYWHERE
from auditor.model.intervals import IntervalSet
from auditor.model.load_balancer_paths import BackEndFilter
from auditor.model.load_balancers import Listener, LoadBalancer, Target
from auditor.model.packets import NOTHING, PacketSet, packets
from auditor.model.services import PortRange, Protocol, services

LOCAL_KINDS = frozenset({"cvm", "eni"})
"""The kinds of back end for which pass to target has an effect."""
POD_BEHIND_NODE = "globalroute"
CLIENT_KINDS = LOCAL_KINDS | {"ccn", POD_BEHIND_NODE}
"""The kinds of back end that see the address of the client."""


def back_end_filter(balancer: LoadBalancer, target: Target) -> BackEndFilter:
    """Whether the groups of the back end filter packets from the load balancer.

    The documents name CVMs and interfaces alone, so it is unknown whether "on" bypasses a Pod behind a node.
    """
    if balancer.cross_region or target.kind not in LOCAL_KINDS | {POD_BEHIND_NODE}:
        return BackEndFilter.APPLIES
    always_on = balancer.ip_version != 4 and not balancer.nat64
    if balancer.pass_to_target is False and not always_on:
        return BackEndFilter.APPLIES
    if target.kind == POD_BEHIND_NODE or (balancer.pass_to_target is None and not always_on):
        return BackEndFilter.UNKNOWN
    return BackEndFilter.BYPASSED


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterVerdict:
    """The packets that certainly pass a filter, and those that it certainly stops."""

    passes: PacketSet
    blocked: PacketSet

    def then(self, other: FilterVerdict) -> FilterVerdict:
        """Both filters in a row."""
        return FilterVerdict(passes=self.passes & other.passes, blocked=self.blocked | other.blocked)


class ListenerPorts:
    """The ports of a listener and of a back end. Two ranges of the same length belong together port by port."""

    def __init__(self, listener: Listener, target: Target) -> None:
        self._listener = _run(listener.protocol, listener.ports)
        self._target = _run(listener.protocol, target.ports)
        self.services = IntervalSet(self._target)
        pairwise = listener.ports[1] - listener.ports[0] == target.ports[1] - target.ports[0]
        self._shift = self._listener[0] - self._target[0] if pairwise else None

    def at_listener(self, at_target: PacketSet, *, every: bool) -> PacketSet:
        """Packets to the listener that arrive as ``at_target`` at every possible port of the back end, or at any."""
        inside = at_target & packets(self.services, ANYWHERE)
        if self._shift is not None:
            return PacketSet.of_rows((lo + self._shift, hi + self._shift, clients) for lo, hi, clients in inside.rows)
        if every and inside.services != self.services:
            return NOTHING
        sets = [clients for _, _, clients in inside.rows]
        clients = reduce(and_, sets) if every else IntervalSet.of(run for row in sets for run in row)
        return PacketSet.of_rows([(*self._listener, clients)])

    def target_service(self, service: int) -> int:
        """The service at which a packet to a service of the listener arrives; the first of several."""
        return self._target[0] if self._shift is None else service - self._shift

    def at_target(self, at_listener: PacketSet) -> PacketSet:
        """Packets to every possible port of the back end from the clients of packets to the listener."""
        inside = at_listener & packets(IntervalSet(self._listener), ANYWHERE)
        if self._shift is not None:
            return PacketSet.of_rows((lo - self._shift, hi - self._shift, clients) for lo, hi, clients in inside.rows)
        return PacketSet.of_rows([(*self._target, inside.addresses)])


def _run(protocol: Protocol, ports: PortRange) -> tuple[int, int]:
    lo, hi = services(protocol, (ports,)).bounds
    return lo, hi
