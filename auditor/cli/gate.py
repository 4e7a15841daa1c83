"""Implements ``sgaudit gate``: audits the state after a planned change and fails on what the change introduces."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import checkout, cloud
from auditor.cli import options as values
from auditor.cli import session as files
from auditor.cli.command import Command
from auditor.cli.option import arguments, flag, group, value
from auditor.cli.options import GeneralOptions, JudgementOptions, OutputOptions, SourceOptions
from auditor.cli.session import Session
from auditor.errors import ConfigError, ExitCode
from auditor.files import reader

if TYPE_CHECKING:
    from auditor.cli.outcome import RunOutcome
    from auditor.cli.settings import Terms
    from auditor.model.codes import Part
    from auditor.model.findings import Finding, Result
    from auditor.model.gaps import Gap
    from auditor.model.snapshot import Snapshot
    from auditor.whatif.change_file import ChangeFile
    from auditor.whatif.planned import Planned
    from auditor.whatif.terraform.plan import Plan
    from auditor.whatif.terraform.providers import NamedRegions


_ID = re.compile(r"\b(?:sg|ipm|ipmg|ppm|ppmg|vpc|subnet)-[0-9a-z]{8}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOptions:
    """The planned change, and which findings count."""

    PANEL: ClassVar = "help-panel-change"

    plan: Path | None = value("--plan", metavar="FILE", read=values.path, yields_to=("change",))
    change: Path | None = value("--change", metavar="FILE", read=values.path, yields_to=("plan",))
    source_dir: Path | None = value("--source-dir", metavar="DIR", read=values.path, yields_to=("change",))
    trust_references: bool = flag("--trust-references")
    all_findings: bool = flag("--all")


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOptions:
    """The command line of ``gate``."""

    PANEL: ClassVar = "help-panel-arguments"

    clusters: tuple[str, ...] = arguments("CLUSTER", about="help-argument-cluster", read=values.clusters)
    changed: ChangeOptions = group(ChangeOptions)
    source: SourceOptions = group(SourceOptions)
    judgement: JudgementOptions = group(JudgementOptions)
    output: OutputOptions = group(OutputOptions)
    general: GeneralOptions = group(GeneralOptions)


def run(session: Session, options: GateOptions) -> ExitCode:
    """Applies the change to the snapshot, audits the result and writes each report."""
    from auditor import pipeline
    from auditor.cli import settings
    from auditor.cli.source import SourceReader, reports_of
    from auditor.whatif.change_file import ChangeFile
    from auditor.whatif.scope import has_relevant_changes

    _refuse_stdin_twice(options)
    reports = reports_of(session, options.output, options.general, options.source)
    change, text = _change(session, options.changed, options.source.cloud.replay)
    terms = settings.terms(session, options.source.cloud.config, options.judgement, options.source.cloud.replay)
    reader = SourceReader(
        session=session,
        clusters=options.clusters,
        settings=terms.settings,
        general=options.general,
        also=_named(text),
        planned=_regions(change),
        change_text=text,
    )
    snapshot = reader.snapshot(options.source)
    planned = _apply_change(snapshot, change, options.changed, terms.policy.left_out)
    result = pipeline.judge(snapshot, planned, terms.policy, terms.today, session.words.text)
    result = _with_places(session, options, result, planned, change)
    apart = planned.irrelevant and not (isinstance(change, ChangeFile) or has_relevant_changes(change))
    reached = _verdict(result, terms, options, apart=apart)
    certain = planned.irrelevant and (apart or not result.gaps_of_change())
    if result.change and certain and reached.exit_code is ExitCode.OK:
        result = replace(result, change=replace(result.change, without_bearing=change.size))
    reports.write(result, reached)
    if not options.general.quiet:
        is_shown = reports.shows_table and not options.changed.all_findings
        _tell(session, planned, certain=certain, shown=is_shown)
        if not (planned.irrelevant or reports.shows_table):
            session.tell(_counts(session, result))
    return reached.exit_code


def _refuse_stdin_twice(options: GateOptions) -> None:
    named = {
        "--plan": options.changed.plan,
        "--change": options.changed.change,
        "--snapshot": options.source.snapshot,
    }
    from_stdin = [option for option, path in named.items() if path == files.STDIN]
    if len(from_stdin) > 1:
        raise ConfigError("commands-stdin-twice", first=from_stdin[0], second=from_stdin[1])


def _change(session: Session, changed: ChangeOptions, replay: str | None) -> tuple[Plan | ChangeFile, str]:
    """Loads the change; returns it with its text, both with the ids of the recording that is replayed.

    Raises ``ConfigError`` for an invalid file before anything is read.
    """
    from auditor.whatif import change_file
    from auditor.whatif.terraform import load

    if changed.plan is not None and changed.change is not None:
        raise ConfigError("commands-plan-and-change")
    if changed.source_dir is not None:
        checkout.refuse_other_than_folder(changed.source_dir)
    if changed.plan is not None:
        written = load.decoded(files.read_bytes(session, changed.plan), files.name(changed.plan))
        written = cloud.with_recorded_ids(session, replay, written)
        return load.load(written, files.name(changed.plan)), written
    if changed.change is None:
        raise ConfigError("cli-missing-argument", option="--plan|--change", command="sgaudit gate")
    if changed.trust_references:
        raise ConfigError("commands-trust-without-plan")
    if changed.source_dir is not None:
        raise ConfigError("commands-source-without-plan")
    text = cloud.with_recorded_ids(session, replay, files.read_text(session, changed.change, reader.CHANGE_BYTES))
    return change_file.load(text, files.name(changed.change)), text


def _named(text: str) -> tuple[str, ...]:
    """The ids of groups, templates, VPCs and subnets in a file. A superfluous id costs a call, a missing id a gap."""
    return tuple(sorted(set(_ID.findall(text))))


def _regions(change: Plan | ChangeFile) -> NamedRegions:
    from auditor.whatif import change_file, scope
    from auditor.whatif.change_file import ChangeFile

    return change_file.regions(change) if isinstance(change, ChangeFile) else scope.regions(change)


def _apply_change(
    snapshot: Snapshot, change: Plan | ChangeFile, changed: ChangeOptions, left_out: tuple[Part, ...]
) -> Planned:
    from auditor.whatif import apply, change_file
    from auditor.whatif.change_file import ChangeFile

    if isinstance(change, ChangeFile):
        return change_file.apply(snapshot, change)
    return apply.apply(snapshot, change, trust_references=changed.trust_references, left_out=left_out)


def _with_places(
    session: Session, options: GateOptions, result: Result, planned: Planned, change: Plan | ChangeFile
) -> Result:
    """The result with the places of the plan's resources in the checkout, where one is given."""
    from auditor.whatif.change_file import ChangeFile
    from auditor.whatif.terraform.places import with_places

    folder = options.changed.source_dir
    if folder is None or isinstance(change, ChangeFile):
        return result
    places = checkout.places(session, folder, change, options.changed.plan, quiet=options.general.quiet)
    return with_places(result, planned, places)


