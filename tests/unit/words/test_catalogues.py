"""Every message is there in both languages, with the same blanks, and can be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

import auditor
from auditor import errors
from auditor.words import Lang
from auditor.words.messages import entries_of, sources, words_of

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


def _parts(source: str) -> _Parts:
    found = _Parts()
    found.visit(FluentParser().parse(source))
    return found


def _messages(lang: Lang, area: str) -> dict[str, str]:
    return dict(entries_of(sources(lang)[area]))


def test_both_languages_have_the_same_areas() -> None:
    assert sorted(sources(Lang.ZH)) == AREAS


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_messages(area: str) -> None:
    assert _messages(Lang.EN, area).keys() == _messages(Lang.ZH, area).keys()


@pytest.mark.parametrize("area", AREAS)
def test_a_chinese_message_asks_for_no_fact_that_the_english_one_does_not(area: str) -> None:
    english = {name: _parts(source).variables for name, source in _messages(Lang.EN, area).items()}
    chinese = {name: _parts(source).variables for name, source in _messages(Lang.ZH, area).items()}
    unfilled = {name: asked - english[name] - FOR_GRAMMAR for name, asked in chinese.items()}
    assert {name: facts for name, facts in unfilled.items() if facts} == {}


@pytest.mark.parametrize("area", AREAS)
def test_a_chinese_message_tells_every_fact_that_the_english_one_does(area: str) -> None:
    english = {name: _parts(source).variables for name, source in _messages(Lang.EN, area).items()}
    chinese = {name: _parts(source).variables for name, source in _messages(Lang.ZH, area).items()}
    untold = {name: told - chinese[name] - FOR_GRAMMAR for name, told in english.items()}
    assert {name: facts for name, facts in untold.items() if facts} == {}


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("lang", Lang)
def test_every_entry_is_readable_fluent_with_a_text(lang: Lang, area: str) -> None:
    parsed = FluentParser().parse(sources(lang)[area])
    assert [entry for entry in parsed.body if isinstance(entry, ftl.Junk)] == []
    assert [entry.id.name for entry in parsed.body if isinstance(entry, ftl.Message) and entry.value is None] == []


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("lang", Lang)
def test_an_id_starts_with_its_area_and_stands_once(lang: Lang, area: str) -> None:
    names = [name for name, _ in entries_of(sources(lang)[area]) if not name.startswith("-")]
    stem = area.removesuffix(".ftl")
    assert [name for name in names if not name.startswith(f"{stem}-")] == []
    assert len(names) == len(set(names))


@pytest.mark.parametrize("lang", Lang)
def test_no_message_refers_to_another(lang: Lang) -> None:
    referring = {
        name for source in sources(lang).values() for name, entry in entries_of(source) if _parts(entry).references
    }
    assert referring == set()


@pytest.mark.parametrize("area", AREAS)
def test_a_chinese_message_has_chinese_in_it_where_the_english_one_has_words(area: str) -> None:
    same = {
        name
        for name, source in _messages(Lang.EN, area).items()
        if source == _messages(Lang.ZH, area)[name] and any(len(word) > 3 for word in _words(source))
    }
    assert {name for name in same if not name.startswith(SAME_IN_BOTH)} == set()


SAME_IN_BOTH = ("terms-protocol-", "terms-clipped", "terms-role-master")


def _words(source: str) -> list[str]:
    text = source.partition("=")[2]
    outside = "".join(part.partition("}")[2] if place else part for place, part in enumerate(text.split("{")))
    return [word for word in outside.split() if word.isalpha() and word.islower()]


def _raised() -> Iterator[tuple[str, str, frozenset[str]]]:
    """File, message id and facts of every error that is raised with both written out."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in ERRORS:
                continue
            first = node.args[0] if node.args else None
            names = [keyword.arg for keyword in node.keywords]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and None not in names:
                yield path.name, first.value, frozenset(name for name in names if name)


RAISED = sorted(set(_raised()), key=str)


@pytest.mark.parametrize(("path", "message_id", "facts"), RAISED, ids=[f"{path}-{name}" for path, name, _ in RAISED])
def test_every_error_has_its_sentence_with_no_blank_left(path: str, message_id: str, facts: frozenset[str]) -> None:
    assert words_of(Lang.EN).has(message_id), f"{path} raises {message_id}, which no catalogue has"
    assert _parts(words_of(Lang.EN).source(message_id)).variables <= facts
