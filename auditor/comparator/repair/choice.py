"""What of all that is asked of a bench can be had: everything, or the worst findings that go together."""

from __future__ import annotations

from dataclasses import dataclass, replace

from auditor.comparator.repair.bench import Aim, Bench, Draft
from auditor.model.rules import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The change chosen, and the fingerprints of the findings that a group has no room to resolve."""

    draft: Draft
    crowded: frozenset[str] = frozenset()


def choose(bench: Bench) -> Choice:
    """The change that does the most: all of it where that can be carried out, else the worst first.

    What cannot be had together is halved until each half can or is one finding; of an excess that cannot be closed
    whole, what rules that deny can close is closed.
    """
    taken: tuple[Aim, ...] = ()
    best = Draft(lists=bench.as_read(), safe=True)
    crowded: set[str] = set()
    waiting = [tuple(bench.aims())]
    while waiting:
        some = waiting.pop()
        draft = bench.draft((*taken, *some)) if some else best
        if draft.stands:
            taken, best = (*taken, *some), draft
        elif len(some) > 1:
            middle = len(some) // 2
            waiting += [some[middle:], some[:middle]]
        elif draft.safe:
            crowded.add(some[0].fingerprint)
        else:
            waiting += _part(bench, some[0])
    return Choice(draft=best, crowded=frozenset(crowded))


def _part(bench: Bench, aim: Aim) -> list[tuple[Aim, ...]]:
    part = bench.closable(aim) if aim.action is Action.DENY else aim.packets
    return [(replace(aim, packets=part),)] if part and part != aim.packets else []
