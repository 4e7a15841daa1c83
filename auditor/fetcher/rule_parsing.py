"""Parses security groups with their rules, and the services of rules and service templates.

Sources: vpc/DescribeSecurityGroupPolicies, vpc/SecurityGroupPolicy, vpc/CreateSecurityGroupPolicies,
vpc/CreateServiceTemplate. Nothing is guessed: a rule with a field that has no documented meaning keeps its place, and
leaves a gap of its group. A direction whose rules may be incomplete, or out of order, is a gap itself, because the
first matching rule decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auditor.fetcher import json_fields
from auditor.fetcher.json_fields import CallSite, Defects
from auditor.model import identifiers, rule_syntax
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
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

_ACTIONS = {"accept": Action.ALLOW, "drop": Action.DENY}
_LISTS = {Direction.INGRESS: "Ingress", Direction.EGRESS: "Egress"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedCount:
    """The number of rules of one direction by the answer's own statistics, where the answer holds fewer rules.

    Either rules are missing, or the statistics count a rule with a template once for each entry of the template.
    """

    direction: Direction
    count: int


def parse_group(answer: Mapping[str, Any], call_site: CallSite, security_group_id: str) -> SecurityGroup:
    """Parse an answer of DescribeSecurityGroupPolicies; the name of the group comes from another call."""
    defects = _defects(call_site, security_group_id)
    policies = json_fields.mapping(answer, "SecurityGroupPolicySet", defects)
    ingress, ingress_gaps = _parse_direction(policies, defects, Direction.INGRESS)
    egress, egress_gaps = _parse_direction(policies, defects, Direction.EGRESS)
    return SecurityGroup(
        region=call_site.region,
        security_group_id=security_group_id,
        version=json_fields.label(policies, "Version"),
        ingress=ingress,
        egress=egress,
        gaps=(*ingress_gaps, *egress_gaps, *defects.gaps),
    )


def parse_stated_counts(
    answer: Mapping[str, Any], call_site: CallSite, group: SecurityGroup
) -> tuple[StatedCount, ...]:
    """The counts that :func:`parse_group` could not check, because the sizes of templates are not known yet."""
    defects = _defects(call_site, group.security_group_id)  # parse_group has made gaps of these defects already
    policies = json_fields.mapping(answer, "SecurityGroupPolicySet", defects)
    counts = (
        (direction, group.rules(direction), _stated_count(policies, direction, defects)) for direction in Direction
    )
    return tuple(
        StatedCount(direction=direction, count=count)
        for direction, rules, count in counts
        if isinstance(rules, tuple) and len(rules) < count
    )


def missing_rules_gap(call_site: CallSite, group_id: str, direction: Direction, received: int, stated: int) -> Gap:
    """The gap in place of a direction of which ``received`` of ``stated`` rules came: first match needs all rules."""
    message = f"{received} of {stated} {direction} rules of {group_id} came: the others are unknown"
    return _direction_gap(call_site, group_id, direction, message)


def _direction_gap(call_site: CallSite, group_id: str, direction: Direction, message: str) -> Gap:
    return call_site.gap(f"{group_id}/{direction}", "PartialAnswer", message, GapKind.UNREAD)


def _defects(call_site: CallSite, group_id: str) -> Defects:
    return Defects(call_site=call_site, resource=group_id, unknown="whether all its rules came is unknown")


def _parse_direction(
    policies: Mapping[str, Any], defects: Defects, direction: Direction
) -> tuple[Rules, tuple[Gap, ...]]:
    """The rules of one direction, with a gap for each rule that has an unreadable field."""
    call_site, group_id = defects.call_site, defects.resource
    rows = policies.get(_LISTS[direction])
    stated = _stated_count(policies, direction, defects)
    if not isinstance(rows, list):
        if rows is None and _is_stated_empty(policies, direction, defects):
            return (), ()
        message = f"the answer holds no list of {direction} rules of {group_id}: which rules it has is unknown"
        return _direction_gap(call_site, group_id, direction, message), ()
    if (index := _impossible_index(rows)) is not None:
        message = (
            f"one of {len(rows)} {direction} rules of {group_id} has the PolicyIndex {json_fields.shown(index)}: "
            "in which order they count, and whether all came, is unknown"
        )
        return _direction_gap(call_site, group_id, direction, message), ()
    parsed = _parse_rules(rows)
    rules = tuple(rule for rule, _ in parsed)
    if stated > len(rules) and not any(rule.templates for rule in rules):
        return missing_rules_gap(call_site, group_id, direction, len(rules), stated), ()
    return rules, tuple(_unreadable_rule_gaps(parsed, call_site, group_id, direction))


def _impossible_index(rows: list[Any]) -> object:
    """A PolicyIndex that no rule of a complete list can have, if any; ``None`` if all are possible.

    PolicyIndex counts from 0 without holes, and may be missing.
    """
    indexes = [row.get("PolicyIndex") if isinstance(row, dict) else None for row in rows]
    stated = [index for index in indexes if index is not None]
    wrong = [index for index in stated if type(index) is not int or not 0 <= index < len(rows)]
    if wrong or None in indexes:
        return next(iter(wrong), None)
    distinct = sorted(set(stated))
    return next((index for position, index in enumerate(distinct) if index != position), None)


def _is_stated_empty(policies: Mapping[str, Any], direction: Direction, defects: Defects) -> bool:
    """Whether the answer's own statistics say that a null or missing list has no rules.

    The API promises two lists; an empty list is ``[]`` and denies everything. ``null`` alone could also be a list that
    was lost. Statistics of zeros come beside full lists, too (the official example), so they count only where they are
    right about the other direction.
    """
    other = Direction.EGRESS if direction is Direction.INGRESS else Direction.INGRESS
    other_rows = policies.get(_LISTS[other])
    counts = _stated_counts(policies, direction, defects)
    return (
        counts == [0, 0]
        and isinstance(other_rows, list)
        and len(other_rows) == _stated_count(policies, other, defects) > 0
    )


def _stated_count(policies: Mapping[str, Any], direction: Direction, defects: Defects) -> int:
    return sum(count for count in _stated_counts(policies, direction, defects) if count is not None)


def _stated_counts(policies: Mapping[str, Any], direction: Direction, defects: Defects) -> list[int | None]:
    """The numbers of IPv4 and of IPv6 rules by the answer's own statistics; ``None`` where a number is missing."""
    statistics = json_fields.mapping(policies, "PolicyStatistics", defects)
    return [
        json_fields.number(statistics, f"{_LISTS[direction]}{family}TotalCount", defects) for family in ("IPv4", "IPv6")
    ]


