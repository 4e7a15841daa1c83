"""Implements ``sgaudit waive``: prints the configuration entry that accepts a finding or a gap. It edits no file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import lookup
from auditor.cli import options as values
from auditor.cli.command import Command
from auditor.cli.option import arguments, group, value
from auditor.cli.options import GeneralOptions, PolicyOptions, SourceOptions
from auditor.cli.session import Session
from auditor.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from auditor.model.baseline import Policy
    from auditor.model.findings import Finding, Result, WaiverMark
    from auditor.model.gaps import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveOptions:
    """The command line of ``waive``."""

    PANEL: ClassVar = "help-panel-arguments"

    words: tuple[str, ...] = arguments("FINGERPRINT [CLUSTER]", about="help-argument-waived", read=values.words)
    reason: str = value("--reason", metavar="TEXT", read=values.named, default="", required=True)
    owner: str = value("--owner", metavar="TEXT", read=values.named, default="", required=True)
    expires: date = value("--expires", metavar="DATE", read=values.day, default=date.max, required=True)
    waiver_id: str = value("--id", metavar="ID", read=values.named, default="")
    source: SourceOptions = group(SourceOptions)
    policy: PolicyOptions = group(PolicyOptions)
    output: str = value(
        "-o", "--output", metavar="PATH", read=values.named, default=values.STDOUT, about="help-option-output-waiver"
    )
    general: GeneralOptions = group(GeneralOptions)


def run(session: Session, options: WaiveOptions) -> ExitCode:
    """Audits the clusters, finds the finding or gap and prints its entry."""
    from auditor import pipeline
    from auditor.cli import output, settings
    from auditor.cli.source import SourceReader

    if not options.words:
        raise ConfigError("cli-missing-argument", option="FINGERPRINT", command="sgaudit waive")
    fingerprint, *rest = options.words
    path = values.output_path(options.output)
    output.refuse_unwritable(session, path)
    source = options.source.cloud
    terms = settings.terms(session, source.config, options.policy.judgement(), source.replay)
    if options.expires < terms.today:
        raise ConfigError("commands-past-date", value=options.expires.isoformat(), today=terms.today.isoformat())
    clusters = tuple(cluster for word in rest for cluster in values.clusters(word, "CLUSTER"))
    reader = SourceReader(session=session, clusters=clusters, settings=terms.settings, general=options.general)
    result = pipeline.compare(reader.snapshot(options.source), terms.policy, terms.today)
    accepted = lookup.finding_or_gap(result.findings, result.gaps, fingerprint)
    entry = _entry(accepted, result, options)
    output.write(session, path, (entry,))
    if not options.general.quiet:
        _tell(session, _mark(accepted, result), entry, terms.policy)
    return ExitCode.OK


def _entry(accepted: Finding | Gap, result: Result, options: WaiveOptions) -> str:
    from auditor.config.settings import gap_waiver_entry, waiver_entry
    from auditor.model.gaps import Gap

    if not isinstance(accepted, Gap):
        return waiver_entry(accepted, options.reason, options.owner, options.expires, options.waiver_id)
    clusters = [compared.cluster.cluster_id for compared in result.clusters if accepted in compared.gaps]
    clusters += [accepted.cluster_id] if accepted.cluster_id else []
    return gap_waiver_entry(accepted, clusters, options.reason, options.owner, options.expires, options.waiver_id)


def _mark(accepted: Finding | Gap, result: Result) -> WaiverMark | None:
    from auditor.model.gaps import Gap

    return result.gap_waiver(accepted) if isinstance(accepted, Gap) else accepted.waiver


def _tell(session: Session, mark: WaiverMark | None, entry: str, policy: Policy) -> None:
    if mark is not None:
        session.tell(session.words.text("commands-waived-already", id=mark.waiver_id))
    for waiver in policy.waivers:
        if f"id: {waiver.waiver_id}\n" in entry:
            session.tell(session.words.text("commands-waiver-id-taken", id=waiver.waiver_id))
    session.tell(session.words.text("commands-waive-paste"))


COMMAND = Command(name="waive", options=WaiveOptions, run=run)
