"""tencentcloud_security_group: groups that the plan makes, renames or deletes; rules are other resources' business."""

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


def apply_groups(state: WorkingState, plan: Plan, references: References) -> None:
    """Make new groups, which deny everything both ways (vpc/CreateSecurityGroup), and rename others."""
    for change in plan.managed:
        if change.type != SECURITY_GROUP or change.deposed:
            continue
        if PlanStep.MADE in change.steps:
            _make(state, change, references.identity(change))
        elif PlanStep.UPDATED in change.steps:
            _rename(state, change)
        if change.steps in ((PlanStep.MADE, PlanStep.REMOVED), (PlanStep.REMOVED, PlanStep.MADE)):
            state.replacements[references.identity(change)] = text(change.before.get("id"))


def deleted(plan: Plan) -> dict[str, ResourceChange]:
    """The groups that the plan deletes, also to replace them. The cloud refuses that while anything binds them."""
    removed = [change for change in plan.managed if change.type == SECURITY_GROUP and PlanStep.REMOVED in change.steps]
    return {found: change for change in removed if (found := text(change.before.get("id")))}


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


def drop_rules(state: WorkingState, gone: frozenset[str]) -> None:
    """Take out the rules that name a deleted template: the cloud deletes them with it."""
    for key, group in state.groups.items():
        ingress, egress = _without(group.ingress, gone), _without(group.egress, gone)
        if (ingress, egress) != (group.ingress, group.egress):
            state.groups[key] = replace(group, ingress=ingress, egress=egress)


def drop_groups(state: WorkingState, deleted: dict[str, ResourceChange]) -> None:
    """Take out deleted groups. The cloud refuses to delete one that is in use: the apply then fails half way."""
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
    """The deleted groups that nothing binds and that no rule of another group which stays names as peer."""
    leaving = {key for group_id in deleted for key in state.region_keys(group_id)} - state.bound_groups()
    while named := {peer for key in state.groups.keys() - leaving for peer in _peers(state, key)} & leaving:
        leaving -= named
    return leaving


def _peers(state: WorkingState, key: Key) -> set[Key]:
    return {(key[0], peer) for _, rule in state.groups[key].all_rules() if (peer := rule.peer_group)}


def _without(held: Rules, gone: frozenset[str]) -> Rules:
    if isinstance(held, Gap):
        return held
    return tuple(rule for rule in held if not gone.intersection(rule.templates))


SINGLE_RULE = "tencentcloud_security_group_rule"
OWNERS = frozenset({RULE_SET, LITE_RULE})
RULE_TYPES = OWNERS | {SINGLE_RULE}

