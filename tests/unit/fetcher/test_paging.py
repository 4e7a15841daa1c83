from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock
from typing import Any

import pytest

from auditor.errors import FetchError, PermissionDenied, UnexpectedAnswer
from auditor.fetcher.actions import ASSISTANT_CIDRS, CLUSTER_NODE_POOLS, INSTANCES, SUBNETS, ApiAction
from auditor.fetcher.paging import Listing, Paging, Rows, read_all, unread_gap
from auditor.model.codes import GapKind
from auditor.model.gaps import Gap

MACHINES = Listing(action=INSTANCES, rows="InstanceSet", row_id="InstanceId")
SUBNET_LIST = Listing(action=SUBNETS, rows="SubnetSet", row_id="SubnetId", paging=Paging.STRING)
POOLS = Listing(action=CLUSTER_NODE_POOLS, rows="NodePoolSet", row_id="NodePoolId", paging=Paging.NONE)
BLOCKS = Listing(action=ASSISTANT_CIDRS, rows="AssistantCidrSet", row_id="")

Serve = Callable[[int], dict[str, Any]]


def machines(first: int, last: int) -> list[dict[str, Any]]:
    return [{"InstanceId": f"ins-{number:04}"} for number in range(first, last)]


def page(rows: object, total: object, **more: object) -> dict[str, Any]:
    return {"RequestId": "req", "InstanceSet": rows, "TotalCount": total, **more}


class Server:
    """Answers by offset, and writes down what it was asked."""

    def __init__(self, serve: Serve) -> None:
        self.serve = serve
        self.asked: list[dict[str, object]] = []
        self.lock = Lock()

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
        assert region == "ap-guangzhou"
        with self.lock:
            self.asked.append(dict(params))
        return self.serve(int(str(params.get("Offset", 0))))

    def offsets(self) -> list[object]:
        return sorted((params["Offset"] for params in self.asked), key=str)


def read(server: Server, listing: Listing = MACHINES, executor: ThreadPoolExecutor | None = None) -> Rows:
    return read_all(
        server,
        listing,
        "ap-guangzhou",
        {"Filters": []},
        executor=executor,
        cluster_id="cls-1",
        resource="cls-1",
    )


def gap(code: str, message: str) -> Gap:
    return Gap(
        region="ap-guangzhou",
        cluster_id="cls-1",
        resource="cls-1",
        service="cvm",
        action="DescribeInstances",
        code=code,
        message=message,
        request_id="req",
        kind=GapKind.UNREAD,
    )


def of_list(total: int, limit: int = 100) -> Serve:
    return lambda offset: page(machines(offset, min(offset + limit, total)), total)


@pytest.mark.parametrize(("total", "offsets"), [(0, [0]), (1, [0]), (99, [0]), (101, [0, 100]), (250, [0, 100, 200])])
def test_each_page_is_read_once_and_every_row_comes(total: int, offsets: list[int]) -> None:
    server = Server(of_list(total))
    found = read(server)
    assert found == Rows(rows=tuple(machines(0, total)))
    assert server.offsets() == offsets


def test_the_limit_is_always_said_and_parameters_are_kept() -> None:
    server = Server(of_list(1))
    read(server)
    assert server.asked == [{"Filters": [], "Offset": 0, "Limit": 100}]


def test_some_services_take_their_window_as_text() -> None:
    rows = [{"SubnetId": f"subnet-{number}"} for number in range(150)]
    server = Server(lambda offset: {"RequestId": "r", "SubnetSet": rows[offset : offset + 100], "TotalCount": 150})
    assert read(server, SUBNET_LIST).rows == tuple(rows)
    assert server.asked == [
        {"Filters": [], "Offset": "0", "Limit": "100"},
        {"Filters": [], "Offset": "100", "Limit": "100"},
    ]


