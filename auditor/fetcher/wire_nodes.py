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
from auditor.fetcher.wire import Origin
from auditor.model.estate import Binding


class Kind(StrEnum):
    """What the API calls NodeType and, for pools, Type."""

    REGULAR = "Regular"
    NATIVE = "Native"
    SUPER = "Super"
    EXTERNAL = "External"
    UNKNOWN = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNode:
    """One row of a node list. ``kind_text`` is the answer's word for its kind; ``detail`` is there for native ones."""

    node_id: str
    role: str
    kind: Kind
    kind_text: str = ""
    node_pool_id: str = ""
    lan_address: str = ""
    detail: NativeDetail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeDetail:
    """What the 2022 list says of a native node; ``instance_id`` is ``ins-`` where it runs on a CVM, else ``eks-``."""

    security_groups: Binding
    instance_id: str
    name: str
    subnet_id: str
    lan_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPool:
    """One row of a pool list."""

    node_pool_id: str
    name: str
    kind: Kind
    kind_text: str
    life_state: str
    launch_configuration_id: str = ""
    auto_scaling_group_id: str = ""
    subnet_ids: tuple[str, ...] | None = ()
    security_groups: Binding = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """An instance as cvm/DescribeInstances has it."""

    instance_id: str
    name: str
    security_groups: Binding
    addresses: tuple[str, ...]
    subnet_id: str


def node_2018(row: Mapping[str, Any]) -> ListedNode:
    """A row of the 2018 list, which tells kinds apart by the form of the id alone."""
    node_id = wire.text(row, "InstanceId").strip()
    return ListedNode(
        node_id=node_id,
        role=wire.text(row, "InstanceRole").strip().upper(),
        kind=_kind_by_id(node_id),
        node_pool_id=wire.text(row, "NodePoolId"),
        lan_address=wire.text(row, "LanIP"),
    )


def node_2022(row: Mapping[str, Any], origin: Origin) -> ListedNode:
    """A row of the 2022 list. NodeType is nullable: without it the filled part and the form of the id tell the kind."""
    node_id = wire.text(row, "InstanceId").strip()
    kind_text = wire.text(row, "NodeType").strip()
    kind = _kind(kind_text, row) if kind_text or _parts(row) else _kind_by_id(node_id)
    return ListedNode(
        node_id=node_id,
        role=wire.text(row, "InstanceRole").strip().upper(),
        kind=kind,
        kind_text=kind_text,
        node_pool_id=wire.text(row, "NodePoolId"),
        lan_address=wire.text(row, "LanIP"),
        detail=_native(wire.mapping(row, "Native"), origin, node_id) if kind is Kind.NATIVE else None,
    )


def _native(part: Mapping[str, Any], origin: Origin, node_id: str) -> NativeDetail:
    return NativeDetail(
        security_groups=wire_bindings.binding(part, ("SecurityGroupIDs", "SecurityGroupIds"), origin, node_id),
        instance_id=wire.text(part, "InstanceId").strip(),
        name=wire.text(part, "DisplayName") or wire.text(part, "MachineName"),
        subnet_id=wire.text(part, "SubnetId").strip(),
        lan_address=wire.text(part, "LanIp"),
    )


def pool_2022(row: Mapping[str, Any], origin: Origin) -> ListedPool:
    """A row of DescribeNodePools."""
    pool_id = wire.text(row, "NodePoolId").strip()
    kind_text = wire.text(row, "Type").strip()
    kind = _kind(kind_text, row)
    part = wire.mapping(row, kind.value)
    return ListedPool(
        node_pool_id=pool_id,
        name=wire.text(row, "Name"),
        kind=kind,
        kind_text=kind_text,
        life_state=wire.text(row, "LifeState").strip().lower(),
        launch_configuration_id=wire.text(part, "LaunchConfigurationId").strip(),
        auto_scaling_group_id=wire.text(part, "AutoscalingGroupId").strip(),
        subnet_ids=wire.names(part, "SubnetIds") if kind is Kind.NATIVE else (),
        security_groups=_pool_groups(kind, part, origin, pool_id),
    )


def _pool_groups(kind: Kind, part: Mapping[str, Any], origin: Origin, pool_id: str) -> Binding:
    if kind is Kind.NATIVE:
        return wire_bindings.binding(part, ("SecurityGroupIds", "SecurityGroupIDs"), origin, pool_id)
    return wire.names(part, "SecurityGroupIds") or () if kind is Kind.SUPER else ()


def pool_2018(row: Mapping[str, Any]) -> ListedPool:
    """A row of DescribeClusterNodePools, which lists auto-scaling pools."""
    return ListedPool(
        node_pool_id=wire.text(row, "NodePoolId").strip(),
        name=wire.text(row, "Name"),
        kind=Kind.REGULAR,
        kind_text=Kind.REGULAR.value,
        life_state=wire.text(row, "LifeState").strip().lower(),
        launch_configuration_id=wire.text(row, "LaunchConfigurationId").strip(),
        auto_scaling_group_id=wire.text(row, "AutoscalingGroupId").strip(),
    )


def machine(row: Mapping[str, Any], origin: Origin) -> Machine:
    """A row of cvm/DescribeInstances; only private addresses count."""
    instance_id = wire.text(row, "InstanceId").strip()
    texts = (*wire.texts(row, "PrivateIpAddresses"), *wire.texts(row, "IPv6Addresses"))
    return Machine(
        instance_id=instance_id,
        name=wire.text(row, "InstanceName"),
        security_groups=wire_bindings.binding(row, ("SecurityGroupIds",), origin, instance_id),
        addresses=wire.readable_addresses(texts),
        subnet_id=wire.text(wire.mapping(row, "VirtualPrivateCloud"), "SubnetId").strip(),
    )


def _kind(kind_text: str, row: Mapping[str, Any]) -> Kind:
    for kind in (Kind.REGULAR, Kind.NATIVE, Kind.SUPER, Kind.EXTERNAL):
        if kind_text.lower() == kind.value.lower():
            return kind
    parts = _parts(row)
    return parts[0] if not kind_text and len(parts) == 1 else Kind.UNKNOWN


def _parts(row: Mapping[str, Any]) -> list[Kind]:
    return [kind for kind in Kind if wire.mapping(row, kind.value)]


def _kind_by_id(node_id: str) -> Kind:
    """``ins-`` is a CVM, ``np-`` a native node of that pool, ``eklet-`` a super node (tke DescribeClusterInstances)."""
    prefixes = {"ins-": Kind.REGULAR, "np-": Kind.NATIVE, "eklet-": Kind.SUPER}
    return next((kind for prefix, kind in prefixes.items() if node_id.startswith(prefix)), Kind.UNKNOWN)
