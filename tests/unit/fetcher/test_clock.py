from threading import Event

import pytest

from auditor.errors import ExitCode
from auditor.fetcher.clock import Cancelled, RunClock, StoppedClock


def test_an_interrupt_ends_a_long_wait_at_once() -> None:
    cancelled = Event()
    cancelled.set()
    with pytest.raises(Cancelled) as raised:
        RunClock(cancelled).sleep(3600)
    assert raised.value.exit_code is ExitCode.INTERRUPTED


def test_an_interrupt_is_noticed_without_a_wait() -> None:
    cancelled = Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        RunClock(cancelled).sleep(0)


def test_time_goes_on() -> None:
    clock = RunClock()
    assert clock.now() <= clock.now()
    assert clock.wall() > 1_700_000_000


def test_a_replay_waits_for_nothing() -> None:
    clock = StoppedClock()
    before = clock.now()
    clock.sleep(3600)
    assert clock.now() - before < 60


def test_a_replay_is_interrupted_all_the_same() -> None:
    cancelled = Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        StoppedClock(cancelled).sleep(3600)
