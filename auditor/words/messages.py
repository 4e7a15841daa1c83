"""Reads the ``.ftl`` files of a language and fills the blanks of their messages.

A message is parsed when it is used for the first time. Fluent writes a mark for each text that fills a blank, and this
module puts the text in its place: Fluent refuses long texts, and Chinese needs a space beside Latin text only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from typing import Any

from auditor.words import Lang


@contextmanager
def _without_time_zone() -> Iterator[None]:
    """Hides ``TZ`` while Babel is imported: Babel opens the file that ``TZ`` names. No message shows a time of day."""
    zone = os.environ.pop("TZ", None)
    try:
        yield
    finally:
        if zone is not None:
            os.environ["TZ"] = zone


with _without_time_zone():
    from fluent.runtime import FluentBundle, FluentResource
    from fluent.runtime.types import FluentType, fluent_number

_ENTRY = re.compile(r"^(?=-?[A-Za-z][\w-]*[ ]*=)", re.MULTILINE)
_NAME = re.compile(r"-?[A-Za-z][\w-]*")


CACHE_SIZE = 1 << 14
"""Filled messages that are kept: a report repeats its sentences, and each format needs all of them again."""


class Words:
    """The messages of one language.

    ``entries`` maps the id of each message and term to its source text. The id of a term starts with a dash
    (``-security-group``).
    """

    def __init__(self, lang: Lang, entries: Mapping[str, str]) -> None:
        self.lang = lang
        self._entries = entries
        self._cached_text = lru_cache(maxsize=CACHE_SIZE)(self._format)
        self._bundle = FluentBundle([lang.value], use_isolating=False)
        for name, source in entries.items():
            if name.startswith("-"):
                self._bundle.add_resource(FluentResource(source))

    def has(self, message_id: str) -> bool:
        """Whether the language has this message."""
        return message_id in self._entries

    def ids(self) -> tuple[str, ...]:
        """Every message id, sorted."""
        return tuple(sorted(name for name in self._entries if not name.startswith("-")))

    def source(self, message_id: str) -> str:
        """The source text of the message in its ``.ftl`` file. Raises ``KeyError`` for an unknown id."""
        return self._entries[message_id]

    def text(self, message_id: str, **facts: str | int) -> str:
        """The message with its blanks filled. Numbers have no thousands separator, since some of them are ports.

        Raises ``KeyError`` for an unknown id and for a blank that ``facts`` does not fill. Ignores a fact that has no
        blank: a message may need it in one language only.
        """
        return self._cached_text(message_id, **facts)

    def _format(self, message_id: str, **facts: str | int) -> str:
        if not self._bundle.has_message(message_id):
            self._bundle.add_resource(FluentResource(self._entries[message_id]))
        pattern = self._bundle.get_message(message_id).value
        if pattern is None:
            raise KeyError(f"{message_id} has no text")
        filled, errors = self._bundle.format_pattern(pattern, {name: _fact(name, facts[name]) for name in facts})
        if errors:
            raise KeyError(f"{message_id}: {'; '.join(str(error) for error in errors)}")
        return _fill_blanks(str(filled), facts)


class _Text(FluentType):
    """A text that fills a blank. Fluent writes its name between two marks; selectors compare the text itself."""

    def __init__(self, name: str, value: str) -> None:
        self.name = name
        self.value = value

    def __eq__(self, other: object) -> bool:
        return self.value == other

    def __hash__(self) -> int:
        return hash(self.value)

    def format(self, locale: Any) -> str:  # noqa: ARG002, ANN401 - the library's signature
        """The marks that :func:`_fill_blanks` replaces by the text."""
        return f"\ufdd0{self.name}\ufdd1"


def _fact(name: str, value: str | int) -> object:
    return fluent_number(value, useGrouping=False) if isinstance(value, int) else _Text(name, value)


_BLANK = re.compile("\ufdd0(.+?)\ufdd1")
_WIDE = re.compile("[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]")


def _fill_blanks(text: str, facts: Mapping[str, str | int]) -> str:
    """Replace each mark by its fact, and drop the spaces between two Chinese characters where the parts meet."""
    filled = ""
    for position, piece in enumerate(_BLANK.split(text)):
        part = str(facts[piece]) if position % 2 else piece
        if _WIDE.match(filled.rstrip(" ")[-1:]) and _WIDE.match(part.lstrip(" ")):
            filled = filled.rstrip(" ") + part.lstrip(" ")
        else:
            filled += part
    return filled


@lru_cache
def words_of(lang: Lang) -> Words:
    """The messages of ``lang`` from the files of the package."""
    return Words(lang, {name: source for text in sources(lang).values() for name, source in entries_of(text)})


def sources(lang: Lang) -> dict[str, str]:
    """The text of each ``.ftl`` file by its name, in alphabetical order."""
    folder = files("auditor.words") / lang.value
    paths = sorted((path.name, path) for path in folder.iterdir() if path.name.endswith(".ftl"))
    return {name: path.read_text(encoding="utf-8") for name, path in paths}


def entries_of(text: str) -> list[tuple[str, str]]:
    """Each message and term of an ``.ftl`` text as (name, source)."""
    entries = ((_NAME.match(part), part) for part in _ENTRY.split(text))
    return [(name.group(), part) for name, part in entries if name]
