"""Defines the pydantic models of a baseline file, and of the flows that the configuration file shares with it.

Each model converts itself to the value that the comparison uses.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from auditor.config.fields import (
    Cidr,
    Cidrs,
    DirectionWord,
    Identifier,
    NetworkWord,
    Ports,
    RoleWord,
    Selectors,
    SeverityWord,
    Text,
)
from auditor.model import addresses
from auditor.model import baseline as model
from auditor.model.baseline import Allowance, FlowPattern, NamedNetwork, Reach, Requirement, Tier
from auditor.model.intervals import IntervalSet
from auditor.model.packets import packets
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING, WHOLE_PORT_RANGE, Protocol, services


class StrictForm(BaseModel):
    """A mapping of a file: no key that it does not know, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


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


class ServiceForm(StrictForm):
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
        default_factory=list,
        description="Networks that each cluster has of its own: container, cluster, subnets, and listeners (clients of "
        "load balancers, at the ports of the back ends that bind the groups)",
    )
    cidrs: list[Cidr] = Field(default_factory=list, description="CIDR blocks, addresses or ranges, IPv4 or IPv6")

    @model_validator(mode="after")
    def _names_packets(self) -> Self:
        if not self.networks and not self.cidrs:
            raise PydanticCustomError("config-no-network", "network", {"expected": "networks, cidrs", "found": ""})
        if not self.networks:
            refuse_nothing(self.services(), self.cidrs)
        return self

    def flow(self) -> FlowPattern:
        """What it names."""
        return FlowPattern(services=self.services(), networks=tuple(self.networks), cidrs=tuple(self.cidrs))


def refuse_listeners(direction: Direction, networks: list[NamedNetwork]) -> None:
    """Raises ``PydanticCustomError`` for the clients of listeners as destinations."""
    if direction is Direction.EGRESS and NamedNetwork.LISTENERS in networks:
        facts = {"at": ("networks",), "expected": "direction: ingress", "found": NamedNetwork.LISTENERS.value}
        raise PydanticCustomError("config-no-packets", "packets", facts)


def refuse_nothing(service: IntervalSet, cidrs: list[str], left_out: list[str] | None = None) -> None:
    """Raises ``PydanticCustomError`` where no packet can be both, as with ICMP and IPv6 blocks."""
    if not packets(service, addresses.union(tuple(cidrs)) - addresses.union(tuple(left_out or ()))):
        facts = {"at": ("cidrs",), "expected": "icmp: IPv4, icmpv6: IPv6", "found": ", ".join(cidrs)}
        raise PydanticCustomError("config-no-packets", "packets", facts)


class PacketsForm(ServiceForm):
    """The packets that a waiver accepts."""

    direction: DirectionWord = Field(description="ingress: cidrs are sources; egress: destinations")
    cidrs: Cidrs
    left_out: list[Cidr] = Field(default_factory=list, alias="except", description="Blocks that cidrs does not mean")

    @model_validator(mode="after")
    def _names_packets(self) -> Self:
        refuse_nothing(self.services(), self.cidrs, self.left_out)
        return self


class AllowForm(FlowForm):
    """Something that is open on purpose."""

    id: Identifier
    clusters: Selectors = Field(
        default=["*"],
        min_length=1,
        description="Clusters by id (cls-*), name (name:prod-*) or tag (tag:env=prod*); without it every cluster",
    )
    role: RoleWord | None = Field(default=None, description="node, master, pod or endpoint; without it every role")
    direction: DirectionWord = Field(description="ingress: cidrs are sources; egress: destinations")
    reason: str = Field(default="", description="Why it is open")
    owner: str = Field(default="", description="Who answers for it")

    @model_validator(mode="after")
    def _listeners_are_sources(self) -> Self:
        refuse_listeners(self.direction, self.networks)
        return self

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


class TextForm(StrictForm):
    """A text in both languages; one of them serves for both."""

    en: Text | None = Field(default=None, description="In English")
    zh: Text | None = Field(default=None, description="In Chinese")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.en is None and self.zh is None:
            raise PydanticCustomError("config-no-text", "text", {"expected": "en, zh"})
        return self

    def text(self) -> model.Text:
        """Both languages."""
        return model.Text(en=self.en or self.zh or "", zh=self.zh or self.en or "")


class TierForm(StrictForm):
    """Packets of a row that weigh otherwise; whatever it leaves out is the row's own."""

    protocol: ProtocolWord | None = Field(default=None, description="Left out: the row's")
    ports: Ports | None = Field(default=None, description="Left out together with protocol: the row's")
    networks: list[NetworkWord] = Field(default_factory=list, description="Left out together with cidrs: the row's")
    cidrs: list[Cidr] = Field(default_factory=list, description="Left out together with networks: the row's")
    severity: SeverityWord = Field(description="How bad it is when these packets do not pass")
    reason: TextForm | None = Field(default=None, description="What breaks without them. Left out: the row's")
    breaks: TextForm | None = Field(default=None, description="The reason in a few words. Left out: the row's")

    def tier(self, row: FlowForm) -> Tier:
        """As the comparison takes it. Raises ``PydanticCustomError`` for ports of a protocol that has none."""
        inherits_ports = self.protocol is None and self.ports is None
        where = self if self.networks or self.cidrs else row
        flow = FlowPattern(
            services=services_of(self.protocol or row.protocol, row.ports if inherits_ports else self.ports),
            networks=tuple(where.networks),
            cidrs=tuple(where.cidrs),
        )
        return Tier(
            flow=flow,
            severity=self.severity,
            reason=self.reason.text() if self.reason else None,
            breaks=self.breaks.text() if self.breaks else None,
        )


