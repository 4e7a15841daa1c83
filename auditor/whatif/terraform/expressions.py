"""Follows the expressions of a Terraform configuration to the resource instances that give their values.

Three parts build on each other. Addresses and references, such as ``module.net["a"].tencentcloud_vpc.blue.id``, are
parsed into steps. Scopes find the block and the written expression of a planned resource. ``ReferenceResolver``
follows the references of an expression through variables, outputs and ``each.value``.
"""

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

InstanceKey: TypeAlias = str | int | None
"""The key of an instance: a text for ``for_each``, a number for ``count``, ``None`` for a single instance."""

_STEP = re.compile(r'\[("(?:[^"\\]|\\.)*"|[0-9]+)\]|([^.\[\]]+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressStep:
    """A name with the key that follows it, as in ``blue["a"]``."""

    name: str
    key: InstanceKey = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The parts of a resource instance's address. ``module`` is the module instance's address, empty for the root."""

    module: str
    mode: str
    type: str
    name: str
    key: InstanceKey


def parse_steps(text: str) -> tuple[AddressStep, ...]:
    """The names of a reference or address in order, each with the key that follows it."""
    parsed: list[AddressStep] = []
    for match in _STEP.finditer(text):
        if match[2] is not None:
            parsed.append(AddressStep(name=match[2]))
        elif parsed:
            parsed[-1] = AddressStep(name=parsed[-1].name, key=_parse_key(match[1]))
    return tuple(parsed)


def parse_address(address: str) -> Address:
    """The parts of the absolute address of a resource instance."""
    remaining = list(parse_steps(address))
    module = ""
    while len(remaining) > 1 and remaining[0].name == "module":
        module = module_address(module, remaining[1].name, remaining[1].key)
        del remaining[:2]
    mode = "data" if remaining and remaining[0].name == "data" else "managed"
    if mode == "data":
        del remaining[0]
    type_, name = [*remaining, AddressStep(name=""), AddressStep(name="")][:2]
    return Address(module=module, mode=mode, type=type_.name, name=name.name, key=name.key)


def module_address(parent: str, name: str, key: InstanceKey) -> str:
    """The address of a module instance that is called from ``parent``."""
    own = f"module.{name}" if key is None else f"module.{name}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{parent}.{own}" if parent else own


def without_prefixes(references: Iterable[str]) -> tuple[str, ...]:
    """The references without those that are only the beginning of another.

    Terraform prints ``x.b.id`` as ``x.b.id`` and ``x.b``. The longer reference must come first, as it does there.
    """
    kept: list[str] = []
    for reference in references:
        if not any(longer == reference or _is_prefix(reference, longer) for longer in kept):
            kept.append(reference)
    return tuple(kept)


def _is_prefix(short: str, long: str) -> bool:
    return long.startswith(short) and long[len(short)] in ".["


def _parse_key(text: str) -> InstanceKey:
    try:
        key = json.loads(text)
    except (ValueError, RecursionError):
        return text.strip('"')
    return key if isinstance(key, str | int) else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A module instance. ``call`` is the block that makes it, ``None`` for the root module."""

    address: str
    module: ConfiguredModule
    key: InstanceKey = None
    call: ModuleCall | None = None
    parent: Scope | None = None

    def child(self, name: str, key: InstanceKey) -> Scope | None:
        """The instance of a module that this module calls; ``None`` where it calls no module of that name."""
        call = self.module.module_calls.get(name)
        if call is None:
            return None
        address = module_address(self.address, name, key)
        return Scope(address=address, module=call.module, key=key, call=call, parent=self)


def scope_of(plan: Plan, module_address: str) -> Scope | None:
    """The scope of a module instance; ``None`` where the configuration lacks it."""
    scope: Scope | None = Scope(address="", module=plan.configuration.root_module)
    for step in parse_steps(module_address):
        if step.name != "module" and scope is not None:
            scope = scope.child(step.name, step.key)
    return scope


def block_of(scope: Scope, change: ResourceChange) -> ConfiguredResource | None:
    """The ``resource`` block of a change in a scope."""
    return scope.module.blocks.get((change.mode, change.type, change.name))


def block_in(plan: Plan, change: ResourceChange) -> ConfiguredResource | None:
    """The ``resource`` block of a change in any module; ``None`` where the configuration lacks it."""
    scope = scope_of(plan, change.module_address)
    return block_of(scope, change) if scope is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """The argument is not written: the default of the provider or of the API applies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untraced:
    """The configuration does not show whether the argument is written.

    It leaves out ``dynamic`` blocks and renumbers the other blocks of the same name.
    """


Argument: TypeAlias = Expression | Absent | Untraced
"""An argument of a block as the configuration shows it."""


def argument(block: ConfiguredResource, after: Json, path: Path) -> Argument:
    """The argument at ``path``. ``after`` is the planned object.

    Nested blocks are matched by their position, and only where the plan has as many of them as the configuration.
    """
    expression: Json = block.expressions
    planned = after
    for step in path:
        if isinstance(step, int):
            if not isinstance(expression, list) or not isinstance(planned, list) or len(expression) != len(planned):
                return Untraced()
            expression, planned = expression[step], planned[step]
            continue
        if not isinstance(expression, dict):
            return Untraced()
        expression = expression.get(step)
        planned = planned.get(step) if isinstance(planned, dict) else None
        if expression is None:
            return Untraced() if isinstance(planned, list) and step != path[-1] else Absent()
    if not isinstance(expression, dict):
        return Untraced()
    references = expression.get("references")
    return Expression(references=tuple(str(name) for name in references) if isinstance(references, list) else ())


class Instances:
    """Every managed instance that a plan changes or that its prior state holds."""

    def __init__(self, plan: Plan) -> None:
        self.changes: dict[str, ResourceChange] = {
            change.address: change for change in plan.managed if not change.deposed
        }
        self.variables = plan.variables
        state = plan.prior_state.values.root_module.everything()
        self.ids: dict[str, str] = {resource.address: text(resource.values.get("id")) for resource in state}
        self._addresses: dict[tuple[str, str, str], dict[InstanceKey, str]] = {}
        for address in dict.fromkeys([*self.changes, *self.ids]):
            parsed = parse_address(address)
            if parsed.mode == "managed":
                self._addresses.setdefault((parsed.module, parsed.type, parsed.name), {})[parsed.key] = address

    def of(self, module: str, type_: str, name: str) -> Mapping[InstanceKey, str]:
        """The addresses of a resource's instances by key."""
        return self._addresses.get((module, type_, name), {})

    def module_keys(self, module: str, name: str) -> tuple[InstanceKey, ...]:
        """The keys of the instances of a module that ``module`` calls."""
        outer = parse_steps(module)
        depth = len(outer)
        keys: dict[InstanceKey, None] = {}
        for inner, _, _ in self._addresses:
            path = parse_steps(inner)
            if path[:depth] == outer and len(path) > depth + 1 and path[depth + 1].name == name:
                keys[path[depth + 1].key] = None
        return tuple(keys)


_WITHOUT_OBJECT = frozenset({"count", "path", "self", "terraform"})
"""Names whose values come from no resource."""

_MAXIMUM_DEPTH = 32
"""More module levels than anyone writes. A plan that was edited by hand could refer to itself for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueOrigin:
    """The place that a value comes from: an attribute of a resource instance, or a constant in ``literal``.

    An empty attribute is the whole object.
    """

    address: str = ""
    type: str = ""
    attribute: str = ""
    literal: str = ""


class ReferenceResolver:
    """Resolves the references of one expression by a depth-first search of the configuration's reference graph.

    The nodes of the graph are names in a scope. A variable leads to the argument of the module call in the parent
    scope, an output to its expression in the child scope, ``each.value`` to the ``for_each`` of the block. The search
    ends at attributes of resource instances and at constants; it stops at ``_MAXIMUM_DEPTH`` scopes.

    Invariant: after :meth:`follow`, either ``unresolved`` is true, or the origins include every object that the value
    can come from. A name that leads nowhere sets ``unresolved``: a local, which a plan does not print, a data source,
    whose value is not known, or a resource without instances. The origins of the other names are yielded all the same.
    Where an expression names a resource without a key, every instance of it is an origin; ``each.key`` or
    ``count.index`` beside it selects the instance with the key of the referring instance. Constants beside references
    are not in a plan: origins never prove that a list has no further elements.
    """

    def __init__(
        self, instances: Instances, scope: Scope, for_each: Expression | None, key: InstanceKey, *, depth: int = 0
    ) -> None:
        self._instances = instances
        self._scope = scope
        self._for_each = for_each
        self._key = key
        self._depth = depth
        self.unresolved = depth > _MAXIMUM_DEPTH

    def follow(self, references: tuple[str, ...]) -> Iterator[ValueOrigin]:
        """Every origin that ``references`` lead to, in the order written."""
        if self.unresolved:
            return
        names = without_prefixes(references)
        has_own_key = "each.key" in names or "count.index" in names
        for name in names:
            yield from self._follow_name(parse_steps(name), self._key if has_own_key else None)

    def _follow_name(self, path: tuple[AddressStep, ...], own_key: InstanceKey) -> Iterator[ValueOrigin]:
        """The origins of one reference. ``own_key`` is the key that the expression also mentions, if any."""
        root = path[0].name if path else ""
        if root in _WITHOUT_OBJECT:
            return
        if root == "each":
            yield from self._follow_each_value(path)
        elif root == "var":
            yield from self._follow_variable(path)
        elif root == "module":
            yield from self._follow_output(path, own_key)
        elif root in ("local", "data") or len(path) < 2:
            self.unresolved = True
        else:
            yield from self._follow_resource(path, own_key)

    def _follow_each_value(self, path: tuple[AddressStep, ...]) -> Iterator[ValueOrigin]:
        """``each.value`` is the entry under the instance's key; a plan does not show which object gives which entry."""
        if self._for_each is None or len(path) < 2 or path[1].name != "value":
            return
        names = without_prefixes(self._for_each.references)
        origins = [origin for name in names for origin in self._follow_name(parse_steps(name), self._key)]
        if len({origin.address for origin in origins}) > 1:
            self.unresolved = True
        attribute = path[-1].name if len(path) > 2 else ""
        for origin in origins:
            yield ValueOrigin(address=origin.address, type=origin.type, attribute=origin.attribute or attribute)

    def _follow_variable(self, path: tuple[AddressStep, ...]) -> Iterator[ValueOrigin]:
        """A module's variable has the argument of the call or its default; the root's values are in the plan."""
        if len(path) < 2:
            return
        name, call, parent = path[1].name, self._scope.call, self._scope.parent
        default = at(self._scope.module.variables.get(name), ("default",))
        if call is None or parent is None:
            value = at(self._instances.variables.get(name, {"value": default}), ("value",))
            yield from _literals(value, path)
            return
        expression = call.expressions.get(name)
        if expression is None:
            yield from _literals(default, path)
        yield from _literals(at(expression, ("constant_value",)), path)
        references = texts(at(expression, ("references",)))
        yield from self._follow_in(parent, call.for_each_expression, self._scope.key, references)

    def _follow_output(self, path: tuple[AddressStep, ...], own_key: InstanceKey) -> Iterator[ValueOrigin]:
        """An output of one instance of a module, or of every instance where no key selects one."""
        keys = self._instances.module_keys(self._scope.address, path[1].name) if len(path) > 2 else ()
        wanted = path[1].key if len(path) > 1 and path[1].key is not None else own_key
        if not keys:
            self.unresolved = True
        for key in (wanted,) if wanted in keys else keys:
            scope = self._scope.child(path[1].name, key)
            output = scope.module.outputs.get(path[2].name) if scope is not None else None
            if scope is None or output is None:
                self.unresolved = True
            else:
                yield from self._follow_in(scope, None, None, output.expression.references)

    def _follow_in(
        self, scope: Scope, for_each: Expression | None, key: InstanceKey, references: tuple[str, ...]
    ) -> Iterator[ValueOrigin]:
        """The origins of references in another scope."""
        resolver = ReferenceResolver(self._instances, scope, for_each, key, depth=self._depth + 1)
        yield from resolver.follow(references)
        self.unresolved = self.unresolved or resolver.unresolved

    def _follow_resource(self, path: tuple[AddressStep, ...], own_key: InstanceKey) -> Iterator[ValueOrigin]:
        """An attribute of one instance of a resource, or of every instance where no key selects one."""
        type_, resource = path[0].name, path[1]
        instances = self._instances.of(self._scope.address, type_, resource.name)
        if resource.key is not None:
            addresses = [instances[resource.key]] if resource.key in instances else []
        elif own_key is not None and own_key in instances:
            addresses = [instances[own_key]]
        else:
            addresses = list(instances.values())
        if not addresses:
            self.unresolved = True
        attribute = path[2].name if len(path) > 2 else ""
        yield from (ValueOrigin(address=address, type=type_, attribute=attribute) for address in addresses)


def _literals(value: Json, path: tuple[AddressStep, ...]) -> Iterator[ValueOrigin]:
    """The texts in a constant, or in the part of it that the reference names."""
    inner = [part for step in path[1:] for part in (step.name, step.key) if part is not None][1:]
    literal = at(value, tuple(inner))
    for entry in texts(literal if isinstance(literal, list) else [literal]):
        yield ValueOrigin(literal=entry)
