"""Rebuilds the load balancers of a cluster from its JSON report, as far as a report describes them."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.model.clusters import Exposure
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.load_balancer_paths import BalancerPaths, LoadBalancerPath, PathTarget
from auditor.model.load_balancers import Listener, LoadBalancer, Target
from auditor.reporter.load_balancers import ListenerPart, LoadBalancerPart, TargetPart
from auditor.reporter.report_reader import packets_of


def rebuilt_balancers(region: str, parts: Iterable[LoadBalancerPart]) -> tuple[BalancerPaths, ...]:
    """The load balancers with their paths. Raises ``ValueError`` for a block that is not a CIDR block."""
    return tuple(
        BalancerPaths(balancer=_balancer(region, part), paths=tuple(_path(item) for item in part["listeners"]))
        for part in parts
    )


def _balancer(region: str, part: LoadBalancerPart) -> LoadBalancer:
    groups = part["security_groups"]
    unread = Gap(kind=GapKind.UNREAD, region=region, resource=part["id"], code="", message="")
    return LoadBalancer(
        region=region,
        load_balancer_id=part["id"],
        name=part["name"],
        vpc_id="",
        security_groups=unread if groups is None else groups,
        is_public=part["exposure"] is Exposure.INTERNET,
        pass_to_target=part["pass_to_target"],
        listeners=(),
    )


def _path(part: ListenerPart) -> LoadBalancerPath:
    return LoadBalancerPath(
        listener=Listener(
            listener_id=part["id"],
            name=part["name"],
            kind=part["kind"],
            protocol=part["protocol"],
            ports=part["ports"],
            targets=(),
        ),
        role=part["role"],
        attachment=part["attachment"],
        security_groups=part["security_groups"],
        targets=tuple(map(_target, part["targets"])),
        passes=packets_of(part["passes"]),
        blocked=packets_of(part["blocked"]),
        undecided=packets_of(part["undecided"]),
        health_check=part["health_check"],
    )


def _target(part: TargetPart) -> PathTarget:
    return PathTarget(
        target=Target(kind="", ports=part["ports"], weight=part["weight"], addresses=part["addresses"]),
        bearer=part["node"] or part["interface"] or "",
        back_end_filter=part["groups"],
        direct=part["direct"],
    )
