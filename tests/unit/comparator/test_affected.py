from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from auditor import pipeline
from auditor.comparator.compare import compare, compare_both
from auditor.comparator.diff import affected_clusters
from auditor.model.baseline import Exclusion, Policy
from auditor.model.clusters import Node, NodeKind
from auditor.model.codes import Code, GapKind
from auditor.model.gaps import Gap
from auditor.model.load_balancers import LoadBalancer
from auditor.model.rules import (
    AddressTemplate,
    AddressTemplatePeer,
    GroupPeer,
    Member,
    NetworkAcl,
    ProtocolService,
    Rule,
    ServiceTemplate,
    ServiceTemplateRef,
    SubnetAcl,
    TemplateGroup,
)
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from auditor.whatif import change_file, verdict
from auditor.words import Lang, catalogue
from tests import builders
from tests.balancers import balancer, listener, target
from tests.builders import REGION

A, B, C = ((REGION, f"cls-{letter * 8}") for letter in "abc")
POLICY = builders.policy(builders.EGRESS, builders.CLUSTER, builders.SSH)


def _estate(*rules: Rule) -> Snapshot:
    """Clusters a and b share ``sg-ab``; b binds ``sg-b`` too, whose rules are given; c stands alone."""
    clusters = [
        builders.cluster(builders.node("ins-a", "sg-ab"), cluster_id=A[1]),
        builders.cluster(builders.node("ins-b", "sg-ab", "sg-b"), cluster_id=B[1]),
        builders.cluster(pools=(builders.pool("np-c", "sg-c"),), cluster_id=C[1]),
    ]
    groups = [
        builders.group("sg-ab", builders.rules(("allow", "10.0.0.0/16"))),
        builders.group("sg-b", rules),
        builders.group("sg-c"),
    ]
    held = builders.snapshot(clusters, groups)
    return replace(
        held,
        memberships=(*held.memberships, builders.membership("sg-far")),
        address_templates=(AddressTemplate(region=REGION, template_id="ipm-1", entries=("192.0.2.1",)),),
        service_templates=(ServiceTemplate(region=REGION, template_id="ppm-1", entries=()),),
        template_groups=(TemplateGroup(region=REGION, template_id="ipmg-1", members=("ipm-1",)),),
    )


def _with_peer(template_id: str) -> Rule:
    return replace(builders.rule(0, "allow", "0.0.0.0/0"), peer=AddressTemplatePeer(template_id=template_id))


def _with_group(held: Snapshot, group_id: str) -> Snapshot:
    other = builders.group(group_id, builders.rules(("deny", "0.0.0.0/0")))
    groups = (other if one.security_group_id == group_id else one for one in held.security_groups)
    return replace(held, security_groups=tuple(groups))


def _reached(before: Snapshot, after: Snapshot, policy: Policy = POLICY) -> set[tuple[str, str]]:
    return set(affected_clusters(before, after, policy))


def test_nothing_reaches_nobody() -> None:
    assert _reached(_estate(), _estate()) == set()


def test_a_group_reaches_all_that_bind_it_pools_included() -> None:
    held = _estate()
    assert _reached(held, _with_group(held, "sg-ab")) == {A, B}
    assert _reached(held, _with_group(held, "sg-b")) == {B}
    assert _reached(held, _with_group(held, "sg-c")) == {C}


def test_a_binding_reaches_its_own_cluster() -> None:
    held = _estate()
    first, *rest = held.clusters
    moved = replace(first, nodes=(builders.node("ins-a", "sg-c"),))
    assert _reached(held, replace(held, clusters=(moved, *rest))) == {A}


def test_a_cluster_that_comes_or_goes_is_reached() -> None:
    held = _estate()
    less = replace(held, clusters=held.clusters[:2])
    assert _reached(held, less) == {C}
    assert _reached(less, held) == {C}


def test_who_binds_a_group_reaches_those_that_name_it_as_peer() -> None:
    peer = replace(builders.rule(0, "allow", "0.0.0.0/0"), peer=GroupPeer(security_group_id="sg-far"))
    held = _estate(peer)
    more = builders.membership("sg-far", Member(instance_id="ins-far", addresses=("192.0.2.9",)))
    others = tuple(one for one in held.memberships if one.security_group_id != "sg-far")
    assert _reached(held, replace(held, memberships=(*others, more))) == {B}


