"""Reports of one result: rendered for where they go, written, and summed up on stderr."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from auditor.cli import output, terminal
from auditor.cli.options import General, Output
from auditor.cli.output import Destination
from auditor.cli.session import Session
from auditor.cli.verdict import Verdict
from auditor.model.snapshot import SnapshotSource
from auditor.words import Lang

if TYPE_CHECKING:
    from auditor.model.gaps import Gap
    from auditor.model.result import Result
    from auditor.reporter.options import RenderOptions

FOR_PEOPLE = frozenset({"table", "html", "markdown", "csv"})
"""Formats that follow the locale; the others are in English unless a language was asked for."""
MOST_GAPS = 3


class Reports:
    """The reports of one run. Made before anything is read, so that a place that takes none is refused at once."""

    def __init__(
        self,
        session: Session,
        options: Output,
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
        self._destinations = output.destinations(options.formats, options.output, known or tuple(REPORTERS))
        self._began = time.monotonic()
        for destination in self._destinations:
            output.refuse_unwritable(session, destination.path)

    def write(self, result: Result, verdict: Verdict) -> None:
        """Renders and writes each report of an audit, files first. Raises ``ReportError``."""
        from auditor import pipeline
        from auditor.reporter import REPORTERS

        self.write_each({name: partial(pipeline.render, result, name) for name in REPORTERS}, verdict)
        if not self._general.quiet and not self.shows_table:
            self._sum_up(result, verdict)

    def write_each(self, renderers: Mapping[str, Callable[[RenderOptions], str]], verdict: Verdict) -> None:
        """Renders what was asked for by format, then writes it, files first. Raises ``ReportError``."""
        finished = datetime.now(UTC)
        rendered = [
            (destination, renderers[destination.format](self._options(destination, verdict, finished)))
            for destination in sorted(self._destinations, key=lambda one: one.path is None)
        ]
        for destination, text in rendered:
            output.write(self._session, destination.path, text)
            self._tell_written(destination)

    @property
    def shows_table(self) -> bool:
        """Whether a person sees the table on stdout, so that stderr need not sum it up."""
        return Destination(format="table", path=None) in self._destinations

    def _options(self, destination: Destination, verdict: Verdict, finished: datetime) -> RenderOptions:
        from auditor import resources
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

    def _sum_up(self, result: Result, verdict: Verdict) -> None:
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
