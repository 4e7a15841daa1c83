"""The entrances of an API server: which are on, and what filters each of them."""

from __future__ import annotations

import pytest

from auditor.fetcher import actions
from auditor.model.clusters import Cluster, Entrance, EntranceKind
from auditor.model.codes import GapKind, Part
from auditor.model.gaps import Gap
from tests.loopback.clusters import ClusterRows
from tests.loopback.estate import Estate
from tests.unit.fetcher.fake_cloud import FakeCloud, read

VIP = "198.51.100.30"
INNER = "10.0.1.250"


def cluster(cluster_type: str = "MANAGED_CLUSTER") -> tuple[Estate, ClusterRows]:
    estate = Estate()
    region = estate.region()
    vpc = region.vpc("10.0.0.0/16")
    subnet = region.subnet(vpc, "10.0.1.0/24")
    group = region.group()
    rows = region.cluster(vpc, cluster_cidr="172.16.0.0/16", cluster_type=cluster_type)
    rows.worker(subnet, [group])
    return estate, rows


def only(estate: Estate, left_out: tuple[Part, ...] = ()) -> Cluster:
    (made,) = read(FakeCloud(estate), left_out=left_out).clusters
    return made


def entrance_of(estate: Estate) -> Entrance:
    (entrance,) = only(estate).entrances
    return entrance


def gap_of(entrance: Entrance) -> Gap:
    assert isinstance(entrance.security_groups, Gap)
    return entrance.security_groups


def test_entrance_that_is_off_is_none_though_its_domain_is_filled_and_its_status_is_not_asked() -> None:
    estate, rows = cluster()
    assert rows.endpoints["ClusterExternalDomain"]
    cloud = FakeCloud(estate)
    (made,) = read(cloud).clusters
    assert (made.entrances, made.gaps) == ((), ())
    assert (cloud.count(actions.CLUSTER_ENDPOINTS), cloud.count(actions.CLUSTER_ENDPOINT_STATUS)) == (1, 0)


def test_private_entrance_that_names_no_group_has_none() -> None:
    estate, rows = cluster()
    rows.private_entrance(INNER, group="sg-00000001")
    assert entrance_of(estate).security_groups == ("sg-00000001",)
    del rows.endpoints["IntranetSecurityGroup"]
    assert entrance_of(estate).security_groups == ()


def test_group_of_the_entrance_filters_it_and_its_rules_are_read() -> None:
    estate, rows = cluster()
    group = estate.region().group()
    rows.public_entrance(f"{VIP}:443", group=group)
    rows.private_entrance(INNER, group="sg-00000001")
    snapshot = read(FakeCloud(estate))
    assert snapshot.clusters[0].entrances == (
        Entrance(kind=EntranceKind.PUBLIC, address=VIP, security_groups=(group,)),
        Entrance(kind=EntranceKind.PRIVATE, address=INNER, security_groups=("sg-00000001",)),
    )
    assert group in [item.security_group_id for item in snapshot.security_groups]
    assert snapshot.all_gaps() == ()


@pytest.mark.parametrize(
    ("bound", "codes"),
    [
        (["sg-00000003"], ["GroupListsDiffer"]),
        (["sg-00000003", "sg-00000002"], []),
        ([], ["GroupListsDiffer"]),
    ],
)
def test_load_balancer_that_binds_other_groups_than_the_entrance_names_is_judged_by_its_own(
    bound: list[str], codes: list[str]
) -> None:
    estate, rows = cluster()
    region = estate.region()
    named, _ = region.group(), region.group()
    rows.public_entrance(VIP, group=named)
    region.balancer("vpc-00000001", bound, address=VIP)
    made = only(estate)
    assert named == "sg-00000002"
    assert [entrance.security_groups for entrance in made.entrances] == [tuple(bound)]
    assert [(gap.resource, gap.code) for gap in made.gaps] == [("cls-00000001/public", code) for code in codes]
    without_balancers = only(estate, left_out=(Part.LOAD_BALANCERS,))
    assert [entrance.security_groups for entrance in without_balancers.entrances] == [(named,)]


def test_status_of_each_entrance_that_is_on_is_asked() -> None:
    estate, rows = cluster()
    rows.public_entrance(VIP, group="sg-00000001")
    cloud = FakeCloud(estate)
    read(cloud)
    assert cloud.params(actions.CLUSTER_ENDPOINT_STATUS) == [{"ClusterId": "cls-00000001", "IsExtranet": True}]


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        ("NotFound", "Contradiction", GapKind.UNREAD),
        ("CreateFailed", "Contradiction", GapKind.UNREAD),
        ("Deleted", "UnknownStatus", GapKind.UNREADABLE),
        ("Deleting", "UnknownStatus", GapKind.UNREADABLE),
        ("", "UnknownStatus", GapKind.UNREADABLE),
    ],
)
def test_entrance_with_an_address_is_judged_and_a_status_against_it_is_a_gap(
    status: str, code: str, kind: GapKind
) -> None:
    estate, rows = cluster()
    rows.public_entrance(VIP, group="sg-00000001")
    rows.endpoint_status[True] = status
    made = only(estate)
    assert len(made.entrances) == 1
    (gap,) = made.gaps
    assert (gap.resource, gap.code, gap.kind) == ("cls-00000001/public", code, kind)


