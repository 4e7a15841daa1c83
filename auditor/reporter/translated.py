"""A message of our own that a gap carries in English, as data does, said in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from auditor.words import Lang, catalogue

_BLANK = re.compile(r"\{ \$(\w+) \}")


def translated(message: str, lang: Lang, area: str) -> str:
    """The message in ``lang``, where one of the catalogue's ``area`` has said it; else as it is."""
    for message_id, form in _forms(area):
        if found := form.fullmatch(message):
            return catalogue(lang).text(message_id, **found.groupdict())
    return message


@cache
def _forms(area: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(_read(area))


def _read(area: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    english = catalogue(Lang.EN)
    for message_id in english.ids():
        _, _, text = english.source(message_id).partition("=")
        if message_id.startswith(f"{area}-"):
            parts = _BLANK.split(re.sub(r"\s*\n#.*", "", text, flags=re.DOTALL).strip())
            blanks = [f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts)]
            yield message_id, re.compile("".join(blanks), re.DOTALL)
