"""What the next interface of a Pod binds, by the add-on of VPC-CNI."""

from __future__ import annotations

import base64
import json

import pytest

from auditor.fetcher import actions
from auditor.fetcher.json_fields import CallSite
from auditor.fetcher.pod_bindings import AddOnGroups, parse_add_on
from auditor.model.clusters import Attachment, Cluster, PodBinding
from auditor.model.codes import GapKind, Part
from auditor.model.gaps import Gap
from tests.loopback.clusters import ClusterRows
from tests.loopback.estate import Estate
from tests.unit.fetcher.fake_cloud import FakeCloud, read

SITE = CallSite(region="ap-guangzhou", action=actions.ADDON_VALUES, cluster_id="cls-1")


def values(feature: object) -> str:
    return json.dumps({"vpcCni": {"securityGroups": feature}})


ON = {"enableSecurityGroups": True, "securityGroups": ["sg-b", "sg-a"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("{}", AddOnGroups(enabled=False)),
        (values({}), AddOnGroups(enabled=False)),
        (values(None), AddOnGroups(enabled=False)),
        (values({"enableSecurityGroups": False, "securityGroups": ["sg-a"]}), AddOnGroups(enabled=False)),
        (values({"enableSecurityGroups": True}), AddOnGroups(enabled=True)),
        (values({"enableSecurityGroups": True, "securityGroups": []}), AddOnGroups(enabled=True)),
        (values(ON), AddOnGroups(enabled=True, security_groups=("sg-b", "sg-a"))),
        (base64.b64encode(values(ON).encode()).decode(), AddOnGroups(enabled=True, security_groups=("sg-b", "sg-a"))),
    ],
)
def test_values_are_json_or_base64_of_json(text: str, expected: AddOnGroups | None) -> None:
    assert parse_add_on({"Values": text}, SITE) == expected


@pytest.mark.parametrize(
    "text",
    [
        None,
        7,
        "x",
        "[]",
        "e30",
        values([]),
        values({"enableSecurityGroups": "true"}),
        values({"enableSecurityGroups": 1}),
        values({"securityGroups": ["sg-a"]}),
        values({"enableSecurityGroups": True, "securityGroups": "sg-a"}),
        values({"enableSecurityGroups": True, "securityGroups": ["x"]}),
        json.dumps({"vpcCni": 7}),
    ],
)
def test_values_without_a_documented_meaning_are_a_gap(text: object) -> None:
    gap = parse_add_on({"Values": text}, SITE)
    assert isinstance(gap, Gap)
    assert (gap.resource, gap.cluster_id, gap.action, gap.code) == (
        "cls-1",
        "cls-1",
        "DescribeAddonValues",
        "WrongShape",
    )


def cluster() -> tuple[Estate, ClusterRows]:
    estate = Estate()
    region = estate.region()
    vpc = region.vpc("10.0.0.0/16")
    region.subnet(vpc, "10.0.1.0/24")
    pods = region.subnet(vpc, "10.0.64.0/20")
    for _ in range(3):
        region.group()
    rows = region.cluster(vpc, mode="VPC-CNI", service_cidr="192.168.0.0/17", container_subnets=[pods])
    rows.worker("subnet-00000001", ["sg-00000002"])
    rows.worker("subnet-00000001", ["sg-00000001"])
    rows.worker("subnet-00000001", ["sg-00000001"])
    return estate, rows


def only(estate: Estate) -> Cluster:
    (made,) = read(FakeCloud(estate)).clusters
    return made


def of_add_on(*groups: str) -> PodBinding:
    return PodBinding(source_id="eniipamd", attachment=Attachment.PODS, security_groups=groups)


def test_add_on_with_the_feature_off_binds_no_group() -> None:
    estate, _ = cluster()
    assert only(estate).pod_bindings == (of_add_on(),)


def test_add_on_with_a_list_binds_it() -> None:
    estate, rows = cluster()
    rows.pod_groups("sg-00000003")
    snapshot = read(FakeCloud(estate))
    assert snapshot.clusters[0].pod_bindings == (of_add_on("sg-00000003"),)
    assert "sg-00000003" in [group.security_group_id for group in snapshot.security_groups]


def test_add_on_without_a_list_binds_what_each_node_binds() -> None:
    estate, rows = cluster()
    rows.pod_groups()
    assert only(estate).pod_bindings == (of_add_on("sg-00000001"), of_add_on("sg-00000002"))


def test_add_on_without_a_list_binds_no_group_of_a_master() -> None:
    estate, rows = cluster()
    rows.master("subnet-00000001", ["sg-00000003"])
    rows.pod_groups()
    assert only(estate).pod_bindings == (of_add_on("sg-00000001"), of_add_on("sg-00000002"))


def test_add_on_that_is_not_installed_predicts_nothing_and_is_no_gap() -> None:
    estate, rows = cluster()
    rows.addons.clear()
    made = only(estate)
    assert (made.pod_bindings, made.gaps) == ((), ())


def test_unknown_add_on_predicts_nothing_and_is_no_gap() -> None:
    estate, _ = cluster()
    cloud = FakeCloud(estate)
    cloud.fail(actions.ADDON_VALUES, "ResourceNotFound.AddonNotFound")
    (made,) = read(cloud).clusters
    assert (made.pod_bindings, made.gaps) == ((), ())


def test_refused_call_leaves_the_next_binding_unknown() -> None:
    estate, _ = cluster()
    cloud = FakeCloud(estate)
    cloud.deny(actions.ADDON_VALUES)
    (made,) = read(cloud).clusters
    (binding,) = made.pod_bindings
    assert isinstance(binding.security_groups, Gap)
    assert (binding.security_groups.cluster_id, binding.security_groups.code) == (
        "cls-00000001",
        "UnauthorizedOperation",
    )


def test_cluster_without_nodes_has_no_next_interface() -> None:
    estate, _ = cluster()
    rows = estate.region().cluster(
        "vpc-00000001", mode="VPC-CNI", service_cidr="192.168.128.0/17", container_subnets=["subnet-00000002"]
    )
    empty = next(item for item in read(FakeCloud(estate)).clusters if item.cluster_id == rows.cluster_id)
    assert (empty.pod_bindings, empty.gaps) == ((), ())


@pytest.mark.parametrize(
    ("value", "codes"),
    [(True, [("TrunkingPods", GapKind.UNDOCUMENTED)]), (None, [("PartialAnswer", GapKind.UNREAD)]), (False, [])],
)
def test_trunking_leaves_a_gap_of_the_pods(value: object, codes: list[tuple[str, GapKind]]) -> None:
    estate, rows = cluster()
    rows.ipamd["EnableTrunkingENI"] = value
    assert [(gap.code, gap.kind) for gap in only(estate).gaps] == codes
    (without,) = read(FakeCloud(estate), left_out=(Part.PODS,)).clusters
    assert without.gaps == ()


def test_add_on_is_not_asked_about_without_vpc_cni_or_if_pods_are_left_out() -> None:
    estate, rows = cluster()
    cloud = FakeCloud(estate)
    read(cloud, left_out=(Part.PODS,))
    assert cloud.count(actions.ADDON_VALUES) == 0
    del estate.region().clusters[rows.cluster_id]
    routed = estate.region().cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    routed.worker("subnet-00000001", ["sg-00000001"])
    cloud = FakeCloud(estate)
    read(cloud)
    assert cloud.count(actions.ADDON_VALUES) == 0
