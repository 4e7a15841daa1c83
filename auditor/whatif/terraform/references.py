"""Traces values that are unknown until apply through the plan's references to the objects that will give them.

``References`` gives the ids that an attribute will have; ``ResourceView`` reads the attributes of one object before or
after the change. A reference proves which object a value comes from. It never proves that a list has no further
elements: the configuration in a plan does not print constants beside references.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from auditor.whatif.terraform import expressions, values
from auditor.whatif.terraform.expressions import (
    Address,
    Argument,
    Instances,
    ReferenceResolver,
    Untraced,
    ValueOrigin,
)
from auditor.whatif.terraform.plan import PROVIDER_PREFIX, Expression, Json, Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.values import KnownValue, Path, UnknownValue, any_unknown, read, text, texts

SECURITY_GROUP = "tencentcloud_security_group"
RULE_SET = "tencentcloud_security_group_rule_set"
LITE_RULE = "tencentcloud_security_group_lite_rule"
LOAD_BALANCER_TYPE = "tencentcloud_clb_instance"
LISTENER_TYPE = "tencentcloud_clb_listener"
NETWORK_ACL_TYPE = "tencentcloud_vpc_acl"
ADDRESS_ASSOCIATION = "tencentcloud_eip_association"

_ID = frozenset({"", "id"})
_GROUP_ID = _ID | {"security_group_id"}
_NAMES_AN_OBJECT = re.compile(r"|id|.*(?:cluster_id|instance|security_group|launch_config|pool).*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceKind:
    """One kind of object in the cloud.

    ``prefix`` begins its ids. ``types`` are the resource types that make it, each with the attributes that hold its id.
    ``words`` occur in the names of other attributes that may hold its id.
    """

    prefix: str
    types: Mapping[str, frozenset[str]]
    words: tuple[str, ...]


def _kind(prefix: str, types: tuple[str, ...], words: tuple[str, ...]) -> ResourceKind:
    return ResourceKind(
        prefix=prefix, types=dict.fromkeys((f"{PROVIDER_PREFIX}{name}" for name in types), _ID), words=words
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
NETWORK_ACL = _kind("acl-", ("vpc_acl",), ("acl",))
LOAD_BALANCER = _kind("lb-", ("clb_instance",), ("clb", "load_balancer", "lb"))
LISTENER = ResourceKind(
    prefix="lbl-",
    types={
        LISTENER_TYPE: _ID | {"listener_id"},
        "tencentcloud_clb_listener_rule": _ID | {"rule_id"},
    },
    words=("listener", "rule"),
)
"""Listeners of load balancers and their forwarding rules."""

_SERVICE_WORDS = ("protocol", "port")


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Ids that a list certainly holds, in the order written. ``traced``: every name in its expression gave an id."""

    ids: tuple[str, ...]
    traced: bool


