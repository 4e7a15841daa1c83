"""vpc/AddressTemplate, ServiceTemplate and the groups of them -> model values; bad entries become gaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.fetcher import wire, wire_services
from auditor.fetcher.wire import Origin
from auditor.model.gaps import Gap
from auditor.model.rules import AddressTemplate, ServiceTemplate, TemplateGroup


def address_template(row: Mapping[str, Any], origin: Origin) -> AddressTemplate:
    """A template with the entries that could be read, in canonical spelling."""
    template_id = wire.text(row, "AddressTemplateId")
    sources = _entries(row, "AddressSet", "AddressExtraSet", "Address")
    read = [(place, source, wire.canonical(source)) for place, source in enumerate(sources)]
    return AddressTemplate(
        region=origin.region,
        template_id=template_id,
        name=wire.text(row, "AddressTemplateName"),
        entries=tuple(block for _, _, block in read if block is not None),
        gaps=_gaps(origin, template_id, len(sources), [(place, said) for place, said, block in read if block is None]),
    )


def service_template(row: Mapping[str, Any], origin: Origin) -> ServiceTemplate:
    """A template with the entries that could be read."""
    template_id = wire.text(row, "ServiceTemplateId")
    sources = _entries(row, "ServiceSet", "ServiceExtraSet", "Service")
    read = [(place, source, wire_services.of_entry(source)) for place, source in enumerate(sources)]
    return ServiceTemplate(
        region=origin.region,
        template_id=template_id,
        name=wire.text(row, "ServiceTemplateName"),
        entries=tuple(entry for _, _, entry in read if entry is not None),
        gaps=_gaps(origin, template_id, len(sources), [(place, said) for place, said, entry in read if entry is None]),
    )


def address_template_group(row: Mapping[str, Any], origin: Origin) -> TemplateGroup:
    """A group of address templates. Its AddressTemplateSet holds no addresses and may disagree with the id list."""
    group_id = wire.text(row, "AddressTemplateGroupId")
    return _group(origin, group_id, wire.text(row, "AddressTemplateGroupName"), wire.names(row, "AddressTemplateIdSet"))


def service_template_group(row: Mapping[str, Any], origin: Origin) -> TemplateGroup:
    """A group of service templates; without an id list, the templates that it carries along name the members."""
    group_id = wire.text(row, "ServiceTemplateGroupId")
    carried = (wire.text(item, "ServiceTemplateId") for item in wire.mappings(row, "ServiceTemplateSet"))
    members = wire.names(row, "ServiceTemplateIdSet") or tuple(dict.fromkeys(filter(None, carried)))
    return _group(origin, group_id, wire.text(row, "ServiceTemplateGroupName"), members)


def _entries(row: Mapping[str, Any], plain: str, extra: str, key: str) -> tuple[str, ...]:
    """The plain list of texts; where it is missing or empty, the list that carries remarks."""
    found = row.get(plain)
    if isinstance(found, list) and found:
        return tuple(item if isinstance(item, str) else repr(item) for item in found)
    return tuple(wire.text(item, key) for item in wire.mappings(row, extra))


def _gaps(origin: Origin, template_id: str, count: int, unread: list[tuple[int, str]]) -> tuple[Gap, ...]:
    if count == 0:
        message = f"{template_id} has no entries, which the cloud does not allow: what it stands for is unknown"
        return (origin.gap(template_id, "EmptyTemplate", message),)
    return tuple(
        origin.gap(
            f"{template_id}/{place}",
            "UnreadableEntry",
            f"entry {place} of {template_id} is {wire.clean(said)!r}: what it stands for is unknown",
        )
        for place, said in unread
    )


def _group(origin: Origin, group_id: str, name: str, members: tuple[str, ...] | None) -> TemplateGroup:
    """Groups hold templates, never groups: a member that says otherwise is left out and leaves a gap."""
    known = tuple(member for member in members or () if not member.startswith(("ipmg-", "ppmg-")))
    gaps: tuple[Gap, ...] = ()
    if not known or known != members:
        message = f"the members of {group_id} came as {members!r}: which templates it stands for is unknown"
        gaps = (origin.gap(group_id, "UnreadableMembers", message),)
    return TemplateGroup(region=origin.region, template_id=group_id, name=name, members=known, gaps=gaps)
