"""The rule lists of a group after resources insert, delete or replace rules, with the orders that stay open.

The inputs are the present list and the rules in the plan; the result is a ``RuleList`` with a flaw for each part that
the plan does not tell. Deletions go by content: where some of several equal rules are deleted, no document tells which
remain. Insertions are separate requests, and an unsorted list is sent without positions. The order of two rules is
taken as open unless it is certain in whichever order the requests arrive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from auditor.comparator.resolve import RuleContent, rule_content, rule_contents
from auditor.model.gaps import Gap
from auditor.model.rules import Action, Direction, Rule, Rules
from auditor.model.snapshot import Rulebook
from auditor.whatif import rule_effects
from auditor.whatif.gaps import GapReason
from auditor.whatif.resources import rule_readers
from auditor.whatif.resources.rule_readers import SingleRule
from auditor.whatif.rule_fields import Flaw, RuleList, unknown_rules
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform.plan import PlanStep, ResourceChange
from auditor.whatif.terraform.references import References, ResourceView
from auditor.whatif.terraform.values import any_unknown

Lists: TypeAlias = dict[Direction, RuleList | None]
"""The planned list of each direction; ``None`` where the present list stays."""
CurrentRulebook: TypeAlias = Callable[[], Rulebook]
"""Gives the groups and templates as planned so far. It is called only where the order of rules is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The positions at which a rule may be in the present list: several where equal rules are deleted."""

    first: int
    last: int

    def is_above(self, other: Span) -> bool:
        """Whether the rule is certainly above the other."""
        return self.last < other.first


def without(present: Sequence[Rule], deleted: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules that remain after a deletion by content: of equal rules the upper ones."""
    left = Counter(rule_contents(present)) - Counter(rule_contents(deleted))
    kept = []
    for rule in present:
        if left[rule_content(rule)]:
            left[rule_content(rule)] -= 1
            kept.append(rule)
    return tuple(kept)


def spans(rules: Sequence[Rule], present: Sequence[Rule]) -> tuple[Span | None, ...]:
    """The span of each rule in the present list; ``None`` for a new rule."""
    positions: dict[RuleContent, list[int]] = {}
    for position, rule in enumerate(present):
        positions.setdefault(rule_content(rule), []).append(position)
    counts = Counter(rule_contents(rules))
    seen: Counter[RuleContent] = Counter()
    result: list[Span | None] = []
    for content in rule_contents(rules):
        equal, rank = positions.get(content, []), seen[content]
        seen[content] += 1
        spare = max(len(equal) - counts[content], 0)
        result.append(Span(first=equal[rank], last=equal[rank + spare]) if rank < len(equal) else None)
    return tuple(result)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PlacedRule:
    """A rule of the new list.

    ``present`` is its span in the present list, ``None`` for an inserted rule. ``requested`` is the position in the
    request that inserts it; ``None`` where it is unknown until apply.
    """

    rule: Rule
    present: Span | None
    requested: int | None


def single_rule_lists(
    state: WorkingState, references: References, key: Key, changes: list[tuple[ResourceChange, PlanStep]]
) -> Lists:
    """Both lists of a group after every insertion and deletion of single rules."""
    deleted = [
        rule_readers.read_single_rule(ResourceView.before(change))
        for change, step in changes
        if step is PlanStep.REMOVED
    ]
    views = [ResourceView.after(change, references) for change, step in changes if step is PlanStep.MADE]
    inserted = [rule_readers.read_single_rule(view) for view in views]
    for change, step in changes:
        state.effects_of(change).add_effect("rule-in" if step is PlanStep.MADE else "rule-out", group=key[1])
    if refused := [view for view in views if rule_readers.single_rule_refused(view)]:
        for view in refused:
            state.effects_of(view.change).add_effect("rules-refused", group=key[1], place="port_range")
        return {direction: unknown_rules(GapReason.RULE_REFUSED) for direction in Direction}
    if any(single.direction is None for single in (*deleted, *inserted)):
        return {direction: unknown_rules(GapReason.RULES_UNKNOWN) for direction in Direction}
    return {direction: _single_rule_list(state, key, direction, deleted, inserted) for direction in Direction}


