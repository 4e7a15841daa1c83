"""The one way in which a file is written: whole or not at all, readable by its owner alone.

A regular file is written beside its place and renamed, so that nobody reads half of it; a new one gets the mode 0600,
one that is replaced keeps its mode. A link stays: the file that it points to is replaced. A pipe, a socket or a device
is written straight. Every refusal is a ``ReportError`` that names the place.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from errno import EACCES
from pathlib import Path
from tempfile import mkstemp

from auditor.errors import ReportError


def refuse_unwritable(path: Path) -> None:
    """Raises ``ReportError`` now where ``path`` is a folder, or its folder is missing or takes no new file."""
    target = resolved(path)
    try:
        if target.is_dir():
            raise ReportError("files-output-is-folder", path=str(path))
        if not target.parent.is_dir():
            raise ReportError("files-output-no-folder", path=str(path), folder=str(target.parent))
        _try(target)
    except (OSError, ValueError) as error:
        raise _unwritable(error, path) from error


def write(path: Path, text: str) -> None:
    """Writes ``text`` in UTF-8. Raises ``ReportError``."""
    target = resolved(path)
    data = text.encode("utf-8", errors="backslashreplace")
    try:
        if _is_special(target):
            target.write_bytes(data)
        else:
            _replace(target, data)
    except (OSError, ValueError) as error:
        raise _unwritable(error, path) from error


def resolved(path: Path) -> Path:
    """The place that ``path`` means once its links are followed. Raises ``ReportError`` for links in a circle."""
    try:
        target = path.resolve()
    except FileNotFoundError as error:  # relative to a folder that was removed from under the program
        raise ReportError("files-output-no-folder", path=str(path), folder=str(path.parent)) from error
    except RuntimeError as error:  # since Python 3.13 the link itself is the result
        raise ReportError("files-output-link-circle", path=str(path)) from error
    except (OSError, ValueError) as error:
        raise _unwritable(error, path) from error
    if os.path.islink(target):  # noqa: PTH114 - of a name that is too long it says no, where Path raises
        raise ReportError("files-output-link-circle", path=str(path))
    return target


def _unwritable(error: Exception, path: Path) -> ReportError:
    reason = getattr(error, "strerror", None) or str(error)
    return ReportError("files-cannot-write", path=str(path), reason=reason)


def _try(target: Path) -> None:
    """Asking for permission is not enough: a read-only or virtual file system grants it and then refuses."""
    if _is_special(target):
        if not os.access(target, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
        return
    handle, name = _beside(target)
    os.close(handle)
    Path(name).unlink()


def _beside(target: Path) -> tuple[int, str]:
    """A file of the mode 0600 in the same folder. Raises ``OSError`` for a name that the folder cannot take."""
    with suppress(FileNotFoundError):
        target.lstat()
    return mkstemp(prefix=".sgaudit-", suffix=".part", dir=target.parent)


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
        if target.exists():
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
