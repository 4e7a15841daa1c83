"""The options ``--since`` and ``--fail-on-new``, and the report of an earlier run that they name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import options as values
from auditor.cli import session as files
from auditor.cli.option import flag, value
from auditor.cli.session import Session
from auditor.errors import ConfigError

if TYPE_CHECKING:
    from auditor.model.outcomes import EarlierFindings
    from auditor.reporter.report_reader import ReadReport


def whole_report(session: Session, path: Path) -> ReadReport:
    """The report of an audit in ``path``. Raises ``ConfigError`` for another file, and for a filtered report."""
    from auditor.reporter import report_reader

    report = report_reader.load(files.read_text(session, path), files.name(path))
    if report.filter is not None:  # what the filter left out would be new
        raise ConfigError("commands-report-filtered", path=files.name(path))
    if report.change is not None:
        raise ConfigError("commands-report-gate", path=files.name(path))
    return report


def earlier_findings(session: Session, path: Path) -> EarlierFindings:
    """What the report in ``path`` holds. Raises as :func:`whole_report`."""
    from auditor.model.outcomes import EarlierFindings

    report = whole_report(session, path)
    findings = report.earlier()
    by_fingerprint = {finding.fingerprint: finding for finding in findings}
    return EarlierFindings(
        findings=by_fingerprint,
        others=tuple(finding for finding in findings if finding is not by_fingerprint[finding.fingerprint]),
        gaps=frozenset((gap.account or "", gap.fingerprint) for gap in report.gaps),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceOptions:
    """The report of an earlier run, and whether only new findings fail this one."""

    PANEL: ClassVar = "help-panel-judgement"

    since: Path | None = value("--since", metavar="REPORT", read=values.path)
    fail_on_new: bool = flag("--fail-on-new")
