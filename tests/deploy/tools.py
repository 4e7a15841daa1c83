"""The deployment files, and the tools of others that check them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
FOLDER = TOP / "configs" / "deploy"
TIMEOUT = 120


def text(name: str) -> str:
    """A file of ``configs/deploy``."""
    return (FOLDER / name).read_text(encoding="utf-8")


def check(tool: str, *arguments: str | Path, needs: str) -> str:
    """What the tool prints about a file in order. Skips where the tool is absent, fails where it complains.

    It is looked for beside this Python, where a package of the ``dev`` extra puts it, then on the path.
    """
    found = shutil.which(tool, path=str(Path(sys.executable).parent)) or shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed ({needs})")
    done = subprocess.run(
        [found, *map(str, arguments)], capture_output=True, text=True, timeout=TIMEOUT, check=False, cwd=TOP
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
