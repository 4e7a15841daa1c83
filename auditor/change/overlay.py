"""A plan laid over a snapshot: the state after the apply, as far as the plan tells it. Pure."""

from __future__ import annotations

from auditor.change import (
    cluster_nodes,
    clusters,
    deletions,
    group_rules,
    groups,
    joining,
    machines,
    networks,
    pools,
    templates,
    unread,
)
from auditor.change.concern import KNOWN_TYPES
from auditor.change.conclude import conclude
from auditor.change.draft import Draft
from auditor.change.drift import drift
from auditor.change.lists import Lister
from auditor.change.networks import Land
from auditor.change.plan import Plan
from auditor.change.planned import Planned
from auditor.change.providers import Providers
from auditor.change.references import References, placeholder
from auditor.change.why import Why, gap
from auditor.model.rules import Membership
from auditor.model.snapshot import Snapshot


def apply(snapshot: Snapshot, plan: Plan, *, trust_references: bool) -> Planned:
    """The state after ``plan`` on top of ``snapshot``.

    ``trust_references`` takes the references in a list that is unknown until apply as the whole list in its order; a
    reference alone proves only that a group is in it.

    Whether the order of rules matters depends on who binds the groups that they name, and who binds a group is known
    once all is laid: where the order was asked about, all is laid once more with the answer.
    """
    references = References(plan)
    providers = Providers(plan, unread.places(snapshot))
    lister = Lister(references=references, trust=trust_references)
    draft = _laid(snapshot, plan, lister, providers)
    if draft.order_asked:
        draft = _laid(snapshot, plan, lister, providers, joining.peers(draft))
    return conclude(draft, drift(snapshot, plan))


def _laid(
    snapshot: Snapshot, plan: Plan, lister: Lister, providers: Providers, peers: tuple[Membership, ...] = ()
) -> Draft:
    references = lister.references
    draft = Draft(snapshot, clusters.new_regions(plan, providers), peers)
    land = Land(plan, references, snapshot.networks)
    _note_incomplete(draft, plan)
    unread.note(draft, plan, references, providers)
    templates.lay(draft, plan, references, trust=lister.trust)
    groups.lay(draft, plan, references)
    group_rules.lay(draft, plan, references)
    deletions.drop_rules(draft, templates.removed(plan))
    networks.lay(draft, plan, references)
    clusters.lay(draft, plan, lister, land, providers)
    pools.lay(draft, plan, lister, land)
    machines.lay(draft, plan, lister)
    cluster_nodes.lay(draft, plan, lister)
    unread.note_unknown(draft, plan, references)
    deletions.drop_groups(draft, groups.deleted(plan))
    return draft


def _note_incomplete(draft: Draft, plan: Plan) -> None:
    """What the plan itself says, or this version does not understand, of changes that it does not show."""
    if not plan.complete:
        draft.gaps.add(gap(Why.PLAN_INCOMPLETE, "", "plan"))
    for deferred in plan.deferred_changes:
        change = deferred.resource_change
        if change is None or change.type in KNOWN_TYPES:
            address = placeholder(change.address) if change is not None else "plan"
            draft.gaps.add(gap(Why.CHANGE_DEFERRED, "", address))
    for change in plan.managed:
        if change.type in KNOWN_TYPES and not change.known:
            draft.gaps.add(gap(Why.ACTION_UNKNOWN, "", placeholder(change.address)))
