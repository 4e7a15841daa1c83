"""Where a planned value was written: the expression in the configuration, and the scope in which its names are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from auditor.change import addressing
from auditor.change.addressing import Key
from auditor.change.plan import ConfiguredModule, ConfiguredResource, Expression, Json, ModuleCall, Plan, ResourceChange
from auditor.change.values import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A module instance. ``call`` is the block that makes it, ``None`` for the root module."""

    address: str
    module: ConfiguredModule
    key: Key = None
    call: ModuleCall | None = None
    parent: Scope | None = None

    def child(self, name: str, key: Key) -> Scope | None:
        """A module called from here."""
        call = self.module.module_calls.get(name)
        if call is None:
            return None
        address = addressing.module_address(self.address, name, key)
        return Scope(address=address, module=call.module, key=key, call=call, parent=self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """Nothing was written: the provider's or the API's default holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untraced:
    """The configuration does not tell: ``dynamic`` blocks are left out of it and the others are renumbered."""


Written: TypeAlias = Expression | Absent | Untraced


def scope_of(plan: Plan, module_address: str) -> Scope | None:
    """The scope of a module instance; ``None`` where the configuration lacks it."""
    scope: Scope | None = Scope(address="", module=plan.configuration.root_module)
    parts = addressing.steps(module_address)
    for part in parts:
        if part.name != "module" and scope is not None:
            scope = scope.child(part.name, part.key)
    return scope


def block_of(scope: Scope, change: ResourceChange) -> ConfiguredResource | None:
    """The ``resource`` block of a change."""
    return scope.module.blocks.get((change.mode, change.type, change.name))


def block_in(plan: Plan, change: ResourceChange) -> ConfiguredResource | None:
    """The block of a change wherever it stands; ``None`` where the configuration lacks it."""
    scope = scope_of(plan, change.module_address)
    return block_of(scope, change) if scope is not None else None


def written(block: ConfiguredResource, after: Json, path: Path) -> Written:
    """The expression at ``path``. Nested blocks are matched by place, and only where both lists are of one length."""
    found: Json = block.expressions
    planned = after
    for step in path:
        if isinstance(step, int):
            if not isinstance(found, list) or not isinstance(planned, list) or len(found) != len(planned):
                return Untraced()
            found, planned = found[step], planned[step]
            continue
        if not isinstance(found, dict):
            return Untraced()
        found = found.get(step)
        planned = planned.get(step) if isinstance(planned, dict) else None
        if found is None:
            return Untraced() if isinstance(planned, list) and step != path[-1] else Absent()
    return _expression(found)


def _expression(found: Json) -> Written:
    if isinstance(found, dict):
        references = found.get("references")
        return Expression(references=tuple(str(name) for name in references) if isinstance(references, list) else ())
    return Untraced()
