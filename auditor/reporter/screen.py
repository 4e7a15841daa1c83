"""One screen of text: paragraphs, labelled fields, bullets and colours. All that is given to it is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from auditor.model.baseline import Severity
from auditor.model.result import Verdict
from auditor.reporter import escape
from auditor.reporter.layout import columns, wrapped
from auditor.reporter.options import RenderOptions

NARROWEST = 40
"""Columns below which nothing reads well: a narrower terminal breaks the lines itself."""


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
        return [" " * (indent + (hang if place else 0)) + line for place, line in enumerate(lines)]

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
