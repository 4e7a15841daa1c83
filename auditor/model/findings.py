"""Findings and the result of an audit: packets, verdicts, counts. The reporters have the words for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from auditor.model.baseline import Baseline, Exclusion, Requirement, Text
from auditor.model.clusters import (
    DETACHED_INTERFACE,
    SERVERLESS_ENTRANCE,
    Attachment,
    Cluster,
    Exposure,
    NotCovered,
    Role,
    StackKey,
)
from auditor.model.codes import Code, Severity, Verdict
from auditor.model.earlier import EarlierFinding, Sighting, Vanished
from auditor.model.evidence import Evidence, NeighbourNetwork, ResourceEvidence
from auditor.model.gaps import OF_REPORTS, Gap
from auditor.model.load_balancer_paths import BalancerPaths
from auditor.model.packets import NOTHING, PacketSet, union
from auditor.model.reported import Reported
from auditor.model.rules import Direction
from auditor.model.shards import AccountRegion, Shard
from auditor.model.snapshot import Account, Snapshot

if TYPE_CHECKING:
    from auditor.model.changes import Change
    from auditor.model.filters import FindingFilter
    from auditor.model.history import Trend


_NO_WORKLOAD = (DETACHED_INTERFACE, SERVERLESS_ENTRANCE)
"""Kinds of :class:`NotCovered` that run no workload."""


class Assumption(StrEnum):
    """An assumption on which a finding about a planned change depends."""

    COMPLETE_LIST = "complete-list"
    """The plan lists groups by references only: the list is complete and in the written order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverMark:
    """The waiver of a finding, which then does not count in the verdict, or of a gap (exit code)."""

    waiver_id: str
    reason: str
    owner: str
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A statement about one stack of one cluster. ``account`` is the id of the account where a result unites several.

    ``packets`` are missing (TSG101), open (TSG201), different (TSG301) or matched by the rule (TSG304, TSG305).
    ``default_deny``: the implicit deny, which evidence cannot name, decides some of them. ``nodes`` bind the stack; for
    TSG302 they are the foreign instances. ``subject`` distinguishes findings of the same code: the excess class
    (``any/control``) for TSG201, ``everywhere`` or ``here`` for rules. ``sides`` are the packets of a TSG301 by
    direction. ``reason`` tells what breaks without the worst packets of a TSG101. ``neighbours`` are clusters that can
    use the open packets of a TSG201.
    """

    code: Code
    severity: Severity
    fingerprint: str
    account: str = ""
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
    attachment: Attachment = Attachment.PRIMARY
    interfaces: tuple[str, ...] = ()
    """The interfaces of the stack; empty for the primary attachment."""
    add_ons: tuple[str, ...] = ()
    """The add-ons of the stack."""
    exposure: Exposure = Exposure.UNKNOWN
    evidence: tuple[Evidence, ...] = ()
    resources: tuple[ResourceEvidence, ...] = ()
    """Evidence that is not a rule: network ACLs, load balancers, listeners and entrances."""
    default_deny: bool = False
    subject: str = ""
    reason: Text | None = None
    neighbours: tuple[NeighbourNetwork, ...] = ()
    waiver: WaiverMark | None = None
    assumes: Assumption | None = None
    """The assumption of the finding; ``None`` if the finding holds in any case."""
    known: bool | None = None
    """Whether an earlier report has the finding; ``None`` without an earlier report."""
    sighting: Sighting | None = None
    """When it was first seen; ``None`` without a history or an earlier report."""

    @property
    def stack_key(self) -> StackKey:
        """The key of the stack that the finding is about."""
        return self.role, self.attachment, self.security_groups


class Status(StrEnum):
    """The state of a requirement on a stack."""

    MET = "met"
    PARTIAL = "partial"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementResult:
    """A requirement on a stack. ``missing`` packets certainly do not pass, ``undecided`` packets may pass."""

    requirement: Requirement
    status: Status
    required: PacketSet
    missing: PacketSet = NOTHING
    undecided: PacketSet = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionResult:
    """One direction of a stack: the packets that certainly pass, that may pass, that may be open, and the excess.

    ``allowed`` and ``undecided`` overlap for a stack without groups if documents tell for some of its nodes that
    everything passes, and for other nodes nothing.
    """

    allowed: PacketSet
    undecided: PacketSet
    permitted: PacketSet
    excess: PacketSet


@dataclass(frozen=True, slots=True, kw_only=True)
class StackResult:
    """A stack, which is an ordered list of groups that one role binds on one kind of attachment, with its results.

    ``nodes`` bind the list themselves (primary attachment), or have ``interfaces`` that bind it. ``gaps`` are those of
    its groups, of everything that their rules name, and of the members of the groups.
    """

    role: Role
    security_groups: tuple[str, ...]
    nodes: tuple[str, ...]
    node_pools: tuple[str, ...]
    requirements: tuple[RequirementResult, ...]
    ingress: DirectionResult
    egress: DirectionResult
    exposure: Exposure = Exposure.UNKNOWN
    public: int = 0
    """The number of nodes (primary attachment) or interfaces that have a public address."""
    attachment: Attachment = Attachment.PRIMARY
    interfaces: tuple[str, ...] = ()
    """Ids of the network interfaces, except for the primary attachment."""
    add_ons: tuple[str, ...] = ()
    """Names of add-ons whose next interface will bind the list (``eniipamd``)."""
    gaps: tuple[Gap, ...] = ()

    @property
    def stack_key(self) -> StackKey:
        """The key of the stack in its cluster."""
        return self.role, self.attachment, self.security_groups

    def direction(self, direction: Direction) -> DirectionResult:
        """The result of one direction."""
        return self.ingress if direction is Direction.INGRESS else self.egress

    def undecided(self, direction: Direction) -> PacketSet:
        """The packets for which it is undecided whether they pass, are required or are permitted."""
        side = self.direction(direction)
        of_requirements = union(
            judged.undecided for judged in self.requirements if judged.requirement.direction is direction
        )
        return side.undecided | (side.allowed - side.permitted - side.excess) | of_requirements


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterResult:
    """A cluster with the results of its stacks. ``container`` and ``cluster_network`` are the CIDR blocks in use.

    ``gaps`` are the gaps of ``Result.gaps`` on which the verdict of the cluster depends, also those of shared groups.
    """

    cluster: Cluster
    container: tuple[str, ...]
    cluster_network: tuple[str, ...]
    stacks: tuple[StackResult, ...]
    baseline: Baseline
    owner: str = ""
    """The people who answer for the cluster, if the configuration tells them."""
    load_balancers: tuple[BalancerPaths, ...] = ()
    """The load balancers with back ends in the cluster."""
    gaps: tuple[Gap, ...] = ()
    exclusion: Exclusion | None = None
    """The exclusion of the configuration that names the cluster. An excluded cluster has no stacks here."""
    left_out: tuple[NotCovered, ...] = ()
    """What an audited cluster has and the audit does not judge: parts that the configuration leaves out, and subnets
    whose network ACLs may stop more.
    """
    reported: Verdict | None = None
    """The verdict of the report from which the cluster was rebuilt; ``None`` for a cluster that was compared."""

    @property
    def not_covered(self) -> tuple[NotCovered, ...]:
        """What the audit does not cover: nodes and Pods without requirements, and parts that were left out."""
        return (*self.cluster.not_covered, *self.left_out)

    @property
    def unjudged(self) -> Verdict | None:
        """The verdict of a cluster without judged stacks; ``None`` for a cluster with stacks.

        The entrances of the API server do not count for a cluster that runs something else. An interface that is
        attached to nothing runs nothing.
        """
        if self.exclusion is not None:
            return Verdict.EXCLUDED
        if self.reported is not None:
            return self.reported if self.reported in (Verdict.NOT_AUDITED, Verdict.EMPTY) else None
        cluster = self.cluster
        runs = any(binding.role is not Role.ENDPOINT for binding in cluster.bindings())
        runs = runs or any(item.count for item in cluster.not_covered if item.kind not in _NO_WORKLOAD)
        if any(stack.role is not Role.ENDPOINT for stack in self.stacks) or (self.stacks and not runs):
            return None
        return Verdict.NOT_AUDITED if runs else Verdict.EMPTY


class WaiverState(StrEnum):
    """The state of a waiver. ``EXPIRING`` is still valid: its last day is at most 14 days ahead."""

    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    UNUSED = "unused"


@dataclass(frozen=True, kw_only=True)
class Result:
    """The result of an audit: findings worst first, gaps sorted, clusters by region and id."""

    baseline: Baseline
    snapshot: Snapshot
    clusters: tuple[ClusterResult, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    waivers: tuple[tuple[str, WaiverState], ...] = ()
    waived_gaps: tuple[tuple[Gap, WaiverMark], ...] = ()
    known_gaps: frozenset[tuple[str, str]] | None = None
    """Account (empty if unknown) and fingerprint of the gaps of an earlier report; ``None`` without such a report."""
    vanished: Vanished | None = None
    run_at: datetime | None = None
    """The time to which the ages of findings refer; ``None`` if nothing tells when they were first seen."""
    last_run: datetime | None = None
    """The last run of the history with which findings and gaps are compared; ``None`` with a report, or without."""
    change: Change | None = None
    trend: Trend | None = None
    """The trend of the history to which the run was added; ``None`` without a history."""
    filter: FindingFilter | None = None
    unfiltered: tuple[Finding, ...] = ()
    pairs: tuple[AccountRegion, ...] = ()
    """The regions that were read in each account, if the result unites several results, sorted."""
    asked: tuple[str, ...] = ()
    """The clusters that the run was asked for, as they were named; empty for all clusters."""
    shard: Shard | None = None
    """The part of a larger run that the result is."""
    accounts: tuple[Account, ...] = ()
    """The accounts whose results this one unites, by id. Empty for one account, which is that of the snapshot."""
    reported: Reported | None = None
    """The JSON objects from which the result was rebuilt; ``None`` for a result of a comparison."""

    def account_of(self, item: Cluster | EarlierFinding | Finding | Gap) -> str:
        """The id of the account of a cluster, finding or gap; empty if it is unknown."""
        account = self.snapshot.account
        if account is None or (isinstance(item, Gap) and item.code in OF_REPORTS):
            return item.account
        return item.account or account.id

    @property
    def baselines(self) -> tuple[Baseline, ...]:
        """The baselines of the clusters, each once; that of the run where it has no cluster."""
        by_digest = {item.baseline.digest: item.baseline for item in self.clusters if item.exclusion is None}
        return tuple(by_digest.values()) or (self.baseline,)

    @property
    def requirements(self) -> dict[str, Requirement]:
        """The requirements of all baselines by id; the baseline of the run comes first."""
        rows = (row for baseline in (self.baseline, *self.baselines) for row in baseline.requirements)
        merged: dict[str, Requirement] = {}
        for row in rows:
            merged.setdefault(row.requirement_id, row)
        return merged

    @property
    def every_requirement(self) -> dict[str, Requirement]:
        """The requirements of all baselines by id, then those that the configuration adds."""
        requirements = self.requirements
        for cluster in self.clusters:
            for stack in cluster.stacks:
                for outcome in stack.requirements:
                    requirements.setdefault(outcome.requirement.requirement_id, outcome.requirement)
        return requirements

    @property
    def every_finding(self) -> tuple[Finding, ...]:
        """All findings, also those that ``filter`` leaves out of ``findings``: verdicts and counts need them."""
        return self.findings if self.filter is None else self.unfiltered

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for was read and decided, and at least one cluster was judged.

        A waived gap is still a gap.
        """
        return self.judged and not self.gaps

    @property
    def judged(self) -> bool:
        """Whether the run judged at least one cluster."""
        return any(cluster.stacks for cluster in self.clusters)

    @property
    def settled(self) -> bool:
        """Whether only the findings decide the exit code: a cluster was judged, and every gap has a waiver."""
        return self.judged and not self.unwaived_gaps

    @property
    def unwaived_gaps(self) -> tuple[Gap, ...]:
        """The gaps without a waiver. They make the run incomplete (exit code 3)."""
        waived = {gap for gap, _ in self.waived_gaps}
        return tuple(gap for gap in self.gaps if gap not in waived)

    def gaps_of_change(self) -> tuple[Gap, ...]:
        """The gaps that a planned change introduces or touches; all gaps if the result is not of a change."""
        if self.change is None:
            return self.gaps
        counted = {*self.change.gaps.introduced, *self.change.gaps.touched}
        return tuple(gap for gap in self.gaps if gap.fingerprint in counted)

    def gap_waiver(self, gap: Gap) -> WaiverMark | None:
        """The waiver of a gap, if it has one."""
        return self._gap_waivers.get(gap)

    @cached_property
    def _gap_waivers(self) -> dict[Gap, WaiverMark]:
        return dict(self.waived_gaps)

    def is_known_gap(self, gap: Gap) -> bool | None:
        """Whether an earlier report has the gap; ``None`` without an earlier report."""
        if self.known_gaps is None:
            return None
        account = self.account_of(gap)
        if not account:
            return gap.fingerprint in self._known_fingerprints
        return not self.known_gaps.isdisjoint([(account, gap.fingerprint), ("", gap.fingerprint)])

    @cached_property
    def _known_fingerprints(self) -> frozenset[str]:
        return frozenset(fingerprint for _, fingerprint in self.known_gaps or ())

    def counts(self) -> dict[Severity, int]:
        """The number of findings without a waiver for every severity, also of those that a filter leaves out."""
        counter = severity_counts(self.every_finding)
        return {severity: counter[severity] for severity in Severity}


def severity_counts(findings: Iterable[Finding]) -> Counter[Severity]:
    """The number of findings without a waiver by severity; absent severities are zero."""
    return Counter(finding.severity for finding in findings if finding.waiver is None)
