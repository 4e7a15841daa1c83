"""What binds a group: rows of cvm/DescribeInstances and vpc/DescribeNetworkInterfaces -> members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auditor.fetcher import wire
from auditor.fetcher.wire import Defects, Origin
from auditor.model import identifiers
from auditor.model.gaps import Gap
from auditor.model.rules import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A member with the groups that it binds, in binding order; ``None`` where the answer does not say.

    ``gaps`` holds what of its addresses could not be read.
    """

    member: Member
    security_groups: tuple[str, ...] | None
    gaps: tuple[Gap, ...] = ()


def of_instance(row: Mapping[str, Any], origin: Origin) -> Bound:
    """An instance with the private addresses of its primary interface; public ones never count as a source group."""
    instance_id = wire.label(row, "InstanceId")
    defects = _defects(origin, instance_id)
    texts = [*wire.texts(row, "PrivateIpAddresses", defects), *wire.texts(row, "IPv6Addresses", defects)]
    member = Member(
        instance_id=instance_id,
        name=wire.label(row, "InstanceName"),
        addresses=wire.addresses_of(texts, defects),
    )
    groups = wire.names(row, "SecurityGroupIds", identifiers.GROUP)
    return Bound(member=member, security_groups=groups, gaps=defects.gaps)


def of_interface(row: Mapping[str, Any], origin: Origin) -> Bound:
    """An interface, attached or not, with all its private addresses, those of Pods included."""
    interface_id = wire.label(row, "NetworkInterfaceId")
    defects = _defects(origin, interface_id)
    texts = [
        *(wire.spelling(item, "PrivateIpAddress") for item in wire.mappings(row, "PrivateIpAddressSet", defects)),
        *(wire.spelling(item, "Address") for item in wire.mappings(row, "Ipv6AddressSet", defects)),
    ]
    member = Member(
        instance_id=_attached_to(row, defects),
        interface_id=interface_id,
        name=wire.label(row, "NetworkInterfaceName"),
        business=wire.text(row, "Business", defects),
        addresses=wire.addresses_of(texts, defects),
    )
    groups = wire.names(row, "GroupSet", identifiers.GROUP)
    return Bound(member=member, security_groups=groups, gaps=defects.gaps)


def _defects(origin: Origin, resource: str) -> Defects:
    unknown = "what binds the group, and with which addresses, is not wholly known"
    return Defects(origin=origin, resource=resource, unknown=unknown)


def _attached_to(row: Mapping[str, Any], defects: Defects) -> str:
    """The instance that an interface is attached to; empty without an attachment, or one with nothing in it."""
    attachment = wire.mapping(row, "Attachment", defects)
    if any(attachment.values()) and attachment.get("InstanceId") in (None, ""):
        defects.add("Attachment", attachment, "an attachment with an InstanceId")
    return wire.identifier(attachment, "InstanceId", defects)
