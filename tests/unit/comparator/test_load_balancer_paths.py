"""The paths through load balancers: who filters, exactly which clients get through, and what is reported."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.comparator.compare import compare
from auditor.model import addresses
from auditor.model.baseline import Allowance, Waiver
from auditor.model.clusters import Attachment, Cluster, Entrance, EntranceKind, Interface, NetworkMode, Role
from auditor.model.codes import Code, GapKind, Part, Severity
from auditor.model.evidence import EvidenceKind
from auditor.model.findings import Finding, Result
from auditor.model.gaps import Gap
from auditor.model.load_balancer_paths import HealthCheckState, LoadBalancerPath
from auditor.model.load_balancers import HealthCheck, HealthCheckSource, LoadBalancer
from auditor.model.packets import PacketSet, packets
from auditor.model.regions import regions
from auditor.model.rules import Direction, SecurityGroup
from auditor.model.services import Protocol, services
from tests.balancers import LB, balancer, checked, listener, target
from tests.builders import REGION, TODAY, cluster, flow, group, node, pod_interface, policy, rules, snapshot

OFFICE, VISITORS = "198.51.100.0/24", "203.0.112.0/24"
ANY_V4 = ("0.0.0.0/0",)
UNREAD = Gap(region=REGION, resource=LB, code="AuthFailure", message="denied", kind=GapKind.UNREAD)
NODE = replace(node("ins-1", "sg-node"), addresses=("10.0.1.5",))
TWO = replace(cluster(NODE), nodes=(NODE, replace(node("ins-2", "sg-node"), addresses=("10.0.1.6",))))

OPEN_TO_OFFICE = group("sg-node", rules(("allow", OFFICE, "tcp", "31080")))
OPEN_TO_ANY = group("sg-node", rules(("allow", "0.0.0.0/0", "tcp", "30000-32767"), ("allow", "::/0", "tcp", "31080")))
CLOSED = group("sg-node", rules(("allow", "10.0.0.0/16", "tcp", "22")))
LB_OFFICE = group("sg-lb", rules(("allow", f"{OFFICE}", "tcp", "80"), ("allow", VISITORS, "tcp", "80")))
LB_ANY = group("sg-lb", rules(("allow", "0.0.0.0/0", "tcp", "80,8080,443"), ("allow", "::/0", "tcp", "80")))


def judged(
    load_balancer: LoadBalancer,
    *groups: SecurityGroup,
    of: Cluster | None = None,
    allow: tuple[Allowance, ...] = (),
    waivers: tuple[Waiver, ...] = (),
) -> Result:
    estate = replace(snapshot((of or cluster(NODE),), groups), load_balancers=(load_balancer,))
    return compare(estate, policy(allowances=allow, waivers=waivers), TODAY)


def path(result: Result) -> LoadBalancerPath:
    ((only,),) = [balancer.paths for balancer in result.clusters[0].load_balancers]
    return only


def blocks(packets: PacketSet) -> tuple[str, ...]:
    return addresses.cidrs(packets.addresses)


def reported(result: Result, code: Code) -> list[Finding]:
    return [finding for finding in result.findings if finding.code is code]


def blocked(result: Result) -> list[Finding]:
    return reported(result, Code.LOAD_BALANCER_PATH_BLOCKED)


def opened(result: Result) -> list[Finding]:
    return reported(result, Code.LOAD_BALANCER_OPEN)


WEB = listener(target("ins-1"))


@pytest.mark.parametrize(
    ("load_balancer", "passes"),
    [
        pytest.param(balancer(WEB, groups=("sg-lb",)), (OFFICE,), id="off, with groups: both filter"),
        pytest.param(balancer(WEB), (OFFICE,), id="off, without groups: the back end filters"),
        pytest.param(
            balancer(WEB, groups=("sg-lb",), passes=True), (OFFICE, VISITORS), id="on, with groups: its own filter"
        ),
        pytest.param(balancer(WEB, passes=True), ANY_V4, id="on, without groups: nothing filters"),
        pytest.param(balancer(WEB, passes=False, ip_version=6), ("::/0",), id="IPv6: on, whatever the answer says"),
        pytest.param(
            balancer(WEB, groups=("sg-lb",), passes=True, cross_region=True), (OFFICE,), id="outside the VPC: as off"
        ),
        pytest.param(
            balancer(listener(target("", kind="ccn", addresses=("10.0.1.5",))), passes=True),
            (OFFICE,),
            id="a CCN back end: as off",
        ),
    ],
)
def test_the_filters_of_each_situation_decide(load_balancer: LoadBalancer, passes: tuple[str, ...]) -> None:
    result = judged(load_balancer, OPEN_TO_OFFICE, LB_OFFICE)
    whole = addresses.ALL_V6 if load_balancer.ip_version == 6 else addresses.ALL_V4
    assert blocks(path(result).passes) == tuple(sorted(passes))
    assert path(result).blocked.addresses == whole - addresses.union(passes)
    assert not path(result).undecided
    assert [region.ports for region in regions(path(result).passes)] == [((80, 80),)]


def test_a_layer_7_listener_needs_its_clients_at_the_back_end() -> None:
    https = listener(target("ins-1"), ports=443, kind="HTTPS")
    assert blocks(path(judged(balancer(https), OPEN_TO_OFFICE)).passes) == (OFFICE,)


@pytest.mark.parametrize(("source", "passes"), [("198.51.100.9", ANY_V4), ("10.0.1.9", ())])
def test_back_ends_see_the_snat_address_instead_of_the_clients(source: str, passes: tuple[str, ...]) -> None:
    result = judged(balancer(WEB, snat_addresses=(source,)), OPEN_TO_OFFICE)
    assert blocks(path(result).passes) == passes
    assert len(blocked(result)) == (0 if passes else 1)


def test_a_drop_at_the_node_does_not_stop_what_bypasses_it() -> None:
    dropping = group("sg-node", rules(("deny", "0.0.0.0/0")))
    result = judged(balancer(WEB, passes=True), dropping)
    assert blocks(path(result).passes) == ANY_V4
    assert blocked(result) == []


@pytest.mark.parametrize("groups", [UNREAD, ("sg-lb",)], ids=["binding unread", "rules unread"])
def test_unread_groups_of_the_balancer_leave_its_clients_undecided(groups: tuple[str, ...] | Gap) -> None:
    result = judged(balancer(WEB, groups=groups), OPEN_TO_OFFICE)
    assert not path(result).passes
    assert blocks(path(result).undecided) == (OFFICE,)  # the node certainly stops all others
    assert opened(result) == []
    assert {gap.resource for gap in result.clusters[0].gaps} >= {LB if isinstance(groups, Gap) else "sg-lb"}


def test_an_unread_switch_decides_only_what_both_positions_agree_on() -> None:
    result = judged(balancer(WEB, groups=("sg-lb",), passes=None), OPEN_TO_OFFICE, LB_OFFICE)
    assert blocks(path(result).passes) == (OFFICE,)
    assert blocks(path(result).undecided) == (VISITORS,)
    assert [gap.code for gap in result.clusters[0].gaps] == ["PassToTarget"]
    assert blocked(result) == []


def test_unread_groups_of_a_balancer_are_a_gap_of_the_clusters_behind_it_alone() -> None:
    two = (cluster(NODE), cluster(node("ins-9", "sg-node"), cluster_id="cls-bbbbbbbb"))
    unread = replace(UNREAD, service="clb", action="DescribeLoadBalancers")
    estate = replace(snapshot(two, [CLOSED]), load_balancers=(balancer(WEB, groups=unread),))
    result = compare(estate, policy(), TODAY)
    assert [(of.cluster.cluster_id, of.gaps) for of in result.clusters] == [
        ("cls-aaaaaaaa", (unread,)),
        ("cls-bbbbbbbb", ()),
    ]
    assert result.gaps == (unread,)


def test_unread_listeners_and_back_ends_are_gaps_of_every_cluster_of_the_vpc() -> None:
    unread = replace(balancer(), listeners=UNREAD)
    two = (cluster(NODE), cluster(cluster_id="cls-bbbbbbbb"))
    result = compare(replace(snapshot(two, [CLOSED]), load_balancers=(unread,)), policy(), TODAY)
    assert [UNREAD in found.gaps for found in result.clusters] == [True, True]
    elsewhere = replace(snapshot(two, [CLOSED]), load_balancers=(replace(unread, vpc_id="vpc-22222222"),))
    assert [UNREAD in found.gaps for found in compare(elsewhere, policy(), TODAY).clusters] == [False, False]


def test_a_list_that_was_refused_is_a_gap_of_the_clusters_of_its_vpc_alone() -> None:
    refused = replace(UNREAD, resource="vpc-11111111", service="clb", action="DescribeLoadBalancers")
    elsewhere = replace(cluster(cluster_id="cls-bbbbbbbb"), vpc_id="vpc-22222222")
    estate = replace(snapshot((cluster(NODE), elsewhere), [CLOSED]), gaps=(refused,))
    assert [refused in found.gaps for found in compare(estate, policy(), TODAY).clusters] == [True, False]
    left_out = replace(policy(), left_out=(Part.LOAD_BALANCERS,))
    assert compare(estate, left_out, TODAY).gaps == ()


def test_a_balancer_that_the_configuration_leaves_out_is_not_judged() -> None:
    estate = replace(snapshot((cluster(NODE),), [CLOSED]), load_balancers=(replace(balancer(), listeners=UNREAD),))
    left_out = replace(policy(), left_out=(Part.LOAD_BALANCERS,))
    assert (compare(estate, left_out, TODAY).gaps, compare(estate, policy(), TODAY).gaps) == ((), (UNREAD,))


def test_ranges_of_the_same_length_belong_together_port_by_port() -> None:
    ranged = listener(target("ins-1", (31080, 31089)), ports=(80, 89))
    nodes = group("sg-node", rules(("allow", OFFICE, "tcp", "31083"), ("allow", VISITORS, "tcp", "31085-31086")))
    got = [(region.ports, region.cidrs) for region in regions(path(judged(balancer(ranged), nodes)).passes)]
    assert got == [(((83, 83),), (OFFICE,)), (((85, 86),), (VISITORS,))]


def test_a_client_passes_if_it_gets_through_to_every_back_end_of_the_stack() -> None:
    rules_of_layer_7 = listener(target("ins-1", 31080), target("ins-1", 31081), kind="HTTP")
    nodes = group("sg-node", rules(("allow", "0.0.0.0/0", "tcp", "31080"), ("allow", OFFICE, "tcp", "31081")))
    assert blocks(path(judged(balancer(rules_of_layer_7), nodes)).passes) == (OFFICE,)


def test_a_back_end_of_weight_0_breaks_nothing() -> None:
    draining = listener(target("ins-1", 31080), target("ins-1", 31081, weight=0))
    nodes = group("sg-node", rules(("allow", "0.0.0.0/0", "tcp", "31080")))
    assert blocks(path(judged(balancer(draining), nodes)).passes) == ANY_V4
    assert blocked(judged(balancer(listener(target("ins-1", 31081, weight=0))), nodes)) == []


def pods(*interfaces: Interface, mode: NetworkMode = NetworkMode.VPC_CNI) -> Cluster:
    return replace(cluster(NODE, mode=mode), interfaces=interfaces)


POD = Interface(
    interface_id="eni-1",
    attachment=Attachment.PODS,
    role=Role.POD,
    node_id="ins-1",
    security_groups=("sg-pod",),
    addresses=("172.16.3.4",),
)


@pytest.mark.parametrize(
    "back_end",
    [
        pytest.param(target("", 8080, kind="eni", addresses=("172.16.3.4",)), id="by address"),
        pytest.param(target("ins-1", 8080, kind="eni", interface_id="eni-1"), id="by interface"),
    ],
)
def test_a_pod_is_behind_the_groups_of_its_interface(back_end: object) -> None:
    pod_group = group("sg-pod", rules(("allow", OFFICE, "tcp", "8080")))
    result = judged(balancer(listener(back_end)), CLOSED, pod_group, of=pods(POD))  # type: ignore[arg-type]
    assert (path(result).role, path(result).attachment) == (Role.POD, Attachment.PODS)
    assert (path(result).bearers, blocks(path(result).passes)) == (("eni-1",), (OFFICE,))


def test_a_pod_of_global_router_is_behind_the_group_of_its_node_at_its_own_port() -> None:
    direct = listener(target("", 8080, kind="globalroute", addresses=("172.16.3.4",)))
    nodes = group("sg-node", rules(("allow", OFFICE, "tcp", "8080")))
    result = judged(balancer(direct), nodes)
    assert (path(result).security_groups, blocks(path(result).passes)) == (("sg-node",), (OFFICE,))


def test_a_pod_behind_one_of_two_lists_passes_where_both_let_it_through() -> None:
    direct = listener(target("", 8080, kind="globalroute", addresses=("172.16.3.4",)))
    two = cluster(NODE, node("ins-2", "sg-other"))
    nodes = group("sg-node", rules(("allow", OFFICE, "tcp", "8080"), ("allow", VISITORS, "tcp", "8080")))
    other = group("sg-other", rules(("allow", OFFICE, "tcp", "8080")))
    result = judged(balancer(direct), nodes, other, of=two)
    for either in result.clusters[0].load_balancers[0].paths:
        assert (blocks(either.passes), blocks(either.undecided)) == ((OFFICE,), (VISITORS,))
    assert [gap.code for gap in result.clusters[0].gaps] == ["PodNode"]


def test_a_pod_whose_interface_is_absent_is_a_gap_unless_pods_were_left_out() -> None:
    direct = listener(target("", 8080, kind="eni", interface_id="eni-9", addresses=("172.16.3.4",)))
    result = judged(balancer(direct), CLOSED, of=pods())
    assert [gap.code for gap in result.clusters[0].gaps] == ["UnknownInterface"]
    estate = replace(snapshot((pods(),), [CLOSED]), load_balancers=(balancer(direct),), parts=(Part.LOAD_BALANCERS,))
    judging = replace(policy(), left_out=(Part.PODS, Part.ENDPOINT, Part.NETWORK_ACLS))
    assert compare(estate, judging, TODAY).gaps == ()


def test_a_back_end_of_another_cluster_is_not_in_this_one() -> None:
    other = balancer(listener(target("ins-9"), target("", kind="eni", addresses=("10.0.7.7",))))
    assert judged(other, CLOSED).clusters[0].load_balancers == ()


def test_a_listener_is_open_where_back_ends_see_snat_addresses_in_place_of_any_client() -> None:
    snat = balancer(listener(target("ins-1", 6379), ports=6379), snat_addresses=("10.0.1.250",))
    vpc_only = group("sg-node", rules(("allow", "10.0.0.0/16")))
    (finding,) = opened(judged(snat, vpc_only))
    assert blocks(finding.packets) == addresses.cidrs(addresses.ALL_V4 - addresses.parse("10.0.0.0/16"))
    anyone = group("sg-node", rules(("allow", "0.0.0.0/0", "tcp", "6379")))
    assert opened(judged(snat, anyone)) == []


def test_a_listener_is_open_where_its_back_end_has_no_group() -> None:
    pod = pod_interface("eni-1", node_id="ins-1", addresses=("10.0.64.5",))
    direct = balancer(listener(target("", 6379, kind="eni", interface_id="eni-1"), ports=6379))
    (finding,) = opened(judged(direct, CLOSED, of=cluster(NODE, interfaces=(pod,), mode=NetworkMode.VPC_CNI)))
    assert (finding.role, finding.interfaces, blocks(finding.packets)) == (Role.POD, ("eni-1",), ANY_V4)


# load-balancer-path-blocked


def test_groups_of_back_ends_may_restrict_on_purpose_where_they_are_the_only_filter() -> None:
    assert blocked(judged(balancer(WEB), OPEN_TO_OFFICE)) == []


def test_a_listener_that_no_client_gets_through_is_blocked() -> None:
    result = judged(balancer(WEB), CLOSED)
    (finding,) = blocked(result)
    assert (finding.severity, finding.nodes, finding.default_deny) == (Severity.MEDIUM, ("ins-1",), True)
    assert [(region.ports, region.cidrs) for region in regions(finding.packets)] == [(((80, 80),), ANY_V4)]
    assert [(item.kind, item.resource_id) for item in finding.resources] == [
        (EvidenceKind.LOAD_BALANCER, LB),
        (EvidenceKind.LISTENER, "lbl-11111111"),
    ]


def test_a_public_listener_that_only_private_networks_get_through_is_blocked() -> None:
    vpc_only = group("sg-node", rules(("allow", "10.0.0.0/16", "tcp", "31080")))
    (finding,) = blocked(judged(balancer(WEB), vpc_only))
    assert finding.packets == packets(
        services(Protocol.TCP, [(80, 80)]), addresses.ALL_V4 - addresses.parse("10.0.0.0/16")
    )
    office_too = group("sg-node", rules(("allow", "10.0.0.0/16", "tcp", "31080"), ("allow", OFFICE, "tcp", "31080")))
    assert blocked(judged(balancer(WEB), office_too)) == []


def test_clients_that_the_balancer_lets_in_and_the_back_end_stops_are_blocked() -> None:
    nodes = group("sg-node", rules(("deny", VISITORS, "tcp", "31080"), ("allow", "0.0.0.0/0", "tcp", "31080")))
    (finding,) = blocked(judged(balancer(WEB, groups=("sg-lb",)), nodes, LB_OFFICE))
    assert blocks(finding.packets) == (VISITORS,)
    assert [(rule.security_group_id, rule.index) for rule in finding.evidence] == [("sg-node", 0)]
    assert not finding.default_deny


def test_a_balancer_whose_own_group_stops_every_client_is_blocked() -> None:
    (finding,) = blocked(
        judged(balancer(listener(target("ins-1"), ports=8443), groups=("sg-lb",)), OPEN_TO_ANY, LB_ANY)
    )
    assert blocks(finding.packets) == ANY_V4
    assert finding.evidence == ()


def test_an_internal_balancer_expects_the_cluster_network() -> None:
    vpc_only = group("sg-node", rules(("allow", "10.0.0.0/16", "tcp", "31080")))
    assert blocked(judged(balancer(WEB, public=False), vpc_only)) == []
    assert blocked(judged(balancer(WEB, public=False, groups=("sg-lb",)), vpc_only, LB_ANY)) == []
    (finding,) = blocked(judged(balancer(WEB, public=False), OPEN_TO_OFFICE))
    assert blocks(finding.packets) == ("10.0.0.0/16",)


def test_an_internal_balancer_expects_the_clients_that_its_group_names() -> None:
    vpc_only = group("sg-node", rules(("allow", "10.0.0.0/16", "tcp", "31080")))
    named = group("sg-lb", rules(("allow", "10.9.0.0/16", "tcp", "80")))
    (finding,) = blocked(judged(balancer(WEB, public=False, groups=("sg-lb",)), vpc_only, named))
    assert blocks(finding.packets) == ("10.9.0.0/16",)


VIP = HealthCheck(source=HealthCheckSource.BALANCER)
RESERVED = HealthCheck(source=HealthCheckSource.RESERVED)


@pytest.mark.parametrize(
    ("check", "passes", "state"),
    [
        (VIP, False, HealthCheckState.BLOCKED),
        (VIP, True, HealthCheckState.PASSES),
        (RESERVED, False, HealthCheckState.PASSES),
        (HealthCheck(source=HealthCheckSource.UNKNOWN), False, HealthCheckState.UNKNOWN),
        (None, False, HealthCheckState.OFF),
    ],
)
def test_health_checks_from_the_balancer_itself_must_be_let_in(
    check: HealthCheck | None,
    passes: bool,  # noqa: FBT001 - a value of the table
    state: HealthCheckState,
) -> None:
    back_end = target("ins-1") if check is None else checked(target("ins-1"), check)
    result = judged(balancer(listener(back_end), passes=passes), OPEN_TO_OFFICE)
    assert path(result).health_check is state
    stopped = [blocks(finding.packets) for finding in blocked(result)]
    assert stopped == ([("203.0.113.10/32",)] if state is HealthCheckState.BLOCKED else [])
    unknown = [gap.code for gap in result.clusters[0].gaps]
    assert unknown == (["HealthCheckSource"] if state is HealthCheckState.UNKNOWN else [])


@pytest.mark.parametrize(
    ("check", "state"),
    [
        (HealthCheck(source=HealthCheckSource.BALANCER, port=8080), HealthCheckState.PASSES),
        (HealthCheck(source=HealthCheckSource.BALANCER, protocol=None), HealthCheckState.BLOCKED),
    ],
)
def test_health_checks_have_their_own_port_and_protocol(check: HealthCheck, state: HealthCheckState) -> None:
    nodes = group("sg-node", rules(("allow", OFFICE, "tcp", "31080"), ("allow", "203.0.113.10", "tcp", "8080")))
    assert path(judged(balancer(listener(checked(target("ins-1"), check))), nodes)).health_check is state


# load-balancer-open


@pytest.mark.parametrize(
    ("load_balancer", "nodes"),
    [
        pytest.param(balancer(WEB, passes=True), CLOSED, id="on, without groups"),
        pytest.param(balancer(WEB, passes=True, groups=("sg-lb",)), CLOSED, id="on, by its group"),
        pytest.param(balancer(WEB, groups=("sg-lb",)), OPEN_TO_ANY, id="off, by both groups"),
        pytest.param(balancer(WEB, ip_version=6), CLOSED, id="IPv6"),
    ],
)
def test_a_listener_is_open_that_any_address_reaches(load_balancer: LoadBalancer, nodes: SecurityGroup) -> None:
    (finding,) = opened(judged(load_balancer, nodes, LB_ANY))
    assert (finding.severity, finding.subject) == (Severity.LOW, "any/web")
    assert blocks(finding.packets) == (("::/0",) if load_balancer.ip_version == 6 else ANY_V4)


@pytest.mark.parametrize(
    ("load_balancer", "nodes"),
    [
        pytest.param(balancer(WEB), OPEN_TO_ANY, id="off, without groups: the rows of the node decide"),
        pytest.param(balancer(WEB, groups=("sg-lb",)), OPEN_TO_OFFICE, id="the back end restricts"),
        pytest.param(balancer(WEB, passes=True, public=False), CLOSED, id="internal"),
    ],
)
def test_a_listener_is_not_open(load_balancer: LoadBalancer, nodes: SecurityGroup) -> None:
    assert opened(judged(load_balancer, nodes, LB_ANY)) == []


@pytest.mark.parametrize(
    ("ports", "severity", "subject"),
    [
        (443, Severity.LOW, "any/web"),
        (8080, Severity.MEDIUM, "any/other"),
        (22, Severity.HIGH, "any/admin"),
        (10250, Severity.CRITICAL, "any/control"),
        ((79, 81), Severity.MEDIUM, "any/other"),
    ],
)
def test_an_open_listener_is_as_bad_as_its_worst_port(
    ports: int | tuple[int, int], severity: Severity, subject: str
) -> None:
    (finding,) = opened(judged(balancer(listener(target("ins-1"), ports=ports), passes=True), CLOSED))
    assert (finding.severity, finding.subject) == (severity, subject)


def test_one_back_end_past_its_group_is_enough() -> None:
    both = listener(target("ins-1", 31080), target("ins-1", 31081), kind="HTTP", ports=8080)
    nodes = group("sg-node", rules(("allow", "0.0.0.0/0", "tcp", "31080"), ("allow", OFFICE, "tcp", "31081")))
    (finding,) = opened(judged(balancer(both, groups=("sg-lb",)), nodes, LB_ANY))
    assert blocks(finding.packets) == ANY_V4


def test_what_is_open_on_purpose_is_not_reported() -> None:
    web = Allowance(
        allowance_id="web",
        flow=flow(services(Protocol.TCP, [(80, 80)]), "0.0.0.0/0"),
        direction=Direction.INGRESS,
        roles=(Role.NODE,),
    )
    assert opened(judged(balancer(WEB, passes=True), CLOSED, allow=(web,))) == []
    assert len(opened(judged(balancer(WEB, passes=True, ip_version=6), CLOSED, allow=(web,)))) == 1


def test_ports_that_the_baseline_allows_on_nodes_are_not_ports_of_listeners() -> None:
    ssh = Allowance(
        allowance_id="ssh",
        flow=flow(services(Protocol.TCP, [(22, 22)]), "0.0.0.0/0"),
        direction=Direction.INGRESS,
        roles=(Role.NODE,),
    )
    rows = replace(policy(), baseline=replace(policy().baseline, allowances=(ssh,)))
    passing = balancer(listener(target("ins-1", 8022), ports=22), passes=True)
    result = compare(replace(snapshot((cluster(NODE),), (CLOSED,)), load_balancers=(passing,)), rows, TODAY)
    assert [(finding.severity, blocks(finding.packets)) for finding in opened(result)] == [(Severity.HIGH, ANY_V4)]


def test_a_waiver_takes_its_own_clients_out_and_the_severity_is_that_of_the_rest() -> None:
    waiver = Waiver(
        waiver_id="W-1",
        finding="TSG202",
        clusters=("*",),
        direction=Direction.INGRESS,
        services=services(Protocol.TCP, [(8080, 8080)]),
        cidrs=("0.0.0.0/0",),
        reason="r",
        owner="o",
        expires=TODAY,
    )
    ranged = balancer(listener(target("ins-1", (31080, 31081)), ports=(8080, 8081)), passes=True)
    waived, rest = sorted(opened(judged(ranged, CLOSED, waivers=(waiver,))), key=lambda one: one.waiver is None)
    assert [region.ports for region in regions(waived.packets)] == [((8080, 8080),)]
    assert [region.ports for region in regions(rest.packets)] == [((8081, 8081),)]
    web_and_more = balancer(listener(target("ins-1", (31080, 31081)), ports=(80, 81)), passes=True)
    other = replace(waiver, services=services(Protocol.TCP, [(81, 81)]))
    kept = [one for one in opened(judged(web_and_more, CLOSED, waivers=(other,))) if one.waiver is None]
    assert [(one.severity, one.subject) for one in kept] == [(Severity.LOW, "any/web")]


def test_the_entrance_of_the_api_server_is_judged_as_an_entrance() -> None:
    entrance = Entrance(kind=EntranceKind.PUBLIC, address="203.0.113.10", security_groups=(), load_balancer_id=LB)
    result = judged(balancer(WEB, passes=True), CLOSED, of=replace(cluster(NODE), entrances=(entrance,)))
    assert opened(result) == []
    assert blocks(path(result).passes) == ANY_V4


def test_nodes_of_one_list_share_one_path() -> None:
    result = judged(balancer(listener(target("ins-1"), target("ins-2")), passes=True), CLOSED, of=TWO)
    assert path(result).bearers == ("ins-1", "ins-2")
    assert [finding.nodes for finding in opened(result)] == [("ins-1", "ins-2")]
