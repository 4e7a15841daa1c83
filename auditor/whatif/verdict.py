"""Findings by whom they concern: what each node, pool or foreign machine has of each kind of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol, TypeAlias

from auditor.model import addresses
from auditor.model.baseline import NamedNetwork, Severity
from auditor.model.clusters import Cluster
from auditor.model.findings import (
    Change,
    ChangedGaps,
    ChangedResource,
    ClusterResult,
    Code,
    DirectionResult,
    Finding,
    Result,
    StackResult,
)
from auditor.model.gaps import Gap
from auditor.model.packets import PacketSet, union
from auditor.model.rules import Direction
from auditor.whatif.gaps import mark_assumptions, touched_gaps
from auditor.whatif.planned import (
    Drift,
    Impact,
    PacketChange,
    Planned,
    PlannedResource,
    UnresolvedGap,
    UnresolvedSubnet,
)
from auditor.whatif.unknowns import uncertain_findings

Replacements: TypeAlias = Mapping[str, str]
"""Ids of what a change makes, each with the id of what it replaces."""

_Kind: TypeAlias = tuple[str, ...]


class FindingIndex:
    """The findings of one result, by kind and by node, pool or foreign machine.

    ``replacements`` maps the ids of new clusters, nodes and pools to the ids of those that they replace.
    """

    def __init__(self, findings: Iterable[Finding], replacements: Replacements) -> None:
        self._found: dict[tuple[_Kind, str], tuple[Finding, ...]] = {}
        self._packets: dict[tuple[str, ...], PacketSet] = {}
        for finding in findings:
            kind = _kind(finding, replacements)
            for subject in _subjects(finding, replacements):
                key = (kind, subject)
                self._found[key] = (*self._found.get(key, ()), finding)

    def lack(self, finding: Finding, replacements: Replacements) -> bool:
        """Whether a later finding brings something to somebody: packets, or a weight, that was not there before.

        What was waived counts only for what is still waived.
        """
        kind = _kind(finding, replacements)
        return any(
            self._is_new(finding, self._found.get((kind, subject), ()))
            for subject in set(_subjects(finding, replacements))
        )

    def keep(self, finding: Finding, undecided: UndecidedIndex) -> bool:
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


class UndecidedIndex:
    """What the state after a change leaves undecided, by whom it concerns.

    ``assumed`` are nodes and pools that bind a list which may hold more.
    """

    def __init__(self, after: Result, replacements: Replacements, assumed: frozenset[str] = frozenset()) -> None:
        self._assumed = assumed
        self._stacks: dict[str, StackResult] = {}
        self._there: set[str] = set()
        self._in_unknown_networks: set[str] = set()
        self._with_open_lists: set[str] = set()
        """Clusters of which a node or pool may bind any group for all that is known."""
        for found in after.clusters:
            cluster = found.cluster
            self._there |= {replacements.get(node.node_id, node.node_id) for node in cluster.nodes}
            self._there |= {replacements.get(pool.node_pool_id, pool.node_pool_id) for pool in cluster.node_pools}
            bindings = {node.node_id: node.security_groups for node in cluster.nodes}
            bindings |= {pool.node_pool_id: pool.security_groups for pool in cluster.node_pools}
            if any(isinstance(bindings[name], Gap) or replacements.get(name, name) in assumed for name in bindings):
                self._with_open_lists.add(replacements.get(cluster.cluster_id, cluster.cluster_id))
            for stack in found.stacks:
                subjects = {replacements.get(one, one) for one in (*stack.nodes, *stack.node_pools)}
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


def _kind(finding: Finding, replacements: Replacements) -> _Kind:
    """What findings have in common that say the same of different stacks."""
    return (
        finding.code,
        finding.region,
        replacements.get(finding.cluster_id, finding.cluster_id),
        finding.role,
        finding.direction or "",
        finding.requirement_id,
    )


def _subjects(finding: Finding, replacements: Replacements) -> tuple[str, ...]:
    return tuple(replacements.get(one, one) for one in (*finding.nodes, *finding.node_pools))


def matters(gap: Gap, after: Result, planned: Planned) -> bool:
    """Whether a gap of the plan leaves anything open that is required, or that nothing permits.

    A gap of which is not known what it could decide always matters.
    """
    unresolved_gaps = [doubt for doubt in planned.unresolved_gaps if doubt.gap == gap]
    of_subnets = [doubt for doubt in planned.unresolved_subnets if doubt.gap == gap]
    if not unresolved_gaps and not of_subnets:
        return True
    return any(_open(doubt, after) for doubt in unresolved_gaps) or any(_weighs(doubt, after) for doubt in of_subnets)


def _open(doubt: UnresolvedGap, after: Result) -> bool:
    return any(bool(_at_stake(stack, doubt.direction) & doubt.packets) for stack in _stacks(doubt, after))


def _stacks(doubt: UnresolvedGap, after: Result) -> Iterator[StackResult]:
    for found in after.clusters:
        if found.cluster.region == doubt.region:
            yield from (stack for stack in found.stacks if doubt.security_group_id in stack.security_groups)


def _at_stake(stack: StackResult, direction: Direction) -> PacketSet:
    """What is undecided and either must pass or may not: the rest may be as it likes."""
    result = stack.direction(direction)
    found = result.undecided - result.permitted
    for judged in stack.requirements:
        if judged.requirement.direction is direction:
            found |= judged.undecided
    return found


def _weighs(doubt: UnresolvedSubnet, after: Result) -> bool:
    return any(
        _subnets_are_required(found) or _could_weigh_more(found, after)
        for found in after.clusters
        if (found.cluster.region, found.cluster.cluster_id) == (doubt.region, doubt.cluster_id)
    )


def _subnets_are_required(found: ClusterResult) -> bool:
    networks = found.cluster.networks
    return found.cluster_network == networks.subnets.cidrs and found.cluster_network != networks.vpc.cidrs


def _could_weigh_more(found: ClusterResult, after: Result) -> bool:
    """Whether a finding is weighed lightly because the cluster has no subnet where its packets come from."""
    networks = found.cluster.networks
    elsewhere = addresses.union(networks.vpc.cidrs) - addresses.union(networks.subnets.cidrs)
    by_subnets = {
        requirement.requirement_id
        for requirement in after.baseline.requirements
        if any(NamedNetwork.SUBNETS in tier.flow.networks for tier in requirement.tiers)
    }
    return any(
        finding.requirement_id in by_subnets
        and finding.cluster_id == found.cluster.cluster_id
        and finding.packets.addresses & elsewhere
        for finding in after.findings
    )


class Causes:
    """The resources of a change by what they reach."""

    def __init__(self, planned: Planned) -> None:
        self._touches = {resource.address: resource.impact for resource in planned.resources}
        self._near: dict[str, set[str]] = {}
        for address, impact in self._touches.items():
            clusters = impact.clusters if impact.moves_networks else ()
            for name in (*impact.groups, *impact.nodes, *impact.pools, *clusters):
                self._near.setdefault(name, set()).add(address)

    def of(self, finding: Finding, *, introduced: bool) -> tuple[str, ...]:
        """The addresses of what introduces a finding, or else resolves it, sorted.

        Where none of those that come near can have done it alone, all of them stand for what they do together.
        """
        names = (*finding.security_groups, *finding.nodes, *finding.node_pools, finding.cluster_id)
        near = sorted({address for name in names for address in self._near.get(name, ())})
        likely = [address for address in near if _can_cause(self._touches[address], finding, introduced=introduced)]
        return tuple(likely or near)


def _can_cause(impact: Impact, finding: Finding, *, introduced: bool) -> bool:
    if not set(impact.bound).isdisjoint((*finding.nodes, *finding.node_pools)):
        return True
    if finding.code is Code.FOREIGN_INSTANCE:
        return not set(impact.joined).isdisjoint(finding.security_groups)
    if impact.moves_networks and finding.cluster_id in impact.clusters:
        return True
    return any(_bears(shift, finding, introduced=introduced) for shift in impact.packet_changes)


def _bears(shift: PacketChange, finding: Finding, *, introduced: bool) -> bool:
    """Whether a shift is of the finding's packets, and the way that begins or ends it."""
    if shift.group not in finding.security_groups or finding.direction not in (None, shift.direction):
        return False
    if finding.code is Code.EXCESS_ACCESS:
        packets = shift.opened if introduced else shift.closed
    elif finding.code is Code.REQUIRED_TRAFFIC_BLOCKED:
        packets = shift.closed if introduced else shift.opened
    else:
        packets = shift.opened | shift.closed
    return bool(packets & finding.packets)


