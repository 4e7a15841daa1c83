"""Applies changes of instances and their security group attachments.

A changed list reaches a running machine at once, in the order in which it is written. A change rebinds the nodes that
are this machine, and moves the machine between the members of groups. A list that the plan does not tell
becomes a gap of the node; an attachment to a machine that it does not tell becomes a gap of the plan. So does a list of
any other machine if it may name a group of a node.
"""

from __future__ import annotations

from auditor.model.clusters import Node
from auditor.model.rules import Member
from auditor.whatif import bindings, rule_effects, rule_fields
from auditor.whatif.bindings import GroupLists, Groups, KnownList, UnknownList, binding, ids_of
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform.plan import Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.references import GROUP, INSTANCE, VPC, placeholder
from auditor.whatif.terraform.values import Path, at, text, texts

INSTANCE_TYPE = "tencentcloud_instance"
INSTANCE_SET = "tencentcloud_instance_set"
ATTACHMENT = "tencentcloud_cvm_security_group_attachment"

_ORDERED: Path = ("orderly_security_groups",)
_UNORDERED: Path = ("security_groups",)


def apply_instances(state: WorkingState, plan: Plan, group_lists: GroupLists) -> None:
    """Let machines bind the groups in their planned lists."""
    for change in plan.managed:
        for step in change.steps:
            if change.type == INSTANCE_TYPE:
                _apply_instance(state, group_lists, change, step)
            elif change.type == INSTANCE_SET:
                _apply_instance_set(state, group_lists, change, step)
    _apply_attachments(state, plan, group_lists)


def present_list(change: ResourceChange) -> tuple[tuple[str, ...], bool]:
    """The groups in an instance's list before the change, and whether their order is the binding order."""
    ordered = texts(at(change.before, _ORDERED))
    return ordered or texts(at(change.before, _UNORDERED)), bool(ordered)


def _apply_instance(state: WorkingState, group_lists: GroupLists, change: ResourceChange, step: PlanStep) -> None:
    instance = text(change.before.get("id"))
    if step is PlanStep.REMOVED:
        _drop(state, change, instance)
    elif step is PlanStep.MADE:
        state.replacements[placeholder(change.address)] = instance
        _make(state, group_lists, change, group_lists.ordered_or_legacy(change, _ORDERED, _UNORDERED))
    elif _moves_project(change):
        _rebind(state, change, instance, UnknownList(why=GapReason.PROJECT_MOVED))
    else:
        groups = group_lists.ordered_or_legacy(change, _ORDERED, _UNORDERED)
        if groups is not None:
            _rebind(state, change, instance, groups)
        if not state.nodes_of(instance):
            note_unknown_groups(state, group_lists, change, groups)
            note_open_list(state, group_lists, change, groups)


def _moves_project(change: ResourceChange) -> bool:
    """Whether a machine moves to another project, which unbinds its groups."""
    new = at(change.after, ("project_id",))
    return new is not None and new != at(change.before, ("project_id",))


def _apply_instance_set(state: WorkingState, group_lists: GroupLists, change: ResourceChange, step: PlanStep) -> None:
    """Apply a set of instances. It binds its list when it makes them; the provider never sends an updated list."""
    if step is PlanStep.MADE:
        _make(state, group_lists, change, group_lists.groups(change, _UNORDERED))
    elif step is PlanStep.REMOVED:
        for instance in texts(change.before.get("instance_ids")):
            _drop(state, change, instance)
    elif group_lists.changed(change, _UNORDERED):
        for instance in texts(change.before.get("instance_ids")):
            for key, node in state.nodes_of(instance):
                _note_node(state, change, key, node)
                state.effects_of(change).add_effect("not-sent")


