"""Load balancers as the reader builds them from the answers of the clb actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from auditor.fetcher import actions
from auditor.model.codes import Part
from auditor.model.gaps import Gap
from auditor.model.load_balancers import HealthCheck, HealthCheckSource, LoadBalancer, Target
from auditor.model.services import Protocol
from tests.loopback.balancers import BalancerRows, health_check, target
from tests.loopback.estate import Estate, Region
from tests.unit.fetcher.fake_cloud import FakeCloud, codes, read

Row = dict[str, Any]
NODE = target(30080, instance_id="ins-work0001", addresses=["10.0.0.2"])


def estate() -> tuple[Estate, Region, BalancerRows]:
    """A VPC with a cluster of one worker and with a load balancer that has no listener yet."""
    made = Estate()
    region = made.region()
    vpc = region.vpc("10.0.0.0/16", vpc_id="vpc-prod0001")
    subnet = region.subnet(vpc, "10.0.0.0/20", subnet_id="subnet-node0001")
    group = region.group(group_id="sg-node0001")
    cluster = region.cluster(vpc, cluster_cidr="172.16.0.0/16", cluster_id="cls-prod0001")
    cluster.worker(subnet, [group], node_id="ins-work0001")
    region.group(group_id="sg-front001")
    balancer = region.balancer(vpc, ["sg-front001"], cluster_id="cls-prod0001", balancer_id="lb-prod0001")
    return made, region, balancer


def only(made: Estate) -> LoadBalancer:
    (balancer,) = read(FakeCloud(made)).load_balancers
    return balancer


def targets(balancer: LoadBalancer) -> tuple[Target, ...]:
    assert isinstance(balancer.listeners, tuple)
    (listener,) = balancer.listeners
    assert isinstance(listener.targets, tuple)
    return listener.targets


def all_codes(made: Estate) -> list[tuple[str, str]]:
    return codes(read(FakeCloud(made)).all_gaps())


def test_order_of_back_ends_in_the_answer_does_not_matter() -> None:
    made, _, rows = estate()
    others = [target(30080, kind="CCN", addresses=[f"10.0.0.{number}"]) for number in (9, 8)]
    rows.listener(80, [NODE, *others])
    first = only(made)
    rows.targets[0]["Targets"].reverse()
    assert only(made) == first
    assert [item.addresses for item in targets(first)] == [("10.0.0.8",), ("10.0.0.9",), ("10.0.0.2",)]


def test_layer_4_listener_has_the_back_ends_of_the_listener() -> None:
    made, _, rows = estate()
    rows.listener(80, [NODE], listener_id="lbl-tcp00001")
    balancer = only(made)
    assert (balancer.load_balancer_id, balancer.vpc_id, balancer.is_public) == ("lb-prod0001", "vpc-prod0001", True)
    assert (balancer.security_groups, balancer.pass_to_target, balancer.cross_region) == (
        ("sg-front001",),
        False,
        False,
    )
    assert (balancer.addresses, balancer.cluster_ids) == (("203.0.113.80",), ("cls-prod0001",))
    assert isinstance(balancer.listeners, tuple)
    (listener,) = balancer.listeners
    assert (listener.kind, listener.protocol, listener.ports) == ("TCP", Protocol.TCP, (80, 80))
    assert listener.targets == (
        Target(
            kind="cvm",
            ports=(30080, 30080),
            weight=10,
            instance_id="ins-work0001",
            addresses=("10.0.0.2",),
            health_check=HealthCheck(source=HealthCheckSource.RESERVED, protocol=Protocol.TCP, port=None),
        ),
    )
    assert read(FakeCloud(made)).all_gaps() == ()


def test_layer_7_listener_has_the_back_ends_and_the_health_check_of_each_rule() -> None:
    made, _, rows = estate()
    web = rows.web_listener(443, kind="HTTPS")
    rows.rule(web, [NODE], check=health_check("HTTP", source=0))
    rows.rule(web, [NODE | {"Port": 30081}], check=health_check("GRPC", switch=0))
    assert [(item.ports, item.health_check) for item in targets(only(made))] == [
        ((30080, 30080), HealthCheck(source=HealthCheckSource.BALANCER, protocol=Protocol.TCP)),
        ((30081, 30081), None),
    ]


@pytest.mark.parametrize(
    ("port", "expected"),
    [(30000, (30000, 30009)), (0, (5000, 5009))],
    ids=["from the port of the back end", "those of the listener"],
)
def test_listener_with_a_range_of_ports_forwards_to_a_range(port: int, expected: tuple[int, int]) -> None:
    made, _, rows = estate()
    rows.listener(5000, [NODE | {"Port": port}], kind="UDP", end_port=5009, check=health_check("PING"))
    (made_target,) = targets(only(made))
    assert made_target.ports == expected
    assert made_target.health_check == HealthCheck(source=HealthCheckSource.RESERVED, protocol=None)


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (health_check("CUSTOM", port=9000), (Protocol.UDP, 9000, HealthCheckSource.RESERVED)),
        (health_check("CUSTOM", port=-1), (Protocol.UDP, None, HealthCheckSource.RESERVED)),
        (health_check("TCP") | {"SourceIpType": None}, (Protocol.TCP, None, HealthCheckSource.UNKNOWN)),
        (health_check("") | {"CheckType": None}, (None, None, HealthCheckSource.RESERVED)),
    ],
    ids=["port", "port of the back end", "source not told", "default of UDP"],
)
def test_health_check(check: Row, expected: tuple[Protocol | None, int | None, HealthCheckSource]) -> None:
    made, _, rows = estate()
    rows.listener(53, [NODE], kind="UDP", check=check)
    (made_target,) = targets(only(made))
    assert made_target.health_check is not None
    read_check = made_target.health_check
    assert (read_check.protocol, read_check.port, read_check.source) == expected
    assert all_codes(made) == []


@pytest.mark.parametrize("kind", ["CCN", "SRV", "EVM", "NAT", "GLOBALROUTE"])
def test_back_end_outside_the_vpc_keeps_its_address(kind: str) -> None:
    made, _, rows = estate()
    rows.listener(80, [target(8080, kind=kind, instance_id="something", addresses=["10.9.0.7"])])
    (made_target,) = targets(only(made))
    assert (made_target.kind, made_target.instance_id, made_target.addresses) == (kind.lower(), "", ("10.9.0.7",))
    assert all_codes(made) == []


def test_interface_in_the_place_of_the_machine_is_an_interface() -> None:
    made, _, rows = estate()
    rows.listener(80, [target(8080, kind="eni", instance_id="eni-pods0001", addresses=["10.0.64.7"])])
    (made_target,) = targets(only(made))
    assert (made_target.instance_id, made_target.interface_id) == ("", "eni-pods0001")


def test_target_group_is_read_once_for_all_its_listeners() -> None:
    made, region, rows = estate()
    group = region.target_group(NODE, group_id="lbtg-prod001")
    rows.listener(80, target_group=group)
    web = rows.web_listener(443)
    rows.rule(web, target_group=group)
    cloud = FakeCloud(made)
    (balancer,) = read(cloud).load_balancers
    assert isinstance(balancer.listeners, tuple)
    assert [[item.instance_id for item in listener.targets] for listener in balancer.listeners] == [  # type: ignore[union-attr]
        ["ins-work0001"],
        ["ins-work0001"],
    ]
    assert cloud.params(actions.TARGET_GROUP_INSTANCES) == [
        {"Filters": [{"Name": "TargetGroupId", "Values": ["lbtg-prod001"]}], "Offset": 0, "Limit": 100}
    ]


def test_target_group_with_more_back_ends_than_a_policy_shows_is_a_gap() -> None:
    made, region, rows = estate()
    rows.listener(80, target_group=region.target_group(NODE, group_id="lbtg-prod001"))
    cloud = FakeCloud(made)
    cloud.bend(actions.TARGET_GROUP_INSTANCES, lambda _params, answer: {**answer, "RealCount": 2})
    assert codes(read(cloud).all_gaps()) == [("lbtg-prod001", "PartialAnswer")]


def test_ipv6_nat64_snat_and_another_region() -> None:
    made, _, rows = estate()
    rows.row |= {"AddressIPVersion": "IPv6", "IPv6Mode": "IPv6Nat64", "AddressIPv6": "2402:4e00:2::80"}
    rows.row |= {"SnatPro": True, "SnatIps": [{"SubnetId": "subnet-node0001", "Ip": "10.0.0.9"}]}
    rows.row |= {"TargetRegionInfo": {"Region": "ap-shanghai", "VpcId": "vpc-else0001"}, "LoadBalancerVips": None}
    balancer = only(made)
    assert (balancer.ip_version, balancer.nat64, balancer.cross_region) == (6, True, True)
    assert (balancer.addresses, balancer.snat_addresses) == (("2402:4e00:2::80",), ("10.0.0.9",))
    assert all_codes(made) == []


def test_isolated_balancer_and_one_with_a_domain_name_count_as_any_other() -> None:
    made, _, rows = estate()
    rows.row |= {"Isolation": 1, "Status": 0, "LoadBalancerVips": [], "LoadBalancerDomain": "lb.example.com"}
    rows.listener(80, [NODE])
    balancer = only(made)
    assert (balancer.addresses, balancer.domain, len(targets(balancer))) == ((), "lb.example.com", 1)
    assert all_codes(made) == []


def test_classic_balancer_is_a_gap_only_with_back_ends() -> None:
    made, region, rows = estate()
    region.balancer("vpc-prod0001", classic=True, balancer_id="lb-clas0001")
    assert all_codes(made) == []
    region.balancers["lb-clas0001"].row["TargetCount"] = 1
    assert all_codes(made) == [("lb-clas0001", "ClassicLoadBalancer")]
    assert rows.balancer_id == "lb-prod0001"


def test_balancer_deleted_during_the_run_is_left_out() -> None:
    made, _, rows = estate()
    rows.listener(80, [NODE])
    cloud = FakeCloud(made)
    for action in (actions.LISTENERS, actions.TARGETS):
        cloud.fail(action, "InvalidParameter.LBIdNotFound")
    snapshot = read(cloud)
    assert (snapshot.load_balancers, snapshot.all_gaps()) == ((), ())


def test_balancer_that_only_one_call_does_not_find_is_a_gap() -> None:
    made, _, rows = estate()
    rows.listener(80, [NODE])
    cloud = FakeCloud(made)
    cloud.fail(actions.LISTENERS, "InvalidParameter.LBIdNotFound")
    snapshot = read(cloud)
    assert codes(snapshot.all_gaps()) == [("lb-prod0001", "InvalidParameter.LBIdNotFound")]
    assert isinstance(snapshot.load_balancers[0].listeners, Gap)


@pytest.mark.parametrize("action", [actions.LOAD_BALANCERS, actions.LISTENERS, actions.TARGETS])
def test_denied_call_is_one_gap_for_the_vpc(action: actions.ApiAction) -> None:
    made, region, rows = estate()
    second = region.balancer("vpc-prod0001", balancer_id="lb-prod0002")
    for balancer in (rows, second):
        balancer.listener(80, [NODE])
        balancer.listener(81, [NODE])
    cloud = FakeCloud(made)
    cloud.deny(action)
    (gap,) = read(cloud).all_gaps()
    assert (gap.resource, gap.code, gap.action) == ("vpc-prod0001", "UnauthorizedOperation", action.name)
    assert f"grant the CAM action {action.permission}, or leave the part out with `scope:" in gap.message
    assert "load_balancers: false" in gap.message


def test_denied_target_groups_are_one_gap_for_the_vpc() -> None:
    made, region, rows = estate()
    for port in (80, 81):
        rows.listener(port, target_group=region.target_group(NODE))
    cloud = FakeCloud(made)
    cloud.deny(actions.TARGET_GROUP_INSTANCES)
    assert codes(read(cloud).all_gaps()) == [("vpc-prod0001", "UnauthorizedOperation")]


def lose_targets(rows: BalancerRows) -> None:
    rows.targets.clear()


def lose_listener(rows: BalancerRows) -> None:
    rows.listeners.clear()


def lose_rule(rows: BalancerRows) -> None:
    rows.rule(rows.web_listener(443), [NODE])
    rows.targets[-1]["Rules"] = []


def lose_rule_of_the_listener(rows: BalancerRows) -> None:
    rows.rule(rows.web_listener(443), [NODE])
    rows.listeners[-1]["Rules"] = []


def use_polaris(rows: BalancerRows) -> None:
    rows.listeners[0]["TargetType"] = "POLARIS"


def forget_group(rows: BalancerRows) -> None:
    rows.listeners[0]["TargetType"] = "TARGETGROUP-V2"


def lose_every_name(rows: BalancerRows) -> None:
    rows.targets[0]["Targets"] = [target(80)]


def leave_the_ports(rows: BalancerRows) -> None:
    rows.targets[0]["Targets"] = [NODE | {"Port": 65536}]


def lose_groups(rows: BalancerRows) -> None:
    rows.row["SecureGroups"] = None


def move_away(rows: BalancerRows) -> None:
    rows.row["TargetRegionInfo"] = None


def number_the_network(rows: BalancerRows) -> None:
    """The network of the back ends as a number: it may be the load balancer's own VPC."""
    rows.row["TargetRegionInfo"] = {"Region": "ap-guangzhou", "VpcId": "1111113", "NumericalVpcId": 1111113}


