"""The calls that the server sees within a budget, event by event, on a clock of integers."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from random import Random
from threading import Barrier

import pytest

from auditor.errors import ConfigError
from auditor.fetcher.actions import CLUSTER_INSTANCES, CLUSTER_INSTANCES_2022, SUBNETS, VPCS
from auditor.fetcher.clock import Cancelled
from auditor.fetcher.rate_limit import SharedBudget, Unmetered, Window
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
@pytest.mark.parametrize("seed", [1, 2])
def test_no_second_at_the_server_holds_more_than_the_limit(
    limit: int, workers: int, latency: Latency, seed: int
) -> None:
    arrivals = simulate(Window(limit), workers, 400, latency, seed)
    assert most_in_a_second(arrivals) <= limit


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
