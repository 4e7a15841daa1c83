from __future__ import annotations

import io
import logging

import pytest
from rich.console import Console
from rich.progress import Progress as Bars

from auditor.cli import progress
from auditor.cli import progress as logs
from auditor.cli.options import GeneralOptions
from auditor.cli.session import Session
from auditor.fetcher.progress import Phase, Silent
from auditor.words import Lang, catalogue


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def _session(stderr: io.StringIO, **environ: str) -> Session:
    return Session(environ={"TERM": "xterm", **environ}, stdin=None, stdout=None, stderr=stderr)


def test_regions_add_up_to_one_bar_a_phase() -> None:
    bars = Bars(console=Console(file=io.StringIO()))
    display = progress.Display(bars, catalogue(Lang.EN))
    display.started(Phase.NODES, "ap-a")
    assert [(task.description, task.completed, task.total) for task in bars.tasks] == [("nodes", 0, None)]
    display.advance(Phase.NODES, "ap-a", 3, 10)
    display.advance(Phase.NODES, "ap-b", 1, 5)
    display.advance(Phase.RULES, "ap-a", 2, 4)
    assert [(task.description, task.completed, task.total) for task in bars.tasks] == [
        ("nodes", 4, 15),
        ("rules", 2, 4),
    ]
    display.finished(Phase.NODES, "ap-a")
    assert [(task.completed, task.total) for task in bars.tasks] == [(11, 15), (2, 4)]


def test_every_phase_has_its_word_in_both_languages() -> None:
    for lang in Lang:
        bars = Bars(console=Console(file=io.StringIO()))
        display = progress.Display(bars, catalogue(lang))
        for phase in Phase:
            display.started(phase, "ap-a")
        assert len({task.description for task in bars.tasks}) == len(Phase)


def test_a_terminal_sees_the_display() -> None:
    screen = Screen()
    with progress.shown(_session(screen), GeneralOptions()) as shown:
        shown.started(Phase.CLUSTERS, "ap-a")
    assert "clusters" in screen.getvalue()


@pytest.mark.parametrize(
    ("general", "environ"),
    [
        (GeneralOptions(no_progress=True), {}),
        (GeneralOptions(quiet=True), {}),
        (GeneralOptions(verbose=1), {}),
        (GeneralOptions(), {"CI": "true"}),
        (GeneralOptions(), {"TERM": "dumb"}),
    ],
)
def test_nobody_else_does(general: GeneralOptions, environ: dict[str, str]) -> None:
    screen = Screen()
    with progress.shown(_session(screen, **environ), general) as shown:
        assert isinstance(shown, Silent)
        shown.started(Phase.CLUSTERS, "ap-a")
    assert screen.getvalue() == ""


def test_a_pipe_sees_nothing() -> None:
    pipe = io.StringIO()
    with progress.shown(_session(pipe), GeneralOptions()) as shown:
        shown.started(Phase.CLUSTERS, "ap-a")
    assert pipe.getvalue() == ""


@pytest.mark.parametrize(
    ("general", "said"),
    [
        (GeneralOptions(), ["careful"]),
        (GeneralOptions(quiet=True), []),
        (GeneralOptions(verbose=1), ["step", "careful"]),
        (GeneralOptions(verbose=2), ["call", "step", "careful"]),
        (GeneralOptions(verbose=3, quiet=True), []),
    ],
)
def test_the_log_says_more_with_each_v(general: GeneralOptions, said: list[str]) -> None:
    stderr = io.StringIO()
    log = logging.getLogger("auditor.of.a.test")
    with logs.show_logs(_session(stderr), general):
        log.debug("call")
        log.info("step")
        log.warning("careful")
    log.error("after")
    assert stderr.getvalue().split() == said


def test_the_log_cannot_act_on_the_terminal() -> None:
    stderr = io.StringIO()
    with logs.show_logs(_session(stderr), GeneralOptions()):
        logging.getLogger("auditor").warning("a\nb\x1b[2J")
    assert stderr.getvalue() == "a\\x0ab\\x1b[2J\n"
