"""Reads the provider blocks of a plan: the regions and accounts that a resource can belong to.

A provider's region is written as a constant or a variable, or it comes from the environment, which a plan does not
record. Where it is written and cannot be resolved (a local, a data source), the resources of the same provider block
show it by an availability zone or by an id that was read. Nothing here fails: what the plan does not tell is
``unresolved`` or empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from auditor.whatif.terraform import expressions
from auditor.whatif.terraform.expressions import Instances, ReferenceResolver, Scope
from auditor.whatif.terraform.plan import PROVIDER_PREFIX, Json, Plan, ResourceChange
from auditor.whatif.terraform.values import at, blocks, text, texts

_LOCAL_NAME = "tencentcloud"
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z][a-z0-9]*)+")
_ZONE = re.compile(r"([a-z]{2,4}(?:-[a-z][a-z0-9]*)+)-[0-9]+")
_ACCOUNT = re.compile(r"uin/([0-9]+)")
_PARTS = re.compile(r"[#:_]")
"""The separators of composite ids: ``cls-...#np-...``, ``ins-..._cls-...``."""
_ROLES = ("assume_role", "assume_role_with_saml", "assume_role_with_web_identity")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderArgument:
    """The values of one argument of a provider block. ``unresolved``: it is written and leads to no known value."""

    values: tuple[str, ...] = ()
    unresolved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Regions:
    """The regions that a resource can belong to; empty where the plan does not tell them.

    ``unresolved`` as in :class:`ProviderArgument`.
    """

    names: frozenset[str] = frozenset()
    unresolved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The accounts that provider blocks allow (empty: any account) and those that they refuse.

    Where a block names no account, the resource belongs to the account that runs the plan. ``unresolved`` as in
    :class:`ProviderArgument`.
    """

    allowed: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    unresolved: bool = False

    def admit(self, account: str) -> bool | None:
        """Whether a resource can belong to the account that was read; ``None`` where the plan does not tell it.

        ``account`` is empty where the account that was read is unknown.
        """
        if not (self.allowed or self.refused or self.unresolved):
            return True
        if account and (account in self.refused or (self.allowed and account not in self.allowed)):
            return False
        return None if self.unresolved or not account else True


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRegions:
    """The regions that a change names.

    ``all_named``: every part of the change that can affect security groups names its region.
    """

    names: tuple[str, ...] = ()
    all_named: bool = False


class Providers:
    """The provider blocks of one plan. ``region_by_id`` holds the region of every object that was read."""

    def __init__(self, plan: Plan, region_by_id: Mapping[str, str] | None = None) -> None:
        self._plan = plan
        self._instances = Instances(plan)
        self._region_by_id = region_by_id or {}
        self._blocks = {key: block for key, block in plan.configuration.provider_config.items() if _is_ours(key, block)}
        self._regions: dict[str, ProviderArgument] = {}

    def regions(self, change: ResourceChange) -> Regions:
        """The regions that a resource can belong to."""
        keys = self._keys(change)
        arguments = [self._region(key) for key in keys]
        names = {name for argument in arguments for name in argument.values}
        unresolved = any(argument.unresolved for argument in arguments)
        if unresolved or not names:
            shown = self._regions_shown_by(change) or {name for key in keys for name in self._by_provider.get(key, ())}
            return Regions(names=frozenset(names | shown), unresolved=unresolved and not shown)
        return Regions(names=frozenset(names))

    def accounts(self, change: ResourceChange) -> Accounts:
        """The accounts of a resource's provider block; of all blocks where its own block was deleted."""
        accounts = [self._accounts(key) for key in self._keys(change)]
        return Accounts(
            allowed=frozenset().union(*(block.allowed for block in accounts)),
            refused=frozenset().union(*(block.refused for block in accounts)),
            unresolved=any(block.unresolved for block in accounts),
        )

    def is_located(self, change: ResourceChange) -> bool:
        """Whether the resource, or another resource of its provider block, names an object that was read by its id."""
        return bool(self._ids_read(change)) or any(key in self._located for key in self._keys(change))

    def _keys(self, change: ResourceChange) -> tuple[str, ...]:
        """The key of a resource's provider block, which may be in an outer module; of every block where it is unknown.

        A plan does not hold the configuration of a resource that was deleted from the configuration.
        """
        block = expressions.block_in(self._plan, change)
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

    def _region(self, key: str) -> ProviderArgument:
        if key not in self._regions:
            self._regions[key] = self._read_region(key)
        return self._regions[key]

    def _read_region(self, key: str) -> ProviderArgument:
        if key not in self._blocks:
            return ProviderArgument(unresolved="." in key)
        region = self._literals(key, at(self._blocks[key], ("expressions", "region")))
        if region.unresolved or not region.values:
            return ProviderArgument(unresolved=region.unresolved)
        are_regions = len(region.values) == 1 and all(_REGION.fullmatch(value) for value in region.values)
        return region if are_regions else ProviderArgument(unresolved=True)

    def _accounts(self, key: str) -> Accounts:
        arguments = at(self._blocks.get(key), ("expressions",))
        if not isinstance(arguments, dict):
            return Accounts()
        roles = [
            self._literals(key, at(block, ("role_arn",))) for name in _ROLES for block in blocks(arguments.get(name))
        ]
        allowed = self._literals(key, arguments.get("allowed_account_ids"))
        refused = self._literals(key, arguments.get("forbidden_account_ids"))
        of_roles = {account for role in roles for value in role.values for account in _ACCOUNT.findall(value)}
        unreadable = any(_ACCOUNT.search(value) is None for role in roles for value in role.values)
        return Accounts(
            allowed=frozenset(of_roles or allowed.values),
            refused=frozenset(refused.values),
            unresolved=unreadable or any(argument.unresolved for argument in (*roles, allowed, refused)),
        )

    def _literals(self, key: str, expression: Json) -> ProviderArgument:
        """The constants in an argument of a provider block, or those that it leads to through variables."""
        if not isinstance(expression, dict):
            return ProviderArgument()
        constant = expression.get("constant_value")
        if constant is not None:
            return ProviderArgument(values=texts(constant if isinstance(constant, list) else [constant]))
        references = texts(expression.get("references"))
        scope = self._scope(key)
        if not references or scope is None:
            return ProviderArgument(unresolved=bool(references))
        resolver = ReferenceResolver(self._instances, scope, None, None)
        origins = tuple(resolver.follow(references))
        values = tuple(dict.fromkeys(origin.literal for origin in origins if origin.literal))
        unresolved = resolver.unresolved or not values or any(not origin.literal for origin in origins)
        return ProviderArgument(unresolved=True) if unresolved else ProviderArgument(values=values)

    def _scope(self, key: str) -> Scope | None:
        return expressions.scope_of(self._plan, key.rpartition(":")[0])

    @cached_property
    def _by_provider(self) -> Mapping[str, frozenset[str]]:
        """The regions that the resources of each provider block show."""
        regions: dict[str, set[str]] = {}
        for change in self._plan.managed:
            keys = self._keys(change) if change.type.startswith(PROVIDER_PREFIX) else ()
            if len(keys) == 1:
                regions.setdefault(keys[0], set()).update(self._regions_shown_by(change))
        return {key: frozenset(names) for key, names in regions.items()}

    def _regions_shown_by(self, change: ResourceChange) -> set[str]:
        """The regions that a resource's own values show: by an availability zone, or by an id that was read."""
        zones = {match[1] for value in texts_in(change) if (match := _ZONE.fullmatch(value))}
        return zones | {self._region_by_id[name] for name in self._ids_read(change)}

    def _ids_read(self, change: ResourceChange) -> set[str]:
        return {name for value in texts_in(change) for name in ids_in(value) if name in self._region_by_id}

    @cached_property
    def _located(self) -> frozenset[str]:
        """The provider blocks of the resources that name an object that was read, where the plan tells the block."""
        ours = (change for change in self._plan.managed if change.type.startswith(PROVIDER_PREFIX))
        keys = (self._keys(change) for change in ours if self._ids_read(change))
        return frozenset(own[0] for own in keys if len(own) == 1)


def texts_in(change: ResourceChange) -> set[str]:
    """Every text in a resource before and after the change."""
    return {*_strings(change.before), *_strings(change.after)}


def ids_in(name: str) -> tuple[str, ...]:
    """The ids in a composite id; a plain id is its only part."""
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
