"""Texts that a plan marks as sensitive: blanked where a report would print them.

Terraform prints sensitive values in clear and marks them in a tree beside (``after_sensitive``), true where a value, or
all of a list or object, is sensitive. Addresses, ports and ids decide packets and stay.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

_Json: TypeAlias = Any

SENSITIVE = "(sensitive)"
_WORDS = frozenset({"cluster_name", "description", "instance_name", "name"})


def blanked(tree: _Json, marks: _Json) -> _Json:
    """``tree`` without the names and descriptions that are marked."""
    if not marks:
        return tree
    if isinstance(tree, dict):
        return {key: _entry(key, value, _below(marks, key)) for key, value in tree.items()}
    if isinstance(tree, list):
        return [blanked(value, _below(marks, place)) for place, value in enumerate(tree)]
    return tree


def _entry(key: str, value: _Json, marks: _Json) -> _Json:
    if key in _WORDS and marks is True and isinstance(value, str) and value:
        return SENSITIVE
    return blanked(value, marks)


def _below(marks: _Json, step: str | int) -> _Json:
    if marks is True:
        return True
    if isinstance(marks, dict):
        return marks.get(str(step))
    return marks[step] if isinstance(marks, list) and isinstance(step, int) and step < len(marks) else None


Json: TypeAlias = Any
"""A value as JSON has it: nothing is known of its shape before it is looked at."""


class PlanStep(StrEnum):
    """What happens to one object in the cloud. A replacement is two steps, in the order in which they happen."""

    MADE = "made"
    UPDATED = "updated"
    REMOVED = "removed"


PLAN_STEPS: dict[tuple[str, ...], tuple[PlanStep, ...]] = {
    ("no-op",): (),
    ("read",): (),
    ("create",): (PlanStep.MADE,),
    ("update",): (PlanStep.UPDATED,),
    ("delete",): (PlanStep.REMOVED,),
    ("delete", "create"): (PlanStep.REMOVED, PlanStep.MADE),
    ("create", "delete"): (PlanStep.MADE, PlanStep.REMOVED),
    ("forget",): (),
    ("create", "forget"): (PlanStep.MADE,),
}
"""Every list of actions. What is forgotten leaves the state and stays in the cloud."""


_SIDES = ("before", "after")


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PlannedChange(_Shape):
    """An object before and after. ``after`` lacks the keys that ``after_unknown`` has as true."""

    actions: tuple[str, ...]
    before: dict[str, Json] | None = None
    after: dict[str, Json] | None = None
    after_unknown: dict[str, Json] | bool = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _blank(cls, data: Json) -> Json:
        """Sensitive texts never get in, so that no report can print one."""
        if not isinstance(data, dict):
            return data
        marked = {side: blanked(data[side], data.get(f"{side}_sensitive")) for side in _SIDES if side in data}
        return data | marked


class ResourceChange(_Shape):
    """One instance of one resource. ``index`` is a number for ``count``, a text for ``for_each``, else absent."""

    address: str
    module_address: str = ""
    mode: str = "managed"
    type: str
    name: str
    index: str | int | None = None
    provider_name: str = ""
    deposed: str = ""
    change: PlannedChange

    @property
    def known(self) -> bool:
        """Whether its actions are ones that this version understands."""
        return self.change.actions in PLAN_STEPS

    @property
    def steps(self) -> tuple[PlanStep, ...]:
        """What happens to the object, in order; nothing for a no-op."""
        return PLAN_STEPS.get(self.change.actions, ())

    @property
    def before(self) -> dict[str, Json]:
        """The object as it is now; empty where there is none."""
        return self.change.before or {}

    @property
    def after(self) -> dict[str, Json]:
        """The object as it will be, as far as it is known; empty where there will be none."""
        return self.change.after or {}


class Expression(_Shape):
    """An argument as written: the names in it; constants beside names are not printed."""

    references: tuple[str, ...] = ()


class ConfiguredResource(_Shape):
    """A ``resource`` block. ``expressions`` holds expressions, for nested blocks lists of the same."""

    mode: str = "managed"
    type: str
    name: str
    provider_config_key: str = ""
    expressions: dict[str, Json] = Field(default_factory=dict)
    for_each_expression: Expression | None = None
    count_expression: Expression | None = None


class PlanOutput(_Shape):
    """An ``output`` block."""

    expression: Expression = Expression()


class ModuleCall(_Shape):
    """A ``module`` block with the module that it calls."""

    expressions: dict[str, Json] = Field(default_factory=dict)
    for_each_expression: Expression | None = None
    module: ConfiguredModule


class ConfiguredModule(_Shape):
    """The blocks of one module; names in it are relative to it."""

    resources: tuple[ConfiguredResource, ...] = ()
    module_calls: dict[str, ModuleCall] = Field(default_factory=dict)
    outputs: dict[str, PlanOutput] = Field(default_factory=dict)
    variables: dict[str, Json] = Field(default_factory=dict)

    @cached_property
    def blocks(self) -> dict[tuple[str, str, str], ConfiguredResource]:
        """The ``resource`` and ``data`` blocks by mode, type and name."""
        return {(block.mode, block.type, block.name): block for block in self.resources}


class Configuration(_Shape):
    """Everything that was written."""

    provider_config: dict[str, Json] = Field(default_factory=dict)
    root_module: ConfiguredModule = ConfiguredModule()


class StateResource(_Shape):
    """One instance of one resource as the state has it after the refresh. ``address`` is absolute."""

    address: str
    mode: str = "managed"
    type: str
    values: dict[str, Json] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _blank(cls, data: Json) -> Json:
        """As for :class:`Change`."""
        if not isinstance(data, dict) or "values" not in data:
            return data
        return data | {"values": blanked(data["values"], data.get("sensitive_values"))}


class StateModule(_Shape):
    """A module's share of the state."""

    resources: tuple[StateResource, ...] = ()
    child_modules: tuple[StateModule, ...] = ()

    def everything(self) -> tuple[StateResource, ...]:
        """The resources of this module and of those in it."""
        return self.resources + tuple(found for child in self.child_modules for found in child.everything())


class StateValues(_Shape):
    """The resources of a state."""

    root_module: StateModule = StateModule()


class State(_Shape):
    """A state as printed."""

    values: StateValues = StateValues()


class DeferredChange(_Shape):
    """A change that Terraform put off to a later plan."""

    resource_change: ResourceChange | None = None


class RelevantAttribute(_Shape):
    """An attribute of a resource from which some planned value comes."""

    resource: str = ""
    attribute: tuple[Json, ...] = ()


class Plan(_Shape):
    """A plan. ``complete`` is false where a further plan would find more to do (``-target``, deferred changes)."""

    format_version: str
    resource_changes: tuple[ResourceChange, ...] = ()
    deferred_changes: tuple[DeferredChange, ...] = ()
    relevant_attributes: tuple[RelevantAttribute, ...] = ()
    variables: dict[str, Json] = Field(default_factory=dict)
    prior_state: State = State()
    configuration: Configuration = Configuration()
    complete: bool = True
    errored: bool = False

    @property
    def managed(self) -> tuple[ResourceChange, ...]:
        """The changes of resources, without those of data sources."""
        return tuple(change for change in self.resource_changes if change.mode == "managed")
