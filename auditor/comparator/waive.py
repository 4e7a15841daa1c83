"""Waivers: which packets of which findings somebody accepted, until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fnmatch import fnmatchcase

from auditor.comparator.fingerprint import derived
from auditor.model import addresses
from auditor.model.baseline import Waiver
from auditor.model.findings import Code, Finding, WaiverMark
from auditor.model.packets import PacketSet, packets, union
from auditor.model.result import WaiverState
from auditor.model.rules import Direction

EXPIRING = timedelta(days=14)
"""A waiver whose last day is no further off is reported as expiring; it still waives."""

_WHOLE = frozenset({Code.SHADOWED_RULE, Code.REDUNDANT_RULE})
"""Findings about a rule: accepted as a whole or not at all, by one waiver or by several together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """Findings with the accepted packets split off and marked, and what became of each waiver."""

    findings: tuple[Finding, ...]
    states: tuple[tuple[str, WaiverState], ...]


def waive(findings: Iterable[Finding], waivers: tuple[Waiver, ...], today: date) -> Waived:
    """Split every finding into what a waiver covers, marked, and what still counts; together they are the finding.

    The last day of a waiver is included; an expired one waives nothing.
    """
    valid = [waiver for waiver in waivers if waiver.expires >= today]
    used: set[str] = set()
    split: list[Finding] = []
    for finding in findings:
        for part, taken in _split(finding, valid):
            split.append(part)
            used.update(waiver.waiver_id for waiver in taken)
    return Waived(
        findings=tuple(split),
        states=tuple((waiver.waiver_id, _state(waiver, used, today)) for waiver in waivers),
    )


def _state(waiver: Waiver, used: set[str], today: date) -> WaiverState:
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
        and any(fnmatchcase(finding.cluster_id, glob) for glob in waiver.clusters)
    )


def _mark(waiver: Waiver) -> WaiverMark:
    return WaiverMark(waiver_id=waiver.waiver_id, reason=waiver.reason, owner=waiver.owner, expires=waiver.expires)
