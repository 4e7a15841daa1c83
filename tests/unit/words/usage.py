"""Finds the messages that no code asks for, by the strings that are written in the package.

A message is used where a file holds its whole id, or an f-string that can make it: each gap of the f-string must be
filled with a word that some file holds. ``f"gaps-cause-{cause}"`` makes ``gaps-cause-clock`` while there is a
``"clock"``. A file with ``f"gaps-{name}"`` may write its ids without the area. ``f"{message_id}-near"`` makes an id
with this ending from each id that is written whole.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

Pattern = tuple[str | None, ...]
"""The parts of an id: text as it is written, ``None`` for a word that is filled in."""

_WHOLE_IN_TEMPLATE = re.compile(r""""([\w-]+)"\|t\b""")
_START_IN_TEMPLATE = re.compile(r"""\("([\w-]+)" ~ [^()]*\)\|t\b""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The strings of one file: whole ones, and those with gaps."""

    strings: frozenset[str]
    patterns: frozenset[Pattern]


@cache
def parse_modules(package: Path) -> Mapping[Path, ast.Module]:
    """The syntax tree of every Python file of the package."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(package.rglob("*.py"))}


@cache
def read_sources(package: Path) -> tuple[Source, ...]:
    """The strings of every Python file and every page template of the package."""
    modules = [_read_module(tree) for tree in parse_modules(package).values()]
    templates = [_read_template(path.read_text(encoding="utf-8")) for path in sorted(package.rglob("*.j2"))]
    return (*modules, *templates)


def _read_module(tree: ast.Module) -> Source:
    nodes = list(ast.walk(tree))
    strings = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    patterns = {_pattern(node) for node in nodes if isinstance(node, ast.JoinedStr)}
    patterns |= {(string, None) for string in strings if string.endswith("-")}
    return Source(strings=frozenset(strings), patterns=frozenset(patterns))


def _pattern(node: ast.JoinedStr) -> Pattern:
    return tuple(str(part.value) if isinstance(part, ast.Constant) else None for part in node.values)


def _read_template(text: str) -> Source:
    return Source(
        strings=frozenset(_WHOLE_IN_TEMPLATE.findall(text)),
        patterns=frozenset((string, None) for string in _START_IN_TEMPLATE.findall(text)),
    )


def unused(message_ids: Iterable[str], sources: Iterable[Source]) -> list[str]:
    """The ids that no source can make."""
    sources = tuple(sources)
    words = frozenset(word for source in sources for string in source.strings for word in _words(string))
    ids = tuple(message_ids)
    areas = frozenset(message_id.partition("-")[0] for message_id in ids)
    strings, patterns = set[str](), set[Pattern]()
    for source in sources:
        prefixes = {f"{area}-" for area in areas if (f"{area}-", None) in source.patterns}
        strings |= source.strings | {prefix + string for prefix in prefixes for string in source.strings}
        patterns |= source.patterns | {(prefix, *pattern) for prefix in prefixes for pattern in source.patterns}
    endings = {pattern[1] for pattern in patterns if len(pattern) > 1 and pattern[0] is None and pattern[1]}
    strings |= {f"{string}{ending}" for ending in endings for string in strings.intersection(ids)}
    telling = [pattern for pattern in patterns if _names_more_than_an_area(pattern, areas)]
    return [name for name in ids if name not in strings and not any(_makes(one, name, words) for one in telling)]


def _words(string: str) -> Iterator[str]:
    """The string as an id holds it: an option without its dashes, a command of two words joined by one."""
    yield from (string, string.lstrip("-"), string.replace(" ", "-"))


def _names_more_than_an_area(pattern: Pattern, areas: frozenset[str]) -> bool:
    text = "".join(part or "" for part in pattern)
    area, dash, rest = text.partition("-")
    return bool(dash) and area in areas and bool(rest)


def _makes(pattern: Pattern, text: str, words: frozenset[str]) -> bool:
    """Whether the pattern can become the text with words of the source in its gaps."""
    if not pattern:
        return not text
    first, *rest = pattern
    if first is not None:
        return text.startswith(first) and _makes(tuple(rest), text[len(first) :], words)
    ends = range(1, len(text) + 1)
    return any((text[:end] in words or text[:end].isdigit()) and _makes(tuple(rest), text[end:], words) for end in ends)
