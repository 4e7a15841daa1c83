"""The members of a group: how their rows are parsed, and how the lists agree with the nodes that bind the group."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from auditor.fetcher import actions, members
from auditor.fetcher.actions import NETWORK_INTERFACES
from auditor.fetcher.json_fields import CallSite
from auditor.model.rules import Member, Membership
from auditor.model.snapshot import Snapshot
from tests.loopback.estate import Estate, Region
from tests.loopback.rules import allow
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
    membership = of(read(FakeCloud(made.estate)))
    assert [(member.instance_id, member.interface_id) for member in membership.members] == [
        ("", "eni-00000004"),
        ("ins-00000001", ""),
        ("ins-00000001", "eni-00000001"),
        ("ins-00000002", ""),
        ("ins-00000002", "eni-00000002"),
        ("ins-00000002", "eni-00000003"),
    ]
    assert membership.members[3] == Member(instance_id="ins-00000002", name="stranger", addresses=("10.0.1.3",))
    assert membership.gaps == ()


def test_at_most_five_groups_stand_in_one_question() -> None:
    made = region(groups=12)
    cloud = FakeCloud(made.estate)
    read(cloud)
    for action, name in (
        (actions.INSTANCES, "security-group-id"),
        (actions.NETWORK_INTERFACES, "groups.security-group-id"),
    ):
        filters = [params["Filters"][0] for params in cloud.params(action) if "Filters" in params]
        filters = [query for query in filters if query["Name"] == name]
        assert sorted(len(query["Values"]) for query in filters) == [2, 5, 5]
        assert sorted(group for query in filters for group in query["Values"]) == [f"sg-{n:08d}" for n in range(1, 13)]


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
    membership = of(read(cloud))
    assert codes(membership.gaps) == [("sg-00000001", "UnauthorizedOperation")]
    assert membership.gaps[0].message.startswith("what binds sg-00000001 is unknown")
    assert len(membership.members) == 1


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
    membership = of(read(cloud))
    assert ("ins-x" in {member.instance_id for member in membership.members}, membership.gaps) == (False, ())


def test_members_of_a_group_are_read_to_the_last_page() -> None:
    made = region()
    for _ in range(120):
        made.instance(SUBNET, ["sg-00000001"])
    membership = of(read(FakeCloud(made.estate)))
    assert len({member.instance_id for member in membership.members}) == 121


def test_list_that_comes_short_leaves_the_members_open() -> None:
    made = region()
    cloud = FakeCloud(made.estate)
    cloud.bend(actions.NETWORK_INTERFACES, lambda _params, answer: {**answer, "TotalCount": 9})
    assert codes(of(read(cloud)).gaps) == [("sg-00000001", "PartialAnswer")]


ORIGIN = CallSite(region="ap-guangzhou", action=NETWORK_INTERFACES)


def test_instance_counts_with_its_private_addresses() -> None:
    row = {
        "InstanceId": "ins-a",
        "InstanceName": "web",
        "PrivateIpAddresses": ["10.0.0.9"],
        "PublicIpAddresses": ["1.2.3.4"],
        "IPv6Addresses": None,
        "SecurityGroupIds": ["sg-b", "sg-a"],
    }
    bound = members.parse_instance_member(row, ORIGIN)
    assert bound.member == Member(instance_id="ins-a", name="web", addresses=("10.0.0.9",))
    assert (bound.security_groups, bound.gaps) == (("sg-b", "sg-a"), ())


def test_interface_counts_with_every_private_address() -> None:
    row = {
        "NetworkInterfaceId": "eni-a",
        "NetworkInterfaceName": "pods",
        "Business": "cvm",
        "Attachment": {"InstanceId": "ins-a"},
        "GroupSet": ["sg-a"],
        "PrivateIpAddressSet": [
            {"PrivateIpAddress": "10.0.0.15", "PublicIpAddress": "1.2.3.4"},
            {"PrivateIpAddress": "10.0.0.13"},
        ],
        "Ipv6AddressSet": [{"Address": "2402:4e00::1"}],
    }
    bound = members.parse_interface_member(row, ORIGIN)
    assert bound.member == Member(
        instance_id="ins-a",
        interface_id="eni-a",
        name="pods",
        business="cvm",
        addresses=("10.0.0.13", "10.0.0.15", "2402:4e00::1"),
    )


def test_interface_attached_to_nothing_is_a_member_without_an_instance() -> None:
    bound = members.parse_interface_member(
        {"NetworkInterfaceId": "eni-a", "Attachment": None, "GroupSet": ["sg-a"]}, ORIGIN
    )
    assert bound.member == Member(instance_id="", interface_id="eni-a")


def test_unreadable_address_is_a_gap_and_the_others_count() -> None:
    bound = members.parse_instance_member(
        {"InstanceId": "ins-a", "PrivateIpAddresses": ["10.0.0.9", "10.0.0.x"]}, ORIGIN
    )
    assert bound.member.addresses == ("10.0.0.9",)
    assert [(gap.resource, gap.code) for gap in bound.gaps] == [("ins-a", "UnreadableAddress")]
    assert bound.security_groups is None


def cloud() -> FakeCloud:
    region = Estate().region()
    vpc_id = region.vpc("10.0.0.0/16")
    region.subnet(vpc_id, "10.0.1.0/24")
    region.group()
    rows = region.cluster(vpc_id, cluster_cidr="172.16.0.0/16")
    rows.worker(SUBNET, ["sg-00000001"], name="one")
    rows.worker(SUBNET, ["sg-00000001"], name="two")
    return FakeCloud(region.estate)


def membership(asked: FakeCloud) -> Membership:
    (membership,) = read(asked).memberships
    return membership


def hide(asked: FakeCloud, *hidden: str) -> None:
    """Let both lists of members leave these out without a word."""

    def instances(params: object, answer: dict[str, object]) -> dict[str, object]:
        assert isinstance(params, dict)
        if "InstanceIds" in params:
            return answer
        return _without(answer, "InstanceSet", lambda row: row["InstanceId"], hidden)

    asked.bend(actions.INSTANCES, instances)
    asked.bend(
        actions.NETWORK_INTERFACES,
        lambda _, answer: _without(answer, "NetworkInterfaceSet", lambda row: row["Attachment"]["InstanceId"], hidden),
    )


def _without(answer: dict[str, object], key: str, name: object, hidden: tuple[str, ...]) -> dict[str, object]:
    rows = answer[key]
    assert isinstance(rows, list)
    assert callable(name)
    left = [row for row in rows if name(row) not in hidden]
    return {**answer, key: left, "TotalCount": len(left)}


def test_lists_that_have_every_node_are_believed() -> None:
    assert membership(cloud()).gaps == ()


def test_a_node_that_no_list_has_is_added_and_makes_the_list_doubtful() -> None:
    asked = cloud()
    hide(asked, "ins-00000002")
    group_members = membership(asked)
    assert Member(instance_id="ins-00000002", name="two", addresses=("10.0.1.3",)) in group_members.members
    assert codes(group_members.gaps) == [("sg-00000001", "PartialAnswer")]
    assert group_members.gaps[0].message == (
        "ins-00000002 bind sg-00000001 and no list of what binds it has them: what else binds it is unknown"
    )


def test_empty_lists_of_a_group_that_nodes_bind_are_not_believed() -> None:
    asked = cloud()
    hide(asked, "ins-00000001", "ins-00000002")
    group_members = membership(asked)
    assert [member.instance_id for member in group_members.members] == ["ins-00000001", "ins-00000002"]
    assert group_members.gaps[0].message.startswith("ins-00000001 and 1 more nodes bind sg-00000001 and no list")


def test_one_of_the_two_lists_is_enough() -> None:
    asked = cloud()
    asked.bend(actions.NETWORK_INTERFACES, lambda _, __: {"TotalCount": 0, "NetworkInterfaceSet": []})
    assert membership(asked).gaps == ()


def test_what_binds_a_group_that_the_region_does_not_have_is_unknown() -> None:
    asked = cloud()
    policies = asked.estate.region().policies["sg-00000001"]
    policies["Ingress"] = [{**allow("tcp", "80", "sg-99999999"), "PolicyIndex": 0}]
    policies["PolicyStatistics"] = None
    own, other = read(asked).memberships
    assert own.gaps == ()
    assert (other.security_group_id, codes(other.gaps)) == ("sg-99999999", [("sg-99999999", "GroupNotFound")])


def test_a_list_that_was_refused_says_so_once() -> None:
    asked = cloud()
    asked.deny(actions.NETWORK_INTERFACES)
    assert codes(membership(asked).gaps) == [("sg-00000001", "UnauthorizedOperation")]


def named_by_a_rule() -> FakeCloud:
    asked = cloud()
    region = asked.estate.regions["ap-guangzhou"]
    region.policies["sg-00000001"]["Ingress"] = [allow("tcp", "22", "sg-00000001") | {"PolicyIndex": 0}]
    return asked


def test_interface_without_an_address_is_a_gap_where_a_rule_names_its_group() -> None:
    for asked, expected in ((named_by_a_rule(), [("eni-00000001", "NoAddress")]), (cloud(), [])):
        for row in asked.estate.regions["ap-guangzhou"].interfaces[:1]:
            row["PrivateIpAddressSet"] = None
        assert codes(membership(asked).gaps) == expected


def test_instance_without_an_address_needs_an_interface_that_has_one() -> None:
    asked = named_by_a_rule()
    region = asked.estate.regions["ap-guangzhou"]
    region.instances[0]["PrivateIpAddresses"] = None
    assert membership(asked).gaps == ()
    del region.interfaces[0]
    assert codes(membership(asked).gaps) == [("ins-00000001", "NoAddress")]
