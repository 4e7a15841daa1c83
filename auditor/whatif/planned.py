"""The state after a planned change, and what the plan said to get there."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet
from auditor.model.rules import Direction
from auditor.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a resource does, as a message of the catalogue and the facts that fill it."""

    message_id: str
    facts: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketChange:
    """Packets of one direction of which a group may let through more (``opened``) or fewer (``closed``) afterwards."""

    group: str
    direction: Direction
    opened: PacketSet
    closed: PacketSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What of the audited clusters a resource reaches: findings about any of it may be its doing.

    ``groups`` are those whose rules it decides, directly or by a template; ``nodes`` and ``pools`` those that bind such
    a group or whose list it decides; ``clusters`` every cluster with any of them, and those whose networks it moves.
    Of these, ``shifts`` tells what becomes of the groups' packets, ``bound`` whose list it decides itself, and
    ``joined`` which groups something comes to bind by it, or ceases to.
    """

    address: str
    groups: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    moves_networks: bool = False
    shifts: tuple[PacketChange, ...] = ()
    bound: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedResource:
    """A resource of the plan that can bear on a security group. ``bears``: it does so on an audited cluster.

    ``astray``: it changes something that nothing audited binds, as far as that was read.
    """

    address: str
    actions: tuple[str, ...]
    effects: tuple[Effect, ...]
    touch: Impact
    bears: bool = True
    astray: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A resource whose live state is not what the plan was made from. ``resource`` is its cloud id."""

    address: str
    resource: str
    message_id: str
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnresolvedGap:
    """What a gap could decide, from above: it matters where a stack with the group leaves any of it open."""

    gap: Gap
    region: str
    security_group_id: str
    direction: Direction
    packets: PacketSet


@dataclass(frozen=True, slots=True, kw_only=True)
class UnresolvedSubnet:
    """Subnets of unknown range join a cluster: it matters where they are required, or make a finding weigh more."""

    gap: Gap
    region: str
    cluster_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The state after the change.

    ``gaps`` is all that the plan leaves unknown on the audited stacks; those with ``doubts`` may turn out not to
    matter. ``heirs`` pairs what the plan makes with what it replaces. ``unread`` names groups and templates that the
    state after needs and the snapshot lacks. ``resources`` holds those that can bear on a security group, sorted by
    address; with them those that the plan leaves alone and that drifted where it bears on an audited stack.
    ``assumed`` are nodes and pools (cluster, id) whose list is known by its references and taken to be complete.
    """

    snapshot: Snapshot
    resources: tuple[PlannedResource, ...] = ()
    gaps: tuple[Gap, ...] = ()
    drift: tuple[Drift, ...] = ()
    doubts: tuple[UnresolvedGap, ...] = ()
    subnet_doubts: tuple[UnresolvedSubnet, ...] = ()
    heirs: tuple[tuple[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    assumed: frozenset[tuple[str, str]] = frozenset()

    @property
    def irrelevant(self) -> bool:
        """Whether the change has no bearing on the security groups of the audited clusters, and that is certain."""
        return not any(resource.bears for resource in self.resources) and not self.gaps
