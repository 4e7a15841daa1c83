"""Refuses the JSON output of other commands where the report of an audit is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auditor.errors import ConfigError

_OTHER_OUTPUT = {"flows": "explain", "requirements": "explain", "changes": "fix", "rule_edits": "diff"}
"""Keys of the JSON output of other commands."""


def refuse(document: Mapping[str, Any], file: str) -> None:
    """Raises ``ConfigError`` for the output of a gate, which describes a state that does not exist, and of others."""
    schema = document.get("schema")
    if "change" in document:
        raise ConfigError("commands-merge-other", path=file, command="gate")
    if isinstance(schema, str) and schema.startswith("sgaudit-snapshot/"):
        raise ConfigError("commands-merge-other", path=file, command="fetch")
    for key, command in _OTHER_OUTPUT.items():
        if schema is None and key in document:
            raise ConfigError("commands-merge-other", path=file, command=command)
