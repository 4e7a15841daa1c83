from __future__ import annotations

import json
import shlex
from dataclasses import replace

from auditor.model.outcomes import EditStep, GroupChange, Operation, Proof, Repair
from auditor.model.packets import NOTHING
from auditor.model.rules import Direction
from auditor.reporter import repair
from tests.builders import REGION, rule, rules

AFTER = rules(("allow", "10.0.0.0/8"))
PROOF = Proof(resolved=(), remaining=(), opened=NOTHING, closed=NOTHING)


def _change(*steps: EditStep, direction: Direction = Direction.INGRESS, version: str = "7") -> GroupChange:
    return GroupChange(
        region=REGION, security_group_id="sg-a", direction=direction, version=version, steps=steps, after=AFTER
    )


def _step(operation: Operation, index: int, port: str = "80") -> EditStep:
    return EditStep(operation=operation, index=index, rule=rule(index, "allow", "10.0.0.0/8", "tcp", port))


def _sent(*changes: GroupChange) -> list[tuple[str, dict[str, object]]]:
    text = "".join(repair.render_commands(Repair(changes=changes, proof=PROOF)))
    commands = [shlex.split(line) for line in text.splitlines() if line.startswith("tccli")]
    return [(words[2], json.loads(words[words.index("--SecurityGroupPolicySet") + 1])) for words in commands]


def test_each_call_is_guarded_by_the_version_that_the_group_has_by_then() -> None:
    sent = _sent(
        _change(_step(Operation.INSERT, 3), _step(Operation.REPLACE, 1)),
        _change(_step(Operation.DELETE, 0), direction=Direction.EGRESS),
    )
    assert [(action, held["Version"]) for action, held in sent] == [
        ("CreateSecurityGroupPolicies", "7"),
        ("ReplaceSecurityGroupPolicy", "8"),
        ("DeleteSecurityGroupPolicies", "9"),
    ]
    assert [next(key for key in held if key != "Version") for _, held in sent] == ["Ingress", "Ingress", "Egress"]


def test_insertions_at_one_index_go_in_one_call_in_the_order_in_which_they_will_stand() -> None:
    [(_, held)] = _sent(_change(_step(Operation.INSERT, 3, "80"), _step(Operation.INSERT, 3, "443")))
    assert held["Ingress"] == [
        {
            "PolicyIndex": 3,
            "Action": "ACCEPT",
            "PolicyDescription": "",
            "Protocol": "TCP",
            "Port": port,
            "CidrBlock": "10.0.0.0/8",
        }
        for port in ("443", "80")
    ]


def test_a_rule_is_deleted_by_its_place_alone() -> None:
    [(_, held)] = _sent(_change(_step(Operation.DELETE, 2)))
    assert held == {"Version": "7", "Ingress": [{"PolicyIndex": 2}]}


def test_a_group_without_a_known_version_is_sent_without_a_guard_and_says_so() -> None:
    change = _change(_step(Operation.DELETE, 2), version="")
    assert _sent(change) == [("DeleteSecurityGroupPolicies", {"Ingress": [{"PolicyIndex": 2}]})]
    assert "read at version ?" in "".join(repair.render_commands(Repair(changes=(change,), proof=PROOF)))


def test_text_of_others_cannot_leave_its_quotes() -> None:
    hostile = replace(_step(Operation.INSERT, 0).rule, description="'; rm -rf ~ #\n$(reboot)`id`")
    change = replace(
        _change(EditStep(operation=Operation.INSERT, index=0, rule=hostile)), shared_with=("a\nreboot", "b")
    )
    text = "".join(repair.render_commands(Repair(changes=(change,), proof=PROOF)))
    assert [line.split()[0] for line in text.splitlines() if line and not line.startswith("#")] == ["set", "tccli"]
    [(_, held)] = _sent(change)
    assert held["Ingress"][0]["PolicyDescription"] == hostile.description  # type: ignore[index]


def test_no_change_is_a_script_that_does_nothing() -> None:
    assert "".join(repair.render_commands(Repair(changes=(), proof=PROOF))).splitlines()[-2:] == [
        "set -eu",
        "# Nothing to change.",
    ]


def test_id_of_others_ends_no_comment_and_no_command() -> None:
    hostile = replace(_change(_step(Operation.DELETE, 0)), security_group_id="sg-a\nid", region="ap;id\nid")
    lines = "".join(repair.render_commands(Repair(changes=(hostile,), proof=PROOF))).splitlines()
    assert "# sg-a\\x0aid, ingress, read at version 7" in lines
    script = "\n".join(line for line in lines if not line.startswith("#"))
    words = shlex.split(script)
    assert words[words.index("--SecurityGroupId") + 1] == "sg-a\nid"
    assert words[words.index("--region") + 1] == "ap;id\nid"
