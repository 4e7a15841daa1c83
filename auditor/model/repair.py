"""A change of rules that closes findings, with its proof. Nothing here is ever written to the cloud."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from auditor.model.findings import Evidence
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction, Rule


class Operation(StrEnum):
    """What happens at an index."""

    INSERT = "insert"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
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
    steps: tuple[Step, ...]
    after: tuple[Rule, ...]
    shared_with: tuple[str, ...] = ()


class Why(StrEnum):
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
    why: Why
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
