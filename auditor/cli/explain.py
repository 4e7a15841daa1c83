"""``sgaudit explain``: one flow on the stacks of a cluster, rule by rule; or a finding by its fingerprint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import lookup, values
from auditor.cli.command import Command
from auditor.cli.flow import Asked, flow
from auditor.cli.option import arguments, group, repeated
from auditor.cli.options import General, Held, Output, Source
from auditor.cli.session import Session
from auditor.cli.values import Target
from auditor.errors import ConfigError, ExitCode
from auditor.model.explanation import Explanation, FlowVerdict

if TYPE_CHECKING:
    from auditor.cli.configuration import Terms
    from auditor.cli.reports import Reports
    from auditor.model.estate import Cluster
    from auditor.model.findings import Finding
    from auditor.model.result import Result
    from auditor.model.snapshot import Snapshot
    from auditor.pipeline import Explained

TABLE, JSON = FORMATS = ("table", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Output):
    """In which forms the explanation is written, and where."""

    formats: tuple[Target, ...] = repeated(
        "--format", metavar="FORMAT[=PATH]", read=values.target, choices=FORMATS, shown_default=TABLE
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line of ``explain``."""

    PANEL: ClassVar = "help-panel-arguments"

    words: tuple[str, ...] = arguments("CLUSTER|FINGERPRINT", about="help-argument-explained", read=values.words)
    asked: Asked = group(Asked)
    source: Source = group(Source)
    held: Held = group(Held)
    output: Answer = group(Answer)
    general: General = group(General)


def run(session: Session, options: Options) -> ExitCode:
    """Explains what the options ask about; the exit code is the worst verdict."""
    from auditor.cli.reading import source_of
    from auditor.cli.reports import Reports

    if not options.words:
        raise ConfigError("cli-missing-argument", option="CLUSTER|FINGERPRINT")
    reports = Reports(session, options.output, options.general, source_of(options.source), FORMATS)
    if options.asked.anything:
        return _explain_flow(session, options, reports)
    if not lookup.is_fingerprint(options.words[0]):
        flow(options.asked)
    return _explain_finding(session, options, reports)


def _explain_flow(session: Session, options: Options, reports: Reports) -> ExitCode:
    from auditor import pipeline
    from auditor.cli import configuration
    from auditor.model.estate import Role

    packet = flow(options.asked)
    if len(options.words) > 1:
        raise ConfigError("commands-one-cluster", extra=options.words[1])
    source = options.source.cloud
    terms = configuration.terms(session, source.config, options.held.judgement(), source.replay)
    snapshot = _snapshot(session, options, terms, options.words[0])
    cluster = lookup.cluster(snapshot, options.words[0])
    if cluster is None:
        return _no_cluster(session, options, reports, terms, snapshot)
    node = "" if options.asked.node is None else lookup.machine(cluster, options.asked.node)
    if node is None:
        return _no_node(session, options, reports, terms, snapshot, cluster)
    role = None if options.asked.role is None else Role(options.asked.role)
    found = pipeline.explain(snapshot, terms.policy, pipeline.Target(cluster=cluster, role=role, node=node), packet)
    if not found.explanations and not found.gaps:
        raise ConfigError("commands-no-such-stack", cluster=cluster.cluster_id, role=role or "")
    return _write(reports, found, pipeline.uncompared(snapshot, terms.policy, found.gaps, cluster), terms)


def _snapshot(session: Session, options: Options, terms: Terms, word: str) -> Snapshot:
    """What the flow needs: live one cluster by its id, and for a name all of the regions, since no call takes one."""
    from auditor.cli.reading import Reader

    clusters = (word,) if _read_alone(options, word) else ()
    settings = terms.settings.without_exclusions()
    reader = Reader(session=session, clusters=clusters, settings=settings, general=options.general)
    return reader.snapshot(options.source)


def _read_alone(options: Options, word: str) -> bool:
    live = options.source.snapshot is None and options.source.cloud.replay is None
    return live and lookup.is_cluster_id(word)


def _no_cluster(session: Session, options: Options, reports: Reports, terms: Terms, snapshot: Snapshot) -> ExitCode:
    from auditor import pipeline
    from auditor.cli.selection import Selection, selected

    word = options.words[0]
    if not _read_alone(options, word):  # whoever read it has told
        lookup.tell_absent(session, lookup.names(snapshot), word)
    gaps = selected(snapshot, Selection(clusters=(word,))).gaps
    return _write(
        reports,
        pipeline.Explained(explanations=(), gaps=gaps),
        pipeline.uncompared(snapshot, terms.policy, gaps),
        terms,
    )


def _no_node(
    session: Session, options: Options, reports: Reports, terms: Terms, snapshot: Snapshot, cluster: Cluster
) -> ExitCode:
    """A list that was cut short may have held the node; a whole one shows that there is no such node."""
    from auditor import pipeline

    told = lookup.no_such_machine(cluster, options.asked.node or "")
    if not cluster.gaps:
        raise told
    session.tell("sgaudit: " + session.sentence(told))
    found = pipeline.Explained(explanations=(), gaps=cluster.gaps)
    return _write(reports, found, pipeline.uncompared(snapshot, terms.policy, cluster.gaps, cluster), terms)


def _explain_finding(session: Session, options: Options, reports: Reports) -> ExitCode:
    from auditor import pipeline
    from auditor.cli import configuration
    from auditor.cli.reading import Reader

    clusters = tuple(one for word in options.words[1:] for one in values.clusters(word, "CLUSTER_ID"))
    source = options.source.cloud
    terms = configuration.terms(session, source.config, options.held.judgement(), source.replay)
    reader = Reader(session=session, clusters=clusters, settings=terms.settings, general=options.general)
    result = pipeline.compare(reader.snapshot(options.source), terms.policy, terms.today)
    finding = lookup.finding(result.findings, options.words[0])
    found = pipeline.explain_finding(result, terms.policy, finding)
    return _write(reports, found, replace(result, gaps=found.gaps), terms, finding)


def _write(
    reports: Reports, found: Explained, result: Result, terms: Terms, finding: Finding | None = None
) -> ExitCode:
    from auditor.cli.verdict import Verdict
    from auditor.reporter import explanation

    code = exit_code(found.explanations, complete=not found.gaps)
    renderers = {
        TABLE: partial(explanation.render_table, found.explanations, result, finding=finding),
        JSON: partial(explanation.render_json, found.explanations, result, finding=finding),
    }
    reports.write_each(renderers, Verdict(exit_code=code, fail_on=terms.threshold.severity, today=terms.today))
    return code


def exit_code(explanations: Iterable[Explanation], *, complete: bool) -> ExitCode:
    """3 where a flow is unknown or something hides a stack, else 1 where one is denied, else 0."""
    verdicts = {found.verdict for found in explanations}
    if not complete or FlowVerdict.UNKNOWN in verdicts:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if FlowVerdict.DENY in verdicts else ExitCode.OK


COMMAND = Command(name="explain", options=Options, run=run)