def test_the_address_of_a_native_node_affects_those_that_name_its_group_as_peer() -> None:
    peer = replace(builders.rule(0, "allow", "0.0.0.0/0"), peer=GroupPeer(security_group_id="sg-far"))
    first, second, _ = _estate(peer).clusters

    def with_native_node(address: str) -> Snapshot:
        native = replace(builders.node("node-c", "sg-far"), kind=NodeKind.NATIVE, addresses=(address,))
        return replace(_estate(peer), clusters=(first, second, builders.cluster(native, cluster_id=C[1])))

    before, after = with_native_node("192.0.2.9"), with_native_node("192.0.2.10")
    assert _reached(before, after) == {B, C}


def _with_unread_nodes(*nodes_of_c: Node) -> Snapshot:
    """Cluster a whose nodes were not read, though a machine that is not listed binds its group."""
    held = _estate()
    first, second, third = held.clusters
    unread = replace(first.gap(GapKind.UNREAD, "Denied", "its nodes are unknown"), action="DescribeClusterInstances")
    shared = builders.membership("sg-ab", Member(instance_id="ins-c", addresses=("10.0.0.9",)))
    others = tuple(item for item in held.memberships if item.security_group_id != "sg-ab")
    return replace(
        held,
        clusters=(replace(first, gaps=(unread,)), second, replace(third, nodes=nodes_of_c)),
        memberships=(*others, shared),
    )


def test_the_nodes_of_a_cluster_affect_a_cluster_whose_own_were_not_read() -> None:
    before, after = _with_unread_nodes(), _with_unread_nodes(builders.node("ins-c", "sg-c"))
    assert _reached(before, after) == {A, C}
    difference, _, _ = pipeline.differ(before, after, POLICY, builders.TODAY)
    assert [(finding.code, finding.cluster_id, finding.nodes) for finding in difference.new] == [
        (Code.FOREIGN_INSTANCE, A[1], ("ins-c",))
    ]


def test_a_template_reaches_those_that_name_it_or_a_group_of_it() -> None:
    other = (AddressTemplate(region=REGION, template_id="ipm-1", entries=("192.0.2.2",)),)
    for name in ("ipm-1", "ipmg-1"):
        held = _estate(_with_peer(name))
        assert _reached(held, replace(held, address_templates=other)) == {B}
    served = replace(builders.rule(0, "allow", "0.0.0.0/0"), service=ServiceTemplateRef(template_id="ppm-1"))
    held = _estate(served)
    tcp = ProtocolService(protocol=Protocol.TCP, ports=((80, 80),))
    entries = (ServiceTemplate(region=REGION, template_id="ppm-1", entries=(tcp,)),)
    assert _reached(held, replace(held, service_templates=entries)) == {B}
    assert _reached(_estate(), replace(_estate(), service_templates=entries)) == set()


def test_what_was_not_read_of_a_region_reaches_everybody() -> None:
    held = _estate()
    gap = Gap(kind=GapKind.UNREAD, region=REGION, resource=REGION, code="Denied", message="refused")
    assert _reached(held, replace(held, gaps=(gap,))) == {A, B, C}


def test_networks_reach_everybody_where_clusters_talk_to_each_other() -> None:
    held = _estate()
    first, *rest = held.clusters
    moved = replace(held, clusters=(replace(first, networks=builders.land(container=("172.20.0.0/16",))), *rest))
    assert _reached(held, moved) == {A}
    talking = builders.policy(peers=((A[1], C[1]),))
    assert _reached(held, moved, talking) == {A, B, C}


@given(st.data())
def test_the_gate_judges_as_if_everything_were_compared_twice(data: st.DataObject) -> None:
    texts = st.lists(
        st.sampled_from([("allow", "10.0.0.0/16"), ("deny", "10.0.0.0/24"), ("allow", "0.0.0.0/0", "tcp", "22")]),
        max_size=3,
    )
    held = _estate(*builders.rules(*data.draw(texts)))
    written = change_file.ChangeFile(
        file="change.yaml",
        rules=(
            change_file.RulesAfter(
                group=data.draw(st.sampled_from(["sg-ab", "sg-b", "sg-c"])),
                direction=builders.EGRESS.direction,
                rules=builders.rules(*data.draw(texts)),
            ),
        ),
        bindings=(),
    )
    planned, say = change_file.apply(held, written), catalogue(Lang.EN).text
    before, after = (compare(one, POLICY, builders.TODAY) for one in (held, planned.snapshot))
    assert pipeline.judge(held, planned, POLICY, builders.TODAY, say) == verdict.judge_change(
        before, after, planned, say
    )


