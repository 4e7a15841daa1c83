"""The result of laying a change over a snapshot: the state after it, the resources that matter, and the gaps.

``whatif.outcome`` builds these values; the pipeline, the verdict and the command line read them.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction
from auditor.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A sentence about a resource: the id of a catalogue message and the facts that fill it."""

    message_id: str
    facts: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketChange:
    """The packets of one direction that a group may newly allow (``opened``) or newly deny (``closed``)."""

    group: str
    direction: Direction
    opened: PacketSet
    closed: PacketSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """The parts of the audited clusters that a resource affects; it may cause the findings about any of them.

    ``groups`` are the security groups whose rules the resource decides, directly or through a template. ``nodes``,
    ``pools`` and ``others`` (interfaces, sources of Pod bindings, entrances, load balancers) bind such a group, or the
    resource decides their list of groups; ``bound`` holds only the latter.
    ``clusters`` are the clusters with any of these, and the clusters whose networks the resource changes.
    ``packet_changes`` says which packets of the groups may change, and ``joined`` names the groups that gain or lose
    members.
    """

    address: str
    groups: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    moves_networks: bool = False
    packet_changes: tuple[PacketChange, ...] = ()
    bound: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedResource:
    """A resource of the plan that can affect a security group.

    ``relevant`` is true if it affects an audited cluster. ``outside_audit`` is true if it changes an existing object
    that nothing audited binds, as far as the snapshot tells.
    """

    address: str
    actions: tuple[str, ...]
    effects: tuple[Effect, ...]
    impact: Impact
    relevant: bool = True
    outside_audit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A resource whose live state differs from the state that the plan was made from. ``resource`` is its cloud id."""

    address: str
    resource: str
    message_id: str
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnresolvedGap:
    """An upper bound of the packets that a gap could decide.

    The gap matters if a stack with the group leaves any of ``packets`` undecided.
    """

    gap: Gap
    region: str
    security_group_id: str
    direction: Direction
    packets: PacketSet


@dataclass(frozen=True, slots=True, kw_only=True)
class UnresolvedSubnet:
    """A gap for subnets of unknown range that join a cluster.

    The gap matters if a requirement names the subnets, or if they could raise the severity of a finding.
    """

    gap: Gap
    region: str
    cluster_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The state after the change.

    ``gaps`` are the gaps that the plan leaves on the audited stacks. Gaps with an entry in ``unresolved_gaps`` or
    ``unresolved_subnets`` may turn out not to matter. ``replacements`` pairs the id of a new object with the id of the
    object that it replaces. ``unread`` names groups and templates that the state after the change needs and the
    snapshot lacks. ``resources`` are the resources that can affect a security group, sorted by address; resources that
    the plan leaves alone are among them if they drifted and an audited stack depends on them. ``assumed`` are the
    nodes, pools and others (cluster id, own id) whose list is known from references alone and assumed to be complete.
    """

    snapshot: Snapshot
    resources: tuple[PlannedResource, ...] = ()
    gaps: tuple[Gap, ...] = ()
    drift: tuple[Drift, ...] = ()
    unresolved_gaps: tuple[UnresolvedGap, ...] = ()
    unresolved_subnets: tuple[UnresolvedSubnet, ...] = ()
    replacements: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    assumed: frozenset[tuple[str, str]] = frozenset()

    @property
    def irrelevant(self) -> bool:
        """Whether the change certainly leaves the security groups of the audited clusters as they are."""
        return not any(resource.relevant for resource in self.resources) and not self.gaps
