"""Reads the parameter templates that rules name, and checks the counts of rules that name templates.

Parses vpc/AddressTemplate, AddressTemplateGroup, ServiceTemplate and ServiceTemplateGroup. Each list of the region is
read as a whole, and only if a rule or a planned change names a template of its kind. A template that cannot be read,
or an entry without a documented meaning, is a gap of the template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import product
from typing import Any, Protocol, TypeVar

from auditor.fetcher import actions, json_fields, rule_parsing
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.fetcher.paging import Listing, Paging, Rows
from auditor.fetcher.region_reader import RegionReader
from auditor.fetcher.rule_parsing import StatedCount
from auditor.fetcher.security_groups import ReadGroup
from auditor.model import identifiers
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.rules import (
    AddressTemplate,
    Rule,
    SecurityGroup,
    ServiceTemplate,
    TemplateGroup,
)

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

_ADDRESS_PREFIXES = (*identifiers.ADDRESS_TEMPLATE, *identifiers.ADDRESS_TEMPLATE_GROUP)
_SERVICE_PREFIXES = (*identifiers.SERVICE_TEMPLATE, *identifiers.SERVICE_TEMPLATE_GROUP)
_GROUP_PREFIXES = (*identifiers.ADDRESS_TEMPLATE_GROUP, *identifiers.SERVICE_TEMPLATE_GROUP)

_UNKNOWN_ENTRIES = "the content of the template could not be fully read"
_UNKNOWN_MEMBERS = "the templates of the group could not be fully read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """The templates and template groups that rules name, each sorted by id.

    A template that the region does not list is there without entries, with a gap.
    """

    addresses: tuple[AddressTemplate, ...] = ()
    services: tuple[ServiceTemplate, ...] = ()
    groups: tuple[TemplateGroup, ...] = ()
    gaps: tuple[Gap, ...] = ()


class _Template(Protocol):
    @property
    def template_id(self) -> str: ...


AnyTemplate = TypeVar("AnyTemplate", bound=_Template)

ParseTemplate = Callable[[Mapping[str, Any], CallSite], AnyTemplate]
BuildAbsent = Callable[[str, str, Gap], AnyTemplate]
"""Region, id and gap to a template without entries."""


def parse_address_template(row: Mapping[str, Any], call_site: CallSite) -> AddressTemplate:
    """Parse an address template; entries that can be read are spelled canonically, the others are gaps."""
    template_id = json_fields.label(row, "AddressTemplateId")
    defects = Defects(call_site=call_site, resource=template_id, unknown=_UNKNOWN_ENTRIES)
    sources = _entry_sources(row, "AddressSet", "AddressExtraSet", "Address", defects)
    blocks = [json_fields.canonical(source) for source in sources]
    return AddressTemplate(
        region=call_site.region,
        template_id=template_id,
        name=json_fields.label(row, "AddressTemplateName"),
        entries=tuple(block for block in blocks if block is not None),
        gaps=_entry_gaps(defects, sources, blocks),
    )


def parse_service_template(row: Mapping[str, Any], call_site: CallSite) -> ServiceTemplate:
    """Parse a service template; entries that cannot be read are gaps."""
    template_id = json_fields.label(row, "ServiceTemplateId")
    defects = Defects(call_site=call_site, resource=template_id, unknown=_UNKNOWN_ENTRIES)
    sources = _entry_sources(row, "ServiceSet", "ServiceExtraSet", "Service", defects)
    services = [rule_parsing.parse_service_entry(source) for source in sources]
    return ServiceTemplate(
        region=call_site.region,
        template_id=template_id,
        name=json_fields.label(row, "ServiceTemplateName"),
        entries=tuple(service for service in services if service is not None),
        gaps=_entry_gaps(defects, sources, services),
    )


def _entry_sources(row: Mapping[str, Any], plain: str, extra: str, key: str, defects: Defects) -> tuple[str, ...]:
    """The entries as the answer spells them: the plain list or, where it is missing or empty, the list with remarks."""
    value = row.get(plain)
    if isinstance(value, list) and value:
        return tuple(json_fields.raw_text(item) for item in value)
    if value not in (None, []):
        defects.add(plain, value, "a list")
    return tuple(json_fields.raw_field(item, key) for item in json_fields.mappings(row, extra, defects))


def _entry_gaps(defects: Defects, sources: tuple[str, ...], entries: Iterable[object]) -> tuple[Gap, ...]:
    """The gaps of a template: its defects and each entry that is ``None``."""
    template_id, call_site = defects.resource, defects.call_site
    if not sources:
        message = f"{template_id} has no entries, which the cloud does not allow: what it stands for is unknown"
        return (*defects.gaps, call_site.gap(template_id, "EmptyTemplate", message))
    return defects.gaps + tuple(
        call_site.gap(
            f"{template_id}/{position}",
            "UnreadableEntry",
            f"entry {position} of {template_id} is {json_fields.clean(source)!r}: what it stands for is unknown",
        )
        for position, (source, entry) in enumerate(zip(sources, entries, strict=True))
        if entry is None
    )


def parse_address_template_group(row: Mapping[str, Any], call_site: CallSite) -> TemplateGroup:
    """Parse a group of address templates by its list of ids.

    Its AddressTemplateSet is not read: it holds no addresses and may disagree with the list of ids.
    """
    group_id = json_fields.label(row, "AddressTemplateGroupId")
    defects = Defects(call_site=call_site, resource=group_id, unknown=_UNKNOWN_MEMBERS)
    members = json_fields.id_list(row, "AddressTemplateIdSet", _ADDRESS_PREFIXES)
    return _build_group(defects, json_fields.label(row, "AddressTemplateGroupName"), members)


def parse_service_template_group(row: Mapping[str, Any], call_site: CallSite) -> TemplateGroup:
    """Parse a group of service templates by its list of ids or, without the list, by the templates in its row."""
    group_id = json_fields.label(row, "ServiceTemplateGroupId")
    defects = Defects(call_site=call_site, resource=group_id, unknown=_UNKNOWN_MEMBERS)
    carried = tuple(_parse_carried_ids(row, defects))
    members = json_fields.optional_id_list(row, "ServiceTemplateIdSet", _SERVICE_PREFIXES)
    return _build_group(
        defects, json_fields.label(row, "ServiceTemplateGroupName"), carried if members == () else members
    )


def parse_carried_templates(row: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The rows of service templates in the row of a group, by id; the group itself has the gaps of bad rows."""
    items = row.get("ServiceTemplateSet")
    rows = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return {json_fields.label(item, "ServiceTemplateId"): item for item in rows}


