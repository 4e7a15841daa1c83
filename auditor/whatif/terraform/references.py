"""Values unknown until apply, traced through the plan's own references to the objects that will give them.

A reference proves which object a value comes from, never that a list has nothing else in it: constants beside
references are not in the configuration that a plan prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from auditor.whatif.terraform import expressions, values
from auditor.whatif.terraform import expressions as addressing
from auditor.whatif.terraform import expressions as written
from auditor.whatif.terraform.expressions import Address, Instances, ReferenceResolver, Untraced, ValueOrigin, Written
from auditor.whatif.terraform.plan import Expression, Json, Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.values import Path, UnknownValue, any_unknown, read, text, texts

SECURITY_GROUP = "tencentcloud_security_group"
RULE_SET = "tencentcloud_security_group_rule_set"
LITE_RULE = "tencentcloud_security_group_lite_rule"

_ID = frozenset({"", "id"})
_NAMES_AN_OBJECT = re.compile(r"|id|.*(?:cluster_id|instance|security_group|launch_config|pool).*")
_GROUP_ID = _ID | {"security_group_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceKind:
    """One kind of object: how its ids begin, and the resources that stand for it with the attributes that hold them.

    ``words`` stand in the names of other attributes and composite ids that may hold an id of the kind.
    """

    prefix: str
    types: Mapping[str, frozenset[str]]
    words: tuple[str, ...]


def _kind(prefix: str, types: tuple[str, ...], words: tuple[str, ...]) -> ResourceKind:
    return ResourceKind(
        prefix=prefix, types=dict.fromkeys((f"tencentcloud_{name}" for name in types), _ID), words=words
    )


GROUP = ResourceKind(
    prefix="sg-",
    types={SECURITY_GROUP: _ID, RULE_SET: _GROUP_ID, LITE_RULE: _GROUP_ID},
    words=("security_group", "sg"),
)
ADDRESS_TEMPLATE = _kind("ipm-", ("address_template", "address_extra_template"), ("template",))
ADDRESS_TEMPLATE_GROUP = _kind("ipmg-", ("address_template_group",), ("template",))
SERVICE_TEMPLATE = _kind("ppm-", ("protocol_template",), ("template",))
SERVICE_TEMPLATE_GROUP = _kind("ppmg-", ("protocol_template_group",), ("template",))
CLUSTER = _kind("cls-", ("kubernetes_cluster",), ("cluster", "kubernetes"))
INSTANCE = _kind("ins-", ("instance",), ("instance", "worker", "node", "attachment"))
INTERFACE = _kind("eni-", ("eni",), ("interface", "eni"))
SCALING_CONFIG = _kind("asc-", ("as_scaling_config",), ("config",))
VPC = _kind("vpc-", ("vpc",), ("vpc",))
SUBNET = _kind("subnet-", ("subnet",), ("subnet",))

_WORDS_OF_SERVICES = ("protocol", "port")


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Ids that a list certainly holds, in the order written. ``traced``: every name in its expression led to one."""

    ids: tuple[str, ...]
    traced: bool