def _apply_attachments(state: WorkingState, plan: Plan, group_lists: GroupLists) -> None:
    """Apply attachments of single groups.

    A new attachment appends its group to the list of the machine. The order of several new attachments is uncertain.
    """
    listed = {text(change.before.get("id")) for change in plan.managed if _lists_groups(group_lists, change)}
    attached: dict[str, list[tuple[ResourceChange, str]]] = {}
    for change in plan.managed:
        if change.type != ATTACHMENT:
            continue
        for step in change.steps:
            if step is PlanStep.REMOVED:
                _detach(state, change, listed)
            else:
                instance = group_lists.references.value(change, ("instance_id",), INSTANCE)
                group = group_lists.references.value(change, ("security_group_id",), GROUP) or ""
                if instance is None:
                    note_untraced_machine(state, group_lists, change)
                elif not group and not state.nodes_of(instance):
                    note_unknown_groups(state, group_lists, change, UnknownList(why=GapReason.LIST_UNKNOWN))
                attached.setdefault(instance or "", []).append((change, group))
    for instance, attachments in attached.items():
        _attach(state, instance, attachments, contested=instance in listed)


def note_untraced_machine(state: WorkingState, group_lists: GroupLists, change: ResourceChange) -> None:
    """Leave a gap for an attachment to an unknown machine, unless it can only be a machine that the plan makes."""
    new = group_lists.references.made(INSTANCE)
    if (
        group_lists.references.may_be_another(change, INSTANCE)
        or not new
        or any(state.nodes_of(machine) for machine in new)
    ):
        state.gaps.add(gap(GapReason.INSTANCE_UNTRACED, "", placeholder(change.address)))
        state.effects_of(change).add_untraced_effect("instance-untraced")


def note_unknown_groups(
    state: WorkingState, group_lists: GroupLists, change: ResourceChange, groups: Groups | None
) -> None:
    """Leave a gap for a machine or interface that may join a group of a node: it is then foreign to the cluster.

    A list of unknown origin can only hold the groups that the plan makes, if nothing else gives an unknown id.
    """
    if not isinstance(groups, UnknownList) or groups.why is not GapReason.LIST_UNKNOWN:
        return
    references = group_lists.references
    bound = {group for _, group in state.bound_groups()}
    if references.may_be_another(change, GROUP) or not bound.isdisjoint(references.made(GROUP)):
        state.gaps.add(gap(GapReason.LIST_UNKNOWN, "", placeholder(change.address)))
        state.effects_of(change).untraced = True


def note_open_list(state: WorkingState, group_lists: GroupLists, change: ResourceChange, groups: Groups | None) -> None:
    """Leave a gap for a machine whose list is known by references alone, if it may be in the VPC of a cluster.

    Beside its references, the list may have a group of a node. A machine that certainly has one is foreign already.
    """
    if not isinstance(groups, UnknownList) or groups.why is not GapReason.LIST_BY_REFERENCE:
        return
    vpc = group_lists.references.value(change, ("vpc_id",), VPC)
    vpcs = {cluster.vpc_id for cluster in state.clusters.values()}
    bound = {group for _, group in state.bound_groups()}
    if (not vpc or vpc in vpcs) and bound.isdisjoint(groups.ids):
        state.gaps.add(gap(GapReason.LIST_BY_REFERENCE, "", placeholder(change.address)))
        state.effects_of(change).untraced = True


def _lists_groups(group_lists: GroupLists, change: ResourceChange) -> bool:
    if change.type != INSTANCE_TYPE or PlanStep.UPDATED not in change.steps:
        return False
    return group_lists.ordered_or_legacy(change, _ORDERED, _UNORDERED) is not None


def _detach(state: WorkingState, change: ResourceChange, listed: set[str]) -> None:
    instance, group = (text(change.before.get(name)) for name in ("instance_id", "security_group_id"))
    effects = state.effects_of(change)
    for key, node in state.nodes_of(instance):
        _note_node(state, change, key, node)
        if instance in listed:
            state.bind_node(key, node, gap(GapReason.INSTANCE_CONTESTED, key[0], node.node_id, key[1]))
        elif isinstance(node.security_groups, tuple):
            left = tuple(bound for bound in node.security_groups if bound != group)
            state.bind_node(key, node, left)
            effects.add_effect("node", node=node.node_id, groups=", ".join(left) or "-")
    bindings.leave(state, effects, instance, (group,))


