"""Gaps that count for a change: the gaps that it causes, and the gaps of everything that it affects."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from auditor import pipeline
from auditor.model.codes import GapKind
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.rules import Member, Membership
from auditor.model.snapshot import Snapshot
from auditor.whatif import apply, change_file
from auditor.words import Lang, catalogue
from tests.plans.estate import CLUSTER, GROUP, OTHER, REGION, estate, group, node
from tests.plans.plan_json import COMPUTED, Resource, plan, ref
from tests.plans.resources import (
    NODE_POOL,
    RULE_SET,
    TKE_EGRESS,
    TKE_INGRESS,
    held,
    held_pool,
    load,
    new,
    new_rule_set,
    pool,
    rule_set,
    security_group,
)
from tests.plans.verdicts import change_of, policy

SECOND = "cls-plan0002"
THIRD = "sg-plan0003"
ELSEWHERE = "sg-plan0009"


def unread(resource: str, action: str = "DescribeClusterInstances", cluster: str = "", region: str = REGION) -> Gap:
    return Gap(
        kind=GapKind.UNREAD,
        region=region,
        cluster_id=cluster,
        resource=resource,
        service="tke",
        action=action,
        code="UnauthorizedOperation",
        message="denied",
    )


LIST = unread(SECOND, cluster=SECOND)


def two(*gaps: Gap, shared: bool = False) -> Snapshot:
    """The estate and a second cluster of which ``gaps`` tell; with ``shared`` its nodes bind the first one's group."""
    live = estate(group(OTHER))
    bound = GROUP if shared else OTHER
    nodes = (node("ins-plan0011", "10.0.1.21", bound),)
    second = replace(live.clusters[0], cluster_id=SECOND, nodes=nodes, node_pools=(), gaps=gaps)
    return replace(live, clusters=(live.clusters[0], second))


def gated(live: Snapshot, *resources: Resource) -> Result:
    planned = apply.apply(live, load(plan(*resources)), trust_references=False)
    return pipeline.judge(live, planned, policy(), date(2026, 11, 22), catalogue(Lang.EN).text)


def update(group_id: str = GROUP) -> Resource:
    ssh = [held("10.0.9.0/24", "TCP", "22"), *TKE_INGRESS]
    return Resource(
        type=RULE_SET,
        name="node",
        actions=("update",),
        before=rule_set(group=group_id),
        after=rule_set(ssh, TKE_EGRESS, group=group_id),
    )


def counted(result: Result) -> list[str]:
    return [gap.resource for gap in result.gaps_of_change()]


def test_a_refused_call_of_another_cluster_does_not_count() -> None:
    result = gated(two(LIST), update())
    assert [gap.resource for gap in result.gaps] == [SECOND]
    assert counted(result) == []
    assert change_of(result).gaps.unchanged == (LIST.fingerprint,)


def test_a_refused_call_of_a_touched_cluster_counts() -> None:
    live = two()
    gap = unread(CLUSTER, cluster=CLUSTER)
    result = gated(replace(live, clusters=(replace(live.clusters[0], gaps=(gap,)), live.clusters[1])), update())
    assert counted(result) == [CLUSTER]
    assert change_of(result).gaps.touched == change_of(result).gaps.unchanged == (gap.fingerprint,)
    assert change_of(result).gaps.introduced == ()


def test_rules_that_were_not_read_count_in_the_stack_that_is_touched_alone() -> None:
    gap = unread(OTHER, "DescribeSecurityGroupPolicies")
    closed = replace(group(OTHER), ingress=gap)
    third = node("ins-plan0003", "10.0.1.13", OTHER)
    live = replace(estate(), security_groups=(group(), closed))
    first = live.clusters[0]
    apart = replace(live, clusters=(replace(first, nodes=(*first.nodes, third)),))
    assert counted(gated(apart, update())) == []
    together = replace(live, clusters=(replace(first, nodes=(node("ins-plan0001", "10.0.1.11", GROUP, OTHER),)),))
    assert counted(gated(together, update())) == [OTHER]


def test_a_binding_that_was_not_read_may_be_of_the_changed_group() -> None:
    live = estate()
    first = live.clusters[0]
    hidden = replace(first.nodes[1], security_groups=unread("ins-plan0002", "DescribeInstances", CLUSTER))
    result = gated(replace(live, clusters=(replace(first, nodes=(first.nodes[0], hidden)),)), update())
    assert counted(result) == ["ins-plan0002"]


def test_a_change_of_a_group_that_nothing_read_binds_may_reach_what_was_not_read() -> None:
    live = two(LIST)
    live = replace(live, security_groups=(*live.security_groups, group(ELSEWHERE)))
    assert counted(gated(live, update(ELSEWHERE))) == [SECOND]


def test_a_changed_group_that_a_machine_of_no_known_cluster_binds_may_be_that_of_what_was_not_read() -> None:
    live = two(LIST)
    members = tuple(
        replace(found, members=(*found.members, Member(instance_id="ins-plan0099", addresses=("10.0.1.99",))))
        if found.security_group_id == GROUP
        else found
        for found in live.memberships
    )
    assert counted(gated(replace(live, memberships=members), update())) == [SECOND]


