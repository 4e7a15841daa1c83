"""A repair as ``tencentcloud_security_group_rule_set`` blocks: the whole list of each group that changes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from auditor.errors import ReportError
from auditor.model.gaps import Gap
from auditor.model.repair import GroupChange, Repair
from auditor.model.result import Result
from auditor.model.rules import Direction, Rule
from auditor.reporter import escape
from auditor.reporter.policy_shape import ACTIONS, policy

_ATTRIBUTES = {
    "CidrBlock": "cidr_block",
    "Ipv6CidrBlock": "ipv6_cidr_block",
    "SecurityGroupId": "source_security_id",
    "Protocol": "protocol",
    "Port": "port",
    "AddressId": "address_template_id",
    "AddressGroupId": "address_template_group",
    "ServiceId": "service_template_id",
    "ServiceGroupId": "service_template_group",
    "PolicyDescription": "description",
}

_ESCAPED = ("\n", "\r", "\t")


def render(repair: Repair, result: Result) -> str:
    """HCL. A rule set owns both directions, so the one that does not change is written as it was read.

    Raises ``ReportError`` where a rule of the group was not readable or a direction not read: the block would lose it.
    """
    groups: dict[tuple[str, str], dict[Direction, GroupChange]] = {}
    for change in repair.changes:
        groups.setdefault((change.region, change.security_group_id), {})[change.direction] = change
    blocks = [_block(region, group, changes, result) for (region, group), changes in groups.items()]
    return "\n".join(blocks) if blocks else "# Nothing to change.\n"


def _block(region: str, group: str, changes: dict[Direction, GroupChange], result: Result) -> str:
    held = result.snapshot.group_by_id[region, group]
    shown = escape.terminal(group)
    lines = [
        f"# {shown} in {escape.terminal(region)}. If Terraform does not own its rules yet: terraform import",
        f"#   tencentcloud_security_group_rule_set.{_label(group)} {shown}",
        f'resource "tencentcloud_security_group_rule_set" "{_label(group)}" {{',
        f"  security_group_id = {_text(group)}",
    ]
    for direction in Direction:
        rules = changes[direction].after if direction in changes else held.rules(direction)
        if isinstance(rules, Gap):
            raise ReportError("repair-unread-list", group=group, direction=direction)
        for rule in rules:
            lines += _rule(direction, rule)
    return "\n".join([*lines, "}"]) + "\n"


def _rule(direction: Direction, rule: Rule) -> Iterator[str]:
    named = {"action": ACTIONS.get(rule.action, ""), **dict(_attributes(rule))}
    attributes = {name: value for name, value in named.items() if value}
    width = max(len(name) for name in attributes)
    yield ""
    yield f"  {direction} {{"
    yield from (f"    {name.ljust(width)} = {_text(value)}" for name, value in attributes.items())
    yield "  }"


def _attributes(rule: Rule) -> Iterator[tuple[str, str]]:
    for key, value in policy(rule).items():
        if isinstance(value, dict):
            yield from ((_ATTRIBUTES[name], str(text)) for name, text in value.items())
        elif key in _ATTRIBUTES:
            yield _ATTRIBUTES[key], str(value)


def _label(group: str) -> str:
    return re.sub(r"\W", "_", group, flags=re.ASCII)


def _text(value: str) -> str:
    """A quoted template of HCL, which has JSON's escapes for line ends and tabs and no other; no interpolation."""
    parts = re.split(r"([\n\r\t])", value)
    quoted = json.dumps(
        "".join(part if part in _ESCAPED else escape.visible(part) for part in parts), ensure_ascii=False
    )
    return quoted.replace("${", "$${").replace("%{", "%%{")
