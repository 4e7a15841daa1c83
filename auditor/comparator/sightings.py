"""Compares a result with earlier findings: what is known, what vanished, and when each finding was first seen.

A finding that is worse than an earlier one is new, but keeps the time when the earlier one was first seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from auditor.comparator.diff import kind_of, vanished
from auditor.model.earlier import EarlierFinding, Sighting
from auditor.model.findings import Finding, Result
from auditor.model.outcomes import EarlierFindings
from auditor.model.packets import union
from auditor.model.snapshot import Snapshot


def read_moment(snapshot: Snapshot, today: date) -> datetime:
    """When the snapshot was read. For a recording without a time it is the day ``today``, at midnight in UTC."""
    return snapshot.read_at or datetime.combine(today, time(), tzinfo=UTC)


def with_earlier(result: Result, earlier: EarlierFindings, moment: datetime) -> Result:
    """The result with every finding and gap marked as known or new, and with the earlier findings that vanished.

    ``moment`` is the time of the run: new findings are first seen then.
    """
    foreign = _foreign(result, earlier)
    earlier = replace(earlier, findings={name: item for name, item in earlier.findings.items() if name not in foreign})
    sightings = _Sightings(result.findings, earlier, moment)
    missing = vanished(result, earlier)
    return replace(
        result,
        findings=tuple(
            replace(finding, known=earlier.has(finding), sighting=sightings.of(finding)) for finding in result.findings
        ),
        known_gaps=earlier.gaps,
        run_at=moment,
        last_run=earlier.last_run,
        vanished=replace(missing, unknown=(*missing.unknown, *foreign.values())),
    )


def _foreign(result: Result, earlier: EarlierFindings) -> dict[str, EarlierFinding]:
    """The earlier findings of another account than that of the result, which tells nothing of them."""
    account = result.snapshot.account
    if account is None:
        return {}
    return {name: item for name, item in earlier.findings.items() if item.account not in ("", account.id)}


class _Sightings:
    """Finds the earlier finding that a finding continues or replaces."""

    def __init__(self, findings: Iterable[Finding], earlier: EarlierFindings, moment: datetime) -> None:
        self._earlier = earlier
        self._moment = moment
        present = {finding.fingerprint: finding for finding in findings}
        self._absent: dict[tuple[object, ...], list[EarlierFinding]] = {}
        """Earlier findings that are not there any more, and what findings lost to a waiver of a part."""
        for fingerprint, before in earlier.findings.items():
            later = present.get(fingerprint)
            lost = before if later is None else replace(before, packets=before.packets - later.packets)
            if later is None or lost.packets:
                self._absent.setdefault(kind_of(before), []).append(lost)

    def of(self, finding: Finding) -> Sighting:
        """When ``finding`` was first seen, and the finding that it is worse than."""
        same = self._earlier.findings.get(finding.fingerprint)
        if same is not None:
            previous = same.fingerprint if self._is_worse(finding, same) else _sighting(same).previous
            return _continued(same, previous=previous, reported=True)
        before = self._replaced(finding)
        first_seen = self._earlier.ended.get(finding.fingerprint)
        if before is not None:
            is_worse = before.is_less_than(finding.severity, finding.packets)
            previous = before.fingerprint if is_worse else ""
            continued = _continued(before, previous=previous, reported=first_seen is not None)
            if first_seen is None or continued.first_seen is None or continued.first_seen <= first_seen:
                return continued
            return replace(continued, first_seen=first_seen, returned=continued.since)
        if first_seen is not None:
            return Sighting(first_seen=first_seen, returned=self._moment, is_reported=True)
        return Sighting(first_seen=self._moment)

    def _is_worse(self, finding: Finding, same: EarlierFinding) -> bool:
        """Whether ``finding`` is worse than before. Packets that a waiver covered then are no more of them."""
        if not same.is_exceeded_by(finding.severity, finding.packets):
            return False
        waived = (before for before in self._absent.get(kind_of(finding), ()) if _is_waived_part(before, finding))
        packets = union([same.packets, *(before.packets for before in waived)])
        return replace(same, packets=packets).is_exceeded_by(finding.severity, finding.packets)

    def _replaced(self, finding: Finding) -> EarlierFinding | None:
        """The absent finding of the same kind that ``finding`` is worse than, else one that it is the rest of."""
        absent = [before for before in self._absent.get(kind_of(finding), ()) if _shares_object(before, finding)]
        less = [before for before in absent if before.is_less_than(finding.severity, finding.packets)]
        return _oldest(less, finding) or _oldest([before for before in absent if _has_all(before, finding)], finding)


def _is_waived_part(before: EarlierFinding, finding: Finding) -> bool:
    return before.waived and before.security_groups == finding.security_groups


def _shares_object(before: EarlierFinding, finding: Finding) -> bool:
    """Whether both can be about the same problem. Findings without packets are about their groups."""
    return bool(before.packets or finding.packets) or before.security_groups == finding.security_groups


def _has_all(before: EarlierFinding, finding: Finding) -> bool:
    """Whether ``finding`` has packets of ``before`` alone: a part was fixed, or the stack has other groups now."""
    return finding.packets <= before.packets and bool(finding.packets or not before.packets)


def _oldest(candidates: Sequence[EarlierFinding], finding: Finding) -> EarlierFinding | None:
    """The candidate of the same stack that was seen first; without such a stack, of any stack."""

    def order(before: EarlierFinding) -> tuple[bool, bool, float, str]:
        since = _sighting(before).since
        moment = since.timestamp() if since is not None else 0.0
        return before.security_groups != finding.security_groups, since is None, moment, before.fingerprint

    return min(candidates, key=order, default=None)


def _continued(before: EarlierFinding, *, previous: str, reported: bool) -> Sighting:
    return replace(_sighting(before), previous=previous, is_reported=reported)


def _sighting(before: EarlierFinding) -> Sighting:
    return before.sighting or Sighting()
