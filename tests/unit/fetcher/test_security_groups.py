"""How a run reads the rules and names of security groups."""

from __future__ import annotations

from auditor.fetcher import actions
from auditor.model.gaps import Gap
from tests.loopback.estate import Estate, Region
from tests.loopback.rules import allow
from tests.unit.fetcher.fake_cloud import FakeCloud, codes, read

SUBNET = "subnet-00000001"


def region(groups: int = 2) -> Region:
    made = Estate().region()
    made.vpc("10.0.0.0/16")
    made.subnet("vpc-00000001", "10.0.1.0/24")
    for number in range(groups):
        made.group([allow("tcp", "22", "10.0.0.0/8")], name=f"group {number}")
    return made


def test_rules_are_read_once_however_many_nodes_and_clusters_share_the_group() -> None:
    made = region()
    for _ in range(3):
        rows = made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
        for _ in range(3):
            rows.worker(SUBNET, ["sg-00000001", "sg-00000002"])
        rows.native_pool(["sg-00000001"], [SUBNET])
    cloud = FakeCloud(made.estate)
    snapshot = read(cloud)
    assert sorted(params["SecurityGroupId"] for params in cloud.params(actions.SECURITY_GROUP_POLICIES)) == [
        "sg-00000001",
        "sg-00000002",
    ]
    assert [(group.security_group_id, group.name) for group in snapshot.security_groups] == [
        ("sg-00000001", "group 0"),
        ("sg-00000002", "group 1"),
    ]


def test_group_of_the_same_id_in_another_region_is_another_group() -> None:
    made = region(groups=1)
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker(SUBNET, ["sg-00000001"])
    other = made.estate.region("ap-beijing")
    vpc_id = other.vpc("10.1.0.0/16")
    other.group(group_id="sg-00000001", name="other")
    other.cluster(vpc_id, cluster_cidr="172.17.0.0/16").worker(other.subnet(vpc_id, "10.1.1.0/24"), ["sg-00000001"])
    snapshot = read(FakeCloud(made.estate), "ap-guangzhou", "ap-beijing")
    assert [(group.region, group.name) for group in snapshot.security_groups] == [
        ("ap-beijing", "other"),
        ("ap-guangzhou", "group 0"),
    ]


def test_groups_that_rules_name_are_read_for_their_members_alone() -> None:
    made = region(groups=1)
    made.policies["sg-00000001"]["Ingress"].append(
        {**allow("tcp", "80", made.group(name="bastions")), "PolicyIndex": 1}
    )
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker(SUBNET, ["sg-00000001"])
    cloud = FakeCloud(made.estate)
    made.policies["sg-00000001"]["PolicyStatistics"] = None
    snapshot = read(cloud)
    assert [group.security_group_id for group in snapshot.security_groups] == ["sg-00000001"]
    assert [membership.security_group_id for membership in snapshot.memberships] == ["sg-00000001", "sg-00000002"]


def test_rules_that_cannot_be_read_leave_both_directions_of_that_group_unknown() -> None:
    made = region()
    del made.policies["sg-00000001"]
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker(SUBNET, ["sg-00000001", "sg-00000002"])
    first, second = read(FakeCloud(made.estate)).security_groups
    assert isinstance(first.ingress, Gap)
    assert first.egress == first.ingress
    assert codes([first.ingress]) == [("sg-00000001", "ResourceNotFound")]
    assert first.ingress.message.startswith("the rules of sg-00000001 are unknown: vpc:DescribeSecurityGroupPolicies")
    assert isinstance(second.ingress, tuple)


def test_denied_rules_name_the_action_to_grant() -> None:
    made = region()
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker(SUBNET, ["sg-00000001"])
    cloud = FakeCloud(made.estate)
    cloud.deny(actions.SECURITY_GROUP_POLICIES)
    (group,) = read(cloud).security_groups
    assert isinstance(group.ingress, Gap)
    assert group.ingress.message.endswith("grant the CAM action vpc:DescribeSecurityGroupPolicies")
    assert group.name == "group 0"


