"""tencentcloud_security_group_lite_rule: lists of ``ACTION#SOURCE#PORT#PROTOCOL``, the first on top.

PROTOCOL may be a service template (``ppm-``, ``ppmg-``), PORT then means nothing. ALL and ICMP demand PORT ``ALL``.
The provider looks at a line when it applies, letter by letter (``parseRule`` in its ``service_tencentcloud_vpc.go``).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from auditor.change import values
from auditor.change.plan import Json
from auditor.change.rule_fields import RuleFields, RuleList, rule_list, unknown_rules
from auditor.change.side import Side
from auditor.change.why import Why
from auditor.model.rules import Direction

_ID = re.compile(r"(sg|ipm|ipmg|ppm|ppmg)-\w{8}")
_PARTS = 4
_WHOLE = "ALL"
_ACTIONS = frozenset({"ACCEPT", "DROP"})
_WITH_PORTS = frozenset({"TCP", "UDP"})
_WITHOUT_PORTS = frozenset({"ICMP", _WHOLE})
_SOURCE_ID = re.compile(r"(?:sg|ipm|ipmg)-\w{8}", re.ASCII)
_SERVICE_ID = re.compile(r"ppmg?-\w{8}", re.ASCII)
_PREFIX = re.compile(r"[^/%]+(?:/[0-9]+)?")
_PORT = re.compile(r"(?:[0-9]{1,5},)*[0-9]{1,5}|[0-9]{1,5}-[0-9]{1,5}")


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


def refused(before: Side, after: Side) -> Iterator[tuple[Direction, int]]:
    """The places of the planned lines that the provider refuses.

    A line that the state holds in the same letters is left alone: it was read back in the API's own spelling.
    """
    for direction in Direction:
        held = before.items((direction.value,)) or ()
        for place, item in enumerate(after.items((direction.value,)) or ()):
            if isinstance(item, str) and item not in held and not _is_taken(item):
                yield direction, place


def _is_taken(line: str) -> bool:
    parts = line.split("#")
    if len(parts) != _PARTS or parts[0] not in _ACTIONS or not _is_source(parts[1]):
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
    match = _ID.fullmatch(text)
    names = {"sg": "group", "ipm": "address_template", "ipmg": "address_template_group"}
    return {names.get(match[1], "ipv4") if match else "ipv4": text}


def _template(text: str) -> dict[str, str]:
    match = _ID.fullmatch(text)
    names = {"ppm": "service_template", "ppmg": "service_template_group"}
    return {names[match[1]]: text} if match and match[1] in names else {}
