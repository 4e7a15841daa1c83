from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from auditor.comparator.compare import compare
from auditor.model.baseline import Policy, Waiver
from auditor.model.clusters import Exposure, Node, NodeKind, NodePool, Role
from auditor.model.codes import Code, GapKind, Part
from auditor.model.findings import Finding, Result
from auditor.model.gaps import Gap
from auditor.model.rules import Action, Direction, Member, Membership, Rule, SecurityGroup, UnreadablePeer
from auditor.model.services import Protocol, services
from auditor.model.snapshot import Snapshot
from auditor.reporter.text.sentences import FindingText, ResultText
from auditor.words import Lang
from tests.golden.policy import BASELINE
from tests.golden.samples import (
    ALL,
    DEFAULT_INGRESS,
    EVERYWHERE,
    NODE_BLOCK,
    OUTBOUND,
    REGION,
    RESULTS,
    TODAY,
    allow,
    cluster,
    deny,
    group,
    nodes,
    tcp,
)


def result_of(
    *groups: SecurityGroup, bound: tuple[Node, ...] = (), members: tuple[Member, ...] = (), policy: Policy | None = None
) -> Result:
    """One cluster whose two nodes bind the groups in order, or ``bound`` as given."""
    machines = bound or nodes("ins-", 2, *(found.security_group_id for found in groups))
    shared = tuple(
        Membership(region=REGION, security_group_id=found.security_group_id, members=members) for found in groups[:1]
    )
    snapshot = Snapshot(
        regions=(REGION,),
        parts=tuple(Part),
        clusters=(cluster("cls-1", "prod", nodes=machines),),
        security_groups=groups,
        memberships=shared if members else (),
    )
    return compare(snapshot, policy or Policy(baseline=BASELINE), TODAY)


def told(result: Result, code: Code, about: str = "", lang: Lang = Lang.EN) -> FindingText:
    """The words for the one finding of a code (and of a requirement or subject)."""
    found = [
        finding
        for finding in result.findings
        if finding.code is code and about in (finding.requirement_id, finding.subject, "")
    ]
    assert len(found) == 1, found
    return ResultText(result, lang).finding(found[0])


def with_rule(*first: Rule) -> SecurityGroup:
    """A group that passes, with rules above the rest."""
    return group("sg-1", "web", (*first, *DEFAULT_INGRESS), OUTBOUND)


BLOCKED = Code.REQUIRED_TRAFFIC_BLOCKED


def test_a_requirement_of_which_nothing_passes() -> None:
    result = result_of(group("sg-1", "web", DEFAULT_INGRESS[:1], OUTBOUND))
    said = told(result, BLOCKED, "node-ingress-cluster")
    assert said.title == "Blocked: Traffic between nodes in the cluster network"
    assert said.message == "All of this traffic is blocked: all traffic from 10.0.0.0/16."
    assert said.why == "Without this rule, nodes go NotReady and Services break."


def test_no_rule_matches() -> None:
    said = told(result_of(group("sg-1", "web", DEFAULT_INGRESS[:3], OUTBOUND)), BLOCKED)
    assert said.message == (
        "Blocked: ICMP from any IPv4 address except 10.0.0.0/16, 172.16.0.0/16. The rest of the requirement is met."
    )
    assert said.rules == ("no inbound rule matches the packets; the implicit deny at the end applies",)
    assert said.advice == (
        'Add an inbound ACCEPT for ICMP from any IPv4 address to sg-1 "web". '
        "No rule matches these packets, so any position works."
    )
    assert said.affected == '2 nodes (ins-01, ins-02), bound to sg-1 "web"'
    assert said.witness == "ICMP from 203.0.113.1"


def test_a_rule_denies_a_part() -> None:
    said = told(result_of(with_rule(deny(tcp((10250, 10250)), NODE_BLOCK, "why?"))), BLOCKED)
    assert said.message == "Blocked: TCP 10250 from 10.0.0.0/16. The rest of the requirement is met."
    assert said.rules == ('sg-1 "web" inbound rule 1: DROP TCP 10250 from 10.0.0.0/16, described as "why?"',)
    assert said.advice == (
        'Insert an inbound ACCEPT for TCP 10250 from 10.0.0.0/16 above rule 1 of sg-1 "web", '
        "or narrow the DROP that blocks them."
    )


