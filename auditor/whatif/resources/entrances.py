"""Applies changes of the entrances of API servers, by their own resource or by the attributes of a cluster.

The list of address blocks (``managed_cluster_internet_security_policies``) is deprecated, and current providers do not
send it: an entrance that only such a list filters leaves a gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.model.clusters import INDEPENDENT, Binding, Entrance, EntranceKind
from auditor.model.codes import Part
from auditor.whatif import bindings, parts, rule_fields
from auditor.whatif.bindings import GroupLists, clusters_of
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.resources.clusters import CLUSTER_TYPE
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform.plan import Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.references import GROUP, placeholder
from auditor.whatif.terraform.values import UnknownValue, read, text, texts

ENDPOINT_TYPE = "tencentcloud_kubernetes_cluster_endpoint"

_POLICIES = "managed_cluster_internet_security_policies"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attributes:
    """The attributes of one entrance, and the effect of opening it. ``needs_group``: it cannot be made without one."""

    switch: str
    group: str
    needs_group: bool
    effect: str


_ENTRANCES: Mapping[EntranceKind, _Attributes] = {
    EntranceKind.PUBLIC: _Attributes(
        switch="cluster_internet", group="cluster_internet_security_group", needs_group=True, effect="entrance-public"
    ),
    EntranceKind.PRIVATE: _Attributes(
        switch="cluster_intranet", group="cluster_intranet_security_group", needs_group=False, effect="entrance-private"
    ),
}


def apply_entrances(state: WorkingState, plan: Plan, group_lists: GroupLists) -> None:
    """Switch entrances on and off, and let them bind their planned groups."""
    for change, step in plan.steps_of(CLUSTER_TYPE, ENDPOINT_TYPE):
        for kind in EntranceKind:
            if _decides(change, step, kind):
                _apply(state, group_lists, change, step, kind)


def _decides(change: ResourceChange, step: PlanStep, kind: EntranceKind) -> bool:
    """Whether a resource switches an entrance on or off, or changes what filters it.

    Deleting the resource of entrances closes both of them, whichever it switched on.
    """
    if step is PlanStep.REMOVED:
        return change.type == ENDPOINT_TYPE
    attributes = _ENTRANCES[kind]
    switch = _switch(change, kind)
    if step is PlanStep.MADE:
        return switch is not False
    names = (attributes.switch, attributes.group, *((_POLICIES,) if kind is EntranceKind.PUBLIC else ()))
    marks = change.change.after_unknown
    unknown = set(marks) if isinstance(marks, dict) else set(names)
    return any(
        name in unknown or (change.before.get(name) or None) != (change.after.get(name) or None) for name in names
    )


def _switch(change: ResourceChange, kind: EntranceKind) -> bool | None:
    """Whether an entrance is on after the change; ``None`` if only the apply will tell."""
    value = read(change.after, change.change.after_unknown, (_ENTRANCES[kind].switch,))
    return None if isinstance(value, UnknownValue) else value.value is True


def _keys(state: WorkingState, group_lists: GroupLists, change: ResourceChange, step: PlanStep) -> tuple[Key, ...]:
    if step is not PlanStep.MADE:
        return state.cluster_keys(text(change.before.get("cluster_id")) or text(change.before.get("id")))
    if change.type == ENDPOINT_TYPE:
        return clusters_of(state, group_lists, change)
    return tuple(key for key in state.clusters if key[1] == placeholder(change.address))


def _apply(
    state: WorkingState, group_lists: GroupLists, change: ResourceChange, step: PlanStep, kind: EntranceKind
) -> None:
    for key in _keys(state, group_lists, change, step):
        if not parts.is_judged(state, change, Part.ENDPOINT, *key):
            continue
        switch = False if step is PlanStep.REMOVED else _switch(change, kind)
        if switch is False:
            _drop(state, change, key, kind)
            continue
        present = next((entrance for entrance in state.entrances[key] if entrance.kind is kind), None)
        bound: Binding = gap(GapReason.LIST_UNKNOWN, key[0], f"{key[1]}/{kind}", key[1])
        if switch:
            bound = _groups(state, group_lists, change, key, kind)
        address = present.address if present is not None else rule_fields.UNTIL_APPLY
        kept = tuple(entrance for entrance in state.entrances[key] if entrance.kind is not kind)
        state.entrances[key] = (*kept, Entrance(kind=kind, address=address, security_groups=bound))
        groups = bindings.groups_of(bound, GapReason.LIST_UNKNOWN)
        _note(state, change, key, kind)
        state.effects_of(change).add_effect(_ENTRANCES[kind].effect, cluster=key[1], **bindings.listing(groups))


def _groups(
    state: WorkingState, group_lists: GroupLists, change: ResourceChange, key: Key, kind: EntranceKind
) -> Binding:
    """The group of an entrance. A load balancer that is made without a group lets every client in."""
    attributes = _ENTRANCES[kind]
    resource = f"{key[1]}/{kind}"
    group = group_lists.references.value(change, (attributes.group,), GROUP)
    written = group_lists.references.configured(change, (attributes.group,)) is not False
    if group:
        return (group,)
    if group is None and written:
        return gap(GapReason.LIST_UNKNOWN, key[0], resource, key[1])
    policies = read(change.after, change.change.after_unknown, (_POLICIES,))
    if kind is EntranceKind.PUBLIC and (isinstance(policies, UnknownValue) or texts(policies.value)):
        return gap(GapReason.LIST_UNKNOWN, key[0], resource, key[1])
    if attributes.needs_group and state.clusters[key].cluster_type != INDEPENDENT:
        return gap(GapReason.LIST_DEFAULT, key[0], resource, key[1])
    return ()


def _drop(state: WorkingState, change: ResourceChange, key: Key, kind: EntranceKind) -> None:
    kept = tuple(entrance for entrance in state.entrances[key] if entrance.kind is not kind)
    if kept != state.entrances[key]:
        state.entrances[key] = kept
        _note(state, change, key, kind)
        state.effects_of(change).add_effect("entrance-out", cluster=key[1], kind=kind)


def _note(state: WorkingState, change: ResourceChange, key: Key, kind: EntranceKind) -> None:
    effects = state.effects_of(change)
    effects.clusters.add(key[1])
    effects.others.add(f"{key[1]}/{kind}")
