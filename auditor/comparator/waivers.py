"""Waivers: which packets of which findings, and which gaps, somebody accepted, until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fnmatch import fnmatchcase

from auditor.comparator.findings import derived
from auditor.model import addresses
from auditor.model.baseline import GapWaiver, Waiver
from auditor.model.clusters import Cluster, Tag
from auditor.model.findings import Code, Finding, Result, WaiverMark, WaiverState
from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet, packets, union
from auditor.model.rules import Direction
from auditor.model.selectors import selects

EXPIRING = timedelta(days=14)
"""A waiver whose last day is no further off is reported as expiring; it still waives."""

_WHOLE = frozenset({Code.SHADOWED_RULE, Code.REDUNDANT_RULE})
"""Findings about a rule: accepted as a whole or not at all, by one waiver or by several together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """Findings with the accepted packets split off and marked, and the state of each waiver of findings."""

    findings: tuple[Finding, ...]
    states: tuple[tuple[str, WaiverState], ...]


def waive(
    findings: Iterable[Finding],
    waivers: tuple[Waiver | GapWaiver, ...],
    today: date,
    clusters: Iterable[Cluster] = (),
) -> Waived:
    """Split every finding into what a waiver covers, marked, and what still counts; together they are the finding.

    The last day of a waiver is included; an expired one waives nothing. A cluster that is not among
    ``clusters`` is known by its id alone.
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
    """``result`` with the gaps marked that a valid waiver covers, and the state of every waiver in the order given.

    The gaps and the verdicts of their clusters stay. Where no cluster was judged, no gap is waived: a run that judged
    nothing never passes.
    """
    valid = [waiver for waiver in waivers if isinstance(waiver, GapWaiver) and waiver.expires >= today]
    concerned = _Concerned(result)
    covering = [
        (gap, next((waiver for waiver in valid if concerned.is_covered(gap, waiver)), None))
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


class _Concerned:
    """Which clusters hang on each gap of a result."""

    def __init__(self, result: Result) -> None:
        self._of_a_region = {gap for gap in result.snapshot.gaps if not gap.cluster_id}
        self._clusters: dict[Gap, set[str]] = {}
        self._known = {cluster.cluster.cluster_id: cluster.cluster for cluster in result.clusters}
        for cluster in result.clusters:
            for gap in cluster.gaps:
                self._clusters.setdefault(gap, set()).add(cluster.cluster.cluster_id)

    def is_covered(self, gap: Gap, waiver: GapWaiver) -> bool:
        """Whether the waiver names the gap and every cluster that hangs on it.

        A gap of a whole region can hide clusters that no waiver names: it must be accepted by its resource.
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
    """A cluster of which only the id is known."""

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
    """The parts of a finding, each with the waivers that took it out of the verdict."""
    concerned = [waiver for waiver in waivers if _concerns(waiver, finding)]
    if finding.direction is None or finding.code in _WHOLE:
        yield _whole(finding, concerned)
    else:
        yield from _parts(finding, concerned)


def _whole(finding: Finding, waivers: list[Waiver]) -> tuple[Finding, list[Waiver]]:
    """Marked where the waivers cover every packet of it; one without packets is covered by any."""
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
    return packets(waiver.services, addresses.union(waiver.cidrs))


def _concerns(waiver: Waiver, finding: Finding) -> bool:
    return (
        waiver.finding in (finding.code, finding.code.finding_name)
        and (waiver.role is None or waiver.role is finding.role)
        and finding.direction in (None, waiver.direction)
    )


def _mark(waiver: Waiver | GapWaiver) -> WaiverMark:
    return WaiverMark(waiver_id=waiver.waiver_id, reason=waiver.reason, owner=waiver.owner, expires=waiver.expires)
