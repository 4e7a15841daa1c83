"""Sections of a Markdown page that must fit into so many characters: each gets a fair share, the rest is counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Text that stays whole, with its line breaks, and how many things it tells."""

    text: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """``name`` says what its blocks tell (``findings``, ``gaps`` ...)."""

    name: str
    heading: str
    blocks: tuple[Block, ...]

    @property
    def size(self) -> int:
        """Characters of the whole."""
        return len(self.heading) + sum(len(block.text) for block in self.blocks)


def fitted(sections: Sequence[Section], room: int, left_out: Callable[[str, int], str]) -> str:
    """The sections in order within ``room`` characters; ``left_out`` says how many of which were cut."""
    shares = _shares([section.size for section in sections], room)
    return "".join(_cut(section, share, left_out) for section, share in zip(sections, shares, strict=True))


def _shares(sizes: Sequence[int], room: int) -> list[int]:
    """The small in full; what they leave over goes to the large in equal parts."""
    shares = [0] * len(sizes)
    left = room
    for served, place in enumerate(sorted(range(len(sizes)), key=lambda place: sizes[place])):
        shares[place] = min(sizes[place], left // (len(sizes) - served))
        left -= shares[place]
    return shares


def _cut(section: Section, share: int, left_out: Callable[[str, int], str]) -> str:
    if section.size <= share:
        return section.heading + "".join(block.text for block in section.blocks)
    total = sum(block.count for block in section.blocks)
    room = share - len(section.heading) - len(left_out(section.name, total))
    kept: list[str] = []
    for block in section.blocks:
        if len(block.text) > room:
            break
        room -= len(block.text)
        total -= block.count
        kept.append(block.text)
    return section.heading + "".join(kept) + left_out(section.name, total)
