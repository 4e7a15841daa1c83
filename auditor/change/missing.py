"""What the state after the change needs and the snapshot lacks: gaps stand in its place."""

from __future__ import annotations

from auditor.change import referred
from auditor.change.draft import Draft, Key
from auditor.change.why import Why, gap
from auditor.model.rules import AddressTemplate, Membership, Rule, SecurityGroup, ServiceTemplate


def complete(draft: Draft) -> tuple[str, ...]:
    """Put a gap in the place of everything that the bound groups need and that was not read; returns what that is.

    What a group as read already named is left alone: that it was not read is no doing of the change.
    """
    missing: set[str] = set()
    before = {
        (group.region, name)
        for group in draft.read.security_groups
        for _, rule in referred.rules(group)
        for name in (referred.group_of(rule), *referred.templates_of(rule))
    }
    before |= {(found.region, member) for found in draft.read.template_groups for member in found.members}
    for key in sorted(draft.bound()):
        missing |= _complete_group(draft, key)
        for _, rule in referred.rules(draft.groups[key]) if key in draft.groups else ():
            missing |= _complete_rule(draft, key[0], rule, before)
    return tuple(sorted(missing))


def _complete_group(draft: Draft, key: Key) -> set[str]:
    if key in draft.read.group_by_id or key in draft.read_bound:
        return set()
    missing = set()
    if key not in draft.groups:
        unread = gap(Why.NOT_READ, *key)
        draft.groups[key] = SecurityGroup(region=key[0], security_group_id=key[1], ingress=unread, egress=unread)
        missing.add(key[1])
    if key not in draft.memberships:
        _lack_members(draft, key)
        missing.add(key[1])
    return missing


def _complete_rule(draft: Draft, region: str, rule: Rule, before: set[Key]) -> set[str]:
    missing = set()
    peer = (region, referred.group_of(rule))
    if peer[1] and peer not in before and peer not in draft.memberships:
        _lack_members(draft, peer)
        missing.add(peer[1])
    for name in referred.templates_of(rule):
        addresses = name == referred.address_template_of(rule)
        missing |= _complete_template(draft, (region, name), before, addresses=addresses)
    return missing


def _complete_template(draft: Draft, key: Key, before: set[Key], *, addresses: bool) -> set[str]:
    group = draft.template_groups.get(key)
    missing = set()
    for member in group.members if group is not None else (key[1],):
        wanted = (key[0], member)
        if wanted in before or wanted in draft.address_templates or wanted in draft.service_templates:
            continue
        missing.add(member)
        unread = gap(Why.NOT_READ, *wanted)
        if addresses:
            template = AddressTemplate(region=key[0], template_id=member, entries=(), gaps=(unread,))
            draft.address_templates[wanted] = template
        else:
            services = ServiceTemplate(region=key[0], template_id=member, entries=(), gaps=(unread,))
            draft.service_templates[wanted] = services
    return missing


def _lack_members(draft: Draft, key: Key) -> None:
    unread = gap(Why.NOT_READ, *key)
    draft.set_members(Membership(region=key[0], security_group_id=key[1], members=(), gaps=(unread,)))
