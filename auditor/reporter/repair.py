"""The reports of ``sgaudit fix``: a repair as a table, as JSON, as ``tccli`` commands and as Terraform.

The table and the JSON object explain a repair, with the findings that it resolves and leaves. The commands and the
Terraform blocks carry it out; they are printed, never run. Both raise :class:`ReportError` rather than write a rule
that was not wholly readable. Each ``render_...`` function is followed by its own helpers.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from itertools import groupby

from auditor.errors import ExitCode, ReportError
from auditor.model.evidence import Evidence
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.outcomes import EditStep, GroupChange, Operation, Remaining, RemainingReason, Repair
from auditor.model.rules import Direction, Rule
from auditor.reporter import escape
from auditor.reporter.api_rules import ACTIONS, policy, rule_object
from auditor.reporter.command_models import ChangedListPart, Fix, OperationPart, PlacePart, ProofPart, RemainingPart
from auditor.reporter.identity import SHORT_ID
from auditor.reporter.json_text import dump
from auditor.reporter.options import RenderOptions
from auditor.reporter.regions import region_parts
from auditor.reporter.terminal import Screen, Style
from auditor.reporter.text.sentences import ResultText

_SIGNS = {Operation.INSERT: "+", Operation.REPLACE: "~", Operation.DELETE: "-"}
_STYLES = {Operation.INSERT: Style.GOOD, Operation.REPLACE: Style.WARNING, Operation.DELETE: Style.BAD}


def render_json(repair: Repair, result: Result, options: RenderOptions) -> Iterator[str]:
    """The JSON object; a rule that was not wholly readable keeps its words under ``Unreadable``."""
    sentences = ResultText(result, options.lang)
    proof = repair.proof
    return dump(
        Fix(
            changes=[_changed_list(change) for change in repair.changes],
            proof=ProofPart(
                resolved=proof.resolved,
                remaining=[_remaining(remaining, sentences) for remaining in proof.remaining],
                opened=region_parts(proof.opened),
                closed=region_parts(proof.closed),
            ),
        )
    )


def render_table(repair: Repair, result: Result, options: RenderOptions) -> Iterator[str]:
    """The steps by group, the packets that they open and close, the findings that they resolve and leave, and why."""
    yield "\n".join(line.rstrip() for line in _Page(repair, result, options).lines()) + "\n"


def _changed_list(change: GroupChange) -> ChangedListPart:
    return ChangedListPart(
        region=change.region,
        security_group_id=change.security_group_id,
        direction=change.direction,
        version=change.version,
        operations=[
            OperationPart(
                op=step.operation,
                index=step.index,
                rule=rule_object(step.rule),
                before=None if step.before is None else rule_object(step.before),
                findings=step.findings,
            )
            for step in change.steps
        ],
        after=[rule_object(rule) for rule in change.after],
        shared_with=change.shared_with,
    )


def _remaining(remaining: Remaining, sentences: ResultText) -> RemainingPart:
    return RemainingPart(
        fingerprint=remaining.fingerprint,
        why=remaining.why,
        message=sentences.phrasing.text(f"flows-why-{remaining.why}"),
        evidence=[
            PlacePart(
                security_group_id=rule.security_group_id,
                direction=rule.direction,
                index=rule.index,
                action=rule.action,
            )
            for rule in remaining.evidence
        ],
    )


class _Page:
    def __init__(self, repair: Repair, result: Result, options: RenderOptions) -> None:
        self._repair = repair
        self._result = result
        self._options = options
        self._screen = Screen(options)
        self._sentences = ResultText(result, options.lang)
        self._text = self._sentences.phrasing.text

    def lines(self) -> Iterator[str]:
        is_open = bool(self._repair.proof.remaining) or self._options.exit_code is ExitCode.INCOMPLETE
        title = "flows-fix-none" if is_open and not self._repair.changes else "flows-fix-title"
        yield from self._screen.paragraph(self._text(title, count=len(self._repair.changes)))
        for change in self._repair.changes:
            yield ""
            yield from self._group(change)
        yield from self._proof()

    def _group(self, change: GroupChange) -> Iterator[str]:
        group = self._sentences.group(change.region, change.security_group_id)
        direction = self._text(f"flows-rules-{change.direction}")
        yield from self._screen.paragraph(
            self._text("flows-fix-group", group=group, rules=direction, region=change.region)
        )
        for step in change.steps:
            yield from self._screen.led(_SIGNS[step.operation], _STYLES[step.operation], self._step(change, step), 2)
        if len(change.shared_with) > 1:
            others = self._sentences.phrasing.listed(list(change.shared_with), 6)
            yield from self._screen.paragraph(self._text("flows-fix-shared", others=others), indent=2)

    def _step(self, change: GroupChange, step: EditStep) -> str:
        """A step as a plan shows it: the number of the rule in the console, the old and the new rule, the findings."""
        number = step.index + 1 if step.before is None else step.before.priority
        old = "" if step.before is None else self._content(change, step.before)
        new = "" if step.operation is Operation.DELETE else self._content(change, step.rule)
        line = self._text(f"flows-step-{step.operation}", number=number, old=old, new=new)
        identities = self._sentences.phrasing.listed([name[:SHORT_ID] for name in step.findings], 3)
        return self._text("flows-step-for", step=line, ids=identities) if identities else line

    def _content(self, change: GroupChange, rule: Rule) -> str:
        action = self._text(f"terms-action-{rule.action}")
        content = f"{action} {self._sentences.rules.content(change.region, change.direction, rule)}"
        if not rule.description.strip():
            return content
        return self._text("flows-step-described", rule=content, text=self._sentences.phrasing.clipped(rule.description))

    def _proof(self) -> Iterator[str]:
        proof = self._repair.proof
        if self._repair.changes:
            yield from self._screen.heading(self._text("flows-heading-proof"))
            yield from self._screen.paragraph(self._text("flows-proof", count=len(proof.resolved)))
        fields: list[tuple[str, Sequence[str]]] = []
        directions = {change.direction for change in self._repair.changes}
        direction = next(iter(directions)) if len(directions) == 1 else None
        if proof.opened:
            fields.append((self._text("flows-label-opened"), [self._sentences.packets(proof.opened, direction)]))
        if proof.closed:
            fields.append((self._text("flows-label-closed"), [self._sentences.packets(proof.closed, direction)]))
        yield from self._screen.fields(fields)
        if proof.remaining:
            yield from self._screen.heading(self._text("flows-heading-remaining"))
            yield from self._remaining()

    def _remaining(self) -> Iterator[str]:
        """The findings that remain by the reason, each reason once."""
        by_reason: dict[RemainingReason, list[Remaining]] = {}
        for remaining in self._repair.proof.remaining:
            by_reason.setdefault(remaining.why, []).append(remaining)
        for why, same in by_reason.items():
            reason = self._text("flows-remaining", why=self._text(f"flows-why-{why}"), count=len(same))
            yield from self._screen.paragraph(reason)
            yield from self._screen.bullets(self._left(remaining) for remaining in same)

    def _left(self, remaining: Remaining) -> str:
        finding = next(finding for finding in self._result.findings if finding.fingerprint == remaining.fingerprint)
        cluster = self._sentences.cluster(finding.region, finding.cluster_id)
        title = self._sentences.finding(finding).title
        identity = remaining.fingerprint[:SHORT_ID]
        if not remaining.evidence:
            return self._text("flows-left", cluster=cluster, title=title, fingerprint=identity)
        rules = self._places(finding.region, remaining.evidence)
        return self._text("flows-left-by", cluster=cluster, title=title, rules=rules, fingerprint=identity)

    def _places(self, region: str, evidence: Sequence[Evidence]) -> str:
        return self._sentences.rules.rule_names(region, evidence)


_ACTIONS = {
    Operation.INSERT: "CreateSecurityGroupPolicies",
    Operation.REPLACE: "ReplaceSecurityGroupPolicy",
    Operation.DELETE: "DeleteSecurityGroupPolicies",
}
_LISTS = {Direction.INGRESS: "Ingress", Direction.EGRESS: "Egress"}


def render_commands(repair: Repair) -> Iterator[str]:
    """A shell script of ``tccli`` calls. Raises ``ReportError`` where a rule to write was not readable.

    The API inserts rules of one direction at one index per call. Each call raises the group's version by one, and the
    API refuses a call with another version than the group's: an edit by somebody else in between stops the script.
    """
    versions: dict[tuple[str, str], int] = {}
    lines = ["#!/bin/sh", "# Read it, then run it. Stops at the first command that the cloud refuses.", "set -eu"]
    for change in repair.changes:
        lines += _commands(change, versions)
    if not repair.changes:
        lines.append("# Nothing to change.")
    for change in reversed(repair.changes):
        lines += _way_back(change)
    return iter(("\n".join(lines) + "\n",))


def _way_back(change: GroupChange) -> Iterator[str]:
    """The commands that undo a change, as comments: the inverse steps in reverse order, without a guard."""
    yield ""
    yield f"# To undo the change of {escape.terminal(change.security_group_id)}, {change.direction}:"
    for step in reversed(change.steps):
        back = step.undone()
        policies = json.dumps({_LISTS[change.direction]: [_shape(back.operation, back)]}, ensure_ascii=True)
        # An id with a line break must not end the comment.
        yield "# " + _command(change, back.operation, policies).replace("\n", "\n# ")


def _command(change: GroupChange, operation: Operation, policies: str) -> str:
    return " ".join(
        (
            f"tccli vpc {_ACTIONS[operation]} --region {shlex.quote(change.region)}",
            f"--SecurityGroupId {shlex.quote(change.security_group_id)}",
            f"--SecurityGroupPolicySet {shlex.quote(policies)}",
        )
    )


def _remarks(step: EditStep) -> Iterator[str]:
    """The old and the new rule of a step as comments, with the findings that it serves."""
    findings = f"  # {' '.join(name[:SHORT_ID] for name in step.findings)}" if step.findings else ""
    if step.before is not None:
        yield f"# - rule {step.before.priority} {_compact(step.before)}{findings}"
    if step.operation is not Operation.DELETE:
        yield f"# + {_compact(step.rule)}{findings}"


def _compact(rule: Rule) -> str:
    """A rule as one line of JSON, as the API writes it."""
    return escape.terminal(json.dumps(rule_object(rule), ensure_ascii=False, sort_keys=True))


def _commands(change: GroupChange, versions: dict[tuple[str, str], int]) -> Iterator[str]:
    key = (change.region, change.security_group_id)
    yield ""
    group, version = escape.terminal(change.security_group_id), escape.terminal(change.version)
    yield f"# {group}, {change.direction}, read at version {version or '?'}"
    if len(change.shared_with) > 1:
        yield f"# bound by {escape.terminal(', '.join(change.shared_with))}"
    for operation, steps in _calls(change.steps):
        calls = versions.get(key, 0)
        versions[key] = calls + 1
        guard = {"Version": str(int(change.version) + calls)} if re.fullmatch(r"[0-9]{1,18}", change.version) else {}
        rules = [_shape(operation, step) for step in steps]
        policies = json.dumps({**guard, _LISTS[change.direction]: rules}, ensure_ascii=True)
        yield from (remark for step in steps for remark in _remarks(step))
        yield _command(change, operation, policies)


def _calls(steps: tuple[EditStep, ...]) -> Iterator[tuple[Operation, list[EditStep]]]:
    """The steps by API call: insertions at one index share a call, in the order that the rules will have."""
    for (operation, _), together in groupby(steps, key=_call):
        run = list(together)
        if operation is Operation.INSERT:
            yield operation, run[::-1]
        else:
            yield from ((operation, [step]) for step in run)


def _call(step: EditStep) -> tuple[Operation, int]:
    return step.operation, step.index


def _shape(operation: Operation, step: EditStep) -> dict[str, object]:
    if operation is Operation.DELETE:
        return {"PolicyIndex": step.index}
    return dict(policy(step.rule))


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


def render_terraform(repair: Repair, result: Result) -> Iterator[str]:
    """HCL. A rule set owns both directions, so the unchanged direction is written as it was read.

    Raises ``ReportError`` where a rule of the group was not readable or a direction not read: the block would lose it.
    """
    groups: dict[tuple[str, str], dict[Direction, GroupChange]] = {}
    for change in repair.changes:
        groups.setdefault((change.region, change.security_group_id), {})[change.direction] = change
    blocks = [_block(region, group, changes, result) for (region, group), changes in groups.items()]
    return iter(("\n".join(blocks) if blocks else "# Nothing to change.\n",))


def _block(region: str, group: str, changes: dict[Direction, GroupChange], result: Result) -> str:
    security_group = result.snapshot.group_by_id[region, group]
    name = escape.terminal(group)
    lines = [
        f"# {name} in {escape.terminal(region)}. If Terraform does not own its rules yet: terraform import",
        f"#   tencentcloud_security_group_rule_set.{_label(group)} {name}",
        *(remark for change in changes.values() for step in change.steps for remark in _remarks(step)),
        f'resource "tencentcloud_security_group_rule_set" "{_label(group)}" {{',
        f"  security_group_id = {_text(group)}",
    ]
    for direction in Direction:
        rules = changes[direction].after if direction in changes else security_group.rules(direction)
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
    """A quoted template of HCL without interpolation. HCL shares only the escapes of line ends and tabs with JSON."""
    parts = re.split(r"([\n\r\t])", value)
    quoted = json.dumps(
        "".join(part if part in _ESCAPED else escape.visible(part) for part in parts), ensure_ascii=False
    )
    return quoted.replace("${", "$${").replace("%{", "%%{")
