"""Implements ``sgaudit diff``: compares two snapshots or two JSON reports and shows new and fixed findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from auditor.cli import options as values
from auditor.cli import session as files
from auditor.cli.command import Command
from auditor.cli.option import argument, group, repeated, value
from auditor.cli.options import GeneralOptions, JudgementOptions, OutputOptions, OutputTarget
from auditor.cli.scope import load_snapshot
from auditor.cli.session import Session
from auditor.errors import ConfigError, ExitCode
from auditor.files import json_reader
from auditor.files.reader import decoded

if TYPE_CHECKING:
    from auditor.cli.outcome import RunOutcome
    from auditor.cli.settings import Terms
    from auditor.reporter.options import RenderOptions
    from auditor.reporter.verdict import Weighed

TABLE, JSON = FORMATS = ("table", "json")
REPORT, SNAPSHOT = "sgaudit-report/", "sgaudit-snapshot/"
_START_OF_SNAPSHOT = re.compile(rb'\s*\{\s*"schema"\s*:\s*"' + SNAPSHOT.encode())
"""The start of a snapshot as ``fetch`` writes it, which tells its kind without a look at the rest."""

_Renderers: TypeAlias = "Mapping[str, Callable[[RenderOptions], Iterator[str]]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffOutput(OutputOptions):
    """The formats of the difference and their files."""

    formats: tuple[OutputTarget, ...] = repeated(
        "--format", metavar="FORMAT[=PATH]", read=values.target, choices=FORMATS, shown_default=TABLE
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffOptions:
    """The command line of ``diff``."""

    PANEL: ClassVar = "help-panel-arguments"

    old: Path = argument("OLD", about="help-argument-old", read=values.path, required=True)
    new: Path = argument("NEW", about="help-argument-new", read=values.path, required=True)
    config: Path | None = value("--config", metavar="FILE", read=values.path)
    judgement: JudgementOptions = group(JudgementOptions)
    output: DiffOutput = group(DiffOutput)
    general: GeneralOptions = group(GeneralOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One of the two files: its content, its kind, and the document in it where that had to be parsed."""

    path: Path
    data: bytes
    family: str
    document: object = None


def run(session: Session, options: DiffOptions) -> ExitCode:
    """Compares the two files and writes what differs."""
    from auditor.cli import settings
    from auditor.cli.output import Reports
    from auditor.model.snapshot import SnapshotSource

    if options.old == options.new == files.STDIN:
        raise ConfigError("commands-stdin-twice", first="OLD", second="NEW")
    reports = Reports(session, options.output, options.general, SnapshotSource.SNAPSHOT, FORMATS)
    old, new = (_side(session, path) for path in (options.old, options.new))
    if old.family != new.family:
        raise ConfigError("commands-diff-mixed", old=str(old.path), new=str(new.path))
    terms = settings.terms(session, options.config, options.judgement)
    differ = _differ_reports if old.family == REPORT else _differ_snapshots
    renderers, reached = differ(session, old, new, terms, options)
    reports.write_each(renderers, reached)
    return reached.exit_code


def _side(session: Session, path: Path) -> _Side:
    data = files.read_bytes(session, path)
    if _START_OF_SNAPSHOT.match(data):
        return _Side(path=path, data=data, family=SNAPSHOT)
    try:
        document = json_reader.load(decoded(data, files.name(path)), files.name(path))
    except json_reader.NotJson as error:
        raise ConfigError("commands-diff-neither", path=str(path)) from error
    schema = document.get("schema") if isinstance(document, dict) else None
    for family in (REPORT, SNAPSHOT):
        if isinstance(schema, str) and schema.startswith(family):
            return _Side(path=path, data=data, family=family, document=document)
    raise ConfigError("commands-diff-neither", path=str(path))


def _differ_snapshots(
    session: Session, old: _Side, new: _Side, terms: Terms, options: DiffOptions
) -> tuple[_Renderers, RunOutcome]:
    from auditor import pipeline
    from auditor.reporter import diff

    snapshots = (load_snapshot(side.data, files.name(side.path), terms.policy.left_out) for side in (old, new))
    old_snapshot, new_snapshot = snapshots
    difference, before, after = pipeline.differ(old_snapshot, new_snapshot, terms.policy, terms.today)
    complete = after.settled and not difference.unknown
    _tell_incomplete(session, options, before=before.complete, after=complete)
    renderers = {
        TABLE: partial(diff.render_table, difference, before, after),
        JSON: partial(diff.render_json, difference, before, after),
    }
    return renderers, _reached(difference.new, terms, options, complete=complete)


def _differ_reports(
    session: Session, old: _Side, new: _Side, terms: Terms, options: DiffOptions
) -> tuple[_Renderers, RunOutcome]:
    from auditor.reporter import diff, report_reader

    before, after = (report_reader.of_document(side.document, files.name(side.path)) for side in (old, new))
    difference = diff.compare_reports(before, after)
    complete = after.settled and not difference.unknown
    _tell_incomplete(session, options, before=before.complete, after=complete)
    if report_reader.differ_in_baselines(before, after) and not options.general.quiet:
        session.tell(session.words.text("commands-diff-baselines"))
    renderers: _Renderers = {
        TABLE: partial(diff.render_report_diff_table, difference),
        JSON: lambda _: diff.render_report_diff_json(difference),
    }
    return renderers, _reached(difference.new, terms, options, complete=complete)


def _tell_incomplete(session: Session, options: DiffOptions, *, before: bool, after: bool) -> None:
    if options.general.quiet:
        return
    if not before:
        session.tell(session.words.text("commands-diff-old-incomplete"))
    if not after:
        session.tell(session.words.text("commands-diff-new-incomplete"))


def _reached(new: Iterable[Weighed], terms: Terms, options: DiffOptions, *, complete: bool) -> RunOutcome:
    from auditor.cli import outcome

    return outcome.decide(new, terms, complete=complete, exit_zero=options.judgement.exit_zero)


COMMAND = Command(name="diff", options=DiffOptions, run=run)