def test_names_are_asked_for_a_hundred_at_a_time_and_by_string_pages() -> None:
    made = region(groups=101)
    rows = made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    rows.native_pool([f"sg-{number:08d}" for number in range(1, 102)], [SUBNET])
    cloud = FakeCloud(made.estate)
    assert read(cloud).security_groups[100].name == "group 100"
    asked = sorted(cloud.params(actions.SECURITY_GROUPS), key=lambda params: len(params["SecurityGroupIds"]))
    assert [(len(params["SecurityGroupIds"]), params["Limit"]) for params in asked] == [(1, "100"), (100, "100")]


def test_one_unknown_group_does_not_lose_the_names_of_the_others() -> None:
    made = region()
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker(SUBNET, ["sg-gone", "sg-00000002"])
    snapshot = read(FakeCloud(made.estate))
    assert [(group.security_group_id, group.name) for group in snapshot.security_groups] == [
        ("sg-00000002", "group 1"),
        ("sg-gone", ""),
    ]
    assert snapshot.gaps == ()


def test_denied_names_are_a_gap_and_rules_are_kept() -> None:
    made = region()
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker(SUBNET, ["sg-00000001"])
    cloud = FakeCloud(made.estate)
    cloud.deny(actions.SECURITY_GROUPS)
    snapshot = read(cloud)
    assert codes(snapshot.gaps) == [("sg-00000001", "UnauthorizedOperation")]
    assert isinstance(snapshot.security_groups[0].ingress, tuple)
    assert snapshot.security_groups[0].gaps == ()


def test_unreadable_rule_is_a_gap_of_its_group() -> None:
    made = region()
    made.policies["sg-00000001"]["Ingress"][0]["Protocol"] = "sctp"
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker(SUBNET, ["sg-00000001"])
    (group,) = read(FakeCloud(made.estate)).security_groups
    assert codes(group.gaps) == [("sg-00000001/ingress/0", "UnreadableRule")]


def test_groups_that_are_wanted_besides_are_read_where_the_region_has_them() -> None:
    made = region(groups=3)
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker(SUBNET, ["sg-00000001"])
    snapshot = read(FakeCloud(made.estate), also=("sg-00000003", "sg-elsewhere"))
    assert [(group.security_group_id, group.name) for group in snapshot.security_groups] == [
        ("sg-00000001", "group 0"),
        ("sg-00000003", "group 2"),
    ]
    assert [membership.security_group_id for membership in snapshot.memberships] == ["sg-00000001", "sg-00000003"]
    assert snapshot.all_gaps() == ()


def test_denied_list_of_groups_wanted_besides_is_a_gap() -> None:
    cloud = FakeCloud(region().estate)
    cloud.estate.region().cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    cloud.deny(actions.SECURITY_GROUPS)
    assert codes(read(cloud, also=("sg-00000001",)).gaps) == [("sg-00000001", "UnauthorizedOperation")]


def test_groups_that_a_recording_does_not_hold_are_no_gap() -> None:
    cloud = FakeCloud(region().estate)
    cloud.estate.region().cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    cloud.fail(actions.SECURITY_GROUPS, "NotRecorded")
    assert read(cloud, also=("sg-00000001",)).all_gaps() == ()


def test_names_are_asked_for_once_where_all_groups_were_wanted_besides() -> None:
    made = region()
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker(SUBNET, ["sg-00000001"])
    cloud = FakeCloud(made.estate)
    snapshot = read(cloud, also=("sg-00000001", "sg-00000002"))
    assert [params["SecurityGroupIds"] for params in cloud.params(actions.SECURITY_GROUPS)] == [
        ["sg-00000001", "sg-00000002"]
    ]
    assert [group.name for group in snapshot.security_groups] == ["group 0", "group 1"]
