"""Findings: one statement each, with packets, evidence and fingerprint; the words are the reporter's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from auditor.model.baseline import Baseline, Exclusion, NamedNetwork, Requirement, Severity, Text
from auditor.model.clusters import Attachment, Cluster, Exposure, Role
from auditor.model.gaps import Gap
from auditor.model.packets import NOTHING, PacketSet, union
from auditor.model.rules import Action, Direction
from auditor.model.snapshot import Snapshot


class Code(StrEnum):
    """TSG1xx blocked, TSG2xx excess, TSG3xx hygiene; gaps have the TSG9xx codes of :class:`GapKind`."""

    REQUIRED_TRAFFIC_BLOCKED = "TSG101"
    EXCESS_ACCESS = "TSG201"
    MIXED_SECURITY_GROUPS = "TSG301"
    FOREIGN_INSTANCE = "TSG302"
    NO_SECURITY_GROUP = "TSG303"
    SHADOWED_RULE = "TSG304"
    REDUNDANT_RULE = "TSG305"

    @property
    def finding_name(self) -> str:
        """The finding's name, as in ``required-traffic-blocked``."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A rule that decides packets of the finding, or (``blocker``) one that leaves the finding's rule nothing."""

    security_group_id: str
    direction: Direction
    index: int
    action: Action
    description: str = ""
    blocker: bool = False


class Assumption(StrEnum):
    """What a finding about a planned change rests on."""

    COMPLETE_LIST = "complete-list"
    """A list of groups that the plan tells by its references alone holds nothing else, in the order written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverMark:
    """The waiver that takes a finding out of the verdict, or a gap out of the exit code."""

    waiver_id: str
    reason: str
    owner: str
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourNetwork:
    """Blocks of another cluster of the same VPC that hold addresses of an excess finding."""

    cluster_id: str
    network: NamedNetwork
    cidrs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One statement about one stack of one cluster.

    ``packets`` is what is missing (TSG101), open (TSG201), what differs (TSG301) or what the rule names (TSG304,
    TSG305). ``default_deny`` says that the implicit deny, which no evidence can name, decides some of them.
    ``nodes`` are those that bind the stack, for TSG302 the foreign instances. ``subject`` is the word that tells
    findings of one code apart for a reader: the excess class (``any/control``), empty elsewhere. ``sides`` are the
    packets of a TSG301 by direction. ``reason`` is what breaks without the heaviest packets of a TSG101.
    ``neighbours`` are the clusters that a TSG201 of a bounded reach is open to.
    """

    code: Code
    severity: Severity
    fingerprint: str
    region: str
    cluster_id: str
    role: Role
    security_groups: tuple[str, ...]
    nodes: tuple[str, ...] = ()
    node_pools: tuple[str, ...] = ()
    direction: Direction | None = None
    requirement_id: str = ""
    packets: PacketSet = NOTHING
    sides: tuple[tuple[Direction, PacketSet], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    default_deny: bool = False
    subject: str = ""
    reason: Text | None = None
    neighbours: tuple[NeighbourNetwork, ...] = ()
    waiver: WaiverMark | None = None
    assumes: Assumption | None = None
    """What the finding takes for granted; ``None`` where it holds in any case."""
    known: bool | None = None
    """Whether an earlier report had it; ``None`` when no earlier report was given."""


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
        return any(cluster.stacks for cluster in self.clusters)

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
        counter = Counter(finding.severity for finding in self.findings if finding.waiver is None)
        return {severity: counter[severity] for severity in Severity}
