from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.comparator.compare import compare
from auditor.errors import ReportError
from auditor.model.codes import GapKind
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.outcomes import GroupChange, Proof, Repair
from auditor.model.packets import NOTHING
from auditor.model.rules import AddressTemplatePeer, Direction, Rule, Rules, UnreadablePeer
from auditor.reporter import repair
from tests import builders
from tests.builders import REGION, rule, rules

PROOF = Proof(resolved=(), remaining=(), opened=NOTHING, closed=NOTHING)
ONE = rules(("allow", "10.0.0.0/8", "tcp", "80"))


def _result(egress: Rules = ()) -> Result:
    held = replace(builders.group("sg-a", ONE), egress=egress)
    return compare(
        builders.snapshot([builders.cluster(builders.node("ins-a", "sg-a"))], [held]), builders.policy(), builders.TODAY
    )


def _repair(*after: Rule) -> Repair:
    change = GroupChange(
        region=REGION, security_group_id="sg-a", direction=Direction.INGRESS, version="7", steps=(), after=after
    )
    return Repair(changes=(change,), proof=PROOF)


def test_the_whole_list_is_written_and_the_other_direction_as_it_was_read() -> None:
    text = "".join(repair.render_terraform(_repair(*ONE), _result((rule(0, "allow", "0.0.0.0/0"),))))
    assert text.splitlines()[2:] == [
        'resource "tencentcloud_security_group_rule_set" "sg_a" {',
        '  security_group_id = "sg-a"',
        "",
        "  ingress {",
        '    action     = "ACCEPT"',
        '    protocol   = "TCP"',
        '    port       = "80"',
        '    cidr_block = "10.0.0.0/8"',
        "  }",
        "",
        "  egress {",
        '    action     = "ACCEPT"',
        '    protocol   = "ALL"',
        '    port       = "ALL"',
        '    cidr_block = "0.0.0.0/0"',
        "  }",
        "}",
    ]


def test_a_direction_that_was_not_read_is_never_written_as_empty() -> None:
    gap = Gap(kind=GapKind.UNREAD, region=REGION, resource="sg-a", code="Denied", message="refused")
    with pytest.raises(ReportError) as caught:
        "".join(repair.render_terraform(_repair(*ONE), _result(gap)))
    assert (caught.value.message_id, caught.value.facts) == (
        "repair-unread-list",
        {"group": "sg-a", "direction": Direction.EGRESS},
    )


def test_a_rule_that_was_not_wholly_readable_is_never_left_out() -> None:
    unreadable = replace(ONE[0], peer=UnreadablePeer(text="?"))
    with pytest.raises(ReportError):
        "".join(repair.render_terraform(_repair(unreadable), _result()))
    with pytest.raises(ReportError):
        "".join(repair.render_terraform(_repair(*ONE), _result((unreadable,))))


def test_templates_go_under_the_attributes_of_the_provider() -> None:
    office = replace(ONE[0], peer=AddressTemplatePeer(template_id="ipmg-1"))
    assert (
        '    address_template_group = "ipmg-1"'
        in "".join(repair.render_terraform(_repair(office), _result())).splitlines()
    )


def test_text_of_others_is_no_interpolation_and_no_end_of_the_text() -> None:
    hostile = replace(ONE[0], description='${file("/etc/passwd")} %{ if true } "\n}')
    text = "".join(repair.render_terraform(_repair(hostile), _result()))
    assert r'description = "$${file(\"/etc/passwd\")} %%{ if true } \"\n}"' in text
    assert sum(line.startswith("}") for line in text.splitlines()) == 1


def test_id_of_others_ends_no_comment() -> None:
    group = replace(builders.group("sg-a", (), ()), region="ap\nid", security_group_id="sg-a\nid")
    change = replace(_repair(*ONE).changes[0], region="ap\nid", security_group_id="sg-a\nid")
    result = replace(_result(), snapshot=builders.snapshot([], [group]))
    lines = "".join(repair.render_terraform(Repair(changes=(change,), proof=PROOF), result)).splitlines()
    assert lines[:3] == [
        "# sg-a\\x0aid in ap\\x0aid. If Terraform does not own its rules yet: terraform import",
        "#   tencentcloud_security_group_rule_set.sg_a_id sg-a\\x0aid",
        'resource "tencentcloud_security_group_rule_set" "sg_a_id" {',
    ]


def test_nothing_to_change_is_a_comment() -> None:
    assert "".join(repair.render_terraform(Repair(changes=(), proof=PROOF), _result())) == "# Nothing to change.\n"
