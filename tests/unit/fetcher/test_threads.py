"""The threads of a run and the number of calls at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Barrier, Event, Lock, current_thread
from typing import Any

import pytest

from auditor.fetcher import actions
from auditor.fetcher.actions import ApiAction
from auditor.fetcher.clock import Cancelled
from auditor.fetcher.rate_limit import JobLimit, Unmetered
from auditor.fetcher.threads import DaemonPool, FetchThreads


class Counting:
    """A caller that notes how many of its calls are under way."""

    def __init__(self) -> None:
        self.most = 0
        self._now = 0
        self._lock = Lock()

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        Event().wait(0.002)
        with self._lock:
            self._now -= 1
        return {"asked": (action.name, region, dict(params))}


def test_results_come_back_in_the_order_of_the_work() -> None:
    floor = DaemonPool(3, Event())
    assert list(floor.map(lambda number: number * number, range(20))) == [number * number for number in range(20)]
    floor.shutdown()


def test_floor_is_as_wide_as_it_says() -> None:
    floor = DaemonPool(4, Event())
    together = Barrier(4)
    assert sorted(floor.map(lambda _: together.wait(10), range(4))) == [0, 1, 2, 3]
    names = set(floor.map(lambda _: current_thread().name, range(40)))
    assert len(names) <= 4
    floor.shutdown()


def test_threads_never_keep_the_process_alive() -> None:
    floor = DaemonPool(1, Event())
    assert floor.submit(lambda: current_thread().daemon).result()
    floor.shutdown()


def test_failure_goes_to_whoever_waits_and_the_floor_serves_on() -> None:
    floor = DaemonPool(1, Event())
    failing = floor.submit(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        failing.result()
    assert floor.submit(int, "7").result() == 7
    floor.shutdown()


def test_interrupt_refuses_what_has_not_begun() -> None:
    cancel, begun, release = Event(), Event(), Event()
    floor = DaemonPool(1, cancel)

    def hold() -> str:
        begun.set()
        release.wait(10)
        return "done"

    running, waiting = floor.submit(hold), floor.submit(int, "7")
    begun.wait(10)
    cancel.set()
    release.set()
    assert running.result() == "done"
    with pytest.raises(Cancelled):
        waiting.result()
    floor.shutdown()


def test_work_that_was_taken_back_is_not_done() -> None:
    cancel, begun, release = Event(), Event(), Event()
    floor = DaemonPool(1, cancel)
    done: list[int] = []

    def hold() -> None:
        begun.set()
        release.wait(10)

    running, waiting = floor.submit(hold), floor.submit(done.append, 1)
    begun.wait(10)
    assert waiting.cancel()
    release.set()
    running.result()
    assert floor.submit(lambda: list(done)).result() == []
    floor.shutdown()


def test_calls_of_one_action_are_at_most_as_many_as_there_are_jobs() -> None:
    caller = Counting()
    with FetchThreads(caller, 2, Event()) as crew:
        list(crew.lists.map(lambda n: crew.call(actions.SUBNETS, "ap-guangzhou", {"n": n}), range(30)))
    assert caller.most == 2


def test_calls_that_wait_for_one_quota_leave_other_actions_alone() -> None:
    release = Event()

    class Slow:
        def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
            if action is actions.CLUSTER_INSTANCES:
                release.wait(10)
            return {}

    with FetchThreads(Slow(), 1, Event()) as crew:
        held = [crew.lists.submit(crew.call, actions.CLUSTER_INSTANCES, "ap-guangzhou", {}) for _ in range(5)]
        assert crew.lists.submit(crew.call, actions.SUBNETS, "ap-guangzhou", {}).result(timeout=10) == {}
        assert not any(future.done() for future in held)
        release.set()
        assert [future.result(timeout=10) for future in held] == [{}] * 5


def test_failure_in_a_run_cancels_the_rest() -> None:
    cancel = Event()

    def fail() -> None:
        with FetchThreads(Counting(), 1, cancel):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert cancel.is_set()


def test_time_out_of_the_work_itself_is_its_result() -> None:
    def time_out() -> None:
        raise TimeoutError("of its own")

    with FetchThreads(Counting(), 1, Event()) as crew, pytest.raises(TimeoutError, match="of its own"):
        crew.wait(crew.run.submit(time_out))


def test_limit_holds_over_all_actions_together() -> None:
    caller = Counting()
    limit = JobLimit(Unmetered(), 3)

    class Limited:
        def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
            with limit.slot(action, region):
                return caller.call(action, region, params)

    with FetchThreads(Limited(), 3, Event()) as crew:
        asked = [(action, n) for n in range(5) for action in actions.ACTIONS]
        list(crew.lists.map(lambda one: crew.call(one[0], "ap-guangzhou", {"n": one[1]}), asked))
    assert caller.most == 3


def test_call_that_waits_for_its_quota_takes_no_place_from_others() -> None:
    entered: list[str] = []

    class Quota:
        @contextmanager
        def slot(self, action: ApiAction, region: str) -> Iterator[None]:
            entered.append(action.name)
            if action is actions.CLUSTERS:
                with limit.slot(actions.SUBNETS, region):
                    entered.append("others go on")
            yield

    limit = JobLimit(Quota(), 1)
    with limit.slot(actions.CLUSTERS, "ap-guangzhou"):
        entered.append("call")
    assert entered == ["DescribeClusters", "DescribeSubnets", "others go on", "call"]
