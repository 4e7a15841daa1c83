"""Why a flow could not be decided: the gaps behind rules that could match it, and behind stacks that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from auditor.comparator.coverage import no_group_gap
from auditor.comparator.resolve import Resolver
from auditor.model.estate import Cluster, Role
from auditor.model.explanation import Considered, Explanation, Match
from auditor.model.gaps import Gap
from auditor.model.snapshot import Snapshot


def doubts(snapshot: Snapshot, explanations: Iterable[Explanation]) -> frozenset[Gap]:
    """Everything unread or unreadable that leaves one of the flows open; nothing for flows that were decided."""
    return frozenset(
        gap
        for found in explanations
        for tried in found.considered
        if tried.match is Match.COULD
        for gap in _behind(snapshot, found, tried)
    )


def hidden_stacks(cluster: Cluster, role: Role | None = None, node: str = "") -> frozenset[Gap]:
    """Why a stack of the cluster may be missing: lists that were cut short, bindings that were not read.

    With ``role`` only stacks of that role, with ``node``, the id of a node or pool, only its own stack.
    """
    bindings = [(one.node_id, one.role, one.security_groups) for one in cluster.nodes]
    bindings += [(pool.node_pool_id, Role.NODE, pool.security_groups) for pool in cluster.node_pools]
    unread = frozenset(
        bound
        for name, of_role, bound in bindings
        if isinstance(bound, Gap) and node in ("", name) and role in (None, of_role)
    )
    return unread if node else unread | frozenset(cluster.gaps)


def _behind(snapshot: Snapshot, found: Explanation, tried: Considered) -> Iterator[Gap]:
    group_id = tried.security_group_id
    if not group_id:
        yield no_group_gap(found.region, found.cluster_id, found.undocumented)
        return
    group = snapshot.group_by_id.get((found.region, group_id))
    rules = group.rules(found.flow.direction) if group is not None else ()
    if isinstance(rules, Gap):
        yield rules
        return
    if group is None or tried.rule is None:
        yield from Resolver(snapshot).gaps(found.region, (group_id,))
        return
    place = f"{group_id}/{found.flow.direction}/{tried.rule.index}"
    own = tuple(gap for gap in group.gaps if gap.resource == place)
    alone = replace(group, ingress=(tried.rule,), egress=(), gaps=own)
    yield from Resolver(replace(snapshot, security_groups=(alone,))).gaps(found.region, (group_id,))
