"""A complete estate, read through the real SDK from the loopback server without repeated calls."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Event

import pytest

from auditor.fetcher.actions import ACTIONS, TKE_REGIONS
from auditor.fetcher.clock import Cancelled, RunClock
from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.fetcher.rate_limit import SharedBudget
from auditor.model.clusters import Attachment, Cluster, Role
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.snapshot import Snapshot
from tests.estates import everything
from tests.loopback import faults
from tests.loopback.client import cluster, read, read_estate, transport
from tests.loopback.estate import Estate, Region
from tests.loopback.rules import Row
from tests.loopback.server import LoopbackServer
from tests.loopback.signature import Keys

REGION = "ap-guangzhou"
ALL = FetchRequest(regions=(REGION,))


@pytest.fixture(scope="module")
def whole() -> Iterator[tuple[Snapshot, LoopbackServer]]:
    with LoopbackServer(everything.build(), quotas=False) as server:
        yield read(server, FetchRequest(regions=("all",))), server


def bindings(found: Cluster, role: Role) -> dict[str, object]:
    return {node.node_id: node.security_groups for node in found.nodes if node.role is role}


def test_nothing_is_missing(whole: tuple[Snapshot, LoopbackServer]) -> None:
    snapshot, _ = whole
    assert snapshot.all_gaps() == ()
    assert snapshot.regions == (REGION,)
    assert [found.cluster_id for found in snapshot.clusters] == ["cls-inde0001", "cls-mana0001", "cls-serv0001"]


def test_every_action_is_called(whole: tuple[Snapshot, LoopbackServer]) -> None:
    _, server = whole
    called = {(call.service, call.version, call.action) for call in server.log.calls}
    expected = {(action.service, action.version, action.name) for action in ACTIONS if action is not TKE_REGIONS}
    assert called == expected


def test_no_call_is_refused_and_none_is_made_twice(whole: tuple[Snapshot, LoopbackServer]) -> None:
    _, server = whole
    assert server.log.refused() == []
    assert server.log.repeated() == []
    groups = Counter(call.params["SecurityGroupId"] for call in server.log.of("DescribeSecurityGroupPolicies"))
    assert groups == {
        "sg-gate0001": 1,
        "sg-node0001": 1,
        "sg-moni0001": 1,
        "sg-mast0001": 1,
        "sg-pods0001": 1,
        "sg-seco0001": 1,
    }


def test_workers_of_every_kind_are_read(whole: tuple[Snapshot, LoopbackServer]) -> None:
    managed = cluster(whole[0], "cls-mana0001")
    assert bindings(managed, Role.NODE) == {
        "ins-work0001": ("sg-node0001", "sg-moni0001"),
        "ins-work0002": ("sg-node0001", "sg-moni0001"),
        "np-nati0001-a": ("sg-node0001",),
    }
    assert bindings(managed, Role.MASTER) == {}


def test_masters_and_etcd_of_every_role_are_read(whole: tuple[Snapshot, LoopbackServer]) -> None:
    independent = cluster(whole[0], "cls-inde0001")
    assert bindings(independent, Role.MASTER) == {
        "ins-mast0001": ("sg-mast0001",),
        "ins-mast0002": ("sg-mast0001",),
        "ins-etcd0001": ("sg-mast0001",),
    }
    assert bindings(independent, Role.NODE) == {"ins-work0003": ("sg-node0001",)}


def test_next_nodes_of_pools_are_read(whole: tuple[Snapshot, LoopbackServer]) -> None:
    managed = cluster(whole[0], "cls-mana0001")
    assert {pool.node_pool_id: pool.security_groups for pool in managed.node_pools} == {
        "np-work0001": ("sg-node0001", "sg-moni0001"),
        "np-over0001": ("sg-node0001",),
        "np-nati0001": ("sg-node0001",),
        "asg-00000003": ("sg-moni0001",),
    }


def test_what_is_not_covered_is_counted(whole: tuple[Snapshot, LoopbackServer]) -> None:
    managed = cluster(whole[0], "cls-mana0001")
    assert {item.kind: item.count for item in managed.not_covered} == {
        "registered-node": 1,
        "registered-node-pool": 1,
    }


def laid(found: Cluster) -> dict[str, tuple[str, str, str, object, str]]:
    return {
        item.interface_id: (item.attachment, item.role, item.node_id, item.security_groups, item.exposure)
        for item in found.interfaces
    }


def test_further_interfaces_are_read(whole: tuple[Snapshot, LoopbackServer]) -> None:
    managed, independent = cluster(whole[0], "cls-mana0001"), cluster(whole[0], "cls-inde0001")
    assert laid(managed) == {
        "eni-seco0001": ("secondary", "node", "ins-work0001", ("sg-seco0001",), "internet"),
        "eni-supe0001": ("super-node-pods", "pod", "", ("sg-node0001",), "none-found"),
    }
    assert laid(independent) == {
        "eni-pods0001": ("pods", "pod", "ins-work0003", (), "none-found"),
        "eni-pods0002": ("pods", "pod", "ins-work0003", ("sg-pods0001",), "none-found"),
    }
    assert ("detached-interface", 1) in [(item.kind, item.count) for item in independent.not_covered]


def test_interfaces_of_a_vpc_are_listed_once(whole: tuple[Snapshot, LoopbackServer]) -> None:
    _, server = whole
    filters = [call.params["Filters"][0] for call in server.log.of("DescribeNetworkInterfaces")]
    assert [query["Values"] for query in filters if query["Name"] == "vpc-id"] == [["vpc-prod0001"]]


def test_what_the_next_pod_binds_is_read(whole: tuple[Snapshot, LoopbackServer]) -> None:
    bindings = {
        (each.source_id, each.attachment): each.security_groups
        for each in (*cluster(whole[0], "cls-mana0001").pod_bindings, *cluster(whole[0], "cls-inde0001").pod_bindings)
    }
    assert bindings == {
        ("np-supe0001", Attachment.SUPER_NODE_PODS): ("sg-node0001",),
        ("eniipamd", Attachment.PODS): (),
    }


def test_networks_are_read(whole: tuple[Snapshot, LoopbackServer]) -> None:
    managed, independent = cluster(whole[0], "cls-mana0001"), cluster(whole[0], "cls-inde0001")
    assert managed.networks.container.cidrs == ("172.16.0.0/16",)
    assert managed.networks.vpc.cidrs == ("10.0.0.0/16", "10.10.0.0/16")
    assert managed.networks.subnets.cidrs == ("10.0.1.0/24",)
    assert independent.networks.container.cidrs == ("10.0.64.0/20",)
    assert independent.networks.subnets.cidrs == ("10.0.1.0/24", "10.0.2.0/24", "10.0.64.0/20")


def test_groups_and_templates_that_rules_reach_are_read(whole: tuple[Snapshot, LoopbackServer]) -> None:
    snapshot, _ = whole
    rules = {
        group.security_group_id: len(group.ingress)
        for group in snapshot.security_groups
        if not isinstance(group.ingress, Gap)
    }
    assert rules == {
        "sg-gate0001": 1,
        "sg-mast0001": 17,
        "sg-moni0001": 1,
        "sg-node0001": 12,
        "sg-pods0001": 7,
        "sg-seco0001": 1,
    }
    assert [template.entries for template in snapshot.address_templates] == [
        ("203.0.113.0/24", "198.51.100.7", "192.0.2.10-192.0.2.20")
    ]
    assert [template.template_id for template in snapshot.service_templates] == ["ppm-webs0001"]
    assert [group.members for group in snapshot.template_groups] == [("ipm-offi0001",), ("ppm-webs0001",)]


def test_what_binds_a_group_is_read(whole: tuple[Snapshot, LoopbackServer]) -> None:
    found = whole[0].membership_by_id
    nodes = {member.instance_id for member in found[REGION, "sg-node0001"].members} - {""}
    assert nodes == {"ins-work0001", "ins-work0002", "ins-work0003", "ins-fore0001", "eks-nati0001"}
    sources = {address for member in found[REGION, "sg-bast0001"].members for address in member.addresses}
    assert sources == {"10.0.1.2"}


def test_session_token_is_enough() -> None:
    with LoopbackServer(everything.build(), keys=Keys(token="temporary-token"), quotas=False) as server:
        assert read(server).all_gaps() == ()


def test_named_cluster_is_read_alone() -> None:
    with LoopbackServer(everything.build(), quotas=False) as server:
        snapshot = read(server, FetchRequest(regions=(REGION,), cluster_ids=("cls-inde0001",)))
    assert [found.cluster_id for found in snapshot.clusters] == ["cls-inde0001"]
    assert snapshot.all_gaps() == ()
    assert {call.params.get("ClusterId", "cls-inde0001") for call in server.log.calls} == {"cls-inde0001"}


def test_named_cluster_that_is_nowhere_is_a_gap() -> None:
    with LoopbackServer(everything.build(), quotas=False) as server:
        snapshot = read(server, FetchRequest(regions=(REGION,), cluster_ids=("cls-inde0001", "cls-gone0001")))
    assert [(gap.resource, gap.kind) for gap in snapshot.all_gaps()] == [("cls-gone0001", GapKind.NOT_AUDITABLE)]
    assert [found.cluster_id for found in snapshot.clusters] == ["cls-inde0001"]


def test_region_without_clusters_is_a_gap() -> None:
    estate = Estate()
    estate.region("ap-shanghai")
    with LoopbackServer(estate, quotas=False) as server:
        snapshot = read(server, FetchRequest(regions=("ap-shanghai",)))
    assert [(gap.region, gap.kind) for gap in snapshot.all_gaps()] == [("ap-shanghai", GapKind.NOT_AUDITABLE)]
    assert snapshot.clusters == ()


def test_region_that_does_not_exist_is_a_gap_beside_the_others() -> None:
    with LoopbackServer(everything.build(), quotas=False) as server:
        snapshot = read(server, FetchRequest(regions=(REGION, "ap-nowhere")))
    assert [(gap.region, gap.code) for gap in snapshot.all_gaps()] == [("ap-nowhere", "UnsupportedRegion")]
    assert len(snapshot.clusters) == 3


@pytest.mark.parametrize("roles", [("MASTER", "ETCD"), ("MASTER",), ("ETCD",)])
def test_refused_role_is_no_gap_where_the_counts_are_reached_without_it(roles: tuple[str, ...]) -> None:
    estate = Estate()
    region = estate.region()
    subnet = region.subnet(region.vpc("10.0.0.0/16"), "10.0.1.0/24")
    group = region.group()
    made = region.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16", cluster_type="INDEPENDENT_CLUSTER")
    made.worker(subnet, [group])
    for _ in range(3):
        made.master(subnet, [group])
    made.refused_roles = roles
    snapshot = read_estate(estate)
    assert snapshot.all_gaps() == ()
    assert len(bindings(snapshot.clusters[0], Role.MASTER)) == 3


@pytest.mark.parametrize("role", ["MASTER", "ETCD", "MASTER_ETCD"])
def test_refused_role_that_hides_a_node_is_a_gap(role: str) -> None:
    estate = everything.build()
    estate.region().clusters["cls-inde0001"].refused_roles = (role,)
    snapshot = read_estate(estate)
    assert {gap.resource for gap in snapshot.all_gaps()} == {"cls-inde0001"}
    assert len(bindings(cluster(snapshot, "cls-inde0001"), Role.MASTER)) == 2


@pytest.mark.parametrize("count", ["ClusterMaterNodeNum", "ClusterNodeNum", "ClusterEtcdNodeNum"])
def test_count_that_is_not_reached_is_a_gap(count: str) -> None:
    estate = everything.build()
    estate.region().clusters["cls-inde0001"].row[count] += 2
    snapshot = read_estate(estate)
    assert [(gap.resource, gap.code) for gap in snapshot.all_gaps()] == [("cls-inde0001", "NodesMissing")]


def test_masters_of_a_managed_cluster_are_not_missed() -> None:
    estate = everything.build()
    estate.region().clusters["cls-mana0001"].row["ClusterMaterNodeNum"] = 3
    assert read_estate(estate).all_gaps() == ()


def test_etcd_that_runs_on_masters_may_be_counted_or_not() -> None:
    estate = everything.build()
    estate.region().clusters["cls-inde0001"].row["ClusterEtcdNodeNum"] = 1
    assert read_estate(estate).all_gaps() == ()


def test_group_that_is_gone_is_a_gap_of_its_own() -> None:
    estate = everything.build()
    del estate.region().policies["sg-moni0001"]
    estate.region().security_groups = [
        row for row in estate.region().security_groups if row["SecurityGroupId"] != "sg-moni0001"
    ]
    snapshot = read_estate(estate)
    assert {gap.resource.partition("/")[0] for gap in snapshot.all_gaps()} == {"sg-moni0001"}
    assert not isinstance(snapshot.group_by_id[REGION, "sg-node0001"].ingress, Gap)
    assert snapshot.group_by_id[REGION, "sg-node0001"].name == "tke-worker-security-for-cls-mana0001"


def test_instance_that_is_gone_is_a_gap_of_its_own() -> None:
    estate = everything.build()
    region = estate.region()
    region.instances = [row for row in region.instances if row["InstanceId"] != "ins-work0002"]
    snapshot = read_estate(estate)
    assert {gap.resource for gap in snapshot.all_gaps()} == {"ins-work0002"}
    assert bindings(cluster(snapshot, "cls-mana0001"), Role.NODE)["ins-work0001"] == ("sg-node0001", "sg-moni0001")


def test_quotas_hold_without_a_refusal() -> None:
    estate = Estate()
    region = estate.region()
    home, group = region.vpc("10.0.0.0/16"), region.group()
    subnet = region.subnet(home, "10.0.0.0/20")
    for number in range(25):
        region.cluster(home, cluster_cidr=f"172.17.{number}.0/24").worker(subnet, [group])
    clock = RunClock()
    with (
        LoopbackServer(estate) as server,
        transport(server.endpoint, budget=SharedBudget(clock), clock=clock) as live,
    ):
        snapshot = fetch(live, FetchRequest(regions=(REGION,)))
    assert snapshot.all_gaps() == ()
    assert server.log.refused() == []
    assert len(server.log.of("DescribeClusterInstances")) == 25
    assert server.log.peaks()["tke", "DescribeClusterInstances", REGION] <= 20


def change_row(rows: list[Row], **fields: object) -> None:
    rows[0].update(fields)


UNKNOWN_WORDS: dict[str, tuple[Callable[[Region], None], str]] = {
    "network type": (
        lambda region: region.clusters["cls-mana0001"].row.update(Property='{"NetworkType":"Warp"}'),
        "cls-mana0001",
    ),
    "kind of node": (
        lambda region: change_row(region.clusters["cls-mana0001"].nodes_2022, NodeType="Quantum", Regular=None),
        "ins-work0001",
    ),
    "kind of pool": (
        lambda region: change_row(region.clusters["cls-mana0001"].pools_2022[2:], Type="Quantum"),
        "np-nati0001",
    ),
    "protocol of a rule": (
        lambda region: change_row(region.policies["sg-node0001"]["Ingress"], Protocol="sctp"),
        "sg-node0001/ingress/0",
    ),
    "action of a rule": (
        lambda region: change_row(region.policies["sg-node0001"]["Egress"], Action="LOG"),
        "sg-node0001/egress/0",
    ),
    "entry of an address template": (
        lambda region: change_row(region.address_templates, AddressSet=["10.0.0.0/8", "the office"]),
        "ipm-offi0001/1",
    ),
    "entry of a service template": (
        lambda region: change_row(region.service_templates, ServiceSet=["tcp:80", "sctp:1"]),
        "ppm-webs0001/1",
    ),
    "type of a further block": (
        lambda region: change_row(region.assistant_cidrs, AssistantType=7),
        "vpc-prod0001",
    ),
}


@pytest.mark.parametrize("word", UNKNOWN_WORDS)
def test_unknown_word_is_a_gap_of_its_own(word: str) -> None:
    change, resource = UNKNOWN_WORDS[word]
    estate = everything.build()
    change(estate.region())
    snapshot = read_estate(estate)
    assert {gap.resource for gap in snapshot.all_gaps()} == {resource}
    assert len(snapshot.clusters) == 3


def test_interrupt_ends_a_fetch_that_waits_for_an_answer() -> None:
    cancel = Event()
    with LoopbackServer(everything.build(), quotas=False) as server:
        server.inject(faults.silence, "DescribeVpcs")
        server.inject(faults.after(cancel.set), "DescribeClusterNodePools")
        began = time.monotonic()
        with transport(server.endpoint, patience=30) as live, pytest.raises(Cancelled):
            fetch(live, ALL, cancel=cancel)
        assert time.monotonic() - began < 10  # the call itself would wait for 30
