"""What the audit says of small estates whose truth is plain to see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from auditor.comparator.compare import compare
from auditor.model import addresses
from auditor.model.baseline import Allowance, Exclusion, FlowPattern, NamedNetwork, Policy, Tier, Waiver
from auditor.model.clusters import Cluster, Exposure, Network, NetworkMode, Networks, NodeKind, NotCovered, Role
from auditor.model.codes import Code, GapKind, Severity
from auditor.model.findings import Finding, Result, Status, WaiverState
from auditor.model.gaps import Gap
from auditor.model.packets import UNIVERSE, packets
from auditor.model.regions import regions
from auditor.model.rules import (
    Action,
    AddressTemplate,
    AddressTemplatePeer,
    Direction,
    GroupPeer,
    Member,
    ProtocolService,
    Rule,
    SecurityGroup,
    ServiceTemplate,
    ServiceTemplateRef,
    TemplateGroup,
    UnreadablePeer,
)
from auditor.model.services import EVERYTHING, Protocol, services
from auditor.model.snapshot import Snapshot
from tests.builders import (
    CLUSTER,
    CONTAINER,
    EGRESS,
    NODE_RULES,
    NODEPORT,
    REGION,
    SSH,
    cluster,
    flow,
    group,
    land,
    membership,
    node,
    policy,
    pool,
    rule,
    rules,
    snapshot,
)

TODAY = date(2026, 11, 22)
POLICY = policy(EGRESS, CONTAINER, CLUSTER, SSH, NODEPORT)


def audit(*groups: SecurityGroup, held_against: Policy = POLICY) -> Result:
    """One node that binds ``groups`` in this order."""
    bound = node("ins-1", *(each.security_group_id for each in groups))
    return compare(snapshot([cluster(bound)], groups), held_against, TODAY)


def of(result: Result, code: Code) -> list[Finding]:
    return [finding for finding in result.findings if finding.code is code]


def said(finding: Finding) -> list[tuple[str, tuple[tuple[int, int], ...], tuple[str, ...]]]:
    return [(region.protocol, region.ports, region.cidrs) for region in regions(finding.packets)]


def statuses(result: Result) -> dict[str, Status]:
    return {
        outcome.requirement.requirement_id: outcome.status
        for stack in result.clusters[0].stacks
        for outcome in stack.requirements
    }


def gap(resource: str, kind: GapKind = GapKind.UNREAD) -> Gap:
    return Gap(kind=kind, region=REGION, resource=resource, code="UnauthorizedOperation", message="denied")


def test_the_recommended_rules_pass_in_full() -> None:
    result = audit(group("sg-a", rules(*NODE_RULES)))
    assert result.findings == ()
    assert result.complete
    assert set(statuses(result).values()) == {Status.MET}


def test_a_later_deny_does_not_hide_an_earlier_allow() -> None:
    result = audit(group("sg-a", rules(*NODE_RULES, ("deny", "0.0.0.0/0", "tcp", "22"))))
    assert [finding.code for finding in result.findings] == [Code.SHADOWED_RULE]
    assert statuses(result)["ssh"] is Status.MET


def test_an_earlier_deny_blocks_what_a_later_rule_allows() -> None:
    result = audit(group("sg-a", rules(("deny", "10.0.0.0/16", "tcp", "10250"), *NODE_RULES)))
    [blocked] = of(result, Code.REQUIRED_TRAFFIC_BLOCKED)
    assert blocked.requirement_id == "cluster"
    assert said(blocked) == [("tcp", ((10250, 10250),), ("10.0.0.0/16",))]
    assert [(found.security_group_id, found.index, found.action) for found in blocked.evidence] == [("sg-a", 0, "deny")]
    assert not blocked.default_deny
    assert statuses(result)["cluster"] is Status.PARTIAL


def test_a_group_that_matches_nothing_falls_through_to_the_next() -> None:
    result = audit(group("sg-a", rules(*NODE_RULES[:2])), group("sg-b", rules(*NODE_RULES[2:])))
    assert not of(result, Code.REQUIRED_TRAFFIC_BLOCKED)


def test_binding_order_decides_between_groups() -> None:
    deny = group("sg-deny", rules(("deny", "0.0.0.0/0", "tcp", "22")))
    allow = group("sg-allow", rules(*NODE_RULES))
    assert statuses(audit(deny, allow))["ssh"] is Status.BLOCKED
    assert statuses(audit(allow, deny))["ssh"] is Status.MET


def test_a_port_range_that_ends_one_short_misses_that_port_alone() -> None:
    tiered = replace(
        NODEPORT,
        tiers=(Tier(flow=flow(services(Protocol.TCP, [(32768, 32768)]), "0.0.0.0/0"), severity=Severity.LOW),),
    )
    short = (*NODE_RULES[:3], ("allow", "0.0.0.0/0", "tcp", "30000-32767"))
    [blocked] = of(
        audit(group("sg-a", rules(*short)), held_against=policy(EGRESS, CONTAINER, CLUSTER, SSH, tiered)),
        Code.REQUIRED_TRAFFIC_BLOCKED,
    )
    assert blocked.severity is Severity.LOW
    assert {region.ports for region in regions(blocked.packets)} == {((32768, 32768),)}


def test_addresses_without_a_subnet_weigh_less_than_those_with_one() -> None:
    tiered = replace(
        CLUSTER,
        severity=Severity.LOW,
        tiers=(Tier(flow=flow(networks=(NamedNetwork.SUBNETS,)), severity=Severity.HIGH),),
    )
    held_against = policy(EGRESS, tiered)
    narrow = audit(group("sg-a", rules(("allow", "10.0.1.0/24"))), held_against=held_against)
    nothing = audit(group("sg-a"), held_against=held_against)
    assert [finding.severity for finding in of(narrow, Code.REQUIRED_TRAFFIC_BLOCKED)] == [Severity.LOW]
    assert [finding.severity for finding in of(nothing, Code.REQUIRED_TRAFFIC_BLOCKED)] == [Severity.HIGH]


def test_subnets_that_were_not_read_never_make_a_finding_milder() -> None:
    tiered = replace(
        CLUSTER,
        severity=Severity.LOW,
        tiers=(Tier(flow=flow(networks=(NamedNetwork.SUBNETS,)), severity=Severity.HIGH),),
    )
    networks = replace(land(), subnets=Network(gaps=(gap("subnet-1"),)))
    held = snapshot([cluster(node("ins-1", "sg-a"), networks=networks)], [group("sg-a")])
    result = compare(held, policy(EGRESS, tiered), TODAY)
    assert [finding.severity for finding in of(result, Code.REQUIRED_TRAFFIC_BLOCKED)] == [Severity.HIGH]
    assert not result.complete


@pytest.mark.parametrize(
    ("blocks", "severity"),
    [
        (("0.0.0.0/0",), Severity.CRITICAL),
        (("0.0.0.0/1", "128.0.0.0/1"), Severity.CRITICAL),
        (("1.0.0.0-255.255.255.255",), Severity.CRITICAL),
        (("::/0",), Severity.CRITICAL),
        (("203.0.113.0/24",), Severity.HIGH),
        (("192.168.0.0/24",), Severity.MEDIUM),
    ],
)
def test_an_open_control_port_weighs_by_who_reaches_it(blocks: tuple[str, ...], severity: Severity) -> None:
    open_to = [("allow", block, "tcp", "10250") for block in blocks]
    found = of(audit(group("sg-a", rules(*NODE_RULES, *open_to))), Code.EXCESS_ACCESS)
    assert [finding.severity for finding in found] == [severity]


def test_splitting_a_block_leaves_the_finding_as_it_was() -> None:
    whole = audit(group("sg-a", rules(*NODE_RULES, ("allow", "0.0.0.0/0", "tcp", "3389"))))
    halves = audit(
        group(
            "sg-a",
            rules(*NODE_RULES, ("allow", "128.0.0.0/1", "tcp", "3389"), ("allow", "0.0.0.0/1", "tcp", "3389")),
        )
    )
    assert [found.fingerprint for found in of(whole, Code.EXCESS_ACCESS)] == [
        found.fingerprint for found in of(halves, Code.EXCESS_ACCESS)
    ]


def test_excess_is_exact_and_leaves_out_what_is_named() -> None:
    result = audit(group("sg-a", rules(*NODE_RULES, ("allow", "10.0.0.0/8", "tcp", "9100"))))
    expected = packets(
        services(Protocol.TCP, [(9100, 9100)]), addresses.parse("10.0.0.0/8") - addresses.parse("10.0.0.0/16")
    )
    assert result.clusters[0].stacks[0].ingress.excess == expected
    [found] = of(result, Code.EXCESS_ACCESS)
    assert found.packets == expected
    assert found.subject == "private/other"


def test_an_allowance_takes_its_packets_out_of_the_excess_for_its_role_and_clusters() -> None:
    allowance = Allowance(
        allowance_id="metrics",
        flow=FlowPattern(services=services(Protocol.TCP, [(9100, 9100)]), cidrs=("192.168.0.0/16",)),
        direction=Direction.INGRESS,
        roles=(Role.NODE,),
        clusters=("cls-a*",),
    )
    open_metrics = group("sg-a", rules(*NODE_RULES, ("allow", "192.168.0.0/16", "tcp", "9100")))
    allowed = replace(POLICY, allowances=(allowance,))
    elsewhere = replace(POLICY, allowances=(replace(allowance, clusters=("cls-b*",)),))
    assert not of(audit(open_metrics, held_against=allowed), Code.EXCESS_ACCESS)
    assert of(audit(open_metrics, held_against=elsewhere), Code.EXCESS_ACCESS)


def test_an_unreadable_rule_leaves_undecided_only_what_it_could_decide() -> None:
    unreadable = Rule(
        index=0,
        action=rule(0, "allow", "0.0.0.0/0").action,
        peer=UnreadablePeer(text="MY_PUBLIC_IP"),
        service=ProtocolService(protocol=Protocol.TCP, ports=((22, 22),)),
    )
    shifted = tuple(replace(each, index=each.index + 1) for each in rules(*NODE_RULES[:2], NODE_RULES[3]))
    marked = replace(group("sg-a", (unreadable, *shifted)), gaps=(gap("sg-a/ingress/0", GapKind.UNREADABLE),))
    result = audit(marked)
    found = statuses(result)
    assert found["ssh"] is Status.UNKNOWN
    assert [found[name] for name in ("container", "cluster", "nodeport", "egress")] == [Status.MET] * 4
    assert not of(result, Code.EXCESS_ACCESS)
    assert not of(result, Code.REQUIRED_TRAFFIC_BLOCKED)
    assert not result.complete


def test_rules_that_were_not_read_make_their_direction_unknown_and_the_other_stays_decided() -> None:
    denied = replace(group("sg-a"), ingress=gap("sg-a"))
    result = audit(denied)
    found = statuses(result)
    assert found["egress"] is Status.MET
    assert {found[name] for name in ("container", "cluster", "ssh", "nodeport")} == {Status.UNKNOWN}
    assert gap("sg-a") in result.gaps
    assert gap("sg-a") in result.clusters[0].gaps


def test_a_group_that_the_snapshot_does_not_hold_is_unknown_and_named() -> None:
    result = compare(snapshot([cluster(node("ins-1", "sg-gone"))], []), POLICY, TODAY)
    assert set(statuses(result).values()) == {Status.UNKNOWN}
    assert [found.resource for found in result.gaps] == ["sg-gone"]


def test_a_container_network_that_was_not_read_makes_its_requirement_unknown() -> None:
    networks = replace(land(), container=Network(gaps=(gap("cls-aaaaaaaa"),)))
    held = snapshot([cluster(node("ins-1", "sg-a"), networks=networks)], [group("sg-a", rules(*NODE_RULES))])
    result = compare(held, POLICY, TODAY)
    assert statuses(result)["container"] is Status.UNKNOWN
    assert statuses(result)["cluster"] is Status.MET
    assert not of(result, Code.EXCESS_ACCESS)


def test_container_rows_do_not_apply_to_an_overlay_and_stay_permitted() -> None:
    held = snapshot(
        [cluster(node("ins-1", "sg-a"), mode=NetworkMode.CILIUM_OVERLAY)], [group("sg-a", rules(*NODE_RULES))]
    )
    result = compare(held, POLICY, TODAY)
    assert statuses(result)["container"] is Status.NOT_APPLICABLE
    assert result.findings == ()


@pytest.mark.parametrize(
    ("exposure", "severity"),
    [
        (Exposure.INTERNET, Severity.CRITICAL),
        (Exposure.NONE_FOUND, Severity.HIGH),
        (Exposure.UNKNOWN, Severity.HIGH),
    ],
)
def test_everything_passes_a_machine_without_a_group(exposure: Exposure, severity: Severity) -> None:
    bare = replace(node("ins-1"), exposure=exposure)
    result = compare(snapshot([cluster(bare)], []), POLICY, TODAY)
    [found] = result.findings
    assert (found.code, found.severity, found.nodes) == (Code.NO_SECURITY_GROUP, severity, ("ins-1",))
    assert result.gaps == ()
    assert set(statuses(result).values()) == {Status.MET}
    [stack] = result.clusters[0].stacks
    assert stack.exposure is exposure
    for side in (stack.ingress, stack.egress):
        assert side.allowed == UNIVERSE
        assert side.excess == UNIVERSE - side.permitted
    assert stack.ingress.excess


@pytest.mark.parametrize(
    "bare",
    [
        cluster(replace(node("np-1"), kind=NodeKind.NATIVE)),
        replace(cluster(), node_pools=(pool("np-1"),)),
        replace(cluster(), node_pools=(replace(pool("np-1"), kind=NodeKind.NATIVE),)),
    ],
    ids=["native node", "auto-scaling pool", "native pool"],
)
def test_what_passes_a_native_node_or_a_pool_without_a_group_is_unknown(bare: Cluster) -> None:
    result = compare(snapshot([bare], []), POLICY, TODAY)
    [found] = result.findings
    assert (found.code, found.severity) == (Code.NO_SECURITY_GROUP, Severity.HIGH)
    assert (*found.nodes, *found.node_pools) == ("np-1",)
    assert [(gap.kind, gap.code, gap.resource) for gap in result.gaps] == [
        (GapKind.UNDOCUMENTED, "NoSecurityGroup", "np-1")
    ]
    assert set(statuses(result).values()) == {Status.UNKNOWN}
    assert not result.clusters[0].stacks[0].ingress.excess


def test_machines_and_native_nodes_without_a_group_share_a_stack_that_is_open_and_not_wholly_known() -> None:
    native = replace(node("np-1"), kind=NodeKind.NATIVE)
    result = compare(snapshot([cluster(node("ins-1"), native)], []), POLICY, TODAY)
    [found] = result.findings
    assert (found.code, found.nodes) == (Code.NO_SECURITY_GROUP, ("ins-1", "np-1"))
    assert [gap.resource for gap in result.gaps] == ["np-1"]
    assert set(statuses(result).values()) == {Status.UNKNOWN}
    assert result.clusters[0].stacks[0].ingress.excess


def test_a_group_without_rules_denies_everything() -> None:
    result = compare(snapshot([cluster(node("ins-1", "sg-a"))], [group("sg-a", (), ())]), POLICY, TODAY)
    assert not of(result, Code.NO_SECURITY_GROUP)
    assert of(result, Code.REQUIRED_TRAFFIC_BLOCKED)
    assert not result.clusters[0].stacks[0].ingress.allowed


def test_a_machine_without_a_group_beside_machines_with_one_is_mixed_by_what_passes() -> None:
    nodes = cluster(node("ins-1", "sg-a"), node("ins-2"))
    result = compare(snapshot([nodes], [group("sg-a", rules(*NODE_RULES))]), POLICY, TODAY)
    [mixed] = of(result, Code.MIXED_SECURITY_GROUPS)
    assert mixed.severity is Severity.MEDIUM
    assert mixed.packets


def test_mixed_groups_weigh_by_whether_other_packets_pass() -> None:
    same = [group("sg-a", rules(*NODE_RULES)), group("sg-b", rules(*NODE_RULES))]
    other = [group("sg-a", rules(*NODE_RULES)), group("sg-b", rules(*NODE_RULES[:3]))]
    nodes = cluster(node("ins-1", "sg-a"), node("ins-2", "sg-b"))
    [alike] = of(compare(snapshot([nodes], same), POLICY, TODAY), Code.MIXED_SECURITY_GROUPS)
    [unlike] = of(compare(snapshot([nodes], other), POLICY, TODAY), Code.MIXED_SECURITY_GROUPS)
    assert (alike.severity, unlike.severity) == (Severity.LOW, Severity.MEDIUM)
    assert alike.nodes == ("ins-1", "ins-2")
    assert not alike.packets
    assert unlike.packets


def test_a_pool_counts_among_the_lists_that_differ_and_shares_a_stack_that_does_not() -> None:
    groups = [group("sg-a", rules(*NODE_RULES)), group("sg-b", rules(*NODE_RULES))]
    differs = cluster(node("ins-1", "sg-a"), pools=(pool("np-1", "sg-b"),))
    shares = cluster(node("ins-1", "sg-a"), pools=(pool("np-1", "sg-a"),))
    [found] = of(compare(snapshot([differs], groups), POLICY, TODAY), Code.MIXED_SECURITY_GROUPS)
    assert (found.nodes, found.node_pools) == (("ins-1",), ("np-1",))
    [stack] = compare(snapshot([shares], groups), POLICY, TODAY).clusters[0].stacks
    assert (stack.nodes, stack.node_pools) == (("ins-1",), ("np-1",))


def test_masters_and_nodes_may_bind_different_groups() -> None:
    groups = [group("sg-a", rules(*NODE_RULES)), group("sg-m", rules(("allow", "10.0.0.0/16")))]
    both = cluster(node("ins-1", "sg-a"), node("ins-2", "sg-m", role=Role.MASTER))
    result = compare(snapshot([both], groups), POLICY, TODAY)
    assert not of(result, Code.MIXED_SECURITY_GROUPS)
    assert [stack.role for stack in result.clusters[0].stacks] == [Role.MASTER, Role.NODE]


def test_an_instance_that_is_no_node_is_foreign_also_when_it_is_another_cluster_s() -> None:
    shared = [group("sg-a", rules(*NODE_RULES))]
    one = cluster(node("ins-1", "sg-a"))
    two = cluster(node("ins-2", "sg-a"), cluster_id="cls-bbbbbbbb")
    members = membership(
        "sg-a", Member(instance_id="ins-1"), Member(instance_id="ins-2"), Member(instance_id="", interface_id="eni-1")
    )
    found = of(compare(snapshot([one, two], shared, [members]), POLICY, TODAY), Code.FOREIGN_INSTANCE)
    assert [(each.cluster_id, each.nodes, each.severity) for each in found] == [
        ("cls-aaaaaaaa", ("ins-2",), Severity.MEDIUM),
        ("cls-bbbbbbbb", ("ins-1",), Severity.MEDIUM),
    ]


def test_a_rule_covered_by_earlier_rules_together_is_shadowed_by_them() -> None:
    ingress = rules(*NODE_RULES, ("allow", "0.0.0.0/1", "tcp", "9"), ("allow", "128.0.0.0/1", "tcp", "9"))
    last = rule(6, "allow", "0.0.0.0/0", "tcp", "9")
    [found] = of(audit(group("sg-a", (*ingress, last))), Code.SHADOWED_RULE)
    assert [(each.index, each.blocker) for each in found.evidence] == [
        (6, False),
        (0, True),
        (1, True),
        (4, True),
        (5, True),
    ]
    assert found.severity is Severity.INFO


def test_a_rule_that_later_rules_repeat_is_redundant() -> None:
    result = audit(group("sg-a", rules(("allow", "10.0.9.0/24", "tcp", "80"), *NODE_RULES)))
    [found] = of(result, Code.REDUNDANT_RULE)
    assert [(each.index, each.blocker) for each in found.evidence] == [(0, False), (2, True)]


def unreadable(cidr: str, protocol: str = "all", ports: str = "") -> Rule:
    return replace(rule(0, "allow", cidr, protocol, ports), action=Action.UNREADABLE)


def numbered(*found: Rule) -> tuple[Rule, ...]:
    return tuple(replace(each, index=index) for index, each in enumerate(found))


def useless(*ingress: Rule) -> list[tuple[Code, list[int]]]:
    """The code of each finding about a rule, with that rule's index and those of the rules that decide instead."""
    result = audit(group("sg-a", numbered(*ingress)))
    found = [*of(result, Code.SHADOWED_RULE), *of(result, Code.REDUNDANT_RULE)]
    return [(each.code, [rule.index for rule in each.evidence]) for each in found]


