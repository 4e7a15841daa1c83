"""Single rules put into and taken out of one group, where no document assures the order of the requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from auditor.change import order, single_rule
from auditor.change.copies import Span, spans, without
from auditor.change.draft import Draft, Key
from auditor.change.plan import ResourceChange, Step
from auditor.change.references import References
from auditor.change.rule_fields import Flaw, RuleList, unknown_rules
from auditor.change.side import Side
from auditor.change.single_rule import SingleRule
from auditor.change.why import Why
from auditor.model.gaps import Gap
from auditor.model.rules import Action, Direction, Rule, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A rule of the new list: where it stood, or where it was asked to go (``None``: only the apply will tell)."""

    rule: Rule
    old: Span | None
    new: int | None


def lists(
    draft: Draft, references: References, key: Key, changes: list[tuple[ResourceChange, Step]]
) -> dict[Direction, RuleList | None]:
    """Both directions after every insertion and deletion; ``None`` for a direction without any."""
    gone = [single_rule.read(Side.before(change)) for change, step in changes if step is Step.REMOVED]
    sides = [Side.after(change, references) for change, step in changes if step is Step.MADE]
    come = [single_rule.read(side) for side in sides]
    for change, step in changes:
        draft.report(change).say("rule-in" if step is Step.MADE else "rule-out", group=key[1])
    if refused := [side for side in sides if single_rule.refused(side)]:
        for side in refused:
            draft.report(side.change).say("rules-refused", group=key[1], place="port_range")
        return {direction: unknown_rules(Why.RULE_REFUSED) for direction in Direction}
    if any(found.direction is None for found in (*gone, *come)):
        return {direction: unknown_rules(Why.RULES_UNKNOWN) for direction in Direction}
    return {direction: _list(draft, key, direction, gone, come) for direction in Direction}


def part(
    references: References, change: ResourceChange, direction: Direction
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """What one resource takes out of a direction, and what it puts in."""
    gone = single_rule.read(Side.before(change)) if Step.REMOVED in change.steps else None
    come = single_rule.read(Side.after(change, references)) if Step.MADE in change.steps else None
    old, new = (
        (found.rule,) if found is not None and found.direction in (None, direction) else () for found in (gone, come)
    )
    return old, new


def possible(
    draft: Draft, references: References, key: Key, changes: list[ResourceChange]
) -> dict[Direction, RuleList | None]:
    """Both directions where it cannot be told whether rules are put into this group: what they match is open."""
    come = [single_rule.read(Side.after(change, references)) for change in changes]
    if any(found.direction is None for found in come):
        return {direction: unknown_rules(Why.RULES_UNTARGETED) for direction in Direction}
    return {direction: _possible(draft.groups[key].rules(direction), direction, come) for direction in Direction}


def _possible(present: Rules, direction: Direction, come: list[SingleRule]) -> RuleList | None:
    fresh = tuple(replace(found.rule, action=Action.UNREADABLE) for found in come if found.direction is direction)
    if isinstance(present, Gap) or not fresh:
        return None
    rules = tuple(replace(rule, index=index) for index, rule in enumerate((*fresh, *present)))
    return RuleList(rules=rules, flaws=(Flaw(why=Why.RULES_UNTARGETED, rules=rules[: len(fresh)]),))


def _list(
    draft: Draft, key: Key, direction: Direction, gone: list[SingleRule], come: list[SingleRule]
) -> RuleList | None:
    present = draft.groups[key].rules(direction)
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
    laid, added = order.opened(rules, _assured(places, len(into), removed), draft.rulebook(), key[0])
    opened = (Flaw(why=Why.RULES_ORDER, rules=added),) if added else ()
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
