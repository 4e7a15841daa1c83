"""Network ACLs of subnets: stateless lists of entries that act on traffic that enters or leaves a subnet.

Source: vpc/DescribeNetworkAcls, DescribeNetworkAclQuintupleEntries, DescribeSubnets (Subnet.NetworkAclId).
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.gaps import Gap
from auditor.model.rules import Action, Direction
from auditor.model.services import PortRange, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class AclEntry:
    """An entry of a network ACL; the first entry of its direction and address family that matches decides.

    ``cidr`` is the far side: the source of ingress, the destination of egress. ``ports`` are destination ports.
    ``protocol`` ``None`` is every protocol. ``own_cidr`` and ``peer_ports`` are only in entries of five fields: the
    near side (empty: any) and the source ports (empty: any).
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
    """A subnet that an audited cluster uses, with its blocks; an empty ``network_acl_id`` means that it has no ACL."""

    region: str
    subnet_id: str
    cidrs: tuple[str, ...]
    network_acl_id: str = ""
