from __future__ import annotations

import io
from typing import NoReturn

import pytest

from auditor.cli import permissions, run
from auditor.cli.command import Command
from auditor.cli.interrupt import Interruption
from auditor.cli.session import Session
from auditor.errors import ExitCode, NetworkError
from auditor.fetcher.clock import Cancelled
from tests.cli.conftest import Tool


def _failing(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """``permissions`` does nothing but fail."""

    def fail(_session: Session, _options: object) -> NoReturn:
        raise error

    failing = Command(name="permissions", options=permissions.PermissionsOptions, run=fail)
    monkeypatch.setattr("auditor.cli.app.commands", lambda _word="": (failing,))


def test_a_fault_is_one_sentence_and_70(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    _failing(ZeroDivisionError("secret of the cluster"), monkeypatch)
    ran = tool("permissions")
    assert (ran.code, ran.stdout) == (70, "")
    assert ran.stderr.startswith(
        "sgaudit: this is a bug in sgaudit, not a problem with your clusters: ZeroDivisionError at cli/"
    )
    assert ran.stderr.count("\n") == 1
    assert "secret" not in ran.stderr


def test_a_fault_in_chinese(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    _failing(ZeroDivisionError(), monkeypatch)
    assert tool("permissions", "--lang", "zh").stderr.startswith("sgaudit: 这是 sgaudit 的故障")


@pytest.mark.parametrize("argv", [("permissions", "--debug"), ("permissions",)])
def test_debug_shows_where_an_error_came_from(
    tool: Tool, monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...]
) -> None:
    _failing(ZeroDivisionError("why"), monkeypatch)
    environ = {} if "--debug" in argv else {"SGAUDIT_DEBUG": "1"}
    ran = tool(*argv, **environ)
    assert ran.code == 70
    assert "Traceback (most recent call last)" in ran.stderr
    assert "ZeroDivisionError: why" in ran.stderr


def test_an_error_with_a_sentence_keeps_its_exit_code(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"service": "tke", "action": "DescribeClusters", "region": "ap-a", "code": "TimeOut", "detail": "\x1b[1m"}
    _failing(NetworkError("fetch-network", **facts, request_id=""), monkeypatch)
    ran = tool("permissions")
    assert ran.code == 3
    assert ran.stderr.startswith("sgaudit: tke:DescribeClusters in ap-a: no response (TimeOut: \\x1b[1m).")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Cancelled()], ids=["keyboard", "cancelled"])
def test_an_interrupt_is_130(tool: Tool, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    _failing(error, monkeypatch)
    ran = tool("permissions")
    assert (ran.code, ran.stdout) == (130, "")
    assert ran.stderr == ""  # whoever ends the process says so


def test_what_a_library_makes_of_an_interrupt_is_not_told_as_a_fault(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    interruption, err = Interruption(), io.StringIO()

    def abort(_session: Session, _options: object) -> NoReturn:
        interruption.happened = True
        raise RuntimeError("Aborted!")

    aborting = Command(name="permissions", options=permissions.PermissionsOptions, run=abort)
    monkeypatch.setattr("auditor.cli.app.commands", lambda _word="": (aborting,))
    code = run.run(["permissions"], tool.environ, (None, io.TextIOWrapper(io.BytesIO()), err), interruption)
    assert (code, err.getvalue()) == (130, "")


def test_the_sentence_of_an_interrupt_is_in_the_language_of_the_run(tool: Tool) -> None:
    interruption = Interruption()
    streams = (None, io.TextIOWrapper(io.BytesIO()), io.StringIO())
    run.run(["permissions", "--lang", "zh"], tool.environ, streams, interruption)
    assert interruption.sentence == "sgaudit: 已中断"


def test_a_reader_that_goes_away_is_no_failure(tool: Tool) -> None:
    class Gone(io.BytesIO):
        def write(self, _data: object) -> NoReturn:
            raise BrokenPipeError(32, "Broken pipe")

        def fileno(self) -> int:
            return nowhere.fileno()

    with (tool.folder / "nowhere").open("w") as nowhere:
        out, err = io.TextIOWrapper(Gone(), "utf-8"), io.StringIO()
        code = run.run(["permissions"], tool.environ, (None, out, err))
        out.detach()
    assert (code, err.getvalue()) == (0, "")


def test_a_closed_stdin_is_a_sentence(tool: Tool) -> None:
    err = io.StringIO()
    streams = (None, io.TextIOWrapper(io.BytesIO()), err)
    assert run.run(["audit", "--snapshot", "-"], tool.environ, streams) is ExitCode.USAGE
    assert err.getvalue() == "sgaudit: cannot read stdin: closed\n"


def test_nobody_listening_on_stderr_is_no_failure(tool: Tool) -> None:
    class Deaf(io.StringIO):
        def write(self, _text: str) -> NoReturn:
            raise BrokenPipeError(32, "Broken pipe")

        def fileno(self) -> int:
            return nowhere.fileno()

    with (tool.folder / "nowhere").open("w") as nowhere:
        assert run.run(["nope"], tool.environ, (None, io.TextIOWrapper(io.BytesIO()), Deaf())) is ExitCode.USAGE


def test_every_mistake_of_a_file_is_told_on_a_line_of_its_own(tool: Tool) -> None:
    (tool.folder / "sgaudit.yaml").write_text("regionz: [ap-guangzhou]\njobs: many\n", encoding="utf-8")
    ran = tool("audit", "--replay", "demo")
    assert ran.code == 2
    assert [line.split(": ")[1] for line in ran.stderr.splitlines()] == ["sgaudit.yaml:1", "sgaudit.yaml:2"]
