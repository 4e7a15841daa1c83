"""What could give a value that is unknown until apply, where its own expression does not show it.

Terraform lists the attributes that any planned value comes from, through locals, modules and ``dynamic`` blocks alike
(``relevant_attributes``, since format 1.1). Where that list is empty, everything that the plan itself leaves unknown
stands in for it, but for arguments: what is written comes from elsewhere again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.change import addressing, written
from auditor.change.addressing import Address
from auditor.change.plan import Plan, ResourceChange

_OURS = "tencentcloud_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """An attribute of a resource or data source, by its first name; empty for the whole object."""

    source: Address
    attribute: str

    def may_give_text(self, words: tuple[str, ...]) -> bool:
        """Whether it may give a text of the kind that ``words`` speak of; an id is none."""
        return not self.understood or (self.attribute != "id" and self._names(self.attribute, words))

    def may_give_id(self, words: tuple[str, ...]) -> bool:
        """As :meth:`may_give_text`, also for an id that is put together out of several ids."""
        named = self.source.type if self.attribute == "id" else self.attribute
        return not self.understood or self._names(named, words)

    @property
    def understood(self) -> bool:
        """Whether its name tells what it holds: data sources and other providers' objects can hold anything."""
        return self.source.mode == "managed" and self.source.type.startswith(_OURS) and bool(self.attribute)

    @staticmethod
    def _names(name: str, words: tuple[str, ...]) -> bool:
        return any(word in name for word in words)

    def is_of(self, change: ResourceChange) -> bool:
        """Whether it belongs to this object; which instance of several is not told."""
        here = addressing.parse(change.address)
        there = self.source
        same_module = _bare(here.module) == _bare(there.module)
        return same_module and (here.mode, here.type, here.name) == (there.mode, there.type, there.name)


def of(plan: Plan) -> tuple[Supplier, ...]:
    """Every attribute that could give an unknown value."""
    told = (
        Supplier(
            source=addressing.parse(found.resource),
            attribute=next((step for step in found.attribute if isinstance(step, str)), ""),
        )
        for found in plan.relevant_attributes
    )
    return tuple(dict.fromkeys(told)) or tuple(dict.fromkeys(_unknown(plan)))


def _unknown(plan: Plan) -> Iterator[Supplier]:
    for change in plan.resource_changes:
        source = addressing.parse(change.address)
        unknown = change.change.after_unknown
        arguments = _arguments(plan, change) if change.mode == "managed" else frozenset()
        if unknown is True:
            yield Supplier(source=source, attribute="")
        elif isinstance(unknown, dict):
            names = (name for name, tree in unknown.items() if _anything(tree) and name not in arguments)
            yield from (Supplier(source=source, attribute=name) for name in names)


def _arguments(plan: Plan, change: ResourceChange) -> frozenset[str]:
    scope = written.scope_of(plan, change.module_address)
    block = written.block_of(scope, change) if scope is not None else None
    return frozenset(block.expressions if block is not None else ())


def _anything(unknown: object) -> bool:
    if isinstance(unknown, dict):
        return any(_anything(value) for value in unknown.values())
    return any(_anything(value) for value in unknown) if isinstance(unknown, list) else unknown is True


def _bare(module: str) -> tuple[str, ...]:
    return tuple(step.name for step in addressing.steps(module))
