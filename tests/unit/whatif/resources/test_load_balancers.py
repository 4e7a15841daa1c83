"""Changes of load balancers, judged with the paths to their back ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.codes import Part
from auditor.model.findings import Result
from auditor.model.gaps import Gap
from auditor.model.load_balancers import HealthCheck, HealthCheckSource, LoadBalancer, Target
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from auditor.whatif.planned import Planned
from tests.plans.estate import OTHER, VPC, estate, group, rule
from tests.plans.plan_json import COMPUTED, Resource, ref
from tests.plans.resources import applied, codes, effects, security_group
from tests.plans.samples import balancer
from tests.plans.verdicts import change_of, gated, introduced_findings

BALANCER = "tencentcloud_clb_instance"
LISTENER = "tencentcloud_clb_listener"
BACK_ENDS = "tencentcloud_clb_attachment"
GROUPS = "tencentcloud_clb_security_group_attachment"

OFFICE = group(OTHER, ingress=(rule(0, "192.168.7.0/24"),))
"""The group of the load balancer: a single network may come in."""


def live(*groups: str, pass_to_target: bool = False) -> Snapshot:
    """The estate with a public load balancer in front of a node."""
    return replace(estate(OFFICE), load_balancers=(balancer(*groups, pass_to_target=pass_to_target),))


def held(*groups: str, pass_to_target: bool = False) -> dict[str, object]:
    attributes: dict[str, object] = {"id": "lb-plan0001", "clb_name": "web", "vpc_id": VPC, "network_type": "OPEN"}
    return attributes | {"security_groups": list(groups), "load_balancer_pass_to_target": pass_to_target}


def update(before: dict[str, object], **after: object) -> Resource:
    return Resource(type=BALANCER, name="x", actions=("update",), before=before, after=before | after)


def new_balancer(**after: object) -> Resource:
    attributes: dict[str, object] = {"id": COMPUTED, "clb_name": "new", "vpc_id": VPC, "network_type": "OPEN"}
    attributes |= {"security_groups": COMPUTED, "load_balancer_pass_to_target": False}
    return Resource(type=BALANCER, name="x", actions=("create",), after=attributes | after)


def new_listener(port: int = 6379, **after: object) -> Resource:
    attributes: dict[str, object] = {"id": COMPUTED, "listener_id": COMPUTED, "protocol": "TCP", "port": port}
    attributes |= {"clb_id": ref(f"{BALANCER}.x.id"), "health_source_ip_type": 1}
    return Resource(type=LISTENER, name="x", actions=("create",), after=attributes | after)


def new_back_ends(*machines: object, **after: object) -> Resource:
    targets = [{"instance_id": machine, "eni_ip": None, "port": 30080, "weight": 10} for machine in machines]
    attributes: dict[str, object] = {"id": COMPUTED, "clb_id": ref(f"{BALANCER}.x.id"), "targets": targets}
    attributes |= {"listener_id": ref(f"{LISTENER}.x.listener_id")}
    return Resource(type=BACK_ENDS, name="x", actions=("create",), after=attributes | after)


def introduced(result: Result) -> list[tuple[str, str, str]]:
    """The code, the severity and the last evidence of each introduced finding."""
    return [
        (found.code.finding_name, found.severity.value, found.resources[-1].resource_id)
        for found in introduced_findings(result)
    ]


def resolved(result: Result) -> int:
    return len(change_of(result).resolved)


def only(planned: Planned) -> LoadBalancer:
    [placed] = planned.snapshot.load_balancers
    return placed


def test_pass_to_target_without_groups_opens_a_public_listener() -> None:
    before = held(OTHER)
    result = gated(update(before, load_balancer_pass_to_target=True, security_groups=[]), on=live(OTHER))
    assert introduced(result) == [("load-balancer-open", "low", "lbl-plan0001")]
    assert change_of(result).resources[0].findings == change_of(result).introduced


def test_pass_to_target_with_groups_that_name_clients_opens_nothing() -> None:
    result = gated(update(held(OTHER), load_balancer_pass_to_target=True), on=live(OTHER))
    assert introduced(result) == []
    assert only(applied(update(held(OTHER), load_balancer_pass_to_target=True), on=live(OTHER))).pass_to_target is True


def test_groups_on_a_balancer_that_passes_to_target_resolve_the_open_listener() -> None:
    before = replace(live(), load_balancers=(replace(balancer(pass_to_target=True), security_groups=()),))
    result = gated(update(held(pass_to_target=True), security_groups=[OTHER]), on=before)
    assert (introduced(result), resolved(result)) == ([], 1)


def test_an_open_listener_whose_balancer_gets_unknown_groups_is_not_resolved() -> None:
    before = replace(live(), load_balancers=(replace(balancer(pass_to_target=True), security_groups=()),))
    after = update(held(pass_to_target=True), security_groups=ref("local.groups"))
    result = gated(after, on=before)
    assert resolved(result) == 0
    assert [gap.code for gap in result.gaps_of_change()] == ["list-unknown"]


def test_a_new_open_balancer_in_front_of_a_node_is_judged_with_its_back_ends() -> None:
    plan = (new_balancer(load_balancer_pass_to_target=True), new_listener(), new_back_ends("ins-plan0001"))
    result = gated(*plan, on=estate(OFFICE))
    assert introduced(result) == [("load-balancer-open", "high", f"({LISTENER}.x)")]
    assert result.gaps_of_change() == ()
    planned = applied(*plan, on=estate(OFFICE))
    assert effects(planned, f"{BACK_ENDS}.x") == ["balancer-in"]
    [listener] = only(planned).listeners  # type: ignore[misc]
    reserved = HealthCheck(source=HealthCheckSource.RESERVED)
    assert listener.targets == (
        Target(kind="cvm", ports=(30080, 30080), weight=10, instance_id="ins-plan0001", health_check=reserved),
    )


def test_a_new_balancer_without_audited_back_ends_is_no_concern() -> None:
    for plan in (
        (new_balancer(security_groups=ref("local.groups")), new_listener()),
        (new_balancer(), new_listener(), new_back_ends("ins-outside1")),
    ):
        planned = applied(*plan, on=estate(OFFICE))
        assert planned.snapshot.load_balancers == ()
        assert codes(planned) == []


def test_groups_by_reference_are_a_gap_unless_they_are_trusted() -> None:
    groups = [ref("tencentcloud_security_group.blue.id")]
    plan = (security_group("blue"), new_balancer(security_groups=groups), new_listener(), new_back_ends("ins-plan0001"))
    assert codes(applied(*plan)) == [("list-by-reference", f"({BALANCER}.x)")]
    trusted = applied(*plan, trust=True)
    assert codes(trusted) == []
    assert only(trusted).security_groups == ("(tencentcloud_security_group.blue)",)


def test_a_group_of_a_balancer_that_was_not_read_is_a_gap() -> None:
    planned = applied(update(held(OTHER), security_groups=["sg-unread01"]), on=live(OTHER))
    assert codes(planned) == [("not-read", "sg-unread01")]


def test_the_order_of_the_groups_is_the_written_one() -> None:
    planned = applied(update(held(OTHER), security_groups=["sg-plan0001", OTHER]), on=live(OTHER))
    assert only(planned).security_groups == ("sg-plan0001", OTHER)


def test_an_attached_group_whose_position_matters_is_a_gap() -> None:
    denying = group(OTHER, ingress=(rule(0, "10.0.0.0/16", allow=False),))
    attach = Resource(
        type=GROUPS,
        name="x",
        actions=("create",),
        after={"id": COMPUTED, "security_group": "sg-plan0001", "load_balancer_ids": ["lb-plan0001"]},
    )
    on = replace(estate(denying), load_balancers=(balancer(OTHER),))
    bound = only(applied(attach, on=on)).security_groups
    assert isinstance(bound, Gap)
    assert bound.code == "list-order"
    assert only(applied(attach, on=live(OTHER))).security_groups == (OTHER, "sg-plan0001")


def test_an_unknown_back_end_is_a_gap_of_a_balancer_that_is_audited() -> None:
    pair = {"clb_id": "lb-plan0001", "listener_id": "lbl-plan0001"}
    planned = applied(new_back_ends(ref("local.machine"), **pair), on=live(OTHER))
    assert codes(planned) == [("path-unknown", f"({BACK_ENDS}.x)")]


def test_a_machine_by_reference_is_a_back_end() -> None:
    named = {"id": "ins-plan0002", "instance_name": "w"}
    machine = Resource(type="tencentcloud_instance", name="w", before=named, after=named)
    pair = {"clb_id": "lb-plan0001", "listener_id": "lbl-plan0001"}
    planned = applied(machine, new_back_ends(ref("tencentcloud_instance.w.id"), **pair), on=live(OTHER))
    assert codes(planned) == []
    [listener] = only(planned).listeners  # type: ignore[misc]
    assert [target.instance_id for target in listener.targets] == ["ins-plan0001", "ins-plan0002"]  # type: ignore[union-attr]


def test_what_is_deleted_resolves_its_findings() -> None:
    open_balancer = replace(live(), load_balancers=(replace(balancer(pass_to_target=True), security_groups=()),))
    balancer_out = Resource(type=BALANCER, name="x", actions=("delete",), before=held(pass_to_target=True))
    state = {"id": "lb-plan0001#lbl-plan0001", "listener_id": "lbl-plan0001", "clb_id": "lb-plan0001"}
    listener_out = Resource(type=LISTENER, name="x", actions=("delete",), before=state | {"port": 80})
    targets = [{"instance_id": "ins-plan0001", "eni_ip": "", "port": 30080, "weight": 10}]
    back_ends_out = Resource(type=BACK_ENDS, name="x", actions=("delete",), before=state | {"targets": targets})
    for gone in (balancer_out, listener_out, back_ends_out):
        assert resolved(gated(gone, on=open_balancer)) == 1


@pytest.mark.parametrize(
    "resource",
    [update(held(OTHER), security_groups=[]), new_back_ends("ins-plan0001", clb_id="lb-far", listener_id="lbl-far")],
    ids=["balancer", "back ends"],
)
def test_a_balancer_is_a_gap_where_balancers_were_not_read_unless_they_are_left_out(resource: Resource) -> None:
    unread = replace(estate(OFFICE), parts=())
    assert codes(applied(resource, on=unread)) == [("part-not-read", f"({resource.address})")]
    left_out = applied(resource, on=unread, left_out=(Part.LOAD_BALANCERS,))
    assert codes(left_out) == []
    assert [effect.message_id for one in left_out.resources for effect in one.effects] == ["change-effect-left-out"]


def test_a_change_in_the_rules_of_a_group_reaches_the_listeners_of_its_balancer() -> None:
    opened = {
        "id": OTHER,
        "security_group_id": OTHER,
        "ingress": ["ACCEPT#0.0.0.0/0#ALL#ALL"],
        "egress": ["ACCEPT#0.0.0.0/0#ALL#ALL"],
    }
    before = opened | {"ingress": ["ACCEPT#192.168.7.0/24#ALL#ALL"]}
    rules = Resource(
        type="tencentcloud_security_group_lite_rule", name="x", actions=("update",), before=before, after=opened
    )
    result = gated(rules, on=live(OTHER, pass_to_target=True))
    assert introduced(result) == [("load-balancer-open", "low", "lbl-plan0001")]
    assert change_of(result).resources[0].findings == change_of(result).introduced


def test_an_unknown_rule_of_the_group_of_a_balancer_is_a_gap() -> None:
    before = {"id": OTHER, "security_group_id": OTHER, "ingress": ["ACCEPT#192.168.7.0/24#ALL#ALL"], "egress": []}
    rules = Resource(
        type="tencentcloud_security_group_lite_rule",
        name="x",
        actions=("update",),
        before=before,
        after=before | {"ingress": ref("local.rules")},
    )
    result = gated(rules, on=live(OTHER, pass_to_target=True))
    assert "rules-unknown" in [gap.code for gap in result.gaps_of_change()]


def test_a_back_end_that_is_a_node_counts_whatever_vpc_the_balancer_names() -> None:
    far = new_balancer(vpc_id="vpc-elsewhere", load_balancer_pass_to_target=True)
    assert introduced(gated(far, new_listener(), new_back_ends("ins-plan0001"), on=estate(OFFICE))) == [
        ("load-balancer-open", "high", f"({LISTENER}.x)")
    ]


@pytest.mark.parametrize(
    ("protocol", "kind", "checks"),
    [
        ("TCP", None, Protocol.TCP),
        ("TCP", "HTTP", Protocol.TCP),
        ("TCP", "CUSTOM", Protocol.TCP),
        ("UDP", "CUSTOM", Protocol.UDP),
        ("UDP", "PING", None),
    ],
)
def test_the_health_check_of_a_listener_has_its_own_protocol(protocol: str, kind: str | None, checks: object) -> None:
    listener = new_listener(protocol=protocol, health_check_type=kind, health_check_port=8080)
    planned = applied(new_balancer(), listener, new_back_ends("ins-plan0001"))
    [made] = only(planned).listeners  # type: ignore[misc]
    check = HealthCheck(source=HealthCheckSource.RESERVED, protocol=checks, port=8080)  # type: ignore[arg-type]
    assert [target.health_check for target in made.targets] == [check]  # type: ignore[union-attr]


def test_a_health_check_that_is_switched_off_reaches_no_back_end() -> None:
    planned = applied(new_balancer(), new_listener(health_check_switch=False), new_back_ends("ins-plan0001"))
    [made] = only(planned).listeners  # type: ignore[misc]
    assert [target.health_check for target in made.targets] == [None]  # type: ignore[union-attr]


def test_a_range_of_ports_has_a_back_end_range_of_the_same_length() -> None:
    planned = applied(new_balancer(), new_listener(8000, end_port=8009), new_back_ends("ins-plan0001"))
    [made] = only(planned).listeners  # type: ignore[misc]
    assert (made.ports, made.targets[0].ports) == ((8000, 8009), (30080, 30089))  # type: ignore[index]


def test_an_address_of_a_node_or_pod_is_a_back_end_of_the_cluster() -> None:
    def behind(address: str) -> Planned:
        target = {"instance_id": None, "eni_ip": address, "port": 80, "weight": 10}
        back_ends = new_back_ends(targets=[target])
        return applied(new_balancer(), new_listener(), back_ends)

    assert behind("10.0.1.11").snapshot.load_balancers
    assert behind("172.16.3.4").snapshot.load_balancers
    assert behind("10.0.9.9").snapshot.load_balancers == ()
    assert behind("not an address").snapshot.load_balancers == ()


def test_a_public_address_opens_an_internal_balancer() -> None:
    internal = replace(balancer(pass_to_target=True), security_groups=(), is_public=False)
    after = {"id": COMPUTED, "eip_id": "eip-plan0001", "instance_id": "lb-plan0001"}
    address = Resource(type="tencentcloud_eip_association", name="x", actions=("create",), after=after)
    result = gated(address, on=replace(live(), load_balancers=(internal,)))
    assert introduced(result) == [("load-balancer-open", "low", "lbl-plan0001")]
    made = replace(address, after=after | {"instance_id": ref(f"{BALANCER}.x.id")})
    new = new_balancer(network_type="INTERNAL", load_balancer_pass_to_target=True)
    assert introduced(gated(new, new_listener(), new_back_ends("ins-plan0001"), on=estate(OFFICE))) == []
    assert introduced(gated(new, new_listener(), new_back_ends("ins-plan0001"), made, on=estate(OFFICE))) == [
        ("load-balancer-open", "high", f"({LISTENER}.x)")
    ]


TARGET_GROUP = "tencentcloud_clb_target_group_instance_attachment"
TARGET_GROUPS = "tencentcloud_clb_target_group_attachment"


def other(type_: str, **after: object) -> Resource:
    return Resource(type=type_, name="x", actions=("create",), after={"id": COMPUTED} | after)


@pytest.mark.parametrize(
    ("resource", "is_gap"),
    [
        (other(TARGET_GROUP, target_group_id="lbtg-1", bind_ip="10.0.1.11", port=80), True),
        (other(TARGET_GROUP, target_group_id="lbtg-1", bind_ip="172.16.3.4", port=80), True),
        (other(TARGET_GROUP, target_group_id="lbtg-1", bind_ip="10.0.9.9", port=80), False),
        (other(TARGET_GROUP, target_group_id="lbtg-1", bind_ip=ref("local.address"), port=80), True),
        (other(TARGET_GROUPS, clb_id="lb-plan0001", target_group_id="lbtg-1"), True),
        (other(TARGET_GROUPS, clb_id="lb-elsewhere", target_group_id="lbtg-1"), False),
        (other(TARGET_GROUPS, clb_id=ref("local.balancer"), target_group_id="lbtg-1"), True),
        (other(TARGET_GROUPS, clb_id=ref(f"{BALANCER}.x.id"), target_group_id="lbtg-1"), True),
    ],
)
def test_a_target_group_of_an_audited_balancer_or_back_end_is_a_gap(resource: Resource, *, is_gap: bool) -> None:
    planned = applied(new_balancer(), new_listener(), resource, on=live(OTHER))
    assert codes(planned) == ([("path-unknown", f"({resource.address})")] if is_gap else [])


def test_an_unknown_back_end_of_a_balancer_that_is_not_known_is_a_gap_unless_it_is_in_another_vpc() -> None:
    unknown = new_back_ends(ref("local.machine"), clb_id=ref("local.balancer"))
    assert codes(applied(unknown, on=live(OTHER))) == [("path-unknown", f"({BACK_ENDS}.x)")]
    elsewhere = new_back_ends(ref("local.machine"), clb_id="lb-elsewhere", listener_id="lbl-elsewhere")
    assert codes(applied(elsewhere, on=live(OTHER))) == []
    listener = new_back_ends(ref("local.machine"), clb_id="lb-plan0001", listener_id=ref("local.listener"))
    assert codes(applied(listener, on=live(OTHER))) == [("path-unknown", f"({BACK_ENDS}.x)")]
