"""Reads the ``.ftl`` files of one language and fills the blanks; an entry is parsed when it is first asked for."""

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
    """Babel opens whatever file ``TZ`` names while it is imported; no message shows a time of day."""
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


COMPOSED = 1 << 14
"""How many filled messages are remembered: reports say the same words over and over, each format all of them again."""


class Words:
    """The messages of one language.

    ``entries`` maps each message id to its source text; terms (``-security-group``) start with a dash.
    """

    def __init__(self, lang: Lang, entries: Mapping[str, str]) -> None:
        self.lang = lang
        self._entries = entries
        self._composed = lru_cache(maxsize=COMPOSED)(self._compose)
        self._bundle = FluentBundle([lang.value], use_isolating=False)
        for name, source in entries.items():
            if name.startswith("-"):
                self._bundle.add_resource(FluentResource(source))

    def has(self, message_id: str) -> bool:
        """Whether there is such a message."""
        return message_id in self._entries

    def ids(self) -> tuple[str, ...]:
        """Every message id, sorted."""
        return tuple(sorted(name for name in self._entries if not name.startswith("-")))

    def source(self, message_id: str) -> str:
        """The message as its file has it. Raises ``KeyError`` for an unknown id."""
        return self._entries[message_id]

    def text(self, message_id: str, **facts: str | int) -> str:
        """The message with its blanks filled; numbers are written without grouping, as ports must be.

        Raises ``KeyError`` for an unknown id and for a blank that ``facts`` does not fill. Facts without a blank are
        ignored: a language may do without one.
        """
        return self._composed(message_id, **facts)

    def _compose(self, message_id: str, **facts: str | int) -> str:
        if not self._bundle.has_message(message_id):
            self._bundle.add_resource(FluentResource(self._entries[message_id]))
        pattern = self._bundle.get_message(message_id).value
        if pattern is None:
            raise KeyError(f"{message_id} has no text")
        filled, errors = self._bundle.format_pattern(pattern, {name: _fact(name, facts[name]) for name in facts})
        if errors:
            raise KeyError(f"{message_id}: {'; '.join(str(error) for error in errors)}")
        return _put_together(str(filled), facts)


class _Text(FluentType):
    """A fact that Fluent carries as a blank by name: it refuses longer texts, and never needs to see this one.

    A selector compares it as the text that it is.
    """

    def __init__(self, name: str, value: str) -> None:
        self.name = name
        self.value = value

    def __eq__(self, other: object) -> bool:
        return self.value == other

    def __hash__(self) -> int:
        return hash(self.value)

    def format(self, locale: Any) -> str:  # noqa: ARG002, ANN401 - the library's signature
        """The blank that :meth:`Words.text` fills afterwards."""
        return f"\ufdd0{self.name}\ufdd1"


def _fact(name: str, value: str | int) -> object:
    return fluent_number(value, useGrouping=False) if isinstance(value, int) else _Text(name, value)


_BLANK = re.compile("\ufdd0(.+?)\ufdd1")
_WIDE = re.compile("[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]")


def _put_together(text: str, facts: Mapping[str, str | int]) -> str:
    """Fills the blanks. A Chinese message keeps a space beside them for Latin text; a Chinese fact does without."""
    whole = ""
    for place, piece in enumerate(_BLANK.split(text)):
        part = str(facts[piece]) if place % 2 else piece
        if _WIDE.match(whole.rstrip(" ")[-1:]) and _WIDE.match(part.lstrip(" ")):
            whole = whole.rstrip(" ") + part.lstrip(" ")
        else:
            whole += part
    return whole


@lru_cache
def words_of(lang: Lang) -> Words:
    """The catalogue of ``lang`` from the package's own files."""
    return Words(lang, {name: source for text in sources(lang).values() for name, source in entries_of(text)})


def sources(lang: Lang) -> dict[str, str]:
    """The text of each ``.ftl`` file by its name, in alphabetical order."""
    folder = files("auditor.words") / lang.value
    found = sorted((item.name, item) for item in folder.iterdir() if item.name.endswith(".ftl"))
    return {name: item.read_text(encoding="utf-8") for name, item in found}


def entries_of(text: str) -> list[tuple[str, str]]:
    """Each message and term of an ``.ftl`` text as (name, source)."""
    found = ((_NAME.match(part), part) for part in _ENTRY.split(text))
    return [(name.group(), part) for name, part in found if name]
