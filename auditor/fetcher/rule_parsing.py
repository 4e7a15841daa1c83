"""Protocol and port fields -> services: a rule's Protocol with Port, or its template; an entry of a template.

Sources: vpc/SecurityGroupPolicy, vpc/CreateSecurityGroupPolicies, vpc/CreateServiceTemplate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.fetcher import json_fields
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.model import identifiers, rule_syntax
from auditor.model.gaps import Gap, GapKind
from auditor.model.rules import (
    Action,
    AddressTemplatePeer,
    CidrPeer,
    Direction,
    GroupPeer,
    Peer,
    ProtocolService,
    Rule,
    Rules,
    SecurityGroup,
    Service,
    ServiceTemplateRef,
    UnreadablePeer,
    UnreadableService,
)
from auditor.model.services import Protocol


def parse_service(row: Mapping[str, Any]) -> Service:
    """What a rule says about the service: Protocol with Port, or a template, never both and never neither."""
    references = list(json_fields.references(row, "ServiceTemplate", ("ServiceId", "ServiceGroupId")))
    protocol, port = json_fields.spelling(row, "Protocol"), _port(row)
    if not references:
        return _parse_protocol_and_port(protocol, port)
    prefixes = (*identifiers.SERVICE_TEMPLATE, *identifiers.SERVICE_TEMPLATE_GROUP)
    if len(references) == 1 and not protocol and not port and identifiers.is_identifier(references[0], prefixes):
        return ServiceTemplateRef(template_id=references[0])
    parts = [*references, *([f"{protocol} {port}".strip()] if protocol or port else [])]
    return UnreadableService(text=" and ".join(parts))


def _port(row: Mapping[str, Any]) -> str:
    """The port's spelling; a single one may come as a number."""
    port = row.get("Port")
    return str(port) if type(port) is int else json_fields.spelling(row, "Port")


def parse_service_entry(source: str) -> ProtocolService | None:
    """One entry of a service template; ``None`` where it has no documented meaning."""
    try:
        return rule_syntax.service_entry(source)
    except ValueError:
        return None


def _parse_protocol_and_port(protocol: str, port: str) -> Service:
    try:
        return rule_syntax.service(protocol, port)
    except ValueError:
        return UnreadableService(text=f"{protocol} {port}".strip(), protocol=_parse_protocol(protocol))


def _parse_protocol(protocol: str) -> Protocol | None:
    """The protocol of a service whose port cannot be read: that much is certain."""
    try:
        return rule_syntax.protocol(protocol)
    except ValueError:
        return None


_ACTIONS = {"accept": Action.ALLOW, "drop": Action.DENY}
_LISTS = {Direction.INGRESS: "Ingress", Direction.EGRESS: "Egress"}


