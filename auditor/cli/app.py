"""The typer application: made from the commands' declarations, its complaints turned into the catalogue's words."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Annotated, Any

import typer
from typer.main import get_command

from auditor.cli.command import Command
from auditor.cli.commands import COMMANDS
from auditor.cli.option import OptionKind, Spec, specs
from auditor.errors import ConfigError, ExitCode

PROGRAM = "sgaudit"
COMPLETION = "_SGAUDIT_COMPLETE"
"""The variable in which a shell asks what can follow; typer answers."""

ParserError: Any = typer.BadParameter.__base__
"""What typer raises for a command line that it cannot parse; it exports no name for it."""

_TYPES: dict[OptionKind, Any] = {
    OptionKind.FLAG: bool | None,
    OptionKind.COUNT: int,
    OptionKind.VALUE: str | None,
    OptionKind.LIST: list[str] | None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A command with its options as typed."""

    command: Command
    raw: dict[str, Any] = field(default_factory=dict)


class HelpAsked(Exception):
    """``--help``: of the whole program, of a group of commands or of one, as the words after the program's name."""


class VersionAsked(Exception):
    """``--version`` among other words."""


def parse(argv: Sequence[str]) -> Invocation:
    """Reads a command line.

    Raises ``ConfigError`` for one that cannot be read, :class:`HelpAsked`, :class:`VersionAsked`, and ``SystemExit``
    where typer has served a shell's completion.
    """
    try:
        found = get_command(_application()).main(args=list(argv), prog_name=PROGRAM, standalone_mode=False)
    except ParserError as error:
        raise _in_our_words(error, argv) from error
    if not isinstance(found, Invocation):
        raise SystemExit(ExitCode.USAGE if found else ExitCode.OK)
    return found


def _application() -> typer.Typer:
    top = _group()
    groups: dict[str, typer.Typer] = {}
    for command in COMMANDS:
        first, _, second = command.name.partition(" ")
        if second and first not in groups:
            groups[first] = _group()
            top.add_typer(groups[first], name=first)
        into = groups[first] if second else top
        into.command(second or first, add_help_option=False)(_callback(command))
    _add_top_options(top)
    return top


def _group() -> typer.Typer:
    made = typer.Typer(add_help_option=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    made.callback()(_with_signature(lambda **_: None, [_help_parameter()]))
    return made


def _add_top_options(top: typer.Typer) -> None:
    """``--lang`` stands here too, so that it may come before the command; ``main`` reads it before this parser."""
    version = _eager("version", _show_version, "-V", "--version")
    lang = _parameter("lang", Annotated[str | None, typer.Option("--lang", metavar="LANG")])
    top.callback()(_with_signature(lambda **_: None, [_help_parameter(), version, lang]))


def _callback(command: Command) -> Callable[..., Invocation]:
    def found(**raw: Any) -> Invocation:
        return Invocation(command=command, raw=raw)

    parameters = [_parameter(name, _annotation(spec)) for name, spec in specs(command.options)]
    return _with_signature(found, [*parameters, _help_parameter()])


def _annotation(spec: Spec) -> Any:
    if not spec.flags:
        return Annotated[_TYPES[spec.kind], typer.Argument(metavar=spec.metavar, autocompletion=_completion(spec))]
    taken = typer.Option(*spec.flags, count=spec.kind is OptionKind.COUNT, autocompletion=_completion(spec))
    return Annotated[_TYPES[spec.kind], taken]


def _completion(spec: Spec) -> Callable[[str], list[str]] | None:
    if not spec.choices:
        return None

    def complete(incomplete: str) -> list[str]:
        return [choice for choice in spec.choices if choice.startswith(incomplete)]

    return complete


def _help_parameter() -> inspect.Parameter:
    return _eager("help", _show_help, "-h", "--help")


def _eager(name: str, callback: Callable[..., None], *flags: str) -> inspect.Parameter:
    return _parameter(name, Annotated[bool, typer.Option(*flags, is_eager=True, expose_value=False, callback=callback)])


def _parameter(name: str, annotation: Any) -> inspect.Parameter:
    default = {bool: False}.get(annotation.__origin__)
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _with_signature(function: Callable[..., Any], parameters: list[inspect.Parameter]) -> Callable[..., Any]:
    """Typer reads options off a function's signature; these are made from the declarations."""
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return function


def _show_help(context: typer.Context, value: bool) -> None:
    if value and not context.resilient_parsing:
        raise HelpAsked(context.command_path.partition(" ")[2])


def _show_version(context: typer.Context, value: bool) -> None:
    if value and not context.resilient_parsing:
        raise VersionAsked


def _in_our_words(error: Any, argv: Sequence[str]) -> ConfigError:
    path = _command_path(argv)
    where = f"{PROGRAM} {path}".strip()
    match type(error).__name__:
        case "NoSuchOption" if hasattr(error.ctx.command, "commands") and (takers := _takers(error.option_name)):
            command = next((name for name in takers if path and f"{name} ".startswith(f"{path} ")), takers[0])
            example = f"{PROGRAM} {command} {error.option_name}"
            return ConfigError("cli-option-before-command", option=error.option_name, example=example, command=where)
        case "NoSuchOption":
            near = ", ".join(error.possibilities or ()) or "--help"
            return ConfigError("cli-no-such-option", option=error.option_name, near=near, command=where)
        case "BadOptionUsage":
            message = "cli-option-takes-no-value" if error.option_name in _switches() else "cli-option-needs-value"
            return ConfigError(message, option=error.option_name, command=where)
        case "UsageError" if path in _NAMES:
            return ConfigError("cli-too-many-arguments", command=where)
        case "UsageError" | "NoSuchCommand":
            return _about_command(where, path, argv)
    return ConfigError("cli-usage", detail=error.format_message(), command=where)


_NAMES = frozenset(command.name for command in COMMANDS)


def _words(argv: Sequence[str]) -> list[str]:
    """The words of a command line that are no options, as far as the top level can tell them apart."""
    return [
        word for before, word in zip(("", *argv), argv, strict=False) if not word.startswith("-") and before != "--lang"
    ]


def _command_path(argv: Sequence[str]) -> str:
    """The command that a command line names, or the group of commands, or nothing."""
    first, second = (*_words(argv), "", "")[:2]
    if f"{first} {second}" in _NAMES:
        return f"{first} {second}"
    is_group = any(name.startswith(f"{first} ") for name in _NAMES)
    return first if first in _NAMES or is_group else ""


def _switches() -> frozenset[str]:
    kinds = (OptionKind.FLAG, OptionKind.COUNT)
    declared = [spec for command in COMMANDS for _, spec in specs(command.options) if spec.kind in kinds]
    return frozenset({flag for spec in declared for flag in spec.flags} | {"-h", "--help", "-V", "--version"})


def _takers(option: str) -> tuple[str, ...]:
    """The commands that take an option."""
    return tuple(
        command.name for command in COMMANDS if any(option in spec.flags for _, spec in specs(command.options))
    )


def _about_command(where: str, path: str, argv: Sequence[str]) -> ConfigError:
    inside = [name.removeprefix(path).split()[0] for name in _NAMES if name.startswith(path)]
    known = ", ".join(sorted(set(inside)))
    unknown = _words(argv)[len(path.split()) :]
    if not unknown:
        return ConfigError("cli-missing-command", known=known, command=where)
    near = get_close_matches(unknown[0].lower(), set(inside), 1)
    message = "cli-no-such-command-near" if near else "cli-no-such-command"
    return ConfigError(message, name=unknown[0], known=known, near="".join(near), command=where)
