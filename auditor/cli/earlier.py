"""The findings and gaps of an earlier run, from its JSON report."""

from __future__ import annotations

from pathlib import Path

from auditor.cli import files
from auditor.cli.session import Session
from auditor.model.difference import Known


def known(session: Session, path: Path) -> Known:
    """What the report in ``path`` holds. Raises ``ConfigError`` for another file, as ``diff`` does."""
    from auditor.reporter import report_file

    report = report_file.load(files.read_text(session, path), files.name(path))
    return Known(
        counted=frozenset(finding.fingerprint for finding in report.findings if finding.waiver is None),
        waived=frozenset(finding.fingerprint for finding in report.findings if finding.waiver is not None),
        gaps=frozenset(gap.fingerprint for gap in report.gaps),
    )