def test_a_new_group_with_rules_that_nothing_binds_reaches_nothing_that_exists() -> None:
    made = Resource(
        type=RULE_SET,
        name="blue",
        actions=("create",),
        after=new_rule_set([new("10.0.0.0/8")], [], ref("tencentcloud_security_group.blue.id")),
    )
    assert counted(gated(two(LIST), security_group("blue"), made)) == []


def test_a_new_rule_set_of_a_group_that_exists_may_reach_what_was_not_read() -> None:
    live = two(LIST)
    live = replace(live, security_groups=(*live.security_groups, group(ELSEWHERE)))
    made = Resource(
        type=RULE_SET, name="x", actions=("create",), after=new_rule_set([new("10.0.0.0/8")], [], ELSEWHERE)
    )
    assert counted(gated(live, made)) == [SECOND]


def test_a_group_for_a_machine_that_is_no_known_node_may_reach_what_was_not_read() -> None:
    attached = {"id": COMPUTED, "instance_id": "ins-plan0077", "security_group_id": GROUP}
    made = Resource(type="tencentcloud_cvm_security_group_attachment", name="x", actions=("create",), after=attached)
    live = two(LIST)
    unbound = replace(live, security_groups=(*live.security_groups, group(ELSEWHERE)))
    other = replace(made, after=attached | {"security_group_id": ELSEWHERE})
    assert counted(gated(unbound, other)) == [SECOND]


@pytest.mark.parametrize(
    ("region", "count"), [(REGION, 1), ("", 1), ("ap-shanghai", 0)], ids=["touched", "whole run", "another"]
)
def test_what_was_not_read_of_a_region_counts_where_the_change_touches_it(region: str, count: int) -> None:
    gap = unread(region or "credentials", "DescribeClusters", region=region)
    live = replace(two(), regions=(REGION, "ap-shanghai"), gaps=(gap,))
    assert len(counted(gated(live, update()))) == count


def test_what_was_not_read_of_another_region_counts_where_nothing_read_binds_what_is_changed() -> None:
    gap = unread("ap-shanghai", "DescribeClusters", region="ap-shanghai")
    live = replace(two(), regions=(REGION, "ap-shanghai"), gaps=(gap,))
    live = replace(live, security_groups=(*live.security_groups, group(ELSEWHERE)))
    assert counted(gated(live, update(ELSEWHERE))) == ["ap-shanghai"]


def test_rules_of_a_group_that_nothing_binds_do_not_count() -> None:
    live = two()
    closed = replace(group(ELSEWHERE), ingress=unread(ELSEWHERE, "DescribeSecurityGroupPolicies"))
    assert counted(gated(replace(live, security_groups=(*live.security_groups, closed)), update())) == []


def test_a_cluster_that_was_asked_for_and_does_not_exist_counts() -> None:
    gap = replace(unread("cls-plan0404", "", "cls-plan0404", "ap-shanghai"), kind=GapKind.NOT_AUDITABLE)
    live = replace(two(), regions=(REGION, "ap-shanghai"), gaps=(gap,))
    assert counted(gated(live, update())) == ["cls-plan0404"]


def test_what_the_change_leaves_open_is_introduced() -> None:
    blue = ref("tencentcloud_security_group.blue.id")
    made = Resource(type=NODE_POOL, name="p", actions=("create",), after=pool([blue]))
    result = gated(two(LIST), security_group("blue"), made)
    gaps = {gap.fingerprint: gap.code for gap in result.gaps}
    assert [gaps[name] for name in change_of(result).gaps.introduced] == ["list-by-reference"]
    assert [gaps[name] for name in change_of(result).gaps.unchanged] == ["UnauthorizedOperation"]
    assert change_of(result).gaps.touched == ()


def test_a_pool_that_moves_touches_its_stack_and_no_other() -> None:
    gap = unread(OTHER, "DescribeSecurityGroupPolicies")
    live = estate(replace(group(OTHER), ingress=gap), group(THIRD))
    third = node("ins-plan0003", "10.0.1.13", OTHER)
    live = replace(live, clusters=(replace(live.clusters[0], nodes=(*live.clusters[0].nodes, third)),))
    moved = Resource(
        type=NODE_POOL, name="p", actions=("update",), before=held_pool([GROUP]), after=held_pool([THIRD], [GROUP])
    )
    assert counted(gated(live, moved)) == []


def test_a_change_file_counts_the_same_gaps() -> None:
    text = f"changes:\n- {{group: {GROUP}, direction: egress, rules: []}}"
    change = change_file.load(text, "change.yaml")
    for live, expected in ((two(LIST), []), (two(LIST, shared=True), [SECOND])):
        planned = change_file.apply(live, change)
        result = pipeline.judge(live, planned, policy(), date(2026, 11, 22), catalogue(Lang.EN).text)
        assert counted(result) == expected


def test_a_membership_that_was_not_read_counts_where_its_group_is_touched() -> None:
    live = estate()
    gap = unread(GROUP, "DescribeNetworkInterfaces")
    short = Membership(region=REGION, security_group_id=GROUP, members=live.memberships[0].members, gaps=(gap,))
    assert counted(gated(replace(live, memberships=(short,)), update())) == [GROUP]
