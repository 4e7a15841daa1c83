"""Applies a Terraform plan to a snapshot: the state after the apply, as far as the plan tells it.

Input is what was read from the cloud and a parsed plan. The result holds the state after the apply, the effects of each
resource, and a gap for everything that the plan leaves unknown. Nothing is raised for a plan that loads, and nothing is
sent anywhere.
"""

from __future__ import annotations

from auditor.model.codes import Part
from auditor.model.snapshot import Snapshot
from auditor.whatif import scope, unknowns
from auditor.whatif.bindings import GroupLists
from auditor.whatif.drift import drift
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.outcome import conclude
from auditor.whatif.planned import Planned
from auditor.whatif.resources import clusters, security_groups
from auditor.whatif.resources.networks import ClusterNetworks
from auditor.whatif.resources.registry import STEPS, Application, entry_of
from auditor.whatif.state import WorkingState
from auditor.whatif.terraform.plan import Plan
from auditor.whatif.terraform.providers import Providers
from auditor.whatif.terraform.references import References, placeholder


def apply(snapshot: Snapshot, plan: Plan, *, trust_references: bool, left_out: tuple[Part, ...] = ()) -> Planned:
    """The state after ``plan`` on top of ``snapshot``. Changes of parts that are ``left_out`` are only listed.

    A list that is unknown until apply is read from its references. With ``trust_references``, these are taken as the
    whole list in its order; without it, they prove only that a group is in the list.

    Whether the order of rules matters depends on the members of the groups that the rules name, and these are known
    only after the whole plan is applied. If any step compared the order of rules, the plan is therefore applied a
    second time with the members that the first pass found.
    """
    references = References(plan)
    providers = Providers(plan, scope.regions_by_id(snapshot))
    group_lists = GroupLists(references=references, trust=trust_references)
    regions = clusters.new_regions(plan, providers)
    state = WorkingState(snapshot, regions, left_out=left_out)
    _apply_steps(state, plan, group_lists, providers)
    if state.order_asked:
        peers = unknowns.possible_members(state)
        state = WorkingState(snapshot, regions, peers, left_out)
        _apply_steps(state, plan, group_lists, providers)
    return conclude(state, drift(snapshot, plan))


def _apply_steps(state: WorkingState, plan: Plan, group_lists: GroupLists, providers: Providers) -> None:
    references = group_lists.references
    networks = ClusterNetworks(plan, references, state.read.networks)
    _add_plan_gaps(state, plan)
    scope.check_scope(state, plan, references, providers)
    application = Application(state=state, plan=plan, lists=group_lists, networks=networks, providers=providers)
    for step in STEPS:
        step(application)
    scope.add_unknown_type_gaps(state, plan, references)
    security_groups.drop_groups(state, security_groups.deleted_groups(plan))


def _add_plan_gaps(state: WorkingState, plan: Plan) -> None:
    """Add a gap for an incomplete plan, for each deferred change, and for each change of an unknown action."""
    if not plan.complete:
        state.gaps.add(gap(GapReason.PLAN_INCOMPLETE, "", "plan"))
    for deferred in plan.deferred_changes:
        change = deferred.resource_change
        if change is None or entry_of(change) is not None:
            address = placeholder(change.address) if change is not None else "plan"
            state.gaps.add(gap(GapReason.CHANGE_DEFERRED, "", address))
    for change in plan.managed:
        if entry_of(change) is not None and not change.understood:
            state.gaps.add(gap(GapReason.ACTION_UNKNOWN, "", placeholder(change.address)))
