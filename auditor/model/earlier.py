"""Findings of an earlier report, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from auditor.model.clusters import Attachment
from auditor.model.codes import Severity
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """When a finding was first seen, as far as earlier runs tell.

    ``first_seen`` is the time of the first run that found it; of a worse finding, that of the finding that it replaces.
    It is ``None`` if the earlier report has no time for it. ``returned`` is set if the finding was fixed in between:
    the time of the first run that found it again. ``previous`` is the fingerprint of the finding that it is worse than.
    ``is_reported``: an earlier run found a finding with this fingerprint.
    """

    first_seen: datetime | None = None
    returned: datetime | None = None
    previous: str = ""
    is_reported: bool = False

    @property
    def since(self) -> datetime | None:
        """The time since which runs found it without a break."""
        return self.returned or self.first_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierFinding:
    """What an earlier run said of a finding. A fingerprint contains neither the severity nor the waiver.

    If a waiver covers a part of a finding, the rest has the fingerprint of the whole, but fewer packets. ``title`` is
    in the language of the earlier report. ``account`` is the account's id; empty if the earlier report does not say it.
    """

    severity: Severity
    packets: PacketSet
    waived: bool
    fingerprint: str = ""
    code: str = ""
    account: str = ""
    region: str = ""
    cluster_id: str = ""
    role: str = ""
    attachment: str = Attachment.PRIMARY
    security_groups: tuple[str, ...] = ()
    direction: Direction | None = None
    requirement_id: str = ""
    title: str = ""
    sighting: Sighting | None = None
    baseline: str = ""
    """The digest of the baseline of the cluster; empty if it is unknown."""

    def covers(self, severity: Severity, packets: PacketSet, *, waived: bool) -> bool:
        """Whether a finding of the same fingerprint is no worse now, and not without a waiver for the first time."""
        return (waived or not self.waived) and not self.is_exceeded_by(severity, packets)

    def is_exceeded_by(self, severity: Severity, packets: PacketSet) -> bool:
        """Whether a finding of the same fingerprint is worse: more severe, or with packets that this one lacks."""
        return severity.rank < self.severity.rank or not packets <= self.packets

    def is_less_than(self, severity: Severity, packets: PacketSet) -> bool:
        """Whether a finding of the same kind is worse than this one, which it replaces.

        It has all packets of this one and more, or it is more severe and about the same packets or requirement.
        """
        if severity.rank < self.severity.rank:
            same_packets = bool(packets & self.packets) or not (packets or self.packets)
            return same_packets or bool(self.requirement_id)
        return bool(self.packets) and self.packets != packets and self.packets <= packets


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """The findings of an earlier report that this run does not have.

    ``fixed``: this run read and decided everything on which they depend. ``unknown``: it did not. ``grown``: a new
    finding of the same kind has all their packets, so they are neither.
    """

    fixed: tuple[EarlierFinding, ...] = ()
    unknown: tuple[EarlierFinding, ...] = ()
    grown: tuple[EarlierFinding, ...] = ()
