from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from auditor.model.snapshot import Snapshot
from tests import builders
from tests.cli import estate, shop
from tests.cli.conftest import Ran, Tool


def _snapshot(tool: Tool, snapshot: Snapshot, name: str) -> str:
    return estate.write(snapshot, tool.folder / name)


def _report(tool: Tool, snapshot: Snapshot, name: str) -> str:
    tool("audit", "--snapshot", _snapshot(tool, snapshot, f"of-{name}"), "-q", "--format", f"json={name}")
    return name


def _object(ran: Ran) -> dict[str, Any]:
    return dict(json.loads(ran.stdout))


def _codes(findings: list[dict[str, Any]]) -> list[str]:
    return [finding["code"] for finding in findings]


@pytest.fixture
def snapshots(tool: Tool) -> tuple[str, str]:
    return _snapshot(tool, estate.fine(), "fine.json"), _snapshot(tool, estate.open_redis(), "open.json")


@pytest.fixture
def reports(tool: Tool) -> tuple[str, str]:
    return _report(tool, estate.fine(), "fine.json"), _report(tool, estate.open_redis(), "open.json")


def test_a_new_finding_ends_with_1_and_names_the_edit(tool: Tool, snapshots: tuple[str, str]) -> None:
    ran = tool("diff", *snapshots, "--format", "json")
    assert ran.code == 1
    found = _object(ran)
    assert (_codes(found["new"]), found["fixed"], found["unchanged"], found["bindings"]) == (["TSG201"], [], [], [])
    [edit] = found["rule_edits"]
    assert (edit["security_group_id"], edit["direction"]) == ("sg-a", "ingress")
    assert [rule["Port"] for rule in edit["added"]] == ["6379"]
    assert (edit["removed"], edit["moved"], edit["packets"]["closed"]) == ([], [], [])
    assert [region["ports"] for region in edit["packets"]["opened"]] == [[[6379, 6379]]]


def test_the_other_way_round_it_is_fixed(tool: Tool, snapshots: tuple[str, str]) -> None:
    ran = tool("diff", *reversed(snapshots), "--format", "json")
    assert ran.code == 0
    assert (_object(ran)["new"], _codes(_object(ran)["fixed"])) == ([], ["TSG201"])


def test_nothing_differs_from_itself(tool: Tool, snapshots: tuple[str, str]) -> None:
    ran = tool("diff", snapshots[1], snapshots[1])
    assert (ran.code, ran.stdout) == (0, "0 new, 0 fixed, 1 unchanged findings\n")


def test_the_table_tells_findings_then_rules(tool: Tool, snapshots: tuple[str, str]) -> None:
    ran = tool("diff", *snapshots)
    assert ran.stdout.startswith("1 new, 0 fixed, 0 unchanged findings\n\nNEW\nHIGH  cls-aaaaaaaa")
    assert "+  rule 6: ACCEPT TCP 6379 from 0.0.0.0/0" in ran.stdout
    assert ran.stdout.index("NEW") < ran.stdout.index("RULES")


def test_a_reorder_without_effect_decides_no_packet_differently(tool: Tool) -> None:
    swapped = (*estate.GOOD[:3], estate.GOOD[4], estate.GOOD[3])
    other = builders.snapshot(
        [builders.cluster(builders.node("ins-a", "sg-a"))], [builders.group("sg-a", builders.rules(*swapped))]
    )
    ran = tool("diff", _snapshot(tool, estate.fine(), "a.json"), _snapshot(tool, other, "b.json"))
    assert ran.code == 0
    assert "every packet is handled as before" in ran.stdout


def test_a_changed_binding_is_told(tool: Tool) -> None:
    held = estate.two_clusters()
    first = held.clusters[0]
    moved = replace(first, nodes=(replace(first.nodes[0], security_groups=("sg-b",)),))
    after = replace(held, clusters=(moved, held.clusters[1]))
    ran = tool("diff", _snapshot(tool, held, "a.json"), _snapshot(tool, after, "b.json"), "--format", "json")
    [binding] = _object(ran)["bindings"]
    assert (binding["node"], binding["before"], binding["after"]) == ("ins-a", ["sg-a"], ["sg-b"])


@pytest.mark.parametrize(("argv", "code"), [(("--fail-on", "critical"), 0), (("--exit-zero",), 0), ((), 1)])
def test_the_threshold_is_that_of_the_audit(
    tool: Tool, snapshots: tuple[str, str], argv: tuple[str, ...], code: int
) -> None:
    assert tool("diff", *snapshots, *argv).code == code


def test_the_configuration_holds_for_both_snapshots(tool: Tool, snapshots: tuple[str, str]) -> None:
    (tool.folder / "sgaudit.yaml").write_text(
        "allow:\n  - {id: redis, clusters: ['*'], direction: ingress, protocol: tcp, ports: '6379',"
        " cidrs: [0.0.0.0/0], reason: r, owner: o}\n"
    )
    ran = tool("diff", *snapshots, "--format", "json")
    assert (ran.code, _object(ran)["new"], len(_object(ran)["rule_edits"])) == (0, [], 1)


