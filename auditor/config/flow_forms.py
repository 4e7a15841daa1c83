"""How files write services and flows, and what they mean as model values."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from auditor.config.fields import Cidr, Cidrs, DirectionWord, Identifier, NetworkWord, Ports, RoleWord, Selectors
from auditor.model import addresses
from auditor.model.baseline import Allowance, Flow
from auditor.model.intervals import IntervalSet
from auditor.model.packets import packets
from auditor.model.services import EVERYTHING, WHOLE_PORT_RANGE, Protocol, services


class Form(BaseModel):
    """A mapping of a file: no key that it does not know, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ProtocolName(StrEnum):
    """What files and reports call protocols; ``other`` is every IP protocol without a name here."""

    TCP = "tcp"
    UDP = "udp"
    ICMP = "icmp"
    ICMPV6 = "icmpv6"
    GRE = "gre"
    OTHER = "other"
    ALL = "all"


ProtocolWord = Annotated[ProtocolName, Field(strict=False)]


def services_of(protocol: ProtocolName, ports: Ports | None) -> IntervalSet:
    """The services that a protocol and its ports name; no ports means every port. Raises ``PydanticCustomError``."""
    if protocol in (ProtocolName.TCP, ProtocolName.UDP):
        return services(Protocol(protocol), WHOLE_PORT_RANGE if ports is None else ports)
    if ports not in (None, WHOLE_PORT_RANGE):
        raise PydanticCustomError("config-ports-without", "ports", {"at": ("ports",), "expected": "tcp, udp"})
    return EVERYTHING if protocol is ProtocolName.ALL else services(Protocol(protocol))


class ServiceForm(Form):
    """A protocol with its ports."""

    protocol: ProtocolWord = Field(description="tcp, udp, icmp, icmpv6, gre, other (any other IP protocol) or all")
    ports: Ports | None = Field(
        default=None, description='"22,30000-32768"; for tcp and udp alone; without it every port'
    )

    @model_validator(mode="after")
    def _has_ports(self) -> Self:
        self.services()
        return self

    def services(self) -> IntervalSet:
        """What it names."""
        return services_of(self.protocol, self.ports)


class FlowForm(ServiceForm):
    """Services to or from networks; the networks and blocks are united."""

    networks: list[NetworkWord] = Field(
        default_factory=list, description="Networks that each cluster has of its own: container, cluster, subnets"
    )
    cidrs: list[Cidr] = Field(default_factory=list, description="CIDR blocks, addresses or ranges, IPv4 or IPv6")

    @model_validator(mode="after")
    def _names_packets(self) -> Self:
        if not self.networks and not self.cidrs:
            raise PydanticCustomError("config-no-network", "network", {"expected": "networks, cidrs", "found": ""})
        if not self.networks:
            refuse_nothing(self.services(), self.cidrs)
        return self

    def flow(self) -> Flow:
        """What it names."""
        return Flow(services=self.services(), networks=tuple(self.networks), cidrs=tuple(self.cidrs))


def refuse_nothing(service: IntervalSet, cidrs: list[str]) -> None:
    """Raises ``PydanticCustomError`` where no packet can be both, as with ICMP and IPv6 blocks."""
    if not packets(service, addresses.union(tuple(cidrs))):
        facts = {"at": ("cidrs",), "expected": "icmp: IPv4, icmpv6: IPv6", "found": ", ".join(cidrs)}
        raise PydanticCustomError("config-no-packets", "packets", facts)


class PacketsForm(ServiceForm):
    """The packets that a waiver accepts."""

    direction: DirectionWord = Field(description="ingress: cidrs are sources; egress: destinations")
    cidrs: Cidrs

    @model_validator(mode="after")
    def _names_packets(self) -> Self:
        refuse_nothing(self.services(), self.cidrs)
        return self


class AllowForm(FlowForm):
    """Something that is open on purpose."""

    id: Identifier
    clusters: Selectors = Field(
        default=["*"],
        min_length=1,
        description="Clusters by id (cls-*), name (name:prod-*) or tag (tag:env=prod*); without it every cluster",
    )
    role: RoleWord | None = Field(default=None, description="node or master; without it both")
    direction: DirectionWord = Field(description="ingress: cidrs are sources; egress: destinations")
    reason: str = Field(default="", description="Why it is open")
    owner: str = Field(default="", description="Who answers for it")

    def allowance(self) -> Allowance:
        """As the comparison takes it."""
        return Allowance(
            allowance_id=self.id,
            flow=self.flow(),
            direction=self.direction,
            roles=() if self.role is None else (self.role,),
            clusters=tuple(self.clusters),
            reason=self.reason,
            owner=self.owner,
        )
