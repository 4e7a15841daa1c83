"""The result of one comparison: what every report is a pure function of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from auditor.model.baseline import Baseline, Exclusion, Requirement, Severity
from auditor.model.estate import Attachment, Cluster, Exposure, Role
from auditor.model.findings import Finding, WaiverMark
from auditor.model.gaps import Gap
from auditor.model.packets import NOTHING, PacketSet, union
from auditor.model.rules import Direction
from auditor.model.snapshot import Snapshot


class Status(StrEnum):
    """What became of a requirement on a stack."""

    MET = "met"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


class Verdict(StrEnum):
    """The verdict on a cluster, or on the whole run."""

    COMPLIANT = "compliant"
    NON_COMPLIANT = "non-compliant"
    UNKNOWN = "unknown"
    """Something needed could not be read or decided."""
    NOT_AUDITED = "not-audited"
    """The cluster exists and runs something, and none of it was judged."""
    EMPTY = "empty"
    """The cluster has no node, no pool and no Pod."""
    EXCLUDED = "excluded"
    """The configuration leaves the cluster out on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementResult:
    """A requirement on a stack: ``missing`` certainly does not pass, ``undecided`` could go either way."""

    requirement: Requirement
    status: Status
    required: PacketSet
    missing: PacketSet = NOTHING
    undecided: PacketSet = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionResult:
    """One direction of a stack: what certainly passes, what is undecided, and what of it is excess.

    The two overlap where a stack without a group holds machines of which a document says what passes, and others.
    """

    allowed: PacketSet
    undecided: PacketSet
    permitted: PacketSet
    excess: PacketSet


@dataclass(frozen=True, slots=True, kw_only=True)
class StackResult:
    """One ordered list of groups as nodes or pools of one role bind it, with its results.

    ``gaps`` are those in its groups, in what their rules refer to and in who binds them.
    """

    role: Role
    security_groups: tuple[str, ...]
    nodes: tuple[str, ...]
    node_pools: tuple[str, ...]
    requirements: tuple[RequirementResult, ...]
    ingress: DirectionResult
    egress: DirectionResult
    exposure: Exposure = Exposure.UNKNOWN
    attachment: Attachment = Attachment.PRIMARY
    interfaces: tuple[str, ...] = ()
    """Interfaces of every attachment but the primary one."""
    gaps: tuple[Gap, ...] = ()

    def direction(self, direction: Direction) -> DirectionResult:
        """The result of one direction."""
        return self.ingress if direction is Direction.INGRESS else self.egress

    def undecided(self, direction: Direction) -> PacketSet:
        """The packets that could be in a finding or not: they could pass, be required or be permitted, or not."""
        side = self.direction(direction)
        of_requirements = union(
            judged.undecided for judged in self.requirements if judged.requirement.direction is direction
        )
        return side.undecided | (side.allowed - side.permitted - side.excess) | of_requirements


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterResult:
    """A cluster with its stacks. ``container`` and ``cluster_network`` are the CIDR blocks that were compared.

    ``gaps`` are those of ``Result.gaps`` on which this cluster's verdict depends, shared groups' included.
    """

    cluster: Cluster
    container: tuple[str, ...]
    cluster_network: tuple[str, ...]
    stacks: tuple[StackResult, ...]
    gaps: tuple[Gap, ...] = ()
    exclusion: Exclusion | None = None
    """The entry of the configuration that leaves the cluster out; nothing of it is judged then."""

    @property
    def unjudged(self) -> Verdict | None:
        """Why the cluster has no judged stack; ``None`` where it has one."""
        if self.exclusion is not None:
            return Verdict.EXCLUDED
        if self.stacks:
            return None
        cluster = self.cluster
        runs = cluster.nodes or cluster.node_pools or any(item.count for item in cluster.not_covered)
        return Verdict.NOT_AUDITED if runs else Verdict.EMPTY


class WaiverState(StrEnum):
    """``EXPIRING`` still waives: its last day is at most 14 days off."""

    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedResource:
    """A resource of a plan or change file with what it does to the audited stacks.

    ``findings`` are the fingerprints of those that it introduces.
    """

    address: str
    actions: tuple[str, ...]
    effect: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedGaps:
    """The gaps after a planned change, by fingerprint: those that it brings, and those that were there before.

    ``touched`` are those of the latter on which the change itself depends: the exit code looks at them too.
    """

    introduced: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a planned change introduces, resolves and leaves, by fingerprint."""

    introduced: tuple[str, ...]
    resolved: tuple[str, ...]
    unchanged: tuple[str, ...]
    resources: tuple[ChangedResource, ...]
    gaps: ChangedGaps = ChangedGaps()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Findings worst first, gaps sorted, clusters by region and id; nothing in it depends on a clock or a terminal."""

    baseline: Baseline
    snapshot: Snapshot
    clusters: tuple[ClusterResult, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    waivers: tuple[tuple[str, WaiverState], ...] = ()
    waived_gaps: tuple[tuple[Gap, WaiverMark], ...] = ()
    known_gaps: frozenset[str] | None = None
    """Fingerprints of the gaps that an earlier report had; ``None`` when no earlier report was given."""
    change: Change | None = None

    @property
    def complete(self) -> bool:
        """Whether everything asked for was read and decided, and at least one cluster was judged.

        A waived gap is still a gap.
        """
        return self.judged and not self.gaps

    @property
    def judged(self) -> bool:
        """Whether the run judged any cluster."""
        return any(found.stacks for found in self.clusters)

    @property
    def settled(self) -> bool:
        """Whether the findings alone decide the exit code: a cluster was judged, and a waiver covers every gap."""
        return self.judged and not self.unwaived_gaps

    @property
    def unwaived_gaps(self) -> tuple[Gap, ...]:
        """The gaps that make a run incomplete (exit code 3): those that no waiver covers."""
        waived = {gap for gap, _ in self.waived_gaps}
        return tuple(gap for gap in self.gaps if gap not in waived)

    def gaps_of_change(self) -> tuple[Gap, ...]:
        """The gaps that a planned change brings or touches; all of them without a change."""
        if self.change is None:
            return self.gaps
        counted = {*self.change.gaps.introduced, *self.change.gaps.touched}
        return tuple(gap for gap in self.gaps if gap.fingerprint in counted)

    def gap_waiver(self, gap: Gap) -> WaiverMark | None:
        """The waiver that covers a gap."""
        return dict(self.waived_gaps).get(gap)

    def is_known_gap(self, gap: Gap) -> bool | None:
        """Whether an earlier report had the gap; ``None`` when no earlier report was given."""
        return None if self.known_gaps is None else gap.fingerprint in self.known_gaps

    def counts(self) -> dict[Severity, int]:
        """Unwaived findings by severity, every severity present."""
        found = Counter(finding.severity for finding in self.findings if finding.waiver is None)
        return {severity: found[severity] for severity in Severity}
