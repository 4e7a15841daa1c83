"""vpc/AddressTemplate, ServiceTemplate and the groups of them -> model values; bad entries become gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Protocol, TypeVar

from auditor.fetcher import actions, json_fields, rule_parsing
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.paging import Listing, Paging, Rows
from auditor.fetcher.region_reader import RegionReader
from auditor.fetcher.rule_parsing import StatedCount
from auditor.fetcher.security_groups import ReadGroup
from auditor.model import identifiers
from auditor.model.gaps import Gap, GapKind
from auditor.model.rules import (
    AddressTemplate,
    Direction,
    Rule,
    SecurityGroup,
    ServiceTemplate,
    TemplateGroup,
)

_ENTRIES = "what the template stands for is not wholly known"
_MEMBERS = "which templates the group stands for is not wholly known"
_GROUPS = (*identifiers.ADDRESS_TEMPLATE_GROUP, *identifiers.SERVICE_TEMPLATE_GROUP)


def parse_address_template(row: Mapping[str, Any], origin: CallSite) -> AddressTemplate:
    """A template with the entries that could be read, in canonical spelling."""
    template_id = json_fields.label(row, "AddressTemplateId")
    defects = Defects(origin=origin, resource=template_id, unknown=_ENTRIES)
    sources = _entries(row, "AddressSet", "AddressExtraSet", "Address", defects)
    read = [(place, source, json_fields.canonical(source)) for place, source in enumerate(sources)]
    return AddressTemplate(
        region=origin.region,
        template_id=template_id,
        name=json_fields.label(row, "AddressTemplateName"),
        entries=tuple(block for _, _, block in read if block is not None),
        gaps=_gaps(defects, len(sources), [(place, said) for place, said, block in read if block is None]),
    )


def parse_service_template(row: Mapping[str, Any], origin: CallSite) -> ServiceTemplate:
    """A template with the entries that could be read."""
    template_id = json_fields.label(row, "ServiceTemplateId")
    defects = Defects(origin=origin, resource=template_id, unknown=_ENTRIES)
    sources = _entries(row, "ServiceSet", "ServiceExtraSet", "Service", defects)
    read = [(place, source, rule_parsing.parse_service_entry(source)) for place, source in enumerate(sources)]
    return ServiceTemplate(
        region=origin.region,
        template_id=template_id,
        name=json_fields.label(row, "ServiceTemplateName"),
        entries=tuple(entry for _, _, entry in read if entry is not None),
        gaps=_gaps(defects, len(sources), [(place, said) for place, said, entry in read if entry is None]),
    )


def parse_address_template_group(row: Mapping[str, Any], origin: CallSite) -> TemplateGroup:
    """A group of address templates. Its AddressTemplateSet holds no addresses and may disagree with the id list."""
    prefixes = (*identifiers.ADDRESS_TEMPLATE, *identifiers.ADDRESS_TEMPLATE_GROUP)
    return _build_group(
        Defects(origin=origin, resource=json_fields.label(row, "AddressTemplateGroupId"), unknown=_MEMBERS),
        json_fields.label(row, "AddressTemplateGroupName"),
        json_fields.names(row, "AddressTemplateIdSet", prefixes),
    )


def parse_service_template_group(row: Mapping[str, Any], origin: CallSite) -> TemplateGroup:
    """A group of service templates; without an id list, the templates that it carries along name the members."""
    defects = Defects(origin=origin, resource=json_fields.label(row, "ServiceTemplateGroupId"), unknown=_MEMBERS)
    carried = tuple(_parse_carried_ids(row, defects))
    prefixes = (*identifiers.SERVICE_TEMPLATE, *identifiers.SERVICE_TEMPLATE_GROUP)
    members = json_fields.names_if_any(row, "ServiceTemplateIdSet", prefixes)
    return _build_group(
        defects, json_fields.label(row, "ServiceTemplateGroupName"), carried if members == () else members
    )


def parse_carried_templates(row: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The service templates in a group's row by id; what is wrong with them is a gap of the group."""
    items = row.get("ServiceTemplateSet")
    rows = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return {json_fields.label(item, "ServiceTemplateId"): item for item in rows}


