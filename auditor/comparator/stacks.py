"""Builds the stacks of a cluster (lists of groups that its nodes and pools bind), and decides each list once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from auditor.comparator.effective import Decision
from auditor.comparator.resolve import UNKNOWN_ADDRESSES, UNKNOWN_SERVICES, Bounds, ResolvedRule, Resolver
from auditor.model.addresses import ANYWHERE
from auditor.model.clusters import Cluster, Exposure, Node, NodeKind, NodePool, Role
from auditor.model.rules import Action, Direction
from auditor.model.services import EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """An ordered list of groups with the nodes and pools of one role that bind it.

    Without a group, a CVM lets everything pass (215/78458, 2026-03-30). ``undocumented`` are nodes and pools without a
    group for which documents do not tell what passes: native nodes, and the next node of an auto-scaling pool.
    """

    region: str
    role: Role
    security_groups: tuple[str, ...]
    nodes: tuple[str, ...]
    node_pools: tuple[str, ...]
    exposure: Exposure = Exposure.UNKNOWN
    undocumented: tuple[str, ...] = ()

    @property
    def unfiltered(self) -> bool:
        """Whether at least one node of the stack certainly lets everything pass, because it binds no group."""
        return not self.security_groups and len(self.undocumented) < len(self.nodes) + len(self.node_pools)


def stacks(cluster: Cluster) -> tuple[Stack, ...]:
    """The stacks of a cluster by role and list. A node or pool whose list was not read has a gap and no stack."""
    nodes: dict[tuple[Role, tuple[str, ...]], list[Node]] = {}
    pools: dict[tuple[Role, tuple[str, ...]], list[NodePool]] = {}
    for node in cluster.nodes:
        if isinstance(node.security_groups, tuple):
            nodes.setdefault((node.role, node.security_groups), []).append(node)
    for pool in cluster.node_pools:
        if isinstance(pool.security_groups, tuple):
            pools.setdefault((Role.NODE, pool.security_groups), []).append(pool)
    keys = sorted(nodes.keys() | pools.keys())
    return tuple(_stack(cluster.region, key, nodes.get(key, []), pools.get(key, [])) for key in keys)


def _stack(region: str, key: tuple[Role, tuple[str, ...]], nodes: list[Node], pools: list[NodePool]) -> Stack:
    role, groups = key
    pool_ids = tuple(sorted(pool.node_pool_id for pool in pools))
    native = tuple(sorted(node.node_id for node in nodes if node.kind is NodeKind.NATIVE))
    return Stack(
        region=region,
        role=role,
        security_groups=groups,
        nodes=tuple(sorted(node.node_id for node in nodes)),
        node_pools=pool_ids,
        exposure=_exposure({node.exposure for node in nodes}),
        undocumented=() if groups else native + pool_ids,
    )


def _exposure(exposures: set[Exposure]) -> Exposure:
    """``INTERNET`` if any machine has a public address, ``NONE_FOUND`` if every machine was read and has none."""
    if Exposure.INTERNET in exposures:
        return Exposure.INTERNET
    return Exposure.NONE_FOUND if exposures == {Exposure.NONE_FOUND} else Exposure.UNKNOWN


class Decisions:
    """The decisions of all stacks; each distinct list of groups is decided once."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._known: dict[tuple[str, tuple[str, ...], bool, Direction], Decision] = {}

    def of(self, stack: Stack, direction: Direction) -> Decision:
        """The decision for one direction of a stack over every packet that can exist.

        It holds for every node and pool of the stack: if some of them are undocumented, everything is undecided.
        """
        key = (stack.region, stack.security_groups, bool(stack.undocumented), direction)
        if key not in self._known:
            self._known[key] = Decision(tuple(self._lines(stack, direction)))
        return self._known[key]

    def documented(self, stack: Stack, direction: Direction) -> Decision:
        """As :meth:`of`, but only for the documented nodes and pools of the stack, if it has any."""
        return self.of(replace(stack, undocumented=()) if stack.unfiltered else stack, direction)

    def _lines(self, stack: Stack, direction: Direction) -> Iterator[ResolvedRule]:
        if not stack.security_groups:
            yield _no_group(direction, documented=not stack.undocumented)
        yield from self.resolver.lines(stack.region, stack.security_groups, direction)


def _no_group(direction: Direction, *, documented: bool) -> ResolvedRule:
    """The rule of a stack without groups: it allows everything, or leaves everything undecided."""
    return ResolvedRule(
        security_group_id="",
        direction=direction,
        rule=None,
        action=Action.ALLOW if documented else Action.UNREADABLE,
        services=Bounds.exactly(EVERYTHING) if documented else UNKNOWN_SERVICES,
        addresses=Bounds.exactly(ANYWHERE) if documented else UNKNOWN_ADDRESSES,
    )
