"""Compares two results: findings by fingerprint, rule edits with the packets that they open and close, bindings.

:func:`affected_clusters` tells for two snapshots which clusters can have different results at all.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from auditor.comparator.effective import Decision
from auditor.comparator.resolve import Resolver, RuleContent, rule_content
from auditor.model.baseline import Policy
from auditor.model.clusters import Cluster, Role, bound_groups
from auditor.model.codes import GapKind, Verdict
from auditor.model.completeness import ClusterReading, StackReading, hides_stacks, is_undecided, subject_of
from auditor.model.earlier import EarlierFinding, Vanished
from auditor.model.findings import ClusterResult, Finding, Result
from auditor.model.gaps import OF_REPORTS
from auditor.model.outcomes import BindingEdit, Difference, EarlierFindings, RuleEdit, earlier_findings
from auditor.model.packets import NOTHING
from auditor.model.rules import Direction, Rule
from auditor.model.snapshot import Snapshot


def difference(old: Result, new: Result) -> Difference:
    """The findings, rules and bindings that differ between ``old`` and ``new``.

    A finding that is worse in ``new`` is new. A finding that is missing from ``new`` is fixed if ``new`` read and
    decided everything that the finding depends on; otherwise it is unknown.
    """
    earlier = earlier_findings(
        old.findings, {(item.cluster.region, item.cluster.cluster_id): item.baseline.digest for item in old.clusters}
    )
    missing = vanished(new, earlier)
    unknown = {finding.fingerprint for finding in missing.unknown}
    fixed = {finding.fingerprint for finding in (*missing.fixed, *missing.grown)}
    judged = [(finding, earlier.has(finding)) for finding in new.findings]
    return Difference(
        new=tuple(finding for finding, is_known in judged if not is_known),
        fixed=tuple(finding for finding in old.findings if finding.fingerprint in fixed),
        unknown=tuple(finding for finding in old.findings if finding.fingerprint in unknown),
        unchanged=tuple(finding for finding, is_known in judged if is_known),
        rule_edits=tuple(_rule_edits(old.snapshot, new.snapshot)),
        bindings=tuple(_binding_edits(old.snapshot, new.snapshot)),
    )


def vanished(result: Result, earlier: EarlierFindings) -> Vanished:
    """The earlier findings that ``result`` does not have: fixed, unknown, or now part of a larger finding."""
    present = {finding.fingerprint for finding in result.findings}
    readings = {(item.cluster.region, item.cluster.cluster_id): _reading(item) for item in result.clusters}
    kinds: dict[tuple[object, ...], list[Finding]] = {}
    for finding in result.findings:
        if finding.fingerprint not in earlier.findings:
            kinds.setdefault(kind_of(finding), []).append(finding)
    fixed: list[EarlierFinding] = []
    unknown: list[EarlierFinding] = []
    grown: list[EarlierFinding] = []
    for before in earlier.findings.values():
        if before.fingerprint in present:
            continue
        if before.packets and any(before.packets <= later.packets for later in kinds.get(kind_of(before), ())):
            grown.append(before)
        elif is_undecided(subject_of(before), readings.get((before.region, before.cluster_id))):
            unknown.append(before)
        else:
            fixed.append(before)
    return Vanished(fixed=tuple(fixed), unknown=tuple(unknown), grown=tuple(grown))


def kind_of(finding: Finding | EarlierFinding) -> tuple[object, ...]:
    """The fields that a finding shares with a larger or smaller finding about the same problem."""
    stack = (finding.region, finding.cluster_id, finding.role, finding.attachment)
    return (finding.code, *stack, finding.direction, finding.requirement_id)


def _reading(cluster: ClusterResult) -> ClusterReading | None:
    """The completeness of the audit of a cluster.

    It is ``None`` for an excluded cluster, which was not audited, and for a cluster of a report that may hide findings.
    """
    if cluster.unjudged is Verdict.EXCLUDED or any(gap.code in OF_REPORTS for gap in cluster.gaps):
        return None
    return ClusterReading(
        stacks=tuple(
            StackReading(
                role=stack.role,
                attachment=stack.attachment,
                security_groups=stack.security_groups,
                undecided={direction: stack.undecided(direction) for direction in Direction},
            )
            for stack in cluster.stacks
        ),
        hides_stacks=cluster.unjudged is Verdict.NOT_AUDITED or any(hides_stacks(gap) for gap in cluster.gaps),
        unread=frozenset(gap.resource.partition("/")[0] for gap in cluster.gaps),
        left_out=frozenset(item.part for item in cluster.left_out if item.part),
        baseline=cluster.baseline.digest,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One of the two snapshots. ``whole`` are the regions in which it read every cluster of both snapshots."""

    snapshot: Snapshot
    resolver: Resolver
    whole: frozenset[str]

    def rules(self, region: str, group: str, direction: Direction) -> tuple[Rule, ...] | None:
        """The rules of a group; ``None`` if they were not read. A group that nothing binds has no rules."""
        security_group = self.snapshot.group_by_id.get((region, group))
        if security_group is None:
            return () if region in self.whole else None
        rules = security_group.rules(direction)
        return rules if isinstance(rules, tuple) else None


