r"""Escapes text from the cloud, with one function per format, so that no name can act as markup or as a command.

A character that would act instead of show becomes a visible mark such as ``\x1b`` or ``\u202e``.
"""

from __future__ import annotations

import json
import re

_FORMULA_STARTS = "=+-@＝＋－＠"

_ACTING = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\xad\u061c\u180e\u200b\u200e\u200f"  # soft hyphen, bidi marks, zero-width space; letters need U+200C and U+200D
    "\u2028-\u202e\u2060-\u206f"  # line and paragraph separators, bidi embeddings and isolates, invisible operators
    "\ud800-\udfff"  # lone surrogates: no UTF-8 has them
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff"  # noncharacters, byte order mark, annotations
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical format controls
    "\U000e0000-\U000e007f"  # tags: invisible copies of ASCII; variation selectors above belong to ideographs
    "]"
)


def visible(text: str) -> str:
    """``text`` with a mark for each character that acts on its surroundings; every other escaper starts with it."""
    return text if text.isprintable() else _ACTING.sub(_mark, text)  # no printable character acts


def _mark(match: re.Match[str]) -> str:
    point = ord(match.group())
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


_COMMAND = re.compile(r"::(?!(?<=qcs::)(?:cam|sts)::)(?=[A-Za-z][\w-]*(?: |::))|##(?=(?:vso)?\[)")
"""The start of a line that a CI runner obeys; wrapping can put any word at the start of a line.

``qcs::cam::`` begins the ARN of a role, and no runner has a command of that name.
"""


def terminal(text: str) -> str:
    """For a terminal or a plain text file: no escape sequence, no bidi control, no line break, no runner's command."""
    return _COMMAND.sub(lambda match: f"\\x{ord(match.group()[0]):02x}{match.group()[1:]}", visible(text))


_MARKDOWN = re.compile(r"^ {4}|[\\`*_\[\]()<>&|~#!$]|://|www\.|@(?=\w)|^\s*(?:[-+=]|\d+[.)])")


def markdown(text: str) -> str:
    """For GitHub-flavoured Markdown, table cells included: no markup, link, mention, HTML or row break."""
    return _MARKDOWN.sub(_markdown_mark, visible(text))


_HTML = {
    "<": "&lt;",
    ">": "&gt;",
    "&": "&amp;",
    "|": "&#124;",
    "$": "&#36;",
    "@": "@<!-- -->",  # a mention needs the name in the same text node
    "://": "&#58;//",
    "    ": "&#32;   ",
}


def _markdown_mark(match: re.Match[str]) -> str:
    markup = match.group()
    if markup in _HTML:
        return _HTML[markup]
    if markup == "#" and match.string[match.end() : match.end() + 1].isdecimal():
        return "\\#<!-- -->"  # a number in a name, not a link to an issue
    return markup[:-1] + "\\" + markup[-1]


def csv_cell(text: str) -> str:
    """For one cell, before the csv module quotes it: the cell starts no formula, with full-width signs neither."""
    shown = visible(text)
    return "'" + shown if shown.lstrip()[:1] in tuple(_FORMULA_STARTS) else shown


def workflow_data(text: str) -> str:
    """For the message of a GitHub workflow command; our own line breaks stay line breaks."""
    lines = "\n".join(visible(line) for line in text.split("\n"))
    return lines.replace("%", "%25").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """For a property (``title=``) of a GitHub workflow command."""
    return workflow_data(text).replace(":", "%3A").replace(",", "%2C")


def xml_text(text: str) -> str:
    """For XML and HTML, text or quoted attribute: no markup and no character that XML 1.0 forbids."""
    shown = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return shown.replace('"', "&quot;").replace("'", "&#39;")


def json_text(text: str) -> str:
    """For JSON as the encoder wrote it: characters that act become escapes; the line feeds of the layout stay.

    A lone surrogate, which no UTF-8 carries and strict readers refuse even escaped, becomes a mark in the string.
    """
    is_plain = text.isascii() and "\x7f" not in text  # the encoder escapes the other control characters of ASCII
    if is_plain or text.isprintable():
        return text
    return _ACTING_IN_JSON.sub(_json_mark, text)


_ACTING_IN_JSON = re.compile(_ACTING.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))
"""Without the line feed, which separates the lines of the layout."""


def _json_mark(match: re.Match[str]) -> str:
    character = match.group()
    return f"\\{_mark(match)}" if "\ud800" <= character <= "\udfff" else json.dumps(character)[1:-1]
