"""Where rules are that stay in a list. Of equal rules, of which some go, no document tells which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.change.content import Content, content, contents
from auditor.model.rules import Rule


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
    left = Counter(contents(present)) - Counter(contents(deleted))
    kept = []
    for rule in present:
        if left[content(rule)]:
            left[content(rule)] -= 1
            kept.append(rule)
    return tuple(kept)


def spans(rules: Sequence[Rule], present: Sequence[Rule]) -> tuple[Span | None, ...]:
    """Where each of ``rules`` is in the present list; ``None`` for a rule that is new."""
    places: dict[Content, list[int]] = {}
    for place, rule in enumerate(present):
        places.setdefault(content(rule), []).append(place)
    counts = Counter(contents(rules))
    seen: Counter[Content] = Counter()
    found: list[Span | None] = []
    for said in contents(rules):
        equal, rank = places.get(said, []), seen[said]
        seen[said] += 1
        spare = max(len(equal) - counts[said], 0)
        found.append(Span(first=equal[rank], last=equal[rank + spare]) if rank < len(equal) else None)
    return tuple(found)
