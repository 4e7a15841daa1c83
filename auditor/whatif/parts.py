"""Tells whether a change of a part of the audit is applied: the part may be left out, or may not have been read."""

from __future__ import annotations

from auditor.model.codes import Part
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.state import WorkingState
from auditor.whatif.terraform.plan import ResourceChange
from auditor.whatif.terraform.references import placeholder


def is_judged(state: WorkingState, change: ResourceChange, part: Part, region: str = "", cluster_id: str = "") -> bool:
    """Whether the change is applied. A part that was left out is said, a part that was not read leaves a gap."""
    if state.leaves_out(part):
        state.effects_of(change).leave_out()
        return False
    if state.reads(part):
        return True
    state.gaps.add(gap(GapReason.PART_NOT_READ, region, placeholder(change.address), cluster_id))
    state.effects_of(change).add_untraced_effect("part-unread")
    return False
