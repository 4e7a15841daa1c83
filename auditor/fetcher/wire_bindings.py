"""The ordered group list that something binds: of a machine, a native node, a pool, a launch configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.fetcher import wire
from auditor.fetcher.wire import Defects, Origin
from auditor.model import identifiers
from auditor.model.estate import Binding
from auditor.model.gaps import GapKind


def binding(row: Mapping[str, Any], keys: tuple[str, ...], origin: Origin, resource: str) -> Binding:
    """The list under the first of ``keys`` that the row has: ``[]`` binds nothing, null and missing say nothing."""
    key = next((key for key in keys if row.get(key) is not None), keys[0])
    groups = wire.names(row, key, identifiers.GROUP)
    if groups is not None:
        return groups
    message = f"which groups {resource} binds is unknown: {key} is {_kind(row, key)}"
    return origin.gap(resource, "NoGroupList", message, GapKind.UNREAD)


def _kind(row: Mapping[str, Any], key: str) -> str:
    if key not in row:
        return "missing"
    return "null" if row[key] is None else "no list of group ids"


def launch_configuration(row: Mapping[str, Any], origin: Origin, resource: str) -> Binding:
    """What the next machine of an auto-scaling group binds on its primary interface; ``resource`` is its pool.

    A non-empty list at the PRIMARY entry of NetworkInterfaces overrides the configuration's own; SECONDARY ones inherit
    nothing (as/LaunchConfiguration, as/NetworkInterface). Where both are empty, no group is bound by default
    (as/CreateLaunchConfiguration); no document says whether TKE adds one.
    """
    defects = Defects(
        origin=origin,
        resource=resource,
        unknown=f"which groups the next node of {resource} binds is unknown",
    )
    status = wire.text(row, "LaunchConfigurationStatus", defects).upper()
    if status == "SECURITY_GROUP_ABNORMAL":
        named = wire.label(row, "LaunchConfigurationId")
        message = f"the security groups of {named} are abnormal: what the next node of {resource} binds is unknown"
        return origin.gap(resource, status, message, GapKind.UNREAD)
    primary = _primary(row, defects)
    if defects.gaps:
        return defects.gaps[0]
    holder = primary if primary.get("SecurityGroupIds") not in (None, []) else row
    return binding(holder, ("SecurityGroupIds",), origin, resource)


def _primary(row: Mapping[str, Any], defects: Defects) -> Mapping[str, Any]:
    """The entry of the primary interface, of which there is at most one; empty where the configuration has none."""
    primary: Mapping[str, Any] = {}
    for position, item in enumerate(wire.mappings(row, "NetworkInterfaces", defects)):
        kind = wire.text(item, "InterfaceType", defects).upper()
        if kind not in ("PRIMARY", "SECONDARY") or (kind == "PRIMARY" and primary):
            expected = "the only PRIMARY interface or a SECONDARY"
            defects.add(f"InterfaceType of NetworkInterfaces[{position}]", item.get("InterfaceType"), expected)
        elif kind == "PRIMARY":
            primary = item
    return primary