@pytest.mark.parametrize(
    ("bend", "resource"),
    [
        (lose_targets, "lbl-00000001"),
        (lose_listener, "lb-prod0001"),
        (lose_rule, "lbl-00000002"),
        (lose_rule_of_the_listener, "lbl-00000002"),
        (use_polaris, "lbl-00000001"),
        (forget_group, "lbl-00000001"),
        (lose_every_name, "lbl-00000001"),
        (leave_the_ports, "lbl-00000001"),
        (lose_groups, "lb-prod0001"),
        (move_away, "lb-prod0001"),
        (number_the_network, "lb-prod0001"),
    ],
)
def test_answer_that_does_not_tell_everything_is_a_gap(bend: Callable[[BalancerRows], None], resource: str) -> None:
    made, _, rows = estate()
    rows.listener(80, [NODE])
    bend(rows)
    assert {found for found, _ in all_codes(made)} == {resource}


def test_rule_that_redirects_its_clients_has_no_back_ends() -> None:
    made, _, rows = estate()
    web = rows.web_listener(80)
    rows.rule(web, redirect_to="loc-else0001")
    rows.targets[-1]["Rules"] = []
    assert (targets(only(made)), all_codes(made)) == ((), [])


def test_balancers_are_read_by_vpc_and_the_oldest_first() -> None:
    made, region, rows = estate()
    rows.listener(80, [NODE])
    region.balancer(region.vpc("10.2.0.0/16", vpc_id="vpc-else0001"), balancer_id="lb-else0001").listener(80, [NODE])
    cloud = FakeCloud(made)
    snapshot = read(cloud)
    assert [balancer.load_balancer_id for balancer in snapshot.load_balancers] == ["lb-prod0001"]
    assert cloud.params(actions.LOAD_BALANCERS) == [
        {"VpcId": "vpc-prod0001", "OrderType": 0, "AdditionalFields": ["TargetCount"], "Offset": 0, "Limit": 100}
    ]
    assert cloud.count(actions.LISTENERS) == cloud.count(actions.TARGETS) == 1
    assert "sg-front001" in {group.security_group_id for group in snapshot.security_groups}


def test_long_list_is_read_to_its_end_with_two_calls_a_balancer() -> None:
    made, region, _ = estate()
    for number in range(129):
        region.balancer("vpc-prod0001", balancer_id=f"lb-many{number:04}").listener(80, [NODE])
    cloud = FakeCloud(made)
    snapshot = read(cloud)
    assert (len(snapshot.load_balancers), snapshot.all_gaps()) == (130, ())
    assert sorted(page["Offset"] for page in cloud.params(actions.LOAD_BALANCERS)) == [0, 100]
    assert cloud.count(actions.LISTENERS) == cloud.count(actions.TARGETS) == 130


def test_part_that_is_left_out_is_not_read() -> None:
    made, _, rows = estate()
    rows.listener(80, [NODE])
    cloud = FakeCloud(made)
    snapshot = read(cloud, left_out=(Part.LOAD_BALANCERS,))
    assert snapshot.load_balancers == ()
    assert Part.LOAD_BALANCERS not in snapshot.parts
    assert cloud.count(actions.LOAD_BALANCERS) == 0
    assert "sg-front001" not in {group.security_group_id for group in snapshot.security_groups}
