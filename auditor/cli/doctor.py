"""Implements ``sgaudit doctor``: checks credentials, clock, hosts and permissions before an audit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.cli import cloud, progress, targets
from auditor.cli import options as values
from auditor.cli import settings as configuration
from auditor.cli.cloud import Connection
from auditor.cli.command import Command
from auditor.cli.option import group, value
from auditor.cli.options import EndpointOptions, PrintOptions
from auditor.cli.output import Printer
from auditor.cli.session import Session
from auditor.cli.targets import ReadTarget
from auditor.errors import ExitCode
from auditor.model.accounts import ConfiguredAccount
from auditor.model.codes import Part
from auditor.model.gaps import OTHER_ACCOUNT, Gap

if TYPE_CHECKING:
    from auditor.fetcher.credentials import CredentialSearch
    from auditor.fetcher.doctor import Examination, HostCheck

TABLE, JSON = FORMATS = ("table", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorOptions:
    """The command line of ``doctor``."""

    PANEL = "help-panel-source"

    accounts: tuple[str, ...] = values.account_option()
    api: EndpointOptions = group(EndpointOptions)
    config: Path | None = value("--config", metavar="FILE", read=values.path)
    format: str = values.print_format(FORMATS)
    general: PrintOptions = group(PrintOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The result of all checks of an account; ``account`` is ``None`` for that of the credentials.

    ``identity`` says why the account is not proved to be the configured one. If it is another, no action is tried.
    ``clock_skew`` is in seconds, ``None`` without any answer. Without credentials no action is tried, and ``hosts`` are
    those that answered an unsigned call. Actions that only parts in ``left_out`` need are not tried.
    """

    survey: CredentialSearch
    hosts: tuple[HostCheck, ...]
    examinations: tuple[Examination, ...]
    clock_skew: float | None
    left_out: tuple[Part, ...] = ()
    account: ConfiguredAccount | None = None
    identity: Gap | None = None

    @property
    def healthy(self) -> bool:
        """Whether an audit would be allowed to read everything."""
        allowed = self.survey.keys is not None and all(examination.healthy for examination in self.examinations)
        return allowed and self.identity is None and not self.clock_is_off

    @property
    def clock_is_off(self) -> bool:
        """Whether the clock is so wrong that signatures are refused."""
        from auditor.fetcher.doctor import MOST_SKEW

        return self.clock_skew is not None and abs(self.clock_skew) > MOST_SKEW


def run(session: Session, options: DoctorOptions) -> ExitCode:
    """Checks everything that an audit needs and prints the results."""
    printer = Printer(session, options.general, options.format)
    settings = configuration.load(session, options.config)
    read_targets = targets.read_targets(session, settings, options.api, options.accounts)
    with progress.show_logs(session, options.general):
        connection = cloud.connect(session, options.api, options.accounts)
        diagnoses = [_examined(connection, target, settings.left_out) for target in read_targets]
    errors = [diagnosis.survey.error for diagnosis in diagnoses if diagnosis.survey.keys is None]
    for sentence in dict.fromkeys(map(session.sentence, errors)):
        session.tell("sgaudit: " + sentence)
    if options.format == JSON:
        printer.write(json.dumps(_document(session, diagnoses), indent=2, ensure_ascii=False, sort_keys=True) + "\n")
    else:
        lines = (line for diagnosis in diagnoses for line in _lines(session, diagnosis))
        printer.write("".join(f"{line}\n" for line in lines))
    return ExitCode.OK if all(diagnosis.healthy for diagnosis in diagnoses) else ExitCode.INCOMPLETE


def _examined(connection: Connection, target: ReadTarget, left_out: tuple[Part, ...]) -> Diagnosis:
    from auditor.fetcher import doctor
    from auditor.fetcher.accounts import HOME_REGION, identity_gap
    from auditor.fetcher.transport import Transport

    account, endpoint = target.account, connection.wiring.endpoint
    regions = tuple(HOME_REGION if region == values.ALL_REGIONS else region for region in target.regions)

    def connect() -> Transport:
        return Transport(survey.keys, wiring=connection.wiring, policy=doctor.POLICY, clock=connection.clock)

    survey = connection.search_for(account)
    if survey.keys is None:
        hosts, skew = doctor.check_hosts(connect, endpoint, regions[0])
        return Diagnosis(survey=survey, hosts=hosts, examinations=(), clock_skew=skew, account=account)
    transport = connect()
    try:
        identity = None if account is None else identity_gap(transport, account.id)
        is_other = identity is not None and identity.code == OTHER_ACCOUNT
        examinations = tuple(
            doctor.examine(transport, endpoint, region, left_out) for region in (() if is_other else regions)
        )
    finally:
        transport.close()
    hosts = tuple({host.host: host for examination in examinations for host in examination.hosts}.values())
    return Diagnosis(
        survey=survey,
        hosts=hosts,
        examinations=examinations,
        clock_skew=transport.clock_skew,
        left_out=left_out,
        account=account,
        identity=identity,
    )


