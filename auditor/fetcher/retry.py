"""Which failures are tried again, how often and with what pauses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from threading import Lock
from typing import TypeVar

from auditor.errors import CloudError, FetchError, NetworkError, Throttled, UnexpectedAnswer
from auditor.fetcher.answers import is_or_under
from auditor.fetcher.clock import Clock

Answered = TypeVar("Answered")

DEAD = 3
"""Calls in a row whose attempts were all used up, after which an action counts as failing for good."""

PASSING = ("InternalError", "InternalServerError", "ServiceUnavailable")
LASTING = ("NotFound", "NotSupport", ".ClusterState", ".Param", ".AccountUserNotAuthenticated")
"""How the sub-codes of an internal error end that say what asking again will not change (tke's error codes)."""


def is_passing(error: BaseException) -> bool:
    """Whether the same call may well succeed in a moment."""
    if isinstance(error, CloudError):
        code = str(error.facts["code"])
        return is_or_under(code, PASSING) and not code.endswith(LASTING)
    return isinstance(error, (Throttled, NetworkError, UnexpectedAnswer))


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How hard to try: ``attempts`` calls at the most, none begun later than ``total`` seconds after the first.

    The pause before attempt n+1 is drawn evenly from ``least_wait`` to ``first_wait * 2**(n-1)``, at most
    ``longest_wait`` seconds.
    """

    attempts: int = 6
    least_wait: float = 0.1
    first_wait: float = 0.5
    longest_wait: float = 8.0
    total: float = 60.0

    def longest_pause(self, attempt: int) -> float:
        """The upper end of the pause after ``attempt``, counted from 1."""
        return min(self.longest_wait, self.first_wait * 2.0 ** (attempt - 1))


class Retrier:
    """Tries calls again under one policy.

    Calls of one key whose attempts were used up, :data:`DEAD` of them in a row, are a sign that the action fails for
    good in that region: until one succeeds again, later ones get one attempt each, so that hundreds of them end in
    reasonable time. One or two alone are about what they asked for, and take nothing from the others.
    """

    def __init__(self, policy: RetryPolicy, clock: Clock, random: Random | None = None) -> None:
        self._policy = policy
        self._clock = clock
        self._random = random or Random()  # noqa: S311 - spreads load, guards nothing
        self._used_up: Counter[tuple[str, ...]] = Counter()
        self._lock = Lock()

    def run(self, key: tuple[str, ...], attempt: Callable[[], Answered]) -> Answered:
        """What ``attempt`` returns, at last. Raises its last error, or Cancelled."""
        from tenacity import RetryCallState, Retrying, retry_if_exception  # noqa: PLC0415 - only live runs wait for it

        start = self._clock.now()
        attempts = 1 if self._used_up[key] >= DEAD else self._policy.attempts

        def pause(state: RetryCallState) -> float:
            longest = self._policy.longest_pause(state.attempt_number)
            return self._random.uniform(min(self._policy.least_wait, longest), longest)

        def is_enough(state: RetryCallState) -> bool:
            elapsed = self._clock.now() - start
            return state.attempt_number >= attempts or elapsed + state.upcoming_sleep > self._policy.total

        retrying = Retrying(
            sleep=self._clock.sleep, stop=is_enough, wait=pause, retry=retry_if_exception(is_passing), reraise=True
        )
        try:
            result = retrying(attempt)
        except FetchError as error:
            if is_passing(error):
                self._note(key, used_up=True)
            raise
        self._note(key, used_up=False)
        return result

    def _note(self, key: tuple[str, ...], *, used_up: bool) -> None:
        with self._lock:
            self._used_up[key] = self._used_up[key] + 1 if used_up else 0
