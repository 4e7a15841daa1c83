"""Implements ``sgaudit rules``: explains each finding code with an example and its remedy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, ClassVar

from auditor.cli import options as values
from auditor.cli import session as terminal
from auditor.cli.command import Command
from auditor.cli.option import argument, group
from auditor.cli.options import PrintOptions
from auditor.cli.output import Printer
from auditor.cli.session import Session
from auditor.errors import ConfigError, ExitCode
from auditor.model.codes import Code, GapKind
from auditor.words import Lang

if TYPE_CHECKING:
    from auditor.reporter.codes import CodeText

TABLE, JSON = FORMATS = ("table", "json")
_NAMES = (*(code.value for code in Code), *(code.finding_name for code in Code), *(kind.value for kind in GapKind))
_INDENT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesOptions:
    """The command line of ``rules``."""

    PANEL: ClassVar = "help-panel-arguments"

    code: str | None = argument("CODE", about="help-argument-code", suggestions=lambda: _NAMES)
    format: str = values.print_format(FORMATS)
    general: PrintOptions = group(PrintOptions)


def run(session: Session, options: RulesOptions) -> ExitCode:
    """Prints one code in full, or all of them."""
    import json

    from auditor.reporter.codes import code_texts

    printer = Printer(session, options.general, options.format)
    in_json = options.format == JSON
    lang = session.asked_lang or Lang.EN if in_json else session.lang
    texts = _chosen(code_texts(lang), options.code)
    if in_json:
        printer.write(json.dumps([asdict(text) for text in texts], indent=2, ensure_ascii=False) + "\n")
        return ExitCode.OK
    width = terminal.width(session.stdout if printer.shown else None, session.environ)
    printer.write("\n".join("".join(f"{line}\n" for line in _lines(session, text, width)) for text in texts))
    return ExitCode.OK


def _chosen(codes: tuple[CodeText, ...], asked: str | None) -> tuple[CodeText, ...]:
    if asked is None:
        return codes
    chosen = tuple(text for text in codes if asked.lower() in (text.code.lower(), text.name))
    if not chosen:
        raise ConfigError("cli-unknown-code", value=asked, choices=", ".join(text.code for text in codes))
    return chosen


def _lines(session: Session, text: CodeText, width: int) -> Iterator[str]:
    from auditor.reporter.terminal import wrapped

    words = session.words
    heading = "cli-rule-named-heading" if text.name else "cli-rule-heading"
    yield from wrapped(words.text(heading, code=text.code, name=text.name, title=text.title), width)
    for paragraph in (
        text.what,
        words.text("cli-rule-example", example=text.example),
        words.text("cli-rule-fix", fix=text.fix),
    ):
        yield from (" " * _INDENT + line for line in wrapped(paragraph, width - _INDENT))


COMMAND = Command(name="rules", options=RulesOptions, run=run)
