"""Implements ``sgaudit help TOPIC``: prints a page of the reference, in English or Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auditor.cli.command import Command
from auditor.cli.option import argument, group
from auditor.cli.options import PrintOptions
from auditor.cli.output import Printer
from auditor.cli.session import Session
from auditor.errors import ConfigError, ExitCode
from auditor.words import topics

_FORM = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicOptions:
    """The command line of ``help``."""

    PANEL: ClassVar = "help-panel-arguments"

    topic: str | None = argument("TOPIC", about="help-argument-topic", suggestions=topics.names)
    general: PrintOptions = group(PrintOptions)


def run(session: Session, options: TopicOptions) -> ExitCode:
    """Prints one topic, or the list of topics."""
    printer = Printer(session, options.general, _FORM)
    if options.topic is None:
        lines = [f"{name:14} {topics.title(name, session.lang)}" for name in topics.names()]
        printer.write("\n".join(lines) + "\n")
        return ExitCode.OK
    if options.topic not in topics.names():
        raise ConfigError("cli-unknown-topic", value=options.topic, choices=", ".join(topics.names()))
    printer.write(topics.text(options.topic, session.lang))
    return ExitCode.OK


COMMAND = Command(name="help", options=TopicOptions, run=run)
