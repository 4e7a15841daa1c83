"""Plain values as YAML."""

from __future__ import annotations

import pytest

from auditor.config.yaml_reader import Plain
from auditor.config.yaml_writer import write


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("word", "word"),
        ("two words (and more)", "two words (and more)"),
        ("放通 SSH", "放通 SSH"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("2026-12-31", "2026-12-31"),
        ("22", '"22"'),
        ("30000-32768", '"30000-32768"'),
        ("", '""'),
        ("yes", '"yes"'),
        ("Null", '"Null"'),
        ("::/0", '"::/0"'),
        ("*", '"*"'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("ends with a space ", '"ends with a space "'),
        ('"\\', '"\\"\\\\"'),
        ("a\nb\x1b\u202e", '"a\\u000ab\\u001b\\u202e"'),
        ("\U000e0001", '"\\U000e0001"'),
        (22, "22"),
        (0.5, "0.5"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        ([], "[]"),
        ({}, "{}"),
        (["a", "22", 3], '[a, "22", 3]'),
    ],
)
def test_a_value_stands_on_one_line(value: Plain, text: str) -> None:
    assert write({"key": value}) == f"key: {text}\n"


def test_blocks_are_indented_by_two() -> None:
    value: Plain = {"a": [{"b": 1, "c": {"d": []}}, [["e"], {}]], "f g": "h"}
    assert write(value) == (
        "a:\n"
        "  - b: 1\n"
        "    c:\n"
        "      d: []\n"
        "  - - [e]\n"
        "    - {}\n"
        "f g: h\n"
    )  # fmt: skip
