"""Lays out lines for a terminal: wrapping, table cells, indented paragraphs and colours.

Widths are columns, of which a wide character takes two. Lines break where Latin and Chinese text may break.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from wcwidth import wcswidth, wcwidth

from auditor.model.codes import Severity, Verdict
from auditor.reporter import escape

if TYPE_CHECKING:
    from auditor.reporter.options import RenderOptions

_OPENING = "（「『《〈【“‘\"'(\\["
_CLOSING = "，。、；：！？）」』》〉】”’…\"'),.;:!?\\]"
_WIDE = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6"
    "\U0001f300-\U0001faff\U00020000-\U0003fffd"
)
_UNIT = re.compile(f"[{_OPENING}]*(?:[^\\s{_WIDE}]+|[\\S\u3000])[{_CLOSING}]*|\\s+")
"""An unbreakable unit: a run of Latin text or one wide character, with the punctuation that belongs to it.

A character outside a run is wide; the wide ones are listed once, since the list takes 2 ms to compile.
"""


def columns(text: str) -> int:
    """How many columns ``text`` takes; it holds no control character."""
    return max(wcswidth(text), 0)


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` columns; an ellipsis stands for what is cut off."""
    if columns(text) <= width:
        return text
    kept, used = "", 0
    for character in text:
        size = max(wcwidth(character), 0)
        if used + size > width - 1:
            break
        kept, used = kept + character, used + size
    return f"{kept.rstrip()}…"


def wrapped(text: str, width: int) -> list[str]:
    """``text`` as lines of at most ``width`` columns; longer words are broken. An empty text gives one empty line."""
    lines: list[str] = []
    line, used = "", 0
    for unit in _units(text, width):
        size = columns(unit)
        if used + size > width and line:
            lines.append(line.rstrip())
            line, used = "", 0
        if line or not unit.isspace():
            line, used = line + unit, used + size
    return [*lines, line.rstrip()]


def _units(text: str, width: int) -> Iterator[str]:
    for unit in _UNIT.findall(text):
        if columns(unit) <= width:
            yield unit
        else:
            yield from _broken(unit, width)


def _broken(unit: str, width: int) -> Iterator[str]:
    """The pieces of a unit that is wider than a line; a combining mark stays with its letter."""
    piece, used = "", 0
    for character in unit:
        size = max(wcwidth(character), 0)
        if used + size > width:
            yield piece
            piece, used = "", 0
        piece, used = piece + character, used + size
    yield piece


def fitted(
    rows: Sequence[Sequence[str]], width: int, *, whole: int | None = None, firm: int | None = None, gap: int = 2
) -> list[list[str]]:
    """Cells wrapped so that the table takes at most ``width`` columns: the widest columns give way first.

    The ``whole`` column never gives way, the ``firm`` column last. Every column keeps a minimum, so that a table on a
    very narrow terminal is too wide rather than unreadable.
    """
    if not rows:
        return []
    sizes = [max(columns(cell) for cell in column) for column in zip(*rows, strict=True)]
    room = width - gap * (len(sizes) - 1)
    yielding = [index for index in range(len(sizes)) if index != whole]
    _narrow(sizes, [index for index in yielding if index != firm], room, _READABLE)
    _narrow(sizes, yielding, room, _NARROWEST)
    return [["\n".join(wrapped(cell, size)) for cell, size in zip(row, sizes, strict=True)] for row in rows]


_HEADER_ROOM = "  "
"""The columns that tabulate adds to the width of a header."""


