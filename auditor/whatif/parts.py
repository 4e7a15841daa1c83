"""Decides whether a planned change of one part of the audit (Pods, entrances, load balancers, ACLs) is applied.

A change is not applied where the configuration leaves the part out, or where the snapshot was read without the part.
Both cases are recorded as effects of the resource, so that the report
says why the change has no findings.
"""

from __future__ import annotations

from auditor.model.codes import Part
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.state import WorkingState
from auditor.whatif.terraform.plan import ResourceChange
from auditor.whatif.terraform.references import placeholder


def is_judged(state: WorkingState, change: ResourceChange, part: Part, region: str = "", cluster_id: str = "") -> bool:
    """Whether ``change`` is applied to ``state``.

    If the configuration leaves ``part`` out, the effects of the resource say so. If the snapshot lacks the part, the
    change leaves a gap, which names ``region`` and ``cluster_id`` unless they are empty.
    """
    if state.leaves_out(part):
        state.effects_of(change).leave_out()
        return False
    if state.reads(part):
        return True
    state.gaps.add(gap(GapReason.PART_NOT_READ, region, placeholder(change.address), cluster_id))
    state.effects_of(change).add_untraced_effect("part-unread")
    return False