@st.composite
def _balancers(draw: st.DrawFn) -> tuple[LoadBalancer, ...]:
    """Up to two load balancers of the VPC of the clusters or of another, in front of a node of a, b, or nothing."""
    return tuple(
        balancer(
            listener(target(draw(st.sampled_from(["ins-a", "ins-b", "ins-x"])))),
            groups=draw(st.sampled_from([(), ("sg-b",)])),
            load_balancer_id=f"lb-{number}",
            vpc_id=draw(st.sampled_from(["vpc-11111111", "vpc-22222222"])),
        )
        for number in range(draw(st.integers(0, 2)))
    )


@given(st.data())
def test_both_snapshots_give_the_results_that_each_gives_alone(data: st.DataObject) -> None:
    texts = st.lists(st.sampled_from([("allow", "10.0.0.0/16"), ("allow", "0.0.0.0/0", "tcp", "22")]), max_size=2)
    exclusion = Exclusion(clusters=(data.draw(st.sampled_from(["cls-a*", "cls-c*", "none"])),), reason="r", owner="o")
    policy = replace(POLICY, exclusions=(exclusion,))
    before, after = (
        _with_group(
            data.draw(st.sampled_from([_estate(*builders.rules(*data.draw(texts))), _with_unread_nodes()])),
            data.draw(st.sampled_from(["sg-ab", "sg-b", "sg-c", "none"])),
        )
        for _ in range(2)
    )
    before, after = (replace(side, load_balancers=data.draw(_balancers())) for side in (before, after))
    after = replace(after, clusters=after.clusters[: data.draw(st.integers(1, 3))])
    assert compare_both(before, after, policy, builders.TODAY) == (
        compare(before, policy, builders.TODAY),
        compare(after, policy, builders.TODAY),
    )


def test_a_load_balancer_affects_the_clusters_in_which_it_may_have_back_ends() -> None:
    before = _estate()
    of_their_vpc = replace(before, load_balancers=(balancer(),))
    elsewhere = replace(before, load_balancers=(balancer(listener(target("ins-b")), vpc_id="vpc-2"),))
    assert affected_clusters(before, of_their_vpc, POLICY) == {A, B, C}
    assert affected_clusters(of_their_vpc, before, POLICY) == {A, B, C}
    assert affected_clusters(before, elsewhere, POLICY) == {B}
    assert affected_clusters(elsewhere, before, POLICY) == {B}
    assert affected_clusters(before, replace(before, load_balancers=(balancer(vpc_id="vpc-2"),)), POLICY) == set()


def test_a_network_acl_affects_every_cluster() -> None:
    before = _estate()
    acl = NetworkAcl(region=REGION, network_acl_id="acl-1", entries=())
    subnet = SubnetAcl(region=REGION, subnet_id="subnet-1", cidrs=("10.0.1.0/24",), network_acl_id="acl-1")
    assert affected_clusters(before, replace(before, network_acls=(acl,)), POLICY) == {A, B, C}
    assert affected_clusters(before, replace(before, subnet_acls=(subnet,)), POLICY) == {A, B, C}


def test_the_group_of_a_load_balancer_affects_the_clusters_in_which_it_may_have_back_ends() -> None:
    in_front_of_b = balancer(listener(target("ins-b")), groups=("sg-lb",), vpc_id="vpc-2")
    shut = replace(_estate(), load_balancers=(in_front_of_b,))
    others = shut.security_groups
    shut = replace(shut, security_groups=(*others, builders.group("sg-lb")))
    rules = builders.rules(("allow", "0.0.0.0/0"))
    opened = replace(shut, security_groups=(*others, builders.group("sg-lb", rules)))
    assert affected_clusters(shut, opened, POLICY) == {B}
