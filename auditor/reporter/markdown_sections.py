"""Fits the sections of a comment into a number of characters.

Each section gets a share of the room by its weight. Blocks that do not fit into it are shortened to a line for each
finding, and lines that do not fit are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownBlock:
    """Text that is kept whole or shortened to ``lines``; ``count`` is the number of findings or gaps in it."""

    text: str
    count: int = 1
    lines: tuple[str, ...] = ()

    @property
    def short(self) -> int:
        """Characters of the short form."""
        return sum(map(len, self.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with blocks of one subject (``name``: ``findings``, ``gaps`` ...).

    ``shortly`` is the text before shortened blocks. A section gets room by its ``weight``.
    """

    name: str
    heading: str
    blocks: tuple[MarkdownBlock, ...]
    shortly: str = ""
    weight: int = 1

    @property
    def size(self) -> int:
        """Characters of the whole."""
        return len(self.heading) + sum(len(block.text) for block in self.blocks)


def fitted(sections: Sequence[Section], room: int, left_out: Callable[[str, int], str]) -> str:
    """The sections in order within ``room`` characters; ``left_out`` gives the words for a section and a count."""
    shares = _shares(sections, room)
    return "".join(_cut(section, share, left_out) for section, share in zip(sections, shares, strict=True))


def _shares(sections: Sequence[Section], room: int) -> list[int]:
    """The characters of each section: the least demanding for their weight in full, the rest shared by weight."""
    shares = [0] * len(sections)
    left, weight = room, sum(section.weight for section in sections)
    for index in sorted(range(len(sections)), key=lambda index: sections[index].size / sections[index].weight):
        section = sections[index]
        shares[index] = min(section.size, left * section.weight // weight)
        left -= shares[index]
        weight -= section.weight
    return shares


def _cut(section: Section, share: int, left_out: Callable[[str, int], str]) -> str:
    if section.size <= share:
        return section.heading + "".join(block.text for block in section.blocks)
    total = sum(block.count for block in section.blocks)
    room = share - len(section.heading) - len(section.shortly) - len(left_out(section.name, total))
    whole = _whole(section.blocks, room)
    kept = section.blocks[:whole]
    lines = _lines(section.blocks[whole:], room - sum(len(block.text) for block in kept))
    total -= sum(block.count for block in kept) + len(lines)
    return "".join(
        [
            section.heading,
            *(block.text for block in kept),
            *([section.shortly, *lines] if lines else []),
            left_out(section.name, total) if total else "",
        ]
    )


def _whole(blocks: Sequence[MarkdownBlock], room: int) -> int:
    """How many blocks stay whole, so that the others fit in short; short forms take half of the room at most."""
    used, short = 0, sum(block.short for block in blocks)
    for index, block in enumerate(blocks):
        used += len(block.text)
        short -= block.short
        if used > max(room - short, room // 2):
            return index
    return len(blocks)


def _lines(blocks: Sequence[MarkdownBlock], room: int) -> list[str]:
    """The lines of the blocks that have room, in order."""
    lines: list[str] = []
    for line in (line for block in blocks for line in block.lines):
        room -= len(line)
        if room < 0:
            break
        lines.append(line)
    return lines