_READERS: dict[str, Callable[[ResourceView, Direction], RuleList]] = {
    RULE_SET: rule_readers.rule_set_rules,
    LITE_RULE: rule_readers.lite_rules,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWrite:
    """One thing that a resource does to one group, or could do where it cannot be told to which."""

    change: ResourceChange
    step: PlanStep
    certain: bool = True


def apply_group_rules(state: WorkingState, plan: Plan, references: References) -> None:
    """Write every group's rules as planned."""
    _complete(state, plan)
    writes: dict[str, list[GroupWrite]] = {}
    holders: dict[str, set[tuple[str, str]]] = {}
    for change in plan.managed:
        if change.type in RULE_TYPES and change.change.actions != ("forget",):
            _collect(state, references, change, writes, holders)
    for group_id, found in writes.items():
        contested = len(holders[group_id]) > 1 and any(
            change_type != SINGLE_RULE for change_type, _ in holders[group_id]
        )
        for key in state.group_keys(group_id) or _unread(state, group_id):
            _write(state, references, key, found, contested=contested)


def from_state(change: ResourceChange) -> dict[Direction, RuleList]:
    """The rules that an owner's present state holds."""
    return {direction: _READERS[change.type](ResourceView.before(change), direction) for direction in Direction}


def _complete(state: WorkingState, plan: Plan) -> None:
    """Groups that nothing audited binds yet: their rules stand in the state of the resource that owns them."""
    for change in (*values.unchanged(plan, OWNERS), *plan.managed):
        group_id = text(change.before.get("security_group_id"))
        if change.type in OWNERS and group_id and not state.group_keys(group_id):
            held = from_state(change)
            for key in state.region_keys(group_id):
                state.groups[key] = SecurityGroup(region=key[0], security_group_id=group_id, ingress=(), egress=())
                _set(state, key, dict(held))


def _collect(
    state: WorkingState,
    references: References,
    change: ResourceChange,
    writes: dict[str, list[GroupWrite]],
    holders: dict[str, set[tuple[str, str]]],
) -> None:
    holder = (change.type, change.address + change.deposed)
    old = text(change.before.get("security_group_id"))
    if not change.steps and old:
        holders.setdefault(old, set()).add(holder)
    for step in change.steps:
        group_id = references.group_of(change) if step is PlanStep.MADE else old
        for found in (group_id,) if group_id else _possible(state, references, change):
            holders.setdefault(found, set()).add(holder)
            writes.setdefault(found, []).append(GroupWrite(change=change, step=step, certain=bool(group_id)))


def _possible(state: WorkingState, references: References, change: ResourceChange) -> tuple[str, ...]:
    """The groups that a rule resource could mean whose group cannot be traced.

    Those that the plan makes; and any that is known, where the id could come from elsewhere too.
    """
    known = {group for _, group in state.groups} if references.may_be_another(change, GROUP) else set()
    state.effects_of(change).add_effect("rules-untargeted")
    return tuple(sorted({*references.made(GROUP), *known}))


def _unread(state: WorkingState, group_id: str) -> tuple[Key, ...]:
    """A group of which nothing was read: what is written to it is known all the same."""
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
        _set(state, key, rule_lists.lists(state, references, key, changes))
    else:
        for write in writes:
            _own(state, references, key, write)
    _note(state, references, key, writes, before)


def _note(
    state: WorkingState, references: References, key: Key, writes: list[GroupWrite], before: SecurityGroup
) -> None:
    """Record in the effects of each resource its writes. Single rules share a list; an owner has it to itself."""
    for direction in Direction:
        whole = before.rules(direction), state.groups[key].rules(direction)
        for write in writes:
            shared = write.change.type == SINGLE_RULE and isinstance(whole[1], tuple)
            old, new = rule_lists.part(references, write.change, direction) if shared else whole
            state.effects_of(write.change).writes.append(
                rule_effects.RuleWrite(region=key[0], group=key[1], direction=direction, before=old, after=new)
            )


def _untargeted(state: WorkingState, references: References, key: Key, writes: list[GroupWrite]) -> Lists:
    """A single rule that may be put in leaves open what it matches, everything else that may be written the whole."""
    if any(write.certain or write.change.type != SINGLE_RULE for write in writes):
        return _all_unknown(GapReason.RULES_UNTARGETED)
    return rule_lists.possible(state, references, key, [write.change for write in writes])


def _own(state: WorkingState, references: References, key: Key, write: GroupWrite) -> None:
    """An owner's step. Destroying one empties both directions of the group, which itself stays."""
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
    present = {way: state.groups[key].rules(way) for way in Direction}
    if write.step is PlanStep.MADE:
        lists = {way: rule_lists.created(planned[way], present[way], state.rulebook, key[0]) for way in Direction}
    elif write.change.type == RULE_SET:
        lists = rule_lists.set_updated(write.change, planned)
    else:
        lists = rule_lists.lite_updated(write.change, planned, present, state.rulebook, key[0])
    for found in lists.values():
        if found is not None and any(flaw.why is GapReason.RULES_ORDER for flaw in found.flaws):
            effects.add_effect("rules-order", group=key[1])
    _set(state, key, lists)


def _is_refused(state: WorkingState, key: Key, view: ResourceView) -> bool:
    """Whether the provider refuses a line: the apply then fails, and what of both directions it leaves is open."""
    places = tuple(rule_readers.lite_rule_refused(ResourceView.before(view.change), view))
    for direction, place in places:
        state.effects_of(view.change).add_effect("rules-refused", group=key[1], place=f"{direction}[{place}]")
    return bool(places)


def _all_unknown(why: GapReason) -> Lists:
    return {direction: unknown_rules(why) for direction in Direction}


def _set(state: WorkingState, key: Key, lists: Lists) -> None:
    """Write the lists to the group; one that says what is there already leaves it as it was read."""
    for direction, found in lists.items():
        present = state.groups[key].rules(direction)
        if found is None or _unchanged(found, present):
            continue
        state.flaws[key] = [(way, flaw) for way, flaw in state.flaws.get(key, []) if way is not direction]
        state.flaws[key] += [(direction, flaw) for flaw in found.flaws]
        whole = next((flaw.why for flaw in found.flaws if not flaw.rules), None)
        rules = found.rules if whole is None else gap(whole, key[0], f"{key[1]}/{direction}")
        state.set_rules(key, direction, rules)


def _unchanged(found: RuleList, present: Rules) -> bool:
    if found.flaws or not isinstance(present, tuple) or not same_rules(found.rules, present):
        return False
    return [rule.description for rule in found.rules] == [rule.description for rule in present]
