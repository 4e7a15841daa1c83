"""Security groups with their ordered rules, templates, memberships and network ACLs, parsed but not resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, Self, TypeAlias

from auditor.model.gaps import Gap
from auditor.model.intervals import IntervalSet
from auditor.model.services import EVERYTHING, PortRange, Protocol, services


class Direction(StrEnum):
    """The direction from the view of the node: ingress rules name sources, egress rules name destinations."""

    INGRESS = "ingress"
    EGRESS = "egress"


class Action(StrEnum):
    """The action of a rule; ``UNREADABLE`` stands for a word of the API without a documented meaning."""

    ALLOW = "allow"
    DENY = "deny"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CidrPeer:
    """A block, address or range, as text that :func:`auditor.model.addresses.parse` accepts."""

    cidr: str
    kind: Literal["cidr"] = "cidr"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPeer:
    """The private addresses of everything that binds the group (vpc/CreateSecurityGroupPolicies)."""

    security_group_id: str
    kind: Literal["group"] = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressTemplatePeer:
    """An address template (``ipm-``) or a group of them (``ipmg-``)."""

    template_id: str
    kind: Literal["address-template"] = "address-template"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadablePeer:
    """A peer without a documented meaning, which could be any address. A gap has the reason."""

    text: str
    kind: Literal["unreadable"] = "unreadable"


Peer: TypeAlias = CidrPeer | GroupPeer | AddressTemplatePeer | UnreadablePeer


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolService:
    """A protocol with its ports. A ``protocol`` of ``None`` means ALL; a protocol without ports ignores ``ports``."""

    protocol: Protocol | None
    ports: tuple[PortRange, ...]
    kind: Literal["protocol"] = "protocol"

    @property
    def intervals(self) -> IntervalSet:
        """The services as a set on the service line (:mod:`auditor.model.services`)."""
        return EVERYTHING if self.protocol is None else services(self.protocol, self.ports)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTemplateRef:
    """A service template (``ppm-``) or a group of them (``ppmg-``)."""

    template_id: str
    kind: Literal["service-template"] = "service-template"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableService:
    """A service without a documented meaning; ``protocol`` is kept if it was readable."""

    text: str
    protocol: Protocol | None = None
    kind: Literal["unreadable"] = "unreadable"


Service: TypeAlias = ProtocolService | ServiceTemplateRef | UnreadableService


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of one direction of a group. ``index`` counts from the top and changes when the group is edited."""

    index: int
    action: Action
    peer: Peer
    service: Service
    description: str = ""

    @property
    def priority(self) -> int:
        """The number of the rule in the console, where the top rule is 1; people read it wherever a rule is named."""
        return self.index + 1

    @property
    def peer_group(self) -> str:
        """The id of the security group that the rule names as peer; empty for any other peer."""
        return self.peer.security_group_id if isinstance(self.peer, GroupPeer) else ""

    @property
    def address_template(self) -> str:
        """The id of the address template, or of the group of them, that the rule names; empty for any other peer."""
        return self.peer.template_id if isinstance(self.peer, AddressTemplatePeer) else ""

    @property
    def service_template(self) -> str:
        """The id of the service template, or of the group of them, that the rule names; empty without a template."""
        return self.service.template_id if isinstance(self.service, ServiceTemplateRef) else ""

    @property
    def templates(self) -> tuple[str, ...]:
        """The ids of the templates and template groups that the rule names, at most two."""
        return tuple(name for name in (self.address_template, self.service_template) if name)

    def references(self) -> tuple[str, ...]:
        """The ids of the security group, templates and template groups that the rule names, at most two."""
        return (self.peer_group, *self.templates) if self.peer_group else self.templates


Rules: TypeAlias = tuple[Rule, ...] | Gap
"""The rules of one direction of a group in order, or the reason why they were not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroup:
    """A security group with its rules in order. ``gaps`` has an entry for each rule that is not fully readable."""

    region: str
    security_group_id: str
    name: str = ""
    description: str = ""
    project_id: str = ""
    version: str = ""
    ingress: Rules
    egress: Rules
    gaps: tuple[Gap, ...] = ()

    def rules(self, direction: Direction) -> Rules:
        """The rules of one direction."""
        return self.ingress if direction is Direction.INGRESS else self.egress

    def with_rules(self, direction: Direction, rules: Rules) -> Self:
        """The group with other rules in one direction."""
        return replace(self, ingress=rules) if direction is Direction.INGRESS else replace(self, egress=rules)

    def all_rules(self) -> Iterator[tuple[Direction, Rule]]:
        """Every rule that was read, with its direction: ingress first, each direction in order."""
        for direction in Direction:
            rules = self.rules(direction)
            if isinstance(rules, tuple):
                yield from ((direction, rule) for rule in rules)

    def references(self) -> frozenset[str]:
        """The ids of everything that a rule of the group names (:meth:`Rule.references`)."""
        return frozenset(name for _, rule in self.all_rules() for name in rule.references())


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressTemplate:
    """A named list of addresses. ``gaps`` has an entry for each unreadable address, which could be any address."""

    region: str
    template_id: str
    name: str = ""
    entries: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTemplate:
    """A named list of services. ``gaps`` has an entry for each unreadable service, which could be any service."""

    region: str
    template_id: str
    name: str = ""
    entries: tuple[ProtocolService, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateGroup:
    """A named list of templates of one kind (``ipmg-`` or ``ppmg-``)."""

    region: str
    template_id: str
    name: str = ""
    members: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An instance or network interface that binds a group, with its private addresses.

    ``instance_id`` is empty for an interface without an instance; ``interface_id`` is empty for an instance from
    cvm/DescribeInstances.
    """

    instance_id: str
    interface_id: str = ""
    name: str = ""
    business: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The members of a group at the time of reading. With ``gaps`` the list may be incomplete."""

    region: str
    security_group_id: str
    members: tuple[Member, ...]
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AclEntry:
    """An entry of a network ACL; the first entry of its direction and address family that matches decides.

    ``cidr`` is the far side: the source of ingress, the destination of egress. ``ports`` are destination ports.
    ``protocol`` ``None`` is every protocol. ``own_cidr`` and ``peer_ports`` are only in entries of five fields: the
    near side (empty: any) and the source ports (empty: any). Documents do not tell whether the port of an entry of
    three fields is that of the destination or of the source; it is taken as the port of the destination.
    """

    entry_id: str = ""
    direction: Direction
    priority: int
    action: Action
    cidr: str
    protocol: Protocol | None = None
    ports: tuple[PortRange, ...] = ()
    own_cidr: str = ""
    peer_ports: tuple[PortRange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAcl:
    """A network ACL with its explicit entries, sorted by direction and priority.

    Documents say that everything else is denied; whether the answer contains that tail is not documented, so packets
    that no entry matches are never judged.
    """

    region: str
    network_acl_id: str
    name: str = ""
    vpc_id: str = ""
    entries: tuple[AclEntry, ...] | Gap
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubnetAcl:
    """A subnet that an audited cluster uses, with its blocks.

    An empty ``network_acl_id`` means that it has no ACL, unless ``gaps`` say that the id or a block could not be read.
    """

    region: str
    subnet_id: str
    cidrs: tuple[str, ...]
    network_acl_id: str = ""
    gaps: tuple[Gap, ...] = ()
