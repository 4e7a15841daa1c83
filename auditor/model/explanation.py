"""The answer to one question about one flow: what happens to it, which rule decides, what the rules before it did."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.model.estate import Role
from auditor.model.rules import Action, Direction, Rule
from auditor.model.services import Protocol


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
