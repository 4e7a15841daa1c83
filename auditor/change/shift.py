"""What a write to a group shifts: packets of which more, or fewer, may pass the group afterwards. From above."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from auditor.change import reach
from auditor.change.content import contents
from auditor.change.planned import Shift
from auditor.model.gaps import Gap
from auditor.model.packets import NOTHING, UNIVERSE, PacketSet, union
from auditor.model.rules import Action, Direction, Rule, Rules
from auditor.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One direction of a group as a resource finds it and leaves it; of a single rule that rule alone."""

    region: str
    group: str
    direction: Direction
    before: Rules
    after: Rules


def of_write(write: Write, before: Snapshot, after: Snapshot) -> Shift:
    """What a write shifts. In a list that is not known, and in a group that was not there, that is anything."""
    new_group = (write.region, write.group) not in before.group_by_id
    if new_group or isinstance(write.before, Gap) or isinstance(write.after, Gap):
        return Shift(group=write.group, direction=write.direction, opened=UNIVERSE, closed=UNIVERSE)
    gone, come = _moved(write.before, write.after)
    return Shift(
        group=write.group,
        direction=write.direction,
        opened=_reach(come, Action.DENY, after, write.region) | _reach(gone, Action.ALLOW, before, write.region),
        closed=_reach(come, Action.ALLOW, after, write.region) | _reach(gone, Action.DENY, before, write.region),
    )


def of_rule(rule: Rule, group: str, direction: Direction, snapshot: Snapshot, region: str) -> Shift:
    """What a change of the things that a rule names shifts."""
    packets = reach.of_rule(rule, snapshot, region)
    return Shift(group=group, direction=direction, opened=packets, closed=packets)


def _moved(before: tuple[Rule, ...], after: tuple[Rule, ...]) -> tuple[list[Rule], list[Rule]]:
    """The rules outside one sequence that both lists have: what none of them matches is decided as before."""
    gone: list[Rule] = []
    come: list[Rule] = []
    matcher = SequenceMatcher(None, contents(before), contents(after), autojunk=False)
    for tag, lo, hi, new_lo, new_hi in matcher.get_opcodes():
        if tag != "equal":
            gone += before[lo:hi]
            come += after[new_lo:new_hi]
    return gone, come


def _reach(rules: list[Rule], without: Action, snapshot: Snapshot, region: str) -> PacketSet:
    found = [reach.of_rule(rule, snapshot, region) for rule in rules if rule.action is not without]
    return union(found) if found else NOTHING
