"""Whether a plan has anything to do with security groups at all, whatever was read of the cloud."""

from __future__ import annotations

from auditor.change import networks, overlay, pools
from auditor.change.plan import Plan, ResourceChange, Step
from auditor.change.references import SECURITY_GROUP

_TYPES = overlay.TYPES | networks.TYPES | {pools.SERVERLESS}
_NOTHING_BY_ITSELF = networks.TYPES | {SECURITY_GROUP}
"""What is made new of these counts for a node only once a resource of another type names it."""


def concerns(plan: Plan) -> bool:
    """Whether any change of the plan, or one that it does not show, is of a kind that could bear on a node's stack."""
    if not plan.complete or plan.deferred_changes:
        return True
    return any(_concerns(change) for change in plan.managed)


def _concerns(change: ResourceChange) -> bool:
    if change.type not in _TYPES:
        return False
    if not change.known:
        return True
    return bool(change.steps) and not (change.type in _NOTHING_BY_ITSELF and change.steps == (Step.MADE,))
