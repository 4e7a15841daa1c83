"""Judges a planned change: compares the results before and after it, and attributes findings to its resources.

A finding is introduced if it brings a node, pool or foreign machine packets or a severity that no earlier finding of
the same kind had for it. If the same finding was there before, a new node or pool with the same list does not count,
but a node or pool that the change moves into it does. A finding is resolved only if nothing of it is left for anybody
and nothing undecided could keep it. Gaps of the plan that cannot change the outcome are dropped; all other gaps are
kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol, TypeAlias

from auditor.model.baseline import Severity
from auditor.model.clusters import Attachment, Cluster, Role
from auditor.model.codes import Code
from auditor.model.findings import Change, ChangedGaps, ChangedResource, DirectionResult, Finding, Result, StackResult
from auditor.model.gaps import Gap
from auditor.model.load_balancers import LoadBalancer
from auditor.model.outcomes import earlier_findings
from auditor.model.packets import PacketSet, union
from auditor.model.rules import Direction
from auditor.model.snapshot import load_balancer_gaps
from auditor.whatif.gap_impact import gap_matters, mark_assumptions, subjects, touched_gaps
from auditor.whatif.planned import (
    Drift,
    Impact,
    PacketChange,
    Planned,
    PlannedResource,
    UnresolvedGap,
)
from auditor.whatif.state import LEFT_OUT
from auditor.whatif.unknowns import could_decide, uncertain_findings

Replacements: TypeAlias = Mapping[str, str]
"""The ids of new objects, with the ids of the objects that they replace."""

_Kind: TypeAlias = tuple[str, ...]

_OF_PATHS = frozenset({Code.LOAD_BALANCER_PATH_BLOCKED, Code.LOAD_BALANCER_OPEN, Code.NETWORK_ACL_BLOCKS})
"""Problems of a path to a cluster, which more than one list of groups decides."""

_OF_EACH_BINDER = frozenset({Code.REQUIRED_TRAFFIC_BLOCKED, Code.EXCESS_ACCESS, Code.NO_SECURITY_GROUP})
"""Problems of single binders. Most other findings are about the lists of a cluster, or about rules."""


class MessageText(Protocol):
    """Fills a message of the catalogue: ``words.catalogue(lang).text``."""

    def __call__(self, message_id: str, **facts: str | int) -> str:
        """The text."""
        ...


def judge_change(before: Result, after: Result, planned: Planned, text: MessageText) -> Result:
    """``after`` with the changes since ``before``, and without gaps and findings of the plan that cannot hold.

    ``text`` fills the sentences about the resources of the change.
    """
    open_gaps = tuple(gap for gap in planned.gaps if gap_matters(gap, after, planned))
    dropped = set(planned.gaps) - set(open_gaps)
    clusters = tuple(
        replace(cluster_result, gaps=tuple(gap for gap in cluster_result.gaps if gap not in dropped))
        for cluster_result in after.clusters
    )
    gaps = tuple(sorted({*(gap for gap in after.gaps if gap not in dropped), *open_gaps}))
    uncertain = uncertain_findings(after.findings, planned.unresolved_gaps)
    certain = (finding for finding in after.findings if finding.fingerprint not in uncertain)
    settled = replace(after, clusters=clusters, findings=mark_assumptions(certain, planned.assumed), gaps=gaps)
    possible = tuple(finding for finding in after.findings if finding.fingerprint in uncertain)
    change = compare_findings(before, settled, planned, text, possible)
    return replace(settled, change=replace(change, gaps=_changed_gaps(before, settled, planned)))


def compare_findings(
    before: Result, after: Result, planned: Planned, text: MessageText, possible: tuple[Finding, ...] = ()
) -> Change:
    """The fingerprints of introduced, resolved and unchanged findings, sorted, and the effects of each resource.

    ``possible`` are findings that may hold after the change. They are not reported, but an earlier finding of the same
    kind is not resolved.
    """
    replacements = dict(planned.replacements)
    earlier = FindingIndex(with_excess(before, before.findings), {})
    later = FindingIndex(with_excess(after, (*after.findings, *possible)), replacements)
    before_findings = earlier_findings(before.findings)
    present = {binding.bound_by for cluster_result in before.clusters for binding in cluster_result.cluster.bindings()}
    fingerprints_after = {finding.fingerprint for finding in after.findings}
    introduced = [
        finding
        for finding in after.findings
        if earlier.lacks(finding, replacements, _movable(finding, present) if before_findings.has(finding) else None)
    ]
    assumed = frozenset(replacements.get(name, name) for _, name in planned.assumed)
    undecided = UndecidedIndex(after, replacements, assumed, planned.unresolved_gaps)
    resolved = [
        finding
        for finding in before.findings
        if finding.fingerprint not in fingerprints_after and not later.keeps(finding, undecided)
    ]
    causes = Causes(planned)
    introduced_by: dict[str, list[str]] = {}
    for finding in introduced:
        for address in causes.of(finding, introduced=True):
            introduced_by.setdefault(address, []).append(finding.fingerprint)
    resolved_by = Counter(address for finding in resolved for address in causes.of(finding, introduced=False))
    drift: dict[str, list[Drift]] = {}
    for entry in planned.drift:
        drift.setdefault(entry.address, []).append(entry)
    new = {finding.fingerprint for finding in introduced}
    return Change(
        introduced=tuple(sorted(new)),
        resolved=tuple(sorted({finding.fingerprint for finding in resolved})),
        unchanged=tuple(sorted(fingerprints_after - new)),
        before=before,
        resources=tuple(
            _changed_resource(
                resource, introduced_by.get(resource.address, []), resolved_by[resource.address], drift, text
            )
            for resource in _with_drift(planned)
        ),
    )


def _changed_gaps(before: Result, after: Result, planned: Planned) -> ChangedGaps:
    fingerprints = {gap: gap.fingerprint for gap in after.gaps}
    introduced = set(fingerprints.values()) - {gap.fingerprint for gap in before.gaps}
    touched = {fingerprints[gap] for gap in touched_gaps(after, planned) & fingerprints.keys()}
    return ChangedGaps(
        introduced=tuple(sorted(introduced)),
        unchanged=tuple(sorted(set(fingerprints.values()) - introduced)),
        touched=tuple(sorted(touched - introduced)),
    )


def _with_drift(planned: Planned) -> tuple[PlannedResource, ...]:
    """The resources that can affect a security group, and all others that drifted, sorted by address."""
    resources = {
        entry.address: PlannedResource(
            address=entry.address, actions=entry.actions, effects=(), impact=Impact(address=entry.address)
        )
        for entry in planned.drift
    }
    resources |= {resource.address: resource for resource in planned.resources}
    return tuple(resources[address] for address in sorted(resources))


def _movable(finding: Finding, present: set[str]) -> set[str] | None:
    """The subjects that the change can have moved into a finding that was there before; ``None`` for any subject.

    These are the ones that were ``present`` before. Every foreign machine counts: it has joined the group by itself.
    """
    if finding.code is Code.FOREIGN_INSTANCE:
        return None
    return present if finding.code in _OF_EACH_BINDER else set()


def _changed_resource(
    resource: PlannedResource,
    introduced: list[str],
    resolved: int,
    drift: Mapping[str, list[Drift]],
    text: MessageText,
) -> ChangedResource:
    texts = [text(effect.message_id, **dict(effect.facts)) for effect in resource.effects]
    texts += [text(entry.message_id, resource=entry.resource) for entry in drift.get(resource.address, ())]
    texts += [text("change-effect-introduces", count=len(introduced))] if introduced else []
    texts += [text("change-effect-resolves", count=resolved)] if resolved else []
    is_left_out = any(effect.message_id.endswith(LEFT_OUT) for effect in resource.effects)
    if not texts or not (resource.relevant or is_left_out):
        texts.append(text("change-effect-no-difference"))
    return ChangedResource(
        address=resource.address,
        actions=resource.actions,
        effect=" ".join(texts),
        findings=tuple(sorted(introduced)),
    )


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
        self._open_acls = any(acl.gaps or isinstance(acl.entries, Gap) for acl in after.snapshot.network_acls)
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
    listeners = balancer.listeners if isinstance(balancer.listeners, tuple) else ()
    return (balancer.load_balancer_id, *(listener.listener_id for listener in listeners))


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


class Causes:
    """Attributes findings to the resources of a change that can have caused or resolved them."""

    def __init__(self, planned: Planned) -> None:
        self._impacts = {resource.address: resource.impact for resource in planned.resources}
        self._addresses: dict[str, set[str]] = {}
        for address, impact in self._impacts.items():
            clusters = impact.clusters if impact.moves_networks else ()
            for name in (*impact.groups, *impact.nodes, *impact.pools, *impact.others, *clusters):
                self._addresses.setdefault(name, set()).add(address)

    def of(self, finding: Finding, *, introduced: bool) -> tuple[str, ...]:
        """The addresses of the resources that introduce a finding, or else resolve it, sorted.

        If none of the resources that affect the stack can have done it alone, they are all returned: they may have
        done it together.
        """
        evidence = (resource.resource_id for resource in finding.resources)
        names = (*finding.security_groups, *finding.nodes, *subjects(finding), *evidence, finding.cluster_id)
        near = sorted({address for name in names for address in self._addresses.get(name, ())})
        if not near:
            near = sorted(address for address, impact in self._impacts.items() if _is_beside(impact, finding))
        likely = [address for address in near if _can_cause(self._impacts[address], finding, introduced=introduced)]
        return tuple(likely or near)


def _is_beside(impact: Impact, finding: Finding) -> bool:
    """Whether a resource decides interfaces, Pod sources, entrances or load balancers of the finding's cluster."""
    return bool(impact.others) and finding.cluster_id in impact.clusters


def _can_cause(impact: Impact, finding: Finding, *, introduced: bool) -> bool:
    if not set(impact.bound).isdisjoint(subjects(finding)):
        return True
    if finding.code is Code.FOREIGN_INSTANCE:
        return not set(impact.joined).isdisjoint(finding.security_groups)
    if impact.moves_networks and finding.cluster_id in impact.clusters:
        return True
    return any(_explains(change, finding, introduced=introduced) for change in impact.packet_changes)


def _explains(change: PacketChange, finding: Finding, *, introduced: bool) -> bool:
    """Whether a change of packets affects packets of a finding, in the direction that introduces or resolves it."""
    if change.group not in finding.security_groups or finding.direction not in (None, change.direction):
        return False
    if finding.code is Code.EXCESS_ACCESS:
        packets = change.opened if introduced else change.closed
    elif finding.code is Code.REQUIRED_TRAFFIC_BLOCKED:
        packets = change.closed if introduced else change.opened
    else:
        packets = change.opened | change.closed
    return bool(packets & finding.packets)