def test_entrance_that_is_being_created_is_on() -> None:
    estate, rows = cluster()
    rows.public_entrance(VIP, group="sg-00000001")
    rows.endpoint_status[True] = "Creating"
    assert only(estate).gaps == ()


@pytest.mark.parametrize(
    ("status", "codes"), [("NotFound", []), ("Created", ["Contradiction"]), ("?", ["UnknownStatus"])]
)
def test_group_without_an_address_is_ambiguous_and_the_status_decides(status: str, codes: list[str]) -> None:
    estate, rows = cluster()
    rows.endpoints["SecurityGroup"] = "sg-00000001"
    rows.endpoint_status[True] = status
    made = only(estate)
    assert (made.entrances, [gap.code for gap in made.gaps]) == ((), codes)


@pytest.mark.parametrize("value", [None, 7, ["x"]])
def test_address_of_another_type_is_a_gap(value: object) -> None:
    estate, rows = cluster()
    rows.endpoints["ClusterExternalEndpoint"] = value
    (gap,) = only(estate).gaps
    assert (gap.resource, gap.code) == ("cls-00000001/public", "PartialAnswer")


def test_list_of_blocks_filters_the_public_entrance_of_an_older_managed_cluster() -> None:
    estate, rows = cluster()
    rows.public_entrance(VIP, acl=["203.0.113.7", "10.0.0.0/16"])
    assert entrance_of(estate) == Entrance(
        kind=EntranceKind.PUBLIC, address=VIP, security_groups=(), acl=("10.0.0.0/16", "203.0.113.7")
    )


def test_list_of_blocks_says_nothing_of_an_independent_cluster() -> None:
    estate, rows = cluster("INDEPENDENT_CLUSTER")
    rows.public_entrance(VIP, acl=["203.0.113.0/24"])
    assert gap_of(entrance_of(estate)).code == "NoEntranceFilter"


def test_block_that_is_none_leaves_the_filter_unknown() -> None:
    estate, rows = cluster()
    rows.public_entrance(VIP, acl=["10.0.0.0/16", "everyone"])
    assert gap_of(entrance_of(estate)).code == "UnreadableAddress"


def test_empty_list_of_blocks_and_no_group_leave_the_filter_unknown() -> None:
    estate, rows = cluster()
    rows.public_entrance(VIP, acl=[])
    gap = gap_of(entrance_of(estate))
    assert (gap.code, gap.kind, gap.cluster_id) == ("NoEntranceFilter", GapKind.UNREAD, "cls-00000001")
    assert gap.message.endswith(f"and no load balancer that was read has the address {VIP}")


def test_groups_of_the_load_balancer_filter_an_entrance_without_a_group_of_its_own() -> None:
    estate, rows = cluster()
    region = estate.region()
    group = region.group()
    balancer = region.balancer("vpc-00000001", [group], address=VIP)
    rows.public_entrance(f"{VIP}:443")
    assert entrance_of(estate) == Entrance(
        kind=EntranceKind.PUBLIC, address=VIP, security_groups=(group,), load_balancer_id=balancer.balancer_id
    )


def test_load_balancer_is_found_by_its_domain() -> None:
    estate, rows = cluster()
    region = estate.region()
    group = region.group()
    balancer = region.balancer("vpc-00000001", [group])
    balancer.row |= {"LoadBalancerVips": [], "LoadBalancerDomain": "lb-1.clb.ap-guangzhou.tencentclb.com"}
    rows.public_entrance("LB-1.clb.ap-guangzhou.tencentclb.com:443")
    assert entrance_of(estate).security_groups == (group,)


@pytest.mark.parametrize("cluster_type", ["MANAGED_CLUSTER", "INDEPENDENT_CLUSTER"])
def test_load_balancer_without_a_group_lets_every_client_in(cluster_type: str) -> None:
    estate, rows = cluster(cluster_type)
    estate.region().balancer("vpc-00000001", [], address=VIP)
    rows.public_entrance(VIP)
    entrance = entrance_of(estate)
    assert (entrance.security_groups, entrance.acl) == ((), None)


def test_load_balancers_that_are_left_out_leave_the_filter_unknown() -> None:
    estate, rows = cluster()
    estate.region().balancer("vpc-00000001", [], address=VIP)
    rows.public_entrance(VIP)
    (entrance,) = only(estate, left_out=(Part.LOAD_BALANCERS,)).entrances
    assert gap_of(entrance).message.endswith("and load balancers were not read")


def test_refused_call_leaves_a_gap_of_the_cluster_alone() -> None:
    estate, _ = cluster()
    cloud = FakeCloud(estate)
    cloud.deny(actions.CLUSTER_ENDPOINTS)
    (made,) = read(cloud).clusters
    (gap,) = made.gaps
    assert (gap.cluster_id, gap.action, gap.code) == (
        "cls-00000001",
        "DescribeClusterEndpoints",
        "UnauthorizedOperation",
    )


def test_endpoint_that_is_left_out_is_not_asked_about() -> None:
    estate, rows = cluster()
    rows.public_entrance(VIP)
    cloud = FakeCloud(estate)
    read(cloud, left_out=(Part.ENDPOINT,))
    assert cloud.count(actions.CLUSTER_ENDPOINTS) == 0


def test_no_call_returns_credentials() -> None:
    names = {action.name for action in actions.ACTIONS}
    assert names.isdisjoint({"DescribeClusterKubeconfig", "DescribeClusterSecurity", "DescribeEKSClusterCredential"})
