"""Builds the typer application from the commands' declarations and reads a command line with it.

typer does the parsing, the environment variables, the choices and the completion, and ``usage`` explains what typer
cannot parse. Added here are the help and the version, which the caller prints, and the refusal of an unknown
environment variable.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.main import get_command

from auditor.cli import usage
from auditor.cli.command import Command
from auditor.cli.option import OptionKind, Spec, read, specs
from auditor.errors import ConfigError, ExitCode
from auditor.words import Lang

COMMANDS: Mapping[str, str] = {
    "audit": "audit",
    "fetch": "fetch",
    "gate": "gate",
    "explain": "explain",
    "fix": "fix",
    "diff": "diff",
    "history": "history",
    "notify": "notify",
    "merge": "merge",
    "waive": "waive",
    "rules": "rules",
    "baseline show": "baseline",
    "permissions": "permissions",
    "doctor": "doctor",
    "accounts": "accounts",
    "schema": "schema",
    "help": "topics",
}
"""The module of ``auditor.cli`` that has each command, by the name of the command, in the order of the help text."""

COMPLETION = "_SGAUDIT_COMPLETE"
"""The variable in which a shell asks for completions; typer answers."""
PREFIX = "SGAUDIT_"

_SERVICE_LINK = re.compile(r"SGAUDIT_(\w+_)?(SERVICE_(HOST|PORT)(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?)")
"""The variables that Kubernetes gives every container for a Service whose name starts with "sgaudit"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A command with its options."""

    command: Command
    options: Any


class HelpAsked(Exception):
    """The command line asks for help; the argument is the command or group of commands, empty for the whole program."""


class CommandMissing(Exception):
    """The command line names no command; the argument is the group of commands, empty for the whole program."""


class VersionAsked(Exception):
    """The command line asks for the version."""


def parse(argv: Sequence[str], environ: Mapping[str, str]) -> Invocation:
    """Parses a command line and the environment variables of its options.

    typer reads the variables from the environment of the process; ``environ`` is checked for unknown names.

    Raises ``ConfigError`` for a command line or a variable that cannot be read, :class:`CommandMissing`,
    :class:`HelpAsked`, :class:`VersionAsked`, and ``SystemExit`` after an answer to a shell's completion.
    """
    program = _program(commands(argv[0] if argv else ""))
    try:
        invocation = program.main(args=list(argv), prog_name=usage.PROGRAM, standalone_mode=False, obj=environ)
    except usage.UsageError as error:
        raise usage.explained(error, commands()) from error
    if not isinstance(invocation, Invocation):
        raise SystemExit(ExitCode.USAGE if invocation else ExitCode.OK)
    return invocation


@cache
def commands(word: str = "") -> tuple[Command, ...]:
    """The commands whose names begin with ``word``, or else all commands. Imports only their modules."""
    names = [name for name in COMMANDS if name.partition(" ")[0] == word] or list(COMMANDS)
    return tuple(import_module(f"auditor.cli.{COMMANDS[name]}").COMMAND for name in names)


def _refuse_unknown_variables(environ: Mapping[str, str]) -> None:
    """Raises ``ConfigError`` for a set variable with our prefix that no command reads.

    A misspelt ``SGAUDIT_FAIL_ON`` would otherwise be ignored, and the run would pass with the default threshold.
    """
    variables = [name for name in environ if name.startswith(PREFIX) and environ[name].strip()]
    if not variables:
        return
    twins = frozenset(spec.twin for command in commands() for _, spec in specs(command.options) if spec.twin)
    for name in sorted(variables):
        if name in twins or _SERVICE_LINK.fullmatch(name):
            continue
        near = get_close_matches(name.removeprefix(PREFIX), [twin.removeprefix(PREFIX) for twin in twins], 1)
        message = "cli-unknown-variable-near" if near else "cli-unknown-variable"
        raise ConfigError(message, name=name, near="".join(PREFIX + word for word in near))


@cache
def _program(commands: tuple[Command, ...]) -> Any:
    """The parser that typer makes of the commands; making it takes longer than parsing a command line."""
    program = _group(_eager("version", _show_version, "-V", "--version"))
    groups: dict[str, typer.Typer] = {}
    for command in commands:
        first, _, second = command.name.partition(" ")
        if second and first not in groups:
            groups[first] = _group()
            program.add_typer(groups[first], name=first)
        parent = groups[first] if second else program
        parent.command(second or first, cls=usage.CheckedCommand, add_help_option=False)(_callback(command))
    return get_command(program)


def _group(*further: inspect.Parameter) -> typer.Typer:
    def require_command(context: typer.Context, **_: Any) -> None:
        if context.invoked_subcommand is None:
            raise CommandMissing(_inside(context))

    made = typer.Typer(
        cls=usage.CheckedGroup,
        invoke_without_command=True,
        add_help_option=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    # ``--lang`` may come before the command; the language is chosen before this parser runs
    lang = typer.Option("--lang", metavar="LANG", autocompletion=lambda: list(Lang))
    parameters = [_help_parameter(), *further, _parameter("lang", Annotated[str | None, lang], None)]
    made.callback()(_with_signature(require_command, [_context(), *parameters]))
    return made


def _callback(command: Command) -> Callable[..., Invocation]:
    def invoke(context: typer.Context, **_: Any) -> Invocation:
        _refuse_unknown_variables(context.obj)
        return Invocation(command=command, options=read(command.options, context))

    parameters = [_option_parameter(name, spec) for name, spec in specs(command.options)]
    return _with_signature(invoke, [_context(), *parameters, _help_parameter()])


def _option_parameter(name: str, spec: Spec) -> inspect.Parameter:
    further: dict[str, Any] = {"metavar": spec.metavar or None, "case_sensitive": False}
    if spec.suggestions is not None or spec.kind is OptionKind.LIST:
        further["autocompletion"] = _completion(spec)
    if not spec.flags:
        return _parameter(name, Annotated[_type(spec), typer.Argument(**further)], None)
    option = typer.Option(*spec.flags, count=spec.kind is OptionKind.COUNT, envvar=spec.twin or None, **further)
    # with the value of an absent switch as its default, typer does not build what reads other values
    absent = {OptionKind.FLAG: False, OptionKind.COUNT: 0}
    return _parameter(name, Annotated[_type(spec), option], absent.get(spec.kind))


def _type(spec: Spec) -> Any:
    match spec.kind:
        case OptionKind.FLAG:
            return bool
        case OptionKind.COUNT:
            return int
        case OptionKind.LIST:
            return list[str] | None
    words: Any = StrEnum("Words", {word: word for word in spec.choices}) if spec.choices else str
    return words | None


def _completion(spec: Spec) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        words = spec.choices if spec.suggestions is None else spec.suggestions()
        return [word for word in words if word.startswith(incomplete)]

    return complete


def _help_parameter() -> inspect.Parameter:
    return _eager("help", _show_help, "-h", "--help")


def _eager(name: str, callback: Callable[..., None], *flags: str) -> inspect.Parameter:
    option = typer.Option(*flags, is_eager=True, expose_value=False, callback=callback)
    return _parameter(name, Annotated[bool, option], False)


def _context() -> inspect.Parameter:
    return inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _with_signature(function: Callable[..., Any], parameters: list[inspect.Parameter]) -> Callable[..., Any]:
    """Gives a function the signature from which typer reads its parameters."""
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return function


def _inside(context: typer.Context) -> str:
    """The command or the group of commands that is parsed, empty for the whole program."""
    return context.command_path.partition(" ")[2]


def _show_help(context: typer.Context, value: bool) -> None:
    if value and not context.resilient_parsing:
        raise HelpAsked(_inside(context))


def _show_version(context: typer.Context, value: bool) -> None:
    if value and not context.resilient_parsing:
        raise VersionAsked
