"""Instances and interfaces: a changed list reaches a running machine at once, in the order in which it is given."""

from __future__ import annotations

from auditor.model.clusters import Node
from auditor.model.rules import Member
from auditor.whatif import bindings, rule_effects, rule_fields
from auditor.whatif.bindings import GroupLists, Groups, KnownList, UnknownList, binding, ids_of
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform.plan import Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.references import GROUP, INSTANCE, INTERFACE, placeholder
from auditor.whatif.terraform.values import Path, at, text, texts

INSTANCE_TYPE = "tencentcloud_instance"
INSTANCE_SET = "tencentcloud_instance_set"
ATTACHMENT = "tencentcloud_cvm_security_group_attachment"
INTERFACE_TYPE = "tencentcloud_eni"
INTERFACE_ATTACHMENT = "tencentcloud_eni_sg_attachment"
TYPES = frozenset({INSTANCE_TYPE, INSTANCE_SET, ATTACHMENT, INTERFACE_TYPE, INTERFACE_ATTACHMENT})

_ORDERED: Path = ("orderly_security_groups",)
_UNORDERED: Path = ("security_groups",)


def apply_instances(draft: WorkingState, plan: Plan, lister: GroupLists) -> None:
    """Let machines and interfaces bind what they will bind."""
    for change in plan.managed:
        for step in change.steps:
            if change.type == INSTANCE_TYPE:
                _lay_instance(draft, lister, change, step)
            elif change.type == INSTANCE_SET:
                _lay_instance_set(draft, lister, change, step)
            elif change.type == INTERFACE_TYPE:
                _lay_interface(draft, lister, change, step)
            elif change.type == INTERFACE_ATTACHMENT:
                _lay_interface_attachment(draft, lister, change, step)
    _lay_attachments(draft, plan, lister)


def present_list(change: ResourceChange) -> tuple[tuple[str, ...], bool]:
    """The list that an instance's state holds, and whether its order means anything."""
    ordered = texts(at(change.before, _ORDERED))
    return ordered or texts(at(change.before, _UNORDERED)), bool(ordered)


def _lay_instance(draft: WorkingState, lister: GroupLists, change: ResourceChange, step: PlanStep) -> None:
    instance = text(change.before.get("id"))
    if step is PlanStep.REMOVED:
        _drop(draft, change, instance)
    elif step is PlanStep.MADE:
        draft.replacements.update({placeholder(change.address): instance} if instance else {})
        groups = lister.ordered_or_legacy(change, _ORDERED, _UNORDERED)
        _join(draft, change, ids_of(groups) if groups is not None else (), text(change.after.get("vpc_id")))
    elif _moves_project(change):
        _rebind(draft, change, instance, UnknownList(why=GapReason.PROJECT_MOVED))
    else:
        groups = lister.ordered_or_legacy(change, _ORDERED, _UNORDERED)
        if groups is not None:
            _rebind(draft, change, instance, groups)


def _moves_project(change: ResourceChange) -> bool:
    """Moving a machine to another project unbinds its groups."""
    new = at(change.after, ("project_id",))
    return new is not None and new != at(change.before, ("project_id",))


def _lay_instance_set(draft: WorkingState, lister: GroupLists, change: ResourceChange, step: PlanStep) -> None:
    """A set binds its list when it makes its machines; an update of the list is never sent."""
    if step is PlanStep.MADE:
        _join(draft, change, ids_of(lister.groups(change, _UNORDERED)), text(change.after.get("vpc_id")))
    elif step is PlanStep.REMOVED:
        for instance in texts(change.before.get("instance_ids")):
            _drop(draft, change, instance)
    elif lister.changed(change, _UNORDERED):
        for instance in texts(change.before.get("instance_ids")):
            for key, node in draft.nodes_of(instance):
                _say_node(draft, change, key, node)
                draft.effects_of(change).add_effect("not-sent")


