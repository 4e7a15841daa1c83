"""Parses JSON text into plain values, more strictly than the standard library.

It refuses text that two JSON parsers could read differently: duplicate keys, ``NaN`` and ``Infinity``, numbers out of
range, and nesting too deep for later steps. Raises ConfigError, which names the file.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from auditor.errors import ConfigError

MAX_DEPTH = 128
"""The deepest nesting. Thirty nested Terraform modules need ninety levels."""
MAX_SHOWN = 60
"""The number of characters of a key or number that a message quotes."""


_MAX_DIGITS = 308
"""Every integer of so many digits is smaller than the largest float."""


class NotJson(ConfigError):
    """The text is not JSON. The caller may recognise another format."""


class _DuplicateKey(Exception):
    """An object has the key ``args[0]`` twice."""


class _NumberOutOfRange(ValueError):
    """A number is out of range; ``args[0]`` is its start."""


def load(text: str, file: str) -> Any:  # noqa: ANN401 - any piece of JSON
    """Return the value in ``text``. Raises ConfigError, which names ``file``, or its subclass NotJson."""
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
    """An integer of at most 308 digits, so that later steps can print it and compare it with a float."""
    if len(text) > _MAX_DIGITS:
        raise _NumberOutOfRange(text[:MAX_SHOWN])
    return int(text)


def _constant(word: str) -> NoReturn:
    raise _NumberOutOfRange(word)


def _refuse_depth(value: object, file: str) -> None:
    level: list[Any] = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        items = (item.values() if type(item) is dict else item for item in level)
        level = [item for inner in items for item in inner if type(item) is dict or type(item) is list]
        if not level:
            return
    raise ConfigError("files-json-too-deep", file=file, expected=MAX_DEPTH)
