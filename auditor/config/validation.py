"""Validates a YAML document with a pydantic model and reports each mistake with file, line and key.

An unknown key or word comes with the allowed ones and the nearest of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from auditor.config.yaml_reader import Document, KeyPath, key_text, shown
from auditor.errors import ConfigError


def known_keys(form: type[BaseModel], path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys that a form allows at ``path``, in order."""
    inner: object = form
    for step in path:
        inner = _inside(inner, step)
    return tuple(cast("type[BaseModel]", inner).model_fields)


def _inside(annotation: object, step: str | int) -> object:
    if get_origin(annotation) in (list, dict):
        return _bare(get_args(annotation)[-1])
    return _bare(cast("type[BaseModel]", annotation).model_fields[str(step)].annotation)


def _bare(annotation: object) -> object:
    """The type without ``Annotated`` and ``None``."""
    while get_origin(annotation) in (Annotated, Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    return annotation


Form = TypeVar("Form", bound=BaseModel)

_WRONG_TYPE = {
    "string_type": "text",
    "list_type": "list",
    "dict_type": "mapping",
    "model_type": "mapping",
    "int_type": "whole-number",
    "float_type": "number",
    "bool_type": "truth-value",
}
_SECRET_KEYS, _SECRET = ("external_id",), "***"
_WRONG_SIZE = {
    "too_short": ("config-too-few", "min_length"),
    "greater_than": ("config-not-above", "gt"),
    "greater_than_equal": ("config-too-small", "ge"),
    "less_than_equal": ("config-too-high", "le"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A mistake at ``path``; ``facts`` fill its message. ``of_key`` points at the key in place of its value."""

    message_id: str
    path: KeyPath
    facts: tuple[tuple[str, str | int], ...]
    of_key: bool = False


class ConfigMistakes(ConfigError):
    """Several mistakes of one file; the first one is the message, ``mistakes`` has them all by line."""

    def __init__(self, mistakes: tuple[ConfigError, ...]) -> None:
        super().__init__(mistakes[0].message_id, **mistakes[0].facts)
        self._mistakes = mistakes

    @property
    def mistakes(self) -> tuple[ConfigError, ...]:
        """All mistakes by line."""
        return self._mistakes


def mistake(message_id: str, path: KeyPath, *, of_key: bool = False, **facts: str | int) -> Mistake:
    """Builds a mistake from keyword facts."""
    return Mistake(message_id=message_id, path=path, facts=tuple(facts.items()), of_key=of_key)


def unknown_word(
    message_id: str, path: KeyPath, word: object, known_words: Iterable[str], *, of_key: bool = False
) -> Mistake:
    """The mistake of an unknown word; a message that ends in ``-near`` names a similar known word."""
    words = tuple(known_words)
    expected, near = ", ".join(words), nearest(word, words)
    message_id = f"{message_id}-near" if near else message_id
    return mistake(message_id, path, of_key=of_key, found=shown(word), expected=expected, near=near)


def nearest(word: object, known_words: Iterable[str]) -> str:
    """The known word that is most similar, without regard to case; empty if none is."""
    words = {word.lower(): word for word in known_words}
    return next((words[near] for near in get_close_matches(str(word).lower(), words, 1)), "")


def refuse(document: Document, mistakes: Iterable[Mistake]) -> None:
    """Raises ``ConfigError`` if there are any mistakes."""
    if listed := tuple(mistakes):
        raise refusal(document, listed)


def refusal(document: Document, mistakes: Iterable[Mistake]) -> ConfigError:
    """The error for one or more mistakes, each once, by line."""
    placed = sorted(((_line(document, entry), entry) for entry in set(mistakes)), key=_order)
    errors = tuple(
        ConfigError(entry.message_id, file=document.file, line=line, key=key_text(entry.path), **dict(entry.facts))
        for line, entry in placed
    )
    return errors[0] if len(errors) == 1 else ConfigMistakes(errors)


def validated(form: type[Form], document: Document) -> Form:
    """Validates a document. Raises ``ConfigError`` with every mistake."""
    try:
        return form.model_validate(document.root.plain())
    except ValidationError as error:
        mistakes = mistakes_of(form, error)
    raise refusal(document, mistakes)


def mistakes_of(form: type[BaseModel], error: ValidationError, under: KeyPath = ()) -> tuple[Mistake, ...]:
    """Converts pydantic's errors; ``under`` is the path of the form in the document."""
    return tuple(_mistake_of(form, details, under) for details in error.errors(include_url=False))


def _mistake_of(form: type[BaseModel], details: ErrorDetails, under: KeyPath) -> Mistake:
    kind, path, value = details["type"], details["loc"], _masked(details["input"])
    facts = details.get("ctx", {})
    if kind == "extra_forbidden":
        key = str(path[-1])
        return unknown_word("config-unknown-key", under + path, key, known_keys(form, path[:-1]), of_key=True)
    if kind == "missing":
        return mistake("config-missing-key", under + path, expected=str(path[-1]))
    if kind == "enum":
        return unknown_word("config-unknown-word", under + path, value, re.findall(r"'([^']*)'", facts["expected"]))
    if kind in _WRONG_SIZE:
        message_id, bound = _WRONG_SIZE[kind]
        return mistake(message_id, under + path, found=shown(value), expected=f"{facts[bound]:g}")
    if kind in _WRONG_TYPE:
        return mistake("config-wrong-type", under + path, found=shown(value), expected=_WRONG_TYPE[kind])
    at = facts.pop("at", ())
    return mistake(kind, under + path + at, **{"found": shown(value), **facts})


def _masked(value: object) -> object:
    """The value without anything that may be secret, since messages show it."""
    if isinstance(value, dict):
        return {key: _SECRET if key in _SECRET_KEYS else _masked(inner) for key, inner in value.items()}
    return [_masked(item) for item in value] if isinstance(value, list) else value


def _order(placed: tuple[int, Mistake]) -> tuple[int, str, str]:
    line, entry = placed
    return line, key_text(entry.path), entry.message_id


def _line(document: Document, entry: Mistake) -> int:
    return document.key_line(entry.path) if entry.of_key else document.line(entry.path)
