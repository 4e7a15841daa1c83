"""Finds the headers of the top-level blocks in a Terraform file, with their lines.

This is a scanner, not a parser: it follows comments, strings, heredocs, interpolations and brackets just far enough to
know where a block of the file itself begins. A text that ends inside any of them has no blocks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.errors import ConfigError
from auditor.files import json_reader

JSON_SUFFIX = ".tf.json"
SUFFIXES = (".tf", JSON_SUFFIX)
"""The ends of the names of Terraform's files."""

_LABELS = {"resource": 3, "data": 3, "module": 2}
"""The blocks that a place is looked up for, with the number of words in their headers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block by the words of its header, such as ``("resource", "tencentcloud_vpc", "blue")``, and its line."""

    labels: tuple[str, ...]
    line: int


def blocks(path: str, text: str) -> tuple[Block, ...]:
    """The ``resource``, ``data`` and ``module`` blocks of a file, in order; the end of ``path`` tells its syntax."""
    scanned = _of_json(text, path) if path.endswith(JSON_SUFFIX) else _Scanner(text).blocks()
    return tuple(block for block in scanned if _LABELS.get(block.labels[0]) == len(block.labels))


_CODE = re.compile(
    r"""
    (?P<newline>\n)
  | (?P<comment>(?:\#|//)[^\n]*+ | /\*(?:[^*]++|\*(?!/))*+\*/)
  | (?P<heredoc><<-?(?P<marker>[^\W\d][\w-]*+)[ \t]*+\r?\n)
  | "(?P<literal>[^"\\$%\n]*+)"
  | (?P<quote>")
  | (?P<open>[{(\[])
  | (?P<close>[})\]])
  | (?P<word>[^\W\d][\w-]*+)
  | (?P<space>[ \t\r]++)
  | (?P<broken>/\*)
  | (?P<other>.)
    """,
    re.VERBOSE,
)
_QUOTED = re.compile(r'(?P<end>")|(?P<code>[$%]\{)|(?P<broken>\n)|\$\$\{|%%\{|\\.|[^"\\$%\n]++|.')
_HEREDOC = re.compile(r"(?P<newline>\n)|(?P<code>[$%]\{)|\$\$\{|%%\{|[^$%\n]++|.")


@dataclass(slots=True, kw_only=True)
class _Frame:
    """A part of the text in which others lie: code (``syntax`` of :data:`_CODE`), a quoted string, or a heredoc."""

    syntax: re.Pattern[str]
    marker: str = ""
    depth: int = 0


@dataclass(slots=True)
class _Scanner:
    """Walks through a text once. ``header`` is the words of a line outside all blocks, ``None`` for another line."""

    text: str
    position: int = 0
    line: int = 1
    frames: list[_Frame] = field(default_factory=lambda: [_Frame(syntax=_CODE)])
    header: list[str] | None = field(default_factory=list)
    header_line: int = 1

    def blocks(self) -> tuple[Block, ...]:
        headers: list[Block] = []
        while self.position < len(self.text):
            if self._heredoc_ends():
                continue
            match = self.frames[-1].syntax.match(self.text, self.position)
            if match is None or match.lastgroup == "broken":
                return ()
            block = self._step(match)
            if block is not None:
                headers.append(block)
            self.line += self.text.count("\n", self.position, match.end())
            self.position = match.end()
        is_whole = len(self.frames) == 1 and not self.frames[0].depth
        return tuple(headers) if is_whole else ()

    def _heredoc_ends(self) -> bool:
        """Leaves a heredoc at the line with its marker."""
        marker = self.frames[-1].marker
        if not marker or not self.text.startswith("\n", self.position - 1):
            return False
        end = re.compile(rf"[ \t]*{re.escape(marker)}[ \t]*\r?(?=\n|\Z)").match(self.text, self.position)
        if end is None:
            return False
        self.frames.pop()
        self.position = end.end()
        return True

    def _step(self, match: re.Match[str]) -> Block | None:
        frame = self.frames[-1]
        if frame.syntax is _CODE:
            return self._code(frame, match)
        if match.lastgroup == "code":
            self.frames.append(_Frame(syntax=_CODE))
        elif match.lastgroup == "end":
            self.frames.pop()
        return None

    def _code(self, frame: _Frame, match: re.Match[str]) -> Block | None:
        is_outside = len(self.frames) == 1 and not frame.depth
        kind = match.lastgroup
        if kind == "open":
            frame.depth += 1
        elif kind == "close":
            self._close(frame)
        elif kind == "quote":
            self.frames.append(_Frame(syntax=_QUOTED))
        elif kind == "heredoc":
            self.frames.append(_Frame(syntax=_HEREDOC, marker=match["marker"]))
        return self._header(match) if is_outside else None

    def _close(self, frame: _Frame) -> None:
        if frame.depth:
            frame.depth -= 1
        elif len(self.frames) > 1:
            self.frames.pop()

    def _header(self, match: re.Match[str]) -> Block | None:
        """Takes a token outside all blocks; returns the block whose header it completes."""
        word = match["word"] or match["literal"]
        if match["newline"]:
            self.header = []
        elif match["open"] == "{" and self.header:
            block = Block(labels=tuple(self.header), line=self.header_line)
            self.header = None
            return block
        elif word and self.header is not None and (self.header or match["word"]):
            self.header_line = self.header_line if self.header else self.line
            self.header.append(word)
        elif not (match["comment"] or match["space"]):
            self.header = None
        return None


_JSON = re.compile(r'(?P<string>"(?:[^"\\]++|\\.)*+")(?P<colon>\s*+:)?|(?P<open>[{\[])|(?P<close>[}\]])|[^"{}\[\]]++')


def _of_json(text: str, path: str) -> Iterator[Block]:
    """The blocks of a file in JSON syntax: nested objects, in which a list holds several objects of one path."""
    try:
        json_reader.load(text, path)
    except ConfigError:
        return
    keys: list[str | None] = []
    line = 1
    for match in _JSON.finditer(text):
        if match["open"]:
            keys.append(None)
        elif match["close"]:
            keys.pop()
        elif match["colon"]:
            keys[-1] = json.loads(match["string"])
            labels = tuple(key for key in keys if key is not None)
            if _LABELS.get(labels[0]) == len(labels):
                yield Block(labels=labels, line=line)
        line += match[0].count("\n")
