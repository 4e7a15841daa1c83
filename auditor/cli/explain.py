"""Implements ``sgaudit explain``: shows which rule decides a flow, or the flows behind a finding.

The options of a flow are checked first: a packet that cannot exist, such as ICMP with a port, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import lookup, options
from auditor.cli import options as values
from auditor.cli.command import Command
from auditor.cli.option import arguments, group, repeated, value
from auditor.cli.options import GeneralOptions, OutputOptions, OutputTarget, PolicyOptions, SourceOptions
from auditor.cli.session import Session
from auditor.errors import ConfigError, ExitCode
from auditor.model import identifiers
from auditor.model.addresses import is_address
from auditor.model.clusters import Role
from auditor.model.findings import Status
from auditor.model.gaps import Gap
from auditor.model.outcomes import Explanation, Flow, FlowVerdict
from auditor.model.rules import Direction
from auditor.model.services import PORTS, Protocol

if TYPE_CHECKING:
    from auditor.cli.output import Reports
    from auditor.cli.settings import Terms
    from auditor.model.clusters import Cluster
    from auditor.model.findings import Finding, Result
    from auditor.model.snapshot import Snapshot
    from auditor.pipeline import Explained, ExplainTarget

_FAMILIES = {Protocol.ICMP: 4, Protocol.ICMPV6: 6}


def _port(text: str, option: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) >= PORTS:
        raise ConfigError("commands-bad-port", option=option, value=text, most=PORTS - 1)
    return int(text)


def _peer(text: str, option: str) -> str:
    """An address, or an id. An address has no scope: ``%eth0`` names an interface, which no packet contains."""
    word = text.strip()
    if "%" not in word and is_address(word):
        return str(ip_address(word))
    if not identifiers.is_identifier(word):
        raise ConfigError("commands-bad-peer", option=option, value=text)
    return word


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowOptions:
    """A flow, and the node or role on which it is tried."""

    PANEL: ClassVar = "help-panel-flow"

    node: str | None = value("--node", metavar="ID", read=options.named)
    role: str | None = value("--role", metavar="ROLE", choices=tuple(Role))
    direction: str | None = value("--direction", metavar="DIRECTION", choices=tuple(Direction))
    protocol: str | None = value("--protocol", metavar="P", choices=tuple(Protocol))
    port: int | None = value("--port", metavar="N", read=_port)
    peer: str | None = value("--peer", metavar="IP|ID", read=_peer)

    @property
    def names_a_packet(self) -> bool:
        """Whether any part of a packet is given."""
        return any(part is not None for part in (self.direction, self.protocol, self.port, self.peer))

    @property
    def anything(self) -> bool:
        """Whether any option of a flow is given."""
        return self.names_a_packet or self.node is not None or self.role is not None


def parse_flow(given: FlowOptions) -> Flow:
    """Builds the flow. Raises ``ConfigError`` where a part is missing or contradicts another."""
    direction, protocol, peer = given.direction, given.protocol, given.peer
    if direction is None or protocol is None or peer is None:
        named = {"--direction": direction, "--protocol": protocol, "--peer": peer}
        missing = ", ".join(option for option, given in named.items() if given is None)
        raise ConfigError("commands-flow-incomplete", missing=missing)
    packet = Flow(direction=Direction(direction), protocol=Protocol(protocol), port=given.port, peer=peer)
    _refuse_impossible_packet(packet)
    return packet


def _refuse_impossible_packet(packet: Flow) -> None:
    if packet.protocol.has_ports and packet.port is None:
        raise ConfigError("commands-port-missing", protocol=packet.protocol)
    if not packet.protocol.has_ports and packet.port is not None:
        raise ConfigError("commands-port-unused", protocol=packet.protocol)
    if not is_address(packet.peer):
        return
    version = ip_address(packet.peer).version
    if _FAMILIES.get(packet.protocol, version) != version:
        other = Protocol.ICMPV6 if packet.protocol is Protocol.ICMP else Protocol.ICMP
        raise ConfigError("commands-wrong-family", protocol=packet.protocol, peer=packet.peer, other=other)


TABLE, JSON = FORMATS = ("table", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainOutput(OutputOptions):
    """The formats of the explanation and their files."""

    formats: tuple[OutputTarget, ...] = repeated(
        "--format", metavar="FORMAT[=PATH]", read=values.target, choices=FORMATS, shown_default=TABLE
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainOptions:
    """The command line of ``explain``."""

    PANEL: ClassVar = "help-panel-arguments"

    words: tuple[str, ...] = arguments("CLUSTER|FINGERPRINT", about="help-argument-explained", read=values.words)
    flow: FlowOptions = group(FlowOptions)
    source: SourceOptions = group(SourceOptions)
    policy: PolicyOptions = group(PolicyOptions)
    output: ExplainOutput = group(ExplainOutput)
    general: GeneralOptions = group(GeneralOptions)


def run(session: Session, options: ExplainOptions) -> ExitCode:
    """Explains a flow, a finding or a gap; the worst verdict decides the exit code."""
    from auditor.cli.source import reports_of

    if not options.words:
        raise ConfigError("cli-missing-argument", option="CLUSTER|FINGERPRINT", command="sgaudit explain")
    reports = reports_of(session, options.output, options.general, options.source, FORMATS)
    if not options.flow.anything and lookup.is_fingerprint(options.words[0]):
        return _explain_finding(session, options, reports)
    return _explain_cluster(session, options, reports)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inquiry:
    """What was asked about a cluster, and what was read to answer it."""

    session: Session
    options: ExplainOptions
    reports: Reports
    terms: Terms
    snapshot: Snapshot

    def write(self, explained: Explained, cluster: Cluster | None = None) -> ExitCode:
        """Writes an answer that does not rest on a comparison."""
        from auditor import pipeline

        result = pipeline.uncompared(self.snapshot, self.terms.policy, explained.gaps, cluster)
        return _write(self.reports, explained, result, self.terms)


def _explain_cluster(session: Session, options: ExplainOptions, reports: Reports) -> ExitCode:
    """Explains one flow in a cluster, or every requirement where no part of a packet is given."""
    from auditor import pipeline
    from auditor.cli import settings as configuration

    flow = options.flow
    if flow.node is not None and flow.role is not None:
        raise ConfigError("commands-node-and-role")
    is_listener = lookup.is_listener(flow.node or "")
    packet = parse_flow(flow) if flow.names_a_packet and not is_listener else None
    if len(options.words) > 1:
        raise ConfigError("commands-one-cluster", extra=options.words[1])
    source = options.source.cloud
    terms = configuration.terms(session, source.config, options.policy.judgement(), source.replay)
    snapshot = _snapshot(session, options, terms, options.words[0])
    inquiry = _Inquiry(session=session, options=options, reports=reports, terms=terms, snapshot=snapshot)
    cluster = lookup.cluster(snapshot, options.words[0])
    if cluster is None:
        return _no_cluster(inquiry)
    if is_listener:
        return _explain_listener(inquiry, cluster)
    node = "" if flow.node is None else lookup.machine(cluster, flow.node)
    if node is None:
        return _no_node(inquiry, cluster)
    role = None if flow.role is None else Role(flow.role)
    target = pipeline.ExplainTarget(cluster=cluster, role=role, node=node)
    return _explain_requirements(inquiry, target) if packet is None else _explain_flow(inquiry, target, packet)


def _explain_flow(inquiry: _Inquiry, target: ExplainTarget, packet: Flow) -> ExitCode:
    from auditor import pipeline

    cluster, role = target.cluster, target.role
    explained = pipeline.explain(inquiry.snapshot, inquiry.terms.policy, target, packet)
    if not explained.explanations and not explained.gaps:
        _refuse_peer_without_address(inquiry, cluster, packet)
        if role is Role.ENDPOINT and cluster.entrances:
            raise ConfigError("commands-entrance-without-egress", cluster=cluster.cluster_id)
        raise ConfigError("commands-no-such-stack", cluster=cluster.cluster_id, role=role or "")
    return inquiry.write(explained, cluster)


def _explain_listener(inquiry: _Inquiry, cluster: Cluster) -> ExitCode:
    from auditor import pipeline

    target, packet = _listener_flow(inquiry.snapshot, cluster, inquiry.options.flow)
    explained = pipeline.explain(inquiry.snapshot, inquiry.terms.policy, target, packet)
    if not explained.explanations and not explained.gaps:
        _refuse_peer_without_address(inquiry, cluster, packet)
        raise ConfigError("commands-no-such-listener", name=target.listener, cluster=cluster.cluster_id)
    return inquiry.write(explained, cluster)


def _refuse_peer_without_address(inquiry: _Inquiry, cluster: Cluster, packet: Flow) -> None:
    """Raises ``ConfigError`` for a group, cluster or machine that was read and has no address to try."""
    from auditor.comparator.peers import peer_addresses

    if is_address(packet.peer):
        return
    peer = peer_addresses(inquiry.snapshot, inquiry.terms.policy, cluster, packet.peer).of(packet.protocol)
    if not peer.addresses.possible:
        raise ConfigError("commands-peer-without-address", peer=packet.peer, protocol=packet.protocol)


def _listener_flow(snapshot: Snapshot, cluster: Cluster, given: FlowOptions) -> tuple[ExplainTarget, Flow]:
    """The flow to a listener. Protocol and port are those of the listener unless they are given."""
    from auditor import pipeline
    from auditor.comparator.explain_listener import listeners

    word = given.node or ""
    candidates = listeners(snapshot, cluster, word)
    if not candidates:
        raise ConfigError("commands-no-such-listener", name=word, cluster=cluster.cluster_id)
    protocol = given.protocol or candidates[0].protocol.value
    port = given.port if given.port is not None else candidates[0].ports[0]
    if len(candidates) > 1 and (given.protocol is None or given.port is None):
        raise ConfigError("commands-flow-incomplete", missing="--protocol, --port")
    flow = replace(given, direction=given.direction or Direction.INGRESS.value, protocol=protocol, port=port)
    packet = parse_flow(flow)
    if not any(
        packet.protocol is listener.protocol and listener.ports[0] <= port <= listener.ports[1]
        for listener in candidates
    ):
        raise ConfigError("commands-no-such-listener", name=f"{word} {protocol} {port}", cluster=cluster.cluster_id)
    return pipeline.ExplainTarget(cluster=cluster, listener=word), packet


def _explain_requirements(inquiry: _Inquiry, target: ExplainTarget) -> ExitCode:
    """Explains every requirement on the bindings of a node, of a role, or of a whole cluster."""
    from auditor import pipeline
    from auditor.cli.outcome import RunOutcome
    from auditor.comparator.explain import hidden_stack_gaps
    from auditor.reporter import requirements

    cluster, role, node, terms = target.cluster, target.role, target.node, inquiry.terms
    result = pipeline.compare(inquiry.snapshot, replace(terms.policy, exclusions=()), terms.today)
    bindings = [
        requirements.ExplainedBinding.of(audited, stack, result.findings, node)
        for audited, stack in pipeline.stacks_of(result, target)
    ]
    hidden = hidden_stack_gaps(cluster, role, node)
    gaps = {gap for binding in bindings for gap in binding.stack.gaps} | hidden
    if not bindings and not gaps:
        raise ConfigError("commands-no-such-stack", cluster=cluster.cluster_id, role=role or "")
    shown = replace(result, gaps=tuple(sorted(gaps)))
    code = requirements_code(
        (judged.status for binding in bindings for judged in binding.stack.requirements),
        stopped=any(binding.acl_findings for binding in bindings),
        complete=bool(bindings) and not hidden,
    )
    renderers = {
        TABLE: partial(requirements.render_table, bindings, shown),
        JSON: partial(requirements.render_json, bindings, shown),
    }
    outcome = RunOutcome(exit_code=code, fail_on=terms.threshold.severity, today=terms.today)
    inquiry.reports.write_each(renderers, outcome)
    return code


def requirements_code(statuses: Iterable[Status], *, complete: bool, stopped: bool = False) -> ExitCode:
    """3 where a requirement is unknown, else 1 where one is blocked or partly blocked, else 0.

    ``stopped`` says that a network ACL stops required packets, which is 1 as well.
    """
    judged = set(statuses)
    if not complete or Status.UNKNOWN in judged:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if stopped or {Status.BLOCKED, Status.PARTIAL} & judged else ExitCode.OK


def _snapshot(session: Session, options: ExplainOptions, terms: Terms, word: str) -> Snapshot:
    """Reads one cluster by its id, or all clusters for a name, since no API call takes a name."""
    from auditor.cli.source import SourceReader

    peer = options.flow.peer or ""
    clusters: tuple[str, ...] = (word,) if _read_alone(options, word) else ()
    also = (peer,) if peer.startswith(identifiers.GROUP) else ()
    if clusters and lookup.is_cluster_id(peer):
        clusters = tuple(dict.fromkeys((word, peer)))
    elif peer and not (also or is_address(peer)):
        clusters = ()  # a machine may be in any cluster
    settings = terms.settings.without_exclusions()
    reader = SourceReader(session=session, clusters=clusters, settings=settings, general=options.general, also=also)
    return reader.snapshot(options.source)


def _read_alone(options: ExplainOptions, word: str) -> bool:
    live = options.source.snapshot is None and options.source.cloud.replay is None
    return live and lookup.is_cluster_id(word)


def _no_cluster(inquiry: _Inquiry) -> ExitCode:
    from auditor import pipeline
    from auditor.cli.selection import Selection, selected

    word = inquiry.options.words[0]
    if not _read_alone(inquiry.options, word):  # whoever read it has told
        lookup.tell_absent(inquiry.session, lookup.names(inquiry.snapshot), word)
    gaps = selected(inquiry.snapshot, Selection(clusters=(word,))).gaps
    return inquiry.write(pipeline.Explained(explanations=(), gaps=gaps))


def _no_node(inquiry: _Inquiry, cluster: Cluster) -> ExitCode:
    """A complete list of nodes proves that there is no such node; after a gap the node may exist, which is exit 3."""
    from auditor import pipeline

    absent = lookup.no_such_machine(cluster, inquiry.options.flow.node or "")
    if not cluster.gaps:
        raise absent
    inquiry.session.tell("sgaudit: " + inquiry.session.sentence(absent))
    return inquiry.write(pipeline.Explained(explanations=(), gaps=cluster.gaps), cluster)


def _explain_finding(session: Session, options: ExplainOptions, reports: Reports) -> ExitCode:
    from auditor import pipeline
    from auditor.cli import settings as configuration
    from auditor.cli.source import SourceReader

    clusters = tuple(cluster for word in options.words[1:] for cluster in values.clusters(word, "CLUSTER"))
    source = options.source.cloud
    terms = configuration.terms(session, source.config, options.policy.judgement(), source.replay)
    reader = SourceReader(session=session, clusters=clusters, settings=terms.settings, general=options.general)
    result = pipeline.compare(reader.snapshot(options.source), terms.policy, terms.today)
    finding = lookup.finding_or_gap(result.findings, result.gaps, options.words[0], "commands-no-such-fingerprint")
    if isinstance(finding, Gap):
        unread = pipeline.Explained(explanations=(), gaps=(finding,))
        return _write(reports, unread, replace(result, gaps=unread.gaps), terms)
    explained = pipeline.explain_finding(result, terms.policy, finding)
    return _write(reports, explained, replace(result, gaps=explained.gaps), terms, finding)


def _write(
    reports: Reports, explained: Explained, result: Result, terms: Terms, finding: Finding | None = None
) -> ExitCode:
    from auditor.cli.outcome import RunOutcome
    from auditor.reporter import explanation

    code = exit_code(explained.explanations, complete=not explained.gaps)
    renderers = {
        TABLE: partial(explanation.render_table, explained.explanations, result, finding=finding),
        JSON: partial(explanation.render_json, explained.explanations, result, finding=finding),
    }
    reports.write_each(renderers, RunOutcome(exit_code=code, fail_on=terms.threshold.severity, today=terms.today))
    return code


def exit_code(explanations: Iterable[Explanation], *, complete: bool) -> ExitCode:
    """3 where a flow is unknown or a stack could not be read, else 1 where a flow is denied, else 0."""
    verdicts = {explanation.verdict for explanation in explanations}
    if not complete or FlowVerdict.UNKNOWN in verdicts:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if FlowVerdict.DENY in verdicts else ExitCode.OK


COMMAND = Command(name="explain", options=ExplainOptions, run=run)
