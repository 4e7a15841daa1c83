"""Bytes and text of files that are named from outside: regular files and pipes, up to a size.

Input: a path, or a stream that is open already. Result: bytes, or text in UTF-8. Every refusal is a ``ConfigError``
that names the file.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from auditor.errors import ConfigError

YAML_BYTES = 1 << 20
"""A thousand waivers are a fifth of it."""
CHANGE_BYTES = 4 << 20
"""Every rule of two hundred full groups."""
JSON_BYTES = 256 << 20
"""Ten times the snapshot of a region with 5,000 nodes."""
CREDENTIALS_BYTES = 1 << 16

MISSING = "files-missing"
"""The message of a file that does not exist."""

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_bytes(path: Path, limit: int, *, pipes: bool = True) -> bytes:
    """The whole of a file. Raises ``ConfigError``.

    Where ``pipes`` is false a pipe is refused unopened, since nobody may write to it.
    """
    label = str(path)
    try:
        _refuse_kind(path.stat(), label, pipes=pipes)
        with path.open("rb") as file:
            return read_stream(file, limit, label)
    except (FileNotFoundError, NotADirectoryError):
        raise ConfigError(MISSING, file=label, expected="file") from None
    except (OSError, ValueError) as error:
        raise _unreadable(error, label) from None


def read_stream(stream: BinaryIO, limit: int, label: str) -> bytes:
    """The rest of a stream. Raises ``ConfigError`` for a device (a terminal is none), and for more than ``limit``."""
    try:
        handle = _handle(stream)
        if handle is not None:
            _refuse_kind(os.fstat(handle), label, terminal=os.isatty(handle))
        data = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(error, label) from None
    if len(data) > limit:
        raise ConfigError("files-too-large", file=label, expected=limit)
    return data


def decoded(data: bytes, label: str) -> str:
    """Text in UTF-8 without the byte order mark that some editors write. Raises ``ConfigError`` with the line."""
    if data.startswith(_UTF16_MARKS):
        raise ConfigError("files-not-utf8", file=label, line=1, key="", expected="UTF-8", found="UTF-16")
    data = data.removeprefix(_UTF8_MARK)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"0x{data[error.start]:02x}"
        raise ConfigError("files-not-utf8", file=label, line=line, key="", expected="UTF-8", found=byte) from None


def read_text(path: Path, limit: int, *, pipes: bool = True) -> str:
    """The whole of a text file. Raises ``ConfigError``."""
    return decoded(read_bytes(path, limit, pipes=pipes), str(path))


def _refuse_kind(status: os.stat_result, label: str, *, pipes: bool = True, terminal: bool = False) -> None:
    mode = status.st_mode
    if stat.S_ISDIR(mode):
        raise ConfigError("files-is-folder", file=label, expected="file")
    readable = stat.S_ISREG(mode) or (pipes and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)))
    if not readable and not terminal and not _is_terminal_or_null(status):
        raise ConfigError("files-is-device", file=label, expected="file")


def _is_terminal_or_null(status: os.stat_result) -> bool:
    """``/dev/null`` is an empty file, as in ``--config /dev/null``; terminals have no name of their own to go by."""
    return stat.S_ISCHR(status.st_mode) and os.path.samestat(status, Path(os.devnull).stat())


def _handle(stream: BinaryIO) -> int | None:
    try:
        return stream.fileno()
    except OSError:  # a stream in memory
        return None


def _unreadable(error: Exception, label: str) -> ConfigError:
    detail = getattr(error, "strerror", None) or str(error)
    return ConfigError("files-unreadable", file=label, expected="file", detail=detail)