class RequirementForm(FlowForm):
    """What must pass for a role: a row of the guide, or one of your own."""

    id: Identifier = Field(description="What drop, change and reports call it")
    role: RoleWord = Field(description="node, master (Masters and etcd of independent clusters), pod or endpoint")
    direction: DirectionWord = Field(description="ingress: the networks are sources; egress: destinations")
    severity: SeverityWord = Field(description="How bad it is when a packet that no tier holds does not pass")
    title: TextForm = Field(description="What it lets through")
    reason: TextForm = Field(description="What breaks without it")
    breaks: TextForm | None = Field(default=None, description="The reason in a few words, as in nodes go NotReady")
    row: str = Field(default="", description="Where it is written: document, table and row")
    tiers: list[TierForm] = Field(
        default_factory=list, description="Packets that weigh otherwise; the first tier that holds a packet weighs it"
    )

    @model_validator(mode="after")
    def _listeners_are_sources(self) -> Self:
        refuse_listeners(self.direction, self.networks)
        return self

    @model_validator(mode="after")
    def _tiers_have_ports(self) -> Self:
        for index, tier in enumerate(self.tiers):
            try:
                tier.tier(self)
            except PydanticCustomError as error:
                facts = {**(error.context or {}), "at": ("tiers", index, "ports"), "found": str(self.protocol)}
                raise PydanticCustomError("config-ports-without", "ports", facts) from None
        return self

    def requirement(self) -> Requirement:
        """As the comparison takes it."""
        return Requirement(
            requirement_id=self.id,
            role=self.role,
            direction=self.direction,
            flow=self.flow(),
            severity=self.severity,
            title=self.title.text(),
            reason=self.reason.text(),
            row=self.row,
            tiers=tuple(tier.tier(self) for tier in self.tiers),
            breaks=self.breaks.text() if self.breaks else None,
        )


class ChangeForm(StrictForm):
    """What becomes otherwise in an inherited row; each key that stands here replaces the row's.

    Networks and cidrs together say where to or from: either of them replaces both.
    """

    protocol: ProtocolWord | None = None
    ports: Ports | None = None
    networks: list[NetworkWord] | None = None
    cidrs: list[Cidr] | None = None
    role: RoleWord | None = None
    direction: DirectionWord | None = None
    severity: SeverityWord | None = None
    title: TextForm | None = None
    reason: TextForm | None = None
    breaks: TextForm | None = None
    row: str | None = None
    tiers: list[TierForm] | None = None


class ClassServiceForm(ServiceForm):
    """Services of a class, perhaps on one role alone."""

    role: RoleWord | None = Field(default=None, description="node, master, pod or endpoint; without it every role")


class ClassForm(StrictForm):
    """A family of services that weigh alike when they are open."""

    name: Identifier = Field(description="What severities and reports call it")
    title: TextForm = Field(description="What it is")
    services: list[ClassServiceForm] = Field(min_length=1)


class ReachForm(StrictForm):
    """Severities by who can reach the service, then by class."""

    any: dict[str, SeverityWord] = Field(
        default_factory=dict, description="Any address of IPv4 or IPv6; critical, high or medium"
    )
    public: dict[str, SeverityWord] = Field(default_factory=dict, description="Public addresses")
    private: dict[str, SeverityWord] = Field(default_factory=dict, description="Private addresses beyond the VPC")
    vpc: dict[str, SeverityWord] = Field(default_factory=dict, description="Addresses of the VPC and its containers")

    def of(self, reach: Reach) -> dict[str, SeverityWord]:
        """The severities of one reach by class."""
        by_class: dict[str, SeverityWord] = getattr(self, reach.value)
        return by_class


class SeveritiesForm(StrictForm):
    """The table of excess severities."""

    ingress: ReachForm = Field(default_factory=ReachForm, description="What of the node can be reached")
    egress: ReachForm = Field(default_factory=ReachForm, description="What the node can reach")

    def of(self, direction: Direction) -> ReachForm:
        """The severities of one direction."""
        return self.ingress if direction is Direction.INGRESS else self.egress


class ExcessForm(StrictForm):
    """How bad an open service is that nothing permits."""

    classes: list[ClassForm] = Field(
        default_factory=list,
        description="The first class that holds a service names it. An inherited name is replaced, a new one goes in "
        "before the last, which holds every service",
    )
    severities: SeveritiesForm = Field(default_factory=SeveritiesForm)


class FindingsForm(StrictForm):
    """Severities of findings about bindings."""

    pod_interface_without_group: SeverityWord | None = Field(
        default=None,
        description="Pods' interfaces of VPC-CNI without a security group. Left out: as inherited, or info",
    )


class BaselineForm(StrictForm):
    """A baseline: what must pass, what else may, and how bad it is when it is otherwise."""

    name: Identifier = Field(description="What reports call it")
    extends: Text | None = Field(
        default=None, description="A built-in name (tke-default, tke-hardened, tke-least) or a path beside this file"
    )
    drop: list[str] | None = Field(
        default=None, description="Ids of inherited rows and allow entries that do not hold here"
    )
    change: dict[str, ChangeForm] | None = Field(
        default=None, description="Inherited rows by id, with what becomes otherwise"
    )
    requirements: list[RequirementForm] | None = Field(default=None, description="Rows to add")
    allow: list[AllowForm] | None = Field(default=None, description="What may be open though no row requires it")
    findings: FindingsForm = Field(default_factory=FindingsForm)
    excess: ExcessForm = Field(default_factory=ExcessForm)
