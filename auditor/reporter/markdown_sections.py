"""Sections of a Markdown page that must fit into so many characters.

Each gets a share by its weight; what then has no room is told in short, and what has no room for that is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Text that stays whole, with its line breaks, and how many things it tells; ``lines`` tell each in short."""

    text: str
    count: int = 1
    lines: tuple[str, ...] = ()

    @property
    def short(self) -> int:
        """Characters of the short form."""
        return sum(map(len, self.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """``name`` says what its blocks tell (``findings``, ``gaps`` ...), ``shortly`` stands before those told in short.

    A section gets room by its ``weight``.
    """

    name: str
    heading: str
    blocks: tuple[Block, ...]
    shortly: str = ""
    weight: int = 1

    @property
    def size(self) -> int:
        """Characters of the whole."""
        return len(self.heading) + sum(len(block.text) for block in self.blocks)


def fitted(sections: Sequence[Section], room: int, left_out: Callable[[str, int], str]) -> str:
    """The sections in order within ``room`` characters; ``left_out`` says how many of which were cut."""
    shares = _shares(sections, room)
    return "".join(_cut(section, share, left_out) for section, share in zip(sections, shares, strict=True))


def _shares(sections: Sequence[Section], room: int) -> list[int]:
    """Those that want least for their weight in full; what they leave over goes to the others by weight."""
    shares = [0] * len(sections)
    left, weight = room, sum(section.weight for section in sections)
    for place in sorted(range(len(sections)), key=lambda place: sections[place].size / sections[place].weight):
        section = sections[place]
        shares[place] = min(section.size, left * section.weight // weight)
        left -= shares[place]
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


def _whole(blocks: Sequence[Block], room: int) -> int:
    """How many blocks stay whole, so that the others can be told in short; that takes half of the room at most."""
    used, short = 0, sum(block.short for block in blocks)
    for place, block in enumerate(blocks):
        used += len(block.text)
        short -= block.short
        if used > max(room - short, room // 2):
            return place
    return len(blocks)


def _lines(blocks: Sequence[Block], room: int) -> list[str]:
    """The lines of the blocks that have room, in order."""
    lines: list[str] = []
    for line in (line for block in blocks for line in block.lines):
        room -= len(line)
        if room < 0:
            break
        lines.append(line)
    return lines
