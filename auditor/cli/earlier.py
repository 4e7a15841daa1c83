"""The findings of an earlier run, from its JSON report."""

from __future__ import annotations

import json
from pathlib import Path

from auditor.cli import files
from auditor.cli.session import Session
from auditor.errors import ConfigError

SCHEMA = "sgaudit-report/1"


def fingerprints(session: Session, path: Path) -> frozenset[str]:
    """The fingerprints in a report of :mod:`auditor.reporter.json_report`. Raises ``ConfigError`` for another file."""
    text = files.read_text(session, path)
    try:
        report = json.loads(text)
        if report["schema"] != SCHEMA:
            raise ConfigError("cli-no-report", path=str(path))
        return frozenset(str(finding["fingerprint"]) for finding in report["findings"])
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ConfigError("cli-no-report", path=str(path)) from error
