"""Terraform addresses and references taken apart: ``module.net["a"].tencentcloud_security_group.blue[0].id``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Key: TypeAlias = str | int | None
"""An instance: a text for ``for_each``, a number for ``count``, ``None`` for a single one."""

_PART = re.compile(r'\[("(?:[^"\\]|\\.)*"|[0-9]+)\]|([^.\[\]]+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A name with the key behind it, as in ``blue["a"]``."""

    name: str
    key: Key = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A resource instance. ``module`` is the module instance's address, empty for the root."""

    module: str
    mode: str
    type: str
    name: str
    key: Key


def steps(text: str) -> tuple[Step, ...]:
    """The names of a reference or address in order, each with the key that follows it."""
    found: list[Step] = []
    for match in _PART.finditer(text):
        if match[2] is not None:
            found.append(Step(name=match[2]))
        elif found:
            found[-1] = Step(name=found[-1].name, key=_key(match[1]))
    return tuple(found)


def parse(address: str) -> Address:
    """The parts of an absolute address of a resource instance."""
    left = list(steps(address))
    module = ""
    while len(left) > 1 and left[0].name == "module":
        module = module_address(module, left[1].name, left[1].key)
        del left[:2]
    mode = "data" if left and left[0].name == "data" else "managed"
    if mode == "data":
        del left[0]
    type_, name = [*left, Step(name=""), Step(name="")][:2]
    return Address(module=module, mode=mode, type=type_.name, name=name.name, key=name.key)


def module_address(parent: str, name: str, key: Key) -> str:
    """The address of a module instance in ``parent``."""
    own = f"module.{name}" if key is None else f"module.{name}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{parent}.{own}" if parent else own


def leaves(references: Iterable[str]) -> tuple[str, ...]:
    """The references without their own prefixes: ``x.b.id``, ``x.b`` says ``x.b.id`` once."""
    found: list[str] = []
    for reference in references:
        if not any(other == reference or _is_prefix(reference, other) for other in found):
            found.append(reference)
    return tuple(found)


def _is_prefix(short: str, long: str) -> bool:
    return long.startswith(short) and long[len(short)] in ".["


def _key(text: str) -> Key:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text.strip('"')
    return found if isinstance(found, str | int) else text
