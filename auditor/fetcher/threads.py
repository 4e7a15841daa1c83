"""Provides the thread pools of a run.

A thread that waits for a call never blocks other work, and no thread keeps the process alive after an interrupt.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from threading import Event, Lock, Thread
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from auditor.fetcher.clock import Cancelled
from auditor.fetcher.transport import Caller

Parameters = ParamSpec("Parameters")
Outcome = TypeVar("Outcome")

POLL_SECONDS = 0.1
"""Seconds between two checks for an interrupt while the main thread waits."""

CLUSTERS = 16
"""Clusters of a region that are read at the same time. It bounds the answers in memory, and the threads."""

THREADS = 128
"""The largest number of threads in the other pools. A thread that waits for a quota must not block the others."""


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


class RegionThreads:
    """The thread pools of a region, ordered from the largest piece of work to the smallest.

    The order is ``clusters``, ``parts`` of the region, ``pools`` (the lists of the node pools of a cluster), ``lists``
    (a list, a batch of ids or a group) and ``pages`` of lists. The threads of ``lists`` and ``pages`` make calls, and
    wait for the quotas of their calls.
    """

    def __init__(self, cancel: Event) -> None:
        self.clusters = DaemonPool(CLUSTERS, cancel)
        self.parts = DaemonPool(THREADS, cancel)
        self.pools = DaemonPool(CLUSTERS, cancel)
        self.lists = DaemonPool(THREADS, cancel)
        self.pages = DaemonPool(THREADS, cancel)

    def shutdown(self) -> None:
        """End every thread once its work is done."""
        for pool in (self.clusters, self.parts, self.pools, self.lists, self.pages):
            pool.shutdown()


def wait(future: Future[Outcome], cancel: Event) -> Outcome:
    """Return the result of ``future`` in the main thread. Raises Cancelled soon after ``cancel`` is set."""
    while not cancel.is_set():
        try:
            return future.result(timeout=POLL_SECONDS)
        except TimeoutError:
            if future.done():
                return future.result()
    raise Cancelled


class FetchThreads:
    """The thread pools of a run: ``run``, ``regions``, and the pools of each region.

    Invariant: work in a pool waits only for work in later pools of the same region, so no deadlock is possible, and a
    region never waits for another. The pools bound the threads, not the calls:
    :class:`auditor.fetcher.rate_limit.SharedBudget` does.
    """

    def __init__(self, caller: Caller, cancel: Event) -> None:
        self._cancel = cancel
        self._by_region: dict[str, RegionThreads] = {}
        self._lock = Lock()
        self.caller = caller
        self.run = DaemonPool(1, cancel)
        self.regions = DaemonPool(THREADS, cancel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every thread. After a failure, work that has not started fails with Cancelled."""
        if kind is not None:
            self._cancel.set()
        self.run.shutdown()
        self.regions.shutdown()
        for pools in self._by_region.values():
            pools.shutdown()

    def of(self, region: str) -> RegionThreads:
        """The pools of ``region``."""
        with self._lock:
            if region not in self._by_region:
                self._by_region[region] = RegionThreads(self._cancel)
            return self._by_region[region]

    def wait(self, future: Future[Outcome]) -> Outcome:
        """As :func:`wait`."""
        return wait(future, self._cancel)
