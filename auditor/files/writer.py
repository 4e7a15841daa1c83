"""Writes output files atomically: completely or not at all.

A regular file is written as a temporary file in the same folder and then renamed. A new file gets the mode 0600, so
that only its owner can read it; a replaced file keeps its mode. A symbolic link stays, and its target is replaced. A
pipe, a socket or a device is written directly. Raises ReportError, which names the path.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EACCES
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO, TypeAlias

from auditor.errors import ReportError

Pieces: TypeAlias = Iterator[str] | tuple[str, ...]
"""The pieces of a text in their order: an iterator makes a long text while it is written."""


def refuse_unwritable(path: Path) -> None:
    """Raise ReportError where ``path`` is a folder, or where its folder is missing or not writable."""
    target = resolved(path)
    with _refusals(path):
        if target.is_dir():
            raise ReportError("files-output-is-folder", path=str(path))
        if not target.parent.is_dir():
            raise ReportError("files-output-no-folder", path=str(path), folder=str(target.parent))
        _try_writing(target)


def write(path: Path, pieces: Pieces) -> None:
    """Write ``pieces`` in UTF-8 as they come. Raises ReportError.

    An error in the making of a piece is raised unchanged, and leaves the file as it was.
    """
    target = resolved(path)
    with _refusals(path):
        file, temporary = _opened(target)
    try:
        for piece in pieces:
            with _refusals(path):
                file.write(encoded(piece))
        with _refusals(path):
            file.flush()
            if temporary is not None:
                os.fsync(file.fileno())
                _replace(target, temporary)
            file.close()
    except BaseException:
        with suppress(OSError):
            file.close()
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise


def encoded(text: str) -> bytes:
    """The text in UTF-8, with escapes for lone surrogates, which no UTF-8 has."""
    return text.encode("utf-8", errors="backslashreplace")


def resolved(path: Path) -> Path:
    """Return ``path`` with all symbolic links followed. Raises ReportError for a cycle of links."""
    try:
        target = path.resolve()
    except FileNotFoundError as error:  # a relative path, and the current folder was removed
        raise ReportError("files-output-no-folder", path=str(path), folder=str(path.parent)) from error
    except RuntimeError as error:  # since Python 3.13 the link itself is the result
        raise ReportError("files-output-link-circle", path=str(path)) from error
    except (OSError, ValueError) as error:
        raise _unwritable(error, path) from error
    if os.path.islink(target):  # noqa: PTH114 - Path.is_symlink raises for a name that is too long
        raise ReportError("files-output-link-circle", path=str(path))
    return target


def _unwritable(error: Exception, path: Path) -> ReportError:
    reason = getattr(error, "strerror", None) or str(error)
    return ReportError("files-cannot-write", path=str(path), reason=reason)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Turn the refusals of the file system into ReportError."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise _unwritable(error, path) from error


def _try_writing(target: Path) -> None:
    """Create and remove a file. A read-only or virtual file system may grant permission and still refuse to write."""
    if _is_special(target):
        if not os.access(target, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
        return
    handle, name = _temporary_file(target)
    os.close(handle)
    Path(name).unlink()


def _opened(target: Path) -> tuple[BinaryIO, Path | None]:
    """The open file to write to, and its path where it is a temporary file that then replaces ``target``."""
    if _is_special(target):
        return target.open("wb"), None
    handle, name = _temporary_file(target)
    return os.fdopen(handle, "wb"), Path(name)


def _temporary_file(target: Path) -> tuple[int, str]:
    """Create a temporary file of mode 0600 in the folder of ``target``. Raises OSError for an unusable name."""
    with suppress(FileNotFoundError):
        target.lstat()
    return mkstemp(prefix=".sgaudit-", suffix=".part", dir=target.parent)


def _is_special(target: Path) -> bool:
    return target.exists() and not target.is_file()


def _replace(target: Path, temporary: Path) -> None:
    if target.exists():
        temporary.chmod(stat.S_IMODE(target.stat().st_mode))
    temporary.replace(target)
