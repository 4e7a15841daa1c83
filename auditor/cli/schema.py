"""Implements ``sgaudit schema``: prints the JSON Schema of a report, snapshot, configuration or baseline file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from auditor.cli.command import Command
from auditor.cli.option import argument, group
from auditor.cli.options import PrintOptions
from auditor.cli.output import Printer
from auditor.cli.session import Session
from auditor.errors import ExitCode

JSON = "json"


def _report() -> dict[str, Any]:
    from auditor.reporter import models

    return models.json_schema()


def _snapshot() -> dict[str, Any]:
    from auditor.fetcher import snapshot_file

    return snapshot_file.schema()


def _of_config(name: str) -> Callable[[], dict[str, Any]]:
    def made() -> dict[str, Any]:
        from auditor.config import schema

        return schema.schema(name)

    return made


def _of_command(name: str) -> Callable[[], dict[str, Any]]:
    def made() -> dict[str, Any]:
        from auditor.reporter import command_models

        return command_models.command_json_schema(name)

    return made


SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "report": _report,
    "config": _of_config("config"),
    "baseline": _of_config("baseline"),
    "snapshot": _snapshot,
    "explain": _of_command("explain"),
    "explain-requirements": _of_command("explain-requirements"),
    "fix": _of_command("fix"),
    "diff": _of_command("diff"),
    "history": _of_command("history"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaOptions:
    """The command line of ``schema``."""

    PANEL: ClassVar = "help-panel-arguments"

    name: str = argument(
        "NAME",
        about="help-argument-schema",
        choices=tuple(SCHEMAS),
        required=True,
    )
    general: PrintOptions = group(PrintOptions)


def run(session: Session, options: SchemaOptions) -> ExitCode:
    """Prints the schema."""
    printer = Printer(session, options.general, JSON)
    printer.write(json.dumps(SCHEMAS[options.name](), indent=2, ensure_ascii=False, sort_keys=True) + "\n")
    return ExitCode.OK


COMMAND = Command(name="schema", options=SchemaOptions, run=run)
