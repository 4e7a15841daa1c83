"""The shapes of load balancers in the JSON report, and their values: who filters, and which clients get through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from auditor.model.clusters import Attachment, Exposure, Role
from auditor.model.load_balancer_paths import (
    BackEndFilter,
    BalancerPaths,
    HealthCheckState,
    LoadBalancerPath,
    PathTarget,
)
from auditor.model.services import Protocol
from auditor.reporter.regions import Port, RegionPart, Strings, region_parts


class TargetPart(TypedDict):
    """A back end of a listener: a port of a node, or of a Pod."""

    node: Annotated[str | None, Field(description="Null for a Pod with its own interface or on an unknown node.")]
    interface: str | None
    addresses: Strings
    ports: tuple[Port, Port]
    weight: Annotated[int | None, Field(description="0: no new connections. Null where the answer does not say.")]
    direct: Annotated[bool, Field(description="Whether the back end is a Pod and not a NodePort.")]
    groups: Annotated[BackEndFilter, Field(description="Whether the groups of the back end filter its packets.")]


class ListenerPart(TypedDict):
    """The path from the clients of a listener to its back ends on one stack."""

    id: str
    name: str
    kind: str
    protocol: Protocol
    ports: tuple[Port, Port]
    targets: list[TargetPart]
    role: Role
    attachment: Attachment
    security_groups: Annotated[Strings, Field(description="The groups of the back ends, in binding order.")]
    passes: Annotated[list[RegionPart], Field(description="Clients that certainly get through to every back end.")]
    blocked: Annotated[list[RegionPart], Field(description="Clients that are certainly stopped before a back end.")]
    undecided: list[RegionPart]
    health_check: HealthCheckState


class LoadBalancerPart(TypedDict):
    """A load balancer with back ends in the cluster."""

    id: str
    name: str
    exposure: Exposure
    security_groups: Annotated[Strings | None, Field(description="In binding order. Null if they were not read.")]
    pass_to_target: Annotated[bool | None, Field(description="As the API says; IPv6 load balancers always pass.")]
    listeners: list[ListenerPart]


def load_balancer_parts(load_balancers: Iterable[BalancerPaths]) -> list[LoadBalancerPart]:
    """The load balancers of a cluster."""
    return [_load_balancer(paths) for paths in load_balancers]


def _load_balancer(paths: BalancerPaths) -> LoadBalancerPart:
    balancer, groups = paths.balancer, paths.balancer.security_groups
    return LoadBalancerPart(
        id=balancer.load_balancer_id,
        name=balancer.name,
        exposure=Exposure.INTERNET if balancer.is_public else Exposure.NONE_FOUND,
        security_groups=groups if isinstance(groups, tuple) else None,
        pass_to_target=balancer.pass_to_target,
        listeners=[_listener(path) for path in paths.paths],
    )


def _listener(path: LoadBalancerPath) -> ListenerPart:
    listener = path.listener
    return ListenerPart(
        id=listener.listener_id,
        name=listener.name,
        kind=listener.kind,
        protocol=listener.protocol,
        ports=listener.ports,
        targets=[_target(target, path.attachment) for target in path.targets],
        role=path.role,
        attachment=path.attachment,
        security_groups=path.security_groups,
        passes=region_parts(path.passes),
        blocked=region_parts(path.blocked),
        undecided=region_parts(path.undecided),
        health_check=path.health_check,
    )


def _target(target: PathTarget, attachment: Attachment) -> TargetPart:
    on_node = attachment is Attachment.PRIMARY
    bearer = target.bearer or None
    return TargetPart(
        node=bearer if on_node else None,
        interface=None if on_node else bearer,
        addresses=target.target.addresses,
        ports=target.target.ports,
        weight=target.target.weight,
        direct=target.direct,
        groups=target.back_end_filter,
    )
