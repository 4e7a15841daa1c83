"""What must pass, what else may pass, and how bad it is when it is otherwise; read from YAML by ``config``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from auditor.model.clusters import Role
from auditor.model.gaps import GapKind
from auditor.model.intervals import IntervalSet
from auditor.model.rules import Direction
from auditor.model.selectors import Selectable, selects


class Severity(StrEnum):
    """Worst first; compare with :attr:`rank`, smaller is worse."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class NamedNetwork(StrEnum):
    """A network that each cluster has its own of."""

    CONTAINER = "container"
    CLUSTER = "cluster"
    """The VPC's ordinary blocks, or the node subnets where the configuration says so."""
    SUBNETS = "subnets"
    """The subnets in which the cluster has nodes, Masters, pools or Pods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPattern:
    """Services to or from networks. ``networks`` and ``cidrs`` are united."""

    services: IntervalSet
    networks: tuple[NamedNetwork, ...] = ()
    cidrs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Packets of a requirement with a severity of their own.

    ``reason`` says what breaks without these packets; ``None`` where that is what the requirement says.
    """

    flow: FlowPattern
    severity: Severity
    reason: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One row of the guide: what must pass for a role. ``tiers`` in order, the first that holds a packet weighs it.

    ``row`` names the row in the guide (table and line). What is required is permitted too.
    """

    requirement_id: str
    role: Role
    direction: Direction
    flow: FlowPattern
    severity: Severity
    title: Text
    reason: Text
    row: str
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What may be open though nothing requires it. ``clusters`` are selectors; no roles means both."""

    allowance_id: str
    flow: FlowPattern
    direction: Direction
    roles: tuple[Role, ...] = ()
    clusters: tuple[str, ...] = ("*",)
    reason: str = ""
    owner: str = ""


class Reach(StrEnum):
    """Who can reach an open service, widest first."""

    ANY = "any"
    PUBLIC = "public"
    PRIVATE = "private"
    VPC = "vpc"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceClass:
    """A family of services that weigh alike when open (control plane, remote administration, data stores ...)."""

    name: str
    services: IntervalSet
    title: Text
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcessTable:
    """How bad an open service is, by who reaches it and what it is.

    ``classes`` in order, the first that holds a service names it; the last holds every service. ``severities`` has an
    entry for each direction, reach and class name.
    """

    classes: tuple[ServiceClass, ...]
    severities: tuple[tuple[Direction, Reach, str, Severity], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A named set of requirements, allowances and weights. ``digest`` is ``sha256:`` of its canonical form.

    ``source`` is the file it came from, relative, for reports that must point at a file.
    """

    name: str
    digest: str
    source: str
    requirements: tuple[Requirement, ...]
    allowances: tuple[Allowance, ...]
    excess: ExcessTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A finding that somebody accepted until ``expires``, the last day included. No role means both."""

    waiver_id: str
    finding: str
    clusters: tuple[str, ...]
    direction: Direction
    services: IntervalSet
    cidrs: tuple[str, ...]
    reason: str
    owner: str
    expires: date
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapWaiver:
    """Gaps of one kind that somebody accepted until ``expires``, the last day included.

    ``clusters`` are globs, ``resource`` is an id or a glob. ``action`` is a call as in ``vpc:DescribeSubnets``. An
    empty resource or action means every one.
    """

    waiver_id: str
    gap: GapKind
    clusters: tuple[str, ...]
    reason: str
    owner: str
    expires: date
    resource: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Clusters that the configuration leaves out on purpose. ``clusters`` are selectors."""

    clusters: tuple[str, ...]
    reason: str
    owner: str


class ClusterNetwork(StrEnum):
    """What the configuration takes as 集群网络."""

    VPC = "vpc"
    NODE_SUBNETS = "node-subnets"


PeerClusters: TypeAlias = tuple[str, ...]
"""Ids of clusters that talk to each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything that a comparison is held against."""

    baseline: Baseline
    cluster_network: ClusterNetwork = ClusterNetwork.VPC
    peers: tuple[PeerClusters, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    waivers: tuple[Waiver | GapWaiver, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()

    def exclusion(self, cluster: Selectable) -> Exclusion | None:
        """The first entry that leaves ``cluster`` out."""
        return next((entry for entry in self.exclusions if selects(entry.clusters, cluster)), None)
