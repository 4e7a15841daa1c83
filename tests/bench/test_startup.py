"""How long a person waits for a command and for an interrupt, as a share of the promise, and the size of an install."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
TOOL = (sys.executable, "-m", "auditor")
VERSION, RULES, DEMO, INTERRUPT = 0.07, 0.3, 0.7, 1.0
"""Seconds that each may take on a machine of its own: of the processor, and of a clock for an interrupt."""
NOISE = 2.0
"""How much slower a machine that others use may be before it is no measurement."""
BEST_OF = 5
INSTALL = 55
"""Megabytes of the program with every package that it needs, compiled, without pip."""

pytestmark = pytest.mark.bench

Figure = Callable[[str], None]


def _best(step: Callable[[], float]) -> float:
    return min(step() for _ in range(BEST_OF))


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which Python keeps what it compiles, as an install does."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("compiled"))}


def _processor_seconds(environ: dict[str, str], *command: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize(
    ("words", "budget", "before"),
    [
        ("--version", VERSION, 0.06),
        ("rules", RULES, 0.21),
        ("audit --help", RULES, 0.28),
        ("audit --replay demo", DEMO, 0.71),
    ],
)
def test_a_command_starts_in_time(
    figure: Figure, compiled: dict[str, str], words: str, budget: float, before: float
) -> None:
    bare = _best(lambda: _processor_seconds(compiled, sys.executable, "-c", ""))
    seconds = _best(lambda: _processor_seconds(compiled, *TOOL, *words.split()))
    share = f"{seconds / budget:.0%} of {budget} s, {seconds / bare:.0f} times a bare start of Python"
    figure(f"sgaudit {words}: {seconds:.2f} s of the processor ({share}; before {before} s)")
    assert seconds < NOISE * budget


def test_the_packages_of_an_install_are_few_and_small(figure: Figure) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    sizes: dict[str, float] = {}
    waiting = [Requirement(line).name for line in declared]
    while waiting:
        name = waiting.pop()
        if name not in sizes:
            package = distribution(name)
            sizes[name] = _megabytes(*(Path(str(file.locate())) for file in package.files or ()))
            further = [Requirement(line) for line in package.requires or ()]
            waiting += [item.name for item in further if item.marker is None or item.marker.evaluate({"extra": ""})]
    own = _megabytes(*(file for folder in ("auditor", "configs", "cassettes") for file in (ROOT / folder).rglob("*")))
    largest = ", ".join(f"{name} {sizes[name]:.1f}" for name in sorted(sizes, key=sizes.__getitem__)[:-6:-1])
    whole = own + sum(sizes.values())
    figure(f"an install: {whole:.0f} MB, {own:.1f} of them its own, {len(sizes)} further packages: {largest}")
    assert whole < INSTALL


def _megabytes(*paths: Path) -> float:
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def test_an_interrupt_ends_a_call_that_hangs(figure: Figure) -> None:
    seconds = _best(_interrupted)
    figure(f"an interrupt while a call hangs: {seconds:.2f} s of {INTERRUPT} s")
    assert seconds < NOISE * INTERRUPT


def _interrupted() -> float:
    keys = {"TENCENTCLOUD_SECRET_ID": "id-of-a-test", "TENCENTCLOUD_SECRET_KEY": "key-of-a-test"}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = [*TOOL, "audit", "--region", "ap-guangzhou", "--endpoint", endpoint]
        with subprocess.Popen(command, env=keys, stderr=subprocess.DEVNULL) as process:
            connection, _ = silent.accept()
            with connection:
                connection.recv(1)
                began = time.monotonic()
                process.send_signal(signal.SIGINT)
                process.wait()
                seconds = time.monotonic() - began
    assert process.returncode == 130
    return seconds
