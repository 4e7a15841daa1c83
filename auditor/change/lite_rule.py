"""tencentcloud_security_group_lite_rule: lists of ``ACTION#SOURCE#PORT#PROTOCOL``, the first on top.

PROTOCOL may be a service template (``ppm-``, ``ppmg-``), PORT then means nothing. ALL and ICMP demand PORT ``ALL``.
"""

from __future__ import annotations

import re

from auditor.change import values
from auditor.change.plan import Json
from auditor.change.rule_fields import RuleFields, RuleList, rule_list, unknown_rules
from auditor.change.side import Side
from auditor.change.why import Why
from auditor.model.rules import Direction

_ID = re.compile(r"(sg|ipm|ipmg|ppm|ppmg)-\w{8}")
_PARTS = 4


def rules(side: Side, direction: Direction) -> RuleList:
    """The rules of one direction. One unknown source makes Terraform hide the whole list."""
    items = side.items((direction.value,))
    if items is None or any(not isinstance(item, str) for item in items):
        return unknown_rules(Why.RULES_UNKNOWN)
    return rule_list(tuple(fields(item) for item in items))


def fields(item: Json) -> RuleFields:
    """The parts of one line. A line that the provider refuses has no readable action."""
    parts = [part.strip() for part in values.text(item).split("#")]
    if len(parts) != _PARTS:
        return RuleFields(action="", ipv4=values.text(item))
    action, source, port, protocol = parts
    service = _template(protocol)
    return RuleFields(
        action=action,
        **_source(source),
        **(service or {"protocol": protocol, "port": port}),
    )


def _source(text: str) -> dict[str, str]:
    match = _ID.fullmatch(text)
    names = {"sg": "group", "ipm": "address_template", "ipmg": "address_template_group"}
    return {names.get(match[1], "ipv4") if match else "ipv4": text}


def _template(text: str) -> dict[str, str]:
    match = _ID.fullmatch(text)
    names = {"ppm": "service_template", "ppmg": "service_template_group"}
    return {names[match[1]]: text} if match and match[1] in names else {}
