"""The catalogues are valid Project Fluent, and this program reads them as Fluent's own parser does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent

from auditor.words import Lang
from auditor.words.messages import entries_of, sources
from auditor.words.patterns import Blank, Pattern, SelectExpression, Variant, parse


def reference(text: str) -> dict[str, Pattern]:
    """The patterns of an ``.ftl`` text by Fluent's own parser, in the form of this program."""
    patterns = {}
    for entry in FluentParser(with_spans=False).parse(text).body:
        if not isinstance(entry, fluent.Comment | fluent.GroupComment):
            assert isinstance(entry, fluent.Message), f"not read by Fluent, or not by this program: {entry}"
            assert entry.value is not None
            patterns[entry.id.name] = pattern(entry.value)
    return patterns


def pattern(node: fluent.Pattern) -> Pattern:
    """The pattern with neighbouring texts in one, without empty texts."""
    joined: list[str | Blank | SelectExpression] = []
    for part in parts(node):
        match joined, part:
            case _, "":
                pass
            case [*_, str(last)], str():
                joined[-1] = last + part
            case _:
                joined.append(part)
    return tuple(joined)


def parts(node: fluent.Pattern) -> Iterator[str | Blank | SelectExpression]:
    for element in node.elements:
        expression = element if isinstance(element, fluent.TextElement) else element.expression
        match expression:
            case fluent.TextElement() | fluent.StringLiteral():
                yield expression.value
            case fluent.VariableReference():
                yield Blank(name=expression.id.name)
            case fluent.SelectExpression(selector=fluent.VariableReference() as selector):
                variants = tuple(
                    Variant(key=key(variant.key), pattern=pattern(variant.value)) for variant in expression.variants
                )
                default = next(variant for variant in expression.variants if variant.default)
                yield SelectExpression(name=selector.id.name, variants=variants, default=pattern(default.value))
            case _:
                pytest.fail(f"the catalogues do without {expression}")


def key(node: fluent.Identifier | fluent.NumberLiteral) -> str | int:
    return int(node.value) if isinstance(node, fluent.NumberLiteral) else str(node.name)


@pytest.mark.parametrize("lang", Lang)
def test_every_message_is_read_as_fluent_reads_it(lang: Lang) -> None:
    for area, text in sources(lang).items():
        assert {name: parse(source) for name, source in entries_of(text)} == reference(text), area


@pytest.mark.parametrize(
    "source",
    [
        "a = text",
        "a =   text with  two spaces",
        "a   = { $b }{ $c }",
        "a = {$b}",
        'a = {"{"}{ $b }{"}"}',
        'a = {" "}text{" "}',
        'a = { "" }',
        "a =\n    first\n    second",
        "a =\n    first\n\n      third, indented\n    fourth",
        "a = first\n    second\n      third",
        "a = first\n    { $b } second",
        "a =\n    { $b }\n    { $c }",
        "a = text   ",
        "a = text\n\n# a comment\n# of two lines",
        "a = text\n# a comment\n\n## a group\n",
        "a = [not a variant] *, .not an attribute",
        "a = x = y, # z",
        "a = { $b ->\n    [one] 1\n   *[other] { $b } nodes\n}",
        "a = before { $b ->\n    [0] none\n    [x-y_z] text\n   *[other] { $c }\n} after",
        "a = { $b ->\n       *[x] { $c ->\n            [1] 1\n           *[two] 2\n        }\n        [y] why\n    }",
        "a =\n    { $b ->\n        [x]\n            first\n              second\n       *[y] third\n    } fourth",
        'a = { $b ->\n    [0] {""}\n   *[other] {" "}text\n}{ $c }',
    ],
)
def test_text_blanks_and_choices_are_read_as_fluent_reads_them(source: str) -> None:
    assert {name: parse(text) for name, text in entries_of(f"{source}\n")} == reference(f"{source}\n")


@pytest.mark.parametrize(
    "source",
    [
        "a =",
        "a = { $b",
        "a = { b }",
        "a = }",
        "a = { $b } }",
        "a = { -term }",
        "a = { NUMBER($b) }",
        "a = { $b.c }",
        'a = { "\\u0041" }',
        "a = text\n    .title = attribute",
        "a = text\n-term = text",
        "a = text\nno message",
        "a = text\n  [key] text",
        "a = { $b -> }",
        "a = { $b ->\n    [one] 1\n}",
        "a = { $b ->\n   *[one] 1\n   *[other] 2\n}",
        "a = { $b ->\n   *[one]\n}",
        "a = { $b ->\n   *[one] 1 }",
        "a = { $b ->\n   *[1.5] 1\n}",
    ],
)
def test_syntax_that_the_catalogues_do_without_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"understood|missing|default"):
        list(map(parse, dict(entries_of(source)).values()))