class Say(Protocol):
    """Fills a message of the catalogue: ``words.catalogue(lang).text``."""

    def __call__(self, message_id: str, **facts: str | int) -> str:
        """The text."""
        ...


def verdict(before: Result, after: Result, planned: Planned, say: Say) -> Result:
    """The result of the state after, with what the change did, and without gaps of the plan that cannot matter."""
    open_gaps = tuple(gap for gap in planned.gaps if matters(gap, after, planned))
    silent = set(planned.gaps) - set(open_gaps)
    clusters = tuple(
        replace(found, gaps=tuple(gap for gap in found.gaps if gap not in silent)) for found in after.clusters
    )
    gaps = tuple(sorted({*(gap for gap in after.gaps if gap not in silent), *open_gaps}))
    unclear = uncertain_findings(after.findings, planned.unresolved_gaps)
    findings = mark_assumptions(
        (finding for finding in after.findings if finding.fingerprint not in unclear), planned.assumed
    )
    settled = replace(after, clusters=clusters, findings=findings, gaps=gaps)
    possible = tuple(finding for finding in after.findings if finding.fingerprint in unclear)
    change = judge(before, settled, planned, say, possible)
    return replace(settled, change=replace(change, gaps=_changed_gaps(before, settled, planned)))


def _changed_gaps(before: Result, after: Result, planned: Planned) -> ChangedGaps:
    known = {gap.fingerprint for gap in before.gaps}
    identities = {gap: gap.fingerprint for gap in after.gaps}
    introduced = set(identities.values()) - known
    counted = {identities[gap] for gap in touched_gaps(after, planned) & identities.keys()}
    return ChangedGaps(
        introduced=tuple(sorted(introduced)),
        unchanged=tuple(sorted(set(identities.values()) - introduced)),
        touched=tuple(sorted(counted - introduced)),
    )


