"""Implements ``sgaudit permissions``: prints the smallest CAM policy that allows every call of the fetcher."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.cli.command import Command
from auditor.cli.option import group
from auditor.cli.options import PrintOptions
from auditor.cli.output import Printer
from auditor.cli.session import Session
from auditor.errors import ExitCode

JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionsOptions:
    """The command line of ``permissions``."""

    general: PrintOptions = group(PrintOptions)


def run(session: Session, options: PermissionsOptions) -> ExitCode:
    """Prints the policy."""
    from auditor.fetcher import doctor

    Printer(session, options.general, JSON).write(doctor.policy_text())
    return ExitCode.OK


COMMAND = Command(name="permissions", options=PermissionsOptions, run=run)
