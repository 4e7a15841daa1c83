"""Values unknown until apply, traced through the plan's own references to the objects that will give them.

A reference proves which object a value comes from, never that a list has nothing else in it: constants beside
references are not in the configuration that a plan prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.change import addressing, suppliers, written
from auditor.change.instances import Instances
from auditor.change.plan import Expression, Json, Plan, ResourceChange, Step
from auditor.change.trail import Source, Trail
from auditor.change.values import Path, Unknown, read, text, texts
from auditor.change.written import Untraced, Written

SECURITY_GROUP = "tencentcloud_security_group"
RULE_SET = "tencentcloud_security_group_rule_set"
LITE_RULE = "tencentcloud_security_group_lite_rule"

_ID = frozenset({"", "id"})
_NAMES_AN_OBJECT = re.compile(r"|id|.*(?:cluster_id|instance|security_group|launch_config|pool).*")
_GROUP_ID = _ID | {"security_group_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of object: how its ids begin, and the resources that stand for it with the attributes that hold them.

    ``words`` stand in the names of other attributes and composite ids that may hold an id of the kind.
    """

    prefix: str
    types: Mapping[str, frozenset[str]]
    words: tuple[str, ...]


def _kind(prefix: str, types: tuple[str, ...], words: tuple[str, ...]) -> Kind:
    return Kind(prefix=prefix, types=dict.fromkeys((f"tencentcloud_{name}" for name in types), _ID), words=words)


GROUP = Kind(
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
        self._suppliers = suppliers.of(plan)
        self._owners = {one.owner for one in self._suppliers}
        self._made: dict[str, tuple[str, ...]] = {}

    def identity(self, change: ResourceChange) -> str:
        """The id of an object after the change; for one that the plan makes its address in parentheses."""
        if Step.MADE not in change.steps:
            return text(change.after.get("id")) or text(change.before.get("id")) or placeholder(change.address)
        return text(change.after.get("id")) or placeholder(change.address)

    def group_of(self, change: ResourceChange) -> str | None:
        """The group that a rule resource names after the change; ``None`` where the plan does not say which."""
        return self.value(change, ("security_group_id",), GROUP)

    def value(self, change: ResourceChange, path: Path, kind: Kind) -> str | None:
        """The id at ``path``, known or traced; empty where there is none, ``None`` where the plan does not say."""
        return self._value(change, path, kind, frozenset())

    def one(self, change: ResourceChange, path: Path, kind: Kind) -> str | None:
        """The id that an attribute unknown until apply will have; ``None`` where the plan does not say.

        Taken where the expression names one object alone. Where nothing in it can be followed, taken where only one
        object that the plan makes could be meant.
        """
        return self._one(change, path, kind, frozenset())

    def several(self, change: ResourceChange, path: Path, kind: Kind) -> Members:
        """The ids that a list unknown until apply certainly holds."""
        opaque, sources = self._sources(change, path, kind)
        ids = [self._id_of(source, kind, frozenset()) for source in sources]
        known = tuple(dict.fromkeys(found for found in ids if found))
        return Members(ids=known, traced=bool(known) and not opaque and all(ids))

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
        trail = Trail(self._instances, scope, block.for_each_expression, change.index)
        names = tuple(_references(block.expressions))
        sources = [source for source in trail.follow(names) if _NAMES_AN_OBJECT.fullmatch(source.attribute)]
        found = (self._instances.changes.get(source.address) for source in sources)
        made = {self.identity(one) for one in found if one is not None}
        return frozenset(made | {self._instances.ids.get(source.address, "") for source in sources}) - {""}

    def made(self, kind: Kind) -> tuple[str, ...]:
        """Placeholders of the objects of a kind that the plan makes and takes the ids of for other values."""
        if kind.prefix not in self._made:
            standing = [name for name in kind.types if name not in (RULE_SET, LITE_RULE)]
            found = [change for change in self._instances.changes.values() if change.type in standing]
            self._made[kind.prefix] = tuple(
                placeholder(change.address)
                for change in found
                if Step.MADE in change.steps and _owner(change) in self._owners
            )
        return self._made[kind.prefix]

    def may_be_another(self, change: ResourceChange, kind: Kind) -> bool:
        """Whether an id that ``change`` leaves unknown may be that of an object which the plan does not make."""
        own = _owner(change)
        return any(
            one.may_give_id(kind.words)
            for one in self._suppliers
            if one.attribute not in kind.types.get(one.source.type, ()) and one.owner != own
        )

    @property
    def services_are_known(self) -> bool:
        """Whether no protocol and no port can be unknown: nothing that planned values come from could be one."""
        return not any(one.may_give_text(_WORDS_OF_SERVICES) for one in self._suppliers)

    def _only_made(self, change: ResourceChange, kind: Kind) -> str | None:
        made = self.made(kind)
        return made[0] if len(made) == 1 and not self.may_be_another(change, kind) else None

    def _written(self, change: ResourceChange, path: Path) -> Written:
        block = written.block_in(self._plan, change)
        return written.written(block, change.after, path) if block is not None else Untraced()

    def _sources(self, change: ResourceChange, path: Path, kind: Kind) -> tuple[bool, tuple[Source, ...]]:
        """Whether a name led nowhere, and every object that was named; of constants those that are ids of the kind."""
        scope = written.scope_of(self._plan, change.module_address)
        block = written.block_of(scope, change) if scope is not None else None
        expression = self._written(change, path)
        if scope is None or block is None or not isinstance(expression, Expression):
            return True, ()
        trail = Trail(self._instances, scope, block.for_each_expression, change.index)
        found = tuple(dict.fromkeys(trail.follow(expression.references)))
        return trail.opaque, tuple(one for one in found if not one.literal or one.literal.startswith(kind.prefix))

    def _value(self, change: ResourceChange, path: Path, kind: Kind, seen: frozenset[str]) -> str | None:
        value = read(change.after, change.change.after_unknown, path)
        return self._one(change, path, kind, seen) if isinstance(value, Unknown) else text(value.value)

    def _one(self, change: ResourceChange, path: Path, kind: Kind, seen: frozenset[str]) -> str | None:
        opaque, sources = self._sources(change, path, kind)
        ids = {self._id_of(source, kind, seen | {change.address}) for source in sources}
        only_made = self._only_made(change, kind)
        if len(ids) == 1 and (not opaque or ids == {only_made}):
            return ids.pop()
        return None if ids else only_made

    def _id_of(self, source: Source, kind: Kind, seen: frozenset[str]) -> str | None:
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


def _owner(change: ResourceChange) -> suppliers.Owner:
    return suppliers.owner_of(addressing.parse(change.address))


def placeholder(address: str) -> str:
    """The name of an object that the plan makes. No id of the cloud has parentheses."""
    return f"({address})"
