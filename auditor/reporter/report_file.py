"""Reads the JSON report of an earlier run. What it does not know it keeps: later versions add fields."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from auditor.errors import ConfigError
from auditor.model.baseline import Severity


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class ReadFinding(_Read):
    """A finding as it was reported; the rest of its fields ride along."""

    code: str
    severity: Severity
    fingerprint: str
    region: str
    cluster_id: str
    title: str = ""
    message: str = ""
    waiver: dict[str, Any] | None = None


class ReadCluster(_Read):
    """A cluster that was audited."""

    region: str
    cluster_id: str
    name: str = ""


class ReadGap(_Read):
    """A gap as it was reported. A report of an early version gives it no fingerprint: it is like no other gap."""

    fingerprint: str = ""


class ReadReport(_Read):
    """A report."""

    # "schema" would hide a method of pydantic's.
    schema_id: Literal["sgaudit-report/1"] = Field(alias="schema")
    baseline: dict[str, Any] = {}
    complete: bool
    clusters: tuple[ReadCluster, ...] = ()
    findings: tuple[ReadFinding, ...]
    gaps: tuple[ReadGap, ...] = ()


def load(text: str, source: str) -> ReadReport:
    """The report in ``text``; ``source`` is its name for complaints. Raises ``ConfigError`` for anything else."""
    try:
        return ReadReport.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(str(step) for step in fault["loc"]) or "JSON"
        raise ConfigError("commands-report-shape", path=source, key=key) from None
