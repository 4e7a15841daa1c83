"""Classifies excess packets, which are open although nothing requires or permits them, by reach and service class.

The table of the baseline gives the severity of each class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from auditor.comparator.cluster_networks import ResolvedNetworks
from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ALL_V6, PRIVATE, families_open_to_any
from auditor.model.baseline import ExcessTable, NamedNetwork, Reach, ServiceClass
from auditor.model.clusters import Cluster, Exposure, Role
from auditor.model.codes import Severity
from auditor.model.evidence import NeighbourNetwork
from auditor.model.findings import Finding
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import PacketSet, Row
from auditor.model.rules import Direction


def classify(
    excess: PacketSet, allowed: PacketSet, role: Role, networks: ResolvedNetworks, table: ExcessTable
) -> dict[tuple[Reach, str], PacketSet]:
    """Split ``excess`` into disjoint, non-empty parts by reach and service class.

    The reach of a service depends on everything that is ``allowed`` for it, not only on the excess.
    """
    rows: dict[tuple[Reach, str], list[Row]] = {}
    for service_class, services in service_classes(role, table):
        for lo, hi, row_addresses, open_to in _aligned(excess & _anywhere(services), allowed):
            for reach, part in _reaches(row_addresses, open_to, networks):
                rows.setdefault((reach, service_class.name), []).append((lo, hi, part))
    return {key: PacketSet.of_rows(class_rows) for key, class_rows in rows.items()}


@lru_cache(maxsize=64)
def service_classes(role: Role, table: ExcessTable) -> tuple[tuple[ServiceClass, IntervalSet], ...]:
    """The classes of the table that apply to a role, each with the services that no earlier class has."""
    classes = []
    taken = EMPTY
    for service_class in table.classes:
        if not service_class.roles or role in service_class.roles:
            classes.append((service_class, service_class.services - taken))
            taken |= service_class.services
    return tuple(classes)


def severity_of_finding(table: ExcessTable, finding: Finding, networks: ResolvedNetworks) -> Severity:
    """The severity of an excess finding; info if the VPC cannot have addresses of the family of its packets.

    A public entrance of the API server that is open to any address is critical, whatever the port.
    """
    if finding.direction is None or not networks.can_exist(finding.packets):
        return Severity.INFO
    reach, _, class_name = finding.subject.partition("/")
    if reach == Reach.ANY and finding.role is Role.ENDPOINT and finding.exposure is Exposure.INTERNET:
        return Severity.CRITICAL
    return severity(table, finding.direction, Reach(reach), class_name)


def severity(table: ExcessTable, direction: Direction, reach: Reach, class_name: str) -> Severity:
    """The severity in the table of the baseline."""
    return next(
        row_severity
        for row_direction, row_reach, row_class, row_severity in table.severities
        if (row_direction, row_reach, row_class) == (direction, reach, class_name)
    )


def neighbours(finding: Finding, cluster: Cluster, of_vpc: Iterable[Cluster]) -> tuple[NeighbourNetwork, ...]:
    """The other clusters of a VPC that can use the open packets; empty for excess that is open to any address."""
    if finding.subject.startswith(f"{Reach.ANY}/"):
        return ()
    own = addresses.union(cluster.networks.container.cidrs + cluster.networks.subnets.cidrs)
    open_to = finding.packets.addresses - own
    return tuple(
        NeighbourNetwork(cluster_id=other.cluster_id, network=network, cidrs=blocks)
        for other in sorted(of_vpc, key=lambda other: other.cluster_id)
        if other.cluster_id != cluster.cluster_id
        for network, cidrs in _networks(other)
        if (blocks := tuple(cidr for cidr in cidrs if addresses.parse(cidr) & open_to))
    )


def _networks(cluster: Cluster) -> tuple[tuple[NamedNetwork, tuple[str, ...]], ...]:
    """The networks of the Pods and nodes of a cluster. Container subnets of VPC-CNI only have Pods."""
    container, subnets = cluster.networks.container.cidrs, cluster.networks.subnets.cidrs
    return (
        (NamedNetwork.CONTAINER, container),
        (NamedNetwork.SUBNETS, tuple(cidr for cidr in subnets if cidr not in container)),
    )


@lru_cache(maxsize=64)
def _anywhere(services: IntervalSet) -> PacketSet:
    whole = ALL_V4 | ALL_V6
    return PacketSet.of_rows((lo, hi, whole) for lo, hi in services)


def _aligned(excess: PacketSet, allowed: PacketSet) -> Iterator[tuple[int, int, IntervalSet, IntervalSet]]:
    """The rows of ``excess``, cut wherever ``allowed`` changes; ``excess`` is a subset of ``allowed``."""
    first_row = 0
    for lo, hi, row_addresses in excess.rows:
        while allowed.rows[first_row][1] <= lo:
            first_row += 1
        row = first_row
        while row < len(allowed.rows) and allowed.rows[row][0] < hi:
            first, last, open_to = allowed.rows[row]
            yield max(lo, first), min(hi, last), row_addresses, open_to
            row += 1


def _reaches(
    row_addresses: IntervalSet, open_to: IntervalSet, networks: ResolvedNetworks
) -> Iterator[tuple[Reach, IntervalSet]]:
    to_any = row_addresses & families_open_to_any(open_to)
    rest = row_addresses - to_any
    of_vpc = rest & networks.surroundings
    private = (rest - of_vpc) & PRIVATE
    parts = (
        (Reach.ANY, to_any),
        (Reach.PUBLIC, rest - of_vpc - private),
        (Reach.PRIVATE, private),
        (Reach.VPC, of_vpc),
    )
    yield from ((reach, part) for reach, part in parts if part)
