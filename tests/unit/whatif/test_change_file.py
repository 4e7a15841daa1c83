"""The change file, for users without Terraform."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from auditor.errors import ConfigError
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.rules import Direction
from auditor.whatif import change_file
from auditor.whatif.change_file import BindingAfter
from auditor.words import Lang, catalogue
from tests.plans.estate import GROUP, OTHER, REGION, estate, group
from tests.plans.resources import bindings, codes, effects, rules_after
from tests.plans.samples import everything

EXAMPLE = f"""\
changes:
  - group: {GROUP}
    direction: ingress
    rules:                      # the whole list after the change, the first on top
      - {{action: ACCEPT, protocol: TCP, port: "22", cidr: 10.0.9.0/24, description: bastion}}
      - {{action: drop, cidr: 0.0.0.0/0}}
bindings:
  - {{node_pool: np-plan0001, groups: [{OTHER}, {GROUP}]}}
  - {{node: ins-plan0001, groups: [{OTHER}]}}
"""


def refusal(text: str) -> tuple[str, int, str]:
    with pytest.raises(ConfigError) as caught:
        change_file.apply(estate(), change_file.load(text, "change.yaml"))
    facts = caught.value.facts
    assert catalogue(Lang.EN).text(caught.value.message_id, **facts).startswith(f"change.yaml:{facts['line']}")
    return caught.value.message_id.removeprefix("change-file-"), int(facts["line"]), str(facts.get("key", ""))


def test_rules_and_bindings_are_laid() -> None:
    planned = change_file.apply(estate(group(OTHER)), change_file.load(EXAMPLE, "change.yaml"))
    assert rules_after(planned) == ["allow 10.0.9.0/24 tcp 22-22", "deny 0.0.0.0/0 all"]
    assert rules_after(planned, direction=Direction.EGRESS) == ["allow 0.0.0.0/0 all"]
    assert bindings(planned)["np-plan0001"] == (OTHER, GROUP)
    assert bindings(planned)["ins-plan0001"] == (OTHER,)
    assert codes(planned) == []
    assert effects(planned, f"{GROUP}/ingress") == ["file-rules"]
    assert effects(planned, "np-plan0001") == ["file-binding"]


def test_the_lines_of_bindings_are_kept() -> None:
    assert change_file.load(EXAMPLE, "change.yaml").bindings[1] == BindingAfter(
        target="ins-plan0001", groups=(OTHER,), line=9
    )


def test_a_file_that_says_what_is_there_has_no_effect() -> None:
    rules = [
        {"action": "accept", "cidr": "172.16.0.0/16"},
        {"action": "accept", "cidr": "10.0.0.0/16"},
        {"action": "accept", "cidr": "0.0.0.0/0", "protocol": "tcp", "port": 22},
        {"action": "accept", "cidr": "0.0.0.0/0", "protocol": "tcp", "port": "30000-32768"},
        {"action": "accept", "cidr": "0.0.0.0/0", "protocol": "udp", "port": "30000-32768"},
        {"action": "accept", "cidr": "0.0.0.0/0", "protocol": "icmp"},
    ]
    text = json.dumps({"changes": [{"group": GROUP, "direction": "ingress", "rules": rules}]})
    assert change_file.apply(estate(), change_file.load(text, "x")).snapshot == estate()


def test_the_json_of_a_fix_is_a_change_file() -> None:
    after = [
        {
            "PolicyIndex": 0,
            "Action": "ACCEPT",
            "Protocol": "tcp",
            "Port": "443",
            "CidrBlock": "10.0.0.0/8",
            "Ipv6CidrBlock": "",
            "SecurityGroupId": "",
            "AddressTemplate": {"AddressId": "", "AddressGroupId": ""},
            "ServiceTemplate": {"ServiceId": "", "ServiceGroupId": ""},
            "PolicyDescription": "https",
        },
        {
            "Action": "DROP",
            "AddressTemplate": {"AddressGroupId": "ipmg-plan0001"},
            "ServiceTemplate": {"ServiceId": "ppm-plan0001"},
        },
    ]
    change = {"security_group_id": GROUP, "direction": "egress", "version": "6", "operations": [], "after": after}
    text = json.dumps({"changes": [change], "proof": {"resolved": []}}, indent=2)
    planned = change_file.apply(estate(), change_file.load(text, "fix.json"))
    assert rules_after(planned, direction=Direction.EGRESS) == [
        "allow 10.0.0.0/8 tcp 443-443",
        "deny ipmg-plan0001 ppm-plan0001",
    ]
    assert planned.unread == ("ipmg-plan0001", "ppm-plan0001")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{action: accept, ipv6: 'fd00::/8', protocol: icmpv6}", "allow fd00::/8 icmpv6"),
        (
            "{action: accept, group: sg-plan0001, protocol: udp, port: '53,100-200'}",
            "allow sg-plan0001 udp 53-53,100-200",
        ),
        ("{action: drop, address_template: ipm-x, service_template: ppmg-y}", "deny ipm-x ppmg-y"),
    ],
)
def test_every_kind_of_rule_can_be_written(rule: str, expected: str) -> None:
    text = f"changes:\n- group: {GROUP}\n  direction: EGRESS\n  rules: [{rule}]"
    planned = change_file.apply(estate(), change_file.load(text, "x"))
    assert rules_after(planned, direction=Direction.EGRESS) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("changes: [\n", ("config-no-yaml", 2, "")),
        ("changes:\n  - group: a\n    group: b\n", ("config-duplicate-key", 3, "changes[0].group")),
        ('changes:\n- {group: 2026-02-30, direction: !!bool "x"}', ("config-tag", 2, "changes[0].direction")),
        ("changes:\n- <<: {group: a}\n", ("config-merge-key", 2, "changes[0]")),
        ("changes: " + "[" * 5000, ("config-too-deep", 1, "changes")),
        ('changes: "\\UFFFFFFFF"', ("config-no-yaml", 1, "")),
        ("[]", ("config-no-mapping", 1, "")),
        ("", ("missing-key", 1, "")),
        ("proof: {}", ("missing-key", 1, "")),
        ("change: []", ("unknown-key", 1, "change")),
        ("changes: {}", ("shape", 1, "changes")),
        ("changes:\n- direction: ingress\n  rules: []", ("missing-key", 2, "changes[0]")),
        ("changes:\n- group: sg-a\n  rules: []", ("missing-key", 2, "changes[0]")),
        ("changes:\n- group: sg-a\n  direction: ingress", ("missing-key", 2, "changes[0]")),
        ("changes:\n- group: sg-a\n  direction: inward\n  rules: []", ("shape", 3, "changes[0].direction")),
        ("changes:\n- group: true\n  direction: ingress\n  rules: []", ("shape", 2, "changes[0].group")),
        (
            "changes:\n- {group: sg-a, direction: ingress, rules: []}\n- {group: sg-a, direction: ingress, rules: []}",
            ("twice", 3, "changes[1]"),
        ),
        (
            "changes:\n- {group: a, direction: ingress, rules: [{action: drop, cidr: 10.0.0.0/8},\n{action: drop}]}",
            ("rule", 3, "changes[0].rules[1]"),
        ),
        (
            "changes:\n- group: sg-a\n  direction: ingress\n  rules:\n  - {cidr: 10.0.0.0/8}",
            ("rule", 5, "changes[0].rules[0]"),
        ),
        (
            "changes:\n- group: sg-a\n  direction: ingress\n  rules:\n  - {action: accept, from: 10.0.0.0/8}",
            ("unknown-key", 5, "changes[0].rules[0].from"),
        ),
        (
            "changes:\n- group: sg-a\n  direction: ingress\n  rules:\n  - {action: accept, address_template: x}",
            ("shape", 5, "changes[0].rules[0].address_template"),
        ),
        ("bindings:\n- groups: [sg-a]", ("missing-key", 2, "bindings[0]")),
        ("bindings:\n- node: ins-plan0001", ("missing-key", 2, "bindings[0]")),
        ("bindings:\n- {node: ins-plan0001, groups: []}", ("shape", 2, "bindings[0].groups")),
        ("bindings:\n- {node: ins-elsewhere, groups: [sg-a]}", ("unknown-target", 2, "bindings")),
    ],
)
def test_mistakes_are_told_with_their_line_and_key(text: str, expected: tuple[str, int, str]) -> None:
    assert refusal(text) == expected


def test_a_group_that_nothing_audited_binds_is_no_bearing() -> None:
    text = f"changes:\n- {{group: {OTHER}, direction: ingress, rules: []}}"
    assert change_file.apply(estate(), change_file.load(text, "x")).irrelevant


def test_a_direction_that_the_file_leaves_out_of_an_unread_group_is_unknown() -> None:
    rules = f"changes:\n- {{group: {OTHER}, direction: ingress, rules: []}}\n"
    text = f"{rules}bindings:\n- {{node: ins-plan0001, groups: [{OTHER}]}}"
    planned = change_file.apply(estate(), change_file.load(text, "x"))
    assert codes(planned) == [("not-read", OTHER)]
    assert rules_after(planned, OTHER) == []


def test_a_list_names_its_region_or_every_region_with_the_group() -> None:
    def applied_in(**region: str) -> list[str]:
        change = {"group": GROUP, "direction": "ingress", "rules": [], **region}
        return rules_after(change_file.apply(estate(), change_file.load(json.dumps({"changes": [change]}), "x")))

    assert applied_in(region="ap-guangzhou") == applied_in() == []
    assert len(applied_in(region="ap-shanghai")) == 6


def test_a_list_that_the_file_has_removes_the_gaps_of_its_direction_alone() -> None:
    ingress, egress = (
        Gap(kind=GapKind.UNREAD, region="ap-guangzhou", resource=f"{GROUP}/{side}/0", code="Unreadable", message="")
        for side in ("ingress", "egress")
    )
    live = estate()
    live = replace(live, security_groups=(replace(live.security_groups[0], gaps=(ingress, egress)),))
    change = {"group": GROUP, "direction": "ingress", "rules": []}
    planned = change_file.apply(live, change_file.load(json.dumps({"changes": [change]}), "x"))
    assert planned.snapshot.security_groups[0].gaps == (egress,)


def test_an_interface_binds_other_groups_and_its_node_keeps_its_own() -> None:
    live = everything()
    text = f"bindings: [{{interface: eni-plan0001, groups: [{OTHER}, {GROUP}]}}]"
    planned = change_file.apply(live, change_file.load(text, "change.yaml"))
    assert bindings(planned)["eni-plan0001"] == (OTHER, GROUP)
    assert bindings(planned)["ins-plan0001"] == (GROUP,)
    assert effects(planned, "eni-plan0001") == ["file-binding"]
    assert "eni-plan0001" in [
        member.interface_id for member in planned.snapshot.membership_by_id[REGION, OTHER].members
    ]