def _side(snapshot: Snapshot, other: Snapshot) -> _Side:
    cut = {region for region, _ in _cluster_ids(other) - _cluster_ids(snapshot)}
    cut |= {gap.region for gap in snapshot.all_gaps() if hides_stacks(gap)}
    regions = frozenset(snapshot.regions) - cut
    return _Side(snapshot=snapshot, resolver=Resolver(snapshot), whole=frozenset() if "" in cut else regions)


def _cluster_ids(snapshot: Snapshot) -> set[tuple[str, str]]:
    return {(cluster.region, cluster.cluster_id) for cluster in snapshot.clusters}


def _rule_edits(old: Snapshot, new: Snapshot) -> Iterator[RuleEdit]:
    before, after = _side(old, new), _side(new, old)
    for region, group in sorted(old.group_by_id.keys() | new.group_by_id.keys()):
        for direction in Direction:
            edit = _edit(region, group, direction, before, after)
            if edit is not None:
                yield edit


def _edit(region: str, group: str, direction: Direction, old: _Side, new: _Side) -> RuleEdit | None:
    old_rules, new_rules = (side.rules(region, group, direction) for side in (old, new))
    # Like a group without rules, a group that nothing binds lets no packet through.
    old_resolved, new_resolved = (
        () if rules == () else side.resolver.lines(region, (group,), direction)
        for rules, side in ((old_rules, old), (new_rules, new))
    )
    if old_rules == new_rules and old_resolved == new_resolved:
        return None
    if old_rules is None or new_rules is None:
        old_rules = new_rules = ()  # which rules were added or removed is unknown
    old_decision, new_decision = Decision(old_resolved), Decision(new_resolved)
    kept = _kept(old_rules, new_rules)
    kept_old, kept_new = {old_index for old_index, _ in kept}, {new_index for _, new_index in kept}
    edit = RuleEdit(
        region=region,
        security_group_id=group,
        direction=direction,
        added=tuple(rule for index, rule in enumerate(new_rules) if index not in kept_new),
        removed=tuple(rule for index, rule in enumerate(old_rules) if index not in kept_old),
        moved=tuple(
            (old_rules[old_index], new_rules[new_index]) for old_index, new_index in _out_of_order(kept, old_rules)
        ),
        redescribed=tuple(
            (old_rules[old_index], new_rules[new_index])
            for old_index, new_index in kept
            if old_rules[old_index].description != new_rules[new_index].description
        ),
        opened=new_decision.allowed & old_decision.denied,
        closed=old_decision.allowed & new_decision.denied,
        unsettled=(old_decision.undecided | new_decision.undecided) if old_resolved != new_resolved else NOTHING,
    )
    return edit if _is_edit(edit) else None


def _is_edit(edit: RuleEdit) -> bool:
    rules = edit.added or edit.removed or edit.moved or edit.redescribed
    return bool(rules or edit.opened or edit.closed or edit.unsettled)


def _kept(old_rules: tuple[Rule, ...], new_rules: tuple[Rule, ...]) -> list[tuple[int, int]]:
    """Pairs of old and new indexes of rules that both lists have. Copies of a rule are paired from the top."""
    old_indexes, new_indexes = _indexes_by_content(old_rules), _indexes_by_content(new_rules)
    return sorted(
        pair
        for content in old_indexes.keys() & new_indexes.keys()
        for pair in zip(old_indexes[content], new_indexes[content], strict=False)
    )


def _indexes_by_content(rules: tuple[Rule, ...]) -> dict[RuleContent, list[int]]:
    indexes: dict[RuleContent, list[int]] = {}
    for index, rule in enumerate(rules):
        indexes.setdefault(rule_content(rule), []).append(index)
    return indexes


def _out_of_order(kept: list[tuple[int, int]], old_rules: tuple[Rule, ...]) -> list[tuple[int, int]]:
    """The smallest set of pairs that must have moved: all pairs outside the heaviest increasing subsequence.

    The weight of each pair is one plus a small amount that depends on its content. So the chosen subsequence
    has the greatest length, and both directions of a comparison choose the same subsequence.
    """
    weights = [
        _weight(old_rules[old_index], copy) for (old_index, _), copy in zip(kept, _copies(kept, old_rules), strict=True)
    ]
    best: list[tuple[int, list[int]]] = []
    for number, (_, new_index) in enumerate(kept):
        earlier = [best[other] for other in range(number) if kept[other][1] < new_index]
        weight, run = max(earlier, default=(0, []), key=lambda entry: entry[0])
        best.append((weight + weights[number], [*run, number]))
    _, unmoved = max(best, default=(0, []), key=lambda entry: entry[0])
    return [pair for number, pair in enumerate(kept) if number not in set(unmoved)]


