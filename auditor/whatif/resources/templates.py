"""Applies changes of address and service templates and of template groups.

A template changes in place, and with it every rule that names it. Entries or members that the plan does not tell
become a gap of the template.
"""

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


def apply_templates(state: WorkingState, plan: Plan, references: References, *, trust: bool) -> None:
    """Make, change and delete templates. Templates that were not read are taken from the Terraform state."""
    for change in values.unchanged(plan, TYPES):
        template_id = text(change.before.get("id"))
        if template_id and not _exists(state, template_id):
            _apply_template(state, references, change, ResourceView.before(change), template_id, trust=trust)
    for change in plan.managed:
        if change.type in TYPES and change.steps:
            _apply_change(state, references, change, trust=trust)


def deleted_templates(plan: Plan) -> frozenset[str]:
    """The templates that the plan deletes. The cloud deletes every rule that names one of them."""
    deleted = (change for change in plan.managed if change.type in TYPES and PlanStep.REMOVED in change.steps)
    return frozenset(text(change.before.get("id")) for change in deleted)


def _apply_change(state: WorkingState, references: References, change: ResourceChange, *, trust: bool) -> None:
    effects = state.effects_of(change)
    old, new = text(change.before.get("id")), references.identity(change)
    if PlanStep.REMOVED in change.steps:
        effects.templates.add(old)
        effects.add_effect("template-out", template=old)
        _forget(state, old)
    if PlanStep.MADE in change.steps or PlanStep.UPDATED in change.steps:
        effects.templates.add(new)
        effects.add_effect("template", template=new)
        _apply_template(state, references, change, ResourceView.after(change, references), new, trust=trust)


def _exists(state: WorkingState, template_id: str) -> bool:
    return any(_exists_at(state, key) for key in state.region_keys(template_id))


def _forget(state: WorkingState, template_id: str) -> None:
    for key in state.region_keys(template_id):
        state.address_templates.pop(key, None)
        state.service_templates.pop(key, None)
        state.template_groups.pop(key, None)
    for key, group in state.template_groups.items():
        if template_id in group.members:
            left = tuple(member for member in group.members if member != template_id)
            state.template_groups[key] = replace(group, members=left)


def _apply_template(
    state: WorkingState,
    references: References,
    change: ResourceChange,
    view: ResourceView,
    template_id: str,
    *,
    trust: bool,
) -> None:
    keys = [key for key in state.region_keys(template_id) if _exists_at(state, key)] or state.region_keys(template_id)
    for key in keys:
        if change.type in ADDRESS_TEMPLATE.types:
            _apply_addresses(state, view, key)
        elif change.type in SERVICE_TEMPLATE.types:
            _apply_services(state, view, key)
        else:
            _apply_group(state, references, view, key, trust=trust)


def _exists_at(state: WorkingState, key: Key) -> bool:
    return key in state.address_templates or key in state.service_templates or key in state.template_groups


def _apply_addresses(state: WorkingState, view: ResourceView, key: Key) -> None:
    attribute = "addresses_extra" if view.change.type == _EXTRA else "addresses"
    entries, whole = _parsed_entries(view, attribute, rule_syntax.block)
    old = state.address_templates.get(key)
    if old is None or not whole or set(old.entries) != set(entries):
        state.address_templates[key] = AddressTemplate(
            region=key[0], template_id=key[1], name=_name(view), entries=entries, gaps=_gaps(key, whole=whole)
        )


def _apply_services(state: WorkingState, view: ResourceView, key: Key) -> None:
    entries, whole = _parsed_entries(view, "protocols", rule_syntax.service_entry)
    old = state.service_templates.get(key)
    if old is None or not whole or set(old.entries) != set(entries):
        state.service_templates[key] = ServiceTemplate(
            region=key[0], template_id=key[1], name=_name(view), entries=entries, gaps=_gaps(key, whole=whole)
        )


def _apply_group(state: WorkingState, references: References, view: ResourceView, key: Key, *, trust: bool) -> None:
    kind = ADDRESS_TEMPLATE if view.change.type in ADDRESS_TEMPLATE_GROUP.types else SERVICE_TEMPLATE
    members, whole = _entries(view, "template_ids")
    if view.items(("template_ids",)) is None:
        traced = references.several(view.change, ("template_ids",), kind)
        members, whole = traced.ids, traced.traced and trust
    old = state.template_groups.get(key)
    if old is None or not whole or set(old.members) != set(members):
        state.template_groups[key] = TemplateGroup(
            region=key[0], template_id=key[1], name=_name(view), members=members, gaps=_gaps(key, whole=whole)
        )


def _entries(view: ResourceView, attribute: str) -> tuple[tuple[str, ...], bool]:
    """The texts of a set, and whether the plan tells all of them."""
    items = view.items((attribute,))
    if items is None:
        return (), False
    if attribute == "addresses_extra":
        items = tuple(block.get("address") for block in blocks(list(items)))
    entries = tuple(text(item) for item in items)
    return tuple(entry for entry in entries if entry), all(entries)


def _parsed_entries(
    view: ResourceView, attribute: str, parse: Callable[[str], _Entry]
) -> tuple[tuple[_Entry, ...], bool]:
    """The entries of a set that can be parsed, and whether the plan tells all of them in a known spelling."""
    entries, whole = _entries(view, attribute)
    parsed = []
    for entry in entries:
        with suppress(ValueError):
            parsed.append(parse(entry))
    return tuple(parsed), whole and len(parsed) == len(entries)


def _gaps(key: Key, *, whole: bool) -> tuple[Gap, ...]:
    return () if whole else (gap(GapReason.TEMPLATE_UNKNOWN, *key),)


def _name(view: ResourceView) -> str:
    return view.text(("name",)) or ""
