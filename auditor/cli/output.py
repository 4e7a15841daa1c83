"""Where reports go: which format to which place, whether the place can be written, and writing it in one step."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor.cli import values
from auditor.cli.session import Session
from auditor.cli.values import Target
from auditor.errors import ConfigError
from auditor.files import writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One report: its format and its file, ``None`` for stdout."""

    format: str
    path: Path | None


def destinations(targets: Sequence[Target], output: str | None, known: Collection[str]) -> tuple[Destination, ...]:
    """What is written where; a format without a path of its own goes to ``output``, else to stdout.

    The first of ``known`` is the default format. Raises ``ConfigError`` for an unknown format, for two reports in one
    place and for an ``output`` that nothing is left to go to.
    """
    asked = tuple(targets) or (Target(format=next(iter(known)), path=None),)
    for target in asked:
        if target.format not in known:
            raise ConfigError("cli-unknown-format", value=target.format, choices=", ".join(known))
    if output is not None and all(target.path is not None for target in asked):
        raise ConfigError("cli-output-unused", path=output)
    found = tuple(_destination(target, output) for target in asked)
    _refuse_shared_places(found)
    return found


def _destination(target: Target, output: str | None) -> Destination:
    return Destination(format=target.format, path=values.place(target.path or output))


def _refuse_shared_places(found: Sequence[Destination]) -> None:
    taken: dict[Path | None, str] = {}
    for destination in found:
        place = writer.resolved(destination.path) if destination.path else None
        if place in taken:
            where = str(destination.path or "stdout")
            raise ConfigError("cli-two-reports", first=taken[place], second=destination.format, path=where)
        taken[place] = destination.format


def refuse_unwritable(session: Session, path: Path | None) -> None:
    """Raises ``ReportError`` now for a place that can be seen to take no report, before anything is read."""
    if path is None:
        session.open_stdout()
    else:
        writer.refuse_unwritable(path)


def write(session: Session, path: Path | None, text: str) -> None:
    """Writes a report to its file or to stdout. Raises ``ReportError``."""
    if path is None:
        session.report(text)
    else:
        writer.write(path, text)
