"""How long a person waits for ``--version``, the demo and an interrupt: each as a share of what is promised."""

from __future__ import annotations

import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

TOOL = (sys.executable, "-m", "auditor")
VERSION, DEMO, INTERRUPT = 0.25, 1.0, 1.0
"""Seconds that each may take on a machine of its own."""
NOISE = 2.0
"""How much slower a machine that others use may be before it is no measurement."""
BEST_OF = 3

pytestmark = pytest.mark.bench


def _say(title: str, seconds: float, budget: float) -> float:
    bare = _best(lambda: _run(sys.executable, "-c", ""))
    share = seconds / budget
    print(  # noqa: T201 - a bench prints
        f"\n{title}: {seconds:.2f} s of {budget} s ({share:.0%}), {seconds / bare:.1f} times a bare start of Python"
    )
    return share


def _best(step: Callable[[], None]) -> float:
    return min(_timed(step) for _ in range(BEST_OF))


def _timed(step: Callable[[], None]) -> float:
    began = time.monotonic()
    step()
    return time.monotonic() - began


def _run(*command: str) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def test_version_is_there_at_once() -> None:
    assert _say("--version", _best(lambda: _run(*TOOL, "--version")), VERSION) < NOISE


def test_the_demo_is_audited_in_a_second() -> None:
    share = _say("the demo audit", _best(lambda: _run(*TOOL, "audit", "--replay", "demo")), DEMO)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest child so far: {peak:.0f} MiB")  # noqa: T201 - as above
    assert share < NOISE


def test_an_interrupt_ends_a_call_that_hangs() -> None:
    def interrupted() -> None:
        keys = {"TENCENTCLOUD_SECRET_ID": "id-of-a-test", "TENCENTCLOUD_SECRET_KEY": "key-of-a-test"}
        with socket.create_server(("127.0.0.1", 0)) as silent:
            endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
            command = [*TOOL, "audit", "--region", "ap-guangzhou", "--endpoint", endpoint]
            with subprocess.Popen(command, env=keys, stderr=subprocess.DEVNULL) as process:
                connection, _ = silent.accept()
                with connection:
                    connection.recv(1)
                    spent.append(_timed(lambda: _ended(process)))
                assert process.returncode == 130

    spent: list[float] = []
    for _ in range(BEST_OF):
        interrupted()
    assert _say("an interrupt while a call hangs", min(spent), INTERRUPT) < NOISE


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    process.wait()
