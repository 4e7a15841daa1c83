"""What changed between two snapshots: findings, rules, exact packets, bindings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.model.clusters import Role
from auditor.model.findings import Evidence, Finding
from auditor.model.packets import PacketSet
from auditor.model.rules import Action, Direction, Rule
from auditor.model.services import Protocol


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
class EarlierFindings:
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


class FlowVerdict(StrEnum):
    """What the stack does with the flow."""

    ALLOW = "allow"
    DENY = "deny"
    UNKNOWN = "unknown"


class Match(StrEnum):
    """What one rule made of the flow. The first word that fits is the reason."""

    DECIDES = "decides"
    COULD = "could"
    """It could match, by something that was not read; what stands below it may decide instead."""
    OTHER_PROTOCOL = "protocol"
    OTHER_PORT = "port"
    OTHER_FAMILY = "family"
    OTHER_ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One packet: ``peer`` is the far address, ``port`` the node's port for ingress and the peer's for egress."""

    direction: Direction
    protocol: Protocol
    port: int | None
    peer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A rule that was looked at, in order.

    ``rule`` is ``None`` for a whole group whose rules were not read, and, with an empty id, where no group is bound.
    """

    security_group_id: str
    rule: Rule | None
    match: Match
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What one stack does with a flow.

    ``considered`` ends with the deciding rule where there is one; ``decided_by`` is ``None`` for the implicit deny.
    ``requirements`` are the ids that need the flow; ``permitted`` says whether baseline or configuration names it.
    ``balancer_source`` says that the rules deny it, but load balancers of the same account send health checks from this
    address, which the cloud lets in by default: the verdict is unknown.
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
    """Those that bind no group and of whom no document says what then passes."""
    balancer_source: bool = False


class Operation(StrEnum):
    """What happens at an index."""

    INSERT = "insert"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditStep:
    """One operation. Steps are in the order to carry them out; each index counts in the list as it is by then."""

    operation: Operation
    index: int
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChange:
    """The change of one direction of one group.

    ``version`` is the group's version when it was read: a guard against edits in between. ``after`` is the whole list.
    ``shared_with`` names who else binds the group: ``cluster/role`` of other stacks and instances that are no nodes.
    """

    region: str
    security_group_id: str
    direction: Direction
    version: str
    steps: tuple[EditStep, ...]
    after: tuple[Rule, ...]
    shared_with: tuple[str, ...] = ()


class RemainingReason(StrEnum):
    """Why a finding remains."""

    EXPLICIT_DENY = "explicit-deny"
    """A rule denies it on purpose, as far as anyone can tell; ``--override-drops`` lets the change stand above it."""
    SHARED_GROUP = "shared-group"
    """Every place for the rule would open or close something in another stack that binds the same group."""
    UNDECIDED = "undecided"
    """Something that was not read could decide these packets, or stands in a list that would have to change."""
    QUOTA = "quota"
    """The group would pass the limit on rules."""
    NO_RULE = "no-rule"
    """No rule that the API knows names these packets without others that must stay as they are."""
    UNPROVED = "unproved"
    """The change found did not pass its proof and was left out."""
    CLOSE_EXCESS = "close-excess"
    """Open in excess; only ``--close-excess`` closes."""
    NOT_RULES = "not-rules"
    """No change of rules closes it: who binds which group does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """A finding that the change leaves, and the rules that stand in the way."""

    fingerprint: str
    why: RemainingReason
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the patched state, evaluated anew, shows. ``opened`` and ``closed`` are exact over all stacks."""

    resolved: tuple[str, ...]
    remaining: tuple[Remaining, ...]
    opened: PacketSet
    closed: PacketSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """The smallest change found, and its proof."""

    changes: tuple[GroupChange, ...]
    proof: Proof