def _parse_carried_ids(row: Mapping[str, Any], defects: Defects) -> Iterator[str]:
    """The ids of the templates that a group carries along."""
    for position, item in enumerate(json_fields.mappings(row, "ServiceTemplateSet", defects)):
        template_id = json_fields.identifier(item, "ServiceTemplateId", defects, identifiers.SERVICE_TEMPLATE)
        if template_id:
            yield template_id
        else:
            defects.add(f"ServiceTemplateSet[{position}]", item, "a template with an id")


def _entries(row: Mapping[str, Any], plain: str, extra: str, key: str, defects: Defects) -> tuple[str, ...]:
    """The plain list of texts; where it is missing or empty, the list that carries remarks."""
    value = row.get(plain)
    if isinstance(value, list) and value:
        return tuple(json_fields.spelt(item) for item in value)
    if value not in (None, []):
        defects.add(plain, value, "a list")
    return tuple(json_fields.spelling(item, key) for item in json_fields.mappings(row, extra, defects))


def _gaps(defects: Defects, count: int, unread: list[tuple[int, str]]) -> tuple[Gap, ...]:
    template_id, origin = defects.resource, defects.origin
    if count == 0:
        message = f"{template_id} has no entries, which the cloud does not allow: what it stands for is unknown"
        return (*defects.gaps, origin.gap(template_id, "EmptyTemplate", message))
    return defects.gaps + tuple(
        origin.gap(
            f"{template_id}/{place}",
            "UnreadableEntry",
            f"entry {place} of {template_id} is {json_fields.clean(said)!r}: what it stands for is unknown",
        )
        for place, said in unread
    )


def _build_group(defects: Defects, name: str, members: tuple[str, ...] | None) -> TemplateGroup:
    """Groups hold templates, never groups: a member that says otherwise is left out and leaves a gap."""
    group_id, origin = defects.resource, defects.origin
    templates = tuple(member for member in members or () if not member.startswith(_GROUPS))
    gaps = defects.gaps
    if not templates or templates != members:
        message = f"the members of {group_id} came as {members!r}: which templates it stands for is unknown"
        gaps = (*gaps, origin.gap(group_id, "UnreadableMembers", message))
    return TemplateGroup(region=origin.region, template_id=group_id, name=name, members=templates, gaps=gaps)


_ADDRESSES = Listing(
    action=actions.ADDRESS_TEMPLATES,
    rows="AddressTemplateSet",
    row_id="AddressTemplateId",
    prefixes=identifiers.ADDRESS_TEMPLATE,
    paging=Paging.STRING,
)
_ADDRESS_GROUPS = Listing(
    action=actions.ADDRESS_TEMPLATE_GROUPS,
    rows="AddressTemplateGroupSet",
    row_id="AddressTemplateGroupId",
    prefixes=identifiers.ADDRESS_TEMPLATE_GROUP,
    paging=Paging.STRING,
)
_SERVICES = Listing(
    action=actions.SERVICE_TEMPLATES,
    rows="ServiceTemplateSet",
    row_id="ServiceTemplateId",
    prefixes=identifiers.SERVICE_TEMPLATE,
    paging=Paging.STRING,
)
_SERVICE_GROUPS = Listing(
    action=actions.SERVICE_TEMPLATE_GROUPS,
    rows="ServiceTemplateGroupSet",
    row_id="ServiceTemplateGroupId",
    prefixes=identifiers.SERVICE_TEMPLATE_GROUP,
    paging=Paging.STRING,
)

_GROUPS = ("ipmg-", "ppmg-")
"""How ids of groups of templates begin; templates themselves are ``ipm-`` and ``ppm-``."""


class _Identified(Protocol):
    @property
    def template_id(self) -> str: ...


