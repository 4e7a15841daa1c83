"""Loads the message catalogues: every sentence that a person reads, in English and Chinese, in Project Fluent's format.

Each language has a folder with one ``.ftl`` file for each area. Message ids start with the area (``table-closing``).
A reader never sees a message id: an unknown id, or a blank that the caller does not fill, raises ``KeyError``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from auditor.errors import ConfigError

if TYPE_CHECKING:
    from auditor.words.messages import Words


class Lang(StrEnum):
    """The languages of the messages."""

    EN = "en"
    ZH = "zh"


class MessageText(Protocol):
    """Fills a message of a catalogue: ``catalogue(lang).text``."""

    def __call__(self, message_id: str, **facts: str | int) -> str:
        """The text."""
        ...


LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Environment variables that name the locale, the strongest first (POSIX, section 8.2)."""


def lang_of(explicit: str | None, env: Mapping[str, str]) -> Lang:
    """The language of the run: ``explicit``, else ``SGAUDIT_LANG``, else the language of the locale, else English.

    ``explicit`` and ``SGAUDIT_LANG`` must name a language of the catalogues, or ``ConfigError`` is raised. A locale may
    name any language.
    """
    name = explicit or env.get("SGAUDIT_LANG", "")
    if name:
        return _parse(name)
    locale = next((env[name] for name in LOCALE_VARIABLES if env.get(name)), "")
    return Lang.ZH if locale.lower().startswith("zh") else Lang.EN


def _parse(name: str) -> Lang:
    try:
        return Lang(name.strip().lower())
    except ValueError:
        raise ConfigError("errors-unknown-language", language=name, known=", ".join(Lang)) from None


def catalogue(lang: Lang) -> Words:
    """The messages of one language. The first call reads the files; importing this module does not."""
    from auditor.words.messages import words_of  # noqa: PLC0415 - --version needs no message

    return words_of(lang)
