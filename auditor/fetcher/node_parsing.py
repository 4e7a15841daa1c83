"""Parses the rows of nodes, node pools, CVM instances and launch configurations, with the groups that each binds.

Rows come from both versions of the node and pool lists (tke 2018-05-25 and 2022-05-01), cvm/DescribeInstances and
as/DescribeLaunchConfigurations. A group list that a row does not have is a gap in its place; every other field that
cannot be read is a gap of the parsed row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from auditor.fetcher import json_fields
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.model import identifiers
from auditor.model.clusters import Binding, Exposure
from auditor.model.codes import GapKind
from auditor.model.gaps import NO_POD_GROUPS, Gap


class ListedKind(StrEnum):
    """The kind of a node (NodeType of the API) or of a pool (Type)."""

    REGULAR = "Regular"
    NATIVE = "Native"
    SUPER = "Super"
    EXTERNAL = "External"
    UNKNOWN = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNode:
    """One row of a node list.

    ``kind_text``: the kind as the answer spells it. ``super_subnet_id``: the subnet in which the Pods of a super node
    have their interfaces. ``detail``: the native part of the row of a native node. ``gaps``: the fields that could not
    be read.
    """

    node_id: str
    role: str
    kind: ListedKind
    kind_text: str = ""
    node_pool_id: str = ""
    lan_address: str = ""
    super_subnet_id: str = ""
    detail: NativeDetail | None = None
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeDetail:
    """The native part of a row of the 2022 list; ``instance_id`` begins with ``ins-`` on a CVM, else with ``eks-``."""

    security_groups: Binding
    instance_id: str
    name: str
    subnet_id: str
    lan_address: str
    exposure: Exposure


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPool:
    """One row of a pool list; ``subnet_ids`` is ``None`` and ``gaps`` has entries where fields could not be read."""

    node_pool_id: str
    name: str
    kind: ListedKind
    kind_text: str
    life_state: str
    launch_configuration_id: str = ""
    auto_scaling_group_id: str = ""
    subnet_ids: tuple[str, ...] | None = ()
    security_groups: Binding = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One row of cvm/DescribeInstances; ``gaps`` names the fields that could not be read.

    ``is_running`` is false only for a machine that the answer says is in another state.
    """

    instance_id: str
    name: str
    security_groups: Binding
    addresses: tuple[str, ...]
    subnet_id: str
    exposure: Exposure
    is_running: bool = True
    gaps: tuple[Gap, ...] = ()


def parse_binding(row: Mapping[str, Any], keys: tuple[str, ...], call_site: CallSite, resource: str) -> Binding:
    """Parse the group list under the first of ``keys`` that the row has.

    ``[]`` means that nothing is bound. A null or missing list says nothing, so the binding is unknown.
    """
    key = next((key for key in keys if row.get(key) is not None), keys[0])
    groups = json_fields.id_list(row, key, identifiers.GROUP)
    if groups is not None:
        return groups
    message = f"which groups {resource} binds is unknown: {key} is {_describe_value(row, key)}"
    return call_site.gap(resource, "NoGroupList", message, GapKind.UNREAD)


def _describe_value(row: Mapping[str, Any], key: str) -> str:
    if key not in row:
        return "missing"
    return "null" if row[key] is None else "no list of group ids"


def parse_launch_configuration(row: Mapping[str, Any], call_site: CallSite, resource: str) -> Binding:
    """Parse the groups that the next node of a pool binds on its primary interface; ``resource`` is the pool.

    A non-empty list of the PRIMARY entry of NetworkInterfaces overrides the list of the configuration; SECONDARY
    entries inherit nothing (as/LaunchConfiguration, as/NetworkInterface). Where both lists are empty, no group is bound
    by default (as/CreateLaunchConfiguration); no document says whether TKE adds a group.
    """
    defects = Defects(
        call_site=call_site,
        resource=resource,
        unknown=f"which groups the next node of {resource} binds is unknown",
    )
    status = json_fields.text(row, "LaunchConfigurationStatus", defects).upper()
    if status == "SECURITY_GROUP_ABNORMAL":
        configuration_id = json_fields.label(row, "LaunchConfigurationId")
        message = (
            f"the security groups of {configuration_id} are abnormal: what the next node of {resource} binds is unknown"
        )
        return call_site.gap(resource, status, message, GapKind.UNREAD)
    primary = _primary_interface(row, defects)
    if defects.gaps:
        return defects.gaps[0]
    source = primary if primary.get("SecurityGroupIds") not in (None, []) else row
    return parse_binding(source, ("SecurityGroupIds",), call_site, resource)


def _primary_interface(row: Mapping[str, Any], defects: Defects) -> Mapping[str, Any]:
    """The entry of the primary interface; empty where the configuration has none. A second entry is a defect."""
    primary: Mapping[str, Any] = {}
    for position, item in enumerate(json_fields.mappings(row, "NetworkInterfaces", defects)):
        kind = json_fields.text(item, "InterfaceType", defects).upper()
        if kind not in ("PRIMARY", "SECONDARY") or (kind == "PRIMARY" and primary):
            expected = "the only PRIMARY interface or a SECONDARY"
            defects.add(f"InterfaceType of NetworkInterfaces[{position}]", item.get("InterfaceType"), expected)
        elif kind == "PRIMARY":
            primary = item
    return primary