def _parse_carried_ids(row: Mapping[str, Any], defects: Defects) -> Iterator[str]:
    """The ids of the service templates in the row of a group."""
    for position, item in enumerate(json_fields.mappings(row, "ServiceTemplateSet", defects)):
        template_id = json_fields.identifier(item, "ServiceTemplateId", defects, identifiers.SERVICE_TEMPLATE)
        if template_id:
            yield template_id
        else:
            defects.add(f"ServiceTemplateSet[{position}]", item, "a template with an id")


def _build_group(defects: Defects, name: str, members: tuple[str, ...] | None) -> TemplateGroup:
    """Build a group from the ids of its templates. A group cannot hold groups: such a member leaves a gap."""
    group_id, call_site = defects.resource, defects.call_site
    templates = tuple(member for member in members or () if not member.startswith(_GROUP_PREFIXES))
    gaps = defects.gaps
    if not templates or templates != members:
        message = f"the members of {group_id} came as {members!r}: which templates it stands for is unknown"
        gaps = (*gaps, call_site.gap(group_id, "UnreadableMembers", message))
    return TemplateGroup(region=call_site.region, template_id=group_id, name=name, members=templates, gaps=gaps)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RequestedIds:
    """Ids of address templates or of service templates, and of their groups.

    ``referred``: rules name them, so a missing template leaves a gap. ``also``: read where the region has them.
    """

    referred: frozenset[str]
    also: frozenset[str]

    @property
    def any(self) -> bool:
        """Whether the list of templates is needed."""
        return bool(self.referred or self.also)

    @property
    def any_group(self) -> bool:
        """Whether the list of groups is needed."""
        return any(template_id.startswith(_GROUP_PREFIXES) for template_id in self.referred | self.also)