def test_only_an_incomplete_newer_side_ends_with_3(tool: Tool) -> None:
    whole = _snapshot(tool, shop.without_gaps(), "whole.json")
    short = _snapshot(tool, shop.unreadable(), "short.json")
    ran = tool("diff", whole, short)
    assert ran.code == 3
    assert "the newer side is incomplete" in ran.stderr
    ran = tool("diff", short, whole)
    assert ran.code == 1  # what was undecided is a finding now
    assert "the older report is incomplete" in ran.stderr


def test_reports_give_findings_alone_and_say_so(tool: Tool, reports: tuple[str, str]) -> None:
    ran = tool("diff", *reports, "--format", "json")
    assert ran.code == 1
    found = _object(ran)
    assert (_codes(found["new"]), found["fixed"], found["unchanged"]) == (["TSG201"], [], [])
    assert (found["rule_edits"], found["bindings"]) == ([], [])
    assert found["new"] == json.loads((tool.folder / "open.json").read_text())["findings"]
    table = tool("diff", *reports).stdout
    assert "HIGH  cls-aaaaaaaa" in table
    assert "Reports contain only findings" in table


def test_reports_with_the_promised_fields_alone_are_enough(tool: Tool) -> None:
    finding = {"code": "TSG201", "severity": "high", "fingerprint": "0" * 16, "region": "r", "cluster_id": "cls-a"}
    whole = {"schema": "sgaudit-report/1", "complete": True, "findings": []}
    (tool.folder / "old.json").write_text(json.dumps(whole))
    (tool.folder / "new.json").write_text(json.dumps(whole | {"findings": [finding | {"message": "m"}]}))
    assert tool("diff", "old.json", "new.json").code == 1
    waived = finding | {"waiver": {"id": "W", "reason": "r", "owner": "o", "expires": "2026-12-31"}}
    (tool.folder / "new.json").write_text(json.dumps(whole | {"findings": [waived]}))
    assert tool("diff", "old.json", "new.json").code == 0
    (tool.folder / "new.json").write_text(json.dumps(whole | {"complete": False}))
    assert tool("diff", "old.json", "new.json").code == 3


def test_reports_against_different_baselines_are_said_to_be(tool: Tool) -> None:
    source = _snapshot(tool, estate.fine(), "fine.json")
    tool("audit", "--snapshot", source, "-q", "--format", "json=a.json")
    tool("audit", "--snapshot", source, "-q", "--format", "json=b.json", "--baseline", "tke-hardened")
    assert "different baselines" in tool("diff", "a.json", "b.json").stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("fine.json", "report.json", "fine.json and report.json are not of the same kind"),
        ("fine.json", "other.json", "other.json is neither a snapshot"),
        ("fine.json", "broken.json", "broken.json is neither a snapshot"),
        ("fine.json", "missing.json", "cannot read missing.json"),
        ("short.json", "report.json", "short.json is not a JSON report of sgaudit: findings"),
        ("-", "-", "OLD and NEW cannot both be read from stdin"),
    ],
)
def test_what_cannot_be_compared_is_refused(tool: Tool, old: str, new: str, said: str) -> None:
    _report(tool, estate.open_redis(), "report.json")
    _snapshot(tool, estate.fine(), "fine.json")
    (tool.folder / "other.json").write_text("[1]")
    (tool.folder / "broken.json").write_text("{")
    (tool.folder / "short.json").write_text('{"schema": "sgaudit-report/1", "complete": true}')
    ran = tool("diff", old, new)
    assert (ran.code, ran.stdout) == (2, "")
    assert said in ran.stderr


@pytest.mark.parametrize("turned", [False, True])
def test_a_file_is_known_by_its_schema_wherever_that_is(tool: Tool, *, turned: bool) -> None:
    _report(tool, estate.open_redis(), "report.json")
    _snapshot(tool, estate.open_redis(), "snapshot.json")
    for name in ("report.json", "snapshot.json"):
        document = json.loads((tool.folder / name).read_text())
        keys = sorted(document, key=lambda key: (key == "schema") is turned)
        (tool.folder / f"other-{name}").write_text(json.dumps({key: document[key] for key in keys}, indent=1))
        assert tool("diff", name, f"other-{name}", "--format", "json").code == 0
    assert "are not of the same kind" in tool("diff", "other-report.json", "other-snapshot.json").stderr


def test_a_cut_snapshot_is_damaged_at_its_line(tool: Tool, snapshots: tuple[str, str]) -> None:
    text = (tool.folder / snapshots[0]).read_text()
    (tool.folder / "cut.json").write_text(text[:-20])
    ran = tool("diff", snapshots[0], "cut.json")
    assert (ran.code, ran.stdout) == (2, "")
    assert "cut.json:1: not valid JSON" in ran.stderr


@pytest.mark.parametrize(("argv", "said"), [([], "OLD is missing"), (["a.json"], "NEW is missing")])
def test_two_files_are_needed(tool: Tool, argv: list[str], said: str) -> None:
    ran = tool("diff", *argv)
    assert (ran.code, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_one_side_may_come_from_stdin(tool: Tool, snapshots: tuple[str, str]) -> None:
    data = (tool.folder / "open.json").read_bytes()
    assert tool.fed(data, "diff", snapshots[0], "-").code == 1
