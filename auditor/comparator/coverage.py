"""Builds the gaps for things that a run did not judge: nodes without a group, clusters, or the whole run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from auditor.model.baseline import Policy
from auditor.model.clusters import Attachment, Cluster, NotCovered
from auditor.model.codes import GapKind, Part, Verdict
from auditor.model.findings import ClusterResult
from auditor.model.gaps import (
    LISTENERS_LEFT_OUT,
    NOT_AUDITED,
    NOTHING_JUDGED,
    PART_NOT_READ,
    TAGS_UNKNOWN,
    Gap,
    first_and_more,
)
from auditor.model.snapshot import Snapshot

_SCOPED = (Part.LOAD_BALANCERS, Part.NETWORK_ACLS)
"""The parts that :func:`in_scope` takes out of a snapshot."""
_LOAD_BALANCER_SERVICE = "clb"
"""The service of the calls that only load balancers need."""


def in_scope(snapshot: Snapshot, left_out: tuple[Part, ...]) -> Snapshot:
    """The snapshot without the load balancers and network ACLs that the configuration leaves out, and their gaps."""
    if Part.LOAD_BALANCERS in left_out:
        gaps = tuple(gap for gap in snapshot.gaps if gap.service != _LOAD_BALANCER_SERVICE)
        snapshot = replace(snapshot, load_balancers=(), gaps=gaps)
    if Part.NETWORK_ACLS in left_out:
        snapshot = replace(snapshot, network_acls=(), subnet_acls=())
    unscoped = {*left_out}.intersection(_SCOPED)
    return replace(snapshot, parts=tuple(part for part in snapshot.parts if part not in unscoped))


def part_gaps(snapshot: Snapshot, cluster: Cluster, left_out: tuple[Part, ...]) -> Iterator[Gap]:
    """The gaps of the parts that the snapshot of a cluster lacks.

    The further interfaces of nodes are not missed in a file without Pods if Pods are left out.
    """
    accepted = {*left_out, *snapshot.parts, *({Part.INTERFACES} if Part.PODS in left_out else ())}
    for part in Part:
        if part not in accepted:
            message = f"the {part.replace('_', ' ')} of {cluster.cluster_id} were not read"
            yield cluster.gap(GapKind.UNREAD, PART_NOT_READ, message, part)


def tag_gaps(cluster: Cluster, policy: Policy) -> Iterator[Gap]:
    """The gap of a cluster whose tags could choose another baseline and are not known."""
    if policy.depends_on_tags(cluster):
        yield cluster.gap(GapKind.UNREAD, TAGS_UNKNOWN, f"the tags of {cluster.cluster_id} are not known")


def listener_gaps(cluster: Cluster, left_out: tuple[Part, ...]) -> Iterator[Gap]:
    """The gap of a baseline that depends on listeners, if the load balancers were left out."""
    if Part.LOAD_BALANCERS in left_out:
        message = f"the baseline requires what load balancers send to {cluster.cluster_id}, and these were not read"
        yield cluster.gap(GapKind.NOT_AUDITABLE, LISTENERS_LEFT_OUT, message)


def parts_left_out(snapshot: Snapshot, left_out: tuple[Part, ...]) -> tuple[NotCovered, ...]:
    """The parts of the audit that were left out on purpose, for the report."""
    unread = {Part.INTERFACES} if Part.PODS in left_out and Part.INTERFACES not in snapshot.parts else set()
    return tuple(NotCovered(kind="scope", count=1, part=part) for part in Part if part in {*left_out, *unread})


def no_group_gap(region: str, cluster_id: str, attachment: Attachment, undocumented: tuple[str, ...]) -> Gap:
    """The gap of nodes, pools and interfaces without a group for which the documents do not tell what passes."""
    if attachment is Attachment.SUPER_NODE_PODS:
        code = "NoPodGroups"
        why = "the documents contradict each other on what then filters a Pod of a super node"
    else:
        code = "NoSecurityGroup"
        why = "what then passes a native node, or whether TKE adds a group to the next node of a pool, is documented"
        why += " nowhere"
    return Gap(
        kind=GapKind.UNDOCUMENTED,
        region=region,
        cluster_id=cluster_id,
        resource=undocumented[0],
        code=code,
        message=f"{first_and_more(undocumented)} of {cluster_id} names no group: {why}",
    )


def with_gap(result: ClusterResult) -> ClusterResult:
    """Add a gap to the result of a cluster that has nodes or Pods, none of them judged, and no gap yet."""
    if result.gaps or result.unjudged is not Verdict.NOT_AUDITED:
        return result
    cluster = result.cluster
    items = ", ".join(f"{item.kind} ({item.count})" for item in cluster.not_covered if item.count)
    message = f"nothing that {cluster.cluster_id} runs was checked: {items}"
    return replace(result, gaps=(cluster.gap(GapKind.NOT_AUDITABLE, NOT_AUDITED, message),))


def run_gaps(
    snapshot: Snapshot, clusters: tuple[ClusterResult, ...], gaps_of: Callable[[Cluster], Iterable[Gap]]
) -> tuple[Gap, ...]:
    """Every gap of the run, sorted. A run without a judged cluster has at least one gap.

    ``gaps_of`` returns the gaps on which a cluster depends. Gaps on which only excluded clusters depend are left out.
    """
    excluded = [result.cluster for result in clusters if result.exclusion is not None]
    ids = {(cluster.region, cluster.cluster_id) for cluster in excluded}
    without = {gap for cluster in excluded for gap in gaps_of(cluster)}
    gaps = {*(gap for gap in snapshot.all_gaps() if gap not in without), *snapshot.gaps}
    gaps = {gap for gap in gaps if (gap.region, gap.cluster_id) not in ids}
    gaps |= {gap for result in clusters for gap in result.gaps}
    if not gaps and not any(result.stacks for result in clusters):
        gaps = {_nothing_judged(snapshot, clusters)}
    return tuple(sorted(gaps))


def _nothing_judged(snapshot: Snapshot, clusters: tuple[ClusterResult, ...]) -> Gap:
    counts = Counter(result.unjudged for result in clusters)
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())) or "there is no cluster"
    regions = snapshot.regions
    return Gap(
        kind=GapKind.NOT_AUDITABLE,
        region=regions[0] if len(regions) == 1 else "",
        resource=", ".join(regions),
        code=NOTHING_JUDGED,
        message=f"no cluster was checked: {verdicts}",
    )
