"""JSON text to plain values. Stricter than the standard library: what two readers would read differently is refused.

Refused are a key that an object holds twice, ``NaN`` and ``Infinity``, numbers out of range, and nesting so deep that
a later step could not follow it. Every refusal is a ``ConfigError`` that names the file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, NoReturn

from auditor.errors import ConfigError

MAX_DEPTH = 128
"""Thirty modules of Terraform inside each other are ninety levels."""
MAX_SHOWN = 60
"""Characters of a key that a message repeats."""


class NotJson(ConfigError):
    """The text is not JSON at all; a caller may know what the file is instead."""


class _DuplicateKey(Exception):
    """``args[0]`` is the key that an object holds twice."""


class _NumberOutOfRange(ValueError):
    """``args[0]`` is the start of the number."""


def load(text: str, file: str) -> Any:  # noqa: ANN401 - any piece of JSON
    """The value that ``text`` holds; ``file`` is its name in messages. Raises ``ConfigError``."""
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_float=_number, parse_int=_integer, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise NotJson("files-json-damaged", file=file, line=error.lineno, detail=error.msg) from None
    except _DuplicateKey as error:
        raise ConfigError("files-json-duplicate-key", file=file, key=str(error)) from None
    except _NumberOutOfRange as error:
        raise ConfigError("files-json-number", file=file, found=str(error)) from None
    except RecursionError:
        raise ConfigError("files-json-too-deep", file=file, expected=MAX_DEPTH) from None
    _refuse_depth(value, file)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _DuplicateKey(next(key for key in keys if keys.count(key) > 1)[:MAX_SHOWN])
    return value


def _number(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _NumberOutOfRange(text[:MAX_SHOWN])
    return number


def _integer(text: str) -> int:
    """An integer that every later step can print and compare with a float: up to the largest float."""
    if len(text) > _MAX_DIGITS:
        raise _NumberOutOfRange(text[:MAX_SHOWN])
    return int(text)


_MAX_DIGITS = 308


def _constant(word: str) -> NoReturn:
    raise _NumberOutOfRange(word)


def _refuse_depth(value: object, file: str) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [item for container in level for item in _items(container) if isinstance(item, dict | list)]
        if not level:
            return
    raise ConfigError("files-json-too-deep", file=file, expected=MAX_DEPTH)


def _items(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
