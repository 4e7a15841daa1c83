"""Runs tests in a forked process, which inherits every library that the tests need and imports the program itself."""

from __future__ import annotations

import ast
import importlib
import json
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import Phase, settings

from tests.mutants import targets

OWN = ("auditor", "tests", "__main__")
"""Packages that a worker imports itself: with the fault in them."""

MEMORY = 4 << 30
"""Bytes that a worker may have: a fault can make a list endless."""

WAIT = 10
"""Seconds by the clock for a second of the processor: a fault can make a thread wait for ever."""

HITS: set[int] = set()
"""Faults whose statement ran since the set was last emptied: ``__hits__`` of a probed file."""

Trees = Mapping[Path, ast.Module]
"""Changed files, by their path from the root of the project."""


class Outcome(StrEnum):
    """What the tests made of a fault."""

    KILLED = "killed"
    SURVIVED = "survived"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A run of every test without a fault: the seconds of each test, and the tests that run each fault's statement."""

    passed: bool
    seconds: dict[str, float]
    tests: dict[int, list[str]]


class _Changed(MetaPathFinder, Loader):
    """Imports modules from changed code."""

    def __init__(self, trees: Trees) -> None:
        self._paths = {targets.module(path): path for path in trees}
        self._trees = trees

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        if (path := self._paths.get(fullname)) is None:
            return None
        file = targets.ROOT / path
        package = [str(file.parent)] if file.name == "__init__.py" else None
        return spec_from_file_location(fullname, file, loader=self, submodule_search_locations=package)

    def exec_module(self, module: ModuleType) -> None:
        path = self._paths[module.__name__]
        module.__dict__["__hits__"] = HITS
        exec(compile(self._trees[path], str(targets.ROOT / path), "exec"), module.__dict__)


class _Recorder:
    """Notes what each test runs. A fixture that outlives a test counts for every test of the file."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.tests: defaultdict[int, list[str]] = defaultdict(list)
        self._shared: defaultdict[str, set[int]] = defaultdict(set)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        HITS.clear()
        start = time.process_time()
        result = yield
        self.seconds[item.nodeid] = time.process_time() - start
        for number in HITS | self._shared[item.nodeid.split("::")[0]]:
            self.tests[number].append(item.nodeid)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
    ) -> Iterator[None]:
        before = HITS.copy()
        result = yield
        if fixturedef.scope != "function":
            self._shared[request.node.nodeid.split("::")[0]] |= HITS - before
        return result


class _Chooser:
    """Runs the chosen tests alone, and tries no smaller example of a failure."""

    def __init__(self, tests: Collection[str]) -> None:
        self._tests = frozenset(tests)

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        settings.register_profile("mutants", settings(), phases=(Phase.explicit, Phase.generate))
        settings.load_profile("mutants")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid in self._tests]


def record(trees: Trees) -> Record:
    """Run every test on probed files, and import here the libraries that they imported, so that every fork has them."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        recorder = _Recorder()
        passed = _pytest(trees, targets.TESTS, recorder) == pytest.ExitCode.OK
        with os.fdopen(writing, "w") as pipe:
            json.dump([passed, recorder.seconds, list(recorder.tests.items()), sorted(sys.modules)], pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        passed, seconds, tests, modules = json.load(pipe)
    os.waitpid(child, 0)
    for name in modules:
        if name.split(".")[0] not in OWN and name.isascii() and not name.startswith("_"):
            with suppress(Exception):  # then a worker imports it itself, or does without
                importlib.import_module(name)
    return Record(passed=passed, seconds=seconds, tests=dict(tests))


def run(trees: Trees, tests: Collection[str], limit: int) -> Outcome:
    """What ``tests`` say of changed files, in ``limit`` seconds of the processor."""
    if not (child := os.fork()):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        signal.alarm(WAIT * limit)
        os._exit(_pytest(trees, sorted({test.split("::")[0] for test in tests}), _Chooser(tests)))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return Outcome.TIMEOUT
    unnoticed = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    return Outcome.SURVIVED if os.WEXITSTATUS(status) in unnoticed else Outcome.KILLED


def _pytest(trees: Trees, paths: Collection[str], plugin: object) -> int:
    """The exit code of pytest, with nothing written: the same examples in every run, and no golden file."""
    os.environ |= {"CI": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    sys.meta_path.insert(0, _Changed(trees))
    ignored = "ignore::pytest.PytestAssertRewriteWarning"  # plugins were imported ahead, and assert nothing
    options = ("-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-W", ignored, f"--rootdir={targets.ROOT}")
    return pytest.main([*options, *paths], plugins=[plugin])
