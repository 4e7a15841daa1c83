from __future__ import annotations

from threading import Event

import pytest

from auditor.fetcher.watchdog import Watchdog


class Line:
    def __init__(self, failure: Exception | None = None) -> None:
        self.ended = Event()
        self.failure = failure

    def shutdown(self) -> None:
        self.ended.set()
        if self.failure:
            raise self.failure


@pytest.mark.parametrize("failure", [None, RuntimeError("released"), ValueError("none"), OSError("closed")])
def test_what_takes_too_long_is_hung_up_on(failure: Exception | None) -> None:
    line = Line(failure)
    with Watchdog(0.05).watching(line) as watch:
        assert line.ended.wait(30)
    assert watch.late


def test_what_is_read_in_time_is_left_alone() -> None:
    dog = Watchdog(0.2)
    slow, quick = Line(), Line()
    with dog.watching(slow):
        with dog.watching(quick) as watch:
            pass
        assert slow.ended.wait(30)
    assert not watch.late
    assert not quick.ended.is_set()


def test_it_comes_back_after_a_rest() -> None:
    dog = Watchdog(0.02)
    for _ in range(2):
        line = Line()
        with dog.watching(line):
            assert line.ended.wait(30)
        Event().wait(0.1)
