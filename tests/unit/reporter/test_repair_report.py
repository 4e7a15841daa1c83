from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from auditor import pipeline
from auditor.comparator.repair.goals import RepairOptions
from auditor.errors import ExitCode
from auditor.model.findings import Result
from auditor.model.outcomes import Remaining, RemainingReason, Repair
from auditor.model.snapshot import Snapshot
from auditor.reporter import repair as repair_report
from auditor.reporter.options import RenderOptions
from auditor.words import Lang
from tests import builders

OPTIONS = RenderOptions(tool_version="0", today=builders.TODAY, exit_code=ExitCode.OK, width=120)
POLICY = builders.policy(builders.EGRESS, builders.SSH)


def _snapshot(*rules: tuple[str, ...], group: str = "sg-a") -> Snapshot:
    held = builders.group(group, builders.rules(*rules))
    return builders.snapshot([builders.cluster(builders.node("ins-a", group))], [held])


def _repaired(*rules: tuple[str, ...], wish: RepairOptions | None = None) -> tuple[Repair, Result]:
    fixed = pipeline.fix(_snapshot(*rules), POLICY, builders.TODAY, lambda _: wish or RepairOptions())
    return fixed.repair, fixed.before


def _table(repair: Repair, result: Result, lang: Lang = Lang.EN) -> list[str]:
    return "".join(repair_report.render_table(repair, result, replace(OPTIONS, lang=lang))).splitlines()


def _object(repair: Repair, result: Result) -> Any:  # noqa: ANN401 - JSON
    return json.loads("".join(repair_report.render_json(repair, result, OPTIONS)))


def test_the_steps_then_the_proof() -> None:
    assert _table(*_repaired()) == [
        "1 list of rules to change. Nothing was written to the cloud.",
        "",
        "sg-a, inbound rules, in ap-guangzhou",
        '  +  insert as rule 1: ACCEPT TCP 22 from 0.0.0.0/0 "required by the cluster"  # 4ef11207',
        "",
        "PROOF: re-evaluated after the change",
        "1 finding is resolved; every other packet is handled as before.",
        "  Opened  TCP 22 from any IPv4 address",
    ]


def test_what_remains_is_told_with_the_rules_in_the_way() -> None:
    table = _table(*_repaired(("deny", "0.0.0.0/0", "tcp", "22")))
    assert table[0] == "No change of rules to propose."
    assert "PROOF" not in "\n".join(table)
    assert " ".join(line.strip() for line in table[3:]).endswith(
        '- cls-aaaaaaaa "prod": Blocked: what, by inbound rule 1 of sg-a (4ef11207)'
    )


def test_the_object_is_as_promised() -> None:
    printed = _object(*_repaired(("deny", "192.0.2.0/24"), wish=RepairOptions(override_drops=True)))
    [change] = printed["changes"]
    assert change["operations"] == [
        {
            "op": "insert",
            "index": 0,
            "rule": {
                "PolicyIndex": 0,
                "Action": "ACCEPT",
                "PolicyDescription": "required by the cluster",
                "Protocol": "TCP",
                "Port": "22",
                "CidrBlock": "0.0.0.0/0",
            },
            "before": None,
            "findings": ["4ef11207180651b7"],
        }
    ]
    assert [rule["Action"] for rule in change["after"]] == ["ACCEPT", "DROP"]
    assert printed["proof"]["opened"] == [{"protocol": "tcp", "ports": [[22, 22]], "cidrs": ["0.0.0.0/0"]}]
    assert (printed["proof"]["closed"], printed["proof"]["remaining"]) == ([], [])


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("why", RemainingReason)
def test_every_reason_has_words(why: RemainingReason, lang: Lang) -> None:
    repair, result = _repaired(("deny", "0.0.0.0/0", "tcp", "22"))
    left = tuple(replace(one, why=why) for one in repair.proof.remaining)
    assert isinstance(left[0], Remaining)
    table = _table(replace(repair, proof=replace(repair.proof, remaining=left)), result, lang)
    assert "flows-why" not in "\n".join(table)


def test_a_long_name_is_not_cut_at_the_first_line() -> None:
    held = _snapshot()
    named = replace(held, security_groups=(replace(held.security_groups[0], name="nodes " * 9),))
    fixed = pipeline.fix(named, POLICY, builders.TODAY, lambda _: RepairOptions())
    repair, result = fixed.repair, fixed.before
    text = "".join(repair_report.render_table(repair, result, replace(OPTIONS, width=40)))
    assert " ".join(text.split()).count("nodes") == 9


def test_the_commands_show_old_and_new_rules_and_how_to_undo_them() -> None:
    repair, _ = _repaired(("deny", "192.0.2.0/24"), wish=RepairOptions(override_drops=True))
    lines = "".join(repair_report.render_commands(repair)).splitlines()
    (remark,) = [line for line in lines if line.startswith("# + ")]
    assert remark.endswith("# 4ef11207")
    undo = lines[lines.index("# To undo the change of sg-a, ingress:") + 1]
    assert undo == (
        "# tccli vpc DeleteSecurityGroupPolicies --region ap-guangzhou --SecurityGroupId sg-a "
        """--SecurityGroupPolicySet '{"Ingress": [{"PolicyIndex": 0}]}'"""
    )
