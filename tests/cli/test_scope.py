"""A part that the configuration leaves out is neither judged nor unknown, also in a snapshot that was read with it."""

from __future__ import annotations

from dataclasses import replace

from auditor.cli.scope import without_parts
from auditor.model.clusters import (
    Attachment,
    Cluster,
    Entrance,
    EntranceKind,
    Interface,
    NetworkMode,
    NotCovered,
    PodBinding,
    Role,
)
from auditor.model.codes import GapKind, Part
from auditor.model.gaps import Gap
from auditor.model.snapshot import Snapshot
from tests.builders import REGION, cluster, group, node, snapshot


def gap(action: str, code: str) -> Gap:
    return Gap(
        kind=GapKind.UNREAD,
        region=REGION,
        cluster_id="cls-aaaaaaaa",
        resource="cls-aaaaaaaa",
        service="tke",
        action=action,
        code=code,
        message="no",
    )


def interface(interface_id: str, attachment: Attachment, role: Role, group_id: str) -> Interface:
    return Interface(interface_id=interface_id, attachment=attachment, role=role, security_groups=(group_id,))


NODES_DENIED = gap("DescribeClusterInstances", "Denied")
ENDPOINTS_DENIED = gap("DescribeClusterEndpoints", "Denied")
TRUNKING = gap("DescribeIPAMD", "TrunkingPods")
ADD_ON_DENIED = gap("DescribeAddonValues", "Denied")


def everything() -> Snapshot:
    whole = replace(
        cluster(node("ins-a", "sg-a")),
        network_mode=NetworkMode.VPC_CNI,
        interfaces=(
            interface("eni-a", Attachment.SECONDARY, Role.NODE, "sg-b"),
            interface("eni-b", Attachment.PODS, Role.POD, "sg-c"),
        ),
        pod_bindings=(
            PodBinding(source_id="np-s", attachment=Attachment.SUPER_NODE_PODS, security_groups=("sg-d",)),
            PodBinding(source_id="eniipamd", attachment=Attachment.PODS, security_groups=ADD_ON_DENIED),
        ),
        entrances=(Entrance(kind=EntranceKind.PUBLIC, address="198.51.100.30", security_groups=("sg-e",)),),
        gaps=(NODES_DENIED, ENDPOINTS_DENIED, TRUNKING),
    )
    return snapshot([whole], [group(f"sg-{name}") for name in "abcde"])


def only(part: Snapshot) -> Cluster:
    (left,) = part.clusters
    return left


def groups(part: Snapshot) -> list[str]:
    return [item.security_group_id for item in part.security_groups]


def test_nothing_left_out_is_everything() -> None:
    whole = everything()
    assert without_parts(whole, ()) is whole


def test_without_the_endpoint_its_group_and_its_gaps_are_gone() -> None:
    part = without_parts(everything(), (Part.ENDPOINT,))
    assert Part.ENDPOINT not in part.parts
    assert only(part).entrances == ()
    assert only(part).gaps == (NODES_DENIED, TRUNKING)
    assert groups(part) == ["sg-a", "sg-b", "sg-c", "sg-d"]


def test_without_pods_they_are_counted_and_secondary_interfaces_stay() -> None:
    part = without_parts(everything(), (Part.PODS,))
    left = only(part)
    assert [item.interface_id for item in left.interfaces] == ["eni-a"]
    assert (left.pod_bindings, left.gaps) == ((), (NODES_DENIED, ENDPOINTS_DENIED))
    assert left.not_covered == (
        NotCovered(kind="super-node-pool", count=1, security_groups=("sg-d",)),
        NotCovered(kind="vpc-cni-pods", count=1),
    )
    assert groups(part) == ["sg-a", "sg-b", "sg-e"]
    assert ADD_ON_DENIED not in part.all_gaps()