class References:
    """Resolves the references of one plan to ids.

    An id is given only where it is certain. It is the id of the single object that the expression names; or, where a
    name in the expression cannot be followed, the id of the only object of the kind that the plan makes, provided that
    the value cannot come from elsewhere.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._instances = Instances(plan)
        self._value_sources = value_sources(plan)
        self._owners = {source.owner for source in self._value_sources}
        self._made: dict[str, tuple[str, ...]] = {}

    def identity(self, change: ResourceChange) -> str:
        """The id of an object after the change; for an object that the plan makes its address in parentheses."""
        if PlanStep.MADE not in change.steps:
            return text(change.after.get("id")) or text(change.before.get("id")) or placeholder(change.address)
        return text(change.after.get("id")) or placeholder(change.address)

    def group_of(self, change: ResourceChange) -> str | None:
        """The group that a rule resource names after the change; ``None`` where the plan does not tell it."""
        return self.value(change, ("security_group_id",), GROUP)

    def value(self, change: ResourceChange, path: Path, kind: ResourceKind) -> str | None:
        """The id at ``path``, known or traced; empty where there is none, ``None`` where the plan does not tell it."""
        return self._value(change, path, kind, frozenset())

    def unknown_id(self, change: ResourceChange, path: Path, kind: ResourceKind) -> str | None:
        """The id that an attribute unknown until apply will have; ``None`` where the plan does not tell it."""
        return self._unknown_id(change, path, kind, frozenset())

    def several(self, change: ResourceChange, path: Path, kind: ResourceKind) -> Members:
        """The ids that a list unknown until apply certainly holds."""
        unresolved, origins = self._origins(change, path, kind)
        ids = [self._id_of(origin, kind, frozenset()) for origin in origins]
        certain = tuple(dict.fromkeys(resource_id for resource_id in ids if resource_id))
        return Members(ids=certain, traced=bool(certain) and not unresolved and all(ids))

    def configured(self, change: ResourceChange, path: Path) -> bool | None:
        """Whether an attribute is written in the configuration; ``None`` where the configuration does not show it."""
        argument = self._argument(change, path)
        return None if isinstance(argument, Untraced) else isinstance(argument, Expression)

    def objects(self, change: ResourceChange) -> frozenset[str]:
        """The ids of every object that any argument of a resource names, including objects that the plan makes."""
        scope = expressions.scope_of(self._plan, change.module_address)
        block = expressions.block_of(scope, change) if scope is not None else None
        if scope is None or block is None:
            return frozenset()
        resolver = ReferenceResolver(self._instances, scope, block.for_each_expression, change.index)
        names = tuple(_all_references(block.expressions))
        origins = [origin for origin in resolver.follow(names) if _NAMES_AN_OBJECT.fullmatch(origin.attribute)]
        named = (self._instances.changes.get(origin.address) for origin in origins)
        made = {self.identity(named_change) for named_change in named if named_change is not None}
        return frozenset(made | {self._instances.ids.get(origin.address, "") for origin in origins}) - {""}

    def made(self, kind: ResourceKind) -> tuple[str, ...]:
        """The placeholders of the objects of a kind that the plan makes and whose values other resources use."""
        if kind.prefix not in self._made:
            types = [name for name in kind.types if name not in (RULE_SET, LITE_RULE)]
            changes = [change for change in self._instances.changes.values() if change.type in types]
            self._made[kind.prefix] = tuple(
                placeholder(change.address)
                for change in changes
                if PlanStep.MADE in change.steps and _owner(change) in self._owners
            )
        return self._made[kind.prefix]

    def may_be_another(self, change: ResourceChange, kind: ResourceKind) -> bool:
        """Whether an id that ``change`` leaves unknown may be the id of an object that the plan does not make."""
        own = _owner(change)
        return any(
            source.may_give_id(kind.words)
            for source in self._value_sources
            if source.attribute not in kind.types.get(source.source.type, ()) and source.owner != own
        )

    @property
    def services_are_known(self) -> bool:
        """Whether no protocol and no port can be unknown: no source of the plan's unknown values can give one."""
        return not any(source.may_give_text(_SERVICE_WORDS) for source in self._value_sources)

    def _only_made(self, change: ResourceChange, kind: ResourceKind) -> str | None:
        made = self.made(kind)
        return made[0] if len(made) == 1 and not self.may_be_another(change, kind) else None

    def _argument(self, change: ResourceChange, path: Path) -> Argument:
        block = expressions.block_in(self._plan, change)
        return expressions.argument(block, change.after, path) if block is not None else Untraced()

    def _origins(self, change: ResourceChange, path: Path, kind: ResourceKind) -> tuple[bool, tuple[ValueOrigin, ...]]:
        """Whether any name could not be followed, and every origin; of the constants those that are ids of the kind."""
        scope = expressions.scope_of(self._plan, change.module_address)
        block = expressions.block_of(scope, change) if scope is not None else None
        argument = self._argument(change, path)
        if scope is None or block is None or not isinstance(argument, Expression):
            return True, ()
        resolver = ReferenceResolver(self._instances, scope, block.for_each_expression, change.index)
        origins = tuple(dict.fromkeys(resolver.follow(argument.references)))
        return resolver.unresolved, tuple(
            origin for origin in origins if not origin.literal or origin.literal.startswith(kind.prefix)
        )

    def _value(self, change: ResourceChange, path: Path, kind: ResourceKind, visited: frozenset[str]) -> str | None:
        value = read(change.after, change.change.after_unknown, path)
        return self._unknown_id(change, path, kind, visited) if isinstance(value, UnknownValue) else text(value.value)

    def _unknown_id(
        self, change: ResourceChange, path: Path, kind: ResourceKind, visited: frozenset[str]
    ) -> str | None:
        """As :meth:`unknown_id`. ``visited`` are the addresses on the way here: a cycle gives no id."""
        unresolved, origins = self._origins(change, path, kind)
        ids = {self._id_of(origin, kind, visited | {change.address}) for origin in origins}
        only_made = self._only_made(change, kind)
        if len(ids) == 1 and (not unresolved or ids == {only_made}):
            return ids.pop()
        return None if ids else only_made

    def _id_of(self, origin: ValueOrigin, kind: ResourceKind, visited: frozenset[str]) -> str | None:
        if origin.literal:
            return origin.literal
        if origin.attribute not in kind.types.get(origin.type, frozenset()) or origin.address in visited:
            return None
        change = self._instances.changes.get(origin.address)
        if change is None:
            return self._instances.ids.get(origin.address) or None
        if origin.type in (RULE_SET, LITE_RULE):
            return self._value(change, ("security_group_id",), kind, visited)
        return self.identity(change)


def _all_references(tree: Json) -> Iterator[str]:
    """Every reference in the arguments of a block and of its nested blocks."""
    if isinstance(tree, dict):
        yield from texts(tree.get("references"))
        for name, inner in tree.items():
            yield from _all_references(inner) if name != "references" else ()
    elif isinstance(tree, list):
        for inner in tree:
            yield from _all_references(inner)


def placeholder(address: str) -> str:
    """The name of an object that the plan makes, in place of its id. No id of the cloud has parentheses."""
    return f"({address})"


