"""One stack as the page shows it: who binds it, two pictures with exact words, and its rules in order."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.packets import PacketSet
from auditor.model.result import Result
from auditor.model.rules import Direction
from auditor.reporter.packet_words import packets_text
from auditor.reporter.page.gallery import Gallery, Hung, said_of
from auditor.reporter.page.index import Index, StackEntry
from auditor.reporter.page.layers import Skyline, layers
from auditor.reporter.page.reach import surroundings
from auditor.reporter.page.rule_cells import RuleCells
from auditor.reporter.page.rulebook import DirectionRules, Rulebook
from auditor.reporter.sentences import Sentences

MACHINES = 6
"""How many nodes and pools a stack names before it counts the rest."""
SETS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One direction: its picture, and exact words by mark."""

    direction: Direction
    hung: Hung
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackView:
    """A stack in words. ``count`` is who binds it in figures, ``bound`` with names.

    ``same_as`` is the anchor of the stack that shows the same rules, and then there are none here.
    """

    groups: str
    count: str
    bound: str
    sides: tuple[Side, ...]
    rules: tuple[DirectionRules, ...]
    rules_summary: str
    same_as: str


class StackViews:
    """Makes the views of one result in the order of its stacks; ``gallery`` holds their pictures."""

    def __init__(self, result: Result, sentences: Sentences, *, verbose: bool) -> None:
        self._result = result
        self._names = sentences.names
        self._phrasing = sentences.phrasing
        self._rulebook = Rulebook(result)
        self._machines_limit = None if verbose else MACHINES
        self._sets_limit = None if verbose else SETS
        self._shown: dict[tuple[str, tuple[str, ...]], str] = {}
        self.gallery = Gallery(sentences.phrasing)
        self._said: dict[tuple[PacketSet, Direction], str] = {}

    def by_anchor(self, index: Index) -> dict[str, StackView]:
        """Every stack's view by its anchor."""
        views: dict[str, StackView] = {}
        for cluster in index.clusters:
            skyline = Skyline(surroundings(cluster.cluster))
            views |= {entry.anchor: self._view(entry, skyline) for entry in cluster.stacks}
        return views

    def _view(self, entry: StackEntry, skyline: Skyline) -> StackView:
        region, stack = entry.cluster.cluster.region, entry.stack
        same_as = self._shown.setdefault((region, stack.security_groups), entry.anchor)
        count = self._count(entry)
        machines = self._machines(region, (*stack.nodes, *stack.node_pools))
        rules = () if same_as != entry.anchor else self._rules(region, entry)
        return StackView(
            groups=self._names.stack(region, stack.security_groups),
            count=count,
            bound=self._phrasing.text("page-bound", bound=count, machines=machines) if machines else count,
            sides=tuple(self._side(entry, direction, skyline) for direction in Direction),
            rules=rules,
            rules_summary=self._rules_summary(rules),
            same_as="" if same_as == entry.anchor or not stack.security_groups else same_as,
        )

    def _rules(self, region: str, entry: StackEntry) -> tuple[DirectionRules, ...]:
        if not entry.stack.security_groups:
            return ()
        cells = RuleCells(snapshot=self._result.snapshot, names=self._names, region=region, phrasing=self._phrasing)
        return tuple(self._rulebook.rules(cells, entry.stack, direction) for direction in Direction)

    def _machines(self, region: str, machines: tuple[str, ...]) -> str:
        # Names are looked up for those that are shown: a large cluster has thousands.
        shown = len(machines) if self._machines_limit is None else self._machines_limit + 1
        named = [self._names.machine(region, machine) for machine in machines[:shown]]
        return self._phrasing.listed([*named, *machines[shown:]], self._machines_limit)

    def _count(self, entry: StackEntry) -> str:
        stack = entry.stack
        parts = []
        if stack.nodes or not stack.node_pools:
            parts.append(self._phrasing.text(f"terms-nodes-{stack.role}", count=len(stack.nodes)))
        if stack.node_pools:
            parts.append(self._phrasing.text("terms-pools", count=len(stack.node_pools)))
        return self._phrasing.text("terms-list-separator").join(parts)

    def _side(self, entry: StackEntry, direction: Direction, skyline: Skyline) -> Side:
        found = layers(entry.stack, direction)
        hung = self.gallery.add(found, direction, skyline)
        there = entry.stack.direction(direction)
        undecided, said = there.undecided, said_of(dict(found), there.allowed)
        return Side(
            direction=direction,
            hung=hung,
            said=tuple((mark, self._packets(packets, direction) or self._nothing(undecided)) for mark, packets in said),
        )

    def _nothing(self, undecided: PacketSet) -> str:
        return self._phrasing.text("page-nothing-certain" if undecided else "page-nothing")

    def _packets(self, packets: PacketSet, direction: Direction) -> str:
        key = (packets, direction)
        if key not in self._said:
            self._said[key] = packets_text(packets, self._phrasing, direction, self._sets_limit) if packets else ""
        return self._said[key]

    def _rules_summary(self, rules: tuple[DirectionRules, ...]) -> str:
        parts = [
            self._phrasing.text(f"page-rules-count-{one.direction}", count=one.count, idle=one.idle) for one in rules
        ]
        return self._phrasing.text("terms-part-separator").join(parts)
