"""Every message exists in both languages with the same blanks, can be parsed, and is used by the code."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

import auditor
from auditor import errors
from auditor.words import Lang
from auditor.words.messages import entries_of, sources
from tests.unit.words.usage import parse_modules, read_sources, unused

FOR_GRAMMAR = {"count", "total", "cause"}
"""Facts that one language needs to build its sentence and the other does without."""

AREAS = sorted(sources(Lang.EN))
PACKAGE = Path(auditor.__file__).parent
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}


class _Parts(Visitor):
    """Collects the variables and the message references of an entry."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.references: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 - the library's name
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ftl.MessageReference) -> None:  # noqa: N802 - the library's name
        self.references.add(node.id.name)


@cache
def parsed(lang: Lang, area: str) -> tuple[ftl.EntryType, ...]:
    """The entries of one file; each file is parsed once."""
    return tuple(FluentParser().parse(sources(lang)[area]).body)


@cache
def parts(lang: Lang) -> Mapping[str, _Parts]:
    """Variables and references of each message and term of a language, by its id."""
    collected: dict[str, _Parts] = {}
    for area in AREAS:
        for entry in parsed(lang, area):
            if isinstance(entry, ftl.Message | ftl.Term):
                name = f"-{entry.id.name}" if isinstance(entry, ftl.Term) else entry.id.name
                collected[name] = _Parts()
                collected[name].visit(entry)
    return collected


@cache
def messages(lang: Lang) -> Mapping[str, str]:
    """The source text of each message and term of a language, by its id."""
    return dict(entry for text in sources(lang).values() for entry in entries_of(text))


def only_in(lang: Lang, other: Lang) -> dict[str, set[str]]:
    """The variables that the messages of one language have and those of the other do not, by message id."""
    names = parts(lang).keys() & parts(other).keys()
    extra = {name: parts(lang)[name].variables - parts(other)[name].variables - FOR_GRAMMAR for name in names}
    return {name: variables for name, variables in extra.items() if variables}


def test_both_languages_have_the_same_areas() -> None:
    assert sorted(sources(Lang.ZH)) == AREAS


def test_no_message_exists_in_one_language_only() -> None:
    assert sorted(messages(Lang.EN).keys() ^ messages(Lang.ZH).keys()) == []


def test_a_chinese_message_asks_for_no_fact_that_the_english_one_does_not() -> None:
    assert only_in(Lang.ZH, Lang.EN) == {}


def test_a_chinese_message_tells_every_fact_that_the_english_one_does() -> None:
    assert only_in(Lang.EN, Lang.ZH) == {}


def test_every_message_is_used_by_the_code() -> None:
    assert unused([name for name in messages(Lang.EN) if not name.startswith("-")], read_sources(PACKAGE)) == []


@pytest.mark.parametrize("name", ["gaps-cause-moonlight", "page-moonlight", "table-moonlight-title"])
def test_a_message_that_no_code_asks_for_is_named(name: str) -> None:
    assert unused([*messages(Lang.EN), name], read_sources(PACKAGE))[-1] == name


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("lang", Lang)
def test_every_entry_is_readable_fluent_with_a_text(lang: Lang, area: str) -> None:
    entries = parsed(lang, area)
    assert [entry.content for entry in entries if isinstance(entry, ftl.Junk)] == []
    assert [entry.id.name for entry in entries if isinstance(entry, ftl.Message) and entry.value is None] == []


@pytest.mark.parametrize("lang", Lang)
def test_an_id_starts_with_its_area(lang: Lang) -> None:
    names = [(area.removesuffix(".ftl"), name) for area in AREAS for name, _ in entries_of(sources(lang)[area])]
    assert [name for area, name in names if not name.startswith((f"{area}-", "-"))] == []


@pytest.mark.parametrize("lang", Lang)
def test_an_id_is_defined_once(lang: Lang) -> None:
    names = [name for area in AREAS for name, _ in entries_of(sources(lang)[area])]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("lang", Lang)
def test_no_message_refers_to_another(lang: Lang) -> None:
    assert [name for name, entry in parts(lang).items() if entry.references] == []


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
    assert [(path, name) for path, name, _ in calls if name not in parts(Lang.EN)] == []
    blanks = {(path, name): parts(Lang.EN)[name].variables - facts for path, name, facts in calls}
    assert {call: names for call, names in blanks.items() if names} == {}
    assert len(calls) > least
