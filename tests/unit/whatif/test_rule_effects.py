"""The packets that a write of a rule list may open and close."""

from __future__ import annotations

import pytest

from auditor.model.packets import NOTHING, PacketSet
from auditor.model.rules import Direction, Rule
from auditor.model.snapshot import Snapshot
from auditor.whatif import rule_effects
from tests import builders

SSH = builders.rules(("allow", "10.0.0.0/8", "tcp", "22"))
NO_SSH = builders.rules(("deny", "10.0.0.0/8", "tcp", "22"))
PACKETS = rule_effects.upper_bound(SSH[0], builders.snapshot([], []), builders.REGION)


def _live(rules: tuple[Rule, ...]) -> Snapshot:
    return builders.snapshot([], [builders.group("sg-a", rules)])


@pytest.mark.parametrize(
    ("before", "after", "opened", "closed"),
    [
        ((), SSH, PACKETS, NOTHING),
        ((), NO_SSH, NOTHING, PACKETS),
        (SSH, (), NOTHING, PACKETS),
        (NO_SSH, (), PACKETS, NOTHING),
        (SSH, NO_SSH, NOTHING, PACKETS),
        (SSH, SSH, NOTHING, NOTHING),
    ],
    ids=["allow added", "deny added", "allow removed", "deny removed", "allow becomes deny", "nothing changes"],
)
def test_a_write_opens_and_closes_what_its_rules_match(
    before: tuple[Rule, ...], after: tuple[Rule, ...], opened: PacketSet, closed: PacketSet
) -> None:
    write = rule_effects.RuleWrite(
        region=builders.REGION, group="sg-a", direction=Direction.INGRESS, before=before, after=after
    )
    change = rule_effects.packet_change_of_write(write, _live(before), _live(after))
    assert (change.opened, change.closed) == (opened, closed)
