"""Where reports go: which format to which place, whether the place can be written, and writing it in one step."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli import options
from auditor.cli import session as terminal
from auditor.cli.options import General, OutputOptions, OutputTarget, Printed
from auditor.cli.session import Session
from auditor.cli.verdict import RunVerdict
from auditor.errors import ConfigError
from auditor.files import writer
from auditor.model.snapshot import SnapshotSource
from auditor.words import Lang


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One report: its format and its file, ``None`` for stdout."""

    format: str
    path: Path | None


def destinations(
    targets: Sequence[OutputTarget], output: str | None, known: Collection[str]
) -> tuple[Destination, ...]:
    """What is written where; a format without a path of its own goes to ``output``, else to stdout.

    The first of ``known`` is the default format. Raises ``ConfigError`` for an unknown format, for two reports in one
    place and for an ``output`` that nothing is left to go to.
    """
    asked = tuple(targets) or (OutputTarget(format=next(iter(known)), path=None),)
    for target in asked:
        if target.format not in known:
            raise ConfigError("cli-unknown-format", value=target.format, choices=", ".join(known))
    if output is not None and all(target.path is not None for target in asked):
        raise ConfigError("cli-output-unused", path=output)
    found = tuple(_destination(target, output) for target in asked)
    _refuse_shared_places(found)
    return found


def _destination(target: OutputTarget, output: str | None) -> Destination:
    return Destination(format=target.format, path=options.place(target.path or output))


def _refuse_shared_places(found: Sequence[Destination]) -> None:
    taken: dict[Path | None, str] = {}
    for destination in found:
        place = writer.resolved(destination.path) if destination.path else None
        if place in taken:
            where = str(destination.path or "stdout")
            raise ConfigError("cli-two-reports", first=taken[place], second=destination.format, path=where)
        taken[place] = destination.format


def refuse_unwritable(session: Session, path: Path | None) -> None:
    """Raises ``ReportError`` now for a place that can be seen to take no report, before anything is read."""
    if path is None:
        session.open_stdout()
    else:
        writer.refuse_unwritable(path)


def write(session: Session, path: Path | None, text: str) -> None:
    """Writes a report to its file or to stdout. Raises ``ReportError``."""
    if path is None:
        session.report(text)
    else:
        writer.write(path, text)


class Printer:
    """Where one text goes. Made before the work, so that a place that takes none is refused at once."""

    def __init__(self, session: Session, general: Printed, form: str) -> None:
        """``form`` is what the text is, in a word. Raises ``ReportError`` for an unwritable place."""
        self._session = session
        self._quiet = general.quiet
        self._form = form
        self._path = options.place(general.output)
        refuse_unwritable(session, self._path)

    @property
    def shown(self) -> bool:
        """Whether a person may see it at once."""
        return self._path is None

    def write(self, text: str) -> None:
        """Writes it and, of a file, says so. Raises ``ReportError``."""
        write(self._session, self._path, text)
        if self._path is not None and not self._quiet:
            self._session.tell(self._session.words.text("cli-written", format=self._form, path=str(self._path)))


if TYPE_CHECKING:
    from auditor.model.findings import Result
    from auditor.model.gaps import Gap
    from auditor.reporter.options import RenderOptions

MOST_GAPS = 3


class Reports:
    """The reports of one run. Made before anything is read, so that a place that takes none is refused at once."""

    def __init__(
        self,
        session: Session,
        options: OutputOptions,
        general: General,
        source: SnapshotSource,
        known: Collection[str] | None = None,
    ) -> None:
        """``known`` are the formats, the default first; the audit's unless given.

        Raises ``ConfigError`` for formats and places that do not fit, ``ReportError`` for unwritable places.
        """
        from auditor.reporter import REPORTERS

        self._session = session
        self._general = general
        self._source = source
        self._destinations = destinations(options.formats, options.output, known or tuple(REPORTERS))
        self._began = time.monotonic()
        for destination in self._destinations:
            refuse_unwritable(session, destination.path)

    def write(self, result: Result, verdict: RunVerdict) -> None:
        """Renders and writes each report of an audit, files first. Raises ``ReportError``."""
        from auditor import pipeline
        from auditor.reporter import REPORTERS

        self.write_each({name: partial(pipeline.render, result, name) for name in REPORTERS}, verdict)
        if not self._general.quiet and not self.shows_table:
            self._sum_up(result, verdict)

    def write_each(self, renderers: Mapping[str, Callable[[RenderOptions], str]], verdict: RunVerdict) -> None:
        """Renders what was asked for by format, then writes it, files first. Raises ``ReportError``."""
        finished = datetime.now(UTC)
        rendered = [
            (destination, renderers[destination.format](self._options(destination, verdict, finished)))
            for destination in sorted(self._destinations, key=lambda one: one.path is None)
        ]
        for destination, text in rendered:
            write(self._session, destination.path, text)
            self._tell_written(destination)

    @property
    def shows_table(self) -> bool:
        """Whether a person sees the table on stdout, so that stderr need not sum it up."""
        return Destination(format="table", path=None) in self._destinations

    def _options(self, destination: Destination, verdict: RunVerdict, finished: datetime) -> RenderOptions:
        from auditor import resources
        from auditor.reporter import FOR_PEOPLE
        from auditor.reporter.options import RenderOptions

        session = self._session
        shown = session.stdout if destination.path is None else None
        return RenderOptions(
            tool_version=resources.version(),
            today=verdict.today,
            exit_code=verdict.exit_code,
            fail_on=verdict.fail_on,
            introduced_only=verdict.introduced_only,
            source=self._source,
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

    def _sum_up(self, result: Result, verdict: RunVerdict) -> None:
        words = self._session.words
        tell_gaps(self._session, result.unwaived_gaps)
        counts = result.counts()
        self._session.tell(
            words.text(
                "cli-summary",
                clusters=len(result.clusters),
                findings=sum(counts.values()),
                gaps=len(result.gaps),
                code=int(verdict.exit_code),
            )
        )


def tell_gaps(session: Session, gaps: Sequence[Gap]) -> None:
    """The first few things that were not read or not decided."""
    from auditor.reporter.escape import terminal as escaped

    for gap in gaps[:MOST_GAPS]:
        message = " ".join(escaped(part) for part in gap.message.split())
        session.tell(session.words.text("cli-gap", resource=escaped(gap.resource), message=message))
    if len(gaps) > MOST_GAPS:
        session.tell(session.words.text("cli-more-gaps", count=len(gaps) - MOST_GAPS))
