"""Judges a planned change: compares the results before and after it, and attributes findings to its resources.

A finding is introduced if it brings a node, pool or foreign machine packets or a severity that no earlier finding of
the same kind had for it. If the same finding was there before, a new node or pool with the same list does not count,
but a node or pool that the change moves into it does. A finding is resolved only if nothing of it is left for anybody
and nothing undecided could keep it. Gaps of the plan that cannot change the outcome are dropped; all other gaps are
kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from auditor.model.changes import Change, ChangedGaps, ChangedResource
from auditor.model.codes import Code
from auditor.model.findings import Finding, Result
from auditor.model.outcomes import earlier_findings
from auditor.whatif.finding_index import FindingIndex, UndecidedIndex, with_excess
from auditor.whatif.gap_impact import gap_matters, mark_assumptions, subjects, touched_gaps
from auditor.whatif.planned import (
    Drift,
    Impact,
    PacketChange,
    Planned,
    PlannedResource,
)
from auditor.whatif.state import LEFT_OUT
from auditor.whatif.unknowns import uncertain_findings
from auditor.words import MessageText

_OF_EACH_BINDER = frozenset({Code.REQUIRED_TRAFFIC_BLOCKED, Code.EXCESS_ACCESS, Code.NO_SECURITY_GROUP})
"""Problems of single binders. Most other findings are about the lists of a cluster, or about rules."""


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
    before_findings = earlier_findings(before.findings, {})
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
