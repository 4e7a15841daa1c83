"""A finding of the state after a change: whether it is new for a node, and whether an earlier finding is left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from auditor.comparator.compare import compare
from auditor.model.addresses import parse
from auditor.model.clusters import Attachment, Network, Networks, Role
from auditor.model.codes import Code, GapKind, Severity
from auditor.model.evidence import EvidenceKind, ResourceEvidence
from auditor.model.findings import Finding, Result, WaiverMark
from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet, packets
from auditor.model.rules import Direction
from auditor.model.services import Protocol, services
from auditor.whatif.finding_index import FindingIndex, UndecidedIndex, with_excess
from tests import builders

WIDE = packets(services(Protocol.TCP, ((1, 100),)), parse("10.0.0.0/8"))
NARROW = packets(services(Protocol.TCP, ((1, 10),)), parse("10.0.0.0/8"))
WAIVED = WaiverMark(waiver_id="W-1", reason="r", owner="o", expires=date(2026, 12, 31))


def finding(severity: Severity, of: PacketSet = WIDE, waiver: WaiverMark | None = None, node: str = "ins-1") -> Finding:
    return Finding(
        code=Code.EXCESS_ACCESS,
        severity=severity,
        fingerprint=f"{severity}{of.rows}",
        region="ap-guangzhou",
        cluster_id="cls-1",
        role=Role.NODE,
        security_groups=("sg-1",),
        nodes=(node,),
        direction=Direction.INGRESS,
        packets=of,
        waiver=waiver,
    )


@pytest.mark.parametrize(
    ("later", "brings"),
    [
        (finding(Severity.HIGH), True),
        (finding(Severity.MEDIUM), False),
        (finding(Severity.LOW), False),
        (finding(Severity.MEDIUM, NARROW), False),
        (finding(Severity.HIGH, NARROW), True),
        (finding(Severity.MEDIUM, node="ins-2"), True),
    ],
    ids=["heavier", "the same", "milder", "fewer packets", "fewer and heavier", "somebody else"],
)
def test_a_heavier_finding_on_known_packets_brings_something(later: Finding, *, brings: bool) -> None:
    assert FindingIndex([finding(Severity.MEDIUM)], {}).lacks(later, {}) is brings


def test_the_heaviest_of_earlier_findings_counts() -> None:
    earlier = FindingIndex([finding(Severity.LOW), finding(Severity.HIGH, NARROW)], {})
    assert earlier.lacks(finding(Severity.HIGH), {}) is False
    assert earlier.lacks(finding(Severity.CRITICAL, NARROW), {}) is True


def test_more_packets_of_the_same_weight_bring_something() -> None:
    assert FindingIndex([finding(Severity.MEDIUM, NARROW)], {}).lacks(finding(Severity.MEDIUM), {}) is True


def test_a_waived_finding_counts_for_one_that_is_still_waived_alone() -> None:
    earlier = FindingIndex([replace(finding(Severity.MEDIUM), waiver=WAIVED)], {})
    assert earlier.lacks(finding(Severity.MEDIUM), {}) is True
    assert earlier.lacks(finding(Severity.MEDIUM, waiver=WAIVED), {}) is False


def test_a_stack_without_a_group_alone_has_the_excess_of_both_directions() -> None:
    """The other stack of the same role keeps its own findings."""
    cluster = builders.cluster(builders.node("ins-1"), builders.node("ins-2", "sg-2"))
    live = builders.snapshot([cluster], [builders.group("sg-2", builders.rules(("allow", "0.0.0.0/0", "tcp", "6379")))])
    result = compare(live, builders.policy(builders.EGRESS), date(2026, 11, 22))
    assert [(found.code, found.nodes) for found in result.findings] == [
        (Code.NO_SECURITY_GROUP, ("ins-1",)),
        (Code.EXCESS_ACCESS, ("ins-2",)),
        (Code.MIXED_SECURITY_GROUPS, ("ins-1", "ins-2")),
    ]
    [bare, other, mixed] = result.findings
    listed = [(found.code, found.fingerprint, found.direction) for found in with_excess(result, result.findings)]
    assert listed == [
        (Code.NO_SECURITY_GROUP, bare.fingerprint, None),
        (Code.EXCESS_ACCESS, f"{bare.fingerprint}/ingress", Direction.INGRESS),
        (Code.EXCESS_ACCESS, f"{bare.fingerprint}/egress", Direction.EGRESS),
        (Code.EXCESS_ACCESS, other.fingerprint, Direction.INGRESS),
        (Code.MIXED_SECURITY_GROUPS, mixed.fingerprint, None),
    ]


def secondary(*interfaces: str) -> Finding:
    return replace(finding(Severity.MEDIUM), attachment=Attachment.SECONDARY, interfaces=interfaces)


def test_a_finding_on_the_primary_interface_does_not_cover_the_same_on_a_further_interface() -> None:
    earlier = FindingIndex([finding(Severity.MEDIUM)], {})
    assert earlier.lacks(secondary("eni-1"), {}) is True


def test_a_finding_is_new_for_a_further_interface_of_the_same_node() -> None:
    earlier = FindingIndex([secondary("eni-1")], {})
    assert earlier.lacks(secondary("eni-1"), {}) is False
    assert earlier.lacks(secondary("eni-1", "eni-2"), {}) is True


def test_a_finding_without_nodes_pools_and_interfaces_is_about_its_cluster() -> None:
    entrance = replace(finding(Severity.CRITICAL), role=Role.ENDPOINT, attachment=Attachment.ENDPOINT, nodes=())
    assert FindingIndex([], {}).lacks(entrance, {}) is True
    assert FindingIndex([entrance], {}).lacks(entrance, {}) is False


def test_a_finding_about_a_path_is_about_its_listener() -> None:
    def on(listener: str) -> Finding:
        evidence = (ResourceEvidence(kind=EvidenceKind.LISTENER, resource_id=listener),)
        return replace(finding(Severity.LOW), code=Code.LOAD_BALANCER_OPEN, resources=evidence)

    earlier = FindingIndex([on("lbl-1")], {})
    assert earlier.lacks(on("lbl-1"), {}) is False
    assert earlier.lacks(on("lbl-2"), {}) is True


@pytest.mark.parametrize(("let_in", "kept"), [((), True), ((("allow", "172.16.0.0/16"),), False)])
def test_blocked_traffic_of_networks_that_become_unknown_is_kept_until_the_rules_let_it_in(
    let_in: tuple[tuple[str, ...], ...], *, kept: bool
) -> None:
    policy = builders.policy(builders.EGRESS, builders.CONTAINER)
    unknown = Gap(
        kind=GapKind.UNKNOWN_UNTIL_APPLY, region=builders.REGION, resource="cls-aaaaaaaa", code="", message=""
    )
    networks = replace(builders.land(), container=Network(gaps=(unknown,)))

    def audited(rules: tuple[tuple[str, ...], ...], networks: Networks) -> Result:
        cluster = builders.cluster(builders.node("ins-1", "sg-1"), networks=networks)
        live = builders.snapshot([cluster], [builders.group("sg-1", builders.rules(*rules))])
        return compare(live, policy, date(2026, 11, 22))

    [blocked, *_] = audited((), builders.land()).findings
    assert (blocked.code, blocked.requirement_id) == (Code.REQUIRED_TRAFFIC_BLOCKED, "container")
    assert UndecidedIndex(audited(let_in, networks), {}).could_keep(blocked, "ins-1") is kept
