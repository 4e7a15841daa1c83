"""The calls that the server sees within a budget, event by event, on a clock of integers."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from random import Random
from threading import Barrier, Event, Semaphore, Thread

import pytest

from auditor.errors import ConfigError
from auditor.fetcher.actions import CLUSTER_INSTANCES, CLUSTER_INSTANCES_2022, INSTANCES, SUBNETS, VPCS, ApiAction
from auditor.fetcher.clock import Cancelled
from auditor.fetcher.rate_limit import RegionPlaces, SharedBudget, Unmetered, Window
from tests.unit.fetcher.fake_clock import FakeClock

Latency = Callable[[Random], tuple[int, int]]
"""Milliseconds from the start of a call to its arrival, and to its answer."""


def steady(_: Random) -> tuple[int, int]:
    return 15, 30


def jittery(random: Random) -> tuple[int, int]:
    answered = random.randint(5, 120)
    return random.randint(0, answered), answered


def stalling(random: Random) -> tuple[int, int]:
    """Now and then a call hangs for seconds before it arrives, or after."""
    answered = random.choice([20, 20, 20, 20, 50, 900, 3000])
    return random.choice([0, answered]), answered


def simulate(window: Window, workers: int, calls: int, latency: Latency, seed: int) -> list[int]:
    """When the server saw each call, in milliseconds, with workers that call as fast as they may."""
    random = Random(seed)
    order = count()
    arrivals: list[int] = []
    events: list[tuple[int, int, str]] = [(0, next(order), "ask") for _ in range(workers)]
    heapq.heapify(events)
    while events and len(arrivals) < calls:
        now, _, event = heapq.heappop(events)
        if event == "answer":
            window.leave(now)
        if wait := window.enter(now):
            heapq.heappush(events, (now + wait, next(order), "ask"))
            continue
        arrives, answers = latency(random)
        arrivals.append(now + arrives)
        heapq.heappush(events, (now + answers, next(order), "answer"))
    return sorted(arrivals)


def most_in_a_second(arrivals: list[int]) -> int:
    first = most = 0
    for last, time in enumerate(arrivals):
        while arrivals[first] < time - 1000:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.parametrize("latency", [steady, jittery, stalling])
@pytest.mark.parametrize(("limit", "workers"), [(19, 8), (19, 40), (38, 16), (95, 16), (95, 120), (1, 4)])
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.deep)])
def test_no_second_at_the_server_holds_more_than_the_limit(
    limit: int, workers: int, latency: Latency, seed: int
) -> None:
    arrivals = simulate(Window(limit), workers, 400, latency, seed)
    assert most_in_a_second(arrivals) <= limit


@pytest.mark.parametrize("latency", [steady, jittery, stalling])
@pytest.mark.parametrize(("limit", "most", "workers"), [(19, 20, 40), (38, 40, 16), (95, 100, 120)])
@pytest.mark.parametrize("seed", [1, 2])
def test_delayed_calls_fill_the_quota_and_never_more(
    limit: int, most: int, workers: int, latency: Latency, seed: int
) -> None:
    arrivals = simulate(Window(limit, most=most), workers, 400, latency, seed)
    assert most_in_a_second(arrivals) <= most
    assert arrivals[-1] >= 1000 * (400 // limit - 1)


def far(_: Random) -> tuple[int, int]:
    return 75, 150


def test_reserve_of_a_quota_makes_up_for_the_latency() -> None:
    seconds = [simulate(window, 40, 400, far, seed=1)[-1] / 1000 for window in (Window(19), Window(19, most=20))]
    assert seconds[0] > 24
    assert seconds[1] < 23


@pytest.mark.parametrize(("quota", "limit"), [(20, 19), (40, 38), (100, 95)])
def test_little_of_the_quota_is_left_unused(quota: int, limit: int) -> None:
    calls = 30 * quota
    arrivals = simulate(Window(limit), 16, calls, steady, seed=1)
    assert arrivals[-1] / 1000 <= calls / quota * 1.1


def test_counting_starts_alone_would_not_hold() -> None:
    """The check above can fail: calls that start a second apart may arrive together."""
    starts = [0] * 19 + [1001] * 19
    arrivals = [start + delay for start, delay in zip(starts, [300] * 19 + [0] * 19, strict=True)]
    assert most_in_a_second(sorted(arrivals)) == 38


def test_a_call_counts_until_a_second_after_its_answer() -> None:
    window = Window(1)
    assert window.enter(0) == 0
    assert window.enter(5000) > 0
    window.leave(6000)
    assert window.enter(6000) == 1001
    assert window.enter(7000) == 1
    assert window.enter(7001) == 0


def test_a_clock_read_out_of_order_by_two_threads_does_no_harm() -> None:
    window = Window(2)
    assert window.enter(10) == 0
    assert window.enter(10) == 0
    window.leave(21)
    window.leave(20)
    assert window.enter(1021) > 0
    assert window.enter(1022) == 0


def uses(budget: SharedBudget, clock: FakeClock, calls: int) -> float:
    """Seconds that so many calls of one action take when each is answered at once."""
    begun = clock.time
    for _ in range(calls):
        with budget.slot(SUBNETS, "ap-guangzhou"):
            pass
    return clock.time - begun


def test_the_share_of_the_documented_quota_is_used(clock: FakeClock) -> None:
    assert uses(SharedBudget(clock, share=0.5), clock, 50) == 0
    assert 1 <= uses(SharedBudget(clock, share=0.5), clock, 51) < 1.1


def test_nineteen_twentieths_are_used_by_default(clock: FakeClock) -> None:
    assert uses(SharedBudget(clock), clock, 95) == 0
    assert 1 <= uses(SharedBudget(clock), clock, 96) < 1.1


def test_a_rate_of_its_own_goes_before_the_share(clock: FakeClock) -> None:
    budget = SharedBudget(clock, rates={"vpc:DescribeSubnets": 2})
    assert 1 <= uses(budget, clock, 3) < 1.1


def test_less_than_one_call_a_second_is_possible(clock: FakeClock) -> None:
    budget = SharedBudget(clock, rates={"vpc:DescribeSubnets": 0.25})
    assert 4 <= uses(budget, clock, 2) < 4.1


def test_versions_of_an_action_share_one_budget(clock: FakeClock) -> None:
    budget = SharedBudget(clock, rates={"tke:DescribeClusterInstances": 1})
    with budget.slot(CLUSTER_INSTANCES, "ap-guangzhou"):
        pass
    with budget.slot(CLUSTER_INSTANCES_2022, "ap-guangzhou"):
        pass
    assert clock.slept == [1.001]


def test_regions_and_actions_do_not_share(clock: FakeClock) -> None:
    budget = SharedBudget(clock, rates={"vpc:DescribeSubnets": 1, "vpc:DescribeVpcs": 1})
    for action, region in [(SUBNETS, "ap-guangzhou"), (SUBNETS, "ap-shanghai"), (VPCS, "ap-guangzhou")]:
        with budget.slot(action, region):
            pass
    assert clock.slept == []


def test_a_call_that_fails_gives_its_place_back(clock: FakeClock) -> None:
    budget = SharedBudget(clock, rates={"vpc:DescribeSubnets": 1})
    with pytest.raises(ValueError, match="failed"), budget.slot(SUBNETS, "r"):
        raise ValueError("failed")
    with budget.slot(SUBNETS, "r"):
        pass
    assert clock.slept == [1.001]


def test_an_interrupt_ends_the_wait(clock: FakeClock) -> None:
    budget = SharedBudget(clock, rates={"vpc:DescribeSubnets": 1})
    with budget.slot(SUBNETS, "r"):
        clock.cancelled = True
        with pytest.raises(Cancelled), budget.slot(SUBNETS, "r"):
            pass


@pytest.mark.parametrize("share", [0, -1, 1.01])
def test_a_share_is_more_than_nothing_and_at_most_all(clock: FakeClock, share: float) -> None:
    with pytest.raises(ConfigError):
        SharedBudget(clock, share=share)


def test_a_rate_is_more_than_nothing(clock: FakeClock) -> None:
    with pytest.raises(ConfigError) as raised:
        SharedBudget(clock, rates={"vpc:DescribeSubnets": 0})
    assert raised.value.facts["key"] == "vpc:DescribeSubnets"


def test_a_replay_has_no_limit() -> None:
    budget = Unmetered()
    for _ in range(1000):
        with budget.slot(SUBNETS, "r"):
            pass


def test_threads_together_keep_within_the_limit() -> None:
    window, threads = Window(5), 16
    start = Barrier(threads)

    def ask(_: int) -> bool:
        start.wait()
        return window.enter(0) == 0

    with ThreadPoolExecutor(threads) as executor:
        assert sum(executor.map(ask, range(threads))) == 5


def answers(window: Window, taken_ms: int, calls: int) -> None:
    """So many calls after one another, each with its answer after ``taken_ms``."""
    for _ in range(calls):
        window.enter(0)
        window.leave(0, taken_ms)


@pytest.mark.parametrize(("taken_ms", "calls_at_once"), [(30, 2.85), (85, 8.075), (150, 14.25), (1000, 95.0)])
def test_a_window_keeps_as_many_calls_under_way_as_rate_times_latency(taken_ms: int, calls_at_once: float) -> None:
    window = Window(95)
    answers(window, taken_ms, 50)
    assert window.calls_at_once == pytest.approx(calls_at_once)


def test_a_stalled_answer_raises_a_latency_by_a_tenth_only() -> None:
    window = Window(100)
    answers(window, 30, 1)
    answers(window, 20_000, 1)
    assert window.calls_at_once == pytest.approx(3.3)


def test_a_latency_that_grew_is_followed_within_twenty_answers() -> None:
    window = Window(100)
    answers(window, 30, 5)
    answers(window, 150, 20)
    assert window.calls_at_once == pytest.approx(15)


@pytest.mark.parametrize(("calls_at_once", "places"), [(0, 8), (4, 8), (15, 30), (31.9, 64), (500, 64)])
def test_a_region_has_places_for_what_its_quotas_keep_under_way(calls_at_once: float, places: int) -> None:
    region = RegionPlaces()
    for action in (SUBNETS, VPCS):
        region.take()
        region.give_back(action, calls_at_once)
    assert region.count == places


def test_places_shrink_when_the_latency_does() -> None:
    region = RegionPlaces()
    counts = []
    for calls_at_once in (40, 12.2, 1):
        region.take()
        region.give_back(SUBNETS, calls_at_once)
        counts.append(region.count)
    assert counts == [40, 13, 8]


def test_a_ninth_call_waits_for_a_place_and_does_not_count_yet(clock: FakeClock) -> None:
    budget = SharedBudget(clock, rates={"cvm:DescribeInstances": 1})
    began, end = Event(), Event()

    def call() -> None:
        with budget.slot(INSTANCES, "r"):
            began.set()
            end.wait(10)

    with ExitStack() as slots:
        for _ in range(8):
            slots.enter_context(budget.slot(SUBNETS, "r"))
        thread = Thread(target=call, daemon=True)
        thread.start()
        assert not began.wait(0.05)
        clock.time += 100
    assert began.wait(10)
    end.set()
    thread.join(10)
    clock.time += 0.5
    with budget.slot(INSTANCES, "r"):
        assert clock.slept == [0.501]


def test_a_call_that_waits_for_its_quota_leaves_its_place_to_others(clock: FakeClock) -> None:
    jobs = Semaphore(1)
    budget = SharedBudget(clock, rates={"vpc:DescribeSubnets": 1}, jobs=jobs)

    def others_call(seconds: float) -> None:
        clock.slept.append(seconds)
        clock.time += seconds
        with budget.slot(VPCS, "r"):
            clock.slept.append(0)

    with budget.slot(SUBNETS, "r"):
        pass
    clock.sleep = others_call  # type: ignore[method-assign]
    with budget.slot(SUBNETS, "r"):
        assert clock.slept == [1.001, 0]


@pytest.mark.parametrize("jobs", [1, 3])
def test_jobs_bound_the_calls_of_all_actions_regions_and_accounts_together(clock: FakeClock, jobs: int) -> None:
    shared = Semaphore(jobs)
    accounts = [SharedBudget(clock, jobs=shared) for _ in range(2)]
    under_way: list[int] = []
    most: list[int] = []

    def call(number: int) -> None:
        action: ApiAction = (SUBNETS, VPCS, INSTANCES)[number % 3]
        with accounts[number % 2].slot(action, ("ap-guangzhou", "ap-shanghai")[number // 2 % 2]):
            under_way.append(number)
            most.append(len(under_way))
            under_way.remove(number)

    with ThreadPoolExecutor(16) as executor:
        list(executor.map(call, range(120)))
    assert len(most) == 120
    assert max(most) <= jobs


def test_accounts_do_not_share_a_quota(clock: FakeClock) -> None:
    rates = {"vpc:DescribeSubnets": 1}
    for budget in (SharedBudget(clock, rates=rates), SharedBudget(clock, rates=rates)):
        with budget.slot(SUBNETS, "ap-guangzhou"):
            pass
    assert clock.slept == []


def test_an_interrupt_ends_the_wait_of_every_caller_in_turn(clock: FakeClock) -> None:
    budget = SharedBudget(clock, rates={"vpc:DescribeSubnets": 1})
    with budget.slot(SUBNETS, "r"):
        pass
    clock.cancelled = True

    def call(_: int) -> str:
        try:
            with budget.slot(SUBNETS, "r"):
                return "called"
        except Cancelled:
            return "cancelled"

    with ThreadPoolExecutor(8) as executor:
        assert list(executor.map(call, range(24))) == ["cancelled"] * 24


@pytest.mark.parametrize(("latency", "places"), [(0.03, 8), (0.15, 15), (2, 64)])
def test_a_region_gets_places_by_the_latency_of_its_calls(clock: FakeClock, latency: float, places: int) -> None:
    budget = SharedBudget(clock)
    for _ in range(5):
        with budget.slot(SUBNETS, "r"):
            clock.time += latency
    clock.time += 10
    entered, full, end = [], Event(), Event()

    def take() -> None:
        with budget.slot(SUBNETS, "r"):
            entered.append(1)
            if len(entered) == places:
                full.set()
            end.wait(10)

    threads = [Thread(target=take, daemon=True) for _ in range(places + 1)]
    for thread in threads:
        thread.start()
    assert full.wait(10)
    assert not end.wait(0.05)
    assert len(entered) == places
    end.set()
    for thread in threads:
        thread.join(10)
    assert len(entered) == places + 1
