"""Entrances of the API server: what gets in beyond the cluster's own networks, by groups, by blocks or by nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from auditor.comparator.compare import compare
from auditor.comparator.explain import explain
from auditor.comparator.repair.goals import RepairOptions
from auditor.comparator.repair.repair import repair
from auditor.config import baseline
from auditor.model.baseline import Policy
from auditor.model.clusters import Attachment, Cluster, Entrance, EntranceKind, Exposure, Role
from auditor.model.codes import Code, Severity, Verdict
from auditor.model.evidence import EvidenceKind, ResourceEvidence
from auditor.model.findings import Finding, Result, StackResult
from auditor.model.outcomes import Flow, FlowVerdict, RemainingReason
from auditor.model.packets import NOTHING
from auditor.model.regions import Region, regions
from auditor.model.rules import Action, Direction, SecurityGroup
from auditor.model.services import Protocol
from auditor.reporter.verdict import cluster_verdicts
from tests import builders

POLICY = Policy(baseline=baseline.load("tke-default"))
OFFICE = "203.0.113.0/24"
PUBLIC, PRIVATE = EntranceKind.PUBLIC, EntranceKind.PRIVATE


def entrance(kind: EntranceKind, *groups: str, acl: tuple[str, ...] | None = None) -> Entrance:
    return Entrance(kind=kind, address="198.51.100.30", security_groups=groups, acl=acl)


def group_of(name: str, *rules: tuple[str, ...]) -> SecurityGroup:
    return builders.group(name, builders.rules(*rules))


def judge(*entrances: Entrance, groups: tuple[SecurityGroup, ...] = (), cluster: Cluster | None = None) -> Result:
    audited = replace(cluster or builders.cluster(), entrances=entrances)
    return compare(builders.snapshot([audited], groups), POLICY, date(2026, 11, 22))


def stacks(result: Result) -> list[StackResult]:
    return [stack for stack in result.clusters[0].stacks if stack.role is Role.ENDPOINT]


def open_to(result: Result) -> list[tuple[Severity, str, tuple[Region, ...]]]:
    found = [finding for finding in result.findings if finding.code is Code.EXCESS_ACCESS]
    return [(finding.severity, finding.subject, regions(finding.packets)) for finding in found]


def tcp(ports: tuple[int, int], *cidrs: str) -> tuple[Region, ...]:
    return (Region(protocol=Protocol.TCP, ports=(ports,), cidrs=cidrs),)


def test_own_networks_may_connect_to_443_and_nothing_is_found() -> None:
    group = group_of("sg-a", ("allow", "172.16.0.0/16", "tcp", "443"), ("allow", "10.0.0.0/16", "tcp", "443"))
    result = judge(entrance(PUBLIC, "sg-a"), groups=(group,))
    assert result.findings == ()
    (stack,) = stacks(result)
    assert (stack.attachment, stack.security_groups) == (Attachment.ENDPOINT, ("sg-a",))
    assert (stack.exposure, stack.requirements, stack.egress.allowed) == (Exposure.INTERNET, (), NOTHING)
    assert result.complete


def test_a_public_entrance_that_is_open_to_any_address_is_critical_whatever_the_port() -> None:
    group = group_of("sg-a", ("allow", "0.0.0.0/0", "tcp", "443"), ("allow", "0.0.0.0/0", "tcp", "8080"))
    result = judge(entrance(PUBLIC, "sg-a"), groups=(group,))
    assert [(severity, subject) for severity, subject, _ in open_to(result)] == [
        (Severity.CRITICAL, "any/control"),
        (Severity.CRITICAL, "any/other"),
    ]
    finding = result.findings[0]
    assert finding.evidence[0].security_group_id == "sg-a"
    assert finding.resources == (ResourceEvidence(kind=EvidenceKind.ENDPOINT, resource_id="cls-aaaaaaaa"),)


def test_a_private_entrance_is_weighed_by_the_table() -> None:
    group = group_of("sg-a", ("allow", "0.0.0.0/0", "tcp", "443"), ("allow", "0.0.0.0/0", "tcp", "8080"))
    result = judge(entrance(PRIVATE, "sg-a"), groups=(group,))
    assert [(severity, subject) for severity, subject, _ in open_to(result)] == [
        (Severity.CRITICAL, "any/control"),
        (Severity.MEDIUM, "any/other"),
    ]


def test_the_office_at_the_entrance_is_excess_of_the_control_plane() -> None:
    group = group_of("sg-a", ("allow", OFFICE, "tcp", "443"))
    result = judge(entrance(PUBLIC, "sg-a"), groups=(group,))
    assert open_to(result) == [(Severity.HIGH, "public/control", tcp((443, 443), OFFICE))]


def test_a_list_of_blocks_is_judged_as_tcp_443_and_each_block_is_evidence() -> None:
    result = judge(entrance(PUBLIC, acl=("10.0.0.0/16", OFFICE)))
    assert open_to(result) == [(Severity.HIGH, "public/control", tcp((443, 443), OFFICE))]
    (finding,) = result.findings
    assert finding.resources[1:] == (
        ResourceEvidence(kind=EvidenceKind.ACL, resource_id=OFFICE, direction=Direction.INGRESS, action=Action.ALLOW),
    )


def test_a_list_of_blocks_with_any_address_is_critical() -> None:
    result = judge(entrance(PUBLIC, acl=("0.0.0.0/0",)))
    assert [(severity, subject) for severity, subject, _ in open_to(result)] == [(Severity.CRITICAL, "any/control")]


def found(result: Result) -> list[tuple[Code, Severity]]:
    return [(finding.code, finding.severity) for finding in result.findings]


def test_an_entrance_that_nothing_filters_has_no_security_group() -> None:
    assert found(judge(entrance(PUBLIC))) == [(Code.NO_SECURITY_GROUP, Severity.CRITICAL)]
    assert found(judge(entrance(PRIVATE))) == [(Code.NO_SECURITY_GROUP, Severity.LOW)]


def test_a_list_of_blocks_at_one_entrance_and_nothing_at_the_other_are_one_stack_and_two_findings() -> None:
    result = judge(entrance(PUBLIC, acl=(OFFICE,)), entrance(PRIVATE))
    (stack,) = stacks(result)
    assert (stack.security_groups, stack.exposure, stack.public) == ((), Exposure.INTERNET, 1)
    assert found(result) == [
        (Code.EXCESS_ACCESS, Severity.HIGH),
        (Code.NO_SECURITY_GROUP, Severity.LOW),
    ]
    by_code: dict[Code, Finding] = {finding.code: finding for finding in result.findings}
    assert by_code[Code.NO_SECURITY_GROUP].exposure is Exposure.NONE_FOUND


def test_entrances_with_the_same_groups_are_one_stack_with_the_public_exposure() -> None:
    group = group_of("sg-a", ("allow", "0.0.0.0/0", "tcp", "443"))
    result = judge(entrance(PUBLIC, "sg-a"), entrance(PRIVATE, "sg-a"), groups=(group,))
    assert len(stacks(result)) == 1
    assert [(severity, subject) for severity, subject, _ in open_to(result)] == [(Severity.CRITICAL, "any/control")]


def test_different_groups_at_the_entrances_are_not_mixed() -> None:
    groups = tuple(group_of(name, ("allow", "10.0.0.0/16", "tcp", "443")) for name in ("sg-a", "sg-b"))
    assert judge(entrance(PUBLIC, "sg-a"), entrance(PRIVATE, "sg-b"), groups=groups).findings == ()


def test_a_cluster_of_which_only_the_entrance_was_judged_is_judged_if_it_has_no_node() -> None:
    group = group_of("sg-a", ("allow", "10.0.0.0/16", "tcp", "443"))
    result = judge(entrance(PUBLIC, "sg-a"), groups=(group,))
    assert [judged.verdict for _, judged in cluster_verdicts(result, None)] == [Verdict.COMPLIANT]


def test_a_list_of_blocks_is_not_for_a_change_of_rules() -> None:
    audited = replace(builders.cluster(), entrances=(entrance(PUBLIC, acl=("0.0.0.0/0",)),))
    result = compare(builders.snapshot([audited], ()), POLICY, date(2026, 11, 22))
    repaired = repair(result, POLICY, date(2026, 11, 22), RepairOptions(close_excess=True))
    assert repaired.changes == ()
    assert [remaining.why for remaining in repaired.proof.remaining] == [RemainingReason.NOT_RULES]


def test_a_flow_to_an_entrance_with_a_list_of_blocks_is_explained_by_the_list() -> None:
    audited = replace(builders.cluster(), entrances=(entrance(PUBLIC, acl=(OFFICE,)),))
    snapshot = builders.snapshot([audited], ())
    verdicts = {}
    for port in (443, 22):
        flow = Flow(direction=Direction.INGRESS, protocol=Protocol.TCP, port=port, peer="203.0.113.9")
        (explanation,) = explain(snapshot, POLICY, audited, flow, role=Role.ENDPOINT)
        verdicts[port] = explanation.verdict
        assert explanation.blocks == (OFFICE,)
    assert verdicts == {443: FlowVerdict.ALLOW, 22: FlowVerdict.DENY}
    outbound = Flow(direction=Direction.EGRESS, protocol=Protocol.TCP, port=443, peer="203.0.113.9")
    assert explain(snapshot, POLICY, audited, outbound, role=Role.ENDPOINT) == ()
