"""Terraform addresses and references taken apart: ``module.net["a"].tencentcloud_security_group.blue[0].id``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from auditor.whatif.terraform.plan import (
    ConfiguredModule,
    ConfiguredResource,
    Expression,
    Json,
    ModuleCall,
    Plan,
    ResourceChange,
)
from auditor.whatif.terraform.values import Path, at, text, texts

Key: TypeAlias = str | int | None
"""An instance: a text for ``for_each``, a number for ``count``, ``None`` for a single one."""

_PART = re.compile(r'\[("(?:[^"\\]|\\.)*"|[0-9]+)\]|([^.\[\]]+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressStep:
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


def steps(text: str) -> tuple[AddressStep, ...]:
    """The names of a reference or address in order, each with the key that follows it."""
    found: list[AddressStep] = []
    for match in _PART.finditer(text):
        if match[2] is not None:
            found.append(AddressStep(name=match[2]))
        elif found:
            found[-1] = AddressStep(name=found[-1].name, key=_key(match[1]))
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
    type_, name = [*left, AddressStep(name=""), AddressStep(name="")][:2]
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
        address = module_address(self.address, name, key)
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
    parts = steps(module_address)
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


class Instances:
    """Every managed instance that a plan changes or that its prior state holds."""

    def __init__(self, plan: Plan) -> None:
        self.changes: dict[str, ResourceChange] = {
            change.address: change for change in plan.managed if not change.deposed
        }
        self.variables = plan.variables
        state = plan.prior_state.values.root_module.everything()
        self.ids: dict[str, str] = {found.address: text(found.values.get("id")) for found in state}
        self._found: dict[tuple[str, str, str], dict[Key, str]] = {}
        for address in dict.fromkeys([*self.changes, *self.ids]):
            parsed = parse(address)
            if parsed.mode == "managed":
                self._found.setdefault((parsed.module, parsed.type, parsed.name), {})[parsed.key] = address

    def of(self, module: str, type_: str, name: str) -> Mapping[Key, str]:
        """The addresses of a resource's instances by key."""
        return self._found.get((module, type_, name), {})

    def module_keys(self, module: str, name: str) -> tuple[Key, ...]:
        """The keys under which there are instances of a module called from ``module``."""
        outer = steps(module)
        depth = len(outer)
        found: dict[Key, None] = {}
        for inner, _, _ in self._found:
            parts = steps(inner)
            if parts[:depth] == outer and len(parts) > depth + 1 and parts[depth + 1].name == name:
                found[parts[depth + 1].key] = None
        return tuple(found)


_HARMLESS = frozenset({"count", "path", "self", "terraform"})
_DEEP = 32
"""More module levels than anyone has; a plan made by hand could go round in a circle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueOrigin:
    """An attribute of one resource instance; an empty attribute is the whole object. Or a constant, as written."""

    address: str = ""
    type: str = ""
    attribute: str = ""
    literal: str = ""


class ReferenceResolver:
    """The way of one expression. ``unresolved`` tells afterwards whether a name in it led nowhere.

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
        self.unresolved = depth > _DEEP

    def follow(self, references: tuple[str, ...]) -> Iterator[ValueOrigin]:
        """Every instance that ``references`` lead to, in the order written."""
        if self.unresolved:
            return
        names = leaves(references)
        keyed = "each.key" in names or "count.index" in names
        for name in names:
            yield from self._one(steps(name), self._key if keyed else None)

    def _one(self, parts: tuple[AddressStep, ...], hint: Key) -> Iterator[ValueOrigin]:
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
            self.unresolved = True
        else:
            yield from self._resource(parts, hint)

    def _each_value(self, parts: tuple[AddressStep, ...]) -> Iterator[ValueOrigin]:
        """``each.value`` is the entry under the instance's key; entries of several objects cannot be told apart."""
        if self._each is None or len(parts) < 2 or parts[1].name != "value":
            return
        names = leaves(self._each.references)
        found = [source for name in names for source in self._one(steps(name), self._key)]
        if len({source.address for source in found}) > 1:
            self.unresolved = True
        attribute = parts[-1].name if len(parts) > 2 else ""
        for source in found:
            yield ValueOrigin(address=source.address, type=source.type, attribute=source.attribute or attribute)

    def _variable(self, parts: tuple[AddressStep, ...]) -> Iterator[ValueOrigin]:
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

    def _output(self, parts: tuple[AddressStep, ...], hint: Key) -> Iterator[ValueOrigin]:
        """An output of a module; without an index of every instance of it."""
        keys = self._instances.module_keys(self._scope.address, parts[1].name) if len(parts) > 2 else ()
        wanted = parts[1].key if len(parts) > 1 and parts[1].key is not None else hint
        if not keys:
            self.unresolved = True
        for key in (wanted,) if wanted in keys else keys:
            scope = self._scope.child(parts[1].name, key)
            output = scope.module.outputs.get(parts[2].name) if scope is not None else None
            if scope is None or output is None:
                self.unresolved = True
            else:
                yield from self._elsewhere(scope, None, None, output.expression.references)

    def _elsewhere(self, scope: Scope, each: Expression | None, key: Key, references: object) -> Iterator[ValueOrigin]:
        names = tuple(str(name) for name in references) if isinstance(references, list | tuple) else ()
        resolver = ReferenceResolver(self._instances, scope, each, key, depth=self._depth + 1)
        yield from resolver.follow(names)
        self.unresolved = self.unresolved or resolver.unresolved

    def _resource(self, parts: tuple[AddressStep, ...], hint: Key) -> Iterator[ValueOrigin]:
        type_, name = parts[0].name, parts[1]
        instances = self._instances.of(self._scope.address, type_, name.name)
        if name.key is not None:
            addresses = [instances[name.key]] if name.key in instances else []
        else:
            addresses = [instances[hint]] if hint is not None and hint in instances else list(instances.values())
        if not addresses:
            self.unresolved = True
        attribute = parts[2].name if len(parts) > 2 else ""
        yield from (ValueOrigin(address=address, type=type_, attribute=attribute) for address in addresses)


def _literals(value: Json, parts: tuple[AddressStep, ...]) -> Iterator[ValueOrigin]:
    """The texts in a constant, or in the part of it that is named."""
    path = [one for part in parts[1:] for one in (part.name, part.key) if one is not None][1:]
    found = at(value, tuple(path))
    yield from (ValueOrigin(literal=literal) for literal in texts(found if isinstance(found, list) else [found]))
