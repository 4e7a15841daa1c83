"""The mutation tester's own faults: which there are, and that a fault takes effect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mutants import targets
from tests.mutants.mutations import count, mutation, probed


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("x = a < b", ["x = a <= b"]),
        ("x = a not in b", ["x = a in b"]),
        ("x = a and b", ["x = a or b"]),
        ("x = not a", ["x = a if True else a"]),
        ("x = True", ["x = False"]),
        ("x = 7", ["x = 8"]),
        ("x = a | b", ["x = a if True else a", "x = b if True else b"]),
        ("x = a - b", ["x = a if True else a"]),
        ("def f():\n    return a", ["return None"]),
        ("def f(a: int | None = None) -> int | None:\n    '''1'''\n    return None", []),
        ("Known: TypeAlias = 'A' | B", []),
        ("@dataclass(frozen=True)\nclass A:\n    x: int | str", []),
        ("if TYPE_CHECKING:\n    x = 1", []),
    ],
)
def test_each_kind_of_fault_is_found_once(source: str, after: list[str]) -> None:
    assert [mutation(source, number).after for number in range(count(source))] == after


def test_a_fault_changes_what_runs() -> None:
    source = "def f(a, b):\n    return a < b\n"
    results = []
    for number in range(count(source)):
        scope: dict[str, Callable[[int, int], object]] = {}
        exec(compile(mutation(source, number).tree, "f.py", "exec"), scope)
        results.append(scope["f"](1, 1))
    assert results == [None, True]


@pytest.mark.deep
def test_the_last_fault_of_each_file_is_python() -> None:
    for path in targets.files():
        source = (targets.ROOT / path).read_text("utf-8")
        if number := count(source):
            fault = mutation(source, number - 1)
            compile(fault.tree, str(path), "exec")
            assert fault.before != fault.after


def test_a_probed_file_tells_which_faults_ran() -> None:
    source = "LEAST = 1\ndef f(a):\n    if a > 3:\n        return 4\n    return 5\n"
    hits: set[int] = set()
    scope: dict[str, Callable[[int], object]] = {}
    exec(compile(probed(source, {n: 10 + n for n in range(count(source))}), "f.py", "exec"), {"__hits__": hits}, scope)
    assert not hits
    assert scope["f"](0) == 5
    assert hits == {10, 11, 12, 15, 16}  # LEAST, the comparison, its 3, the last return and its 5
    assert scope["f"](4) == 4
    assert hits == {10, 11, 12, 13, 14, 15, 16}


def test_the_quickest_tests_of_the_own_package_come_first() -> None:
    seconds = {"tests/unit/model/a": 3.0, "tests/unit/model/b": 1.0, "tests/unit/model/c": 9.0, "tests/property/d": 0.5}
    stages = targets.stages(Path("auditor/model/gaps.py"), seconds, 5)
    assert stages == [["tests/unit/model/b", "tests/unit/model/a"], ["tests/property/d"]]
