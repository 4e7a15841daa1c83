"""Load balancers as they were read: groups, listeners, health checks and the back ends behind each listener.

Source: clb/DescribeLoadBalancers, DescribeListeners, DescribeTargets, DescribeTargetGroupInstances.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.model.gaps import Gap
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.services import PortRange, Protocol, services


class HealthCheckSource(StrEnum):
    """The source address of health checks (clb/HealthCheck.SourceIpType)."""

    BALANCER = "balancer"
    """The address of the load balancer (0)."""
    RESERVED = "reserved"
    """100.64.0.0/10 (1), which passes by default if the load balancer belongs to the same account."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """The health check of a listener or of one of its forwarding rules; ``port`` ``None`` is the port of the back end.

    ``protocol`` is the transport of the check; it is ``None`` for PING.
    """

    source: HealthCheckSource
    protocol: Protocol | None = Protocol.TCP
    port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A back end of a listener.

    ``kind`` is clb/Backend.Type in lower case (``cvm``, ``eni``, ``ccn``, ``evm`` ...). ``ports`` is one port, or the
    range that belongs to a listener with a range of ports. ``weight`` 0 means no new connections. An id is empty if the
    answer has none; then ``addresses`` identify the back end.
    """

    kind: str
    ports: PortRange
    weight: int | None = None
    instance_id: str = ""
    interface_id: str = ""
    addresses: tuple[str, ...] = ()
    health_check: HealthCheck | None = None
    """The health check that reaches this back end; ``None`` if it is switched off."""

    @property
    def checked_services(self) -> IntervalSet:
        """The services of its health check; empty if it is switched off."""
        check = self.health_check
        if check is None:
            return EMPTY
        if check.protocol is None:
            return services(Protocol.ICMP) | services(Protocol.ICMPV6)
        return services(check.protocol, (self.ports if check.port is None else (check.port, check.port),))


LISTENER_PROTOCOLS = {
    "TCP": Protocol.TCP,
    "TCP_SSL": Protocol.TCP,
    "HTTP": Protocol.TCP,
    "HTTPS": Protocol.TCP,
    "UDP": Protocol.UDP,
    "QUIC": Protocol.UDP,
}
"""The transport of each kind of listener (clb/Listener.Protocol)."""
LAYER_7 = ("HTTP", "HTTPS")
"""The kinds of listeners with forwarding rules. Each rule has back ends and a health check of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A listener: clients connect to ``ports`` by ``protocol`` (tcp or udp), which ``kind`` names as the API does."""

    listener_id: str
    name: str = ""
    kind: str
    """TCP, UDP, HTTP, HTTPS, TCP_SSL or QUIC."""
    protocol: Protocol
    ports: PortRange
    targets: tuple[Target, ...] | Gap
    gaps: tuple[Gap, ...] = ()
    """Back ends that could not be read or that name no machine, interface or address."""

    @property
    def known_targets(self) -> tuple[Target, ...]:
        """The back ends; none if they could not be read."""
        return self.targets if isinstance(self.targets, tuple) else ()

    @property
    def is_layer_7(self) -> bool:
        """Whether the load balancer ends the connection of the client and opens its own to the back end."""
        return self.kind in LAYER_7


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancer:
    """A load balancer of a VPC with audited clusters.

    ``pass_to_target`` is LoadBalancerPassToTarget: only the groups of the load balancer filter its clients, not those
    of the back ends. ``None``: the answer does not say. It has no effect on back ends outside the VPC
    (``cross_region``). ``snat_addresses``: the sources that back ends see instead of the clients (SnatPro).
    ``is_public``: the type is OPEN; an internal load balancer has no public address among the answers that are read.
    ``ip_version`` is the family of its clients. ``nat64`` (IPv6Mode IPv6Nat64): they are IPv6 and the back ends IPv4,
    so the source that back ends see is not documented.
    ``cluster_ids``: clusters that its tags name. They may have used it before; back ends prove that they do.
    """

    region: str
    load_balancer_id: str
    name: str = ""
    vpc_id: str
    security_groups: tuple[str, ...] | Gap
    is_public: bool
    addresses: tuple[str, ...] = ()
    domain: str = ""
    ip_version: int = 4
    nat64: bool = False
    pass_to_target: bool | None = None
    cross_region: bool = False
    snat_addresses: tuple[str, ...] = ()
    cluster_ids: tuple[str, ...] = ()
    listeners: tuple[Listener, ...] | Gap
    gaps: tuple[Gap, ...] = ()

    @property
    def known_listeners(self) -> tuple[Listener, ...]:
        """The listeners; none if they could not be read."""
        return self.listeners if isinstance(self.listeners, tuple) else ()
