"""The pre-commit hooks, run as pre-commit does: the entry split by a shell's rules, file names after it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.deploy.tools import TIMEOUT, TOP

HOOKS = {hook["id"]: hook for hook in YAML(typ="safe", pure=True).load(TOP / ".pre-commit-hooks.yaml")}


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A search path on which this checkout's program is ``sgaudit``."""
    program = tmp_path / "bin" / "sgaudit"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m auditor "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return f"{program.parent}{os.pathsep}{os.environ['PATH']}"


def _run(hook: str, path: str, *names: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*shlex.split(HOOKS[hook]["entry"]), *map(str, names)],
        env={"PATH": path, "PYTHONPATH": str(TOP)},
        cwd=TOP,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


@pytest.mark.parametrize(
    ("hook", "names"),
    [
        ("sgaudit-config", ["configs/sgaudit.example.yaml"]),
        ("sgaudit-baseline", ["configs/tke-least.yaml", "configs/tke-hardened.yaml"]),
    ],
)
def test_good_files_pass_in_silence(hook: str, names: list[str], path: str) -> None:
    done = _run(hook, path, *names)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(("hook", "key"), [("sgaudit-config", "regionz"), ("sgaudit-baseline", "name")])
def test_the_first_bad_file_fails_with_its_line_and_key(hook: str, key: str, path: str, tmp_path: Path) -> None:
    bad = tmp_path / "sgaudit bad baseline.yaml"
    bad.write_text("regionz: [x]\n", encoding="utf-8")
    done = _run(hook, path, bad)
    assert done.returncode == 2
    assert f"{bad}:1: {key}: " in done.stderr


@pytest.mark.parametrize(
    ("hook", "name", "meant"),
    [
        ("sgaudit-config", "sgaudit.yaml", True),
        ("sgaudit-config", "deploy/sgaudit-prod.yml", True),
        ("sgaudit-config", "my-sgaudit.yaml", False),
        ("sgaudit-baseline", "configs/our-baseline.yaml", True),
        ("sgaudit-baseline", "sgaudit.yaml", False),
    ],
)
def test_the_files_that_a_hook_looks_at(hook: str, name: str, meant: bool) -> None:  # noqa: FBT001 - a parameter
    assert bool(re.search(HOOKS[hook]["files"], name)) is meant
