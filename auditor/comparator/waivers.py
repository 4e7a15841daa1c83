"""Applies waivers to findings and gaps: splits the accepted packets from findings, and marks accepted gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fnmatch import fnmatchcase

from auditor.comparator.fingerprints import derived
from auditor.model import addresses
from auditor.model.baseline import GapWaiver, Waiver
from auditor.model.clusters import Cluster
from auditor.model.findings import Finding, Result, WaiverMark, WaiverState
from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet, packets, union
from auditor.model.rules import Direction
from auditor.model.selectors import Tag, selects

EXPIRING = timedelta(days=14)
"""A waiver whose last day is at most this far ahead is reported as expiring; it is still valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """Findings, with accepted packets split off and marked, and the state of each waiver of findings."""

    findings: tuple[Finding, ...]
    states: tuple[tuple[str, WaiverState], ...]


def waive(
    findings: Iterable[Finding],
    waivers: tuple[Waiver | GapWaiver, ...],
    today: date,
    clusters: Iterable[Cluster] = (),
) -> Waived:
    """Split every finding into marked parts that waivers cover, and a rest that counts; together they are the finding.

    A waiver is valid up to and including its last day. Only the id is known of a cluster that is not in ``clusters``.
    """
    by_id = {(cluster.region, cluster.cluster_id): cluster for cluster in clusters}
    of_findings = [waiver for waiver in waivers if isinstance(waiver, Waiver)]
    valid = [waiver for waiver in of_findings if waiver.expires >= today]
    used: set[str] = set()
    split: list[Finding] = []
    for finding in findings:
        cluster = by_id.get((finding.region, finding.cluster_id)) or _Unknown(cluster_id=finding.cluster_id)
        of_cluster = [waiver for waiver in valid if selects(waiver.clusters, cluster)]
        for part, taken in _split(finding, of_cluster):
            split.append(part)
            used.update(waiver.waiver_id for waiver in taken)
    return Waived(
        findings=tuple(split),
        states=tuple((waiver.waiver_id, _state(waiver, used, today)) for waiver in of_findings),
    )


def waive_gaps(result: Result, waivers: tuple[Waiver | GapWaiver, ...], today: date) -> Result:
    """Mark the gaps of ``result`` that a valid waiver covers, and add the state of every waiver, in the given order.

    The gaps and the verdicts of clusters stay. If no cluster was judged, no gap is waived, because a run that judged
    nothing must not pass.
    """
    valid = [waiver for waiver in waivers if isinstance(waiver, GapWaiver) and waiver.expires >= today]
    gap_clusters = _GapClusters(result)
    covering = [
        (gap, next((waiver for waiver in valid if gap_clusters.is_covered(gap, waiver)), None))
        for gap in (result.gaps if result.judged else ())
    ]
    marks = tuple((gap, _mark(waiver)) for gap, waiver in covering if waiver is not None)
    used = {mark.waiver_id for _, mark in marks}
    states = dict(result.waivers)
    states |= {waiver.waiver_id: _state(waiver, used, today) for waiver in waivers if isinstance(waiver, GapWaiver)}
    return replace(
        result,
        waived_gaps=marks,
        waivers=tuple((waiver.waiver_id, states[waiver.waiver_id]) for waiver in waivers),
    )


