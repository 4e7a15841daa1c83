"""Reads a faultless snapshot file in one pass over its bytes.

Input: the bytes of a file. Result: its :class:`Snapshot`, or ``None`` for every other file: one with a fault, and a
good one with harmless differences. :mod:`auditor.fetcher.snapshot_file` reads those in more steps, which take several
times as long, and names the fault. The result of both is the same.

The forms are made here from the types of the model, since those that pydantic derives try every choice of a union, and
since old versions of pydantic allow unknown keys in them.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic_core import CoreSchema, SchemaValidator, ValidationError
from pydantic_core import core_schema as forms

from auditor.fetcher.snapshot_checks import ObjectsByClass, is_faultless, objects_by_class
from auditor.model.snapshot import Snapshot

_LARGEST = (1 << 63) - 1
"""Every number of a snapshot is smaller: an index, a count, a priority or a port."""


def read(data: bytes, schema: str) -> Snapshot | None:
    """Return the snapshot in ``data``, a file of ``schema``, or ``None`` for a file that needs a closer look.

    The parser would not tell that an object has a key twice. But no unknown key is allowed, so the objects have as many
    different keys as their classes have fields, less those that were left out. A text with more keys repeats one.
    """
    try:
        file, left_out = _file_form(schema).read(data)
    except ValidationError:
        return None
    snapshot: Snapshot = file["snapshot"]
    by_class = objects_by_class(snapshot)
    different = len(file) + _field_count(by_class) - left_out
    return snapshot if key_count(data) == different and is_faultless(snapshot, by_class) else None


def _field_count(by_class: ObjectsByClass) -> int:
    return sum(len(fields(kind)) * len(objects) for kind, objects in by_class.items())


_WORD_CHARACTERS = (string.ascii_letters + string.digits + "_").encode()
_KEY_END = b'a":'
_TO_KEY_ENDS = bytes.maketrans(_WORD_CHARACTERS, b"a" * len(_WORD_CHARACTERS))


def key_count(data: bytes) -> int:
    """The number of keys in JSON whose keys are all names of fields.

    Such a key ends with a letter, a digit or an underscore before its quote. Before an escaped quote is a backslash,
    and before the quote at the start of a text is a bracket, a comma or a colon.
    """
    return data.translate(_TO_KEY_ENDS, b" \t\r\n").count(_KEY_END)


_PLAIN: dict[Any, CoreSchema] = {
    str: forms.str_schema(),
    bool: forms.bool_schema(),
    int: forms.int_schema(le=_LARGEST),
    datetime: forms.datetime_schema(microseconds_precision="truncate"),
}


@cache
def _file_form(schema: str) -> _FileForm:
    return _FileForm(schema)


class _FileForm:
    """The form of a file and of everything in it."""

    def __init__(self, schema: str) -> None:
        self._left_out = 0
        self._forms: dict[Any, CoreSchema] = dict(_PLAIN)
        keys = {
            "schema": forms.typed_dict_field(forms.literal_schema([schema])),
            "snapshot": forms.typed_dict_field(self._form(Snapshot)),
            "tool": forms.typed_dict_field(forms.str_schema(), required=False),
        }
        self._validator = SchemaValidator(forms.typed_dict_schema(keys, extra_behavior="forbid"))

    def read(self, data: bytes) -> tuple[dict[str, Any], int]:
        """The file, and the number of fields for which it has no key. Raises ``ValidationError``.

        The fields of an object that is a default are among them.
        """
        self._left_out = 0
        return self._validator.validate_json(data, strict=True), self._left_out

    def _form(self, annotation: Any) -> CoreSchema:  # noqa: ANN401 - any type of the model
        """The form of a type as pydantic derives it, but without unknown keys, and with one choice of each union."""
        if annotation not in self._forms:
            self._forms[annotation] = self._new_form(annotation)
        return self._forms[annotation]

    def _new_form(self, annotation: Any) -> CoreSchema:  # noqa: ANN401 - any type of the model
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is tuple:
            items = [self._form(argument) for argument in arguments if argument is not Ellipsis]
            return forms.tuple_schema(items, variadic_item_index=0 if Ellipsis in arguments else None, fail_fast=True)
        if origin is Literal:
            return forms.literal_schema(list(arguments))
        if origin in (Union, UnionType):
            return self._union(arguments)
        if is_dataclass(annotation):
            return self._object(annotation)
        return forms.enum_schema(annotation, list(annotation), sub_type="str")

    def _object(self, kind: Any) -> CoreSchema:  # noqa: ANN401 - a dataclass
        types = get_type_hints(kind)
        keys = []
        for item in fields(kind):
            form = self._form(types[item.name])
            if item.default is not MISSING:
                form = forms.with_default_schema(form, default_factory=self._default(item.default))
            keys.append(forms.dataclass_field(item.name, form))
        arguments = forms.dataclass_args_schema(kind.__name__, keys, extra_behavior="forbid")
        names = [item.name for item in fields(kind)]
        return forms.dataclass_schema(kind, arguments, names, slots="__slots__" in vars(kind))

    def _default(self, value: object) -> Callable[[], object]:
        """What returns the default of a field whose key is left out, and counts its key and those of its objects."""
        objects = value if isinstance(value, tuple) else (value,)
        keys = 1 + _field_count(objects_by_class(*objects))

        def left_out() -> object:
            self._left_out += keys
            return value

        return left_out

    def _union(self, choices: tuple[Any, ...]) -> CoreSchema:
        """The form of a union. Objects are told apart by ``kind``; a list and an object differ by themselves."""
        types = [choice for choice in choices if choice is not NoneType]
        if len(types) < len(choices):
            return forms.nullable_schema(self._form(Union[tuple(types)]))  # noqa: UP007 - a union of any length
        if all(map(is_dataclass, types)):
            by_kind = {get_args(get_type_hints(kind)["kind"])[0]: self._form(kind) for kind in types}
            return forms.tagged_union_schema(by_kind, "kind")
        return forms.union_schema([self._form(choice) for choice in types], mode="left_to_right")
