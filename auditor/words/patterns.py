"""Parses the pattern of a message: the part of Project Fluent's syntax that the catalogues use.

A pattern is text with placeables in braces: a blank (``{ $name }``), a text in quotes (``{", "}``), or a choice
between variants (``{ $count ->``, then ``[one] …`` and ``*[other] …`` on lines of their own). Everything else raises
``ValueError``: errors of syntax, but also terms, attributes, functions, and references to other messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """The place of the fact ``name``."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A pattern and its key: a text, a number, or a plural category (``one``)."""

    key: str | int
    pattern: Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectExpression:
    """A choice by the fact ``name``: the first variant whose key fits, else ``default``."""

    name: str
    variants: tuple[Variant, ...]
    default: Pattern


Pattern: TypeAlias = tuple[str | Blank | SelectExpression, ...]

_NAME = r"[A-Za-z][\w-]*"
_BEGIN = re.compile(rf"{_NAME}[ ]*=[ ]*", re.ASCII)
_TEXT = re.compile(r"[^{}\n]+(?=\{)|[^{}\n]*[^{}\n ]")
_NEXT_LINE = re.compile(r"(\n+)([ ]+)(?=[^ \n}\[*.])")
_QUOTED = re.compile(r'\{\s*"([^"\\\n]*)"\s*\}')
_BLANK = re.compile(rf"\{{\s*\$({_NAME})\s*\}}", re.ASCII)
_CHOICE = re.compile(rf"\{{\s*\$({_NAME})\s*->", re.ASCII)
_VARIANT = re.compile(rf"[ ]*\n\s*(\*?)\[(?:(\d+)|({_NAME}))\][ ]*", re.ASCII)
_CHOICE_END = re.compile(r"[ ]*\n\s*\}")
_END = re.compile(r"(?:\s*\n#[^\n]*)*\s*\Z")


def parse(source: str) -> Pattern:
    """The pattern of a message from its source, which is ``name = pattern`` and comments. Raises ``ValueError``."""
    reader = _Reader(source)
    reader.expect(_BEGIN)
    pattern = reader.pattern()
    reader.expect(_END)
    return pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class _NextLine:
    """The line breaks before a further line of a pattern, and its indent."""

    breaks: str
    indent: str


class _Reader:
    """Reads the source of one message from left to right."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0

    def expect(self, syntax: re.Pattern[str]) -> None:
        """Read what must come next."""
        if not self._accept(syntax):
            raise self._misread("not understood")

    def pattern(self) -> Pattern:
        """Read a pattern. Its text does not include the indent that all its further lines have in common."""
        parts = list(self._parts())
        if not parts:
            raise self._misread("a text is missing")
        indent = min((len(part.indent) for part in parts if isinstance(part, _NextLine)), default=0)
        if isinstance(parts[0], _NextLine):
            parts[0] = parts[0].indent[indent:]
        return _joined(part.breaks + part.indent[indent:] if isinstance(part, _NextLine) else part for part in parts)

    def _parts(self) -> Iterator[str | Blank | SelectExpression | _NextLine]:
        while True:
            if match := self._accept(_TEXT):
                yield match.group()
            elif match := self._accept(_BLANK):
                yield Blank(name=match[1])
            elif match := self._accept(_QUOTED):
                yield match[1]
            elif match := self._accept(_CHOICE):
                yield self._choice(match[1])
            elif match := self._accept(_NEXT_LINE):
                yield _NextLine(breaks=match[1], indent=match[2])
            else:
                return

    def _choice(self, name: str) -> SelectExpression:
        variants: list[Variant] = []
        defaults: list[Pattern] = []
        while match := self._accept(_VARIANT):
            star, number, word = match.groups()
            pattern = self.pattern()
            variants.append(Variant(key=int(number) if number else word, pattern=pattern))
            if star:
                defaults.append(pattern)
        if len(defaults) != 1:
            raise self._misread("a choice needs exactly one default")
        self.expect(_CHOICE_END)
        return SelectExpression(name=name, variants=tuple(variants), default=defaults[0])

    def _accept(self, syntax: re.Pattern[str]) -> re.Match[str] | None:
        match = syntax.match(self._source, self._position)
        if match:
            self._position = match.end()
        return match

    def _misread(self, complaint: str) -> ValueError:
        return ValueError(f"{complaint}: {self._source[: self._position]!r}, then {self._source[self._position :]!r}")


def _joined(parts: Iterable[str | Blank | SelectExpression]) -> Pattern:
    """The parts with neighbouring texts in one, without empty texts."""
    joined: list[str | Blank | SelectExpression] = []
    for part in parts:
        if part == "":
            continue
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(joined)
