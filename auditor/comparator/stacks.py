"""Builds the stacks of a cluster (lists of groups bound by its nodes, pools and interfaces), and decides each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import TypeAlias

from auditor.comparator.effective import Decision
from auditor.comparator.resolve import Bounds, ResolvedRule, Resolver, unknown_rules
from auditor.model import addresses
from auditor.model.addresses import ANYWHERE
from auditor.model.clusters import (
    Attachment,
    Cluster,
    Entrance,
    Exposure,
    Interface,
    Node,
    NodeKind,
    NodePool,
    Role,
    StackKey,
)
from auditor.model.packets import PacketSet, union
from auditor.model.rules import Action, Direction
from auditor.model.services import EVERYTHING, Protocol, services

API_SERVER = services(Protocol.TCP, [(443, 443)])
"""The port of the entrances of an API server, to which their lists of blocks apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """An ordered list of groups with everything of one role that binds it on one kind of attachment.

    ``nodes`` bind the list themselves on the primary attachment; of other attachments they are the nodes that have the
    ``interfaces``. ``node_pools`` and ``add_ons`` predict the binding of the next node or Pod. ``public`` counts the
    nodes or interfaces that have a public address.

    Without a group, an interface lets everything pass (215/78458, 2026-03-30). ``undocumented`` are the nodes, pools
    and interfaces without a group for which documents do not tell what passes: native nodes, the next node of an
    auto-scaling pool, and Pods of super nodes.
    """

    region: str
    role: Role
    security_groups: tuple[str, ...]
    nodes: tuple[str, ...]
    node_pools: tuple[str, ...]
    attachment: Attachment = Attachment.PRIMARY
    interfaces: tuple[str, ...] = ()
    add_ons: tuple[str, ...] = ()
    exposure: Exposure = Exposure.UNKNOWN
    public: int = 0
    undocumented: tuple[str, ...] = ()
    entrances: tuple[Entrance, ...] = ()
    """The entrances of the API server that the same groups or the same list of blocks filter."""

    @property
    def acl(self) -> tuple[str, ...] | None:
        """The blocks that may connect to the entrances; ``None`` if groups filter the stack, or nothing does."""
        return self.entrances[0].acl if self.entrances else None

    @property
    def is_filtered(self) -> bool:
        """Whether groups, or the list of blocks of an entrance, decide about the traffic."""
        return bool(self.security_groups) or self.acl is not None

    @property
    def stack_key(self) -> StackKey:
        """The key of the stack in its cluster."""
        return self.role, self.attachment, self.security_groups

    @property
    def bearers(self) -> tuple[str, ...]:
        """The ids of everything that binds the list, or will bind it next."""
        own = self.nodes if self.attachment is Attachment.PRIMARY else self.interfaces
        return (*own, *self.node_pools, *self.add_ons, *(entrance.kind for entrance in self.entrances))

    @property
    def unfiltered(self) -> bool:
        """Whether a bearer of the stack certainly lets everything pass, because it binds no group."""
        return not self.is_filtered and len(self.undocumented) < len(self.bearers)


@dataclass(slots=True)
class _Bearers:
    """Everything that binds one list on one kind of attachment."""

    nodes: list[Node]
    pools: list[NodePool]
    interfaces: list[Interface]
    sources: list[str]


def stacks(cluster: Cluster) -> tuple[Stack, ...]:
    """The stacks of a cluster by attachment, role and list, the primary attachment first.

    Something whose list was not read has a gap and no stack. Two entrances without groups have the same key and are two
    stacks if a list of blocks filters one of them.
    """
    bearers: dict[StackKey, _Bearers] = {}

    def of(role: Role, attachment: Attachment, groups: tuple[str, ...]) -> _Bearers:
        return bearers.setdefault((role, attachment, groups), _Bearers([], [], [], []))

    for node in cluster.nodes:
        if isinstance(node.security_groups, tuple):
            of(node.role, Attachment.PRIMARY, node.security_groups).nodes.append(node)
    for pool in cluster.node_pools:
        if isinstance(pool.security_groups, tuple):
            of(Role.NODE, Attachment.PRIMARY, pool.security_groups).pools.append(pool)
    for interface in cluster.interfaces:
        if isinstance(interface.security_groups, tuple):
            of(interface.role, interface.attachment, interface.security_groups).interfaces.append(interface)
    for binding in cluster.pod_bindings:
        if isinstance(binding.security_groups, tuple):
            of(Role.POD, binding.attachment, binding.security_groups).sources.append(binding.source_id)
    bound = (_stack(cluster.region, key, bearers[key]) for key in sorted(bearers, key=_order))
    return (*bound, *_entrance_stacks(cluster))


def _entrance_stacks(cluster: Cluster) -> Iterator[Stack]:
    """The entrances of the API server by what filters them: a list of groups, or a list of blocks without groups."""
    by_filter: dict[tuple[tuple[str, ...], tuple[str, ...] | None], list[Entrance]] = {}
    for entrance in cluster.entrances:
        if isinstance(entrance.security_groups, tuple):
            by_filter.setdefault((entrance.security_groups, entrance.acl), []).append(entrance)
    for groups, acl in sorted(by_filter, key=lambda key: (key[0], key[1] or ())):
        entrances = by_filter[groups, acl]
        exposures = [entrance.exposure for entrance in entrances]
        yield Stack(
            region=cluster.region,
            role=Role.ENDPOINT,
            attachment=Attachment.ENDPOINT,
            security_groups=groups,
            nodes=(),
            node_pools=(),
            exposure=united_exposure(set(exposures)),
            public=exposures.count(Exposure.INTERNET),
            entrances=tuple(entrances),
        )


