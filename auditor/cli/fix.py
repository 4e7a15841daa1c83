"""Implements ``sgaudit fix``: prints the smallest rule change that closes the findings.

The change is proved by a second comparison before it is printed. Nothing is written to the cloud.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import lookup
from auditor.cli import options as values
from auditor.cli.command import Command
from auditor.cli.option import arguments, flag, group, repeated, value
from auditor.cli.options import GeneralOptions, JudgementOptions, OutputOptions, OutputTarget, SourceOptions
from auditor.cli.session import Session
from auditor.errors import ExitCode
from auditor.model.codes import Severity
from auditor.model.gaps import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from auditor.cli.outcome import RunOutcome
    from auditor.cli.settings import Terms
    from auditor.model.baseline import Policy
    from auditor.model.findings import Result
    from auditor.model.outcomes import Repair
    from auditor.model.snapshot import Snapshot
    from auditor.reporter.options import RenderOptions

TABLE, JSON, TCCLI, TERRAFORM = FORMATS = ("table", "json", "tccli", "terraform")


@dataclass(frozen=True, slots=True, kw_only=True)
class FixOutput(OutputOptions):
    """The formats of the change and their files."""

    formats: tuple[OutputTarget, ...] = repeated(
        "--format", metavar="FORMAT[=PATH]", read=values.target, choices=FORMATS, shown_default=TABLE
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FixOptions:
    """The command line of ``fix``."""

    PANEL: ClassVar = "help-panel-arguments"

    words: tuple[str, ...] = arguments("FINGERPRINT|CLUSTER", about="help-argument-fixed", read=values.words)
    severity: str | None = value(
        "--severity",
        metavar="SEVERITY",
        about="help-option-severity-fixed",
        choices=tuple(Severity),
        shown_default=Severity.MEDIUM.value,
    )
    close_excess: bool = flag("--close-excess")
    override_drops: bool = flag("--override-drops")
    source: SourceOptions = group(SourceOptions)
    judgement: JudgementOptions = group(JudgementOptions)
    output: FixOutput = group(FixOutput)
    general: GeneralOptions = group(GeneralOptions)


def run(session: Session, options: FixOptions) -> ExitCode:
    """Searches the change, proves it and writes it in each format.

    All clusters are read, also those that are not asked for or excluded: a group may be shared, and the proof must
    cover every cluster that binds it.
    """
    from auditor import pipeline
    from auditor.cli import settings
    from auditor.cli.output import tell_gaps
    from auditor.cli.selection import resolved
    from auditor.cli.source import SourceReader, reports_of
    from auditor.comparator.repair.goals import RepairOptions

    reports = reports_of(session, options.output, options.general, options.source, FORMATS)
    terms = settings.terms(session, options.source.cloud.config, options.judgement, options.source.cloud.replay)
    reader = SourceReader(
        session=session, clusters=(), settings=terms.settings.without_exclusions(), general=options.general
    )
    snapshot = reader.snapshot(options.source)
    fingerprints, words = _sorted_words(options.words)
    named = resolved(words, snapshot.clusters)
    clusters = named or _not_excluded(snapshot, terms.policy)
    policy = replace(terms.policy, exclusions=()) if clusters else terms.policy

    def options_for(result: Result) -> RepairOptions:
        return RepairOptions(
            close_excess=options.close_excess,
            override_drops=options.override_drops,
            clusters=frozenset(clusters),
            findings=frozenset(lookup.finding(result, word).fingerprint for word in fingerprints),
            least=Severity(options.severity or Severity.MEDIUM),
        )

    fixed = pipeline.fix(snapshot, policy, terms.today, options_for)
    repair, result = fixed.repair, fixed.before
    gaps = _gaps(fixed.after, clusters)
    complete = not gaps and _is_judged(fixed.after, clusters)
    reached = _verdict(fixed.after, terms, options, clusters, complete=complete)
    reports.write_each(_renderers(repair, result), reached)
    for cluster in named:
        if cluster not in {audited.cluster.cluster_id for audited in result.clusters}:
            lookup.tell_absent(session, lookup.names(result.snapshot), cluster)
    if not options.general.quiet:
        tell_gaps(session, fixed.after, gaps)
        _sum_up(session, repair, reached)
    return reached.exit_code


def _sorted_words(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fingerprints among the arguments, and the clusters. Raises ``ConfigError`` for any other word."""
    fingerprints = tuple(word for word in words if lookup.is_fingerprint(word))
    others = (word for word in words if not lookup.is_fingerprint(word))
    return fingerprints, tuple(cluster for word in others for cluster in values.clusters(word, "CLUSTER"))


def _renderers(repair: Repair, result: Result) -> Mapping[str, Callable[[RenderOptions], Iterator[str]]]:
    from auditor.reporter import repair as report

    return {
        TABLE: partial(report.render_table, repair, result),
        JSON: partial(report.render_json, repair, result),
        TCCLI: lambda _: report.render_commands(repair),
        TERRAFORM: lambda _: report.render_terraform(repair, result),
    }


def _not_excluded(snapshot: Snapshot, policy: Policy) -> tuple[str, ...]:
    """The clusters that the configuration does not exclude; empty where it excludes none or all."""
    kept = tuple(cluster.cluster_id for cluster in snapshot.clusters if policy.exclusion(cluster) is None)
    return kept if len(kept) < len(snapshot.clusters) else ()


def _is_judged(result: Result, clusters: tuple[str, ...]) -> bool:
    """Whether a stack of the requested clusters was compared."""
    return any(audited.stacks for audited in result.clusters if not clusters or audited.cluster.cluster_id in clusters)


def _gaps(result: Result, clusters: tuple[str, ...]) -> tuple[Gap, ...]:
    """The unwaived gaps of the requested clusters and of everything on which their verdicts depend."""
    from auditor.cli.selection import Selection, selected

    if not clusters:
        return result.unwaived_gaps
    of_them = {gap for audited in result.clusters if audited.cluster.cluster_id in clusters for gap in audited.gaps}
    own = {*of_them, *selected(result.snapshot, Selection(clusters=clusters)).gaps}
    return tuple(sorted(gap for gap in own if result.gap_waiver(gap) is None))


def _verdict(
    after: Result, terms: Terms, options: FixOptions, clusters: tuple[str, ...], *, complete: bool
) -> RunOutcome:
    """The outcome of an audit after the change."""
    from auditor.cli import outcome

    left = [finding for finding in after.findings if not clusters or finding.cluster_id in clusters]
    return outcome.decide(left, terms, complete=complete, exit_zero=options.judgement.exit_zero)


def _sum_up(session: Session, repair: Repair, reached: RunOutcome) -> None:
    session.tell(
        session.words.text(
            "commands-fix-summary",
            resolved=len(repair.proof.resolved),
            remaining=len(repair.proof.remaining),
            code=int(reached.exit_code),
        )
    )


COMMAND = Command(name="fix", options=FixOptions, run=run)
