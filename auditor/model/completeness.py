"""How much one side of a comparison read and decided of a cluster.

A finding that is missing from that side is fixed only where the side could have shown it; else it is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.model.findings import Code
from auditor.model.gaps import GapKind
from auditor.model.packets import NOTHING, PacketSet
from auditor.model.rules import Direction

_BY_PACKETS = frozenset({Code.REQUIRED_TRAFFIC_BLOCKED.value, Code.EXCESS_ACCESS.value})
"""Findings about packets of one direction of one stack; all others depend on who binds what as well."""

_SHARED = ("sg-", "ipm-", "ipmg-", "ppm-", "ppmg-")
"""Prefixes of groups and templates, whose gaps leave packets undecided and hide no stack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackReading:
    """The packets of a stack that could be in a finding or not, by direction."""

    role: str
    security_groups: tuple[str, ...]
    undecided: Mapping[Direction, PacketSet]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterReading:
    """What is known of a cluster. ``hides_stacks``: there may be more stacks. ``unread`` are ids of resources."""

    stacks: tuple[StackReading, ...]
    hides_stacks: bool
    unread: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a finding of the other side is about. ``code`` may be one of a later version."""

    code: str
    role: str
    security_groups: tuple[str, ...]
    direction: Direction | None
    packets: PacketSet


def hides_stacks(*, kind: str, cluster_id: str, resource: str) -> bool:
    """Whether a gap may keep a stack out of sight: not one about a shared group or template, or an unbound node."""
    if kind == GapKind.UNDOCUMENTED:
        return False
    return bool(cluster_id) or not resource.startswith(_SHARED)


def is_undecided(subject: Subject, reading: ClusterReading | None) -> bool:
    """Whether the finding could be there, unseen. ``reading`` is ``None`` for a cluster that was not looked at."""
    if reading is None:
        return True
    if subject.code in _BY_PACKETS and subject.direction is not None:
        own = (subject.role, subject.security_groups)
        stacks = [stack for stack in reading.stacks if (stack.role, stack.security_groups) == own]
        return _has_undecided(stacks, subject, subject.packets) if stacks else reading.hides_stacks
    groups = set(subject.security_groups)
    related = [
        stack for stack in reading.stacks if stack.role == subject.role and groups.intersection(stack.security_groups)
    ]
    if reading.hides_stacks or groups & reading.unread:
        return True
    return _has_undecided(related, subject, None)


def _has_undecided(stacks: list[StackReading], subject: Subject, packets: PacketSet | None) -> bool:
    """Whether any stack leaves packets undecided: any of ``packets``, or any at all."""
    directions = tuple(Direction) if subject.direction is None else (subject.direction,)
    undecided = (stack.undecided.get(direction, NOTHING) for stack in stacks for direction in directions)
    return any(open_ if packets is None else open_ & packets for open_ in undecided)
