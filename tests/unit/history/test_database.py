"""History files: several writers, killed writers, locks, full disks, versions of the tables, files of others."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.errors import HistoryError
from auditor.history import database

_WRITER = """
import sys, time
from pathlib import Path
from auditor.history import database
path, account, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
for number in range(count):
    with database.writing(path) as connection:
        [before] = connection.execute("SELECT count(*) FROM gap").fetchone()
        time.sleep(0.001)
        connection.execute("INSERT INTO gap VALUES (?, '', '', ?, ?, NULL)", (account, f"{account}-{number}", before))
"""
_KILLED = """
import sys, time
from pathlib import Path
from auditor.history import database
with database.writing(Path(sys.argv[1])) as connection:
    connection.execute("PRAGMA cache_size = 5")  # so that pages go to the file before the end
    for number in range(5000):
        connection.execute("INSERT INTO gap VALUES ('killed', '', '', ?, ?, NULL)", (str(number), "x" * 500))
    print("half", flush=True)
    time.sleep(60)
"""


def _started(code: str, *argv: str, stdout: int | None = None, stderr: int | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *argv], stdout=stdout, stderr=stderr, text=True)


def _gaps(path: Path) -> list[str]:
    with database.reading(path) as connection:
        return [row["fingerprint"] for row in connection.execute("SELECT fingerprint FROM gap ORDER BY first_seen + 0")]


def _add(path: Path, fingerprint: str = "f") -> None:
    with database.writing(path) as connection:
        connection.execute("INSERT INTO gap VALUES ('a', '', '', ?, '', NULL)", (fingerprint,))


def _error(action: Callable[[], object]) -> HistoryError:
    with pytest.raises(HistoryError) as caught:
        action()
    assert "path" in caught.value.facts
    return caught.value


def _read(path: Path) -> None:
    with database.reading(path):
        pass


def test_several_processes_write_at_the_same_time_and_none_sees_half_of_another(tmp_path: Path) -> None:
    """Each counts the rows before its own: with one transaction after the other the counts are 0, 1, 2 and so on."""
    path = tmp_path / "history.db"
    writers = [_started(_WRITER, str(path), f"writer{number}", "10") for number in range(4)]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0, 0]
    assert sorted(_gaps(path)) == sorted(f"writer{writer}-{number}" for writer in range(4) for number in range(10))
    with database.reading(path) as connection:
        counts = [int(row["first_seen"]) for row in connection.execute("SELECT first_seen FROM gap")]
    assert sorted(counts) == list(range(40))


def test_a_killed_writer_leaves_nothing_of_its_run(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    _add(path, "before")
    with _started(_KILLED, str(path), stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "half\n"
        assert path.stat().st_size > 1_000_000
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait(30)
    assert (tmp_path / "history.db-journal").exists()
    assert _gaps(path) == ["before"]
    _add(path, "after")
    assert sorted(_gaps(path)) == ["after", "before"]


def test_a_run_that_fails_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "history.db"

    def fail() -> None:
        with database.writing(path) as connection:
            connection.execute("INSERT INTO gap VALUES ('a', '', '', 'half', '', NULL)")
            raise RuntimeError("fault")

    with pytest.raises(RuntimeError):
        fail()
    _add(path, "whole")
    assert _gaps(path) == ["whole"]


def test_a_locked_file_is_said_after_the_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "history.db"
    _add(path)
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert _error(lambda: _add(path)).message_id == "history-busy"
    assert _error(lambda: _read(path)).message_id == "history-busy"
    other.close()
    _add(path, "later")
    assert sorted(_gaps(path)) == ["f", "later"]


def test_a_full_disk_leaves_the_history_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "history.db"
    _add(path, "before")
    opened = database._opened

    def small(file: Path) -> sqlite3.Connection:
        connection = opened(file)
        connection.execute("PRAGMA max_page_count = 1")  # SQLite raises it to the pages that there are
        return connection

    with monkeypatch.context() as patched:
        patched.setattr(database, "_opened", small)
        assert _error(lambda: _add(path, "x" * 100_000)).message_id == "history-disk-full"
    assert _gaps(path) == ["before"]


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text('{"schema": "sgaudit-report/1"}' * 40, encoding="utf-8")
    before = path.read_bytes()
    assert _error(lambda: _add(path)).message_id == "history-not-a-database"
    assert _error(lambda: _read(path)).message_id == "history-not-a-database"
    assert path.read_bytes() == before


def test_a_damaged_history_is_said(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    _add(path, "x" * 50_000)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    assert _error(lambda: _add(path)).message_id == "history-damaged"


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE cake (name TEXT)")
    other.close()
    assert _error(lambda: _add(path)).message_id == "history-other-database"
    assert _error(lambda: _read(path)).message_id == "history-other-database"


def test_a_history_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    _add(path)
    with sqlite3.connect(path) as later:
        later.execute("PRAGMA user_version = 9")
    later.close()
    error = _error(lambda: _add(path))
    assert (error.message_id, error.facts["version"], error.facts["supported"]) == (
        "history-later",
        9,
        len(database.UPGRADES),
    )


def test_an_older_history_is_brought_to_this_version_by_a_writer_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "history.db"
    _add(path, "old")

    def next_version(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE gap ADD COLUMN note TEXT NOT NULL DEFAULT 'none'")

    monkeypatch.setattr(database, "UPGRADES", (*database.UPGRADES, next_version))
    assert _error(lambda: _read(path)).message_id == "history-older"
    with database.writing(path) as connection:
        assert [tuple(row) for row in connection.execute("SELECT fingerprint, note FROM gap")] == [("old", "none")]
    _read(path)


def test_an_upgrade_that_fails_leaves_the_old_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "history.db"
    _add(path, "old")

    def broken(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TABLE gap")
        connection.execute("no statement")

    with monkeypatch.context() as patched:
        patched.setattr(database, "UPGRADES", (*database.UPGRADES, broken))
        assert _error(lambda: _add(path)).message_id == "history-failed"
    assert _gaps(path) == ["old"]


@pytest.mark.parametrize("name", ["none/history.db", ".", "a\0b", "x" * 300])
def test_a_path_that_cannot_be_a_file_is_said(tmp_path: Path, name: str) -> None:
    assert _error(lambda: _add(tmp_path / name)).message_id in ("history-failed", "history-cannot-open")
    assert _error(lambda: _read(tmp_path / name)).message_id in (
        "history-failed",
        "history-cannot-open",
        "history-missing",
    )


def test_a_missing_and_an_empty_file_have_no_history(tmp_path: Path) -> None:
    assert _error(lambda: _read(tmp_path / "history.db")).message_id == "history-missing"
    assert not (tmp_path / "history.db").exists()
    (tmp_path / "history.db").touch()
    assert _error(lambda: _read(tmp_path / "history.db")).message_id == "history-empty"
    _add(tmp_path / "history.db")
    assert _gaps(tmp_path / "history.db") == ["f"]


def test_characters_of_a_path_that_act_in_a_url_do_not(tmp_path: Path) -> None:
    path = tmp_path / "50%20of ?mode=ro#历史.db"
    _add(path)
    assert _gaps(path) == ["f"]
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_an_interrupt_ends_the_wait_for_another_writer_at_once(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    _add(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with _started(_WRITER, str(path), "waits", "1", stderr=subprocess.PIPE) as writer:
        with pytest.raises(subprocess.TimeoutExpired):
            writer.wait(1)
        writer.send_signal(signal.SIGINT)
        _, errors = writer.communicate(timeout=10)
    other.close()
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert _gaps(path) == ["f"]
