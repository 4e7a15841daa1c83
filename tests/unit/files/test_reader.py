"""Input files that users name: regular files and pipes, up to a size limit."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path

import pytest

from auditor.errors import ConfigError
from auditor.files import reader


def _refusal(path: Path, *, pipes: bool = True) -> str:
    with pytest.raises(ConfigError) as caught:
        reader.read_bytes(path, 10, pipes=pipes)
    assert caught.value.facts["file"] == str(path)
    return caught.value.message_id


def test_a_file_up_to_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    assert reader.read_bytes(tmp_path / "a", 10) == b"0123456789"
    (tmp_path / "a").write_bytes(b"0123456789+")
    assert _refusal(tmp_path / "a") == "files-too-large"


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom", "/dev/full"])
def test_a_device_is_refused(device: str) -> None:
    assert _refusal(Path(device)) == "files-is-device"


def test_the_null_device_is_an_empty_file() -> None:
    assert reader.read_bytes(Path("/dev/null"), 10) == b""


def test_a_pipe_is_read_up_to_the_limit(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for text, expected in ((b"short", b"short"), (b"0123456789+", None)):
        writing = threading.Thread(target=pipe.write_bytes, args=(text,))
        writing.start()
        if expected is None:
            assert _refusal(pipe) == "files-too-large"
        else:
            assert reader.read_bytes(pipe, 10) == expected
        writing.join(5)


def test_a_pipe_that_nobody_may_write_to_is_refused_unopened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert _refusal(tmp_path / "pipe", pipes=False) == "files-is-device"


def test_a_link_to_itself_and_a_name_that_is_too_long_are_refused(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    assert _refusal(tmp_path / "circle") == "files-unreadable"
    assert _refusal(tmp_path / ("x" * 300)) == "files-unreadable"
    assert _refusal(tmp_path / "a" / "b") == "files-missing"
    assert _refusal(tmp_path) == "files-is-folder"


def test_a_stream_from_a_device_is_refused() -> None:
    with Path("/dev/zero").open("rb") as stream, pytest.raises(ConfigError) as caught:
        reader.read_stream(stream, 10, "stdin")
    assert (caught.value.message_id, caught.value.facts["file"]) == ("files-is-device", "stdin")


def test_a_stream_in_memory_is_read() -> None:
    assert reader.read_stream(io.BytesIO(b"abc"), 10, "stdin") == b"abc"
