"""Which stacks are repaired together: those that hang together by the groups that they share."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.comparator.repair.bench import Bench, Wish
from auditor.comparator.resolve import Resolver
from auditor.comparator.stacks import Stack, stacks
from auditor.model.result import Result
from auditor.model.rules import Direction


def benches(result: Result, wish: Wish) -> Iterator[Bench]:
    """One bench for each direction of each set of stacks that hang together by shared groups."""
    by_region: dict[str, list[tuple[str, Stack]]] = {}
    for cluster in result.clusters:
        bound = (stack for stack in stacks(cluster.cluster) if stack.security_groups)
        by_region.setdefault(cluster.cluster.region, []).extend((cluster.cluster.cluster_id, stack) for stack in bound)
    for region, held in sorted(by_region.items()):
        resolver = Resolver(result.snapshot)
        for together in _connected(held):
            yield from (Bench(result, wish, region, direction, together, resolver) for direction in Direction)


def _connected(held: list[tuple[str, Stack]]) -> list[tuple[tuple[str, Stack], ...]]:
    found: list[tuple[tuple[str, Stack], ...]] = []
    for cluster_id, stack in held:
        touching = [
            other
            for other in found
            if any(set(stack.security_groups) & set(there.security_groups) for _, there in other)
        ]
        found = [other for other in found if other not in touching]
        found.append((*(entry for other in touching for entry in other), (cluster_id, stack)))
    return found
