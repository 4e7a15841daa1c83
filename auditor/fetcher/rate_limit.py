"""The rate budget: how many calls of an action may be made in a region in any second, as the server counts them."""

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
"""How much of a quota is used; the rest is left to others of the same account."""


class Budget(Protocol):
    """Lets calls through as fast as a quota allows."""

    def slot(self, action: ApiAction, region: str) -> AbstractContextManager[None]:
        """Wait for the call's turn; the call is made inside and its answer has come when the block ends."""
        ...


class Unmetered:
    """A budget without a limit, for what does not reach the cloud."""

    def slot(self, action: ApiAction, region: str) -> AbstractContextManager[None]:  # noqa: ARG002 - as Budget asks
        """At once."""
        return nullcontext()


class Window:
    """The calls of one action in one region: at most ``limit`` in any ``interval_ms`` as the server sees them.

    The server sees a call somewhere between its start and its answer. So a call counts from its start until
    ``interval_ms`` after its answer, and whatever happens on the way to the server, no interval there can hold more
    than ``limit``. Counting starts alone would need a margin for the worst delay; this needs none, and costs the time
    of one answer in each interval.
    """

    def __init__(self, limit: int, interval_ms: int = SECOND_MS) -> None:
        from pyrate_limiter import InMemoryBucket, Rate, SlidingWindowLog  # noqa: PLC0415 - 0.1 s that replays spare

        self._rates = [Rate(limit, interval_ms)]
        self._algorithm = SlidingWindowLog()
        self._answered = InMemoryBucket(self._rates)
        self._pending = 0
        self._latest = 0
        self._lock = Lock()

    def enter(self, now_ms: int) -> int:
        """0 where a call may start now, which counts from here on; else the milliseconds to wait and ask again."""
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
        """The answer of a call that had entered is here."""
        from pyrate_limiter import RateItem  # noqa: PLC0415 - as above

        with self._lock:
            self._pending -= 1
            self._answered.put(RateItem("call", self._forward(now_ms)))

    def _forward(self, now_ms: int) -> int:
        """``now_ms``, unless another thread that read the clock later came first: the log must stay in order."""
        self._latest = max(self._latest, now_ms)
        return self._latest

    def _answered_at(self, offset: int) -> int | None:
        item = self._answered.peek(offset)
        return None if item is None else item.timestamp


class SharedBudget:
    """One :class:`Window` for each service, action name and region; the versions of an action share theirs.

    ``share`` of the documented quota is used, or the calls a second that ``rates`` gives for an action
    (``{"vpc:DescribeSubnets": 50}``).
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
        """Wait for the call's turn. Raises Cancelled from the wait."""
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
    """A budget that lets through at most ``jobs`` calls at once, each after its turn in ``budget`` has come.

    The order matters: a call that waits for its action's quota is not under way, and must not keep others from it.
    """

    def __init__(self, budget: Budget, jobs: int) -> None:
        self._budget = budget
        self._slots = Semaphore(jobs)

    @contextmanager
    def slot(self, action: ApiAction, region: str) -> Iterator[None]:
        """Wait for the call's turn and for a free place."""
        with self._budget.slot(action, region), self._slots:
            yield
