"""Which files get faults, and which tests are to notice them, nearest first. Folders decide, so that files may move."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]

PLANNED = ("auditor/whatif",)
"""Where planned changes are applied over what was read: no audit without a plan runs it."""

WHOLE = ("auditor/model", "auditor/comparator", *PLANNED)
"""Folders of which every file counts; those that do not exist are left out."""

PARSING = "auditor/fetcher"
"""Of this folder the files that make values of ``auditor.model`` count; the rest is wire and clock."""

AUDITS = "tests.oracle"
"""Tests that import this hold whole audits against the truth."""

FAR = ("tests/golden", "tests/property", "tests/oracle")
"""Tests of more than one package, the quickest first."""


def files() -> tuple[Path, ...]:
    """Every file that gets faults, from the root of the project."""
    whole = [path for folder in WHOLE for path in (ROOT / folder).rglob("*.py")]
    parsing = [path for path in (ROOT / PARSING).rglob("*.py") if "from auditor.model" in path.read_text("utf-8")]
    return tuple(sorted(path.relative_to(ROOT) for path in (*whole, *parsing)))


def module(path: Path) -> str:
    """The dotted name of a file."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def stages(path: Path) -> tuple[tuple[str, ...], ...]:
    """The tests of a file: those that import it, those of its package, those of the whole program."""
    package = path.parts[1]
    near = tuple(str(test) for test in _tests("tests/unit") if _imports(test, path))
    mirror = tuple(str(test) for test in _tests(f"tests/unit/{package}") if str(test) not in near)
    golden, *rest = FAR
    far = tuple(str(test) for folder in rest for test in _tests(folder) if _reaches(test, package))
    own = (f"tests/{package}",) if (ROOT / f"tests/{package}").is_dir() else ()
    return tuple(stage for stage in (near, mirror, (golden,), own, far) if stage)


def _tests(folder: str) -> list[Path]:
    return sorted(path.relative_to(ROOT) for path in (ROOT / folder).rglob("test_*.py"))


def _reaches(test: Path, package: str) -> bool:
    text = (ROOT / test).read_text("utf-8")
    planned = any(folder.endswith(f"/{package}") for folder in PLANNED)
    return f"auditor.{package}" in text or (AUDITS in text and not planned)


def _imports(test: Path, path: Path) -> bool:
    text = (ROOT / test).read_text("utf-8")
    package, _, name = module(path).rpartition(".")
    lines = (line.split() for line in text.splitlines() if line.startswith(f"from {package} import"))
    return f"from {package}.{name} import" in text or any(name in (word.rstrip(",") for word in line) for line in lines)
