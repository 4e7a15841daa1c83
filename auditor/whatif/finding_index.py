"""Compares findings before and after a planned change: which are new for a subject, and which could remain.

Both indexes go by the subjects of a finding (:func:`auditor.whatif.gap_impact.subjects`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from auditor.model.clusters import Attachment, Cluster, Role
from auditor.model.codes import Code, Severity
from auditor.model.findings import DirectionResult, Finding, Result, StackResult
from auditor.model.gaps import Gap
from auditor.model.load_balancers import LoadBalancer
from auditor.model.packets import PacketSet, union
from auditor.model.rules import Direction
from auditor.model.snapshot import load_balancer_gaps, network_acl_gaps
from auditor.whatif.gap_impact import subjects
from auditor.whatif.planned import UnresolvedGap
from auditor.whatif.unknowns import could_decide

Replacements: TypeAlias = Mapping[str, str]
"""The ids of new objects, with the ids of the objects that they replace."""

_Kind: TypeAlias = tuple[str, ...]

_OF_PATHS = frozenset({Code.LOAD_BALANCER_PATH_BLOCKED, Code.LOAD_BALANCER_OPEN, Code.NETWORK_ACL_BLOCKS})
"""Problems of a path to a cluster, which more than one list of groups decides."""


class FindingIndex:
    """The findings of one result, by kind and by subject (:func:`auditor.whatif.gap_impact.subjects`).

    ``replacements`` maps the ids of new clusters, nodes and pools to the ids of those that they replace.
    """

    def __init__(self, findings: Iterable[Finding], replacements: Replacements) -> None:
        self._findings: dict[tuple[_Kind, str], tuple[Finding, ...]] = {}
        self._packets: dict[tuple[str, ...], PacketSet] = {}
        for finding in findings:
            kind = _kind(finding, replacements)
            for subject in _subjects(finding, replacements):
                key = (kind, subject)
                self._findings[key] = (*self._findings.get(key, ()), finding)

    def lacks(self, finding: Finding, replacements: Replacements, among: set[str] | None = None) -> bool:
        """Whether a later finding brings any of its subjects packets or a severity that it did not have.

        ``among`` limits the subjects that count. An earlier waived finding counts only for a later finding that is
        waived too.
        """
        kind = _kind(finding, replacements)
        return any(
            self._is_new(finding, self._findings.get((kind, subject), ()))
            for subject in set(_subjects(finding, replacements))
            if among is None or subject in among
        )

    def keeps(self, finding: Finding, undecided: UndecidedIndex) -> bool:
        """Whether anything of an earlier finding is left, or could be left, for any node, pool or machine."""
        kind = _kind(finding, {})
        for subject in _subjects(finding, {}):
            left = self._findings.get((kind, subject), ())
            if left and (not finding.packets or self._union(left) & finding.packets):
                return True
            if undecided.could_keep(finding, subject):
                return True
        return False

    def _is_new(self, finding: Finding, earlier: tuple[Finding, ...]) -> bool:
        counted = tuple(counting for counting in earlier if counting.waiver is None or finding.waiver is not None)
        if not counted or finding.severity.rank < min(counting.severity.rank for counting in counted):
            return True
        return not finding.packets <= self._union(counted)

    def _union(self, findings: tuple[Finding, ...]) -> PacketSet:
        key = tuple(finding.fingerprint for finding in findings)
        if key not in self._packets:
            self._packets[key] = union(finding.packets for finding in findings)
        return self._packets[key]


def with_excess(result: Result, findings: Iterable[Finding]) -> Iterator[Finding]:
    """``findings``, and findings for the excess of stacks without a group, which TSG303 reports as a whole."""
    stacks = {
        (cluster_result.cluster.region, cluster_result.cluster.cluster_id, stack.role, stack.attachment): stack
        for cluster_result in result.clusters
        for stack in cluster_result.stacks
        if not stack.security_groups
    }
    for finding in findings:
        yield finding
        stack = stacks.get((finding.region, finding.cluster_id, finding.role, finding.attachment))
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


class UndecidedIndex:
    """The packets and lists that the state after a change leaves undecided, by node and pool.

    ``assumed`` are nodes and pools that may bind more groups than their list shows. ``unresolved`` are the packets that
    the unknown rules of the plan could decide.
    """

    def __init__(
        self,
        after: Result,
        replacements: Replacements,
        assumed: frozenset[str] = frozenset(),
        unresolved: tuple[UnresolvedGap, ...] = (),
    ) -> None:
        self._assumed = assumed
        self._unresolved = unresolved
        self._stacks: dict[str, StackResult] = {}
        self._existing: set[str] = set()
        self._in_unknown_networks: set[str] = set()
        self._with_open_lists: set[str] = set()
        """Clusters with a node, pool, interface, Pod source or entrance that may bind any group."""
        self._open_acls = any(any(network_acl_gaps(acl)) for acl in after.snapshot.network_acls)
        self._open_paths = {
            replacements.get(name, name)
            for balancer in after.snapshot.load_balancers
            if any(load_balancer_gaps(balancer))
            for name in _path_ids(balancer)
        }
        for cluster_result in after.clusters:
            cluster = cluster_result.cluster
            bindings = [(replacements.get(item.bound_by, item.bound_by), item) for item in cluster.bindings()]
            self._existing |= {name for name, _ in bindings}
            if any(isinstance(item.security_groups, Gap) or name in assumed for name, item in bindings):
                self._with_open_lists.add(replacements.get(cluster.cluster_id, cluster.cluster_id))
            for stack in cluster_result.stacks:
                binders = {replacements.get(name, name) for name in _binders(stack)}
                self._stacks.update(dict.fromkeys(binders, stack))
                self._in_unknown_networks |= binders if _networks_unknown(cluster) else set()

    def could_keep(self, finding: Finding, subject: str) -> bool:
        """Whether an earlier finding could still hold for a node or pool; never for one that no longer exists."""
        if finding.code is Code.FOREIGN_INSTANCE or finding.role is Role.ENDPOINT:
            return finding.cluster_id in self._with_open_lists
        if finding.code in _OF_PATHS:
            return self._could_keep_path(finding, subject)
        stack = self._stacks.get(subject)
        if stack is None or subject in self._assumed:
            return subject in self._existing
        directions = (finding.direction,) if finding.direction is not None else tuple(Direction)
        results = [stack.direction(direction) for direction in directions]
        if any(result.undecided & finding.packets for result in results):
            return True
        if finding.code.is_about_a_rule and any(could_decide(unknown, finding) for unknown in self._unresolved):
            return True
        return subject in self._in_unknown_networks and _depends_on_networks(finding, results)

    def _could_keep_path(self, finding: Finding, subject: str) -> bool:
        """Whether the balancer, an ACL, a list of the cluster or rules of a group are not wholly known."""
        if subject in self._open_paths or finding.cluster_id in self._with_open_lists:
            return True
        if finding.code is Code.NETWORK_ACL_BLOCKS and self._open_acls:
            return True
        return any(unknown.security_group_id in finding.security_groups for unknown in self._unresolved)


def _binders(stack: StackResult) -> tuple[str, ...]:
    """The ids of what binds a stack. The nodes of a further interface are not among them."""
    bound_by = stack.nodes if stack.attachment is Attachment.PRIMARY else stack.interfaces
    return (*bound_by, *stack.node_pools, *stack.add_ons)


def _path_ids(balancer: LoadBalancer) -> tuple[str, ...]:
    return (balancer.load_balancer_id, *(listener.listener_id for listener in balancer.known_listeners))


def _networks_unknown(cluster: Cluster) -> bool:
    networks = cluster.networks
    parts = (networks.container, networks.vpc, networks.subnets, networks.surroundings)
    return any(part.gaps for part in parts)


def _depends_on_networks(finding: Finding, results: Iterable[DirectionResult]) -> bool:
    """Whether the rules treat packets of a finding as before, so that only the networks can have ended it."""
    match finding.code:
        case Code.EXCESS_ACCESS:
            return any(result.allowed & finding.packets for result in results)
        case Code.REQUIRED_TRAFFIC_BLOCKED:
            return any(not finding.packets <= result.allowed for result in results)
        case _:
            return False


def _kind(finding: Finding, replacements: Replacements) -> _Kind:
    """The fields that findings about the same problem in different stacks share."""
    return (
        finding.code,
        finding.region,
        replacements.get(finding.cluster_id, finding.cluster_id),
        finding.role,
        finding.attachment,
        finding.direction or "",
        finding.requirement_id,
    )


def _subjects(finding: Finding, replacements: Replacements) -> tuple[str, ...]:
    return tuple(replacements.get(name, name) for name in subjects(finding))
