"""Keeps the calls of each action in each region within its quota, as the server counts them.

The algorithm is a sliding window log in which a call counts from its start until one interval after its answer (see
:class:`Window`). :class:`SharedBudget` holds a window for each action and region, and for each region
:class:`RegionPlaces`, which bound the calls that run at the same time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from math import ceil
from threading import Condition, Lock, Semaphore
from typing import Protocol

from auditor.errors import ConfigError
from auditor.fetcher.actions import ApiAction
from auditor.fetcher.clock import Clock

SECOND_MS = 1000
POLL_MS = 20
SHARE = 0.95
"""The share of a quota that a run uses. Other programs of the same account get the rest."""

LEAST_PLACES = 8
MOST_PLACES = 64
"""The bounds of the number of calls in one region at the same time."""

MOST_CALLS = 192
"""The number of calls in all regions at the same time, unless the user sets it: many systems allow 256 open files."""

SLOWDOWN = 1.1
"""How fast a measured latency can rise: a single slow answer raises it by a tenth."""


class Budget(Protocol):
    """Delays calls so that they stay within a quota."""

    def slot(self, action: ApiAction, region: str) -> AbstractContextManager[None]:
        """Wait until the call may start. The caller makes the call and gets its answer inside the block."""
        ...


class Unmetered:
    """A budget without a limit, for calls that do not reach the cloud."""

    def slot(self, action: ApiAction, region: str) -> AbstractContextManager[None]:  # noqa: ARG002 - the signature of Budget
        """Return a slot without waiting."""
        return nullcontext()


class Window:
    """The calls of one action in one region: at most ``limit`` start in any ``interval_ms``.

    The server sees a call at an unknown time between its start and its answer. A call therefore counts from its start
    until ``interval_ms`` after its answer, and at most ``most`` calls count, by default ``limit``. Invariant: whatever
    the network delays are, no interval at the server holds more than ``most`` calls. Counting only the starts would
    need a margin for the longest delay; this window needs no margin and costs at most the time of one answer in each
    interval. Where ``most`` is more than ``limit``, the difference makes up for that time.

    ``turn`` is held by the caller that waits for the window: the others wait for ``turn``, and take no time doing so.
    ``calls_at_once`` is the number of calls under way when the window is used to the full, by the fastest answers: a
    busy machine or a stalled call says nothing about the network.
    """

    def __init__(self, limit: int, interval_ms: int = SECOND_MS, most: int = 0) -> None:
        self.turn = Lock()
        self.calls_at_once = 0.0
        self._limit = limit
        self._most = most or limit
        self._interval_ms = interval_ms
        self._started: deque[int] = deque()
        self._answered: deque[int] = deque()
        """The times of starts and of answers that count, in order; each stands for a call."""
        self._pending = 0
        self._lock = Lock()

    def wait_ms(self, now_ms: int) -> int:
        """The milliseconds to wait before asking again; 0 if a call may start."""
        with self._lock:
            return self._wait_ms(now_ms)

    def enter(self, now_ms: int) -> int:
        """Start a call and return 0, or return the milliseconds to wait before asking again."""
        with self._lock:
            wait_ms = self._wait_ms(now_ms)
            if not wait_ms:
                self._pending += 1
                _append(self._started, now_ms)
            return wait_ms

    def leave(self, now_ms: int, taken_ms: int = 0) -> None:
        """Note that a started call has its answer, which took ``taken_ms``."""
        with self._lock:
            self._pending -= 1
            _append(self._answered, now_ms)
            calls_at_once = self._limit * taken_ms / self._interval_ms
            self.calls_at_once = min(calls_at_once, self.calls_at_once * SLOWDOWN or calls_at_once)

    def _wait_ms(self, now_ms: int) -> int:
        by_start = self._wait_for(self._started, self._limit, now_ms)
        return max(by_start, self._wait_for(self._answered, self._most - self._pending, now_ms))

    def _wait_for(self, times: deque[int], limit: int, now_ms: int) -> int:
        """The milliseconds until fewer than ``limit`` of ``times`` count; 0 if that is so now."""
        while times and times[0] + self._interval_ms < now_ms:
            times.popleft()
        excess = len(times) + 1 - limit
        if excess <= 0:
            return 0
        return times[excess - 1] + self._interval_ms + 1 - now_ms if excess <= len(times) else POLL_MS


def _append(times: deque[int], now_ms: int) -> None:
    """Append the time, or the latest one where a thread brings an older time than another did before it."""
    times.append(max(now_ms, times[-1] if times else now_ms))


class RegionPlaces:
    """The places for calls in one region at the same time: as many as its quotas let through during one answer.

    By Little's law that is the sum of rate times latency over the actions in use, and :data:`LEAST_PLACES` to
    :data:`MOST_PLACES`. So neither a distant region nor a near one leaves a quota unused for want of places.
    """

    def __init__(self) -> None:
        self._free = Condition()
        self._busy = 0
        self._by_action: dict[str, float] = {}
        self.count = LEAST_PLACES

    def take(self) -> None:
        """Wait for a free place and take it."""
        with self._free:
            self._free.wait_for(lambda: self._busy < self.count)
            self._busy += 1

    def give_back(self, action: ApiAction, calls_at_once: float) -> None:
        """Return a place, with the number of calls of ``action`` that its quota keeps under way."""
        with self._free:
            self._busy -= 1
            self._by_action[action.permission] = calls_at_once
            self.count = min(MOST_PLACES, max(LEAST_PLACES, ceil(sum(self._by_action.values()))))
            self._free.notify(max(0, self.count - self._busy))


class SharedBudget:
    """The budget of one account: in each region :class:`RegionPlaces`, and a :class:`Window` for each action.

    The versions of an action share a window. A window allows ``share`` of the documented quota, or the calls a second
    that ``rates`` names for the action (``{"vpc:DescribeSubnets": 50}``). Without a ``share``, :data:`SHARE` of the
    quota is used on average, and no second at the server holds more than the quota. ``jobs`` bounds the calls of a run
    at the same time; the budgets of several accounts share it. Raises ConfigError for a share outside 0 to 1 or a rate
    of 0 or less.

    Invariant: a call that waits for its quota has no place, and a call that waits for a place does not count in its
    window. So no wait uses up what another call could use. Only the holder of a window's ``turn`` enters it, so a
    window that lets a call through still does so once the call has its place.
    """

    def __init__(
        self,
        clock: Clock,
        share: float | None = None,
        rates: Mapping[str, float] | None = None,
        jobs: Semaphore | None = None,
    ) -> None:
        if share is not None and not 0 < share <= 1:
            raise ConfigError("fetch-rate-share", key="rate-share", value=str(share), expected="0 < share <= 1")
        for name, rate in (rates or {}).items():
            if rate <= 0:
                raise ConfigError("fetch-rate", key=name, value=str(rate), expected="> 0")
        self._clock = clock
        self._share = share
        self._rates = dict(rates or {})
        self._jobs = jobs or Semaphore(MOST_CALLS)
        self._windows: dict[tuple[str, str, str], Window] = {}
        self._places: dict[str, RegionPlaces] = {}
        self._lock = Lock()

    @contextmanager
    def slot(self, action: ApiAction, region: str) -> Iterator[None]:
        """Wait until the call may start. Raises Cancelled while waiting."""
        window, places = self._of(action, region)
        with window.turn:
            while wait_ms := window.wait_ms(self._now_ms()):
                self._clock.sleep(wait_ms / SECOND_MS)
            places.take()
            self._jobs.acquire()
            started_ms = self._now_ms()
            window.enter(started_ms)
        try:
            yield
        finally:
            answered_ms = self._now_ms()
            window.leave(answered_ms, answered_ms - started_ms)
            self._jobs.release()
            places.give_back(action, window.calls_at_once)

    def _of(self, action: ApiAction, region: str) -> tuple[Window, RegionPlaces]:
        key = (action.service, action.name, region)
        with self._lock:
            if key not in self._windows:
                self._windows[key] = self._new_window(action)
            return self._windows[key], self._places.setdefault(region, RegionPlaces())

    def _new_window(self, action: ApiAction) -> Window:
        if action.permission not in self._rates and self._share is None:
            return Window(max(1, int(action.rate * SHARE)), most=action.rate)
        rate = self._rates.get(action.permission, action.rate * (self._share or 1))
        return Window(max(1, int(rate)), SECOND_MS if rate >= 1 else round(SECOND_MS / rate))

    def _now_ms(self) -> int:
        return int(self._clock.now() * SECOND_MS)
