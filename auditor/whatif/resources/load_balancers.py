"""Applies changes of load balancers: their groups, pass to target, listeners and back ends.

The load balancers of the VPCs of audited clusters are in the working state. A new one counts as soon as one of its
back ends may belong to an audited cluster. A change that gives a load balancer back ends in a way that this version
does not follow leaves a gap if it names anything audited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from auditor.model.clusters import Binding, Cluster, bound_groups
from auditor.model.codes import Part
from auditor.model.gaps import Gap
from auditor.model.load_balancers import HealthCheck, HealthCheckSource, Listener, LoadBalancer, Target
from auditor.model.services import Protocol
from auditor.whatif import parts, rule_effects, rule_fields
from auditor.whatif.bindings import EmptyList, GroupLists, Groups, KnownList, UnknownList, empty_if_default
from auditor.whatif.gaps import GapReason, gap
from auditor.whatif.resources import load_balancer_fields as fields
from auditor.whatif.resources.back_ends import has_back_end, reached_clusters
from auditor.whatif.state import Key, WorkingState
from auditor.whatif.terraform import values
from auditor.whatif.terraform.plan import Plan, PlanStep, ResourceChange
from auditor.whatif.terraform.providers import ids_in, texts_in
from auditor.whatif.terraform.references import (
    ADDRESS_ASSOCIATION,
    GROUP,
    INSTANCE,
    LISTENER,
    LISTENER_TYPE,
    LOAD_BALANCER,
    LOAD_BALANCER_TYPE,
    VPC,
    ResourceKind,
    placeholder,
)
from auditor.whatif.terraform.values import KnownValue, Path, UnknownValue, last_id, read, text, texts

LISTENER_RULE = "tencentcloud_clb_listener_rule"
BACK_ENDS = "tencentcloud_clb_attachment"
GROUP_ATTACHMENT = "tencentcloud_clb_security_group_attachment"
OTHER_PATHS = (
    "tencentcloud_clb_snat_ip",
    "tencentcloud_clb_target_group_attachment",
    "tencentcloud_clb_target_group_attachments",
    "tencentcloud_clb_target_group_instance_attachment",
)
"""Types that give a load balancer sources or back ends. They are not followed: a gap is left."""

_GROUPS: Path = ("security_groups",)
_ATTACHED_TO = "load_balancer_ids"
_PASSING = "load_balancer_pass_to_target"
_PATH_ENDS: Mapping[str, ResourceKind | None] = {
    "clb_id": LOAD_BALANCER,
    "load_balancer_id": LOAD_BALANCER,
    "instance_id": INSTANCE,
    "bind_ip": None,
}
_OWN_ADDRESSES = ("snat_pro", "snat_ips")


def apply_load_balancers(state: WorkingState, plan: Plan, group_lists: GroupLists) -> None:
    """Apply every change of a load balancer to those that were read."""
    work = _Balancers(state, plan, group_lists)
    appliers = (
        (LOAD_BALANCER_TYPE, work.balancer),
        (LISTENER_RULE, work.rule),
        (LISTENER_TYPE, work.listener),
        (BACK_ENDS, work.back_ends),
        (GROUP_ATTACHMENT, work.group_attachment),
    )
    for type_, apply in appliers:
        for change, step in plan.steps_of(type_):
            apply(change, step)
    for change in plan.managed:
        if change.type in OTHER_PATHS and change.steps:
            work.other_path(change)
        elif change.type == ADDRESS_ASSOCIATION and PlanStep.MADE in change.steps:
            work.public_address(change)
    work.finish()


class _Balancers:
    """The load balancers of one plan while it is applied, by id."""

    def __init__(self, state: WorkingState, plan: Plan, group_lists: GroupLists) -> None:
        self._state = state
        self._group_lists = group_lists
        self._references = group_lists.references
        self._balancers: dict[str, LoadBalancer] = {key[1]: item for key, item in state.load_balancers.items()}
        self._touched: dict[str, list[ResourceChange]] = {}
        """The load balancers that the plan changes, with the resources that decide about each."""
        self._checks: dict[str, HealthCheck | None] = {}
        """The health checks of listeners and forwarding rules, by id."""
        for change in values.unchanged(plan, frozenset({LISTENER_TYPE, LISTENER_RULE})):
            self._checks[last_id(text(change.before.get("id")))] = fields.health_check(change.before, {})

    def balancer(self, change: ResourceChange, step: PlanStep) -> None:
        """Make, change or delete a load balancer."""
        own_id = text(change.before.get("id"))
        if step is PlanStep.MADE:
            self._make(change, own_id)
        elif own_id not in self._balancers:
            self._note_unread(change, own_id)
        elif step is PlanStep.REMOVED:
            self._touch(change, own_id)
            del self._balancers[own_id]
        else:
            self._put(change, self._updated(change, self._balancers[own_id]))

    def _make(self, change: ResourceChange, replaced: str) -> None:
        own_id = placeholder(change.address)
        self._state.replacements[own_id] = replaced
        groups = empty_if_default(self._group_lists.groups(change, _GROUPS))
        balancer = fields.new_balancer(
            change,
            self._references.value(change, ("vpc_id",), VPC) or "",
            security_groups=self._bound(own_id, groups),
            pass_to_target=self._passes_to_target(change),
            gaps=_snat_gaps(change, own_id),
        )
        self._put(change, balancer)

    def _updated(self, change: ResourceChange, balancer: LoadBalancer) -> LoadBalancer:
        own_id = balancer.load_balancer_id
        if self._group_lists.changed(change, _GROUPS):
            bound = self._bound(own_id, self._group_lists.groups(change, _GROUPS))
            balancer = replace(balancer, security_groups=bound)
        if change.before.get(_PASSING) != change.after.get(_PASSING):
            balancer = replace(balancer, pass_to_target=self._passes_to_target(change))
        if change.before.get("target_region_info_vpc_id") != change.after.get("target_region_info_vpc_id"):
            balancer = replace(balancer, cross_region=fields.is_cross_region(change, balancer.vpc_id))
        if any((change.before.get(name) or None) != (change.after.get(name) or None) for name in _OWN_ADDRESSES):
            gaps = (*balancer.gaps, *_snat_gaps(change, own_id))
            balancer = replace(balancer, snat_addresses=fields.snat_addresses(change), gaps=gaps)
        return replace(balancer, is_public=balancer.is_public or fields.has_public_address(change))

    def _passes_to_target(self, change: ResourceChange) -> bool | None:
        """Whether the groups of back ends are bypassed; ``None`` if only the apply will tell."""
        value = read(change.after, change.change.after_unknown, (_PASSING,))
        if isinstance(value, UnknownValue):
            return None
        return bool(value.value)

    def rule(self, change: ResourceChange, step: PlanStep) -> None:
        """Keep the health check of a forwarding rule. The back ends in the state do not tell which rule has them."""
        if step is PlanStep.REMOVED:
            return
        check = self._keep_check(change)
        if step is PlanStep.UPDATED and check != fields.health_check(change.before, {}):
            balancer = self._balancers.get(text(change.before.get("clb_id")))
            if reached_clusters(self._state, balancer):
                self._leave_gap(change)

    def _keep_check(self, change: ResourceChange) -> HealthCheck | None:
        own_id = last_id(self._references.identity(change))
        self._checks[own_id] = fields.health_check(change.after, change.change.after_unknown)
        return self._checks[own_id]

    def listener(self, change: ResourceChange, step: PlanStep) -> None:
        """Make or delete a listener, or change its health check."""
        old_id = fields.listener_id(change.before)
        check = self._keep_check(change) if step is not PlanStep.REMOVED else None
        if step is PlanStep.REMOVED:
            self._change_listeners(change, lambda item: None if item.listener_id == old_id else item)
        elif step is PlanStep.UPDATED:
            self._change_listeners(
                change, lambda item: _with_check(item, check) if item.listener_id == old_id else item
            )
        else:
            own_id = self._references.value(change, ("clb_id",), LOAD_BALANCER) or ""
            balancer = self._balancers.get(own_id)
            if balancer is not None and isinstance(balancer.listeners, tuple):
                made = fields.new_listener(change)
                self._state.replacements[made.listener_id] = old_id
                self._put(change, replace(balancer, listeners=(*balancer.listeners, made)))

    def _change_listeners(self, change: ResourceChange, changed: Callable[[Listener], Listener | None]) -> None:
        balancer = self._balancers.get(text(change.before.get("clb_id")))
        if balancer is not None and isinstance(balancer.listeners, tuple):
            listeners = (changed(item) for item in balancer.listeners)
            self._put(change, replace(balancer, listeners=tuple(item for item in listeners if item is not None)))

    def back_ends(self, change: ResourceChange, step: PlanStep) -> None:
        """Attach back ends to a listener, or take them from it."""
        attached_to = self._listener_of(change, step)
        if attached_to is None:
            if step is not PlanStep.REMOVED and self._may_reach(change):
                self._leave_gap(change)
            return
        balancer, listener = attached_to
        targets = list(listener.known_targets)
        gaps = listener.gaps
        if step is not PlanStep.MADE:
            for old in fields.targets(change.before, listener, None):
                same = next((item for item in targets if fields.is_same_back_end(item, old)), None)
                targets = [item for item in targets if item is not same]
        if step is not PlanStep.REMOVED:
            check = self._check_of(change, listener)
            added, is_known = fields.planned_targets(self._references, change, listener, check)
            targets += added
            gaps = gaps if is_known else (*gaps, gap(GapReason.PATH_UNKNOWN, "", placeholder(change.address)))
        unread = not isinstance(listener.targets, tuple)
        changed = replace(listener, targets=listener.targets if unread else tuple(targets), gaps=gaps)
        listeners = tuple(changed if item is listener else item for item in balancer.known_listeners)
        self._put(change, replace(balancer, listeners=listeners))

    def _listener_of(self, change: ResourceChange, step: PlanStep) -> tuple[LoadBalancer, Listener] | None:
        """The load balancer and the listener that an attachment is about; ``None`` if they are not known."""
        if step is PlanStep.MADE:
            balancer_id = self._references.value(change, ("clb_id",), LOAD_BALANCER) or ""
            listener_id = self._references.value(change, ("listener_id",), LISTENER) or ""
        else:
            balancer_id = text(change.before.get("clb_id"))
            listener_id = text(change.before.get("listener_id"))
        balancer = self._balancers.get(balancer_id)
        listeners = balancer.known_listeners if balancer is not None else ()
        own_id = last_id(listener_id)
        listener = next((item for item in listeners if item.listener_id == own_id), None)
        return (balancer, listener) if balancer is not None and listener is not None else None

    def _check_of(self, change: ResourceChange, listener: Listener) -> HealthCheck | None:
        """The health check of new back ends; of unknown source where neither the plan nor its state tells it."""
        rule = last_id(self._references.value(change, ("rule_id",), LISTENER) or "")
        for name in (rule, *(() if listener.is_layer_7 else (listener.listener_id,))):
            if name in self._checks:
                return self._checks[name]
        present = () if listener.is_layer_7 else listener.known_targets
        return present[0].health_check if present else HealthCheck(source=HealthCheckSource.UNKNOWN)

    def group_attachment(self, change: ResourceChange, step: PlanStep) -> None:
        """Add a group to load balancers, or take it from them. The order of the groups is not assured."""
        if step is PlanStep.REMOVED:
            removed = text(change.before.get("security_group"))
            for name in texts(change.before.get(_ATTACHED_TO)):
                balancer = self._balancers.get(name)
                if balancer is not None and isinstance(balancer.security_groups, tuple):
                    left = tuple(bound for bound in balancer.security_groups if bound != removed)
                    self._put(change, replace(balancer, security_groups=left))
            return
        added = self._references.value(change, ("security_group",), GROUP)
        for name in self._attached_balancers(change):
            balancer = self._balancers.get(name)
            if balancer is not None:
                ids = tuple(dict.fromkeys((*bound_groups(balancer.security_groups), *([added] if added else []))))
                is_known = bool(added) and isinstance(balancer.security_groups, tuple)
                groups = KnownList(ids=ids, ordered=False) if is_known else UnknownList(why=GapReason.LIST_UNKNOWN)
                self._put(change, replace(balancer, security_groups=self._bound(name, groups)))

    def _attached_balancers(self, change: ResourceChange) -> tuple[str, ...]:
        value = read(change.after, change.change.after_unknown, (_ATTACHED_TO,))
        if isinstance(value, KnownValue):
            return texts(value.value)
        members = self._references.several(change, (_ATTACHED_TO,), LOAD_BALANCER)
        if not members.traced and self._state.load_balancers:
            self._leave_gap(change)
        return members.ids

    def public_address(self, change: ResourceChange) -> None:
        """Let an internal load balancer be public. Without the address it may be public by another, so it stays so."""
        balancer = self._balancers.get(self._references.value(change, ("instance_id",), LOAD_BALANCER) or "")
        if balancer is not None:
            self._put(change, replace(balancer, is_public=True))

    def other_path(self, change: ResourceChange) -> None:
        """Leave a gap for a change that is not followed and may be about an audited load balancer or back end."""
        leaves = texts_in(change)
        words = {name for leaf in leaves for name in (leaf, *ids_in(leaf))} | self._references.objects(change)
        named = [self._balancers[word] for word in words if word in self._balancers]
        vpcs = {"", *(cluster.vpc_id for cluster in self._state.clusters.values())}
        back_ends = [Target(kind="cvm", ports=(0, 0), instance_id=word, interface_id=word) for word in words]
        back_ends += [Target(kind="eni", ports=(0, 0), addresses=rule_fields.single_address(leaf)) for leaf in leaves]
        if (
            self._hides_back_end(change)
            or any(balancer.vpc_id in vpcs for balancer in named)
            or any(has_back_end(self._state, key, back_ends) for key in self._state.clusters)
        ):
            self._leave_gap(change)

    def _hides_back_end(self, change: ResourceChange) -> bool:
        """Whether a load balancer, machine or address of the change is written and known only after the apply."""
        configured, value = self._references.configured, self._references.value
        hidden = [
            (name, kind)
            for name, kind in _PATH_ENDS.items()
            if isinstance(read(change.after, change.change.after_unknown, (name,)), UnknownValue)
            and configured(change, (name,)) is not False
        ]
        return any(kind is None or value(change, (name,), kind) is None for name, kind in hidden)

    def finish(self) -> None:
        """Write the changed load balancers to the state, if they have or had back ends that may be audited."""
        for name, changes in self._touched.items():
            old = next((item for key, item in self._state.load_balancers.items() if key[1] == name), None)
            new = self._balancers.get(name)
            clusters = [*reached_clusters(self._state, old), *reached_clusters(self._state, new)]
            regions = {cluster.region: cluster for cluster in reversed(clusters)}
            for region, cluster in regions.items():
                if all(parts.is_judged(self._state, change, Part.LOAD_BALANCERS, region) for change in changes):
                    self._write(changes, (region, name), cluster, old, new)

    def _write(
        self,
        changes: list[ResourceChange],
        key: Key,
        cluster: Cluster,
        old: LoadBalancer | None,
        new: LoadBalancer | None,
    ) -> None:
        word = "balancer-in" if old is None else "balancer"
        if new is None:
            del self._state.load_balancers[key]
            word = "balancer-out"
        else:
            placed = replace(new, region=key[0], vpc_id=new.vpc_id or cluster.vpc_id)
            self._state.load_balancers[key] = placed
            self._renew_entrances(old, placed)
        for change in changes:
            effects = self._state.effects_of(change)
            effects.others.add(key[1])
            effects.clusters.add(cluster.cluster_id)
            effects.add_effect(word, balancer=key[1])

    def _renew_entrances(self, old: LoadBalancer | None, new: LoadBalancer) -> None:
        """Let an entrance of an API server that its load balancer filters have the groups of the load balancer."""
        for key, entrances in self._state.entrances.items():
            self._state.entrances[key] = tuple(
                replace(entrance, security_groups=new.security_groups)
                if entrance.load_balancer_id == new.load_balancer_id
                and old is not None
                and entrance.acl is None
                and entrance.security_groups == old.security_groups
                else entrance
                for entrance in entrances
            )

    def _may_reach(self, change: ResourceChange) -> bool:
        """Whether an attachment to a load balancer that is not known has, or may have, an audited back end.

        A load balancer that is known by id and not among those that were read is in another VPC.
        """
        any_listener = Listener(listener_id="", kind="", protocol=Protocol.TCP, ports=(0, 0), targets=())
        back_ends, all_known = fields.planned_targets(self._references, change, any_listener, None)
        own_id = self._references.value(change, ("clb_id",), LOAD_BALANCER)
        is_elsewhere = self._state.reads(Part.LOAD_BALANCERS) and own_id and own_id not in self._balancers
        if not all_known and not is_elsewhere:
            return True
        return any(has_back_end(self._state, key, back_ends) for key in self._state.clusters)

    def _note_unread(self, change: ResourceChange, own_id: str) -> None:
        """Leave a gap for a load balancer of an audited VPC that is not in the snapshot."""
        audited = self._state.is_audited_vpc(text(change.before.get("vpc_id")))
        if audited and parts.is_judged(self._state, change, Part.LOAD_BALANCERS):
            self._state.gaps.add(gap(GapReason.NOT_READ, "", own_id))
            self._state.effects_of(change).untraced = True

    def _leave_gap(self, change: ResourceChange) -> None:
        if parts.is_judged(self._state, change, Part.LOAD_BALANCERS):
            self._state.gaps.add(gap(GapReason.PATH_UNKNOWN, "", placeholder(change.address)))
            self._state.effects_of(change).add_untraced_effect("path-unknown")

    def _bound(self, own_id: str, groups: Groups) -> Binding:
        """The groups of a load balancer; a gap if the list, or an order that makes a difference, is not known."""
        match groups:
            case EmptyList():
                return ()
            case KnownList(ordered=False) if self._order_matters(groups.ids):
                return gap(GapReason.LIST_ORDER, "", own_id)
            case KnownList():
                return groups.ids
            case UnknownList():
                return gap(groups.why, "", own_id)

    def _order_matters(self, groups: tuple[str, ...]) -> bool:
        rulebook = self._state.rulebook()
        keys = ([(region, group) for group in groups] for region in self._state.regions)
        return any(rule_effects.order_matters(in_region, rulebook) for in_region in keys)

    def _put(self, change: ResourceChange, balancer: LoadBalancer) -> None:
        self._balancers[balancer.load_balancer_id] = balancer
        self._touch(change, balancer.load_balancer_id)

    def _touch(self, change: ResourceChange, name: str) -> None:
        changes = self._touched.setdefault(name, [])
        if change not in changes:
            changes.append(change)


def _snat_gaps(change: ResourceChange, own_id: str) -> tuple[Gap, ...]:
    """A gap if a load balancer uses addresses of its own that the plan does not tell."""
    return (gap(GapReason.PATH_UNKNOWN, "", own_id),) if fields.lacks_snat_addresses(change) else ()


def _with_check(listener: Listener, check: HealthCheck | None) -> Listener:
    """A layer 4 listener whose back ends have another health check. On layer 7, the rules have the checks."""
    if listener.is_layer_7 or not isinstance(listener.targets, tuple):
        return listener
    return replace(listener, targets=tuple(replace(target, health_check=check) for target in listener.targets))
