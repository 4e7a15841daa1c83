"""Expected reports on disk: compared, or written where the run was asked to."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import unified_diff
from itertools import islice
from pathlib import Path

FOLDER = Path(__file__).parent / "reports"
SUFFIXES = {
    "table": "txt",
    "markdown": "md",
    "junit": "xml",
    "sarif": "sarif.json",
    "json": "json",
    "ocsf": "json",
    "gitlab": "json",
    "github": "txt",
    "prometheus": "prom",
}
"""File name endings by format, where they are not the format's own name."""

_SHOWN = 60


def refusal(env: Mapping[str, str], *, asked: bool) -> str:
    """Why goldens may not be written here; empty where they may, or where nobody asked."""
    return (
        "--update-golden is for a developer's machine: under CI a golden only fails" if asked and env.get("CI") else ""
    )


def hold(text: str, name: str, *, updating: bool) -> None:
    """Fail where ``text`` is not what the golden file ``name`` holds, byte for byte."""
    path = FOLDER / name
    if updating:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return
    assert path.exists(), f"{name} is missing: run pytest tests/golden --update-golden and read what it wrote"
    wanted = path.read_bytes().decode()
    if text != wanted:
        diff = unified_diff(wanted.splitlines(), text.splitlines(), "golden", "now", lineterm="")
        raise AssertionError(f"{name} has changed\n" + "\n".join(islice(diff, _SHOWN)))
