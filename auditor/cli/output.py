"""Writes reports: which format goes to which file or to stdout.

A destination that cannot be written is refused before anything is read, and a file is replaced in one step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli import options
from auditor.cli import session as terminal
from auditor.cli.options import GeneralOptions, OutputOptions, OutputTarget, PrintOptions
from auditor.cli.session import Session
from auditor.errors import ConfigError
from auditor.files import writer
from auditor.files.writer import Pieces
from auditor.words import Lang

if TYPE_CHECKING:
    from auditor.cli.outcome import RunOutcome
    from auditor.model.filters import FindingFilter
    from auditor.model.findings import Result
    from auditor.model.gaps import Gap
    from auditor.model.snapshot import SnapshotSource
    from auditor.reporter.options import RenderOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A report format and its file, ``None`` for stdout."""

    format: str
    path: Path | None


def destinations(
    targets: Sequence[OutputTarget], output: str | None, formats: Collection[str]
) -> tuple[Destination, ...]:
    """The destination of each report: its own path, else ``output``, else stdout.

    The first of ``formats`` is the default. Raises ``ConfigError`` for an unknown format, for two reports in one place
    and for an ``output`` that no report uses.
    """
    requested = tuple(targets) or (OutputTarget(format=next(iter(formats)), path=None),)
    for target in requested:
        if target.format not in formats:
            raise ConfigError("cli-unknown-format", value=target.format, choices=", ".join(formats))
    if output is not None and all(target.path is not None for target in requested):
        raise ConfigError("cli-output-unused", path=output)
    chosen = tuple(_destination(target, output) for target in requested)
    _refuse_shared_paths(chosen)
    return chosen


def _destination(target: OutputTarget, output: str | None) -> Destination:
    return Destination(format=target.format, path=options.output_path(target.path or output))


def _refuse_shared_paths(chosen: Sequence[Destination]) -> None:
    taken: dict[Path | None, str] = {}
    for destination in chosen:
        path = writer.resolved(destination.path) if destination.path else None
        if path in taken:
            label = str(destination.path or "stdout")
            raise ConfigError("cli-two-reports", first=taken[path], second=destination.format, path=label)
        taken[path] = destination.format


def refuse_unwritable(session: Session, path: Path | None) -> None:
    """Raises ``ReportError`` for a destination that cannot be written, before anything is read."""
    if path is None:
        session.open_stdout()
    else:
        writer.refuse_unwritable(path)


def write(session: Session, path: Path | None, pieces: Pieces) -> None:
    """Writes the pieces of a text to a file or to stdout as they come. Raises ``ReportError``."""
    if path is None:
        session.report(pieces)
    else:
        writer.write(path, pieces)


class Printer:
    """Writes one text to stdout or a file. Created before the work, so that an unwritable file is refused at once."""

    def __init__(self, session: Session, general: PrintOptions, form: str) -> None:
        """``form`` is what the text is, in a word. Raises ``ReportError`` for an unwritable place."""
        self._session = session
        self._quiet = general.quiet
        self._form = form
        self._path = options.output_path(general.output)
        refuse_unwritable(session, self._path)

    @property
    def shown(self) -> bool:
        """Whether the text goes to stdout."""
        return self._path is None

    def write(self, text: str) -> None:
        """Writes it and, of a file, says so. Raises ``ReportError``."""
        write(self._session, self._path, (text,))
        if self._path is not None and not self._quiet:
            self._session.tell(self._session.words.text("cli-written", format=self._form, path=str(self._path)))


MOST_GAPS = 3


