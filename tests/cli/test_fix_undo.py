"""The commands that ``sgaudit fix --format tccli`` prints, run on a list of rules as the cloud runs them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from auditor.fetcher import snapshot_file
from auditor.model.rules import Direction, Rule
from auditor.model.snapshot import Snapshot
from auditor.reporter.api_rules import rule_object
from tests import builders
from tests.cli import estate
from tests.cli.conftest import Tool

Lists = dict[tuple[str, str], list[dict[str, Any]]]
OPTIONS = ["--close-excess", "--override-drops", "--severity", "info"]


def _untouched(rule: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if key != "PolicyIndex"}


def _lists(snapshot: Snapshot) -> Lists:
    """Every list of rules that was read, without the indexes."""
    return {
        (group.security_group_id, direction.value): [_untouched(dict(rule_object(rule))) for rule in rules]
        for group in snapshot.security_groups
        for direction in Direction
        if isinstance(rules := group.rules(direction), tuple)
    }


def _commands(script: str, *, undo: bool) -> Iterator[list[str]]:
    lead = "# tccli " if undo else "tccli "
    for line in script.splitlines():
        if line.startswith(lead):
            yield shlex.split(line.removeprefix("# "))


def _run(lists: Lists, words: list[str]) -> None:
    """Runs one command as documented: rules of one command have one PolicyIndex and keep their order there."""
    given = dict(zip(words[3::2], words[4::2], strict=True))
    policies = json.loads(given["--SecurityGroupPolicySet"])
    for name, direction in (("Ingress", "ingress"), ("Egress", "egress")):
        if not (given_rules := policies.get(name)):
            continue
        [index] = {policy["PolicyIndex"] for policy in given_rules}
        rules = lists[given["--SecurityGroupId"], direction]
        assert 0 <= index <= len(rules)
        texts = [_untouched(policy) for policy in given_rules]
        match words[2]:
            case "CreateSecurityGroupPolicies":
                rules[index:index] = texts
            case "ReplaceSecurityGroupPolicy":
                [rules[index]] = texts
            case "DeleteSecurityGroupPolicies":
                del rules[index]
            case other:
                pytest.fail(other)


def _repair(tool: Tool, *source: str) -> tuple[str, Any]:
    script = tool("fix", *source, *OPTIONS, "--format", "tccli", "-q").stdout
    return script, json.loads(tool("fix", *source, *OPTIONS, "--format", "json", "-q").stdout)


def _mixed(index: int, text: tuple[str, ...]) -> Rule:
    return replace(builders.rule(index, *text), description=f"rule {index} 订单 '$x'")


def _estate() -> Snapshot:
    texts = (
        ("deny", "10.0.0.0/16", "tcp", "10250"),
        *estate.GOOD[1:2],
        ("allow", "0.0.0.0/0", "tcp", "22,6379,30000-32767"),
        ("allow", "0.0.0.0/0", "tcp", "2379"),
        ("deny", "192.0.2.0/24"),
        ("allow", "0.0.0.0/0", "tcp", "3306"),
    )
    ingress = tuple(_mixed(index, text) for index, text in enumerate(texts))
    egress = (builders.rule(0, "allow", "10.0.0.0/16"),)
    return builders.snapshot(
        [builders.cluster(builders.node("ins-a", "sg-a"))], [builders.group("sg-a", ingress, egress)]
    )


@pytest.mark.parametrize("name", ["demo", "several-steps"])
def test_the_commands_make_the_promised_list_and_the_commands_of_the_way_back_undo_them(tool: Tool, name: str) -> None:
    path = tool.folder / "read.json"
    if name == "demo":
        tool("fetch", "--replay", "demo", "-o", str(path), "-q")
    else:
        estate.write(_estate(), path)
    script, repair = _repair(tool, "--snapshot", str(path))
    before = _lists(snapshot_file.load(path.read_text(encoding="utf-8"), "read.json"))
    lists = {key: list(rules) for key, rules in before.items()}
    for words in _commands(script, undo=False):
        _run(lists, words)
    changed = {
        (change["security_group_id"], change["direction"]): [_untouched(rule) for rule in change["after"]]
        for change in repair["changes"]
    }
    assert changed
    assert {key: lists[key] for key in changed} == changed
    assert {key: rules for key, rules in lists.items() if key not in changed} == {
        key: rules for key, rules in before.items() if key not in changed
    }
    for words in _commands(script, undo=True):
        _run(lists, words)
    assert lists == before
