"""Applies changes of security groups and of the resources that write their rules.

A group is made, renamed or deleted by its own resource. Its rules are written by an owner, a rule set or a lite rule,
which has both lists to itself, or by any number of single rules, which share them. A list that the plan does not tell,
or that resources of several kinds write, becomes a gap of the group.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from auditor.comparator.resolve import same_rules
from auditor.model.gaps import Gap
from auditor.model.rules import Direction, Membership, Rules, SecurityGroup
from auditor.whatif import rule_effects
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.resources import rule_lists, rule_readers
from auditor.whatif.resources.rule_lists import Lists
from auditor.whatif.rule_fields import RuleList, unknown_rules
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform import values
from auditor.whatif.terraform.plan import Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.references import GROUP, LITE_RULE, RULE_SET, SECURITY_GROUP, References, ResourceView
from auditor.whatif.terraform.values import text

SINGLE_RULE = "tencentcloud_security_group_rule"
OWNERS = frozenset({RULE_SET, LITE_RULE})
"""The types that have both lists of a group to themselves."""

RULE_TYPES = OWNERS | {SINGLE_RULE}

_READERS: dict[str, Callable[[ResourceView, Direction], RuleList]] = {
    RULE_SET: rule_readers.rule_set_rules,
    LITE_RULE: rule_readers.lite_rules,
}


def apply_groups(state: WorkingState, plan: Plan, references: References) -> None:
    """Make new groups, which deny everything in both directions (vpc/CreateSecurityGroup), and rename others."""
    for change in plan.managed:
        if change.type != SECURITY_GROUP or change.deposed:
            continue
        if PlanStep.MADE in change.steps:
            _make(state, change, references.identity(change))
        elif PlanStep.UPDATED in change.steps:
            _rename(state, change)
        if change.steps in ((PlanStep.MADE, PlanStep.REMOVED), (PlanStep.REMOVED, PlanStep.MADE)):
            state.replacements[references.identity(change)] = text(change.before.get("id"))


def deleted_groups(plan: Plan) -> dict[str, ResourceChange]:
    """The changes that delete or replace a group, by its id. The cloud refuses to delete a group that is in use."""
    removed = [change for change in plan.managed if change.type == SECURITY_GROUP and PlanStep.REMOVED in change.steps]
    return {group_id: change for change in removed if (group_id := text(change.before.get("id")))}


def _make(state: WorkingState, change: ResourceChange, group_id: str) -> None:
    for key in state.region_keys(group_id):
        state.groups[key] = SecurityGroup(
            region=key[0],
            security_group_id=group_id,
            name=text(change.after.get("name")),
            description=text(change.after.get("description")),
            ingress=(),
            egress=(),
        )
        state.set_members(Membership(region=key[0], security_group_id=group_id, members=()))


def _rename(state: WorkingState, change: ResourceChange) -> None:
    for key in state.group_keys(text(change.before.get("id"))):
        name = text(change.after.get("name")) or state.groups[key].name
        state.groups[key] = replace(state.groups[key], name=name)


def drop_rules(state: WorkingState, templates: frozenset[str]) -> None:
    """Delete the rules that name a deleted template: the cloud deletes them with it."""
    for key, group in state.groups.items():
        ingress, egress = _without(group.ingress, templates), _without(group.egress, templates)
        if (ingress, egress) != (group.ingress, group.egress):
            state.groups[key] = replace(group, ingress=ingress, egress=egress)


def drop_groups(state: WorkingState, deleted: dict[str, ResourceChange]) -> None:
    """Delete groups. The cloud refuses to delete a group in use: the apply then fails half way, which is a gap."""
    leaving = _leaving(state, deleted)
    for group_id, change in deleted.items():
        effects = state.effects_of(change)
        effects.groups.add(group_id)
        effects.members.add(group_id)
        for key in state.region_keys(group_id):
            if key not in leaving:
                state.gaps.add(gap(GapReason.GROUP_IN_USE, *key))
                effects.add_effect("group-in-use", group=group_id)
            elif key in state.groups:
                effects.add_effect("group-out", group=group_id)
                del state.groups[key]
                state.memberships.pop(key, None)


def _leaving(state: WorkingState, deleted: dict[str, ResourceChange]) -> set[Key]:
    """The deleted groups that are not in use: nothing binds them, and no rule of a remaining group names them as peer.

    A group that remains keeps the groups that it names: the loop ends at the greatest set that no other group names.
    """
    leaving = {key for group_id in deleted for key in state.region_keys(group_id)} - state.bound_groups()
    while named := {peer for key in state.groups.keys() - leaving for peer in _peers(state, key)} & leaving:
        leaving -= named
    return leaving


def _peers(state: WorkingState, key: Key) -> set[Key]:
    return {(key[0], peer) for _, rule in state.groups[key].all_rules() if (peer := rule.peer_group)}


def _without(rules: Rules, templates: frozenset[str]) -> Rules:
    if isinstance(rules, Gap):
        return rules
    return tuple(rule for rule in rules if not templates.intersection(rule.templates))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWrite:
    """One step of a rule resource on one group. ``certain`` is false where the plan does not tell the group."""

    change: ResourceChange
    step: PlanStep
    certain: bool = True


def apply_group_rules(state: WorkingState, plan: Plan, references: References) -> None:
    """Write the planned rules of every group.

    A group that an owner and another rule resource write is contested: which rules remain depends on the order of
    their requests, so both its lists are unknown.
    """
    _add_groups_of_state(state, plan)
    writes: dict[str, list[GroupWrite]] = {}
    holders: dict[str, set[tuple[str, str]]] = {}
    for change in plan.managed:
        if change.type in RULE_TYPES and change.change.actions != ("forget",):
            _collect(state, references, change, writes, holders)
    for group_id, group_writes in writes.items():
        contested = len(holders[group_id]) > 1 and any(
            change_type != SINGLE_RULE for change_type, _ in holders[group_id]
        )
        for key in state.group_keys(group_id) or _add_unread_group(state, group_id):
            _write(state, references, key, group_writes, contested=contested)


def from_state(change: ResourceChange) -> dict[Direction, RuleList]:
    """The rules in an owner's state before the change."""
    return {direction: _READERS[change.type](ResourceView.before(change), direction) for direction in Direction}