def test_a_rule_with_an_unreadable_action_shadows_nothing() -> None:
    same = rule(0, "allow", "203.0.113.0/24", "tcp", "22")
    assert useless(unreadable("203.0.113.0/24", "tcp", "22"), same, *rules(*NODE_RULES[:4])) == []


def test_a_rule_below_an_unreadable_one_is_not_redundant_though_a_later_rule_repeats_it() -> None:
    part, whole = rule(0, "allow", "10.0.9.0/24", "tcp", "80"), rule(0, "allow", "10.0.0.0/16", "tcp", "80")
    assert useless(part, whole) == [(Code.REDUNDANT_RULE, [0, 1])]
    assert useless(unreadable("10.0.9.7/32"), part, whole) == []


def test_an_unreadable_rule_is_no_evidence_where_readable_rules_shadow_a_later_one() -> None:
    whole, part = rule(0, "allow", "10.0.0.0/16", "tcp", "80"), rule(0, "deny", "10.0.9.0/24", "tcp", "80")
    assert useless(unreadable("10.0.9.7/32"), whole, part) == [(Code.SHADOWED_RULE, [2, 1])]


def test_a_rule_above_an_unreadable_one_is_needed() -> None:
    part, whole = rule(0, "allow", "10.0.9.0/24", "tcp", "80"), rule(0, "allow", "10.0.0.0/16", "tcp", "80")
    assert useless(part, unreadable("10.0.9.7/32"), whole) == []