def written_rules(
    references: References, change: ResourceChange, direction: Direction
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules that a single-rule resource deletes from a direction, and the rules that it inserts."""
    old = rule_readers.read_single_rule(ResourceView.before(change)) if PlanStep.REMOVED in change.steps else None
    new = (
        rule_readers.read_single_rule(ResourceView.after(change, references)) if PlanStep.MADE in change.steps else None
    )
    deleted, inserted = (
        (single.rule,) if single is not None and single.direction in (None, direction) else () for single in (old, new)
    )
    return deleted, inserted


def possible_lists(state: WorkingState, references: References, key: Key, changes: list[ResourceChange]) -> Lists:
    """Both lists of a group that single rules may be inserted into: the packets that they match are unknown."""
    inserted = [rule_readers.read_single_rule(ResourceView.after(change, references)) for change in changes]
    if any(single.direction is None for single in inserted):
        return {direction: unknown_rules(GapReason.RULES_UNTARGETED) for direction in Direction}
    return {
        direction: _possible_list(state.groups[key].rules(direction), direction, inserted) for direction in Direction
    }


def _possible_list(present: Rules, direction: Direction, inserted: list[SingleRule]) -> RuleList | None:
    unsure = tuple(
        replace(single.rule, action=Action.UNREADABLE) for single in inserted if single.direction is direction
    )
    if isinstance(present, Gap) or not unsure:
        return None
    rules = tuple(replace(rule, index=index) for index, rule in enumerate((*unsure, *present)))
    return RuleList(rules=rules, flaws=(Flaw(why=GapReason.RULES_UNTARGETED, rules=rules[: len(unsure)]),))


def _single_rule_list(
    state: WorkingState, key: Key, direction: Direction, deleted: list[SingleRule], inserted: list[SingleRule]
) -> RuleList | None:
    present = state.groups[key].rules(direction)
    old = [single.rule for single in deleted if single.direction is direction]
    new = [single for single in inserted if single.direction is direction]
    if isinstance(present, Gap) or not (old or new):
        return None
    kept = without(present, old)
    placed = _with_insertions(kept, spans(kept, present), new)
    rules = tuple(replace(entry.rule, index=index) for index, entry in enumerate(placed))
    reasons = {id(single.rule): single.why for single in new}
    flaws = tuple(
        Flaw(why=why, rules=(rules[index],))
        for index, entry in enumerate(placed)
        if (why := reasons.get(id(entry.rule))) is not None
    )
    is_certain = _certain_order(placed, len(new), len(present) - len(kept))
    with_order, added = rule_effects.with_open_order(rules, is_certain, state.rulebook(), key[0])
    order_flaws = (Flaw(why=GapReason.RULES_ORDER, rules=added),) if added else ()
    return RuleList(rules=with_order, flaws=(*flaws, *order_flaws))


def _with_insertions(
    kept: tuple[Rule, ...], kept_spans: tuple[Span | None, ...], inserted: list[SingleRule]
) -> list[_PlacedRule]:
    """The kept rules with the new rules inserted in the order of their positions, the top first."""
    placed = [_PlacedRule(rule=rule, present=span, requested=None) for rule, span in zip(kept, kept_spans, strict=True)]
    for single in sorted(inserted, key=lambda rule: rule.position or 0):
        index = min(single.position or 0, len(placed))
        placed.insert(index, _PlacedRule(rule=single.rule, present=None, requested=single.position))
    return placed


def _certain_order(placed: list[_PlacedRule], inserted: int, removed: int) -> Callable[[int, int], bool]:
    """A test whether one rule certainly ends above another, in whichever order the requests arrive.

    ``inserted`` and ``removed`` are numbers of rules: each request may shift a kept rule by one position. Two inserted
    rules are never in a certain order.
    """

    def is_certain(first: int, second: int) -> bool:
        upper, lower = placed[first], placed[second]
        if upper.present is not None and lower.present is not None:
            return upper.present.is_above(lower.present)
        if upper.present is None and lower.present is None:
            return False
        if lower.present is not None:
            highest = lower.present.first - removed
            return upper.requested is not None and (upper.requested == 0 or upper.requested <= highest)
        if lower.requested is None or upper.present is None:
            return False
        return lower.requested > upper.present.last + inserted - 1

    return is_certain


def created(planned: RuleList, present: Rules, rulebook: CurrentRulebook, region: str) -> RuleList | None:
    """A new owner's list. It is sent without ``SortPolicys``: among rules that are present its order is not certain.

    A direction without rules is not sent; no document tells whether the cloud then deletes the present rules.
    """
    if present == () or planned.unknown or planned.rules:
        return _unsorted(planned, present, rulebook, region)
    if isinstance(present, Gap):
        return unknown_rules(GapReason.DIRECTION_UNSENT)
    unsure = tuple(replace(rule, action=Action.UNREADABLE) for rule in present)
    return RuleList(rules=unsure, flaws=(Flaw(why=GapReason.DIRECTION_UNSENT, rules=unsure),))


def set_updated(change: ResourceChange, planned: Mapping[Direction, RuleList]) -> Lists:
    """The lists of an updated rule set, which sends both in order (``SortPolicys``), or none where neither changed."""
    if all(_is_unchanged(change, direction) for direction in Direction):
        return dict.fromkeys(Direction)
    return dict(planned)


def lite_updated(
    change: ResourceChange,
    planned: Mapping[Direction, RuleList],
    present: Mapping[Direction, Rules],
    rulebook: CurrentRulebook,
    region: str,
) -> Lists:
    """The lists of an updated lite rule, which sends the changed directions unsorted.

    It deletes the rules of an emptied direction by content. Where both directions are empty, it deletes every rule of
    the group.
    """
    if not any(planned[direction].rules or planned[direction].unknown for direction in Direction):
        return {direction: RuleList() for direction in Direction}
    lists: Lists = {}
    for direction in Direction:
        if _is_unchanged(change, direction):
            lists[direction] = None
        elif planned[direction].rules or planned[direction].unknown:
            lists[direction] = _unsorted(planned[direction], present[direction], rulebook, region)
        else:
            old = rule_readers.lite_rules(ResourceView.before(change), direction).rules
            lists[direction] = _without_rules(present[direction], old, rulebook, region)
    return lists


def _without_rules(present: Rules, old: tuple[Rule, ...], rulebook: CurrentRulebook, region: str) -> RuleList | None:
    if isinstance(present, Gap):
        return None
    kept = without(present, old)
    rules = tuple(replace(rule, index=index) for index, rule in enumerate(kept))
    return _with_open_order(RuleList(rules=rules), present, rulebook, region)


def _is_unchanged(change: ResourceChange, direction: Direction) -> bool:
    unknown = change.change.after_unknown
    if unknown is True or (isinstance(unknown, dict) and any_unknown(unknown.get(direction.value))):
        return False
    return (change.before.get(direction.value) or []) == (change.after.get(direction.value) or [])


def _unsorted(planned: RuleList, present: Rules, rulebook: CurrentRulebook, region: str) -> RuleList:
    """A list sent without ``SortPolicys``: the cloud keeps the order of present rules; the order of others is open."""
    contents = rule_contents(present) if isinstance(present, tuple) else ()
    if planned.unknown or present == () or rule_contents(planned.rules) == contents:
        return planned
    return _with_open_order(planned, present if isinstance(present, tuple) else (), rulebook, region)


def _with_open_order(planned: RuleList, present: tuple[Rule, ...], rulebook: CurrentRulebook, region: str) -> RuleList:
    """The list with its open orders: present rules keep their order, the positions of new rules are open."""
    rule_spans = spans(planned.rules, present)

    def is_certain(first: int, second: int) -> bool:
        upper, lower = rule_spans[first], rule_spans[second]
        return upper is not None and lower is not None and upper.is_above(lower)

    rules, added = rule_effects.with_open_order(planned.rules, is_certain, rulebook(), region)
    if not added:
        return planned
    return RuleList(rules=rules, flaws=(*planned.flaws, Flaw(why=GapReason.RULES_ORDER, rules=added)))
