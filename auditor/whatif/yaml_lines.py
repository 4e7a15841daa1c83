"""YAML whose mappings know the lines of their keys, and the complaints about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.config.yaml_reader import KeyPath, YamlNode, cut, from_text, key_text, read
from auditor.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A value of the file with the key and line at which it stands."""

    file: str
    path: KeyPath = ()
    line: int
    node: YamlNode

    @property
    def key(self) -> str:
        """As in ``changes[0].rules[2].port``."""
        return key_text(self.path)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written here, or an empty text."""
        return self.node.content in (None, "")

    def mapping(self, known: frozenset[str]) -> dict[str, Part]:
        """The entries of a mapping; unknown keys are refused."""
        if not isinstance(self.node.content, Mapping):
            raise self.wrong("a mapping of keys to values")
        parts = {}
        for name, (line, node) in self.node.content.items():
            part = Part(file=self.file, path=(*self.path, name), line=line, node=node)
            if name not in known:
                words = ", ".join(sorted(known))
                raise ConfigError(
                    "change-file-unknown-key", file=self.file, line=line, key=part.key, found=cut(name), expected=words
                )
            parts[name] = part
        return parts

    def items(self) -> tuple[Part, ...]:
        """The items of a list."""
        if not isinstance(self.node.content, tuple):
            raise self.wrong("a list")
        return tuple(
            Part(file=self.file, path=(*self.path, index), line=node.line, node=node)
            for index, node in enumerate(self.node.content)
        )

    def text(self) -> str:
        """A word or whole number as text."""
        content = self.node.content
        if isinstance(content, bool) or not isinstance(content, str | int) or not str(content).strip():
            raise self.wrong("a text")
        return str(content).strip()

    def texts(self) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(item.text() for item in self.items())

    def one_of(self, words: tuple[str, ...]) -> str:
        """One of these words, in any case."""
        word = self.text().lower()
        if word not in words:
            raise self.wrong(" | ".join(words))
        return word

    def wrong(self, expected: str) -> ConfigError:
        """The complaint that something else stands here."""
        return ConfigError("change-file-shape", file=self.file, line=self.line, key=self.key, expected=expected)

    def missing(self, key: str) -> ConfigError:
        """The complaint that a key is not here."""
        return ConfigError("change-file-missing-key", file=self.file, line=self.line, key=self.key, expected=key)


def load(text: str, file: str) -> Part:
    """The document of a file. Raises ``ConfigError`` as the configuration's reader does."""
    document = read(from_text(text, file))
    return Part(file=file, line=document.root.line, node=document.root)
