"""JSON that every parser reads equally, and errors that name the file."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import ConfigError
from auditor.files import json_reader

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**300), 10**300)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@pytest.mark.parametrize(
    ("text", "message_id", "facts"),
    [
        ("", "files-json-damaged", {"line": 1, "detail": "Expecting value"}),
        ('{"a": 1,\n}', "files-json-damaged", {"line": 2}),
        ('{"a": {"b": 1, "c": 2, "b": 1}}', "files-json-duplicate-key", {"key": "b"}),
        ('{"a": 1, "\\u0061": 1}', "files-json-duplicate-key", {"key": "a"}),
        ("[NaN]", "files-json-number", {"found": "NaN"}),
        ("[-Infinity]", "files-json-number", {"found": "-Infinity"}),
        ("[1e999]", "files-json-number", {"found": "1e999"}),
        ("[" + "1" * 5000 + "]", "files-json-number", {"found": "1" * 60}),
        ("[" * 129 + "]" * 129, "files-json-too-deep", {"expected": 128}),
        ("[" * 200_000, "files-json-too-deep", {"expected": 128}),
        ('{"a":' * 200_000, "files-json-too-deep", {"expected": 128}),
    ],
)
def test_what_readers_read_differently_is_refused(text: str, message_id: str, facts: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as caught:
        json_reader.load(text, "a.json")
    assert caught.value.message_id == message_id
    assert caught.value.facts | {"file": "a.json", **facts} == caught.value.facts


def test_the_deepest_nesting_is_read() -> None:
    assert json.dumps(json_reader.load("[" * 128 + "]" * 128, "a.json")) == "[" * 128 + "]" * 128


@given(VALUES)
def test_json_is_read_as_it_was_written(value: object) -> None:
    assert json_reader.load(json.dumps(value), "a.json") == value


@given(st.text(alphabet='[]{}",:0123456789.-eE+\\nulltrefaNIiy \n'))
def test_any_other_text_is_read_or_refused(text: str) -> None:
    with suppress(ConfigError):
        json_reader.load(text, "a.json")