class References:
    """The references of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._instances = Instances(plan)
        self._value_sources = of(plan)
        self._owners = {one.owner for one in self._value_sources}
        self._made: dict[str, tuple[str, ...]] = {}

    def identity(self, change: ResourceChange) -> str:
        """The id of an object after the change; for one that the plan makes its address in parentheses."""
        if PlanStep.MADE not in change.steps:
            return text(change.after.get("id")) or text(change.before.get("id")) or placeholder(change.address)
        return text(change.after.get("id")) or placeholder(change.address)

    def group_of(self, change: ResourceChange) -> str | None:
        """The group that a rule resource names after the change; ``None`` where the plan does not say which."""
        return self.value(change, ("security_group_id",), GROUP)

    def value(self, change: ResourceChange, path: Path, kind: ResourceKind) -> str | None:
        """The id at ``path``, known or traced; empty where there is none, ``None`` where the plan does not say."""
        return self._value(change, path, kind, frozenset())

    def one(self, change: ResourceChange, path: Path, kind: ResourceKind) -> str | None:
        """The id that an attribute unknown until apply will have; ``None`` where the plan does not say.

        Taken where the expression names one object alone. Where nothing in it can be followed, taken where only one
        object that the plan makes could be meant.
        """
        return self._one(change, path, kind, frozenset())

    def several(self, change: ResourceChange, path: Path, kind: ResourceKind) -> Members:
        """The ids that a list unknown until apply certainly holds."""
        unresolved, sources = self._sources(change, path, kind)
        ids = [self._id_of(source, kind, frozenset()) for source in sources]
        known = tuple(dict.fromkeys(found for found in ids if found))
        return Members(ids=known, traced=bool(known) and not unresolved and all(ids))

    def configured(self, change: ResourceChange, path: Path) -> bool | None:
        """Whether anything was written for an attribute; ``None`` where the configuration does not tell."""
        found = self._written(change, path)
        return None if isinstance(found, Untraced) else isinstance(found, Expression)

    def objects(self, change: ResourceChange) -> frozenset[str]:
        """The ids of every object whose id any argument of a resource names, of those that the plan makes included."""
        scope = written.scope_of(self._plan, change.module_address)
        block = written.block_of(scope, change) if scope is not None else None
        if scope is None or block is None:
            return frozenset()
        resolver = ReferenceResolver(self._instances, scope, block.for_each_expression, change.index)
        names = tuple(_references(block.expressions))
        sources = [source for source in resolver.follow(names) if _NAMES_AN_OBJECT.fullmatch(source.attribute)]
        found = (self._instances.changes.get(source.address) for source in sources)
        made = {self.identity(one) for one in found if one is not None}
        return frozenset(made | {self._instances.ids.get(source.address, "") for source in sources}) - {""}

    def made(self, kind: ResourceKind) -> tuple[str, ...]:
        """Placeholders of the objects of a kind that the plan makes and takes the ids of for other values."""
        if kind.prefix not in self._made:
            standing = [name for name in kind.types if name not in (RULE_SET, LITE_RULE)]
            found = [change for change in self._instances.changes.values() if change.type in standing]
            self._made[kind.prefix] = tuple(
                placeholder(change.address)
                for change in found
                if PlanStep.MADE in change.steps and _owner(change) in self._owners
            )
        return self._made[kind.prefix]

    def may_be_another(self, change: ResourceChange, kind: ResourceKind) -> bool:
        """Whether an id that ``change`` leaves unknown may be that of an object which the plan does not make."""
        own = _owner(change)
        return any(
            one.may_give_id(kind.words)
            for one in self._value_sources
            if one.attribute not in kind.types.get(one.source.type, ()) and one.owner != own
        )

    @property
    def services_are_known(self) -> bool:
        """Whether no protocol and no port can be unknown: nothing that planned values come from could be one."""
        return not any(one.may_give_text(_WORDS_OF_SERVICES) for one in self._value_sources)

    def _only_made(self, change: ResourceChange, kind: ResourceKind) -> str | None:
        made = self.made(kind)
        return made[0] if len(made) == 1 and not self.may_be_another(change, kind) else None

    def _written(self, change: ResourceChange, path: Path) -> Written:
        block = written.block_in(self._plan, change)
        return written.written(block, change.after, path) if block is not None else Untraced()

    def _sources(self, change: ResourceChange, path: Path, kind: ResourceKind) -> tuple[bool, tuple[ValueOrigin, ...]]:
        """Whether a name led nowhere, and every object that was named; of constants those that are ids of the kind."""
        scope = written.scope_of(self._plan, change.module_address)
        block = written.block_of(scope, change) if scope is not None else None
        expression = self._written(change, path)
        if scope is None or block is None or not isinstance(expression, Expression):
            return True, ()
        resolver = ReferenceResolver(self._instances, scope, block.for_each_expression, change.index)
        found = tuple(dict.fromkeys(resolver.follow(expression.references)))
        return resolver.unresolved, tuple(
            one for one in found if not one.literal or one.literal.startswith(kind.prefix)
        )

    def _value(self, change: ResourceChange, path: Path, kind: ResourceKind, seen: frozenset[str]) -> str | None:
        value = read(change.after, change.change.after_unknown, path)
        return self._one(change, path, kind, seen) if isinstance(value, UnknownValue) else text(value.value)

    def _one(self, change: ResourceChange, path: Path, kind: ResourceKind, seen: frozenset[str]) -> str | None:
        unresolved, sources = self._sources(change, path, kind)
        ids = {self._id_of(source, kind, seen | {change.address}) for source in sources}
        only_made = self._only_made(change, kind)
        if len(ids) == 1 and (not unresolved or ids == {only_made}):
            return ids.pop()
        return None if ids else only_made

    def _id_of(self, source: ValueOrigin, kind: ResourceKind, seen: frozenset[str]) -> str | None:
        if source.literal:
            return source.literal
        if source.attribute not in kind.types.get(source.type, frozenset()) or source.address in seen:
            return None
        change = self._instances.changes.get(source.address)
        if change is None:
            return self._instances.ids.get(source.address) or None
        if source.type in (RULE_SET, LITE_RULE):
            return self._value(change, ("security_group_id",), kind, seen)
        return self.identity(change)


def _references(expressions: Json) -> Iterator[str]:
    """Every reference in the arguments of a block, those of nested blocks included."""
    if isinstance(expressions, dict):
        yield from texts(expressions.get("references"))
        for name, inner in expressions.items():
            yield from _references(inner) if name != "references" else ()
    elif isinstance(expressions, list):
        for inner in expressions:
            yield from _references(inner)


def _owner(change: ResourceChange) -> Owner:
    return owner_of(addressing.parse(change.address))


def placeholder(address: str) -> str:
    """The name of an object that the plan makes. No id of the cloud has parentheses."""
    return f"({address})"


_OURS = "tencentcloud_"

Owner: TypeAlias = tuple[tuple[str, ...], str, str, str]
"""What the instances of one block share: modules, mode, type and name. Which of them it is, no supplier tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSource:
    """An attribute of a resource or data source, by its first name; empty for the whole object."""

    source: Address
    owner: Owner
    attribute: str

    @classmethod
    def at(cls, address: str, attribute: str) -> ValueSource:
        """The attribute of the object at an absolute address."""
        source = expressions.parse(address)
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


