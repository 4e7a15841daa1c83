"""Implements ``sgaudit permissions``: prints the smallest CAM policy that allows every call of the fetcher.

With ``--account`` it is the policy of the credentials, which assume the roles of these accounts. Each role needs the
policy without ``--account``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor.cli import options as values
from auditor.cli import settings as configuration
from auditor.cli import targets
from auditor.cli.command import Command
from auditor.cli.option import group, value
from auditor.cli.options import PrintOptions
from auditor.cli.output import Printer
from auditor.cli.session import Session
from auditor.errors import ExitCode
from auditor.model.codes import Part

JSON, TABLE = FORMATS = ("json", "table")


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionsOptions:
    """The command line of ``permissions``."""

    accounts: tuple[str, ...] = values.account_option()
    config: Path | None = value("--config", metavar="FILE", read=values.path)
    format: str = values.print_format(FORMATS)
    general: PrintOptions = group(PrintOptions)


def run(session: Session, options: PermissionsOptions) -> ExitCode:
    """Prints the policy, or its actions by the part of the audit that needs them."""
    from auditor.fetcher import doctor

    printer = Printer(session, options.general, options.format)
    settings = configuration.load(session, options.config)
    chosen = targets.chosen_accounts(settings, options.accounts)
    roles = [account.role_arn for account in chosen if account.role_arn]
    reads = not chosen or len(roles) < len(chosen)
    if options.format == JSON:
        printer.write(doctor.policy_text(settings.left_out, roles, reads=reads))
    else:
        lines = [*(_reading_lines(session, settings.left_out) if reads else ()), *_role_lines(session, roles)]
        printer.write("".join(f"{line}\n" for line in lines))
    if roles and not options.general.quiet:
        session.tell(session.words.text("cli-permissions-roles"))
    return ExitCode.OK


def _role_lines(session: Session, roles: Sequence[str]) -> Iterator[str]:
    """The actions that only a run of other accounts needs: on ``roles``, or on any role."""
    from auditor.fetcher.organization import ORGANIZATION_MEMBERS
    from auditor.fetcher.roles import ASSUME_ROLE

    yield session.words.text("cli-permissions-sts")
    yield f"  {ASSUME_ROLE.permission}"
    yield from (f"    {role}" for role in roles)
    yield session.words.text("cli-permissions-organization")
    yield f"  {ORGANIZATION_MEMBERS.permission}"


def _reading_lines(session: Session, left_out: tuple[Part, ...]) -> Iterator[str]:
    """The actions that every audit needs, then those of each part."""
    from auditor.fetcher import doctor

    for part, permissions in doctor.permissions_by_part(left_out).items():
        heading = "cli-permissions-every" if part is None else "cli-permissions-part"
        yield session.words.text(heading, part=part or "")
        yield from (f"  {permission}" for permission in permissions)
    for part in left_out:
        yield session.words.text("cli-part-left-out", part=part)


COMMAND = Command(name="permissions", options=PermissionsOptions, run=run)
