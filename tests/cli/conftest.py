"""The command line in this process: words in; exit code, stdout and stderr out."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest

from auditor.cli.run import run
from auditor.errors import ExitCode


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What became of one command line."""

    code: ExitCode
    stdout: str
    stderr: str


@dataclass(frozen=True, kw_only=True)
class Tool:
    """Runs command lines in a folder of their own, with an environment that is this one alone."""

    folder: Path
    environ: Mapping[str, str]

    def __call__(self, *argv: str, **environ: str) -> Ran:
        """``tool("audit", "--replay", "demo", SGAUDIT_LANG="zh")``."""
        return self.fed(b"", *argv, **environ)

    def fed(self, stdin: bytes, *argv: str, **environ: str) -> Ran:
        """The same with something on stdin."""
        source, out, err = io.BytesIO(stdin), io.BytesIO(), io.StringIO()
        streams = io.TextIOWrapper(source, "utf-8"), io.TextIOWrapper(out, "utf-8"), err
        with mock.patch.dict(os.environ, {**self.environ, **environ}, clear=True):  # typer looks at no other
            code = run(argv, os.environ, streams)
        return Ran(code=code, stdout=out.getvalue().decode(), stderr=err.getvalue())

    def demo(self) -> str:
        """The path of a snapshot of the demo. An audit of it takes a third of the time of ``--replay demo``."""
        path = self.folder / "demo-snapshot.json"
        path.write_text(_demo(), encoding="utf-8")
        return str(path)


@cache
def _demo() -> str:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "demo.json"
        Tool(folder=path.parent, environ={"HOME": folder})("fetch", "--replay", "demo", "-o", str(path))
        return path.read_text(encoding="utf-8")


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tool:
    """The tool in an empty folder that is its home as well."""
    monkeypatch.chdir(tmp_path)
    return Tool(folder=tmp_path, environ={"HOME": str(tmp_path)})
