"""Baselines, waivers and the policy of a run: required traffic, permitted traffic, and severities.

The ``config`` package reads these values from YAML.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import TypeAlias

from auditor.model.clusters import Role
from auditor.model.codes import GapKind, Part, Severity
from auditor.model.intervals import IntervalSet
from auditor.model.rules import Direction
from auditor.model.selectors import BY_TAG, Selectable, selects


class NamedNetwork(StrEnum):
    """A network of a cluster that a baseline names, with addresses of its own in each cluster."""

    CONTAINER = "container"
    CLUSTER = "cluster"
    """The VPC's ordinary blocks, or the node subnets where the configuration says so."""
    SUBNETS = "subnets"
    """The subnets in which the cluster has nodes, Masters, pools or Pods."""
    LISTENERS = "listeners"
    """The clients of load balancer listeners, at the ports of the back ends that a stack has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text in English and Chinese."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPattern:
    """Services to or from the union of ``networks`` and ``cidrs``. ``services`` is a set on the service line."""

    services: IntervalSet
    networks: tuple[NamedNetwork, ...] = ()
    cidrs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Packets of a requirement that have their own severity.

    ``reason`` tells what breaks without these packets, ``breaks`` says it in a few words; ``None`` means the text of
    the requirement.
    """

    flow: FlowPattern
    severity: Severity
    reason: Text | None = None
    breaks: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A row of the guide: traffic that must pass for a role. Required traffic is permitted as well.

    The first of ``tiers`` that has a packet gives its severity. ``row`` names the table and line of the guide.
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
    breaks: Text | None = None
    """What breaks without these packets, in a few words: "nodes go NotReady"."""

    def breaks_for(self, reason: Text | None) -> Text | None:
        """What breaks, in a few words, for the ``reason`` of this requirement or of one of its tiers."""
        tier = next((tier for tier in self.tiers if tier.reason is not None and tier.reason == reason), None)
        return self.breaks if tier is None else tier.breaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """Traffic that may be open although nothing requires it. ``clusters`` are selectors; no roles means every role."""

    allowance_id: str
    flow: FlowPattern
    direction: Direction
    roles: tuple[Role, ...] = ()
    clusters: tuple[str, ...] = ("*",)
    reason: str = ""
    owner: str = ""


class Reach(StrEnum):
    """The sources that can reach an open service, widest first."""

    ANY = "any"
    PUBLIC = "public"
    PRIVATE = "private"
    VPC = "vpc"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceClass:
    """Services that have the same severity when they are open, such as the control plane or data stores."""

    name: str
    services: IntervalSet
    title: Text
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcessTable:
    """The severity of an open service by its reach and its class.

    The first of ``classes`` that has a service is its class; the last class has every service. ``severities`` has an
    entry for each direction, reach and class name.
    """

    classes: tuple[ServiceClass, ...]
    severities: tuple[tuple[Direction, Reach, str, Severity], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A named set of requirements, allowances and severities. ``digest`` is ``sha256:`` of its canonical form.

    ``source`` is the relative path of its file, for reports that must point at a file.
    """

    name: str
    digest: str
    source: str
    requirements: tuple[Requirement, ...]
    allowances: tuple[Allowance, ...]
    excess: ExcessTable
    pod_interface_without_group: Severity = Severity.INFO
    """The severity of TSG306."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """An accepted finding. The waiver holds up to and including the day ``expires``; no role means every role.

    It accepts the packets of ``services`` and ``cidrs`` without those of ``except_cidrs``.
    """

    waiver_id: str
    finding: str
    clusters: tuple[str, ...]
    direction: Direction
    services: IntervalSet
    cidrs: tuple[str, ...]
    reason: str
    owner: str
    expires: date
    except_cidrs: tuple[str, ...] = ()
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapWaiver:
    """Accepted gaps of one kind. The waiver holds up to and including the day ``expires``.

    ``clusters`` are selectors, ``resource`` is an id or a glob, ``action`` a call such as ``vpc:DescribeSubnets``. An
    empty resource or action means any.
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
    """Clusters that the configuration excludes from the audit. ``clusters`` are selectors."""

    clusters: tuple[str, ...]
    reason: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineChoice:
    """The baseline of some clusters. ``clusters`` are selectors."""

    clusters: tuple[str, ...]
    baseline: Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """The people who answer for some clusters. ``clusters`` are selectors."""

    clusters: tuple[str, ...]
    owner: str


class ClusterNetwork(StrEnum):
    """The configured meaning of 集群网络 (cluster network)."""

    VPC = "vpc"
    NODE_SUBNETS = "node-subnets"


PeerClusters: TypeAlias = tuple[str, ...]
"""Ids of clusters that must reach each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The baselines and the configuration that a snapshot is compared with.

    The first of ``choices`` that names a cluster gives its baseline; ``baseline`` is that of all other clusters.
    """

    baseline: Baseline
    choices: tuple[BaselineChoice, ...] = ()
    cluster_network: ClusterNetwork = ClusterNetwork.VPC
    peers: tuple[PeerClusters, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    waivers: tuple[Waiver | GapWaiver, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    owners: tuple[Ownership, ...] = ()
    owner_tag: str = ""
    """The tag whose value is the owner of a cluster that no entry of ``owners`` names."""
    left_out: tuple[Part, ...] = ()
    """The parts of the audit that ``scope:`` in the configuration leaves out."""

    @property
    def names_listeners(self) -> bool:
        """Whether a requirement or allowance depends on the listeners of load balancers."""
        flows = [requirement.flow for requirement in self.baseline.requirements]
        flows += [allowance.flow for allowance in (*self.baseline.allowances, *self.allowances)]
        return any(NamedNetwork.LISTENERS in flow.networks for flow in flows)

    def for_cluster(self, cluster: Selectable) -> Policy:
        """The policy whose ``baseline`` is that of ``cluster``."""
        baseline = next((entry.baseline for entry in self.choices if selects(entry.clusters, cluster)), self.baseline)
        return replace(self, baseline=baseline, choices=())

    def depends_on_tags(self, cluster: Selectable) -> bool:
        """Whether tags that are not known could choose the baseline of ``cluster``."""
        if cluster.tags is not None:
            return False
        for entry in self.choices:
            if selects(entry.clusters, cluster):
                return False
            if any(selector.startswith(BY_TAG) for selector in entry.clusters):
                return True
        return False

    def owner(self, cluster: Selectable) -> str:
        """The owner of ``cluster``; empty if the configuration tells none."""
        named = (entry.owner for entry in self.owners if selects(entry.clusters, cluster))
        tagged = (tag.value for tag in cluster.tags or () if tag.key == self.owner_tag)
        return next(chain(named, tagged), "")

    def exclusion(self, cluster: Selectable) -> Exclusion | None:
        """The first exclusion that names ``cluster``."""
        return next((entry for entry in self.exclusions if selects(entry.clusters, cluster)), None)
