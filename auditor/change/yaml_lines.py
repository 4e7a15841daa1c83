"""YAML whose mappings know the lines of their keys, and the complaints about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from auditor.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A value of the file with the key and line at which it stands."""

    file: str
    key: str
    line: int
    value: Any

    def mapping(self, known: frozenset[str]) -> dict[str, Part]:
        """The entries of a mapping; unknown keys are refused."""
        if not isinstance(self.value, CommentedMap):
            raise self.wrong("a mapping of keys to values")
        found = {}
        for name, value in self.value.items():
            line = self.value.lc.key(name)[0] + 1
            part = Part(file=self.file, key=f"{self.key}.{name}" if self.key else str(name), line=line, value=value)
            if name not in known:
                words = ", ".join(sorted(known))
                raise ConfigError(
                    "change-file-unknown-key", file=self.file, line=line, key=part.key, found=str(name), expected=words
                )
            found[str(name)] = part
        return found

    def items(self) -> tuple[Part, ...]:
        """The items of a list."""
        if not isinstance(self.value, CommentedSeq):
            raise self.wrong("a list")
        return tuple(
            Part(file=self.file, key=f"{self.key}[{place}]", line=self.value.lc.item(place)[0] + 1, value=value)
            for place, value in enumerate(self.value)
        )

    def text(self) -> str:
        """A word or number as text."""
        if isinstance(self.value, bool) or not isinstance(self.value, str | int) or not str(self.value).strip():
            raise self.wrong("a text")
        return str(self.value).strip()

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.text() for item in self.items())

    def one_of(self, words: tuple[str, ...]) -> str:
        """One of these words, in any case."""
        found = self.text().lower()
        if found not in words:
            raise self.wrong(" | ".join(words))
        return found

    def wrong(self, expected: str) -> ConfigError:
        """The complaint that something else stands here."""
        return ConfigError("change-file-shape", file=self.file, line=self.line, key=self.key, expected=expected)

    def missing(self, key: str) -> ConfigError:
        """The complaint that a key is not here."""
        return ConfigError("change-file-missing-key", file=self.file, line=self.line, key=self.key, expected=key)


def load(text: str, source: str) -> Part:
    """The document of a file. Raises ``ConfigError`` with the line of whatever is no YAML."""
    try:
        found = YAML(typ="rt", pure=True).load(text)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        detail = error.problem if isinstance(error, MarkedYAMLError) and error.problem else "unreadable"
        line = mark.line + 1 if mark is not None else 1
        raise ConfigError("change-file-syntax", file=source, line=line, detail=str(detail)) from None
    return Part(file=source, key="", line=1, value=found)
