"""A snapshot in a file, small enough to know every finding of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from auditor.fetcher.snapshot_file import dump
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap
from auditor.model.snapshot import Snapshot
from tests.builders import REGION, cluster, group, node, rules, snapshot

GOOD = (
    ("allow", "172.16.0.0/16"),
    ("allow", "10.0.0.0/16"),
    ("allow", "0.0.0.0/0", "tcp", "22,30000-32768"),
    ("allow", "0.0.0.0/0", "udp", "30000-32768"),
    ("allow", "0.0.0.0/0", "icmp"),
)
REDIS = ("allow", "0.0.0.0/0", "tcp", "6379")


RULES_REFUSED = Gap(
    kind=GapKind.UNREAD,
    region=REGION,
    resource="sg-a",
    service="vpc",
    action="DescribeSecurityGroupPolicies",
    code="UnauthorizedOperation",
    message="not allowed",
)


def fine() -> Snapshot:
    """One cluster whose nodes bind a group as TKE makes it."""
    return snapshot([cluster(node("ins-a", "sg-a"))], [group("sg-a", rules(*GOOD))])


def open_redis() -> Snapshot:
    """The same, but that 6379 is open to any address: one finding, TSG201, high."""
    return snapshot([cluster(node("ins-a", "sg-a"))], [group("sg-a", rules(*GOOD, REDIS))])


def unread_rules() -> Snapshot:
    """The same, but that CAM refuses the rules: one gap."""
    held = group("sg-a", rules(*GOOD))
    return snapshot([cluster(node("ins-a", "sg-a"))], [replace(held, ingress=RULES_REFUSED, egress=RULES_REFUSED)])


def two_clusters() -> Snapshot:
    """``cls-aaaaaaaa`` is fine, ``cls-bbbbbbbb`` has the open port."""
    held = [group("sg-a", rules(*GOOD)), group("sg-b", rules(*GOOD, REDIS))]
    return snapshot([cluster(node("ins-a", "sg-a")), cluster(node("ins-b", "sg-b"), cluster_id="cls-bbbbbbbb")], held)


def write(snapshot_: Snapshot, path: Path) -> str:
    """Writes the snapshot and gives the path as text."""
    path.write_text(dump(snapshot_), encoding="utf-8")
    return str(path)
