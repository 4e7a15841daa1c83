"""The rules that each group will have: which resources write to it, in which order, and what stays open.

How each resource writes is read from the provider's source: a rule set and a lite rule own their group and send whole
lists (ModifySecurityGroupPolicies), a single rule is put in or taken out (Create-, DeleteSecurityGroupPolicies).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from auditor.change import lite_rule, owner_rules, rule_set, shift, single_rules, state
from auditor.change.content import alike
from auditor.change.draft import Draft, Key
from auditor.change.owner_rules import Lists
from auditor.change.plan import Plan, ResourceChange, Step
from auditor.change.references import GROUP, LITE_RULE, RULE_SET, References
from auditor.change.rule_fields import RuleList, unknown_rules
from auditor.change.side import Side
from auditor.change.values import text
from auditor.change.why import Why, gap
from auditor.model.rules import Direction, Rules, SecurityGroup

SINGLE_RULE = "tencentcloud_security_group_rule"
OWNERS = frozenset({RULE_SET, LITE_RULE})
RULE_TYPES = OWNERS | {SINGLE_RULE}

_READERS: dict[str, Callable[[Side, Direction], RuleList]] = {RULE_SET: rule_set.rules, LITE_RULE: lite_rule.rules}


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One thing that a resource does to one group, or could do where it cannot be told to which."""

    change: ResourceChange
    step: Step
    certain: bool = True


def lay(draft: Draft, plan: Plan, references: References) -> None:
    """Write every group's rules as planned."""
    _complete(draft, plan)
    writes: dict[str, list[Write]] = {}
    holders: dict[str, set[tuple[str, str]]] = {}
    for change in plan.managed:
        if change.type in RULE_TYPES and change.change.actions != ("forget",):
            _collect(draft, references, change, writes, holders)
    for group_id, found in writes.items():
        contested = len(holders[group_id]) > 1 and any(
            change_type != SINGLE_RULE for change_type, _ in holders[group_id]
        )
        for key in draft.group_keys(group_id) or _unread(draft, group_id):
            _write(draft, references, key, found, contested=contested)


def from_state(change: ResourceChange) -> dict[Direction, RuleList]:
    """The rules that an owner's present state holds."""
    return {direction: _READERS[change.type](Side.before(change), direction) for direction in Direction}


def _complete(draft: Draft, plan: Plan) -> None:
    """Groups that nothing audited binds yet: their rules stand in the state of the resource that owns them."""
    for change in (*state.unchanged(plan, OWNERS), *plan.managed):
        group_id = text(change.before.get("security_group_id"))
        if change.type in OWNERS and group_id and not draft.group_keys(group_id):
            held = from_state(change)
            for key in draft.everywhere(group_id):
                draft.groups[key] = SecurityGroup(region=key[0], security_group_id=group_id, ingress=(), egress=())
                _set(draft, key, dict(held))


def _collect(
    draft: Draft,
    references: References,
    change: ResourceChange,
    writes: dict[str, list[Write]],
    holders: dict[str, set[tuple[str, str]]],
) -> None:
    holder = (change.type, change.address + change.deposed)
    old = text(change.before.get("security_group_id"))
    if not change.steps and old:
        holders.setdefault(old, set()).add(holder)
    for step in change.steps:
        group_id = references.group_of(change) if step is Step.MADE else old
        for found in (group_id,) if group_id else _possible(draft, references, change):
            holders.setdefault(found, set()).add(holder)
            writes.setdefault(found, []).append(Write(change=change, step=step, certain=bool(group_id)))


def _possible(draft: Draft, references: References, change: ResourceChange) -> tuple[str, ...]:
    """The groups that a rule resource could mean whose group cannot be traced.

    Those that the plan makes; and any that is known, where the id could come from elsewhere too.
    """
    known = {group for _, group in draft.groups} if references.may_be_another(change, GROUP) else set()
    draft.report(change).say("rules-untargeted")
    return tuple(sorted({*references.made(GROUP), *known}))


def _unread(draft: Draft, group_id: str) -> tuple[Key, ...]:
    """A group of which nothing was read: what is written to it is known all the same."""
    for key in draft.everywhere(group_id):
        unread = gap(Why.NOT_READ, key[0], group_id)
        draft.groups[key] = SecurityGroup(region=key[0], security_group_id=group_id, ingress=unread, egress=unread)
    return draft.group_keys(group_id)


