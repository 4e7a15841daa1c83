"""Each field of a rule is complete: read from the cloud and from change files, written, compared, shown and escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from auditor.comparator.compare import compare
from auditor.comparator.diff import difference
from auditor.comparator.resolve import rule_content
from auditor.errors import ConfigError, ExitCode
from auditor.fetcher import rule_parsing, snapshot_file
from auditor.fetcher.actions import SECURITY_GROUP_POLICIES
from auditor.fetcher.json_fields import CallSite
from auditor.model.baseline import Policy
from auditor.model.codes import Part
from auditor.model.findings import Result
from auditor.model.rules import Rule, SecurityGroup
from auditor.model.snapshot import Snapshot
from auditor.reporter.api_rules import rule_object
from auditor.reporter.options import RenderOptions
from auditor.reporter.page import html
from auditor.whatif import change_file
from tests.golden.policy import BASELINE
from tests.golden.samples import REGION, cluster, nodes
from tests.schemas import hostile

TODAY = date(2026, 3, 1)
ROW: Mapping[str, Any] = {
    "PolicyIndex": 0,
    "Action": "ACCEPT",
    "Protocol": "TCP",
    "Port": "22",
    "CidrBlock": "10.0.9.0/24",
    "PolicyDescription": "bastion",
}
OTHER_ROWS: Mapping[str, Mapping[str, Any]] = {
    "index": {"PolicyIndex": 4},
    "action": {"Action": "DROP"},
    "peer": {"CidrBlock": "10.0.8.0/24"},
    "service": {"Port": "2222"},
    "description": {"PolicyDescription": "jump host"},
}
"""For each field of a rule, an answer of the API that differs from ``ROW`` in this field alone."""

WITHOUT_EFFECT = {"index", "description"}
"""Fields that decide no packet: two rules that differ in them alone have the same content."""
POSITION = {"index"}
"""Fields that only order a list: a change file and a comparison take the position in the list instead."""


def parsed(row: Mapping[str, Any]) -> Rule:
    """The rule of an answer, below as many others as its index says."""
    rows = [*({**ROW, "PolicyIndex": index} for index in range(row["PolicyIndex"])), row]
    call = CallSite(region=REGION, action=SECURITY_GROUP_POLICIES)
    group = rule_parsing.parse_group({"SecurityGroupPolicySet": {"Ingress": rows, "Egress": []}}, call, "sg-aaaaaaaa")
    assert isinstance(group.ingress, tuple)
    return group.ingress[-1]


def planned(row: Mapping[str, Any]) -> Rule | None:
    """The rule of a change file that holds the answer of the API; ``None`` if the file may not have all of it."""
    text = str({"changes": [{"group": "sg-aaaaaaaa", "direction": "ingress", "rules": [dict(row)]}]})
    try:
        return change_file.load(text, "change.yaml").rules[0].rules[0]
    except ConfigError:
        return None


def snapshot(rule: Rule) -> Snapshot:
    group = SecurityGroup(region=REGION, security_group_id="sg-aaaaaaaa", ingress=(rule,), egress=())
    audited = cluster("cls-aaaaaaaa", "blue", nodes=nodes("ins-aaaaaaaa", 1, "sg-aaaaaaaa"))
    return Snapshot(regions=(REGION,), parts=tuple(Part), clusters=(audited,), security_groups=(group,))


def result(rule: Rule) -> Result:
    return compare(snapshot(rule), Policy(baseline=BASELINE), TODAY)


def page(rule: Rule) -> str:
    return "".join(html.render(result(rule), RenderOptions(tool_version="1", today=TODAY, exit_code=ExitCode.OK)))


def hostile_texts(name: str) -> set[object]:
    """The values of a field in the rules that every report has to escape."""
    groups = hostile.result("script").snapshot.security_groups
    return {getattr(rule, name) for group in groups for _, rule in group.all_rules()}


def missing(name: str) -> Iterator[str]:
    """The places that do not have a field of :class:`Rule`."""
    if name not in OTHER_ROWS:
        yield "an answer of the API, in OTHER_ROWS of this test"
        return
    row = {**ROW, **OTHER_ROWS[name]}
    rule, changed = parsed(ROW), replace(parsed(ROW), **{name: getattr(parsed(row), name)})
    if changed == rule:
        yield "the parsing of the answer, in auditor/fetcher/rule_parsing.py"
    if rule_object(parsed(row)) != row:
        yield "the rule as the API has it, in auditor/reporter/api_rules.py"
    if snapshot_file.load(snapshot_file.dump(snapshot(changed)), "snapshot.json") != snapshot(changed):
        yield "the snapshot file, in auditor/fetcher/snapshot_file.py"
    if (rule_content(rule) == rule_content(changed)) is not (name in WITHOUT_EFFECT):
        yield "the equality of rules, in auditor/comparator/resolve.py"
    if name not in POSITION and not difference(result(rule), result(changed)).rule_edits:
        yield "the comparison of two snapshots, in auditor/comparator/diff.py"
    if name not in POSITION and getattr(planned(row), name, None) != getattr(changed, name):
        yield "the rules of a change file, in auditor/whatif/change_file.py and rule_fields.py"
    if page(rule) == page(changed):
        yield "the table of rules of the page, in auditor/reporter/page/rules.py"
    if isinstance(getattr(rule, name), str) and name != "action" and hostile.TEXTS["script"] not in hostile_texts(name):
        yield "a hostile text, in tests/schemas/hostile.py"


@pytest.mark.parametrize("name", [field.name for field in fields(Rule)])
def test_rule_field_is_complete(name: str) -> None:
    lacks = list(missing(name))
    assert not lacks, f"Rule.{name} lacks:\n" + "\n".join(lacks)
