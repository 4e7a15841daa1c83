"""The values that a repair works with: its options, its goals, and a candidate change of rule lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from auditor.comparator.repair.edits import RuleEntry
from auditor.model.clusters import StackKey
from auditor.model.codes import Severity
from auditor.model.findings import Finding
from auditor.model.packets import PacketSet
from auditor.model.rules import Action

RuleLists: TypeAlias = Mapping[str, tuple[RuleEntry, ...]]
"""Rule lists under edit by group id, each for the same direction."""

ClusterStackKey: TypeAlias = tuple[str, StackKey]
"""Cluster id and key of a stack: together they identify a stack of a snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairOptions:
    """The permissions of a repair beyond opening required packets that no rule denies.

    ``close_excess`` allows closing excess, ``override_drops`` allows opening packets that a rule denies on purpose.
    ``clusters`` limits the repair to findings of these clusters (empty means all), ``least`` to findings of this
    severity or worse. ``findings`` are fingerprints: if there are any, the repair is about these findings alone, of any
    severity, and closes excess. Other stacks stay as they are either way.
    """

    close_excess: bool = False
    override_drops: bool = False
    clusters: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()
    least: Severity = Severity.INFO

    @property
    def may_close(self) -> bool:
        """Whether the repair may close excess."""
        return self.close_excess or bool(self.findings)

    def covers(self, finding: Finding) -> bool:
        """Whether the repair is about a finding, apart from its severity."""
        if self.findings:
            return finding.fingerprint in self.findings
        return not self.clusters or finding.cluster_id in self.clusters

    def asks_for(self, finding: Finding) -> bool:
        """Whether the repair shall resolve a finding."""
        return self.covers(finding) and (bool(self.findings) or finding.severity.rank <= self.least.rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Packets to open (``ALLOW``) or close (``DENY``) for a finding, on stack ``number`` of its component."""

    number: int
    fingerprint: str
    action: Action
    packets: PacketSet


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateChange:
    """Rule lists as a change leaves them.

    ``safe``: the change reaches its goals and harms no stack. ``full`` groups would pass the limit on rules.
    ``delete_first`` groups have room for the new rules only after the old rules are deleted.
    """

    lists: RuleLists
    safe: bool
    full: frozenset[str] = frozenset()
    delete_first: frozenset[str] = frozenset()

    @property
    def feasible(self) -> bool:
        """Whether the change can be carried out."""
        return self.safe and not self.full
