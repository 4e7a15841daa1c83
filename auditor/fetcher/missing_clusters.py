"""Finds the clusters and regions that a run was asked for and did not find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from auditor.fetcher import actions
from auditor.fetcher.cluster_list import ListedClusters
from auditor.model.codes import GapKind
from auditor.model.gaps import NO_CLUSTER, Gap

UNKNOWN_CLUSTER = "UnknownCluster"
"""The code of the gap for a cluster that the request names and no region lists."""


def missing_cluster_gaps(
    lists: Mapping[str, ListedClusters], named: Iterable[str], *, only_named: bool, every_region: bool
) -> Iterator[Gap]:
    """Gaps for ``named`` clusters that no region lists, for regions without a cluster, or for no cluster at all.

    ``lists`` are the clusters by region; a region that did not answer has gaps of its own. With ``only_named``, other
    clusters do not matter; with ``every_region``, single regions may be empty.
    """
    cluster_ids = {cluster.cluster_id for listed in lists.values() for cluster in listed.clusters}
    answered = [name for name, listed in lists.items() if listed.answered]
    if not answered:
        return
    for cluster_id in named:
        if cluster_id not in cluster_ids:
            yield unknown_cluster_gap(answered, cluster_id)
    if only_named:
        return
    if every_region:
        without_clusters = [] if cluster_ids else [answered]
    else:
        empty = [name for name, listed in lists.items() if not listed.clusters]
        without_clusters = [[name] for name in answered if name in empty]
    for without in without_clusters:
        message = f"no cluster was found in {', '.join(without)}; a CAM policy may hide clusters without a word"
        yield _missing_gap(without, ", ".join(without), NO_CLUSTER, message)


def unknown_cluster_gap(regions: list[str], cluster: str) -> Gap:
    """The gap for a cluster, named by id, name or glob, that none of ``regions`` lists."""
    message = f"{cluster} was not found in {', '.join(regions)}: check the id, the region and the CAM policy"
    return _missing_gap(regions, cluster, UNKNOWN_CLUSTER, message)


def _missing_gap(regions: list[str], resource: str, code: str, message: str) -> Gap:
    return Gap(
        kind=GapKind.NOT_AUDITABLE,
        region=regions[0] if len(regions) == 1 else "",
        cluster_id=resource if code == UNKNOWN_CLUSTER else "",
        resource=resource,
        service=actions.CLUSTERS.service,
        action=actions.CLUSTERS.name,
        code=code,
        message=message,
    )
