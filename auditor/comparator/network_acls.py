"""Judges the network ACLs of subnets: which required packets their explicit entries stop (TSG103).

An ACL acts on packets that enter or leave its subnet, not inside the subnet, and before or after the groups. Only
entries that were read judge: the first entry of the direction and address family that matches a packet decides it, and
packets that no entry matches are left alone, because documents do not tell whether the answer contains the deny at the
end. An ACL keeps no state, so replies need entries of the other direction; their ports are unknown, so only the
direction of the request is judged. An entry that names source ports certainly matches requests only if it names every
port from which clients of Linux connect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from auditor.comparator.effective import Decision
from auditor.comparator.findings import UNWEIGHED, Case
from auditor.comparator.resolve import Bounds, ResolvedRule, unknown_rules
from auditor.comparator.stacks import Decisions, Stack
from auditor.model import addresses
from auditor.model.addresses import ALL_V4, ALL_V6
from auditor.model.clusters import Attachment, Cluster, Interface, Node
from auditor.model.codes import Code, GapKind, Part
from auditor.model.evidence import EvidenceKind, ResourceEvidence
from auditor.model.findings import Finding, RequirementResult, Status
from auditor.model.gaps import PART_NOT_READ, Gap
from auditor.model.intervals import EMPTY, IntervalSet
from auditor.model.packets import NOTHING, PacketSet, packets, union
from auditor.model.rules import AclEntry, Action, Direction, NetworkAcl, SubnetAcl
from auditor.model.services import EVERYTHING, PortRange, services
from auditor.model.snapshot import Snapshot, network_acl_gaps

CLIENT_PORTS = (32768, 60999)
"""The ports from which Linux connects (ip_local_port_range)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bearers:
    """The nodes and interfaces of a stack in one subnet, and their addresses."""

    nodes: tuple[str, ...]
    interfaces: tuple[str, ...]
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _AddressDecision:
    """The entries that apply to one own address, their decision, and the packets of its family."""

    entries: tuple[AclEntry, ...]
    decision: Decision
    packets: PacketSet


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One direction of the ACL of a subnet: ``inside`` are the packets that do not leave or enter the subnet."""

    subnet_id: str
    acl: NetworkAcl
    bearers: _Bearers
    inside: PacketSet
    decisions: tuple[_AddressDecision, ...]


class NetworkAcls:
    """The network ACLs of a snapshot, by subnet, with the decisions of their entries."""

    def __init__(self, snapshot: Snapshot, decisions: Decisions) -> None:
        self._decisions = decisions
        self._is_read = Part.NETWORK_ACLS in snapshot.parts
        self._subnets = {(subnet.region, subnet.subnet_id): subnet for subnet in snapshot.subnet_acls}
        self._acls = {(acl.region, acl.network_acl_id): acl for acl in snapshot.network_acls}

    def gaps(self, cluster: Cluster) -> Iterator[Gap]:
        """The gaps of the subnets of nodes and Pods, and of their ACLs. Nothing is required of other interfaces."""
        pods = (interface for interface in cluster.interfaces if interface.attachment is not Attachment.SECONDARY)
        bearers: tuple[Node | Interface, ...] = (*cluster.nodes, *pods)
        for subnet_id in sorted({bearer.subnet_id for bearer in bearers} - {""}):
            subnet = self._subnets.get((cluster.region, subnet_id))
            if subnet is None:
                yield from self._missing(cluster, subnet_id)
                continue
            yield from subnet.gaps
            acl = self._acls.get((cluster.region, subnet.network_acl_id))
            if acl is not None:
                yield from network_acl_gaps(acl)
            elif subnet.network_acl_id:
                yield from self._missing(cluster, subnet.network_acl_id)

    def _missing(self, cluster: Cluster, resource: str) -> Iterator[Gap]:
        """The gap of a subnet or ACL that the snapshot lacks; none if it does not have the part at all."""
        if self._is_read:
            message = f"what a network ACL stops at {resource} of {cluster.cluster_id} is unknown: it was not read"
            yield cluster.gap(GapKind.UNREAD, PART_NOT_READ, message, resource)

    def blocked(self, case: Case, cluster: Cluster, judged: Sequence[RequirementResult]) -> Iterator[Finding]:
        """Report TSG103: the required packets that explicit entries stop, by subnet and requirement."""
        for side in self._sides(cluster, case.stack, case.direction):
            for result in judged:
                if result.status is not Status.NOT_APPLICABLE:
                    yield from _finding(case, result, side)

    def undecided_subnets(self, cluster: Cluster, stack: Stack, judged: Iterable[RequirementResult]) -> Iterator[str]:
        """The subnets with required packets of the stack that no entry of their ACL certainly decides."""
        rows = [result for result in judged if result.status is not Status.NOT_APPLICABLE]
        for direction in Direction:
            sides = tuple(self._sides(cluster, stack, direction))
            required = union(row.required for row in rows if sides and row.requirement.direction is direction)
            for side in sides:
                outside = required - side.inside
                if any(outside & item.packets & item.decision.undecided for item in side.decisions):
                    yield side.subnet_id

    def _sides(self, cluster: Cluster, stack: Stack, direction: Direction) -> Iterator[_Side]:
        """One direction of the ACL of each subnet with bearers of the stack, as far as it was read wholly."""
        for subnet_id, bearers in _by_subnet(cluster, stack) if self._acls else ():
            subnet = self._subnets.get((cluster.region, subnet_id))
            acl = None if subnet is None else self._acls.get((cluster.region, subnet.network_acl_id))
            if subnet is None or subnet.gaps or acl is None or acl.gaps or isinstance(acl.entries, Gap):
                continue
            yield _Side(
                subnet_id=subnet_id,
                acl=acl,
                bearers=bearers,
                inside=packets(EVERYTHING, addresses.union(subnet.cidrs)),
                decisions=tuple(self._decisions_of(acl.entries, direction, bearers.addresses, subnet)),
            )

    def _decisions_of(
        self, entries: tuple[AclEntry, ...], direction: Direction, own: tuple[str, ...], subnet: SubnetAcl
    ) -> Iterator[_AddressDecision]:
        blocks = addresses.union(subnet.cidrs)
        points = addresses.union(own) & blocks
        for family in (ALL_V4, ALL_V6):
            of_family = [entry for entry in entries if entry.direction is direction and _far(entry) <= family]
            near_sides = _near_sides(points & family, of_family) or [side for side in (blocks & family,) if side]
            seen: set[tuple[ResolvedRule, ...]] = set()
            for near in near_sides:
                applying = tuple((entry, line) for entry in of_family if (line := _line(entry, near)) is not None)
                # What becomes of a packet that no entry matches is not judged.
                lines = (*(line for _, line in applying), unknown_rules(direction))
                if lines not in seen:
                    seen.add(lines)
                    yield _AddressDecision(
                        entries=tuple(entry for entry, _ in applying),
                        decision=self._decisions.of_rules(lines),
                        packets=packets(EVERYTHING, family),
                    )


def _by_subnet(cluster: Cluster, stack: Stack) -> Iterator[tuple[str, _Bearers]]:
    """The bearers of the stack in each subnet. The subnets of the next node or Pod are not known here."""
    by_subnet: dict[str, list[Node | Interface]] = {}
    every: Iterable[Node | Interface] = (
        cluster.nodes
        if stack.attachment is Attachment.PRIMARY
        else (interface for interface in cluster.interfaces if interface.attachment is stack.attachment)
    )
    for bearer in every:
        if bearer.role is stack.role and bearer.security_groups == stack.security_groups and bearer.subnet_id:
            by_subnet.setdefault(bearer.subnet_id, []).append(bearer)
    for subnet_id, bearers in sorted(by_subnet.items()):
        interfaces = (bearer.interface_id for bearer in bearers if isinstance(bearer, Interface))
        yield (
            subnet_id,
            _Bearers(
                nodes=tuple(sorted({bearer.node_id for bearer in bearers} - {""})),
                interfaces=tuple(sorted(interfaces)),
                addresses=tuple(address for bearer in bearers for address in bearer.addresses),
            ),
        )


def _finding(case: Case, result: RequirementResult, side: _Side) -> Iterator[Finding]:
    required = result.required - side.inside
    stopped = NOTHING
    deciding: set[AclEntry] = set()
    for item in side.decisions:
        part = required & item.packets & item.decision.denied
        if part:
            stopped = stopped | part
            ranks = (rank for rank in item.decision.deciders(part) if 0 <= rank < len(item.entries))
            deciding.update(item.entries[rank] for rank in ranks if item.entries[rank].action is Action.DENY)
    if not stopped:
        return
    bearers = side.bearers
    stack = replace(case.stack, nodes=bearers.nodes, interfaces=bearers.interfaces, node_pools=(), add_ons=())
    yield replace(case, stack=stack).finding(
        Code.NETWORK_ACL_BLOCKS,
        UNWEIGHED,
        stopped,
        parts=(side.subnet_id,),
        requirement_id=result.requirement.requirement_id,
        subject=side.subnet_id,
        resources=tuple(
            ResourceEvidence(
                kind=EvidenceKind.ACL,
                resource_id=side.acl.network_acl_id,
                direction=entry.direction,
                index=entry.priority,
                action=entry.action,
            )
            for entry in sorted(deciding, key=lambda entry: (entry.priority, entry.cidr))
        ),
    )


def _near_sides(points: IntervalSet, entries: Iterable[AclEntry]) -> list[IntervalSet]:
    """Own addresses, split so that each entry applies to all or none of a part; the lowest address first."""
    parts = [points] if points else []
    for block in {addresses.parse(entry.own_cidr) for entry in entries if entry.own_cidr}:
        parts = [piece for part in parts for piece in (part & block, part - block) if piece]
    return sorted(parts, key=lambda part: part.bounds)


def _far(entry: AclEntry) -> IntervalSet:
    return addresses.parse(entry.cidr)


def _line(entry: AclEntry, near: IntervalSet) -> ResolvedRule | None:
    """The entry as a rule for packets of the addresses ``near``; ``None`` for an entry about other addresses."""
    own = addresses.parse(entry.own_cidr) if entry.own_cidr else near
    if not own & near:
        return None
    is_certain = near <= own and _holds_client_ports(entry.peer_ports)
    service = EVERYTHING if entry.protocol is None else services(entry.protocol, entry.ports)
    return ResolvedRule(
        security_group_id="",
        direction=entry.direction,
        rule=None,
        action=entry.action,
        services=Bounds(certain=service if is_certain else EMPTY, possible=service),
        addresses=Bounds.exactly(_far(entry)),
    )


def _holds_client_ports(ports: tuple[PortRange, ...]) -> bool:
    """Whether source ports are all from which clients of Linux connect; no port at all stands for every port."""
    first, last = CLIENT_PORTS
    return not ports or any(low <= first and last <= high for low, high in ports)
