"""Whether a finding that an audit does not report could still exist, unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model import addresses
from auditor.model.codes import GapKind
from auditor.model.completeness import ClusterReading, StackReading, Subject, hides_stacks, is_undecided
from auditor.model.gaps import Gap
from auditor.model.packets import NOTHING, PacketSet, packets
from auditor.model.rules import Direction
from auditor.model.services import Protocol, services


def tcp(port: int) -> PacketSet:
    return packets(services(Protocol.TCP, [(port, port)]), addresses.parse("203.0.113.0/24"))


def reading(
    undecided: PacketSet = NOTHING,
    *,
    hides: bool = False,
    unread: tuple[str, ...] = (),
    left_out: tuple[str, ...] = (),
) -> ClusterReading:
    stack = StackReading(
        role="node",
        attachment="primary",
        security_groups=("sg-a",),
        undecided={Direction.INGRESS: undecided, Direction.EGRESS: NOTHING},
    )
    return ClusterReading(stacks=(stack,), hides_stacks=hides, unread=frozenset(unread), left_out=frozenset(left_out))


OPEN = Subject(
    code="TSG201",
    role="node",
    attachment="primary",
    security_groups=("sg-a",),
    direction=Direction.INGRESS,
    packets=tcp(22) | tcp(443),
)
MIXED = replace(OPEN, code="TSG301", direction=None, packets=NOTHING)


@pytest.mark.parametrize(
    ("subject", "cluster", "undecided"),
    [
        (OPEN, None, True),
        (OPEN, reading(), False),
        (OPEN, reading(tcp(22)), True),
        (OPEN, reading(tcp(80)), False),
        (replace(OPEN, direction=Direction.EGRESS), reading(tcp(22)), False),
        (replace(OPEN, security_groups=("sg-b",)), reading(tcp(22)), False),
        (replace(OPEN, security_groups=("sg-b",)), reading(hides=True), True),
        (OPEN, reading(hides=True), False),
        (MIXED, reading(), False),
        (MIXED, reading(hides=True), True),
        (MIXED, reading(unread=("sg-a",)), True),
        (MIXED, reading(unread=("sg-b",)), False),
        (MIXED, reading(tcp(80)), True),
        (replace(MIXED, role="master"), reading(tcp(80)), False),
        (replace(OPEN, attachment="secondary"), reading(tcp(22)), False),
        (replace(OPEN, attachment="secondary"), reading(left_out=("interfaces",)), True),
        (replace(OPEN, attachment="pods"), reading(left_out=("pods",)), True),
        (replace(OPEN, attachment="super-node-pods"), reading(left_out=("pods",)), True),
        (replace(OPEN, attachment="endpoint"), reading(left_out=("endpoint",)), True),
        (OPEN, reading(left_out=("interfaces", "pods", "endpoint", "load_balancers", "network_acls")), False),
        (replace(OPEN, code="TSG102"), reading(left_out=("load_balancers",)), True),
        (replace(OPEN, code="TSG202"), reading(left_out=("load_balancers",)), True),
        (replace(OPEN, code="TSG103"), reading(left_out=("network_acls",)), True),
    ],
)
def test_a_finding_is_undecided_where_the_audit_could_not_have_shown_it(
    subject: Subject, cluster: ClusterReading | None, *, undecided: bool
) -> None:
    assert is_undecided(subject, cluster) is undecided


@pytest.mark.parametrize(
    ("kind", "code", "cluster_id", "resource", "hides"),
    [
        (GapKind.UNREAD, "Denied", "cls-a", "ins-1", True),
        (GapKind.UNREAD, "Denied", "", "ap-guangzhou", True),
        (GapKind.UNREAD, "Denied", "", "sg-a/ingress/3", False),
        (GapKind.UNREADABLE, "UnreadableAddress", "", "ipmg-1", False),
        (GapKind.UNDOCUMENTED, "NoSecurityGroup", "cls-a", "ins-1", False),
        (GapKind.UNDOCUMENTED, "NoPodGroups", "cls-a", "np-1", True),
        (GapKind.UNDOCUMENTED, "TrunkingPods", "cls-a", "cls-a", True),
    ],
)
def test_gaps_of_groups_templates_and_unbound_nodes_hide_no_stack(
    kind: GapKind, code: str, cluster_id: str, resource: str, *, hides: bool
) -> None:
    gap = Gap(kind=kind, region="ap-guangzhou", code=code, cluster_id=cluster_id, resource=resource, message="no")
    assert hides_stacks(gap) is hides