def judge(before: Result, after: Result, planned: Planned, say: Say, possible: tuple[Finding, ...] = ()) -> Change:
    """Fingerprints introduced, resolved and unchanged, sorted, and what each resource does.

    ``possible`` are findings that may hold after the change: they are reported nowhere, and an earlier finding of the
    same kind is not resolved.
    """
    replacements = dict(planned.replacements)
    old = FindingIndex(with_excess(before, before.findings), {})
    new = FindingIndex(with_excess(after, (*after.findings, *possible)), replacements)
    known = {finding.fingerprint for finding in before.findings}
    still = {finding.fingerprint for finding in after.findings}
    fresh = [one for one in after.findings if one.fingerprint not in known and old.lack(one, replacements)]
    undecided = UndecidedIndex(
        after, replacements, frozenset(replacements.get(name, name) for _, name in planned.assumed)
    )
    gone = [one for one in before.findings if one.fingerprint not in still and not new.keep(one, undecided)]
    introduced = {finding.fingerprint for finding in fresh}
    causes = Causes(planned)
    begun: dict[str, list[str]] = {}
    for finding in fresh:
        for address in causes.of(finding, introduced=True):
            begun.setdefault(address, []).append(finding.fingerprint)
    ended = Counter(address for finding in gone for address in causes.of(finding, introduced=False))
    drift: dict[str, list[Drift]] = {}
    for one in planned.drift:
        drift.setdefault(one.address, []).append(one)
    return Change(
        introduced=tuple(sorted(introduced)),
        resolved=tuple(sorted({finding.fingerprint for finding in gone})),
        unchanged=tuple(sorted(still - introduced)),
        resources=tuple(
            _said(resource, begun.get(resource.address, []), ended[resource.address], drift, say)
            for resource in _with_drift(planned)
        ),
    )


def _with_drift(planned: Planned) -> tuple[PlannedResource, ...]:
    """The resources with a bearing, and all others that drifted, by address."""
    found = {
        one.address: PlannedResource(
            address=one.address, actions=one.actions, effects=(), impact=Impact(address=one.address)
        )
        for one in planned.drift
    }
    found |= {resource.address: resource for resource in planned.resources}
    return tuple(found[address] for address in sorted(found))


def _said(
    resource: PlannedResource, introduced: list[str], resolved: int, drift: Mapping[str, list[Drift]], say: Say
) -> ChangedResource:
    texts = [say(effect.message_id, **dict(effect.facts)) for effect in resource.effects]
    texts += [say(one.message_id, resource=one.resource) for one in drift.get(resource.address, ())]
    texts += [say("change-effect-introduces", count=len(introduced))] if introduced else []
    texts += [say("change-effect-resolves", count=resolved)] if resolved else []
    if not resource.relevant or not texts:
        texts.append(say("change-effect-no-difference"))
    return ChangedResource(
        address=resource.address,
        actions=resource.actions,
        effect=" ".join(texts),
        findings=tuple(sorted(introduced)),
    )
