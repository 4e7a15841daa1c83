"""Rule lists under edit: rules taken out and put in, and the steps from the list that was read to the new one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from auditor.comparator.resolve import ResolvedRule
from auditor.model.outcomes import EditStep, Operation
from auditor.model.rules import Rule


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule of an edited list with its index in the list that was read; ``None`` for a new one.

    A new one may stand ``instead`` of a narrower rule that was read at that index.
    """

    line: ResolvedRule
    origin: int | None
    instead: int | None = None

    @property
    def rule(self) -> Rule:
        """The rule. Only lists that were wholly read are edited."""
        if self.line.rule is None:
            raise ValueError(self.line.security_group_id)
        return self.line.rule


def entries(lines: Iterable[ResolvedRule]) -> tuple[RuleEntry, ...]:
    """A list as read."""
    return tuple(RuleEntry(line, position) for position, line in enumerate(lines))


def put_in(
    listed: tuple[RuleEntry, ...],
    lines: Iterable[tuple[int, ResolvedRule]],
    instead: Mapping[int, ResolvedRule] | None = None,
) -> tuple[RuleEntry, ...]:
    """``lines`` put before the entries at their indexes, those at one index in the order given.

    Those of ``instead`` take the place of the entries at their indexes.
    """
    at: dict[int, list[RuleEntry]] = {}
    for index, line in lines:
        at.setdefault(index, []).append(RuleEntry(line, None))
    result: list[RuleEntry] = []
    for position in range(len(listed) + 1):
        result += at.get(position, ())
        other = (instead or {}).get(position)
        result += (
            listed[position : position + 1] if other is None else [RuleEntry(other, None, listed[position].origin)]
        )
    return tuple(result)


def renumbered(listed: tuple[RuleEntry, ...]) -> tuple[Rule, ...]:
    """The whole list with indexes from the top."""
    return tuple(replace(entry.rule, index=position) for position, entry in enumerate(listed))


def steps(
    before: tuple[ResolvedRule, ...], after: tuple[RuleEntry, ...], *, delete_first: bool = False
) -> tuple[EditStep, ...]:
    """The operations that turn ``before`` into ``after``, in an order that never breaks anything on the way.

    What comes is put in first, from the end up; only then is taken out or replaced what goes, from the end up as well.
    With ``delete_first``, what only goes is taken out before: for a list that has no room for both.
    """
    old = entries(before)
    kept = {entry.origin for entry in after}
    early_deletions: list[EditStep] = []
    insertions: list[EditStep] = []
    removals: list[EditStep] = []
    shift = deleted = 0
    for origin, new in _stretches(len(old), after):
        index = len(old) if origin is None else origin
        leaves = origin is not None and origin not in kept
        inserted = new[:-1] if leaves else new
        insertions += [_step(Operation.INSERT, index - deleted, entry) for entry in inserted]
        shift += len(inserted)
        if leaves and delete_first and not new:
            early_deletions.append(_taken_out(old[index], index, new))
            deleted += 1
        elif leaves:
            removals.append(_taken_out(old[index], index + shift - deleted, new))
    return (*reversed(early_deletions), *reversed(insertions), *reversed(removals))


def leaving(before: tuple[ResolvedRule, ...], after: tuple[RuleEntry, ...]) -> frozenset[int]:
    """Indexes of the rules that ``after`` has nothing in place of."""
    kept = {entry.origin for entry in after}
    return frozenset(
        origin
        for origin, new in _stretches(len(before), after)
        if origin is not None and origin not in kept and not new
    )


def highest(before: tuple[ResolvedRule, ...], after: tuple[RuleEntry, ...]) -> int:
    """How many rules the list has at most while the steps are carried out in their usual order."""
    return len(after) + len(leaving(before, after))


def _taken_out(entry: RuleEntry, index: int, new: list[RuleEntry]) -> EditStep:
    return _step(Operation.REPLACE, index, new[-1]) if new else _step(Operation.DELETE, index, entry)


def _step(operation: Operation, index: int, entry: RuleEntry) -> EditStep:
    return EditStep(operation=operation, index=index, rule=replace(entry.rule, index=index))


def _stretches(length: int, after: tuple[RuleEntry, ...]) -> Iterator[tuple[int | None, list[RuleEntry]]]:
    """Each index of the old list, and at last its end, with the new rules that stand before what stood there."""
    kept = {entry.origin for entry in after}
    waiting = list(after)
    for origin in range(length):
        new: list[RuleEntry] = []
        while waiting and waiting[0].origin is None and _belongs(waiting, origin, kept):
            new.append(waiting.pop(0))
            if new[-1].instead == origin:
                break
        if waiting and waiting[0].origin == origin:
            waiting.pop(0)
        yield origin, new
    yield None, waiting


def _belongs(waiting: list[RuleEntry], origin: int, kept: set[int | None]) -> bool:
    """A new rule goes where it stands instead, to the first index that is taken out, or to the kept rule behind it."""
    following = next((entry.origin for entry in waiting if entry.origin is not None), None)
    if origin in kept:
        return following == origin
    return waiting[0].instead in (None, origin)