def test_the_accept_goes_above_the_first_of_several_denying_rules_in_binding_order() -> None:
    first = group("sg-2", "first", (allow(tcp((1, 1)), NODE_BLOCK), deny(tcp((53, 53)), NODE_BLOCK)), ())
    second = group("sg-1", "second", (deny(tcp((54, 54)), NODE_BLOCK), *DEFAULT_INGRESS), OUTBOUND)
    said = told(result_of(first, second), BLOCKED)
    assert said.advice == (
        'Insert an inbound ACCEPT for TCP 53-54 from 10.0.0.0/16 above rule 2 of sg-2 "first", '
        "or narrow the DROP that blocks them."
    )


def test_packets_that_a_rule_denies_and_packets_that_none_matches() -> None:
    rules = (
        deny(tcp((53, 53)), NODE_BLOCK),
        allow(tcp((1, 65535)), NODE_BLOCK),
        DEFAULT_INGRESS[0],
        *DEFAULT_INGRESS[2:],
    )
    said = told(result_of(group("sg-1", "web", rules, OUTBOUND)), BLOCKED)
    assert said.rules[-1] == "no inbound rule matches the rest of the packets; the implicit deny at the end applies"


def test_an_undecided_rest_is_said_to_be_undecided() -> None:
    gap = Gap(kind=GapKind.UNREADABLE, region=REGION, resource="sg-1/ingress/1", code="UnreadableRule", message="odd")
    odd = Rule(index=1, action=Action.ALLOW, peer=UnreadablePeer(text="?"), service=tcp((443, 443)))
    rules = (DEFAULT_INGRESS[0], odd, *DEFAULT_INGRESS[2:])
    said = told(result_of(group("sg-1", "web", rules, OUTBOUND, gaps=(gap,))), BLOCKED)
    assert said.message.endswith("from 10.0.0.0/16. The rest of the requirement could not be checked.")


def test_outbound_traffic_goes_out() -> None:
    said = told(result_of(group("sg-1", "web", DEFAULT_INGRESS, ())), BLOCKED)
    assert said.message == "All of this traffic is blocked: all traffic to any IPv4 address."
    assert said.rules == ("no outbound rule matches the packets; the implicit deny at the end applies",)
    assert said.advice.startswith("Add an outbound ACCEPT for all traffic to any IPv4 address to sg-1")


def test_a_waiver_leaves_no_claim_about_the_rest() -> None:
    waiver = Waiver(
        waiver_id="W-1",
        finding="TSG101",
        clusters=("*",),
        direction=Direction.INGRESS,
        services=services(Protocol.TCP, ((53, 53),)),
        cidrs=(NODE_BLOCK,),
        reason="r",
        owner="o",
        expires=date(2030, 1, 1),
    )
    result = result_of(with_rule(deny(tcp((53, 54)), NODE_BLOCK)), policy=Policy(baseline=BASELINE, waivers=(waiver,)))
    said = {
        ResultText(result, Lang.EN).finding(finding).message for finding in result.findings if finding.code is BLOCKED
    }
    assert said == {
        "All of this traffic is blocked: TCP 53 from 10.0.0.0/16.",
        "All of this traffic is blocked: TCP 54 from 10.0.0.0/16.",
    }


def test_excess_names_who_reaches_what() -> None:
    result = result_of(with_rule(allow(tcp((22, 22)), EVERYWHERE, "temp")))
    said = told(result, Code.EXCESS_ACCESS)
    assert said.title == "Open to any address: Remote administration"
    assert said.message == (
        "Allowed in, but not permitted by the baseline or the configuration: "
        "TCP 22 from any IPv4 address except 10.0.0.0/16, 172.16.0.0/16."
    )
    assert said.advice == (
        'Narrow inbound rule 1 of sg-1 "web" to the sources that need it, or delete it if nothing needs it. '
        'If it is open on purpose, add it under "allow" in the configuration.'
    )
    assert told(result, Code.EXCESS_ACCESS, lang=Lang.ZH).title == "对任意地址开放：远程管理"


def test_excess_outbound_goes_out() -> None:
    open_to_v6 = group("sg-1", "web", DEFAULT_INGRESS, (*OUTBOUND, allow(tcp((22, 22)), "2001:db8::/32")))
    said = told(result_of(open_to_v6), Code.EXCESS_ACCESS)
    assert said.title == "Outbound open to a public range: Remote administration"
    assert said.message.startswith("Allowed out, but not permitted")