def _copies(kept: list[tuple[int, int]], old_rules: tuple[Rule, ...]) -> list[int]:
    seen: Counter[RuleContent] = Counter()
    numbers = []
    for old_index, _ in kept:
        content = rule_content(old_rules[old_index])
        seen[content] += 1
        numbers.append(seen[content])
    return numbers


def _weight(rule: Rule, copy: int) -> int:
    digest = hashlib.sha256(f"{rule_content(rule)!r}/{copy}".encode()).digest()
    return (1 << 96) + int.from_bytes(digest[:8], "big")


def _binding_edits(old: Snapshot, new: Snapshot) -> Iterator[BindingEdit]:
    before, after = _bindings(old), _bindings(new)
    passing = _pod_interfaces(old) ^ _pod_interfaces(new)
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key) and key not in passing:
            region, cluster_id, node = key
            yield BindingEdit(
                region=region, cluster_id=cluster_id, node=node, before=before.get(key), after=after.get(key)
            )


def _pod_interfaces(snapshot: Snapshot) -> set[tuple[str, str, str]]:
    """The interfaces that carry Pods. They come and go with their Pods, so only an edit of their groups counts."""
    return {
        (cluster.region, cluster.cluster_id, interface.interface_id)
        for cluster in snapshot.clusters
        for interface in cluster.interfaces
        if interface.role is Role.POD
    }


def _bindings(snapshot: Snapshot) -> dict[tuple[str, str, str], tuple[str, ...] | None]:
    """The groups of each binding by region, cluster id and its own id; ``None`` where they were not read."""
    return {
        (cluster.region, cluster.cluster_id, binding.bound_by): groups if isinstance(groups, tuple) else None
        for cluster in snapshot.clusters
        for binding in cluster.bindings()
        for groups in (binding.security_groups,)
    }


_Key: TypeAlias = tuple[str, str]
T = TypeVar("T")


def affected_clusters(before: Snapshot, after: Snapshot, policy: Policy) -> frozenset[_Key]:
    """Region and id of every cluster whose result can differ between the two snapshots.

    A cluster is affected if it differs itself or in a load balancer that may have back ends in it, or if a group that
    it or such a load balancer binds differs in its rules, its members or the resources that its rules name. A cluster
    with unread lists is affected by every other cluster, because the nodes of those are certainly not its own. Any
    other difference (gaps of a region, networks of a peer, network ACLs) affects every cluster.
    """
    was, now = _clusters(before), _clusters(after)
    everything = frozenset(was.keys() | now.keys())
    if _surroundings(before) != _surroundings(after):
        return everything
    own = _changed(was, now)
    if policy.peers and own:
        return everything
    changed_groups = _changed_groups(before, after)
    return frozenset(
        key
        for key in everything
        if key in own
        or _binds(now[key], changed_groups)
        or _differs_in_balancers(was[key], now[key], before, after, changed_groups)
        or (own and _has_unread_lists(now[key]))
    )


def _surroundings(snapshot: Snapshot) -> tuple[object, ...]:
    """Everything outside the clusters and their groups that results depend on."""
    acls = (snapshot.network_acls, snapshot.subnet_acls)
    return (snapshot.gaps, snapshot.neighbours, snapshot.regions, snapshot.parts, *acls)


def _clusters(snapshot: Snapshot) -> dict[_Key, Cluster]:
    return {(cluster.region, cluster.cluster_id): cluster for cluster in snapshot.clusters}


def _changed(was: Mapping[_Key, T], now: Mapping[_Key, T]) -> frozenset[_Key]:
    return frozenset(key for key in was.keys() | now.keys() if was.get(key) != now.get(key))


def _binds(cluster: Cluster, changed_groups: frozenset[_Key]) -> bool:
    return any((cluster.region, group) in changed_groups for group in cluster.bound_groups())


def _differs_in_balancers(
    was: Cluster, now: Cluster, before: Snapshot, after: Snapshot, changed_groups: frozenset[_Key]
) -> bool:
    balancers = tuple(after.balancers_of(now))
    return balancers != tuple(before.balancers_of(was)) or any(
        (balancer.region, group) in changed_groups
        for balancer in balancers
        for group in bound_groups(balancer.security_groups)
    )


def _has_unread_lists(cluster: Cluster) -> bool:
    return any(gap.kind is GapKind.UNREAD for gap in cluster.gaps)


def _changed_groups(before: Snapshot, after: Snapshot) -> frozenset[_Key]:
    own = _changed(before.group_by_id, after.group_by_id)
    members = _changed(before.membership_by_id, after.membership_by_id)
    templates = _changed(before.address_template_by_id, after.address_template_by_id)
    templates |= _changed(before.service_template_by_id, after.service_template_by_id)
    templates |= _changed(before.template_group_by_id, after.template_group_by_id)
    templates |= {
        key
        for key, group in after.template_group_by_id.items()
        if any((group.region, member) in templates for member in group.members)
    }
    named = members | templates | _changed(before.native_addresses, after.native_addresses)
    referring = {
        (region, group_id)
        for (region, group_id), group in after.group_by_id.items()
        if named and any((region, name) in named for name in group.references())
    }
    return own | members | referring
