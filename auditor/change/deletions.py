"""What goes with a deletion: rules with their template, and groups unless something uses them."""

from __future__ import annotations

from dataclasses import replace

from auditor.change.draft import Draft, Key
from auditor.change.plan import ResourceChange
from auditor.change.referred import group_of, rules, templates_of
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
    """Take out deleted groups. The cloud refuses to delete one that is in use: the apply then fails half way."""
    leaving = _leaving(draft, deleted)
    for group_id, change in deleted.items():
        report = draft.report(change)
        report.groups.add(group_id)
        report.members.add(group_id)
        for key in draft.everywhere(group_id):
            if key not in leaving:
                draft.gaps.add(gap(Why.GROUP_IN_USE, *key))
                report.say("group-in-use", group=group_id)
            elif key in draft.groups:
                report.say("group-out", group=group_id)
                del draft.groups[key]
                draft.memberships.pop(key, None)


def _leaving(draft: Draft, deleted: dict[str, ResourceChange]) -> set[Key]:
    """The deleted groups that nothing binds and that no rule of another group which stays names as peer."""
    leaving = {key for group_id in deleted for key in draft.everywhere(group_id)} - draft.bound()
    while named := {peer for key in draft.groups.keys() - leaving for peer in _peers(draft, key)} & leaving:
        leaving -= named
    return leaving


def _peers(draft: Draft, key: Key) -> set[Key]:
    return {(key[0], peer) for _, rule in rules(draft.groups[key]) if (peer := group_of(rule))}


def _without(held: Rules, gone: frozenset[str]) -> Rules:
    if isinstance(held, Gap):
        return held
    return tuple(rule for rule in held if not gone.intersection(templates_of(rule)))