def _lay_interface(draft: WorkingState, lister: GroupLists, change: ResourceChange, step: PlanStep) -> None:
    interface = text(change.before.get("id"))
    report = draft.effects_of(change)
    if step is PlanStep.REMOVED:
        bindings.leave(draft, report, interface)
        report.add_effect("member-out")
        return
    groups = lister.ordered_or_legacy(change, _ORDERED, _UNORDERED)
    if step is PlanStep.MADE:
        fresh = Member(instance_id="", interface_id=placeholder(change.address), addresses=_addresses(change))
        bindings.join(draft, report, ids_of(groups) if groups else (), fresh, text(change.after.get("vpc_id")))
        report.add_effect("member-in")
    elif isinstance(groups, KnownList):
        bindings.move_interface(draft, report, interface, groups.ids)
        report.add_effect("member")
    elif isinstance(groups, UnknownList):
        _unsure_members(draft, change, interface, groups)


def _addresses(change: ResourceChange) -> tuple[str, ...]:
    """The private addresses that are asked for; none where the cloud chooses them."""
    found = at(change.after, ("ipv4s",))
    asked = tuple(text(item.get("ip")) for item in found if isinstance(item, dict)) if isinstance(found, list) else ()
    own = tuple(address for one in asked for address in rule_fields.single(one))
    return own if len(own) == len(asked) else ()


def _unsure_members(draft: WorkingState, change: ResourceChange, resource: str, groups: UnknownList) -> None:
    """Groups that are certainly bound; those that the thing may leave keep it, which opens no more than was open."""
    report = draft.effects_of(change)
    present = {found.security_group_id for found in draft.memberships_of(resource)}
    for group in {*groups.ids, *present}:
        draft.joining.setdefault(group, set()).add("")
        report.members.add(group)
    report.add_effect("member")


def _lay_interface_attachment(draft: WorkingState, lister: GroupLists, change: ResourceChange, step: PlanStep) -> None:
    report = draft.effects_of(change)
    path: Path = ("security_group_ids",)
    if step is PlanStep.REMOVED:
        for interface in texts(change.before.get("network_interface_ids")):
            bindings.leave(draft, report, interface, texts(at(change.before, path)))
        report.add_effect("member-out")
    elif step is PlanStep.MADE:
        groups = ids_of(lister.groups(change, path, ordered=False))
        interface = lister.references.value(change, ("network_interface_ids", 0), INTERFACE) or ""
        bindings.join(draft, report, groups, bindings.interface_of(draft, interface))
        report.add_effect("member-in")


def _lay_attachments(draft: WorkingState, plan: Plan, lister: GroupLists) -> None:
    """Single associations: one lands behind what is bound already; of several the order is not assured."""
    listed = {text(change.before.get("id")) for change in plan.managed if _lists_groups(lister, change)}
    come: dict[str, list[tuple[ResourceChange, str]]] = {}
    for change in plan.managed:
        if change.type != ATTACHMENT:
            continue
        for step in change.steps:
            if step is PlanStep.REMOVED:
                _detach(draft, change, listed)
            else:
                instance = lister.references.value(change, ("instance_id",), INSTANCE)
                group = lister.references.value(change, ("security_group_id",), GROUP) or ""
                if instance is None:
                    _attach_untraced(draft, lister, change)
                come.setdefault(instance or "", []).append((change, group))
    for instance, found in come.items():
        _attach(draft, instance, found, contested=instance in listed)


def _attach_untraced(draft: WorkingState, lister: GroupLists, change: ResourceChange) -> None:
    """An association with a machine that cannot be told: any node of the clusters, unless it can only be a new one."""
    new = lister.references.made(INSTANCE)
    if lister.references.may_be_another(change, INSTANCE) or not new or any(draft.nodes_of(machine) for machine in new):
        draft.gaps.add(gap(GapReason.INSTANCE_UNTRACED, "", placeholder(change.address)))
        draft.effects_of(change).add_untraced_effect("instance-untraced")


def _lists_groups(lister: GroupLists, change: ResourceChange) -> bool:
    if change.type != INSTANCE_TYPE or PlanStep.UPDATED not in change.steps:
        return False
    return lister.ordered_or_legacy(change, _ORDERED, _UNORDERED) is not None