def open_to_the_neighbour(*, vpc_id: str = "", subject: str = "172.20.0.0/18") -> FindingText:
    """The words for 10250 open to a block; another cluster has its Pods in 172.20.0.0/18."""
    mine = cluster("cls-1", "prod", nodes=nodes("ins-", 1, "sg-1"))
    other = replace(
        cluster("cls-2", "other"),
        vpc_id=vpc_id or mine.vpc_id,
        networks=replace(
            mine.networks,
            container=replace(mine.networks.container, cidrs=("172.20.0.0/18",)),
            subnets=replace(mine.networks.subnets, cidrs=("192.168.5.0/24", "172.20.0.0/18")),
        ),
    )
    snapshot = Snapshot(
        regions=(REGION,),
        parts=tuple(Part),
        clusters=(mine,),
        neighbours=(other,),
        security_groups=(with_rule(allow(tcp((10250, 10250)), subject)),),
    )
    return told(compare(snapshot, Policy(baseline=BASELINE), TODAY), Code.EXCESS_ACCESS)


PEERS = (
    ' If these two clusters talk to each other, the key "peers" in the configuration allows it: '
    "peers: [[cls-1, cls-2]]."
)


def test_a_block_of_another_cluster_is_named_with_the_key_that_allows_it() -> None:
    said = open_to_the_neighbour()
    assert said.message.endswith(
        'TCP 10250 from 172.20.0.0/18. 172.20.0.0/18 is the container network of cls-2 "other".'
    )
    assert said.advice.endswith(PEERS)


def test_each_network_of_another_cluster_that_lies_in_an_open_range_is_named() -> None:
    assert open_to_the_neighbour(subject="192.168.0.0/16").message.endswith(
        'TCP 10250 from 192.168.0.0/16. 192.168.5.0/24 is a node subnet of cls-2 "other".'
    )


def test_a_cluster_of_another_vpc_may_have_the_same_blocks_and_is_not_named() -> None:
    said = open_to_the_neighbour(vpc_id="vpc-elsewhere")
    assert "cls-2" not in said.message + said.advice


def test_what_is_open_to_any_address_names_no_cluster() -> None:
    said = open_to_the_neighbour(subject=EVERYWHERE)
    assert "cls-2" not in said.message + said.advice


UNFILTERED = "Without a group, all traffic is allowed in both directions"


@pytest.mark.parametrize(
    ("kind", "exposure", "said"),
    [
        (NodeKind.REGULAR, Exposure.NONE_FOUND, f"{UNFILTERED}."),
        (NodeKind.REGULAR, Exposure.INTERNET, f"{UNFILTERED}, and the node has a public address."),
        (
            NodeKind.NATIVE,
            Exposure.INTERNET,
            "Tencent Cloud does not document what passes then: everything may be open, or closed.",
        ),
    ],
)
def test_what_passes_without_a_group_is_said_as_far_as_it_is_documented(
    kind: NodeKind, exposure: Exposure, said: str
) -> None:
    bare = tuple(replace(node, kind=kind, exposure=exposure) for node in nodes("ins-a", 1))
    assert told(result_of(bound=bare), Code.NO_SECURITY_GROUP).why == said


MANAGED = (
    ' The description of inbound rule 1 of sg-1 "web" says that the rule is managed elsewhere: an edit here would be '
    "overwritten. Change it where it is managed."
)


@pytest.mark.parametrize(
    "description",
    [
        "高危端口封禁 #仅下发访问目的#",
        "云防火墙下发",
        "Firewall Manager: high-risk ports",
        "CSIP-block",
        "Managed by Terraform",
    ],
)
def test_a_rule_that_is_managed_elsewhere_is_not_to_be_edited_here(description: str) -> None:
    dropped = told(result_of(with_rule(deny(tcp((10250, 10250)), NODE_BLOCK, description))), BLOCKED)
    opened = told(result_of(with_rule(allow(tcp((22, 22)), EVERYWHERE, description))), Code.EXCESS_ACCESS)
    assert dropped.advice.endswith(MANAGED)
    assert opened.advice.endswith(MANAGED)


def test_a_description_that_says_nothing_of_it_adds_nothing() -> None:
    said = told(result_of(with_rule(deny(tcp((10250, 10250)), NODE_BLOCK, "firewall, unmanaged"))), BLOCKED)
    assert "managed elsewhere" not in said.advice


def test_a_group_that_is_managed_elsewhere_is_named_once() -> None:
    held = replace(with_rule(deny(tcp((10250, 10250)), NODE_BLOCK)), description="由云防火墙下发")
    assert told(result_of(held), BLOCKED).advice.endswith(
        ' The name or description of sg-1 "web" says that the group is managed elsewhere: an edit here would be '
        "overwritten. Change it where it is managed."
    )


