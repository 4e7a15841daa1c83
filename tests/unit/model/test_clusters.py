"""What clusters tell about their next Pods."""

from __future__ import annotations

import pytest

from auditor.model.clusters import Binding, Node, NodePool, Role, lists_of_next_pods
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from tests.builders import node, pool

UNREAD = Gap(kind=GapKind.UNREAD, region="ap-guangzhou", resource="ins-2", code="NotRead", message="not read")
UNREAD_TOO = Gap(kind=GapKind.UNREAD, region="ap-guangzhou", resource="ins-3", code="NotRead", message="not read")


def unread(node_id: str, gap: Gap) -> Node:
    made = node(node_id)
    return Node(node_id=node_id, role=made.role, kind=made.kind, security_groups=gap)


@pytest.mark.parametrize(
    ("nodes", "pools", "lists"),
    [
        ((), (), ()),
        ((node("ins-1", "sg-b"), node("ins-2", "sg-a", "sg-b")), (), (("sg-a", "sg-b"), ("sg-b",))),
        ((node("ins-1", "sg-b"), node("ins-2", "sg-b")), (), (("sg-b",),)),
        ((node("ins-1", "sg-b"), node("ins-2", "sg-master", role=Role.MASTER)), (), (("sg-b",),)),
        ((node("ins-1", "sg-b"),), (pool("np-1", "sg-pool"),), (("sg-b",),)),
        ((), (pool("np-1", "sg-pool"), pool("np-2", "sg-pool")), (("sg-pool",),)),
        ((node("ins-1", "sg-master", role=Role.MASTER),), (pool("np-1", "sg-pool"),), (("sg-pool",),)),
        ((node("ins-1"),), (), ((),)),
        ((unread("ins-3", UNREAD_TOO), node("ins-1", "sg-b"), unread("ins-2", UNREAD)), (), (("sg-b",), UNREAD)),
    ],
)
def test_the_next_pods_bind_the_lists_of_nodes_and_without_nodes_those_of_pools(
    nodes: tuple[Node, ...], pools: tuple[NodePool, ...], lists: tuple[Binding, ...]
) -> None:
    assert lists_of_next_pods(nodes, pools) == lists
