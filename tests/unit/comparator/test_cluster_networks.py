"""The networks of a cluster as address sets, and the stacks of its nodes and pools."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.comparator.cluster_networks import resolve_networks
from auditor.comparator.resolve import Resolver
from auditor.comparator.stacks import Decisions, Stack, stacks
from auditor.model import addresses
from auditor.model.baseline import ClusterNetwork, FlowPattern, NamedNetwork
from auditor.model.clusters import Cluster, Exposure, Network, NetworkMode, Networks, NodeKind, Role
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.packets import NOTHING, UNIVERSE
from auditor.model.rules import Direction
from auditor.model.services import EVERYTHING
from tests.builders import REGION, cluster, group, land, node, pool, rules, snapshot

GAP = Gap(kind=GapKind.UNREAD, region=REGION, resource="subnet-1", code="Denied", message="refused")


def named(networks: Networks, name: NamedNetwork, meaning: ClusterNetwork = ClusterNetwork.VPC) -> tuple[str, ...]:
    """The certain addresses of a network, as blocks."""
    return addresses.cidrs(resolve_networks(cluster(networks=networks), meaning).named[name].certain)


@pytest.mark.parametrize(
    ("meaning", "cidrs"), [(ClusterNetwork.VPC, ("10.0.0.0/16",)), (ClusterNetwork.NODE_SUBNETS, ("10.0.1.0/24",))]
)
def test_the_configuration_chooses_the_cluster_network(meaning: ClusterNetwork, cidrs: tuple[str, ...]) -> None:
    assert named(land(), NamedNetwork.CLUSTER, meaning) == cidrs
    assert named(land(), NamedNetwork.CONTAINER, meaning) == ("172.16.0.0/16",)
    assert named(land(), NamedNetwork.SUBNETS, meaning) == ("10.0.1.0/24",)


def test_a_network_that_was_not_wholly_read_could_be_any_private_block() -> None:
    networks = replace(land(), subnets=Network(cidrs=("10.0.1.0/24",), gaps=(GAP,)))
    resolved = resolve_networks(cluster(networks=networks), ClusterNetwork.VPC)
    bounds = resolved.named[NamedNetwork.SUBNETS]
    assert addresses.cidrs(bounds.certain) == ("10.0.1.0/24",)
    possible = [addresses.point_of(text) in bounds.possible for text in ("172.16.0.1", "9.0.0.1", "203.0.113.9")]
    assert possible == [True, True, False]
    assert resolved.gaps == {GAP}


def test_pods_of_an_overlay_send_no_packets_of_their_own() -> None:
    from_pods = FlowPattern(services=EVERYTHING, networks=(NamedNetwork.CONTAINER,))
    overlay, routed = (
        resolve_networks(cluster(mode=mode), ClusterNetwork.VPC)
        for mode in (NetworkMode.CILIUM_OVERLAY, NetworkMode.GLOBAL_ROUTER)
    )
    assert not overlay.applies(from_pods, UNIVERSE)
    assert routed.applies(from_pods, UNIVERSE)
    assert not routed.applies(from_pods, NOTHING)


def test_a_flow_has_the_addresses_of_networks_and_blocks_together() -> None:
    flow = FlowPattern(services=EVERYTHING, networks=(NamedNetwork.SUBNETS,), cidrs=("203.0.113.0/24",))
    bounds = resolve_networks(cluster(), ClusterNetwork.VPC).addresses(flow)
    assert addresses.cidrs(bounds.certain) == ("10.0.1.0/24", "203.0.113.0/24")
    assert bounds.certain == bounds.possible


def listed(of_cluster: Cluster) -> list[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    return [(stack.role, stack.security_groups, stack.nodes, stack.node_pools) for stack in stacks(of_cluster)]


def test_nodes_and_pools_of_one_list_are_one_stack_and_the_order_of_groups_matters() -> None:
    machines = cluster(
        node("ins-2", "sg-a", "sg-b"), node("ins-1", "sg-a", "sg-b"), node("ins-3", "sg-b", "sg-a"),
        pools=(pool("np-1", "sg-a", "sg-b"),),
    )  # fmt: skip
    assert listed(machines) == [
        ("node", ("sg-a", "sg-b"), ("ins-1", "ins-2"), ("np-1",)),
        ("node", ("sg-b", "sg-a"), ("ins-3",), ()),
    ]


def test_masters_have_stacks_of_their_own() -> None:
    machines = cluster(node("ins-1", "sg-a"), node("ins-2", "sg-a", role=Role.MASTER))
    assert listed(machines) == [("master", ("sg-a",), ("ins-2",), ()), ("node", ("sg-a",), ("ins-1",), ())]


def test_a_node_whose_list_was_not_read_is_in_no_stack() -> None:
    assert listed(cluster(replace(node("ins-1"), security_groups=GAP))) == []


@pytest.mark.parametrize(
    ("exposures", "exposure"),
    [
        ((Exposure.NONE_FOUND, Exposure.INTERNET), Exposure.INTERNET),
        ((Exposure.NONE_FOUND, Exposure.NONE_FOUND), Exposure.NONE_FOUND),
        ((Exposure.NONE_FOUND, Exposure.UNKNOWN), Exposure.UNKNOWN),
    ],
)
def test_a_stack_is_as_exposed_as_its_most_exposed_machine(exposures: tuple[Exposure, ...], exposure: Exposure) -> None:
    machines = [replace(node(f"ins-{number}", "sg-a"), exposure=each) for number, each in enumerate(exposures)]
    [stack] = stacks(cluster(*machines))
    assert stack.exposure is exposure


def _decisions(*machines: Cluster) -> tuple[Decisions, Stack]:
    [stack] = stacks(machines[0])
    return Decisions(Resolver(snapshot(machines, [group("sg-a")]))), stack


def test_a_cvm_without_a_group_lets_everything_pass() -> None:
    decisions, stack = _decisions(cluster(node("ins-1")))
    assert stack.unfiltered
    assert decisions.of(stack, Direction.INGRESS).allowed == UNIVERSE


def test_everything_is_undecided_for_a_native_node_without_a_group() -> None:
    native = replace(node("np-1-a"), kind=NodeKind.NATIVE)
    decisions, stack = _decisions(cluster(native))
    assert stack.undocumented == ("np-1-a",)
    assert not stack.unfiltered
    assert decisions.of(stack, Direction.INGRESS).undecided == UNIVERSE
    assert decisions.of(stack, Direction.INGRESS).allowed == NOTHING


def test_documented_nodes_are_decided_apart_from_undocumented_ones() -> None:
    native = replace(node("np-1-a"), kind=NodeKind.NATIVE)
    decisions, stack = _decisions(cluster(node("ins-1"), native))
    assert decisions.of(stack, Direction.INGRESS).undecided == UNIVERSE
    assert decisions.documented(stack, Direction.INGRESS).allowed == UNIVERSE


def test_a_group_without_rules_lets_nothing_pass() -> None:
    decisions, stack = _decisions(cluster(node("ins-1", "sg-a")))
    assert decisions.of(stack, Direction.INGRESS).denied == UNIVERSE


def test_lists_of_equal_rules_are_decided_once() -> None:
    groups = [group(name, rules(("allow", "10.0.0.0/8", "tcp", "22"))) for name in ("sg-a", "sg-b")]
    groups.append(group("sg-c", rules(("deny", "10.0.0.0/8", "tcp", "22"))))
    decisions = Decisions(Resolver(snapshot([], groups, [])))
    one, other, different = (next(iter(stacks(cluster(node("ins-1", name))))) for name in ("sg-a", "sg-b", "sg-c"))
    assert decisions.of(one, Direction.INGRESS) is decisions.of(other, Direction.INGRESS)
    assert decisions.of(one, Direction.INGRESS) is not decisions.of(different, Direction.INGRESS)
    assert [line.security_group_id for line in decisions.lines(other, Direction.INGRESS)] == ["sg-b"]