def parse_group(answer: Mapping[str, Any], origin: CallSite, security_group_id: str) -> SecurityGroup:
    """The group in an answer of DescribeSecurityGroupPolicies; its name comes from elsewhere."""
    defects = _defects(origin, security_group_id)
    policies = json_fields.mapping(answer, "SecurityGroupPolicySet", defects)
    ingress, ingress_gaps = _parse_direction(policies, defects, Direction.INGRESS)
    egress, egress_gaps = _parse_direction(policies, defects, Direction.EGRESS)
    return SecurityGroup(
        region=origin.region,
        security_group_id=security_group_id,
        version=json_fields.label(policies, "Version"),
        ingress=ingress,
        egress=egress,
        gaps=(*ingress_gaps, *egress_gaps, *defects.gaps),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedCount:
    """More rules of one direction by the answer's own statistics than it holds: lost ones, or entries of templates."""

    direction: Direction
    count: int


def parse_stated_counts(answer: Mapping[str, Any], origin: CallSite, group: SecurityGroup) -> tuple[StatedCount, ...]:
    """What :func:`parse_group` could not settle, because a rule with a template may be counted once an entry."""
    defects = _defects(origin, group.security_group_id)  # what it takes, the group has among its gaps already
    policies = json_fields.mapping(answer, "SecurityGroupPolicySet", defects)
    counted = (
        (direction, group.rules(direction), _stated_count(policies, direction, defects)) for direction in Direction
    )
    return tuple(
        StatedCount(direction=direction, count=count)
        for direction, rules, count in counted
        if isinstance(rules, tuple) and len(rules) < count
    )


def missing_rules_gap(origin: CallSite, group_id: str, direction: Direction, came: int, stated: int) -> Gap:
    """Why a list of rules that came short counts as unread: first match needs all of them."""
    message = f"{came} of {stated} {direction} rules of {group_id} came: the others are unknown"
    return origin.gap(f"{group_id}/{direction}", "PartialAnswer", message, GapKind.UNREAD)


def _defects(origin: CallSite, group_id: str) -> Defects:
    unknown = "whether all its rules came is unknown"
    return Defects(origin=origin, resource=group_id, unknown=unknown)


def _parse_direction(
    policies: Mapping[str, Any], defects: Defects, direction: Direction
) -> tuple[Rules, tuple[Gap, ...]]:
    """The rules of one direction, with a gap for each that was not wholly readable."""
    origin, group_id = defects.origin, defects.resource
    found = policies.get(_LISTS[direction])
    stated = _stated_count(policies, direction, defects)
    if not isinstance(found, list):
        if found is None and _is_stated_empty(policies, direction, defects):
            return (), ()
        message = f"the answer holds no list of {direction} rules of {group_id}: which rules it has is unknown"
        return origin.gap(f"{group_id}/{direction}", "PartialAnswer", message, GapKind.UNREAD), ()
    if (misplaced := _impossible_index(found)) is not None:
        message = (
            f"one of {len(found)} {direction} rules of {group_id} has the PolicyIndex {json_fields.shown(misplaced)}: "
            "in which order they count, and whether all came, is unknown"
        )
        return origin.gap(f"{group_id}/{direction}", "PartialAnswer", message, GapKind.UNREAD), ()
    lines = _parse_rules(found)
    if stated > len(lines) and not any(_uses_template(rule) for rule, _ in lines):
        return missing_rules_gap(origin, group_id, direction, len(lines), stated), ()
    rules = tuple(rule for rule, _ in lines)
    return rules, tuple(_unreadable_rule_gaps(lines, origin, group_id, direction))


def _impossible_index(rows: list[Any]) -> object:
    """A PolicyIndex that no rule of the list can have: it counts from 0 and has no holes; it may be missing."""
    indexes = [row.get("PolicyIndex") if isinstance(row, dict) else None for row in rows]
    stated = [index for index in indexes if index is not None]
    wrong = [index for index in stated if type(index) is not int or not 0 <= index < len(rows)]
    if wrong or None in indexes:
        return next(iter(wrong), None)
    distinct = sorted(set(stated))
    return next((index for position, index in enumerate(distinct) if index != position), None)


def _is_stated_empty(policies: Mapping[str, Any], direction: Direction, defects: Defects) -> bool:
    """Whether the answer's own statistics say that a list which is null or missing has no rules.

    The API's definition promises two lists; an empty one is ``[]`` and denies everything. ``null`` alone could as well
    be a list that was lost. Statistics of nothing but zeros come beside full lists too (the official example), so they
    count only where they are right about the other direction.
    """
    other = Direction.EGRESS if direction is Direction.INGRESS else Direction.INGRESS
    found = policies.get(_LISTS[other])
    here = _stated_counts(policies, direction, defects)
    return here == [0, 0] and isinstance(found, list) and len(found) == _stated_count(policies, other, defects) > 0


def _stated_count(policies: Mapping[str, Any], direction: Direction, defects: Defects) -> int:
    return sum(count for count in _stated_counts(policies, direction, defects) if count is not None)


def _stated_counts(policies: Mapping[str, Any], direction: Direction, defects: Defects) -> list[int | None]:
    statistics = json_fields.mapping(policies, "PolicyStatistics", defects)
    return [
        json_fields.number(statistics, f"{_LISTS[direction]}{family}TotalCount", defects) for family in ("IPv4", "IPv6")
    ]


def _uses_template(rule: Rule) -> bool:
    """Such a rule may be counted once an entry."""
    return bool(rule.templates)


def _parse_rules(found: list[Any]) -> list[tuple[Rule, Mapping[str, Any]]]:
    """By PolicyIndex, 0 on top; a rule without one stands where it was listed, equal ones keep the list's order."""
    rows = [row if isinstance(row, dict) else {} for row in found]
    return sorted(((_parse_rule(row, place), row) for place, row in enumerate(rows)), key=lambda line: line[0].index)


def _parse_rule(row: Mapping[str, Any], place: int) -> Rule:
    return Rule(
        index=place if row.get("PolicyIndex") is None else row["PolicyIndex"],
        action=_ACTIONS.get(json_fields.spelling(row, "Action").lower(), Action.UNREADABLE),
        peer=_parse_peer(row),
        service=parse_service(row),
        description=json_fields.label(row, "PolicyDescription"),
    )


def _parse_peer(row: Mapping[str, Any]) -> Peer:
    """The far side. Unused selectors come as "", null or not at all; exactly one must be left."""
    found = list(_parse_selectors(row))
    if len(found) == 1:
        return found[0]
    return UnreadablePeer(text=" and ".join(_peer_text(peer) for peer in found))


def _parse_selectors(row: Mapping[str, Any]) -> Iterator[Peer]:
    for key in ("CidrBlock", "Ipv6CidrBlock"):
        if block := json_fields.spelling(row, key):
            yield _parse_block(block)
    if group := json_fields.spelling(row, "SecurityGroupId"):
        is_group = identifiers.is_identifier(group, identifiers.GROUP)
        yield GroupPeer(security_group_id=group) if is_group else UnreadablePeer(text=group)
    prefixes = (*identifiers.ADDRESS_TEMPLATE, *identifiers.ADDRESS_TEMPLATE_GROUP)
    for template in json_fields.references(row, "AddressTemplate", ("AddressId", "AddressGroupId")):
        is_template = identifiers.is_identifier(template, prefixes)
        yield AddressTemplatePeer(template_id=template) if is_template else UnreadablePeer(text=template)


def _parse_block(source: str) -> Peer:
    try:
        return CidrPeer(cidr=rule_syntax.block(source))
    except ValueError:
        return UnreadablePeer(text=source)


def _peer_text(peer: Peer) -> str:
    match peer:
        case CidrPeer():
            return peer.cidr
        case GroupPeer():
            return peer.security_group_id
        case AddressTemplatePeer():
            return peer.template_id
        case UnreadablePeer():
            return peer.text


def _unreadable_rule_gaps(
    lines: list[tuple[Rule, Mapping[str, Any]]], origin: CallSite, group_id: str, direction: Direction
) -> Iterator[Gap]:
    for rule, row in lines:
        parts = list(_unreadable_parts(rule, row))
        if parts:
            resource = f"{group_id}/{direction}/{rule.index}"
            message = f"{direction} rule {rule.index} of {group_id} has {', '.join(parts)}: what it decides is unknown"
            yield origin.gap(resource, "UnreadableRule", message)


def _unreadable_parts(rule: Rule, row: Mapping[str, Any]) -> Iterator[str]:
    if rule.action is Action.UNREADABLE:
        action = json_fields.spelling(row, "Action")
        yield f"the action {action!r}" if action else "no action"
    if isinstance(rule.peer, UnreadablePeer):
        yield f"the peer {rule.peer.text!r}" if rule.peer.text else "no peer"
    if isinstance(rule.service, UnreadableService):
        yield f"the service {rule.service.text!r}" if rule.service.text else "no service"