def read_templates(reader: RegionReader, groups: Iterable[SecurityGroup], also: Iterable[str] = ()) -> Templates:
    """Read every template that rules of ``groups`` name, and those of ``also`` that the region has.

    Must not be called on a thread of the lists.
    """
    rules = [rule for group in groups for _, rule in group.all_rules()]
    named = tuple(also)
    address_ids = _requested((rule.address_template for rule in rules), named, _ADDRESS_PREFIXES)
    service_ids = _requested((rule.service_template for rule in rules), named, _SERVICE_PREFIXES)
    address_read = _start(reader, _ADDRESSES, needed=address_ids.any)
    service_read = _start(reader, _SERVICES, needed=service_ids.any)
    address_group_read = _start(reader, _ADDRESS_GROUPS, needed=address_ids.any_group)
    service_group_read = _start(reader, _SERVICE_GROUPS, needed=service_ids.any_group)
    addresses = _Table(reader, _ADDRESSES, address_read.result())
    services = _Table(reader, _SERVICES, service_read.result())
    address_groups = _Table(reader, _ADDRESS_GROUPS, address_group_read.result())
    service_groups = _Table(reader, _SERVICE_GROUPS, service_group_read.result())
    chosen_address_groups = address_groups.choose(address_ids, (), parse_address_template_group, _absent_group)
    chosen_service_groups = service_groups.choose(service_ids, (), parse_service_template_group, _absent_group)
    for group in chosen_service_groups:
        services.add_missing(parse_carried_templates(service_groups.rows.get(group.template_id, {})))
    return Templates(
        addresses=addresses.choose(address_ids, chosen_address_groups, parse_address_template, _absent_addresses),
        services=services.choose(service_ids, chosen_service_groups, parse_service_template, _absent_services),
        groups=(*chosen_address_groups, *chosen_service_groups),
        gaps=(*addresses.gaps, *address_groups.gaps, *services.gaps, *service_groups.gaps),
    )


def _requested(referred: Iterable[str], also: Iterable[str], prefixes: tuple[str, ...]) -> _RequestedIds:
    return _RequestedIds(
        referred=frozenset(referred) - {""},
        also=frozenset(template_id for template_id in also if template_id.startswith(prefixes)),
    )


def _start(reader: RegionReader, listing: Listing, *, needed: bool) -> Future[Rows]:
    """Start reading a list of the region; an empty list at once where the list is not needed."""
    if not needed:
        empty: Future[Rows] = Future()
        empty.set_result(Rows(rows=()))
        return empty
    unknown = f"the templates of {reader.region} are"
    return reader.start(reader.rows, listing, {}, unknown=unknown, resource=reader.region)


class _Table:
    """The rows of one list of the region, by id."""

    def __init__(self, reader: RegionReader, listing: Listing, rows: Rows) -> None:
        self._call_site = reader.call_site(listing.action)
        self._holds_groups = listing in (_ADDRESS_GROUPS, _SERVICE_GROUPS)
        self.gaps = rows.gaps
        self.rows = {json_fields.label(row, listing.row_id): row for row in rows.rows}

    def add_missing(self, rows: Mapping[str, dict[str, Any]]) -> None:
        """Add the rows whose ids the list lacks."""
        self.rows = {**rows, **self.rows}

    def choose(
        self,
        requested: _RequestedIds,
        groups: Iterable[TemplateGroup],
        parse: ParseTemplate[AnyTemplate],
        build_absent: BuildAbsent[AnyTemplate],
    ) -> tuple[AnyTemplate, ...]:
        """The requested templates and the members of ``groups``, sorted; those that the list lacks have a gap."""
        requested_ids = requested.referred | (requested.also & self.rows.keys())
        own = {name for name in requested_ids if name.startswith(_GROUP_PREFIXES) is self._holds_groups}
        template_ids = sorted(own.union(*(group.members for group in groups)))
        return tuple(
            parse(self.rows[template_id], self._call_site)
            if template_id in self.rows
            else build_absent(self._call_site.region, template_id, self._missing_gap(template_id))
            for template_id in template_ids
        )

    def _missing_gap(self, template_id: str) -> Gap:
        if self.gaps:
            return self.gaps[0]
        permission = self._call_site.action.permission
        message = f"a rule refers to {template_id} and {permission} does not list it: it is unknown"
        return self._call_site.gap(template_id, "TemplateNotFound", message, GapKind.UNREAD)