def _write(draft: Draft, references: References, key: Key, writes: list[Write], *, contested: bool) -> None:
    for write in writes:
        report = draft.report(write.change)
        report.groups.add(key[1])
        if contested:
            report.say("rules-contested", group=key[1])
    before = draft.groups[key]
    if not all(write.certain for write in writes):
        _set(draft, key, _untargeted(draft, references, key, writes))
    elif contested:
        _set(draft, key, _all_unknown(Why.RULES_CONTESTED))
    elif writes[0].change.type == SINGLE_RULE:
        changes = [(write.change, write.step) for write in writes]
        _set(draft, key, single_rules.lists(draft, references, key, changes))
    else:
        for write in writes:
            _own(draft, references, key, write)
    _note(draft, references, key, writes, before)


def _note(draft: Draft, references: References, key: Key, writes: list[Write], before: SecurityGroup) -> None:
    """Tell each report what the resource does to the lists: single rules share them, an owner has them to itself."""
    for direction in Direction:
        whole = before.rules(direction), draft.groups[key].rules(direction)
        for write in writes:
            shared = write.change.type == SINGLE_RULE and isinstance(whole[1], tuple)
            old, new = single_rules.part(references, write.change, direction) if shared else whole
            draft.report(write.change).writes.append(
                shift.Write(region=key[0], group=key[1], direction=direction, before=old, after=new)
            )


def _untargeted(draft: Draft, references: References, key: Key, writes: list[Write]) -> Lists:
    """A single rule that may be put in leaves open what it matches, everything else that may be written the whole."""
    if any(write.certain or write.change.type != SINGLE_RULE for write in writes):
        return _all_unknown(Why.RULES_UNTARGETED)
    return single_rules.possible(draft, references, key, [write.change for write in writes])


def _own(draft: Draft, references: References, key: Key, write: Write) -> None:
    """An owner's step. Destroying one empties both directions of the group, which itself stays."""
    report = draft.report(write.change)
    if write.step is Step.REMOVED:
        report.say("rules-emptied", group=key[1])
        _set(draft, key, {direction: RuleList() for direction in Direction})
        return
    side = Side.after(write.change, references)
    if write.change.type == LITE_RULE and _is_refused(draft, key, side):
        _set(draft, key, _all_unknown(Why.RULE_REFUSED))
        return
    report.say("rules", group=key[1])
    planned = {direction: _READERS[write.change.type](side, direction) for direction in Direction}
    present = {way: draft.groups[key].rules(way) for way in Direction}
    if write.step is Step.MADE:
        lists = {way: owner_rules.created(planned[way], present[way], draft.rulebook, key[0]) for way in Direction}
    elif write.change.type == RULE_SET:
        lists = owner_rules.set_updated(write.change, planned)
    else:
        lists = owner_rules.lite_updated(write.change, planned, present, draft.rulebook, key[0])
    for found in lists.values():
        if found is not None and any(flaw.why is Why.RULES_ORDER for flaw in found.flaws):
            report.say("rules-order", group=key[1])
    _set(draft, key, lists)


def _is_refused(draft: Draft, key: Key, side: Side) -> bool:
    """Whether the provider refuses a line: the apply then fails, and what of both directions it leaves is open."""
    places = tuple(lite_rule.refused(Side.before(side.change), side))
    for direction, place in places:
        draft.report(side.change).say("rules-refused", group=key[1], place=f"{direction}[{place}]")
    return bool(places)


def _all_unknown(why: Why) -> Lists:
    return {direction: unknown_rules(why) for direction in Direction}


def _set(draft: Draft, key: Key, lists: Lists) -> None:
    """Write the lists to the group; one that says what is there already leaves it as it was read."""
    for direction, found in lists.items():
        present = draft.groups[key].rules(direction)
        if found is None or _unchanged(found, present):
            continue
        draft.flaws[key] = [(way, flaw) for way, flaw in draft.flaws.get(key, []) if way is not direction]
        draft.flaws[key] += [(direction, flaw) for flaw in found.flaws]
        whole = next((flaw.why for flaw in found.flaws if not flaw.rules), None)
        rules = found.rules if whole is None else gap(whole, key[0], f"{key[1]}/{direction}")
        draft.set_rules(key, direction, rules)


def _unchanged(found: RuleList, present: Rules) -> bool:
    if found.flaws or not isinstance(present, tuple) or not alike(found.rules, present):
        return False
    return [rule.description for rule in found.rules] == [rule.description for rule in present]
