"""What goes with a deletion: rules with their template, and groups unless something binds them."""

from __future__ import annotations

from dataclasses import replace

from auditor.change.draft import Draft
from auditor.change.plan import ResourceChange
from auditor.change.referred import templates_of
from auditor.change.why import Why, gap
from auditor.model.gaps import Gap
from auditor.model.rules import Rules


def drop_rules(draft: Draft, gone: frozenset[str]) -> None:
    """Take out the rules that name a deleted template: the cloud deletes them with it."""
    for key, group in draft.groups.items():
        ingress, egress = _without(group.ingress, gone), _without(group.egress, gone)
        if (ingress, egress) != (group.ingress, group.egress):
            draft.groups[key] = replace(group, ingress=ingress, egress=egress)


def drop_groups(draft: Draft, deleted: dict[str, ResourceChange]) -> None:
    """Take out deleted groups. The cloud refuses to delete one that is bound: the apply then fails half way."""
    bound = draft.bound()
    for group_id, change in deleted.items():
        report = draft.report(change)
        report.groups.add(group_id)
        for key in draft.everywhere(group_id):
            if key in bound:
                draft.gaps.add(gap(Why.GROUP_IN_USE, *key))
                report.say("group-in-use", group=group_id)
            elif key in draft.groups:
                report.say("group-out", group=group_id)
                del draft.groups[key]
                draft.memberships.pop(key, None)


def _without(rules: Rules, gone: frozenset[str]) -> Rules:
    if isinstance(rules, Gap):
        return rules
    return tuple(rule for rule in rules if not gone.intersection(templates_of(rule)))
