"""Explains in the reader's language why typer cannot parse a command line; typer itself speaks English alone."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from auditor.cli.command import Command
from auditor.cli.option import OptionKind, Spec, specs
from auditor.errors import ConfigError

PROGRAM = "sgaudit"

UsageError: Any = typer.BadParameter.__base__
"""The error that typer raises for a command line that it cannot parse; typer exports no name for it."""

_EXPECTED_VALUES = {OptionKind.FLAG: "cli-expects-switch", OptionKind.COUNT: "cli-expects-count"}


class CheckedCommand(TyperCommand):
    """A command whose usage errors know the command, and that refuses a surplus word itself."""

    allow_extra_args = True

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parses the words of the command as typer does. Raises ``ConfigError`` for a surplus word."""
        try:
            surplus = super().parse_args(ctx, args)
        except UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        if surplus and not ctx.resilient_parsing:
            raise ConfigError("cli-surplus-words", words=" ".join(surplus), command=ctx.command_path)
        return surplus


class CheckedGroup(TyperGroup):
    """A group of commands that names the closest command for a misspelt one."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names. Raises ``ConfigError`` where there is none of that name."""
        name = args[0]
        if name in self.commands or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        near = get_close_matches(name, self.commands, 1)
        message = "cli-unknown-command-near" if near else "cli-unknown-command"
        raise ConfigError(message, name=name, near="".join(near), command=ctx.command_path)


def explained(error: Any, commands: Sequence[Command]) -> ConfigError:
    """What a usage error of typer says, with the option or the variable, what it takes and whose help to read."""
    path = PROGRAM if error.ctx is None else error.ctx.command_path
    if hasattr(error, "possibilities"):
        return _unknown_option(error, path, commands)
    if hasattr(error, "option_name"):
        return _wrong_arity(error.option_name, path, commands)
    if getattr(error, "param", None) is not None:
        return _bad_value(error, path, commands)
    return ConfigError("cli-usage", detail=error.format_message(), command=path)


def _unknown_option(error: Any, path: str, commands: Sequence[Command]) -> ConfigError:
    """A group knows no option of its commands, so an option before its command gets a hint of its own."""
    option = error.option_name
    inside = path.removeprefix(PROGRAM).strip()
    names = [name for name in _commands_with(option, commands) if f" {name}".startswith(f" {inside}")]
    if names and hasattr(error.ctx.command, "commands"):
        example = f"{PROGRAM} {names[0]} {option}"
        return ConfigError("cli-option-before-command", option=option, example=example, command=path)
    near = ", ".join(error.possibilities or ())
    message = "cli-unknown-option-near" if near else "cli-unknown-option"
    return ConfigError(message, option=option, near=near, command=path)


def _wrong_arity(option: str, path: str, commands: Sequence[Command]) -> ConfigError:
    """A value for a switch, or none for an option that takes one."""
    declared = [spec for command in commands for _, spec in specs(command.options) if option in spec.flags]
    takes_value = [spec for spec in declared if spec.kind in (OptionKind.VALUE, OptionKind.LIST)]
    if takes_value:
        return ConfigError("cli-option-needs-value", option=option, metavar=takes_value[0].metavar, command=path)
    return ConfigError("cli-option-takes-no-value", option=option, command=path)


def _bad_value(error: Any, path: str, commands: Sequence[Command]) -> ConfigError:
    name = error.param.name
    spec = _spec(path.removeprefix(PROGRAM).strip(), name, commands)
    source = error.ctx.get_parameter_source(name)
    option = spec.twin if source is not None and source.name == "ENVIRONMENT" else spec.name
    message = _EXPECTED_VALUES.get(spec.kind, "cli-expects-choice")
    return ConfigError(message, option=option, choices=", ".join(spec.choices), command=path)


def _spec(command_name: str, field_name: str, commands: Sequence[Command]) -> Spec:
    command = next(command for command in commands if command.name == command_name)
    return dict(specs(command.options))[field_name]


def _commands_with(option: str, commands: Sequence[Command]) -> tuple[str, ...]:
    return tuple(
        command.name for command in commands if any(option in spec.flags for _, spec in specs(command.options))
    )
