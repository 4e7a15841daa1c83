"""Why a planned change leaves something unknown, each with its sentence in the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum

from auditor.model.findings import Assumption, ClusterResult, Code, Finding, Result, StackResult
from auditor.model.gaps import Gap, GapKind
from auditor.model.snapshot import Snapshot
from auditor.whatif.planned import Impact, Planned
from auditor.words import Lang, catalogue


class GapReason(StrEnum):
    """The code of a gap of a planned change; ``change-gap-`` and the code is the id of its message."""

    ACCOUNT_NOT_READ = "account-not-read"
    ACCOUNT_UNKNOWN = "account-unknown"
    ACTION_UNKNOWN = "action-unknown"
    CHANGE_DEFERRED = "change-deferred"
    CLUSTER_NOT_READ = "cluster-not-read"
    CLUSTER_UNKNOWN = "cluster-unknown"
    CLUSTER_UNTRACED = "cluster-untraced"
    DIRECTION_UNSENT = "direction-unsent"
    GROUP_IN_USE = "group-in-use"
    INSTANCE_CONTESTED = "instance-contested"
    INSTANCE_UNTRACED = "instance-untraced"
    LAUNCH_GONE = "launch-gone"
    LIST_BY_REFERENCE = "list-by-reference"
    LIST_DEFAULT = "list-default"
    LIST_EMPTIED = "list-emptied"
    LIST_ORDER = "list-order"
    LIST_REFUSED = "list-refused"
    LIST_UNKNOWN = "list-unknown"
    MEMBERS_UNKNOWN = "members-unknown"
    NETWORK_UNKNOWN = "network-unknown"
    NOT_READ = "not-read"
    PLAN_INCOMPLETE = "plan-incomplete"
    PROJECT_MOVED = "project-moved"
    PUBLIC_IP = "public-ip"
    REGION_NOT_READ = "region-not-read"
    REGION_UNKNOWN = "region-unknown"
    RULE_REFUSED = "rule-refused"
    RULE_UNKNOWN = "rule-unknown"
    RULE_UNREADABLE = "rule-unreadable"
    RULES_CONTESTED = "rules-contested"
    RULES_ORDER = "rules-order"
    RULES_UNKNOWN = "rules-unknown"
    RULES_UNTARGETED = "rules-untargeted"
    SUBNETS_UNKNOWN = "subnets-unknown"
    TEMPLATE_UNKNOWN = "template-unknown"
    TYPE_UNKNOWN = "type-unknown"


_KINDS = {
    GapReason.ACCOUNT_NOT_READ: GapKind.UNREAD,
    GapReason.CLUSTER_NOT_READ: GapKind.UNREAD,
    GapReason.NOT_READ: GapKind.UNREAD,
    GapReason.REGION_NOT_READ: GapKind.UNREAD,
    GapReason.RULE_UNREADABLE: GapKind.UNREADABLE,
    GapReason.TYPE_UNKNOWN: GapKind.UNREADABLE,
}


def gap(why: GapReason, region: str, resource: str, cluster_id: str = "") -> Gap:
    """A gap of a planned change. ``resource`` is a cloud id, or an address in parentheses for what the plan makes."""
    return Gap(
        kind=_KINDS.get(why, GapKind.UNKNOWN_UNTIL_APPLY),
        region=region,
        cluster_id=cluster_id,
        resource=resource,
        code=why.value,
        message=catalogue(Lang.EN).text(f"change-gap-{why}", resource=resource, region=region, cluster=cluster_id),
    )


def marked(findings: Iterable[Finding], assumed: frozenset[tuple[str, str]]) -> tuple[Finding, ...]:
    """``findings``, those marked that rest on the list of a node or pool in ``assumed`` (cluster, id).

    A finding about a stack that others bind too holds without it. Lists that differ are compared with it. That a group
    has a stranger in it holds as well: a reference proves that the group is in the list.
    """
    return tuple(
        replace(finding, assumes=Assumption.COMPLETE_LIST) if _rests_on(finding, assumed) else finding
        for finding in findings
    )


def _rests_on(finding: Finding, assumed: frozenset[tuple[str, str]]) -> bool:
    if finding.code is Code.FOREIGN_INSTANCE:
        return False
    binders = [(finding.cluster_id, name) in assumed for name in (*finding.nodes, *finding.node_pools)]
    return any(binders) if finding.code is Code.MIXED_SECURITY_GROUPS else bool(binders) and all(binders)


def touched(after: Result, planned: Planned) -> frozenset[Gap]:
    """The gaps of ``after`` that the change brings or touches."""
    return frozenset(_Touched(after, planned).gaps())


class _Touched:
    def __init__(self, after: Result, planned: Planned) -> None:
        self._after = after
        self._brought = set(planned.gaps)
        self._touches = [resource.impact for resource in planned.resources if resource.relevant]
        self._clusters = {name for impact in self._touches for name in impact.clusters}
        self._groups = {name for impact in self._touches for name in impact.groups}
        self._astray = any(resource.outside_audit for resource in planned.resources)
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
            touches = [impact for impact in self._touches if name in impact.clusters]
            for stack in found.stacks:
                yield from stack.gaps if any(_reaches(impact, stack) for impact in touches) else ()
        if name in self._clusters or self._anywhere:
            of_stacks = {gap for stack in found.stacks for gap in stack.gaps}
            yield from (gap for gap in found.gaps if gap not in of_stacks)

    def _is_touched(self, gap: Gap) -> bool:
        """Whether a gap counts on which no cluster that was read depends."""
        return bool(gap.cluster_id) or self._astray or (bool(self._touches) and not gap.region)


def _reaches(impact: Impact, stack: StackResult) -> bool:
    if impact.moves_networks or not set(impact.groups).isdisjoint(stack.security_groups):
        return True
    return not {*impact.nodes, *impact.pools}.isdisjoint((*stack.nodes, *stack.node_pools))


def _has_strangers(snapshot: Snapshot, groups: set[str]) -> bool:
    """Whether any of the groups is bound by a machine that is no node of a cluster that was read."""
    known = {name for one in snapshot.clusters for node in one.nodes for name in (node.node_id, node.instance_id)}
    bound = [found for found in snapshot.memberships if found.security_group_id in groups]
    return any(member.instance_id not in known for found in bound for member in found.members if member.instance_id)
