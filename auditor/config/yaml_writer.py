"""Plain values to YAML that :mod:`auditor.config.yaml_reader` reads back to the same values.

Written here and not by the library: what is printed is pasted, so no character of a text may act on a terminal, no
line is folded, and each kind of value always looks the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.config.yaml_reader import Plain

_BARE = re.compile(r"[^\W\d_](?:[\w./()-]| (?=\S))*|[0-9.]+/[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
"""Words that one version of YAML or another takes for something else than text."""


def write(value: Plain) -> str:
    """Formats YAML in block style; keys keep their order, and a list of scalars is on one line."""
    return "".join(f"{line}\n" for line in _lines(value))


def _lines(value: Plain) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _entry(f"{_scalar(key)}:", inner)
    elif isinstance(value, list) and _is_block(value):
        for item in value:
            first, *rest = _lines(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
    else:
        yield _inline(value)


def _entry(key: str, inner: Plain) -> Iterator[str]:
    if isinstance(inner, dict | list) and _is_block(inner):
        yield key
        yield from (f"  {line}" for line in _lines(inner))
    else:
        yield f"{key} {_inline(inner)}"


def _is_block(value: dict[str, Plain] | list[Plain]) -> bool:
    return bool(value) and (isinstance(value, dict) or any(isinstance(item, dict | list) for item in value))


def _inline(value: Plain) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return f"[{', '.join(_inline(item) for item in value)}]"
    return _scalar(value)


def _scalar(value: str | float | bool | None) -> str:  # noqa: FBT001 - a value of the file, not a switch
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    if _BARE.fullmatch(value) and value.isprintable() and value.lower() not in _WORDS:
        return value
    return f'"{"".join(_escaped(letter) for letter in value)}"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    point = ord(letter)
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