def _lines(session: Session, diagnosis: Diagnosis) -> Iterator[str]:
    from auditor.reporter.escape import terminal as escaped

    words = session.words
    if diagnosis.account is not None:
        yield words.text("cli-doctor-account", account=escaped(diagnosis.account.label))
    yield from _credentials(session, diagnosis.survey)
    yield from _identity(session, diagnosis)
    yield _clock_line(session, diagnosis)
    for host in diagnosis.hosts:
        outcome = "cli-doctor-host" if host.reachable else "cli-doctor-silent-host"
        yield words.text(outcome, host=host.host, detail=escaped(host.detail))
    for examination in diagnosis.examinations:
        yield from _actions(session, examination)
        if examination.denied:
            yield words.text("cli-doctor-grant", permissions=", ".join(examination.denied))
        for part, permissions in examination.denied_parts.items():
            yield words.text("cli-doctor-leave-out", part=part, permissions=", ".join(permissions))
    for part in diagnosis.left_out:
        yield words.text("cli-part-left-out", part=part)
    yield words.text("cli-doctor-healthy" if diagnosis.healthy else "cli-doctor-ill")


def _credentials(session: Session, survey: CredentialSearch) -> Iterator[str]:
    """The credentials, or a row for each place without any."""
    from auditor.reporter.escape import terminal as escaped

    words = session.words
    if survey.keys is not None:
        source = words.text(f"cli-doctor-{survey.keys.source}")
        yield words.text("cli-doctor-credentials", source=source, place=escaped(survey.keys.location))
        return
    yield words.text("cli-doctor-no-credentials")
    for result in survey.places:
        state = words.text(f"cli-doctor-place-{result.state}")
        state_text = state if result.error is None else session.sentence(result.error)
        yield f"  {words.text(f'cli-doctor-{result.source}')}, {escaped(result.location)}: {state_text}"


def _identity(session: Session, diagnosis: Diagnosis) -> Iterator[str]:
    """Whether the configured account answers; nothing without keys, and nothing for the account of the credentials."""
    from auditor.reporter.escape import terminal as escaped

    if diagnosis.account is None or diagnosis.survey.keys is None:
        return
    words, gap = session.words, diagnosis.identity
    if gap is None:
        yield words.text("cli-doctor-identity", account=diagnosis.account.id)
        return
    outcome = "cli-doctor-other-account" if gap.code == OTHER_ACCOUNT else "cli-doctor-no-identity"
    yield words.text(outcome, account=diagnosis.account.id, code=escaped(gap.code), detail=escaped(gap.message))


def _actions(session: Session, examination: Examination) -> Iterator[str]:
    """A line for each action; actions with the same outcome for the same reason share a line."""
    from auditor.fetcher.doctor import Outcome, group_equal_checks
    from auditor.reporter.escape import terminal as escaped
    from auditor.reporter.text.region_names import nearest

    words = session.words
    for checks in group_equal_checks(examination.actions):
        first = checks[0]
        outcome = words.text(f"cli-doctor-{first.outcome}")
        has_reason = first.code and first.outcome is not Outcome.UNREACHABLE  # the line of the host has said why
        reason = f" ({first.code}: {escaped(first.detail)})" if has_reason else ""
        if len(checks) == 1:
            part = words.text("cli-doctor-part", part=first.action.part) if first.action.part else ""
            yield f"  {first.action.permission} {first.action.version} {first.region}{part}: {outcome}{reason}"
            continue
        names = ", ".join(dict.fromkeys(check.action.permission for check in checks))
        yield "  " + words.text("cli-doctor-actions", count=len(checks), region=first.region, outcome=outcome) + reason
        yield f"    {names}"
        near = nearest(first.region)
        if first.code.startswith("UnsupportedRegion") and near:
            yield "  " + words.text("cli-doctor-near-region", region=first.region, near=near)


def _clock_line(session: Session, diagnosis: Diagnosis) -> str:
    if diagnosis.clock_skew is None:
        return session.words.text("cli-doctor-no-clock")
    outcome = "cli-doctor-clock-off" if diagnosis.clock_is_off else "cli-doctor-clock"
    return session.words.text(outcome, seconds=round(abs(diagnosis.clock_skew)))


def _document(session: Session, diagnoses: Sequence[Diagnosis]) -> dict[str, Any]:
    """The result for the account of the credentials, or a list of results for configured accounts."""
    if diagnoses[0].account is None:
        return _object(session, diagnoses[0])
    return {
        "healthy": all(diagnosis.healthy for diagnosis in diagnoses),
        "accounts": [
            {
                "account": {"id": diagnosis.account.id, "name": diagnosis.account.name},
                "identity": None if diagnosis.identity is None else diagnosis.identity.code,
                **_object(session, diagnosis),
            }
            for diagnosis in diagnoses
            if diagnosis.account is not None
        ],
    }


def _object(session: Session, diagnosis: Diagnosis) -> dict[str, Any]:
    keys = diagnosis.survey.keys
    return {
        "healthy": diagnosis.healthy,
        "credentials": None if keys is None else {"source": keys.source.value, "place": keys.location},
        "places": [
            {
                "source": result.source.value,
                "place": result.location,
                "state": result.state.value,
                "detail": "" if result.error is None else session.sentence(result.error),
            }
            for result in diagnosis.survey.places
        ],
        "clock_skew_seconds": None if diagnosis.clock_skew is None else round(diagnosis.clock_skew),
        "hosts": [{"host": host.host, "reachable": host.reachable, "detail": host.detail} for host in diagnosis.hosts],
        "actions": [
            {
                "permission": check.action.permission,
                "version": check.action.version,
                "part": check.action.part,
                "region": check.region,
                "outcome": check.outcome.value,
                "code": check.code,
                "detail": check.detail,
                "request_id": check.request_id,
            }
            for examination in diagnosis.examinations
            for check in examination.actions
        ],
        "left_out": list(diagnosis.left_out),
        "denied": sorted({permission for examination in diagnosis.examinations for permission in examination.denied}),
    }


COMMAND = Command(name="doctor", options=DoctorOptions, run=run)
