from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden import expected


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(expected, "FOLDER", tmp_path)
    return tmp_path


def test_goldens_are_never_written_under_ci() -> None:
    assert "under CI" in expected.refusal({"CI": "true"}, asked=True)
    assert expected.refusal({"CI": ""}, asked=True) == ""
    assert expected.refusal({"CI": "true"}, asked=False) == ""


def test_a_golden_that_is_missing_fails(folder: Path) -> None:
    with pytest.raises(AssertionError, match=r"a/b\.txt is missing"):
        expected.hold("text", "a/b.txt", updating=False)
    assert list(folder.iterdir()) == []


def test_a_golden_that_differs_in_one_byte_fails_with_the_difference() -> None:
    expected.hold("one\ntwo\n", "b.txt", updating=True)
    with pytest.raises(AssertionError, match=r"-two\n\+two\x20"):
        expected.hold("one\ntwo \n", "b.txt", updating=False)


def test_a_carriage_return_is_a_difference() -> None:
    expected.hold("one\r\n", "b.txt", updating=True)
    with pytest.raises(AssertionError):
        expected.hold("one\n", "b.txt", updating=False)


def test_a_golden_that_was_written_holds() -> None:
    expected.hold("生产 \x1b[1m", "a/b.txt", updating=True)
    expected.hold("生产 \x1b[1m", "a/b.txt", updating=False)