def test_a_rule_of_an_unreadable_peer_is_no_evidence_that_a_deny_above_the_end_is_redundant() -> None:
    nobody = replace(rule(0, "deny", "10.0.0.0/16"), peer=UnreadablePeer(text="MY_PUBLIC_IP"))
    assert useless(rule(0, "deny", "10.0.9.0/24"), nobody) == [(Code.REDUNDANT_RULE, [0])]


def test_copies_of_one_rule_have_fingerprints_of_their_own() -> None:
    result = audit(group("sg-a", rules(*NODE_RULES, *NODE_RULES[3:], *NODE_RULES[3:])))
    found = [*of(result, Code.SHADOWED_RULE), *of(result, Code.REDUNDANT_RULE)]
    assert len({each.fingerprint for each in found}) == len(found) == 3


def test_a_rule_that_another_stack_needs_is_useless_here_and_not_everywhere() -> None:
    groups = [group("sg-a", rules(*NODE_RULES)), group("sg-b", rules(NODE_RULES[2]))]
    nodes = cluster(node("ins-1", "sg-a", "sg-b"), node("ins-2", "sg-b"))
    found = of(compare(snapshot([nodes], groups), POLICY, TODAY), Code.SHADOWED_RULE)
    ingress = [each for each in found if each.direction is Direction.INGRESS]
    assert [(each.security_groups, each.subject) for each in ingress] == [(("sg-a", "sg-b"), "here")]


