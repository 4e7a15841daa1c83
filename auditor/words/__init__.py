"""Message catalogues: every sentence that a person reads, in English and Chinese, in Project Fluent's format.

One ``.ftl`` file an area in each language's folder; ids start with the area (``table-closing``). Message ids never
reach a reader: an unknown id or a blank without its fact is a ``KeyError``, in tests and out of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from auditor.errors import ConfigError

if TYPE_CHECKING:
    from auditor.words.messages import Words


class Lang(StrEnum):
    """The languages that the tool speaks."""

    EN = "en"
    ZH = "zh"


LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where the locale names its language, strongest first (POSIX, section 8.2)."""


def lang_of(explicit: str | None, env: Mapping[str, str]) -> Lang:
    """The language asked for: ``explicit``, else ``SGAUDIT_LANG``, else the locale's, else English.

    A word asked for must be a language that the tool speaks, else ``ConfigError``; a locale may name any.
    """
    asked = explicit or env.get("SGAUDIT_LANG", "")
    if asked:
        return _spoken(asked)
    locale = next((env[name] for name in LOCALE_VARIABLES if env.get(name)), "")
    return Lang.ZH if locale.lower().startswith("zh") else Lang.EN


def _spoken(asked: str) -> Lang:
    try:
        return Lang(asked.strip().lower())
    except ValueError:
        raise ConfigError("errors-unknown-language", language=asked, known=", ".join(Lang)) from None


def catalogue(lang: Lang) -> Words:
    """The messages of one language. Fluent is loaded at the first call, not at import."""
    from auditor.words.messages import words_of  # noqa: PLC0415 - it costs 60 ms, and --version says nothing

    return words_of(lang)
