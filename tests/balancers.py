"""Load balancers for tests, in few words."""

from __future__ import annotations

from auditor.model.gaps import Gap
from auditor.model.load_balancers import HealthCheck, Listener, LoadBalancer, Target
from auditor.model.services import PortRange, Protocol
from tests.builders import REGION

LB = "lb-11111111"


def target(node: str, ports: int | PortRange = 31080, **more: object) -> Target:
    """A node behind a listener, at a NodePort."""
    values = {"kind": "cvm", "instance_id": node, "weight": 10, **more}
    return Target(ports=_range(ports), **values)  # type: ignore[arg-type]


def checked(behind: Target, check: HealthCheck) -> Target:
    return Target(
        kind=behind.kind,
        ports=behind.ports,
        weight=behind.weight,
        instance_id=behind.instance_id,
        interface_id=behind.interface_id,
        addresses=behind.addresses,
        health_check=check,
    )


def listener(
    *targets: Target, ports: int | PortRange = 80, kind: str = "TCP", listener_id: str = "lbl-11111111"
) -> Listener:
    """``listener(target("ins-1"))``: TCP 80 to NodePort 31080 of the node."""
    protocol = Protocol.UDP if kind in ("UDP", "QUIC") else Protocol.TCP
    return Listener(
        listener_id=listener_id, name="web", kind=kind, protocol=protocol, ports=_range(ports), targets=targets
    )


def balancer(
    *listeners: Listener,
    groups: tuple[str, ...] | Gap = (),
    passes: bool | None = False,
    public: bool = True,
    **more: object,
) -> LoadBalancer:
    """A public load balancer without groups and with pass to target off, unless given."""
    values = {"load_balancer_id": LB, "name": "web", "vpc_id": "vpc-11111111", "addresses": ("203.0.113.10",), **more}
    return LoadBalancer(
        region=REGION,
        security_groups=groups,
        is_public=public,
        pass_to_target=passes,
        listeners=listeners,
        **values,  # type: ignore[arg-type]
    )


def _range(ports: int | PortRange) -> PortRange:
    return (ports, ports) if isinstance(ports, int) else ports
