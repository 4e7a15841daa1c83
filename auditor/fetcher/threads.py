"""Provides the thread pools of a run.

A thread that waits for a call never blocks other work, and no thread keeps the process alive after an interrupt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from auditor.fetcher.actions import ApiAction
from auditor.fetcher.clock import Cancelled
from auditor.fetcher.transport import Caller

Parameters = ParamSpec("Parameters")
Outcome = TypeVar("Outcome")

POLL_SECONDS = 0.1
"""Seconds between two checks for an interrupt while the main thread waits."""

THREADS_PER_JOB = 16
"""Threads for each job in pools whose threads only wait. A thread that waits for a quota must not block the others."""


class DaemonPool(Executor):
    """An executor of at most ``width`` threads, which it starts on demand.

    Once ``cancel`` is set, work that has not started fails with Cancelled. The threads are daemons: the standard pool
    would wait for a hanging connection at exit.
    """

    def __init__(self, width: int, cancel: Event) -> None:
        self._width = width
        self._cancel = cancel
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads = 0
        self._under_way = 0
        self._lock = Lock()

    def submit(
        self, fn: Callable[Parameters, Outcome], /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Future[Outcome]:
        """Queue ``fn`` for the threads, which work in order of submission."""
        future: Future[Outcome] = Future()
        self._work.put(lambda: self._settle(future, lambda: fn(*args, **kwargs)))
        with self._lock:
            self._under_way += 1
            if self._threads < min(self._width, self._under_way):
                self._threads += 1
                Thread(target=self._serve, daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - the base class's signature
        """End the threads once the queue is empty. Never waits."""
        with self._lock:
            for _ in range(self._threads):
                self._work.put(None)

    def _serve(self) -> None:
        while (run := self._work.get()) is not None:
            run()
            with self._lock:
                self._under_way -= 1

    def _settle(self, future: Future[Outcome], work: Callable[[], Outcome]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        if self._cancel.is_set():
            future.set_exception(Cancelled())
            return
        try:
            future.set_result(work())
        except BaseException as failure:  # noqa: BLE001 - the future passes it to the waiting thread
            future.set_exception(failure)


class FetchThreads:
    """The thread pools of a run, ordered from the largest piece of work to the smallest.

    Invariant: work in a pool waits only for work in later pools, so no deadlock is possible. The order is ``run``,
    ``regions``, ``clusters``, ``parts`` of clusters and regions, ``lists`` (a list, a batch of ids or a group),
    ``pages`` of lists, and the calls, which alone use the network. A call waits for the quota of its action, so each
    action of each region has its own ``jobs`` threads.
    :class:`auditor.fetcher.rate_limit.JobLimit` bounds the calls at the same time, since only it knows when the wait
    for the quota ends.
    """

    def __init__(self, caller: Caller, jobs: int, cancel: Event) -> None:
        self._caller = caller
        self._cancel = cancel
        self._calls: defaultdict[tuple[str, str], DaemonPool] = defaultdict(lambda: DaemonPool(jobs, cancel))
        self._lock = Lock()
        self.run = DaemonPool(1, cancel)
        self.regions = DaemonPool(THREADS_PER_JOB * jobs, cancel)
        self.clusters = DaemonPool(2 * jobs, cancel)
        self.parts = DaemonPool(THREADS_PER_JOB * jobs, cancel)
        self.lists = DaemonPool(THREADS_PER_JOB * jobs, cancel)
        self.pages = DaemonPool(THREADS_PER_JOB * jobs, cancel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every thread. After a failure, work that has not started fails with Cancelled."""
        if kind is not None:
            self._cancel.set()
        pools = (self.run, self.regions, self.clusters, self.parts, self.lists, self.pages)
        for pool in (*pools, *self._calls.values()):
            pool.shutdown()

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
        """As :meth:`auditor.fetcher.transport.Caller.call`, by a thread of the action."""
        with self._lock:
            pool = self._calls[action.permission, region]
        return pool.submit(self._caller.call, action, region, params).result()

    def wait(self, future: Future[Outcome]) -> Outcome:
        """Return the result of ``future`` in the main thread. Raises Cancelled soon after ``cancel`` is set."""
        while not self._cancel.is_set():
            try:
                return future.result(timeout=POLL_SECONDS)
            except TimeoutError:
                if future.done():
                    return future.result()
        raise Cancelled
