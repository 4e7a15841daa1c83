"""Paged lists of nodes: read to the end, every page once, with a gap where the pages are inconsistent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.estates import everything
from tests.loopback import faults
from tests.loopback.client import cluster, read
from tests.loopback.estate import Estate
from tests.loopback.server import LoopbackServer

NODE_LISTS = [("DescribeClusterInstances", "2018-05-25"), ("DescribeClusterInstances", "2022-05-01")]


def many_workers(count: int, *, is_counted: bool = True) -> Estate:
    """A cluster of that many workers. Unless ``is_counted``, it has no count, so that both lists of nodes are read."""
    estate = Estate()
    region = estate.region()
    subnet = region.subnet(region.vpc("10.0.0.0/16"), "10.0.0.0/20")
    made = region.cluster("vpc-00000001", cluster_cidr="172.16.0.0/16")
    group = region.group()
    for _ in range(count):
        made.worker(subnet, [group])
    if not is_counted:
        made.row["ClusterNodeNum"] = None
    return estate


def test_lists_are_read_to_the_end() -> None:
    with LoopbackServer(many_workers(250, is_counted=False), quotas=False) as server:
        snapshot = read(server)
    assert snapshot.all_gaps() == ()
    assert len({node.node_id for node in snapshot.clusters[0].nodes}) == 250
    for action, version in NODE_LISTS:
        pages = [call.params for call in server.log.of(action, version)]
        assert sorted((page["Offset"], page["Limit"]) for page in pages) == [(0, 100), (100, 100), (200, 100)]
    batches = [
        len(call.params["InstanceIds"]) for call in server.log.of("DescribeInstances") if "InstanceIds" in call.params
    ]
    assert sorted(batches) == [50, 100, 100]
    assert server.log.repeated() == []


@pytest.mark.parametrize(("workers", "calls"), [(1, 1), (99, 1), (100, 2)])
def test_only_a_list_that_ends_with_a_full_page_is_asked_once_more(workers: int, calls: int) -> None:
    with LoopbackServer(many_workers(workers), quotas=False) as server:
        read(server)
    assert len(server.log.of("DescribeClusterInstances", "2022-05-01")) == calls


@pytest.mark.parametrize(("action", "version"), NODE_LISTS)
@pytest.mark.parametrize(
    "fault", [faults.no_rows, faults.lost_row, faults.repeated_row], ids=["empty", "lost", "twice"]
)
@pytest.mark.parametrize("page", [0, 1])
def test_page_that_does_not_add_up_is_a_gap(action: str, version: str, fault: faults.Fault, page: int) -> None:
    with LoopbackServer(many_workers(110, is_counted=False), quotas=False) as server:
        server.inject(fault, action, version=version, where={"Offset": 100 * page})
        snapshot = read(server)
    gaps = snapshot.all_gaps()
    assert {(gap.action, gap.code, gap.resource) for gap in gaps} == {(action, "PartialAnswer", "cls-00000001")}
    assert len(snapshot.clusters[0].nodes) == 110


def grow(estate: Estate) -> Callable[[], object]:
    """A new worker at the front of both lists."""
    made = estate.region().clusters["cls-00000001"]

    def change() -> None:
        made.worker("subnet-00000001", ["sg-00000001"])
        for rows in (made.nodes_2018, made.nodes_2022):
            rows.insert(0, rows.pop())

    return change


def shrink(estate: Estate) -> Callable[[], object]:
    made = estate.region().clusters["cls-00000001"]

    def change() -> None:
        made.nodes_2022.pop(0)

    return change


@pytest.mark.parametrize("change", [grow, shrink])
def test_list_that_changes_between_its_pages_is_a_gap(change: Callable[[Estate], Callable[[], object]]) -> None:
    estate = many_workers(110)
    with LoopbackServer(estate, quotas=False) as server:
        moment = faults.after(change(estate))
        server.inject(moment, "DescribeClusterInstances", version="2022-05-01", times=1)
        snapshot = read(server)
    assert "DescribeClusterInstances" in {gap.action for gap in snapshot.all_gaps()}


def test_errors_beside_rows_are_a_gap() -> None:
    with LoopbackServer(everything.build(), quotas=False) as server:
        server.inject(faults.errors("eks not support"), "DescribeClusterInstances", version="2022-05-01")
        snapshot = read(server)
    assert {(gap.resource, gap.code) for gap in snapshot.all_gaps()} == {
        ("cls-mana0001", "PartialAnswer"),
        ("cls-inde0001", "PartialAnswer"),
    }
    assert len(cluster(snapshot, "cls-mana0001").nodes) == 3
