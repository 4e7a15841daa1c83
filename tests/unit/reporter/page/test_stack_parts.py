"""Layers, rules and cells of single stacks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model import addresses
from auditor.model.baseline import FlowPattern, Requirement, Text
from auditor.model.clusters import Role
from auditor.model.codes import Severity
from auditor.model.findings import RequirementResult, Result, StackResult, Status
from auditor.model.packets import NOTHING, PacketSet, packets
from auditor.model.rules import (
    AddressTemplate,
    AddressTemplatePeer,
    CidrPeer,
    Direction,
    GroupPeer,
    Peer,
    ProtocolService,
    Service,
    ServiceTemplate,
    ServiceTemplateRef,
    TemplateGroup,
    UnreadablePeer,
    UnreadableService,
)
from auditor.model.services import EVERYTHING, Protocol
from auditor.reporter.page.chart_data import Mark, layers
from auditor.reporter.page.index import Index
from auditor.reporter.page.matrix import Excess, Matrix, matrices
from auditor.reporter.page.rules import RuleCells, StackRules
from auditor.reporter.text.sentences import ResultText
from auditor.words import Lang
from tests.golden.samples import ALL, REGION, RESULTS, tcp

ESTATE = RESULTS["estate"]


def stack_of(result: Result, *groups: str) -> StackResult:
    (found,) = [one for cluster in result.clusters for one in cluster.stacks if one.security_groups == groups]
    return found


def test_layers_do_not_overlap_and_the_open_ones_are_all_that_passes() -> None:
    for cluster in ESTATE.clusters:
        for stack in cluster.stacks:
            for direction in Direction:
                found = dict(layers(stack, direction))
                seen = NOTHING
                for of_mark in found.values():
                    assert not seen & of_mark
                    seen |= of_mark
                opened = found[Mark.REQUIRED] | found[Mark.PERMITTED] | found[Mark.EXCESS]
                assert opened == stack.direction(direction).allowed


def test_requirement_that_does_not_apply_is_not_drawn() -> None:
    stack = stack_of(ESTATE, "sg-base0001")
    idle = tuple(replace(one, status=Status.NOT_APPLICABLE, missing=NOTHING) for one in stack.requirements)
    found = dict(layers(replace(stack, requirements=idle), Direction.INGRESS))
    assert not found[Mark.REQUIRED]
    assert not found[Mark.MISSING]


TEMPLATES = replace(
    ESTATE,
    snapshot=replace(
        ESTATE.snapshot,
        address_templates=(
            AddressTemplate(
                region=REGION,
                template_id="ipm-many0001",
                name="partners",
                entries=("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"),
            ),
        ),
        service_templates=(
            ServiceTemplate(
                region=REGION, template_id="ppm-web00001", name="web", entries=(tcp((80, 80)), tcp((443, 443)))
            ),
        ),
        template_groups=(TemplateGroup(region=REGION, template_id="ipmg-all0001", members=("ipm-many0001",)),),
    ),
)


def cells(lang: Lang = Lang.EN) -> RuleCells:
    sentences = ResultText(TEMPLATES, lang)
    return RuleCells(snapshot=TEMPLATES.snapshot, names=sentences.names, region=REGION, phrasing=sentences.phrasing)


@pytest.mark.parametrize(
    ("service", "text"),
    [
        (ALL, "all traffic"),
        (tcp((22, 22), (30000, 32768)), "TCP 22, 30000-32768"),
        (tcp((0, 65535)), "TCP"),
        (ProtocolService(protocol=Protocol.ICMP, ports=()), "ICMP"),
        (ServiceTemplateRef(template_id="ppm-web00001"), 'ppm-web00001 "web": TCP 80, TCP 443'),
        (ServiceTemplateRef(template_id="ppm-gone0001"), "ppm-gone0001 (not read)"),
        (UnreadableService(text="tcp;22"), "not understood: tcp;22"),
    ],
)
def test_service_cell(service: Service, text: str) -> None:
    assert cells().service(service) == text


@pytest.mark.parametrize(
    ("peer", "text"),
    [
        (CidrPeer(cidr="10.0.0.0/8"), "10.0.0.0/8"),
        (GroupPeer(security_group_id="sg-backup01"), "sg-backup01, bound to one instance or interface"),
        (GroupPeer(security_group_id="sg-prod0001"), 'sg-prod0001 "web"'),
        (
            AddressTemplatePeer(template_id="ipm-many0001"),
            'ipm-many0001 "partners": 192.0.2.1, 192.0.2.2, 192.0.2.3 and 2 more',
        ),
        (AddressTemplatePeer(template_id="ipmg-all0001"), "ipmg-all0001: ipm-many0001"),
        (AddressTemplatePeer(template_id="ipm-gone0001"), "ipm-gone0001 (not read)"),
        (UnreadablePeer(text="???"), "not understood: ???"),
    ],
)
def test_peer_cell(peer: Peer, text: str) -> None:
    assert cells().peer(peer) == text


def test_peer_cell_in_chinese() -> None:
    assert cells(Lang.ZH).peer(GroupPeer(security_group_id="sg-backup01")) == "sg-backup01，绑定 1 个实例或网卡"


def test_rules_count_over_the_stack_and_the_implicit_deny_has_its_findings() -> None:
    stack = stack_of(ESTATE, "sg-prod0001", "sg-base0001")
    found = StackRules(ESTATE).rules(cells(), stack, Direction.INGRESS)
    assert [(line.position, line.priority) for group in found.groups for line in group.lines][-3:] == [
        (9, 9),
        (10, 1),
        (11, 2),
    ]
    assert found.count == 11
    assert found.idle == 4
    ((code, findings),) = found.default_deny
    assert code == "TSG101"
    assert {finding.requirement_id for finding in findings} == {"node-ingress-cluster"}


def test_group_that_was_not_read_has_no_lines_and_says_why() -> None:
    stack = stack_of(ESTATE, "sg-denied01")
    (group,) = StackRules(ESTATE).rules(cells(), stack, Direction.EGRESS).groups
    assert not group.read
    assert group.gap is not None
    assert group.gap.code == "UnauthorizedOperation"


def test_group_that_the_snapshot_lacks_is_not_shown_as_empty() -> None:
    stack = replace(stack_of(ESTATE, "sg-denied01"), security_groups=("sg-absent01",))
    (group,) = StackRules(ESTATE).rules(cells(), stack, Direction.INGRESS).groups
    assert not group.read
    assert group.gap is None


def node_matrix(result: Result) -> Matrix:
    return matrices(result, Index(result))[0]


def with_peer(status: Status) -> Result:
    peer = Requirement(
        requirement_id="peer-cls-other001-cluster",
        role=Role.NODE,
        direction=Direction.INGRESS,
        flow=FlowPattern(services=EVERYTHING),
        severity=Severity.HIGH,
        title=Text(en="peer", zh="peer"),
        reason=Text(en="peer", zh="peer"),
        row="peer",
    )
    judged = RequirementResult(requirement=peer, status=status, required=NOTHING)
    met = replace(judged, requirement=replace(peer, requirement_id="peer-cls-third001-cluster"), status=Status.MET)
    healthy = RESULTS["compliant"].clusters[0]
    stack = healthy.stacks[0]
    stack = replace(stack, requirements=(*stack.requirements, met, judged))
    return replace(RESULTS["compliant"], clusters=(replace(healthy, stacks=(stack,)),))


def test_peer_requirements_share_a_column_that_shows_the_worst() -> None:
    matrix = node_matrix(with_peer(Status.PARTIAL))
    assert matrix.has_peers
    assert matrix.width == 2 + 5 + 1
    (row,) = matrix.blocks[0].rows
    assert row.peers is not None
    assert row.peers.status is Status.PARTIAL


def test_requirement_without_a_result_is_unknown_and_never_met() -> None:
    healthy = RESULTS["compliant"].clusters[0]
    stack = replace(healthy.stacks[0], requirements=healthy.stacks[0].requirements[1:])
    result = replace(RESULTS["compliant"], clusters=(replace(healthy, stacks=(stack,)),))
    (row,) = node_matrix(result).blocks[0].rows
    assert [cell.status for cell in row.cells] == [Status.UNKNOWN, *[Status.MET] * 4]


def test_waived_excess_is_not_counted_in_the_matrix() -> None:
    estate = replace(
        ESTATE, findings=tuple(one for one in ESTATE.findings if one.waiver is not None or one.code != "TSG201")
    )
    assert [row.excess.counts for block in node_matrix(estate).blocks for row in block.rows] == [()] * 5


def excess_with(undecided: PacketSet) -> Excess:
    """The matrix's word on excess where nothing is found and ``undecided`` could pass."""
    healthy = RESULTS["compliant"].clusters[0]
    stack = replace(healthy.stacks[0], ingress=replace(healthy.stacks[0].ingress, undecided=undecided))
    result = replace(RESULTS["compliant"], clusters=(replace(healthy, stacks=(stack,)),))
    (row,) = node_matrix(result).blocks[0].rows
    return row.excess


def test_undecided_packets_leave_the_excess_unknown_unless_all_of_them_are_named() -> None:
    named = RESULTS["compliant"].clusters[0].stacks[0].ingress.permitted
    assert named
    assert not excess_with(NOTHING).more
    assert not excess_with(named).more
    assert excess_with(named | everything()).more


def test_excess_that_is_found_says_that_more_is_unknown() -> None:
    prod = next(one for one in ESTATE.clusters if one.cluster.cluster_id == "cls-prod0001")
    stacks = tuple(replace(one, ingress=replace(one.ingress, undecided=everything())) for one in prod.stacks)
    rows = node_matrix(replace(ESTATE, clusters=(replace(prod, stacks=stacks),))).blocks[0].rows
    counts = [sum(item.count for item in row.excess.counts) for row in rows]
    assert [(count, row.excess.more) for count, row in zip(counts, rows, strict=True)] == [
        (0, True),
        (0, True),
        (2, True),
    ]


def everything() -> PacketSet:
    return packets(EVERYTHING, addresses.parse("0.0.0.0/0"))
