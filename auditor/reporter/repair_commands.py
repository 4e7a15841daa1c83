"""A repair as ``tccli`` commands, each guarded by the version that the group has by then; printed, never run."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from itertools import groupby

from auditor.model.repair import GroupChange, Operation, Repair, Step
from auditor.model.rules import Direction
from auditor.reporter import escape
from auditor.reporter.policy_shape import policy

_ACTIONS = {
    Operation.INSERT: "CreateSecurityGroupPolicies",
    Operation.REPLACE: "ReplaceSecurityGroupPolicy",
    Operation.DELETE: "DeleteSecurityGroupPolicies",
}
_LISTS = {Direction.INGRESS: "Ingress", Direction.EGRESS: "Egress"}


def render(repair: Repair) -> str:
    """A shell script. Raises ``ReportError`` where a rule to write was not readable.

    Insertions at one index go in one call, which the API demands to be of one direction and one index. Each call
    raises a group's version by one, and a call with another version than the group's is refused: an edit by somebody
    else in between stops the script.
    """
    versions: dict[tuple[str, str], int] = {}
    lines = ["#!/bin/sh", "# Read it, then run it. Stops at the first command that the cloud refuses.", "set -eu"]
    for change in repair.changes:
        lines += _commands(change, versions)
    if not repair.changes:
        lines.append("# Nothing to change.")
    return "\n".join(lines) + "\n"


def _commands(change: GroupChange, versions: dict[tuple[str, str], int]) -> Iterator[str]:
    key = (change.region, change.security_group_id)
    yield ""
    group, version = escape.terminal(change.security_group_id), escape.terminal(change.version)
    yield f"# {group}, {change.direction}, read at version {version or '?'}"
    if len(change.shared_with) > 1:
        yield f"# bound by {escape.terminal(', '.join(change.shared_with))}"
    for operation, steps in _calls(change.steps):
        made = versions.get(key, 0)
        versions[key] = made + 1
        guard = {"Version": str(int(change.version) + made)} if re.fullmatch(r"[0-9]{1,18}", change.version) else {}
        rules = [_shape(operation, step) for step in steps]
        held = json.dumps({**guard, _LISTS[change.direction]: rules}, ensure_ascii=True)
        yield " ".join(
            (
                f"tccli vpc {_ACTIONS[operation]} --region {shlex.quote(change.region)}",
                f"--SecurityGroupId {shlex.quote(change.security_group_id)}",
                f"--SecurityGroupPolicySet {shlex.quote(held)}",
            )
        )


def _calls(steps: tuple[Step, ...]) -> Iterator[tuple[Operation, list[Step]]]:
    """Steps that one call carries out: insertions at one index together, in the order in which they will stand."""
    for (operation, _), together in groupby(steps, key=_call):
        found = list(together)
        if operation is Operation.INSERT:
            yield operation, found[::-1]
        else:
            yield from ((operation, [step]) for step in found)


def _call(step: Step) -> tuple[Operation, int]:
    return step.operation, step.index


def _shape(operation: Operation, step: Step) -> dict[str, object]:
    if operation is Operation.DELETE:
        return {"PolicyIndex": step.index}
    return dict(policy(step.rule))
