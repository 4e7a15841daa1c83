"""A whole run: regions, neighbours, order, failures and interrupts."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Mapping
from threading import Event
from typing import Any

import pytest

from auditor.errors import AuthError
from auditor.fetcher import actions
from auditor.fetcher.clock import Cancelled
from auditor.fetcher.fetch import FetchRequest, fetch
from auditor.fetcher.progress import Phase
from auditor.model.clusters import Network
from auditor.model.gaps import Gap
from tests.loopback.estate import Estate, Region
from tests.loopback.rules import allow
from tests.unit.fetcher.fake_cloud import FakeCloud, Row, codes, error, read


def furnish(region: Region, clusters: int = 1) -> None:
    """Clusters with a worker each and a group that refers to everything that a group can refer to."""
    vpc_id = region.vpc("10.0.0.0/16")
    subnet_id = region.subnet(vpc_id, "10.0.1.0/24")
    template = region.address_template_group(region.address_template("10.0.0.0/8"))
    services = region.service_template_group(region.service_template("tcp:80"))
    for number in range(clusters):
        group = region.group([allow(services, "", template), allow("tcp", "22", region.group())])
        rows = region.cluster(vpc_id, cluster_cidr=f"172.{16 + number}.0.0/16")
        rows.worker(subnet_id, [group])
        rows.native(subnet_id, [group])
        rows.auto_scaling_pool([group], [subnet_id])


def estate(*regions: str, clusters: int = 1) -> Estate:
    made = Estate()
    for name in regions or ("ap-guangzhou",):
        furnish(made.region(name), clusters)
    return made


def undercounted() -> Estate:
    """An estate whose cluster counts fewer nodes than it lists, so that every list of nodes is read."""
    made = estate()
    for rows in made.region("ap-guangzhou").clusters.values():
        rows.row["ClusterNodeNum"] -= 1
    return made


def test_regions_are_read_side_by_side_and_sorted() -> None:
    snapshot = read(FakeCloud(estate("ap-shanghai", "ap-beijing")), "ap-shanghai", "ap-beijing", "ap-beijing")
    assert snapshot.regions == ("ap-beijing", "ap-shanghai")
    assert [cluster.region for cluster in snapshot.clusters] == ["ap-beijing", "ap-shanghai"]
    assert [template.region for template in snapshot.address_templates] == ["ap-beijing", "ap-shanghai"]
    assert snapshot.all_gaps() == ()


def test_all_regions_are_those_that_the_region_service_lists_for_tke() -> None:
    cloud = FakeCloud(estate("ap-shanghai", "ap-beijing"))

    def close_one(_params: Mapping[str, object], answer: Row) -> Row:
        return {**answer, "RegionSet": [*answer["RegionSet"], {"Region": "ap-shut", "RegionState": "UNAVAILABLE"}]}

    cloud.bend(actions.REGIONS, close_one)
    assert read(cloud, "all").regions == ("ap-beijing", "ap-shanghai")
    assert cloud.params(actions.REGIONS) == [{"Product": "tke"}]


@pytest.mark.parametrize("code", ["UnauthorizedOperation", "InvalidAction", "InternalError"])
def test_tke_lists_the_regions_where_the_region_service_does_not(code: str) -> None:
    cloud = FakeCloud(estate("ap-shanghai"))
    cloud.fail(actions.REGIONS, code)
    snapshot = read(cloud, "all")
    assert (snapshot.regions, snapshot.all_gaps()) == (("ap-shanghai",), ())


def test_no_list_of_regions_at_all_is_a_gap() -> None:
    cloud = FakeCloud(estate())
    cloud.deny(actions.REGIONS)
    cloud.deny(actions.TKE_REGIONS)
    snapshot = read(cloud, "all")
    assert (snapshot.regions, codes(snapshot.gaps)) == ((), [("regions", "UnauthorizedOperation")])


def test_empty_list_of_regions_is_said() -> None:
    assert codes(read(FakeCloud(Estate()), "all").gaps) == [("all", "NoCluster")]


def test_region_that_fails_does_not_stop_the_others() -> None:
    snapshot = read(FakeCloud(estate("ap-beijing")), "ap-beijing", "mars-1")
    assert (len(snapshot.clusters), codes(snapshot.gaps)) == (1, [("mars-1", "UnsupportedRegion")])


def test_bad_keys_are_one_gap_a_region() -> None:
    class Locked:
        def call(self, action: actions.ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
            raise error(action, "AuthFailure.SecretIdNotFound", region=region, kind=AuthError)

    snapshot = fetch(Locked(), FetchRequest(regions=("ap-beijing", "ap-guangzhou")))
    assert codes(snapshot.all_gaps()) == [
        ("ap-beijing", "AuthFailure.SecretIdNotFound"),
        ("ap-guangzhou", "AuthFailure.SecretIdNotFound"),
    ]


def test_same_answers_give_equal_snapshots_and_the_same_questions_whatever_the_timing() -> None:
    made = estate("ap-guangzhou", clusters=6)
    first = FakeCloud(made)
    expected = read(first)
    for seed in range(6):
        cloud = FakeCloud(made, shuffle=seed)
        assert fetch(cloud, FetchRequest(regions=("ap-guangzhou",))) == expected
        assert sorted(map(repr, cloud.asked)) == sorted(map(repr, first.asked))


def test_no_question_is_asked_twice() -> None:
    cloud = FakeCloud(estate(clusters=6))
    read(cloud)
    asked = [repr(call) for call in cloud.asked]
    assert len(asked) == len(set(asked))


READ_IN_A_RUN = [
    actions.CLUSTERS,
    actions.CLUSTER_INSTANCES,
    actions.CLUSTER_INSTANCES_2022,
    actions.CLUSTER_NODE_POOLS,
    actions.NODE_POOLS_2022,
    actions.CLUSTER_AS_GROUPS,
    actions.IPAMD,
    actions.INSTANCES,
    actions.LAUNCH_CONFIGURATIONS,
    actions.AUTO_SCALING_GROUPS,
    actions.SECURITY_GROUPS,
    actions.SECURITY_GROUP_POLICIES,
    actions.NETWORK_INTERFACES,
    actions.ADDRESS_TEMPLATES,
    actions.ADDRESS_TEMPLATE_GROUPS,
    actions.SERVICE_TEMPLATES,
    actions.SERVICE_TEMPLATE_GROUPS,
    actions.VPCS,
    actions.SUBNETS,
]


@pytest.mark.parametrize("action", READ_IN_A_RUN, ids=lambda action: f"{action.permission}-{action.version}")
@pytest.mark.parametrize("answer", [{}, {"TotalCount": 1}, {"Errors": "x"}], ids=["nothing", "no list", "no rows"])
def test_answer_without_the_promised_list_is_always_a_gap(action: actions.ApiAction, answer: Row) -> None:
    cloud = FakeCloud(undercounted())
    cloud.bend(action, lambda _params, _right: dict(answer))
    assert {gap.action for gap in read(cloud).all_gaps()} >= {action.name}


@pytest.mark.parametrize("action", READ_IN_A_RUN, ids=lambda action: f"{action.permission}-{action.version}")
@pytest.mark.parametrize("code", ["UnauthorizedOperation", "InternalError", "RequestLimitExceeded", "ResourceNotFound"])
def test_every_failing_call_is_a_gap_that_says_what_is_unknown(action: actions.ApiAction, code: str) -> None:
    cloud = FakeCloud(undercounted())
    cloud.fail(action, code)
    snapshot = read(cloud)
    gaps = [gap for gap in snapshot.all_gaps() if gap.action == action.name]
    if (action, code) != (actions.SECURITY_GROUPS, "ResourceNotFound"):
        assert gaps != []
    assert all("unknown" in gap.message for gap in gaps)
    if action is not actions.CLUSTERS:
        assert len(snapshot.clusters) == 1


WEIRD: list[Any] = [None, [], {}, "", "x", 7, True, [None], [[]], ["x"], [{}], {"x": None}, "\ud800"]


@pytest.mark.parametrize("action", READ_IN_A_RUN, ids=lambda action: f"{action.permission}-{action.version}")
def test_no_shape_of_any_field_stops_the_run(action: actions.ApiAction) -> None:
    for weird in WEIRD:
        cloud = FakeCloud(undercounted())

        def twist(_params: Mapping[str, object], answer: Row, weird: object = weird) -> Row:
            return {key: _twisted(value, weird) for key, value in answer.items()}

        cloud.bend(action, twist)
        read(cloud)


def _twisted(value: object, weird: object) -> object:
    """Every field of every row replaced, but what the row is known by."""
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        return [{key: item if key.endswith("Id") else weird for key, item in row.items()} for row in value]
    if isinstance(value, dict):
        return {key: _twisted(item, weird) if isinstance(item, list) else weird for key, item in value.items()}
    return value


def test_neighbours_are_read_for_their_networks_alone() -> None:
    cloud = FakeCloud(estate(clusters=2))
    snapshot = read(cloud, cluster_ids=("cls-00000001",), neighbours=("cls-00000002",))
    assert [cluster.cluster_id for cluster in snapshot.clusters] == ["cls-00000001"]
    (neighbour,) = snapshot.neighbours
    assert (neighbour.cluster_id, neighbour.nodes, neighbour.node_pools) == ("cls-00000002", (), ())
    assert neighbour.networks.container == Network(cidrs=("172.17.0.0/16",))
    assert neighbour.networks.vpc == Network(cidrs=("10.0.0.0/16",))
    assert neighbour.networks.subnets == Network(cidrs=("10.0.1.0/24",))
    assert len(snapshot.security_groups) == 1
    assert snapshot.all_gaps() == ()


def test_neighbour_that_is_nowhere_is_said() -> None:
    snapshot = read(FakeCloud(estate()), cluster_ids=("cls-00000001",), neighbours=("cls-gone",))
    assert codes(snapshot.gaps) == [("cls-gone", "UnknownCluster")]


def test_neighbour_is_an_audited_cluster_where_all_are_audited() -> None:
    snapshot = read(FakeCloud(estate(clusters=2)), neighbours=("cls-00000002",))
    assert (len(snapshot.clusters), snapshot.neighbours) == (2, ())


def test_neighbour_that_is_being_deleted_has_unknown_networks() -> None:
    made = estate(clusters=2)
    made.region().clusters["cls-00000002"].row["ClusterStatus"] = "Deleting"
    snapshot = read(FakeCloud(made), cluster_ids=("cls-00000001",), neighbours=("cls-00000002",))
    assert codes(snapshot.neighbours[0].gaps) == [("cls-00000002", "ClusterState")]


def test_interrupt_ends_a_run_that_hangs_within_a_second() -> None:
    cancel, release, entered = Event(), Event(), Event()

    class Hanging:
        def call(self, action: actions.ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
            entered.set()
            release.wait(30)
            raise error(action, "InternalError")

    def interrupt() -> None:
        entered.wait(30)
        cancel.set()

    threading.Thread(target=interrupt, daemon=True).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        fetch(Hanging(), FetchRequest(regions=("ap-guangzhou",)), cancel=cancel)
    took = time.monotonic() - began
    release.set()
    assert took < 1


def test_fault_of_the_program_is_not_swallowed() -> None:
    class Broken:
        def call(self, action: actions.ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fetch(Broken(), FetchRequest(regions=("ap-guangzhou",)))


@dataclasses.dataclass
class Listener:
    """Writes down what it is told."""

    told: list[tuple[str, str, str, int, int]] = dataclasses.field(default_factory=list)

    def started(self, phase: Phase, region: str) -> None:
        self.told.append(("started", phase.value, region, 0, 0))

    def advance(self, phase: Phase, region: str, done: int, total: int) -> None:
        self.told.append(("advance", phase.value, region, done, total))

    def finished(self, phase: Phase, region: str) -> None:
        self.told.append(("finished", phase.value, region, 0, 0))


def test_progress_is_told_phase_by_phase() -> None:
    listener = Listener()
    fetch(FakeCloud(estate(clusters=2)), FetchRequest(regions=("ap-guangzhou",)), listener)
    clusters = [entry for entry in listener.told if entry[1] in ("clusters", "nodes")]
    assert clusters == [
        ("started", "clusters", "ap-guangzhou", 0, 0),
        ("advance", "clusters", "ap-guangzhou", 2, 2),
        ("finished", "clusters", "ap-guangzhou", 0, 0),
        ("started", "nodes", "ap-guangzhou", 0, 0),
        ("advance", "nodes", "ap-guangzhou", 1, 2),
        ("advance", "nodes", "ap-guangzhou", 2, 2),
        ("finished", "nodes", "ap-guangzhou", 0, 0),
    ]
    begun = [entry[1] for entry in listener.told if entry[0] == "started"]
    ended = [entry[1] for entry in listener.told if entry[0] == "finished"]
    assert sorted(begun) == sorted(ended) == sorted(phase.value for phase in Phase)


def test_no_thread_outlives_a_run() -> None:
    before = threading.active_count()
    fetch(FakeCloud(estate()), FetchRequest(regions=("ap-guangzhou",)))
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        Event().wait(0.01)
    assert threading.active_count() <= before


def test_gap_is_hashable_and_sorted_in_the_snapshot() -> None:
    cloud = FakeCloud(estate("ap-beijing", "ap-guangzhou"))
    cloud.deny(actions.VPCS)
    gaps = read(cloud, "ap-beijing", "ap-guangzhou").all_gaps()
    assert all(isinstance(gap, Gap) for gap in gaps)
    assert [gap.region for gap in gaps] == ["ap-beijing", "ap-guangzhou"]