def parse_node_2018(row: Mapping[str, Any], call_site: CallSite) -> ListedNode:
    """Parse a row of the 2018 list, where only the form of the id tells the kind."""
    node_id = json_fields.label(row, "InstanceId")
    defects = _defects(call_site, node_id)
    return ListedNode(
        node_id=node_id,
        role=json_fields.text(row, "InstanceRole", defects).upper(),
        kind=_kind_by_id(node_id),
        node_pool_id=json_fields.identifier(row, "NodePoolId", defects),
        lan_address=json_fields.raw_field(row, "LanIP"),
        gaps=defects.gaps,
    )


def parse_node_2022(row: Mapping[str, Any], call_site: CallSite) -> ListedNode:
    """Parse a row of the 2022 list. Where NodeType is null, the filled part of the row or the id tells the kind."""
    node_id = json_fields.label(row, "InstanceId")
    defects = _defects(call_site, node_id)
    kind_text = json_fields.raw_field(row, "NodeType")
    parts = _filled_parts(row, defects)
    kind = _parse_kind(kind_text, parts) if kind_text or parts else _kind_by_id(node_id)
    return ListedNode(
        node_id=node_id,
        role=json_fields.text(row, "InstanceRole", defects).upper(),
        kind=kind,
        kind_text=kind_text,
        node_pool_id=json_fields.identifier(row, "NodePoolId", defects),
        lan_address=json_fields.raw_field(row, "LanIP"),
        super_subnet_id=_super_subnet_id(parts.get(kind, {}), defects) if kind is ListedKind.SUPER else "",
        detail=_parse_native_detail(parts.get(kind, {}), defects) if kind is ListedKind.NATIVE else None,
        gaps=defects.gaps,
    )


def _super_subnet_id(part: Mapping[str, Any], defects: Defects) -> str:
    return json_fields.identifier(part, "SubnetId", defects, identifiers.SUBNET)


def _defects(call_site: CallSite, resource: str) -> Defects:
    return Defects(call_site=call_site, resource=resource, unknown="what it says of the node or pool is unknown")


def _parse_native_detail(part: Mapping[str, Any], defects: Defects) -> NativeDetail:
    groups = parse_binding(part, ("SecurityGroupIDs", "SecurityGroupIds"), defects.call_site, defects.resource)
    return NativeDetail(
        security_groups=groups,
        instance_id=json_fields.identifier(part, "InstanceId", defects),
        name=json_fields.label(part, "DisplayName") or json_fields.label(part, "MachineName"),
        subnet_id=json_fields.identifier(part, "SubnetId", defects, identifiers.SUBNET),
        lan_address=json_fields.raw_field(part, "LanIp"),
        exposure=_parse_exposure(part, "WanIp", (json_fields.text(part, "WanIp", defects),), defects),
    )


def parse_pool_2022(row: Mapping[str, Any], call_site: CallSite) -> ListedPool:
    """Parse a row of DescribeNodePools (2022)."""
    pool_id = json_fields.label(row, "NodePoolId")
    defects = _defects(call_site, pool_id)
    kind_text = json_fields.raw_field(row, "Type")
    parts = _filled_parts(row, defects)
    kind = _parse_kind(kind_text, parts)
    part = parts.get(kind, {})
    scaling = part if kind is ListedKind.REGULAR else {}
    return ListedPool(
        node_pool_id=pool_id,
        name=json_fields.label(row, "Name"),
        kind=kind,
        kind_text=kind_text,
        life_state=json_fields.text(row, "LifeState", defects).lower(),
        launch_configuration_id=_launch_configuration_id(scaling, defects),
        auto_scaling_group_id=_auto_scaling_group_id(scaling, defects),
        subnet_ids=_pool_subnets(kind, part, defects),
        security_groups=_parse_pool_binding(kind, part, defects),
        gaps=defects.gaps,
    )


def _pool_subnets(kind: ListedKind, part: Mapping[str, Any], defects: Defects) -> tuple[str, ...] | None:
    """The subnets of a native or super pool; the list of a super pool may be null (tke/SuperNodePoolInfo)."""
    if kind is ListedKind.NATIVE:
        return json_fields.id_list(part, "SubnetIds", identifiers.SUBNET)
    if kind is not ListedKind.SUPER:
        return ()
    subnets = json_fields.optional_id_list(part, "SubnetIds", identifiers.SUBNET)
    if subnets is None:
        defects.add("SubnetIds", part["SubnetIds"], "a list of subnet ids")
    return subnets


def _parse_pool_binding(kind: ListedKind, part: Mapping[str, Any], defects: Defects) -> Binding:
    """The groups that a native pool binds, or the Pods of a super-node pool; empty for other kinds of pools."""
    if kind is ListedKind.NATIVE:
        keys = ("SecurityGroupIds", "SecurityGroupIDs")
        return parse_binding(part, keys, defects.call_site, defects.resource)
    return _parse_super_binding(part, defects) if kind is ListedKind.SUPER else ()


