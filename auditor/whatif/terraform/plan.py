"""The JSON of a Terraform plan as values: the output of ``terraform show -json``, format 1.x.

Only the keys that the audit reads are kept. Names and descriptions that the plan marks as sensitive are blanked while
it is parsed, so that no report can print them. Terraform prints sensitive values in clear and marks them in a tree
beside them (``after_sensitive``), true where a value, or a whole list or object, is sensitive. Addresses, ports and ids
decide packets and stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

Json: TypeAlias = Any
"""A JSON value of any shape."""

PROVIDER_PREFIX = "tencentcloud_"
"""The beginning of the provider's resource types."""

SENSITIVE = "(sensitive)"
_BLANKED_KEYS = frozenset({"cluster_name", "description", "instance_name", "name"})


def blanked(tree: Json, marks: Json) -> Json:
    """``tree`` with ``SENSITIVE`` in place of the names and descriptions that ``marks`` marks."""
    if not marks:
        return tree
    if isinstance(tree, dict):
        return {key: _entry(key, value, _below(marks, key)) for key, value in tree.items()}
    if isinstance(tree, list):
        return [blanked(value, _below(marks, position)) for position, value in enumerate(tree)]
    return tree


def _entry(key: str, value: Json, marks: Json) -> Json:
    if key in _BLANKED_KEYS and marks is True and isinstance(value, str) and value:
        return SENSITIVE
    return blanked(value, marks)


def _below(marks: Json, step: str | int) -> Json:
    if marks is True:
        return True
    if isinstance(marks, dict):
        return marks.get(str(step))
    return marks[step] if isinstance(marks, list) and isinstance(step, int) and step < len(marks) else None


class PlanStep(StrEnum):
    """A change of one object in the cloud. A replacement is two steps, in the order in which they happen."""

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
"""The steps of every list of actions. A forgotten resource leaves the state and stays in the cloud."""


_SIDES = ("before", "after")


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class PlannedChange(_Shape):
    """An object before and after. ``after`` lacks the keys that ``after_unknown`` has as true."""

    actions: tuple[str, ...]
    before: dict[str, Json] | None = None
    after: dict[str, Json] | None = None
    after_unknown: dict[str, Json] | bool = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _blank(cls, data: Json) -> Json:
        """Blank the sensitive texts of both sides before they are stored."""
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
    def understood(self) -> bool:
        """Whether this version understands its actions."""
        return self.change.actions in PLAN_STEPS

    @property
    def steps(self) -> tuple[PlanStep, ...]:
        """The steps that change the object, in order; empty for a no-op."""
        return PLAN_STEPS.get(self.change.actions, ())

    @property
    def before(self) -> dict[str, Json]:
        """The object as it is now; empty where it does not exist."""
        return self.change.before or {}

    @property
    def after(self) -> dict[str, Json]:
        """The known attributes of the object after the change; empty where it is deleted."""
        return self.change.after or {}


class Expression(_Shape):
    """An argument as written: the references in it. A plan does not print constants beside references."""

    references: tuple[str, ...] = ()


class ConfiguredResource(_Shape):
    """A ``resource`` block.

    ``expressions`` holds an expression for each argument, and for nested blocks a list of such mappings.
    """

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
    """A ``module`` block with the module that it calls. ``source`` is a path or an address, as written."""

    source: str = ""
    expressions: dict[str, Json] = Field(default_factory=dict)
    for_each_expression: Expression | None = None
    module: ConfiguredModule


class ConfiguredModule(_Shape):
    """The blocks of one module. Names in it are relative to it."""

    resources: tuple[ConfiguredResource, ...] = ()
    module_calls: dict[str, ModuleCall] = Field(default_factory=dict)
    outputs: dict[str, PlanOutput] = Field(default_factory=dict)
    variables: dict[str, Json] = Field(default_factory=dict)

    @cached_property
    def blocks(self) -> dict[tuple[str, str, str], ConfiguredResource]:
        """The ``resource`` and ``data`` blocks by mode, type and name."""
        return {(block.mode, block.type, block.name): block for block in self.resources}


class Configuration(_Shape):
    """The configuration that the plan was made from."""

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
        """Blank the sensitive texts before they are stored."""
        if not isinstance(data, dict) or "values" not in data:
            return data
        return data | {"values": blanked(data["values"], data.get("sensitive_values"))}


class StateModule(_Shape):
    """The resources of one module in the state, and the modules that it calls."""

    resources: tuple[StateResource, ...] = ()
    child_modules: tuple[StateModule, ...] = ()

    def everything(self) -> tuple[StateResource, ...]:
        """The resources of this module and of every module below it."""
        return self.resources + tuple(resource for child in self.child_modules for resource in child.everything())


class StateValues(_Shape):
    """The resources of a state."""

    root_module: StateModule = StateModule()


class State(_Shape):
    """A Terraform state as the plan prints it."""

    values: StateValues = StateValues()


class DeferredChange(_Shape):
    """A change that Terraform defers to a later plan."""

    resource_change: ResourceChange | None = None


class RelevantAttribute(_Shape):
    """An attribute of a resource that Terraform used to plan the value of another resource."""

    resource: str = ""
    attribute: tuple[Json, ...] = ()


class Plan(_Shape):
    """A plan. ``complete`` is false where a further plan would change more (``-target``, deferred changes)."""

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
        """The changes of managed resources, without reads of data sources."""
        return tuple(change for change in self.resource_changes if change.mode == "managed")

    @property
    def size(self) -> int:
        """The number of resources that the plan changes, or may change."""
        return sum(bool(change.steps) or not change.understood for change in self.managed)

    def steps_of(self, *types: str) -> Iterator[tuple[ResourceChange, PlanStep]]:
        """The steps of the resources of these types: first every removal, then every update, then every new object.

        So a resource that is deleted and made again under another address ends as made.
        """
        for step in (PlanStep.REMOVED, PlanStep.UPDATED, PlanStep.MADE):
            yield from ((change, step) for change in self.managed if change.type in types and step in change.steps)
