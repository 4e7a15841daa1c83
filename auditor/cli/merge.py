"""Implements ``sgaudit merge``: unites JSON reports of accounts, regions and shards into one report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import options as values
from auditor.cli import session as files
from auditor.cli.command import Command
from auditor.cli.earlier import SinceOptions, earlier_findings
from auditor.cli.option import arguments, flag, group, value
from auditor.cli.options import THRESHOLDS, AgeOptions, GeneralOptions, OutputOptions, Threshold
from auditor.cli.recording import HistoryOptions, HistoryWriter
from auditor.cli.session import Session
from auditor.errors import ConfigError, ExitCode
from auditor.model.codes import Severity

if TYPE_CHECKING:
    from auditor.config.settings import Settings
    from auditor.model.gaps import Gap
    from auditor.reporter.merged_report import MergePart
    from auditor.reporter.run_models import ExpectedPart


def _paths(text: str, option: str) -> tuple[Path, ...]:
    return (values.path(text, option),)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnionOptions:
    """What the reports must have, and the severity that fails the merge."""

    PANEL: ClassVar = "help-panel-judgement"

    expect: Path | None = value("--expect", metavar="FILE", read=values.path)
    fail_on: Threshold | None = value(
        "--fail-on",
        metavar="SEVERITY",
        read=values.threshold,
        choices=THRESHOLDS,
        shown_default=Severity.MEDIUM.value,
    )
    exit_zero: bool = flag("--exit-zero")
    today: date | None = value("--today", metavar="DATE", read=values.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeOptions:
    """The command line of ``merge``."""

    PANEL: ClassVar = "help-panel-arguments"

    reports: tuple[Path, ...] = arguments("REPORT", about="help-argument-reports", read=_paths)
    union: UnionOptions = group(UnionOptions)
    age: AgeOptions = group(AgeOptions)
    earlier: SinceOptions = group(SinceOptions)
    history: HistoryOptions = group(HistoryOptions)
    output: OutputOptions = group(OutputOptions)
    general: GeneralOptions = group(GeneralOptions)


def run(session: Session, options: MergeOptions) -> ExitCode:
    """Reads the reports, unites them and writes each report of the union."""
    from auditor import pipeline
    from auditor.cli import outcome, settings
    from auditor.cli.output import Reports
    from auditor.model.snapshot import SnapshotSource
    from auditor.reporter.merged_report import Expected, MergePart, language

    if not options.reports:
        raise ConfigError("cli-missing-argument", option="REPORT", command="sgaudit merge")
    if options.reports.count(files.STDIN) > 1:
        raise ConfigError("commands-stdin-twice", first="REPORT", second="REPORT")
    if options.earlier.fail_on_new and options.earlier.since is None:
        raise ConfigError("cli-fail-on-new-alone")
    configured = settings.load(session, options.union.expect) if options.union.expect else None
    if configured is not None and not configured.accounts:
        raise ConfigError("commands-merge-expects-nothing", path=str(options.union.expect))
    today = options.union.today or settings.local_date()
    earlier = earlier_findings(session, options.earlier.since) if options.earlier.since else None
    read = list(_read(session, options.reports))
    parts = [item for item in read if isinstance(item, MergePart)]
    damaged = [item for item in read if not isinstance(item, MergePart)]
    spoken = language(parts)
    if session.asked_lang is None and spoken is not None:
        session = session.speaking(spoken, spoken)
    reports = Reports(session, options.output, options.general, SnapshotSource.MERGED)
    expected = Expected(pairs=_pairs(configured), today=today, max_age=options.age.max_age)
    history = HistoryWriter(session, options.history, today)
    result = pipeline.merge(
        parts, damaged, expected, earlier, lambda results, complete: history.added(results, complete=complete)
    )
    threshold = settings.threshold(configured, options.union.fail_on)
    counted = [finding for finding in result.findings if not (options.earlier.fail_on_new and finding.known)]
    is_complete = result.settled and not history.failed
    code = outcome.exit_code(counted, complete=is_complete, threshold=threshold, exit_zero=options.union.exit_zero)
    reports.write(result, outcome.RunOutcome(exit_code=code, fail_on=threshold.severity, today=today))
    return code


def _read(session: Session, paths: Iterable[Path]) -> Iterator[MergePart | Gap]:
    """The report of each file, or the gap of a file that cannot be read or used."""
    from auditor.reporter.merged_report import damaged, read_part

    for path in paths:
        try:
            reports = _reports_in(path)
        except OSError as error:
            yield damaged(str(path), "union-unreadable", detail=str(error.strerror))
            continue
        if not reports:
            yield damaged(str(path), "union-empty")
        for file in reports:
            try:
                text = files.read_text(session, file)
            except ConfigError as error:
                yield damaged(files.name(file), "union-unreadable", detail=_reason(error))
                continue
            yield read_part(text, files.name(file))


def _reason(error: ConfigError) -> str:
    """What a file that cannot be read is or says instead of text in UTF-8."""
    facts = error.facts
    return str(facts.get("detail") or facts.get("found") or "-")


def _reports_in(path: Path) -> list[Path]:
    """The reports of a folder in order; the path itself for anything else."""
    if path == files.STDIN or not path.is_dir():
        return [path]
    return sorted(file for file in path.glob("*.json") if file.is_file())


def _pairs(settings: Settings | None) -> tuple[ExpectedPart, ...]:
    """The accounts of a configuration, each with its regions or those of the configuration."""
    if settings is None:
        return ()
    return tuple(
        {"account": account.id, "region": region}
        for account in settings.accounts
        for region in _regions(account.regions or settings.regions)
    )


def _regions(names: tuple[str, ...]) -> tuple[str, ...]:
    return ("",) if not names or values.ALL_REGIONS in names else names


COMMAND = Command(name="merge", options=MergeOptions, run=run)
