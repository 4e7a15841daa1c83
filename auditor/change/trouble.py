"""Findings by whom they concern: what each node, pool or foreign machine has of each kind of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from auditor.model.baseline import Severity
from auditor.model.estate import Cluster
from auditor.model.findings import Code, Finding
from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet, union
from auditor.model.result import DirectionResult, Result, StackResult
from auditor.model.rules import Direction

Heirs: TypeAlias = Mapping[str, str]
"""Ids of what a change makes, each with the id of what it replaces."""

_Kind: TypeAlias = tuple[str, ...]


class Troubles:
    """The findings of one result. ``heirs`` gives new clusters, nodes and pools the ids of those they replace."""

    def __init__(self, findings: Iterable[Finding], heirs: Heirs) -> None:
        self._found: dict[tuple[_Kind, str], tuple[Finding, ...]] = {}
        self._packets: dict[tuple[str, ...], PacketSet] = {}
        for finding in findings:
            kind = _kind(finding, heirs)
            for subject in _subjects(finding, heirs):
                key = (kind, subject)
                self._found[key] = (*self._found.get(key, ()), finding)

    def lack(self, finding: Finding, heirs: Heirs) -> bool:
        """Whether a later finding brings something to somebody: packets, or a weight, that was not there before.

        What was waived counts only for what is still waived.
        """
        kind = _kind(finding, heirs)
        return any(
            self._is_new(finding, self._found.get((kind, subject), ())) for subject in set(_subjects(finding, heirs))
        )

    def keep(self, finding: Finding, undecided: Undecided) -> bool:
        """Whether anything of an earlier finding is left for anybody, or could be."""
        kind = _kind(finding, {})
        for subject in _subjects(finding, {}):
            left = self._found.get((kind, subject), ())
            if left and (not finding.packets or self._union(left) & finding.packets):
                return True
            if undecided.of(finding, subject):
                return True
        return False

    def _is_new(self, finding: Finding, had: tuple[Finding, ...]) -> bool:
        counted = tuple(one for one in had if one.waiver is None or finding.waiver is not None)
        if not counted or finding.severity.rank < min(one.severity.rank for one in counted):
            return True
        return not finding.packets <= self._union(counted)

    def _union(self, findings: tuple[Finding, ...]) -> PacketSet:
        key = tuple(finding.fingerprint for finding in findings)
        if key not in self._packets:
            self._packets[key] = union(finding.packets for finding in findings)
        return self._packets[key]


def with_excess(result: Result, findings: Iterable[Finding]) -> Iterator[Finding]:
    """``findings``, and the excess of the stacks without a group: TSG303 is the only finding on all of it."""
    stacks = {
        (found.cluster.region, found.cluster.cluster_id, stack.role): stack
        for found in result.clusters
        for stack in found.stacks
        if not stack.security_groups
    }
    for finding in findings:
        yield finding
        stack = stacks.get((finding.region, finding.cluster_id, finding.role))
        if finding.code is Code.NO_SECURITY_GROUP and stack is not None:
            yield from (_excess(finding, stack, direction) for direction in Direction)


def _excess(finding: Finding, stack: StackResult, direction: Direction) -> Finding:
    return replace(
        finding,
        code=Code.EXCESS_ACCESS,
        severity=Severity.CRITICAL,
        fingerprint=f"{finding.fingerprint}/{direction}",
        direction=direction,
        packets=stack.direction(direction).excess,
    )


class Undecided:
    """What the state after a change leaves undecided, by whom it concerns.

    ``assumed`` are nodes and pools that bind a list which may hold more.
    """

    def __init__(self, after: Result, heirs: Heirs, assumed: frozenset[str] = frozenset()) -> None:
        self._assumed = assumed
        self._stacks: dict[str, StackResult] = {}
        self._there: set[str] = set()
        self._in_unknown_networks: set[str] = set()
        self._with_open_lists: set[str] = set()
        """Clusters of which a node or pool may bind any group for all that is known."""
        for found in after.clusters:
            cluster = found.cluster
            self._there |= {heirs.get(node.node_id, node.node_id) for node in cluster.nodes}
            self._there |= {heirs.get(pool.node_pool_id, pool.node_pool_id) for pool in cluster.node_pools}
            bindings = {node.node_id: node.security_groups for node in cluster.nodes}
            bindings |= {pool.node_pool_id: pool.security_groups for pool in cluster.node_pools}
            if any(isinstance(bindings[name], Gap) or heirs.get(name, name) in assumed for name in bindings):
                self._with_open_lists.add(heirs.get(cluster.cluster_id, cluster.cluster_id))
            for stack in found.stacks:
                subjects = {heirs.get(one, one) for one in (*stack.nodes, *stack.node_pools)}
                self._stacks.update(dict.fromkeys(subjects, stack))
                self._in_unknown_networks |= subjects if _networks_unknown(cluster) else set()

    def of(self, finding: Finding, subject: str) -> bool:
        """Whether it is open if the trouble of somebody is over. Who is gone has none."""
        if finding.code is Code.FOREIGN_INSTANCE:
            return finding.cluster_id in self._with_open_lists
        stack = self._stacks.get(subject)
        if stack is None or subject in self._assumed:
            return subject in self._there
        directions = (finding.direction,) if finding.direction is not None else tuple(Direction)
        results = [stack.direction(direction) for direction in directions]
        if any(result.undecided & finding.packets for result in results):
            return True
        return subject in self._in_unknown_networks and _depends_on_networks(finding, results)


def _networks_unknown(cluster: Cluster) -> bool:
    networks = cluster.networks
    parts = (networks.container, networks.vpc, networks.subnets, networks.surroundings)
    return any(part.gaps for part in parts)


def _depends_on_networks(finding: Finding, results: Iterable[DirectionResult]) -> bool:
    """Whether packets are still let through, or still denied, so that only the networks can have ended a finding."""
    match finding.code:
        case Code.EXCESS_ACCESS:
            return any(result.allowed & finding.packets for result in results)
        case Code.REQUIRED_TRAFFIC_BLOCKED:
            return any(not finding.packets <= result.allowed for result in results)
        case _:
            return False


def _kind(finding: Finding, heirs: Heirs) -> _Kind:
    """What findings have in common that say the same of different stacks."""
    return (
        finding.code,
        finding.region,
        heirs.get(finding.cluster_id, finding.cluster_id),
        finding.role,
        finding.direction or "",
        finding.requirement_id,
    )


def _subjects(finding: Finding, heirs: Heirs) -> tuple[str, ...]:
    return tuple(heirs.get(one, one) for one in (*finding.nodes, *finding.node_pools))
