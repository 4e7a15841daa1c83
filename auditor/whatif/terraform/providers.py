"""The provider blocks of a plan: the regions and accounts that a resource can belong to, as far as the plan says.

A provider's region is written as a constant or a variable, or it comes from the environment, of which a plan holds
nothing. Where it is written and cannot be followed (a local, a data source), resources of the same provider tell it:
by an availability zone, or by an id that was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from auditor.whatif.terraform import expressions as written
from auditor.whatif.terraform.expressions import Instances, ReferenceResolver, Scope
from auditor.whatif.terraform.plan import Json, Plan, ResourceChange
from auditor.whatif.terraform.values import at, blocks, text, texts

OURS = "tencentcloud_"
"""How the types of the provider's resources begin."""

_LOCAL_NAME = "tencentcloud"
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z][a-z0-9]*)+")
_ZONE = re.compile(r"([a-z]{2,4}(?:-[a-z][a-z0-9]*)+)-[0-9]+")
_ACCOUNT = re.compile(r"uin/([0-9]+)")
_PARTS = re.compile(r"[#:_]")
"""What stands between the ids of a composite id: ``cls-...#np-...``, ``ins-..._cls-...``."""
_ROLES = ("assume_role", "assume_role_with_saml", "assume_role_with_web_identity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a provider block says of one thing. ``unresolved``: it is written, and cannot be followed to a value."""

    values: tuple[str, ...] = ()
    unresolved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Regions:
    """The regions that a resource can belong to; none where nothing tells. ``unresolved`` as in :class:`Written`."""

    names: frozenset[str] = frozenset()
    unresolved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """What provider blocks say of the account: those that they allow (none: any), and those that they rule out.

    A block that names no account says nothing: then the resource belongs to whoever runs the plan. ``unresolved`` as in
    :class:`Written`.
    """

    allowed: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    unresolved: bool = False

    def admit(self, account: str) -> bool | None:
        """Whether a resource can belong to the account that was read, which is empty where that is unknown.

        ``None`` where that cannot be told.
        """
        if not (self.allowed or self.refused or self.unresolved):
            return True
        if account and (account in self.refused or (self.allowed and account not in self.allowed)):
            return False
        return None if self.unresolved or not account else True


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRegions:
    """The regions that a change names. ``all_named``: each of its parts that can bear on security groups names one."""

    names: tuple[str, ...] = ()
    all_named: bool = False


class Providers:
    """The provider blocks of one plan. ``places`` are the regions of ids that were read."""

    def __init__(self, plan: Plan, places: Mapping[str, str] | None = None) -> None:
        self._plan = plan
        self._instances = Instances(plan)
        self._places = places or {}
        self._blocks = {key: block for key, block in plan.configuration.provider_config.items() if _is_ours(key, block)}
        self._regions: dict[str, Written] = {}

    def regions(self, change: ResourceChange) -> Regions:
        """The regions that a resource can belong to."""
        keys = self._keys(change)
        resolved = [self._region(key) for key in keys]
        names = {name for one in resolved for name in one.values}
        unresolved = any(one.unresolved for one in resolved)
        if unresolved or not names:
            signs = self._signs(change) or {name for key in keys for name in self._by_provider.get(key, ())}
            return Regions(names=frozenset(names | signs), unresolved=unresolved and not signs)
        return Regions(names=frozenset(names))

    def accounts(self, change: ResourceChange) -> Accounts:
        """What the provider block of a resource says of the account. Where it has gone, what all blocks say."""
        found = [self._accounts(key) for key in self._keys(change)]
        return Accounts(
            allowed=frozenset().union(*(one.allowed for one in found)),
            refused=frozenset().union(*(one.refused for one in found)),
            unresolved=any(one.unresolved for one in found),
        )

    def is_located(self, change: ResourceChange) -> bool:
        """Whether the resource, or another of its provider block, names an object that was read by its id."""
        return bool(self._seen(change)) or any(key in self._located for key in self._keys(change))

    def _keys(self, change: ResourceChange) -> tuple[str, ...]:
        """The provider block of a resource: its own, or the nearest one outwards; every block where that is not told.

        The block of a resource that was taken out of the configuration is in no plan.
        """
        block = written.block_in(self._plan, change)
        if block is None:
            return tuple(self._blocks)
        return (self._nearest(block.provider_config_key or _LOCAL_NAME),)

    def _nearest(self, key: str) -> str:
        module, _, name = key.rpartition(":")
        steps = module.split(".") if module else []
        for length in range(len(steps), -1, -2):
            outer = ".".join(steps[:length])
            candidate = f"{outer}:{name}" if outer else name
            if candidate in self._blocks:
                return candidate
        return name

    def _region(self, key: str) -> Written:
        if key not in self._regions:
            self._regions[key] = self._read_region(key)
        return self._regions[key]

    def _read_region(self, key: str) -> Written:
        if key not in self._blocks:
            return Written(unresolved="." in key)
        found = self._literals(key, at(self._blocks[key], ("expressions", "region")))
        if found.unresolved or not found.values:
            return Written(unresolved=found.unresolved)
        are_regions = len(found.values) == 1 and all(_REGION.fullmatch(value) for value in found.values)
        return found if are_regions else Written(unresolved=True)

    def _accounts(self, key: str) -> Accounts:
        expressions = at(self._blocks.get(key), ("expressions",))
        if not isinstance(expressions, dict):
            return Accounts()
        roles = [
            self._literals(key, at(block, ("role_arn",))) for name in _ROLES for block in blocks(expressions.get(name))
        ]
        allowed = self._literals(key, expressions.get("allowed_account_ids"))
        refused = self._literals(key, expressions.get("forbidden_account_ids"))
        of_roles = {account for one in roles for value in one.values for account in _ACCOUNT.findall(value)}
        unreadable = any(_ACCOUNT.search(value) is None for one in roles for value in one.values)
        return Accounts(
            allowed=frozenset(of_roles or allowed.values),
            refused=frozenset(refused.values),
            unresolved=unreadable or any(one.unresolved for one in (*roles, allowed, refused)),
        )

    def _literals(self, key: str, expression: Json) -> Written:
        """The constants that an argument of a provider block is written as, or leads to through variables."""
        if not isinstance(expression, dict):
            return Written()
        constant = expression.get("constant_value")
        if constant is not None:
            return Written(values=texts(constant if isinstance(constant, list) else [constant]))
        references = texts(expression.get("references"))
        scope = self._scope(key)
        if not references or scope is None:
            return Written(unresolved=bool(references))
        resolver = ReferenceResolver(self._instances, scope, None, None)
        sources = tuple(resolver.follow(references))
        values = tuple(dict.fromkeys(source.literal for source in sources if source.literal))
        unresolved = resolver.unresolved or not values or any(not source.literal for source in sources)
        return Written(unresolved=True) if unresolved else Written(values=values)

    def _scope(self, key: str) -> Scope | None:
        return written.scope_of(self._plan, key.rpartition(":")[0])

    @cached_property
    def _by_provider(self) -> Mapping[str, frozenset[str]]:
        """The regions that the resources of each provider block show."""
        found: dict[str, set[str]] = {}
        for change in self._plan.managed:
            keys = self._keys(change) if change.type.startswith(OURS) else ()
            if len(keys) == 1:
                found.setdefault(keys[0], set()).update(self._signs(change))
        return {key: frozenset(names) for key, names in found.items()}

    def _signs(self, change: ResourceChange) -> set[str]:
        """The regions that a resource's own values show: an availability zone in it, an id that was read."""
        zones = {match[1] for leaf in leaves(change) if (match := _ZONE.fullmatch(leaf))}
        return zones | {self._places[name] for name in self._seen(change)}

    def _seen(self, change: ResourceChange) -> set[str]:
        return {name for leaf in leaves(change) for name in parts(leaf) if name in self._places}

    @cached_property
    def _located(self) -> frozenset[str]:
        """The provider blocks with a resource that names an object which was read."""
        ours = (change for change in self._plan.managed if change.type.startswith(OURS))
        keys = (self._keys(change) for change in ours if self._seen(change))
        return frozenset(found[0] for found in keys if len(found) == 1)


def leaves(change: ResourceChange) -> set[str]:
    """Every text in a resource, as it is and as it will be."""
    return {*_strings(change.before), *_strings(change.after)}


def parts(name: str) -> tuple[str, ...]:
    """The ids in a composite id; a plain one is its only part."""
    return tuple(_PARTS.split(name))


def _strings(tree: Json) -> Iterator[str]:
    if isinstance(tree, dict):
        for value in tree.values():
            yield from _strings(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _strings(value)
    elif isinstance(tree, str):
        yield tree


def _is_ours(key: str, block: Json) -> bool:
    full_name = text(at(block, ("full_name",)))
    name = text(at(block, ("name",))) or key.rpartition(":")[2].partition(".")[0]
    return full_name.endswith("/tencentcloud") if full_name else name == _LOCAL_NAME
