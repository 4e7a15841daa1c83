"""vpc/Vpc, AssistantCidr and Subnet -> blocks by what they are for, and tke/DescribeIPAMD -> container subnets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.fetcher import wire
from auditor.fetcher.wire import Origin
from auditor.model.estate import Network
from auditor.model.gaps import Gap

ORDINARY, CONTAINER = 0, 1
"""AssistantCidr.AssistantType; missing means ordinary. Type 1 is the Pod range of some cluster in the VPC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcBlocks:
    """``ordinary``: where machines have their IPv4 addresses. ``all``: IPv6 and container blocks as well."""

    ordinary: Network
    all: Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipamd:
    """Whether VPC-CNI is on, and the subnets that it takes Pod addresses from; ``None`` where no list could be read."""

    enabled: bool
    subnet_ids: tuple[str, ...] | None


def ipamd(answer: Mapping[str, Any]) -> Ipamd | None:
    """An answer of DescribeIPAMD, ``None`` where it does not say whether the add-on is there.

    A GlobalRouter cluster with custom Pod ranges has the add-on with its VPC-CNI mode off.
    """
    if not isinstance(answer.get("EnableIPAMD"), bool):
        return None
    enabled = answer["EnableIPAMD"] and answer.get("DisableVpcCniMode") is not True
    return Ipamd(enabled=enabled, subnet_ids=wire.names_if_any(answer, "SubnetIds") if enabled else ())


def has_assistants(row: Mapping[str, Any]) -> bool:
    """Whether the VPC's own row lists its assistant blocks, be it none."""
    return isinstance(row.get("AssistantCidrSet"), list)


def vpc_blocks(row: Mapping[str, Any], assistants: tuple[dict[str, Any], ...], origin: Origin) -> VpcBlocks:
    """The blocks of a VPC with its ``assistants``, wherever they were listed."""
    vpc_id = wire.text(row, "VpcId")
    return _blocks(vpc_id, [wire.text(row, "CidrBlock")], list(_v6_blocks(row)), assistants, origin)


def assistant_blocks(vpc_id: str, assistants: tuple[dict[str, Any], ...], origin: Origin) -> VpcBlocks:
    """The blocks of ``assistants`` alone."""
    return _blocks(vpc_id, [], [], assistants, origin)


def _blocks(
    vpc_id: str, ordinary: list[str], others: list[str], assistants: tuple[dict[str, Any], ...], origin: Origin
) -> VpcBlocks:
    gaps = []
    for assistant in assistants:
        block = wire.text(assistant, "CidrBlock")
        kind = assistant.get("AssistantType")
        if kind in (ORDINARY, None):
            ordinary.append(block)
        else:
            others.append(block)
        if kind not in (ORDINARY, CONTAINER, None):
            message = f"{vpc_id} has the block {block!r} of the type {kind!r}: whether machines stand in it is unknown"
            gaps.append(origin.gap(vpc_id, "UnknownAssistantType", message))
    return VpcBlocks(
        ordinary=_network(ordinary, gaps, origin, vpc_id),
        all=_network([*ordinary, *others], gaps, origin, vpc_id),
    )


def _v6_blocks(row: Mapping[str, Any]) -> Iterator[str]:
    """IPv6 blocks of a VPC or subnet; a VPC may have several, of different carriers."""
    for source in (wire.text(row, "Ipv6CidrBlock"), *_carrier_blocks(row)):
        if source:
            yield source


def _carrier_blocks(row: Mapping[str, Any]) -> Iterator[str]:
    for item in wire.mappings(row, "Ipv6CidrBlockSet"):
        yield wire.text(item, "IPv6CidrBlock") or wire.text(item, "Ipv6CidrBlock")


def subnet_block(row: Mapping[str, Any], origin: Origin) -> Network:
    """The IPv4 block of a subnet; one that has IPv6 alone has none."""
    block = wire.text(row, "CidrBlock")
    if not block and wire.text(row, "Ipv6CidrBlock"):
        return Network()
    return _network([block], [], origin, wire.text(row, "SubnetId"))


def _network(sources: list[str], gaps: list[Gap], origin: Origin, resource: str) -> Network:
    read = [(source, wire.canonical(source)) for source in sources]
    unread = [
        origin.gap(resource, "UnreadableAddress", f"{resource} has the block {source!r}, which is none")
        for source, block in read
        if block is None
    ]
    return Network(cidrs=wire.sorted_blocks(block for _, block in read if block is not None), gaps=(*gaps, *unread))
