"""Files as they lie on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.config import yaml_reader
from auditor.config.yaml_reader import read
from auditor.errors import ConfigError


def refusal(path: Path) -> dict[str, str | int]:
    with pytest.raises(ConfigError) as caught:
        yaml_reader.from_path(path)
    return {"id": caught.value.message_id, **caught.value.facts}


def test_a_utf8_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: x\n")
    document = read(yaml_reader.from_path(path))
    assert document.root.plain() == {"name": "x"}
    assert document.line(("name",)) == 1


def test_windows_line_ends_count_once(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\r\nb: 2\r\n")
    document = read(yaml_reader.from_path(path))
    assert document.root.plain() == {"a": 1, "b": 2}
    assert document.line(("b",)) == 2


@pytest.mark.parametrize(
    ("data", "line", "found"),
    [
        ("a: 放\n".encode("utf-16"), 1, "UTF-16"),
        ("a: 1\nb: 放\n".encode("gb18030"), 2, "0xb7"),
        (b"a: 1\n\nb: \xff\n", 3, "0xff"),
    ],
)
def test_text_that_is_not_utf8_is_refused_at_its_line(tmp_path: Path, data: bytes, line: int, found: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    refused = refusal(path)
    assert (refused["id"], refused["line"], refused["found"]) == ("files-not-utf8", line, found)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.yaml")["id"] == "files-missing"
    assert refusal(tmp_path / "a\0b")["id"] == "files-unreadable"
    assert refusal(tmp_path / ("a" * 300))["id"] == "files-unreadable"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == {"id": "files-is-folder", "file": str(tmp_path), "expected": "file"}


def test_a_file_of_more_than_a_mebibyte_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"#" * (1 << 20))
    assert yaml_reader.from_path(path).text.startswith("###")
    path.write_bytes(b"#" * ((1 << 20) + 1))
    assert refusal(path) == {"id": "files-too-large", "file": str(path), "expected": 1048576}
