"""Implements ``sgaudit audit``: read the clusters, compare them with the baseline, write the reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.cli import options as values
from auditor.cli.command import Command
from auditor.cli.earlier import SinceOptions, earlier_findings
from auditor.cli.filtering import FilterOptions, finding_filter
from auditor.cli.option import arguments, group
from auditor.cli.options import AgeOptions, GeneralOptions, JudgementOptions, OutputOptions, SourceOptions
from auditor.cli.recording import HistoryOptions, record
from auditor.cli.session import Session
from auditor.errors import ConfigError, ExitCode
from auditor.model.completeness import hides_stacks
from auditor.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOptions:
    """The command line of ``audit``."""

    PANEL: ClassVar = "help-panel-arguments"

    clusters: tuple[str, ...] = arguments("CLUSTER", about="help-argument-cluster", read=values.clusters)
    source: SourceOptions = group(SourceOptions)
    age: AgeOptions = group(AgeOptions)
    judgement: JudgementOptions = group(JudgementOptions)
    earlier: SinceOptions = group(SinceOptions)
    history: HistoryOptions = group(HistoryOptions)
    shown: FilterOptions = group(FilterOptions)
    output: OutputOptions = group(OutputOptions)
    general: GeneralOptions = group(GeneralOptions)


def run(session: Session, options: AuditOptions) -> ExitCode:
    """Audits the clusters and writes each report."""
    from auditor import pipeline
    from auditor.cli import outcome, settings
    from auditor.cli.source import SourceReader, reports_of, with_age_gaps

    if options.earlier.fail_on_new and options.earlier.since is None and options.history.history is None:
        raise ConfigError("cli-fail-on-new-alone")
    reports = reports_of(session, options.output, options.general, options.source)
    terms = settings.terms(session, options.source.cloud.config, options.judgement, options.source.cloud.replay)
    earlier = earlier_findings(session, options.earlier.since) if options.earlier.since else None
    reader = SourceReader(session=session, clusters=options.clusters, settings=terms.settings, general=options.general)
    snapshot = with_age_gaps(reader.snapshot(options.source), terms.today, options.age.max_age)
    result = pipeline.compare(snapshot, terms.policy, terms.today, earlier)
    recorded = record(session, options.history, [result], terms.today, whole=_lists_everything(options, snapshot))
    [result] = recorded.results
    counted = [finding for finding in result.findings if not (options.earlier.fail_on_new and finding.known)]
    is_complete = result.settled and recorded.complete
    reached = outcome.decide(counted, terms, complete=is_complete, exit_zero=options.judgement.exit_zero)
    reports.write(result, reached, finding_filter(session, options.shown, snapshot))
    return reached.exit_code


def _lists_everything(options: AuditOptions, snapshot: Snapshot) -> bool:
    """Whether the run listed every cluster of its regions, so that a cluster that is not there was deleted."""
    is_live = options.source.snapshot is None and options.source.cloud.replay is None
    return (
        is_live and not options.clusters and not any(hides_stacks(gap) and not gap.cluster_id for gap in snapshot.gaps)
    )


COMMAND = Command(name="audit", options=AuditOptions, run=run)
