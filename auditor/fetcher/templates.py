"""Parameter templates that rules refer to: each list is read once a region, and only if a rule refers to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from auditor.fetcher import actions, groups, wire, wire_templates
from auditor.fetcher.paging import Listing, Paging, Rows
from auditor.fetcher.reader import Reader
from auditor.fetcher.wire import Origin
from auditor.model import identifiers
from auditor.model.gaps import Gap, GapKind
from auditor.model.rules import AddressTemplate, SecurityGroup, ServiceTemplate, TemplateGroup

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

GROUPS = ("ipmg-", "ppmg-")
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
        return any(one.startswith(GROUPS) for one in self.referred | self.also)


def read(reader: Reader, security_groups: Iterable[SecurityGroup], also: Iterable[str] = ()) -> Templates:
    """Everything that the rules of ``security_groups`` refer to, and those of ``also`` that the region has.

    Not to be called on the floor of lists.
    """
    known, others = tuple(security_groups), tuple(also)
    by_address = _Wanted(referred=groups.referred_addresses(known), also=_of_kind(others, "ipm"))
    by_service = _Wanted(referred=groups.referred_services(known), also=_of_kind(others, "ppm"))
    addresses = _start(reader, _ADDRESSES, needed=by_address.any)
    services = _start(reader, _SERVICES, needed=by_service.any)
    address_groups = _start(reader, _ADDRESS_GROUPS, needed=by_address.any_group)
    service_groups = _start(reader, _SERVICE_GROUPS, needed=by_service.any_group)
    return _both(
        _addresses(reader, by_address, addresses.result(), address_groups.result()),
        _services(reader, by_service, services.result(), service_groups.result()),
    )


def _of_kind(template_ids: Iterable[str], kind: str) -> frozenset[str]:
    return frozenset(one for one in template_ids if one.startswith((f"{kind}-", f"{kind}g-")))


def _both(by_address: Templates, by_service: Templates) -> Templates:
    return Templates(
        addresses=by_address.addresses,
        services=by_service.services,
        groups=(*by_address.groups, *by_service.groups),
        gaps=(*by_address.gaps, *by_service.gaps),
    )


def _start(reader: Reader, listing: Listing, *, needed: bool) -> Future[Rows]:
    """The whole list of the region, or none of it."""
    if not needed:
        nothing: Future[Rows] = Future()
        nothing.set_result(Rows(rows=()))
        return nothing
    return reader.start(
        reader.rows, listing, {}, unknown=f"the templates of {reader.region} are", resource=reader.region
    )


def _addresses(reader: Reader, ids: _Wanted, templates: Rows, template_groups: Rows) -> Templates:
    table = _Table(reader, _ADDRESSES, templates)
    group_table = _Table(reader, _ADDRESS_GROUPS, template_groups)
    wanted_groups = group_table.wanted(ids)
    chosen_groups = group_table.choose(wanted_groups, wire_templates.address_template_group, _absent_group)
    wanted = _with_members(table.wanted(ids), chosen_groups)
    return Templates(
        addresses=table.choose(wanted, wire_templates.address_template, _absent_addresses),
        groups=chosen_groups,
        gaps=(*templates.gaps, *template_groups.gaps),
    )


def _services(reader: Reader, ids: _Wanted, templates: Rows, template_groups: Rows) -> Templates:
    """Groups carry their templates along, which serve for those that the list of templates lacks."""
    table = _Table(reader, _SERVICES, templates)
    group_table = _Table(reader, _SERVICE_GROUPS, template_groups)
    wanted_groups = group_table.wanted(ids)
    chosen_groups = group_table.choose(wanted_groups, wire_templates.service_template_group, _absent_group)
    for group_id in wanted_groups:
        for template_id, row in wire_templates.carried_templates(group_table.rows.get(group_id, {})).items():
            table.rows.setdefault(template_id, row)
    wanted = _with_members(table.wanted(ids), chosen_groups)
    return Templates(
        services=table.choose(wanted, wire_templates.service_template, _absent_services),
        groups=chosen_groups,
        gaps=(*templates.gaps, *template_groups.gaps),
    )


def _with_members(wanted: Iterable[str], chosen: Iterable[TemplateGroup]) -> list[str]:
    """The templates themselves: those wanted, and members of the groups that were."""
    return sorted(set(wanted).union(*(group.members for group in chosen)))


class _Table:
    """The rows of one list by id."""

    def __init__(self, reader: Reader, listing: Listing, rows: Rows) -> None:
        self._origin = reader.origin(listing.action)
        self._gaps = rows.gaps
        self._holds_groups = listing in (_ADDRESS_GROUPS, _SERVICE_GROUPS)
        self.rows = {wire.label(row, listing.row_id): row for row in rows.rows}

    def wanted(self, ids: _Wanted) -> list[str]:
        """What of ``ids`` this list should hold, sorted."""
        here = ids.referred | (ids.also & self.rows.keys())
        return sorted(one for one in here if one.startswith(GROUPS) is self._holds_groups)

    def choose(
        self,
        wanted: Iterable[str],
        convert: Callable[[Mapping[str, Any], Origin], Kind],
        absent: Callable[[str, str, Gap], Kind],
    ) -> tuple[Kind, ...]:
        """What ``wanted`` names, in its order; what the list lacks stands empty with a gap."""
        return tuple(
            convert(self.rows[one], self._origin)
            if one in self.rows
            else absent(self._origin.region, one, self._lacking(one))
            for one in wanted
        )

    def _lacking(self, template_id: str) -> Gap:
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
