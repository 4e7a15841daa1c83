"""The last look at a draft: gaps for what audited stacks leave open, and nothing of what no audited stack needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from auditor.change import reach, referred
from auditor.change.draft import Draft, Key
from auditor.change.planned import Doubt, SubnetDoubt
from auditor.change.rule_fields import Flaw
from auditor.change.why import Why, gap
from auditor.model.gaps import Gap
from auditor.model.packets import UNIVERSE
from auditor.model.rules import Direction, Rule
from auditor.model.snapshot import Snapshot

_OF_A_LIST = frozenset({Why.RULES_ORDER, Why.RULES_UNTARGETED, Why.DIRECTION_UNSENT})
_OWN = frozenset(Why)

_Held = TypeVar("_Held")


def settle(draft: Draft) -> tuple[Doubt, ...]:
    """Give bound groups the gaps of their rules; take back whatever is open elsewhere, where it cannot matter."""
    bound = draft.bound() & draft.groups.keys()
    for key in [key for key in draft.groups if key not in bound]:
        _take_back(draft, key)
    _prune(draft, bound)
    rulebook = draft.rulebook()
    return tuple(dict.fromkeys(doubt for key in sorted(bound) for doubt in _settle_group(draft, rulebook, key, bound)))


def subnet_doubts(draft: Draft) -> tuple[SubnetDoubt, ...]:
    """Subnets of unknown range that join audited clusters."""
    return tuple(
        SubnetDoubt(gap=found, region=key[0], cluster_id=key[1]) for key, found in sorted(draft.subnet_gaps.items())
    )


def _take_back(draft: Draft, key: Key) -> None:
    """A group that nothing audited binds: it stays as it was read where the change leaves anything of it open."""
    if key not in draft.read.group_by_id:
        del draft.groups[key]
    elif draft.flaws.get(key):
        draft.groups[key] = draft.read.group_by_id[key]


def _settle_group(draft: Draft, rulebook: Snapshot, key: Key, bound: set[Key]) -> Iterator[Doubt]:
    group = draft.groups[key]
    gaps = list(group.gaps)
    for direction, flaw in draft.flaws.get(key, ()):
        rules = group.rules(direction)
        found = rules if isinstance(rules, Gap) else _gap_of(key, direction, flaw)
        if flaw.rules and found not in gaps:
            gaps.append(found)
        for packets in [reach.of_rule(rule, rulebook, key[0]) for rule in flaw.rules] or [UNIVERSE]:
            yield Doubt(gap=found, region=key[0], security_group_id=key[1], direction=direction, packets=packets)
    draft.groups[key] = replace(group, gaps=tuple(gaps))
    yield from _referred_doubts(draft, rulebook, key, bound)


def _gap_of(key: Key, direction: Direction, flaw: Flaw) -> Gap:
    place = "" if flaw.why in _OF_A_LIST else f"/{flaw.rules[0].index}"
    return gap(flaw.why, key[0], f"{key[1]}/{direction}{place}")


def _referred_doubts(draft: Draft, rulebook: Snapshot, key: Key, bound: set[Key]) -> Iterator[Doubt]:
    """The change's own gaps in what rules refer to: each is open for what those rules could match.

    Who binds a bound group is asked besides, to find strangers in it: where that was not read it matters anyway.
    """
    for direction, rule in referred.rules(draft.groups[key]):
        for found in _referred_gaps(draft, key[0], rule):
            if found.code == Why.NOT_READ and (key[0], found.resource) in bound:
                continue
            packets = reach.of_rule(rule, rulebook, key[0])
            yield Doubt(gap=found, region=key[0], security_group_id=key[1], direction=direction, packets=packets)


def _referred_gaps(draft: Draft, region: str, rule: Rule) -> tuple[Gap, ...]:
    found: list[Gap] = []
    for key in _keys(draft, region, rule):
        for held in (draft.address_templates, draft.service_templates, draft.template_groups, draft.memberships):
            one = held.get(key)
            found += one.gaps if one is not None else ()
    return tuple(one for one in found if one.code in _OWN)


def _keys(draft: Draft, region: str, rule: Rule) -> Iterator[Key]:
    """Everything that a rule refers to, the members of template groups included."""
    if referred.group_of(rule):
        yield region, referred.group_of(rule)
    for name in referred.templates_of(rule):
        yield region, name
        group = draft.template_groups.get((region, name))
        yield from ((region, member) for member in (group.members if group is not None else ()))


def _prune(draft: Draft, bound: set[Key]) -> None:
    """Forget what was not read and no bound group needs, and what is open there."""
    needed = bound | {
        found for key in bound for _, rule in referred.rules(draft.groups[key]) for found in _keys(draft, key[0], rule)
    }
    read = draft.read
    _prune_one(draft.address_templates, read.address_template_by_id, needed)
    _prune_one(draft.service_templates, read.service_template_by_id, needed)
    _prune_one(draft.template_groups, read.template_group_by_id, needed)
    _prune_one(draft.memberships, read.membership_by_id, needed)


def _prune_one(held: dict[Key, _Held], before: dict[Key, _Held], needed: set[Key]) -> None:
    for key in [key for key in held if key not in needed]:
        if key in before:
            held[key] = before[key]
        else:
            del held[key]
