"""Writes values as JSON text in pieces, with sorted keys.

The same value gives the same text. It holds no control, bidi or separator character and no lone surrogate.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, cast

from pydantic_core import from_json, to_json

from auditor.reporter import escape

JsonObject: TypeAlias = dict[str, object]
"""An object of a format that is described elsewhere (SARIF, OCSF, Code Quality)."""

Part = TypeVar("Part")

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, check_circular=False).encode


def dump(value: Mapping[str, object] | Iterable[JsonObject]) -> Iterator[str]:
    """JSON text with a newline at the end. Characters that act are escaped, all others kept.

    Each part of :func:`one_by_one`, and each item of an outermost list, is a piece.
    """
    yield from _object(value, 0) if isinstance(value, Mapping) else _list(value, 0)
    yield "\n"


def _pieces(value: object, margin: int) -> Iterator[str]:
    if isinstance(value, _Parts):
        yield from _list(value.parts, margin)
    elif isinstance(value, dict) and any(isinstance(item, _Parts) for item in value.values()):
        yield from _object(value, margin)
    else:
        yield _indented(value, margin)


def _object(value: Mapping[str, object], margin: int) -> Iterator[str]:
    start = f"\n{' ' * margin}"
    before = "{"
    for key in sorted(value):
        yield f"{before}{start}  {json.dumps(key)}: "
        yield from _pieces(value[key], margin + 2)
        before = ","
    yield f"{start}}}" if value else "{}"


def _list(items: Iterable[object], margin: int) -> Iterator[str]:
    start = f"\n{' ' * margin}"
    before = "["
    for item in items:
        yield f"{before}{start}  "
        yield from _pieces(item, margin + 2)
        before = ","
    yield "[]" if before == "[" else f"{start}]"


def _indented(value: object, margin: int) -> str:
    """JSON text of ``value`` whose lines after the first have a margin.

    The encoder of the standard library is fast only without ``indent``, and that of pydantic doesn't sort keys, so the
    first sorts and the second indents.
    """
    compact = _encode(value)
    harmless = escape.json_text(compact)  # without lone surrogates, which the second encoder refuses
    text = to_json(from_json(harmless, cache_strings="keys"), indent=2).decode()
    if harmless != compact:
        text = escape.json_text(text)
    return text.replace("\n", "\n" + " " * margin)


@dataclass(frozen=True, slots=True)
class _Parts:
    parts: Iterable[object]


def one_by_one(parts: Iterable[Part]) -> list[Part]:
    """A long list for :func:`dump`, which takes the parts when it writes them, so that the list is never whole.

    For type checkers it is the list that it becomes.
    """
    return cast("list[Part]", _Parts(parts))
