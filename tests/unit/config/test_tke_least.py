"""The built-in baseline that requires what load balancers need, and no other NodePort."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from auditor.comparator.compare import compare
from auditor.config import baseline
from auditor.config.baseline_dump import dump
from auditor.errors import ConfigError
from auditor.model import addresses
from auditor.model.baseline import NamedNetwork, Policy
from auditor.model.clusters import Role
from auditor.model.codes import Code, GapKind, Part, Severity
from auditor.model.findings import RequirementResult, Result, Status
from auditor.model.gaps import Gap
from auditor.model.load_balancers import HealthCheck, HealthCheckSource, LoadBalancer
from auditor.model.packets import PacketSet
from auditor.model.regions import regions
from auditor.model.rules import Direction
from tests.balancers import balancer, checked, listener, target
from tests.builders import REGION, TODAY, cluster, group, node, rules, snapshot
from tests.unit.config.files import load_baseline

LEAST = baseline.load("tke-least")
HARDENED = baseline.load("tke-hardened")
POLICY = Policy(baseline=LEAST)
BASE = (("allow", "172.16.0.0/16"), ("allow", "10.0.0.0/16"))
WHOLE_ROW = ("allow", "0.0.0.0/0", "tcp", "30000-32768")


def judged(rules_of_nodes: tuple[tuple[str, ...], ...], *balancers: LoadBalancer, policy: Policy = POLICY) -> Result:
    nodes = group("sg-node", rules(*rules_of_nodes), rules(("allow", "172.16.0.0/16"), ("allow", "10.0.0.0/16")))
    clients = group("sg-lb", rules(("allow", "198.51.100.0/24", "tcp", "80")))
    estate = replace(snapshot((cluster(node("ins-1", "sg-node")),), (nodes, clients)), load_balancers=balancers)
    return compare(estate, policy, TODAY)


def row(result: Result) -> RequirementResult:
    (stack,) = result.clusters[0].stacks
    return next(one for one in stack.requirements if one.requirement.requirement_id == "node-ingress-listeners")


def text(packets: PacketSet) -> list[tuple[str, object, tuple[str, ...]]]:
    return [(str(region.protocol), region.ports, region.cidrs) for region in regions(packets)]


FROM_BALANCER = HealthCheck(source=HealthCheckSource.BALANCER)
WEB = listener(target("ins-1"))
ANY_CLIENT = ("tcp", ((31080, 31080),), ("0.0.0.0/0",))


@pytest.mark.parametrize(
    ("balancers", "required"),
    [
        pytest.param((balancer(WEB),), [ANY_CLIENT], id="public, without groups: any address"),
        pytest.param(
            (balancer(WEB, groups=("sg-lb",)),),
            [("tcp", ((31080, 31080),), ("198.51.100.0/24",))],
            id="the clients that its groups let in",
        ),
        pytest.param(
            (balancer(WEB, public=False),),
            [("tcp", ((31080, 31080),), ("10.0.0.0/16",))],
            id="internal: the cluster network",
        ),
        pytest.param((balancer(WEB, passes=True),), [], id="past the groups of the node: nothing"),
        pytest.param(
            (balancer(WEB, snat_addresses=("10.0.9.9",)),),
            [("tcp", ((31080, 31080),), ("10.0.9.9/32",))],
            id="the SNAT address",
        ),
        pytest.param(
            (
                balancer(
                    listener(checked(target("ins-1"), HealthCheck(source=HealthCheckSource.BALANCER))), public=False
                ),
            ),
            [("tcp", ((31080, 31080),), ("10.0.0.0/16", "203.0.113.10/32"))],
            id="health checks from the address of the balancer",
        ),
        pytest.param((), [], id="no load balancer"),
    ],
)
def test_exactly_what_listeners_send_to_the_node_is_required(
    balancers: tuple[LoadBalancer, ...], required: list[object]
) -> None:
    found = row(judged((*BASE, WHOLE_ROW), *balancers))
    assert text(found.required) == required
    assert found.status is (Status.MET if required else Status.NOT_APPLICABLE)


def test_a_listener_whose_clients_are_stopped_is_a_blocked_requirement() -> None:
    result = judged(BASE, balancer(WEB))
    (finding,) = [one for one in result.findings if one.requirement_id == "node-ingress-listeners"]
    assert (finding.code, finding.severity) == (Code.REQUIRED_TRAFFIC_BLOCKED, Severity.MEDIUM)
    assert row(result).status is Status.PARTIAL  # the cluster network gets in


def test_the_world_open_row_is_excess_except_for_what_a_listener_needs() -> None:
    (finding,) = [one for one in judged((*BASE, WHOLE_ROW), balancer(WEB)).findings if one.code is Code.EXCESS_ACCESS]
    assert [ports for _, ports, _ in text(finding.packets)] == [((30000, 31079), (31081, 32768))]
    assert finding.subject == "any/other"
    needed = ("allow", "0.0.0.0/0", "tcp", "31080")
    assert [one for one in judged((*BASE, needed), balancer(WEB)).findings if one.code is Code.EXCESS_ACCESS] == []


def test_without_the_load_balancers_nothing_passes() -> None:
    left_out = replace(POLICY, left_out=(Part.LOAD_BALANCERS,))
    for opened in ((*BASE, WHOLE_ROW), (("allow", "0.0.0.0/0"), ("allow", "::/0"))):
        result = judged(opened, balancer(WEB), policy=left_out)
        assert row(result).status is Status.UNKNOWN
        assert "ListenersLeftOut" in {gap.code for gap in result.clusters[0].gaps}
        assert not result.complete


def test_a_refused_list_of_load_balancers_leaves_the_row_unknown() -> None:
    refused = Gap(
        kind=GapKind.UNREAD,
        region=REGION,
        resource="vpc-11111111",
        service="clb",
        action="DescribeLoadBalancers",
        code="UnauthorizedOperation",
        message="denied",
    )
    nodes = group("sg-node", rules(*BASE))
    estate = replace(snapshot((cluster(node("ins-1", "sg-node")),), (nodes,)), gaps=(refused,))
    assert row(compare(estate, POLICY, TODAY)).status is Status.UNKNOWN


def test_other_rows_are_as_decided_as_ever_without_the_load_balancers() -> None:
    left_out = replace(POLICY, left_out=(Part.LOAD_BALANCERS,))
    (stack,) = judged(BASE, policy=left_out).clusters[0].stacks
    unknown = [one.requirement.requirement_id for one in stack.requirements if one.status is Status.UNKNOWN]
    assert unknown == ["node-ingress-listeners"]


def test_it_adds_the_rows_of_listeners_to_the_hardened_baseline_and_narrows_egress() -> None:
    own = {row.requirement_id: row for row in LEAST.requirements}
    parents = {row.requirement_id: row for row in HARDENED.requirements}
    assert own.keys() - parents.keys() == {
        "node-ingress-listeners",
        "master-ingress-listeners",
        "pod-ingress-listeners",
    }
    assert parents.keys() <= own.keys()
    changed = {name for name, row in parents.items() if own[name] != row}
    assert changed == {"node-egress", "master-egress", "pod-egress"}
    for name in changed:
        assert own[name].flow.networks == (NamedNetwork.CONTAINER, NamedNetwork.CLUSTER)
        assert own[name].flow.cidrs == ()


@pytest.mark.parametrize(
    ("address", "permitted"),
    [("183.60.83.19", True), ("169.254.0.23", True), ("100.64.3.4", True), ("10.0.9.9", True), ("8.8.8.8", False)],
)
def test_egress_reaches_the_cluster_and_the_services_of_the_cloud(address: str, permitted: bool) -> None:  # noqa: FBT001 - a value of the table
    (stack,) = judged(BASE).clusters[0].stacks
    assert (addresses.parse(address) <= stack.egress.permitted.addresses) is permitted


def test_it_can_be_written_and_read_again(tmp_path: Path) -> None:
    again = load_baseline(tmp_path, dump(LEAST))
    assert (again.requirements, again.digest) == (LEAST.requirements, LEAST.digest)


def test_listeners_are_sources_and_never_destinations(tmp_path: Path) -> None:
    change = "name: x\nextends: tke-least\nchange:\n  node-egress: {networks: [listeners]}\n"
    with pytest.raises(ConfigError):
        load_baseline(tmp_path, change)


def test_roles_of_the_rows_are_those_that_can_be_back_ends() -> None:
    rows = [row for row in LEAST.requirements if NamedNetwork.LISTENERS in row.flow.networks]
    assert [(row.role, row.direction) for row in rows] == [
        (role, Direction.INGRESS) for role in (Role.NODE, Role.MASTER, Role.POD)
    ]
