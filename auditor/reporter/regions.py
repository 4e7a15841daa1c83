"""The shape of packets in JSON reports, and the conversion of packet sets to it."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from auditor.model.packets import PacketSet
from auditor.model.regions import Region, regions
from auditor.model.services import Protocol

Strings: TypeAlias = tuple[str, ...]
Port = Annotated[int, Field(ge=0, le=65535)]


class RegionPart(TypedDict):
    """Packets of a protocol on any of these ports, to or from any of these blocks. A list of them is their union."""

    protocol: Protocol | Literal["all"]
    ports: NotRequired[
        Annotated[
            tuple[tuple[Port, Port], ...],
            Field(description="First and last port, both included. For tcp and udp alone; absent is every port."),
        ]
    ]
    cidrs: Annotated[Strings, Field(description="Sources of ingress, destinations of egress.")]


def region_parts(packets: PacketSet) -> list[RegionPart]:
    """A packet set as the report's list of regions, whose union it is."""
    return [_region(region) for region in regions(packets)]


def _region(region: Region) -> RegionPart:
    if region.ports:
        return RegionPart(protocol=region.protocol, ports=region.ports, cidrs=region.cidrs)
    return RegionPart(protocol=region.protocol, cidrs=region.cidrs)
