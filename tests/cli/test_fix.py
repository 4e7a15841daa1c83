from __future__ import annotations

import json
import shlex
from dataclasses import replace
from typing import Any

import pytest

from auditor.model.rules import UnreadablePeer
from auditor.model.snapshot import Snapshot
from tests import builders
from tests.cli import estate, shop
from tests.cli.conftest import Ran, Tool

LOW = ("--severity", "low")
NO_SSH = tuple(rule for rule in estate.GOOD if "22,30000-32768" not in rule)


def _write(tool: Tool, snapshot: Snapshot) -> str:
    return estate.write(snapshot, tool.folder / "live.json")


def _lacking(*more: tuple[str, ...]) -> Snapshot:
    """One cluster whose nodes lack 22 (low) and NodePort over TCP (medium)."""
    nodes = builders.cluster(builders.node("ins-a", "sg-a"))
    return builders.snapshot([nodes], [builders.group("sg-a", builders.rules(*NO_SSH, *more))])


def _two_sharing() -> Snapshot:
    """``_lacking``, its group shared by the node of a second cluster."""
    clusters = [
        builders.cluster(builders.node("ins-a", "sg-a")),
        builders.cluster(builders.node("ins-b", "sg-a"), cluster_id="cls-bbbbbbbb"),
    ]
    return builders.snapshot(clusters, [builders.group("sg-a", builders.rules(*NO_SSH))])


def _fix(tool: Tool, source: str, *argv: str) -> Ran:
    return tool("fix", *argv, "--snapshot", source)