def _verdict(result: Result, terms: Terms, options: GateOptions, *, apart: bool) -> RunOutcome:
    """The outcome by introduced findings and by gaps that the change brings or touches; ``--all`` counts everything.

    Gaps do not count where the change has nothing to do with security groups (``apart``).
    """
    from auditor.cli import outcome, settings

    everything = options.changed.all_findings
    introduced = set(result.change.introduced) if result.change else set()
    counted = [finding for finding in result.findings if everything or finding.fingerprint in introduced]
    gaps = result.gaps if everything else result.gaps_of_change()
    open_gaps = [gap for gap in gaps if result.gap_waiver(gap) is None]
    settled = result.judged and (not open_gaps or _yield(open_gaps, counted, terms))
    complete = settled or (apart and not everything)
    reached = outcome.decide(counted, terms, complete=complete, exit_zero=options.judgement.exit_zero)
    file = settings.file_in(options.changed.source_dir or Path(), terms)
    return replace(reached, introduced_only=not everything, file=file)


def _yield(gaps: list[Gap], counted: list[Finding], terms: Terms) -> bool:
    """Whether a finding counts that assumes a complete list, and no gap says more than that the list may be longer."""
    from auditor.reporter.verdict import reaches
    from auditor.whatif.gaps import GapReason

    of_lists = all(gap.code == GapReason.LIST_BY_REFERENCE for gap in gaps)
    return of_lists and any(
        finding.assumes is not None and reaches(finding, terms.threshold.severity) for finding in counted
    )


def _tell(session: Session, planned: Planned, *, certain: bool, shown: bool) -> None:
    """``certain``: the change certainly has no bearing. ``shown``: the report on stdout says so."""
    from auditor.reporter.escape import terminal as escaped

    words = session.words
    for drift in planned.drift:
        message = words.text(drift.message_id, resource=escaped(drift.resource))
        session.tell(words.text("commands-drift", address=escaped(drift.address), said=message))
    if planned.irrelevant and not (certain and shown):
        session.tell(words.text("change-no-bearing" if certain else "commands-no-bearing-as-read"))


def _counts(session: Session, result: Result) -> str:
    change = result.change
    return session.words.text(
        "commands-gate-summary",
        introduced=len(change.introduced) if change else 0,
        resolved=len(change.resolved) if change else 0,
        unchanged=len(change.unchanged) if change else 0,
    )


COMMAND = Command(name="gate", options=GateOptions, run=run)
