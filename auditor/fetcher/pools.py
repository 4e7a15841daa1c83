"""What the next node of each pool will bind, and in which subnets it will stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from auditor.fetcher import actions, pool_lists, wire, wire_bindings
from auditor.fetcher.paging import Listing
from auditor.fetcher.reader import Found, Lookup, Reader
from auditor.fetcher.wire import Defects, Origin
from auditor.fetcher.wire_clusters import ListedCluster
from auditor.fetcher.wire_nodes import Kind, ListedNode, ListedPool
from auditor.model import identifiers
from auditor.model.estate import Binding, NodeKind, NodePool, NotCovered
from auditor.model.gaps import Gap, GapKind

_SCALING_GROUPS = Lookup(
    listing=Listing(
        action=actions.AUTO_SCALING_GROUPS,
        rows="AutoScalingGroupSet",
        row_id="AutoScalingGroupId",
        prefixes=identifiers.SCALING_GROUP,
    ),
    parameter="AutoScalingGroupIds",
    unknown="launch configurations and subnets",
)
_CONFIGURATIONS = Lookup(
    listing=Listing(
        action=actions.LAUNCH_CONFIGURATIONS,
        rows="LaunchConfigurationSet",
        row_id="LaunchConfigurationId",
        prefixes=identifiers.LAUNCH_CONFIGURATION,
    ),
    parameter="LaunchConfigurationIds",
    unknown="groups of the next node",
)

_ENDING = ("deleting", "deleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """The pools of a cluster that will bind groups, the others as counts, and the subnets of their next nodes."""

    pools: tuple[NodePool, ...]
    not_covered: tuple[NotCovered, ...]
    subnet_ids: frozenset[str]
    subnet_gaps: tuple[Gap, ...]
    gaps: tuple[Gap, ...]
    listed: frozenset[str]
    """The ids of all of them."""


def read(reader: Reader, cluster: ListedCluster) -> Pools:
    """The pools of ``cluster``. Not to be called on the floor of lists."""
    listed = pool_lists.read(reader, cluster)
    live = [pool for pool in listed.pools if _kind_word(pool) == ""]
    others = [pool for pool in listed.pools if _kind_word(pool)]
    origin = reader.origin(actions.AUTO_SCALING_GROUPS, cluster.cluster_id)
    groups = reader.look_up(_SCALING_GROUPS, {pool.auto_scaling_group_id for pool in live} - {""}, cluster.cluster_id)
    live = [_with_configuration(pool, groups, origin) for pool in live]
    configurations = reader.look_up(
        _CONFIGURATIONS, {pool.launch_configuration_id for pool in live} - {""}, cluster.cluster_id
    )
    desk = _Desk(reader=reader, cluster=cluster, groups=groups, configurations=configurations)
    subnets = [desk.subnets(pool) for pool in live]
    return Pools(
        pools=tuple(desk.place(pool) for pool in live),
        not_covered=not_covered((_kind_word(pool), pool.security_groups) for pool in others),
        subnet_ids=frozenset(subnet for found in subnets if not isinstance(found, Gap) for subnet in found),
        subnet_gaps=tuple(dict.fromkeys(found for found in subnets if isinstance(found, Gap))),
        gaps=(*listed.gaps, *(gap for pool in (*live, *others) for gap in pool.gaps)),
        listed=frozenset(pool.node_pool_id for pool in listed.pools),
    )


def not_covered(found: Iterable[tuple[str, Binding]]) -> tuple[NotCovered, ...]:
    """Counts by kind, with every group that things of this kind name, sorted."""
    groups: dict[str, set[str]] = defaultdict(set)
    counts: dict[str, int] = defaultdict(int)
    for kind, binding in found:
        counts[kind] += 1
        groups[kind].update(binding if isinstance(binding, tuple) else ())
    return tuple(
        NotCovered(kind=kind, count=counts[kind], security_groups=tuple(sorted(groups[kind])))
        for kind in sorted(counts)
    )


def not_covered_nodes(nodes: Iterable[ListedNode]) -> tuple[NotCovered, ...]:
    """Super nodes, whose groups are their Pods', and registered nodes, which are no machines of this cloud."""
    words = {Kind.SUPER: "super-node", Kind.EXTERNAL: "registered-node"}
    return not_covered((words[node.kind], ()) for node in nodes if node.kind in words)


