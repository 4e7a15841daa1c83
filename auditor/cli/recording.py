"""Adds runs to a history file (``--history``), and marks each finding with the time when it was first seen.

A history that cannot be used does not stop a run: its reports are written without the times, the reason is on stderr,
and the exit code is 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import options as values
from auditor.cli.option import value
from auditor.cli.session import Session
from auditor.errors import HistoryError
from auditor.model.gaps import NOTHING_JUDGED

if TYPE_CHECKING:
    from auditor.history.store import NewRun
    from auditor.model.findings import Result
    from auditor.model.outcomes import EarlierFindings
    from auditor.reporter.text.names import Formatter


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryOptions:
    """The history file of a run."""

    PANEL: ClassVar = "help-panel-judgement"

    history: Path | None = value("--history", metavar="FILE", read=values.path)


class HistoryWriter:
    """Adds the results of one command to its history; without ``--history`` it changes nothing."""

    def __init__(self, session: Session, options: HistoryOptions, today: date) -> None:
        self._session = session
        self._path = options.history
        self._today = today
        self.failed = False
        """Whether a history was asked for and could not be written."""

    def added(self, results: Sequence[Result], *, complete: bool = True) -> tuple[Result, ...]:
        """Adds each result as a run of its own, all or none, and marks its findings.

        Each result is of one account. A result that was not compared with an earlier report is compared with the
        history. ``complete`` is false if something is missing that is in no result.
        """
        if self._path is None:
            return tuple(results)
        from auditor.comparator.sightings import read_moment
        from auditor.history import database
        from auditor.history.store import NewRun
        from auditor.history.trend import clusters, trend

        try:
            with database.writing(self._path) as connection:
                runs = [
                    NewRun(
                        connection=connection,
                        result=result,
                        moment=read_moment(result.snapshot, self._today),
                        complete=complete and _is_complete(result, is_only=len(results) == 1),
                    )
                    for result in results
                ]
                marked = [self._added(run) if _is_asked_for(run.result) else run.result for run in runs]
                over_time = trend(connection, clusters(connection))
        except HistoryError as error:
            self.failed = True
            self._session.tell("sgaudit: " + self._session.sentence(error))
            self._session.tell(self._session.words.text("history-not-recorded"))
            return tuple(results)
        return tuple(replace(result, trend=over_time) for result in marked)

    def _added(self, run: NewRun) -> Result:
        """Adds one result. Its findings have the sightings of the history, also if an earlier report said otherwise."""
        from auditor.comparator.sightings import with_earlier
        from auditor.model.outcomes import EarlierFindings
        from auditor.reporter.text.names import Formatter

        result = run.result
        before = run.before()
        earlier = _titled(before or EarlierFindings(findings={}), Formatter(self._session.lang))
        compared = with_earlier(result, earlier, run.moment)
        run.add(compared, earlier)
        if result.vanished is None and before is not None:
            return compared
        pairs = zip(result.findings, compared.findings, strict=True)
        findings = tuple(replace(own, sighting=other.sighting) for own, other in pairs)
        return replace(result, findings=findings, run_at=run.moment)


def _is_asked_for(result: Result) -> bool:
    """Whether the run had anything to read; an empty shard has nothing."""
    return bool(result.snapshot.regions or result.clusters or result.snapshot.gaps)


def _is_complete(result: Result, *, is_only: bool) -> bool:
    """Whether everything was read and decided. Of several accounts, one may have nothing but empty clusters."""
    if is_only or not result.clusters:
        return result.complete
    return all(gap.code == NOTHING_JUDGED for gap in result.gaps)


def _titled(earlier: EarlierFindings, phrasing: Formatter) -> EarlierFindings:
    """The findings with titles in the language of the run; the history stores none."""
    from auditor.reporter.text.history import title_of

    titled = {name: replace(finding, title=title_of(finding, phrasing)) for name, finding in earlier.findings.items()}
    return replace(earlier, findings=titled)
