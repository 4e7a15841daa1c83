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

if TYPE_CHECKING:
    import sqlite3

    from auditor.model.findings import Result
    from auditor.model.outcomes import EarlierFindings
    from auditor.reporter.text.names import Formatter


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryOptions:
    """The history file of a run."""

    PANEL: ClassVar = "help-panel-judgement"

    history: Path | None = value("--history", metavar="FILE", read=values.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The results of a run after they were added to the history. ``complete``: nothing went wrong."""

    results: tuple[Result, ...]
    complete: bool


def record(
    session: Session, options: HistoryOptions, results: Sequence[Result], today: date, *, whole: bool = False
) -> Recorded:
    """Adds the results to the history, each as a run of its own and all or none; without ``--history`` does nothing.

    Each result is of one account. A result that was not compared with an earlier report is compared with the history.
    ``whole``: each result has every cluster of its regions, so a cluster that it lacks was deleted.
    """
    if options.history is None:
        return Recorded(results=tuple(results), complete=True)
    from auditor.history import database
    from auditor.history.trend import clusters, trend

    try:
        with database.writing(options.history) as connection:
            marked = [_added(session, connection, result, today, whole=whole) for result in results]
            over_time = trend(connection, clusters(connection))
    except HistoryError as error:
        session.tell("sgaudit: " + session.sentence(error))
        session.tell(session.words.text("history-not-recorded"))
        return Recorded(results=tuple(results), complete=False)
    return Recorded(results=tuple(replace(result, trend=over_time) for result in marked), complete=True)


def _added(session: Session, connection: sqlite3.Connection, result: Result, today: date, *, whole: bool) -> Result:
    """Adds one result. Its findings have the sightings of the history, also if an earlier report said otherwise."""
    from auditor.comparator.sightings import read_moment, with_earlier
    from auditor.history.store import NewRun
    from auditor.model.outcomes import EarlierFindings
    from auditor.reporter.text.names import Formatter

    moment = read_moment(result.snapshot, today)
    run = NewRun(connection=connection, result=result, moment=moment, whole=whole)
    before = _titled(run.before(), Formatter(session.lang))
    earlier = before or EarlierFindings(findings={})
    compared = with_earlier(result, earlier, moment)
    run.add(compared, earlier)
    if result.vanished is None and before is not None:
        return compared
    pairs = zip(result.findings, compared.findings, strict=True)
    findings = tuple(replace(own, sighting=other.sighting) for own, other in pairs)
    return replace(result, findings=findings, run_at=moment)


def _titled(earlier: EarlierFindings | None, phrasing: Formatter) -> EarlierFindings | None:
    """The findings with titles in the language of the run; the history stores none."""
    from auditor.reporter.text.history import title_of

    if earlier is None:
        return None
    titled = {name: replace(finding, title=title_of(finding, phrasing)) for name, finding in earlier.findings.items()}
    return replace(earlier, findings=titled)
