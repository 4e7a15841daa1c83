"""What binds a group: rows of cvm/DescribeInstances and vpc/DescribeNetworkInterfaces -> members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.fetcher import wire
from auditor.fetcher.wire import Origin
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
    instance_id = wire.text(row, "InstanceId")
    texts = [*wire.texts(row, "PrivateIpAddresses"), *wire.texts(row, "IPv6Addresses")]
    member = Member(
        instance_id=instance_id,
        name=wire.text(row, "InstanceName"),
        addresses=wire.readable_addresses(texts),
    )
    gaps = tuple(_unreadable(origin, instance_id, texts))
    return Bound(member=member, security_groups=wire.names(row, "SecurityGroupIds"), gaps=gaps)


def of_interface(row: Mapping[str, Any], origin: Origin) -> Bound:
    """An interface, attached or not, with all its private addresses, those of Pods included."""
    interface_id = wire.text(row, "NetworkInterfaceId")
    texts = [
        *(wire.text(item, "PrivateIpAddress") for item in wire.mappings(row, "PrivateIpAddressSet")),
        *(wire.text(item, "Address") for item in wire.mappings(row, "Ipv6AddressSet")),
    ]
    member = Member(
        instance_id=wire.text(wire.mapping(row, "Attachment"), "InstanceId"),
        interface_id=interface_id,
        name=wire.text(row, "NetworkInterfaceName"),
        business=wire.text(row, "Business"),
        addresses=wire.readable_addresses(texts),
    )
    gaps = tuple(_unreadable(origin, interface_id, texts))
    return Bound(member=member, security_groups=wire.names(row, "GroupSet"), gaps=gaps)


def _unreadable(origin: Origin, resource: str, texts: list[str]) -> Iterator[Gap]:
    for text in texts:
        if text and not wire.readable_addresses([text]):
            yield origin.gap(resource, "UnreadableAddress", f"{resource} has the address {text!r}, which is none")
