"""The mutation tester's own faults: which there are, and that a fault takes effect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mutants import targets
from tests.mutants.mutations import count, mutation


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


def test_the_tests_that_import_a_file_come_first_and_whole_audits_last() -> None:
    first, second, third, last = targets.stages(Path("auditor/model/gaps.py"))
    assert "tests/unit/model/test_gaps.py" in first
    assert all(test.startswith("tests/unit/model/") for test in second)
    assert third == ("tests/golden",)
    assert {"tests/property/test_whole_audit.py", "tests/oracle/test_real_sdk.py"} <= set(last)
