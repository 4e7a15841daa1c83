"""Reads attributes of planned objects: known values, values unknown until apply, and resources that stay unchanged.

Every function takes JSON of any shape: a value of another type than expected counts as absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from auditor.whatif.terraform.plan import Json, Plan, PlannedChange, ResourceChange

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list positions, as in ``("ingress", 0, "cidr_block")``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownValue:
    """A value as planned; ``None`` where it is null or absent."""

    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownValue:
    """A value that is unknown until apply."""


Value: TypeAlias = KnownValue | UnknownValue


def read(tree: Json, unknown: Json, path: Path) -> Value:
    """The value at ``path`` of an object whose ``after_unknown`` is ``unknown``. An unknown parent makes it unknown."""
    for step in path:
        if unknown is True:
            return UnknownValue()
        tree, unknown = _child(tree, step), _child(unknown, step)
    return UnknownValue() if unknown is True else KnownValue(value=tree)


def at(tree: Json, path: Path) -> Json:
    """The value at ``path`` of a wholly known object; ``None`` where it is absent."""
    for step in path:
        tree = _child(tree, step)
    return tree


def text(value: Json) -> str:
    """A text, empty for null, absent and every other type; numbers count as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def texts(value: Json) -> tuple[str, ...]:
    """The texts of a list in order, without repetitions; empty for everything else."""
    if not isinstance(value, list):
        return ()
    return tuple(dict.fromkeys(entry for item in value if (entry := text(item))))


def last_id(composite: str) -> str:
    """The own id in a composite id such as ``lb-...#lbl-...``; the id of an object that the plan makes stays whole."""
    return composite if composite.startswith("(") else composite.rpartition("#")[2]


def blocks(value: Json) -> tuple[Mapping[str, Json], ...]:
    """The objects of a list of nested blocks. Any other item becomes an empty object, to keep the positions."""
    return tuple(item if isinstance(item, dict) else {} for item in value) if isinstance(value, list) else ()


def any_unknown(unknown: Json) -> bool:
    """Whether a tree of ``after_unknown`` marks any value as unknown."""
    if isinstance(unknown, dict):
        return any(any_unknown(value) for value in unknown.values())
    return any(any_unknown(value) for value in unknown) if isinstance(unknown, list) else unknown is True


def has_unknown_item(unknown: Json, path: Path) -> bool:
    """Whether ``after_unknown`` marks an item of the list at ``path``, but not the whole list, as unknown."""
    marks = at(unknown, path)
    return isinstance(marks, list) and True in marks


def _child(tree: Json, step: str | int) -> Json:
    if isinstance(step, str):
        return tree.get(step) if isinstance(tree, dict) else None
    return tree[step] if isinstance(tree, list) and 0 <= step < len(tree) else None


def unchanged(plan: Plan, types: frozenset[str]) -> Iterator[ResourceChange]:
    """Resources of the given types that the plan does not change: no-ops, and state that the plan does not list."""
    listed = {change.address for change in plan.resource_changes}
    for change in plan.managed:
        if change.type in types and change.understood and not change.steps and not change.deposed and change.before:
            yield change
    for resource in plan.prior_state.values.root_module.everything():
        if resource.type in types and resource.mode == "managed" and resource.address not in listed:
            unchanged_values = PlannedChange(actions=("no-op",), before=resource.values, after=resource.values)
            yield ResourceChange(address=resource.address, type=resource.type, name="", change=unchanged_values)
