"""Edits rule lists, and computes the steps from the list that was read to the edited list.

New rules are inserted before old rules are deleted, so that packets of a deleted rule that a new rule allows keep
passing. Only a list without room for both deletes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from auditor.comparator.resolve import ResolvedRule
from auditor.model.outcomes import EditStep, Operation
from auditor.model.rules import Rule

Served: TypeAlias = Callable[[ResolvedRule | None, ResolvedRule | None], tuple[str, ...]]
"""From the old and the new rule of a step, the fingerprints of the findings that it serves."""


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule of an edited list with its index in the list that was read; ``None`` for a new rule.

    A new rule with ``instead`` replaces the narrower rule that was read at that index.
    """

    line: ResolvedRule
    origin: int | None
    instead: int | None = None

    @property
    def rule(self) -> Rule:
        """The rule. Raises ``ValueError`` for a list that was not read, which is never edited."""
        if self.line.rule is None:
            raise ValueError(self.line.security_group_id)
        return self.line.rule


def entries(lines: Iterable[ResolvedRule]) -> tuple[RuleEntry, ...]:
    """The entries of a list as it was read."""
    return tuple(RuleEntry(line, position) for position, line in enumerate(lines))


def insert_rules(
    listed: tuple[RuleEntry, ...],
    lines: Iterable[tuple[int, ResolvedRule]],
    instead: Mapping[int, ResolvedRule] | None = None,
) -> tuple[RuleEntry, ...]:
    """Insert each of ``lines`` before the entry at its index; rules for the same index keep their order.

    The rules of ``instead`` replace the entries at their indexes.
    """
    at: dict[int, list[RuleEntry]] = {}
    for index, line in lines:
        at.setdefault(index, []).append(RuleEntry(line, None))
    result: list[RuleEntry] = []
    for position in range(len(listed) + 1):
        result += at.get(position, ())
        other = (instead or {}).get(position)
        result += listed[position : position + 1] if other is None else [_replacement(other, listed[position])]
    return tuple(result)


def _replacement(line: ResolvedRule, old: RuleEntry) -> RuleEntry:
    """The entry of a rule that replaces another and keeps its description."""
    rule = None if line.rule is None else replace(line.rule, description=old.rule.description or line.rule.description)
    return RuleEntry(replace(line, rule=rule), None, old.origin)


def renumbered(listed: tuple[RuleEntry, ...]) -> tuple[Rule, ...]:
    """The rules of the whole list with indexes from the top."""
    return tuple(replace(entry.rule, index=position) for position, entry in enumerate(listed))


def steps(
    before: tuple[ResolvedRule, ...],
    after: tuple[RuleEntry, ...],
    served: Served = lambda old, new: (),  # noqa: ARG005 - a step serves no finding unless the caller says so
    *,
    delete_first: bool = False,
) -> tuple[EditStep, ...]:
    """The operations that turn ``before`` into ``after``, in the order of their execution.

    ``served`` returns the fingerprints of the findings that a step serves, from its old and its new rule.

    All insertions come first, from the end of the list upwards, then all deletions and replacements, from the end
    upwards. With ``delete_first``, rules that have no replacement are deleted before: the list has no room for both.
    """
    old = entries(before)
    kept = {entry.origin for entry in after}
    early_deletions: list[EditStep] = []
    insertions: list[EditStep] = []
    removals: list[EditStep] = []
    shift = deleted = 0
    for origin, new in _new_rules_by_index(len(old), after):
        index = len(old) if origin is None else origin
        leaves = origin is not None and origin not in kept
        inserted = new[:-1] if leaves else new
        insertions += [
            EditStep(
                operation=Operation.INSERT,
                index=index - deleted,
                rule=replace(entry.rule, index=index - deleted),
                findings=served(None, entry.line),
            )
            for entry in inserted
        ]
        shift += len(inserted)
        if leaves and delete_first and not new:
            early_deletions.append(_removal(old[index], index, new, served))
            deleted += 1
        elif leaves:
            removals.append(_removal(old[index], index + shift - deleted, new, served))
    return (*reversed(early_deletions), *reversed(insertions), *reversed(removals))


def leaving(before: tuple[ResolvedRule, ...], after: tuple[RuleEntry, ...]) -> frozenset[int]:
    """Indexes of the rules of ``before`` that ``after`` deletes without a replacement."""
    kept = {entry.origin for entry in after}
    return frozenset(
        origin
        for origin, new in _new_rules_by_index(len(before), after)
        if origin is not None and origin not in kept and not new
    )


def highest(before: tuple[ResolvedRule, ...], after: tuple[RuleEntry, ...]) -> int:
    """The largest number of rules that the list has while its steps are carried out in their usual order."""
    return len(after) + len(leaving(before, after))


def _removal(
    entry: RuleEntry,
    index: int,
    new: list[RuleEntry],
    served: Served,
) -> EditStep:
    """The step that replaces the rule of ``entry`` by the last of ``new``, or deletes it without any."""
    other = new[-1] if new else entry
    return EditStep(
        operation=Operation.REPLACE if new else Operation.DELETE,
        index=index,
        rule=replace(other.rule, index=index),
        before=entry.rule,
        findings=served(entry.line, other.line if new else None),
    )


def _new_rules_by_index(length: int, after: tuple[RuleEntry, ...]) -> Iterator[tuple[int | None, list[RuleEntry]]]:
    """Each index of the old list, then ``None`` for its end, with the new rules that go before the old rule there."""
    kept = {entry.origin for entry in after}
    waiting = list(after)
    for origin in range(length):
        new: list[RuleEntry] = []
        while waiting and waiting[0].origin is None and _is_before(waiting, origin, kept):
            new.append(waiting.pop(0))
            if new[-1].instead == origin:
                break
        if waiting and waiting[0].origin == origin:
            waiting.pop(0)
        yield origin, new
    yield None, waiting


def _is_before(waiting: list[RuleEntry], origin: int, kept: set[int | None]) -> bool:
    """Whether the first waiting rule goes before ``origin``: it replaces that rule, or the rule is deleted or next."""
    following = next((entry.origin for entry in waiting if entry.origin is not None), None)
    if origin in kept:
        return following == origin
    return waiting[0].instead in (None, origin)
