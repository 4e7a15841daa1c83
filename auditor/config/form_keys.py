"""The keys that a form knows at a place in it."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Union, cast, get_args, get_origin

from pydantic import BaseModel


def known_keys(form: type[BaseModel], path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys of the mapping at ``path``, in the order in which the form names them."""
    inner: object = form
    for step in path:
        inner = _inside(inner, step)
    return tuple(cast("type[BaseModel]", inner).model_fields)


def _inside(annotation: object, step: str | int) -> object:
    if get_origin(annotation) in (list, dict):
        return _bare(get_args(annotation)[-1])
    return _bare(cast("type[BaseModel]", annotation).model_fields[str(step)].annotation)


def _bare(annotation: object) -> object:
    """What stands inside ``Annotated`` and beside ``None``."""
    while get_origin(annotation) in (Annotated, Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    return annotation
