"""Opens history files: one transaction for each use, safe for several writers, with a version of the tables.

The journal is SQLite's default, a rollback journal beside the file: it also works on network disks, which a write-ahead
log does not. A writer that is killed leaves its journal, and the next one undoes the half of a run. Raises
``HistoryError``, which names the file.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from auditor.errors import HistoryError

APPLICATION = 0x73674175
"""The mark of a history in the head of an SQLite file (``sgAu``)."""
WAIT_SECONDS = 60.0
"""How long a writer waits for another one. A run of a thousand clusters takes a few seconds."""

_TABLES = """
CREATE TABLE run (
    number INTEGER PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    read_at TEXT NOT NULL,
    account TEXT NOT NULL,
    regions TEXT NOT NULL,
    clusters INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    gaps INTEGER NOT NULL,
    counts TEXT NOT NULL,
    waived INTEGER NOT NULL,
    is_late INTEGER NOT NULL
);
CREATE TABLE cluster (
    number INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    cluster_id TEXT NOT NULL,
    name TEXT NOT NULL,
    first_read TEXT NOT NULL,
    read_at TEXT NOT NULL,
    UNIQUE (region, cluster_id, account)
);
CREATE TABLE occurrence (
    number INTEGER PRIMARY KEY,
    cluster INTEGER NOT NULL REFERENCES cluster (number),
    fingerprint TEXT NOT NULL,
    code TEXT NOT NULL,
    severity TEXT NOT NULL,
    waived INTEGER NOT NULL,
    role TEXT NOT NULL,
    attachment TEXT NOT NULL,
    security_groups TEXT NOT NULL,
    direction TEXT NOT NULL,
    requirement_id TEXT NOT NULL,
    packets TEXT NOT NULL,
    previous TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    returned TEXT,
    baseline TEXT NOT NULL,
    began TEXT NOT NULL,
    beginning TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    ended TEXT,
    ending TEXT
);
CREATE INDEX occurrence_of_cluster ON occurrence (cluster, ended);
CREATE TABLE gap (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    cluster_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    ended TEXT,
    PRIMARY KEY (account, fingerprint)
);
"""

Upgrade: TypeAlias = Callable[[sqlite3.Connection], None]


def _create(connection: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";"):
        connection.execute(statement)


UPGRADES: tuple[Upgrade, ...] = (_create,)
"""The step from each version of the tables to the next, from an empty file on. Append; never change a step."""


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A transaction that writes; the file is created or brought to this version. All of it is kept, or nothing.

    Raises ``HistoryError`` for a file that is no history or is from a later version, and where writing fails.
    """
    with _errors(path):
        _create_private(path)
        with _transaction(_opened(path), "BEGIN IMMEDIATE") as connection:
            for upgrade in UPGRADES[_version(connection, path) :]:
                upgrade(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {len(UPGRADES)}")
            yield connection


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A transaction that reads an existing history; the file is not changed.

    Raises ``HistoryError`` for a missing or empty file, one that is no history, or of another version.
    """
    with _errors(path):
        if not _exists(path):
            raise HistoryError("history-missing", path=str(path))
        with _transaction(_opened(path), "BEGIN") as connection:
            version = _version(connection, path)
            if version == 0:
                raise HistoryError("history-empty", path=str(path))
            if version < len(UPGRADES):
                raise HistoryError("history-older", path=str(path), version=version, supported=len(UPGRADES))
            yield connection


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:
        raise _failed(error, path) from error


def _create_private(path: Path) -> None:
    """Creates a missing file that only its owner can read, as all files of this program."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except (OSError, ValueError) as error:
        raise _failed(error, path) from error


def _opened(path: Path) -> sqlite3.Connection:
    """Opens the file without creating it. A file that cannot be written is opened for reading."""
    try:
        address = path.absolute().as_uri() + "?mode=rw"
    except (OSError, ValueError) as error:
        raise _failed(error, path) from error
    connection = sqlite3.connect(address, uri=True, timeout=WAIT_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def _failed(error: Exception, path: Path) -> HistoryError:
    reason = getattr(error, "strerror", None) or str(error)
    return HistoryError("history-failed", path=str(path), reason=reason)


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[sqlite3.Connection]:
    with closing(connection):
        _begin(connection, begin)
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise


def _begin(connection: sqlite3.Connection, begin: str) -> None:
    """Begins the transaction when no other process writes. SQLite itself waits shortly, so that an interrupt works."""
    connection.execute("PRAGMA busy_timeout = 100")
    waiting = Retrying(
        retry=retry_if_exception(_is_busy), stop=stop_after_delay(WAIT_SECONDS), wait=wait_random(0, 0.1), reraise=True
    )
    waiting(connection.execute, begin)
    connection.execute(f"PRAGMA busy_timeout = {int(WAIT_SECONDS * 1000)}")


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, sqlite3.Error) and _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _code(error: sqlite3.Error) -> int:
    """The primary code of SQLite; 0 for an error of this program."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the tables; 0 for an empty file."""
    [application] = connection.execute("PRAGMA application_id").fetchone()
    [version] = connection.execute("PRAGMA user_version").fetchone()
    [tables] = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION and (application or version or tables):
        raise HistoryError("history-other-database", path=str(path))
    if version > len(UPGRADES):
        raise HistoryError("history-later", path=str(path), version=version, supported=len(UPGRADES))
    return int(version)


_MESSAGES = {
    sqlite3.SQLITE_NOTADB: "history-not-a-database",
    sqlite3.SQLITE_CORRUPT: "history-damaged",
    sqlite3.SQLITE_BUSY: "history-busy",
    sqlite3.SQLITE_LOCKED: "history-busy",
    sqlite3.SQLITE_READONLY: "history-read-only",
    sqlite3.SQLITE_FULL: "history-disk-full",
    sqlite3.SQLITE_CANTOPEN: "history-cannot-open",
}


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        message = _MESSAGES.get(_code(error), "history-failed")
        raise HistoryError(message, path=str(path), reason=str(error), seconds=int(WAIT_SECONDS)) from error
