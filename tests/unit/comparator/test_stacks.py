"""The stacks of interfaces and Pods: which bindings share a stack, and what an audit says of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.comparator.compare import compare
from auditor.comparator.stacks import Stack, stacks
from auditor.model.baseline import Policy
from auditor.model.clusters import Attachment, Cluster, Entrance, EntranceKind, Exposure, NotCovered, Role
from auditor.model.codes import Code, GapKind, Severity, Verdict
from auditor.model.findings import Finding, Result, Status
from auditor.model.gaps import Gap
from auditor.model.packets import UNIVERSE
from auditor.model.regions import regions
from auditor.model.rules import Direction, Member, Rule
from tests.builders import (
    CLUSTER,
    CONTAINER,
    EGRESS,
    NODE_RULES,
    NODEPORT,
    REGION,
    SSH,
    TODAY,
    add_on,
    cluster,
    group,
    land,
    membership,
    node,
    pod_interface,
    policy,
    pool,
    requirement,
    rules,
    secondary,
    snapshot,
    super_pool,
)

POD_ROW = requirement("pod-container", CONTAINER.flow, role=Role.POD, severity=Severity.MEDIUM)
POLICY = policy(EGRESS, CONTAINER, CLUSTER, SSH, NODEPORT, POD_ROW)
GAP = Gap(kind=GapKind.UNREAD, region=REGION, cluster_id="cls-aaaaaaaa", resource="eni-x", code="X", message="x")
GOOD = rules(*NODE_RULES)


def audit(audited: Cluster, of_policy: Policy = POLICY, **groups: tuple[Rule, ...]) -> Result:
    held = [group(name.replace("_", "-"), ingress) for name, ingress in groups.items()]
    return compare(snapshot([audited], held), of_policy, TODAY)


def codes(result: Result) -> list[str]:
    return [finding.code for finding in result.findings]


def only(result: Result, code: Code) -> Finding:
    (finding,) = (finding for finding in result.findings if finding.code is code)
    return finding


def identity(stack: Stack) -> tuple[object, ...]:
    return stack.role, stack.attachment, stack.security_groups, stack.bearers


def test_bindings_share_a_stack_by_role_attachment_and_list_and_primary_stacks_come_first() -> None:
    audited = cluster(
        node("ins-1", "sg-a"),
        node("ins-2", "sg-a"),
        node("ins-3", "sg-m", role=Role.MASTER),
        pools=(pool("np-1", "sg-a"),),
        interfaces=(
            pod_interface("eni-5", "sg-p"),
            secondary("eni-2", "ins-2", "sg-a"),
            secondary("eni-1", "ins-1", "sg-a"),
            secondary("eni-3", "ins-3", "sg-a", role=Role.MASTER),
            pod_interface("eni-4", "sg-a", node_id="ins-1"),
        ),
        pod_bindings=(add_on("sg-a"), super_pool("np-2", "sg-p"), super_pool("np-3", "sg-q")),
    )
    assert [identity(stack) for stack in stacks(audited)] == [
        (Role.MASTER, Attachment.PRIMARY, ("sg-m",), ("ins-3",)),
        (Role.NODE, Attachment.PRIMARY, ("sg-a",), ("ins-1", "ins-2", "np-1")),
        (Role.MASTER, Attachment.SECONDARY, ("sg-a",), ("eni-3",)),
        (Role.NODE, Attachment.SECONDARY, ("sg-a",), ("eni-1", "eni-2")),
        (Role.POD, Attachment.PODS, ("sg-a",), ("eni-4", "eniipamd")),
        (Role.POD, Attachment.SUPER_NODE_PODS, ("sg-p",), ("eni-5", "np-2")),
        (Role.POD, Attachment.SUPER_NODE_PODS, ("sg-q",), ("np-3",)),
    ]


def test_a_stack_of_interfaces_names_the_nodes_that_have_them_pools_and_add_ons() -> None:
    audited = cluster(
        node("ins-1", "sg-a"),
        interfaces=(pod_interface("eni-1", "sg-p", node_id="ins-1"), pod_interface("eni-2", "sg-p", node_id="ins-1")),
        pod_bindings=(add_on("sg-p"),),
    )
    _, pods = stacks(audited)
    assert (pods.nodes, pods.interfaces, pods.node_pools, pods.add_ons) == (
        ("ins-1",),
        ("eni-1", "eni-2"),
        (),
        ("eniipamd",),
    )


@pytest.mark.parametrize(
    ("exposures", "united", "public"),
    [
        ((Exposure.NONE_FOUND, Exposure.NONE_FOUND), Exposure.NONE_FOUND, 0),
        ((Exposure.NONE_FOUND, Exposure.UNKNOWN), Exposure.UNKNOWN, 0),
        ((Exposure.INTERNET, Exposure.UNKNOWN), Exposure.INTERNET, 1),
        ((Exposure.INTERNET, Exposure.INTERNET), Exposure.INTERNET, 2),
    ],
)
def test_the_exposure_of_a_stack_is_that_of_its_most_exposed_interface(
    exposures: tuple[Exposure, ...], united: Exposure, public: int
) -> None:
    interfaces = [secondary(f"eni-{at}", "ins-1", "sg-a", exposure=each) for at, each in enumerate(exposures)]
    audited = cluster(node("ins-1", "sg-a", exposure=Exposure.NONE_FOUND), interfaces=tuple(interfaces))
    primary, of_interfaces = stacks(audited)
    assert (primary.exposure, primary.public) == (Exposure.NONE_FOUND, 0)
    assert (of_interfaces.exposure, of_interfaces.public) == (united, public)


def test_an_interface_whose_groups_were_not_read_has_a_gap_and_no_stack() -> None:
    unread = replace(secondary("eni-x", "ins-1"), security_groups=GAP)
    audited = cluster(node("ins-1", "sg-a"), interfaces=(unread,))
    result = audit(audited, sg_a=GOOD)
    assert [stack.attachment for stack in result.clusters[0].stacks] == [Attachment.PRIMARY]
    assert GAP in result.gaps


def test_a_second_interface_is_judged_for_excess_and_needs_nothing() -> None:
    audited = cluster(node("ins-1", "sg-a"), interfaces=(secondary("eni-1", "ins-1", "sg-b"),))
    result = audit(audited, sg_a=GOOD, sg_b=rules(("allow", "0.0.0.0/0", "tcp", "10250")))
    _, stack = result.clusters[0].stacks
    assert {judged.status for judged in stack.requirements} == {Status.NOT_APPLICABLE}
    assert [(judged.requirement.requirement_id, bool(judged.missing)) for judged in stack.requirements] == [
        ("container", False),
        ("cluster", False),
        ("ssh", False),
        ("nodeport", False),
        ("egress", False),
    ]
    assert codes(result) == ["TSG201"]
    finding = result.findings[0]
    assert (finding.severity, finding.attachment, finding.interfaces, finding.nodes) == (
        Severity.CRITICAL,
        Attachment.SECONDARY,
        ("eni-1",),
        ("ins-1",),
    )


def test_what_the_rows_of_its_role_require_is_permitted_on_a_second_interface() -> None:
    audited = cluster(node("ins-1", "sg-a"), interfaces=(secondary("eni-1", "ins-1", "sg-a"),))
    assert codes(audit(audited, sg_a=GOOD)) == []


@pytest.mark.parametrize(
    ("exposure", "severity"),
    [
        (Exposure.NONE_FOUND, Severity.HIGH),
        (Exposure.UNKNOWN, Severity.HIGH),
        (Exposure.INTERNET, Severity.CRITICAL),
    ],
)
def test_a_second_interface_without_a_group_lets_everything_pass(exposure: Exposure, severity: Severity) -> None:
    audited = cluster(node("ins-1", "sg-a"), interfaces=(secondary("eni-1", "ins-1", exposure=exposure),))
    result = audit(audited, sg_a=GOOD)
    finding = only(result, Code.NO_SECURITY_GROUP)
    assert codes(result) == ["TSG303"]
    assert (finding.severity, finding.attachment, finding.interfaces) == (severity, Attachment.SECONDARY, ("eni-1",))
    stack = result.clusters[0].stacks[1]
    assert stack.ingress.allowed == UNIVERSE
    assert [region.protocol for region in regions(stack.ingress.excess)]
    assert result.gaps == ()


def test_pods_of_vpc_cni_without_a_group_are_said_once_and_leave_no_gap() -> None:
    interfaces = tuple(pod_interface(f"eni-{at}", node_id="ins-1", exposure=Exposure.INTERNET) for at in range(3))
    audited = cluster(node("ins-1", "sg-a"), interfaces=interfaces, pod_bindings=(add_on(),))
    result = audit(audited, sg_a=GOOD)
    finding = only(result, Code.POD_INTERFACE_WITHOUT_GROUP)
    assert codes(result) == ["TSG306"]
    assert (finding.severity, finding.role, finding.attachment) == (Severity.INFO, Role.POD, Attachment.PODS)
    assert (finding.interfaces, finding.add_ons) == (("eni-0", "eni-1", "eni-2"), ("eniipamd",))
    assert result.complete
    assert {judged.status for judged in result.clusters[0].stacks[1].requirements} == {Status.MET}


def test_the_baseline_says_how_bad_pods_without_a_group_are() -> None:
    audited = cluster(node("ins-1", "sg-a"), interfaces=(pod_interface("eni-1", node_id="ins-1"),))
    strict = replace(POLICY, baseline=replace(POLICY.baseline, pod_interface_without_group=Severity.MEDIUM))
    assert only(audit(audited, strict, sg_a=GOOD), Code.POD_INTERFACE_WITHOUT_GROUP).severity is Severity.MEDIUM


@pytest.mark.parametrize(
    ("bare", "resource"),
    [
        (cluster(interfaces=(pod_interface("eni-1"),)), "eni-1"),
        (cluster(pod_bindings=(super_pool("np-1"),)), "np-1"),
    ],
)
def test_what_filters_a_pod_of_a_super_node_without_a_group_is_unknown(bare: Cluster, resource: str) -> None:
    result = audit(bare)
    assert codes(result) == ["TSG303"]
    assert [(gap.kind, gap.resource) for gap in result.gaps] == [(GapKind.UNDOCUMENTED, resource)]
    stack = result.clusters[0].stacks[0]
    assert not stack.ingress.allowed
    assert stack.ingress.undecided == UNIVERSE
    assert {judged.status for judged in stack.requirements} == {Status.UNKNOWN}


def test_pods_need_the_rows_of_their_role() -> None:
    audited = cluster(
        node("ins-1", "sg-a"),
        interfaces=(pod_interface("eni-1", "sg-p", node_id="ins-1"), pod_interface("eni-2", "sg-p")),
    )
    result = audit(audited, sg_a=GOOD, sg_p=rules(("allow", "10.9.0.0/16", "tcp", "80")))
    blocked = [finding for finding in result.findings if finding.code is Code.REQUIRED_TRAFFIC_BLOCKED]
    assert [(finding.requirement_id, finding.severity, finding.attachment) for finding in blocked] == [
        ("pod-container", Severity.MEDIUM, Attachment.PODS),
        ("pod-container", Severity.MEDIUM, Attachment.SUPER_NODE_PODS),
    ]
    assert len({finding.fingerprint for finding in blocked}) == 2


def test_pods_that_bind_different_lists_are_mixed_by_kind_of_interface() -> None:
    audited = cluster(
        node("ins-1", "sg-a"),
        interfaces=(
            pod_interface("eni-1", "sg-a", node_id="ins-1"),
            pod_interface("eni-2", "sg-b", node_id="ins-1"),
            pod_interface("eni-3", "sg-b"),
        ),
    )
    finding = only(audit(audited, sg_a=GOOD, sg_b=GOOD), Code.MIXED_SECURITY_GROUPS)
    assert (finding.severity, finding.role, finding.attachment) == (Severity.LOW, Role.POD, Attachment.PODS)
    assert (finding.interfaces, finding.nodes) == (("eni-1", "eni-2"), ("ins-1",))


def test_a_list_that_only_the_add_on_will_bind_differs_too() -> None:
    audited = cluster(
        node("ins-1", "sg-a"),
        interfaces=(pod_interface("eni-1", "sg-a", node_id="ins-1"),),
        pod_bindings=(add_on("sg-b"),),
    )
    result = audit(audited, sg_a=GOOD, sg_b=rules(("allow", "172.16.0.0/16")))
    finding = only(result, Code.MIXED_SECURITY_GROUPS)
    assert (finding.severity, finding.interfaces, finding.add_ons) == (Severity.MEDIUM, ("eni-1",), ("eniipamd",))


def test_second_interfaces_may_bind_different_lists() -> None:
    audited = cluster(
        node("ins-1", "sg-a"),
        interfaces=(secondary("eni-1", "ins-1", "sg-a"), secondary("eni-2", "ins-1", "sg-b")),
    )
    result = audit(audited, sg_a=GOOD, sg_b=GOOD)
    assert Code.MIXED_SECURITY_GROUPS not in codes(result)


def test_the_interfaces_of_a_cluster_are_not_foreign() -> None:
    audited = cluster(
        node("ins-1", "sg-a"),
        interfaces=(secondary("eni-1", "ins-1", "sg-a"), pod_interface("eni-2", "sg-a")),
    )
    members = membership(
        "sg-a",
        Member(instance_id="ins-1", interface_id="eni-0"),
        Member(instance_id="ins-1", interface_id="eni-1"),
        Member(instance_id="eks-7", interface_id="eni-2", business="eks"),
        Member(instance_id="eks-8", interface_id="eni-9", business="eks"),
        Member(instance_id="ins-2", interface_id="eni-8"),
    )
    result = compare(snapshot([audited], [group("sg-a", GOOD)], [members]), POLICY, TODAY)
    finding = only(result, Code.FOREIGN_INSTANCE)
    assert (finding.nodes, finding.role, finding.attachment) == (("ins-2",), Role.NODE, Attachment.PRIMARY)


def test_an_instance_that_binds_the_group_of_pods_alone_is_foreign_to_the_pods() -> None:
    audited = cluster(node("ins-1", "sg-a"), interfaces=(pod_interface("eni-1", "sg-p"),))
    held = [membership("sg-a"), membership("sg-p", Member(instance_id="ins-2"))]
    result = compare(snapshot([audited], [group("sg-a", GOOD), group("sg-p", GOOD)], held), POLICY, TODAY)
    finding = only(result, Code.FOREIGN_INSTANCE)
    assert (finding.nodes, finding.role, finding.attachment) == (("ins-2",), Role.POD, Attachment.SUPER_NODE_PODS)


def test_findings_of_one_severity_begin_with_the_most_exposed() -> None:
    open_rule = rules(("allow", "0.0.0.0/0", "tcp", "3389"))
    audited = cluster(
        interfaces=(
            secondary("eni-1", "ins-1", "sg-a", exposure=Exposure.NONE_FOUND),
            secondary("eni-2", "ins-1", "sg-b", exposure=Exposure.UNKNOWN),
            secondary("eni-3", "ins-1", "sg-c", exposure=Exposure.INTERNET),
        ),
    )
    result = audit(audited, sg_a=open_rule, sg_b=open_rule, sg_c=open_rule)
    assert [(finding.severity, finding.exposure, finding.interfaces) for finding in result.findings] == [
        (Severity.HIGH, Exposure.INTERNET, ("eni-3",)),
        (Severity.HIGH, Exposure.UNKNOWN, ("eni-2",)),
        (Severity.HIGH, Exposure.NONE_FOUND, ("eni-1",)),
    ]


def test_the_same_list_on_two_attachments_gives_findings_of_their_own() -> None:
    open_rule = (*NODE_RULES, ("allow", "0.0.0.0/0", "tcp", "3389"))
    audited = cluster(node("ins-1", "sg-a"), interfaces=(secondary("eni-1", "ins-1", "sg-a"),))
    excess = [
        finding for finding in audit(audited, sg_a=rules(*open_rule)).findings if finding.code is Code.EXCESS_ACCESS
    ]
    assert [finding.attachment for finding in excess] == [Attachment.PRIMARY, Attachment.SECONDARY]
    assert len({finding.fingerprint for finding in excess}) == 2


def test_a_cluster_whose_pods_alone_could_not_be_read_is_not_audited() -> None:
    unread = replace(pod_interface("eni-x"), security_groups=GAP)
    result = audit(cluster(interfaces=(unread,)))
    assert result.clusters[0].unjudged is Verdict.NOT_AUDITED


def test_an_entrance_alone_does_not_make_nodes_judged() -> None:
    entrance = Entrance(kind=EntranceKind.PUBLIC, address="203.0.113.9", security_groups=GAP)
    bare = replace(cluster(), entrances=(entrance,))
    registered = replace(bare, not_covered=(NotCovered(kind="registered-node", count=2),))
    assert audit(bare).clusters[0].unjudged is Verdict.EMPTY
    assert audit(registered).clusters[0].unjudged is Verdict.NOT_AUDITED


def test_the_networks_of_a_cluster_with_pods_alone_are_needed() -> None:
    unread = replace(cluster(pod_bindings=(super_pool("np-1", "sg-p"),)), networks=cluster().networks.__class__())
    result = audit(unread, sg_p=GOOD)
    assert {gap.code for gap in result.gaps} == {"NetworkNotRead"}
    assert result.clusters[0].stacks[0].undecided(Direction.INGRESS)


def test_peers_must_reach_pods_that_have_interfaces_of_their_own() -> None:
    audited = cluster(node("ins-1", "sg-a"), interfaces=(pod_interface("eni-1", "sg-p", node_id="ins-1"),))
    other = cluster(cluster_id="cls-bbbbbbbb", networks=land(("172.20.0.0/16",), ("10.9.0.0/16",), ("10.9.1.0/24",)))
    peers = replace(POLICY, peers=((audited.cluster_id, other.cluster_id),))
    groups = [group("sg-a", (*GOOD, *rules(("allow", "172.20.0.0/16"), ("allow", "10.9.0.0/16"))))]
    groups += [group("sg-p", rules(("allow", "172.16.0.0/16"), ("allow", "172.20.0.0/16")))]
    result = compare(snapshot([audited, other], groups), peers, TODAY)
    blocked = [finding for finding in result.findings if finding.code is Code.REQUIRED_TRAFFIC_BLOCKED]
    assert [(finding.requirement_id, finding.severity, finding.role) for finding in blocked] == [
        ("pod-peer-cls-bbbbbbbb-cluster", Severity.MEDIUM, Role.POD)
    ]
    assert [bool(stack.ingress.excess) for stack in result.clusters[0].stacks] == [False, False]