def test_some_actions_have_no_pages() -> None:
    server = Server(lambda _: {"RequestId": "r", "NodePoolSet": [{"NodePoolId": "np-1"}], "TotalCount": 1})
    assert read(server, POOLS).rows == ({"NodePoolId": "np-1"},)
    assert server.asked == [{"Filters": []}]


def test_a_list_without_pages_that_says_it_is_longer_is_partial() -> None:
    server = Server(lambda _: {"RequestId": "r", "NodePoolSet": [{"NodePoolId": "np-1"}], "TotalCount": 2})
    assert [found.code for found in read(server, POOLS).gaps] == ["PartialAnswer"]


def test_a_list_without_pages_needs_no_count() -> None:
    server = Server(lambda _: {"RequestId": "r", "NodePoolSet": [{"NodePoolId": "np-1"}]})
    assert read(server, POOLS) == Rows(rows=({"NodePoolId": "np-1"},))


def test_rows_keep_their_order_when_pages_come_together() -> None:
    server = Server(of_list(950))
    with ThreadPoolExecutor(8) as executor:
        assert read(server, executor=executor).rows == tuple(machines(0, 950))
    assert server.offsets() == sorted(range(0, 950, 100), key=str)


def test_pages_after_the_first_are_asked_for_together() -> None:
    together = Barrier(4, timeout=30)

    def serve(offset: int) -> dict[str, Any]:
        if 0 < offset < 500:
            together.wait()
        return of_list(500)(offset)

    with ThreadPoolExecutor(4) as executor:
        assert len(read(Server(serve), executor=executor).rows) == 500


def test_lists_that_wait_in_the_executor_of_their_pages_do_not_wait_for_ever() -> None:
    with ThreadPoolExecutor(2) as executor:
        lists = [executor.submit(read, Server(of_list(450)), MACHINES, executor) for _ in range(6)]
        assert [len(found.result(timeout=30).rows) for found in lists] == [450] * 6


def test_a_server_with_smaller_pages_is_read_to_the_end() -> None:
    server = Server(of_list(130, limit=50))
    assert read(server) == Rows(rows=tuple(machines(0, 130)))
    assert server.offsets() == sorted([0, 50, 100], key=str)


def test_a_server_that_gives_everything_at_once_is_not_asked_again() -> None:
    server = Server(lambda _: page(machines(0, 250), 250))
    assert len(read(server).rows) == 250
    assert len(server.asked) == 1


def test_a_repeated_row_is_one_row() -> None:
    server = Server(lambda _: page([*machines(0, 2), *machines(0, 1)], 2))
    assert read(server) == Rows(rows=tuple(machines(0, 2)))


def test_a_row_lost_between_pages_is_a_gap() -> None:
    pages = {0: page(machines(0, 100), 150), 100: page(machines(101, 150), 149)}
    found = read(Server(pages.__getitem__))
    assert len(found.rows) == 149
    assert found.gaps == (gap("PartialAnswer", "149 of 150 rows of InstanceSet came"),)


def test_a_list_that_grows_is_read_to_its_new_end() -> None:
    def serve(offset: int) -> dict[str, Any]:
        return page(machines(offset, min(offset + 100, 150 if offset == 0 else 250)), 150 if offset == 0 else 250)

    server = Server(serve)
    assert read(server) == Rows(rows=tuple(machines(0, 250)))
    assert server.offsets() == sorted([0, 100, 200], key=str)


def test_a_list_that_grows_at_the_top_loses_nothing_in_silence() -> None:
    """A new first row pushes the others on: one is read twice, and the new one never."""
    pages = {0: page(machines(0, 100), 150), 100: page(machines(99, 150), 151)}
    found = read(Server(pages.__getitem__))
    assert len(found.rows) == 150
    assert [lost.code for lost in found.gaps] == ["PartialAnswer"]


