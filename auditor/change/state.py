"""What a plan tells of objects that the snapshot lacks: the refreshed state of everything that Terraform manages."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.change.plan import Change, Plan, ResourceChange


def unchanged(plan: Plan, types: frozenset[str]) -> Iterator[ResourceChange]:
    """Resources of the given types as they are now and stay: no-ops, and state that the plan does not list."""
    listed = {change.address for change in plan.resource_changes}
    for change in plan.managed:
        if change.type in types and change.known and not change.steps and not change.deposed and change.before:
            yield change
    for found in plan.prior_state.values.root_module.everything():
        if found.type in types and found.mode == "managed" and found.address not in listed:
            held = Change(actions=("no-op",), before=found.values, after=found.values)
            yield ResourceChange(address=found.address, type=found.type, name="", change=held)
