"""Whether as many rules of a group came as its own statistics promise, where templates blur the count.

No document says whether a rule with a template counts once or once an entry (vpc/PolicyStatistics). So each way of
counting is tried, and a promise that none of them keeps says that rules were lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from auditor.fetcher import actions, wire_rules
from auditor.fetcher.groups import ReadGroup
from auditor.fetcher.reader import Reader
from auditor.fetcher.templates import Templates
from auditor.fetcher.wire_rules import Promise
from auditor.model.rules import (
    AddressTemplate,
    AddressTemplatePeer,
    Direction,
    Rule,
    SecurityGroup,
    ServiceTemplate,
    ServiceTemplateRef,
)


def settled(
    reader: Reader, groups: Iterable[SecurityGroup], read: Iterable[ReadGroup], templates: Templates
) -> tuple[SecurityGroup, ...]:
    """``groups``, with a gap for each direction whose promise was not kept."""
    promises = {one.group.security_group_id: one.promises for one in read}
    sizes = _Sizes(templates)
    return tuple(_settled(reader, group, promises.get(group.security_group_id, ()), sizes) for group in groups)


def _settled(reader: Reader, group: SecurityGroup, promises: Iterable[Promise], sizes: _Sizes) -> SecurityGroup:
    origin = reader.origin(actions.SECURITY_GROUP_POLICIES)
    for promise in promises:
        rules = group.rules(promise.direction)
        if isinstance(rules, tuple) and not sizes.could_add_up(rules, promise.count):
            group_id, direction = group.security_group_id, promise.direction
            gap = wire_rules.rules_missing(origin, group_id, direction, len(rules), promise.count)
            ingress = direction is Direction.INGRESS
            group = replace(group, ingress=gap) if ingress else replace(group, egress=gap)
    return group


class _Sizes:
    """How many entries each template has; ``None`` where it was not wholly read."""

    def __init__(self, templates: Templates) -> None:
        single: list[AddressTemplate | ServiceTemplate] = [*templates.addresses, *templates.services]
        self._of: dict[str, int | None] = {one.template_id: None if one.gaps else len(one.entries) for one in single}
        for group in templates.groups:
            members = [self._of.get(member) for member in group.members]
            known = [size for size in members if size is not None]
            self._of[group.template_id] = None if group.gaps or len(known) < len(members) else sum(known)

    def could_add_up(self, rules: tuple[Rule, ...], count: int) -> bool:
        """Whether ``count`` is the number of ``rules`` with templates of either kind counted once or once an entry."""
        entries = [(self._entries(_address_template(rule)), self._entries(_service_template(rule))) for rule in rules]
        known = [(peers, services) for peers, services in entries if peers is not None and services is not None]
        return len(known) < len(entries) or any(
            count == sum((peers if by_peer else 1) * (services if by_service else 1) for peers, services in known)
            for by_peer, by_service in product((False, True), repeat=2)
        )

    def _entries(self, template_id: str) -> int | None:
        return self._of.get(template_id) if template_id else 1


def _address_template(rule: Rule) -> str:
    return rule.peer.template_id if isinstance(rule.peer, AddressTemplatePeer) else ""


def _service_template(rule: Rule) -> str:
    return rule.service.template_id if isinstance(rule.service, ServiceTemplateRef) else ""