def _add_groups_of_state(state: WorkingState, plan: Plan) -> None:
    """Add the groups that were not read and whose rules are in the state of their owner."""
    for change in (*values.unchanged(plan, OWNERS), *plan.managed):
        group_id = text(change.before.get("security_group_id"))
        if change.type in OWNERS and group_id and not state.group_keys(group_id):
            rules = from_state(change)
            for key in state.region_keys(group_id):
                state.groups[key] = SecurityGroup(region=key[0], security_group_id=group_id, ingress=(), egress=())
                _set(state, key, dict(rules))


def _collect(
    state: WorkingState,
    references: References,
    change: ResourceChange,
    writes: dict[str, list[GroupWrite]],
    holders: dict[str, set[tuple[str, str]]],
) -> None:
    """Add a change's writes by group, and the resource to the holders of each group that it writes."""
    holder = (change.type, change.address + change.deposed)
    old = text(change.before.get("security_group_id"))
    if not change.steps and old:
        holders.setdefault(old, set()).add(holder)
    for step in change.steps:
        group_id = references.group_of(change) if step is PlanStep.MADE else old
        for target in (group_id,) if group_id else _possible_groups(state, references, change):
            holders.setdefault(target, set()).add(holder)
            writes.setdefault(target, []).append(GroupWrite(change=change, step=step, certain=bool(group_id)))


def _possible_groups(state: WorkingState, references: References, change: ResourceChange) -> tuple[str, ...]:
    """The groups that a rule resource of untraced group may write.

    They are the groups that the plan makes, and every other group where the id may come from elsewhere.
    """
    existing = {group for _, group in state.groups} if references.may_be_another(change, GROUP) else set()
    state.effects_of(change).add_effect("rules-untargeted")
    return tuple(sorted({*references.made(GROUP), *existing}))


def _add_unread_group(state: WorkingState, group_id: str) -> tuple[Key, ...]:
    """Add a group that was not read. Its lists are gaps until the plan writes them whole."""
    for key in state.region_keys(group_id):
        unread = gap(GapReason.NOT_READ, key[0], group_id)
        state.groups[key] = SecurityGroup(region=key[0], security_group_id=group_id, ingress=unread, egress=unread)
    return state.group_keys(group_id)


def _write(state: WorkingState, references: References, key: Key, writes: list[GroupWrite], *, contested: bool) -> None:
    for write in writes:
        effects = state.effects_of(write.change)
        effects.groups.add(key[1])
        if contested:
            effects.add_effect("rules-contested", group=key[1])
    before = state.groups[key]
    if not all(write.certain for write in writes):
        _set(state, key, _untargeted(state, references, key, writes))
    elif contested:
        _set(state, key, _all_unknown(GapReason.RULES_CONTESTED))
    elif writes[0].change.type == SINGLE_RULE:
        changes = [(write.change, write.step) for write in writes]
        _set(state, key, rule_lists.single_rule_lists(state, references, key, changes))
    else:
        for write in writes:
            _apply_owner(state, references, key, write)
    _record_writes(state, references, key, writes, before)


