"""Defines a command: its name, its options and the function that runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from auditor.cli.session import Session
from auditor.errors import ExitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command; the first word of a two-word name (``baseline show``) is its group.

    ``options`` is a dataclass of ``auditor.cli.option`` fields, and ``run`` gets an instance of it. The help text is
    the message ``help-command-NAME`` with dashes between words: a line for the list, a blank line, the rest.
    """

    name: str
    options: type[Any]
    run: Callable[[Session, Any], ExitCode]

    @property
    def about(self) -> str:
        """The id of the help text."""
        return "help-command-" + self.name.replace(" ", "-")
