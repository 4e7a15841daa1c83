"""How many calls are under way at once, whatever their quotas let through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

from auditor.fetcher.actions import Action
from auditor.fetcher.budget import Budget


class JobLimit:
    """A budget that lets through at most ``jobs`` calls at once, each after its turn in ``budget`` has come.

    The order matters: a call that waits for its action's quota is not under way, and must not keep others from it.
    """

    def __init__(self, budget: Budget, jobs: int) -> None:
        self._budget = budget
        self._places = Semaphore(jobs)

    @contextmanager
    def slot(self, action: Action, region: str) -> Iterator[None]:
        """Wait for the call's turn and for a free place."""
        with self._budget.slot(action, region), self._places:
            yield