class _GapClusters:
    """The clusters that depend on each gap of a result."""

    def __init__(self, result: Result) -> None:
        self._of_a_region = {gap for gap in result.snapshot.gaps if not gap.cluster_id}
        self._clusters: dict[Gap, set[str]] = {}
        self._known = {cluster.cluster.cluster_id: cluster.cluster for cluster in result.clusters}
        for cluster in result.clusters:
            for gap in cluster.gaps:
                self._clusters.setdefault(gap, set()).add(cluster.cluster.cluster_id)

    def is_covered(self, gap: Gap, waiver: GapWaiver) -> bool:
        """Whether the waiver names the gap and every cluster that depends on it.

        A gap of a whole region can hide clusters that no waiver names, so the waiver must name its resource.
        """
        if waiver.gap is not gap.kind or (waiver.action and waiver.action != f"{gap.service}:{gap.action}"):
            return False
        if waiver.resource and waiver.resource != gap.resource and not fnmatchcase(gap.resource, waiver.resource):
            return False
        clusters = self._clusters.get(gap, set()) | ({gap.cluster_id} - {""})
        if not clusters or gap in self._of_a_region:
            return bool(waiver.resource) and self._names_all(waiver, clusters or {""})
        return self._names_all(waiver, clusters)

    def _names_all(self, waiver: GapWaiver, clusters: Iterable[str]) -> bool:
        return all(
            selects(waiver.clusters, self._known.get(cluster_id) or _Unknown(cluster_id=cluster_id))
            for cluster_id in clusters
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unknown:
    """A cluster that is not in the result, so that only its id is known."""

    cluster_id: str
    name: str = ""
    tags: tuple[Tag, ...] = ()


def _state(waiver: Waiver | GapWaiver, used: set[str], today: date) -> WaiverState:
    if waiver.expires < today:
        return WaiverState.EXPIRED
    if waiver.waiver_id not in used:
        return WaiverState.UNUSED
    return WaiverState.EXPIRING if waiver.expires - today <= EXPIRING else WaiverState.ACTIVE


def _split(finding: Finding, waivers: list[Waiver]) -> Iterator[tuple[Finding, list[Waiver]]]:
    """The parts of a finding, each with the waivers that cover it."""
    matching = [waiver for waiver in waivers if _matches(waiver, finding)]
    if finding.direction is None or finding.code.is_about_a_rule:  # accepted as a whole or not at all
        yield _whole(finding, matching)
    else:
        yield from _parts(finding, matching)


def _whole(finding: Finding, waivers: list[Waiver]) -> tuple[Finding, list[Waiver]]:
    """The finding, marked if the waivers cover all its packets. Any waiver covers a finding without packets."""
    sides = [(finding.direction, finding.packets)] if finding.direction else list(finding.sides)
    covering = [waiver for waiver in waivers if not sides or _covers_some(waiver, sides)]
    if covering and all(_all_covered(covering, direction, packets) for direction, packets in sides):
        return replace(finding, waiver=_mark(covering[0])), covering
    return finding, []


def _covers_some(waiver: Waiver, sides: list[tuple[Direction, PacketSet]]) -> bool:
    return any(waiver.direction is direction and bool(_named(waiver) & packets) for direction, packets in sides)


def _all_covered(waivers: list[Waiver], direction: Direction, packets: PacketSet) -> bool:
    return packets <= union(_named(waiver) for waiver in waivers if waiver.direction is direction)


def _parts(finding: Finding, waivers: list[Waiver]) -> Iterator[tuple[Finding, list[Waiver]]]:
    left = finding
    for waiver in waivers:
        covered = _covered(waiver, left)
        if covered == left.packets:
            yield replace(left, waiver=_mark(waiver)), [waiver]
            return
        if covered:
            part = derived(finding.fingerprint, (waiver.waiver_id,))
            yield replace(left, packets=covered, waiver=_mark(waiver), fingerprint=part), [waiver]
            left = replace(left, packets=left.packets - covered)
    yield left, []


def _covered(waiver: Waiver, finding: Finding) -> PacketSet:
    return finding.packets & _named(waiver)


def _named(waiver: Waiver) -> PacketSet:
    return packets(waiver.services, addresses.union(waiver.cidrs) - addresses.union(waiver.except_cidrs))


def _matches(waiver: Waiver, finding: Finding) -> bool:
    return (
        waiver.finding in (finding.code, finding.code.finding_name)
        and (waiver.role is None or waiver.role is finding.role)
        and finding.direction in (None, waiver.direction)
    )


def _mark(waiver: Waiver | GapWaiver) -> WaiverMark:
    return WaiverMark(waiver_id=waiver.waiver_id, reason=waiver.reason, owner=waiver.owner, expires=waiver.expires)
