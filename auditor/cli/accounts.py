"""Implements ``sgaudit accounts``: lists the accounts of an organization as the configuration to paste."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Semaphore
from typing import TYPE_CHECKING, Any

from auditor.cli import cloud, progress
from auditor.cli import options as values
from auditor.cli.cloud import LiveRun
from auditor.cli.command import Command
from auditor.cli.option import group, value
from auditor.cli.options import EndpointOptions, PrintOptions
from auditor.cli.output import Printer
from auditor.cli.session import Session
from auditor.errors import ExitCode
from auditor.model.accounts import is_account_name

if TYPE_CHECKING:
    from auditor.fetcher.organization import Organization

YAML, JSON = FORMATS = ("yaml", "json")
ROLE = "sgaudit-reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsOptions:
    """The command line of ``accounts``."""

    PANEL = "help-panel-source"

    role_name: str = value("--role-name", metavar="NAME", default=ROLE, read=values.role_name, shown_default=ROLE)
    product: str | None = value("--product", metavar="PRODUCT", read=values.named)
    api: EndpointOptions = group(EndpointOptions)
    format: str = values.print_format(FORMATS)
    general: PrintOptions = group(PrintOptions)


def run(session: Session, options: AccountsOptions) -> ExitCode:
    """Prints an entry for each account. An account that has not confirmed is named on stderr, and listed as well."""
    printer = Printer(session, options.general, options.format)
    with progress.show_logs(session, options.general):
        organization = _read(session, options)
    accounts = _entries(organization, options)
    if options.format == JSON:
        printer.write(json.dumps({"accounts": accounts}, indent=2, ensure_ascii=False) + "\n")
    else:
        from auditor.config.yaml_writer import write

        printer.write(write({"accounts": accounts}))
    _tell(session, organization, quiet=options.general.quiet)
    return ExitCode.INCOMPLETE if organization.gaps or not organization.own else ExitCode.OK


def _read(session: Session, options: AccountsOptions) -> Organization:
    """The organization that the credentials manage. Raises ``FetchError``."""
    from auditor.config.settings import Rates
    from auditor.fetcher.organization import read_organization

    connection = cloud.connect(session, options.api)
    run = LiveRun(rates=Rates(), places=Semaphore(1), began=datetime.now(UTC))
    with cloud.live(connection, connection.keys(None), run) as caller:
        return read_organization(caller, options.product or "")


def _entries(organization: Organization, options: AccountsOptions) -> list[Any]:
    """The entries of the configuration. The account of the credentials needs no role; a name must be unique."""
    names = Counter(member.name for member in organization.members)
    entries = []
    for member in organization.members:
        is_usable = is_account_name(member.name) and names[member.name] == 1
        role = f"qcs::cam::uin/{member.id}:roleName/{options.role_name}"
        entries.append(
            {
                "id": member.id,
                **({"name": member.name} if is_usable else {}),
                **({"role_arn": role} if member.id != organization.own else {}),
                **({"regions": list(options.api.regions)} if options.api.regions else {}),
            }
        )
    return entries


def _tell(session: Session, organization: Organization, *, quiet: bool) -> None:
    from auditor.reporter.escape import terminal as escaped

    if not organization.own:
        session.tell("sgaudit: " + session.words.text("cli-accounts-no-own"))
    for gap in organization.gaps:
        session.tell("sgaudit: " + session.words.text("cli-accounts-incomplete", detail=escaped(gap.message)))
    unconfirmed = [member.id for member in organization.members if not member.is_confirmed]
    if unconfirmed and not quiet:
        session.tell(
            session.words.text("cli-accounts-unconfirmed", count=len(unconfirmed), accounts=", ".join(unconfirmed))
        )


COMMAND = Command(name="accounts", options=AccountsOptions, run=run)
