"""Reads the pages of the reference, which ``sgaudit help TOPIC`` prints.

Each language has a folder of Markdown files, one for each topic. Both languages have the same topics.
"""

from __future__ import annotations

from pathlib import Path

from auditor.words import Lang

_SUFFIX = ".md"


def names() -> tuple[str, ...]:
    """The names of the topics in alphabetical order."""
    return tuple(sorted(path.name.removesuffix(_SUFFIX) for path in _folder(Lang.EN).iterdir()))


def text(name: str, lang: Lang) -> str:
    """The page of a topic: Markdown, its title first, newline at the end. Raises ``FileNotFoundError``."""
    return (_folder(lang) / f"{name}{_SUFFIX}").read_text(encoding="utf-8")


def title(name: str, lang: Lang) -> str:
    """The title of a topic, without the mark of a heading."""
    return text(name, lang).partition("\n")[0].removeprefix("# ")


def _folder(lang: Lang) -> Path:
    return Path(__file__).parent / lang.value / "topics"
