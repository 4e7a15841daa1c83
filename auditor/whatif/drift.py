"""Finds drift: resources whose live state differs from the state that a plan was made from.

The apply fails on such a resource, or overwrites its live state without showing that in the plan. Rules are compared by
content, so case, description, ``policy_index`` and ``version`` never count as drift.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from auditor.comparator.resolve import rule_content, rule_contents
from auditor.model import rule_syntax
from auditor.model.clusters import Binding, Node, NodePool
from auditor.model.rules import (
    AddressTemplate,
    Direction,
    Rule,
    Rules,
    SecurityGroup,
    UnreadablePeer,
    UnreadableService,
)
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

T = TypeVar("T")

_ADDRESSES = {"tencentcloud_address_template", "tencentcloud_address_extra_template"}

_LISTS = {
    LOAD_BALANCER_TYPE: "security_groups",
    pod_bindings.SUPER_POOL: "security_group_ids",
}
"""Types with one list of groups, and the attribute that holds it."""


def drift(snapshot: Snapshot, plan: Plan) -> tuple[Drift, ...]:
    """The drift of every resource of the plan whose object was read, sorted by address."""
    live = _Live(snapshot)
    entries = [
        replace(entry, actions=change.change.actions)
        for change in plan.managed
        if change.before and not change.deposed
        for entry in _drift_of(live, change)
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.address, entry.resource, entry.message_id)))


class _Live:
    """The live state of a snapshot by id. The same id may be in several regions."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @cached_property
    def groups(self) -> Mapping[str, Sequence[SecurityGroup]]:
        """Security groups by id."""
        return _by_id((group.security_group_id, group) for group in self._snapshot.security_groups)

    @cached_property
    def nodes(self) -> Mapping[str, Sequence[Node]]:
        """Nodes by the ids of the node and of its instance."""
        nodes = [node for cluster in self._snapshot.clusters for node in cluster.nodes]
        return _by_id((name, node) for node in nodes for name in {node.node_id, node.instance_id})

    @cached_property
    def pools(self) -> Mapping[str, Sequence[NodePool]]:
        """Pools by the ids of the pool and of its launch configuration."""
        pools = [pool for cluster in self._snapshot.clusters for pool in cluster.node_pools]
        return _by_id((name, pool) for pool in pools for name in {pool.node_pool_id, pool.launch_configuration_id})

    @cached_property
    def bindings(self) -> Mapping[str, Sequence[Binding]]:
        """The lists of groups by the id of what binds them."""
        balancers = self._snapshot.load_balancers
        in_clusters = (binding for cluster in self._snapshot.clusters for binding in cluster.bindings())
        bound = [(binding.bound_by, binding.security_groups) for binding in in_clusters]
        return _by_id((*bound, *((balancer.load_balancer_id, balancer.security_groups) for balancer in balancers)))

    @cached_property
    def address_templates(self) -> Mapping[str, Sequence[AddressTemplate]]:
        """Address templates by id."""
        return _by_id((template.template_id, template) for template in self._snapshot.address_templates)


def _by_id(pairs: Iterable[tuple[str, T]]) -> Mapping[str, Sequence[T]]:
    """The objects of each id; none for an empty id."""
    by_id: defaultdict[str, list[T]] = defaultdict(list)
    for name, item in pairs:
        if name:
            by_id[name].append(item)
    return by_id


def _drift_of(live: _Live, change: ResourceChange) -> Iterator[Drift]:
    if change.type in security_groups.OWNERS:
        yield from _rule_list_drift(live, change)
    elif change.type == security_groups.SINGLE_RULE:
        yield from _single_rule_drift(live, change)
    elif change.type in node_pools.POOL_TYPES or change.type == node_pools.SCALING_CONFIG_TYPE:
        yield from _pool_drift(live, change)
    elif change.type == instances.INSTANCE_TYPE:
        state, ordered = instances.present_list(change)
        yield from _instance_drift(live, change, text(change.before.get("id")), state, ordered=ordered)
    elif change.type == clusters.CLUSTER_ATTACHMENT:
        yield from _instance_drift(
            live, change, text(change.before.get("instance_id")), clusters.present_list(change), ordered=False
        )
    elif change.type == interfaces.INTERFACE_TYPE:
        state, ordered = instances.present_list(change)
        yield from _list_drift(live, change, state, ordered=ordered)
    elif change.type in _LISTS:
        yield from _list_drift(live, change, texts(change.before.get(_LISTS[change.type])))
    elif change.type in _ADDRESSES:
        yield from _address_drift(live, change)


def _rule_list_drift(live: _Live, change: ResourceChange) -> Iterator[Drift]:
    group_id = text(change.before.get("security_group_id"))
    state = security_groups.from_state(change)
    for group in live.groups.get(group_id, ()):
        if any(_differs(state[direction], group.rules(direction)) for direction in Direction):
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


def _single_rule_drift(live: _Live, change: ResourceChange) -> Iterator[Drift]:
    group_id = text(change.before.get("security_group_id"))
    single_rule = rule_readers.read_single_rule(ResourceView.before(change))
    for group in live.groups.get(group_id, ()):
        rules = group.rules(single_rule.direction) if single_rule.direction is not None else ()
        if not isinstance(rules, tuple) or single_rule.why is not None:
            continue
        if rule_content(single_rule.rule) not in rule_contents(rules):
            yield Drift(address=change.address, resource=group_id, message_id="change-drift-rule-gone")


def _pool_drift(live: _Live, change: ResourceChange) -> Iterator[Drift]:
    state, ordered = node_pools.present_list(change)
    for pool in live.pools.get(node_pools.pool_id(change), ()):
        if _list_differs(state, pool.security_groups, ordered=ordered):
            yield Drift(address=change.address, resource=pool.node_pool_id, message_id="change-drift-list")


def _instance_drift(
    live: _Live, change: ResourceChange, instance: str, state: tuple[str, ...], *, ordered: bool
) -> Iterator[Drift]:
    for node in live.nodes.get(instance, ()):
        if _list_differs(state, node.security_groups, ordered=ordered):
            yield Drift(address=change.address, resource=node.node_id, message_id="change-drift-list")


def _list_drift(
    live: _Live, change: ResourceChange, state: tuple[str, ...], *, ordered: bool = True
) -> Iterator[Drift]:
    """The drift of an interface, a load balancer or a pool of super nodes."""
    own_id = last_id(text(change.before.get("id")))
    for bound in live.bindings.get(own_id, ()):
        if _list_differs(state, bound, ordered=ordered):
            yield Drift(address=change.address, resource=own_id, message_id="change-drift-list")


def _list_differs(state: tuple[str, ...], live: Binding, *, ordered: bool = True) -> bool:
    if not state or not isinstance(live, tuple):
        return False
    return state != live if ordered else set(state) != set(live)


def _address_drift(live: _Live, change: ResourceChange) -> Iterator[Drift]:
    template_id = text(change.before.get("id"))
    extra = [text(block.get("address")) for block in blocks(change.before.get("addresses_extra"))]
    state = _blocks(texts(change.before.get("addresses")) or tuple(extra))
    for template in live.address_templates.get(template_id, ()):
        if not template.gaps and state != _blocks(template.entries):
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
