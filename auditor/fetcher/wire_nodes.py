"""Rows of node and pool lists -> what they say of one node or pool; which of them bind groups is decided elsewhere.

The 2018 version lists machines with their role, the 2022 version says of which kind each is and carries the groups of
native ones. Sources: tke/Instance of both versions, tke/NodePool of both versions, cvm/Instance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from auditor.fetcher import wire, wire_bindings
from auditor.fetcher.wire import Defects, Origin
from auditor.model import identifiers
from auditor.model.estate import Binding, Exposure
from auditor.model.gaps import Gap


class Kind(StrEnum):
    """What the API calls NodeType and, for pools, Type."""

    REGULAR = "Regular"
    NATIVE = "Native"
    SUPER = "Super"
    EXTERNAL = "External"
    UNKNOWN = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNode:
    """One row of a node list. ``kind_text`` is the answer's word for its kind; ``detail`` is there for native ones.

    ``gaps`` holds what of the row could not be read.
    """

    node_id: str
    role: str
    kind: Kind
    kind_text: str = ""
    node_pool_id: str = ""
    lan_address: str = ""
    detail: NativeDetail | None = None
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeDetail:
    """What the 2022 list says of a native node; ``instance_id`` is ``ins-`` where it runs on a CVM, else ``eks-``."""

    security_groups: Binding
    instance_id: str
    name: str
    subnet_id: str
    lan_address: str
    exposure: Exposure


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPool:
    """One row of a pool list; ``gaps`` holds what of it could not be read."""

    node_pool_id: str
    name: str
    kind: Kind
    kind_text: str
    life_state: str
    launch_configuration_id: str = ""
    auto_scaling_group_id: str = ""
    subnet_ids: tuple[str, ...] | None = ()
    security_groups: Binding = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """An instance as cvm/DescribeInstances has it; ``gaps`` holds what of the row could not be read."""

    instance_id: str
    name: str
    security_groups: Binding
    addresses: tuple[str, ...]
    subnet_id: str
    exposure: Exposure
    gaps: tuple[Gap, ...] = ()


def node_2018(row: Mapping[str, Any], origin: Origin) -> ListedNode:
    """A row of the 2018 list, which tells kinds apart by the form of the id alone."""
    node_id = wire.label(row, "InstanceId")
    defects = _defects(origin, node_id)
    return ListedNode(
        node_id=node_id,
        role=wire.text(row, "InstanceRole", defects).upper(),
        kind=_kind_by_id(node_id),
        node_pool_id=wire.identifier(row, "NodePoolId", defects),
        lan_address=wire.spelling(row, "LanIP"),
        gaps=defects.gaps,
    )


def node_2022(row: Mapping[str, Any], origin: Origin) -> ListedNode:
    """A row of the 2022 list. NodeType is nullable: without it the filled part and the form of the id tell the kind."""
    node_id = wire.label(row, "InstanceId")
    defects = _defects(origin, node_id)
    kind_text = wire.spelling(row, "NodeType")
    parts = _parts(row, defects)
    kind = _kind(kind_text, parts) if kind_text or parts else _kind_by_id(node_id)
    return ListedNode(
        node_id=node_id,
        role=wire.text(row, "InstanceRole", defects).upper(),
        kind=kind,
        kind_text=kind_text,
        node_pool_id=wire.identifier(row, "NodePoolId", defects),
        lan_address=wire.spelling(row, "LanIP"),
        detail=_native(parts.get(kind, {}), defects) if kind is Kind.NATIVE else None,
        gaps=defects.gaps,
    )


def _defects(origin: Origin, resource: str) -> Defects:
    return Defects(origin=origin, resource=resource, unknown="what it says of the node or pool is unknown")


def _native(part: Mapping[str, Any], defects: Defects) -> NativeDetail:
    groups = wire_bindings.binding(part, ("SecurityGroupIDs", "SecurityGroupIds"), defects.origin, defects.resource)
    return NativeDetail(
        security_groups=groups,
        instance_id=wire.identifier(part, "InstanceId", defects),
        name=wire.label(part, "DisplayName") or wire.label(part, "MachineName"),
        subnet_id=wire.identifier(part, "SubnetId", defects, identifiers.SUBNET),
        lan_address=wire.spelling(part, "LanIp"),
        exposure=_exposure(part, "WanIp", (wire.text(part, "WanIp", defects),), defects),
    )


def pool_2022(row: Mapping[str, Any], origin: Origin) -> ListedPool:
    """A row of DescribeNodePools."""
    pool_id = wire.label(row, "NodePoolId")
    defects = _defects(origin, pool_id)
    kind_text = wire.spelling(row, "Type")
    parts = _parts(row, defects)
    kind = _kind(kind_text, parts)
    part = parts.get(kind, {})
    scaling = part if kind is Kind.REGULAR else {}
    return ListedPool(
        node_pool_id=pool_id,
        name=wire.label(row, "Name"),
        kind=kind,
        kind_text=kind_text,
        life_state=wire.text(row, "LifeState", defects).lower(),
        launch_configuration_id=_launch_configuration_id(scaling, defects),
        auto_scaling_group_id=_auto_scaling_group_id(scaling, defects),
        subnet_ids=wire.names(part, "SubnetIds", identifiers.SUBNET) if kind is Kind.NATIVE else (),
        security_groups=_pool_groups(kind, part, defects),
        gaps=defects.gaps,
    )


def _pool_groups(kind: Kind, part: Mapping[str, Any], defects: Defects) -> Binding:
    """A pool of super nodes that names no groups leaves them to its Pods."""
    if kind is Kind.NATIVE:
        keys = ("SecurityGroupIds", "SecurityGroupIDs")
        return wire_bindings.binding(part, keys, defects.origin, defects.resource)
    groups = wire.names_if_any(part, "SecurityGroupIds", identifiers.GROUP) if kind is Kind.SUPER else ()
    if groups is None:
        defects.add("SecurityGroupIds", part["SecurityGroupIds"], "a list of group ids")
    return groups or ()


def _launch_configuration_id(row: Mapping[str, Any], defects: Defects) -> str:
    return wire.identifier(row, "LaunchConfigurationId", defects, identifiers.LAUNCH_CONFIGURATION)


def _auto_scaling_group_id(row: Mapping[str, Any], defects: Defects) -> str:
    return wire.identifier(row, "AutoscalingGroupId", defects, identifiers.SCALING_GROUP)


def pool_2018(row: Mapping[str, Any], origin: Origin) -> ListedPool:
    """A row of DescribeClusterNodePools, which lists auto-scaling pools."""
    pool_id = wire.label(row, "NodePoolId")
    defects = _defects(origin, pool_id)
    return ListedPool(
        node_pool_id=pool_id,
        name=wire.label(row, "Name"),
        kind=Kind.REGULAR,
        kind_text=Kind.REGULAR.value,
        life_state=wire.text(row, "LifeState", defects).lower(),
        launch_configuration_id=_launch_configuration_id(row, defects),
        auto_scaling_group_id=_auto_scaling_group_id(row, defects),
        gaps=defects.gaps,
    )


def machine(row: Mapping[str, Any], origin: Origin) -> Machine:
    """A row of cvm/DescribeInstances; ``addresses`` are the private ones."""
    instance_id = wire.label(row, "InstanceId")
    defects = _defects(origin, instance_id)
    texts = (*wire.texts(row, "PrivateIpAddresses", defects), *wire.texts(row, "IPv6Addresses", defects))
    public = tuple(
        address for key in ("PublicIpAddresses", "PublicIPv6Addresses") for address in wire.texts(row, key, defects)
    )
    home = wire.mapping(row, "VirtualPrivateCloud", defects)
    return Machine(
        instance_id=instance_id,
        name=wire.label(row, "InstanceName"),
        security_groups=wire_bindings.binding(row, ("SecurityGroupIds",), origin, instance_id),
        addresses=wire.addresses_of(texts, defects),
        subnet_id=wire.identifier(home, "SubnetId", defects, identifiers.SUBNET),
        exposure=_exposure(row, "PublicIpAddresses", public, defects),
        gaps=defects.gaps,
    )


def _exposure(row: Mapping[str, Any], key: str, public: tuple[str, ...], defects: Defects) -> Exposure:
    """Whether the row names a public address. A row without ``key`` says nothing; null and the empty text are none.

    An IPv6 address of the VPC is public only where it has bandwidth, which PublicIPv6Addresses tells.
    """
    addresses = wire.addresses_of((address for address in public if address.strip()), defects)
    if addresses:
        return Exposure.INTERNET
    return Exposure.NONE_FOUND if key in row and not defects.gaps else Exposure.UNKNOWN


def _kind(kind_text: str, parts: Mapping[Kind, dict[str, Any]]) -> Kind:
    for kind in (Kind.REGULAR, Kind.NATIVE, Kind.SUPER, Kind.EXTERNAL):
        if kind_text.lower() == kind.value.lower():
            return kind
    return next(iter(parts)) if not kind_text and len(parts) == 1 else Kind.UNKNOWN


def _parts(row: Mapping[str, Any], defects: Defects) -> dict[Kind, dict[str, Any]]:
    """The parts of a row that are filled, by the kind that each is for."""
    parts = {kind: wire.mapping(row, kind.value, defects) for kind in Kind if kind is not Kind.UNKNOWN}
    return {kind: part for kind, part in parts.items() if part}


def _kind_by_id(node_id: str) -> Kind:
    """``ins-`` is a CVM, ``np-`` a native node of that pool, ``eklet-`` a super node (tke DescribeClusterInstances)."""
    prefixes = {"ins-": Kind.REGULAR, "np-": Kind.NATIVE, "eklet-": Kind.SUPER}
    return next((kind for prefix, kind in prefixes.items() if node_id.startswith(prefix)), Kind.UNKNOWN)
