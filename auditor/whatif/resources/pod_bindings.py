"""Applies changes of the groups that the next Pods will bind: pools of super nodes, and the add-on of VPC-CNI.

A change predicts the groups of Pods that start after it. Pods that run keep their groups.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import TypeAlias

from auditor.model.clusters import VPC_CNI_ADD_ON, Attachment, PodBinding, lists_of_next_pods
from auditor.model.codes import Part
from auditor.model.rules import Member
from auditor.whatif import bindings, parts
from auditor.whatif.bindings import EmptyList, GroupLists, Groups, KnownList, UnknownList, clusters_of, ids_of
from auditor.whatif.gaps import GapReason
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform.plan import Json, Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.references import placeholder
from auditor.whatif.terraform.values import UnknownValue, at, has_unknown_item, last_id, read, text, texts

SUPER_POOL = "tencentcloud_kubernetes_serverless_node_pool"
ADD_ON = "tencentcloud_kubernetes_addon"
ADD_ON_CONFIG = "tencentcloud_kubernetes_addon_config"
ADD_ON_ATTACHMENT = "tencentcloud_kubernetes_addon_attachment"
ADD_ONS = (ADD_ON, ADD_ON_CONFIG, ADD_ON_ATTACHMENT)

_NAMES = {ADD_ON_ATTACHMENT: "name"}
_SWITCH = "enableSecurityGroups"
_LIST = "securityGroups"
_SECTION = ("vpcCni", "securityGroups")
_INDEX = re.compile(r"(.*)\[([0-9]+)\]")

_Values: TypeAlias = Mapping[str, Json] | None
"""The values that a resource gives to an add-on; ``None`` if they are unknown until apply or have another form."""


def is_vpc_cni(change: ResourceChange) -> bool:
    """Whether a resource is about the add-on of VPC-CNI, or may be."""
    name = _NAMES.get(change.type, "addon_name")
    value = read(change.after, change.change.after_unknown, (name,))
    return isinstance(value, UnknownValue) or VPC_CNI_ADD_ON in (text(value.value), text(change.before.get(name)))


def apply_pod_bindings(state: WorkingState, plan: Plan, group_lists: GroupLists) -> None:
    """Let the next Pods bind the groups of new pools and of the changed add-on."""
    for change, step in plan.steps_of(SUPER_POOL):
        _apply_pool(state, group_lists, change, step)
    for change, step in plan.steps_of(*ADD_ONS):
        if is_vpc_cni(change):
            _apply_add_on(state, group_lists, change, step)


def _apply_pool(state: WorkingState, group_lists: GroupLists, change: ResourceChange, step: PlanStep) -> None:
    """Add or remove a pool of super nodes; an update never changes its groups.

    Documents contradict each other about the groups of Pods of a pool that names none, so that leaves a gap.
    """
    old_id = last_id(text(change.before.get("id")))
    if step is PlanStep.REMOVED:
        for key in state.cluster_keys(text(change.before.get("cluster_id"))):
            if parts.is_judged(state, change, Part.PODS, *key):
                _replace(state, change, key, old_id, ())
                state.effects_of(change).add_effect("pool-out", pool=old_id)
    elif step is PlanStep.MADE:
        groups = bindings.default_if_empty(group_lists.groups(change, ("security_group_ids",)))
        own_id = placeholder(change.address)
        state.replacements[own_id] = old_id
        for key in clusters_of(state, group_lists, change):
            if parts.is_judged(state, change, Part.PODS, *key):
                name = text(change.after.get("name"))
                _bind(state, change, key, own_id, Attachment.SUPER_NODE_PODS, (groups,), name)


def _apply_add_on(state: WorkingState, group_lists: GroupLists, change: ResourceChange, step: PlanStep) -> None:
    if step is PlanStep.MADE:
        keys = clusters_of(state, group_lists, change)
    else:
        keys = state.cluster_keys(text(change.before.get("cluster_id")) or text(change.before.get("id")).split("#")[0])
    for key in keys:
        if not parts.is_judged(state, change, Part.PODS, *key):
            continue
        if step is PlanStep.REMOVED:
            _replace(state, change, key, VPC_CNI_ADD_ON, ())
            state.effects_of(change).add_effect("add-on-out", source=VPC_CNI_ADD_ON, cluster=key[1])
            continue
        lists = _lists(state, group_lists, change, step, key)
        if lists is not None:
            _bind(state, change, key, VPC_CNI_ADD_ON, Attachment.PODS, lists, "")


def _lists(
    state: WorkingState, group_lists: GroupLists, change: ResourceChange, step: PlanStep, key: Key
) -> tuple[Groups, ...] | None:
    """The lists that the next Pod interfaces may bind; ``None`` if the change leaves them as they are.

    Switched off, an interface binds nothing (457/38977). Switched on without a list, it binds the groups of its node.
    The effect of a list without the switch, and of taking values back, is documented nowhere.
    """
    unknown = (UnknownList(why=GapReason.LIST_UNKNOWN),)
    after = _planned_values(group_lists, change)
    before = {} if step is PlanStep.MADE else _values_of(change, change.before)
    if after is None:
        return unknown
    section = at(after, _SECTION)
    if section is None and (step is PlanStep.MADE or (before is not None and at(before, _SECTION) is None)):
        return (EmptyList(),) if step is PlanStep.MADE else None
    if before is not None and section == at(before, _SECTION):
        return None
    switch, listed = at(section, (_SWITCH,)), at(section, (_LIST,))
    groups = texts(listed)
    if not isinstance(switch, bool) or not (listed is None or isinstance(listed, list)):
        return unknown
    if not switch:
        return (EmptyList(),)
    of_nodes = lists_of_next_pods(state.nodes[key].values(), state.pools[key].values())
    lists = tuple(bindings.groups_of(bound, GapReason.LIST_UNKNOWN) for bound in of_nodes)
    return (KnownList(ids=groups),) if groups else lists


def _planned_values(group_lists: GroupLists, change: ResourceChange) -> _Values:
    names = ("request_body", "values") if change.type == ADD_ON_ATTACHMENT else ("raw_values",)
    unknown = [name for name in names if _is_unknown(change, name)]
    if any(group_lists.references.configured(change, (name,)) is not False for name in unknown):
        return None
    return _values_of(change, change.after)


def _is_unknown(change: ResourceChange, name: str) -> bool:
    value = read(change.after, change.change.after_unknown, (name,))
    return isinstance(value, UnknownValue) or has_unknown_item(change.change.after_unknown, (name,))


def _values_of(change: ResourceChange, tree: Json) -> _Values:
    """The values that an add-on has in one state of its resource; the attachment takes lines, the others JSON."""
    if change.type != ADD_ON_ATTACHMENT:
        raw = text(at(tree, ("raw_values",)))
        return _parsed(raw) if raw else {}
    body = text(at(tree, ("request_body",)))
    if not body:
        return _from_lines(texts(at(tree, ("values",))))
    document = _parsed(body)
    lines = at(document, ("spec", "values", "values"))
    return _from_lines(texts(lines)) if isinstance(lines, list) else None


def _parsed(raw: str) -> _Values:
    """A JSON object, written plainly or in base64; ``None`` for any other text."""
    for spelled in (raw, _from_base64(raw)):
        try:
            document = json.loads(spelled)
        except (ValueError, RecursionError):
            continue
        if isinstance(document, dict):
            return document
    return None


def _from_base64(raw: str) -> str:
    try:
        return base64.b64decode(raw, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _from_lines(lines: tuple[str, ...]) -> _Values:
    """The section of the groups from lines such as ``vpcCni.securityGroups.securityGroups[0]=sg-...``."""
    prefix = ".".join(_SECTION) + "."
    section: dict[str, Json] = {}
    for line in lines:
        name, _, value = line.partition("=")
        if not name.strip().startswith(prefix):
            continue
        key = name.strip().removeprefix(prefix)
        indexed = _INDEX.fullmatch(key)
        if key == _SWITCH and value.strip() in ("true", "false"):
            section[_SWITCH] = value.strip() == "true"
        elif indexed and indexed[1] == _LIST:
            section.setdefault(_LIST, []).append((int(indexed[2]), value.strip()))
        else:
            return None
    if _LIST in section:
        section[_LIST] = [value for _, value in sorted(section[_LIST])]
    return {_SECTION[0]: {_SECTION[1]: section}} if section else {}


def _bind(
    state: WorkingState,
    change: ResourceChange,
    key: Key,
    source: str,
    attachment: Attachment,
    lists: tuple[Groups, ...],
    name: str,
) -> None:
    effects = state.effects_of(change)
    sources = []
    for groups in lists:
        bound = () if isinstance(groups, EmptyList) else bindings.binding(state, (key[0], source), key[1], groups)
        sources.append(PodBinding(source_id=source, attachment=attachment, security_groups=bound, name=name))
        bindings.join(state, effects, ids_of(groups), Member(instance_id=""), state.clusters[key].vpc_id)
        effects.add_effect("pods", source=source, cluster=key[1], **bindings.listing(groups))
    _replace(state, change, key, source, tuple(sources))


def _replace(
    state: WorkingState, change: ResourceChange, key: Key, source: str, sources: tuple[PodBinding, ...]
) -> None:
    kept = tuple(binding for binding in state.pod_bindings[key] if binding.source_id != source)
    state.pod_bindings[key] = (*kept, *sources)
    effects = state.effects_of(change)
    effects.clusters.add(key[1])
    effects.others.add(source)
