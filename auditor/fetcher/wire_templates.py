"""vpc/AddressTemplate, ServiceTemplate and the groups of them -> model values; bad entries become gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.fetcher import wire, wire_services
from auditor.fetcher.wire import Defects, Origin
from auditor.model import identifiers
from auditor.model.gaps import Gap
from auditor.model.rules import AddressTemplate, ServiceTemplate, TemplateGroup

_ENTRIES = "what the template stands for is not wholly known"
_MEMBERS = "which templates the group stands for is not wholly known"
_GROUPS = (*identifiers.ADDRESS_TEMPLATE_GROUP, *identifiers.SERVICE_TEMPLATE_GROUP)


def address_template(row: Mapping[str, Any], origin: Origin) -> AddressTemplate:
    """A template with the entries that could be read, in canonical spelling."""
    template_id = wire.label(row, "AddressTemplateId")
    defects = Defects(origin=origin, resource=template_id, unknown=_ENTRIES)
    sources = _entries(row, "AddressSet", "AddressExtraSet", "Address", defects)
    read = [(place, source, wire.canonical(source)) for place, source in enumerate(sources)]
    return AddressTemplate(
        region=origin.region,
        template_id=template_id,
        name=wire.label(row, "AddressTemplateName"),
        entries=tuple(block for _, _, block in read if block is not None),
        gaps=_gaps(defects, len(sources), [(place, said) for place, said, block in read if block is None]),
    )


def service_template(row: Mapping[str, Any], origin: Origin) -> ServiceTemplate:
    """A template with the entries that could be read."""
    template_id = wire.label(row, "ServiceTemplateId")
    defects = Defects(origin=origin, resource=template_id, unknown=_ENTRIES)
    sources = _entries(row, "ServiceSet", "ServiceExtraSet", "Service", defects)
    read = [(place, source, wire_services.of_entry(source)) for place, source in enumerate(sources)]
    return ServiceTemplate(
        region=origin.region,
        template_id=template_id,
        name=wire.label(row, "ServiceTemplateName"),
        entries=tuple(entry for _, _, entry in read if entry is not None),
        gaps=_gaps(defects, len(sources), [(place, said) for place, said, entry in read if entry is None]),
    )


def address_template_group(row: Mapping[str, Any], origin: Origin) -> TemplateGroup:
    """A group of address templates. Its AddressTemplateSet holds no addresses and may disagree with the id list."""
    prefixes = (*identifiers.ADDRESS_TEMPLATE, *identifiers.ADDRESS_TEMPLATE_GROUP)
    return _group(
        Defects(origin=origin, resource=wire.label(row, "AddressTemplateGroupId"), unknown=_MEMBERS),
        wire.label(row, "AddressTemplateGroupName"),
        wire.names(row, "AddressTemplateIdSet", prefixes),
    )


def service_template_group(row: Mapping[str, Any], origin: Origin) -> TemplateGroup:
    """A group of service templates; without an id list, the templates that it carries along name the members."""
    defects = Defects(origin=origin, resource=wire.label(row, "ServiceTemplateGroupId"), unknown=_MEMBERS)
    carried = tuple(_carried(row, defects))
    prefixes = (*identifiers.SERVICE_TEMPLATE, *identifiers.SERVICE_TEMPLATE_GROUP)
    members = wire.names_if_any(row, "ServiceTemplateIdSet", prefixes)
    return _group(defects, wire.label(row, "ServiceTemplateGroupName"), carried if members == () else members)


def carried_templates(row: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The service templates in a group's row by id; what is wrong with them is a gap of the group."""
    items = row.get("ServiceTemplateSet")
    rows = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return {wire.label(item, "ServiceTemplateId"): item for item in rows}


def _carried(row: Mapping[str, Any], defects: Defects) -> Iterator[str]:
    """The ids of the templates that a group carries along."""
    for position, item in enumerate(wire.mappings(row, "ServiceTemplateSet", defects)):
        template_id = wire.identifier(item, "ServiceTemplateId", defects, identifiers.SERVICE_TEMPLATE)
        if template_id:
            yield template_id
        else:
            defects.add(f"ServiceTemplateSet[{position}]", item, "a template with an id")


def _entries(row: Mapping[str, Any], plain: str, extra: str, key: str, defects: Defects) -> tuple[str, ...]:
    """The plain list of texts; where it is missing or empty, the list that carries remarks."""
    value = row.get(plain)
    if isinstance(value, list) and value:
        return tuple(wire.spelt(item) for item in value)
    if value not in (None, []):
        defects.add(plain, value, "a list")
    return tuple(wire.spelling(item, key) for item in wire.mappings(row, extra, defects))


def _gaps(defects: Defects, count: int, unread: list[tuple[int, str]]) -> tuple[Gap, ...]:
    template_id, origin = defects.resource, defects.origin
    if count == 0:
        message = f"{template_id} has no entries, which the cloud does not allow: what it stands for is unknown"
        return (*defects.gaps, origin.gap(template_id, "EmptyTemplate", message))
    return defects.gaps + tuple(
        origin.gap(
            f"{template_id}/{place}",
            "UnreadableEntry",
            f"entry {place} of {template_id} is {wire.clean(said)!r}: what it stands for is unknown",
        )
        for place, said in unread
    )


def _group(defects: Defects, name: str, members: tuple[str, ...] | None) -> TemplateGroup:
    """Groups hold templates, never groups: a member that says otherwise is left out and leaves a gap."""
    group_id, origin = defects.resource, defects.origin
    templates = tuple(member for member in members or () if not member.startswith(_GROUPS))
    gaps = defects.gaps
    if not templates or templates != members:
        message = f"the members of {group_id} came as {members!r}: which templates it stands for is unknown"
        gaps = (*gaps, origin.gap(group_id, "UnreadableMembers", message))
    return TemplateGroup(region=origin.region, template_id=group_id, name=name, members=templates, gaps=gaps)