def _order(key: StackKey) -> tuple[int, Role, tuple[str, ...]]:
    role, attachment, groups = key
    return attachment.rank, role, groups


def _stack(region: str, key: StackKey, bearers: _Bearers) -> Stack:
    role, attachment, groups = key
    pools = [pool.node_pool_id for pool in bearers.pools]
    pools += bearers.sources if attachment is Attachment.SUPER_NODE_PODS else []
    exposed: list[Node | Interface] = [*bearers.nodes, *bearers.interfaces]
    exposures = [bearer.exposure for bearer in exposed]
    stack = Stack(
        region=region,
        role=role,
        attachment=attachment,
        security_groups=groups,
        nodes=_sorted(node.node_id for node in exposed if node.node_id),
        node_pools=_sorted(pools),
        interfaces=_sorted(interface.interface_id for interface in bearers.interfaces),
        add_ons=_sorted(bearers.sources if attachment is Attachment.PODS else ()),
        exposure=united_exposure(set(exposures)),
        public=exposures.count(Exposure.INTERNET),
    )
    return stack if groups else replace(stack, undocumented=_undocumented(stack, bearers))


def _sorted(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(ids)))


def _undocumented(stack: Stack, bearers: _Bearers) -> tuple[str, ...]:
    """The bearers of a stack without groups for which documents do not tell what passes."""
    if stack.attachment is Attachment.SUPER_NODE_PODS:
        return stack.bearers
    native = tuple(sorted(node.node_id for node in bearers.nodes if node.kind is NodeKind.NATIVE))
    return native + stack.node_pools


def united_exposure(exposures: set[Exposure]) -> Exposure:
    """``INTERNET`` if any bearer has a public address, ``NONE_FOUND`` if every bearer was read and has none."""
    if Exposure.INTERNET in exposures:
        return Exposure.INTERNET
    return Exposure.NONE_FOUND if exposures == {Exposure.NONE_FOUND} else Exposure.UNKNOWN


DecisionsByEffect: TypeAlias = dict[tuple[tuple[Action, Bounds, Bounds], ...], Decision]
"""Decisions by the effects of their rules."""


class Decisions:
    """The decisions of all stacks; lists of rules with equal effects are decided once.

    ``by_effect`` has decisions of another state of the same groups, and takes those of this one.
    """

    def __init__(self, resolver: Resolver, by_effect: DecisionsByEffect | None = None) -> None:
        self.resolver = resolver
        self.by_effect: DecisionsByEffect = {} if by_effect is None else by_effect
        self._known: dict[tuple[object, ...], Decision] = {}
        self._differences: dict[frozenset[Decision], tuple[PacketSet, PacketSet]] = {}

    def of(self, stack: Stack, direction: Direction) -> Decision:
        """The decision for one direction of a stack over every packet that can exist.

        It holds for everything that binds the stack: if some of it is undocumented, everything is undecided.
        """
        key = (stack.region, stack.security_groups, stack.acl, bool(stack.undocumented), direction)
        if key not in self._known:
            self._known[key] = self.of_rules(self.lines(stack, direction))
        return self._known[key]

    def of_rules(self, lines: tuple[ResolvedRule, ...]) -> Decision:
        """The decision for one direction of a list of rules, whatever binds it."""
        effects = tuple(line.effect for line in lines)
        decision = self.by_effect.get(effects)
        if decision is None:
            decision = self.by_effect[effects] = Decision(lines)
        return decision

    def difference(self, compared: Iterable[Decision]) -> tuple[PacketSet, PacketSet]:
        """The packets that certainly pass one of the decisions and certainly not another, and the undecided packets."""
        distinct = frozenset(compared)
        if distinct not in self._differences:
            may_pass_all = reduce(and_, (decision.allowed | decision.undecided for decision in distinct))
            pass_one = union(decision.allowed for decision in distinct)
            undecided = union(decision.undecided for decision in distinct)
            self._differences[distinct] = pass_one - may_pass_all, undecided
        return self._differences[distinct]

    def documented(self, stack: Stack, direction: Direction) -> Decision:
        """As :meth:`of`, but only for the documented bearers of the stack, if it has any."""
        return self.of(replace(stack, undocumented=()) if stack.unfiltered else stack, direction)

    def lines(self, stack: Stack, direction: Direction) -> tuple[ResolvedRule, ...]:
        """The rules of one direction of a stack in the order in which the cloud tries them; ranks count from here."""
        of_groups = self.resolver.lines(stack.region, stack.security_groups, direction)
        if stack.acl is not None:
            return (_list_of_blocks(direction, stack.acl), *of_groups)
        if not stack.security_groups:
            return (unknown_rules(direction) if stack.undocumented else _no_group(direction),)
        return of_groups


def _no_group(direction: Direction) -> ResolvedRule:
    """The rule of a stack without groups: it allows everything."""
    return ResolvedRule(
        security_group_id="",
        direction=direction,
        rule=None,
        action=Action.ALLOW,
        services=Bounds.exactly(EVERYTHING),
        addresses=Bounds.exactly(ANYWHERE),
    )


def _list_of_blocks(direction: Direction, blocks: tuple[str, ...]) -> ResolvedRule:
    """The rule of an entrance that is filtered by a list of blocks: they may connect to TCP 443."""
    return ResolvedRule(
        security_group_id="",
        direction=direction,
        rule=None,
        action=Action.ALLOW,
        services=Bounds.exactly(API_SERVER),
        addresses=Bounds.exactly(addresses.union(blocks)),
    )
