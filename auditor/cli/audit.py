"""Implements ``sgaudit audit``: read the clusters, compare them with the baseline, write the reports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import options as values
from auditor.cli.command import Command
from auditor.cli.earlier import SinceOptions, earlier_findings
from auditor.cli.filtering import FilterOptions, finding_filter
from auditor.cli.option import arguments, group, value
from auditor.cli.options import AgeOptions, GeneralOptions, JudgementOptions, OutputOptions, ShardWord, SourceOptions
from auditor.cli.recording import HistoryOptions, HistoryWriter
from auditor.cli.session import Session
from auditor.errors import ConfigError, ExitCode
from auditor.model.accounts import ALL_ACCOUNTS

if TYPE_CHECKING:
    from auditor.cli.targets import ReadTarget
    from auditor.config.settings import Settings
    from auditor.model.shards import Shard


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardOptions:
    """The part of the accounts and regions that this run reads."""

    PANEL: ClassVar = "help-panel-source"

    shard: ShardWord | None = value("--shard", metavar="I/N", read=values.shard, yields_to=("snapshot", "replay"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOptions:
    """The command line of ``audit``."""

    PANEL: ClassVar = "help-panel-arguments"

    clusters: tuple[str, ...] = arguments("CLUSTER", about="help-argument-cluster", read=values.clusters)
    source: SourceOptions = group(SourceOptions)
    part: ShardOptions = group(ShardOptions)
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
    from auditor.comparator.merge import unite
    from auditor.model.snapshot import Snapshot

    if options.earlier.fail_on_new and options.earlier.since is None:
        raise ConfigError("cli-fail-on-new-alone")
    reports = reports_of(session, options.output, options.general, options.source)
    terms = settings.terms(session, options.source.cloud.config, options.judgement, options.source.cloud.replay)
    earlier = earlier_findings(session, options.earlier.since) if options.earlier.since else None
    source, shard, targets = _targets(session, options, terms.settings)
    reader = SourceReader(session=session, clusters=options.clusters, settings=terms.settings, general=options.general)
    snapshots = reader.snapshots(source, targets) if shard is None or shard.pairs else (Snapshot(regions=()),)
    aged = [with_age_gaps(snapshot, terms.today, options.age.max_age) for snapshot in snapshots]
    results = pipeline.compare_accounts(aged, terms.policy, terms.today, earlier)
    history = HistoryWriter(session, options.history, terms.today)
    result = replace(unite(history.added(results)), shard=shard)
    counted = [finding for finding in result.findings if not (options.earlier.fail_on_new and finding.known)]
    is_complete = result.settled and not history.failed
    reached = outcome.decide(counted, terms, complete=is_complete, exit_zero=options.judgement.exit_zero)
    reports.write(result, reached, finding_filter(session, options.shown, result.snapshot))
    return reached.exit_code


def _targets(
    session: Session, options: AuditOptions, settings: Settings
) -> tuple[SourceOptions, Shard | None, tuple[ReadTarget, ...]]:
    """The source with the accounts of the run, the shard if any, and the accounts and regions to read.

    A shard is a part of all configured accounts unless ``--account`` names some. Raises ``ConfigError``.
    """
    from auditor.cli.source import refuse_conflicts
    from auditor.cli.targets import read_targets, sharded

    source = options.source
    refuse_conflicts(source.snapshot, source.cloud, options.part.shard)
    if source.snapshot is not None or source.cloud.replay is not None:
        return source, None, ()
    word = options.part.shard
    if word is not None and settings.accounts and not source.cloud.accounts:
        source = replace(source, cloud=replace(source.cloud, accounts=(ALL_ACCOUNTS,)))
    targets = read_targets(session, settings, source.cloud.api, source.cloud.accounts)
    quiet = options.general.quiet
    if word is not None and options.clusters:
        raise ConfigError("cli-shard-clusters")
    if word is None:
        if settings.accounts and not source.cloud.accounts and not quiet:
            session.tell(session.words.text("cli-accounts-not-read", count=len(settings.accounts)))
        return source, None, targets
    shard, part = sharded(targets, word, session.environ)
    if not shard.pairs and not quiet:
        facts = {"index": shard.index, "count": shard.count, "total": shard.total}
        session.tell("sgaudit: " + session.words.text("cli-shard-empty", **facts))
    return source, shard, part


COMMAND = Command(name="audit", options=AuditOptions, run=run)
