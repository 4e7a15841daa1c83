"""JSON text comes in pieces, with sorted keys and escapes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from auditor.reporter import json_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{}\n"),
        ([], "[]\n"),
        ({"b": [], "a": {}}, '{\n  "a": {},\n  "b": []\n}\n'),
        ([{"b": 1, "a": (True, None)}], '[\n  {\n    "a": [\n      true,\n      null\n    ],\n    "b": 1\n  }\n]\n'),
        ({"a": [[1], "é"]}, '{\n  "a": [\n    [\n      1\n    ],\n    "é"\n  ]\n}\n'),
        ({"a": ["\u202e\ud800\x7f"]}, '{\n  "a": [\n    "\\u202e\\\\ud800\\u007f"\n  ]\n}\n'),
    ],
)
def test_json_has_sorted_keys_and_two_spaces_a_level(value: dict[str, object], text: str) -> None:
    assert "".join(json_text.dump(value)) == text


def test_the_parts_of_a_long_list_are_made_when_their_text_is_taken() -> None:
    made: list[int] = []

    def parts() -> Iterator[int]:
        for number in range(2):
            made.append(number)
            yield number

    pieces = json_text.dump([{"b": [], "a": json_text.one_by_one(parts())}])
    start = ""
    while not start.endswith("0"):
        start += next(pieces)
    assert made == [0]
    text = '[\n  {\n    "a": [\n      0,\n      1\n    ],\n    "b": []\n  }\n]\n'
    assert start + "".join(pieces) == text


def test_a_long_list_without_parts_is_an_empty_list() -> None:
    assert "".join(json_text.dump({"a": json_text.one_by_one(iter(()))})) == '{\n  "a": []\n}\n'
