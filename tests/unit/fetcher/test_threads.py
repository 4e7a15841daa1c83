"""The threads of a run, and those of each of its regions."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Barrier, Event, current_thread
from typing import Any

import pytest

from auditor.fetcher.actions import ApiAction
from auditor.fetcher.clock import Cancelled
from auditor.fetcher.threads import DaemonPool, FetchThreads


class Idle:
    """A caller that answers with nothing."""

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
        return {}


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


def test_a_region_that_waits_for_everything_leaves_other_regions_alone() -> None:
    release = Event()
    with FetchThreads(Idle(), Event()) as threads:
        near, far = threads.of("ap-guangzhou"), threads.of("ap-shanghai")
        waiting = [
            pool.submit(release.wait, 10)
            for pool in (near.clusters, near.parts, near.lists, near.pages)
            for _ in range(200)
        ]
        work = [pool.submit(int, "7") for pool in (far.clusters, far.parts, far.lists, far.pages)]
        assert [future.result(timeout=10) for future in work] == [7, 7, 7, 7]
        assert not any(future.done() for future in waiting)
        release.set()
        assert all(future.result(timeout=10) for future in waiting)


def test_a_region_has_the_same_threads_throughout_a_run() -> None:
    with FetchThreads(Idle(), Event()) as threads:
        assert threads.of("ap-guangzhou") is threads.of("ap-guangzhou")
        assert threads.of("ap-guangzhou") is not threads.of("ap-shanghai")


def test_failure_in_a_run_cancels_the_rest() -> None:
    cancel = Event()

    def fail() -> None:
        with FetchThreads(Idle(), cancel):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert cancel.is_set()


def test_time_out_of_the_work_itself_is_its_result() -> None:
    def time_out() -> None:
        raise TimeoutError("of its own")

    with FetchThreads(Idle(), Event()) as crew, pytest.raises(TimeoutError, match="of its own"):
        crew.wait(crew.run.submit(time_out))
