"""Reading the files that a command line names; ``-`` is stdin."""

from __future__ import annotations

from pathlib import Path

from auditor.cli.session import Session
from auditor.errors import ConfigError

STDIN = Path("-")


def read_text(session: Session, path: Path) -> str:
    """The whole of a text file in UTF-8. Raises ``ConfigError`` for one that cannot be read."""
    try:
        return read_bytes(session, path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError("cli-not-text", path=str(path)) from error


def read_bytes(session: Session, path: Path) -> bytes:
    """The whole of a file. Raises ``ConfigError`` for one that cannot be read."""
    try:
        return _stdin(session) if path == STDIN else path.read_bytes()
    except OSError as error:
        raise ConfigError("cli-cannot-read", path=str(path), reason=error.strerror or str(error)) from error


def _stdin(session: Session) -> bytes:
    if session.stdin is None:
        raise ConfigError("cli-cannot-read", path="stdin", reason="closed")
    return session.stdin.buffer.read()
