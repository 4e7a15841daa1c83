"""Implements ``sgaudit baseline show``: prints required and allowed traffic as a table, as YAML or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import options as values
from auditor.cli import session as terminal
from auditor.cli.command import Command
from auditor.cli.option import argument, group, value
from auditor.cli.options import PrintOptions
from auditor.cli.output import Printer
from auditor.cli.session import Session
from auditor.errors import ExitCode
from auditor.words import Lang

if TYPE_CHECKING:
    from auditor.model.baseline import Baseline, FlowPattern, Requirement, Text, Tier

TABLE, YAML, JSON = FORMATS = ("table", "yaml", "json")
_INDENT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineOptions:
    """The command line of ``baseline show``."""

    PANEL: ClassVar = "help-panel-arguments"

    name: str | None = argument(
        "NAME|FILE", about="help-argument-baseline", read=values.named, suggestions=values.baseline_names
    )
    config: Path | None = value("--config", metavar="FILE", read=values.path)
    format: str = values.print_format(FORMATS)
    general: PrintOptions = group(PrintOptions)


def run(session: Session, options: BaselineOptions) -> ExitCode:
    """Prints the baseline."""
    from auditor.cli import settings as configuration

    printer = Printer(session, options.general, options.format)
    settings = configuration.load(session, options.config)
    baseline = settings.load_baseline(options.name or "")
    if options.format == TABLE:
        width = terminal.width(session.stdout if printer.shown else None, session.environ)
        printer.write("".join(f"{line}\n" for line in _rows(session, baseline, width)))
    else:
        printer.write(_file(baseline, options.format))
    return ExitCode.OK


def _file(baseline: Baseline, form: str) -> str:
    import json

    from auditor.config import baseline_dump
    from auditor.config.yaml_reader import SourceText, read

    text = baseline_dump.dump(baseline)
    if form == YAML:
        return text
    plain = read(SourceText(label=baseline.name, text=text, folder=Path(), identity=baseline.name)).root.plain()
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"


def _rows(session: Session, baseline: Baseline, width: int) -> Iterator[str]:
    words = session.words
    yield f"{baseline.name} ({baseline.source})"
    yield baseline.digest
    heading = None
    for requirement in baseline.requirements:
        if heading != (heading := (requirement.role, requirement.direction)):
            yield ""
            yield words.text("cli-baseline-heading", role=requirement.role, direction=requirement.direction)
        yield from _row(session, requirement, width)
    if baseline.allowances:
        yield ""
        yield words.text("cli-baseline-allowed")
        for allowance in baseline.allowances:
            yield f"  {allowance.allowance_id}: {_flow(session, allowance.flow)}"
    from auditor.model.codes import Code

    severity = words.text(f"terms-severity-{baseline.pod_interface_without_group}")
    name = Code.POD_INTERFACE_WITHOUT_GROUP.finding_name
    yield ""
    yield words.text("cli-baseline-findings")
    yield "  " + words.text("cli-baseline-finding", name=name, severity=severity)


def _row(session: Session, requirement: Requirement, width: int) -> Iterator[str]:
    from auditor.reporter.terminal import wrapped

    weight = session.words.text("cli-baseline-row", id=requirement.requirement_id, weight=_weight(session, requirement))
    first, *rest = wrapped(weight, width - _INDENT)
    yield from (f"  {first}", *(" " * _INDENT + line for line in rest))
    texts = (
        _flow(session, requirement.flow),
        _in(session.lang, requirement.title),
        _in(session.lang, requirement.reason),
    )
    for text in texts:
        yield from (" " * _INDENT + line for line in wrapped(text, width - _INDENT))


def _weight(session: Session, requirement: Requirement) -> str:
    """The severity of a row, or of each of its tiers; the first tier that contains a packet decides."""
    from auditor.reporter.text.names import Formatter

    words = session.words
    *tiers, last = _reachable(requirement)
    rest = words.text(f"terms-severity-{last.severity}")
    if not tiers:
        return rest
    parts = [
        words.text(
            "cli-baseline-tier",
            severity=words.text(f"terms-severity-{severity}"),
            flow=Formatter(session.lang).together([_part(session, tier.flow, requirement.flow) for tier in group]),
        )
        for severity, group in groupby(tiers, key=lambda tier: tier.severity)
    ]
    return words.text("cli-baseline-tiers", tiers=words.text("terms-part-separator").join(parts), rest=rest)


def _reachable(requirement: Requirement) -> tuple[Tier, ...]:
    """The tiers up to the first that contains every packet of the row; the row itself is the last."""
    from auditor.model.baseline import Tier

    whole = Tier(flow=requirement.flow, severity=requirement.severity)
    tiers = (*requirement.tiers, whole)
    end = next(index for index, tier in enumerate(tiers) if tier.flow == whole.flow)
    return tiers[: end + 1]


def _part(session: Session, flow: FlowPattern, whole: FlowPattern) -> str:
    """The services, the networks or both in which a tier differs from its row."""
    from auditor.reporter.text.names import Formatter

    services = _services(flow) if flow.services != whole.services else ""
    differs = (flow.networks, flow.cidrs) != (whole.networks, whole.cidrs)
    where = Formatter(session.lang).together(_places(session, flow)) if differs else ""
    if services and where:
        return session.words.text("cli-baseline-flow", services=services, where=where)
    return services or where


def _flow(session: Session, flow: FlowPattern) -> str:
    return session.words.text("cli-baseline-flow", services=_services(flow), where=", ".join(_places(session, flow)))


def _services(flow: FlowPattern) -> str:
    from auditor.config.fields import service_entries

    return "; ".join(
        f"{entry['protocol']} {entry.get('ports', '')}".strip() for entry in service_entries(flow.services)
    )


def _places(session: Session, flow: FlowPattern) -> tuple[str, ...]:
    return (*(session.words.text(f"cli-network-{network}") for network in flow.networks), *flow.cidrs)


def _in(lang: Lang, text: Text) -> str:
    return text.zh if lang is Lang.ZH else text.en


COMMAND = Command(name="baseline show", options=BaselineOptions, run=run)
