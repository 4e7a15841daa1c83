"""What the lists of a group become when the rule set or lite rule that owns it is made or updated.

Only an updated rule set sends ``SortPolicys``; without it the cloud keeps the order of the rules that it has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from auditor.change import copies, lite_rule, order
from auditor.change.content import contents
from auditor.change.plan import ResourceChange
from auditor.change.rule_fields import Flaw, RuleList, unknown_rules
from auditor.change.side import Side
from auditor.change.values import any_unknown
from auditor.change.why import Why
from auditor.model.gaps import Gap
from auditor.model.rules import Action, Direction, Rule, Rules
from auditor.model.snapshot import Snapshot

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
        return unknown_rules(Why.DIRECTION_UNSENT)
    unsure = tuple(replace(rule, action=Action.UNREADABLE) for rule in present)
    return RuleList(rules=unsure, flaws=(Flaw(why=Why.DIRECTION_UNSENT, rules=unsure),))


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
            old = lite_rule.rules(Side.before(change), way).rules
            lists[way] = _without(present[way], old, rulebook, region)
    return lists


def _without(present: Rules, old: tuple[Rule, ...], rulebook: Rulebook, region: str) -> RuleList | None:
    if isinstance(present, Gap):
        return None
    left = copies.without(present, old)
    rules = tuple(replace(rule, index=place) for place, rule in enumerate(left))
    return _opened(RuleList(rules=rules), present, rulebook, region)


def _same_text(change: ResourceChange, direction: Direction) -> bool:
    unknown = change.change.after_unknown
    if unknown is True or (isinstance(unknown, dict) and any_unknown(unknown.get(direction.value))):
        return False
    return (change.before.get(direction.value) or []) == (change.after.get(direction.value) or [])


def _unsorted(planned: RuleList, present: Rules, rulebook: Rulebook, region: str) -> RuleList:
    """A list sent without ``SortPolicys``: the cloud keeps the order of the rules that it has, the rest is open."""
    known = contents(present) if isinstance(present, tuple) else ()
    if planned.unknown or present == () or contents(planned.rules) == known:
        return planned
    return _opened(planned, present if isinstance(present, tuple) else (), rulebook, region)


def _opened(planned: RuleList, present: tuple[Rule, ...], rulebook: Rulebook, region: str) -> RuleList:
    """The list with what is open where rules that are there keep their places and the places of new ones are open."""
    places = copies.spans(planned.rules, present)

    def assured(first: int, second: int) -> bool:
        upper, lower = places[first], places[second]
        return upper is not None and lower is not None and upper.is_above(lower)

    laid, added = order.opened(planned.rules, assured, rulebook(), region)
    if not added:
        return planned
    return RuleList(rules=laid, flaws=(*planned.flaws, Flaw(why=Why.RULES_ORDER, rules=added)))
