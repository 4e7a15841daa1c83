"""Random clusters with interfaces and predictions: each binding is in one stack by role, kind and list."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from auditor.comparator.compare import compare
from auditor.comparator.stacks import stacks
from auditor.model.clusters import (
    Attachment,
    Cluster,
    ClusterBinding,
    Exposure,
    Interface,
    Node,
    NodePool,
    PodBinding,
    Role,
    StackKey,
    bound_groups,
)
from auditor.model.codes import Code
from auditor.model.findings import Status
from auditor.model.packets import NOTHING, UNIVERSE, PacketSet
from auditor.model.rules import Direction
from tests import builders

TODAY = date(2026, 11, 22)
GROUPS = ("sg-0", "sg-1")
LISTS = ((), ("sg-0",), ("sg-1",), ("sg-0", "sg-1"), ("sg-1", "sg-0"))
POLICY = builders.policy(
    builders.EGRESS,
    builders.CONTAINER,
    builders.requirement("master-ssh", builders.SSH.flow, role=Role.MASTER),
    builders.requirement("pod-container", builders.CONTAINER.flow, role=Role.POD),
)
HELD = (
    builders.group("sg-0", builders.rules(("allow", "172.16.0.0/17"), ("deny", "10.0.0.0/8"))),
    builders.group("sg-1", builders.rules(("allow", "0.0.0.0/0", "tcp", "22"), ("allow", "10.0.0.0/9"))),
)

lists = st.sampled_from(LISTS)
roles = st.sampled_from((Role.NODE, Role.MASTER))
exposures = st.sampled_from(Exposure)


@st.composite
def clusters(draw: st.DrawFn) -> Cluster:
    nodes: list[Node] = [
        builders.node(f"ins-{at}", *draw(lists), role=draw(roles), exposure=draw(exposures))
        for at in range(draw(st.integers(1, 3)))
    ]
    pools: list[NodePool] = [builders.pool(f"np-{at}", *draw(lists)) for at in range(draw(st.integers(0, 2)))]
    interfaces: list[Interface] = []
    for at in range(draw(st.integers(0, 5))):
        node = draw(st.sampled_from(nodes))
        kind = draw(st.sampled_from(("secondary", "pods", "super")))
        if kind == "secondary":
            interfaces.append(
                builders.secondary(f"eni-{at}", node.node_id, *draw(lists), role=node.role, exposure=draw(exposures))
            )
        else:
            home = node.node_id if kind == "pods" else ""
            interfaces.append(builders.pod_interface(f"eni-{at}", *draw(lists), node_id=home, exposure=draw(exposures)))
    count = draw(st.integers(0, 2))
    predicted: list[PodBinding] = [builders.super_pool(f"np-s{at}", *draw(lists)) for at in range(count)]
    predicted += [builders.add_on(*draw(lists))] if draw(st.booleans()) else []
    return builders.cluster(*nodes, pools=tuple(pools), interfaces=tuple(interfaces), pod_bindings=tuple(predicted))


@given(clusters())
def test_each_binding_is_in_exactly_one_stack_with_its_role_kind_and_list(cluster: Cluster) -> None:
    made = stacks(cluster)
    assert len({stack.stack_key for stack in made}) == len(made)
    assert sorted((binding.bound_by, *_key(binding)) for binding in cluster.bindings()) == sorted(
        (bearer, *stack.stack_key) for stack in made for bearer in stack.bearers
    )


def _key(binding: ClusterBinding) -> StackKey:
    return binding.role, binding.attachment, bound_groups(binding.security_groups)


@given(clusters())
def test_the_order_in_which_bindings_were_read_changes_nothing(cluster: Cluster) -> None:
    turned = builders.cluster(
        *reversed(cluster.nodes),
        pools=cluster.node_pools[::-1],
        interfaces=cluster.interfaces[::-1],
        pod_bindings=cluster.pod_bindings[::-1],
    )
    assert stacks(turned) == stacks(cluster)


@given(clusters())
def test_a_list_lets_the_same_packets_through_wherever_it_is_bound(cluster: Cluster) -> None:
    result = compare(builders.snapshot([cluster], HELD), POLICY, TODAY)
    decided: dict[tuple[tuple[str, ...], Direction], PacketSet] = {}
    for stack in result.clusters[0].stacks:
        for direction in Direction if stack.security_groups else ():
            allowed = stack.direction(direction).allowed
            assert decided.setdefault((stack.security_groups, direction), allowed) == allowed


@given(clusters())
def test_nothing_is_missing_on_secondary_interfaces_and_no_group_is_never_a_pass(cluster: Cluster) -> None:
    result = compare(builders.snapshot([cluster], HELD), POLICY, TODAY)
    bare = {finding.stack_key: finding.code for finding in result.findings if not finding.security_groups}
    for stack in result.clusters[0].stacks:
        if stack.attachment is Attachment.SECONDARY:
            assert {judged.status for judged in stack.requirements} <= {Status.NOT_APPLICABLE}
            assert all(judged.missing == NOTHING for judged in stack.requirements)
        if not stack.security_groups:
            pods = stack.attachment is Attachment.PODS
            expected = Code.POD_INTERFACE_WITHOUT_GROUP if pods else Code.NO_SECURITY_GROUP
            assert bare[stack.stack_key] is expected
            assert stack.ingress.allowed | stack.ingress.undecided == UNIVERSE


@given(clusters())
def test_every_finding_on_packets_is_about_a_stack_of_the_result(cluster: Cluster) -> None:
    result = compare(builders.snapshot([cluster], HELD), POLICY, TODAY)
    made = {stack.stack_key: stack for stack in result.clusters[0].stacks}
    for finding in result.findings:
        if finding.direction is not None:
            stack = made[finding.stack_key]
            assert (finding.nodes, finding.interfaces, finding.node_pools, finding.add_ons, finding.exposure) == (
                stack.nodes,
                stack.interfaces,
                stack.node_pools,
                stack.add_ons,
                stack.exposure,
            )
    assert len({finding.fingerprint for finding in result.findings}) == len(result.findings)
