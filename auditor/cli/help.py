"""Formats the help text of the program and of each command in English and Chinese.

typer's own help has English headings and wraps at spaces, which Chinese text does not have. Options and texts come
from the declarations and the message catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from auditor.cli.command import Command
from auditor.cli.option import OptionKind, Spec, specs
from auditor.reporter.terminal import columns, wrapped
from auditor.words.messages import Words

MOST_WIDTH = 100
"""Longer lines are hard to read, however wide the terminal."""
_COLUMN = 26
_TOP = (
    ("--lang LANG", "help-option-lang"),
    ("-V, --version", "help-option-version"),
    ("--install-completion", "help-option-install-completion"),
    ("--show-completion", "help-option-show-completion"),
    ("-h, --help", "help-option-help"),
)


def help_text(path: str, commands: tuple[Command, ...], words: Words, width: int) -> str:
    """The help of a command, of a group of commands, or of the program where ``path`` is empty."""
    room = min(width, MOST_WIDTH)
    for command in commands:
        if command.name == path:
            return _joined(_command_help(command, words, room))
    inside = tuple(command for command in commands if command.name.startswith(path + " ") or not path)
    return _joined(_group_help(path, inside, words, room))


def _joined(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _group_help(path: str, commands: tuple[Command, ...], words: Words, width: int) -> Iterator[str]:
    prefix = f"sgaudit {path}".strip()
    yield words.text("help-usage", line=f"{prefix} COMMAND ...")
    yield ""
    yield from _paragraphs(words.text(f"help-group-{path}" if path else "help-program"), width)
    yield ""
    yield words.text("help-panel-commands")
    for command in commands:
        summary = words.text(command.about).partition("\n")[0]
        yield from _entry(command.name.removeprefix(path).strip(), summary, width)
    yield ""
    yield words.text("help-panel-general")
    for spelling, about in (_TOP[0], _TOP[-1]) if path else _TOP:
        yield from _entry(spelling, words.text(about), width)
    yield ""
    yield from _paragraphs(words.text("help-more", command=f"{prefix} COMMAND --help"), width)


def _command_help(command: Command, words: Words, width: int) -> Iterator[str]:
    yield from wrapped(words.text("help-usage", line=_usage(command)), width)
    yield ""
    yield from _paragraphs(words.text(command.about), width)
    for panel, entries in _panels(command.options).items():
        yield ""
        yield words.text(panel)
        for spec in entries:
            yield from _entry(_spelling(spec), _about(spec, words), width)
    yield from _entry("-h, --help", words.text("help-option-help"), width)
    yield ""
    yield from _paragraphs(_twins(command, words), width)


def _twins(command: Command, words: Words) -> str:
    """The sentence about environment variables; it names the options that have none."""
    others = [spec.flags[-1] for _, spec in specs(command.options) if spec.flags and not spec.twin]
    return words.text("help-twins-but", others=", ".join(others)) if others else words.text("help-twins")


def _usage(command: Command) -> str:
    words = ["sgaudit", command.name, "[OPTIONS]"]
    for _, spec in specs(command.options):
        if not spec.flags:
            shown = spec.metavar if spec.required else f"[{spec.metavar}]"
            words.append(shown + ("..." if spec.kind is OptionKind.LIST else ""))
    return " ".join(words)


def _panels(options: type[Any], outer: str = "help-panel-arguments") -> dict[str, list[Spec]]:
    """The options under their headings: that of their group, or ``PANEL`` of the command."""
    panels: dict[str, list[Spec]] = {}
    panel = getattr(options, "PANEL", outer)
    for declared in fields(options):
        if "group" in declared.metadata:
            for heading, entries in _panels(declared.metadata["group"]).items():
                panels.setdefault(heading, []).extend(entries)
        elif "spec" in declared.metadata:
            panels.setdefault(panel, []).append(declared.metadata["spec"])
    return panels


def _spelling(spec: Spec) -> str:
    flags = ", ".join(spec.flags)
    return f"{flags} {spec.metavar}".strip() if spec.kind in (OptionKind.VALUE, OptionKind.LIST) else flags


def _about(spec: Spec, words: Words) -> str:
    about = words.text(spec.about)
    if spec.choices:
        about += words.text("help-choices", choices=", ".join(spec.choices))
    if spec.shown_default:
        about += words.text("help-default", value=spec.shown_default)
    return about


def _entry(spelling: str, about: str, width: int) -> Iterator[str]:
    lines = wrapped(about, width - _COLUMN)
    head = f"  {spelling}"
    if columns(head) > _COLUMN - 2:
        yield head
    else:
        yield head.ljust(_COLUMN) + lines.pop(0)
    for line in lines:
        yield " " * _COLUMN + line


def _paragraphs(text: str, width: int) -> Iterator[str]:
    """Wraps paragraphs; a paragraph of commands (``$ sgaudit ...``) stays unchanged."""
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield ""
        if paragraph.startswith("$ "):
            yield from ("  " + line for line in paragraph.split("\n"))
        else:
            yield from wrapped(paragraph.replace("\n", " "), width)
