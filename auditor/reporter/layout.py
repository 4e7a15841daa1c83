"""Lines of a terminal: widths as columns, wide characters counting two, and breaks where both scripts allow them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wcwidth import wcswidth, wcwidth

_OPENING = "（「『《〈【“‘\"'(\\["
_CLOSING = "，。、；：！？）」』》〉】”’…\"'),.;:!?\\]"
_WIDE = (
    "\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6"
    "\U0001f300-\U0001faff\U00020000-\U0003fffd"
)
_UNIT = re.compile(f"[{_OPENING}]*(?:[^\\s{_WIDE}]+|[{_WIDE}])[{_CLOSING}]*|\\s+")
"""What stays on one line: a run of Latin, or one wide character, with the punctuation that may not be torn from it."""


def columns(text: str) -> int:
    """How many columns ``text`` takes; it holds no control character."""
    return max(wcswidth(text), 0)


def wrapped(text: str, width: int) -> list[str]:
    """``text`` as lines of at most ``width`` columns; what has no break in it is broken anyway. No text is one line."""
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
    """A unit wider than a line in pieces; a mark without a width of its own stays with its letter."""
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

    The ``whole`` column never gives way, the ``firm`` one last. Every column keeps a few, so that a very narrow
    terminal gets a wider table, not an unreadable one.
    """
    if not rows:
        return []
    sizes = [max(columns(cell) for cell in column) for column in zip(*rows, strict=True)]
    room = width - gap * (len(sizes) - 1)
    yielding = [place for place in range(len(sizes)) if place != whole]
    _narrow(sizes, [place for place in yielding if place != firm], room, _READABLE)
    _narrow(sizes, yielding, room, _NARROWEST)
    return [["\n".join(wrapped(cell, size)) for cell, size in zip(row, sizes, strict=True)] for row in rows]


_READABLE = 24
_NARROWEST = 8


def _narrow(sizes: list[int], yielding: list[int], room: int, least: int) -> None:
    """Take columns from the widest of those that yield until all fit, or none has more than ``least``."""
    while sum(sizes) > room:
        widest = max(yielding, key=lambda place: sizes[place])
        if sizes[widest] <= least:
            return
        sizes[widest] -= 1
