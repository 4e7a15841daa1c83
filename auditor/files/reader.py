"""Reads the input files that users name: regular files and pipes, up to a size limit.

Input: a path, or an open stream. Result: bytes, or text in UTF-8. Raises ConfigError, which names the file, for a
folder, a device, a file over the limit, an unreadable file and text that is not UTF-8.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from auditor.errors import ConfigError

YAML_BYTES = 1 << 20
"""The limit of a YAML file. A thousand waivers need a fifth of it."""
CHANGE_BYTES = 4 << 20
"""The limit of a change file. It has room for every rule of two hundred full security groups."""
JSON_BYTES = 256 << 20
"""The limit of a JSON file: ten times the snapshot of a region with 5,000 nodes."""
CREDENTIALS_BYTES = 1 << 16

MISSING = "files-missing"
"""The message id for a file that does not exist."""

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_bytes(path: Path, limit: int, *, pipes: bool = True) -> bytes:
    """Return the contents of a file of at most ``limit`` bytes. Raises ConfigError.

    With ``pipes`` false a pipe is refused without opening it, since opening waits for a writer.
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
    """Return the rest of a stream of at most ``limit`` bytes. Raises ConfigError. A terminal is not a device here."""
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
    """Decode UTF-8 and drop a byte order mark, which some editors write. Raises ConfigError with the line."""
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
    """Return the contents of a UTF-8 text file of at most ``limit`` bytes. Raises ConfigError."""
    return decoded(read_bytes(path, limit, pipes=pipes), str(path))


def _refuse_kind(status: os.stat_result, label: str, *, pipes: bool = True, terminal: bool = False) -> None:
    mode = status.st_mode
    if stat.S_ISDIR(mode):
        raise ConfigError("files-is-folder", file=label, expected="file")
    readable = stat.S_ISREG(mode) or (pipes and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)))
    if not readable and not terminal and not _is_null_device(status):
        raise ConfigError("files-is-device", file=label, expected="file")


def _is_null_device(status: os.stat_result) -> bool:
    """Whether the file is ``/dev/null``, which counts as an empty file, as in ``--config /dev/null``."""
    return stat.S_ISCHR(status.st_mode) and os.path.samestat(status, Path(os.devnull).stat())


def _handle(stream: BinaryIO) -> int | None:
    try:
        return stream.fileno()
    except OSError:  # a stream in memory
        return None


def _unreadable(error: Exception, label: str) -> ConfigError:
    detail = getattr(error, "strerror", None) or str(error)
    return ConfigError("files-unreadable", file=label, expected="file", detail=detail)
