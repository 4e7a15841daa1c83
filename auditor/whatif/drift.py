"""Finds drift: resources whose live state differs from the state that a plan was made from.

The apply fails on such a resource, or overwrites its live state without showing that in the plan. Rules are compared by
content, so case, description, ``policy_index`` and ``version`` never count as drift.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.comparator.resolve import rule_content, rule_contents
from auditor.model import rule_syntax
from auditor.model.clusters import Binding
from auditor.model.rules import Direction, Rule, Rules, UnreadablePeer, UnreadableService
from auditor.model.snapshot import Snapshot
from auditor.whatif.planned import Drift
from auditor.whatif.resources import (
    clusters,
    instances,
    interfaces,
    node_pools,
    pod_bindings,
    rule_readers,
    security_groups,
)
from auditor.whatif.rule_fields import RuleList
from auditor.whatif.terraform.plan import Plan, ResourceChange
from auditor.whatif.terraform.references import LOAD_BALANCER_TYPE, ResourceView
from auditor.whatif.terraform.values import blocks, last_id, text, texts

_ADDRESSES = {"tencentcloud_address_template", "tencentcloud_address_extra_template"}

_LISTS = {
    LOAD_BALANCER_TYPE: "security_groups",
    pod_bindings.SUPER_POOL: "security_group_ids",
}
"""Types with one list of groups, and the attribute that holds it."""


def drift(snapshot: Snapshot, plan: Plan) -> tuple[Drift, ...]:
    """The drift of every resource of the plan whose object was read, sorted by address."""
    entries = [
        replace(entry, actions=change.change.actions)
        for change in plan.managed
        if change.before and not change.deposed
        for entry in _drift_of(snapshot, change)
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.address, entry.resource, entry.message_id)))


def _drift_of(snapshot: Snapshot, change: ResourceChange) -> Iterator[Drift]:
    if change.type in security_groups.OWNERS:
        yield from _rule_list_drift(snapshot, change)
    elif change.type == security_groups.SINGLE_RULE:
        yield from _single_rule_drift(snapshot, change)
    elif change.type in node_pools.POOL_TYPES or change.type == node_pools.SCALING_CONFIG_TYPE:
        yield from _pool_drift(snapshot, change)
    elif change.type == instances.INSTANCE_TYPE:
        state, ordered = instances.present_list(change)
        yield from _instance_drift(snapshot, change, text(change.before.get("id")), state, ordered=ordered)
    elif change.type == clusters.CLUSTER_ATTACHMENT:
        yield from _instance_drift(
            snapshot, change, text(change.before.get("instance_id")), clusters.present_list(change), ordered=False
        )
    elif change.type == interfaces.INTERFACE_TYPE:
        state, ordered = instances.present_list(change)
        yield from _list_drift(snapshot, change, state, ordered=ordered)
    elif change.type in _LISTS:
        yield from _list_drift(snapshot, change, texts(change.before.get(_LISTS[change.type])))
    elif change.type in _ADDRESSES:
        yield from _address_drift(snapshot, change)


def _rule_list_drift(snapshot: Snapshot, change: ResourceChange) -> Iterator[Drift]:
    group_id = text(change.before.get("security_group_id"))
    state = security_groups.from_state(change)
    for group in snapshot.security_groups:
        if group.security_group_id == group_id and any(
            _differs(state[direction], group.rules(direction)) for direction in Direction
        ):
            yield Drift(address=change.address, resource=group_id, message_id="change-drift-rules")


def _differs(state: RuleList, live: Rules) -> bool:
    """Whether two lists certainly have different rules. Rules with an unreadable peer or service are not compared."""
    if not isinstance(live, tuple) or state.unknown:
        return False
    if len(state.rules) != len(live):
        return True
    return any(
        rule_content(planned_from) != rule_content(rule)
        for planned_from, rule in zip(state.rules, live, strict=True)
        if not (_is_unreadable(planned_from) or _is_unreadable(rule))
    )


def _is_unreadable(rule: Rule) -> bool:
    return isinstance(rule.peer, UnreadablePeer) or isinstance(rule.service, UnreadableService)


def _single_rule_drift(snapshot: Snapshot, change: ResourceChange) -> Iterator[Drift]:
    group_id = text(change.before.get("security_group_id"))
    single_rule = rule_readers.read_single_rule(ResourceView.before(change))
    for group in snapshot.security_groups:
        rules = group.rules(single_rule.direction) if single_rule.direction is not None else ()
        if group.security_group_id != group_id or not isinstance(rules, tuple) or single_rule.why is not None:
            continue
        if rule_content(single_rule.rule) not in rule_contents(rules):
            yield Drift(address=change.address, resource=group_id, message_id="change-drift-rule-gone")


def _pool_drift(snapshot: Snapshot, change: ResourceChange) -> Iterator[Drift]:
    state, ordered = node_pools.present_list(change)
    own = node_pools.pool_id(change)
    for cluster in snapshot.clusters:
        for pool in cluster.node_pools:
            mine = own and own in (pool.node_pool_id, pool.launch_configuration_id)
            if mine and _list_differs(state, pool.security_groups, ordered=ordered):
                yield Drift(address=change.address, resource=pool.node_pool_id, message_id="change-drift-list")


def _instance_drift(
    snapshot: Snapshot, change: ResourceChange, instance: str, state: tuple[str, ...], *, ordered: bool
) -> Iterator[Drift]:
    for cluster in snapshot.clusters:
        for node in cluster.nodes:
            mine = instance and instance in (node.node_id, node.instance_id)
            if mine and _list_differs(state, node.security_groups, ordered=ordered):
                yield Drift(address=change.address, resource=node.node_id, message_id="change-drift-list")


def _list_drift(
    snapshot: Snapshot, change: ResourceChange, state: tuple[str, ...], *, ordered: bool = True
) -> Iterator[Drift]:
    """The drift of an interface, a load balancer or a pool of super nodes."""
    own_id = last_id(text(change.before.get("id")))
    for name, bound in _bindings(snapshot):
        if own_id and own_id == name and _list_differs(state, bound, ordered=ordered):
            yield Drift(address=change.address, resource=own_id, message_id="change-drift-list")


def _bindings(snapshot: Snapshot) -> Iterator[tuple[str, Binding]]:
    for cluster in snapshot.clusters:
        yield from ((binding.bound_by, binding.security_groups) for binding in cluster.bindings())
    yield from ((balancer.load_balancer_id, balancer.security_groups) for balancer in snapshot.load_balancers)


def _list_differs(state: tuple[str, ...], live: Binding, *, ordered: bool = True) -> bool:
    if not state or not isinstance(live, tuple):
        return False
    return state != live if ordered else set(state) != set(live)


def _address_drift(snapshot: Snapshot, change: ResourceChange) -> Iterator[Drift]:
    template_id = text(change.before.get("id"))
    extra = [text(block.get("address")) for block in blocks(change.before.get("addresses_extra"))]
    state = _blocks(texts(change.before.get("addresses")) or tuple(extra))
    for template in snapshot.address_templates:
        if template.template_id == template_id and not template.gaps and state != _blocks(template.entries):
            yield Drift(address=change.address, resource=template_id, message_id="change-drift-template")


def _blocks(entries: tuple[str, ...]) -> set[str]:
    """The entries in canonical spelling, where they are address blocks."""
    canonical = set()
    for entry in entries:
        try:
            canonical.add(rule_syntax.block(entry))
        except ValueError:
            canonical.add(entry)
    return canonical
