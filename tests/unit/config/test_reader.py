"""YAML text to values with lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.config.yaml_reader import MAX_DEPTH, SourceText, read
from auditor.errors import ConfigError


def document_of(text: str) -> object:
    return read(source_of(text)).root.plain()


def source_of(text: str) -> SourceText:
    return SourceText(label="some.yaml", text=text, folder=Path(), identity="some")


def refusal(text: str) -> dict[str, str | int]:
    with pytest.raises(ConfigError) as caught:
        read(source_of(text))
    return {"id": caught.value.message_id, **caught.value.facts}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("text", "text"),
        ("'22'", "22"),
        ("22", 22),
        ("-7", -7),
        ("0.5", 0.5),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("yes", "yes"),
        ("2026-12-31", "2026-12-31"),
        ("22,80", "22,80"),
        ("30000-32768", "30000-32768"),
        ("0o17", "0o17"),
        ("007", "007"),
        ("1e9", "1e9"),
        (".inf", ".inf"),
        ("9" * 5000, "9" * 5000),
        ("!!str 22", "22"),
        ("[a, 1]", ["a", 1]),
        ("{b: c}", {"b": "c"}),
        ('"\\u653e\\U0001F600"', "放😀"),
    ],
)
def test_a_scalar_is_read_by_the_core_schema(written: str, value: object) -> None:
    assert document_of(f"key: {written}") == {"key": value}


def test_keys_are_text_whatever_they_look_like() -> None:
    assert document_of("22: a\ntrue: b\n") == {"22": "a", "true": "b"}


def test_an_empty_file_has_no_keys() -> None:
    assert document_of("") == {}
    assert document_of("# only a comment\n") == {}
    assert document_of("---\n...\n") == {}


def test_an_alias_repeats_its_anchor() -> None:
    assert document_of("a: &here {x: [1]}\nb: *here\n") == {"a": {"x": [1]}, "b": {"x": [1]}}


def test_a_yaml_1_1_directive_does_not_turn_words_into_flags() -> None:
    assert document_of("%YAML 1.1\n---\na: yes\n") == {"a": "yes"}


def test_lines_are_those_of_the_value_or_of_the_key_of_a_block() -> None:
    document = read(source_of("a: 1\nb:\n  - c: 2\n    d:\n      text\n  - [3,\n     4]\n"))
    assert document.line(()) == 1
    assert document.line(("b",)) == 2
    assert document.line(("b", 0)) == 3
    assert document.line(("b", 0, "d")) == 5
    assert document.key_line(("b", 0, "d")) == 4
    assert document.line(("b", 1, 1)) == 7
    assert document.line(("b", 1, "not there", 5)) == 6


def test_lines_count_as_editors_count_them() -> None:
    assert read(source_of('a: "one\u2028still one\u0085"\n\nb: 2\n')).line(("b",)) == 3


@pytest.mark.parametrize(
    ("text", "message", "line", "key"),
    [
        ("a: 1\nb: [1, 2\n", "config-no-yaml", 2, ""),
        ("a: 1\nb: 'open\n", "config-no-yaml", 2, ""),
        ("a: b: c\n", "config-no-yaml", 1, ""),
        ("a: 1\nb: @x\n", "config-no-yaml", 2, ""),
        ("a: 1\n\nb: \x01\n", "config-no-yaml", 3, ""),
        ('a: 1\nb: "\\U00110000"\n', "config-no-yaml", 2, ""),
        ('a: 1\nb: "\\uD800"\n', "config-no-yaml", 2, ""),
        ("%YAML 1.9\n---\na: 1\n", "config-no-yaml", 1, ""),
        ("a:\n\t- 1\n", "config-tab", 2, ""),
        ("a: 1\n\tb: 2\n", "config-tab", 2, ""),
        ("- a\n- b\n", "config-no-mapping", 1, ""),
        ("\n\njust text\n", "config-no-mapping", 3, ""),
        ("a: 1\n---\nb: 2\n", "config-second-document", 2, ""),
        ("a: 1\nb:\n  c: 2\n  c: 3\n", "config-duplicate-key", 4, "b.c"),
        ("a: 1\n'a': 2\n", "config-duplicate-key", 2, "a"),
        ("a:\n  - ? [x]\n    : 1\n", "config-key-no-text", 2, ""),
        ("!!int 1: x\n", "config-key-no-text", 1, ""),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", "config-merge-key", 3, ""),
        ("a: 1\nb: !!python/object/apply:os.system [x]\n", "config-tag", 2, "b"),
        ("a:\n  - !!binary aGk=\n", "config-tag", 2, "a[0]"),
        ("a: !!timestamp 2026-01-01\n", "config-tag", 1, "a"),
        ("a: 1\nb: *none\n", "config-unknown-alias", 2, "b"),
        ("a: &self [*self]\n", "config-unknown-alias", 1, "a[0]"),
        ("a:\n  " + "[" * 60 + "]" * 60, "config-too-deep", 2, "a"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_line(text: str, message: str, line: int, key: str) -> None:
    found = refusal(text)
    assert (found["id"], found["file"], found["line"]) == (message, "some.yaml", line)
    if message not in ("config-key-no-text", "config-merge-key"):
        assert found["key"] == key


def test_a_key_that_stands_twice_names_the_first_line() -> None:
    assert refusal("a: 1\n# between\na: 2\n")["first"] == 1


def test_nesting_up_to_the_bound_is_read() -> None:
    inner = MAX_DEPTH - 1
    assert document_of("a: " + "[" * inner + "]" * inner)


def test_aliases_of_aliases_are_bounded() -> None:
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    found = refusal("\n".join(lines))
    assert (found["id"], found["line"], found["key"]) == ("config-too-many-values", 6, "a5")


def test_what_a_message_repeats_of_a_file_is_short_and_cannot_act() -> None:
    found = refusal("a: !<" + "x" * 5000 + "> 1\n")
    assert found["found"] == "x" * 60 + "…"
    assert refusal('"\\e[31m": 1\n"\\e[31m": 2\n')["key"] == '"\\u001b[31m"'
