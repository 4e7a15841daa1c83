"""Where rules are that stay in a list. Of equal rules, of which some go, no document tells which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from auditor.comparator.resolve import RuleContent, rule_content, rule_contents
from auditor.model.gaps import Gap
from auditor.model.rules import Action, Direction, Rule, Rules
from auditor.model.snapshot import Snapshot
from auditor.whatif import rule_effects
from auditor.whatif.gaps import GapReason
from auditor.whatif.resources import rule_readers
from auditor.whatif.resources.rule_readers import SingleRule
from auditor.whatif.rule_fields import Flaw, RuleList, unknown_rules
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform.plan import PlanStep, ResourceChange
from auditor.whatif.terraform.references import References, ResourceView
from auditor.whatif.terraform.values import any_unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The places in the present list where a rule may be: one place, or several where equal rules go."""

    first: int
    last: int

    def is_above(self, other: Span) -> bool:
        """Whether the rule certainly comes before another."""
        return self.last < other.first


def without(present: Sequence[Rule], deleted: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules that stay where others are deleted by what they say: of equal rules the upper ones."""
    left = Counter(rule_contents(present)) - Counter(rule_contents(deleted))
    kept = []
    for rule in present:
        if left[rule_content(rule)]:
            left[rule_content(rule)] -= 1
            kept.append(rule)
    return tuple(kept)


def spans(rules: Sequence[Rule], present: Sequence[Rule]) -> tuple[Span | None, ...]:
    """Where each of ``rules`` is in the present list; ``None`` for a rule that is new."""
    places: dict[RuleContent, list[int]] = {}
    for place, rule in enumerate(present):
        places.setdefault(rule_content(rule), []).append(place)
    counts = Counter(rule_contents(rules))
    seen: Counter[RuleContent] = Counter()
    found: list[Span | None] = []
    for said in rule_contents(rules):
        equal, rank = places.get(said, []), seen[said]
        seen[said] += 1
        spare = max(len(equal) - counts[said], 0)
        found.append(Span(first=equal[rank], last=equal[rank + spare]) if rank < len(equal) else None)
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A rule of the new list: where it stood, or where it was asked to go (``None``: only the apply will tell)."""

    rule: Rule
    old: Span | None
    new: int | None


def lists(
    state: WorkingState, references: References, key: Key, changes: list[tuple[ResourceChange, PlanStep]]
) -> dict[Direction, RuleList | None]:
    """Both directions after every insertion and deletion; ``None`` for a direction without any."""
    gone = [
        rule_readers.read_single_rule(ResourceView.before(change))
        for change, step in changes
        if step is PlanStep.REMOVED
    ]
    views = [ResourceView.after(change, references) for change, step in changes if step is PlanStep.MADE]
    come = [rule_readers.read_single_rule(view) for view in views]
    for change, step in changes:
        state.effects_of(change).add_effect("rule-in" if step is PlanStep.MADE else "rule-out", group=key[1])
    if refused := [view for view in views if rule_readers.single_rule_refused(view)]:
        for view in refused:
            state.effects_of(view.change).add_effect("rules-refused", group=key[1], place="port_range")
        return {direction: unknown_rules(GapReason.RULE_REFUSED) for direction in Direction}
    if any(found.direction is None for found in (*gone, *come)):
        return {direction: unknown_rules(GapReason.RULES_UNKNOWN) for direction in Direction}
    return {direction: _list(state, key, direction, gone, come) for direction in Direction}


def part(
    references: References, change: ResourceChange, direction: Direction
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """What one resource takes out of a direction, and what it puts in."""
    gone = rule_readers.read_single_rule(ResourceView.before(change)) if PlanStep.REMOVED in change.steps else None
    come = (
        rule_readers.read_single_rule(ResourceView.after(change, references)) if PlanStep.MADE in change.steps else None
    )
    old, new = (
        (found.rule,) if found is not None and found.direction in (None, direction) else () for found in (gone, come)
    )
    return old, new


def possible(
    state: WorkingState, references: References, key: Key, changes: list[ResourceChange]
) -> dict[Direction, RuleList | None]:
    """Both directions where it cannot be told whether rules are put into this group: what they match is open."""
    come = [rule_readers.read_single_rule(ResourceView.after(change, references)) for change in changes]
    if any(found.direction is None for found in come):
        return {direction: unknown_rules(GapReason.RULES_UNTARGETED) for direction in Direction}
    return {direction: _possible(state.groups[key].rules(direction), direction, come) for direction in Direction}


def _possible(present: Rules, direction: Direction, come: list[SingleRule]) -> RuleList | None:
    fresh = tuple(replace(found.rule, action=Action.UNREADABLE) for found in come if found.direction is direction)
    if isinstance(present, Gap) or not fresh:
        return None
    rules = tuple(replace(rule, index=index) for index, rule in enumerate((*fresh, *present)))
    return RuleList(rules=rules, flaws=(Flaw(why=GapReason.RULES_UNTARGETED, rules=rules[: len(fresh)]),))


def _list(
    state: WorkingState, key: Key, direction: Direction, gone: list[SingleRule], come: list[SingleRule]
) -> RuleList | None:
    present = state.groups[key].rules(direction)
    out = [found.rule for found in gone if found.direction is direction]
    into = [found for found in come if found.direction is direction]
    if isinstance(present, Gap) or not (out or into):
        return None
    left = without(present, out)
    places = _inserted(left, spans(left, present), into)
    removed = len(present) - len(left)
    rules = tuple(replace(place.rule, index=index) for index, place in enumerate(places))
    whys = {id(found.rule): found.why for found in into}
    flaws = tuple(
        Flaw(why=why, rules=(rules[index],))
        for index, place in enumerate(places)
        if (why := whys.get(id(place.rule))) is not None
    )
    laid, added = rule_effects.with_open_order(rules, _assured(places, len(into), removed), state.rulebook(), key[0])
    opened = (Flaw(why=GapReason.RULES_ORDER, rules=added),) if added else ()
    return RuleList(rules=laid, flaws=(*flaws, *opened))


def _inserted(left: tuple[Rule, ...], places_of: tuple[Span | None, ...], into: list[SingleRule]) -> list[_Place]:
    places = [_Place(rule=rule, old=old, new=None) for rule, old in zip(left, places_of, strict=True)]
    for found in sorted(into, key=lambda one: one.place or 0):
        at = min(found.place or 0, len(places))
        places.insert(at, _Place(rule=found.rule, old=None, new=found.place))
    return places


def _assured(places: list[_Place], inserted: int, removed: int) -> Callable[[int, int], bool]:
    """Whether one rule certainly ends above another, in whichever order the requests are sent."""

    def assured(first: int, second: int) -> bool:
        upper, lower = places[first], places[second]
        if upper.old is not None and lower.old is not None:
            return upper.old.is_above(lower.old)
        if upper.old is None and lower.old is None:
            return False
        if lower.old is not None:
            return upper.new is not None and (upper.new == 0 or upper.new <= lower.old.first - removed)
        return lower.new is not None and upper.old is not None and lower.new > upper.old.last + inserted - 1

    return assured


Lists: TypeAlias = dict[Direction, RuleList | None]
"""What becomes of each direction; ``None`` is left as it is."""

Rulebook: TypeAlias = Callable[[], Snapshot]
"""The groups and templates as laid so far, put together where the order of rules is open."""


def created(planned: RuleList, present: Rules, rulebook: Rulebook, region: str) -> RuleList | None:
    """A new owner's list. It is sent without ``SortPolicys``, so on rules that were there its order is not assured.

    A direction without rules is not sent at all; whether the cloud then empties what is there is documented nowhere.
    """
    if present == () or planned.unknown or planned.rules:
        return _unsorted(planned, present, rulebook, region)
    if isinstance(present, Gap):
        return unknown_rules(GapReason.DIRECTION_UNSENT)
    unsure = tuple(replace(rule, action=Action.UNREADABLE) for rule in present)
    return RuleList(rules=unsure, flaws=(Flaw(why=GapReason.DIRECTION_UNSENT, rules=unsure),))


def set_updated(change: ResourceChange, planned: Mapping[Direction, RuleList]) -> Lists:
    """An updated rule set sends both lists in order (``SortPolicys``), or nothing where neither changed."""
    if all(_same_text(change, direction) for direction in Direction):
        return dict.fromkeys(Direction)
    return dict(planned)


def lite_updated(
    change: ResourceChange,
    planned: Mapping[Direction, RuleList],
    present: Mapping[Direction, Rules],
    rulebook: Rulebook,
    region: str,
) -> Lists:
    """An updated lite rule sends the directions that changed, unsorted; an emptied one is deleted by content.

    Where both become empty, everything in the group goes.
    """
    if not any(planned[way].rules or planned[way].unknown for way in Direction):
        return {way: RuleList() for way in Direction}
    lists: Lists = {}
    for way in Direction:
        if _same_text(change, way):
            lists[way] = None
        elif planned[way].rules or planned[way].unknown:
            lists[way] = _unsorted(planned[way], present[way], rulebook, region)
        else:
            old = rule_readers.lite_rules(ResourceView.before(change), way).rules
            lists[way] = _without_rules(present[way], old, rulebook, region)
    return lists


def _without_rules(present: Rules, old: tuple[Rule, ...], rulebook: Rulebook, region: str) -> RuleList | None:
    if isinstance(present, Gap):
        return None
    left = without(present, old)
    rules = tuple(replace(rule, index=place) for place, rule in enumerate(left))
    return _opened(RuleList(rules=rules), present, rulebook, region)


def _same_text(change: ResourceChange, direction: Direction) -> bool:
    unknown = change.change.after_unknown
    if unknown is True or (isinstance(unknown, dict) and any_unknown(unknown.get(direction.value))):
        return False
    return (change.before.get(direction.value) or []) == (change.after.get(direction.value) or [])


def _unsorted(planned: RuleList, present: Rules, rulebook: Rulebook, region: str) -> RuleList:
    """A list sent without ``SortPolicys``: the cloud keeps the order of the rules that it has, the rest is open."""
    known = rule_contents(present) if isinstance(present, tuple) else ()
    if planned.unknown or present == () or rule_contents(planned.rules) == known:
        return planned
    return _opened(planned, present if isinstance(present, tuple) else (), rulebook, region)


def _opened(planned: RuleList, present: tuple[Rule, ...], rulebook: Rulebook, region: str) -> RuleList:
    """The list with what is open where rules that are there keep their places and the places of new ones are open."""
    places = spans(planned.rules, present)

    def assured(first: int, second: int) -> bool:
        upper, lower = places[first], places[second]
        return upper is not None and lower is not None and upper.is_above(lower)

    laid, added = rule_effects.with_open_order(planned.rules, assured, rulebook(), region)
    if not added:
        return planned
    return RuleList(rules=laid, flaws=(*planned.flaws, Flaw(why=GapReason.RULES_ORDER, rules=added)))
