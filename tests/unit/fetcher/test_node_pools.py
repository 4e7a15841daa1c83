"""How a run reads node pools: the groups that the next node binds, and its subnets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from auditor.errors import FetchError, NotRecorded, PermissionDenied
from auditor.fetcher import actions
from auditor.model.clusters import Attachment, Cluster, NodeKind, NodePool, NotCovered
from auditor.model.codes import Part
from auditor.model.gaps import Gap
from tests.loopback.clusters import ClusterRows
from tests.loopback.estate import Estate, Region
from tests.unit.fetcher.fake_cloud import FakeCloud, Row, codes, error, read

SUBNET = "subnet-00000001"
OTHER_SUBNET = "subnet-00000002"


def cluster() -> tuple[Region, ClusterRows]:
    region = Estate().region()
    vpc_id = region.vpc("10.0.0.0/16")
    region.subnet(vpc_id, "10.0.1.0/24")
    region.subnet(vpc_id, "10.0.2.0/24")
    for _ in range(3):
        region.group()
    return region, region.cluster(vpc_id, cluster_cidr="172.16.0.0/16")


def pools_of_clusters(count: int) -> FakeCloud:
    """A cloud of clusters with a pool each; the pool of the n-th cluster is launched from the n-th configuration."""
    region = Estate().region()
    vpc_id = region.vpc("10.0.0.0/16")
    region.subnet(vpc_id, "10.0.1.0/24")
    for number in range(count):
        rows = region.cluster(vpc_id, cluster_cidr=f"172.16.{number}.0/24")
        rows.auto_scaling_pool([region.group()], [SUBNET], name=f"pool-{number}")
    return FakeCloud(region.estate)


def bindings_of_pools(cloud: FakeCloud) -> dict[str, tuple[str, ...] | str]:
    """By cluster id, the groups of its pool or the code of the gap in their place."""
    pools = {cluster.cluster_id: cluster.node_pools[0].security_groups for cluster in read(cloud).clusters}
    return {name: groups.code if isinstance(groups, Gap) else groups for name, groups in pools.items()}


def only(cloud: FakeCloud, left_out: tuple[Part, ...] = ()) -> Cluster:
    (cluster,) = read(cloud, left_out=left_out).clusters
    return cluster


def gap_of(pool: NodePool) -> Gap:
    assert isinstance(pool.security_groups, Gap)
    return pool.security_groups


def test_auto_scaling_pool_binds_what_its_launch_configuration_says() -> None:
    region, rows = cluster()
    rows.auto_scaling_pool(["sg-00000002", "sg-00000001"], [SUBNET], name="spot", pool_id="np-x")
    assert only(FakeCloud(region.estate)).node_pools == (
        NodePool(
            node_pool_id="np-x",
            kind=NodeKind.REGULAR,
            security_groups=("sg-00000002", "sg-00000001"),
            name="spot",
            launch_configuration_id="asc-00000001",
        ),
    )


def test_primary_interface_of_the_launch_configuration_overrides_it() -> None:
    region, rows = cluster()
    rows.auto_scaling_pool(["sg-00000001"], [SUBNET], primary_interface=["sg-00000003"])
    assert only(FakeCloud(region.estate)).node_pools[0].security_groups == ("sg-00000003",)


def test_native_pool_holds_its_groups_and_empty_is_not_null() -> None:
    region, rows = cluster()
    rows.native_pool(["sg-00000002"], [SUBNET], pool_id="np-a")
    rows.native_pool([], [SUBNET], pool_id="np-b")
    rows.native_pool(None, [SUBNET], pool_id="np-c")
    first, second, third = only(FakeCloud(region.estate)).node_pools
    assert (first.kind, first.security_groups, second.security_groups) == (NodeKind.NATIVE, ("sg-00000002",), ())
    assert codes([gap_of(third)]) == [("np-c", "NoGroupList")]


def test_pools_widen_the_subnets_of_the_cluster() -> None:
    region, rows = cluster()
    rows.native_pool(["sg-00000001"], [SUBNET])
    rows.auto_scaling_pool(["sg-00000001"], [OTHER_SUBNET])
    networks = only(FakeCloud(region.estate)).networks
    assert (networks.subnets.cidrs, networks.subnets.gaps) == (("10.0.1.0/24", "10.0.2.0/24"), ())


def test_pods_of_super_pools_bind_the_groups_of_the_pool_and_registered_pools_are_not_covered() -> None:
    region, rows = cluster()
    rows.super_pool(["sg-00000002"], [SUBNET], name="burst", pool_id="np-2")
    rows.super_pool(["sg-00000001"], [SUBNET], pool_id="np-1")
    rows.external_pool(4)
    cluster_read = only(FakeCloud(region.estate))
    assert (cluster_read.node_pools, cluster_read.gaps) == ((), ())
    assert cluster_read.not_covered == (NotCovered(kind="registered-node-pool", count=1),)
    assert [(each.source_id, each.security_groups) for each in cluster_read.pod_bindings] == [
        ("np-1", ("sg-00000001",)),
        ("np-2", ("sg-00000002",)),
    ]
    assert {each.attachment for each in cluster_read.pod_bindings} == {Attachment.SUPER_NODE_PODS}


def test_a_super_pool_that_is_deleted_has_no_next_pod() -> None:
    region, rows = cluster()
    rows.super_pool(["sg-00000002"], [SUBNET])
    rows.pools_2022[0]["LifeState"] = "deleting"
    cluster_read = only(FakeCloud(region.estate))
    assert cluster_read.pod_bindings == ()
    assert [item.kind for item in cluster_read.not_covered] == ["deleting-node-pool"]


def test_super_and_registered_pools_are_not_covered_if_pods_are_left_out() -> None:
    region, rows = cluster()
    rows.super_pool(["sg-00000002"], [SUBNET])
    rows.super_pool(["sg-00000001"], [SUBNET])
    rows.super_pool(None, [SUBNET])
    rows.external_pool(4)
    cluster_read = only(FakeCloud(region.estate), left_out=(Part.PODS,))
    assert (cluster_read.node_pools, cluster_read.pod_bindings, cluster_read.gaps) == ((), (), ())
    assert cluster_read.not_covered == (
        NotCovered(kind="registered-node-pool", count=1),
        NotCovered(kind="super-node-pool", count=3, security_groups=("sg-00000001", "sg-00000002")),
    )


@pytest.mark.parametrize("state", ["deleting", "Deleted"])
def test_pool_on_its_way_out_has_no_next_node(state: str) -> None:
    region, rows = cluster()
    rows.native_pool(["sg-00000001"], [SUBNET])
    rows.pools_2022[0]["LifeState"] = state
    cluster_read = only(FakeCloud(region.estate))
    assert (cluster_read.node_pools, cluster_read.not_covered) == (
        (),
        (NotCovered(kind="deleting-node-pool", count=1, security_groups=("sg-00000001",)),),
    )


def test_pool_of_an_unknown_kind_is_a_gap() -> None:
    region, rows = cluster()
    rows.native_pool(["sg-00000001"], [SUBNET], pool_id="np-x")
    rows.pools_2022[0]["Type"] = "Quantum"
    cluster_read = only(FakeCloud(region.estate))
    assert codes([gap_of(cluster_read.node_pools[0])]) == [("np-x", "UnknownNodePoolType")]
    assert codes(cluster_read.networks.subnets.gaps) == [("np-x", "UnknownNodePoolType")]


@pytest.mark.parametrize("kept", ["pools_2018", "pools_2022"])
def test_pool_that_one_list_alone_shows_counts(kept: str) -> None:
    region, rows = cluster()
    rows.auto_scaling_pool(["sg-00000001"], [SUBNET], pool_id="np-x")
    for name in ("pools_2018", "pools_2022"):
        if name != kept:
            getattr(rows, name).clear()
    (pool,) = only(FakeCloud(region.estate)).node_pools
    assert (pool.node_pool_id, pool.security_groups) == ("np-x", ("sg-00000001",))


def test_old_list_fills_in_what_the_new_one_leaves_out() -> None:
    region, rows = cluster()
    rows.auto_scaling_pool(["sg-00000001"], [SUBNET], pool_id="np-x")
    rows.pools_2022[0]["Regular"] = None
    (pool,) = only(FakeCloud(region.estate)).node_pools
    assert (pool.launch_configuration_id, pool.security_groups) == ("asc-00000001", ("sg-00000001",))


def test_auto_scaling_group_without_a_pool_stands_as_one() -> None:
    region, rows = cluster()
    rows.auto_scaling_pool(["sg-00000001"], [SUBNET], pool_id="np-x")
    group_id = rows.legacy_group(["sg-00000002"], [OTHER_SUBNET], name="old")
    cluster_read = only(FakeCloud(region.estate))
    assert [(pool.node_pool_id, pool.name, pool.security_groups) for pool in cluster_read.node_pools] == [
        (group_id, "old", ("sg-00000002",)),
        ("np-x", "pool", ("sg-00000001",)),
    ]
    assert cluster_read.networks.subnets.cidrs == ("10.0.1.0/24", "10.0.2.0/24")


@pytest.mark.parametrize(
    "code", ["InvalidAction", "NoSuchVersion", "InvalidAction.Gone", "FailedOperation.DeprecatedAPI"]
)
def test_oldest_list_that_is_gone_has_nothing_in_it(code: str) -> None:
    region, rows = cluster()
    rows.auto_scaling_pool(["sg-00000001"], [SUBNET])
    cloud = FakeCloud(region.estate)
    cloud.fail(actions.CLUSTER_AS_GROUPS, code)
    assert read(cloud).all_gaps() == ()


def test_oldest_list_that_is_refused_for_another_reason_is_a_gap() -> None:
    region, _ = cluster()
    cloud = FakeCloud(region.estate)
    cloud.fail(actions.CLUSTER_AS_GROUPS, "UnsupportedOperation")
    assert codes(only(cloud).gaps) == [("cls-00000001", "UnsupportedOperation")]


def test_what_the_scaling_group_launches_from_counts_before_what_the_pool_says() -> None:
    region, rows = cluster()
    rows.auto_scaling_pool(["sg-00000001"], [SUBNET], pool_id="np-x")
    rows.auto_scaling_pool(["sg-00000003"], [SUBNET], pool_id="np-y")
    group = rows.pools_2018[0]["AutoscalingGroupId"]
    other = rows.pools_2018[1]["LaunchConfigurationId"]
    (row,) = [
        scaling_group for scaling_group in region.auto_scaling_groups if scaling_group["AutoScalingGroupId"] == group
    ]
    row["LaunchConfigurationId"] = other
    pool = only(FakeCloud(region.estate)).node_pools[0]
    assert (pool.launch_configuration_id, pool.security_groups) == (other, ("sg-00000003",))


@pytest.mark.parametrize("action", [actions.CLUSTER_AS_GROUPS, actions.CLUSTER_NODE_POOLS, actions.NODE_POOLS_2022])
def test_denied_list_of_pools_is_a_gap_of_the_cluster(action: actions.ApiAction) -> None:
    region, _ = cluster()
    cloud = FakeCloud(region.estate)
    cloud.deny(action)
    cluster_read = only(cloud)
    assert codes(cluster_read.gaps) == [("cls-00000001", "UnauthorizedOperation")]
    assert cluster_read.gaps[0].message.endswith(f"grant the CAM action {action.permission}")
    assert codes(cluster_read.networks.subnets.gaps) == [("cls-00000001", "UnauthorizedOperation")]


def test_denied_launch_configurations_leave_auto_scaling_pools_unknown_and_native_ones_known() -> None:
    region, rows = cluster()
    rows.auto_scaling_pool(["sg-00000001"], [SUBNET], pool_id="np-a")
    rows.native_pool(["sg-00000002"], [SUBNET], pool_id="np-b")
    cloud = FakeCloud(region.estate)
    cloud.deny(actions.LAUNCH_CONFIGURATIONS)
    first, second = only(cloud).node_pools
    assert (gap_of(first).code, second.security_groups) == ("UnauthorizedOperation", ("sg-00000002",))


def test_denied_auto_scaling_groups_leave_subnets_unknown_and_bindings_known() -> None:
    region, rows = cluster()
    rows.auto_scaling_pool(["sg-00000001"], [SUBNET], pool_id="np-a")
    group_id = rows.legacy_group(["sg-00000002"], [SUBNET])
    cloud = FakeCloud(region.estate)
    cloud.deny(actions.AUTO_SCALING_GROUPS)
    cluster_read = only(cloud)
    by_id = {pool.node_pool_id: pool for pool in cluster_read.node_pools}
    assert by_id["np-a"].security_groups == ("sg-00000001",)
    assert gap_of(by_id[group_id]).code == "UnauthorizedOperation"
    assert {code for _, code in codes(cluster_read.networks.subnets.gaps)} == {"UnauthorizedOperation"}


def test_launch_configuration_that_is_gone_is_a_gap() -> None:
    region, rows = cluster()
    rows.auto_scaling_pool(["sg-00000001"], [SUBNET], pool_id="np-x")
    region.launch_configurations.clear()
    assert codes([gap_of(only(FakeCloud(region.estate)).node_pools[0])]) == [("np-x", "LaunchConfigurationNotFound")]


def test_abnormal_groups_of_a_launch_configuration_are_a_gap_on_that_pool_alone() -> None:
    region, rows = cluster()
    rows.auto_scaling_pool(["sg-00000001"], [SUBNET], pool_id="np-a")
    rows.auto_scaling_pool(["sg-00000001"], [SUBNET], pool_id="np-b")
    region.launch_configurations[0]["LaunchConfigurationStatus"] = "SECURITY_GROUP_ABNORMAL"
    first, second = only(FakeCloud(region.estate)).node_pools
    assert codes([gap_of(first)]) == [("np-a", "SECURITY_GROUP_ABNORMAL")]
    assert second.security_groups == ("sg-00000001",)


def test_rules_of_groups_that_pools_alone_bind_are_read() -> None:
    region, rows = cluster()
    rows.native_pool(["sg-00000003"], [SUBNET])
    snapshot = read(FakeCloud(region.estate))
    assert [group.security_group_id for group in snapshot.security_groups] == ["sg-00000003"]
    assert [membership.security_group_id for membership in snapshot.memberships] == ["sg-00000003"]


def test_new_list_is_right_about_a_pool_that_the_old_one_shows_too() -> None:
    region, rows = cluster()
    rows.auto_scaling_pool(["sg-00000001"], [SUBNET], pool_id="np-x")
    native = {"SecurityGroupIds": ["sg-00000002"], "SubnetIds": [SUBNET]}
    rows.pools_2022[0].update(Type="Native", Native=native, Regular=None)
    rows.as_groups.clear()
    (pool,) = only(FakeCloud(region.estate)).node_pools
    assert (pool.kind, pool.security_groups) == (NodeKind.NATIVE, ("sg-00000002",))


def test_pool_that_nodes_name_and_no_list_has_leaves_the_pools_unknown() -> None:
    region, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"], pool_id="np-lost0001")
    cluster_read = read(FakeCloud(region.estate)).clusters[0]
    assert codes(cluster_read.gaps) == [(rows.cluster_id, "PoolsMissing")]
    assert "np-lost0001" in cluster_read.gaps[0].message


@pytest.mark.parametrize("empty", [None, []])
def test_empty_list_of_pools_beside_pools_of_the_older_list_was_not_read(empty: object) -> None:
    region, rows = cluster()
    rows.auto_scaling_pool(["sg-00000001"], [SUBNET])
    cloud = FakeCloud(region.estate)
    cloud.bend(actions.NODE_POOLS_2022, lambda _, right: {**right, "NodePools": empty, "TotalCount": 0})
    cluster_read = read(cloud).clusters[0]
    assert [pool.node_pool_id for pool in cluster_read.node_pools] == ["np-00000001"]
    assert codes(cluster_read.gaps) == [(rows.cluster_id, "PoolsMissing")]


def test_cluster_without_any_pool_may_have_null_for_its_list_of_pools() -> None:
    region, rows = cluster()
    rows.worker(SUBNET, ["sg-00000001"])
    cloud = FakeCloud(region.estate)
    cloud.bend(actions.NODE_POOLS_2022, lambda _, right: {**right, "NodePools": None, "TotalCount": 0})
    assert read(cloud).all_gaps() == ()


def test_pools_of_several_clusters_are_looked_up_together() -> None:
    cloud = pools_of_clusters(3)
    assert bindings_of_pools(cloud) == {
        "cls-00000001": ("sg-00000001",),
        "cls-00000002": ("sg-00000002",),
        "cls-00000003": ("sg-00000003",),
    }
    assert [params["AutoScalingGroupIds"] for params in cloud.params(actions.AUTO_SCALING_GROUPS)] == [
        ["asg-00000001", "asg-00000002", "asg-00000003"]
    ]
    assert [params["LaunchConfigurationIds"] for params in cloud.params(actions.LAUNCH_CONFIGURATIONS)] == [
        ["asc-00000001", "asc-00000002", "asc-00000003"]
    ]


def test_calls_for_pools_cover_at_most_twenty_five_clusters() -> None:
    cloud = pools_of_clusters(26)
    assert len(bindings_of_pools(cloud)) == 26
    calls = cloud.params(actions.LAUNCH_CONFIGURATIONS)
    assert sorted(len(params["LaunchConfigurationIds"]) for params in calls) == [1, 25]


@pytest.mark.parametrize("kind", [PermissionDenied, NotRecorded])
def test_a_common_call_that_fails_is_made_for_each_cluster_alone(kind: type[FetchError]) -> None:
    cloud = pools_of_clusters(3)

    def deny_the_second(params: Mapping[str, object], answer: Row) -> Row:
        if "asc-00000002" in cast("list[str]", params["LaunchConfigurationIds"]):
            raise error(actions.LAUNCH_CONFIGURATIONS, "UnauthorizedOperation", kind=kind)
        return answer

    cloud.bend(actions.LAUNCH_CONFIGURATIONS, deny_the_second)
    assert bindings_of_pools(cloud) == {
        "cls-00000001": ("sg-00000001",),
        "cls-00000002": "UnauthorizedOperation",
        "cls-00000003": ("sg-00000003",),
    }


def test_the_gap_of_a_common_call_names_the_cluster() -> None:
    cloud = pools_of_clusters(2)
    cloud.deny(actions.AUTO_SCALING_GROUPS)
    gaps = {
        (gap.cluster_id, gap.resource, gap.message.partition(":")[0])
        for gap in read(cloud).all_gaps()
        if gap.action == "DescribeAutoScalingGroups"
    }
    assert gaps == {
        ("cls-00000001", "asg-00000001", "launch configurations and subnets of asg-00000001 are unknown"),
        ("cls-00000002", "asg-00000002", "launch configurations and subnets of asg-00000002 are unknown"),
    }


def test_a_configuration_that_one_cluster_lost_is_missing_there_alone() -> None:
    cloud = pools_of_clusters(2)
    del cloud.estate.region().launch_configurations[0]
    assert bindings_of_pools(cloud) == {
        "cls-00000001": "LaunchConfigurationNotFound",
        "cls-00000002": ("sg-00000002",),
    }
    assert cloud.count(actions.LAUNCH_CONFIGURATIONS) == 1
