"""The gaps on which a change depends, of those that were there before it.

They are the gaps of the stacks that the change touches, and those of their clusters: a list that was cut short may hide
a node that binds a changed group. What was not read of another cluster counts only where the change may reach it all
the same: it changes something that nothing read binds, or a group that it changes is bound by a machine that is no
known node. A gap of a region is one of each of its clusters. A cluster of which nothing was read counts always.
"""

from __future__ import annotations

from collections.abc import Iterator

from auditor.change.planned import Planned, Touch
from auditor.model.gaps import Gap
from auditor.model.result import ClusterResult, Result, StackResult
from auditor.model.snapshot import Snapshot


def touched(after: Result, planned: Planned) -> frozenset[Gap]:
    """The gaps of ``after`` that the change brings or touches."""
    return frozenset(_Touched(after, planned).gaps())


class _Touched:
    def __init__(self, after: Result, planned: Planned) -> None:
        self._after = after
        self._brought = set(planned.gaps)
        self._touches = [resource.touch for resource in planned.resources if resource.bears]
        self._clusters = {name for touch in self._touches for name in touch.clusters}
        self._groups = {name for touch in self._touches for name in touch.groups}
        self._astray = any(resource.astray for resource in planned.resources)
        self._anywhere = self._astray or _has_strangers(after.snapshot, self._groups)

    def gaps(self) -> Iterator[Gap]:
        of_clusters = {gap for found in self._after.clusters for gap in found.gaps}
        yield from (gap for gap in self._after.gaps if gap in self._brought)
        for found in self._after.clusters:
            yield from self._of_cluster(found)
        yield from (gap for gap in self._after.gaps if gap not in of_clusters and self._is_touched(gap))

    def _of_cluster(self, found: ClusterResult) -> Iterator[Gap]:
        name = found.cluster.cluster_id
        if name in self._clusters:
            touches = [touch for touch in self._touches if name in touch.clusters]
            for stack in found.stacks:
                yield from stack.gaps if any(_reaches(touch, stack) for touch in touches) else ()
        if name in self._clusters or self._anywhere:
            of_stacks = {gap for stack in found.stacks for gap in stack.gaps}
            yield from (gap for gap in found.gaps if gap not in of_stacks)

    def _is_touched(self, gap: Gap) -> bool:
        """Whether a gap counts on which no cluster that was read depends."""
        return bool(gap.cluster_id) or self._astray or (bool(self._touches) and not gap.region)


def _reaches(touch: Touch, stack: StackResult) -> bool:
    if touch.moves_networks or not set(touch.groups).isdisjoint(stack.security_groups):
        return True
    return not {*touch.nodes, *touch.pools}.isdisjoint((*stack.nodes, *stack.node_pools))


def _has_strangers(snapshot: Snapshot, groups: set[str]) -> bool:
    """Whether any of the groups is bound by a machine that is no node of a cluster that was read."""
    known = {name for one in snapshot.clusters for node in one.nodes for name in (node.node_id, node.instance_id)}
    bound = [found for found in snapshot.memberships if found.security_group_id in groups]
    return any(member.instance_id not in known for found in bound for member in found.members if member.instance_id)
