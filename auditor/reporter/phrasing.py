"""Small phrases that sentences are made of: lists cut with words, clipped names, named things."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.words import Lang, catalogue

LONGEST_NAME = 60
"""Characters of a name from the cloud that a sentence holds; the rest is counted aloud."""

LONGEST_MESSAGE = 600
"""Characters of a message from the cloud that a sentence holds."""

LEAST_CUT = 60
"""Characters that are worth a cut: fewer stay, since the words that count them take as much room."""


class Phrasing:
    """Phrases of one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._words = catalogue(lang)

    def text(self, message_id: str, **facts: str | int) -> str:
        """The message with its blanks filled."""
        return self._words.text(message_id, **facts)

    def has(self, message_id: str) -> bool:
        """Whether there is such a message."""
        return self._words.has(message_id)

    def sentences(self, *texts: str) -> str:
        """Whole sentences one after the other; empty ones are left out."""
        return self.text("terms-between-sentences").join(text for text in texts if text)

    def listed(self, items: Sequence[str], limit: int | None = None) -> str:
        """The items in one line; beyond ``limit`` the rest is counted, and one is never counted instead of named."""
        if limit is None or len(items) <= limit + 1:
            return self.text("terms-list-separator").join(items)
        shown = self.text("terms-list-separator").join(items[:limit])
        return self.text("terms-and-more", shown=shown, count=len(items) - limit, total=len(items))

    def together(self, items: Sequence[str]) -> str:
        """All of the items in one line: "a, b and c"."""
        if not items:
            return ""
        *first, last = items
        if not first:
            return last
        return self.text("terms-both", first=self.text("terms-list-separator").join(first), last=last)

    def clipped(self, name: str, longest: int = LONGEST_NAME) -> str:
        """A name as it stands in a sentence: whole, or its start and how much was left out."""
        if len(name) < longest + LEAST_CUT:
            return name
        return self.text("terms-clipped", start=name[:longest], count=len(name) - longest)

    def named(self, identifier: str, name: str) -> str:
        """An id with its name, or the bare id where there is none."""
        if not name.strip() or name == identifier:
            return identifier
        return self.text("terms-named", id=identifier, name=self.clipped(name))