def _parse_rules(rows: list[Any]) -> list[tuple[Rule, Mapping[str, Any]]]:
    """Rules with their rows by PolicyIndex, 0 first.

    A rule without PolicyIndex takes its position in the list; rules with equal indexes keep the order of the list.
    """
    objects = [row if isinstance(row, dict) else {} for row in rows]
    parsed = [(_parse_rule(row, position), row) for position, row in enumerate(objects)]
    return sorted(parsed, key=lambda pair: pair[0].index)


def _parse_rule(row: Mapping[str, Any], position: int) -> Rule:
    return Rule(
        index=position if row.get("PolicyIndex") is None else row["PolicyIndex"],
        action=_ACTIONS.get(json_fields.raw_field(row, "Action").lower(), Action.UNREADABLE),
        peer=_parse_peer(row),
        service=parse_service(row),
        description=json_fields.label(row, "PolicyDescription"),
    )


def _parse_peer(row: Mapping[str, Any]) -> Peer:
    """The peer of a rule. Unused fields are "", null or missing; exactly one field must be used."""
    peers = list(_parse_peer_fields(row))
    return peers[0] if len(peers) == 1 else UnreadablePeer(text=" and ".join(_peer_text(peer) for peer in peers))


def _parse_peer_fields(row: Mapping[str, Any]) -> Iterator[Peer]:
    for key in ("CidrBlock", "Ipv6CidrBlock"):
        if block := json_fields.raw_field(row, key):
            yield _parse_block(block)
    if group := json_fields.raw_field(row, "SecurityGroupId"):
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


def parse_service(row: Mapping[str, Any]) -> Service:
    """Parse the service of a rule: either Protocol with Port, or one template."""
    references = list(json_fields.references(row, "ServiceTemplate", ("ServiceId", "ServiceGroupId")))
    protocol, port = json_fields.raw_field(row, "Protocol"), _parse_port(row)
    if not references:
        return _parse_protocol_and_port(protocol, port)
    prefixes = (*identifiers.SERVICE_TEMPLATE, *identifiers.SERVICE_TEMPLATE_GROUP)
    if len(references) == 1 and not protocol and not port and identifiers.is_identifier(references[0], prefixes):
        return ServiceTemplateRef(template_id=references[0])
    parts = [*references, *([f"{protocol} {port}".strip()] if protocol or port else [])]
    return UnreadableService(text=" and ".join(parts))


def parse_service_entry(source: str) -> ProtocolService | None:
    """Parse one entry of a service template; ``None`` where it has no documented meaning."""
    try:
        return rule_syntax.service_entry(source)
    except ValueError:
        return None


def _parse_port(row: Mapping[str, Any]) -> str:
    """The spelling of the ports; a single port may come as a number."""
    port = row.get("Port")
    return str(port) if type(port) is int else json_fields.raw_field(row, "Port")


def _parse_protocol_and_port(protocol: str, port: str) -> Service:
    try:
        return rule_syntax.service(protocol, port)
    except ValueError:
        return UnreadableService(text=f"{protocol} {port}".strip(), protocol=_parse_protocol(protocol))


def _parse_protocol(protocol: str) -> Protocol | None:
    """The protocol of a service with an unreadable port; ``None`` where the protocol is unreadable as well."""
    try:
        return rule_syntax.protocol(protocol)
    except ValueError:
        return None


def _unreadable_rule_gaps(
    parsed: list[tuple[Rule, Mapping[str, Any]]], call_site: CallSite, group_id: str, direction: Direction
) -> Iterator[Gap]:
    for rule, row in parsed:
        parts = list(_unreadable_parts(rule, row))
        if parts:
            resource = f"{group_id}/{direction}/{rule.index}"
            message = (
                f"{direction} rule {rule.priority} of {group_id} has {', '.join(parts)}: what it decides is unknown"
            )
            yield call_site.gap(resource, "UnreadableRule", message)


def _unreadable_parts(rule: Rule, row: Mapping[str, Any]) -> Iterator[str]:
    if rule.action is Action.UNREADABLE:
        action = json_fields.raw_field(row, "Action")
        yield f"the action {action!r}" if action else "no action"
    if isinstance(rule.peer, UnreadablePeer):
        yield f"the peer {rule.peer.text!r}" if rule.peer.text else "no peer"
    if isinstance(rule.service, UnreadableService):
        yield f"the service {rule.service.text!r}" if rule.service.text else "no service"
