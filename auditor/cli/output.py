"""Where reports go: which format to which place, whether the place can be written, and writing it in one step."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from errno import EACCES
from pathlib import Path
from tempfile import mkstemp

from auditor.cli.session import Session
from auditor.cli.values import STDOUT, Target
from auditor.errors import ConfigError, ReportError


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
    place = target.path or output or STDOUT
    return Destination(format=target.format, path=None if place == STDOUT else Path(place).expanduser())


def _refuse_shared_places(found: Sequence[Destination]) -> None:
    taken: dict[Path | None, str] = {}
    for destination in found:
        place = _resolved(destination.path) if destination.path else None
        if place in taken:
            where = str(destination.path or "stdout")
            raise ConfigError("cli-two-reports", first=taken[place], second=destination.format, path=where)
        taken[place] = destination.format


def refuse_unwritable(session: Session, path: Path | None) -> None:
    """Raises ``ReportError`` now for a place that can be seen to take no report, before anything is read."""
    if path is None:
        session.open_stdout()
    else:
        refuse_unwritable_file(path)


def refuse_unwritable_file(path: Path) -> None:
    """Raises ``ReportError`` where ``path`` is a folder, or its folder is missing or takes no new file."""
    target = _resolved(path)
    if target.is_dir():
        raise ReportError("cli-output-is-folder", path=str(path))
    if not target.parent.is_dir():
        raise ReportError("cli-output-no-folder", path=str(path), folder=str(target.parent))
    try:
        _try(target)
    except OSError as error:
        raise ReportError("cli-cannot-write", path=str(path), reason=error.strerror or str(error)) from error


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except FileNotFoundError as error:  # relative to a folder that was removed from under the program
        raise ReportError("cli-output-no-folder", path=str(path), folder=str(path.parent)) from error


def _try(target: Path) -> None:
    """Asking for permission is not enough: a read-only or virtual file system grants it and then refuses."""
    if not _is_special(target):
        handle, name = _beside(target)
        os.close(handle)
        Path(name).unlink()
    elif not os.access(target, os.W_OK):
        raise PermissionError(EACCES, os.strerror(EACCES))


def _beside(target: Path) -> tuple[int, str]:
    return mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)


def write(session: Session, path: Path | None, text: str) -> None:
    """Writes a report to its file or to stdout. Raises ``ReportError``."""
    if path is None:
        session.report(text)
    else:
        write_file(path, text)


def write_file(path: Path, text: str) -> None:
    """Writes beside ``path`` and renames, so that nobody reads half a report; a pipe or device is written straight.

    Raises ``ReportError``.
    """
    target = path.resolve()
    data = text.encode("utf-8", errors="backslashreplace")
    try:
        if _is_special(target):
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as error:
        raise ReportError("cli-cannot-write", path=str(path), reason=error.strerror or str(error)) from error


def _is_special(target: Path) -> bool:
    return target.exists() and not target.is_file()


def _replace(target: Path, data: bytes) -> None:
    handle, name = _beside(target)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        beside.chmod(_mode(target))
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """The permissions that a file written in place would have: its own, or what the umask leaves."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
