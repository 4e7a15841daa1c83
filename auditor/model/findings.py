"""Findings: one statement each, with packets, evidence and fingerprint; the words are the reporter's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from auditor.model.baseline import NamedNetwork, Severity, Text
from auditor.model.estate import Role
from auditor.model.packets import NOTHING, PacketSet
from auditor.model.rules import Action, Direction


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