def test_mixed_groups_are_listed_by_stack() -> None:
    other = group("sg-2", "", DEFAULT_INGRESS[:3], OUTBOUND)
    bound = (*nodes("ins-a", 3, "sg-1"), *nodes("ins-b", 1, "sg-2"))
    said = told(result_of(with_rule(), other, bound=bound), Code.MIXED_SECURITY_GROUPS)
    assert said.message == (
        '2 different bindings: 3 nodes bound to sg-1 "web"; 1 node bound to sg-2. They let different packets through.'
    )
    assert said.advice == (
        "Bind the same groups in the same order everywhere, including node pools; "
        'the most common binding is sg-1 "web".'
    )
    assert said.affected == "4 nodes (ins-a01, ins-a02, ins-a03, ins-b01)"
    assert said.witness == ""


def test_mixed_groups_that_let_the_same_through_say_so() -> None:
    bound = (*nodes("ins-a", 1, "sg-1"), *nodes("ins-b", 1, "sg-1", "sg-2"))
    result = result_of(with_rule(), group("sg-2", "", (), ()), bound=bound)
    assert told(result, Code.MIXED_SECURITY_GROUPS).message.endswith("They let the same packets through today.")


def test_mixed_masters_are_called_masters() -> None:
    bound = tuple(node for name in ("a", "b") for node in nodes(f"ins-{name}", 1, f"sg-{name}", role=Role.MASTER))
    rules = (allow(ALL, NODE_BLOCK),)
    result = result_of(group("sg-a", "", rules, ()), group("sg-b", "", rules, ()), bound=bound)
    assert told(result, Code.MIXED_SECURITY_GROUPS).title == "Masters of one cluster have different bindings"


def test_every_finding_has_words_without_its_cluster() -> None:
    here = RESULTS["estate"]
    elsewhere = ResultText(replace(here, clusters=(), snapshot=Snapshot(regions=())), Lang.EN)
    for finding in here.findings:
        said = elsewhere.finding(finding)
        assert said.title
        assert said.message
        assert said.advice


def test_mixed_groups_of_a_cluster_that_is_not_here_are_only_named() -> None:
    here = RESULTS["estate"]
    mixed = next(finding for finding in here.findings if finding.code is Code.MIXED_SECURITY_GROUPS)
    said = ResultText(replace(here, clusters=()), Lang.EN).finding(mixed)
    assert said.message == (
        'These groups are bound in different combinations: sg-base0001 "基础安全组" and sg-prod0001 "web".'
    )


def test_a_foreign_machine_is_named_with_who_shares_its_group() -> None:
    members = (Member(instance_id="ins-x", name="jump"), Member(instance_id="ins-01"))
    said = told(result_of(with_rule(), members=members), Code.FOREIGN_INSTANCE)
    assert said.message == 'ins-x "jump" is bound to sg-1 "web" but is not a node of this cluster.'
    assert said.affected == '2 nodes, also bound to sg-1 "web"'
    assert said.advice == 'Give it its own group, then unbind sg-1 "web".'


def test_several_foreign_machines_are_plural() -> None:
    members = (Member(instance_id="ins-x"), Member(instance_id="ins-y"))
    said = told(result_of(with_rule(), members=members), Code.FOREIGN_INSTANCE)
    assert said.message == 'ins-x, ins-y are bound to sg-1 "web" but are not nodes of this cluster.'
    assert said.advice == 'Give them their own groups, then unbind sg-1 "web".'


def test_a_node_without_a_group_is_told_what_the_others_bind() -> None:
    bound = (*nodes("ins-a", 2, "sg-1"), *nodes("ins-b", 1))
    said = told(result_of(with_rule(), bound=bound), Code.NO_SECURITY_GROUP)
    assert said.message == "1 node has no security group."
    assert said.advice == 'Bind sg-1 "web", as in the rest of the cluster.'


def test_where_nobody_binds_a_group_none_is_suggested() -> None:
    said = told(result_of(bound=nodes("ins-a", 2)), Code.NO_SECURITY_GROUP)
    assert said.message == "2 nodes have no security group."
    assert said.advice == "Bind the security group that the rest of the cluster uses."


def test_a_rule_that_is_never_reached_names_those_that_decide() -> None:
    rules = (*DEFAULT_INGRESS, allow(tcp((22, 22)), NODE_BLOCK))
    said = told(result_of(group("sg-1", "web", rules, OUTBOUND)), Code.SHADOWED_RULE)
    assert said.message == (
        'No packet reaches inbound rule 5 of sg-1 "web": '
        'inbound rule 2 of sg-1 "web" already handles every packet it matches.'
    )
    assert said.rules == (
        'sg-1 "web" inbound rule 5: ACCEPT TCP 22 from 10.0.0.0/16',
        'sg-1 "web" inbound rule 2: ACCEPT all traffic from 10.0.0.0/16, described as "放通集群网络内节点间通信"',
    )


