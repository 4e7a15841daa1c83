"""Sets of packets by number, for a grid that tells them apart, and the networks of one cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.loopback.clusters import ClusterRows
from tests.oracle import guide
from tests.oracle.account import COULD_BE_A_NETWORK, Account, Net
from tests.oracle.grid import Place, Service
from tests.oracle.lines import EVERY_PORT, WITH_PORTS, Entry, Says
from tests.oracle.spans import V6, Span, holds, of_texts

Json: TypeAlias = dict[str, Any]


class Board:
    """Sets of addresses and services that the grid must tell apart."""

    def __init__(self) -> None:
        self.addresses: list[Sequence[Span]] = []
        self.services: list[Sequence[Entry]] = []
        self.malformed: list[str] = []
        self._known: dict[tuple[str, str], tuple[int, int]] = {}

    def add(self, region: Json) -> tuple[int, int]:
        """The numbers of the region's services and addresses."""
        ports = tuple((lo, hi) for lo, hi in region.get("ports", ()))
        protocol, blocks = region["protocol"], region["cidrs"]
        if ports and protocol not in WITH_PORTS:
            self.malformed.append(f"ports of {protocol}")
        if (protocol == "icmp" and any(":" in one for one in blocks)) or (
            protocol == "icmpv6" and not all(":" in one for one in blocks)
        ):
            self.malformed.append(f"{protocol} to {blocks}")
        return self.number(((protocol, ports or EVERY_PORT),), of_texts(blocks))

    def number(self, entries: Sequence[Entry], spans: Sequence[Span]) -> tuple[int, int]:
        key = repr(entries), repr(spans)
        if key not in self._known:
            self.services.append(entries)
            self.addresses.append(spans)
            self._known[key] = len(self.services) - 1, len(self.addresses) - 1
        return self._known[key]


class Regions:
    """A report's list of regions, registered with the grid."""

    def __init__(self, board: Board, regions: Sequence[Json]) -> None:
        self._pairs = [board.add(region) for region in regions]

    def __contains__(self, packet: tuple[Service, Place]) -> bool:
        service, place = packet
        return any(service.inside >> left & 1 and place.inside >> right & 1 for left, right in self._pairs)


@dataclass(frozen=True)
class Land:
    """The networks of one cluster."""

    container: Net
    cluster: Net
    home: Net
    applies: bool
    """Whether Pod addresses reach a node's interface."""
    lacks_ipv6: bool

    def says(self, net: str, point: int) -> Says:
        if net == guide.WORLD:
            return Says.YES if point < V6 else Says.NO
        found = self.container if net == guide.CONTAINER else self.cluster
        if holds(found.spans, point):
            return Says.YES
        return Says.MAYBE if found.open and holds(COULD_BE_A_NETWORK, point) else Says.NO

    def weight(self, row: guide.Row, service: Service, place: Place) -> str:
        at_home = holds(self.home.spans, place.point)
        if row.direction == "egress":
            at_home = at_home or holds(self.container.spans, place.point)
        return row.weight(service.protocol, service.port, at_home=at_home)


def land(account: Account, cluster: ClusterRows) -> Land:
    return Land(
        account.container_net(cluster),
        account.cluster_net(cluster),
        account.home_net(cluster),
        applies=account.mode(cluster) != "CiliumOverlay",
        lacks_ipv6=account.lacks_ipv6(cluster),
    )


def named(service: Service, place: Place) -> str:
    shown = hex(place.point - V6) if place.point >= V6 else ".".join(str(part) for part in place.point.to_bytes(4))
    return f"{service.protocol} {service.port} {shown}"