def test_an_empty_page_before_the_end_stops_and_is_a_gap() -> None:
    server = Server(lambda offset: page(machines(0, 100) if offset == 0 else [], 10_000_000))
    found = read(server)
    assert len(found.rows) == 100
    assert found.gaps == (gap("PartialAnswer", "100 of 10000000 rows of InstanceSet came"),)
    assert len(server.asked) == 33


def test_a_server_that_repeats_one_page_is_found_out() -> None:
    server = Server(lambda _: page(machines(0, 100), 1_000_000))
    found = read(server)
    assert len(found.rows) == 100
    assert [lost.code for lost in found.gaps] == ["PartialAnswer"]
    assert len(server.asked) == 33


def test_no_rows_at_all_though_some_are_promised_is_a_gap() -> None:
    server = Server(lambda _: page([], 5))
    assert read(server).gaps == (gap("PartialAnswer", "0 of 5 rows of InstanceSet came"),)
    assert len(server.asked) == 1


def test_errors_beside_the_rows_are_a_gap() -> None:
    found = read(Server(lambda _: page(machines(0, 1), 1, Errors=["eks not support"])))
    assert found.rows == tuple(machines(0, 1))
    assert found.gaps == (gap("PartialAnswer", 'the answer reports errors: ["eks not support"]'),)


@pytest.mark.parametrize("errors", [[], None])
def test_no_errors_are_no_gap(errors: object) -> None:
    assert read(Server(lambda _: page([], 0, Errors=errors))) == Rows(rows=())


@pytest.mark.parametrize("row", [None, "ins-1", 5, ["ins-1"]])
def test_a_row_that_is_no_object_is_a_gap(row: object) -> None:
    found = read(Server(lambda _: page([*machines(0, 1), row], 2)))
    assert found.rows == tuple(machines(0, 1))
    assert [lost.code for lost in found.gaps] == ["UnexpectedAnswer"]


@pytest.mark.parametrize("row", [{}, {"InstanceId": None}, {"InstanceId": ""}])
def test_a_row_without_its_id_is_a_gap(row: object) -> None:
    found = read(Server(lambda _: page([row], 1)))
    assert found.rows == ()
    assert found.gaps == (gap("UnexpectedAnswer", "a row of InstanceSet has no InstanceId"),)


def test_rows_without_an_id_of_their_own_are_compared_whole() -> None:
    rows = [{"CidrBlock": "10.1.0.0/16"}, {"CidrBlock": "10.2.0.0/16"}, {"CidrBlock": "10.1.0.0/16"}]
    server = Server(lambda _: {"RequestId": "r", "AssistantCidrSet": rows, "TotalCount": 2})
    assert read(server, BLOCKS) == Rows(rows=(rows[0], rows[1]))


@pytest.mark.parametrize("rows", [None, {}, "text", 0])
def test_a_list_that_is_none_is_no_empty_list(rows: object) -> None:
    with pytest.raises(UnexpectedAnswer) as raised:
        read(Server(lambda _: page(rows, 0)))
    assert raised.value.facts["request_id"] == "req"


def test_a_list_that_is_missing_is_no_empty_list() -> None:
    with pytest.raises(UnexpectedAnswer):
        read(Server(lambda _: {"RequestId": "r", "TotalCount": 0}))


@pytest.mark.parametrize("total", [None, "five", "", "٥", True, -1, 1.0])
def test_a_count_that_is_none_ends_the_reading(total: object) -> None:
    with pytest.raises(UnexpectedAnswer):
        read(Server(lambda _: page(machines(0, 1), total)))


def test_a_count_may_come_as_digits() -> None:
    assert read(Server(lambda _: page(machines(0, 1), "2"))).gaps[0].message == "1 of 2 rows of InstanceSet came"
    assert read(Server(lambda _: page(machines(0, 1), "1"))).gaps == ()


@pytest.mark.parametrize("total", [0, 1, 150])
def test_a_count_that_is_too_small_beside_full_pages_is_not_believed(total: int) -> None:
    server = Server(lambda offset: page(machines(offset, min(offset + 100, 231)), total))
    found = read(server)
    assert (len(found.rows), found.gaps) == (231, ())
    assert server.offsets() == [0, 100, 200]