def test_fingerprints_survive_reordering_and_redescribing() -> None:
    open_one = ("allow", "0.0.0.0/0", "tcp", "3389")
    first = audit(group("sg-a", rules(*NODE_RULES, open_one)))
    moved = tuple(replace(each, description="changed") for each in rules(open_one, *NODE_RULES))
    second = audit(group("sg-a", moved))
    assert [each.fingerprint for each in of(first, Code.EXCESS_ACCESS)] == [
        each.fingerprint for each in of(second, Code.EXCESS_ACCESS)
    ]


def test_templates_and_groups_of_templates_are_followed() -> None:
    ingress = (
        Rule(
            index=0,
            action=rule(0, "allow", "0.0.0.0/0").action,
            peer=AddressTemplatePeer(template_id="ipmg-1"),
            service=ServiceTemplateRef(template_id="ppm-1"),
        ),
    )
    held = replace(
        snapshot([cluster(node("ins-1", "sg-a"))], [group("sg-a", ingress)]),
        address_templates=(
            AddressTemplate(region=REGION, template_id="ipm-1", entries=("10.0.0.0-10.0.0.3", "fd00::1")),
            AddressTemplate(region=REGION, template_id="ipm-2", entries=("192.128.8.8/17",)),
        ),
        template_groups=(TemplateGroup(region=REGION, template_id="ipmg-1", members=("ipm-1", "ipm-2")),),
        service_templates=(
            ServiceTemplate(
                region=REGION,
                template_id="ppm-1",
                entries=(ProtocolService(protocol=Protocol.UDP, ports=((53, 53), (99, 100))),),
            ),
        ),
    )
    [stack] = compare(held, POLICY, TODAY).clusters[0].stacks
    assert [(found.protocol, found.ports, found.cidrs) for found in regions(stack.ingress.allowed)] == [
        ("udp", ((53, 53), (99, 100)), ("10.0.0.0/30", "192.128.0.0/17", "fd00::1/128"))
    ]


