"""Runs tests against one fault in a forked process, which inherits every library that the tests need."""

from __future__ import annotations

import ast
import importlib
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from tests.mutants.targets import ROOT

OWN = ("auditor", "tests", "__main__")
"""Packages that a worker imports itself: with the fault in them."""

MEMORY = 4 << 30
"""Bytes that a worker may have: a fault can make a list endless."""


class Outcome(StrEnum):
    """What the tests made of a fault."""

    KILLED = "killed"
    SURVIVED = "survived"
    TIMEOUT = "timeout"


class _Mutant(MetaPathFinder, Loader):
    """Imports one module from changed code."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self._name, self._path, self._code = name, path, code

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        package = [str(self._path.parent)] if self._path.name == "__init__.py" else None
        return spec_from_file_location(fullname, self._path, loader=self, submodule_search_locations=package)

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)


def preload(tests: Sequence[str]) -> None:
    """Import here what those tests import from elsewhere, so that every fork has it already."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        _quiet()
        pytest.main(["--collect-only", "-q", *_OPTIONS, *tests])
        os.write(writing, "\n".join(sorted(sys.modules)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as names:
        listed = names.read().split()
    os.waitpid(child, 0)
    for name in listed:
        if name.split(".")[0] not in OWN and name.isascii() and not name.startswith("_"):
            with suppress(Exception):  # then a worker imports it itself, or does without
                importlib.import_module(name)


def run(
    tests: Sequence[str], limit: float, name: str = "", path: Path = ROOT, tree: ast.Module | None = None
) -> Outcome:
    """What ``tests`` say with ``tree`` in the place of the module ``name``; without it, of the program as it is."""
    if not (child := os.fork()):
        _quiet()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        os.setpgid(0, 0)
        if tree is not None:
            sys.meta_path.insert(0, _Mutant(name, path, compile(tree, str(path), "exec")))
        os._exit(int(pytest.main(["-x", "-q", *_OPTIONS, *tests])))
    return _outcome(child, limit)


_OPTIONS = (
    "-p",
    "no:cacheprovider",
    f"--rootdir={ROOT}",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",  # plugins were imported ahead, and assert nothing
)


def _quiet() -> None:
    os.environ["CI"] = "1"  # the same examples in every run, and no golden is written
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _outcome(child: int, limit: float) -> Outcome:
    end = time.monotonic() + limit
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            nothing_failed = os.WIFEXITED(status) and os.WEXITSTATUS(status) in (
                pytest.ExitCode.OK,
                pytest.ExitCode.NO_TESTS_COLLECTED,
            )
            return Outcome.SURVIVED if nothing_failed else Outcome.KILLED
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return Outcome.TIMEOUT
