"""Follows the names in an expression to resource instances: through variables, outputs, ``each`` and ``count``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.change import addressing
from auditor.change.addressing import Key, Step
from auditor.change.instances import Instances
from auditor.change.plan import Expression, Json
from auditor.change.values import at, texts
from auditor.change.written import Scope

_HARMLESS = frozenset({"count", "path", "self", "terraform"})
_DEEP = 32
"""More module levels than anyone has; a plan made by hand could go round in a circle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An attribute of one resource instance; an empty attribute is the whole object. Or a constant, as written."""

    address: str = ""
    type: str = ""
    attribute: str = ""
    literal: str = ""


class Trail:
    """The way of one expression. ``opaque`` tells afterwards whether a name in it led nowhere.

    Locals are not in a plan's JSON, and what a data source will give is not known: both lead nowhere.
    """

    def __init__(
        self, instances: Instances, scope: Scope, each: Expression | None, key: Key, *, depth: int = 0
    ) -> None:
        self._instances = instances
        self._scope = scope
        self._each = each
        self._key = key
        self._depth = depth
        self.opaque = depth > _DEEP

    def follow(self, references: tuple[str, ...]) -> Iterator[Source]:
        """Every instance that ``references`` lead to, in the order written."""
        if self.opaque:
            return
        names = addressing.leaves(references)
        keyed = "each.key" in names or "count.index" in names
        for name in names:
            yield from self._one(addressing.steps(name), self._key if keyed else None)

    def _one(self, parts: tuple[Step, ...], hint: Key) -> Iterator[Source]:
        head = parts[0].name if parts else ""
        if head in _HARMLESS:
            return
        if head == "each":
            yield from self._each_value(parts)
        elif head == "var":
            yield from self._variable(parts)
        elif head == "module":
            yield from self._output(parts, hint)
        elif head in ("local", "data") or len(parts) < 2:
            self.opaque = True
        else:
            yield from self._resource(parts, hint)

    def _each_value(self, parts: tuple[Step, ...]) -> Iterator[Source]:
        """``each.value`` is the entry under the instance's key; entries of several objects cannot be told apart."""
        if self._each is None or len(parts) < 2 or parts[1].name != "value":
            return
        names = addressing.leaves(self._each.references)
        found = [source for name in names for source in self._one(addressing.steps(name), self._key)]
        if len({source.address for source in found}) > 1:
            self.opaque = True
        attribute = parts[-1].name if len(parts) > 2 else ""
        for source in found:
            yield Source(address=source.address, type=source.type, attribute=source.attribute or attribute)

    def _variable(self, parts: tuple[Step, ...]) -> Iterator[Source]:
        """A module's variable is what the call says, or its default; the root module's values are in the plan."""
        if len(parts) < 2:
            return
        name, call, parent = parts[1].name, self._scope.call, self._scope.parent
        if call is None or parent is None:
            default = at(self._scope.module.variables.get(name), ("default",))
            value = at(self._instances.variables.get(name, {"value": default}), ("value",))
            yield from _literals(value, parts)
            return
        expression = call.expressions.get(name)
        if expression is None:
            yield from _literals(at(self._scope.module.variables.get(name), ("default",)), parts)
        yield from _literals(at(expression, ("constant_value",)), parts)
        yield from self._elsewhere(parent, call.for_each_expression, self._scope.key, at(expression, ("references",)))

    def _output(self, parts: tuple[Step, ...], hint: Key) -> Iterator[Source]:
        """An output of a module; without an index of every instance of it."""
        keys = self._instances.module_keys(self._scope.address, parts[1].name) if len(parts) > 2 else ()
        wanted = parts[1].key if len(parts) > 1 and parts[1].key is not None else hint
        if not keys:
            self.opaque = True
        for key in (wanted,) if wanted in keys else keys:
            scope = self._scope.child(parts[1].name, key)
            output = scope.module.outputs.get(parts[2].name) if scope is not None else None
            if scope is None or output is None:
                self.opaque = True
            else:
                yield from self._elsewhere(scope, None, None, output.expression.references)

    def _elsewhere(self, scope: Scope, each: Expression | None, key: Key, references: object) -> Iterator[Source]:
        names = tuple(str(name) for name in references) if isinstance(references, list | tuple) else ()
        trail = Trail(self._instances, scope, each, key, depth=self._depth + 1)
        yield from trail.follow(names)
        self.opaque = self.opaque or trail.opaque

    def _resource(self, parts: tuple[Step, ...], hint: Key) -> Iterator[Source]:
        type_, name = parts[0].name, parts[1]
        instances = self._instances.of(self._scope.address, type_, name.name)
        if name.key is not None:
            addresses = [instances[name.key]] if name.key in instances else []
        else:
            addresses = [instances[hint]] if hint is not None and hint in instances else list(instances.values())
        if not addresses:
            self.opaque = True
        attribute = parts[2].name if len(parts) > 2 else ""
        yield from (Source(address=address, type=type_, attribute=attribute) for address in addresses)


def _literals(value: Json, parts: tuple[Step, ...]) -> Iterator[Source]:
    """The texts in a constant, or in the part of it that is named."""
    path = [one for part in parts[1:] for one in (part.name, part.key) if one is not None][1:]
    found = at(value, tuple(path))
    yield from (Source(literal=literal) for literal in texts(found if isinstance(found, list) else [found]))