def test_a_count_that_is_too_small_beside_a_short_page_ends_the_list() -> None:
    server = Server(lambda _: page(machines(0, 7), 3))
    assert (len(read(server).rows), server.offsets()) == (7, [0])


def test_full_pages_that_repeat_beyond_the_count_leave_the_end_open() -> None:
    found = read(Server(lambda _: page(machines(0, 100), 1)))
    assert [gap.message for gap in found.gaps] == ["more than 1 rows of InstanceSet came, and then the same again"]


@pytest.mark.parametrize("total", [100, "100"])
def test_full_last_page_is_asked_once_more_and_then_only(total: object) -> None:
    server = Server(lambda offset: page(machines(0, 100)[offset:], total))
    assert read(server) == Rows(rows=tuple(machines(0, 100)))
    assert server.offsets() == [0, 100]


def test_count_of_the_page_taken_for_that_of_the_list_hides_no_row() -> None:
    server = Server(lambda offset: page(machines(offset, min(offset + 100, 130)), min(100, 130 - offset)))
    assert (len(read(server).rows), read(server).gaps) == (130, ())


def test_list_of_given_ids_ends_with_the_last_of_them() -> None:
    server = Server(lambda offset: page(machines(0, 100)[offset:], 100))
    assert len(read_all(server, MACHINES, "ap-guangzhou", {}, max_rows=100).rows) == 100
    assert server.offsets() == [0]


@pytest.mark.parametrize("row_id", [7, True, [], {}, "ins-1\nid", "i"])
def test_row_whose_id_is_none_is_a_gap(row_id: object) -> None:
    found = read(Server(lambda _: page([{"InstanceId": "ins-1"}, {"InstanceId": row_id}], 2)))
    assert (found.rows, [gap.code for gap in found.gaps]) == (({"InstanceId": "ins-1"},), ["UnexpectedAnswer"])
    assert found.gaps[0].message.endswith("which is not an ID")


def denial() -> FetchError:
    facts = {"service": "cvm", "action": "DescribeInstances", "region": "ap-guangzhou"}
    return PermissionDenied("fetch-denied", **facts, code="UnauthorizedOperation", detail="no", request_id="req-9")


def test_a_first_page_that_fails_fails_the_list() -> None:
    def serve(_: int) -> dict[str, Any]:
        raise denial()

    with pytest.raises(PermissionDenied):
        read(Server(serve))


@pytest.mark.parametrize("threads", [0, 2])
def test_a_later_page_that_fails_is_a_gap_beside_the_others(threads: int) -> None:
    def serve(offset: int) -> dict[str, Any]:
        if offset == 100:
            raise denial()
        return of_list(250)(offset)

    executor = ThreadPoolExecutor(threads) if threads else None
    found = read(Server(serve), executor=executor)
    if executor:
        executor.shutdown()
    assert found.rows == (*machines(0, 100), *machines(200, 250))
    assert [(lost.code, lost.message, lost.request_id) for lost in found.gaps] == [
        ("UnauthorizedOperation", "no", "req-9")
    ]


def test_a_later_page_that_holds_no_list_is_a_gap() -> None:
    found = read(Server(lambda offset: of_list(150)(0) if offset == 0 else page(None, 150)))
    assert found.gaps == (gap("UnexpectedAnswer", "InstanceSet is NoneType, not a list"),)


def test_the_gap_of_a_failed_call_says_which_and_why() -> None:
    assert unread_gap(denial(), region="ap-guangzhou", resource="ins-1") == Gap(
        region="ap-guangzhou",
        resource="ins-1",
        service="cvm",
        action="DescribeInstances",
        code="UnauthorizedOperation",
        message="no",
        request_id="req-9",
        kind=GapKind.UNREAD,
    )
