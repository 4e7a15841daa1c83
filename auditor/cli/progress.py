"""Shows the progress bars and, with ``-v``, the log on stderr.

Only the program's own log is shown, since the log of the SDK contains signatures.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from auditor.cli import session as terminal
from auditor.cli.options import GeneralOptions, PrintOptions
from auditor.cli.session import Session
from auditor.fetcher.progress import Phase, Progress, Silent

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from auditor.words.messages import Words

ROOT = "auditor"


class _StderrHandler(logging.Handler):
    """Writes each log record as a line to stderr."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def emit(self, record: logging.LogRecord) -> None:
        from auditor.reporter.escape import terminal as escaped

        self._session.tell(escaped(self._text(record)))

    def _text(self, record: logging.LogRecord) -> str:
        """The message in the language of the run where the record names one of the catalogue (``message_id``)."""
        message_id, facts = getattr(record, "message_id", ""), getattr(record, "facts", {})
        return self._session.words.text(message_id, **facts) if message_id else self.format(record)


@contextmanager
def show_logs(session: Session, general: GeneralOptions | PrintOptions) -> Iterator[None]:
    """Shows the steps of the run with ``-v`` and each call with ``-vv``, while the context is open."""
    logger = logging.getLogger(ROOT)
    handler = _StderrHandler(session)
    before = logger.level, logger.propagate
    logger.setLevel(_level(general))
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before


def _level(general: GeneralOptions | PrintOptions) -> int:
    if general.quiet:
        return logging.ERROR
    return {0: logging.WARNING, 1: logging.INFO}.get(general.verbose, logging.DEBUG)


class Display:
    """Draws one bar a phase from the counts of all regions, which report from several threads."""

    def __init__(self, bars: Bars, words: Words) -> None:
        self._bars = bars
        self._words = words
        self._lock = threading.Lock()
        self._tasks: dict[Phase, TaskID] = {}
        self._counts: dict[tuple[Phase, str], tuple[int, int]] = {}

    def started(self, phase: Phase, region: str) -> None:
        """Adds the bar of the phase, without an end until a region knows its total."""
        self.advance(phase, region, 0, 0)

    def advance(self, phase: Phase, region: str, done: int, total: int) -> None:
        """Moves the bar of the phase by the counts of all regions."""
        with self._lock:
            self._counts[phase, region] = (done, total)
            of_phase = [counts for (phase_, _), counts in self._counts.items() if phase_ is phase]
            if phase not in self._tasks:
                self._tasks[phase] = self._bars.add_task(self._words.text(f"cli-phase-{phase}"), total=None)
            total_of_phase = sum(count for _, count in of_phase) or None
            self._bars.update(self._tasks[phase], completed=sum(count for count, _ in of_phase), total=total_of_phase)

    def finished(self, phase: Phase, region: str) -> None:
        """Counts the region as done."""
        _, total = self._counts.get((phase, region), (0, 0))
        self.advance(phase, region, total, total)


@contextmanager
def shown(session: Session, general: GeneralOptions) -> Iterator[Progress]:
    """The progress of one fetch: bars on a terminal, nothing elsewhere."""
    hushed = general.quiet or general.verbose or general.no_progress
    if hushed or not terminal.is_watched(session.stderr, session.environ):
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    plain = not terminal.colour(session.stderr, session.environ, refused=general.no_color)
    console = Console(file=session.stderr, no_color=plain, force_terminal=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        yield Display(bars, session.words)