def _detach(draft: WorkingState, change: ResourceChange, listed: set[str]) -> None:
    instance, group = (text(change.before.get(name)) for name in ("instance_id", "security_group_id"))
    report = draft.effects_of(change)
    for key, node in draft.nodes_of(instance):
        _say_node(draft, change, key, node)
        if instance in listed:
            draft.bind_node(key, node, gap(GapReason.INSTANCE_CONTESTED, *(key[0], node.node_id), key[1]))
        elif isinstance(node.security_groups, tuple):
            left = tuple(bound for bound in node.security_groups if bound != group)
            draft.bind_node(key, node, left)
            report.add_effect("node", node=node.node_id, groups=", ".join(left) or "-")
    bindings.leave(draft, report, instance, (group,))


def _attach(draft: WorkingState, instance: str, found: list[tuple[ResourceChange, str]], *, contested: bool) -> None:
    groups = tuple(dict.fromkeys(group for _, group in found))
    for change, group in found:
        known = next((node for _, node in draft.nodes_of(instance)), None)
        bindings.add(draft, draft.effects_of(change), instance, (group,) if group else (), known)
        draft.effects_of(change).rebound |= {instance} - {""}
    for key, node in draft.nodes_of(instance):
        for change, _ in found:
            _say_node(draft, change, key, node)
        if not isinstance(node.security_groups, tuple):
            continue
        place = (key[0], node.node_id)
        if contested:
            draft.bind_node(key, node, gap(GapReason.INSTANCE_CONTESTED, *place, key[1]))
        elif "" in groups:
            draft.bind_node(key, node, gap(GapReason.LIST_UNKNOWN, *place, key[1]))
        elif rule_effects.order_matters([(key[0], group) for group in groups], draft.rulebook()):
            draft.bind_node(key, node, gap(GapReason.LIST_ORDER, *place, key[1]))
        else:
            _append(draft, found, key, node, groups)


def _append(
    draft: WorkingState, found: list[tuple[ResourceChange, str]], key: Key, node: Node, groups: tuple[str, ...]
) -> None:
    held = node.security_groups if isinstance(node.security_groups, tuple) else ()
    bound = tuple(dict.fromkeys((*held, *groups)))
    draft.bind_node(key, node, bound)
    for change, _ in found:
        draft.effects_of(change).add_effect("node", node=node.node_id, groups=", ".join(bound))


def _rebind(draft: WorkingState, change: ResourceChange, instance: str, groups: Groups) -> None:
    report = draft.effects_of(change)
    known: Node | None = None
    for key, node in draft.nodes_of(instance):
        known = node
        _say_node(draft, change, key, node)
        if isinstance(groups, KnownList) and not groups.ordered and _same_set(node, groups):
            continue
        draft.bind_node(key, node, binding(draft, (key[0], node.node_id), key[1], groups))
        report.add_effect("node", node=node.node_id, groups=", ".join(ids_of(groups)) or "-")
    if isinstance(groups, KnownList):
        bindings.rebind(draft, report, instance, groups.ids, known)
    elif isinstance(groups, UnknownList):
        bindings.add(draft, report, instance, groups.ids, known)
    report.add_effect("member")


def _same_set(node: Node, groups: KnownList) -> bool:
    return isinstance(node.security_groups, tuple) and set(node.security_groups) == set(groups.ids)


def _join(draft: WorkingState, change: ResourceChange, groups: tuple[str, ...], vpc_id: str) -> None:
    report = draft.effects_of(change)
    fresh = Member(
        instance_id=placeholder(change.address),
        name=text(change.after.get("instance_name")),
        addresses=rule_fields.single(text(change.after.get("private_ip"))),
    )
    bindings.join(draft, report, groups, fresh, vpc_id)
    report.add_effect("member-in")


def _drop(draft: WorkingState, change: ResourceChange, instance: str) -> None:
    report = draft.effects_of(change)
    for key, node in draft.nodes_of(instance):
        _say_node(draft, change, key, node)
        report.add_effect("node-out", node=node.node_id)
        del draft.nodes[key][node.node_id]
    bindings.leave(draft, report, instance)
    report.add_effect("member-out")


def _say_node(draft: WorkingState, change: ResourceChange, key: Key, node: Node) -> None:
    report = draft.effects_of(change)
    report.clusters.add(key[1])
    report.nodes.add(node.node_id)