def test_a_group_as_source_is_the_addresses_of_what_binds_it() -> None:
    peer = Rule(
        index=0,
        action=rule(0, "allow", "0.0.0.0/0").action,
        peer=GroupPeer(security_group_id="sg-b"),
        service=ProtocolService(protocol=Protocol.TCP, ports=((80, 80),)),
    )
    members = [membership("sg-a"), membership("sg-b", Member(instance_id="ins-9", addresses=("10.9.0.9", "fd00::9")))]
    held = snapshot([cluster(node("ins-1", "sg-a"))], [group("sg-a", (peer,))], members)
    [stack] = compare(held, POLICY, TODAY).clusters[0].stacks
    assert stack.ingress.allowed == packets(
        services(Protocol.TCP, [(80, 80)]), addresses.union(("10.9.0.9", "fd00::9"))
    )
    unread = snapshot([cluster(node("ins-1", "sg-a"))], [group("sg-a", (peer,))], members[:1])
    [undecided] = compare(unread, POLICY, TODAY).clusters[0].stacks
    assert undecided.ingress.undecided == packets(services(Protocol.TCP, [(80, 80)]), addresses.ANYWHERE)


def test_peers_require_each_other_s_networks() -> None:
    one = cluster(node("ins-1", "sg-a"))
    two = cluster(cluster_id="cls-bbbbbbbb", networks=land(container=("172.20.0.0/16",)))
    peers = replace(POLICY, peers=(("cls-aaaaaaaa", "cls-bbbbbbbb"),))
    held = snapshot([one], [group("sg-a", rules(*NODE_RULES))])
    result = compare(replace(held, neighbours=(two,)), peers, TODAY)
    [found] = of(result, Code.REQUIRED_TRAFFIC_BLOCKED)
    assert found.requirement_id == "peer-cls-bbbbbbbb-container"
    ports = services(Protocol.TCP, [(22, 22), (30000, 32768)])
    assert found.packets == packets(EVERYTHING - ports, addresses.parse("172.20.0.0/16"))
    unknown = compare(held, peers, TODAY)
    assert statuses(unknown)["peer-cls-bbbbbbbb-container"] is Status.UNKNOWN
    assert [gap.code for gap in unknown.gaps] == ["UnknownPeer"]


