"""Which files get faults, and which tests are to notice them. Folders decide, so that files may move."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]

WHOLE = ("auditor/model", "auditor/comparator", "auditor/whatif")
"""Folders of which every file counts."""

PARSING = "auditor/fetcher"
"""Of this folder the files that make values of ``auditor.model`` count; the rest is wire and clock."""

TESTS = ("tests/unit", "tests/fetcher", "tests/golden", "tests/property", "tests/oracle")
"""Tests that run the program in their own process."""


def files() -> tuple[Path, ...]:
    """Every file that gets faults, from the root of the project."""
    whole = [path for folder in WHOLE for path in (ROOT / folder).rglob("*.py")]
    parsing = [path for path in (ROOT / PARSING).rglob("*.py") if "from auditor.model" in path.read_text("utf-8")]
    return tuple(sorted(path.relative_to(ROOT) for path in (*whole, *parsing)))


def module(path: Path) -> str:
    """The dotted name of a file."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def stages(path: Path, tests: dict[str, float], limit: float) -> list[list[str]]:
    """The tests of the file's own package, then the others: of each the quickest, ``limit`` seconds in all."""
    own = f"tests/unit/{path.parts[1]}/"
    near = {test: seconds for test, seconds in tests.items() if test.startswith(own)}
    far = {test: seconds for test, seconds in tests.items() if test not in near}
    return [chosen for stage in (near, far) if (chosen := _quickest(stage, limit))]


def _quickest(tests: dict[str, float], limit: float) -> list[str]:
    chosen = []
    for test in sorted(tests, key=tests.__getitem__):
        limit -= tests[test]
        if limit < 0:
            break
        chosen.append(test)
    return chosen
