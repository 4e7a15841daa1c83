"""Reads a plan file and refuses the files that are easily mistaken for a plan.

The input is the output of ``terraform show -json``. Each ``ConfigError`` says which command to run instead, and
repeats no value of the file.
"""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from auditor.errors import ConfigError
from auditor.files import json_reader
from auditor.whatif.terraform.plan import Plan

FORMAT_MAJORS = ("0", "1")
"""Terraform before 1.1 printed 0.x, which has the same shapes."""

_PLAN_KEYS = frozenset({"planned_values", "configuration", "resource_changes", "prior_state"})
_CHANGE_FILE_KEYS = frozenset({"changes", "bindings"})
_CHANGE_FILE = re.compile(r"^(?:changes|bindings)\s*:", re.MULTILINE)
_ZIP = "PK"
_BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def load(text: str | bytes, source: str) -> Plan:
    """The plan in ``text``. ``source`` is the name of the file in errors.

    Raises ``ConfigError`` for everything else: a binary plan, the lines of ``terraform plan -json``, a state, a plan of
    another format version, a plan that errored.
    """
    document = _object(decoded(text, source), source)
    _refuse_look_alikes(document, source)
    try:
        plan = Plan.model_validate(document)
    except ValidationError as error:
        key = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise ConfigError("change-plan-shape", file=source, key=key) from None
    except RecursionError:
        raise ConfigError("change-plan-shape", file=source, key="resource_changes") from None
    if plan.errored:
        raise ConfigError("change-plan-errored", file=source)
    return plan


def decoded(text: str | bytes, source: str) -> str:
    """The text of a plan. PowerShell writes a byte order mark and may write UTF-16.

    Raises ``ConfigError`` for a binary plan and for bytes that are not UTF-8.
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
        document = json_reader.load(text, source)
    except json_reader.NotJson as error:
        if _is_stream(text):
            raise ConfigError("change-plan-stream", file=source) from None
        if _CHANGE_FILE.search(text):
            raise ConfigError("change-plan-change-file", file=source) from None
        raise ConfigError("change-plan-not-json", file=source, line=error.facts["line"]) from None
    if not isinstance(document, dict):
        raise ConfigError("change-plan-other", file=source)
    return document


def _is_stream(text: str) -> bool:
    """Whether these are the lines of ``terraform plan -json``, one object a line."""
    try:
        first = json_reader.load(text.lstrip().splitlines()[0], "")
    except ConfigError:
        return False
    return isinstance(first, dict) and _is_stream_line(first)


def _is_stream_line(line: dict[str, Any]) -> bool:
    return "@level" in line or "@message" in line


def _refuse_look_alikes(document: dict[str, Any], source: str) -> None:
    if _is_stream_line(document):
        raise ConfigError("change-plan-stream", file=source)
    version = document.get("format_version")
    if not isinstance(version, str):
        if document.keys() & _CHANGE_FILE_KEYS:
            raise ConfigError("change-plan-change-file", file=source)
        message = (
            "change-plan-state" if "lineage" in document or "terraform_version" in document else "change-plan-other"
        )
        raise ConfigError(message, file=source)
    if not _PLAN_KEYS & document.keys():
        raise ConfigError("change-plan-state", file=source)
    if version.split(".")[0] not in FORMAT_MAJORS:
        raise ConfigError("change-plan-version", file=source, found=version, expected="1.x")
