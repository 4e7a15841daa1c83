"""Reads without threads: half of the time of a small read goes into them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any
from unittest import mock

from auditor.fetcher import threads


class Inline(Executor):
    """Does at once what it is given, in the calling thread."""

    def __init__(self, width: int, cancel: object) -> None:
        """As :class:`auditor.fetcher.threads.DaemonPool`."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as in the base class
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as failure:  # noqa: BLE001 - whoever waits for the result gets it
            future.set_exception(failure)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as in the base class
        """Nothing is left to wait for."""


@contextmanager
def without_threads() -> Iterator[None]:
    """A read does one thing after the other."""
    with mock.patch.object(threads, "DaemonPool", Inline):
        yield