def _record_writes(
    state: WorkingState, references: References, key: Key, writes: list[GroupWrite], before: SecurityGroup
) -> None:
    """Record in the effects of each resource its writes. Single rules share a list; an owner has it to itself."""
    for direction in Direction:
        whole = before.rules(direction), state.groups[key].rules(direction)
        for write in writes:
            shared = write.change.type == SINGLE_RULE and isinstance(whole[1], tuple)
            old, new = rule_lists.written_rules(references, write.change, direction) if shared else whole
            state.effects_of(write.change).writes.append(
                rule_effects.RuleWrite(region=key[0], group=key[1], direction=direction, before=old, after=new)
            )


def _untargeted(state: WorkingState, references: References, key: Key, writes: list[GroupWrite]) -> Lists:
    """The lists where it is unknown whether resources write to this group.

    A single rule that may be inserted leaves unknown the packets that it matches; any other write leaves both lists
    unknown.
    """
    if any(write.certain or write.change.type != SINGLE_RULE for write in writes):
        return _all_unknown(GapReason.RULES_UNTARGETED)
    return rule_lists.possible_lists(state, references, key, [write.change for write in writes])


def _apply_owner(state: WorkingState, references: References, key: Key, write: GroupWrite) -> None:
    """Apply a step of an owner. Deleting it empties both lists of the group; the group stays."""
    effects = state.effects_of(write.change)
    if write.step is PlanStep.REMOVED:
        effects.add_effect("rules-emptied", group=key[1])
        _set(state, key, {direction: RuleList() for direction in Direction})
        return
    view = ResourceView.after(write.change, references)
    if write.change.type == LITE_RULE and _is_refused(state, key, view):
        _set(state, key, _all_unknown(GapReason.RULE_REFUSED))
        return
    effects.add_effect("rules", group=key[1])
    planned = {direction: _READERS[write.change.type](view, direction) for direction in Direction}
    present = {direction: state.groups[key].rules(direction) for direction in Direction}
    if write.step is PlanStep.MADE:
        lists = {
            direction: rule_lists.created(planned[direction], present[direction], state.rulebook, key[0])
            for direction in Direction
        }
    elif write.change.type == RULE_SET:
        lists = rule_lists.set_updated(write.change, planned)
    else:
        lists = rule_lists.lite_updated(write.change, planned, present, state.rulebook, key[0])
    for rules in lists.values():
        if rules is not None and any(flaw.why is GapReason.RULES_ORDER for flaw in rules.flaws):
            effects.add_effect("rules-order", group=key[1])
    _set(state, key, lists)


def _is_refused(state: WorkingState, key: Key, view: ResourceView) -> bool:
    """Whether the provider refuses a line: the apply then fails, and both lists are unknown after it."""
    refused = tuple(rule_readers.lite_rule_refused(ResourceView.before(view.change), view))
    for direction, position in refused:
        state.effects_of(view.change).add_effect("rules-refused", group=key[1], place=f"{direction}[{position}]")
    return bool(refused)


def _all_unknown(why: GapReason) -> Lists:
    return {direction: unknown_rules(why) for direction in Direction}


def _set(state: WorkingState, key: Key, lists: Lists) -> None:
    """Write the lists to the group. A list that equals the present list keeps the rules as they were read."""
    for direction, planned in lists.items():
        present = state.groups[key].rules(direction)
        if planned is None or _unchanged(planned, present):
            continue
        state.flaws[key] = [(other, flaw) for other, flaw in state.flaws.get(key, []) if other is not direction]
        state.flaws[key] += [(direction, flaw) for flaw in planned.flaws]
        why = next((flaw.why for flaw in planned.flaws if not flaw.rules), None)
        rules = planned.rules if why is None else gap(why, key[0], f"{key[1]}/{direction}")
        state.set_rules(key, direction, rules)


def _unchanged(planned: RuleList, present: Rules) -> bool:
    if planned.flaws or not isinstance(present, tuple) or not same_rules(planned.rules, present):
        return False
    return [rule.description for rule in planned.rules] == [rule.description for rule in present]
