"""Decides the exit code of a run that came to its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from auditor.cli import settings
from auditor.cli.options import Threshold
from auditor.cli.settings import Terms
from auditor.errors import ExitCode
from auditor.model.codes import Severity
from auditor.reporter.options import USUAL_FILE
from auditor.reporter.verdict import Weighed, reaches


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """The exit code of a run with the threshold and the day on which it is based.

    ``introduced_only`` says that only the findings count that a change introduces. ``file`` is the path for what has no
    place of its own in the reader's repository.
    """

    exit_code: ExitCode
    fail_on: Severity | None
    today: date
    introduced_only: bool = False
    file: str = USUAL_FILE


def decide(findings: Iterable[Weighed], terms: Terms, *, complete: bool, exit_zero: bool) -> RunOutcome:
    """The outcome of a run; ``findings`` are those that count."""
    code = exit_code(findings, complete=complete, threshold=terms.threshold, exit_zero=exit_zero)
    file = settings.file_in(Path(), terms)
    return RunOutcome(exit_code=code, fail_on=terms.threshold.severity, today=terms.today, file=file)


def exit_code(
    findings: Iterable[Weighed], *, complete: bool, threshold: Threshold, exit_zero: bool = False
) -> ExitCode:
    """3 where something is unknown, else 1 where an unwaived finding reaches the threshold, else 0.

    ``findings`` are those that count. ``exit_zero`` turns 1 into 0, never 3.
    """
    if not complete:
        return ExitCode.INCOMPLETE
    if exit_zero or not any(reaches(finding, threshold.severity) for finding in findings):
        return ExitCode.OK
    return ExitCode.FINDINGS