def _kind_word(pool: ListedPool) -> str:
    """Why the pool is not covered; empty where it is."""
    if pool.kind is Kind.SUPER:
        return "super-node-pool"
    if pool.kind is Kind.EXTERNAL:
        return "registered-node-pool"
    return "deleting-node-pool" if pool.life_state in _ENDING else ""


def _with_configuration(pool: ListedPool, groups: Found, origin: Origin) -> ListedPool:
    """The auto-scaling group makes the next node: what it launches from counts before what the pool's list says."""
    row = groups.rows.get(pool.auto_scaling_group_id)
    if pool.kind is not Kind.REGULAR or row is None:
        return pool
    unknown = f"what the next node of {pool.node_pool_id} is launched from is unknown"
    defects = Defects(origin=origin, resource=pool.node_pool_id, unknown=unknown)
    named = wire.identifier(row, "LaunchConfigurationId", defects, identifiers.LAUNCH_CONFIGURATION)
    return replace(
        pool,
        launch_configuration_id=named or pool.launch_configuration_id,
        name=pool.name or wire.label(row, "AutoScalingGroupName"),
        gaps=(*pool.gaps, *defects.gaps),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """Where pools, auto-scaling groups and launch configurations come together."""

    reader: Reader
    cluster: ListedCluster
    groups: Found
    configurations: Found

    def place(self, pool: ListedPool) -> NodePool:
        """A pool with what its next node will bind."""
        return NodePool(
            node_pool_id=pool.node_pool_id,
            kind=NodeKind.NATIVE if pool.kind is Kind.NATIVE else NodeKind.REGULAR,
            security_groups=self._binding(pool),
            name=pool.name,
            launch_configuration_id=pool.launch_configuration_id,
        )

    def subnets(self, pool: ListedPool) -> tuple[str, ...] | Gap:
        """Where the pool's next node can stand."""
        if pool.kind is Kind.NATIVE:
            return self._told(pool, pool.subnet_ids)
        if pool.kind is Kind.UNKNOWN:
            return self._unknown_kind(pool)
        row = self.groups.rows.get(pool.auto_scaling_group_id)
        if row is None:
            return self.groups.lost.get(pool.auto_scaling_group_id) or self._told(pool, None)
        return self._told(pool, wire.names(row, "SubnetIdSet", identifiers.SUBNET))

    def _told(self, pool: ListedPool, subnets: tuple[str, ...] | None) -> tuple[str, ...] | Gap:
        if subnets is not None:
            return subnets
        message = (
            f"in which subnets the next node of {pool.node_pool_id} will stand is unknown: the answer does not say"
        )
        action = actions.NODE_POOLS_2022 if pool.kind is Kind.NATIVE else actions.AUTO_SCALING_GROUPS
        return self.reader.origin(action, self.cluster.cluster_id).gap(
            pool.node_pool_id, "NoSubnet", message, GapKind.UNREAD
        )

    def _binding(self, pool: ListedPool) -> Binding:
        if pool.kind is Kind.NATIVE:
            return pool.security_groups
        if pool.kind is Kind.UNKNOWN:
            return self._unknown_kind(pool)
        row = self.configurations.rows.get(pool.launch_configuration_id)
        if row is not None:
            origin = self.reader.origin(actions.LAUNCH_CONFIGURATIONS, self.cluster.cluster_id)
            return wire_bindings.launch_configuration(row, origin, pool.node_pool_id)
        lost = self.configurations.lost.get(pool.launch_configuration_id) or self.groups.lost.get(
            pool.auto_scaling_group_id
        )
        return lost or self._without_configuration(pool)

    def _without_configuration(self, pool: ListedPool) -> Gap:
        named = pool.launch_configuration_id or "the one that it names nowhere"
        message = f"the launch configuration of {pool.node_pool_id} ({named}) was not found: its groups are unknown"
        origin = self.reader.origin(actions.LAUNCH_CONFIGURATIONS, self.cluster.cluster_id)
        return origin.gap(pool.node_pool_id, "LaunchConfigurationNotFound", message, GapKind.UNREAD)

    def _unknown_kind(self, pool: ListedPool) -> Gap:
        message = f"{pool.node_pool_id} is of the kind {pool.kind_text!r}: what its next node binds is unknown"
        origin = self.reader.origin(actions.NODE_POOLS_2022, self.cluster.cluster_id)
        return origin.gap(pool.node_pool_id, "UnknownNodePoolType", message)
