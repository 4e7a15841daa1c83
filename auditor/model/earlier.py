"""Findings of an earlier report, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.baseline import Severity
from auditor.model.clusters import Attachment
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction


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

    def covers(self, severity: Severity, packets: PacketSet, *, waived: bool) -> bool:
        """Whether a finding of the same fingerprint is no worse now, and not without a waiver for the first time."""
        return (waived or not self.waived) and self.severity.rank <= severity.rank and packets <= self.packets


@dataclass(frozen=True, slots=True, kw_only=True)
class Vanished:
    """The findings of an earlier report that this run does not have.

    ``fixed``: this run read and decided everything on which they depend. ``unknown``: it did not. ``grown``: a new
    finding of the same kind has all their packets, so they are neither.
    """

    fixed: tuple[EarlierFinding, ...] = ()
    unknown: tuple[EarlierFinding, ...] = ()
    grown: tuple[EarlierFinding, ...] = ()
