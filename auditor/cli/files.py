"""Reading the files that a command line names; ``-`` is stdin."""

from __future__ import annotations

from pathlib import Path

from auditor.cli.session import Session
from auditor.errors import ConfigError
from auditor.files import reader

STDIN = Path("-")


def name(path: Path) -> str:
    """What messages call a file."""
    return "stdin" if path == STDIN else str(path)


def read_text(session: Session, path: Path, limit: int = reader.JSON_BYTES) -> str:
    """The whole of a text file in UTF-8. Raises ``ConfigError``."""
    return reader.decoded(read_bytes(session, path, limit), name(path))


def read_bytes(session: Session, path: Path, limit: int = reader.JSON_BYTES) -> bytes:
    """The whole of a file. Raises ``ConfigError``."""
    if path != STDIN:
        return reader.read_bytes(path, limit)
    if session.stdin is None:
        raise ConfigError("files-unreadable", file="stdin", expected="file", detail="closed")
    return reader.read_stream(session.stdin.buffer, limit, "stdin")
