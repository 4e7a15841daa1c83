"""What changed between two snapshots: findings, rules, exact packets, bindings."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.findings import Finding
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEdit:
    """The edit of one direction of one group, and the packets that the group alone now decides otherwise.

    ``moved`` and ``redescribed`` pair the rule before with the rule after. ``unsettled`` is what became undecided or
    was undecided before, by something that was not read.
    """

    region: str
    security_group_id: str
    direction: Direction
    added: tuple[Rule, ...]
    removed: tuple[Rule, ...]
    moved: tuple[tuple[Rule, Rule], ...]
    redescribed: tuple[tuple[Rule, Rule], ...]
    opened: PacketSet
    closed: PacketSet
    unsettled: PacketSet


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingEdit:
    """A node or pool that binds another list of groups; ``None`` where it was not there, or its list was not read."""

    region: str
    cluster_id: str
    node: str
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Fingerprints of an earlier report: findings that counted there, those that a waiver covered, and its gaps.

    One that was waived and is so no longer is new to whoever acts on it.
    """

    counted: frozenset[str]
    waived: frozenset[str] = frozenset()
    gaps: frozenset[str] = frozenset()

    def has(self, fingerprint: str, *, waived: bool) -> bool:
        """Whether a finding that is waived now, or not, stood there in the same way or counted already."""
        return fingerprint in self.counted or (waived and fingerprint in self.waived)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """New, fixed, unknown and unchanged findings by fingerprint, and the edits behind them.

    ``unknown`` are findings of the older side that the newer one could not see or decide.
    """

    new: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    unknown: tuple[Finding, ...]
    unchanged: tuple[Finding, ...]
    rule_edits: tuple[RuleEdit, ...]
    bindings: tuple[BindingEdit, ...]
