"""Address and service templates and their groups: changed in place, and every rule that names them with them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from auditor.model import rule_syntax
from auditor.model.gaps import Gap
from auditor.model.rules import AddressTemplate, ServiceTemplate, TemplateGroup
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform import values
from auditor.whatif.terraform.plan import Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.references import (
    ADDRESS_TEMPLATE,
    ADDRESS_TEMPLATE_GROUP,
    SERVICE_TEMPLATE,
    SERVICE_TEMPLATE_GROUP,
    References,
    ResourceView,
)
from auditor.whatif.terraform.values import blocks, text

_EXTRA = "tencentcloud_address_extra_template"
_KINDS = (ADDRESS_TEMPLATE, ADDRESS_TEMPLATE_GROUP, SERVICE_TEMPLATE, SERVICE_TEMPLATE_GROUP)
TYPES = frozenset(type_ for kind in _KINDS for type_ in kind.types)

_Entry = TypeVar("_Entry")


def apply_templates(draft: WorkingState, plan: Plan, references: References, *, trust: bool) -> None:
    """Make, change and delete templates. Those that nothing audited names yet are taken from the state."""
    for change in values.unchanged(plan, TYPES):
        template_id = text(change.before.get("id"))
        if template_id and not _held(draft, template_id):
            _lay_one(draft, references, change, ResourceView.before(change), template_id, trust=trust)
    for change in plan.managed:
        if change.type in TYPES and change.steps:
            _change(draft, references, change, trust=trust)


def removed(plan: Plan) -> frozenset[str]:
    """The templates that go. The cloud deletes every rule that names one."""
    gone = (change for change in plan.managed if change.type in TYPES and PlanStep.REMOVED in change.steps)
    return frozenset(text(change.before.get("id")) for change in gone)


def _change(draft: WorkingState, references: References, change: ResourceChange, *, trust: bool) -> None:
    report = draft.effects_of(change)
    old, new = text(change.before.get("id")), references.identity(change)
    if PlanStep.REMOVED in change.steps:
        report.templates.add(old)
        report.add_effect("template-out", template=old)
        _forget(draft, old)
    if PlanStep.MADE in change.steps or PlanStep.UPDATED in change.steps:
        report.templates.add(new)
        report.add_effect("template", template=new)
        _lay_one(draft, references, change, ResourceView.after(change, references), new, trust=trust)


def _held(draft: WorkingState, template_id: str) -> bool:
    held = (draft.address_templates, draft.service_templates, draft.template_groups)
    return any((region, template_id) in found for found in held for region in draft.regions)


def _forget(draft: WorkingState, template_id: str) -> None:
    for key in draft.region_keys(template_id):
        draft.address_templates.pop(key, None)
        draft.service_templates.pop(key, None)
        draft.template_groups.pop(key, None)
    for key, group in draft.template_groups.items():
        if template_id in group.members:
            left = tuple(member for member in group.members if member != template_id)
            draft.template_groups[key] = replace(group, members=left)


def _lay_one(
    draft: WorkingState,
    references: References,
    change: ResourceChange,
    side: ResourceView,
    template_id: str,
    *,
    trust: bool,
) -> None:
    keys = [key for key in draft.region_keys(template_id) if _held_at(draft, key)] or draft.region_keys(template_id)
    for key in keys:
        if change.type in ADDRESS_TEMPLATE.types:
            _lay_addresses(draft, side, key)
        elif change.type in SERVICE_TEMPLATE.types:
            _lay_services(draft, side, key)
        else:
            _lay_group(draft, references, side, key, trust=trust)


def _held_at(draft: WorkingState, key: Key) -> bool:
    return key in draft.address_templates or key in draft.service_templates or key in draft.template_groups


def _lay_addresses(draft: WorkingState, side: ResourceView, key: Key) -> None:
    entries, whole = _entries(side, "addresses_extra" if side.change.type == _EXTRA else "addresses")
    read = _readable(entries, rule_syntax.block)
    whole = whole and len(read) == len(entries)
    old = draft.address_templates.get(key)
    if old is None or not whole or set(old.entries) != set(read):
        draft.address_templates[key] = AddressTemplate(
            region=key[0], template_id=key[1], name=_name(side), entries=read, gaps=_gaps(key, whole=whole)
        )


def _lay_services(draft: WorkingState, side: ResourceView, key: Key) -> None:
    entries, whole = _entries(side, "protocols")
    read = _readable(entries, rule_syntax.service_entry)
    whole = whole and len(read) == len(entries)
    old = draft.service_templates.get(key)
    if old is None or not whole or set(old.entries) != set(read):
        draft.service_templates[key] = ServiceTemplate(
            region=key[0], template_id=key[1], name=_name(side), entries=read, gaps=_gaps(key, whole=whole)
        )


def _lay_group(draft: WorkingState, references: References, side: ResourceView, key: Key, *, trust: bool) -> None:
    kind = ADDRESS_TEMPLATE if side.change.type in ADDRESS_TEMPLATE_GROUP.types else SERVICE_TEMPLATE
    members, whole = _entries(side, "template_ids")
    if side.items(("template_ids",)) is None:
        traced = references.several(side.change, ("template_ids",), kind)
        members, whole = traced.ids, traced.traced and trust
    old = draft.template_groups.get(key)
    if old is None or not whole or set(old.members) != set(members):
        draft.template_groups[key] = TemplateGroup(
            region=key[0], template_id=key[1], name=_name(side), members=members, gaps=_gaps(key, whole=whole)
        )


def _entries(side: ResourceView, attribute: str) -> tuple[tuple[str, ...], bool]:
    """The texts of a set, and whether that is all of them."""
    items = side.items((attribute,))
    if items is None:
        return (), False
    if attribute == "addresses_extra":
        items = tuple(block.get("address") for block in blocks(list(items)))
    found = tuple(text(item) for item in items)
    return tuple(item for item in found if item), all(found)


def _readable(entries: tuple[str, ...], parse: Callable[[str], _Entry]) -> tuple[_Entry, ...]:
    found = []
    for entry in entries:
        with suppress(ValueError):
            found.append(parse(entry))
    return tuple(found)


def _gaps(key: Key, *, whole: bool) -> tuple[Gap, ...]:
    return () if whole else (gap(GapReason.TEMPLATE_UNKNOWN, *key),)


def _name(side: ResourceView) -> str:
    return side.text(("name",)) or ""
