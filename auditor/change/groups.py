"""tencentcloud_security_group: groups that the plan makes, renames or deletes; rules are other resources' business."""

from __future__ import annotations

from dataclasses import replace

from auditor.change.draft import Draft
from auditor.change.plan import Plan, ResourceChange, Step
from auditor.change.references import SECURITY_GROUP, References
from auditor.change.values import text
from auditor.model.rules import Membership, SecurityGroup


def lay(draft: Draft, plan: Plan, references: References) -> None:
    """Make new groups, which deny everything both ways (vpc/CreateSecurityGroup), and rename others."""
    for change in plan.managed:
        if change.type != SECURITY_GROUP or change.deposed:
            continue
        if Step.MADE in change.steps:
            _make(draft, change, references.identity(change))
        elif Step.UPDATED in change.steps:
            _rename(draft, change)
        if change.steps in ((Step.MADE, Step.REMOVED), (Step.REMOVED, Step.MADE)):
            draft.heirs[references.identity(change)] = text(change.before.get("id"))


def deleted(plan: Plan) -> dict[str, ResourceChange]:
    """The groups that the plan deletes, also to replace them. The cloud refuses that while anything binds them."""
    removed = [change for change in plan.managed if change.type == SECURITY_GROUP and Step.REMOVED in change.steps]
    return {found: change for change in removed if (found := text(change.before.get("id")))}


def _make(draft: Draft, change: ResourceChange, group_id: str) -> None:
    for key in draft.everywhere(group_id):
        draft.groups[key] = SecurityGroup(
            region=key[0],
            security_group_id=group_id,
            name=text(change.after.get("name")),
            description=text(change.after.get("description")),
            ingress=(),
            egress=(),
        )
        draft.set_members(Membership(region=key[0], security_group_id=group_id, members=()))


def _rename(draft: Draft, change: ResourceChange) -> None:
    for key in draft.group_keys(text(change.before.get("id"))):
        name = text(change.after.get("name")) or draft.groups[key].name
        draft.groups[key] = replace(draft.groups[key], name=name)
