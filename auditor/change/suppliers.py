"""What could give a value that is unknown until apply, where its own expression does not show it.

Terraform lists the attributes that any planned value comes from, through locals, modules and ``dynamic`` blocks alike
(``relevant_attributes``, since format 1.1). Where that list is empty, everything that the plan itself leaves unknown
stands in for it, but for arguments: what is written comes from elsewhere again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from auditor.change import addressing, written
from auditor.change.addressing import Address
from auditor.change.plan import Plan, ResourceChange
from auditor.change.values import any_unknown

_OURS = "tencentcloud_"

Owner: TypeAlias = tuple[tuple[str, ...], str, str, str]
"""What the instances of one block share: modules, mode, type and name. Which of them it is, no supplier tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """An attribute of a resource or data source, by its first name; empty for the whole object."""

    source: Address
    owner: Owner
    attribute: str

    @classmethod
    def at(cls, address: str, attribute: str) -> Supplier:
        """The attribute of the object at an absolute address."""
        source = addressing.parse(address)
        return cls(source=source, owner=owner_of(source), attribute=attribute)

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


def of(plan: Plan) -> tuple[Supplier, ...]:
    """Every attribute that could give an unknown value."""
    told = (
        Supplier.at(found.resource, next((step for step in found.attribute if isinstance(step, str)), ""))
        for found in plan.relevant_attributes
    )
    return tuple(dict.fromkeys(told)) or tuple(dict.fromkeys(_unknown(plan)))


def _unknown(plan: Plan) -> Iterator[Supplier]:
    for change in plan.resource_changes:
        unknown = change.change.after_unknown
        arguments = _arguments(plan, change) if change.mode == "managed" else frozenset()
        if unknown is True:
            yield Supplier.at(change.address, "")
        elif isinstance(unknown, dict):
            names = (name for name, tree in unknown.items() if any_unknown(tree) and name not in arguments)
            yield from (Supplier.at(change.address, name) for name in names)


def _arguments(plan: Plan, change: ResourceChange) -> frozenset[str]:
    block = written.block_in(plan, change)
    return frozenset(block.expressions if block is not None else ())


def owner_of(source: Address) -> Owner:
    """The block that an instance is of."""
    modules = tuple(step.name for step in addressing.steps(source.module))
    return modules, source.mode, source.type, source.name
