"""What stands in a file as a message repeats it: on one line, cut with a mark, no character that acts on a terminal."""

from __future__ import annotations

import json

LONGEST = 60
"""Characters that are shown of a value."""


def shown(value: object) -> str:
    """A value of the file as JSON, so that the text ``"22"`` and the number ``22`` look different."""
    return cut(json.dumps(value, ensure_ascii=False))


def cut(text: str) -> str:
    """The start of ``text``, with what does not print as an escape."""
    start = "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text[:LONGEST])
    return start if len(text) <= LONGEST else f"{start}…"
