"""The findings of an earlier run, from its JSON report: those that counted, and those that were waived."""

from __future__ import annotations

from pathlib import Path

from auditor.cli import files
from auditor.cli.session import Session
from auditor.errors import ConfigError
from auditor.files import json_reader
from auditor.model.difference import Known

SCHEMA = "sgaudit-report/1"


def known(session: Session, path: Path) -> Known:
    """The findings in a report of :mod:`auditor.reporter.json_report`. Raises ``ConfigError`` for another file."""
    try:
        report = json_reader.load(files.read_text(session, path), files.name(path))
        if report["schema"] != SCHEMA:
            raise ConfigError("cli-no-report", path=str(path))
        found = [(str(finding["fingerprint"]), finding.get("waiver")) for finding in report["findings"]]
        return Known(
            counted=frozenset(fingerprint for fingerprint, waiver in found if waiver is None),
            waived=frozenset(fingerprint for fingerprint, waiver in found if waiver is not None),
        )
    except (json_reader.NotJson, LookupError, TypeError, AttributeError) as error:
        raise ConfigError("cli-no-report", path=str(path)) from error
