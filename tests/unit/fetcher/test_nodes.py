"""How a run reads nodes of every kind, with their roles and the groups that they bind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from auditor.fetcher import actions
from auditor.model.clusters import Cluster, Exposure, Node, NodeKind, NotCovered, Role
from auditor.model.codes import Part
from auditor.model.gaps import Gap
from tests.loopback.clusters import ClusterRows
from tests.loopback.estate import Estate
from tests.loopback.rules import allow
from tests.unit.fetcher.fake_cloud import FakeCloud, Row, codes, error, read

SUBNET = "subnet-00000001"


def cluster(kind: str = "MANAGED_CLUSTER") -> tuple[Estate, ClusterRows]:
    made = Estate()
    region = made.region()
    vpc_id = region.vpc("10.0.0.0/16")
    region.subnet(vpc_id, "10.0.1.0/24")
    for _ in range(2):
        region.group()
    return made, region.cluster(vpc_id, cluster_cidr="172.16.0.0/16", cluster_type=kind)


def only(cloud: FakeCloud, left_out: tuple[Part, ...] = ()) -> Cluster:
    (cluster,) = read(cloud, left_out=left_out).clusters
    return cluster


def by_id(cluster: Cluster) -> dict[str, Node]:
    return {node.node_id: node for node in cluster.nodes}


def gap_of(node: Node) -> Gap:
    assert isinstance(node.security_groups, Gap)
    return node.security_groups


def test_worker_binds_what_its_machine_binds_in_that_order() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000002", "sg-00000001"], name="web", pool_id="np-x")
    assert only(FakeCloud(made)).nodes == (
        Node(
            node_id="ins-00000001",
            role=Role.NODE,
            kind=NodeKind.REGULAR,
            security_groups=("sg-00000002", "sg-00000001"),
            instance_id="ins-00000001",
            name="web",
            node_pool_id="np-x",
            subnet_id="subnet-00000001",
            addresses=("10.0.1.2",),
            exposure=Exposure.NONE_FOUND,
        ),
    )


@pytest.mark.parametrize(
    ("row", "exposure"),
    [
        ({"PublicIpAddresses": None}, Exposure.NONE_FOUND),
        ({"PublicIpAddresses": []}, Exposure.NONE_FOUND),
        ({"PublicIpAddresses": ["203.0.113.9"]}, Exposure.INTERNET),
        ({"PublicIpAddresses": None, "PublicIPv6Addresses": ["2001:db8::9"]}, Exposure.INTERNET),
        ({"PublicIpAddresses": None, "IPv6Addresses": ["2001:db8::9"]}, Exposure.NONE_FOUND),
        ({"PublicIpAddresses": 7}, Exposure.UNKNOWN),
        ({}, Exposure.UNKNOWN),
    ],
)
def test_machine_is_on_the_internet_by_its_public_addresses(row: dict[str, object], exposure: Exposure) -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    machine = made.region().instances[0]
    del machine["PublicIpAddresses"]
    machine.update(row)
    assert only(FakeCloud(made)).nodes[0].exposure is exposure


@pytest.mark.parametrize(
    ("address", "exposure"),
    [(None, Exposure.NONE_FOUND), ("", Exposure.NONE_FOUND), ("203.0.113.9", Exposure.INTERNET)],
)
def test_native_node_is_on_the_internet_by_its_public_address(address: str | None, exposure: Exposure) -> None:
    made, rows = cluster()
    rows.native(SUBNET, ["sg-00000001"])
    rows.nodes_2022[0]["Native"]["WanIp"] = address
    assert only(FakeCloud(made)).nodes[0].exposure is exposure


def test_machine_without_a_group_binds_nothing_and_that_was_read() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, [])
    assert only(FakeCloud(made)).nodes[0].security_groups == ()


def test_machine_whose_list_is_null_is_a_gap() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    made.region().instances[0]["SecurityGroupIds"] = None
    cloud = FakeCloud(made)
    cloud.bend(actions.INSTANCES, lambda params, answer: answer if "InstanceIds" in params else _nothing(answer))
    assert gap_of(only(cloud).nodes[0]).code == "NoGroupList"


def _nothing(_answer: Row) -> Row:
    return {"TotalCount": 0, "InstanceSet": []}


@pytest.mark.parametrize(
    ("role", "requested"),
    [
        ("MASTER_ETCD", ["MASTER_ETCD", "None"]),
        ("MASTER", ["ETCD", "MASTER", "MASTER_ETCD", "None"]),
        ("ETCD", ["ETCD", "MASTER", "MASTER_ETCD", "None"]),
    ],
)
def test_masters_of_an_independent_cluster_are_asked_for_by_role(role: str, requested: list[str]) -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    rows.master(SUBNET, ["sg-00000001"], role=role)
    if role == "ETCD":
        rows.master(SUBNET, ["sg-00000001"], role="MASTER")
    rows.worker(SUBNET, ["sg-00000002"])
    cloud = FakeCloud(made)
    cluster_read = only(cloud)
    assert by_id(cluster_read)["ins-00000001"].role is Role.MASTER
    assert cluster_read.nodes[-1].role is Role.NODE
    assert cluster_read.gaps == ()
    asked = [params.get("InstanceRole") for params in cloud.params(actions.CLUSTER_INSTANCES)]
    assert sorted(str(requested_role) for requested_role in asked) == requested


def versions(cloud: FakeCloud, rows: ClusterRows, change: Callable[[Row], Row] = dict) -> list[str]:
    """The versions of the node lists that a run asks for, with ``change`` to the answers of the 2022 list."""
    asked: list[str] = []

    def note_2018(_params: Mapping[str, object], answer: Row) -> Row:
        asked.append("2018")
        return answer

    def note_2022(_params: Mapping[str, object], answer: Row) -> Row:
        asked.append("2022")
        return change(answer)

    cloud.bend(actions.CLUSTER_INSTANCES, note_2018)
    cloud.bend(actions.CLUSTER_INSTANCES_2022, note_2022)
    assert {node.node_id for node in only(cloud).nodes} == {row["InstanceId"] for row in rows.nodes_2018}
    return asked


def test_one_version_suffices_where_it_lists_as_many_nodes_as_the_cluster_counts() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    rows.native(SUBNET, ["sg-00000002"])
    assert versions(FakeCloud(made), rows) == ["2022"]


@pytest.mark.parametrize("count", [None, 0, 1, 3])
def test_both_versions_are_read_where_the_count_is_another(count: int | None) -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    rows.native(SUBNET, ["sg-00000002"])
    rows.row["ClusterNodeNum"] = count
    assert versions(FakeCloud(made), rows) == ["2022", "2018"]


def test_both_versions_are_read_where_the_new_list_is_empty_like_the_count() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    rows.nodes_2022.clear()
    rows.row["ClusterNodeNum"] = 0
    assert versions(FakeCloud(made), rows) == ["2022", "2018"]


def test_both_versions_are_read_where_the_new_list_reports_errors() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    asked = versions(FakeCloud(made), rows, lambda answer: {**answer, "Errors": ["eks not support"]})
    assert asked == ["2022", "2018"]


def test_node_that_only_the_old_list_has_is_read() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    rows.worker(SUBNET, ["sg-00000002"])
    rows.nodes_2022.pop()
    assert versions(FakeCloud(made), rows) == ["2022", "2018"]


def test_machine_listed_under_two_ids_does_not_fill_the_count() -> None:
    made, rows = cluster()
    machine = rows.worker(SUBNET, ["sg-00000001"])
    rows.worker(SUBNET, ["sg-00000002"])
    rows.nodes_2022.pop()
    rows.native(SUBNET, ["sg-00000001"], machine_id=machine)
    rows.row["ClusterNodeNum"] = 2
    cloud = FakeCloud(made)
    cluster_read = only(cloud)
    assert "ins-00000002" in by_id(cluster_read)
    assert cloud.count(actions.CLUSTER_INSTANCES) == 2


def test_masters_of_a_managed_cluster_are_the_clouds_own() -> None:
    made, rows = cluster()
    rows.row["ClusterMaterNodeNum"] = 1
    cloud = FakeCloud(made)
    assert only(cloud).gaps == ()
    assert cloud.count(actions.CLUSTER_INSTANCES) == 2


def test_rows_that_say_worker_are_none_of_the_masters_that_were_asked_for() -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    rows.worker(SUBNET, ["sg-00000001"])
    rows.row.update(ClusterMaterNodeNum=1, ClusterEtcdNodeNum=0)
    cloud = FakeCloud(made)
    workers = [dict(row) for row in rows.nodes_2018]
    cloud.bend(
        actions.CLUSTER_INSTANCES,
        lambda params, answer: {"TotalCount": 1, "InstanceSet": workers} if "InstanceRole" in params else answer,
    )
    cluster_read = only(cloud)
    assert [node.role for node in cluster_read.nodes] == [Role.NODE]
    assert codes(cluster_read.gaps) == [("cls-00000001", "NodesMissing")]


@pytest.mark.parametrize("code", ["FailedOperation", "InternalError.Param", "UnsupportedOperation", "InvalidParameter"])
def test_a_role_refused_with_any_code_is_tolerated_where_the_counts_add_up(code: str) -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    rows.master(SUBNET, ["sg-00000001"])
    cloud = FakeCloud(made)

    def refuse(params: Mapping[str, object], answer: Row) -> Row:
        if params.get("InstanceRole") in ("MASTER", "ETCD"):
            raise error(actions.CLUSTER_INSTANCES, code)
        return answer

    cloud.bend(actions.CLUSTER_INSTANCES, refuse)
    assert only(cloud).gaps == ()


def test_node_that_is_worker_and_master_is_a_master() -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    master = rows.master(SUBNET, ["sg-00000001"])
    rows.nodes_2018.append({**rows.nodes_2018[0], "InstanceRole": "WORKER"})
    cluster_read = only(FakeCloud(made))
    assert [(node.node_id, node.role) for node in cluster_read.nodes] == [(master, Role.MASTER)]


def test_machine_that_is_worker_and_master_counts_as_a_worker_too() -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    node_id = rows.master(SUBNET, ["sg-00000001"])
    shown = rows.nodes_2018[-1]
    rows.nodes_2018.append({**shown, "InstanceRole": "WORKER"})
    rows.row["ClusterNodeNum"] = 1
    cluster_read = only(FakeCloud(made))
    assert [(node.node_id, node.role) for node in cluster_read.nodes] == [(node_id, Role.MASTER)]
    assert cluster_read.gaps == ()


def test_master_that_the_new_list_alone_shows_is_a_master() -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    rows.worker(SUBNET, ["sg-00000001"])
    rows.nodes_2018.clear()
    rows.nodes_2022[0]["InstanceRole"] = "MASTER_ETCD"
    assert only(FakeCloud(made)).nodes[0].role is Role.MASTER


def test_refused_roles_are_tolerated_where_the_counts_add_up() -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    rows.refused_roles = ("MASTER", "ETCD")
    rows.master(SUBNET, ["sg-00000001"])
    assert only(FakeCloud(made)).gaps == ()


def test_refused_roles_are_gaps_where_masters_are_missing() -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    rows.refused_roles = ("MASTER", "ETCD")
    rows.master(SUBNET, ["sg-00000001"])
    rows.row["ClusterMaterNodeNum"] = 3
    cluster_read = only(FakeCloud(made))
    assert sorted(code for _, code in codes(cluster_read.gaps)) == [
        "InvalidParameter.Param",
        "InvalidParameter.Param",
        "NodesMissing",
    ]


def test_refused_roles_are_gaps_where_the_cluster_has_no_count() -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    rows.refused_roles = ("ETCD",)
    rows.master(SUBNET, ["sg-00000001"])
    rows.row["ClusterMaterNodeNum"] = None
    assert codes(only(FakeCloud(made)).gaps) == [("cls-00000001", "InvalidParameter.Param")]


def test_refused_usual_role_is_a_gap_always() -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    rows.refused_roles = ("MASTER_ETCD",)
    rows.master(SUBNET, ["sg-00000001"], role="MASTER")
    assert codes(only(FakeCloud(made)).gaps) == [("cls-00000001", "InvalidParameter.Param")]


def test_fewer_masters_than_counted_is_a_gap() -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    rows.master(SUBNET, ["sg-00000001"])
    rows.row["ClusterMaterNodeNum"] = 3
    (gap,) = only(FakeCloud(made)).gaps
    assert (gap.code, gap.resource) == ("NodesMissing", "cls-00000001")
    assert gap.message == "cls-00000001 has 3 Masters by its own count and 1 were listed: the others are unknown"


def test_etcd_machines_do_not_stand_in_for_missing_masters() -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    for _ in range(3):
        rows.master(SUBNET, ["sg-00000001"], role="ETCD")
    rows.row["ClusterMaterNodeNum"] = 3
    assert codes(only(FakeCloud(made)).gaps) == [("cls-00000001", "NodesMissing")]


def test_masters_that_run_etcd_too_satisfy_both_counts() -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    for _ in range(3):
        rows.master(SUBNET, ["sg-00000001"])
    rows.row["ClusterEtcdNodeNum"] = 3
    assert only(FakeCloud(made)).gaps == ()


def test_independent_cluster_without_any_master_is_a_gap_whatever_it_counts() -> None:
    made, rows = cluster("INDEPENDENT_CLUSTER")
    rows.row["ClusterMaterNodeNum"] = 0
    assert codes(only(FakeCloud(made)).gaps) == [("cls-00000001", "NodesMissing")]


def test_fewer_workers_than_counted_is_a_gap_and_those_listed_are_kept() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    rows.row["ClusterNodeNum"] = 2
    cluster_read = only(FakeCloud(made))
    assert (len(cluster_read.nodes), codes(cluster_read.gaps)) == (1, [("cls-00000001", "NodesMissing")])
    assert codes(cluster_read.networks.subnets.gaps) == [("cls-00000001", "NodesMissing")]


def test_more_workers_than_counted_is_no_gap() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    rows.row["ClusterNodeNum"] = 0
    assert only(FakeCloud(made)).gaps == ()


def test_native_node_binds_what_the_new_list_says() -> None:
    made, rows = cluster()
    rows.native(SUBNET, ["sg-00000002", "sg-00000001"], pool_id="np-x", node_id="np-x-1")
    (node,) = only(FakeCloud(made)).nodes
    assert (node.kind, node.security_groups) == (NodeKind.NATIVE, ("sg-00000002", "sg-00000001"))
    assert (node.instance_id, node.addresses, node.node_pool_id) == ("eks-00000001", ("10.0.1.2",), "np-x")


def test_ids_that_cvm_does_not_take_are_never_sent_to_it() -> None:
    made, rows = cluster()
    rows.native(SUBNET, ["sg-00000001"])
    rows.worker(SUBNET, ["sg-00000001"])
    cloud = FakeCloud(made)
    read(cloud)
    assert [params["InstanceIds"] for params in cloud.params(actions.INSTANCES) if "InstanceIds" in params] == [
        ["ins-00000001"]
    ]


def test_native_node_that_names_no_groups_is_asked_for_as_the_cvm_that_it_is() -> None:
    made, rows = cluster()
    rows.native(SUBNET, ["sg-00000001"], node_id="np-x-1", machine_id="ins-native")
    rows.nodes_2022[0]["Native"]["SecurityGroupIDs"] = None
    (node,) = only(FakeCloud(made)).nodes
    assert (node.node_id, node.security_groups) == ("np-x-1", ("sg-00000001",))


def test_native_node_that_is_a_cvm_binds_what_the_cvm_binds_and_a_difference_is_said() -> None:
    made, rows = cluster()
    rows.native(SUBNET, ["sg-00000001"], node_id="np-x-1", machine_id="ins-native")
    made.region().instances[0]["SecurityGroupIds"] = ["sg-00000002", "sg-00000001"]
    made.region().interfaces[0]["GroupSet"] = ["sg-00000002", "sg-00000001"]
    cluster_read = only(FakeCloud(made))
    assert cluster_read.nodes[0].security_groups == ("sg-00000002", "sg-00000001")
    assert codes(cluster_read.gaps) == [("np-x-1", "GroupListsDiffer")]
    assert cluster_read.gaps[0].message == (
        "np-x-1 binds sg-00000002, sg-00000001 as the CVM ins-native and sg-00000001 by the list of nodes: "
        "which of them counts is unknown"
    )


def test_native_node_that_cvm_does_not_know_binds_what_the_new_list_says() -> None:
    made, rows = cluster()
    rows.native(SUBNET, ["sg-00000001"], node_id="np-x-1", machine_id="ins-native")
    made.region().instances.clear()
    cluster_read = only(FakeCloud(made))
    assert (cluster_read.nodes[0].security_groups, cluster_read.gaps) == (("sg-00000001",), ())


def test_native_node_that_names_no_groups_and_is_no_cvm_is_a_gap() -> None:
    made, rows = cluster()
    rows.native(SUBNET, ["sg-00000001"], node_id="np-x-1")
    rows.nodes_2022[0]["Native"]["SecurityGroupIDs"] = None
    assert codes([gap_of(only(FakeCloud(made)).nodes[0])]) == [("np-x-1", "NoGroupList")]


def test_native_node_listed_under_its_cvm_too_counts_once() -> None:
    made, rows = cluster()
    rows.native(SUBNET, ["sg-00000001"], node_id="np-x-1", machine_id="ins-native")
    rows.nodes_2018.append({**rows.nodes_2018[0], "InstanceId": "ins-native"})
    rows.row["ClusterNodeNum"] = None
    assert [node.node_id for node in only(FakeCloud(made)).nodes] == ["np-x-1"]


def test_native_node_that_the_old_list_alone_shows_is_a_gap() -> None:
    made, rows = cluster()
    rows.native(SUBNET, ["sg-00000001"], node_id="np-x-1")
    rows.nodes_2022.clear()
    (node,) = only(FakeCloud(made)).nodes
    assert node.kind is NodeKind.NATIVE
    assert gap_of(node).message == "no list says what kind of node np-x-1 is: its groups are unknown"


def test_failed_new_list_leaves_native_nodes_unknown_and_workers_known() -> None:
    made, rows = cluster()
    rows.native(SUBNET, ["sg-00000001"], node_id="np-x-1")
    rows.worker(SUBNET, ["sg-00000002"])
    cloud = FakeCloud(made)
    cloud.fail(actions.CLUSTER_INSTANCES_2022, "InternalError.Db")
    cluster_read = only(cloud)
    assert gap_of(by_id(cluster_read)["np-x-1"]).code == "InternalError.Db"
    assert by_id(cluster_read)["ins-00000001"].security_groups == ("sg-00000002",)
    assert codes(cluster_read.gaps) == [("cls-00000001", "InternalError.Db")]


def test_errors_beside_rows_are_a_gap_and_the_rows_count() -> None:
    made, rows = cluster()
    rows.native(SUBNET, ["sg-00000001"], node_id="np-x-1")
    cloud = FakeCloud(made)
    cloud.bend(actions.CLUSTER_INSTANCES_2022, lambda _params, answer: {**answer, "Errors": ["eks not support"]})
    cluster_read = only(cloud)
    assert (len(cluster_read.nodes), codes(cluster_read.gaps)) == (1, [("cls-00000001", "PartialAnswer")])
    assert "eks not support" in cluster_read.gaps[0].message


def test_worker_that_the_new_list_alone_shows_counts() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    rows.nodes_2018.clear()
    assert [node.node_id for node in only(FakeCloud(made)).nodes] == ["ins-00000001"]


def test_registered_nodes_are_counted_as_not_covered_and_super_nodes_without_a_pool_leave_a_gap() -> None:
    made, rows = cluster()
    rows.super_node(SUBNET)
    rows.super_node(SUBNET)
    rows.registered_node()
    cluster_read = only(FakeCloud(made))
    assert cluster_read.not_covered == (NotCovered(kind="registered-node", count=1),)
    assert [(gap.code, gap.resource, gap.action) for gap in cluster_read.gaps] == [
        ("NoPodGroups", "cls-00000001", "DescribeNodePools")
    ]


def test_super_and_registered_nodes_are_counted_as_not_covered_if_pods_are_left_out() -> None:
    made, rows = cluster()
    rows.super_node(SUBNET)
    rows.super_node(SUBNET)
    rows.registered_node()
    cluster_read = only(FakeCloud(made), left_out=(Part.PODS,))
    assert (cluster_read.nodes, cluster_read.gaps) == ((), ())
    assert cluster_read.not_covered == (
        NotCovered(kind="registered-node", count=1),
        NotCovered(kind="super-node", count=2),
    )


def test_node_of_an_unknown_kind_is_a_gap_and_read_as_the_cvm_that_it_is() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    rows.nodes_2022[0]["NodeType"] = "Quantum"
    cluster_read = only(FakeCloud(made))
    assert cluster_read.nodes[0].security_groups == ("sg-00000001",)
    assert codes(cluster_read.gaps) == [("ins-00000001", "UnknownNodeType")]


def test_node_of_an_unknown_kind_that_is_no_cvm_binds_who_knows_what() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    rows.nodes_2018.clear()
    rows.nodes_2022[0].update(NodeType=None, Regular=None, InstanceId="qtm-a")
    assert codes([gap_of(only(FakeCloud(made)).nodes[0])]) == [("qtm-a", "UnknownNodeType")]


def test_node_whose_machine_cvm_does_not_know_is_a_gap() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    made.region().instances.clear()
    (node,) = only(FakeCloud(made)).nodes
    assert codes([gap_of(node)]) == [("ins-00000001", "InstanceNotFound")]
    assert node.addresses == ("10.0.1.2",)


def test_machines_are_looked_up_a_hundred_at_a_time() -> None:
    made, rows = cluster()
    for _ in range(150):
        rows.worker(SUBNET, ["sg-00000001"])
    cloud = FakeCloud(made)
    assert len(only(cloud).nodes) == 150
    batches = [params for params in cloud.params(actions.INSTANCES) if "InstanceIds" in params]
    assert sorted(len(params["InstanceIds"]) for params in batches) == [50, 100]
    assert {params["Limit"] for params in batches} == {100}


def test_one_malformed_id_does_not_lose_the_batch() -> None:
    made, rows = cluster()
    for _ in range(4):
        rows.worker(SUBNET, ["sg-00000001"])
    cloud = FakeCloud(made)

    def refuse_one(params: Mapping[str, object], answer: Row) -> Row:
        wanted: Any = params.get("InstanceIds", [])
        if "ins-00000003" in wanted:
            raise error(actions.INSTANCES, "InvalidInstanceId.Malformed")
        return answer

    cloud.bend(actions.INSTANCES, refuse_one)
    nodes = by_id(only(cloud))
    assert [node_id for node_id, node in nodes.items() if isinstance(node.security_groups, Gap)] == ["ins-00000003"]
    assert codes([gap_of(nodes["ins-00000003"])]) == [("ins-00000003", "InvalidInstanceId.Malformed")]


def test_denied_machines_leave_one_gap_for_all_and_its_permission() -> None:
    made, rows = cluster()
    for _ in range(3):
        rows.worker(SUBNET, ["sg-00000001"])
    cloud = FakeCloud(made)
    cloud.deny(actions.INSTANCES)
    gaps = {gap_of(node) for node in only(cloud).nodes}
    (gap,) = gaps
    assert (gap.resource, gap.code, gap.cluster_id) == ("cls-00000001", "UnauthorizedOperation", "cls-00000001")
    assert gap.message == (
        "groups and addresses of 3 ids from ins-00000001 to ins-00000003 are unknown: cvm:DescribeInstances in"
        " ap-guangzhou failed with UnauthorizedOperation: said the cloud; grant the CAM action cvm:DescribeInstances"
    )
    assert sum(1 for params in cloud.params(actions.INSTANCES) if "InstanceIds" in params) == 1


def test_repeated_rows_count_once_and_lost_ones_are_noticed() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    rows.worker(SUBNET, ["sg-00000001"])
    rows.nodes_2018[1] = rows.nodes_2018[0]
    rows.nodes_2022[1] = rows.nodes_2022[0]
    cluster_read = only(FakeCloud(made))
    assert len(cluster_read.nodes) == 1
    assert {code for _, code in codes(cluster_read.gaps)} == {"PartialAnswer", "NodesMissing"}


def test_native_address_that_is_none_is_a_gap_where_a_rule_names_its_group() -> None:
    made, rows = cluster()
    rows.native(SUBNET, ["sg-00000001"], node_id="np-x-1")
    rows.nodes_2018.clear()
    rows.nodes_2022[0].update(LanIP="10.0.0.x")
    rows.nodes_2022[0]["Native"]["LanIp"] = "10.0.0.x"
    snapshot = read(FakeCloud(made))
    assert (snapshot.clusters[0].nodes[0].addresses, snapshot.all_gaps()) == ((), ())
    made.region().policies["sg-00000001"]["Ingress"] = [{**allow("tcp", "80", "sg-00000001"), "PolicyIndex": 0}]
    made.region().policies["sg-00000001"]["PolicyStatistics"] = None
    assert codes(read(FakeCloud(made)).memberships[0].gaps) == [("np-x-1", "UnreadableAddress")]


def test_native_node_without_an_address_yet_is_no_gap() -> None:
    made, rows = cluster()
    rows.native(SUBNET, ["sg-00000001"], node_id="np-x-1")
    for row in (*rows.nodes_2018, *rows.nodes_2022):
        row["LanIP"] = None
    rows.nodes_2022[0]["Native"]["LanIp"] = ""
    assert only(FakeCloud(made)).gaps == ()


def test_null_list_beside_a_count_of_zero_is_empty() -> None:
    made, _ = cluster()
    cloud = FakeCloud(made)
    for action, key in (
        (actions.CLUSTER_INSTANCES, "InstanceSet"),
        (actions.CLUSTER_INSTANCES_2022, "InstanceSet"),
        (actions.NODE_POOLS_2022, "NodePools"),
        (actions.CLUSTER_AS_GROUPS, "ClusterAsGroupSet"),
    ):
        cloud.bend(action, lambda _params, answer, key=key: {**answer, key: None})  # type: ignore[misc]
    assert read(cloud).all_gaps() == ()


def test_null_list_without_a_count_was_not_read() -> None:
    made, _ = cluster()
    cloud = FakeCloud(made)
    cloud.bend(actions.CLUSTER_INSTANCES, lambda _params, _answer: {"InstanceSet": None})
    assert codes(only(cloud).gaps) == [("cls-00000001", "UnexpectedAnswer")]


def test_machine_that_a_short_answer_leaves_out_is_unknown_and_the_others_are_kept() -> None:
    made, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    rows.worker(SUBNET, ["sg-00000001"])
    cloud = FakeCloud(made)

    def lose_one(params: Mapping[str, object], answer: Row) -> Row:
        kept = [row for row in answer["InstanceSet"] if row["InstanceId"] != "ins-00000002"]
        return {**answer, "InstanceSet": kept} if "InstanceIds" in params else answer

    cloud.bend(actions.INSTANCES, lose_one)
    nodes = by_id(only(cloud))
    assert nodes["ins-00000001"].security_groups == ("sg-00000001",)
    assert gap_of(nodes["ins-00000002"]).code == "PartialAnswer"
