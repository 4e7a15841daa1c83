"""Reads a plan, and tells every look-alike from one: each complaint says what to run instead, and echoes no value."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from auditor.errors import ConfigError
from auditor.files import json_reader
from auditor.whatif.terraform.plan import Plan

FORMAT_MAJORS = ("0", "1")
"""0.x was printed before Terraform 1.1 and has the same shapes."""

_PLAN_KEYS = frozenset({"planned_values", "configuration", "resource_changes", "prior_state"})
_CHANGE_FILE_KEYS = frozenset({"changes", "bindings"})
_CHANGE_FILE = re.compile(r"^(?:changes|bindings)\s*:", re.MULTILINE)
_ZIP = "PK"
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def load(text: str | bytes, source: str) -> Plan:
    """The plan in ``text``, the output of ``terraform show -json``. ``source`` is its name for the complaints.

    Raises ``ConfigError`` for everything else: a binary plan, the lines of ``plan -json``, a state, a plan of another
    format version, a plan that errored.
    """
    found = _object(decoded(text, source), source)
    _refuse_look_alikes(found, source)
    try:
        plan = Plan.model_validate(found)
    except ValidationError as error:
        key = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise ConfigError("change-plan-shape", file=source, key=key) from None
    except RecursionError:
        raise ConfigError("change-plan-shape", file=source, key="resource_changes") from None
    if plan.errored:
        raise ConfigError("change-plan-errored", file=source)
    return plan


def decoded(text: str | bytes, source: str) -> str:
    """The text of a plan; what PowerShell redirects has a byte order mark and may be UTF-16.

    Raises ``ConfigError`` for the binary plan and for bytes that are no text.
    """
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    if text.startswith(_ZIP.encode()):
        raise ConfigError("change-plan-binary", file=source)
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if text.startswith(mark)), "utf-8")
    try:
        return text.decode(encoding)
    except UnicodeDecodeError:
        raise ConfigError("change-plan-not-json", file=source, line=1) from None


def _object(text: str, source: str) -> dict[str, Any]:
    if text.startswith(_ZIP):
        raise ConfigError("change-plan-binary", file=source)
    if not text.strip():
        raise ConfigError("change-plan-empty", file=source)
    try:
        found = json_reader.load(text, source)
    except json_reader.NotJson as error:
        if _is_stream(text):
            raise ConfigError("change-plan-stream", file=source) from None
        if _CHANGE_FILE.search(text):
            raise ConfigError("change-plan-change-file", file=source) from None
        raise ConfigError("change-plan-not-json", file=source, line=error.facts["line"]) from None
    if not isinstance(found, dict):
        raise ConfigError("change-plan-other", file=source)
    return found


def _is_stream(text: str) -> bool:
    """Whether these are the machine-readable lines of ``terraform plan -json``, one object a line."""
    try:
        first = json_reader.load(text.lstrip().splitlines()[0], "")
    except ConfigError:
        return False
    return isinstance(first, dict) and _is_stream_line(first)


def _is_stream_line(found: dict[str, Any]) -> bool:
    return "@level" in found or "@message" in found


def _refuse_look_alikes(found: dict[str, Any], source: str) -> None:
    if _is_stream_line(found):
        raise ConfigError("change-plan-stream", file=source)
    version = found.get("format_version")
    if not isinstance(version, str):
        if found.keys() & _CHANGE_FILE_KEYS:
            raise ConfigError("change-plan-change-file", file=source)
        message = "change-plan-state" if "lineage" in found or "terraform_version" in found else "change-plan-other"
        raise ConfigError(message, file=source)
    if not _PLAN_KEYS & found.keys():
        raise ConfigError("change-plan-state", file=source)
    if version.split(".")[0] not in FORMAT_MAJORS:
        raise ConfigError("change-plan-version", file=source, found=version, expected="1.x")
