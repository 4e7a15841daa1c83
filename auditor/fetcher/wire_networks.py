"""vpc/Vpc, AssistantCidr and Subnet -> blocks by what they are for, and tke/DescribeIPAMD -> container subnets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from auditor.fetcher import wire
from auditor.fetcher.wire import Defects, Origin
from auditor.model import identifiers
from auditor.model.estate import Network
from auditor.model.gaps import Gap

ORDINARY, CONTAINER = 0, 1
"""AssistantCidr.AssistantType; missing means ordinary. Type 1 is the Pod range of some cluster in the VPC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcBlocks:
    """``ordinary``: where machines have their IPv4 addresses. ``all``: IPv6 and container blocks as well.

    ``without_ipv6``: the VPC's answer says that it has no IPv6 block.
    """

    ordinary: Network
    all: Network
    without_ipv6: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipamd:
    """Whether VPC-CNI is on, and the subnets that it takes Pod addresses from; ``None`` where no list could be read."""

    enabled: bool
    subnet_ids: tuple[str, ...] | None


def ipamd(answer: Mapping[str, Any]) -> Ipamd | None:
    """An answer of DescribeIPAMD, ``None`` where it does not say whether the add-on is there.

    A GlobalRouter cluster with custom Pod ranges has the add-on with its VPC-CNI mode off.
    """
    enabled, disabled = answer.get("EnableIPAMD"), answer.get("DisableVpcCniMode")
    if not isinstance(enabled, bool) or not isinstance(disabled, bool | None):
        return None
    if not enabled or disabled:
        return Ipamd(enabled=False, subnet_ids=())
    return Ipamd(enabled=True, subnet_ids=wire.names_if_any(answer, "SubnetIds", identifiers.SUBNET))


def has_assistants(row: Mapping[str, Any]) -> bool:
    """Whether the VPC's own row lists its assistant blocks, be it none."""
    return isinstance(row.get("AssistantCidrSet"), list)


def vpc_blocks(row: Mapping[str, Any], assistants: tuple[dict[str, Any], ...], origin: Origin) -> VpcBlocks:
    """The blocks of a VPC with its ``assistants``, wherever they were listed."""
    vpc_id = wire.label(row, "VpcId")
    defects = Defects(origin=origin, resource=vpc_id, unknown="which blocks the VPC has is not wholly known")
    blocks = _blocks(vpc_id, [wire.spelling(row, "CidrBlock")], list(_v6_blocks(row, defects)), assistants, origin)
    whole = replace(blocks.all, gaps=(*blocks.all.gaps, *defects.gaps))
    return replace(blocks, all=whole, without_ipv6=_denies_ipv6(row))


def own_assistants(row: Mapping[str, Any], origin: Origin) -> tuple[tuple[dict[str, Any], ...], tuple[Gap, ...]]:
    """The assistant blocks that the VPC's own row lists, and what of the list could not be read."""
    unknown = "which blocks the VPC has is not wholly known"
    defects = Defects(origin=origin, resource=wire.label(row, "VpcId"), unknown=unknown)
    return wire.mappings(row, "AssistantCidrSet", defects), defects.gaps


def assistant_blocks(vpc_id: str, assistants: tuple[dict[str, Any], ...], origin: Origin) -> VpcBlocks:
    """The blocks of ``assistants`` alone."""
    return _blocks(vpc_id, [], [], assistants, origin)


def _blocks(
    vpc_id: str, ordinary: list[str], others: list[str], assistants: tuple[dict[str, Any], ...], origin: Origin
) -> VpcBlocks:
    gaps = []
    for assistant in assistants:
        block = wire.spelling(assistant, "CidrBlock")
        kind = assistant.get("AssistantType")
        known = kind is None or (type(kind) is int and kind in (ORDINARY, CONTAINER))
        if known and kind != CONTAINER:
            ordinary.append(block)
        else:
            others.append(block)
        if not known:
            message = f"{vpc_id} has the block {block!r} of the type {kind!r}: whether machines stand in it is unknown"
            gaps.append(origin.gap(vpc_id, "UnknownAssistantType", message))
    return VpcBlocks(
        ordinary=_network(ordinary, gaps, origin, vpc_id),
        all=_network([*ordinary, *others], gaps, origin, vpc_id),
    )


def _denies_ipv6(row: Mapping[str, Any]) -> bool:
    """Whether the row says that the VPC has no IPv6: a row without the key, or with null, says nothing."""
    return row.get("Ipv6CidrBlock") == "" and row.get("Ipv6CidrBlockSet") in (None, [])


def _v6_blocks(row: Mapping[str, Any], defects: Defects) -> Iterator[str]:
    """IPv6 blocks of a VPC, which may have several, of different carriers."""
    if block := wire.spelling(row, "Ipv6CidrBlock"):
        yield block
    for item in wire.mappings(row, "Ipv6CidrBlockSet", defects):
        yield wire.spelling(item, "IPv6CidrBlock") or wire.spelling(item, "Ipv6CidrBlock")


def subnet_block(row: Mapping[str, Any], origin: Origin) -> Network:
    """The IPv4 block of a subnet; one that has IPv6 alone has none."""
    block = wire.spelling(row, "CidrBlock")
    if not block and wire.canonical(wire.spelling(row, "Ipv6CidrBlock")):
        return Network()
    return _network([block], [], origin, wire.label(row, "SubnetId"))


def _network(sources: list[str], gaps: list[Gap], origin: Origin, resource: str) -> Network:
    read = [(source, wire.canonical(source)) for source in sources]
    unread = [
        origin.gap(resource, "UnreadableAddress", f"{resource} has the block {source!r}, which is none")
        for source, block in read
        if block is None
    ]
    return Network(cidrs=wire.sorted_blocks(block for _, block in read if block is not None), gaps=(*gaps, *unread))
