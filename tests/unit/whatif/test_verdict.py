"""Findings that a change introduces, resolves and leaves, with the real comparison and the built-in baseline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from auditor.comparator.compare import compare
from auditor.config import baseline
from auditor.model.baseline import BaselineChoice, ClusterNetwork
from auditor.model.changes import Change
from auditor.model.clusters import NodeKind
from auditor.model.codes import Code
from auditor.model.findings import Assumption, Result
from auditor.model.rules import Action, GroupPeer, Member, Membership
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from auditor.whatif import apply, change_file
from auditor.whatif.planned import Impact, Planned, PlannedResource
from auditor.whatif.terraform import load as plan_file
from auditor.whatif.terraform.plan import Plan
from auditor.whatif.verdict import Causes
from tests.plans.estate import CLUSTER, GROUP, INGRESS, OTHER, REGION, VPC, estate, group, rule
from tests.plans.plan_json import COMPUTED, Resource, plan, ref
from tests.plans.resources import (
    NODE_POOL,
    RULE_SET,
    SINGLE_RULE,
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
from tests.plans.verdicts import TODAY, change_of, gated, introduced, judged, policy

PLANS = Path(__file__).parents[2] / "plans"
BLUE = "(tencentcloud_security_group.blue)"
BLUE_ID = ref("tencentcloud_security_group.blue.id")

NO_UDP = (*INGRESS[:4], replace(INGRESS[5], index=4))
NO_UDP_BLOCKS = [*TKE_INGRESS[:4], TKE_INGRESS[5]]


def update(ingress: object, egress: object = TKE_EGRESS, live: object = TKE_INGRESS) -> Resource:
    return Resource(
        type=RULE_SET, name="node", actions=("update",), before=rule_set(live), after=rule_set(ingress, egress)
    )


def recorded(name: str) -> Plan:
    path = next(PLANS.glob(f"{name}-*.json"))
    return plan_file.load(path.read_text(encoding="utf-8"), path.name)


def test_a_plan_without_a_bearing_introduces_nothing() -> None:
    result = judged(estate(), apply.apply(estate(), recorded("12b"), trust_references=False))
    assert change_of(result) == Change(introduced=(), resolved=(), unchanged=(), resources=())
    assert result.gaps == ()


def test_a_dropped_rule_introduces_its_finding_and_names_its_resource() -> None:
    result = judged(estate(), apply.apply(estate(), recorded("01"), trust_references=False))
    assert introduced(result) == [("TSG101", "node-ingress-nodeport-udp", (GROUP,))]
    resource = change_of(result).resources[0]
    assert (resource.address, resource.actions) == (f"{RULE_SET}.node", ("update",))
    assert resource.effect == "Sets the rules of sg-plan0001. Introduces 1 finding."
    assert resource.findings == change_of(result).introduced
    assert result.gaps == ()


def test_a_rule_put_back_resolves_the_finding() -> None:
    live = replace(estate(), security_groups=(group(ingress=NO_UDP),))
    result = gated(update(TKE_INGRESS, live=NO_UDP_BLOCKS), on=live)
    assert change_of(result).introduced == ()
    assert len(change_of(result).resolved) == 1
    assert change_of(result).resources[0].findings == ()
    assert change_of(result).resources[0].effect == "Sets the rules of sg-plan0001. Resolves 1 finding."


def test_a_finding_that_stays_is_unchanged() -> None:
    live = replace(estate(), security_groups=(group(ingress=NO_UDP),))
    result = gated(update([held("10.9.0.0/16"), *NO_UDP_BLOCKS], live=NO_UDP_BLOCKS), on=live)
    assert {code for code, _, _ in introduced(result)} == {"TSG201"}
    assert len(change_of(result).unchanged) == 1
    assert change_of(result).resolved == ()


def test_the_new_pool_of_the_recorded_plan_is_judged_as_if_its_references_were_the_whole_list() -> None:
    plan_05 = recorded("05")
    assumed = judged(estate(), apply.apply(estate(), plan_05, trust_references=False))
    trusted = judged(estate(), apply.apply(estate(), plan_05, trust_references=True))
    expected = [("TSG101", "node-ingress-nodeport-udp", (BLUE,)), ("TSG301", "", (BLUE, GROUP))]
    assert introduced(assumed) == introduced(trusted) == expected
    assert [finding.assumes for finding in assumed.findings] == [Assumption.COMPLETE_LIST] * 2
    assert [finding.assumes for finding in trusted.findings] == [None] * 2
    assert [gap.code for gap in assumed.gaps] == [gap.code for gap in assumed.clusters[0].gaps] == ["list-by-reference"]
    assert trusted.gaps == ()


def test_a_finding_that_the_nodes_of_a_stack_have_anyway_assumes_nothing() -> None:
    live = replace(estate(), security_groups=(group(ingress=NO_UDP),))
    known = ref("tencentcloud_security_group_rule_set.node.security_group_id")
    owner = Resource(type=RULE_SET, name="node", before=rule_set(NO_UDP_BLOCKS), after=rule_set(NO_UDP_BLOCKS))
    made = Resource(type=NODE_POOL, name="blue", actions=("create",), after=pool(known))
    result = gated(owner, made, on=live)
    assert [gap.code for gap in result.gaps] == ["list-by-reference"]
    assert [(finding.node_pools, finding.assumes) for finding in result.findings] == [
        ((f"({NODE_POOL}.blue)", "np-plan0001", "np-plan0002"), None)
    ]
    assert introduced(result) == []


def test_a_finding_of_a_pool_is_not_resolved_by_a_list_that_may_hold_more() -> None:
    live = replace(estate(), security_groups=(group(ingress=NO_UDP),))
    pools = tuple(one for one in live.clusters[0].node_pools if one.node_pool_id == "np-plan0001")
    live = replace(live, clusters=(replace(live.clusters[0], nodes=(), node_pools=pools),))
    whole = Resource(
        type=RULE_SET,
        name="blue",
        actions=("create",),
        after=new_rule_set([new("0.0.0.0/0")], [new("0.0.0.0/0")], BLUE_ID),
    )
    moved = Resource(
        type=NODE_POOL, name="p", actions=("update",), before=held_pool([GROUP]), after=held_pool([BLUE_ID], [GROUP])
    )
    result = gated(security_group("blue"), whole, moved, on=live)
    assert change_of(result).resolved == ()
    trusted = gated(security_group("blue"), whole, moved, on=live, trust=True)
    codes = {finding.fingerprint: finding.code for finding in compare(live, policy(), TODAY).findings}
    assert sorted(codes[name].value for name in change_of(trusted).resolved) == ["TSG101", "TSG302"]


def test_a_set_of_references_whose_order_matters_stays_unknown() -> None:
    denies = Resource(
        type=RULE_SET,
        name="red",
        actions=("create",),
        after=new_rule_set([new("0.0.0.0/0", action="DROP")], [], ref("tencentcloud_security_group.red.id")),
    )
    allows = Resource(
        type=RULE_SET, name="blue", actions=("create",), after=new_rule_set([new("0.0.0.0/0")], [], BLUE_ID)
    )
    both = ref("tencentcloud_security_group.blue.id", "tencentcloud_security_group.red.id")
    listed = {"id": "ins-plan0001", "orderly_security_groups": COMPUTED, "security_groups": both}
    moved = Resource(
        type="tencentcloud_instance",
        name="x",
        actions=("update",),
        before={"id": "ins-plan0001", "orderly_security_groups": [GROUP], "security_groups": [GROUP]},
        after=listed,
    )
    result = gated(security_group("blue"), security_group("red"), denies, allows, moved)
    assert [gap.code for gap in result.gaps] == ["list-by-reference"]
    assert [stack.security_groups for stack in result.clusters[0].stacks] == [(GROUP,)]


def test_an_unknown_block_of_a_rule_that_opens_something_matters() -> None:
    result = judged(estate(), apply.apply(estate(), recorded("10"), trust_references=False))
    assert [(gap.code, gap.resource) for gap in result.gaps] == [("rule-unknown", "sg-plan0001/ingress/6")]
    assert introduced(result) == []


def test_an_unknown_block_that_nothing_depends_on_does_not_matter() -> None:
    below = new(ref("tencentcloud_eip.office.public_ip"), "TCP", "22")
    result = gated(update([*TKE_INGRESS, below]))
    assert result.gaps == ()
    assert result.clusters[0].gaps == ()
    denied = new(ref("tencentcloud_eip.office.public_ip"), "ALL", "ALL", action="DROP")
    assert gated(update([*TKE_INGRESS, denied])).gaps == ()


def test_an_unknown_deny_on_top_matters() -> None:
    denied = new(ref("tencentcloud_eip.office.public_ip"), "ALL", "ALL", action="DROP")
    assert [gap.code for gap in gated(update([denied, *TKE_INGRESS])).gaps] == ["rule-unknown"]


def moved_pool(live: Snapshot) -> Result:
    change = Resource(
        type=NODE_POOL, name="p", actions=("update",), before=held_pool([GROUP]), after=held_pool([OTHER])
    )
    return gated(change, on=live)


def test_a_pool_that_moves_to_a_group_with_the_same_trouble_keeps_it() -> None:
    other = group(OTHER, ingress=NO_UDP)
    live = replace(estate(other), security_groups=(group(ingress=NO_UDP), other))
    result = moved_pool(live)
    blocked = [one for one in result.findings if one.code is Code.REQUIRED_TRAFFIC_BLOCKED]
    assert [one.security_groups for one in blocked] == [(GROUP,), (OTHER,)]
    assert {one.fingerprint for one in blocked} <= set(change_of(result).unchanged)
    assert introduced(result) == [("TSG301", "", (GROUP, OTHER))]
    assert change_of(result).resolved == ()


def test_a_pool_that_moves_to_a_group_with_less_trouble_introduces_none() -> None:
    other = group(OTHER, ingress=NO_UDP)
    live = replace(estate(other), security_groups=(group(ingress=NO_UDP[:3]), other))
    assert [code for code, _, _ in introduced(moved_pool(live))] == ["TSG301"]


def test_a_pool_that_moves_to_a_group_with_more_trouble_introduces_it() -> None:
    assert introduced(moved_pool(estate(group(OTHER, ingress=NO_UDP)))) == [
        ("TSG101", "node-ingress-nodeport-udp", (OTHER,)),
        ("TSG301", "", (GROUP, OTHER)),
    ]


def test_a_new_pool_on_a_new_faulty_group_has_new_trouble_though_another_has_the_same() -> None:
    live = replace(estate(), security_groups=(group(ingress=NO_UDP),))
    rules = Resource(
        type=RULE_SET, name="blue", actions=("create",), after=new_rule_set(NO_UDP_BLOCKS, TKE_EGRESS, group=BLUE_ID)
    )
    made = Resource(type=NODE_POOL, name="blue", actions=("create",), after=pool([BLUE_ID]))
    result = gated(security_group("blue"), rules, made, on=live, trust=True)
    assert ("TSG101", "node-ingress-nodeport-udp", (BLUE,)) in introduced(result)
    assert ("TSG101", "node-ingress-nodeport-udp", (GROUP,)) not in introduced(result)


def test_a_new_pool_on_a_stack_with_a_known_finding_leaves_it_unchanged() -> None:
    live = replace(estate(), security_groups=(group(ingress=NO_UDP),))
    made = Resource(type=NODE_POOL, name="blue", actions=("create",), after=pool([GROUP]))
    result = gated(made, on=live)
    assert introduced(result) == []
    assert len(change_of(result).unchanged) == 1


def test_a_pool_that_moves_to_the_faulty_group_of_another_pool_introduces_the_known_finding() -> None:
    live = estate(group(OTHER, ingress=NO_UDP))
    native = replace(live.clusters[0].node_pools[1], security_groups=(OTHER,))
    live = replace(live, clusters=(replace(live.clusters[0], node_pools=(live.clusters[0].node_pools[0], native)),))
    assert introduced(moved_pool(live)) == [("TSG101", "node-ingress-nodeport-udp", (OTHER,))]


def test_a_second_foreign_machine_in_a_group_introduces_the_known_finding() -> None:
    outside = Member(instance_id="ins-else0001", addresses=("10.0.9.1",))
    membership = estate().memberships[0]
    live = replace(estate(), memberships=(replace(membership, members=(*membership.members, outside)),))
    machine = {
        "id": COMPUTED,
        "orderly_security_groups": [GROUP],
        "security_groups": COMPUTED,
        "vpc_id": "vpc-plan0001",
    }
    made = Resource(type="tencentcloud_instance", name="x", actions=("create",), after=machine)
    assert introduced(gated(made, on=live)) == [("TSG302", "", (GROUP,))]
    assert introduced(gated(on=live)) == []


def test_a_rule_that_decided_nothing_is_not_resolved_by_members_that_are_not_known_yet() -> None:
    peer = replace(rule(6, "0.0.0.0/0"), peer=GroupPeer(security_group_id=OTHER))
    live = estate(group(OTHER))
    live = replace(live, security_groups=(group(ingress=(*INGRESS, peer, rule(7, "10.0.0.0/16"))), group(OTHER)))
    redundant = [finding for finding in compare(live, policy(), TODAY).findings if finding.code is Code.REDUNDANT_RULE]
    assert len(redundant) == 1
    made = Resource(type=NODE_POOL, name="blue", actions=("create",), after=pool([OTHER]))
    assert change_of(gated(made, on=live)).resolved == ()


def test_a_replaced_pool_keeps_the_trouble_of_the_one_that_it_replaces() -> None:
    other = group(OTHER, ingress=NO_UDP)
    live = estate(other)
    pools = (replace(live.clusters[0].node_pools[0], security_groups=(OTHER,)),)
    live = replace(live, clusters=(replace(live.clusters[0], node_pools=pools),))
    third = group("sg-plan0003", ingress=NO_UDP)
    live = replace(
        live,
        security_groups=(*live.security_groups, third),
        memberships=(*live.memberships, Membership(region=REGION, security_group_id="sg-plan0003", members=())),
    )
    change = Resource(
        type=NODE_POOL,
        name="p",
        actions=("delete", "create"),
        before=held_pool([OTHER]),
        after=pool(["sg-plan0003"]),
    )
    result = gated(change, on=live)
    assert "TSG101" not in [code for code, _, _ in introduced(result)]


def test_a_deleted_pool_resolves_what_it_alone_had() -> None:
    other = group(OTHER, ingress=NO_UDP)
    live = estate(other)
    pools = (replace(live.clusters[0].node_pools[0], security_groups=(OTHER,)),)
    live = replace(live, clusters=(replace(live.clusters[0], node_pools=pools),))
    result = gated(Resource(type=NODE_POOL, name="p", actions=("delete",), before=held_pool([OTHER])), on=live)
    assert len(change_of(result).resolved) == 2
    assert change_of(result).introduced == ()


def test_what_becomes_unknown_is_not_resolved() -> None:
    live = replace(estate(), security_groups=(group(ingress=NO_UDP),))
    hidden = Resource(
        type=RULE_SET,
        name="node",
        actions=("update",),
        before=rule_set(NO_UDP_BLOCKS),
        after=rule_set(ref("local.rules")),
    )
    result = gated(hidden, on=live)
    assert change_of(result).resolved == ()
    assert change_of(result).introduced == ()
    assert [gap.code for gap in result.gaps] == ["rules-unknown"]


def test_a_pool_whose_list_becomes_unknown_resolves_nothing() -> None:
    other = group(OTHER, ingress=NO_UDP)
    live = estate(other)
    pools = (replace(live.clusters[0].node_pools[0], security_groups=(OTHER,)),)
    live = replace(live, clusters=(replace(live.clusters[0], node_pools=pools),))
    change = Resource(
        type=NODE_POOL, name="p", actions=("update",), before=held_pool([OTHER]), after=held_pool(ref("local.groups"))
    )
    assert change_of(gated(change, on=live)).resolved == ()


def _rebound(live: Snapshot, *groups: str) -> Snapshot:
    """``live`` with every node of its cluster bound to ``groups``, and no pool."""
    nodes = tuple(replace(node, kind=NodeKind.REGULAR, security_groups=groups) for node in live.clusters[0].nodes)
    return replace(live, clusters=(replace(live.clusters[0], nodes=nodes, node_pools=()),))


def test_excess_of_nodes_that_lose_every_group_is_not_resolved() -> None:
    opened = group(ingress=(*INGRESS, rule(50, "203.0.113.0/24", Protocol.TCP, (8080, 8080))))
    live = replace(_rebound(estate(), GROUP), security_groups=(opened,))
    result = judged(live, Planned(snapshot=_rebound(live)))
    assert introduced(result) == [("TSG303", "", ())]
    assert change_of(result).resolved == ()
    back = judged(_rebound(live), Planned(snapshot=live))
    assert introduced(back) == []
    assert [one.code for one in back.findings] == [Code.EXCESS_ACCESS]
    assert len(change_of(back).resolved) == 1


def test_a_new_stranger_in_the_group_is_introduced() -> None:
    after = {"id": COMPUTED, "orderly_security_groups": [GROUP], "security_groups": COMPUTED}
    result = gated(Resource(type="tencentcloud_instance", name="db", actions=("create",), after=after))
    assert introduced(result) == [("TSG302", "", (GROUP,))]
    assert change_of(result).resources[0].address == "tencentcloud_instance.db"
    assert "Introduces 1 finding." in change_of(result).resources[0].effect


def test_an_order_that_is_not_assured_matters_where_a_requirement_depends_on_it() -> None:
    denying = [held("10.0.0.0/16", action="DROP"), *TKE_INGRESS]
    lite = Resource(type=RULE_SET, name="node", actions=("create",), after=new_rule_set(denying, TKE_EGRESS))
    assert [gap.code for gap in gated(lite).gaps] == ["rules-order"]


def test_a_finding_stands_with_every_resource_that_touches_its_stack() -> None:
    result = judged(estate(), apply.apply(estate(), recorded("05"), trust_references=True))
    finding = next(one for one in result.findings if one.code is Code.REQUIRED_TRAFFIC_BLOCKED)
    named = [one.address for one in change_of(result).resources if finding.fingerprint in one.findings]
    assert named == [f"{NODE_POOL}.blue", f"{RULE_SET}.blue"]


OPEN_KUBELET = held("0.0.0.0/0", "TCP", "10250")


def two_groups() -> Snapshot:
    """The estate with every node and pool on two groups, of which the second opens the cluster network alone."""
    live = estate(group(OTHER, ingress=(rule(0, "10.0.0.0/16"),)))
    [cluster] = live.clusters
    nodes = tuple(replace(node, security_groups=(GROUP, OTHER)) for node in cluster.nodes)
    pools = tuple(replace(pool, security_groups=(GROUP, OTHER)) for pool in cluster.node_pools)
    return replace(live, clusters=(replace(cluster, nodes=nodes, node_pools=pools),))


def rules_of(name: str, group_id: str, before: list[dict[str, object]], after: list[dict[str, object]]) -> Resource:
    return Resource(
        type=RULE_SET,
        name=name,
        actions=("update",),
        before=rule_set(before, group=group_id),
        after=rule_set(after, group=group_id),
    )


def named(result: Result, *codes: Code) -> dict[str, int]:
    """How many findings of these codes, or of all, each resource introduces."""
    counted = {one.fingerprint for one in result.findings if one.code in (codes or Code)}
    return {one.address: len(counted.intersection(one.findings)) for one in change_of(result).resources}


def test_a_rule_set_that_changes_letters_alone_introduces_nothing() -> None:
    lower = [{**block, "action": "accept", "protocol": str(block["protocol"]).lower()} for block in TKE_INGRESS]
    narrow = [held("10.0.0.0/16")]
    result = gated(
        rules_of("a", GROUP, TKE_INGRESS, lower),
        rules_of("b", OTHER, narrow, [*narrow, OPEN_KUBELET]),
        on=two_groups(),
    )
    assert [code for code, _, _ in introduced(result)] == ["TSG201"]
    assert named(result) == {f"{RULE_SET}.a": 0, f"{RULE_SET}.b": 1}


def test_each_rule_set_introduces_the_packets_that_it_opens() -> None:
    narrow = [held("10.0.0.0/16")]
    result = gated(
        rules_of("a", GROUP, TKE_INGRESS, [*TKE_INGRESS, held("0.0.0.0/0", "TCP", "6379")]),
        rules_of("b", OTHER, narrow, [held("0.0.0.0/0", "TCP", "6379", action="DROP"), *narrow, OPEN_KUBELET]),
        on=two_groups(),
    )
    assert named(result, Code.EXCESS_ACCESS) == {f"{RULE_SET}.a": 1, f"{RULE_SET}.b": 1}


def test_of_two_single_rules_the_harmless_one_introduces_nothing() -> None:
    def single(name: str, cidr: str, port: str) -> Resource:
        after = {"id": COMPUTED, "security_group_id": GROUP, "type": "ingress", "policy": "ACCEPT", "cidr_ip": cidr}
        after |= {"ip_protocol": "TCP", "port_range": port, "source_sgid": COMPUTED, "address_template": COMPUTED}
        return Resource(type=SINGLE_RULE, name=name, actions=("create",), after=after)

    result = gated(single("open", "0.0.0.0/0", "10250"), single("narrow", "10.0.0.0/24", "80"))
    assert named(result, Code.EXCESS_ACCESS) == {f"{SINGLE_RULE}.narrow": 0, f"{SINGLE_RULE}.open": 1}


def test_a_description_is_no_reason_for_stacks_that_differ() -> None:
    moved = Resource(type=NODE_POOL, name="p", actions=("update",), before=held_pool([GROUP]), after=held_pool([OTHER]))
    worded = rules_of("a", GROUP, TKE_INGRESS, [{**block, "description": "x"} for block in TKE_INGRESS])
    result = gated(moved, worded, on=estate(group(OTHER)))
    assert introduced(result) == [("TSG301", "", (GROUP, OTHER))]
    assert named(result) == {f"{NODE_POOL}.p": 1, f"{RULE_SET}.a": 0}


def test_what_is_resolved_stands_with_the_resource_that_closes_it() -> None:
    open_already = (*INGRESS, rule(6, "0.0.0.0/0", Protocol.TCP, (10250, 10250)))
    live = two_groups()
    live = replace(live, security_groups=(group(ingress=open_already), live.security_groups[1]))
    narrow = [held("10.0.0.0/16")]
    result = gated(
        rules_of("a", GROUP, [*TKE_INGRESS, OPEN_KUBELET], TKE_INGRESS),
        rules_of("b", OTHER, narrow, [*narrow, held("10.1.0.0/16", "TCP", "443")]),
        on=live,
    )
    resolving = [one.address for one in change_of(result).resources if "Resolves 1 finding." in one.effect]
    assert resolving == [f"{RULE_SET}.a"]


def test_a_finding_that_no_resource_causes_alone_stands_with_all_that_come_near() -> None:
    resource = PlannedResource(
        address="x", actions=("update",), effects=(), impact=Impact(address="x", groups=(GROUP,))
    )
    finding = judged(estate(), apply.apply(estate(), recorded("05"), trust_references=True)).findings[0]
    finding = replace(finding, security_groups=(GROUP,), nodes=(), node_pools=())
    planned = Planned(snapshot=estate(), resources=(resource,))
    assert Causes(planned).of(finding, introduced=True) == ("x",)


def test_drift_is_said_with_the_resource() -> None:
    live = replace(estate(), security_groups=(group(ingress=NO_UDP),))
    result = gated(update(NO_UDP_BLOCKS), on=live)
    assert (
        change_of(result)
        .resources[0]
        .effect.startswith("Sets the rules of sg-plan0001. The live rules of sg-plan0001 differ from those in the plan")
    )


def test_drift_is_said_of_resources_that_the_plan_leaves_alone() -> None:
    held_now, elsewhere = rule_set(NO_UDP_BLOCKS), rule_set([], group=OTHER)
    same = Resource(type=RULE_SET, name="node", before=held_now, after=held_now)
    other = Resource(type=RULE_SET, name="other", before=elsewhere, after=elsewhere)
    told = change_of(gated(same, other, on=estate(group(OTHER)))).resources
    assert [(one.address, one.actions) for one in told] == [
        (f"{RULE_SET}.node", ("no-op",)),
        (f"{RULE_SET}.other", ("no-op",)),
    ]
    assert told[1].effect.startswith("The live rules of sg-plan0002 differ from those in the plan")


def test_a_subnet_of_unknown_range_matters_where_subnets_are_what_is_required() -> None:
    live = estate()
    made = Resource(type=NODE_POOL, name="b", actions=("create",), after=pool([GROUP], subnet_ids=["subnet-x"]))
    planned = apply.apply(live, load(plan(made)), trust_references=False)
    assert judged(live, planned).gaps == ()
    of_subnets = judged(live, planned, policy(ClusterNetwork.NODE_SUBNETS))
    assert [gap.code for gap in of_subnets.gaps] == ["subnets-unknown"]


def test_a_subnet_of_unknown_range_matters_where_a_finding_could_weigh_more() -> None:
    narrow = group(ingress=(INGRESS[0], rule(1, "10.0.1.0/24"), *INGRESS[2:]))
    live = replace(estate(), security_groups=(narrow,))
    made = Resource(type=NODE_POOL, name="b", actions=("create",), after=pool([GROUP], subnet_ids=["subnet-x"]))
    result = gated(made, on=live)
    assert [gap.code for gap in result.gaps] == ["subnets-unknown"]


def test_networks_that_move_introduce_what_is_not_let_through() -> None:
    vpc = {"id": "vpc-plan0001", "cidr_block": "10.0.0.0/16", "assistant_cidrs": [], "name": "v"}
    change = Resource(
        type="tencentcloud_vpc",
        name="v",
        actions=("update",),
        before=vpc,
        after=vpc | {"assistant_cidrs": ["10.77.0.0/16"]},
    )
    result = gated(change)
    assert introduced(result) == [("TSG101", "node-ingress-cluster", (GROUP,))]
    assert "Introduces 1 finding." in change_of(result).resources[0].effect


def test_a_change_file_is_judged_alike() -> None:
    text = f"changes:\n- {{group: {GROUP}, direction: egress, rules: []}}"
    result = judged(estate(), change_file.apply(estate(), change_file.load(text, "change.yaml")))
    assert [code for code, _, _ in introduced(result)] == ["TSG101"]
    assert change_of(result).resources[0].effect == "Sets the egress rules of sg-plan0001. Introduces 1 finding."


def test_a_live_gap_stays_one() -> None:
    live = estate()
    unreadable = replace(INGRESS[5], action=Action.UNREADABLE)
    live = replace(live, security_groups=(group(ingress=(*INGRESS[:5], unreadable)),))
    before = compare(live, policy(), TODAY)
    planned = apply.apply(live, recorded("12b"), trust_references=False)
    result = judged(live, planned)
    assert result.gaps == before.gaps
    assert result.clusters == before.clusters


def test_what_only_an_unread_network_can_have_ended_is_neither_resolved_nor_unchanged() -> None:
    redis = rule(6, "10.9.0.0/24", Protocol.TCP, (6379, 6379))
    live = replace(estate(), security_groups=(group(ingress=(*INGRESS, redis)),))
    cluster = {"id": CLUSTER, "vpc_id": VPC}
    subnets = Resource(
        type="tencentcloud_kubernetes_cluster",
        name="c",
        actions=("update",),
        before=cluster | {"eni_subnet_ids": []},
        after=cluster | {"eni_subnet_ids": ["subnet-plan0005"]},
    )
    result = gated(subnets, on=live)
    assert [gap.code for gap in result.gaps] == ["not-read"]
    assert (change_of(result).resolved, change_of(result).unchanged) == ((), ())
    shut = Resource(
        type=RULE_SET,
        name="node",
        actions=("update",),
        before=rule_set(ingress=[*TKE_INGRESS, held("10.9.0.0/24", "TCP", "6379")]),
        after=rule_set(),
    )
    assert len(change_of(gated(subnets, shut, on=live)).resolved) == 1


def test_a_tag_that_selects_a_stricter_baseline_introduces_its_findings() -> None:
    hardened = BaselineChoice(clusters=("tag:env=prod",), baseline=baseline.load("tke-hardened"))
    cluster = {"id": CLUSTER, "vpc_id": VPC}
    tagged = Resource(
        type="tencentcloud_kubernetes_cluster",
        name="c",
        actions=("update",),
        before=cluster,
        after=cluster | {"tags": {"env": "prod"}},
    )
    planned = apply.apply(estate(), load(plan(tagged)), trust_references=False)
    assert introduced(judged(estate(), planned)) == []
    result = judged(estate(), planned, replace(policy(), choices=(hardened,)))
    assert {code for code, _, _ in introduced(result)} == {"TSG201"}
