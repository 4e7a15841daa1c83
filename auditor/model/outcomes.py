"""The results of ``diff``, ``explain`` and ``fix``: differences of snapshots, explanations of packets, and repairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from auditor.model.clusters import Attachment, Binding, Role, StackKey
from auditor.model.earlier import EarlierFinding
from auditor.model.evidence import Evidence
from auditor.model.findings import Finding
from auditor.model.intervals import IntervalSet
from auditor.model.load_balancer_paths import BackEndFilter
from auditor.model.load_balancers import Listener, LoadBalancer
from auditor.model.packets import PacketSet
from auditor.model.rules import Action, Direction, Rule
from auditor.model.services import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEdit:
    """The edit of one direction of one group, and the packets that the group by itself decides differently now.

    ``moved`` and ``redescribed`` pair the rule before with the rule after. ``unsettled`` packets are undecided before
    or after the edit, because something was not read.
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
    """A node or pool that binds another list of groups.

    A list is ``None`` if the node or pool did not exist, or if its list was not read.
    """

    region: str
    cluster_id: str
    node: str
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierFindings:
    """The findings of earlier runs by fingerprint, and account (empty if unknown) and fingerprint of their gaps.

    ``ended`` are findings that were fixed before, with the time when each was first seen. ``last_run`` is the time of
    the last run before; ``None`` if the findings are those of a report. ``others`` are findings of a further account
    with a fingerprint that one of ``findings`` has.
    """

    findings: Mapping[str, EarlierFinding]
    gaps: frozenset[tuple[str, str]] = frozenset()
    ended: Mapping[str, datetime] = field(default_factory=dict)
    last_run: datetime | None = None
    others: tuple[EarlierFinding, ...] = ()

    def has(self, finding: Finding) -> bool:
        """Whether the earlier report has the finding. A finding that is worse now or lost its waiver is new."""
        earlier = self.findings.get(finding.fingerprint)
        return earlier is not None and earlier.covers(
            finding.severity, finding.packets, waived=finding.waiver is not None
        )


