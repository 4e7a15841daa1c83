"""Keeps the calls of each action in each region within its quota, as the server counts them.

The algorithm is a sliding window log in which a call counts from its start until one interval after its answer (see
:class:`Window`). :class:`SharedBudget` holds a window for each action and region, :class:`JobLimit` bounds the calls
that run at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock, Semaphore
from typing import Protocol

from auditor.errors import ConfigError
from auditor.fetcher.actions import ApiAction
from auditor.fetcher.clock import Clock

SECOND_MS = 1000
POLL_MS = 20
SHARE = 0.95
"""The share of a quota that a run uses. Other programs of the same account get the rest."""


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
    """The calls of one action in one region: at most ``limit`` in any ``interval_ms`` as the server sees them.

    The server sees a call at an unknown time between its start and its answer. A call therefore counts from its start
    until ``interval_ms`` after its answer. Invariant: whatever the network delays are, no interval at the server holds
    more than ``limit`` calls. Counting only the starts would need a margin for the longest delay; this window needs no
    margin and costs the time of one answer in each interval.
    """

    def __init__(self, limit: int, interval_ms: int = SECOND_MS) -> None:
        from pyrate_limiter import InMemoryBucket, Rate, SlidingWindowLog  # noqa: PLC0415 - takes 0.1 s, and replays do not need it

        self._rates = [Rate(limit, interval_ms)]
        self._algorithm = SlidingWindowLog()
        self._answered = InMemoryBucket(self._rates)
        self._pending = 0
        self._latest = 0
        self._lock = Lock()

    def enter(self, now_ms: int) -> int:
        """Start a call and return 0, or return the milliseconds to wait before asking again."""
        with self._lock:
            now_ms = self._forward(now_ms)
            self._answered.leak(now_ms)
            counts = [self._answered.count()]
            decision = self._algorithm.decide(self._rates, counts, self._pending + 1, now_ms, self._answered_at)
            if not decision.allowed:
                return max(1, decision.retry_after_ms or POLL_MS)
            self._pending += 1
            return 0

    def leave(self, now_ms: int) -> None:
        """Note that a started call has its answer."""
        from pyrate_limiter import RateItem  # noqa: PLC0415 - as above

        with self._lock:
            self._pending -= 1
            self._answered.put(RateItem("call", self._forward(now_ms)))

    def _forward(self, now_ms: int) -> int:
        """The latest time of any thread: a thread may bring an older time, and the log must stay in order."""
        self._latest = max(self._latest, now_ms)
        return self._latest

    def _answered_at(self, offset: int) -> int | None:
        item = self._answered.peek(offset)
        return None if item is None else item.timestamp


class SharedBudget:
    """Keeps a :class:`Window` for each service, action name and region. The versions of an action share a window.

    A window allows ``share`` of the documented quota, or the calls a second that ``rates`` names for the action
    (``{"vpc:DescribeSubnets": 50}``). Raises ConfigError for a share outside 0 to 1 or a rate of 0 or less.
    """

    def __init__(self, clock: Clock, share: float = SHARE, rates: Mapping[str, float] | None = None) -> None:
        if not 0 < share <= 1:
            raise ConfigError("fetch-rate-share", key="rate-share", value=str(share), expected="0 < share <= 1")
        for name, rate in (rates or {}).items():
            if rate <= 0:
                raise ConfigError("fetch-rate", key=name, value=str(rate), expected="> 0")
        self._clock = clock
        self._share = share
        self._rates = dict(rates or {})
        self._windows: dict[tuple[str, str, str], Window] = {}
        self._lock = Lock()

    @contextmanager
    def slot(self, action: ApiAction, region: str) -> Iterator[None]:
        """Wait until the call may start. Raises Cancelled while waiting."""
        window = self._window(action, region)
        while wait_ms := window.enter(self._now_ms()):
            self._clock.sleep(wait_ms / SECOND_MS)
        try:
            yield
        finally:
            window.leave(self._now_ms())

    def _window(self, action: ApiAction, region: str) -> Window:
        key = (action.service, action.name, region)
        with self._lock:
            if key not in self._windows:
                rate = self._rates.get(action.permission, action.rate * self._share)
                self._windows[key] = Window(max(1, int(rate)), SECOND_MS if rate >= 1 else round(SECOND_MS / rate))
            return self._windows[key]

    def _now_ms(self) -> int:
        return int(self._clock.now() * SECOND_MS)


class JobLimit:
    """A budget that allows at most ``jobs`` calls at the same time, each after its slot in ``budget``.

    The order matters: a call that waits for the quota of its action must not occupy a job that others could use.
    """

    def __init__(self, budget: Budget, jobs: int) -> None:
        self._budget = budget
        self._slots = Semaphore(jobs)

    @contextmanager
    def slot(self, action: ApiAction, region: str) -> Iterator[None]:
        """Wait for the slot of ``budget`` and for a free job."""
        with self._budget.slot(action, region), self._slots:
            yield
