"""Lists of members held against the nodes that bind the group."""

from __future__ import annotations

from auditor.fetcher import actions
from auditor.model.rules import Member, Membership
from tests.loopback.estate import Estate
from tests.loopback.rules import allow
from tests.unit.fetcher.fake_cloud import FakeCloud, codes, read

SUBNET = "subnet-00000001"


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
    (found,) = read(asked).memberships
    return found


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
    found = membership(asked)
    assert Member(instance_id="ins-00000002", name="two", addresses=("10.0.1.3",)) in found.members
    assert codes(found.gaps) == [("sg-00000001", "PartialAnswer")]
    assert found.gaps[0].message == (
        "ins-00000002 bind sg-00000001 and no list of what binds it has them: what else binds it is unknown"
    )


def test_empty_lists_of_a_group_that_nodes_bind_are_not_believed() -> None:
    asked = cloud()
    hide(asked, "ins-00000001", "ins-00000002")
    found = membership(asked)
    assert [member.instance_id for member in found.members] == ["ins-00000001", "ins-00000002"]
    assert found.gaps[0].message.startswith("ins-00000001 and 1 more nodes bind sg-00000001 and no list")


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
