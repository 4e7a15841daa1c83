"""Groups with other rules, and what rules refer to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.model.rules import (
    AddressTemplatePeer,
    Direction,
    GroupPeer,
    Rule,
    Rules,
    SecurityGroup,
    ServiceTemplateRef,
)


def rules(group: SecurityGroup) -> Iterator[tuple[Direction, Rule]]:
    """Every rule of a group that was read, with its direction."""
    for direction in Direction:
        found = group.rules(direction)
        if isinstance(found, tuple):
            yield from ((direction, rule) for rule in found)


def with_rules(group: SecurityGroup, direction: Direction, rules: Rules) -> SecurityGroup:
    """The group with another list in one direction."""
    return replace(group, ingress=rules) if direction is Direction.INGRESS else replace(group, egress=rules)


def group_of(rule: Rule) -> str:
    """The group that a rule names as peer; empty where it names none."""
    return rule.peer.security_group_id if isinstance(rule.peer, GroupPeer) else ""


def address_template_of(rule: Rule) -> str:
    """The address template, or group of them, that a rule names; empty where it names none."""
    return rule.peer.template_id if isinstance(rule.peer, AddressTemplatePeer) else ""


def service_template_of(rule: Rule) -> str:
    """The service template, or group of them, that a rule names; empty where it names none."""
    return rule.service.template_id if isinstance(rule.service, ServiceTemplateRef) else ""


def templates_of(rule: Rule) -> tuple[str, ...]:
    """Every template or group of templates that a rule names."""
    return tuple(name for name in (address_template_of(rule), service_template_of(rule)) if name)
