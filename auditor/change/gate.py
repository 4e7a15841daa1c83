"""What a change introduces, resolves and leaves: findings before held against findings after.

Identity is a finding's fingerprint, which names the stack. Where a node or pool moves to another stack, fingerprints
alone would call the same trouble new. So a finding without its like before is *introduced* only where it brings
something to somebody: for a node or pool (or foreign machine) that it affects, packets that no finding of the same
code, role, direction and requirement held for it before, or a weight that they did not have. A pool that moves from one
group to another which lacks the same requirement keeps its trouble: *unchanged*. A new pool on a faulty new stack has
new trouble: introduced. A new pool on a stack with a known finding leaves it unchanged: its identity is the stack's.

A finding is *resolved* where nothing of its packets is left for anybody whom it affected, and that is decided: what
becomes unknown is neither resolved nor unchanged, it is a gap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from auditor.change.assumed import marked
from auditor.change.causes import Causes
from auditor.change.matter import matters
from auditor.change.planned import Drift, Planned, PlannedResource, Touch
from auditor.change.touched_gaps import touched
from auditor.change.trouble import Troubles, Undecided, with_excess
from auditor.change.unsettled import unsettled
from auditor.model.findings import Finding
from auditor.model.result import Change, ChangedGaps, ChangedResource, Result


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
    unclear = unsettled(after.findings, planned.doubts)
    findings = marked((finding for finding in after.findings if finding.fingerprint not in unclear), planned.assumed)
    settled = replace(after, clusters=clusters, findings=findings, gaps=gaps)
    possible = tuple(finding for finding in after.findings if finding.fingerprint in unclear)
    change = judge(before, settled, planned, say, possible)
    return replace(settled, change=replace(change, gaps=_changed_gaps(before, settled, planned)))


def _changed_gaps(before: Result, after: Result, planned: Planned) -> ChangedGaps:
    known = {gap.fingerprint for gap in before.gaps}
    identities = {gap: gap.fingerprint for gap in after.gaps}
    introduced = set(identities.values()) - known
    counted = {identities[gap] for gap in touched(after, planned) & identities.keys()}
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
    heirs = dict(planned.heirs)
    old = Troubles(with_excess(before, before.findings), {})
    new = Troubles(with_excess(after, (*after.findings, *possible)), heirs)
    known = {finding.fingerprint for finding in before.findings}
    still = {finding.fingerprint for finding in after.findings}
    fresh = [one for one in after.findings if one.fingerprint not in known and old.lack(one, heirs)]
    undecided = Undecided(after, heirs, frozenset(heirs.get(name, name) for _, name in planned.assumed))
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
            address=one.address, actions=one.actions, effects=(), touch=Touch(address=one.address)
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
    if not resource.bears or not texts:
        texts.append(say("change-effect-no-difference"))
    return ChangedResource(
        address=resource.address,
        actions=resource.actions,
        effect=" ".join(texts),
        findings=tuple(sorted(introduced)),
    )
