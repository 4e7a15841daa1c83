"""``sgaudit doctor``: what stands between this machine and an audit, before the audit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.cli import cloud, configuration, logs, values
from auditor.cli.command import Command
from auditor.cli.option import group, value
from auditor.cli.options import Endpoint, Printed
from auditor.cli.printed import Printer
from auditor.cli.session import Session
from auditor.errors import AuthError, ExitCode

if TYPE_CHECKING:
    from auditor.fetcher.doctor import Examination
    from auditor.fetcher.keys import Credentials

TABLE, JSON = FORMATS = ("table", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line of ``doctor``."""

    PANEL = "help-panel-source"

    place: Endpoint = group(Endpoint)
    config: Path | None = value("--config", metavar="FILE", read=values.path)
    format: str = value(
        "--format",
        metavar="FORMAT",
        read=values.one_of(FORMATS),
        default=TABLE,
        choices=FORMATS,
        about="help-option-print-format",
        twin="",
        shown_default=TABLE,
    )
    general: Printed = group(Printed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What was found. ``clock_skew`` is in seconds, ``None`` where nothing answered."""

    keys: Credentials
    examinations: tuple[Examination, ...]
    clock_skew: float | None

    @property
    def healthy(self) -> bool:
        """Whether an audit would be let through."""
        return all(each.healthy for each in self.examinations) and not self.clock_is_off

    @property
    def clock_is_off(self) -> bool:
        """Whether signatures of this machine are refused for their time."""
        from auditor.fetcher.doctor import MOST_SKEW

        return self.clock_skew is not None and abs(self.clock_skew) > MOST_SKEW


def run(session: Session, options: Options) -> ExitCode:
    """Tries everything that an audit needs and says what came of it."""
    printer = Printer(session, options.general, options.format)
    settings = configuration.load(session, options.config)
    regions = configuration.regions(session, settings, options.place)
    try:
        with logs.shown(session, options.general):
            diagnosis = _examined(session, options.place, regions)
    except AuthError as error:
        session.tell("sgaudit: " + session.sentence(error))
        return ExitCode.INCOMPLETE
    if options.format == JSON:
        printer.write(json.dumps(_object(diagnosis), indent=2, ensure_ascii=False, sort_keys=True) + "\n")
    else:
        printer.write("".join(f"{line}\n" for line in _lines(session, diagnosis)))
    return ExitCode.OK if diagnosis.healthy else ExitCode.INCOMPLETE


def _examined(session: Session, place: Endpoint, regions: tuple[str, ...]) -> Diagnosis:
    from auditor.fetcher import credentials, doctor
    from auditor.fetcher.clock import RunClock
    from auditor.fetcher.region_list import HOME
    from auditor.fetcher.transport import Transport

    clock = RunClock(session.cancelled)
    wired = cloud.wiring(session, place)
    keys = credentials.find(cloud.surroundings(session, wired, clock, place))
    transport = Transport(keys, wiring=wired, policy=doctor.POLICY, clock=clock)
    try:
        asked = (HOME if region == values.ALL_REGIONS else region for region in regions)
        found = tuple(doctor.examine(transport, wired.endpoint, region) for region in asked)
    finally:
        transport.close()
    return Diagnosis(keys=keys, examinations=found, clock_skew=transport.clock_skew)


def _lines(session: Session, diagnosis: Diagnosis) -> Iterator[str]:
    from auditor.reporter.escape import terminal as escaped

    words = session.words
    source = words.text(f"cli-doctor-{diagnosis.keys.source}")
    yield words.text("cli-doctor-credentials", source=source, place=escaped(diagnosis.keys.place))
    yield _clock_line(session, diagnosis)
    for examination in diagnosis.examinations:
        for host in examination.hosts:
            outcome = "cli-doctor-host" if host.reachable else "cli-doctor-silent-host"
            yield words.text(outcome, host=host.host, detail=escaped(host.detail))
        for check in examination.actions:
            outcome = words.text(f"cli-doctor-{check.outcome}")
            said = f" ({check.code}: {escaped(check.detail)})" if check.code else ""
            yield f"  {check.action.permission} {check.action.version} {check.region}: {outcome}{said}"
        if examination.denied:
            yield words.text("cli-doctor-grant", permissions=", ".join(examination.denied))
    yield words.text("cli-doctor-healthy" if diagnosis.healthy else "cli-doctor-ill")


def _clock_line(session: Session, diagnosis: Diagnosis) -> str:
    if diagnosis.clock_skew is None:
        return session.words.text("cli-doctor-no-clock")
    outcome = "cli-doctor-clock-off" if diagnosis.clock_is_off else "cli-doctor-clock"
    return session.words.text(outcome, seconds=round(abs(diagnosis.clock_skew)))


def _object(diagnosis: Diagnosis) -> dict[str, Any]:
    return {
        "healthy": diagnosis.healthy,
        "credentials": {"source": diagnosis.keys.source.value, "place": diagnosis.keys.place},
        "clock_skew_seconds": None if diagnosis.clock_skew is None else round(diagnosis.clock_skew),
        "hosts": [
            {"host": host.host, "reachable": host.reachable, "detail": host.detail}
            for examination in diagnosis.examinations
            for host in examination.hosts
        ],
        "actions": [
            {
                "permission": check.action.permission,
                "version": check.action.version,
                "region": check.region,
                "outcome": check.outcome.value,
                "code": check.code,
                "detail": check.detail,
                "request_id": check.request_id,
            }
            for examination in diagnosis.examinations
            for check in examination.actions
        ],
        "denied": sorted({permission for examination in diagnosis.examinations for permission in examination.denied}),
    }


COMMAND = Command(name="doctor", options=Options, run=run)
