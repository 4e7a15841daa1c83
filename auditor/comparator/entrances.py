"""Adds the evidence of API server entrances to their findings, and merges their results into one stack for each list.

An entrance is filtered by groups, by a list of CIDR blocks, or by nothing. Entrances with equal filters are one stack
of :func:`auditor.comparator.stacks.stacks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from auditor.comparator.stacks import Stack, united_exposure
from auditor.model import addresses
from auditor.model.evidence import EvidenceKind, ResourceEvidence
from auditor.model.findings import DirectionResult, Finding, RequirementResult, StackResult, Status
from auditor.model.packets import NOTHING
from auditor.model.rules import Action, Direction

NO_TRAFFIC = DirectionResult(allowed=NOTHING, undecided=NOTHING, permitted=NOTHING, excess=NOTHING)
"""The outbound side of an entrance, which opens no connection."""

_WORST_FIRST = (Status.BLOCKED, Status.PARTIAL, Status.UNKNOWN, Status.MET, Status.NOT_APPLICABLE)


def with_evidence(finding: Finding, stack: Stack) -> Finding:
    """The finding with the entrances of ``stack``, their load balancers, and the blocks of their list as evidence."""
    return replace(finding, resources=tuple(_evidence(finding, stack))) if stack.entrances else finding


def _evidence(finding: Finding, stack: Stack) -> Iterator[ResourceEvidence]:
    yield ResourceEvidence(kind=EvidenceKind.ENDPOINT, resource_id=finding.cluster_id)
    for balancer in sorted({entrance.load_balancer_id for entrance in stack.entrances} - {""}):
        yield ResourceEvidence(kind=EvidenceKind.LOAD_BALANCER, resource_id=balancer)
    for block in stack.acl or ():
        if addresses.parse(block) & finding.packets.addresses:
            yield ResourceEvidence(
                kind=EvidenceKind.ACL, resource_id=block, direction=Direction.INGRESS, action=Action.ALLOW
            )


def merged(results: Iterable[StackResult]) -> tuple[StackResult, ...]:
    """The results with one stack for each key: entrances without groups may have different filters."""
    by_key: dict[object, StackResult] = {}
    for result in results:
        earlier = by_key.get(result.stack_key)
        by_key[result.stack_key] = result if earlier is None else _merge(earlier, result)
    return tuple(by_key.values())


def _merge(first: StackResult, second: StackResult) -> StackResult:
    return replace(
        first,
        requirements=tuple(map(_worse, first.requirements, second.requirements)),
        ingress=_union(first.ingress, second.ingress),
        egress=_union(first.egress, second.egress),
        exposure=united_exposure({first.exposure, second.exposure}),
        public=first.public + second.public,
        gaps=tuple(sorted({*first.gaps, *second.gaps})),
    )


def _worse(first: RequirementResult, second: RequirementResult) -> RequirementResult:
    return min(first, second, key=lambda result: _WORST_FIRST.index(result.status))


def _union(first: DirectionResult, second: DirectionResult) -> DirectionResult:
    return DirectionResult(
        allowed=first.allowed | second.allowed,
        undecided=first.undecided | second.undecided,
        permitted=first.permitted | second.permitted,
        excess=first.excess | second.excess,
    )
