"""Rules with a group as peer: where the order matters, they match the members of the group and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model import addresses
from auditor.model.addresses import ANYWHERE
from auditor.model.clusters import NodeKind
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.rules import GroupPeer, Member, Membership, Rule, SecurityGroup
from auditor.model.services import Protocol
from auditor.model.snapshot import Snapshot
from auditor.whatif import rule_effects
from tests.plans.estate import GROUP, INGRESS, OTHER, REGION, VPC, estate, group, node, rule
from tests.plans.plan_json import COMPUTED, Resource, ref
from tests.plans.resources import NODE_POOL, SINGLE_RULE, applied, bindings, codes, pool
from tests.plans.verdicts import gated

INSTANCE = "tencentcloud_instance"
PEER = "sg-plan0005"


def named(peer: str, index: int = 0) -> Rule:
    """Everything from whoever binds the group."""
    return replace(rule(index, "0.0.0.0/0"), peer=GroupPeer(security_group_id=peer))


def denying(cidr: str) -> SecurityGroup:
    return group(OTHER, ingress=(rule(0, cidr, Protocol.TCP, (8080, 8080), allow=False),), egress=())


def live(peer: str, cidr: str, *members: Member, gaps: tuple[Gap, ...] = ()) -> Snapshot:
    """The nodes' group lets in whoever binds ``peer``; another group denies a block."""
    found = estate(denying(cidr))
    held = replace(group(), ingress=(named(peer), *(replace(one, index=one.index + 1) for one in INGRESS[2:])))
    memberships = found.memberships
    if peer != GROUP:
        memberships += (Membership(region=REGION, security_group_id=peer, members=members, gaps=gaps),)
    return replace(found, security_groups=(held, found.security_groups[1]), memberships=memberships)


def both_groups() -> Resource:
    """A running node gets the second group besides, in a set without order."""
    held = {"id": "ins-plan0001", "orderly_security_groups": [], "security_groups": [GROUP], "vpc_id": VPC}
    after = held | {"security_groups": [GROUP, OTHER]}
    return Resource(type=INSTANCE, name="w", actions=("update",), before=held, after=after)


@pytest.mark.parametrize(
    ("cidr", "bound"),
    [("203.0.113.0/24", (GROUP, OTHER)), ("10.0.1.12", "list-order"), ("10.0.1.13", (GROUP, OTHER))],
    ids=["unrelated", "a member", "beside the members"],
)
def test_the_order_of_groups_matters_where_a_deny_meets_a_member(cidr: str, bound: object) -> None:
    assert bindings(applied(both_groups(), on=live(GROUP, cidr)))["ins-plan0001"] == bound


def test_an_unrelated_deny_in_a_group_that_is_added_is_decided() -> None:
    result = gated(both_groups(), on=live(GROUP, "203.0.113.0/24"))
    assert result.gaps == ()


def test_members_that_were_not_read_may_be_any_address() -> None:
    gap = Gap(kind=GapKind.UNREAD, region=REGION, resource=PEER, code="UnauthorizedOperation", message="denied")
    cidr = "203.0.113.0/24"
    assert bindings(applied(both_groups(), on=live(PEER, cidr)))["ins-plan0001"] == (GROUP, OTHER)
    assert bindings(applied(both_groups(), on=live(PEER, cidr, gaps=(gap,))))["ins-plan0001"] == "list-order"
    unlisted = live(PEER, cidr)
    unlisted = replace(unlisted, memberships=unlisted.memberships[:-1])
    assert bindings(applied(both_groups(), on=unlisted))["ins-plan0001"] == "list-order"


def test_a_machine_that_joins_the_peer_by_the_same_plan_counts() -> None:
    attached = {"id": COMPUTED, "instance_id": "ins-plan0002", "security_group_id": PEER}
    joins = Resource(type="tencentcloud_cvm_security_group_attachment", name="z", actions=("create",), after=attached)
    found = replace(live(PEER, "10.0.1.12"))
    found = replace(found, security_groups=(*found.security_groups, group(PEER, ingress=(), egress=())))
    assert bindings(applied(both_groups(), on=found))["ins-plan0001"] == (GROUP, OTHER)
    assert bindings(applied(both_groups(), joins, on=found))["ins-plan0001"] == "list-order"


def test_a_machine_that_leaves_the_peer_by_the_same_plan_counts() -> None:
    """No document says when each request takes effect, and the old members are there until then."""
    member = Member(instance_id="ins-plan0077", addresses=("10.0.1.77",))
    attached = {"id": "ins-plan0077#sg", "instance_id": "ins-plan0077", "security_group_id": PEER}
    leaves = Resource(type="tencentcloud_cvm_security_group_attachment", name="z", actions=("delete",), before=attached)
    found = live(PEER, "10.0.1.77", member)
    assert bindings(applied(both_groups(), leaves, on=found))["ins-plan0001"] == "list-order"


@pytest.mark.parametrize(("cidr", "bound"), [("10.0.200.0/24", "list-order"), ("203.0.113.0/24", (GROUP, OTHER))])
def test_nodes_to_come_may_have_any_address_of_their_vpc(cidr: str, bound: object) -> None:
    made = Resource(type=NODE_POOL, name="p", actions=("create",), after=pool([PEER]))
    found = live(PEER, cidr)
    found = replace(found, security_groups=(*found.security_groups, group(PEER)))
    assert bindings(applied(both_groups(), made, on=found))["ins-plan0001"] == bound


def test_native_nodes_are_members_by_their_own_addresses() -> None:
    found = live(GROUP, "10.0.1.44")
    native = replace(node("np-1", "10.0.1.44"), kind=NodeKind.NATIVE, instance_id="")
    first = found.clusters[0]
    with_native = replace(found, clusters=(replace(first, nodes=(*first.nodes, native)),))
    assert bindings(applied(both_groups(), on=found))["ins-plan0001"] == (GROUP, OTHER)
    assert bindings(applied(both_groups(), on=with_native))["ins-plan0001"] == "list-order"


def test_the_order_of_single_rules_is_open_where_a_deny_meets_a_member() -> None:
    def drop(cidr: str) -> Resource:
        fields: dict[str, object] = {"security_group_id": GROUP, "type": "ingress", "policy": "drop", "cidr_ip": cidr}
        fields |= {"ip_protocol": "tcp", "port_range": "8080", "policy_index": ref("local.place"), "id": COMPUTED}
        return Resource(type=SINGLE_RULE, name="d", actions=("create",), after=fields)

    assert codes(applied(drop("203.0.113.0/24"), on=live(GROUP, "192.0.2.1"))) == []
    assert codes(applied(drop("10.0.1.12"), on=live(GROUP, "192.0.2.1"))) == [("rules-order", f"{GROUP}/ingress")]


def test_a_peer_reaches_its_members_and_without_a_list_of_them_anything() -> None:
    found = live(PEER, "192.0.2.1", Member(instance_id="ins-1", addresses=("10.3.0.1", "10.3.0.2")))
    peer = GroupPeer(security_group_id=PEER)
    assert rule_effects.upper_bound_of_peer(peer, found, REGION) == addresses.union(("10.3.0.1", "10.3.0.2"))
    assert rule_effects.upper_bound_of_peer(peer, found, "ap-shanghai") == ANYWHERE
    native = replace(node("np-1", "10.3.0.9", PEER), kind=NodeKind.NATIVE)
    with_native = replace(found, clusters=(replace(found.clusters[0], nodes=(native,)),))
    assert rule_effects.upper_bound_of_peer(peer, with_native, REGION) == addresses.union(
        ("10.3.0.1", "10.3.0.2", "10.3.0.9")
    )
