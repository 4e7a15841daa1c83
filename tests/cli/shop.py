"""A shop's two clusters with names, a list of groups that was not read, and one wrong rule of every kind."""

from __future__ import annotations

from dataclasses import replace

from auditor.model.clusters import Role
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.rules import UnreadablePeer
from auditor.model.snapshot import Snapshot
from tests import builders
from tests.cli.estate import GOOD, REDIS

SHOP, TILLS = "cls-shop0001", "cls-till0001"
KUBELET = ("deny", "10.0.0.0/16", "tcp", "10250")

UNREAD = Gap(
    kind=GapKind.UNREAD,
    region=builders.REGION,
    cluster_id=TILLS,
    resource="ins-t2",
    service="cvm",
    action="DescribeInstances",
    code="UnauthorizedOperation",
    message="cvm:DescribeInstances failed for ins-t2; grant the CAM action cvm:DescribeInstances",
)


def shop() -> Snapshot:
    """``shop``: two lists of groups for nodes, one for Masters; redis is open, the kubelet denied on purpose.

    ``tills`` has one node whose list of groups was not read, and two nodes with one name.
    """
    nodes = (
        replace(builders.node("ins-s1", "sg-first", "sg-second"), name="web-1"),
        replace(builders.node("ins-s2", "sg-second"), name="web-2"),
        builders.node("ins-m1", "sg-masters", role=Role.MASTER),
    )
    held = builders.cluster(*nodes, pools=(replace(builders.pool("np-s1", "sg-second"), name="web"),), cluster_id=SHOP)
    unread = replace(builders.node("ins-t2"), name="till", security_groups=UNREAD)
    tills = builders.cluster(replace(builders.node("ins-t1", "sg-second"), name="till"), unread, cluster_id=TILLS)
    groups = [
        builders.group("sg-first", builders.rules(KUBELET)),
        builders.group("sg-masters", builders.rules(("allow", "10.0.0.0/8", "tcp", "60001"))),
        builders.group("sg-second", builders.rules(*GOOD, REDIS)),
    ]
    return builders.snapshot([replace(held, name="shop 商城"), replace(tills, name="tills")], groups)


def without_gaps() -> Snapshot:
    """``shop`` alone: everything in it was read."""
    held = shop()
    return replace(held, clusters=held.clusters[:1])


def unreadable() -> Snapshot:
    """``shop`` alone, and a rule above redis that could mean any address."""
    held = without_gaps()
    first = held.group_by_id[builders.REGION, "sg-second"]
    rule = replace(builders.rule(0, "deny", "0.0.0.0/0", "tcp", "6379"), peer=UnreadablePeer(text="MY_PUBLIC_IP"))
    moved = tuple(replace(old, index=old.index + 1) for old in builders.rules(*GOOD, REDIS))
    gap = Gap(
        kind=GapKind.UNREADABLE,
        region=builders.REGION,
        resource="sg-second/ingress/0",
        code="UnreadablePeer",
        message="MY_PUBLIC_IP is no address",
    )
    groups = tuple(
        replace(first, ingress=(rule, *moved), gaps=(gap,)) if one is first else one for one in held.security_groups
    )
    return replace(held, security_groups=groups)