def _object(tool: Tool, source: str, *argv: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(_fix(tool, source, *argv, "--format", "json").stdout)


def test_what_is_required_and_blocked_is_opened(tool: Tool) -> None:
    found = _object(tool, _write(tool, _lacking()), *LOW)
    [change] = found["changes"]
    assert (change["security_group_id"], change["direction"], change["version"]) == ("sg-a", "ingress", "7")
    first, second = change["operations"]
    assert (first["op"], first["index"], second["rule"]["Port"]) == ("insert", 4, "22")
    assert first["rule"] == {
        "PolicyIndex": 4,
        "Action": "ACCEPT",
        "PolicyDescription": "required by the cluster",
        "Protocol": "TCP",
        "Port": "30000-32768",
        "CidrBlock": "0.0.0.0/0",
    }
    assert [rule["Port"] for rule in change["after"][4:]] == ["22", "30000-32768"]
    assert [rule["PolicyIndex"] for rule in change["after"]] == [0, 1, 2, 3, 4, 5]
    assert found["proof"]["remaining"] == []
    assert len(found["proof"]["resolved"]) == 2
    assert found["proof"]["closed"] == []
    assert [region["ports"] for region in found["proof"]["opened"]] == [[[22, 22], [30000, 32768]]]


def test_nothing_left_ends_with_0_and_says_what_an_audit_would(tool: Tool) -> None:
    ran = _fix(tool, _write(tool, _lacking()), *LOW)
    assert ran.code == 0
    assert ran.stderr == "2 findings resolved, 0 remaining: exit code 0, as of an audit after the change\n"
    assert "insert as rule 5: ACCEPT TCP 30000-32768 from 0.0.0.0/0" in ran.stdout


def test_excess_remains_unless_it_is_asked_to_be_closed(tool: Tool) -> None:
    source = _write(tool, _lacking(estate.REDIS))
    left = _object(tool, source, *LOW)["proof"]["remaining"]
    assert [one["why"] for one in left] == ["close-excess"]
    assert _fix(tool, source).code == 1
    assert _fix(tool, source, "--fail-on", "critical").code == 0
    assert _fix(tool, source, "--exit-zero").code == 0
    assert _fix(tool, source, "--close-excess").code == 0


def test_a_rule_that_denies_on_purpose_stands_unless_it_is_asked_to_be_overridden(tool: Tool) -> None:
    source = _write(tool, shop.without_gaps())
    left = {one["why"]: one["evidence"] for one in _object(tool, source)["proof"]["remaining"]}
    assert [rule["security_group_id"] for rule in left["explicit-deny"]] == ["sg-first"]
    assert "explicit-deny" not in {
        one["why"] for one in _object(tool, source, "--override-drops")["proof"]["remaining"]
    }


def test_the_exit_code_is_that_of_an_audit_after_the_change(tool: Tool) -> None:
    """The narrower rule has nothing to do any more once 22 is open to any address."""
    source = _write(tool, _lacking(("allow", "198.51.100.0/24", "tcp", "22"), ("allow", "198.51.99.9", "tcp", "22")))
    for judged, code in (([], 0), (["--fail-on", "info"], 1)):
        ran = _fix(tool, source, *judged, "--format", "json")
        [change] = json.loads(ran.stdout)["changes"]
        after = estate.write(_with_ingress(change["after"]), tool.folder / "after.json")
        assert (ran.code, tool("audit", "--snapshot", after, *judged).code) == (code, code)


def _with_ingress(policies: list[dict[str, str]]) -> Snapshot:
    texts = [({"ACCEPT": "allow", "DROP": "deny"}[one["Action"]], one["CidrBlock"], *_service(one)) for one in policies]
    nodes = builders.cluster(builders.node("ins-a", "sg-a"))
    return builders.snapshot([nodes], [builders.group("sg-a", builders.rules(*texts))])


def _service(policy: dict[str, str]) -> tuple[str, ...]:
    protocol = policy["Protocol"].lower()
    return (protocol,) if policy.get("Port", "ALL") == "ALL" else (protocol, policy["Port"])


def test_who_shares_the_group_is_named_whichever_cluster_is_asked_for(tool: Tool) -> None:
    source = _write(tool, _two_sharing())
    [change] = _object(tool, source, "cls-aaaaaaaa")["changes"]
    assert change["shared_with"] == ["cls-aaaaaaaa/node", "cls-bbbbbbbb/node"]
    assert "Also bound by cls-aaaaaaaa/node, cls-bbbbbbbb/node" in _fix(tool, source, "cls-aaaaaaaa").stdout


def test_a_cluster_that_is_fine_needs_no_change_whatever_another_lacks(tool: Tool) -> None:
    nodes = builders.cluster(builders.node("ins-a", "sg-a"))
    faulty = builders.cluster(builders.node("ins-b", "sg-b"), cluster_id="cls-bbbbbbbb")
    groups = [
        builders.group("sg-a", builders.rules(*estate.GOOD)),
        builders.group("sg-b", builders.rules(*NO_SSH)),
    ]
    source = _write(tool, builders.snapshot([nodes, faulty], groups))
    ran = _fix(tool, source, "cls-aaaaaaaa")
    assert (ran.code, ran.stdout) == (0, "No rule needs to change.\n")


def test_what_was_not_read_of_the_clusters_asked_for_ends_with_3(tool: Tool) -> None:
    source = _write(tool, shop.shop())
    assert _fix(tool, source).code == 3
    assert _fix(tool, source, shop.TILLS).code == 3
    assert _fix(tool, source, shop.SHOP).code == 1


def test_a_cluster_that_is_not_there_ends_with_3(tool: Tool) -> None:
    ran = _fix(tool, _write(tool, _lacking()), "cls-nowhere1")
    assert ran.code == 3
    assert 'no cluster "cls-nowhere1" was read; clusters: cls-aaaaaaaa (prod)' in ran.stderr


def test_commands_are_guarded_by_the_version_that_was_read(tool: Tool) -> None:
    ran = _fix(tool, _write(tool, _lacking()), *LOW, "--format", "tccli")
    [command] = [shlex.split(line) for line in ran.stdout.splitlines() if line.startswith("tccli")]
    assert command[:3] == ["tccli", "vpc", "CreateSecurityGroupPolicies"]
    sent = json.loads(command[command.index("--SecurityGroupPolicySet") + 1])
    assert sent["Version"] == "7"
    assert [rule["Port"] for rule in sent["Ingress"]] == ["22", "30000-32768"]


def test_a_rule_set_holds_both_directions(tool: Tool) -> None:
    text = _fix(tool, _write(tool, _lacking()), *LOW, "--format", "terraform").stdout
    assert text.count("  ingress {") == 6
    assert text.count("  egress {") == 1


UNREADABLE = replace(builders.rule(1, "allow", "0.0.0.0/0", "tcp", "9100"), peer=UnreadablePeer(text="weird"))


@pytest.mark.parametrize("form", ["tccli", "terraform"])
def test_a_form_that_cannot_hold_a_rule_is_refused_and_nothing_is_written(tool: Tool, form: str) -> None:
    """A rule set owns both directions, and one of them holds a rule that nobody can write."""
    held = _lacking()
    group = replace(held.security_groups[0], egress=(builders.rule(0, "allow", "0.0.0.0/0"), UNREADABLE))
    source = _write(tool, replace(held, security_groups=(group,)))
    ran = _fix(tool, source, "--format", f"{form}=change.txt", "--format", "table")
    if form == "terraform":
        assert (ran.code, ran.stdout) == (2, "")
        assert "is not fully readable" in ran.stderr
        assert not (tool.folder / "change.txt").exists()
    else:
        assert ran.code == 0
        assert (tool.folder / "change.txt").exists()


def test_a_list_with_a_rule_that_nobody_can_write_is_left_as_it_is(tool: Tool) -> None:
    held = _lacking()
    group = held.security_groups[0]
    assert isinstance(group.ingress, tuple)
    group = replace(group, ingress=(*group.ingress, replace(UNREADABLE, index=len(group.ingress))))
    found = _object(tool, _write(tool, replace(held, security_groups=(group,))), *LOW)
    assert found["changes"] == []
    assert {left["why"] for left in found["proof"]["remaining"]} == {"undecided"}


def test_several_forms_from_one_finding(tool: Tool) -> None:
    asked = ["--format", "json=a.json", "--format", "tccli=b.sh", "--format", "terraform=c.tf", "--format", "table"]
    ran = _fix(tool, _write(tool, _lacking()), *asked)
    assert ran.code == 0
    assert [(tool.folder / name).stat().st_size > 0 for name in ("a.json", "b.sh", "c.tf")] == [True, True, True]
    assert ran.stdout.startswith("1 list of rules to change. Nothing was written to the cloud.\n")


def test_a_format_of_the_audit_is_none_of_these(tool: Tool) -> None:
    ran = _fix(tool, _write(tool, _lacking()), "--format", "sarif")
    assert (ran.code, ran.stdout) == (2, "")
    assert ran.stderr == 'sgaudit: unknown format "sarif"; formats: table, json, tccli, terraform\n'


@pytest.mark.parametrize("report_format", ["tccli", "terraform"])
def test_group_id_with_a_line_break_is_refused_before_anything_is_printed(tool: Tool, report_format: str) -> None:
    source = tool.folder / "live.json"
    estate.write(_lacking(), source)
    source.write_text(source.read_text(encoding="utf-8").replace('"sg-a"', '"sg-a\\nid"'), encoding="utf-8")
    ran = _fix(tool, str(source), "--format", report_format)
    assert (ran.code, ran.stdout) == (2, "")
    assert "which is not a valid ID" in ran.stderr


def _fingerprints(tool: Tool, source: str) -> dict[str, str]:
    """The fingerprint of each finding of an audit, by the severity."""
    report = json.loads(tool("audit", "--snapshot", source, "--format", "json").stdout)
    return {finding["severity"]: finding["fingerprint"] for finding in report["findings"]}


def test_a_low_finding_is_left_unless_its_severity_is_asked_for(tool: Tool) -> None:
    source = _write(tool, _lacking())
    low = _fingerprints(tool, source)["low"]
    found = _object(tool, source)
    assert [(left["fingerprint"], left["why"]) for left in found["proof"]["remaining"]] == [(low, "less-severe")]
    assert [rule["Port"] for rule in found["changes"][0]["after"][4:]] == ["30000-32768"]
    none = _object(tool, source, "--severity", "high")
    assert (none["changes"], {left["why"] for left in none["proof"]["remaining"]}) == ([], {"less-severe"})
    assert tool("fix", "--severity", "severe", "--snapshot", source).code == 2


def test_a_finding_named_by_its_fingerprint_is_closed_alone_whatever_its_severity(tool: Tool) -> None:
    source = _write(tool, _lacking(estate.REDIS))
    named = _fingerprints(tool, source)
    found = _object(tool, source, named["low"][:8])
    assert found["proof"]["resolved"] == [named["low"]]
    assert [operation["rule"]["Port"] for operation in found["changes"][0]["operations"]] == ["22"]
    both = _object(tool, source, named["low"], named["medium"])
    assert sorted(both["proof"]["resolved"]) == sorted([named["low"], named["medium"]])
    excess = _object(tool, source, named["high"][:8])
    assert excess["proof"]["resolved"] == [named["high"]]


def test_a_fingerprint_of_no_finding_is_refused(tool: Tool) -> None:
    ran = _fix(tool, _write(tool, _lacking()), "ffffffff")
    assert (ran.code, ran.stdout) == (2, "")
    assert 'of this audit starts with "ffffffff"' in ran.stderr