def of(plan: Plan) -> tuple[ValueSource, ...]:
    """Every attribute that could give an unknown value."""
    told = (
        ValueSource.at(found.resource, next((step for step in found.attribute if isinstance(step, str)), ""))
        for found in plan.relevant_attributes
    )
    return tuple(dict.fromkeys(told)) or tuple(dict.fromkeys(_unknown(plan)))


def _unknown(plan: Plan) -> Iterator[ValueSource]:
    for change in plan.resource_changes:
        unknown = change.change.after_unknown
        arguments = _arguments(plan, change) if change.mode == "managed" else frozenset()
        if unknown is True:
            yield ValueSource.at(change.address, "")
        elif isinstance(unknown, dict):
            names = (name for name, tree in unknown.items() if any_unknown(tree) and name not in arguments)
            yield from (ValueSource.at(change.address, name) for name in names)


def _arguments(plan: Plan, change: ResourceChange) -> frozenset[str]:
    block = expressions.block_in(plan, change)
    return frozenset(block.expressions if block is not None else ())


def owner_of(source: Address) -> Owner:
    """The block that an instance is of."""
    modules = tuple(step.name for step in expressions.steps(source.module))
    return modules, source.mode, source.type, source.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceView:
    """An object's attributes. ``references`` is ``None`` for the present, of which everything is known."""

    change: ResourceChange
    tree: Mapping[str, Json]
    unknown: Json
    references: References | None

    @classmethod
    def before(cls, change: ResourceChange) -> ResourceView:
        """The object as it is now."""
        return cls(change=change, tree=change.before, unknown={}, references=None)

    @classmethod
    def after(cls, change: ResourceChange, references: References) -> ResourceView:
        """The object as planned."""
        return cls(change=change, tree=change.after, unknown=change.change.after_unknown, references=references)

    def items(self, path: Path) -> tuple[Json, ...] | None:
        """The items of a list, none where it is absent; ``None`` where the list is unknown."""
        value = values.read(self.tree, self.unknown, path)
        if isinstance(value, UnknownValue):
            return () if self.configured(path) is False else None
        return tuple(value.value) if isinstance(value.value, list) else ()

    def text(self, path: Path) -> str | None:
        """The text, empty where nothing was written; ``None`` where only the apply will tell."""
        value = values.read(self.tree, self.unknown, path)
        if isinstance(value, UnknownValue):
            return "" if self.configured(path) is False else None
        return values.text(value.value)

    def reference(self, path: Path, kind: ResourceKind) -> str | None:
        """As :meth:`text`, for the id of an object that the plan may make."""
        found = self.text(path)
        if found is None and self.references is not None:
            return self.references.one(self.change, path, kind)
        return found

    def keyword(self, path: Path) -> str | None:
        """As :meth:`text`, for a word that hardly anyone computes: a protocol or a port.

        A ``dynamic`` block does not show whether anything was written. Where nothing that the plan takes from other
        objects could be such a word, none can be unknown, so nothing was.
        """
        found = self.text(path)
        if found is None and self.references is not None and self.references.services_are_known:
            return "" if self.configured(path) is None else None
        return found

    def configured(self, path: Path) -> bool | None:
        """Whether anything was written; ``None`` where that is not shown."""
        return None if self.references is None else self.references.configured(self.change, path)