Kind = TypeVar("Kind", bound=_Identified)


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """The templates that rules refer to, sorted by id; one that was not found stands there empty, with its gap."""

    addresses: tuple[AddressTemplate, ...] = ()
    services: tuple[ServiceTemplate, ...] = ()
    groups: tuple[TemplateGroup, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """Ids of one kind: ``referred`` must be there, ``also`` are taken where this region has them."""

    referred: frozenset[str]
    also: frozenset[str]

    @property
    def any(self) -> bool:
        """Whether the list of templates is needed."""
        return bool(self.referred or self.also)

    @property
    def any_group(self) -> bool:
        """Whether the list of groups is needed."""
        return any(one.startswith(_GROUPS) for one in self.referred | self.also)


def read_templates(
    reader: RegionReader, security_groups: Iterable[SecurityGroup], also: Iterable[str] = ()
) -> Templates:
    """Everything that the rules of ``security_groups`` refer to, and those of ``also`` that the region has.

    Not to be called on the floor of lists.
    """
    rules = [rule for group in security_groups for _, rule in group.all_rules()]
    others = tuple(also)
    by_address = _Wanted(referred=_named(rule.address_template for rule in rules), also=_ids_of_kind(others, "ipm"))
    by_service = _Wanted(referred=_named(rule.service_template for rule in rules), also=_ids_of_kind(others, "ppm"))
    addresses = _start(reader, _ADDRESSES, needed=by_address.any)
    services = _start(reader, _SERVICES, needed=by_service.any)
    address_groups = _start(reader, _ADDRESS_GROUPS, needed=by_address.any_group)
    service_groups = _start(reader, _SERVICE_GROUPS, needed=by_service.any_group)
    return _combine(
        _select_addresses(reader, by_address, addresses.result(), address_groups.result()),
        _select_services(reader, by_service, services.result(), service_groups.result()),
    )


def _named(template_ids: Iterable[str]) -> frozenset[str]:
    return frozenset(template_ids) - {""}


def _ids_of_kind(template_ids: Iterable[str], kind: str) -> frozenset[str]:
    return frozenset(one for one in template_ids if one.startswith((f"{kind}-", f"{kind}g-")))


def _combine(by_address: Templates, by_service: Templates) -> Templates:
    return Templates(
        addresses=by_address.addresses,
        services=by_service.services,
        groups=(*by_address.groups, *by_service.groups),
        gaps=(*by_address.gaps, *by_service.gaps),
    )


def _start(reader: RegionReader, listing: Listing, *, needed: bool) -> Future[Rows]:
    """The whole list of the region, or none of it."""
    if not needed:
        nothing: Future[Rows] = Future()
        nothing.set_result(Rows(rows=()))
        return nothing
    return reader.start(
        reader.rows, listing, {}, unknown=f"the templates of {reader.region} are", resource=reader.region
    )


def _select_addresses(reader: RegionReader, ids: _Wanted, templates: Rows, template_groups: Rows) -> Templates:
    table = _Table(reader, _ADDRESSES, templates)
    group_table = _Table(reader, _ADDRESS_GROUPS, template_groups)
    wanted_groups = group_table.wanted(ids)
    chosen_groups = group_table.choose(wanted_groups, parse_address_template_group, _absent_group)
    wanted = _with_members(table.wanted(ids), chosen_groups)
    return Templates(
        addresses=table.choose(wanted, parse_address_template, _absent_addresses),
        groups=chosen_groups,
        gaps=(*templates.gaps, *template_groups.gaps),
    )


def _select_services(reader: RegionReader, ids: _Wanted, templates: Rows, template_groups: Rows) -> Templates:
    """Groups carry their templates along, which serve for those that the list of templates lacks."""
    table = _Table(reader, _SERVICES, templates)
    group_table = _Table(reader, _SERVICE_GROUPS, template_groups)
    wanted_groups = group_table.wanted(ids)
    chosen_groups = group_table.choose(wanted_groups, parse_service_template_group, _absent_group)
    for group_id in wanted_groups:
        for template_id, row in parse_carried_templates(group_table.rows.get(group_id, {})).items():
            table.rows.setdefault(template_id, row)
    wanted = _with_members(table.wanted(ids), chosen_groups)
    return Templates(
        services=table.choose(wanted, parse_service_template, _absent_services),
        groups=chosen_groups,
        gaps=(*templates.gaps, *template_groups.gaps),
    )


def _with_members(wanted: Iterable[str], chosen: Iterable[TemplateGroup]) -> list[str]:
    """The templates themselves: those wanted, and members of the groups that were."""
    return sorted(set(wanted).union(*(group.members for group in chosen)))


class _Table:
    """The rows of one list by id."""

    def __init__(self, reader: RegionReader, listing: Listing, rows: Rows) -> None:
        self._origin = reader.call_site(listing.action)
        self._gaps = rows.gaps
        self._holds_groups = listing in (_ADDRESS_GROUPS, _SERVICE_GROUPS)
        self.rows = {json_fields.label(row, listing.row_id): row for row in rows.rows}

    def wanted(self, ids: _Wanted) -> list[str]:
        """What of ``ids`` this list should hold, sorted."""
        here = ids.referred | (ids.also & self.rows.keys())
        return sorted(one for one in here if one.startswith(_GROUPS) is self._holds_groups)

    def choose(
        self,
        wanted: Iterable[str],
        convert: Callable[[Mapping[str, Any], CallSite], Kind],
        absent: Callable[[str, str, Gap], Kind],
    ) -> tuple[Kind, ...]:
        """What ``wanted`` names, in its order; what the list lacks stands empty with a gap."""
        return tuple(
            convert(self.rows[one], self._origin)
            if one in self.rows
            else absent(self._origin.region, one, self._missing_gap(one))
            for one in wanted
        )

    def _missing_gap(self, template_id: str) -> Gap:
        if self._gaps:
            return self._gaps[0]
        message = f"a rule refers to {template_id} and {self._origin.action.permission} does not list it: it is unknown"
        return self._origin.gap(template_id, "TemplateNotFound", message, GapKind.UNREAD)


def _absent_addresses(region: str, template_id: str, gap: Gap) -> AddressTemplate:
    return AddressTemplate(region=region, template_id=template_id, entries=(), gaps=(gap,))


def _absent_services(region: str, template_id: str, gap: Gap) -> ServiceTemplate:
    return ServiceTemplate(region=region, template_id=template_id, entries=(), gaps=(gap,))


def _absent_group(region: str, template_id: str, gap: Gap) -> TemplateGroup:
    return TemplateGroup(region=region, template_id=template_id, members=(), gaps=(gap,))


def check_rule_counts(
    reader: RegionReader, groups: Iterable[SecurityGroup], read: Iterable[ReadGroup], templates: Templates
) -> tuple[SecurityGroup, ...]:
    """``groups``, with a gap for each direction whose stated was not kept."""
    stated_counts = {one.group.security_group_id: one.stated_counts for one in read}
    sizes = _TemplateSizes(templates)
    return tuple(_check_group(reader, group, stated_counts.get(group.security_group_id, ()), sizes) for group in groups)


def _check_group(
    reader: RegionReader, group: SecurityGroup, stated_counts: Iterable[StatedCount], sizes: _TemplateSizes
) -> SecurityGroup:
    origin = reader.call_site(actions.SECURITY_GROUP_POLICIES)
    for stated in stated_counts:
        rules = group.rules(stated.direction)
        if isinstance(rules, tuple) and not sizes.could_add_up(rules, stated.count):
            group_id, direction = group.security_group_id, stated.direction
            gap = rule_parsing.missing_rules_gap(origin, group_id, direction, len(rules), stated.count)
            ingress = direction is Direction.INGRESS
            group = replace(group, ingress=gap) if ingress else replace(group, egress=gap)
    return group


class _TemplateSizes:
    """How many entries each template has; ``None`` where it was not wholly read."""

    def __init__(self, templates: Templates) -> None:
        single: list[AddressTemplate | ServiceTemplate] = [*templates.addresses, *templates.services]
        self._of: dict[str, int | None] = {one.template_id: None if one.gaps else len(one.entries) for one in single}
        for group in templates.groups:
            members = [self._of.get(member) for member in group.members]
            known = [size for size in members if size is not None]
            self._of[group.template_id] = None if group.gaps or len(known) < len(members) else sum(known)

    def could_add_up(self, rules: tuple[Rule, ...], count: int) -> bool:
        """Whether ``count`` is the number of ``rules`` with templates of either kind counted once or once an entry."""
        entries = [(self._entries(rule.address_template), self._entries(rule.service_template)) for rule in rules]
        known = [(peers, services) for peers, services in entries if peers is not None and services is not None]
        return len(known) < len(entries) or any(
            count == sum((peers if by_peer else 1) * (services if by_service else 1) for peers, services in known)
            for by_peer, by_service in product((False, True), repeat=2)
        )

    def _entries(self, template_id: str) -> int | None:
        return self._of.get(template_id) if template_id else 1
