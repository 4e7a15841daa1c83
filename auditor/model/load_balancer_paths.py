"""The paths from the clients of load balancers to the nodes and Pods of a cluster, as an audit judged them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.model.clusters import Attachment, Role, StackKey
from auditor.model.load_balancers import Listener, LoadBalancer, Target
from auditor.model.packets import NOTHING, PacketSet


class BackEndFilter(StrEnum):
    """Whether the groups of the back ends filter packets from the load balancer (214/14733, 2025-12-30)."""

    APPLIES = "applies"
    """Pass to target is off, or has no effect on these back ends."""
    BYPASSED = "bypassed"
    """Pass to target is on, as it always is for IPv6."""
    UNKNOWN = "unknown"


class HealthCheckState(StrEnum):
    """Whether the health checks of a listener get through to its back ends on one stack."""

    OFF = "off"
    PASSES = "passes"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathTarget:
    """A back end of a path. ``bearer`` is the id of the node or interface whose groups filter it.

    ``direct``: the back end is a Pod, not a NodePort. ``bearer`` is empty for a Pod on one of several nodes.
    """

    target: Target
    bearer: str
    back_end_filter: BackEndFilter
    direct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancerPath:
    """The path from the clients of a listener to its back ends on one stack.

    ``passes``, ``blocked`` and ``undecided`` are packets from clients to the ports of the listener. They do not
    overlap, and together they are every packet that a client can send. A packet passes if every filter lets it through
    to every back end of the stack. It is blocked if a filter certainly stops it on the way to one of them. ``reaches``
    are the packets that certainly arrive at a back end because of the load balancer: it bypasses the groups of the
    back end, or its own groups let them in.
    """

    listener: Listener
    role: Role
    attachment: Attachment
    security_groups: tuple[str, ...]
    targets: tuple[PathTarget, ...]
    passes: PacketSet
    blocked: PacketSet
    undecided: PacketSet
    reaches: PacketSet = NOTHING
    health_check: HealthCheckState = HealthCheckState.OFF
    stopped: PacketSet = NOTHING
    """The packets of expected clients that certainly do not get through."""
    stopped_checks: PacketSet = NOTHING
    """The health checks that certainly do not get through, as packets to the ports of the listener."""
    stopped_by_balancer: PacketSet = NOTHING
    """Those of ``stopped`` that the groups of the load balancer stop."""
    stopped_at_back_ends: PacketSet = NOTHING
    """The packets that the groups of the back ends stop, as they arrive at the ports of the back ends."""
    needed: PacketSet = NOTHING
    """The packets that must get through the groups of the back ends, at the ports of the back ends."""
    possibly_needed: PacketSet = NOTHING
    """``needed`` and the packets that may have to get through."""

    @property
    def stack_key(self) -> StackKey:
        """The key of the stack of the back ends."""
        return self.role, self.attachment, self.security_groups

    @property
    def bearers(self) -> tuple[str, ...]:
        """The ids of the nodes and interfaces of the back ends, each once."""
        return tuple(sorted({target.bearer for target in self.targets if target.bearer}))


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancerPaths:
    """A load balancer with back ends in the cluster, and the path of each of its listeners to each stack."""

    balancer: LoadBalancer
    paths: tuple[LoadBalancerPath, ...]