def _parse_super_binding(part: Mapping[str, Any], defects: Defects) -> Binding:
    """The groups of the next Pod of a super-node pool.

    One document says that Pods bind the groups of the pool, another that they bind the group ``default`` of the region
    unless they name groups. So a null or empty list tells nothing.
    """
    groups = json_fields.optional_id_list(part, "SecurityGroupIds", identifiers.GROUP)
    if groups is None:
        defects.add("SecurityGroupIds", part["SecurityGroupIds"], "a list of group ids")
        return defects.gaps[-1]
    if groups:
        return groups
    message = (
        f"which groups the next Pod of {defects.resource} binds is unknown: the pool names none, and the documents "
        "contradict each other on what the Pod then binds"
    )
    return defects.call_site.gap(defects.resource, NO_POD_GROUPS, message, GapKind.UNDOCUMENTED)


def _launch_configuration_id(row: Mapping[str, Any], defects: Defects) -> str:
    return json_fields.identifier(row, "LaunchConfigurationId", defects, identifiers.LAUNCH_CONFIGURATION)


def _auto_scaling_group_id(row: Mapping[str, Any], defects: Defects) -> str:
    return json_fields.identifier(row, "AutoscalingGroupId", defects, identifiers.SCALING_GROUP)


def parse_pool_2018(row: Mapping[str, Any], call_site: CallSite) -> ListedPool:
    """Parse a row of DescribeClusterNodePools (2018), which lists auto-scaling pools only."""
    pool_id = json_fields.label(row, "NodePoolId")
    defects = _defects(call_site, pool_id)
    return ListedPool(
        node_pool_id=pool_id,
        name=json_fields.label(row, "Name"),
        kind=ListedKind.REGULAR,
        kind_text=ListedKind.REGULAR.value,
        life_state=json_fields.text(row, "LifeState", defects).lower(),
        launch_configuration_id=_launch_configuration_id(row, defects),
        auto_scaling_group_id=_auto_scaling_group_id(row, defects),
        gaps=defects.gaps,
    )


def parse_instance(row: Mapping[str, Any], call_site: CallSite) -> Instance:
    """Parse a row of cvm/DescribeInstances; ``addresses`` are the private addresses."""
    instance_id = json_fields.label(row, "InstanceId")
    defects = _defects(call_site, instance_id)
    texts = (*json_fields.texts(row, "PrivateIpAddresses", defects), *json_fields.texts(row, "IPv6Addresses", defects))
    public = tuple(
        address
        for key in ("PublicIpAddresses", "PublicIPv6Addresses")
        for address in json_fields.texts(row, key, defects)
    )
    vpc = json_fields.mapping(row, "VirtualPrivateCloud", defects)
    return Instance(
        instance_id=instance_id,
        name=json_fields.label(row, "InstanceName"),
        security_groups=parse_binding(row, ("SecurityGroupIds",), call_site, instance_id),
        addresses=json_fields.addresses_of(texts, defects),
        subnet_id=json_fields.identifier(vpc, "SubnetId", defects, identifiers.SUBNET),
        exposure=_parse_exposure(row, "PublicIpAddresses", public, defects),
        is_running=json_fields.label(row, "InstanceState") in ("", "RUNNING"),
        gaps=defects.gaps,
    )


def _parse_exposure(row: Mapping[str, Any], key: str, public: tuple[str, ...], defects: Defects) -> Exposure:
    """Whether the row names a public address: unknown without ``key``; null and the empty text mean no address.

    An IPv6 address of the VPC is public only if it has bandwidth; then PublicIPv6Addresses lists it.
    """
    addresses = json_fields.addresses_of((address for address in public if address.strip()), defects)
    if addresses:
        return Exposure.INTERNET
    return Exposure.NONE_FOUND if key in row and not defects.gaps else Exposure.UNKNOWN


def _parse_kind(kind_text: str, parts: Mapping[ListedKind, dict[str, Any]]) -> ListedKind:
    for kind in (ListedKind.REGULAR, ListedKind.NATIVE, ListedKind.SUPER, ListedKind.EXTERNAL):
        if kind_text.lower() == kind.value.lower():
            return kind
    return next(iter(parts)) if not kind_text and len(parts) == 1 else ListedKind.UNKNOWN


def _filled_parts(row: Mapping[str, Any], defects: Defects) -> dict[ListedKind, dict[str, Any]]:
    """The parts of a row that are filled, by the kind of node or pool that the part describes."""
    parts = {
        kind: json_fields.mapping(row, kind.value, defects) for kind in ListedKind if kind is not ListedKind.UNKNOWN
    }
    return {kind: part for kind, part in parts.items() if part}


def _kind_by_id(node_id: str) -> ListedKind:
    """``ins-``: a CVM, ``np-``: a native node, ``eklet-``: a super node (tke/DescribeClusterInstances)."""
    prefixes = {"ins-": ListedKind.REGULAR, "np-": ListedKind.NATIVE, "eklet-": ListedKind.SUPER}
    return next((kind for prefix, kind in prefixes.items() if node_id.startswith(prefix)), ListedKind.UNKNOWN)
