from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import NoReturn

import pytest

from auditor.cli import interrupt, main
from auditor.cli.interrupt import Interruption
from auditor.words import Lang, catalogue


class Ended(BaseException):
    """What stands for the end of the process."""


@pytest.fixture(autouse=True)
def ended(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The codes with which the process would have ended; what answers signals is put back afterwards."""
    before = {number: signal.getsignal(number) for number in interrupt.SIGNALS}
    hook, codes = sys.unraisablehook, []

    def end(code: int) -> NoReturn:
        codes.append(code)
        raise Ended

    monkeypatch.setattr(os, "_exit", end)
    yield codes
    signal.set_wakeup_fd(-1)
    sys.unraisablehook = hook
    for number, handler in before.items():
        signal.signal(number, handler)


def _program(monkeypatch: pytest.MonkeyPatch, *argv: str) -> None:
    monkeypatch.setattr(sys, "argv", ["sgaudit", *argv])
    with pytest.raises(Ended):
        main.main()


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_version_is_printed_at_once(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], ended: list[int], flag: str
) -> None:
    _program(monkeypatch, flag)
    assert ended == [0]
    assert capfd.readouterr().out.startswith("sgaudit ")


def test_the_program_ends_with_the_code_of_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ended: list[int]
) -> None:
    _program(monkeypatch, "nope", "--debug")
    assert ended == [2]
    assert "unknown command nope" in capsys.readouterr().err


def test_a_closed_stderr_is_no_failure(monkeypatch: pytest.MonkeyPatch, ended: list[int]) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    _program(monkeypatch, "nope", "--debug")
    assert ended == [2]


def test_the_sentence_before_any_catalogue_is_that_of_the_catalogue() -> None:
    assert "sgaudit: " + catalogue(Lang.EN).text("cli-interrupted") == main.SENTENCE


def test_a_fault_that_nothing_else_could_tell_is_a_sentence_and_70(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], ended: list[int]
) -> None:
    def fail(*_: object) -> NoReturn:
        raise ZeroDivisionError

    monkeypatch.setattr("auditor.cli.run.run", fail)
    _program(monkeypatch, "audit")
    assert ended == [70]
    assert (
        capfd.readouterr().err
        == "sgaudit: this is a bug in sgaudit, not a problem with your clusters: ZeroDivisionError\n"
    )


@pytest.mark.parametrize("swallowed", [SystemExit(2), RuntimeError("Aborted!"), None])
def test_an_interrupt_that_a_library_swallows_is_130_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    ended: list[int],
    swallowed: BaseException | None,
) -> None:
    def swallow(*_: object) -> int:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        if swallowed is not None:
            raise swallowed
        return 0

    monkeypatch.setattr("auditor.cli.run.run", swallow)
    monkeypatch.setattr(interrupt, "PATIENCE", 60.0)
    _program(monkeypatch, "audit")
    assert ended == [130]
    assert capfd.readouterr().err == "sgaudit: interrupted\n"


@pytest.mark.parametrize("number", interrupt.SIGNALS)
def test_a_signal_cancels_raises_and_leaves_the_rest_a_moment(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interrupt, "PATIENCE", 0.0)
    left = threading.Event()
    monkeypatch.setattr(Interruption, "leave", lambda _: left.set())
    interruption = Interruption()
    interruption.watch()
    assert not interruption.happened
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    assert interruption.happened
    assert left.wait(5)
    assert interruption.cancelled.wait(5)


def test_a_second_interrupt_waits_for_nothing_and_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupt, "PATIENCE", 60.0)
    left = threading.Event()
    monkeypatch.setattr(Interruption, "leave", lambda _: left.set())
    Interruption().watch()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)
    assert left.wait(5)


def test_a_hang_up_that_is_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    Interruption().watch()
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