@pytest.mark.parametrize("kind", ["edge-cluster", "excluded"])
def test_a_peer_whose_networks_were_not_read_leaves_its_requirements_unknown(kind: str) -> None:
    own = cluster(node("ins-1", "sg-a"))
    edge = (NotCovered(kind=kind, count=1),) if kind == "edge-cluster" else ()
    peer = replace(cluster(cluster_id="cls-bbbbbbbb", networks=Networks()), not_covered=edge)
    excluded = Exclusion(clusters=("cls-bbbbbbbb",), reason="no nodes", owner="o")
    policy = replace(POLICY, peers=(("cls-aaaaaaaa", "cls-bbbbbbbb"),), exclusions=(excluded,))
    result = compare(snapshot([own, peer], [group("sg-a", rules(*NODE_RULES))]), policy, TODAY)
    assert statuses(result)["peer-cls-bbbbbbbb-container"] is Status.UNKNOWN
    assert [(gap.code, gap.resource) for gap in result.clusters[0].gaps] == [("NetworkNotRead", "cls-bbbbbbbb")]
    assert not result.complete


@pytest.mark.parametrize("networks", [replace(land(), container=Network()), replace(land(), vpc=Network())])
def test_a_network_without_blocks_and_without_a_gap_was_not_read(networks: Networks) -> None:
    own = cluster(node("ins-1", "sg-a"), networks=networks)
    result = compare(snapshot([own], [group("sg-a", rules(*NODE_RULES))]), POLICY, TODAY)
    assert [gap.code for gap in result.gaps] == ["NetworkNotRead"]


