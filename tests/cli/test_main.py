from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from auditor.cli import interrupt, main


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Set where the process would have been ended; what answers an interrupt is put back afterwards."""
    before, ended = signal.getsignal(signal.SIGINT), threading.Event()
    monkeypatch.setattr(interrupt, "leave", ended.set)
    yield ended
    signal.signal(signal.SIGINT, before)


def _program(monkeypatch: pytest.MonkeyPatch, *argv: str) -> int:
    monkeypatch.setattr(sys, "argv", ["sgaudit", *argv])
    return main.main()


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_version_is_printed_at_once(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], flag: str
) -> None:
    assert _program(monkeypatch, flag) == 0
    assert capfd.readouterr().out.startswith("sgaudit ")


@pytest.mark.usefixtures("left")
def test_the_program_ends_with_the_code_of_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _program(monkeypatch, "nope", "--debug") == 2
    assert 'there is no command "nope"' in capsys.readouterr().err


@pytest.mark.usefixtures("left")
def test_a_closed_stderr_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    assert _program(monkeypatch, "nope", "--debug") == 2


def test_an_interrupt_cancels_raises_and_leaves_the_rest_a_moment(
    left: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interrupt, "PATIENCE", 0.0)
    cancelled = interrupt.watch()
    assert not cancelled.is_set()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert cancelled.is_set()
    assert left.wait(5)


def test_a_second_interrupt_waits_for_nothing(left: threading.Event) -> None:
    cancelled = interrupt.watch()
    cancelled.set()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert left.is_set()
