"""Reads a YAML file into values that know their lines.

The reader is stricter than YAML: it refuses tags, merge keys, duplicate keys, several documents, deep nesting and
aliases that multiply. Every refusal is a ``ConfigError`` with file, line and key.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from auditor import resources
from auditor.errors import ConfigError
from auditor.files import reader

LONGEST = 60
"""Characters that are shown of a value."""


def shown(value: object) -> str:
    """A value as JSON, which distinguishes the text ``"22"`` from the number ``22``."""
    return cut(json.dumps(value, ensure_ascii=False))


def cut(text: str) -> str:
    """The first characters of a text, with unprintable ones escaped."""
    start = "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text[:LONGEST])
    return start if len(text) <= LONGEST else f"{start}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """The text of a file. Messages call it ``label``, and relative paths in it start at ``folder``.

    ``identity`` is equal for the same file under different names.
    """

    label: str
    text: str
    folder: Path
    identity: str


def from_path(path: Path) -> SourceText:
    """Reads a file. Raises ``ConfigError`` as :mod:`auditor.files.reader` does."""
    text = reader.read_text(path, reader.YAML_BYTES)
    return SourceText(label=str(path), text=text, folder=path.parent, identity=str(path.resolve()))


def from_text(text: str, label: str) -> SourceText:
    """A text from elsewhere, such as a pipe."""
    return SourceText(label=label, text=text, folder=Path(), identity=label)


def from_resources(name: str) -> SourceText:
    """Reads a built-in file, as in ``configs/tke-default.yaml``."""
    return SourceText(label=name, text=resources.text(name), folder=Path(), identity=f"built-in:{name}")


_WORD = re.compile(r"[\w-]{1,60}")

Scalar: TypeAlias = str | int | float | bool | None
Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"
KeyPath: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlNode:
    """A value and the line where it starts; a mapping also holds the line of each key.

    ``size`` counts this value and all values in it, with aliases expanded.
    """

    line: int
    content: Scalar | tuple[YamlNode, ...] | Mapping[str, tuple[int, YamlNode]]
    size: int = 1

    def plain(self) -> Plain:
        """The value without lines."""
        if isinstance(self.content, tuple):
            return [node.plain() for node in self.content]
        if isinstance(self.content, Mapping):
            return {key: node.plain() for key, (_, node) in self.content.items()}
        return self.content


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A YAML file; ``file`` is its name in messages."""

    file: str
    root: YamlNode

    def line(self, path: KeyPath) -> int:
        """The line of the value at ``path``, or of the innermost existing part of ``path``.

        For a list or a mapping under a key it is the line of the key.
        """
        return self._lines(path)[1]

    def key_line(self, path: KeyPath) -> int:
        """The line of the last key of ``path``."""
        return self._lines(path)[0]

    def _lines(self, path: KeyPath) -> tuple[int, int]:
        node, of_key, of_value = self.root, self.root.line, self.root.line
        for step in path:
            if isinstance(node.content, Mapping) and step in node.content:
                of_key, node = node.content[str(step)]
                of_value = of_key if isinstance(node.content, tuple | Mapping) else node.line
            elif isinstance(node.content, tuple) and isinstance(step, int):
                node = node.content[step]
                of_key = of_value = node.line
            else:
                break
        return of_key, of_value


def key_text(path: KeyPath) -> str:
    """A path as in ``waivers[0].packets.ports``, with quotes around a key that is not a word."""
    return "".join(_step(step) for step in path).removeprefix(".")


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _WORD.fullmatch(step) else f".{shown(step)}"


Content: TypeAlias = ScalarEvent | CollectionStartEvent
"""The events that start a value, aliases apart."""