@pytest.mark.parametrize(
    ("circles", "peers"),
    [
        ((("cls-aaaaaaaa", "cls-bbbbbbbb"), ("cls-cccccccc", "cls-dddddddd")), {"cls-bbbbbbbb"}),
        ((("cls-aaaaaaaa", "cls-bbbbbbbb"), ("cls-cccccccc", "cls-aaaaaaaa")), {"cls-bbbbbbbb", "cls-cccccccc"}),
        ((("cls-cccccccc", "cls-dddddddd"),), set()),
    ],
)
def test_a_cluster_needs_the_networks_of_its_own_peers_alone(
    circles: tuple[tuple[str, ...], ...], peers: set[str]
) -> None:
    others = [
        cluster(cluster_id=f"cls-{letter * 8}", networks=land(container=(f"172.{second}.0.0/16",)))
        for letter, second in (("b", 20), ("c", 21), ("d", 22))
    ]
    held = snapshot([cluster(node("ins-1", "sg-a"))], [group("sg-a", rules(*NODE_RULES))])
    result = compare(replace(held, neighbours=tuple(others)), replace(POLICY, peers=circles), TODAY)
    assert {name.split("-container")[0] for name in statuses(result) if name.endswith("-container")} == {
        f"peer-{peer}" for peer in peers
    }


@pytest.mark.parametrize(("address", "severity"), [("10.7.1.9", Severity.HIGH), ("10.7.9.9", Severity.LOW)])
def test_what_a_peer_has_no_subnet_in_weighs_little(address: str, severity: Severity) -> None:
    there = land(container=("172.20.0.0/16",), vpc=("10.7.0.0/16",), subnets=("10.7.1.0/24",))
    two = cluster(cluster_id="cls-bbbbbbbb", networks=there)
    peers = replace(POLICY, peers=(("cls-aaaaaaaa", "cls-bbbbbbbb"),))
    open_to_both = (("allow", "172.20.0.0/16"), ("allow", "10.7.0.0/16"))
    held = snapshot(
        [cluster(node("ins-1", "sg-a"))],
        [group("sg-a", rules(("deny", address, "tcp", "8080"), *NODE_RULES, *open_to_both))],
    )
    [found] = of(compare(replace(held, neighbours=(two,)), peers, TODAY), Code.REQUIRED_TRAFFIC_BLOCKED)
    assert (found.requirement_id, found.severity) == ("peer-cls-bbbbbbbb-cluster", severity)