def test_a_drop_that_accepts_come_before_is_said_to_lose() -> None:
    rules = (*DEFAULT_INGRESS, deny(tcp((22, 22)), NODE_BLOCK))
    said = told(result_of(group("sg-1", "web", rules, OUTBOUND)), Code.SHADOWED_RULE)
    assert said.message.endswith("already handles every packet it matches, some with the opposite action.")


def test_a_rule_that_another_list_needs_is_not_to_be_deleted() -> None:
    two = group("sg-2", "low", (allow(tcp((22, 22)), NODE_BLOCK),), ())
    bound = (*nodes("ins-a", 1, "sg-1", "sg-2"), *nodes("ins-b", 1, "sg-2"))
    said = told(result_of(with_rule(), two, bound=bound), Code.SHADOWED_RULE)
    assert "Do not delete it because of this finding" in said.advice


def test_a_redundant_rule_and_its_heir_are_not_both_to_go() -> None:
    said = told(result_of(with_rule(allow(tcp((22, 22)), NODE_BLOCK))), Code.REDUNDANT_RULE)
    assert said.message == (
        'Without inbound rule 1 of sg-1 "web", inbound rule 3 of sg-1 "web" would handle the same packets the same way.'
    )
    assert "but not both" in said.advice


def test_a_drop_before_the_end_of_the_list_may_simply_go() -> None:
    rules = (*DEFAULT_INGRESS, deny(tcp((22, 22)), EVERYWHERE))
    said = told(result_of(group("sg-1", "web", rules, OUTBOUND)), Code.REDUNDANT_RULE)
    assert said.message == (
        'Without inbound rule 5 of sg-1 "web", the implicit deny at the end would deny the same packets.'
    )
    assert said.advice == "Delete it: wherever its group is bound, the same packets pass without it."


def test_pools_are_affected_like_nodes() -> None:
    pool = NodePool(node_pool_id="np-1", kind=NodeKind.NATIVE, security_groups=("sg-1",), name="workers")
    made = cluster("cls-1", "prod", nodes=nodes("ins-", 6, "sg-1"), node_pools=(pool,))
    snapshot = Snapshot(
        regions=(REGION,),
        parts=tuple(Part),
        clusters=(made,),
        security_groups=(group("sg-1", "web", DEFAULT_INGRESS[1:], OUTBOUND),),
    )
    said = told(compare(snapshot, Policy(baseline=BASELINE), TODAY), BLOCKED)
    assert said.affected == '6 nodes (ins-01, ins-02, ins-03 and 3 more) and 1 node pool (np-1), bound to sg-1 "web"'


def test_a_requirement_that_no_baseline_holds_is_named_by_its_id() -> None:
    result = result_of(group("sg-1", "web", DEFAULT_INGRESS[1:], OUTBOUND))
    strange: Finding = replace(result.findings[0], requirement_id="of-yesterday")
    assert ResultText(result, Lang.EN).finding(strange).title == "Blocked: of-yesterday"


def test_a_peer_requirement_has_the_words_of_the_stack() -> None:
    mine = cluster("cls-1", "prod", nodes=nodes("ins-", 1, "sg-1"))
    other = replace(
        cluster("cls-2", "other"),
        networks=replace(mine.networks, container=replace(mine.networks.container, cidrs=("192.168.0.0/16",))),
    )
    snapshot = Snapshot(
        regions=(REGION,),
        parts=tuple(Part),
        clusters=(mine,),
        neighbours=(other,),
        security_groups=(group("sg-1", "web", DEFAULT_INGRESS, OUTBOUND),),
    )
    result = compare(snapshot, Policy(baseline=BASELINE, peers=(("cls-1", "cls-2"),)), TODAY)
    said = told(result, BLOCKED)
    assert said.title == "Blocked: Everything from the container network of cls-2"
    assert said.why.startswith("Clusters of one VPC that talk to each other")


def test_without_a_limit_everybody_is_named() -> None:
    result = result_of(group("sg-1", "web", DEFAULT_INGRESS[1:], OUTBOUND), bound=nodes("ins-", 6, "sg-1"))
    said = ResultText(result, Lang.EN, limit=None).finding(result.findings[0])
    assert said.affected == '6 nodes (ins-01, ins-02, ins-03, ins-04, ins-05, ins-06), bound to sg-1 "web"'
