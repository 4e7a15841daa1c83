"""tencentcloud_security_group_rule: one rule, put in at ``policy_index`` and taken out by its content."""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.change.references import (
    ADDRESS_TEMPLATE,
    ADDRESS_TEMPLATE_GROUP,
    GROUP,
    SERVICE_TEMPLATE,
    SERVICE_TEMPLATE_GROUP,
)
from auditor.change.rule_fields import RuleFields, rule
from auditor.change.side import Side
from auditor.change.why import Why
from auditor.model.rules import Direction, Rule

_DIRECTIONS = {"ingress": Direction.INGRESS, "egress": Direction.EGRESS}


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleRule:
    """A rule with its place: ``None`` where only the apply will tell which. ``direction`` alike."""

    rule: Rule
    direction: Direction | None
    place: int | None
    why: Why | None


def refused(side: Side) -> bool:
    """Whether the provider refuses the rule when it applies: ICMP with a port."""
    return (side.text(("ip_protocol",)) or "").upper() == "ICMP" and bool(side.text(("port_range",)))


def read(side: Side) -> SingleRule:
    """The rule of one resource. Without ``policy_index`` the provider sends 0, which means in front of all."""
    fields = RuleFields(
        action=side.text(("policy",)),
        ipv4=_ipv4(side.text(("cidr_ip",))),
        ipv6=_ipv6(side.text(("cidr_ip",))),
        group=side.reference(("source_sgid",), GROUP),
        address_template=side.reference(("address_template", 0, "template_id"), ADDRESS_TEMPLATE),
        address_template_group=side.reference(("address_template", 0, "group_id"), ADDRESS_TEMPLATE_GROUP),
        protocol=side.keyword(("ip_protocol",)),
        port=side.keyword(("port_range",)),
        service_template=side.reference(("protocol_template", 0, "template_id"), SERVICE_TEMPLATE),
        service_template_group=side.reference(("protocol_template", 0, "group_id"), SERVICE_TEMPLATE_GROUP),
        description=side.text(("description",)) or "",
    )
    place = side.text(("policy_index",))
    found, why = rule(fields, 0)
    direction = _DIRECTIONS.get((side.text(("type",)) or "").lower())
    return SingleRule(rule=found, direction=direction, place=_number(place), why=why)


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def _ipv4(text: str | None) -> str | None:
    return "" if text is not None and ":" in text else text


def _ipv6(text: str | None) -> str | None:
    """``cidr_ip`` takes both families."""
    return text if text is None or ":" in text else ""
