"""Which lists of groups a cluster's nodes and pools bind, and what each list lets through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.comparator.effective import Decision
from auditor.comparator.resolve import UNKNOWN_ADDRESSES, UNKNOWN_SERVICES, Line, Resolver
from auditor.model.estate import Cluster, Role
from auditor.model.rules import Action, Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One ordered list of groups with who binds it."""

    region: str
    role: Role
    security_groups: tuple[str, ...]
    nodes: tuple[str, ...]
    node_pools: tuple[str, ...]


def stacks(cluster: Cluster) -> tuple[Stack, ...]:
    """The stacks of a cluster, by role and list; who binds a list that was not read is in none (a gap says so)."""
    nodes: dict[tuple[Role, tuple[str, ...]], list[str]] = {}
    pools: dict[tuple[Role, tuple[str, ...]], list[str]] = {}
    for node in cluster.nodes:
        if isinstance(node.security_groups, tuple):
            nodes.setdefault((node.role, node.security_groups), []).append(node.node_id)
    for pool in cluster.node_pools:
        if isinstance(pool.security_groups, tuple):
            pools.setdefault((Role.NODE, pool.security_groups), []).append(pool.node_pool_id)
    return tuple(
        Stack(
            region=cluster.region,
            role=role,
            security_groups=groups,
            nodes=tuple(sorted(nodes.get((role, groups), ()))),
            node_pools=tuple(sorted(pools.get((role, groups), ()))),
        )
        for role, groups in sorted(nodes.keys() | pools.keys())
    )


class Decisions:
    """What each distinct list of groups lets through, decided once however many clusters and nodes bind it."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._known: dict[tuple[str, tuple[str, ...], Direction], Decision] = {}

    def of(self, stack: Stack, direction: Direction) -> Decision:
        """The decision for one direction of a stack over every packet that can exist."""
        key = (stack.region, stack.security_groups, direction)
        if key not in self._known:
            self._known[key] = Decision(tuple(self._lines(stack, direction)))
        return self._known[key]

    def _lines(self, stack: Stack, direction: Direction) -> Iterator[Line]:
        if not stack.security_groups:
            yield _no_group(direction)
        yield from self.resolver.lines(stack.region, stack.security_groups, direction)


def _no_group(direction: Direction) -> Line:
    """What the cloud does with a machine that binds no group is documented nowhere: everything is undecided."""
    return Line(
        security_group_id="",
        direction=direction,
        rule=None,
        action=Action.UNREADABLE,
        services=UNKNOWN_SERVICES,
        addresses=UNKNOWN_ADDRESSES,
    )
