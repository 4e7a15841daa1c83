"""Splits the stacks of a result into components: stacks of one region that are connected by shared groups."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.comparator.repair.component import StackComponent
from auditor.comparator.repair.goals import RepairOptions
from auditor.comparator.resolve import Resolver
from auditor.comparator.stacks import Stack, stacks
from auditor.model.findings import Result
from auditor.model.rules import Direction


def components(result: Result, options: RepairOptions) -> Iterator[StackComponent]:
    """The components of a result: a component for each direction of each connected set of stacks."""
    by_region: dict[str, list[tuple[str, Stack]]] = {}
    for cluster in result.clusters:
        group_stacks = (stack for stack in stacks(cluster.cluster) if stack.security_groups)
        by_region.setdefault(cluster.cluster.region, []).extend(
            (cluster.cluster.cluster_id, stack) for stack in group_stacks
        )
    for region, region_stacks in sorted(by_region.items()):
        resolver = Resolver(result.snapshot)
        for member_stacks in _connected(region_stacks):
            yield from (
                StackComponent(result, options, region, direction, member_stacks, resolver) for direction in Direction
            )


def _connected(region_stacks: list[tuple[str, Stack]]) -> list[tuple[tuple[str, Stack], ...]]:
    sets: list[tuple[tuple[str, Stack], ...]] = []
    for cluster_id, stack in region_stacks:
        touching = [
            other
            for other in sets
            if any(set(stack.security_groups) & set(member.security_groups) for _, member in other)
        ]
        sets = [other for other in sets if other not in touching]
        sets.append((*(entry for other in touching for entry in other), (cluster_id, stack)))
    return sets
