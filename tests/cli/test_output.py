from __future__ import annotations

import io
import os
import stat
import threading
from pathlib import Path

import pytest

from auditor.cli import output
from auditor.cli.output import Destination
from auditor.cli.session import Session
from auditor.cli.values import Target
from auditor.errors import ConfigError, ReportError

KNOWN = ("table", "json", "html")


def _targets(*texts: str) -> tuple[Target, ...]:
    return tuple(Target(format=text.partition("=")[0], path=text.partition("=")[2] or None) for text in texts)


def test_without_a_format_the_first_known_one_goes_to_stdout() -> None:
    assert output.destinations((), None, KNOWN) == (Destination(format="table", path=None),)


def test_output_takes_the_format_that_has_no_path_of_its_own() -> None:
    found = output.destinations(_targets("html=a.html", "json"), "b.json", KNOWN)
    assert found == (Destination(format="html", path=Path("a.html")), Destination(format="json", path=Path("b.json")))


def test_a_dash_is_stdout() -> None:
    assert output.destinations(_targets("json=-"), None, KNOWN) == (Destination(format="json", path=None),)
    assert output.destinations(_targets("json"), "-", KNOWN) == (Destination(format="json", path=None),)


@pytest.mark.parametrize(
    ("targets", "path", "message_id"),
    [
        (("json", "table"), None, "cli-two-reports"),
        (("json", "table"), "x", "cli-two-reports"),
        (("json=x", "table=./x"), None, "cli-two-reports"),
        (("json=-", "table"), None, "cli-two-reports"),
        (("json", "json"), None, "cli-two-reports"),
        (("jsn",), None, "cli-unknown-format"),
        (("json=x",), "y", "cli-output-unused"),
    ],
)
def test_places_that_do_not_fit_are_refused(targets: tuple[str, ...], path: str | None, message_id: str) -> None:
    with pytest.raises(ConfigError) as caught:
        output.destinations(_targets(*targets), path, KNOWN)
    assert caught.value.message_id == message_id


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.txt"
    path.write_text("before")

    def broken(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(ReportError) as caught:
        output.write_file(path, "after")
    assert caught.value.facts == {"path": str(path), "reason": "No space left on device"}
    assert path.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.txt"]


def test_a_new_file_has_the_permissions_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        output.write_file(tmp_path / "new.prom", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.prom").stat().st_mode) == 0o640


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("before")
    path.chmod(0o604)
    output.write_file(path, "after")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("after", 0o604)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("before")
    (tmp_path / "link.txt").symlink_to("real.txt")
    output.write_file(tmp_path / "link.txt", "after")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "after"


def test_a_named_pipe_is_written_straight(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    output.refuse_unwritable_file(pipe)
    output.write_file(pipe, "through")
    reader.join(5)
    assert read == ["through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_is_written_straight() -> None:
    output.refuse_unwritable_file(Path("/dev/null"))
    output.write_file(Path("/dev/null"), "gone")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_places_that_take_no_report_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path, message_id in (
        (tmp_path, "cli-output-is-folder"),
        (tmp_path / "none" / "x", "cli-output-no-folder"),
        (tmp_path / "file" / "x", "cli-output-no-folder"),
        (Path("/proc/x"), "cli-cannot-write"),
    ):
        with pytest.raises(ReportError) as caught:
            output.refuse_unwritable_file(path)
        assert caught.value.message_id == message_id, path


def test_a_closed_stdout_is_refused() -> None:
    session = Session(environ={}, stdin=None, stdout=None, stderr=io.StringIO())
    with pytest.raises(ReportError):
        output.refuse_unwritable(session, None)


def test_stdout_takes_what_no_encoding_can_carry() -> None:
    taken = io.BytesIO()
    session = Session(environ={}, stdin=None, stdout=io.TextIOWrapper(taken, "ascii"), stderr=io.StringIO())
    output.write(session, None, "放通 \ud800\n")
    assert taken.getvalue() == "放通 \\ud800\n".encode()


def test_a_full_stdout_is_an_error() -> None:
    with Path("/dev/full").open("w") as full:
        session = Session(environ={}, stdin=None, stdout=full, stderr=io.StringIO())
        with pytest.raises(ReportError) as caught:
            session.report("x" * 100_000)
    assert caught.value.facts["path"] == "stdout"
