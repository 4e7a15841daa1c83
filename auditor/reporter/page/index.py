"""Links the parts of the page: findings by stack, and the anchors of clusters and stacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from auditor.model.clusters import StackKey
from auditor.model.findings import ClusterResult, Finding, Result, StackResult

EntryKey: TypeAlias = tuple[str, str, str, StackKey]
"""Account, region, cluster id, and the key of a stack in its cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackEntry:
    """A stack with its anchor, its cluster and its findings, the worst first."""

    anchor: str
    cluster: ClusterResult
    stack: StackResult
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterEntry:
    """A cluster with its anchor and its stacks; ``number`` counts clusters from 1.

    The anchor is made from the id of the cluster, so that a link to it leads to the same cluster in a later report.
    """

    anchor: str
    number: int
    cluster: ClusterResult
    stacks: tuple[StackEntry, ...]


class Index:
    """The links within the page of one result. ``clusters`` are its clusters in the order of the page."""

    def __init__(self, result: Result, clusters: Sequence[ClusterResult] | None = None) -> None:
        self._findings: dict[EntryKey, list[Finding]] = {}
        for finding in result.every_finding:
            self._findings.setdefault(_key_of(finding), []).append(finding)
        ordered = tuple(clusters or result.clusters)
        anchors = _anchors(ordered)
        self.clusters = tuple(
            self._cluster(number, anchor, cluster)
            for number, (anchor, cluster) in enumerate(zip(anchors, ordered, strict=True), 1)
        )
        self._anchors = {
            (read.account, read.region, read.cluster_id): entry.number
            for entry in self.clusters
            for read in (entry.cluster.cluster,)
        }
        self._stack_anchors = {
            _key(stack.cluster, stack.stack): stack for cluster in self.clusters for stack in cluster.stacks
        }

    def cluster_number(self, finding: Finding) -> int:
        """The number of the cluster of a finding; 0 if the report does not hold the cluster."""
        return self._anchors.get((finding.account, finding.region, finding.cluster_id), 0)

    def stack(self, finding: Finding) -> StackEntry | None:
        """The stack of a finding; ``None`` if the report does not hold it."""
        return self._stack_anchors.get(_key_of(finding))

    def _cluster(self, number: int, anchor: str, cluster: ClusterResult) -> ClusterEntry:
        stacks = (
            StackEntry(
                anchor=f"{anchor}-s{position}",
                cluster=cluster,
                stack=stack,
                findings=tuple(self._findings.get(_key(cluster, stack), ())),
            )
            for position, stack in enumerate(cluster.stacks, 1)
        )
        return ClusterEntry(anchor=anchor, number=number, cluster=cluster, stacks=tuple(stacks))


def _anchors(clusters: Iterable[ClusterResult]) -> tuple[str, ...]:
    """An anchor for each cluster: its id, with its number behind it if the id is not one for an address."""
    anchors: list[str] = []
    for number, cluster in enumerate(clusters, 1):
        anchor = f"c-{cluster.cluster.cluster_id}"
        plain = _PLAIN.fullmatch(anchor) is not None and anchor not in anchors
        anchors.append(anchor if plain else f"c{number}")
    return tuple(anchors)


_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _key(cluster: ClusterResult, stack: StackResult) -> EntryKey:
    return (cluster.cluster.account, cluster.cluster.region, cluster.cluster.cluster_id, stack.stack_key)


def _key_of(finding: Finding) -> EntryKey:
    return (finding.account, finding.region, finding.cluster_id, finding.stack_key)
