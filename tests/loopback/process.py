"""The loopback server in a process of its own, so that a bench does not share the interpreter with it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from tests.loopback.calls import CallLog
from tests.loopback.estate import Estate
from tests.loopback.server import LoopbackServer

PATIENCE = 60.0
"""Seconds for the other process to start or to end."""


class Elsewhere:
    """A server in another process; ``log`` is there once :meth:`stop` was called."""

    def __init__(self, pipe: Connection, endpoint: str) -> None:
        self._pipe = pipe
        self.endpoint = endpoint

    def stop(self) -> CallLog:
        """Ends the server and gives its log."""
        self._pipe.send("stop")
        log: CallLog = _receive(self._pipe)
        return log


@contextmanager
def elsewhere(build: Callable[[], Estate], *, latency: float = 0) -> Iterator[Elsewhere]:
    """The estate that ``build``, a function of a module, makes over there."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, build, latency), daemon=True)
    process.start()
    try:
        yield Elsewhere(mine, _receive(mine))
    finally:
        mine.close()
        theirs.close()
        process.join(PATIENCE)


def _receive(pipe: Connection) -> Any:  # noqa: ANN401 as the pipe itself
    if not pipe.poll(PATIENCE):
        raise TimeoutError("the other process says nothing")
    return pipe.recv()


def _serve(pipe: Connection, build: Callable[[], Estate], latency: float) -> None:
    with LoopbackServer(build(), latency=latency) as server:
        pipe.send(server.endpoint)
        try:
            pipe.recv()
        except EOFError:
            return
        pipe.send(server.log)
