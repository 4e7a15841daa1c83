"""What binds a group."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from auditor.fetcher import actions
from auditor.model.rules import Member, Membership
from auditor.model.snapshot import Snapshot
from tests.loopback.estate import Estate, Region
from tests.unit.fetcher.fake_cloud import FakeCloud, Row, codes, error, read

SUBNET = "subnet-00000001"


def region(groups: int = 1) -> Region:
    """A cluster with one worker that binds all the groups."""
    made = Estate().region()
    made.vpc("10.0.0.0/16")
    made.subnet("vpc-00000001", "10.0.1.0/24")
    bound = [made.group() for _ in range(groups)]
    made.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16").worker(SUBNET, bound)
    return made


def of(snapshot: Snapshot, group_id: str = "sg-00000001") -> Membership:
    return snapshot.membership_by_id["ap-guangzhou", group_id]


def test_instances_and_interfaces_that_bind_the_group_are_its_members() -> None:
    made = region()
    made.instance(SUBNET, ["sg-00000001"], name="stranger")
    made.interface(SUBNET, ["sg-00000001"], instance_id="ins-00000002")
    made.interface(SUBNET, ["sg-00000001"])
    made.instance(SUBNET, [made.group()], name="elsewhere")
    found = of(read(FakeCloud(made.estate)))
    assert [(member.instance_id, member.interface_id) for member in found.members] == [
        ("", "eni-00000004"),
        ("ins-00000001", ""),
        ("ins-00000001", "eni-00000001"),
        ("ins-00000002", ""),
        ("ins-00000002", "eni-00000002"),
        ("ins-00000002", "eni-00000003"),
    ]
    assert found.members[3] == Member(instance_id="ins-00000002", name="stranger", addresses=("10.0.1.3",))
    assert found.gaps == ()


def test_at_most_five_groups_stand_in_one_question() -> None:
    made = region(groups=12)
    cloud = FakeCloud(made.estate)
    read(cloud)
    for action, name in (
        (actions.INSTANCES, "security-group-id"),
        (actions.NETWORK_INTERFACES, "groups.security-group-id"),
    ):
        filters = [params["Filters"][0] for params in cloud.params(action) if "Filters" in params]
        assert {one["Name"] for one in filters} == {name}
        assert sorted(len(one["Values"]) for one in filters) == [2, 5, 5]
        assert sorted(group for one in filters for group in one["Values"]) == [f"sg-{n:08d}" for n in range(1, 13)]


@pytest.mark.parametrize("code", ["InvalidSecurityGroupId.NotFound", "ResourceNotFound"])
def test_one_unknown_group_does_not_lose_the_others(code: str) -> None:
    made = region(groups=3)
    cloud = FakeCloud(made.estate)

    def refuse(params: Mapping[str, object], answer: Row) -> Row:
        if "sg-00000002" in str(params.get("Filters", "")):
            raise error(actions.INSTANCES, code)
        return answer

    cloud.bend(actions.INSTANCES, refuse)
    snapshot = read(cloud)
    assert [codes(of(snapshot, f"sg-0000000{n}").gaps) for n in (1, 2, 3)] == [[], [("sg-00000002", code)], []]
    assert len(of(snapshot, "sg-00000001").members) == 2


@pytest.mark.parametrize("action", [actions.INSTANCES, actions.NETWORK_INTERFACES])
def test_denied_list_leaves_the_members_open_and_keeps_what_the_other_says(action: actions.ApiAction) -> None:
    made = region()
    cloud = FakeCloud(made.estate)

    def refuse(params: Mapping[str, object], answer: Row) -> Row:
        if "Filters" in params:
            raise error(action, "UnauthorizedOperation")
        return answer

    cloud.bend(action, refuse)
    found = of(read(cloud))
    assert codes(found.gaps) == [("sg-00000001", "UnauthorizedOperation")]
    assert found.gaps[0].message.startswith("what binds sg-00000001 is unknown")
    assert len(found.members) == 1


def test_row_that_names_no_groups_may_be_in_any_that_was_asked_about() -> None:
    made = region(groups=2)
    cloud = FakeCloud(made.estate)

    def forget(params: Mapping[str, object], answer: Row) -> Row:
        for row in answer["InstanceSet"] if "Filters" in params else ():
            row["SecurityGroupIds"] = None
        return answer

    cloud.bend(actions.INSTANCES, forget)
    snapshot = read(cloud)
    assert codes(of(snapshot, "sg-00000001").gaps) == [("ins-00000001", "NoGroupList")]
    assert codes(of(snapshot, "sg-00000002").gaps) == [("ins-00000001", "NoGroupList")]


def test_row_that_binds_none_of_the_groups_asked_about_counts_nowhere() -> None:
    made = region()
    cloud = FakeCloud(made.estate)

    def add_stranger(params: Mapping[str, object], answer: Row) -> Row:
        if "Filters" in params:
            answer["InstanceSet"].append({"InstanceId": "ins-x", "SecurityGroupIds": ["sg-x"]})
            answer["TotalCount"] += 1
        return answer

    cloud.bend(actions.INSTANCES, add_stranger)
    found = of(read(cloud))
    assert ("ins-x" in {member.instance_id for member in found.members}, found.gaps) == (False, ())


def test_members_of_a_group_are_read_to_the_last_page() -> None:
    made = region()
    for _ in range(120):
        made.instance(SUBNET, ["sg-00000001"])
    found = of(read(FakeCloud(made.estate)))
    assert len({member.instance_id for member in found.members}) == 121


def test_list_that_comes_short_leaves_the_members_open() -> None:
    made = region()
    cloud = FakeCloud(made.estate)
    cloud.bend(actions.NETWORK_INTERFACES, lambda _params, answer: {**answer, "TotalCount": 9})
    assert codes(of(read(cloud)).gaps) == [("sg-00000001", "PartialAnswer")]
