"""Writes plans as ``terraform show -json`` prints them, from the attributes of each resource.

The shapes are those of the recorded plans in this folder: changes sorted by address, unknown values absent from
``after`` and true in ``after_unknown``, configuration addresses without index and relative to their module, expressions
that hold either a constant or references (longest first), the state before in ``prior_state``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

PROVIDER = "registry.terraform.io/tencentcloudstack/tencentcloud"


@dataclass(frozen=True, kw_only=True)
class Ref:
    """A value that is written as a reference and unknown until apply."""

    names: tuple[str, ...]


def ref(*names: str) -> Ref:
    """An expression that names these, unknown until apply."""
    return Ref(names=names)


class Computed:
    """A value that nobody wrote and only the apply will tell."""


COMPUTED = Computed()


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One instance of a resource. ``after`` may hold :class:`Ref` and ``COMPUTED`` values.

    ``dynamic`` names blocks that are written as ``dynamic``, ``known`` attributes whose reference is known by now.
    """

    type: str
    name: str
    actions: tuple[str, ...] = ("no-op",)
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None
    index: str | int | None = None
    module: str = ""
    deposed: str = ""
    for_each: tuple[str, ...] = ()
    dynamic: tuple[str, ...] = ()
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mode: str = "managed"

    @property
    def address(self) -> str:
        """The absolute address."""
        key = "" if self.index is None else f"[{json.dumps(self.index)}]"
        own = f"{'data.' if self.mode == 'data' else ''}{self.type}.{self.name}{key}"
        return f"{self.module}.{own}" if self.module else own


@dataclass(frozen=True, kw_only=True)
class Module:
    """A module call: arguments by name as references, outputs by name as references inside the module."""

    name: str
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    for_each: tuple[str, ...] = ()
    parent: str = ""


def plan(
    *resources: Resource,
    modules: Iterable[Module] = (),
    relevant: Iterable[tuple[str, str]] = (),
    state_only: Iterable[Resource] = (),
    top: Mapping[str, object] | None = None,
) -> str:
    """The JSON of a plan. ``state_only`` are in the state and, as with ``-target``, not among the changes."""
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": [_change(one) for one in sorted(resources, key=lambda one: one.address)],
        "prior_state": {
            "format_version": "1.0",
            "terraform_version": "1.11.4",
            "values": {"root_module": {"resources": [_held(one) for one in (*resources, *state_only) if one.before]}},
        },
        "configuration": {
            "provider_config": {
                "tencentcloud": {
                    "name": "tencentcloud",
                    "full_name": PROVIDER,
                    "expressions": {"region": {"constant_value": "ap-guangzhou"}},
                }
            },
            "root_module": _module("", list(resources), list(modules)),
        },
        "relevant_attributes": [{"resource": resource, "attribute": [name]} for resource, name in relevant],
        "timestamp": "2026-11-22T15:32:08Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }
    return json.dumps(document | dict(top or {}))


def _change(one: Resource) -> dict[str, object]:
    change = {
        "actions": list(one.actions),
        "before": one.before,
        "after": None if one.after is None else _known(one.after),
        "after_unknown": {} if one.after is None else (_unknown(one.after) or {}),
        "before_sensitive": {},
        "after_sensitive": {},
    }
    found: dict[str, object] = {"address": one.address, "mode": one.mode, "type": one.type, "name": one.name}
    found |= {"module_address": one.module} if one.module else {}
    found |= {"index": one.index} if one.index is not None else {}
    found |= {"deposed": one.deposed} if one.deposed else {}
    return found | {"provider_name": PROVIDER, "change": change}


def _held(one: Resource) -> dict[str, object]:
    return {"address": one.address, "mode": one.mode, "type": one.type, "name": one.name, "values": one.before}


def _is_unknown(value: object) -> bool:
    """A list of texts with one unknown element is unknown as a whole; blocks are not."""
    if isinstance(value, Ref | Computed):
        return True
    return isinstance(value, list) and any(isinstance(item, Ref | Computed) for item in value)


def _known(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _known(item) for key, item in value.items() if not _is_unknown(item)}
    return [_known(item) for item in value] if isinstance(value, list) else value


def _unknown(value: object) -> object:
    if _is_unknown(value):
        return True
    if isinstance(value, Mapping):
        found = {key: _unknown(item) for key, item in value.items()}
        return {key: item for key, item in found.items() if item not in (None, False)}
    if isinstance(value, list):
        return [_unknown(item) if isinstance(item, Mapping | list) else False for item in value]
    return None


def _module(path: str, resources: list[Resource], modules: list[Module]) -> dict[str, object]:
    here = [one for one in resources if _static(one.module) == path]
    blocks = {(one.mode, one.type, one.name): one for one in reversed(here) if one.after is not None}
    found: dict[str, object] = {"resources": [_block(one) for _, one in sorted(blocks.items())]}
    calls = {}
    for module in modules:
        if module.parent == path:
            inner = f"{path}.module.{module.name}" if path else f"module.{module.name}"
            call: dict[str, object] = {
                "expressions": {name: {"references": _written(refs)} for name, refs in module.arguments.items()},
                "module": _module(inner, resources, modules)
                | {
                    "outputs": {name: {"expression": {"references": _written(r)}} for name, r in module.outputs.items()}
                },
            }
            calls[module.name] = call | (
                {"for_each_expression": {"references": _written(module.for_each)}} if module.for_each else {}
            )
    return found | ({"module_calls": calls} if calls else {})


def _static(module: str) -> str:
    """The module's path without instance keys."""
    return ".".join(part.partition("[")[0] for part in module.split("."))


def _block(one: Resource) -> dict[str, object]:
    found: dict[str, object] = {
        "address": f"{one.type}.{one.name}",
        "mode": one.mode,
        "type": one.type,
        "name": one.name,
        "provider_config_key": "tencentcloud",
        "expressions": {
            key: {"references": _written(one.known[key])} if key in one.known else _expression(value)
            for key, value in (one.after or {}).items()
            if key not in one.dynamic and not isinstance(value, Computed) and value is not None and key != "id"
        },
    }
    return found | ({"for_each_expression": {"references": _written(one.for_each)}} if one.for_each else {})


def _expression(value: object) -> object:
    if isinstance(value, Ref):
        return {"references": _written(value.names)}
    items = list(value.values()) if isinstance(value, Mapping) else value
    if isinstance(items, list) and any(isinstance(item, Ref) for item in items):
        names = [name for item in items if isinstance(item, Ref) for name in item.names]
        return {"references": _written(names)}
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        return [
            {key: _expression(v) for key, v in item.items() if v not in (None, "") and not isinstance(v, Computed)}
            for item in value
        ]
    return {"constant_value": value}


def _written(names: Iterable[str]) -> list[str]:
    """References longest first: ``x.b.id``, ``x.b``."""
    found: list[str] = []
    for name in names:
        found.append(name)
        short, dot, _ = name.rpartition(".")
        whole = name.split(".")
        if dot and len(whole) > 2 and whole[0] not in ("each", "local", "var", "count"):
            found.append(short)
            if short.endswith("]"):
                found.append(short.rpartition("[")[0])
    return found
