"""A YAML document as a tree of plain values that know their lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from auditor.config.shown import shown

_WORD = re.compile(r"[\w-]{1,60}")

Scalar: TypeAlias = str | int | float | bool | None
Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"
KeyPath: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value with the line on which it starts. A mapping holds for each key the key's own line and the value.

    ``size`` counts the values in it, itself included, with every alias written out.
    """

    line: int
    content: Scalar | tuple[Node, ...] | Mapping[str, tuple[int, Node]]
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
    """One YAML file as read. ``file`` is its name as the person knows it."""

    file: str
    root: Node

    def line(self, path: KeyPath) -> int:
        """The line of the value at ``path``, or of the innermost part of ``path`` that is there.

        A list or mapping under a key counts from the key.
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
    """``waivers[0].packets.ports``; a key that is more than a word stands in quotes."""
    return "".join(_step(step) for step in path).removeprefix(".")


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _WORD.fullmatch(step) else f".{shown(step)}"