def earlier_findings(findings: Iterable[Finding], baselines: Mapping[tuple[str, str], str]) -> EarlierFindings:
    """The findings of an earlier result. ``baselines`` are the digests of the clusters by region and id."""
    return EarlierFindings(
        findings={
            finding.fingerprint: EarlierFinding(
                severity=finding.severity,
                packets=finding.packets,
                waived=finding.waiver is not None,
                fingerprint=finding.fingerprint,
                code=finding.code,
                region=finding.region,
                cluster_id=finding.cluster_id,
                role=finding.role,
                attachment=finding.attachment,
                security_groups=finding.security_groups,
                direction=finding.direction,
                requirement_id=finding.requirement_id,
                baseline=baselines.get((finding.region, finding.cluster_id), ""),
            )
            for finding in findings
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """New, fixed, unknown and unchanged findings by fingerprint, and the edits between the snapshots.

    ``unknown`` are findings of the older snapshot that the newer one could not see or decide.
    """

    new: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    unknown: tuple[Finding, ...]
    unchanged: tuple[Finding, ...]
    rule_edits: tuple[RuleEdit, ...]
    bindings: tuple[BindingEdit, ...]


class FlowVerdict(StrEnum):
    """The action of a stack on a flow."""

    ALLOW = "allow"
    DENY = "deny"
    UNKNOWN = "unknown"


class Match(StrEnum):
    """The way in which a rule matches a flow, or the first part of the rule that does not match it."""

    DECIDES = "decides"
    COULD = "could"
    """The rule may match, depending on something that was not read. A later rule may decide instead."""
    OTHER_PROTOCOL = "protocol"
    OTHER_PORT = "port"
    OTHER_FAMILY = "family"
    OTHER_ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One packet. ``peer`` is the far address; ``port`` is the port of the node for ingress, of the peer for egress.

    Before the addresses of a group, cluster or machine are known, ``peer`` is its id.
    """

    direction: Direction
    protocol: Protocol
    port: int | None
    peer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A rule that was tried on a flow.

    ``rule`` is ``None`` for a group whose rules were not read, and, with an empty group id, for a stack without groups.
    """

    security_group_id: str
    rule: Rule | None
    match: Match
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerStep:
    """The load balancer on the way of a flow to a stack.

    ``flow`` is the flow of the client to the listener; the explanation has the flow that arrives at the back end.
    ``considered`` are rules of ``security_groups``, which are those of the load balancer; a gap if they were not read.
    """

    balancer: LoadBalancer
    listener: Listener
    flow: Flow
    security_groups: Binding
    considered: tuple[Considered, ...]
    decided_by: Considered | None
    back_end_filter: BackEndFilter


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerVerdicts:
    """The verdicts on a flow over all known addresses of a group, cluster or machine.

    ``complete``: these are all its addresses.
    """

    peer_id: str
    allowed: IntervalSet
    denied: IntervalSet
    unknown: IntervalSet
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The action of one stack on a flow.

    ``considered`` ends with the deciding rule, if a rule decides; ``decided_by`` is ``None`` for the implicit deny.
    ``requirements`` are the ids of the requirements with this flow. ``permitted``: the baseline or the configuration
    permits the flow. ``balancer_source``: the rules deny the flow, but load balancers of the same account send health
    checks from this address, which the cloud lets in by default. The verdict is unknown, unless ``health_checks`` has
    listeners that check the back end at this port: then the flow passes.
    """

    region: str
    cluster_id: str
    role: Role
    security_groups: tuple[str, ...]
    nodes: tuple[str, ...]
    node_pools: tuple[str, ...]
    flow: Flow
    verdict: FlowVerdict
    decided_by: Considered | None
    considered: tuple[Considered, ...]
    requirements: tuple[str, ...]
    permitted: bool
    undocumented: tuple[str, ...] = ()
    """Ids of bearers of the stack that bind no group and for which documents do not tell what passes."""
    balancer_source: bool = False
    health_checks: tuple[str, ...] = ()
    """Ids of the listeners whose health checks from 100.64.0.0/10 are this flow."""
    listener: ListenerStep | None = None
    """The listener through which the flow comes; ``verdict`` and ``decided_by`` then are those of the whole way."""
    attachment: Attachment = Attachment.PRIMARY
    interfaces: tuple[str, ...] = ()
    add_ons: tuple[str, ...] = ()
    blocks: tuple[str, ...] | None = None
    """The list of blocks that filters an entrance of the API server in place of groups."""
    peer: PeerVerdicts | None = None
    """Set where a group, cluster or machine was asked about; the flow then has the address of the worst verdict."""

    @property
    def stack_key(self) -> StackKey:
        """The key of the stack in its cluster."""
        return self.role, self.attachment, self.security_groups


class Operation(StrEnum):
    """The operation of a step at an index of a rule list."""

    INSERT = "insert"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditStep:
    """One operation on a rule list. Its index refers to the list after all previous steps.

    ``before`` is the rule that a replacement or deletion removes, with its index in the list that was read.
    ``findings`` are the fingerprints of the resolved findings that the step serves.
    """

    operation: Operation
    index: int
    rule: Rule
    before: Rule | None = None
    findings: tuple[str, ...] = ()

    def undone(self) -> EditStep:
        """The step that undoes this one, right after it."""
        if self.operation is Operation.INSERT:
            return EditStep(operation=Operation.DELETE, index=self.index, rule=self.rule, before=self.rule)
        operation = Operation.INSERT if self.operation is Operation.DELETE else Operation.REPLACE
        old = self.rule if self.before is None else replace(self.before, index=self.index)
        return EditStep(operation=operation, index=self.index, rule=old, before=self.rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChange:
    """The change of one direction of one group.

    ``version`` is the version of the group when it was read, as a guard against edits in between. ``after`` is the
    whole new list. ``shared_with`` names everything that binds the group: stacks as ``cluster/role``, and ids of
    instances that are not nodes.
    """

    region: str
    security_group_id: str
    direction: Direction
    version: str
    steps: tuple[EditStep, ...]
    after: tuple[Rule, ...]
    shared_with: tuple[str, ...] = ()


class RemainingReason(StrEnum):
    """The reason why a repair does not resolve a finding."""

    EXPLICIT_DENY = "explicit-deny"
    """A rule denies the packets, probably on purpose; ``--override-drops`` allows a rule above it."""
    SHARED_GROUP = "shared-group"
    """At every position the rule would open or close packets in another stack that binds the same group."""
    UNDECIDED = "undecided"
    """Something that was not read could decide these packets, or is in a list that the repair would have to edit."""
    QUOTA = "quota"
    """The group would exceed the limit on the number of rules."""
    NO_RULE = "no-rule"
    """No rule of the API matches these packets without other packets that must stay as they are."""
    UNPROVED = "unproved"
    """The repair found a change, but the proof of the change failed, so it was left out."""
    CLOSE_EXCESS = "close-excess"
    """The finding is excess, and the repair closes excess only with ``--close-excess``."""
    LESS_SEVERE = "less-severe"
    """The finding is less severe than the severity that the repair was asked to start from."""
    NOT_RULES = "not-rules"
    """The finding depends on the bindings of groups, so a change of rules cannot resolve it."""
    OTHER_FILTER = "other-filter"
    """The finding is about the path through a load balancer or a network ACL; the repair does not try to resolve it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """A finding that the repair leaves, and the rules that prevent its resolution."""

    fingerprint: str
    why: RemainingReason
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The result of an audit of the repaired state. ``opened`` and ``closed`` are exact, united over all stacks."""

    resolved: tuple[str, ...]
    remaining: tuple[Remaining, ...]
    opened: PacketSet
    closed: PacketSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """The smallest change that the search found, and its proof."""

    changes: tuple[GroupChange, ...]
    proof: Proof