class Reports:
    """Writes the reports of a run. Created before anything is read, so that an unwritable file is refused at once."""

    def __init__(
        self,
        session: Session,
        options: OutputOptions,
        general: GeneralOptions,
        source: SnapshotSource,
        formats: Collection[str] | None = None,
        *,
        source_arguments: str = "",
    ) -> None:
        """``formats`` are the formats, the default first; the audit's unless given.

        ``source_arguments`` are the options that name the source, for commands that a report suggests.

        Raises ``ConfigError`` for formats and places that do not fit, ``ReportError`` for unwritable places.
        """
        from auditor.reporter import REPORTERS

        self._session = session
        self._general = general
        self._source = source
        self._source_arguments = source_arguments
        self._destinations = destinations(options.formats, options.output, formats or tuple(REPORTERS))
        self._began = time.monotonic()
        for destination in self._destinations:
            refuse_unwritable(session, destination.path)

    def write(self, result: Result, outcome: RunOutcome, narrowed: FindingFilter | None = None) -> None:
        """Renders and writes each report of an audit, files first. Raises ``ReportError``.

        A report for people and the JSON report show the findings of ``narrowed`` alone; a format that machines take
        for the state of the clusters keeps all, since what it leaves out counts as resolved.
        """
        from auditor.model.filters import filtered
        from auditor.reporter import FILTERED, REPORTERS

        shown = result if narrowed is None else filtered(result, narrowed)
        renderers = {
            name: partial(reporter, shown if name in FILTERED else result) for name, reporter in REPORTERS.items()
        }
        self.write_each(renderers, outcome)
        if not self._general.quiet and not self.shows_table:
            self._sum_up(result, outcome)

    def write_each(
        self, renderers: Mapping[str, Callable[[RenderOptions], Iterator[str]]], outcome: RunOutcome
    ) -> None:
        """Starts each requested report, then writes them one after another, files first. Raises ``ReportError``.

        A report that can't be written as it is says so when it starts, so that no other is written.
        """
        finished = datetime.now(UTC)
        started = [
            (destination, renderers[destination.format](self._options(destination, outcome, finished)))
            for destination in sorted(self._destinations, key=lambda destination: destination.path is None)
        ]
        for destination, pieces in started:
            write(self._session, destination.path, pieces)
            self._tell_written(destination)

    @property
    def shows_table(self) -> bool:
        """Whether the table goes to stdout, so that stderr needs no summary."""
        return Destination(format="table", path=None) in self._destinations

    def _options(self, destination: Destination, outcome: RunOutcome, finished: datetime) -> RenderOptions:
        from auditor import resources
        from auditor.reporter import FOR_PEOPLE
        from auditor.reporter.options import RenderOptions

        session = self._session
        shown = session.stdout if destination.path is None else None
        return RenderOptions(
            tool_version=resources.version(),
            today=outcome.today,
            exit_code=outcome.exit_code,
            fail_on=outcome.fail_on,
            introduced_only=outcome.introduced_only,
            file=outcome.file,
            source=self._source,
            source_arguments=self._source_arguments,
            lang=session.lang if destination.format in FOR_PEOPLE else session.asked_lang or Lang.EN,
            width=terminal.width(shown, session.environ),
            colour=shown is not None and terminal.colour(shown, session.environ, refused=self._general.no_color),
            verbose=self._general.verbose > 0,
            finished_at=finished,
            seconds=time.monotonic() - self._began,
        )

    def _tell_written(self, destination: Destination) -> None:
        if destination.path is not None and not self._general.quiet:
            words = self._session.words
            self._session.tell(words.text("cli-written", format=destination.format, path=str(destination.path)))

    def _sum_up(self, result: Result, outcome: RunOutcome) -> None:
        words = self._session.words
        tell_gaps(self._session, result, result.unwaived_gaps)
        counts = result.counts()
        self._session.tell(
            words.text(
                "cli-summary",
                clusters=len(result.clusters),
                findings=sum(counts.values()),
                gaps=len(result.gaps),
                code=int(outcome.exit_code),
            )
        )


def tell_gaps(session: Session, result: Result, gaps: Sequence[Gap]) -> None:
    """Writes the first few gaps of a result to stderr."""
    from auditor.reporter.escape import terminal as escaped
    from auditor.reporter.text.sentences import ResultText

    sentences = ResultText(result, session.lang)
    for gap in gaps[:MOST_GAPS]:
        text = sentences.gap(gap)
        title, message = (escaped(" ".join(part.split())) for part in (text.title, text.message))
        session.tell(session.words.text("cli-gap", title=title, message=message))
    if len(gaps) > MOST_GAPS:
        session.tell(session.words.text("cli-more-gaps", count=len(gaps) - MOST_GAPS))