Owner: TypeAlias = tuple[tuple[str, ...], str, str, str]
"""The block of a resource: module names, mode, type and name. The instances of a block share it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSource:
    """An attribute of a resource or data source that could give an unknown value.

    ``attribute`` is the first name in its path; empty for the whole object.
    """

    source: Address
    owner: Owner
    attribute: str

    @classmethod
    def at(cls, address: str, attribute: str) -> ValueSource:
        """The attribute of the object at an absolute address."""
        source = expressions.parse_address(address)
        return cls(source=source, owner=owner_of(source), attribute=attribute)

    def may_give_text(self, words: tuple[str, ...]) -> bool:
        """Whether it may give a text for which ``words`` are usual attribute names; an id is no such text."""
        return not self.understood or (self.attribute != "id" and self._names(self.attribute, words))

    def may_give_id(self, words: tuple[str, ...]) -> bool:
        """As :meth:`may_give_text`, also for an id that is composed of several ids."""
        name = self.source.type if self.attribute == "id" else self.attribute
        return not self.understood or self._names(name, words)

    @property
    def understood(self) -> bool:
        """Whether its name tells its content. Data sources and objects of other providers can hold anything."""
        return self.source.mode == "managed" and self.source.type.startswith(PROVIDER_PREFIX) and bool(self.attribute)

    @staticmethod
    def _names(name: str, words: tuple[str, ...]) -> bool:
        return any(word in name for word in words)


def value_sources(plan: Plan) -> tuple[ValueSource, ...]:
    """Every attribute that could give an unknown value.

    Terraform lists them as relevant attributes. A plan without that list gives every unknown attribute that is not an
    argument of its own block.
    """
    listed = (
        ValueSource.at(attribute.resource, next((step for step in attribute.attribute if isinstance(step, str)), ""))
        for attribute in plan.relevant_attributes
    )
    return tuple(dict.fromkeys(listed)) or tuple(dict.fromkeys(_unknown_attributes(plan)))


def _unknown_attributes(plan: Plan) -> Iterator[ValueSource]:
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


def _owner(change: ResourceChange) -> Owner:
    return owner_of(expressions.parse_address(change.address))


def owner_of(source: Address) -> Owner:
    """The block of an instance."""
    modules = tuple(step.name for step in expressions.parse_steps(source.module))
    return modules, source.mode, source.type, source.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceView:
    """The attributes of an object, or of a block of it at ``base``, before or after the change.

    ``references`` is ``None`` for the object before the change, all of whose attributes are known. The paths of methods
    start at ``base``.
    """

    change: ResourceChange
    tree: Json
    unknown: Json
    references: References | None
    base: Path = ()

    @classmethod
    def before(cls, change: ResourceChange) -> ResourceView:
        """The object as it is now."""
        return cls(change=change, tree=change.before, unknown={}, references=None)

    @classmethod
    def after(cls, change: ResourceChange, references: References) -> ResourceView:
        """The object as planned."""
        return cls(change=change, tree=change.after, unknown=change.change.after_unknown, references=references)

    def block(self, path: Path) -> ResourceView:
        """The block at ``path``, of which many attributes are read."""
        value = values.read(self.tree, self.unknown, path)
        tree, unknown = (value.value, values.at(self.unknown, path)) if isinstance(value, KnownValue) else (None, True)
        return ResourceView(
            change=self.change,
            tree=tree,
            unknown=unknown,
            references=self.references,
            base=(*self.base, *path),
        )

    def items(self, path: Path) -> tuple[Json, ...] | None:
        """The items of a list; empty where the list is absent, ``None`` where it is unknown."""
        value = values.read(self.tree, self.unknown, path)
        if isinstance(value, UnknownValue):
            return () if self.configured(path) is False else None
        return tuple(value.value) if isinstance(value.value, list) else ()

    def text(self, path: Path) -> str | None:
        """The text; empty where none is written, ``None`` where it is unknown until apply."""
        value = values.read(self.tree, self.unknown, path)
        if isinstance(value, UnknownValue):
            return "" if self.configured(path) is False else None
        return values.text(value.value)

    def reference(self, path: Path, kind: ResourceKind) -> str | None:
        """As :meth:`text`, for the id of an object that the plan may make."""
        value = self.text(path)
        if value is None and self.references is not None:
            return self.references.unknown_id(self.change, (*self.base, *path), kind)
        return value

    def keyword(self, path: Path) -> str | None:
        """As :meth:`text`, for a protocol or a port, which are rarely computed.

        A ``dynamic`` block does not show whether the argument is written. Where no source of unknown values can give a
        protocol or a port, an unknown argument cannot be one, so none is written.
        """
        value = self.text(path)
        if value is None and self.references is not None and self.references.services_are_known:
            return "" if self.configured(path) is None else None
        return value

    def configured(self, path: Path) -> bool | None:
        """Whether the argument is written; ``None`` where the configuration does not show it."""
        return None if self.references is None else self.references.configured(self.change, (*self.base, *path))
