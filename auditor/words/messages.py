"""Reads the ``.ftl`` files of a language and fills the blanks of their messages.

A message is parsed when it is used for the first time. Chinese needs a space beside Latin text only, so a text that
fills a blank loses the spaces between two Chinese characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from auditor.words import Lang, MessageText
from auditor.words.patterns import Pattern, SelectExpression, parse

_ENTRY = re.compile(r"\n(?=[A-Za-z])")

CACHE_SIZE = 1 << 14
"""Filled messages that are kept: a report repeats its sentences, and each format needs all of them again."""


class Words:
    """The messages of one language. ``entries`` maps the id of each message to its source text."""

    text: MessageText
    """The message with its blanks filled: ``text(message_id, **facts)``, where a fact is a text or a number.

    Numbers have no thousands separator, since some of them are ports. Raises ``KeyError`` for an unknown id and for a
    blank that ``facts`` does not fill. Ignores a fact that has no blank: a message may need it in one language only.
    """

    def __init__(self, lang: Lang, entries: Mapping[str, str]) -> None:
        self.lang = lang
        self._entries = entries
        self._pattern = cache(lambda message_id: parse(entries[message_id]))
        self.text = lru_cache(maxsize=CACHE_SIZE)(self._filled)

    def has(self, message_id: str) -> bool:
        """Whether the language has this message."""
        return message_id in self._entries

    def ids(self) -> tuple[str, ...]:
        """Every message id, sorted."""
        return tuple(sorted(self._entries))

    def source(self, message_id: str) -> str:
        """The source text of the message in its ``.ftl`` file. Raises ``KeyError`` for an unknown id."""
        return self._entries[message_id]

    def _filled(self, message_id: str, **facts: str | int) -> str:
        pieces = [""]
        try:
            self._add(pieces, self._pattern(message_id), facts)
        except KeyError as missing:
            raise KeyError(f"{message_id}: no fact {missing}") from None
        return _joined(pieces)

    def _add(self, pieces: list[str], pattern: Pattern, facts: Mapping[str, str | int]) -> None:
        """Add the parts of a pattern. Every other piece is a text that fills a blank, the first is not."""
        for part in pattern:
            if isinstance(part, str):
                pieces[-1] += part
                continue
            fact = facts[part.name]
            if isinstance(part, SelectExpression):
                self._add(pieces, self._chosen(part, fact), facts)
            elif isinstance(fact, int):
                pieces[-1] += f"{fact:d}"
            else:
                pieces += [str(fact), ""]

    def _chosen(self, choice: SelectExpression, fact: str | int) -> Pattern:
        keys = (fact, _plural(self.lang, fact)) if isinstance(fact, int) else (fact,)
        return next((variant.pattern for variant in choice.variants if variant.key in keys), choice.default)


def _plural(lang: Lang, number: int) -> str:
    """The plural category of a number (Unicode CLDR): Chinese has one for all numbers."""
    return "one" if lang is Lang.EN and abs(number) == 1 else "other"


def _is_wide(character: str) -> bool:
    """Whether it is a Chinese character or mark; a pattern of these ranges would take 3 ms to compile."""
    return "\u3000" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or "\uff00" <= character <= "\uffef"


def _joined(pieces: list[str]) -> str:
    """The pieces as one text, without the spaces between two Chinese characters where the pieces meet."""
    text = "".join(pieces)
    if text.isascii():
        return text
    text = ""
    for piece in pieces:
        if _is_wide(text.rstrip(" ")[-1:]) and _is_wide(piece.lstrip(" ")[:1]):
            text = text.rstrip(" ") + piece.lstrip(" ")
        else:
            text += piece
    return text


@lru_cache
def words_of(lang: Lang) -> Words:
    """The messages of ``lang`` from the files of the package."""
    return Words(lang, {name: source for text in sources(lang).values() for name, source in entries_of(text)})


def sources(lang: Lang) -> dict[str, str]:
    """The text of each ``.ftl`` file by its name, in alphabetical order."""
    paths = sorted((Path(__file__).parent / lang.value).glob("*.ftl"))
    return {path.name: path.read_text(encoding="utf-8") for path in paths}


def entries_of(text: str) -> list[tuple[str, str]]:
    """Each message of an ``.ftl`` text as (name, source)."""
    _, *parts = _ENTRY.split(f"\n{text}")
    return [(part.partition("=")[0].rstrip(), part) for part in parts]
