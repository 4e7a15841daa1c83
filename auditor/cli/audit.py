"""Implements ``sgaudit audit``: read the clusters, compare them with the baseline, write the reports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
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
    from auditor.cli.source import SourceReader
    from auditor.model.shards import Shard
    from auditor.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardOptions:
    """The part of the accounts and regions that this run reads."""

    PANEL: ClassVar = "help-panel-source"

    shard: ShardWord | None = value("--shard", metavar="I/N", read=values.shard)


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

    if options.earlier.fail_on_new and options.earlier.since is None:
        raise ConfigError("cli-fail-on-new-alone")
    reports = reports_of(session, options.output, options.general, options.source)
    terms = settings.terms(session, options.source.cloud.config, options.judgement, options.source.cloud.replay)
    earlier = earlier_findings(session, options.earlier.since) if options.earlier.since else None
    reader = SourceReader(session=session, clusters=options.clusters, settings=terms.settings, general=options.general)
    shard, snapshots = _read(session, options, reader)
    max_age = options.age.max_age if shard is None or shard.pairs else None
    aged = [with_age_gaps(snapshot, terms.today, max_age) for snapshot in snapshots]
    results = pipeline.compare_accounts(aged, terms.policy, terms.today, earlier)
    history = HistoryWriter(session, options.history, terms.today)
    asked = {word for snapshot in snapshots for word in snapshot.asked}
    result = replace(unite(history.added(results)), shard=shard, asked=tuple(sorted(asked)))
    counted = [finding for finding in result.findings if not (options.earlier.fail_on_new and finding.known)]
    is_complete = result.settled and not history.failed
    reached = outcome.decide(counted, terms, complete=is_complete, exit_zero=options.judgement.exit_zero)
    reports.write(result, reached, finding_filter(session, options.shown, result.snapshot))
    return reached.exit_code


def _read(session: Session, options: AuditOptions, reader: SourceReader) -> tuple[Shard | None, tuple[Snapshot, ...]]:
    """The shard if any, and the snapshot of each account that it reads; one without anything for an empty shard.

    Raises ``ConfigError``.
    """
    from auditor.cli.source import refuse_conflicts

    source = options.source
    refuse_conflicts(source.snapshot, source.cloud)
    if options.part.shard is not None and options.clusters:
        raise ConfigError("cli-shard-clusters")
    is_live = source.snapshot is None and source.cloud.replay is None
    shard, snapshots = (_read_live if is_live else _read_recorded)(session, options, reader)
    if shard is not None and not options.general.quiet:
        facts = {"index": shard.index, "count": shard.count, "total": shard.total, "pairs": len(shard.pairs)}
        message_id = "cli-shard-part" if shard.pairs else "cli-shard-empty"
        session.tell("sgaudit: " + session.words.text(message_id, **facts))
    return shard, snapshots


def _read_live(
    session: Session, options: AuditOptions, reader: SourceReader
) -> tuple[Shard | None, tuple[Snapshot, ...]]:
    """A shard is a part of all configured accounts unless ``--account`` names some."""
    from auditor.cli.targets import read_targets, sharded
    from auditor.model.snapshot import Snapshot

    word, settings, api = options.part.shard, reader.settings, options.source.cloud.api
    accounts = options.source.cloud.accounts
    if settings.accounts and not accounts:
        if word is not None:
            accounts = (ALL_ACCOUNTS,)
        elif not options.general.quiet:
            session.tell(session.words.text("cli-accounts-not-read", count=len(settings.accounts)))
    targets = read_targets(session, settings, api, accounts)
    shard = None
    if word is not None:
        shard, targets = sharded(targets, word, session.environ)
        if not targets:
            return shard, (Snapshot(regions=(), read_at=datetime.now(UTC).replace(microsecond=0)),)
    return shard, reader.live_snapshots(replace(options.source.cloud, accounts=accounts), targets)


def _read_recorded(
    session: Session, options: AuditOptions, reader: SourceReader
) -> tuple[Shard | None, tuple[Snapshot, ...]]:
    """A shard of a snapshot or recording is a part of its regions."""
    from auditor.cli.selection import divided_regions, part_of_shard
    from auditor.cli.targets import ReadTarget, sharded
    from auditor.model.snapshot import Snapshot

    whole = reader.snapshot(options.source)
    if options.part.shard is None:
        return None, (whole,)
    everything = ReadTarget(account=None, regions=divided_regions(whole))
    shard, targets = sharded((everything,), options.part.shard, session.environ)
    if not targets:
        return shard, (Snapshot(regions=(), account=whole.account, read_at=whole.read_at),)
    (target,) = targets
    return shard, (part_of_shard(whole, target.regions, reader.settings.peers, first=shard.index == 0),)


COMMAND = Command(name="audit", options=AuditOptions, run=run)
