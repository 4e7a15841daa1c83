"""The threads of a run: what waits for a call holds up nothing else, and nothing keeps the process alive."""

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
"""Seconds between two looks at the interrupt while the run goes on elsewhere."""

THREADS_PER_JOB = 16
"""Threads a job on floors that only wait: one that waits for a quota must not stand in the way of one that need not."""


class DaemonPool(Executor):
    """At most ``width`` threads, begun as they are needed. Once ``cancel`` is set, work not yet begun is refused.

    They are daemons: an interrupt must not wait for a connection that hangs, as the standard pool does at exit.
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
        """Have ``fn`` called by one of the threads, first come, first served."""
        future: Future[Outcome] = Future()
        self._work.put(lambda: self._settle(future, lambda: fn(*args, **kwargs)))
        with self._lock:
            self._under_way += 1
            if self._threads < min(self._width, self._under_way):
                self._threads += 1
                Thread(target=self._serve, daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - the base class's signature
        """Let the threads go as soon as they have nothing left to do."""
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
        except BaseException as failure:  # noqa: BLE001 - whoever waits for the result gets it
            future.set_exception(failure)


class FetchThreads:
    """Floors of threads on which work waits only for work on the floors below, so that nothing waits in a circle.

    From the top: ``run`` itself, ``regions``, ``clusters``, ``parts`` of clusters and regions, ``lists`` (one list, one
    batch of ids, one group), ``pages`` of lists, and the calls, which alone talk to the cloud. Calls wait for the quota
    of their action, so each action of each region has threads of its own, ``jobs`` of them; how many calls are under
    way altogether is for :class:`auditor.fetcher.rate_limit.JobLimit`, which sees when a wait ends and a call begins.
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
        """Let every thread go; after a failure, work that has not begun is refused first."""
        if kind is not None:
            self._cancel.set()
        pools = (self.run, self.regions, self.clusters, self.parts, self.lists, self.pages)
        for pool in (*pools, *self._calls.values()):
            pool.shutdown()

    def call(self, action: ApiAction, region: str, params: Mapping[str, object]) -> dict[str, Any]:
        """As :meth:`auditor.fetcher.transport.Caller.call`, by one of the action's own threads."""
        with self._lock:
            pool = self._calls[action.permission, region]
        return pool.submit(self._caller.call, action, region, params).result()

    def wait(self, future: Future[Outcome]) -> Outcome:
        """The result, for the thread that an interrupt reaches. Raises ``Cancelled`` soon after ``cancel`` is set."""
        while not self._cancel.is_set():
            try:
                return future.result(timeout=POLL_SECONDS)
            except TimeoutError:
                if future.done():
                    return future.result()
        raise Cancelled
