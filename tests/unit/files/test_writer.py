"""Files are written completely, for their owner only, and only regular files are replaced."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.errors import ReportError
from auditor.files import writer


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.txt"
    path.write_text("before")

    def broken(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(ReportError) as caught:
        writer.write(path, ("after",))
    assert caught.value.facts == {"path": str(path), "reason": "No space left on device"}
    assert path.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.txt"]


def test_a_text_that_cannot_be_made_to_its_end_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("before")

    def pieces() -> Iterator[str]:
        yield "after" * 10_000
        raise ValueError("a fault of the program, not of the file")

    with pytest.raises(ValueError, match="a fault of the program"):
        writer.write(path, pieces())
    assert path.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.txt"]


def test_pieces_are_written_in_their_order_with_escapes_for_what_utf8_lacks(tmp_path: Path) -> None:
    writer.write(tmp_path / "report.txt", iter(("放通 ", "\ud800", "", "\r\n")))
    assert (tmp_path / "report.txt").read_bytes() == b"\xe6\x94\xbe\xe9\x80\x9a \\ud800\r\n"


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        writer.write(tmp_path / "new.prom", ("x",))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.prom").stat().st_mode) == 0o600


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("before")
    path.chmod(0o604)
    writer.write(path, ("after",))
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("after", 0o604)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("before")
    (tmp_path / "link.txt").symlink_to("real.txt")
    writer.write(tmp_path / "link.txt", ("after",))
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "after"


def test_a_named_pipe_is_written_straight(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    writer.refuse_unwritable(pipe)
    writer.write(pipe, ("through",))
    reader.join(5)
    assert read == ["through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_is_written_straight() -> None:
    writer.refuse_unwritable(Path("/dev/null"))
    writer.write(Path("/dev/null"), ("gone",))
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_places_that_take_no_report_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "circle").symlink_to("circle")
    for path, message_id in (
        (tmp_path, "files-output-is-folder"),
        (tmp_path / "none" / "x", "files-output-no-folder"),
        (tmp_path / "file" / "x", "files-output-no-folder"),
        (Path("/proc/x"), "files-cannot-write"),
        (tmp_path / ("x" * 300), "files-cannot-write"),
        (tmp_path / "circle", "files-output-link-circle"),
        (tmp_path / "circle" / "x", "files-output-link-circle"),
    ):
        with pytest.raises(ReportError) as caught:
            writer.refuse_unwritable(path)
        assert caught.value.message_id == message_id, path


def test_the_longest_name_that_a_folder_takes_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    writer.refuse_unwritable(path)
    writer.write(path, ("whole",))
    assert path.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_to_nothing_makes_the_file_that_it_points_to(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    writer.write(tmp_path / "link", ("x",))
    assert (tmp_path / "real").read_text() == "x"
    assert (tmp_path / "link").is_symlink()