def _absent_addresses(region: str, template_id: str, gap: Gap) -> AddressTemplate:
    return AddressTemplate(region=region, template_id=template_id, entries=(), gaps=(gap,))


def _absent_services(region: str, template_id: str, gap: Gap) -> ServiceTemplate:
    return ServiceTemplate(region=region, template_id=template_id, entries=(), gaps=(gap,))


def _absent_group(region: str, template_id: str, gap: Gap) -> TemplateGroup:
    return TemplateGroup(region=region, template_id=template_id, members=(), gaps=(gap,))


def check_rule_counts(
    reader: RegionReader, groups: Iterable[SecurityGroup], read_groups: Iterable[ReadGroup], templates: Templates
) -> tuple[SecurityGroup, ...]:
    """Check the stated counts of rules now that the sizes of templates are known.

    The result is ``groups``, with a gap in place of each direction whose rules cannot add up to the stated count.
    """
    counts = {read_group.group.security_group_id: read_group.stated_counts for read_group in read_groups}
    sizes = _TemplateSizes(templates)
    return tuple(_check_group(reader, group, counts.get(group.security_group_id, ()), sizes) for group in groups)


def _check_group(
    reader: RegionReader, group: SecurityGroup, stated_counts: Iterable[StatedCount], sizes: _TemplateSizes
) -> SecurityGroup:
    call_site = reader.call_site(actions.SECURITY_GROUP_POLICIES)
    for stated in stated_counts:
        direction, rules = stated.direction, group.rules(stated.direction)
        if isinstance(rules, tuple) and not sizes.could_add_up(rules, stated.count):
            group_id = group.security_group_id
            gap = rule_parsing.missing_rules_gap(call_site, group_id, direction, len(rules), stated.count)
            group = group.with_rules(direction, gap)
    return group


class _TemplateSizes:
    """The number of entries of each template; ``None`` where the template could not be read completely."""

    def __init__(self, templates: Templates) -> None:
        single: list[AddressTemplate | ServiceTemplate] = [*templates.addresses, *templates.services]
        self._sizes: dict[str, int | None] = {
            template.template_id: None if template.gaps else len(template.entries) for template in single
        }
        for group in templates.groups:
            members = [self._sizes.get(member) for member in group.members]
            read = [size for size in members if size is not None]
            self._sizes[group.template_id] = None if group.gaps or len(read) < len(members) else sum(read)

    def could_add_up(self, rules: tuple[Rule, ...], count: int) -> bool:
        """Whether ``count`` can be the number of ``rules``.

        A rule with an address or service template may count once, or once for each entry of the template: any of the
        four ways will do, the same for all rules. A template of unknown size allows any count.
        """
        sizes = [(self._size(rule.address_template), self._size(rule.service_template)) for rule in rules]
        read = [(peers, services) for peers, services in sizes if peers is not None and services is not None]
        return len(read) < len(sizes) or any(
            count == sum((peers if by_peer else 1) * (services if by_service else 1) for peers, services in read)
            for by_peer, by_service in product((False, True), repeat=2)
        )

    def _size(self, template_id: str) -> int | None:
        return self._sizes.get(template_id) if template_id else 1
