"""What pydantic finds wrong with a snapshot, in our own words: the one complaint that helps most."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from auditor.errors import ConfigError

_EXPECTED = {
    "string_type": "text",
    "string_unicode": "text",
    "int_type": "whole-number",
    "tuple_type": "list",
    "dataclass_type": "mapping",
    "dict_type": "mapping",
    "too_short": "list",
    "too_long": "list",
}


def of(error: ValidationError, source: str) -> ConfigError:
    """The complaint about the snapshot in ``source``."""
    found = error.errors(include_url=False, include_context=True)
    worst = min(found, key=lambda one: _far_off(one, found))
    key = _path(worst["loc"])
    if worst["type"] == "missing":
        return ConfigError("snapshot-missing-key", file=source, key=key)
    if worst["type"] in ("enum", "literal_error"):
        return ConfigError(
            "snapshot-unknown-word", file=source, key=key, found=_shown(worst["input"]), expected=_words(worst, found)
        )
    if worst["type"].startswith("datetime"):
        return ConfigError("snapshot-bad-time", file=source, key=key, found=_shown(worst["input"]))
    expected = _EXPECTED.get(worst["type"], "text")
    return ConfigError("snapshot-wrong-type", file=source, key=key, found=_shown(worst["input"]), expected=expected)


def _far_off(one: ErrorDetails, found: Iterable[ErrorDetails]) -> tuple[bool, bool, int]:
    """Where kinds could be meant, one that the file does not name, or of another shape, is not the one that was."""
    branch = one["loc"][:-1]
    other_kind = any(
        other["type"] == "literal_error" and other["loc"][:-1] == branch and other is not one for other in found
    )
    return other_kind, one["type"] in ("dataclass_type", "tuple_type"), -len(one["loc"])


def _words(one: ErrorDetails, found: Iterable[ErrorDetails]) -> str:
    """All the words that could stand there: each kind of a union expects its own."""
    path = _path(one["loc"])
    expected = [
        other["ctx"]["expected"]
        for other in found
        if "expected" in other.get("ctx", {}) and _path(other["loc"]) == path
    ]
    return ", ".join(dict.fromkeys(expected)).replace(" or ", ", ")


def _path(loc: tuple[int | str, ...]) -> str:
    """``snapshot.security_groups[0].ingress``; names of types, which stand where a union begins, are left out."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc if not _is_type_name(part)]
    return "snapshot" + "".join(parts)


def _is_type_name(part: int | str) -> bool:
    return isinstance(part, str) and (part[:1].isupper() or part.startswith("tuple["))


def _shown(value: object) -> str:
    return repr(value)[:60]
