"""Repeats calls that failed for a passing reason, with limits on attempts, pauses and total time."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from random import Random
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from auditor.errors import CloudError, FetchError, NetworkError, NotRecorded, Throttled, UnexpectedAnswer
from auditor.fetcher.api_response import is_or_under
from auditor.fetcher.clock import Clock

if TYPE_CHECKING:
    from tenacity import RetryCallState

log = logging.getLogger(__name__)

Answered = TypeVar("Answered")

GIVE_UP_AFTER = 3
"""The number of calls in a row without a successful attempt after which later calls get a single attempt."""

TRANSIENT = ("InternalError", "InternalServerError", "ServiceUnavailable")
PERMANENT = (
    "NotFound",
    "NotSupport",
    ".ClusterState",
    ".Param",
    ".AccountUserNotAuthenticated",
    ".GetRoleError",
    ".IllegalRole",
)
"""Endings of sub-codes of internal errors that a repeated call meets again (error codes of tke and sts)."""


def is_transient(error: BaseException) -> bool:
    """Whether the same call may succeed a moment later."""
    if isinstance(error, CloudError):
        code = str(error.facts["code"])
        return is_or_under(code, TRANSIENT) and not code.endswith(PERMANENT)
    return isinstance(error, (Throttled, NetworkError, UnexpectedAnswer))


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """The limits of repeated calls.

    A failing call gets at most ``attempts`` attempts, and none starts later than ``total`` seconds after the first.
    A throttled call gets at least ``attempts`` attempts and further ones for ``throttled`` seconds. Throttled attempts
    and their pauses do not count against other failures. The pause before attempt n+1 is drawn uniformly from
    ``least_wait`` to ``first_wait * 2**(n-1)``, at most ``longest_wait`` seconds (exponential backoff with jitter).
    """

    attempts: int = 6
    least_wait: float = 0.1
    first_wait: float = 0.5
    longest_wait: float = 8.0
    total: float = 60.0
    throttled: float = 120.0

    def longest_pause(self, attempt: int) -> float:
        """The longest pause in seconds after ``attempt``, counted from 1."""
        return min(self.longest_wait, self.first_wait * 2.0 ** min(attempt - 1, 60))


class Retrier:
    """Repeats calls within the limits of a policy.

    When :data:`GIVE_UP_AFTER` calls with the same key in a row use up their attempts, the action probably fails for
    good in that region. Later calls then get a single attempt until a call succeeds, so that hundreds of calls end in
    reasonable time. One or two failing calls may be due to their parameters and do not affect the others.
    """

    def __init__(self, policy: RetryPolicy, clock: Clock, random: Random | None = None) -> None:
        self._policy = policy
        self._clock = clock
        self._random = random or Random()  # noqa: S311 - spreads load, guards nothing
        self._exhausted: Counter[tuple[str, ...]] = Counter()
        self._warned: set[tuple[str, ...]] = set()
        self._lock = Lock()

    def run(self, key: tuple[str, ...], attempt: Callable[[], Answered]) -> Answered:
        """Call ``attempt`` until it succeeds and return its result. Raises its last error, or Cancelled.

        ``key`` is service, action and region. Where a cassette ends after refusals, so does the call.
        """
        tries = _Tries(self._policy, self._clock, self._random, once=self._exhausted[key] >= GIVE_UP_AFTER)
        try:
            result = tries.run(attempt, lambda: self._warn_throttled(key))
        except NotRecorded:
            if tries.last is None:
                raise
            self._note(key, exhausted=True)
            raise tries.last from None
        except FetchError as error:
            if is_transient(error):
                self._note(key, exhausted=True)
            raise
        self._note(key, exhausted=False)
        return result

    def _note(self, key: tuple[str, ...], *, exhausted: bool) -> None:
        with self._lock:
            self._exhausted[key] = self._exhausted[key] + 1 if exhausted else 0

    def _warn_throttled(self, key: tuple[str, ...]) -> None:
        """Log once for each action and region that the run waits for its quota."""
        with self._lock:
            if key in self._warned or not isfinite(self._policy.throttled):
                return
            self._warned.add(key)
        service, action, region = key
        seconds = self._policy.throttled
        log.warning(
            "%s:%s in %s is over its rate limit: waiting, up to %g s a call",
            service,
            action,
            region,
            seconds,
            extra={
                "message_id": "fetch-log-throttled",
                "facts": {"action": f"{service}:{action}", "region": region, "seconds": f"{seconds:g}"},
            },
        )


class _Tries:
    """The attempts of one call. ``last`` is the error of the last attempt that was followed by another."""

    def __init__(self, policy: RetryPolicy, clock: Clock, random: Random, *, once: bool) -> None:
        self._policy = policy
        self._clock = clock
        self._random = random
        self._once = once
        self._start = clock.now()
        self._waited = 0.0
        self._refused = 0
        self.last: FetchError | None = None

    def run(self, attempt: Callable[[], Answered], warn_throttled: Callable[[], None]) -> Answered:
        """Return the first successful result. ``warn_throttled`` is called at every refusal after the first."""
        try:
            return attempt()
        except FetchError as error:
            if not is_transient(error):
                raise
            failures = [error]
        from tenacity import Retrying, retry_if_exception  # noqa: PLC0415 - most runs never repeat a call

        def repeat() -> Answered:
            """The failed attempt, which counts as the first, and then each further attempt."""
            if failures:
                raise failures.pop()
            return attempt()

        def remember(state: RetryCallState) -> None:
            self.last = _error(state)
            if isinstance(self.last, Throttled):
                self._waited += state.upcoming_sleep
                self._refused += 1
                if state.attempt_number > 1:
                    warn_throttled()

        retrying = Retrying(
            sleep=self._clock.sleep,
            stop=self._should_stop,
            wait=self._pause,
            retry=retry_if_exception(is_transient),
            before_sleep=remember,
            reraise=True,
        )
        return retrying(repeat)

    def _pause(self, state: RetryCallState) -> float:
        longest = self._policy.longest_pause(state.attempt_number)
        return self._random.uniform(min(self._policy.least_wait, longest), longest)

    def _should_stop(self, state: RetryCallState) -> bool:
        if self._once:
            return True
        elapsed = self._clock.now() - self._start + state.upcoming_sleep
        if isinstance(_error(state), Throttled):
            return state.attempt_number >= self._policy.attempts and elapsed > self._policy.throttled
        used_up = state.attempt_number - self._refused >= self._policy.attempts
        return used_up or elapsed - self._waited > self._policy.total


def _error(state: RetryCallState) -> FetchError | None:
    """The error of an attempt; ``None`` where it succeeded or raised another exception."""
    failure = state.outcome.exception() if state.outcome is not None else None
    return failure if isinstance(failure, FetchError) else None