_STUMBLES = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What the parser raises instead of its own errors for some broken texts, such as an escape beyond Unicode."""

MAX_DEPTH = 32
MAX_VALUES = 200_000
"""Values after every alias is written out: aliases of aliases make a small file vast."""

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?[0-9]{1,17}\.[0-9]{0,17}")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_PLAIN_TAGS = (None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map")
_MERGE_KEY = "<<"


@lru_cache(maxsize=8)
def read(source: SourceText) -> Document:
    """Parses the single document of a file; an empty file is an empty mapping. Raises ``ConfigError``.

    The same text is parsed once: a process that makes many runs reads the built-in baselines in each of them.
    """
    root = _Composer(source).compose()
    if root.content is None:
        root = YamlNode(line=root.line, content={})
    if not isinstance(root.content, Mapping):
        raise ConfigError("config-no-mapping", file=source.label, line=root.line, key="", expected="mapping")
    return Document(file=source.label, root=root)


class _Composer:
    """Builds nodes from the parser's events."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._breaks = [index for index, letter in enumerate(source.text) if letter == "\n"]
        self._anchors: dict[str, YamlNode] = {}
        self._reached = 0

    def compose(self) -> YamlNode:
        events = self._events()
        root: YamlNode | None = None
        for event in events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    raise self._error("config-second-document", event, (), expected="mapping")
                root = self._node(next(events), events, ())
        return root or YamlNode(line=1, content=None)

    def _events(self) -> Iterator[Event]:
        try:
            for event in YAML(typ="safe", pure=True).parse(self._source.text):
                self._reached = event.start_mark.index
                yield event
        except (YAMLError, *_STUMBLES) as error:
            raise self._syntax_error(error) from None

    def _node(self, event: Event, events: Iterator[Event], path: KeyPath) -> YamlNode:
        if len(path) > MAX_DEPTH:
            raise self._error("config-too-deep", event, path[:1], expected=MAX_DEPTH)
        if isinstance(event, AliasEvent):
            return self._alias(event, path)
        start = cast("Content", event)
        if start.tag not in _PLAIN_TAGS:
            raise self._error("config-tag", event, path, found=cut(str(start.tag)), expected="!!str")
        node = self._composed(start, events, path)
        if node.size > MAX_VALUES:
            raise self._error("config-too-many-values", event, path, expected=MAX_VALUES)
        if start.anchor:
            self._anchors[start.anchor] = node
        return node

    def _composed(self, event: Content, events: Iterator[Event], path: KeyPath) -> YamlNode:
        line = self._line(event)
        if isinstance(event, ScalarEvent):
            self._refuse_surrogates(event)
            return YamlNode(line=line, content=_scalar(event))
        if isinstance(event, SequenceStartEvent):
            return self._sequence(line, events, path)
        return self._mapping(line, events, path)

    def _sequence(self, line: int, events: Iterator[Event], path: KeyPath) -> YamlNode:
        items: list[YamlNode] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            items.append(self._node(event, events, (*path, len(items))))
        return YamlNode(line=line, content=tuple(items), size=1 + sum(item.size for item in items))

    def _mapping(self, start: int, events: Iterator[Event], path: KeyPath) -> YamlNode:
        entries: dict[str, tuple[int, YamlNode]] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._key(event, entries, path)
            line, node = self._line(event), self._node(next(events), events, (*path, key))
            # the parser marks a value that is not there where the next key begins
            entries[key] = line, replace(node, line=line) if node.content is None else node
        size = 1 + sum(node.size for _, node in entries.values())
        return YamlNode(line=start, content=MappingProxyType(entries), size=size)

    def _key(self, event: Event, entries: Mapping[str, tuple[int, YamlNode]], path: KeyPath) -> str:
        if not isinstance(event, ScalarEvent) or event.tag not in _PLAIN_TAGS:
            raise self._error("config-key-no-text", event, path, expected="text")
        self._refuse_surrogates(event)
        key = str(event.value)
        if key == _MERGE_KEY and event.style is None:
            raise self._error("config-merge-key", event, path, expected="text")
        if key in entries:
            raise self._error("config-duplicate-key", event, (*path, key), first=entries[key][0], expected=cut(key))
        return key

    def _refuse_surrogates(self, event: ScalarEvent) -> None:
        """Refuses escapes of surrogates, which UTF-8 cannot encode."""
        surrogate = next((letter for letter in event.value if "\ud800" <= letter <= "\udfff"), "")
        if surrogate:
            raise self._refusal(event.start_mark.index, f"U+{ord(surrogate):04X}")

    def _alias(self, event: AliasEvent, path: KeyPath) -> YamlNode:
        if event.anchor not in self._anchors:
            raise self._error(
                "config-unknown-alias", event, path, found=cut(event.anchor), expected=cut(f"&{event.anchor}")
            )
        return self._anchors[event.anchor]

    def _line(self, event: Event) -> int:
        return self._line_at(event.start_mark.index)

    def _line_at(self, index: int) -> int:
        """The line as editors count it; the parser also counts U+0085, U+2028 and U+2029."""
        return bisect_left(self._breaks, index) + 1

    def _error(self, message_id: str, event: Event, path: KeyPath, **facts: str | int) -> ConfigError:
        return ConfigError(message_id, file=self._source.label, line=self._line(event), key=key_text(path), **facts)

    def _syntax_error(self, error: Exception) -> ConfigError:
        if isinstance(error, ReaderError):  # a character that YAML bars
            return self._refusal(error.position, f"U+{error.character:04X}: {error.reason}")
        problem, context = (getattr(error, name, None) for name in ("problem_mark", "context_mark"))
        at_end = problem is not None and problem.index >= len(self._source.text.rstrip())
        mark = context if context is not None and (at_end or problem is None) else problem
        index = self._reached if mark is None else mark.index
        return self._refusal(index, str(getattr(error, "problem", None) or error))

    def _refusal(self, index: int, detail: str) -> ConfigError:
        line, label = self._line_at(index), self._source.label
        if "'\\t'" in detail:
            return ConfigError("config-tab", file=label, line=line, key="", expected="spaces")
        return ConfigError("config-no-yaml", file=label, line=line, key="", expected="YAML", detail=cut(detail))


def _scalar(event: ScalarEvent) -> Scalar:
    text = str(event.value)
    if event.style is not None or event.tag is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
