"""Reads the rules in the three resources that write them: rule sets, lite rules and single rules.

For each direction a rule set has a list of blocks and a lite rule a list of lines ``action#source#port#protocol``, the
top rule first; a single rule has a position. The result is a ``RuleList`` or a ``SingleRule``; an attribute that cannot
be read leaves its flaw. ``policy_index`` and ``version`` of a rule set are ignored: a plan shows the values of the
rules that had the same positions before.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model.rules import Direction, Rule
from auditor.whatif.gaps import GapReason
from auditor.whatif.rule_fields import RuleFields, RuleList, build_rule, build_rule_list, unknown_rules
from auditor.whatif.terraform import values
from auditor.whatif.terraform.plan import Json
from auditor.whatif.terraform.references import (
    ADDRESS_TEMPLATE,
    ADDRESS_TEMPLATE_GROUP,
    GROUP,
    SERVICE_TEMPLATE,
    SERVICE_TEMPLATE_GROUP,
    ResourceView,
)

_DIRECTIONS = {"ingress": Direction.INGRESS, "egress": Direction.EGRESS}

_OBJECT_ID = re.compile(r"(sg|ipm|ipmg|ppm|ppmg)-\w{8}")
_LINE_PARTS = 4
"""A line of a lite rule: action, source, port and protocol."""

# The spellings that the provider accepts in a line when it applies it.
_WHOLE = "ALL"
_ACTIONS = frozenset({"ACCEPT", "DROP"})
_WITH_PORTS = frozenset({"TCP", "UDP"})
_WITHOUT_PORTS = frozenset({"ICMP", _WHOLE})
_SOURCE_ID = re.compile(r"(?:sg|ipm|ipmg)-\w{8}", re.ASCII)
_SERVICE_ID = re.compile(r"ppmg?-\w{8}", re.ASCII)
_PREFIX = re.compile(r"[^/%]+(?:/[0-9]+)?")
_PORT = re.compile(r"(?:[0-9]{1,5},)*[0-9]{1,5}|[0-9]{1,5}-[0-9]{1,5}")


def rule_set_rules(view: ResourceView, direction: Direction) -> RuleList:
    """The rules of one direction of a rule set; empty where it has no block, which denies everything."""
    items = view.items((direction.value,))
    if items is None:
        return unknown_rules(GapReason.RULES_UNKNOWN)
    blocks = (view.block((direction.value, position)) for position in range(len(items)))
    return build_rule_list(tuple(_rule_set_fields(block) for block in blocks))


def _rule_set_fields(block: ResourceView) -> RuleFields:
    return RuleFields(
        action=block.text(("action",)),
        ipv4=block.text(("cidr_block",)),
        ipv6=block.text(("ipv6_cidr_block",)),
        group=block.reference(("source_security_id",), GROUP),
        address_template=block.reference(("address_template_id",), ADDRESS_TEMPLATE),
        address_template_group=block.reference(("address_template_group",), ADDRESS_TEMPLATE_GROUP),
        protocol=block.keyword(("protocol",)),
        port=block.keyword(("port",)),
        service_template=block.reference(("service_template_id",), SERVICE_TEMPLATE),
        service_template_group=block.reference(("service_template_group",), SERVICE_TEMPLATE_GROUP),
        description=block.text(("description",)) or "",
    )


def lite_rules(view: ResourceView, direction: Direction) -> RuleList:
    """The rules of one direction of a lite rule. An unknown source in any line makes the whole list unknown."""
    items = view.items((direction.value,))
    if items is None or any(not isinstance(item, str) for item in items):
        return unknown_rules(GapReason.RULES_UNKNOWN)
    return build_rule_list(tuple(lite_rule_fields(item) for item in items))


def lite_rule_fields(item: Json) -> RuleFields:
    """The fields of one line. A line with another number of parts has no readable action."""
    parts = [part.strip() for part in values.text(item).split("#")]
    if len(parts) != _LINE_PARTS:
        return RuleFields(action="", ipv4=values.text(item))
    action, source, port, protocol = parts
    service = _template(protocol)
    return RuleFields(
        action=action,
        **_source(source),
        **(service or {"protocol": protocol, "port": port}),
    )


def lite_rule_refused(before: ResourceView, after: ResourceView) -> Iterator[tuple[Direction, int]]:
    """The positions of the planned lines that the provider refuses.

    A line that the state has in the same spelling is accepted: the provider read it from the API.
    """
    for direction in Direction:
        present = before.items((direction.value,)) or ()
        for position, item in enumerate(after.items((direction.value,)) or ()):
            if isinstance(item, str) and item not in present and not _is_accepted(item):
                yield direction, position


def _is_accepted(line: str) -> bool:
    parts = line.split("#")
    if len(parts) != _LINE_PARTS or parts[0] not in _ACTIONS or not _is_source(parts[1]):
        return False
    _, _, port, protocol = parts
    if _SERVICE_ID.fullmatch(protocol):
        return True
    if protocol in _WITHOUT_PORTS:
        return port == _WHOLE
    return protocol in _WITH_PORTS and (port == _WHOLE or _PORT.fullmatch(port) is not None)


def _is_source(text: str) -> bool:
    if _SOURCE_ID.fullmatch(text):
        return True
    if not _PREFIX.fullmatch(text):
        return False
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


def _source(text: str) -> dict[str, str]:
    match = _OBJECT_ID.fullmatch(text)
    names = {"sg": "group", "ipm": "address_template", "ipmg": "address_template_group"}
    return {names.get(match[1], "ipv4") if match else "ipv4": text}


def _template(text: str) -> dict[str, str]:
    match = _OBJECT_ID.fullmatch(text)
    names = {"ppm": "service_template", "ppmg": "service_template_group"}
    return {names[match[1]]: text} if match and match[1] in names else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleRule:
    """A rule of its own resource. ``position`` and ``direction`` are ``None`` where they are unknown until apply.

    ``why`` is the reason for which the rule could not be read whole.
    """

    rule: Rule
    direction: Direction | None
    position: int | None
    why: GapReason | None


def single_rule_refused(view: ResourceView) -> bool:
    """Whether the provider refuses the rule when it applies: ICMP with a port."""
    return (view.text(("ip_protocol",)) or "").upper() == "ICMP" and bool(view.text(("port_range",)))


def read_single_rule(view: ResourceView) -> SingleRule:
    """The rule of one resource. Without ``policy_index`` the provider sends 0, which inserts the rule at the top."""
    fields = RuleFields(
        action=view.text(("policy",)),
        ipv4=_ipv4(view.text(("cidr_ip",))),
        ipv6=_ipv6(view.text(("cidr_ip",))),
        group=view.reference(("source_sgid",), GROUP),
        address_template=view.reference(("address_template", 0, "template_id"), ADDRESS_TEMPLATE),
        address_template_group=view.reference(("address_template", 0, "group_id"), ADDRESS_TEMPLATE_GROUP),
        protocol=view.keyword(("ip_protocol",)),
        port=view.keyword(("port_range",)),
        service_template=view.reference(("protocol_template", 0, "template_id"), SERVICE_TEMPLATE),
        service_template_group=view.reference(("protocol_template", 0, "group_id"), SERVICE_TEMPLATE_GROUP),
        description=view.text(("description",)) or "",
    )
    position = view.text(("policy_index",))
    rule, why = build_rule(fields, 0)
    direction = _DIRECTIONS.get((view.text(("type",)) or "").lower())
    return SingleRule(rule=rule, direction=direction, position=_number(position), why=why)


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def _ipv4(text: str | None) -> str | None:
    return "" if text is not None and ":" in text else text


def _ipv6(text: str | None) -> str | None:
    """The text of ``cidr_ip``, which takes both families, where it is IPv6."""
    return text if text is None or ":" in text else ""
