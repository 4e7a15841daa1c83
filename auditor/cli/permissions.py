"""Implements ``sgaudit permissions``: prints the smallest CAM policy that allows every call of the fetcher."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from auditor.cli import options as values
from auditor.cli import settings as configuration
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

    config: Path | None = value("--config", metavar="FILE", read=values.path)
    format: str = values.print_format(FORMATS)
    general: PrintOptions = group(PrintOptions)


def run(session: Session, options: PermissionsOptions) -> ExitCode:
    """Prints the policy, or its actions by the part of the audit that needs them."""
    from auditor.fetcher import doctor

    printer = Printer(session, options.general, options.format)
    left_out = configuration.load(session, options.config).left_out
    if options.format == JSON:
        printer.write(doctor.policy_text(left_out))
    else:
        printer.write("".join(f"{line}\n" for line in _lines(session, left_out)))
    return ExitCode.OK


def _lines(session: Session, left_out: tuple[Part, ...]) -> Iterator[str]:
    """The actions that every audit needs, then those of each part."""
    from auditor.fetcher import doctor

    for part, permissions in doctor.permissions_by_part(left_out).items():
        heading = "cli-permissions-every" if part is None else "cli-permissions-part"
        yield session.words.text(heading, part=part or "")
        yield from (f"  {permission}" for permission in permissions)
    for part in left_out:
        yield session.words.text("cli-part-left-out", part=part)


COMMAND = Command(name="permissions", options=PermissionsOptions, run=run)
