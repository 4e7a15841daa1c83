"""Reads a faultless snapshot file that has exactly the keys with which it was written, in one pass over its bytes.

Input: the bytes of a file. Result: its :class:`Snapshot`, or ``None`` for every other file, good or bad: one of an
earlier version, which lacks keys, one with a fault. :mod:`auditor.fetcher.snapshot_file` reads those in more steps,
which take twice as long or more, and names the fault. The result of both is the same.

The forms are made here from the types of the model, since those that pydantic derives try every choice of a union, and
since old versions of pydantic allow unknown keys in them.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from pydantic_core import CoreSchema, SchemaValidator, ValidationError
from pydantic_core import core_schema as forms

from auditor.fetcher.snapshot_checks import is_faultless, objects_by_class
from auditor.model.snapshot import Snapshot

_LARGEST = (1 << 63) - 1
"""Every number of a snapshot is smaller: an index, a count, a priority or a port."""


def read(data: bytes, schema: str) -> Snapshot | None:
    """Return the snapshot in ``data``, a file of ``schema``, or ``None`` for a file that needs a closer look.

    Every key is required and no other key is allowed, so each object has at least as many keys as its class has fields.
    As many keys as fields in all mean that no object has a key twice, which the parser would not tell.
    """
    try:
        file = validator(schema, every_key=True).validate_json(data, strict=True)
    except ValidationError:
        return None
    snapshot: Snapshot = file["snapshot"]
    by_class = objects_by_class(snapshot)
    keys = len(file) + sum(len(fields(kind)) * len(objects) for kind, objects in by_class.items())
    return snapshot if key_count(data) == keys and is_faultless(snapshot, by_class) else None


_WORD_CHARACTERS = (string.ascii_letters + string.digits + "_").encode()
_KEY_END = b'a":'
_TO_KEY_ENDS = bytes.maketrans(_WORD_CHARACTERS, b"a" * len(_WORD_CHARACTERS))


def key_count(data: bytes) -> int:
    """The number of keys in JSON whose keys are all names of fields.

    Such a key ends with a letter, a digit or an underscore before its quote. Before an escaped quote is a backslash,
    and before the quote at the start of a text is a bracket, a comma or a colon.
    """
    return data.translate(_TO_KEY_ENDS, b" \t\r\n").count(_KEY_END)


@cache
def validator(schema: str, *, every_key: bool) -> SchemaValidator:
    """What reads a file of ``schema`` without unknown keys on any level; with ``every_key``, none may be left out."""
    file = {"schema": forms.literal_schema([schema]), "snapshot": _form(Snapshot, every_key=every_key)}
    keys = {name: forms.typed_dict_field(form) for name, form in file.items()}
    keys["tool"] = forms.typed_dict_field(forms.str_schema(), required=every_key)
    return SchemaValidator(forms.typed_dict_schema(keys, extra_behavior="forbid"))


_PLAIN: dict[Any, CoreSchema] = {
    str: forms.str_schema(),
    bool: forms.bool_schema(),
    int: forms.int_schema(le=_LARGEST),
    datetime: forms.datetime_schema(microseconds_precision="truncate"),
}


@cache
def _form(annotation: Any, *, every_key: bool) -> CoreSchema:  # noqa: ANN401 - any type of the model
    """The form of a type as pydantic derives it, but with unknown keys forbidden, and with one choice of each union."""
    form = partial(_form, every_key=every_key)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        items = [form(argument) for argument in arguments if argument is not Ellipsis]
        return forms.tuple_schema(items, variadic_item_index=0 if Ellipsis in arguments else None, fail_fast=True)
    if origin is Literal:
        return forms.literal_schema(list(arguments))
    if origin in (Union, UnionType):
        return _union(arguments, form)
    if is_dataclass(annotation):
        return _object(annotation, form, every_key=every_key)
    return _PLAIN.get(annotation) or forms.enum_schema(annotation, list(annotation), sub_type="str")


_MakeForm: TypeAlias = Callable[[Any], CoreSchema]


def _object(kind: Any, form: _MakeForm, *, every_key: bool) -> CoreSchema:  # noqa: ANN401 - a dataclass
    types = get_type_hints(kind)
    keys = []
    for item in fields(kind):
        value = form(types[item.name])
        if not every_key and item.default is not MISSING:
            value = forms.with_default_schema(value, default=item.default)
        keys.append(forms.dataclass_field(item.name, value))
    arguments = forms.dataclass_args_schema(kind.__name__, keys, extra_behavior="forbid")
    return forms.dataclass_schema(
        kind, arguments, [item.name for item in fields(kind)], slots="__slots__" in vars(kind)
    )


def _union(choices: tuple[Any, ...], form: _MakeForm) -> CoreSchema:
    """The form of a union. Objects are told apart by ``kind``; a list, a text and an object differ by themselves."""
    types = [choice for choice in choices if choice is not NoneType]
    if len(types) < len(choices):
        return forms.nullable_schema(form(Union[tuple(types)]))  # noqa: UP007 - a union of any length
    if all(map(is_dataclass, types)):
        by_kind = {get_args(get_type_hints(kind)["kind"])[0]: form(kind) for kind in types}
        return forms.tagged_union_schema(by_kind, "kind")
    return forms.union_schema([form(choice) for choice in types], mode="left_to_right")
