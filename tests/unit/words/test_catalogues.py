"""Every message exists in both languages with the same blanks, can be parsed, and is used by the code."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

import auditor
from auditor import errors
from auditor.words import Lang
from auditor.words.messages import entries_of, sources
from auditor.words.patterns import Pattern, SelectExpression, parse
from tests.unit.words.usage import parse_modules, read_sources, unused

FOR_GRAMMAR = {"count", "total", "cause"}
"""Facts that one language needs to build its sentence and the other does without."""

AREAS = sorted(sources(Lang.EN))
PACKAGE = Path(auditor.__file__).parent
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}


@cache
def messages(lang: Lang) -> Mapping[str, str]:
    """The source text of each message of a language, by its id."""
    return dict(entry for text in sources(lang).values() for entry in entries_of(text))


@cache
def variables(lang: Lang) -> Mapping[str, frozenset[str]]:
    """The names of the facts that each message of a language tells or chooses by, by its id."""
    return {name: frozenset(_names(parse(source))) for name, source in messages(lang).items()}


def _names(pattern: Pattern) -> Iterator[str]:
    for part in pattern:
        if not isinstance(part, str):
            yield part.name
        if isinstance(part, SelectExpression):
            for variant in part.variants:
                yield from _names(variant.pattern)


def only_in(lang: Lang, other: Lang) -> dict[str, set[str]]:
    """The variables that the messages of one language have and those of the other do not, by message id."""
    names = variables(lang).keys() & variables(other).keys()
    extra = {name: set(variables(lang)[name] - variables(other)[name] - FOR_GRAMMAR) for name in names}
    return {name: facts for name, facts in extra.items() if facts}


def test_both_languages_have_the_same_areas() -> None:
    assert sorted(sources(Lang.ZH)) == AREAS


def test_no_message_exists_in_one_language_only() -> None:
    assert sorted(messages(Lang.EN).keys() ^ messages(Lang.ZH).keys()) == []


def test_a_chinese_message_asks_for_no_fact_that_the_english_one_does_not() -> None:
    assert only_in(Lang.ZH, Lang.EN) == {}


def test_a_chinese_message_tells_every_fact_that_the_english_one_does() -> None:
    assert only_in(Lang.EN, Lang.ZH) == {}


def test_every_message_is_used_by_the_code() -> None:
    assert unused(messages(Lang.EN), read_sources(PACKAGE)) == []


@pytest.mark.parametrize("name", ["gaps-cause-moonlight", "page-moonlight", "table-moonlight-title"])
def test_a_message_that_no_code_asks_for_is_named(name: str) -> None:
    assert unused([*messages(Lang.EN), name], read_sources(PACKAGE))[-1] == name


@pytest.mark.parametrize("lang", Lang)
def test_an_id_starts_with_its_area(lang: Lang) -> None:
    names = [(area.removesuffix(".ftl"), name) for area in AREAS for name, _ in entries_of(sources(lang)[area])]
    assert [name for area, name in names if not name.startswith(f"{area}-")] == []


@pytest.mark.parametrize("lang", Lang)
def test_an_id_is_defined_once(lang: Lang) -> None:
    names = [name for area in AREAS for name, _ in entries_of(sources(lang)[area])]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_a_chinese_message_has_chinese_in_it_where_the_english_one_has_words() -> None:
    same = {
        name
        for name, source in messages(Lang.EN).items()
        if source == messages(Lang.ZH).get(name) and any(len(word) > 3 for word in _words(source))
    }
    assert {name for name in same if not name.startswith(SAME_IN_BOTH)} == set()


SAME_IN_BOTH = ("terms-protocol-", "terms-clipped", "terms-role-master")


def _words(source: str) -> list[str]:
    text = source.partition("=")[2]
    outside = "".join(part.partition("}")[2] if place else part for place, part in enumerate(text.split("{")))
    return [word for word in outside.split() if word.isalpha() and word.islower()]


def _messages_of_calls(functions: Collection[str]) -> Iterator[tuple[str, str, frozenset[str]]]:
    """File, message id and facts of every call of these functions or methods that has both written out."""
    for path, tree in parse_modules(PACKAGE).items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or _called(node) not in functions:
                continue
            first = node.args[0] if node.args else None
            names = [keyword.arg for keyword in node.keywords]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and None not in names:
                yield path.name, first.value, frozenset(name for name in names if name)


def _called(call: ast.Call) -> str:
    """The name of the function or method; empty for any other expression."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


@pytest.mark.parametrize(
    ("functions", "least"), [(ERRORS, 50), ({"text"}, 100)], ids=["errors", "sentences of reports and the command line"]
)
def test_every_message_that_the_code_asks_for_exists_with_no_blank_left(functions: Collection[str], least: int) -> None:
    calls = sorted(set(_messages_of_calls(functions)), key=str)
    assert [(path, name) for path, name, _ in calls if name not in messages(Lang.EN)] == []
    blanks = {(path, name): variables(Lang.EN)[name] - facts for path, name, facts in calls}
    assert {call: names for call, names in blanks.items() if names} == {}
    assert len(calls) > least