def table(header: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """A table with a header as lines of at most ``width`` columns, as :func:`fitted` makes them."""
    escaped = [[escape.terminal(cell) for cell in row] for row in rows]
    cells = fitted([[f"{name}{_HEADER_ROOM}" for name in header], *escaped], width)
    from tabulate import tabulate  # noqa: PLC0415 - help needs no table

    return tabulate(cells[1:], headers=cells[0], tablefmt="simple", disable_numparse=True).splitlines()


def columns_of(
    rows: Sequence[Sequence[str]], width: int, *, whole: int | None = None, firm: int | None = None
) -> Iterator[list[str]]:
    """The lines of each row of a table without a header; ``whole`` and ``firm`` as for :func:`fitted`."""
    escaped = [[escape.terminal(cell) for cell in row] for row in rows]
    cells = fitted(escaped, width, whole=whole, firm=firm)
    from tabulate import tabulate  # noqa: PLC0415 - help needs no table

    lines = iter(tabulate(cells, tablefmt="plain", disable_numparse=True).split("\n") if cells else ())
    for row in cells:
        yield [next(lines) for _ in range(max(cell.count("\n") for cell in row) + 1)]


_READABLE = 24
_NARROWEST = 8


def _narrow(sizes: list[int], yielding: list[int], room: int, least: int) -> None:
    """Take columns from the widest of those that yield until all fit, or none has more than ``least``."""
    while sum(sizes) > room:
        widest = max(yielding, key=lambda index: sizes[index])
        if sizes[widest] <= least:
            return
        sizes[widest] -= 1


NARROWEST = 40
"""The least width in columns: a narrower terminal breaks the lines itself."""


class Style(StrEnum):
    """Colours as parameters of the SGR sequence (ECMA-48, section 8.3.117)."""

    ALARM = "1;31"
    BAD = "31"
    WARNING = "33"
    NOTE = "36"
    GOOD = "32"
    FAINT = "2"
    BOLD = "1"


SEVERITY_STYLES = {
    Severity.CRITICAL: Style.ALARM,
    Severity.HIGH: Style.BAD,
    Severity.MEDIUM: Style.WARNING,
    Severity.LOW: Style.NOTE,
    Severity.INFO: Style.FAINT,
}
VERDICT_STYLES = {
    Verdict.COMPLIANT: Style.GOOD,
    Verdict.NON_COMPLIANT: Style.ALARM,
    Verdict.UNKNOWN: Style.WARNING,
    Verdict.NOT_AUDITED: Style.WARNING,
    Verdict.EMPTY: Style.FAINT,
    Verdict.EXCLUDED: Style.FAINT,
}


class Screen:
    """Makes lines of at most the terminal's width. Colour only adds: without it no word is missing."""

    def __init__(self, options: RenderOptions) -> None:
        self.width = max(options.width, NARROWEST)
        self._colour = options.colour

    def painted(self, text: str, style: Style) -> str:
        """``text`` in a colour, where colours are on. It must have been escaped."""
        return f"\x1b[{style}m{text}\x1b[0m" if self._colour and text else text

    def heading(self, text: str) -> list[str]:
        """A section's first line, with an empty line before it."""
        return ["", self.painted(escape.terminal(text), Style.BOLD)]

    def paragraph(self, text: str, indent: int = 0, hang: int = 0) -> list[str]:
        """``text`` broken into lines, ``indent`` columns from the left, later lines ``hang`` further."""
        lines = wrapped(escape.terminal(text), self.width - indent - hang)
        return [" " * (indent + (hang if number else 0)) + line for number, line in enumerate(lines)]

    def led(self, lead: str, style: Style, text: str, indent: int = 0) -> list[str]:
        """A paragraph that starts with a coloured word; later lines hang below the text."""
        word = escape.terminal(lead)
        hang = columns(word) + 2
        first, *rest = wrapped(escape.terminal(text), self.width - indent - hang)
        margin = " " * indent
        return [f"{margin}{self.painted(word, style)}  {first}", *(f"{margin}{' ' * hang}{line}" for line in rest)]

    def bullets(self, texts: Iterable[str], indent: int = 2) -> list[str]:
        """A dash before each text."""
        return [line for text in texts for line in self._bullet(text, indent)]

    def _bullet(self, text: str, indent: int) -> list[str]:
        first, *rest = wrapped(escape.terminal(text), self.width - indent - 2)
        return [f"{' ' * indent}- {first}", *(f"{' ' * indent}  {line}" for line in rest)]

    def fields(self, fields: Sequence[tuple[str, Sequence[str]]], indent: int = 2) -> list[str]:
        """Labels in a column of their own with their texts beside them; a field without text is left out."""
        shown = [(escape.terminal(label), texts) for label, texts in fields if any(texts)]
        label_width = max((columns(label) for label, _ in shown), default=0) + 2
        lines: list[str] = []
        for label, texts in shown:
            inner = [line for text in texts for line in self.paragraph(text, indent + label_width, hang=0)]
            start = " " * indent + self.painted(label, Style.FAINT) + " " * (label_width - columns(label))
            lines += [start + inner[0].lstrip(" "), *inner[1:]]
        return lines