def waiver(**changed: object) -> Waiver:
    plain = Waiver(
        waiver_id="W-1",
        finding="TSG201",
        clusters=("cls-*",),
        direction=Direction.INGRESS,
        services=services(Protocol.TCP, [(3389, 3389)]),
        cidrs=("203.0.113.0/24",),
        reason="bastion",
        owner="ops",
        expires=date(2026, 12, 31),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


OPEN_3389 = group("sg-a", rules(*NODE_RULES, ("allow", "0.0.0.0/0", "tcp", "3389")))


def test_a_waiver_for_one_block_never_hides_the_world() -> None:
    result = audit(OPEN_3389, held_against=replace(POLICY, waivers=(waiver(),)))
    marked = {found.waiver is not None: found for found in of(result, Code.EXCESS_ACCESS)}
    bare = of(audit(OPEN_3389), Code.EXCESS_ACCESS)[0]
    assert said(marked[True]) == [("tcp", ((3389, 3389),), ("203.0.113.0/24",))]
    assert marked[True].packets | marked[False].packets == bare.packets
    assert marked[False].fingerprint == bare.fingerprint
    assert result.counts()[Severity.HIGH] == 1
    assert result.waivers == (("W-1", WaiverState.ACTIVE),)


@pytest.mark.parametrize(
    ("changed", "state", "open_findings"),
    [
        ({"cidrs": ("0.0.0.0/0",)}, WaiverState.ACTIVE, 0),
        ({"cidrs": ("0.0.0.0/0",), "expires": date(2026, 11, 22)}, WaiverState.EXPIRING, 0),
        ({"cidrs": ("0.0.0.0/0",), "expires": date(2026, 12, 6)}, WaiverState.EXPIRING, 0),
        ({"cidrs": ("0.0.0.0/0",), "expires": date(2026, 12, 7)}, WaiverState.ACTIVE, 0),
        ({"cidrs": ("0.0.0.0/0",), "expires": date(2026, 11, 21)}, WaiverState.EXPIRED, 1),
        ({"clusters": ("cls-b*",)}, WaiverState.UNUSED, 1),
        ({"role": Role.MASTER}, WaiverState.UNUSED, 1),
        ({"finding": "excess-access", "cidrs": ("0.0.0.0/0",)}, WaiverState.ACTIVE, 0),
        ({"finding": "TSG101", "cidrs": ("0.0.0.0/0",)}, WaiverState.UNUSED, 1),
    ],
)
def test_a_waiver_counts_to_its_last_day_and_only_where_it_fits(
    changed: dict[str, object], state: WaiverState, open_findings: int
) -> None:
    result = audit(OPEN_3389, held_against=replace(POLICY, waivers=(waiver(**changed),)))
    assert result.waivers == (("W-1", state),)
    assert sum(found.waiver is None for found in of(result, Code.EXCESS_ACCESS)) == open_findings


def mixed(*waivers: Waiver) -> tuple[Finding, Result]:
    """Two nodes, of which one lets in 9100 and lets nothing out to 192.0.2.0/24 beyond the other."""
    more = group("sg-b", rules(("allow", "203.0.113.0/24", "tcp", "9100"), *NODE_RULES))
    more = replace(more, egress=rules(("deny", "192.0.2.0/24", "tcp", "25"), ("allow", "0.0.0.0/0")))
    held = snapshot([cluster(node("ins-1", "sg-a"), node("ins-2", "sg-b"))], [group("sg-a", rules(*NODE_RULES)), more])
    result = compare(held, replace(POLICY, waivers=waivers), TODAY)
    [found] = of(result, Code.MIXED_SECURITY_GROUPS)
    return found, result


IN_9100 = {"finding": "TSG301", "services": services(Protocol.TCP, [(9100, 9100)])}
OUT_25 = {
    "waiver_id": "W-2",
    "finding": "TSG301",
    "direction": Direction.EGRESS,
    "services": services(Protocol.TCP, [(25, 25)]),
    "cidrs": ("192.0.2.0/24",),
}


def test_a_difference_between_lists_is_accepted_where_waivers_cover_all_of_it() -> None:
    found, result = mixed(waiver(**IN_9100), waiver(**OUT_25))
    assert (found.severity, found.waiver is not None) == (Severity.MEDIUM, True)
    assert result.waivers == (("W-1", WaiverState.ACTIVE), ("W-2", WaiverState.ACTIVE))


@pytest.mark.parametrize(
    "waivers",
    [
        (waiver(**IN_9100),),
        (waiver(**OUT_25),),
        (waiver(**IN_9100), waiver(**{**OUT_25, "direction": Direction.INGRESS})),
        (waiver(**{**IN_9100, "cidrs": ("203.0.113.0/25",)}), waiver(**OUT_25)),
        (waiver(finding="TSG301", services=services(Protocol.UDP, [(1, 1)])),),
    ],
)
def test_a_difference_between_lists_that_waivers_cover_in_part_still_counts(waivers: tuple[Waiver, ...]) -> None:
    found, result = mixed(*waivers)
    assert found.waiver is None
    assert {state for _, state in result.waivers} == {WaiverState.UNUSED}


def test_a_difference_without_packets_is_accepted_by_any_waiver_for_it() -> None:
    same = group("sg-b", rules(*NODE_RULES))
    held = snapshot([cluster(node("ins-1", "sg-a"), node("ins-2", "sg-b"))], [group("sg-a", rules(*NODE_RULES)), same])
    result = compare(held, replace(POLICY, waivers=(waiver(**IN_9100),)), TODAY)
    assert [(one.severity, one.waiver is not None) for one in of(result, Code.MIXED_SECURITY_GROUPS)] == [
        (Severity.LOW, True)
    ]


def test_a_partial_waiver_weighs_the_rest_anew() -> None:
    tiered = replace(
        NODEPORT,
        tiers=(Tier(flow=flow(services(Protocol.TCP, [(32768, 32768)]), "0.0.0.0/0"), severity=Severity.LOW),),
    )
    accepted = waiver(finding="TSG101", services=services(Protocol.TCP, [(30000, 32767)]), cidrs=("0.0.0.0/0",))
    held_against = replace(policy(EGRESS, CONTAINER, CLUSTER, SSH, tiered), waivers=(accepted,))
    found = of(audit(group("sg-a", rules(*NODE_RULES[:3])), held_against=held_against), Code.REQUIRED_TRAFFIC_BLOCKED)
    assert {(each.severity, each.waiver is not None) for each in found} == {
        (Severity.MEDIUM, True),
        (Severity.LOW, False),
    }


def test_the_same_list_is_decided_once_for_every_cluster() -> None:
    shared = [group("sg-a", rules(*NODE_RULES))]
    clusters = [cluster(node(f"ins-{n}", "sg-a"), cluster_id=f"cls-{n:08d}") for n in range(3)]
    result = compare(snapshot(clusters, shared), POLICY, TODAY)
    first, *others = (each.stacks[0].ingress.allowed for each in result.clusters)
    assert all(other is first for other in others)


def test_an_empty_snapshot_gives_no_finding_and_a_gap() -> None:
    result = compare(Snapshot(regions=()), POLICY, TODAY)
    assert (result.clusters, result.findings) == ((), ())
    assert [(gap.code, gap.message) for gap in result.gaps] == [
        ("NothingJudged", "no cluster was checked: there is no cluster")
    ]
    assert not result.complete
