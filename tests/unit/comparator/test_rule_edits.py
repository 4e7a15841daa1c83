"""Edits of rules between two snapshots, and the packets that they open and close."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.comparator.compare import compare
from auditor.comparator.diff import difference
from auditor.model.addresses import ANYWHERE
from auditor.model.clusters import Exposure
from auditor.model.codes import GapKind, Severity
from auditor.model.earlier import EarlierFinding
from auditor.model.gaps import Gap
from auditor.model.outcomes import Difference, EarlierFindings, RuleEdit
from auditor.model.packets import NOTHING, PacketSet, packets
from auditor.model.regions import Region, regions
from auditor.model.rules import Rule, Rules
from auditor.model.services import Protocol, services
from tests import builders

POLICY = builders.policy(builders.EGRESS, builders.CLUSTER)
VPC = ("allow", "10.0.0.0/16")
WEB = ("allow", "203.0.113.0/24", "tcp", "443")
SSH = ("allow", "203.0.113.0/24", "tcp", "22")
DENY = ("deny", "203.0.113.0/24", "tcp", "443")
GAP = Gap(kind=GapKind.UNREAD, region=builders.REGION, resource="sg-a/ingress", code="Denied", message="refused")


def changed(old: Rules, new: Rules) -> Difference:
    snapshots = [
        builders.snapshot(
            [builders.cluster(builders.node("ins-1", "sg-a"))], [replace(builders.group("sg-a"), ingress=ingress)]
        )
        for ingress in (old, new)
    ]
    before, after = (compare(snapshot, POLICY, builders.TODAY) for snapshot in snapshots)
    return difference(before, after)


def edit(old: Rules, new: Rules) -> RuleEdit:
    [only] = changed(old, new).rule_edits
    return only


def texts(*rules: tuple[str, ...]) -> tuple[Rule, ...]:
    return builders.rules(*rules)


def https(packets: PacketSet) -> bool:
    return regions(packets) == (Region(protocol=Protocol.TCP, ports=((443, 443),), cidrs=("203.0.113.0/24",)),)


def test_a_rule_that_is_added_opens_its_packets() -> None:
    found = edit(texts(VPC), texts(VPC, WEB))
    assert (found.added, found.removed, found.moved) == (texts(VPC, WEB)[1:], (), ())
    assert https(found.opened)
    assert found.closed == NOTHING


def test_a_rule_that_is_removed_closes_its_packets() -> None:
    found = edit(texts(VPC, WEB), texts(VPC))
    assert (found.added, found.removed) == ((), texts(VPC, WEB)[1:])
    assert https(found.closed)


def test_a_rule_that_only_moves_is_neither_added_nor_removed() -> None:
    old, new = texts(VPC, SSH, WEB), texts(WEB, VPC, SSH)
    found = edit(old, new)
    assert (found.added, found.removed, found.opened, found.closed) == ((), (), NOTHING, NOTHING)
    assert found.moved == ((old[2], new[0]),)


def test_a_move_across_a_deny_opens_packets() -> None:
    found = edit(texts(DENY, WEB), texts(WEB, DENY))
    assert len(found.moved) == 1
    assert https(found.opened)


def test_another_description_is_named_and_changes_no_packet() -> None:
    old = texts(WEB)
    new = (replace(old[0], description="web"),)
    found = edit(old, new)
    assert found.redescribed == ((old[0], new[0]),)
    assert (found.opened, found.closed, found.added) == (NOTHING, NOTHING, ())


def test_another_spelling_of_a_rule_is_no_edit() -> None:
    assert changed(texts(("allow", "10.0.0.0/16")), texts(("allow", "10.0.0.0-10.0.255.255"))).rule_edits == ()


def test_a_copy_of_a_rule_is_added_without_effect() -> None:
    found = edit(texts(WEB), texts(WEB, WEB))
    assert (len(found.added), found.opened) == (1, NOTHING)


def test_rules_that_are_not_read_any_more_are_unsettled_and_not_removed() -> None:
    found = edit(texts(VPC, WEB), GAP)
    assert (found.added, found.removed, found.opened, found.closed) == ((), (), NOTHING, NOTHING)
    assert found.unsettled


def test_a_finding_of_a_group_that_is_not_read_any_more_is_unknown() -> None:
    outcome = changed(texts(VPC, WEB), GAP)
    assert outcome.fixed == ()
    assert [finding.code for finding in outcome.unknown] == ["TSG201"]


def test_a_finding_is_fixed_where_the_new_rules_were_read() -> None:
    outcome = changed(texts(VPC, WEB), texts(VPC))
    assert [finding.code for finding in outcome.fixed] == ["TSG201"]
    assert (outcome.new, outcome.unknown) == ((), ())


SSH_PACKETS, WEB_PACKETS = (packets(services(Protocol.TCP, [(port, port)]), ANYWHERE) for port in (22, 443))


@pytest.mark.parametrize(
    ("earlier", "known"),
    [
        (EarlierFinding(severity=Severity.MEDIUM, packets=WEB_PACKETS, waived=False), True),
        (EarlierFinding(severity=Severity.MEDIUM, packets=WEB_PACKETS, waived=True), False),
        (EarlierFinding(severity=Severity.HIGH, packets=WEB_PACKETS | SSH_PACKETS, waived=False), True),
        (EarlierFinding(severity=Severity.LOW, packets=WEB_PACKETS, waived=False), False),
        (EarlierFinding(severity=Severity.MEDIUM, packets=SSH_PACKETS, waived=False), False),
        (None, False),
    ],
    ids=["same", "waived", "was worse", "was less severe", "had fewer packets", "absent"],
)
def test_a_finding_that_is_worse_or_lost_its_waiver_is_new(earlier: EarlierFinding | None, *, known: bool) -> None:
    [found] = changed(texts(VPC), texts(VPC, WEB)).new
    finding = replace(found, fingerprint="f", severity=Severity.MEDIUM, packets=WEB_PACKETS)
    before = EarlierFindings(findings={} if earlier is None else {"f": earlier})
    assert before.has(finding) is known


def test_a_node_without_a_group_that_got_a_public_address_is_new() -> None:
    node = builders.node("ins-1")
    before, after = (
        compare(builders.snapshot([builders.cluster(replace(node, exposure=exposure))], []), POLICY, builders.TODAY)
        for exposure in (Exposure.NONE_FOUND, Exposure.INTERNET)
    )
    worse, better = difference(before, after), difference(after, before)
    assert [(finding.code, finding.severity) for finding in worse.new] == [("TSG303", "critical")]
    assert worse.fixed == ()
    assert (better.new, better.fixed) == ((), ())