def _attach(
    state: WorkingState, instance: str, attachments: list[tuple[ResourceChange, str]], *, contested: bool
) -> None:
    groups = tuple(dict.fromkeys(group for _, group in attachments))
    for change, group in attachments:
        present = next((node for _, node in state.nodes_of(instance)), None)
        bindings.add(state, state.effects_of(change), instance, (group,) if group else (), present)
        state.effects_of(change).rebound |= {instance} - {""}
    for key, node in state.nodes_of(instance):
        for change, _ in attachments:
            _note_node(state, change, key, node)
        if not isinstance(node.security_groups, tuple):
            continue
        if contested:
            state.bind_node(key, node, gap(GapReason.INSTANCE_CONTESTED, key[0], node.node_id, key[1]))
        elif "" in groups:
            state.bind_node(key, node, gap(GapReason.LIST_UNKNOWN, key[0], node.node_id, key[1]))
        elif rule_effects.order_matters([(key[0], group) for group in groups], state.rulebook()):
            state.bind_node(key, node, gap(GapReason.LIST_ORDER, key[0], node.node_id, key[1]))
        else:
            _append(state, attachments, key, node, groups)


def _append(
    state: WorkingState, attachments: list[tuple[ResourceChange, str]], key: Key, node: Node, groups: tuple[str, ...]
) -> None:
    present = node.security_groups if isinstance(node.security_groups, tuple) else ()
    bound = tuple(dict.fromkeys((*present, *groups)))
    state.bind_node(key, node, bound)
    for change, _ in attachments:
        state.effects_of(change).add_effect("node", node=node.node_id, groups=", ".join(bound))


def _rebind(state: WorkingState, change: ResourceChange, instance: str, groups: Groups) -> None:
    effects = state.effects_of(change)
    present: Node | None = None
    for key, node in state.nodes_of(instance):
        present = node
        _note_node(state, change, key, node)
        if isinstance(groups, KnownList) and not groups.ordered and _same_set(node, groups):
            continue
        state.bind_node(key, node, binding(state, (key[0], node.node_id), key[1], groups))
        effects.add_effect("node", node=node.node_id, groups=", ".join(ids_of(groups)) or "-")
    if isinstance(groups, KnownList):
        bindings.rebind(state, effects, instance, groups.ids, present)
    elif isinstance(groups, UnknownList):
        bindings.add(state, effects, instance, groups.ids, present)
    effects.add_effect("member")


def _same_set(node: Node, groups: KnownList) -> bool:
    return isinstance(node.security_groups, tuple) and set(node.security_groups) == set(groups.ids)


def _make(state: WorkingState, group_lists: GroupLists, change: ResourceChange, groups: Groups | None) -> None:
    """Add a new machine to the groups in its list."""
    effects = state.effects_of(change)
    fresh = Member(
        instance_id=placeholder(change.address),
        name=text(change.after.get("instance_name")),
        addresses=rule_fields.single_address(text(change.after.get("private_ip"))),
    )
    bound = ids_of(groups) if groups is not None else ()
    bindings.join(state, effects, bound, fresh, text(change.after.get("vpc_id")))
    effects.add_effect("member-in")
    note_unknown_groups(state, group_lists, change, groups)
    note_open_list(state, group_lists, change, groups)


def _drop(state: WorkingState, change: ResourceChange, instance: str) -> None:
    effects = state.effects_of(change)
    for key, node in state.nodes_of(instance):
        _note_node(state, change, key, node)
        effects.add_effect("node-out", node=node.node_id)
        state.remove_node(key, node.node_id)
    bindings.leave(state, effects, instance)
    effects.add_effect("member-out")


def _note_node(state: WorkingState, change: ResourceChange, key: Key, node: Node) -> None:
    effects = state.effects_of(change)
    effects.clusters.add(key[1])
    effects.nodes.add(node.node_id)
