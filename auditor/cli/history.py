"""Implements ``sgaudit history``: shows the trend of a history file and its oldest findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import options as values
from auditor.cli import session as terminal
from auditor.cli.command import Command
from auditor.cli.option import argument, arguments, group
from auditor.cli.options import PrintOptions
from auditor.cli.output import Printer
from auditor.cli.session import Session
from auditor.errors import ConfigError, ExitCode, HistoryError
from auditor.words import Lang

if TYPE_CHECKING:
    from auditor.history.trend import StoredCluster
    from auditor.model.history import RecordedHistory
    from auditor.reporter.options import RenderOptions

TABLE, JSON, CSV = FORMATS = ("table", "json", "csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryCommandOptions:
    """The command line of ``history``."""

    PANEL: ClassVar = "help-panel-arguments"

    file: Path = argument("FILE", about="help-argument-history", read=values.path, required=True)
    clusters: tuple[str, ...] = arguments("CLUSTER", about="help-argument-history-cluster", read=values.clusters)
    format: str = values.print_format(FORMATS)
    general: PrintOptions = group(PrintOptions)


def run(session: Session, options: HistoryCommandOptions) -> ExitCode:
    """Prints the trend."""
    from auditor.reporter import history as reports

    printer = Printer(session, options.general, options.format)
    history = _read(options)
    rendering = _rendering(session, options, shown=printer.shown)
    texts: dict[str, Callable[[], str]] = {
        TABLE: lambda: reports.render_table(history, rendering),
        JSON: lambda: reports.render_json(history),
        CSV: lambda: reports.render_csv(history, rendering),
    }
    printer.write(texts[options.format]())
    return ExitCode.OK


def _read(options: HistoryCommandOptions) -> RecordedHistory:
    """What the file tells. Raises ``HistoryError``, also for a file without a run, and ``ConfigError``."""
    from auditor.history import database
    from auditor.history.trend import recorded

    with database.reading(options.file) as connection:
        history = recorded(connection, lambda stored: _chosen(stored, options.clusters))
    if history is None:
        raise HistoryError("history-no-runs", path=str(options.file))
    return history


def _chosen(stored: tuple[StoredCluster, ...], words: tuple[str, ...]) -> tuple[StoredCluster, ...]:
    """The clusters that the words name, all without words. Raises ``ConfigError`` for a word that names none."""
    from auditor.cli.selection import resolved

    if not words:
        return stored
    ids = resolved(words, stored)
    unknown = [word for word in ids if all(word != cluster.cluster_id for cluster in stored)]
    if unknown:
        raise ConfigError("history-no-cluster", cluster=", ".join(unknown))
    return tuple(cluster for cluster in stored if cluster.cluster_id in ids)


def _rendering(session: Session, options: HistoryCommandOptions, *, shown: bool) -> RenderOptions:
    from auditor import resources
    from auditor.reporter.options import RenderOptions

    stream = session.stdout if shown else None
    coloured = stream is not None and terminal.colour(stream, session.environ, refused=options.general.no_color)
    return RenderOptions(
        tool_version=resources.version(),
        today=date.min,
        exit_code=ExitCode.OK,
        lang=session.lang if options.format != JSON else session.asked_lang or Lang.EN,
        width=terminal.width(stream, session.environ),
        colour=coloured,
    )


COMMAND = Command(name="history", options=HistoryCommandOptions, run=run)
